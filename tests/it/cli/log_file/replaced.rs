//! Is a file that is taken away from under a server noticed before anything is acknowledged?

use std::time::Duration;

use testkit::places::{Place, yes};
use testkit::programs::{Program, free_port};

use super::asked::{mutate, told_ready, url};

/// Sends a mutation to a server; gives the error's code, or the position.
fn send(server: &Program, token: &str, number: u128) -> String {
    let answer = tokio::runtime::Runtime::new().unwrap().block_on(mutate(server, token, number));
    match answer["errors"][0]["extensions"]["code"].as_str() {
        Some(code) => code.to_owned(),
        None => answer["data"]["openAgreement"]["position"].to_string(),
    }
}

fn readiness(server: &Program) -> u16 {
    tokio::runtime::Runtime::new().unwrap().block_on(async { told_ready(server).await.0 })
}

#[test]
fn a_file_that_is_moved_deleted_or_replaced_under_a_server_takes_nothing_that_is_acknowledged() {
    let place = Place::bare();
    let server = Program::serve(&url(&place, "depositary.db"), free_port(), &[]);
    let token = yes(place.run(&["token", "create", "--role", "recorder", "--name", "desk"]));
    let token = token.trim();
    assert_eq!(send(&server, token, 0), "644");
    std::fs::rename(place.path("depositary.db"), place.path("elsewhere.db")).unwrap();
    assert_eq!(send(&server, token, 1), "STORAGE_UNAVAILABLE");
    assert_eq!(readiness(&server), 503);
    assert!(!place.path("depositary.db").exists(), "no new one was made");
    std::fs::rename(place.path("elsewhere.db"), place.path("depositary.db")).unwrap();
    assert_eq!(send(&server, token, 2), "645", "it is back, and so is the server");
    // Another log in its place.
    let other = Place::seeded();
    std::fs::copy(other.path("depositary.db"), place.path("other.db")).unwrap();
    std::fs::rename(place.path("depositary.db"), place.path("kept.db")).unwrap();
    std::fs::rename(place.path("other.db"), place.path("depositary.db")).unwrap();
    assert_eq!(send(&server, token, 3), "STORAGE_UNAVAILABLE");
    std::fs::remove_file(place.path("depositary.db")).unwrap();
    std::fs::rename(place.path("kept.db"), place.path("depositary.db")).unwrap();
    assert_eq!(send(&server, token, 4), "646");
    // What it writes ahead into is a part of the log.
    std::fs::remove_file(place.path("depositary.db-wal")).unwrap();
    assert_eq!(send(&server, token, 5), "STORAGE_UNAVAILABLE");
    std::fs::remove_file(place.path("depositary.db")).unwrap();
    assert_eq!(send(&server, token, 6), "STORAGE_UNAVAILABLE");
    std::thread::sleep(Duration::from_millis(1_100));
    assert_eq!(readiness(&server), 503);
}

#[test]
fn what_a_log_is_written_ahead_into_is_watched_as_the_log_is() {
    let place = Place::bare();
    let server = Program::serve(&url(&place, "depositary.db"), free_port(), &[]);
    let token = yes(place.run(&["token", "create", "--role", "recorder", "--name", "desk"]));
    assert_eq!(send(&server, token.trim(), 0), "644");
    std::fs::write(place.path("other"), [0; 4_096]).unwrap();
    std::fs::rename(place.path("depositary.db-wal"), place.path("kept")).unwrap();
    std::fs::rename(place.path("other"), place.path("depositary.db-wal")).unwrap();
    assert_eq!(send(&server, token.trim(), 1), "STORAGE_UNAVAILABLE");
    std::fs::rename(place.path("kept"), place.path("depositary.db-wal")).unwrap();
    assert_eq!(send(&server, token.trim(), 2), "646", "it is back with what was in doubt, and so is the server");
}

#[test]
fn a_server_whose_log_was_replaced_by_an_older_one_is_not_ready() {
    let place = Place::bare();
    let server = Program::serve(&url(&place, "depositary.db"), free_port(), &[]);
    let token = yes(place.run(&["token", "create", "--role", "recorder", "--name", "desk"]));
    yes(place.run(&["backup", "older.db"]));
    assert_eq!(send(&server, token.trim(), 0), "644");
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        let options = sqlx::sqlite::SqliteConnectOptions::new().filename(place.path("depositary.db"));
        let mut connection = sqlx::ConnectOptions::connect(&options).await.unwrap();
        sqlx::query("pragma wal_checkpoint(truncate)").execute(&mut connection).await.unwrap();
        sqlx::Connection::close(connection).await.unwrap();
        // Into the same file, as `cp` writes.
        std::fs::copy(place.path("older.db"), place.path("depositary.db")).unwrap();
        let (code, said) = told_ready(&server).await;
        assert!(code == 503 && said.contains("replaced by an older one"), "{code} {said}");
    });
    assert_eq!(send(&server, token.trim(), 1), "STORAGE_UNAVAILABLE");
}
