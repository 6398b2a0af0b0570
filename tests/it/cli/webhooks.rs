//! `depositary webhooks`, and a server that delivers: the real program from one end to the other.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use depositary::clock::Clock;
use serde_json::{Value, json};
use testkit::databases::Database;
use testkit::places::{Place, Said, line, said};
use testkit::programs::{Program, free_port};

/// A receiver that says 204 to everything, and what it is sent: head and body.
fn receiver() -> (u16, Receiver<(String, Value)>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let (tells, hears) = channel();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let (mut stream, tells) = (stream.unwrap(), tells.clone());
            std::thread::spawn(move || {
                let mut text = String::new();
                let mut buffer = [0; 8_192];
                loop {
                    if let Some((head, rest)) = text.split_once("\r\n\r\n") {
                        let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap();
                        if rest.len() == length.parse::<usize>().unwrap() {
                            let _ = tells.send((head.to_owned(), serde_json::from_str(rest).unwrap()));
                            stream.write_all(b"HTTP/1.1 204 Well\r\n\r\n").unwrap();
                            text.clear();
                        }
                    }
                    match stream.read(&mut buffer) {
                        Ok(0) | Err(_) => return,
                        Ok(read) => text.push_str(std::str::from_utf8(&buffer[..read]).unwrap()),
                    }
                }
            });
        }
    });
    (port, hears)
}

/// A secret is made anew, with and without an overlap, and an endpoint is disabled; each says which one it is.
fn is_rotated_and_disabled(program: impl Fn(&[&str]) -> Said, id: &str, secret: &str, allowed: &[&str]) {
    let bare = id.strip_prefix("webhook/").unwrap();
    let rotated = program(&["webhooks", "rotate", id, "--overlap", "1h"]);
    assert!(rotated.code == 0 && rotated.out.trim() != secret && rotated.out.starts_with("whsec_"));
    assert!(rotated.err.contains(id) && rotated.err.contains("the old one signs them too"), "{}", rotated.err);
    let replaced = program(&["webhooks", "rotate", bare, "--overlap", "0s"]);
    assert!(replaced.err.contains(id) && !replaced.err.contains("the old one signs"), "{}", replaced.err);
    assert_eq!(program(&["webhooks", "disable", bare]).out, format!("{id} is disabled\n"));
    assert!(program(&["webhooks", "list"]).out.contains("disabled"));
    let disabled = program(&[&["webhooks", "test", bare], allowed].concat());
    assert!(disabled.code == 1 && disabled.err.contains(id), "{}", disabled.err);
}

#[tokio::test]
async fn an_endpoint_that_the_command_line_adds_is_told_by_the_server_and_its_secret_is_shown_once() {
    for database in Database::each().await {
        let (port, hears) = receiver();
        let next = || hears.recv_timeout(Duration::from_secs(20)).unwrap().1;
        let (allow, port_allowed) = ("127.0.0.1/32", port.to_string());
        let allowed = ["--webhook-allow", allow, "--webhook-port", &port_allowed];
        let url = database.url();
        let program = |arguments: &[&str]| {
            let mut command = std::process::Command::new(testkit::programs::binary());
            said(command.env("DATABASE_URL", &url).args(arguments))
        };
        let server = Program::serve(&url, free_port(), &[&allowed[..], &["--unsigned"]].concat());
        let to = format!("http://127.0.0.1:{port}/hook");
        let add =
            [&["webhooks", "add", &to, "--topic", "milestones", "--country", "KR,RO", "--after", "0"], &allowed[..]]
                .concat();
        let added = program(&add);
        assert_eq!(added.code, 0, "{}", added.err);
        let secret = added.out.trim();
        assert!(secret.starts_with("whsec_") && !added.err.contains(secret));
        let listed = program(&["webhooks", "list", "--json"]).json();
        let id = listed[0]["id"].as_str().unwrap().to_owned();
        assert!(added.err.contains(&id) && !listed.to_string().contains(secret));
        // One spelling is printed, that of GraphQL and of messages; the UUID alone is understood too.
        let bare = id.strip_prefix("webhook/").unwrap().to_owned();
        assert!(program(&["webhooks", "list"]).out.contains(&id));
        assert_eq!(program(&["webhooks", "attempts", &bare]).code, 0);
        // The server hears of it, and tells everything of Korea so far; then what is recorded by another process.
        let first = next();
        assert_eq!((&first["subject"], &first["type"]), (&json!("rdp/KR"), &json!("depositary.agreement_opened")));
        let place = Place::bare();
        let new = place.write("new.jsonl", &[line("news", "2020-01-01", "News.")]);
        let recorded = program(&["import", &new]);
        assert_eq!(recorded.code, 0, "{}", recorded.err);
        let told = std::iter::repeat_with(next).find(|event| event["data"]["milestone"]["summary"] == "News.");
        assert_eq!(told.unwrap()["logposition"], "645");
        assert_eq!(program(&[&["webhooks", "test", &id], &allowed[..]].concat()).code, 0);
        assert_eq!(next()["type"], "depositary.webhook_test");
        let refused = program(&["webhooks", "test", &id]);
        assert_eq!((refused.code, refused.out.starts_with("forbidden")), (1, true), "{}", refused.out);
        let tried = program(&["webhooks", "attempts", &id, "--json"]).json();
        assert_eq!(tried[0]["outcome"], "forbidden");
        assert!(program(&["webhooks", "attempts", &id]).out.contains("delivered, status 204"));
        is_rotated_and_disabled(program, &id, secret, &allowed);
        let ahead = program(&["webhooks", "replay", &id, "--from", "900"]);
        assert!(ahead.code == 1 && ahead.err.contains("position 900 lies ahead"), "{}", ahead.err);
        assert_eq!(program(&["webhooks", "replay", &id, "--from", "645"]).code, 0);
        assert_eq!(next()["logposition"], "645");
        assert_eq!(program(&["webhooks", "remove", &id]).out, format!("{id} is removed\n"));
        assert_eq!(program(&["webhooks", "remove", &bare]).code, 1);
        assert!(!server.said().join("\n").contains(secret));
        drop(server);
        database.drop().await;
    }
}

