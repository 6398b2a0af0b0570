//! A burst of 10,000 events to 1,000 endpoints: how long, how much memory, and what is left for appends meanwhile?

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use depositary::answers::Answers;
use depositary::clock::Clock;
use depositary::domain::command::{Command, Intent};
use depositary::domain::country::Country;
use depositary::domain::ids::{Actor, AgreementId, CommandId, Position};
use depositary::domain::milestone::{Detail, Milestone};
use depositary::read::reader::Reader;
use depositary::record::import;
use depositary::record::tracker::Tracker;
use depositary::store::Store;
use depositary::work::delivery::addresses::Rules;
use depositary::work::delivery::schedule::Schedule;
use depositary::work::delivery::wants::{Topic, Wants};
use depositary::work::delivery::{Courier, PATIENCE, Webhooks, by_the_system};
use depositary::work::lease::{self, Lease};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::load::Seeded;
use crate::{append, drop_postgres, large, median, postgres, tell};

/// Endpoints, each for the agreements of some countries under an instrument, so that every event has one that wants it.
const ENDPOINTS: usize = append::CLIENTS * 32;
const COUNTRIES: usize = 8;
/// The agreements of the burst; ten events each.
const AGREEMENTS: usize = 1_000;
/// How often appends are measured with delivery and without, in turns.
const PAIRS: usize = 15;
/// And how often while every endpoint hears of everything.
const SWAMPED: usize = 3;
const ROUNDS: usize = 2 * PAIRS + SWAMPED;
/// How long a sender has to begin.
const SETTLING: Duration = Duration::from_secs(2);

/// What is measured: the parts of a server that deliver, in this process.
struct Bench {
    url: String,
    tracker: Tracker,
    webhooks: Webhooks,
    store: Store,
    receiver: Receiver,
    /// Where the log stood when the endpoints were added: each event after it is one message.
    from: Position,
    reader: Reader,
}

/// Measures on PostgreSQL, all in this process, the receivers too.
pub async fn run() {
    let Some(url) = postgres("depositary_bench_webhooks").await else {
        println!("webhooks: no PostgreSQL answers; left out");
        return;
    };
    let store = Store::connect(&url).await.expect("the database answers");
    store.migrate().await.expect("the database is new");
    let instruments = append::instruments(ROUNDS);
    let reader = Reader::open(store.clone(), instruments.clone()).await.expect("the log can be read");
    let tracker = Tracker::start(store.clone(), instruments.clone(), Clock::system(), reader.clone());
    let ends = CancellationToken::new();
    tokio::spawn(reader.clone().keep_up(ends.clone()));
    println!("webhooks: {} MB of memory before there is an endpoint", memory() / 1_000_000);

    let receiver = Receiver::start();
    let rules = Rules::of(&["127.0.0.1/32".parse().expect("a network")], &[receiver.address.port()]);
    let courier = Courier::new(rules, PATIENCE, &by_the_system(), Clock::system());
    let answers = Answers::new(reader.clone(), instruments, Clock::system());
    let webhooks = Webhooks::new(answers, courier, Clock::system(), "http://127.0.0.1".into());
    let bench = Bench { url, tracker, webhooks, store, receiver, from: reader.seen(), reader };
    bench.add_endpoints().await;
    bench.burst().await;
    bench.pairs().await;
    bench.swamp().await;
    println!("webhooks: {} MB of memory, receivers included", memory() / 1_000_000);
    ends.cancel();
    drop_postgres(&bench.url).await;
}

impl Bench {
    /// Endpoints for every event, each for those of some countries under a client's instruments.
    async fn add_endpoints(&self) {
        let countries = Country::partners();
        let some = |client| countries.chunks(COUNTRIES).map(move |some| (client, some));
        for (number, (client, some)) in (0..append::CLIENTS).flat_map(some).enumerate() {
            let instruments = (0..ROUNDS).map(|round| append::instrument(client, round)).collect::<BTreeSet<_>>();
            let of_some = Wants::all_of(vec![Topic::Milestones]);
            let wants = Wants { instruments: instruments.into_iter().collect(), countries: some.to_vec(), ..of_some };
            let url = format!("http://{}/{number}", self.receiver.address);
            self.webhooks.add(&url, wants, None).await.expect("an endpoint is added");
        }
    }

