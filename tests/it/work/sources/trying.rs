//! Does each face say what accepting a document would change, without recording it, and is that what is answered afterwards?

use depositary::access::Role;
use serde_json::{Value, json};

use super::noted::{for_each_desk, run};
use testkit::inbox::{decide, item};
use testkit::register::documents;
use testkit::serving::Served;

const ACCEPT: &str = "mutation($input: AcceptInboxItemInput!, $dry: Boolean!) { acceptInboxItem(input: $input, dryRun: $dry) {
    item { state } agreements { plainId } events { position } position repeated warnings { code } refusal { code field }
    preview { agreement { plainId } alertsRaised { rule sentence } alertsEnded { rule }
        days { on sentenceBefore sentenceAfter before { headline listing } after { headline listing standing stage } } } } }";

async fn accept(server: &Served, token: &str, number: &str, proposals: Value, dry: bool) -> Value {
    let hash = item(server, token, number).await["contentHash"].take();
    let input = json!({ "number": number, "contentHash": hash, "proposals": proposals });
    server.ask_as(token, ACCEPT, json!({ "input": input, "dry": dry })).await["acceptInboxItem"].take()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dry_run_of_accepting_tells_what_would_change_records_nothing_and_is_what_comes() {
    for_each_desk(documents(), async |database, server| {
        let token = server.token(Role::Recorder, "press-desk").await;
        let told = accept(server, &token, "2024-03705", Value::Null, true).await;
        assert_eq!(server.behind.answers.position().0, 0, "nothing is recorded");
        assert_eq!(told["item"]["state"], "WAITING", "{told}");
        assert_eq!((&told["events"], &told["agreements"], &told["position"]), (&json!([]), &json!([]), &Value::Null));
        assert_eq!((&told["refusal"], &told["repeated"]), (&Value::Null, &json!(false)));
        let preview = &told["preview"][0];
        assert_eq!(preview["agreement"]["plainId"], "rdp/KR");
        let days: Vec<&str> =
            preview["days"].as_array().unwrap().iter().map(|day| day["on"].as_str().unwrap()).collect();
        assert_eq!(days, ["2026-11-24", "2024-02-23"], "{preview}");
        assert_eq!(preview["days"][0]["before"]["headline"], "NO_AGREEMENT", "{preview}");
        assert_eq!(preview["alertsRaised"][0]["rule"], "stalled", "{preview}");
        // The terminal says the same of the day in the past, and of the alert.
        let (code, printed) = run(database, &["inbox", "accept", "2024-03705", "--dry-run"]);
        assert_eq!(code, 0, "{printed}");
        for said in [
            "2 events would be recorded\n".to_owned(),
            "rdp/KR on 2024-02-23\n".to_owned(),
            format!("now:  {}", preview["days"][1]["sentenceBefore"].as_str().unwrap()),
            format!("then: {}", preview["days"][1]["sentenceAfter"].as_str().unwrap()),
            "an alert would be raised: ".to_owned(),
        ] {
            assert!(printed.contains(&said), "{said}: {printed}");
        }
        assert_eq!(item(server, &token, "2024-03705").await["state"], "WAITING");
        // What comes is what was foreseen.
        let done = accept(server, &token, "2024-03705", Value::Null, false).await;
        assert_eq!((&done["position"], &done["preview"]), (&json!(2), &json!([])), "{done}");
        let query = "{ agreement(id: \"rdp/KR\") { status { headline listing standing stage } } }";
        let status = server.ask(query).await["agreement"]["status"].take();
        assert_eq!(status, preview["days"][0]["after"]);
        let again = accept(server, &token, "2024-03705", Value::Null, true).await;
        assert_eq!(
            (&again["repeated"], &again["preview"], &again["refusal"]),
            (&json!(true), &json!([]), &Value::Null)
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dry_run_of_accepting_is_refused_and_warns_as_accepting_does() {
    for_each_desk(documents(), async |_, server| {
        let token = server.token(Role::Recorder, "press-desk").await;
        let reader = server.token(Role::Reader, "only-reads").await;
        let ahead = json!([{ "number": 1, "edited": { "listed":
            { "occurred": "2999-01-01", "evidence": "STATED", "summary": "Listed.", "listing": "BLANKET" } } }]);
        for dry in [true, false] {
            let refused = accept(server, &token, "2022-05534", ahead.clone(), dry).await;
            assert_eq!(refused["refusal"]["code"], "IN_THE_FUTURE", "{refused}");
            let none = accept(server, &token, "2022-05534", json!([{ "number": 2 }]), dry).await;
            assert_eq!(none["refusal"], json!({ "code": "INVALID_FIELD", "field": "proposals.0" }), "{none}");
            let nothing = accept(server, &token, "2022-05534", json!([]), dry).await;
            assert_eq!(nothing["refusal"]["code"], "NOTHING_OFFERED", "{nothing}");
        }
        let [dry, done] = [
            accept(server, &token, "2022-05534", Value::Null, true).await,
            accept(server, &token, "2022-05534", Value::Null, false).await,
        ];
        assert_eq!(dry["warnings"], done["warnings"]);
        assert_eq!(dry["warnings"][0]["code"], "LISTED_BEFORE_CONCLUDED", "{dry}");
        let variables = json!({ "input": { "number": "2023-19604", "contentHash": "" }, "dry": true });
        let denied = server.raw_as(&reader, ACCEPT, variables).await;
        assert_eq!(denied["errors"][0]["extensions"]["code"], "FORBIDDEN", "{denied}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_accepted_is_not_decided_on_again_so_that_no_other_name_stands_beside_it() {
    for_each_desk(documents(), async |_, server| {
        let token = server.token(Role::Recorder, "press-desk").await;
        let accepted = accept(server, &token, "2024-03705", Value::Null, false).await;
        assert_eq!(
            (&accepted["refusal"], &accepted["item"]["state"]),
            (&Value::Null, &json!("ACCEPTED")),
            "{accepted}"
        );
        let other = server.token(Role::Recorder, "other-desk").await;
        for (mutation, more) in [
            ("dismissInboxItem", json!({ "reason": "OTHER", "note": "wrong, do not record" })),
            ("snoozeInboxItem", json!({ "until": "2026-12-31" })),
            ("reopenInboxItem", json!({})),
        ] {
            let said = decide(server, &other, mutation, "2024-03705", more).await;
            assert_eq!(said["refusal"]["code"], "ALREADY_ACCEPTED", "{mutation}: {said}");
        }
        let told = item(server, &token, "2024-03705").await;
        assert_eq!((&told["state"], &told["decision"]["by"]), (&json!("ACCEPTED"), &json!("press-desk")), "{told}");
    })
    .await;
}
