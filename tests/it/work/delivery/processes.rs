//! Is every event delivered, whichever of several processes ends?

use std::collections::BTreeMap;

use depositary::domain::ids::Position;
use depositary::work::delivery::wants::Topic;
use serde_json::Value;
use testkit::databases::for_each_database;
use testkit::delivering::{Delivering, Settings};
use testkit::facts::open;
use testkit::receivers::{Manner, Receiver};

use super::opened::{ALL, notes, opened};

#[tokio::test]
async fn a_process_that_ends_leaves_to_the_next_what_is_not_delivered() {
    for_each_database(async |store| {
        let receiver = Receiver::start(Manner::Says(503, "")).await;
        // What waits has its turn after some seconds, so that nothing is given up while this is watched.
        let slow = || Settings { schedule: [&[0][..], &[3_000; 9]].concat(), ..Settings::default() };
        let process = Delivering::start_with(store.clone(), &[&receiver], slow()).await;
        process.tracker.execute(vec![open("rdp/FO")]).await.unwrap().clear();
        let (endpoint, _) = process.add(&receiver, &[Topic::Milestones]).await;
        // More than may wait: the cursor stops, and the log keeps the rest.
        notes(&process, 0, 149).await;
        let full = |endpoint: &depositary::work::delivery::Endpoint| endpoint.waiting.len() == 100;
        let stopped = process.until(endpoint.id, full).await;
        assert!(stopped.cursor.position < Position(150), "{stopped:?}");
        process.end().await;
        receiver.behave(Manner::Well);
        let process = Delivering::start_with(store, &[&receiver], slow()).await;
        receiver.has(150).await;
        assert_eq!(receiver.positions("milestones"), (1..=150).collect::<Vec<_>>());
        let done = process.until(endpoint.id, |endpoint| endpoint.waiting.is_empty()).await;
        assert_eq!((done.cursor.position, done.cursor.failing_since), (Position(150), None));
        process.end().await;
    })
    .await;
}

#[tokio::test]
async fn two_processes_at_once_lose_nothing_and_repeat_only_under_the_same_id() {
    for_each_database(async |store| {
        let receiver = Receiver::start(Manner::FailsOnce).await;
        let one = opened(store.clone(), &[&receiver]).await;
        // Of another lease, so that nothing keeps them from delivering the same.
        let settings = Settings { lease: "others", ..Settings::default() };
        let other = Delivering::start_with(store, &[&receiver], settings).await;
        one.add(&receiver, &ALL).await;
        for batch in 0..10 {
            notes(if batch % 2 == 0 { &one } else { &other }, batch * 10, 10).await;
        }
        receiver.has(101).await;
        assert_eq!(receiver.positions("milestones"), (1..=101).collect::<Vec<_>>());
        let events =
            receiver.arrived().into_iter().fold(BTreeMap::new(), |mut all: BTreeMap<String, Vec<Value>>, one| {
                all.entry(one.id.clone()).or_default().push(one.event());
                all
            });
        assert!(events.values().all(|same| same.iter().all(|event| *event == same[0])), "one id, two messages");
        for process in [one, other] {
            process.end().await;
        }
    })
    .await;
}

#[tokio::test]
async fn one_of_several_processes_delivers_and_another_goes_on_where_it_ends() {
    for_each_database(async |store| {
        let receiver = Receiver::start(Manner::Well).await;
        let one = opened(store.clone(), &[&receiver]).await;
        one.lease.taken().await;
        let other = Delivering::start(store, &[&receiver]).await;
        one.add(&receiver, &[Topic::Milestones]).await;
        notes(&other, 0, 29).await;
        receiver.has(30).await;
        assert!(one.lease.is_held() && !other.lease.is_held());
        one.end().await;
        notes(&other, 29, 30).await;
        receiver.has(60).await;
        assert_eq!(receiver.arrived().len(), 60, "something came twice");
        other.end().await;
    })
    .await;
}
