//! Does a command land once: when many race, when it is sent twice, and when its connection is cut?

use std::collections::BTreeSet;
use std::time::Duration;

use depositary::access::Role;
use futures_util::future::join_all;
use serde_json::{Value, json};
use testkit::databases::Database;
use testkit::mutations::{fresh, input, milestone, mutate, sources};
use testkit::serving::{Served, for_each_server};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

fn note(agreement: &str, summary: &str) -> Value {
    let milestone = milestone("noted", "2010", json!({ "summary": summary }));
    input(agreement, json!({ "milestone": milestone, "sources": sources() }))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_thirty_two_writers_with_the_same_expected_version_exactly_one_succeeds_a_hundred_times() {
    for database in Database::each().await {
        // Two processes on the one database.
        let served =
            [Served::empty(database.store().await, false).await, Served::empty(database.store().await, false).await];
        let [one, other] = &served;
        let token = one.token(Role::Recorder, "desk").await;
        mutate(one, &token, "openAgreement", input("rdp/RO", json!({}))).await;
        for round in 1..=100_u32 {
            let writers = (0..32).map(|writer| {
                let mut note = note("rdp/RO", &format!("Round {round}, writer {writer}."));
                note["expectedVersion"] = json!(round);
                mutate(if writer % 2 == 0 { one } else { other }, &token, "recordMilestone", note)
            });
            let payloads = join_all(writers).await;
            let won: Vec<&Value> = payloads.iter().filter(|payload| payload["refusal"].is_null()).collect();
            assert_eq!(won.len(), 1, "round {round}: {won:?}");
            assert_eq!(won[0]["agreement"]["version"], round + 1);
            assert!(
                payloads
                    .iter()
                    .all(|payload| payload["refusal"].is_null() || payload["refusal"]["code"] == "VERSION_CONFLICT")
            );
        }
        drop(served);
        database.drop().await;
    }
}

#[tokio::test]
async fn a_command_sent_twice_lands_once_and_its_id_serves_no_other() {
    for_each_server(async |served| {
        let token = served.token(Role::Recorder, "desk").await;
        mutate(served, &token, "openAgreement", input("rdp/RO", json!({}))).await;
        let mut note = note("rdp/RO", "Once.");
        note["expectedVersion"] = json!(1);
        let both = join_all([0, 1].map(|_| mutate(served, &token, "recordMilestone", note.clone()))).await;
        let positions: BTreeSet<String> = both.iter().map(|payload| payload["position"].to_string()).collect();
        assert_eq!(positions.len(), 1, "{both:?}");
        let repeated = both.iter().filter(|payload| payload["repeated"] == true).count();
        assert_eq!(repeated, 1);
        // Also when the version that it expected has long gone by.
        let later = mutate(served, &token, "recordMilestone", note.clone()).await;
        assert_eq!((&later["repeated"], &later["events"][0]["milestone"]["summary"]), (&json!(true), &json!("Once.")));
        note["milestone"]["noted"]["summary"] = json!("Something else.");
        let reused = mutate(served, &token, "recordMilestone", note).await;
        assert_eq!(reused["refusal"]["code"], "COMMAND_ID_REUSED");
        assert_eq!(reused["refusal"]["field"], "commandId");
    })
    .await;
}

#[tokio::test]
async fn a_command_whose_connection_was_cut_lands_once_when_it_is_sent_again() {
    for_each_server(async |served| {
        let token = served.token(Role::Recorder, "desk").await;
        mutate(served, &token, "openAgreement", input("rdp/RO", json!({}))).await;
        let mut landed_before = 0;
        for round in 0..50_u64 {
            let note = note("rdp/RO", &format!("Round {round}."));
            let query = "mutation($input: RecordMilestoneInput!) { recordMilestone(input: $input) { position } }";
            let body = json!({ "query": query, "variables": { "input": note } }).to_string();
            let request = format!(
                "POST /graphql HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {token}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
                body.len(),
            );
            let mut connection = TcpStream::connect(served.address).await.unwrap();
            // Cut anywhere: in the middle of the request, right after it, or while it is being answered.
            let sent = if round % 5 == 0 { request.len() / 2 } else { request.len() };
            connection.write_all(&request.as_bytes()[..sent]).await.unwrap();
            tokio::time::sleep(Duration::from_micros(round * 100)).await;
            drop(connection);
            let again = mutate(served, &token, "recordMilestone", note).await;
            assert_eq!(again["refusal"], Value::Null);
            landed_before += u32::from(again["repeated"] == true);
        }
        assert!(landed_before > 0, "no cut command had landed, so nothing was tried");
        let query = "{ agreement(id: \"rdp/RO\") { version milestones(first: 100) { totalCount nodes { summary } } } }";
        let agreement = served.ask(query).await["agreement"].take();
        assert_eq!((&agreement["version"], &agreement["milestones"]["totalCount"]), (&json!(51), &json!(50)));
        let summaries: BTreeSet<String> =
            agreement["milestones"]["nodes"].as_array().unwrap().iter().map(|node| node["summary"].to_string()).collect();
        assert_eq!(summaries.len(), 50);
    })
    .await;
}

#[tokio::test]
async fn a_unit_sent_again_is_all_of_it_and_its_id_serves_no_other_unit() {
    for_each_server(async |served| {
        let token = served.token(Role::Recorder, "desk").await;
        mutate(served, &token, "openAgreement", input("rdp/RO", json!({}))).await;
        let id = fresh();
        let one = |summary: &str| {
            let milestone = milestone("noted", "2010", json!({ "summary": summary }));
            json!({ "agreementId": "rdp/RO", "milestone": milestone, "sources": sources() })
        };
        let unit = |notes: &[&str]| json!({ "commandId": id, "milestones": notes.iter().map(|note| one(note)).collect::<Vec<_>>() });
        let recorded = mutate(served, &token, "recordMilestones", unit(&["a", "b"])).await;
        assert_eq!(recorded["refusal"], Value::Null);
        for other in [&["a"][..], &["a", "b", "c"], &["b", "a"]] {
            let refused = mutate(served, &token, "recordMilestones", unit(other)).await;
            assert_eq!((&refused["refusal"]["code"], &refused["refusal"]["field"]), (&json!("COMMAND_ID_REUSED"), &json!("commandId")), "{other:?}");
        }
        let mut single = one("a");
        single["commandId"] = json!(id);
        let refused = mutate(served, &token, "recordMilestone", single).await;
        assert_eq!(refused["refusal"]["code"], "COMMAND_ID_REUSED");
        let again = mutate(served, &token, "recordMilestones", unit(&["a", "b"])).await;
        assert_eq!((&again["repeated"], &again["position"]), (&json!(true), &recorded["position"]));
    })
    .await;
}
