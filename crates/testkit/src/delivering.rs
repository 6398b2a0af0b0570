//! How does a process deliver in a test?
//!
//! Invariant: it delivers to the receivers that the test names, on this machine, and to nobody else.

use std::sync::Arc;
use std::time::{Duration, Instant};

use depositary::answers::Answers;
use depositary::clock::Clock;
use depositary::config::instruments::Instruments;
use depositary::config::rules::Rules;
use depositary::domain::ids::Position;
use depositary::read::reader::Reader;
use depositary::record::tracker::Tracker;
use depositary::store::Store;
use depositary::work::delivery::schedule::Schedule;
use depositary::work::delivery::signature::Secret;
use depositary::work::delivery::wants::{Topic, Wants};
use depositary::work::delivery::{Courier, Endpoint, LookUp, Webhooks, addresses, by_the_system};
use depositary::work::lease::{Lease, Pace, hold_at};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::facts::instruments;
use crate::receivers::Receiver;

/// A lease that is taken at once where it was given back, and kept on a machine that is busy.
const PACE: Pace = Pace {
    beat: Duration::from_millis(100),
    look: Duration::from_millis(50),
    sure: Duration::from_secs(10),
    stale: Duration::from_secs(15),
};

/// How a process delivers in a test.
pub struct Settings {
    /// After how many milliseconds each attempt is made.
    pub schedule: Vec<u64>,
    /// How long a receiver may take.
    pub patience: Duration,
    /// How a name becomes addresses.
    pub look_up: LookUp,
    /// Which networks are allowed that are not public.
    pub networks: Vec<&'static str>,
    /// Which ports are allowed beside those of the receivers.
    pub ports: Vec<u16>,
    /// Processes of another lease know nothing of each other.
    pub lease: &'static str,
    /// The types of agreement that it knows.
    pub instruments: Instruments,
}

impl Default for Settings {
    /// To 127.0.0.1 at any port that receivers have; failures are tried again after a tenth of a second.
    fn default() -> Self {
        Self {
            schedule: vec![0, 100, 100, 100, 100, 100],
            patience: Duration::from_secs(1),
            look_up: by_the_system(),
            networks: vec!["127.0.0.1/32"],
            ports: Vec::new(),
            lease: "webhooks",
            instruments: instruments(),
        }
    }
}

/// A process that records and delivers.
pub struct Delivering {
    /// The store that it shares with others.
    pub store: Store,
    /// What it answers.
    pub answers: Answers,
    /// The door by which it records.
    pub tracker: Tracker,
    /// The endpoints that it looks after.
    pub webhooks: Webhooks,
    /// Whether it is the one that delivers.
    pub lease: Lease,
    leasing: CancellationToken,
    cancelled: CancellationToken,
    tasks: Vec<JoinHandle<()>>,
}

impl Delivering {
    /// Starts it for these receivers.
    pub async fn start(store: Store, receivers: &[&Receiver]) -> Self {
        Self::start_with(store, receivers, Settings::default()).await
    }

    /// Starts it with settings of its own.
    pub async fn start_with(store: Store, receivers: &[&Receiver], settings: Settings) -> Self {
        let clock = Clock::system();
        let instruments = settings.instruments;
        let reader = Reader::open(store.clone(), instruments.clone()).await.unwrap();
        let tracker = Tracker::start(store.clone(), instruments.clone(), clock.clone(), reader.clone());
        let cancelled = CancellationToken::new();
        let keeps_up = tokio::spawn(reader.clone().keep_up(cancelled.clone()));
        let answers = Answers::new(reader, instruments, clock.clone()).by_rules(Rules::bundled().unwrap());
        let networks: Vec<_> = settings.networks.iter().map(|network| network.parse().unwrap()).collect();
        let mut ports: Vec<u16> = receivers.iter().map(|receiver| receiver.address.port()).collect();
        ports.extend(settings.ports);
        let courier =
            Courier::new(addresses::Rules::of(&networks, &ports), settings.patience, &settings.look_up, clock.clone());
        let base: Arc<str> = "https://depositary.example".into();
        let webhooks = Webhooks::new(answers.clone(), courier, clock, base);
        let schedule = Schedule::of(settings.schedule.into_iter().map(Duration::from_millis).collect());
        let leasing = CancellationToken::new();
        let lease = hold_at(store.clone(), settings.lease, PACE, leasing.clone());
        let sends = webhooks.sender(schedule).start(lease.clone(), cancelled.clone());
        Self { store, answers, tracker, webhooks, lease, leasing, cancelled, tasks: vec![sends, keeps_up] }
    }

    /// Adds an endpoint that hears of some topics from the beginning of the log.
    pub async fn add(&self, receiver: &Receiver, topics: &[Topic]) -> (Endpoint, Secret) {
        self.add_wanting(receiver, Wants::all_of(topics.to_vec())).await
    }

    /// The same with an endpoint that wants less or more.
    pub async fn add_wanting(&self, receiver: &Receiver, wants: Wants) -> (Endpoint, Secret) {
        self.webhooks.add(&receiver.url(), wants, Some(Position(0))).await.unwrap()
    }

    /// Waits until an endpoint is as it should be in the store.
    pub async fn until(&self, id: Uuid, holds: impl Fn(&Endpoint) -> bool) -> Endpoint {
        let started = Instant::now();
        loop {
            let endpoint = self.webhooks.one(id).await.unwrap();
            if holds(&endpoint) {
                return endpoint;
            }
            assert!(started.elapsed() < Duration::from_secs(30), "{endpoint:?}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Ends it, as a server ends on a signal.
    pub async fn end(self) {
        self.cancelled.cancel();
        for task in self.tasks {
            task.await.unwrap();
        }
        self.leasing.cancel();
        self.lease.ended().await;
    }
}
