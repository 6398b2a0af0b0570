//! Is anything lost, told twice, or kept in memory, while ordinary clients go on and one thing after the other fails? Writers,
//! readers, followers by both protocols and receivers of webhooks, on both databases.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use depositary::access::{Access, Role};
use depositary::clock::Clock;
use depositary::domain::ids::Actor;
use depositary::store::Store;
use serde_json::json;
use testkit::databases::{Database, postgres_server};
use testkit::programs::{Program, free_port};
use testkit::receivers::{Manner, Receiver};
use testkit::sockets::{Heard, Socket};
use tokio::task::JoinHandle;

use super::cluster::Cluster;
use super::disk::shim;
use super::ground::{
    AGREEMENTS, Book, Fate, Sender, alone, assert_rebuilt_alike, assert_sound, close, long, opening, tell, token,
};
use super::network::{Proxy, Way};
use super::webhooks::{add, free_the_lease};

/// How soon everything goes on once what failed is well again.
const HEALED: Duration = Duration::from_secs(10);

/// How long the load goes on over each database: the long form's minutes are those of `DEPOSITARY_FAULTS_MINUTES`, 30 when left out.
#[expect(clippy::disallowed_methods, reason = "a test has no command line")]
fn duration() -> Duration {
    let minutes = std::env::var("DEPOSITARY_FAULTS_MINUTES").map_or(30, |minutes| minutes.parse().unwrap());
    // Half of the time for each database.
    if long() { Duration::from_secs(minutes * 30) } else { Duration::from_secs(12) }
}

/// The server under load, which is started anew when it was killed.
struct Server {
    url: String,
    address: SocketAddr,
    options: Vec<String>,
    settings: Vec<(String, String)>,
    program: Option<Program>,
}

impl Server {
    fn start(&mut self) {
        let options: Vec<&str> = self.options.iter().map(String::as_str).collect();
        let settings: Vec<(&str, &str)> = self.settings.iter().map(|(name, value)| (&**name, &**value)).collect();
        self.program = Some(Program::serve_with(&self.url, self.address, &options, &settings));
    }

    fn program(&mut self) -> &mut Program {
        self.program.as_mut().unwrap()
    }
}

/// The clients that only listen and read.
#[derive(Clone)]
struct Clients {
    address: SocketAddr,
    stopped: Arc<AtomicBool>,
    /// The answers that were right.
    answered: Arc<AtomicU64>,
    /// What was heard, by each follower.
    heard: [Arc<Mutex<Vec<u64>>>; 2],
}

impl Clients {
    fn new(address: SocketAddr) -> Self {
        Self { address, stopped: Arc::default(), answered: Arc::default(), heard: Default::default() }
    }

    fn go_on(&self) -> bool {
        !self.stopped.load(Ordering::SeqCst)
    }

    fn last(&self, follower: usize) -> u64 {
        self.heard[follower].lock().unwrap().last().copied().unwrap_or_default()
    }

    fn hear(&self, follower: usize, position: u64) {
        self.heard[follower].lock().unwrap().push(position);
    }

    fn start(&self) -> Vec<JoinHandle<()>> {
        let (socket, events) = (self.clone(), self.clone());
        let mut tasks = vec![
            tokio::spawn(async move { socket.follow_by_socket().await }),
            tokio::spawn(async move { events.follow_by_events().await }),
        ];
        for _ in 0..3 {
            let reader = self.clone();
            tasks.push(tokio::spawn(async move { reader.read().await }));
        }
        tasks
    }

