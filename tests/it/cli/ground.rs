//! Does the program look after the file that its log is, from its beginning to its end? The real program on real files.

use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use depositary::domain::ids::CommandId;
use depositary::store::Store;
use serde_json::json;
use testkit::databases::{Database, postgres_server};
use testkit::facts::{Process, note, open};
use testkit::places::yes;
use testkit::places::{Place, Said, line, said};
use testkit::programs::{Program, free_port};

fn url(place: &Place, name: &str) -> String {
    format!("sqlite://{}", place.path(name).display())
}

fn mode(path: &Path) -> u32 {
    path.metadata().unwrap().permissions().mode() & 0o777
}

/// Sends a mutation to a server; gives the error's code, or the position.
fn send(server: &Program, token: &str, number: u128) -> String {
    let answer = tokio::runtime::Runtime::new().unwrap().block_on(mutate(server, token, number));
    match answer["errors"][0]["extensions"]["code"].as_str() {
        Some(code) => code.to_owned(),
        None => answer["data"]["openAgreement"]["position"].to_string(),
    }
}

/// The answer to a mutation that opens a record.
async fn mutate(server: &Program, token: &str, number: u128) -> serde_json::Value {
    let query = "mutation($input: OpenAgreementInput!) { openAgreement(input: $input) { position } }";
    let countries = ["FO", "GL", "IS", "AL", "RS", "MD", "GE", "AM"];
    let agreement = format!("rdp/{}", countries[usize::try_from(number).unwrap()]);
    let input = json!({ "agreementId": agreement, "commandId": uuid::Uuid::from_u128(number + 1) });
    let body = json!({ "query": query, "variables": { "input": input } });
    let request =
        reqwest::Client::new().post(format!("http://{}/graphql", server.address)).bearer_auth(token).json(&body);
    request.send().await.unwrap().json().await.unwrap()
}

fn readiness(server: &Program) -> u16 {
    tokio::runtime::Runtime::new().unwrap().block_on(async { told_ready(server).await.0 })
}

/// What `/readyz` answers.
async fn told_ready(server: &Program) -> (u16, String) {
    let answer = reqwest::get(format!("http://{}/readyz", server.address)).await.unwrap();
    (answer.status().as_u16(), answer.text().await.unwrap())
}

const READY_TO_READ: &str = "ready to read; this server may not write the log\n";

#[test]
fn when_a_server_or_a_command_has_ended_the_one_file_is_the_log() {
    let place = Place::bare();
    let mut server = Program::serve(&url(&place, "depositary.db"), free_port(), &[]);
    let facts = place.write("facts.jsonl", &[line("a", "2020-01-01", "Ours.")]);
    yes(place.run(&["import", &facts]));
    for name in ["depositary.db", "depositary.db-wal", "depositary.db-shm", "depositary.db.key"] {
        assert_eq!(mode(&place.path(name)), 0o600, "{name}");
    }
    server.terminate();
    assert_eq!(server.ended(), Some(0));
    assert!(!server.said().concat().contains('\u{1b}'), "no colours where nobody sees them: {:?}", server.said());
    let alone = |place: &Place| {
        let beside = ["depositary.db-wal", "depositary.db-shm"].map(|name| std::fs::metadata(place.path(name)).ok());
        let sizes = beside.map(|file| file.map(|file| file.len()));
        assert_eq!(sizes, [None, None], "bytes beside the one file; the server said {:?}", server.said());
    };
    alone(&place);
    std::fs::create_dir(place.path("copy")).unwrap();
    std::fs::copy(place.path("depositary.db"), place.path("copy/copy.db")).unwrap();
    assert_eq!(place.run_on("copy/copy.db", &["export"]).out.lines().count(), 643);
    for command in [
        &["import", "--bundled"][..],
        &["status", "LV"],
        &["verify"],
        &["rebuild"],
        &["token", "list"],
        &["import", "missing"],
        &["backup", "depositary.db"],
        &["backup", "nowhere/copy.db"],
        &["export", "--output", "nowhere/log.jsonl"],
    ] {
        place.run(command);
        alone(&place);
    }
}

