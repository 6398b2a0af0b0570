//! Is the inbox the same by GraphQL and by plain URLs, and is decided there what the desk decides?

use depositary::access::Role;
use depositary::answers::ItemState;
use depositary::store::Store;
use depositary::work::sources::SOURCE;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use testkit::databases::for_each_database;
use testkit::inbox::{ITEM, by_url, decide, item};
use testkit::register::{Fault, Register, documents, fill};
use testkit::serving::Served;

/// A server over an empty log whose inbox holds some documents.
async fn served(store: &Store) -> (Served, Register) {
    let (server, register) = (Served::empty(store.clone(), false).await, Register::start(documents()).await);
    fill(&server, store, &register).await;
    (server, register)
}

const ACCEPT: &str = "mutation($input: AcceptInboxItemInput!) { acceptInboxItem(input: $input) {
    item { state } agreements { plainId } events { position kind } position repeated warnings { code } refusal { code field } } }";

#[tokio::test]
async fn whoever_holds_a_token_sees_the_same_inbox_by_graphql_and_by_plain_urls() {
    for_each_database(async |store| {
        let (server, _register) = served(&store).await;
        let token = server.token(Role::Reader, "only-reads").await;
        let denied = server.raw("{ inbox { totalCount } }", json!({})).await;
        assert_eq!(denied["errors"][0]["extensions"]["code"], "UNAUTHENTICATED", "{denied}");
        for path in ["/v1/inbox", "/v1/inbox/2022-05534"] {
            let (code, body) = server.get(path).await;
            assert!(code == 401 && body.contains("UNAUTHENTICATED"), "{path}: {body}");
        }
        let query = format!(
            "query($filter: InboxItemFilter, $first: Int) {{ inbox(filter: $filter, first: $first) {{
                totalCount pageInfo {{ hasNextPage hasPreviousPage }} nodes {{ {ITEM} }} }} }}"
        );
        for (filter, asked, count) in [
            (json!({}), "", 3),
            (json!({ "states": ["WAITING"], "readings": ["PROPOSALS"] }), "state=WAITING&reading=PROPOSALS", 3),
            (json!({ "countries": ["KR", "LT"] }), "country=KR&country=LT", 2),
            (json!({ "states": ["DISMISSED", "KNOWN"] }), "state=DISMISSED&state=KNOWN", 0),
        ] {
            let variables = json!({ "filter": filter, "first": 2 });
            let expected = server.ask_as(&token, &query, variables).await["inbox"].take();
            let mut plain = by_url(&server, &token, &format!("/v1/inbox?first=2&{asked}")).await;
            assert_eq!((&plain["totalCount"], &expected["totalCount"]), (&json!(count), &json!(count)), "{asked}");
            assert_eq!(plain["pageInfo"]["hasNextPage"], expected["pageInfo"]["hasNextPage"]);
            for node in plain["nodes"].as_array_mut().unwrap() {
                for proposal in node["proposals"].as_array_mut().unwrap() {
                    proposal.as_object_mut().unwrap().retain(|name, _| name != "detail" && name != "milestoneId");
                }
            }
            assert_eq!(plain["nodes"], expected["nodes"], "{asked}");
        }
        let first = by_url(&server, &token, "/v1/inbox?first=2").await;
        let after = first["pageInfo"]["endCursor"].as_str().unwrap();
        let rest = by_url(&server, &token, &format!("/v1/inbox?after={after}")).await;
        assert_eq!(rest["nodes"][0]["number"], "2024-03705", "{rest}");
        assert_eq!(by_url(&server, &token, "/v1/inbox/2024-03705").await["number"], "2024-03705");
        let nothing = server.with_header("/v1/inbox/2000-1", "authorization", &format!("Bearer {token}")).await;
        assert_eq!((nothing.status, nothing.json()["error"]["code"].take()), (404, json!("NOT_FOUND")));
        assert_eq!(item(&server, &token, "2000-1").await, Value::Null);
    })
    .await;
}

