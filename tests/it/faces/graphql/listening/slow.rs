//! Does a subscriber that takes one message a second cost memory, or anybody else's time?

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use serde_json::json;
use testkit::databases::Database;
use testkit::facts::{Process, note, open};
use testkit::programs::{Program, free_port};
use testkit::sockets::Socket;

const EVENTS: u64 = 3_000;
const QUERY: &str = "subscription { milestoneRecorded(after: 0) { position version kind recordedAt actor late daysLate why agreement { id: plainId country { code name } } } }";

/// The seconds until ten subscribers have heard everything that is being recorded meanwhile.
async fn quick(program: &Program, writer: &Process, after: u64, agreement: &str) -> Duration {
    let started = Instant::now();
    let query = "subscription($after: Position!) { milestoneRecorded(after: $after) { position } }";
    let listeners = (0..10).map(|_| async {
        let mut socket = Socket::introduced(program.address, "").await.unwrap();
        socket.subscribe("1", query, json!({ "after": after })).await;
        for position in after + 1..=after + EVENTS {
            assert_eq!(socket.next().await["milestoneRecorded"]["position"], position);
        }
    });
    let writing = async {
        for hundred in 0..EVENTS / 100 {
            let notes = (0..100).map(|number| note(&format!("{agreement} {hundred}/{number}"), agreement));
            writer.tracker.execute(notes.collect()).await.unwrap().clear();
        }
    };
    tokio::join!(join_all(listeners), writing);
    started.elapsed()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_subscriber_of_one_message_a_second_holds_little_and_slows_nobody() {
    let Some(database) = Database::postgres().await else { return };
    let writer = Process::start(database.store().await).await;
    writer.tracker.execute(vec![open("rdp/RO"), open("rdp/BG")]).await.unwrap().clear();
    let program = Program::serve(&database.url(), free_port(), &["--no-seed"]);
    let alone = quick(&program, &writer, 2, "rdp/RO").await;
    let before = program.memory();
    let slow = async {
        let mut socket = Socket::introduced(program.address, "").await.unwrap();
        socket.subscribe("1", QUERY, json!({})).await;
        let mut positions = Vec::new();
        for _ in 0..10 {
            positions.push(socket.next().await["milestoneRecorded"]["position"].as_u64().unwrap());
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
        (socket, positions)
    };
    let (beside, (mut socket, mut positions)) = tokio::join!(quick(&program, &writer, EVENTS + 2, "rdp/BG"), slow);
    let grown = program.memory().saturating_sub(before);
    assert!(grown < 20_000_000, "the server has {grown} bytes more");
    // Noise is forgiven; a server that waited for the slow one would take as long as it.
    assert!(beside < alone * 2 + Duration::from_secs(2), "{beside:?} beside a slow subscriber, {alone:?} alone");
    // When it reads on, nothing is missing.
    while positions.len() < 2 * usize::try_from(EVENTS).unwrap() {
        positions.push(socket.next().await["milestoneRecorded"]["position"].as_u64().unwrap());
    }
    assert_eq!(positions, (3..=2 * EVENTS + 2).collect::<Vec<_>>());
    drop(program);
    database.drop().await;
}