#[test]
fn a_file_that_others_may_read_is_warned_of_since_it_holds_secrets() {
    let place = Place::seeded();
    let warned = |mode: u32| {
        std::fs::set_permissions(place.path("depositary.db"), PermissionsExt::from_mode(mode)).unwrap();
        let server = Program::serve(&url(&place, "depositary.db"), free_port(), &[]);
        server.said().concat().contains("store.file.readable_by_others")
    };
    assert!(!warned(0o600) && warned(0o640) && warned(0o644));
}

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
fn a_file_that_is_moved_deleted_or_replaced_under_a_server_takes_nothing_that_is_acknowledged() {
    let place = Place::bare();
    let server = Program::serve(&url(&place, "depositary.db"), free_port(), &[]);
    let token = yes(place.run(&["token", "create", "--role", "recorder", "--name", "desk"]));
    let token = token.trim();
    assert_eq!(send(&server, token, 0), "642");
    std::fs::rename(place.path("depositary.db"), place.path("elsewhere.db")).unwrap();
    assert_eq!(send(&server, token, 1), "STORAGE_UNAVAILABLE");
    assert_eq!(readiness(&server), 503);
    assert!(!place.path("depositary.db").exists(), "no new one was made");
    std::fs::rename(place.path("elsewhere.db"), place.path("depositary.db")).unwrap();
    assert_eq!(send(&server, token, 2), "643", "it is back, and so is the server");
    // Another log in its place.
    let other = Place::seeded();
    std::fs::copy(other.path("depositary.db"), place.path("other.db")).unwrap();
    std::fs::rename(place.path("depositary.db"), place.path("kept.db")).unwrap();
    std::fs::rename(place.path("other.db"), place.path("depositary.db")).unwrap();
    assert_eq!(send(&server, token, 3), "STORAGE_UNAVAILABLE");
    std::fs::remove_file(place.path("depositary.db")).unwrap();
    std::fs::rename(place.path("kept.db"), place.path("depositary.db")).unwrap();
    assert_eq!(send(&server, token, 4), "644");
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
    assert_eq!(send(&server, token.trim(), 0), "642");
    std::fs::write(place.path("other"), [0; 4_096]).unwrap();
    std::fs::rename(place.path("depositary.db-wal"), place.path("kept")).unwrap();
    std::fs::rename(place.path("other"), place.path("depositary.db-wal")).unwrap();
    assert_eq!(send(&server, token.trim(), 1), "STORAGE_UNAVAILABLE");
    std::fs::rename(place.path("kept"), place.path("depositary.db-wal")).unwrap();
    assert_eq!(send(&server, token.trim(), 2), "644", "it is back with what was in doubt, and so is the server");
}

