//! Is a message lost, or sent under two ids, when whoever delivers is killed at any moment?

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use depositary::access::{Access, Role};
use depositary::clock::Clock;
use depositary::domain::ids::{Actor, Position};
use depositary::store::Store;
use serde_json::{Value, json};
use testkit::databases::Database;
use testkit::programs::{Program, free_port};
use testkit::receivers::{Manner, Receiver};

use super::ground::{AGREEMENTS, Book, Dice, Fate, Sender, close, opening, tell, times, token};

const WRITERS: u64 = 4;

/// Gives back the lease of whoever was killed, as if the time had passed after which another takes it.
pub async fn free_the_lease(store: &Store) {
    let lease = store.lease("webhooks").await.unwrap();
    if let Some(holder) = lease.holder {
        assert!(store.release_lease("webhooks", holder).await.unwrap());
    }
}

/// Adds an endpoint by GraphQL.
pub async fn add(sender: &Sender, administrator: &str, url: &str) {
    let query = "mutation($input: AddWebhookInput!) { addWebhook(input: $input) { refusal { message } } }";
    let input = json!({ "url": url, "topics": ["MILESTONES", "STATUSES"], "after": 0 });
    let body = json!({ "query": query, "variables": { "input": input } });
    let request = sender.client.post(format!("{}/graphql", sender.origin)).bearer_auth(administrator).json(&body);
    let answer: Value = request.send().await.unwrap().json().await.unwrap();
    assert_eq!(answer["data"]["addWebhook"]["refusal"], Value::Null, "{answer}");
}

/// Waits until a receiver has heard of every position, and tells how many messages came again, each under its id.
async fn repeats_of_all(receiver: &Receiver, all: &[u64]) -> usize {
    // How many there are depends on the machine, so what is waited for is progress.
    let (mut progress, mut before) = (std::time::Instant::now(), 0);
    while receiver.positions("milestones") != all {
        let (arrived, of) = (receiver.positions("milestones").len(), all.len());
        if arrived > before {
            (progress, before) = (std::time::Instant::now(), arrived);
        }
        assert!(progress.elapsed() < Duration::from_mins(1), "{arrived} of {of} arrived");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let mut ids: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for arrived in receiver.arrived() {
        let event = arrived.event()["id"].as_str().unwrap().to_owned();
        ids.entry(event).or_default().insert(format!("{} {}", arrived.id, arrived.body));
    }
    assert!(ids.values().all(|same| same.len() == 1), "a message was sent under two ids, or changed");
    receiver.accepted().values().map(|(_, times)| times - 1).sum::<usize>()
}

/// What was delivered is kept, and nothing waits.
async fn all_is_kept(store: &Store, head: Position) {
    let started = std::time::Instant::now();
    loop {
        let endpoints = store.webhooks(None).await.unwrap();
        assert_eq!(endpoints.len(), 2);
        if endpoints.iter().all(|one| one.cursor.position >= head && one.waiting.is_empty()) {
            break;
        }
        assert!(started.elapsed() < Duration::from_mins(1), "not everything is kept");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_lost_by_kill_nine_during_delivery_and_a_repeat_has_the_same_id() {
    let _alone = super::ground::alone().await;
    for database in Database::each().await {
        let url = database.url();
        let token = token(&url).await;
        let receivers = [Receiver::start(Manner::Well).await, Receiver::start(Manner::FailsOnce).await];
        let ports = receivers.each_ref().map(|receiver| receiver.address.port().to_string());
        let [one, other] = &ports;
        let options = [
            &["--no-seed", "--unsigned", "--rate-limit", "0", "--webhook-allow", "127.0.0.1/32"][..],
            &["--webhook-port", one, "--webhook-port", other],
        ]
        .concat();
        let address = free_port();
        let store = Store::connect(&url).await.unwrap();
        let access = Access::new(store.clone(), Clock::system(), false);
        let administrator =
            access.create(Actor::parse("admin").unwrap(), Role::Administrator, None).await.unwrap().reveal();
        let book = Arc::new(Book::default());
        let mut dice = Dice(7);
        let kills = times(20, 100);
        let sender = Sender::new(address, &token);
        for kill in 0..kills {
            free_the_lease(&store).await;
            let mut program = Program::serve(&url, address, &options);
            sender.ready(Duration::from_secs(30)).await;
            if kill == 0 {
                for agreement in AGREEMENTS {
                    assert!(matches!(sender.send("openAgreement", &opening(agreement)).await, Fate::Acknowledged(_)));
                }
                for receiver in &receivers {
                    add(&sender, &administrator, &receiver.url()).await;
                }
            }
            book.settle(&sender, &store).await;
            let writers = book.write(WRITERS, &sender);
            tokio::time::sleep(Duration::from_millis(dice.roll(1_500))).await;
            program.kill();
            book.stop(writers).await;
        }
        free_the_lease(&store).await;
        let mut program = Program::serve(&url, address, &options);
        sender.ready(Duration::from_secs(30)).await;
        book.settle(&sender, &store).await;
        let head = store.head().await.unwrap().position;
        let all: Vec<u64> = (1..=head.0).collect();
        let mut repeats = 0;
        for receiver in &receivers {
            repeats += repeats_of_all(receiver, &all).await;
        }
        all_is_kept(&store, head).await;
        program.kill();
        assert!(head > Position(50) && repeats > 0, "hardly anything recorded or repeated: nothing was tried");
        tell(&format!(
            "kill -9 during delivery, {kills} times: {head} events to two receivers, none lost; {repeats} came again, each under its id"
        ));
        close(&store).await;
        database.drop().await;
    }
}
