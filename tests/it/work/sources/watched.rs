//! Does whoever listens to the inbox hear of every document, and of each change once?

use std::time::Duration;

use depositary::access::Role;
use depositary::domain::ids::Actor;
use serde_json::{Value, json};

use testkit::databases::Database;
use testkit::inbox::decide;
use testkit::register::documents;
use testkit::register::fill;
use testkit::register::{Register, notice};
use testkit::serving::Served;
use testkit::sockets::{Heard, Socket};

const CHANGED: &str = "subscription { inboxChanged { number state decision { note } proposals { meeting recorded milestone { kind } } } }";

async fn next(socket: &mut Socket) -> (String, String, Value) {
    let mut heard = socket.next().await["inboxChanged"].take();
    let text = |name: &str| heard[name].as_str().unwrap().to_owned();
    (text("number"), text("state"), heard["proposals"][0].take())
}

async fn is_silent(socket: &mut Socket) {
    let more = tokio::time::timeout(Duration::from_millis(2_500), socket.hear()).await;
    assert!(more.is_err(), "{more:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_listener_hears_each_document_as_it_stands_and_again_when_it_changes() {
    for database in Database::each().await {
        let store = database.store().await;
        let (server, register) = (Served::empty(store.clone(), false).await, Register::start(documents()).await);
        fill(&server, &store, &register).await;
        let token = server.token(Role::Recorder, "press-desk").await;
        let mut socket = Socket::introduced(server.address, &token).await.unwrap();
        socket.subscribe("1", CHANGED, json!({})).await;
        let mut heard = Vec::new();
        for _ in 0..3 {
            heard.push(next(&mut socket).await.0);
        }
        assert_eq!(heard, ["2022-05534", "2023-19604", "2024-03705"], "every document as it stands");
        // The same poll again is no news, and neither is a document about something else.
        fill(&server, &store, &register).await;
        is_silent(&mut socket).await;
        decide(&server, &token, "dismissInboxItem", "2023-19604", json!({ "reason": "OTHER", "note": "Trade." })).await;
        let dismissed = socket.next().await["inboxChanged"].take();
        assert_eq!((&dismissed["state"], &dismissed["decision"]["note"]), (&json!("DISMISSED"), &json!("Trade.")));
        // What another process decides is heard as well, and what it records.
        let items = server.behind.answers.every_item().await.unwrap();
        let korea = items.iter().find(|item| item.key.number == "2024-03705").unwrap();
        let (desk, tracker) = (Actor::parse("night-desk").unwrap(), &server.behind.tracker);
        depositary::work::desk::accept(korea, &[], &desk, tracker, &server.behind.answers).await.unwrap();
        let accepted = loop {
            let (number, state, proposal) = next(&mut socket).await;
            assert_eq!(number, "2024-03705");
            // Between the record and the decision there may be a look.
            if state == "ACCEPTED" && proposal["milestone"] != Value::Null {
                break proposal;
            }
        };
        assert_eq!((&accepted["recorded"], &accepted["milestone"]["kind"]), (&json!(true), &json!("NOTICE_PUBLISHED")));
        // A day passes, on which a document that was put aside waits again.
        decide(&server, &token, "snoozeInboxItem", "2022-05534", json!({ "until": "2026-12-01" })).await;
        assert_eq!(next(&mut socket).await.1, "SNOOZED");
        server.clock.set("2026-12-01T00:00:00Z".parse().unwrap());
        assert_eq!(next(&mut socket).await.1, "WAITING");
        let more = Register::start(vec![notice("2024-04444", "2024-03-01", "Republic of Chile")]).await;
        fill(&server, &store, &more).await;
        assert_eq!(next(&mut socket).await.0, "2024-04444");
        // Whoever comes back is told of everything as it stands.
        let mut again = Socket::introduced(server.address, &token).await.unwrap();
        again.subscribe("1", CHANGED, json!({})).await;
        let mut states = Vec::new();
        for _ in 0..4 {
            states.push(next(&mut again).await.1);
        }
        states.sort();
        assert_eq!(states, ["ACCEPTED", "DISMISSED", "WAITING", "WAITING"]);
        drop((socket, again, server));
        database.drop().await;
    }
}

#[tokio::test]
async fn nobody_listens_to_the_inbox_without_a_token() {
    let database = Database::sqlite();
    let server = Served::empty(database.store().await, false).await;
    let mut socket = Socket::introduced(server.address, "").await.unwrap();
    socket.subscribe("1", CHANGED, json!({})).await;
    let Heard::Message(message) = socket.hear().await else { panic!("nothing was heard") };
    let told = message.to_string();
    assert!(told.contains("UNAUTHENTICATED"), "{told}");
}
