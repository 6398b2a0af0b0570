//! Is what a person adds to a decision kept with it, shown by every face, and refused where it could not be shown?

use std::process::{Command, Output};

use depositary::access::Role;
use serde_json::{Value, json};

use testkit::databases::Database;
use testkit::inbox::{by_url, decide, item};
use testkit::register::Register;
use testkit::register::documents;
use testkit::register::fill;
use testkit::serving::Served;

/// Runs the program on a database: its exit code, and what it printed to both streams.
pub fn run(database: &Database, arguments: &[&str]) -> (i32, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_depositary"));
    command.args(arguments).env("DATABASE_URL", database.url()).env("DEPOSITARY_LOG", "warn");
    let Output { status, stdout, stderr } = command.output().unwrap();
    (status.code().unwrap(), String::from_utf8([stdout, stderr].concat()).unwrap())
}

/// A server over each database whose log is empty and whose inbox holds some documents.
pub async fn for_each_desk(documents: Vec<Value>, test: impl AsyncFn(&Database, &Served)) {
    for database in Database::each().await {
        let store = database.store().await;
        let (server, register) = (Served::empty(store.clone(), false).await, Register::start(documents.clone()).await);
        fill(&server, &store, &register).await;
        test(&database, &server).await;
        drop(server);
        database.drop().await;
    }
}

/// The document of a number as `inbox list --json` prints it.
fn listed(database: &Database, number: &str) -> Value {
    let (code, printed) = run(database, &["inbox", "list", "--json"]);
    assert_eq!(code, 0, "{printed}");
    let items: Vec<Value> = serde_json::from_str(&printed).unwrap();
    items.into_iter().find(|item| item["number"] == number).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_note_is_kept_with_its_decision_and_every_face_shows_it() {
    for_each_desk(documents(), async |database, server| {
        let token = server.token(Role::Recorder, "press-desk").await;
        let said = "It speaks of trade – not of this.";
        let dismiss = ["inbox", "dismiss", "2024-03705", "--reason", "other", "--note", said, "--actor", "night-desk"];
        assert_eq!(run(database, &dismiss).0, 0);
        // The terminal decides by the machine's clock.
        server.clock.set(depositary::clock::Clock::system().now());
        let decision = item(server, &token, "2024-03705").await["decision"].take();
        assert_eq!((&decision["note"], &decision["by"]), (&json!(said), &json!("night-desk")), "{decision}");
        let plain = by_url(server, &token, "/v1/inbox/2024-03705").await;
        assert_eq!(plain["decision"]["note"], said, "{plain}");
        assert_eq!(listed(database, "2024-03705")["decided"]["note"], said);
        let more = json!({ "until": "2999-01-31", "note": "Ask the attaché first." });
        let snoozed = decide(server, &token, "snoozeInboxItem", "2023-19604", more).await;
        assert_eq!(snoozed["item"]["decision"]["note"], "Ask the attaché first.", "{snoozed}");
        assert_eq!(listed(database, "2023-19604")["decided"]["note"], "Ask the attaché first.");
        let without = decide(server, &token, "dismissInboxItem", "2022-05534", json!({ "reason": "OTHER" })).await;
        assert_eq!(without["item"]["decision"]["note"], Value::Null, "{without}");
        // A decision that is taken back says no more why the former one was taken.
        let reopened = decide(server, &token, "reopenInboxItem", "2024-03705", json!({})).await;
        assert_eq!(reopened["item"]["decision"]["note"], Value::Null, "{reopened}");
        assert_eq!(server.behind.answers.position().0, 0, "none of it is in the log");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_note_passes_the_door_of_every_text_or_nothing_is_decided() {
    for_each_desk(documents(), async |database, server| {
        let token = server.token(Role::Recorder, "press-desk").await;
        let long = "ж".repeat(2_001);
        for (note, says) in [
            ("", "is empty"),
            (" ", "is empty"),
            ("a bell\u{7}", "control characters"),
            ("\u{1b}[2J", "control characters"),
            ("turned \u{202e}round", "U+202E"),
            ("un\u{200b}seen", "U+200B"),
            ("see https://me:secret@example.org/", "password"),
            (&long, "longer than 2000"),
        ] {
            let more = json!({ "reason": "OTHER", "note": note });
            let refused = decide(server, &token, "dismissInboxItem", "2024-03705", more).await;
            let refusal = &refused["refusal"];
            assert_eq!((&refusal["code"], &refusal["field"]), (&json!("INVALID_FIELD"), &json!("note")), "{note:?}");
            assert!(refusal["message"].as_str().unwrap().contains(says), "{note:?}: {refusal}");
            let (code, printed) =
                run(database, &["inbox", "snooze", "2024-03705", "--until", "2999-01-01", "--note", note]);
            assert!(code == 2 && printed.contains(says), "{note:?}: {printed}");
        }
        let longest = json!({ "reason": "OTHER", "note": "ж".repeat(2_000) });
        let untouched = item(server, &token, "2024-03705").await;
        assert_eq!((&untouched["state"], &untouched["decision"]), (&json!("WAITING"), &Value::Null), "{untouched}");
        let kept = decide(server, &token, "dismissInboxItem", "2024-03705", longest).await;
        assert_eq!(kept["item"]["state"], "DISMISSED", "{kept}");
    })
    .await;
}