#[tokio::test]
async fn a_recorder_dismisses_puts_aside_and_takes_up_again_what_it_has_seen_and_a_reader_does_not() {
    for_each_database(async |store| {
        let (server, register) = served(&store).await;
        let token = server.token(Role::Recorder, "press-desk").await;
        let reader = server.token(Role::Reader, "only-reads").await;
        let dismissed = decide(&server, &token, "dismissInboxItem", "2024-03705", json!({ "reason": "NOT_ABOUT_RDP" })).await;
        assert_eq!(
            dismissed["item"],
            json!({ "state": "DISMISSED", "snoozedUntil": null,
                "decision": { "verdict": "DISMISS", "reason": "NOT_ABOUT_RDP", "note": null, "until": null,
                    "by": "press-desk" } })
        );
        let reopened = decide(&server, &token, "reopenInboxItem", "2024-03705", json!({})).await;
        assert_eq!((&reopened["item"]["state"], &reopened["refusal"]), (&json!("WAITING"), &Value::Null));
        let snoozed = decide(&server, &token, "snoozeInboxItem", "2024-03705", json!({ "until": "2026-12-31" })).await;
        assert_eq!(snoozed["item"]["snoozedUntil"], "2026-12-31");
        let past = decide(&server, &token, "snoozeInboxItem", "2024-03705", json!({ "until": "2026-01-01" })).await;
        assert_eq!((&past["refusal"]["code"], &past["refusal"]["field"]), (&json!("INVALID_FIELD"), &json!("until")));
        let read = item(&server, &token, "2023-19604").await["contentHash"].take();
        server.clock.set("2026-11-25T12:00:00Z".parse().unwrap());
        register.retitle("2023-19604", "Negotiation of a Reciprocal Defense Procurement Memorandum With the Republic of Chile");
        fill(&server, &store, &register).await;
        let changed = decide(&server, &token, "dismissInboxItem", "2023-19604", json!({ "reason": "OTHER", "contentHash": read })).await;
        assert_eq!(changed["refusal"]["code"], "INBOX_ITEM_CHANGED", "{changed}");
        let missing = json!({ "input": { "number": "2000-1", "contentHash": "", "reason": "OTHER" } });
        let dismiss = "mutation($input: DismissInboxItemInput!) { dismissInboxItem(input: $input) { item { state } refusal { code field } } }";
        let nothing = server.ask_as(&token, dismiss, missing.clone()).await["dismissInboxItem"].take();
        assert_eq!(nothing, json!({ "item": null, "refusal": { "code": "NO_SUCH_INBOX_ITEM", "field": "number" } }));
        let denied = server.raw_as(&reader, dismiss, missing).await;
        assert_eq!(denied["errors"][0]["extensions"]["code"], "FORBIDDEN", "{denied}");
        assert_eq!(server.behind.answers.position().0, 0, "none of it is in the log");
    })
    .await;
}

#[tokio::test]
async fn what_is_accepted_by_graphql_is_recorded_once_also_when_it_was_edited() {
    for_each_database(async |store| {
        let (server, _register) = served(&store).await;
        let token = server.token(Role::Recorder, "press-desk").await;
        let hash = item(&server, &token, "2024-03705").await["contentHash"].take();
        let input = json!({ "input": { "number": "2024-03705", "publishedOn": "2024-02-23", "contentHash": hash } });
        let accepted = server.ask_as(&token, ACCEPT, input.clone()).await["acceptInboxItem"].take();
        let kinds = json!([{ "position": 1, "kind": "AGREEMENT_OPENED" }, { "position": 2, "kind": "MILESTONE_RECORDED" }]);
        assert_eq!((&accepted["events"], &accepted["repeated"]), (&kinds, &json!(false)), "{accepted}");
        assert_eq!((&accepted["item"]["state"], &accepted["position"]), (&json!("ACCEPTED"), &json!(2)));
        let again = server.ask_as(&token, ACCEPT, input).await["acceptInboxItem"].take();
        assert_eq!((&again["events"], &again["repeated"], &again["refusal"]), (&json!([]), &json!(true), &Value::Null));
        // What the document says of Lithuania, as a person would have it.
        let hash = item(&server, &token, "2022-05534").await["contentHash"].take();
        let listed = json!({ "listed": { "occurred": "2022-03-18", "evidence": "STATED", "summary": "Listed.", "listing": "CASE_BY_CASE" } });
        let wrong = json!([{ "number": 9 }]);
        let edited = json!([{ "number": 1, "edited": listed }]);
        let input = |proposals: &Value| json!({ "input": { "number": "2022-05534", "contentHash": hash, "proposals": proposals } });
        let refused = server.ask_as(&token, ACCEPT, input(&wrong)).await["acceptInboxItem"].take();
        assert_eq!(refused["refusal"], json!({ "code": "INVALID_FIELD", "field": "proposals.0" }));
        let nothing = server.ask_as(&token, ACCEPT, input(&json!([]))).await["acceptInboxItem"].take();
        assert_eq!(nothing["refusal"]["code"], "NOTHING_OFFERED");
        assert_eq!(server.behind.answers.position().0, 2);
        for position in [4, 4] {
            let done = server.ask_as(&token, ACCEPT, input(&edited)).await["acceptInboxItem"].take();
            assert_eq!((&done["item"]["state"], &done["refusal"]), (&json!("ACCEPTED"), &Value::Null), "{done}");
            assert_eq!(server.behind.answers.position().0, position);
        }
        let status = server.ask("{ country(code: \"LT\") { status(instrument: \"rdp\", asOf: \"2022-04-01\") { listing } } }").await;
        assert_eq!(status["country"]["status"]["listing"], "CASE_BY_CASE");
        let items = server.behind.answers.inbox(SOURCE).await.unwrap();
        let states: Vec<ItemState> = items.iter().map(|item| item.state).collect();
        assert_eq!(states, [ItemState::Accepted, ItemState::Waiting, ItemState::Accepted]);
    })
    .await;
}