#[tokio::test]
async fn an_alert_of_an_endpoint_is_listed_with_the_endpoints_id() {
    for database in Database::each().await {
        let store = database.store().await;
        let program = |arguments: &[&str]| {
            let mut command = std::process::Command::new(testkit::programs::binary());
            said(command.env("DATABASE_URL", database.url()).args(arguments))
        };
        assert_eq!(program(&["import", "--bundled"]).code, 0);
        let added = program(&["webhooks", "add", "https://example.org/hook", "--topic", "alerts", "--json"]).json();
        let id = added["id"].as_str().unwrap();
        let uuid = id.strip_prefix("webhook/").unwrap().parse().unwrap();
        assert!(
            store
                .disable_webhook(uuid, Clock::system().now(), depositary::domain::words::DisabledBy::Failures)
                .await
                .unwrap()
        );
        assert_eq!(program(&["alerts", "run"]).code, 1);
        let alerts = program(&["alerts", "list", "--rule", "webhook-disabled", "--json"]).json();
        assert_eq!(
            (&alerts["nodes"][0]["about"]["webhookId"], &alerts["nodes"][0]["agreement"]),
            (&json!(id), &Value::Null)
        );
        drop(store);
        database.drop().await;
    }
}

#[test]
fn what_cannot_be_is_a_no_and_what_cannot_be_said_is_wrong_usage() {
    let place = Place::empty();
    let nobody = "00000000-0000-0000-0000-000000000000";
    let of_nobody = "webhook/00000000-0000-0000-0000-000000000000";
    for no in [
        &["webhooks", "add", "https://10.0.0.1/", "--topic", "alerts"][..],
        &["webhooks", "add", "https://example.org/", "--topic", "alerts", "--instrument", "nato"],
        &["webhooks", "disable", nobody],
        &["webhooks", "rotate", nobody, "--overlap", "31d"],
        &["webhooks", "replay", nobody, "--from", "9"],
        &["webhooks", "test", nobody],
        &["webhooks", "attempts", nobody],
        &["webhooks", "attempts", of_nobody],
    ] {
        let said = place.run(no);
        assert_eq!((said.code, said.out.as_str()), (1, ""), "{no:?}: {}", said.err);
    }
    for wrong in [
        &["webhooks", "add", "https://example.org/"][..],
        &["webhooks", "add", "https://example.org/", "--topic", "weather"],
        &["webhooks", "add", "https://example.org/", "--topic", "test"],
        &["webhooks", "disable", "KR"],
        &["webhooks", "disable", "webhook/KR"],
        &["webhooks", "disable", "webhook/webhook/00000000-0000-0000-0000-000000000000"],
        &["serve", "--webhook-allow", "everywhere"],
        &["serve", "--webhook-timeout", "1h"],
        &["serve", "--public-url", "ftp://example.org"],
        &["serve", "--public-url", "https://example.org/?a=b"],
    ] {
        assert_eq!(place.run(wrong).code, 2, "{wrong:?}");
    }
    assert_eq!(place.run(&["webhooks", "list", "--json"]).json(), json!([]));
}