#[test]
fn a_server_whose_log_was_replaced_by_an_older_one_is_not_ready() {
    let place = Place::bare();
    let server = Program::serve(&url(&place, "depositary.db"), free_port(), &[]);
    let token = yes(place.run(&["token", "create", "--role", "recorder", "--name", "desk"]));
    yes(place.run(&["backup", "older.db"]));
    assert_eq!(send(&server, token.trim(), 0), "642");
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
fn a_log_on_a_medium_that_may_only_be_read_is_read_and_verified_as_it_is() {
    let place = Place::seeded();
    let folder = place.path("medium");
    std::fs::create_dir(&folder).unwrap();
    std::fs::copy(place.path("depositary.db"), folder.join("log.db")).unwrap();
    for path in [place.path(""), folder.join("log.db"), folder.clone()] {
        std::fs::set_permissions(&path, PermissionsExt::from_mode(if path.is_dir() { 0o555 } else { 0o444 })).unwrap();
    }
    let is_root = Command::new("id").arg("-u").output().unwrap().stdout == b"0\n";
    let command = |arguments: &[&str]| {
        let mut command = Command::new(testkit::programs::binary());
        command.args(arguments).env("DATABASE_URL", url(&place, "medium/log.db")).current_dir("/");
        if is_root {
            command.uid(65_534).gid(65_534);
        }
        command
    };
    let run = |arguments: &[&str]| said(&mut command(arguments));
    assert!(yes(run(&["verify"])).contains("641 events of the database hold together"));
    assert!(yes(run(&["status", "LV", "--on", "2017-06-30"])).contains("Latvia"));
    assert_eq!(yes(run(&["export"])).lines().count(), 641);
    yes(run(&["token", "list"]));
    yes(run(&["webhooks", "list"]));
    let told = run(&["token", "create", "--role", "reader", "--name", "nobody"]);
    assert_eq!(told.code, 2, "{}", told.err);
    let address = free_port();
    let server = Program::start(command(&["serve", "--listen", &address.to_string()]), address, None);
    assert!(server.said().concat().contains("server.only_reads"), "{:?}", server.said());
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        for _ in 0..2 {
            assert_eq!(told_ready(&server).await, (200, READY_TO_READ.to_owned()));
        }
        let status = format!("http://{address}/v1/status/LV?asOf=2017-06-30");
        assert_eq!(reqwest::get(status).await.unwrap().status().as_u16(), 200);
    });
    drop(server);
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 1, "no key was made either");
    // Events that were not taken into the file can be read only where SQLite can make files.
    std::fs::set_permissions(&folder, PermissionsExt::from_mode(0o755)).unwrap();
    std::fs::write(folder.join("log.db-wal"), [0x37; 64]).unwrap();
    std::fs::set_permissions(&folder, PermissionsExt::from_mode(0o555)).unwrap();
    let told = run(&["verify"]);
    assert!(told.code == 2 && told.err.contains("copy both into a folder where you can make files"), "{}", told.err);
    for path in [place.path(""), folder] {
        std::fs::set_permissions(&path, PermissionsExt::from_mode(0o755)).unwrap();
    }
}