#[tokio::test]
async fn the_bytes_that_were_read_are_given_to_anyone_by_the_digest_that_the_log_names() {
    for_each_database(async |store| {
        let (server, _register) = served(&store).await;
        let token = server.token(Role::Recorder, "press-desk").await;
        let item = item(&server, &token, "2022-05534").await;
        let input = json!({ "input": { "number": "2022-05534", "contentHash": item["contentHash"] } });
        server.ask_as(&token, ACCEPT, input).await;
        let query = "{ agreement(id: \"rdp/LT\") { milestones { nodes { sources { capture { sha256 path } } } } } }";
        let told = server.ask(query).await["agreement"]["milestones"]["nodes"][0]["sources"][0]["capture"].take();
        assert_eq!((&told["sha256"], &told["path"]), (&item["captures"][0]["sha256"], &item["captures"][0]["path"]));
        let parts = item["captures"].as_array().unwrap();
        assert_eq!(parts.len(), 2, "the document, and the text of a rule: {item}");
        for part in parts {
            let (sha256, path) = (part["sha256"].as_str().unwrap(), part["path"].as_str().unwrap());
            assert_eq!(path, format!("/v1/captures/{sha256}"));
            let answer = server.send(reqwest::Method::GET, path, "*/*").await;
            assert_eq!(hex::encode(Sha256::digest(answer.body.as_bytes())), sha256);
            assert_eq!((answer.status, answer.header("content-type")), (200, "application/octet-stream"));
            assert_eq!(answer.header("x-content-type-options"), "nosniff");
            assert!(answer.header("content-disposition").starts_with("attachment"));
            assert!(answer.header("cache-control").contains("immutable"));
        }
        for wrong in ["00".repeat(32), "AB".repeat(32), "x".to_owned()] {
            assert_eq!(server.get(&format!("/v1/captures/{wrong}")).await.0, 404, "{wrong}");
        }
    })
    .await;
}

#[tokio::test]
async fn both_faces_tell_alike_how_far_each_source_was_seen() {
    for_each_database(async |store| {
        let (server, register) = served(&store).await;
        register.break_by(Fault::Status(500));
        fill(&server, &store, &register).await;
        let query = "{ sources { source seenUpTo lastSuccess lastFailure { outcome message at } lastOutcome failedInARow checksFailing waiting } }";
        let expected = server.ask(query).await["sources"].take();
        let (code, body) = server.get("/v1/sources").await;
        assert_eq!(code, 200);
        assert_eq!(serde_json::from_str::<Value>(&body).unwrap()["nodes"], expected);
        let register = &expected[1];
        assert_eq!(register["source"], "federal-register");
        assert_eq!((&register["seenUpTo"], &register["lastOutcome"]), (&json!("2026-11-24"), &json!("http_5xx")));
        assert_eq!((&register["failedInARow"], &register["waiting"]), (&json!(1), &json!(3)));
        assert_eq!((&expected[0]["source"], &expected[0]["seenUpTo"]), (&json!("ecfr"), &Value::Null));
    })
    .await;
}
