//! Is a log that may only be read answered, verified and served as it is?

use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::process::Command;
use std::time::Duration;

use testkit::databases::{Database, postgres_server};
use testkit::places::{Place, said, yes};
use testkit::programs::{Program, free_port};

use super::asked::{mutate, told_ready, url};

const READY_TO_READ: &str = "ready to read; this server may not write the log\n";

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
    assert!(yes(run(&["verify"])).contains("643 events of the database hold together"));
    assert!(yes(run(&["status", "LV", "--on", "2017-06-30"])).contains("Latvia"));
    assert_eq!(yes(run(&["export"])).lines().count(), 643);
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

/// A server of a role that may only read is ready to read, and refuses what is sent to it with advice.
async fn is_served_to_readers(as_reader: &str, token: &str, number: u128) {
    let server = Program::serve(as_reader, free_port(), &[]);
    let status = format!("http://{}/v1/status/LV", server.address);
    assert_eq!(reqwest::get(status).await.unwrap().status().as_u16(), 200);
    assert_eq!(told_ready(&server).await, (200, READY_TO_READ.to_owned()));
    // What is sent to it is refused with advice, and takes its readiness from nobody.
    let answer = mutate(&server, token, number).await;
    let message = answer["errors"][0]["message"].as_str().unwrap_or_else(|| panic!("{answer}"));
    assert!(message.contains("the one that writes it"), "{answer}");
    assert_eq!(told_ready(&server).await, (200, READY_TO_READ.to_owned()));
    // One that is to record alerts is not ready where it cannot.
    let server = Program::serve(as_reader, free_port(), &["--alerts"]);
    assert_eq!(told_ready(&server).await.0, 503);
}

/// A server whose role loses the right to write, or gets it, is ready for what it can do at the moment.
async fn is_ready_for_what_it_may(as_role: &str, role: &str, psql: impl Fn(&str)) {
    // A server that could write, as a primary before it became a standby, is not ready when it cannot any more.
    psql(&format!("alter role {role} set default_transaction_read_only = off"));
    psql(&format!("grant insert, update, delete on all tables in schema public to {role}"));
    let server = Program::serve(as_role, free_port(), &["--unsigned"]);
    assert_eq!(told_ready(&server).await, (200, "ready\n".to_owned()));
    psql(&format!("revoke insert, update, delete on all tables in schema public from {role}"));
    std::thread::sleep(Duration::from_millis(1_100));
    assert_eq!(told_ready(&server).await.0, 503);
    // And one that began as a standby is ready to write once it is promoted.
    let server = Program::serve(as_role, free_port(), &["--unsigned"]);
    assert_eq!(told_ready(&server).await, (200, READY_TO_READ.to_owned()));
    psql(&format!("grant insert, update, delete on all tables in schema public to {role}"));
    std::thread::sleep(Duration::from_millis(1_100));
    assert_eq!(told_ready(&server).await, (200, "ready\n".to_owned()));
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
        assert_eq!(yes(run(&as_reader, &["export"])).lines().count(), 643);
        assert!(yes(run(&as_reader, &["verify"])).contains("The tables say what follows from them."));
        let said = run(&as_reader, &["import", "--bundled"]);
        assert!(said.code == 2 && said.err.contains("may only be read"), "{}", said.err);
        is_served_to_readers(&as_reader, &token, u128::from(read_only)).await;
    }
    is_ready_for_what_it_may(&as_role(), &role, psql).await;
    psql(&format!("drop owned by {role}; drop role {role}"));
    database.drop().await;
}