#[tokio::test]
async fn a_role_that_may_only_read_reads_verifies_and_serves() {
    let Some(database) = Database::postgres().await else { return };
    let (place, url) = (Place::bare(), database.url());
    let run = |url: &str, arguments: &[&str]| {
        said(
            Command::new(testkit::programs::binary())
                .args(arguments)
                .env("DATABASE_URL", url)
                .current_dir(place.path("")),
        )
    };
    yes(run(&url, &["import", "--bundled"]));
    let role = format!("{}_reader", url.rsplit_once('/').unwrap().1);
    let psql = |sql: &str| {
        assert!(Command::new("psql").args(["-q", &url, "-c", sql]).status().unwrap().success(), "{sql}");
    };
    psql(&format!(
        "create role {role} login; grant usage on schema public to {role}; grant select on all tables in schema public to {role}"
    ));
    let as_role = || {
        let server = postgres_server().unwrap();
        let (scheme, rest) = server.split_once("://").unwrap();
        let host = rest.split_once('@').map_or(rest, |(_, host)| host).split('/').next().unwrap();
        format!("{scheme}://{role}@{host}/{}", url.rsplit_once('/').unwrap().1)
    };
    let token = yes(run(&url, &["token", "create", "--role", "recorder", "--name", "desk"])).trim().to_owned();
    for read_only in [false, true] {
        if read_only {
            psql(&format!("alter role {role} set default_transaction_read_only = on"));
        }
        let as_reader = as_role();
        assert!(yes(run(&as_reader, &["status", "LV", "--on", "2017-06-30"])).contains("Latvia"));
        assert_eq!(yes(run(&as_reader, &["export"])).lines().count(), 641);
        assert!(yes(run(&as_reader, &["verify"])).contains("The tables say what follows from them."));
        let said = run(&as_reader, &["import", "--bundled"]);
        assert!(said.code == 2 && said.err.contains("may only be read"), "{}", said.err);
        let server = Program::serve(&as_reader, free_port(), &[]);
        let status = format!("http://{}/v1/status/LV", server.address);
        assert_eq!(reqwest::get(status).await.unwrap().status().as_u16(), 200);
        assert_eq!(told_ready(&server).await, (200, READY_TO_READ.to_owned()));
        // What is sent to it is refused with advice, and takes its readiness from nobody.
        let answer = mutate(&server, &token, u128::from(read_only)).await;
        let message = answer["errors"][0]["message"].as_str().unwrap_or_else(|| panic!("{answer}"));
        assert!(message.contains("the one that writes it"), "{answer}");
        assert_eq!(told_ready(&server).await, (200, READY_TO_READ.to_owned()));
        // One that is to record alerts is not ready where it cannot.
        let server = Program::serve(&as_reader, free_port(), &["--alerts"]);
        assert_eq!(told_ready(&server).await.0, 503);
    }
    // A server that could write, as a primary before it became a standby, is not ready when it cannot any more.
    psql(&format!("alter role {role} set default_transaction_read_only = off"));
    psql(&format!("grant insert, update, delete on all tables in schema public to {role}"));
    let server = Program::serve(&as_role(), free_port(), &["--unsigned"]);
    assert_eq!(told_ready(&server).await, (200, "ready\n".to_owned()));
    psql(&format!("revoke insert, update, delete on all tables in schema public from {role}"));
    std::thread::sleep(Duration::from_millis(1_100));
    assert_eq!(told_ready(&server).await.0, 503);
    // And one that began as a standby is ready to write once it is promoted.
    let server = Program::serve(&as_role(), free_port(), &["--unsigned"]);
    assert_eq!(told_ready(&server).await, (200, READY_TO_READ.to_owned()));
    psql(&format!("grant insert, update, delete on all tables in schema public to {role}"));
    std::thread::sleep(Duration::from_millis(1_100));
    assert_eq!(told_ready(&server).await, (200, "ready\n".to_owned()));
    drop(server);
    psql(&format!("drop owned by {role}; drop role {role}"));
    database.drop().await;
}

#[test]
fn a_copy_has_its_name_only_when_it_is_whole() {
    let place = Place::seeded();
    // What an earlier one left that was cut off.
    std::fs::write(place.path("copy.db.draft"), "half of a copy").unwrap();
    yes(place.run(&["backup", "copy.db"]));
    assert!(!place.path("copy.db.draft").exists());
    assert_eq!(mode(&place.path("copy.db")), 0o600);
    yes(place.run_on("copy.db", &["verify"]));
    assert_eq!(place.run(&["backup", "copy.db"]).code, 2);
}

#[test]
fn what_cannot_be_verified_is_named_for_what_it_is() {
    let place = Place::seeded();
    let whole = std::fs::read(place.path("depositary.db")).unwrap();
    std::fs::write(place.path("cut.db"), &whole[..400_000]).unwrap();
    std::fs::write(place.path("random.db"), whole.iter().map(|byte| byte ^ 0x5a).collect::<Vec<u8>>()).unwrap();
    for name in ["cut.db", "random.db"] {
        let said = place.run_on(name, &["verify"]);
        assert!(said.code == 2 && said.err.contains("not a whole database"), "{name}: {}{}", said.out, said.err);
    }
    std::fs::create_dir(place.path("folder.db")).unwrap();
    let said = place.run_on("folder.db", &["verify"]);
    assert!(said.code == 2 && said.err.contains("it is a folder"), "{}", said.err);
    let said = place.run_on("missing.db", &["verify"]);
    assert!(said.code == 2 && said.err.contains("there is no database"), "{}", said.err);
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
