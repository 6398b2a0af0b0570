//! A thousand subscribers over two server processes, one of them killed: does anybody miss or repeat an event?

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use futures_util::future::join_all;
use serde_json::{Value, json};
use testkit::databases::Database;
use testkit::facts::{Process, note, open};
use testkit::programs::{Program, free_port};
use testkit::sockets::{Heard, Socket};

const SUBSCRIBERS: usize = 1_000;
const EVENTS: u64 = 120;

/// Listens until it has heard of every event, and comes back with its last position whenever it is cut off.
async fn subscribe(address: SocketAddr, cut: Arc<AtomicUsize>) -> Vec<u64> {
    let query = "subscription($after: Position!) { milestoneRecorded(after: $after) { position } }";
    let mut heard: Vec<u64> = Vec::new();
    while heard.len() < usize::try_from(EVENTS).unwrap() {
        let Some(mut socket) = Socket::introduced(address, "").await else {
            tokio::time::sleep(Duration::from_millis(100)).await;
            continue;
        };
        socket.subscribe("1", query, json!({ "after": heard.last().copied().unwrap_or(0) })).await;
        while heard.len() < usize::try_from(EVENTS).unwrap() {
            match socket.hear().await {
                Heard::Message(Value::Object(message)) if message["type"] == "next" => {
                    heard.push(message["payload"]["data"]["milestoneRecorded"]["position"].as_u64().unwrap());
                }
                Heard::Message(other) => panic!("{other}"),
                Heard::Closed(_) | Heard::Gone => {
                    cut.fetch_add(1, Ordering::SeqCst);
                    break;
                }
            }
        }
    }
    heard
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_subscribers_over_two_processes_miss_and_repeat_nothing_when_one_is_killed() {
    let Some(database) = Database::postgres().await else { return };
    let writer = Process::start(database.store().await).await;
    writer.tracker.execute(vec![open("rdp/RO")]).await.unwrap().clear();
    let (url, addresses) = (database.url(), [free_port(), free_port()]);
    let mut first = Program::serve(&url, addresses[0], &["--no-seed"]);
    let second = Program::serve(&url, addresses[1], &["--no-seed"]);
    let cut = Arc::new(AtomicUsize::new(0));
    let subscribers = (0..SUBSCRIBERS).map(|number| tokio::spawn(subscribe(addresses[number % 2], cut.clone())));
    let subscribers: Vec<_> = subscribers.collect();
    for event in 0..EVENTS {
        writer.tracker.execute(vec![note(&format!("event {event}"), "rdp/RO")]).await.unwrap().clear();
        tokio::time::sleep(Duration::from_millis(50)).await;
        if event == EVENTS / 3 {
            first.kill();
        }
        if event == EVENTS * 2 / 3 {
            first = Program::serve(&url, addresses[0], &["--no-seed"]);
        }
    }
    for heard in join_all(subscribers).await {
        assert_eq!(heard.unwrap(), (2..=EVENTS + 1).collect::<Vec<_>>());
    }
    assert!(cut.load(Ordering::SeqCst) >= SUBSCRIBERS / 4, "too few were cut off to prove anything");
    drop((first, second));
    database.drop().await;
}
