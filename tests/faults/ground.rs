//! What the fault tests share: how long they run, a server program that may fail, writers that doubt, and what must hold.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use depositary::access::{Access, Role};
use depositary::clock::Clock;
use depositary::domain::ids::{Actor, CommandId, Position};
use depositary::store::{Store, StoredEvent};
use reqwest::{Client, StatusCode};
use serde_json::{Value, json};
use testkit::facts::instruments;
use uuid::Uuid;

/// Whether the long form was asked for.
#[expect(clippy::disallowed_methods, reason = "a test has no command line")]
pub fn long() -> bool {
    std::env::var("DEPOSITARY_FAULTS").is_ok_and(|form| form == "long")
}

/// Held by one fault test at a time, so that what one does to the machine is not another's doing.
pub async fn alone() -> tokio::sync::MutexGuard<'static, ()> {
    static ALONE: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());
    ALONE.lock().await
}

/// So many times in the short form, and so many in the long one.
pub fn times(short: u64, in_long: u64) -> u64 {
    if long() { in_long } else { short }
}

/// Numbers that look random and are the same in every run.
pub struct Dice(pub u64);

impl Dice {
    pub fn roll(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % sides
    }
}

/// The agreements that writers write to.
pub const AGREEMENTS: [&str; 4] = ["rdp/FO", "rdp/GL", "sosa/FO", "sosa/GL"];

/// A recorder's token, made beside the server.
pub async fn token(url: &str) -> String {
    let store = Store::connect(url).await.unwrap();
    store.migrate().await.unwrap();
    let access = Access::new(store.clone(), Clock::system(), false);
    let token = access.create(Actor::parse("press-desk").unwrap(), Role::Recorder, None).await.unwrap().reveal();
    close(&store).await;
    token
}

/// Lets go of a database.
pub async fn close(store: &Store) {
    match store {
        Store::Postgres { read, write } => {
            read.close().await;
            write.close().await;
        }
        Store::Sqlite { read, write, .. } => {
            read.close().await;
            write.close().await;
        }
    }
}

/// What became of a command that was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fate {
    /// It is recorded, it was said, at this position.
    Acknowledged(u64),
    /// Nobody can say: the connection was cut.
    Doubt,
    /// The server said that it could not, by this code.
    Fault(String),
}

/// A client of a server that may be gone.
#[derive(Clone)]
pub struct Sender {
    pub client: Client,
    pub origin: String,
    pub token: String,
}

impl Sender {
    pub fn new(address: std::net::SocketAddr, token: &str) -> Self {
        let client = Client::builder().timeout(Duration::from_secs(20)).build().unwrap();
        Self { client, origin: format!("http://{address}"), token: token.to_owned() }
    }

    /// Sends a mutation; a refusal is no part of these tests.
    pub async fn send(&self, mutation: &str, input: &Value) -> Fate {
        let kind = format!("{}{}Input", mutation[..1].to_uppercase(), &mutation[1..]);
        let query = format!(
            "mutation($input: {kind}!) {{ {mutation}(input: $input) {{ position repeated refusal {{ code message }} }} }}"
        );
        let body = json!({ "query": query, "variables": { "input": input } });
        let request = self.client.post(format!("{}/graphql", self.origin)).bearer_auth(&self.token).json(&body);
        let answer = match request.send().await {
            Ok(answer) => answer.json::<Value>().await,
            Err(error) => Err(error),
        };
        let Ok(answer) = answer else { return Fate::Doubt };
        if let Some(error) = answer["errors"].get(0) {
            let code = error["extensions"]["code"].as_str();
            assert!(code.is_some() && !error["message"].as_str().unwrap().is_empty(), "{answer}");
            return Fate::Fault(code.unwrap().to_owned());
        }
        let payload = &answer["data"][mutation];
        assert_eq!(payload["refusal"], Value::Null, "{answer}");
        let position = &payload["position"];
        let position = position.as_u64().or_else(|| position.as_str().and_then(|text| text.parse().ok()));
        Fate::Acknowledged(position.unwrap())
    }

    /// A status code, or none when nobody answers within a time.
    pub async fn status(&self, path: &str, within: Duration) -> Option<StatusCode> {
        let answer = self.client.get(format!("{}{path}", self.origin)).timeout(within).send().await;
        answer.ok().map(|answer| answer.status())
    }