    /// Delivers from here on, until it is stopped.
    fn deliver(&self) -> Delivering {
        let ends = CancellationToken::new();
        let lease = lease::hold(self.store.clone(), "webhooks", ends.clone());
        Delivering(self.webhooks.sender(Schedule::default()).start(lease.clone(), ends.clone()), lease, ends)
    }

    /// Waits until each event was delivered once.
    async fn delivered(&self) {
        let began = Instant::now();
        while self.receiver.heard() < self.reader.seen().0 - self.from.0 {
            assert!(began.elapsed() < Duration::from_mins(5), "not everything is delivered");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// How long after a burst of events begins the last is delivered.
    async fn burst(&self) {
        let delivering = self.deliver();
        tokio::time::sleep(SETTLING).await;
        let began = Instant::now();
        record(&self.tracker).await;
        self.delivered().await;
        let (took, events) = (began.elapsed().as_secs_f64(), self.receiver.heard());
        println!(
            "webhooks: {events} events to {ENDPOINTS} endpoints, the last delivered {took:.1} s after the burst began"
        );
        println!("webhooks: {} MB of memory, receivers included", memory() / 1_000_000);
        tell("webhooks: seconds until the last is delivered", took, "at most 60");
        delivering.stop().await;
    }

    /// Commands to plain inserts, with delivery and without in turns: what is left of the ratio.
    async fn pairs(&self) {
        let mut kept = Vec::new();
        for pair in 0..PAIRS {
            let mut ratios = [0.0; 2];
            // Who begins takes turns too.
            for (turn, with) in [pair % 2 == 0, pair % 2 == 1].into_iter().enumerate() {
                // What was recorded before is delivered, and that kept.
                let delivering = self.deliver();
                self.delivered().await;
                delivering.stop().await;
                let plain = append::plain_loop(&self.url).await;
                let delivering = if with { Some(self.deliver()) } else { None };
                tokio::time::sleep(SETTLING).await;
                let (before, recorded) = (self.receiver.heard(), self.reader.seen().0);
                let commands = append::commands(&self.tracker, 2 * pair + turn).await;
                let (heard, recorded) = (self.receiver.heard() - before, self.reader.seen().0 - recorded);
                if let Some(delivering) = delivering {
                    assert!(heard >= recorded / 2, "it keeps up: {heard} of {recorded} are delivered meanwhile");
                    delivering.stop().await;
                }
                ratios[usize::from(with)] = commands / plain;
                println!(
                    "webhooks: commands {commands:.0}/s, plain insert loop {plain:.0}/s, {heard} messages meanwhile"
                );
            }
            println!(
                "webhooks: commands to plain inserts, {:.2} alone and {:.2} while each event is delivered",
                ratios[0], ratios[1]
            );
            kept.push(ratios[1] / ratios[0]);
        }
        tell("webhooks: what appends keep of their ratio meanwhile", median(kept), "at least 0.90");
    }

    /// Every endpoint hears of everything from the beginning on: a thousand messages an event, more than there is time for.
    async fn swamp(&self) {
        for endpoint in self.webhooks.all().await.expect("endpoints can be read") {
            self.webhooks.disable(endpoint.id).await.expect("an endpoint is disabled");
        }
        for number in 0..ENDPOINTS {
            let url = format!("http://{}/all/{number}", self.receiver.address);
            let wants = Wants::all_of(vec![Topic::Milestones]);
            self.webhooks.add(&url, wants, Some(Position(0))).await.expect("an endpoint is added");
        }
        let delivering = self.deliver();
        tokio::time::sleep(Duration::from_secs(5)).await;
        let (began, before) = (Instant::now(), self.receiver.heard());
        tokio::time::sleep(Duration::from_secs(15)).await;
        let rate = (self.receiver.heard() - before) as f64 / began.elapsed().as_secs_f64();
        println!("webhooks: {rate:.0} messages a second while every endpoint hears of everything");
        let mut ratios = Vec::new();
        for round in 2 * PAIRS..ROUNDS {
            let (plain, commands) = self.round(round).await;
            ratios.push(commands / plain);
        }
        let ratio = median(ratios);
        println!(
            "webhooks: commands to plain inserts, {ratio:.2} while each event is to be delivered {ENDPOINTS} times"
        );
        delivering.stop().await;
    }

    /// Plain inserts a second, and commands a second.
    async fn round(&self, round: usize) -> (f64, f64) {
        (append::plain_loop(&self.url).await, append::commands(&self.tracker, round).await)
    }
}

/// A sender at work.
struct Delivering(JoinHandle<()>, Lease, CancellationToken);

impl Delivering {
    async fn stop(self) {
        let Self(sending, lease, ends) = self;
        ends.cancel();
        sending.await.expect("the sender ends");
        lease.ended().await;
    }
}

/// Records ten events of each agreement of the burst, as fast as it can.
async fn record(tracker: &Tracker) {
    let actor = Actor::parse("bench").expect("a name");
    let mut random = Seeded(9);
    let of_burst = |id: &AgreementId| (0..8).any(|client| id.instrument == append::instrument(client, 0));
    let agreements: Vec<AgreementId> = large::agreements().into_iter().filter(of_burst).take(AGREEMENTS).collect();
    for some in agreements.chunks(20) {
        let mut unit = Vec::new();
        for id in some {
            unit.push(import::open(id.clone(), actor.clone()));
            for (index, milestone) in large::lifecycle(&mut random).into_iter().enumerate() {
                // A note is possible at any time, whatever is recorded of the agreement later on.
                let milestone = Milestone { detail: Detail::Noted {}, ..milestone };
                unit.push(Command {
                    id: CommandId::named(&format!("burst {id} {index}")),
                    agreement: id.clone(),
                    expected_version: None,
                    actor: actor.clone(),
                    intent: Intent::RecordMilestone(large::recorded(milestone)),
                });
            }
        }
        let _ = tracker.execute(unit).await.expect("the unit is let through");
    }
}

/// A receiver that says 204 to everything. Receivers are other machines, so it has a thread of its own.
struct Receiver {
    address: SocketAddr,
    heard: Arc<AtomicU64>,
}

impl Receiver {
    fn start() -> Self {
        let heard = Arc::new(AtomicU64::new(0));
        let (tells, told) = std::sync::mpsc::channel();
        let counts = heard.clone();
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
            runtime.block_on(async move {
                let socket = TcpSocket::new_v4().expect("a socket");
                socket.bind(([127, 0, 0, 1], 0).into()).expect("a port is free");
                // A thousand connect at once: who finds no room would try again seconds later.
                let listener = socket.listen(4_096).expect("it can listen");
                tells.send(listener.local_addr().expect("an address")).expect("somebody waits for it");
                while let Ok((stream, _)) = listener.accept().await {
                    tokio::spawn(serve(stream, counts.clone()));
                }
            });
        });
        Self { address: told.recv().expect("the receiver listens"), heard }
    }

    fn heard(&self) -> u64 {
        self.heard.load(Ordering::SeqCst)
    }
}

async fn serve(mut stream: TcpStream, heard: Arc<AtomicU64>) {
    let mut text = Vec::new();
    let mut buffer = [0; 4_096];
    loop {
        let whole = text.windows(4).position(|four| four == b"\r\n\r\n").and_then(|end| {
            let head = std::str::from_utf8(&text[..end]).ok()?;
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: "))?;
            let end = end + 4 + length.parse::<usize>().ok()?;
            (text.len() >= end).then_some(end)
        });
        if let Some(end) = whole {
            text.drain(..end);
            heard.fetch_add(1, Ordering::SeqCst);
            if stream.write_all(b"HTTP/1.1 204 No Content\r\n\r\n").await.is_err() {
                return;
            }
        }
        match stream.read(&mut buffer).await {
            Ok(read) if read > 0 => text.extend_from_slice(&buffer[..read]),
            _ => return,
        }
    }
}

/// The resident memory of this process, in bytes.
fn memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or_default();
    line.split_whitespace().next().and_then(|kilobytes| kilobytes.parse::<u64>().ok()).unwrap_or_default() * 1_024
}