    /// Follows over a socket; a client that was cut off comes back with the last position that it has heard.
    async fn follow_by_socket(&self) {
        while self.go_on() {
            if let Some(mut socket) = Socket::introduced(self.address, "").await {
                let query = format!("subscription {{ milestoneRecorded(after: {}) {{ position }} }}", self.last(0));
                socket.subscribe("1", &query, json!({})).await;
                while let Ok(Heard::Message(message)) = tokio::time::timeout(HEALED, socket.hear()).await {
                    let Some(position) = message["payload"]["data"]["milestoneRecorded"]["position"].as_u64() else {
                        break;
                    };
                    self.hear(0, position);
                }
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// The same by server-sent events, as a browser does.
    async fn follow_by_events(&self) {
        let client = reqwest::Client::new();
        while self.go_on() {
            let query = format!("subscription {{ milestoneRecorded(after: {}) {{ position }} }}", self.last(1));
            let request = client.post(format!("http://{}/graphql", self.address)).json(&json!({ "query": query }));
            if let Ok(mut answer) = request.header("accept", "text/event-stream").send().await {
                let mut text = String::new();
                while let Ok(Ok(Some(more))) = tokio::time::timeout(HEALED, answer.chunk()).await {
                    text.push_str(&String::from_utf8_lossy(&more));
                    while let Some((event, rest)) = text.split_once("\n\n") {
                        let id = event.lines().find_map(|line| line.strip_prefix("id: "));
                        if let Some(position) = id {
                            self.hear(1, position.parse().unwrap());
                        }
                        text = rest.to_owned();
                    }
                }
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Asks for this and that; an answer is right, or an error that says what it is, or none.
    async fn read(&self) {
        let client = reqwest::Client::builder().timeout(HEALED).build().unwrap();
        let paths =
            ["/v1/status/FO", "/v1/timeline/GL", "/v1/agreements", "/v1/stalled", "/v1/feed.atom", "/log/checkpoint"];
        for path in paths.iter().cycle() {
            if !self.go_on() {
                break;
            }
            if let Ok(answer) = client.get(format!("http://{}{path}", self.address)).send().await {
                let status = answer.status().as_u16();
                if let Ok(text) = answer.text().await {
                    let codes = ["STORAGE_UNAVAILABLE", "OVERLOADED", "the log cannot be read"];
                    let told = status == 503 && codes.iter().any(|code| text.contains(code));
                    assert!(status == 200 || told, "{path}: {status} {text}");
                    self.answered.fetch_add(u64::from(status == 200), Ordering::Relaxed);
                }
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

/// Something that fails, and is well again after a moment.
#[derive(Clone, Copy)]
enum Fault<'a> {
    /// `kill -9` of the server.
    Kill,
    /// A signal that ends it in order.
    End,
    /// Writes to the disk fail, while this file is there.
    Disk(&'a Path),
    /// PostgreSQL stops without a shutdown.
    Stop(&'a Cluster),
    /// The way to PostgreSQL is not open.
    Gone(&'a Proxy, Way),
}

impl Fault<'_> {
    async fn strike(self, server: &mut Server, direct: &str) {
        match self {
            Self::Kill => {
                server.program().kill();
                let store = Store::connect(direct).await.unwrap();
                free_the_lease(&store).await;
                close(&store).await;
                server.start();
            }
            Self::End => {
                server.program().terminate();
                assert_eq!(server.program().ended(), Some(0));
                server.start();
            }
            Self::Disk(file) => {
                std::fs::write(file, "").unwrap();
                tokio::time::sleep(LASTS).await;
                std::fs::remove_file(file).unwrap();
            }
            Self::Stop(cluster) => {
                cluster.stop_at_once();
                cluster.boot();
            }
            Self::Gone(proxy, way) => {
                proxy.way.send_replace(way);
                tokio::time::sleep(LASTS).await;
                proxy.way.send_replace(Way::Open);
            }
        }
    }
}

/// How long a fault of the disk or the network lasts.
const LASTS: Duration = Duration::from_millis(500);

/// Starts a server whose webhooks go to these receivers, and opens the agreements that writers write to.
async fn opened(server: &mut Server, direct: &str, receivers: &[Receiver]) -> Sender {
    let token = token(direct).await;
    for receiver in receivers {
        server.options.extend(["--webhook-port".to_owned(), receiver.address.port().to_string()]);
    }
    server.options.extend(
        ["--no-seed", "--unsigned", "--rate-limit", "0", "--alerts", "--webhook-allow", "127.0.0.1/32"]
            .map(str::to_owned),
    );
    server.start();
    let sender = Sender::new(server.address, &token);
    sender.ready(HEALED).await;
    let store = Store::connect(direct).await.unwrap();
    let access = Access::new(store.clone(), Clock::system(), false);
    let administrator =
        access.create(Actor::parse("admin").unwrap(), Role::Administrator, None).await.unwrap().reveal();
    close(&store).await;
    for agreement in AGREEMENTS {
        assert!(matches!(sender.send("openAgreement", &opening(agreement)).await, Fate::Acknowledged(_)));
    }
    for receiver in receivers {
        add(&sender, &administrator, &receiver.url()).await;
    }
    sender
}

/// Waits until every receiver has heard of each position up to the head, and every follower of all that was acknowledged.
async fn all_is_heard(receivers: &[Receiver], clients: &Clients, head: u64, all: usize) {
    let began = Instant::now();
    let missing = |receiver: &Receiver| {
        let arrived: BTreeSet<u64> = receiver.positions("milestones").into_iter().collect();
        (1..=head).filter(|position| !arrived.contains(position)).count()
    };
    while receivers.iter().any(|receiver| missing(receiver) > 0)
        || clients.heard.iter().any(|heard| heard.lock().unwrap().len() < all)
    {
        let lost: Vec<usize> = receivers.iter().map(missing).collect();
        let heard: Vec<usize> = clients.heard.iter().map(|heard| heard.lock().unwrap().len()).collect();
        assert!(began.elapsed() < Duration::from_mins(1), "of {all}: {lost:?} did not arrive, {heard:?} were heard");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// The load with the faults, one after the other, each once.
async fn bear(what: &str, mut server: Server, direct: &str, faults: &[Fault<'_>]) {
    let receivers = [Receiver::start(Manner::Well).await, Receiver::start(Manner::FailsOnce).await];
    let sender = opened(&mut server, direct, &receivers).await;
    let (book, clients) = (Arc::new(Book::default()), Clients::new(server.address));
    let pause = if long() { Duration::from_secs(2) } else { Duration::from_millis(100) };
    let writers = book.write_every(pause, 4, &sender);
    let tasks = clients.start();
    let part = duration() / (u32::try_from(faults.len()).unwrap() + 1);
    let mut memory: Vec<u64> = Vec::new();
    for (number, fault) in faults.iter().enumerate() {
        calm(part, &mut server, &mut memory).await;
        fault.strike(&mut server, direct).await;
        let well = Instant::now();
        sender.ready(HEALED).await;
        let (recorded, answered) = (book.count(), clients.answered.load(Ordering::Relaxed));
        while book.count() == recorded || clients.answered.load(Ordering::Relaxed) == answered {
            assert!(well.elapsed() < HEALED, "nothing goes on after fault {number}");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
    // The last process lives long enough to show whether it keeps what it need not.
    memory.clear();
    calm(part, &mut server, &mut memory).await;
    book.stop(writers).await;
    let store = Store::connect(direct).await.unwrap();
    book.settle(&sender, &store).await;
    let head = store.head().await.unwrap().position.0;
    // 0 lost: what was acknowledged is in the log, once, and every follower and receiver has heard of it.
    assert_sound(&store, &book).await;
    let all: Vec<u64> =
        book.acknowledged.lock().unwrap().values().copied().collect::<BTreeSet<_>>().into_iter().collect();
    all_is_heard(&receivers, &clients, head, all.len()).await;
    clients.stopped.store(true, Ordering::SeqCst);
    for heard in &clients.heard {
        assert_eq!(*heard.lock().unwrap(), all, "a follower hears of each position once, in order");
    }
    let repeats: usize = receivers.iter().map(repeats).sum();
    assert_rebuilt_alike(&store).await;
    close(&store).await;
    let (first, second) = memory.split_at(memory.len() / 2);
    let [first, second] = [first, second].map(|part| part.iter().copied().max().unwrap_or_default());
    assert!(second < first + 16_000_000 && second < 250_000_000, "memory is not flat: {first}, then {second}");
    tell(&format!(
        "{what} under load for {:?}, {} faults: {} facts acknowledged and none lost or twice; two followers heard of each once; webhooks \
         of {head} events arrived at two receivers, {repeats} of them again under their ids; {} reads answered; {} told as faults; memory {} MB, \
         then {} MB",
        duration(),
        faults.len(),
        book.count(),
        clients.answered.load(Ordering::Relaxed),
        book.faults.lock().unwrap().values().sum::<u64>(),
        first / 1_000_000,
        second / 1_000_000,
    ));
    server.program().terminate();
    assert_eq!(server.program().ended(), Some(0));
    for task in tasks {
        task.await.unwrap();
    }
}

/// Nothing fails for a while; the memory is looked at ten times.
async fn calm(time: Duration, server: &mut Server, memory: &mut Vec<u64>) {
    for _ in 0..10 {
        tokio::time::sleep(time / 10).await;
        memory.push(server.program().memory());
    }
}

/// How often a receiver was told again what it had taken already; each time it is the same, under the same id.
fn repeats(receiver: &Receiver) -> usize {
    let mut told: BTreeMap<String, BTreeSet<(String, String)>> = BTreeMap::new();
    for arrived in receiver.arrived() {
        let event = arrived.event()["id"].as_str().unwrap().to_owned();
        told.entry(event).or_default().insert((arrived.id, arrived.body));
    }
    assert!(told.values().all(|same| same.len() == 1), "a message was sent under two ids, or changed");
    receiver.accepted().values().map(|(_, times)| times - 1).sum()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ordinary_clients_lose_nothing_and_hear_nothing_twice_whatever_fails_under_them() {
    let _alone = alone().await;
    let database = Database::sqlite();
    let place = tempfile::tempdir().unwrap();
    let library = shim(place.path()).display().to_string();
    let (fault, full) = (place.path().join("broken"), place.path().join("broken-full"));
    let server = Server {
        url: database.url(),
        address: free_port(),
        options: Vec::new(),
        settings: vec![
            ("LD_PRELOAD".to_owned(), library),
            ("DEPOSITARY_FAULT".to_owned(), fault.display().to_string()),
        ],
        program: None,
    };
    bear("SQLite", server, &database.url(), &[Fault::Kill, Fault::End, Fault::Disk(&fault), Fault::Disk(&full)]).await;
    database.drop().await;
    if postgres_server().is_none() {
        return;
    }
    let cluster = Cluster::start();
    let proxy = Proxy::before(SocketAddr::from(([127, 0, 0, 1], cluster.port))).await;
    let url = cluster.url().replace(&cluster.port.to_string(), &proxy.address.port().to_string());
    let server = Server { url, address: free_port(), options: Vec::new(), settings: Vec::new(), program: None };
    let gone = |way| Fault::Gone(&proxy, way);
    let faults = [Fault::Kill, Fault::End, Fault::Stop(&cluster), gone(Way::Cut), gone(Way::Reset), gone(Way::Silent)];
    bear("PostgreSQL", server, &cluster.url(), &faults).await;
}