    /// Waits until it is ready, and tells how long it took.
    pub async fn ready(&self, at_most: Duration) -> Duration {
        let started = Instant::now();
        while self.status("/readyz", Duration::from_secs(2)).await != Some(StatusCode::OK) {
            assert!(started.elapsed() < at_most, "not ready within {at_most:?}");
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        started.elapsed()
    }

    /// The answer to a question that memory answers, once it was asked: it is about an agreement that nobody writes to.
    pub async fn headline(&self) -> Value {
        let query = "{ country(code: \"LV\") { status(instrument: \"rdp\", asOf: \"2017-06-30\") { headline } } }";
        let request = self.client.post(format!("{}/graphql", self.origin)).json(&json!({ "query": query }));
        request.send().await.unwrap().json().await.unwrap()
    }
}

/// A command id that follows from a name, and that a caller may bring.
pub fn callers_id(name: &str) -> Uuid {
    let mut bytes = CommandId::named(name).id.into_bytes();
    bytes[6] = 0x80 | (bytes[6] & 0x0f);
    Uuid::from_bytes(bytes)
}

/// The input that opens a record.
pub fn opening(agreement: &str) -> Value {
    json!({ "agreementId": agreement, "commandId": callers_id(&format!("open {agreement}")) })
}

/// The input that records a note, under a command id of its own.
pub fn noting(number: u64) -> Value {
    let agreement = AGREEMENTS[usize::try_from(number % 4).unwrap()];
    json!({
        "agreementId": agreement,
        "commandId": callers_id(&format!("fault {number}")),
        "milestone": { "noted": { "occurred": "2020-01-01", "evidence": "STATED", "summary": format!("Note {number}.") } },
        "sources": [{ "title": "A paper", "url": "https://example.org/paper", "reliability": "PRIMARY" }],
    })
}

/// What writers know: what was acknowledged at which position, and what is in doubt.
#[derive(Default)]
pub struct Book {
    next: AtomicU64,
    stopped: AtomicBool,
    pub acknowledged: Mutex<BTreeMap<u64, u64>>,
    pub doubtful: Mutex<Vec<u64>>,
    /// The codes of the faults, and how often each was told.
    pub faults: Mutex<BTreeMap<String, u64>>,
    /// The longest that anyone waited for an answer.
    pub longest: Mutex<Duration>,
}

impl Book {
    /// Sends one note and writes down what became of it.
    pub async fn send(&self, sender: &Sender, number: u64) -> Fate {
        let started = Instant::now();
        let fate = sender.send("recordMilestone", &noting(number)).await;
        let mut longest = self.longest.lock().unwrap();
        *longest = started.elapsed().max(*longest);
        match &fate {
            Fate::Acknowledged(position) => {
                let before = self.acknowledged.lock().unwrap().insert(number, *position);
                assert!(before.is_none_or(|before| before == *position), "note {number} landed twice");
            }
            Fate::Doubt => self.doubtful.lock().unwrap().push(number),
            Fate::Fault(code) => {
                self.doubtful.lock().unwrap().push(number);
                *self.faults.lock().unwrap().entry(code.clone()).or_default() += 1;
            }
        }
        fate
    }

    /// Starts writers, each sending the next note when it has its answer, until they are stopped or nobody answers.
    pub fn write(self: &Arc<Self>, writers: u64, sender: &Sender) -> Vec<tokio::task::JoinHandle<()>> {
        self.write_every(Duration::ZERO, writers, sender)
    }

    /// The same with a pause after each answer.
    pub fn write_every(
        self: &Arc<Self>,
        pause: Duration,
        writers: u64,
        sender: &Sender,
    ) -> Vec<tokio::task::JoinHandle<()>> {
        self.stopped.store(false, Ordering::SeqCst);
        let write = |_| {
            let (book, sender) = (self.clone(), sender.clone());
            tokio::spawn(async move {
                while !book.stopped.load(Ordering::SeqCst) {
                    let number = book.next.fetch_add(1, Ordering::SeqCst);
                    let fate = book.send(&sender, number).await;
                    if fate == Fate::Doubt || !pause.is_zero() {
                        tokio::time::sleep(pause.max(Duration::from_millis(5))).await;
                    }
                }
            })
        };
        (0..writers).map(write).collect()
    }

