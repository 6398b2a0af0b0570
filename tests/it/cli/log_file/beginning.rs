//! What begins a log, and what must not?

use std::process::Command;

use depositary::domain::ids::CommandId;
use depositary::store::Store;
use serde_json::json;
use testkit::facts::{Process, note, open};
use testkit::places::{Place, Said, line, said, yes};
use testkit::programs::{Program, free_port};

use super::asked::{mode, url};

#[test]
fn only_what_begins_a_log_makes_a_database() {
    let place = Place::bare();
    for command in [
        &["status", "LV"][..],
        &["export"],
        &["verify"],
        &["backup", "copy.db"],
        &["rebuild"],
        &["token", "list"],
        &["token", "create", "--role", "reader", "--name", "desk"],
        &["webhooks", "list"],
        &["alerts", "run"],
        &["checkpoint"],
        &["evidence", "KR"],
        &["export", "--format", "csv", "--table", "periods"],
    ] {
        let Said { code, err, .. } = place.run(command);
        assert!(code == 2 && err.contains("there is no database"), "{command:?}: {err}");
        assert_eq!(std::fs::read_dir(place.path("")).unwrap().count(), 0, "{command:?}");
    }
    yes(place.run(&["migrate"]));
    assert_eq!(mode(&place.path("depositary.db")), 0o600);
}

#[test]
fn no_log_begins_under_the_key_of_another_one_unless_it_is_told_to() {
    let place = Place::seeded();
    drop(Program::serve(&url(&place, "depositary.db"), free_port(), &[]));
    let key = std::fs::read(place.path("depositary.db.key")).unwrap();
    let export = yes(place.run(&["export"]));
    std::fs::write(place.path("log.jsonl"), export).unwrap();
    let gone = || {
        for name in ["depositary.db", "depositary.db-wal", "depositary.db-shm"] {
            let _ = std::fs::remove_file(place.path(name));
        }
    };
    gone();
    for command in
        [&["serve", "--listen", "127.0.0.1:0"][..], &["import", "--bundled"], &["migrate"], &["import", "--bundled"]]
    {
        let said = place.run(command);
        assert!(said.code == 2 && said.err.contains("--new-log"), "{command:?}: {}", said.err);
    }
    gone();
    // The log itself may come back.
    let said = place.run(&["restore", "log.jsonl"]);
    assert!(said.code == 0 && said.err.contains("signs for this log"), "{}", said.err);
    gone();
    yes(place.run(&["--new-log", "import", "--bundled"]));
    assert_eq!(std::fs::read(place.path("depositary.db.key")).unwrap(), key);
}

#[test]
fn an_empty_file_or_what_is_left_of_a_log_is_no_beginning_without_a_word() {
    let place = Place::bare();
    std::fs::write(place.path("depositary.db"), "").unwrap();
    let said = place.run(&["import", "--bundled"]);
    assert!(said.code == 0 && said.err.contains("was there and holds no log"), "{}", said.err);
    std::fs::write(place.path("lost.db-wal"), "what was written ahead").unwrap();
    let said = place.run_on("lost.db", &["import", "--bundled"]);
    assert!(said.code == 2 && said.err.contains("whose file is gone"), "{}", said.err);
    assert!(!place.path("lost.db").exists());
}

#[test]
fn a_password_in_a_wrong_url_is_told_to_nobody() {
    let place = Place::bare();
    for url in [
        "postgres://h:notaport/db?user=u&password=SECRETPW",
        "postgres://u:SECRETPW@h:notaport/db",
        "mysql://u:SECRETPW@h/db",
        "SECRETPW",
    ] {
        let mut command = Command::new(testkit::programs::binary());
        let said = said(command.arg("export").env("DATABASE_URL", url).current_dir(place.path("")));
        assert_eq!(said.code, 2);
        assert!(url == "SECRETPW" || !said.err.contains("SECRETPW"), "{}", said.err);
    }
}

#[tokio::test]
async fn an_import_whose_ids_were_taken_records_its_facts_once_all_the_same() {
    let place = Place::bare();
    yes(place.run(&["migrate"]));
    let store = Store::connect(&url(&place, "depositary.db")).await.unwrap();
    let process = Process::start(store.clone()).await;
    let named = |name: &str, command: depositary::domain::command::Command| depositary::domain::command::Command {
        id: CommandId::named(name),
        ..command
    };
    // As early releases let callers do.
    let taken = vec![
        open("rdp/LV"),
        named("open:rdp/RO", note("takes the opening", "rdp/LV")),
        named("fact:a", note("takes the fact", "rdp/LV")),
    ];
    assert!(process.tracker.execute(taken).await.is_ok());
    store.close().await;
    let file = place.write("facts.jsonl", &[line("a", "2020-01-01", "First."), line("b", "2021", "Second.")]);
    let first = place.run(&["import", "--accept-log-end", &file, "--json"]).json();
    assert_eq!((&first["recorded"], &first["unchanged"]), (&json!(2), &json!(0)), "{first}");
    let again = place.run(&["import", &file, "--json"]).json();
    assert_eq!((&again["recorded"], &again["unchanged"]), (&json!(0), &json!(2)), "{again}");
    let changed = place.write("changed.jsonl", &[line("a", "2020-01-02", "First, better.")]);
    let corrected = place.run(&["import", "--correct", &changed, "--json"]).json();
    assert_eq!(corrected["corrected"], 1, "{corrected}");
}
