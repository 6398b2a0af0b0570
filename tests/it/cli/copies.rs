//! Is a copy that was made while a server wrote a beginning of its log, proven so, by the commands that the README names?

use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::SeqCst};
use std::time::Duration;

use serde_json::json;
use testkit::databases::{Database, postgres_server};
use testkit::places::{Place, said, yes};
use testkit::programs::{Program, free_port};

/// Runs a program of PostgreSQL.
fn postgres(program: &str, arguments: &[&str]) {
    let done = Command::new(program).args(arguments).output().unwrap();
    assert!(done.status.success(), "{program}: {}", String::from_utf8_lossy(&done.stderr));
}

/// Runs the program on a database, in a place.
fn run(place: &Place, url: &str, arguments: &[&str]) -> String {
    let mut command = Command::new(testkit::programs::binary());
    yes(said(command.args(arguments).env("DATABASE_URL", url).current_dir(place.path(""))))
}

/// Records facts by GraphQL until it is told to end, and counts those that were acknowledged.
///
/// A write that was not acknowledged is sent again under its own command id, as every client does: a busy machine may answer 503 for a moment.
fn write(address: std::net::SocketAddr, token: &str, ends: &AtomicBool, written: &AtomicU64) {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let client = reqwest::Client::new();
    let query = "mutation($input: AddSourceInput!) { addSource(input: $input) { position refusal { message } } }";
    let find = json!({ "query": "{ agreement(id: \"rdp/KR\") { milestones(first: 10) { nodes { id } } } }" });
    let ask = async |body: &serde_json::Value, wanted: &str| -> serde_json::Value {
        for _ in 0..50 {
            let request = client.post(format!("http://{address}/graphql")).bearer_auth(token).json(body);
            let answer: serde_json::Value = request.send().await.unwrap().json().await.unwrap();
            match answer.pointer(wanted) {
                Some(found) if !found.is_null() => return found.clone(),
                _ => assert_eq!(answer["errors"][0]["extensions"]["code"], "STORAGE_UNAVAILABLE", "{answer}"),
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("the server was not available for five seconds");
    };
    runtime.block_on(async {
        let milestones = ask(&find, "/data/agreement/milestones/nodes").await;
        while !ends.load(SeqCst) {
            let number = written.load(SeqCst);
            let source = json!({ "title": format!("source {number}"), "url": "https://example.org/", "reliability": "SECONDARY" });
            // A milestone takes 200 sources, and a slow machine leaves time for more.
            let milestone = &milestones[usize::try_from(number).unwrap() / 150]["id"];
            let command = uuid::Uuid::from_u128(u128::from(number) + 1);
            let input = json!({ "agreementId": "rdp/KR", "commandId": command, "milestoneId": milestone, "source": source });
            ask(&json!({ "query": query, "variables": { "input": input } }), "/data/addSource/position").await;
            written.fetch_add(1, SeqCst);
        }
    });
}

/// Waits until so many facts more were acknowledged than when it was asked.
///
/// # Panics
///
/// Where that takes longer than a minute.
fn more(written: &AtomicU64, facts: u64) {
    let (before, began) = (written.load(SeqCst), std::time::Instant::now());
    while written.load(SeqCst) < before + facts {
        assert!(
            began.elapsed() < Duration::from_mins(1),
            "{} of {facts} facts were written in a minute",
            written.load(SeqCst) - before
        );
        std::thread::sleep(Duration::from_millis(10));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restored_copy_is_a_proven_beginning_of_the_live_log() {
    for database in Database::each().await {
        let place = Place::bare();
        let url = database.url();
        let key = place.path("log.key").display().to_string();
        let server = Program::serve(&url, free_port(), &["--log-key", &key]);
        let token = run(&place, &url, &["token", "create", "--role", "recorder", "--name", "press-desk"]);
        let (ends, written) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
        let writer = {
            let (ends, written, address) = (ends.clone(), written.clone(), server.address);
            std::thread::spawn(move || write(address, token.trim(), &ends, &written))
        };
        more(&written, 10);
        let copy = match &database {
            Database::Sqlite(_) => {
                run(&place, &url, &["backup", "copy.db"]);
                format!("sqlite://{}", place.path("copy.db").display())
            }
            Database::Postgres { name, .. } => {
                let dump = place.path("copy.dump").display().to_string();
                postgres("pg_dump", &["--format=custom", "--file", &dump, &url]);
                let server = postgres_server().unwrap();
                let copy = format!("{}/{name}_copy", server.rsplit_once('/').unwrap().0);
                postgres("createdb", &["--maintenance-db", &server, &format!("{name}_copy")]);
                postgres("pg_restore", &["--exit-on-error", "--dbname", &copy, &dump]);
                copy
            }
        };
        more(&written, 10);
        ends.store(true, SeqCst);
        writer.join().unwrap();
        let written = written.load(SeqCst);

        let checkpoint = run(&place, &copy, &["checkpoint", "--log-key", &key]);
        let size: u64 = checkpoint.lines().nth(1).unwrap().parse().unwrap();
        assert!(size > 643 && size < 643 + written, "the copy was made between writes: {size} of {written}");
        std::fs::write(place.path("copy.txt"), &checkpoint).unwrap();
        let verifier = run(&place, &copy, &["checkpoint", "--key", "--log-key", &key]);
        let told = run(&place, &copy, &["verify"]);
        assert!(told.contains(&format!("{size} events of the database hold together")), "{told}");
        let told = run(&place, &url, &["verify", "--checkpoint", "copy.txt", "--key", verifier.trim()]);
        assert!(told.contains(&format!("Up to event {size} nothing was altered")), "{told}");

        // A copy is a log like any other: an export of it comes back as the same log.
        run(&place, &copy, &["export", "--output", "copy.jsonl"]);
        let again = format!("sqlite://{}", place.path("again.db").display());
        run(&place, &again, &["restore", "copy.jsonl"]);
        run(&place, &again, &["verify", "--checkpoint", "copy.txt", "--key", verifier.trim()]);
        if let Database::Postgres { name, .. } = &database {
            drop(server);
            postgres("dropdb", &["--force", "--maintenance-db", &postgres_server().unwrap(), &format!("{name}_copy")]);
        }
        database.drop().await;
    }
}

#[test]
fn a_copy_never_takes_the_place_of_a_file() {
    let place = Place::seeded();
    std::fs::write(place.path("there.db"), "mine").unwrap();
    let refused = place.run(&["backup", "there.db"]);
    assert_eq!(refused.code, 2);
    assert!(refused.err.contains("there already"), "{}", refused.err);
    assert_eq!(std::fs::read_to_string(place.path("there.db")).unwrap(), "mine");
}