    /// Stops the writers, once they have their answers.
    pub async fn stop(&self, writers: Vec<tokio::task::JoinHandle<()>>) {
        self.stopped.store(true, Ordering::SeqCst);
        for writer in writers {
            writer.await.unwrap();
        }
    }

    /// Sends again what is in doubt, each until it is acknowledged; tells how many had landed before.
    pub async fn settle(&self, sender: &Sender, store: &Store) -> u64 {
        let doubtful = std::mem::take(&mut *self.doubtful.lock().unwrap());
        let log = positions(store).await;
        let mut landed = 0;
        for number in doubtful {
            let had = log.get(&callers_id(&format!("fault {number}"))).copied();
            let fate = self.send(sender, number).await;
            let Fate::Acknowledged(position) = fate else { panic!("{fate:?} for a note that was sent again") };
            assert!(had.is_none_or(|had| had == position), "note {number} landed twice");
            landed += u64::from(had.is_some());
        }
        landed
    }

    /// How many notes were acknowledged.
    pub fn count(&self) -> usize {
        self.acknowledged.lock().unwrap().len()
    }
}

/// The whole log, some thousands of events at a time.
pub async fn log(store: &Store) -> Vec<StoredEvent> {
    let mut log: Vec<StoredEvent> = Vec::new();
    loop {
        let after = log.last().map_or(0, |event| event.position);
        let more = store.stored_events(Position(after), 10_000).await.unwrap();
        if more.is_empty() {
            return log;
        }
        log.extend(more);
    }
}

async fn positions(store: &Store) -> BTreeMap<Uuid, u64> {
    log(store).await.into_iter().map(|event| (event.command_id, event.position)).collect()
}

/// The log is whole, and holds everything that was acknowledged, once: no position is missing, time never runs backwards,
/// every leaf is that of its content, every stream counts from 1.
pub async fn assert_sound(store: &Store, book: &Book) {
    let log = log(store).await;
    let mut versions: BTreeMap<&str, u32> = BTreeMap::new();
    let mut found: BTreeMap<Uuid, u64> = BTreeMap::new();
    for (event, position) in log.iter().zip(1_u64..) {
        assert_eq!(event.position, position, "a position is missing");
        assert_eq!(event.leaf_hash, event.leaf().hash().unwrap(), "the leaf of position {position}");
        let version = versions.entry(&event.stream).or_default();
        *version += 1;
        assert_eq!(event.version, *version, "the version of {} at position {position}", event.stream);
        assert_eq!(found.insert(event.command_id, position), None, "a command landed twice, at {position}");
    }
    for pair in log.windows(2) {
        assert!(pair[0].recorded_at <= pair[1].recorded_at, "time ran backwards at {}", pair[1].position);
    }
    let verified = depositary::proof::audit::database(store, [], Some(&instruments()), |_| {}).await;
    assert_eq!(verified.unwrap().events, log.len() as u64, "the tree and the tables are those of the log");
    let head = store.head().await.unwrap();
    assert_eq!(Some(head.position.0), log.last().map(|event| event.position).or(Some(0)));
    for (number, position) in &*book.acknowledged.lock().unwrap() {
        let id = callers_id(&format!("fault {number}"));
        assert_eq!(found.get(&id), Some(position), "note {number} was acknowledged and is lost");
    }
}

/// The tables are what a rebuild makes of the log.
pub async fn assert_rebuilt_alike(store: &Store) {
    let before = store.projection_digest().await.unwrap();
    store.rebuild(&instruments(), |_| {}).await.unwrap();
    assert_eq!(store.projection_digest().await.unwrap(), before);
}

/// A figure of the run, past the test harness, which keeps to itself what a passing test prints.
pub fn tell(figure: &str) {
    use std::io::Write;
    let _ = writeln!(std::io::stderr(), "faults: {figure}");
}

/// The value below which 99 of a hundred lie.
pub fn percentile_99(times: &mut [Duration]) -> Duration {
    times.sort_unstable();
    times[(times.len() * 99).div_ceil(100) - 1]
}
