//! Does a dry run tell what recording would do, and record nothing?

use depositary::access::Role;
use serde_json::{Value, json};
use testkit::serving::{Served, for_each_server};
use uuid::Uuid;

const RECORD: &str =
    "mutation($input: RecordMilestoneInput!, $dry: Boolean!) { recordMilestone(input: $input, dryRun: $dry) {
    agreement { plainId } events { position } position repeated warnings { code } refusal { code field }
    preview { agreement { plainId } alertsRaised { rule sentence } alertsEnded { rule sentence }
        days { on sentenceBefore sentenceAfter
            before { headline listing standing stage evaluationFactorPercent round }
            after { headline possibleHeadlines listing standing stage evaluationFactorPercent round } } } } }";

fn input(agreement: &str, milestone: &Value) -> Value {
    let sources = json!([{ "title": "A notice", "url": "https://example.org/1", "reliability": "PRIMARY" }]);
    json!({ "agreementId": agreement, "commandId": Uuid::from_u128(7).to_string(), "milestone": milestone, "sources": sources })
}

async fn record(server: &Served, token: &str, agreement: &str, milestone: &Value, dry: bool) -> Value {
    let variables = json!({ "input": input(agreement, milestone), "dry": dry });
    server.ask_as(token, RECORD, variables).await["recordMilestone"].take()
}

#[tokio::test]
async fn a_dry_run_tells_the_status_before_and_after_and_the_alerts_that_would_end_and_records_nothing() {
    for_each_server(async |server| {
        let token = server.token(Role::Recorder, "desk").await;
        let end = server.behind.answers.position();
        // Korea's round has waited in its review for longer than is usual.
        let withdrawn = json!({ "withdrawn": { "occurred": "2026-11-20", "evidence": "STATED", "summary": "Given up." } });
        let told = record(server, &token, "rdp/KR", &withdrawn, true).await;
        assert_eq!(server.behind.answers.position(), end, "nothing is recorded");
        assert_eq!((&told["events"], &told["position"], &told["refusal"]), (&json!([]), &Value::Null, &Value::Null));
        let preview = &told["preview"][0];
        assert_eq!(preview["agreement"]["plainId"], "rdp/KR");
        let days: Vec<&str> = preview["days"].as_array().unwrap().iter().map(|day| day["on"].as_str().unwrap()).collect();
        assert_eq!(days, ["2026-11-24", "2026-11-20"]);
        assert_eq!(preview["days"][0]["before"]["headline"], "UNDER_REVIEW", "{preview}");
        assert_ne!(preview["days"][0]["sentenceBefore"], preview["days"][0]["sentenceAfter"]);
        assert_eq!(preview["alertsEnded"][0]["rule"], "stalled", "{preview}");
        assert_eq!(preview["alertsRaised"], json!([]));
        // Recording gives what was foreseen.
        let done = record(server, &token, "rdp/KR", &withdrawn, false).await;
        assert_eq!((&done["refusal"], &done["preview"]), (&Value::Null, &json!([])), "{done}");
        let query = "{ agreement(id: \"rdp/KR\") { status { headline listing standing stage evaluationFactorPercent round } } }";
        let status = server.ask(query).await["agreement"]["status"].take();
        let mut after = preview["days"][0]["after"].clone();
        after.as_object_mut().unwrap().remove("possibleHeadlines");
        assert_eq!(after, status);
    })
    .await;
}

#[tokio::test]
async fn a_dry_run_is_refused_as_recording_is_and_warns_as_it_does() {
    for_each_server(async |server| {
        let token = server.token(Role::Recorder, "desk").await;
        let listed = json!({ "listed": { "occurred": "2026-11-20", "evidence": "STATED", "summary": "Listed.", "listing": "BLANKET" } });
        for dry in [true, false] {
            let closed = record(server, &token, "rdp/RO", &listed, dry).await;
            assert_eq!(closed["refusal"], json!({ "code": "NOT_OPEN", "field": "agreementId" }), "{closed}");
            let warned = record(server, &token, "rdp/KR", &listed, dry).await;
            assert_eq!(warned["warnings"], json!([{ "code": "LISTED_BEFORE_CONCLUDED" }, { "code": "UNRECORDED_CHANGE" }]), "{warned}");
        }
        let reader = server.token(Role::Reader, "only-reads").await;
        let variables = json!({ "input": input("rdp/KR", &listed), "dry": true });
        let denied = server.raw_as(&reader, RECORD, variables).await;
        assert_eq!(denied["errors"][0]["extensions"]["code"], "FORBIDDEN", "{denied}");
    })
    .await;
}
