//! A burst of 10,000 events to 1,000 endpoints: how long, how much memory, and what is left for appends meanwhile?

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use depositary::answers::Answers;
use depositary::clock::Clock;
use depositary::delivery::addresses::Rules;
use depositary::delivery::schedule::Schedule;
use depositary::delivery::wants::{Topic, Wants};
use depositary::delivery::{Courier, PATIENCE, Webhooks, by_the_system};
use depositary::domain::command::{Command, Intent};
use depositary::domain::country::Country;
use depositary::domain::ids::{Actor, AgreementId, CommandId, InstrumentCode, Position};
use depositary::instruments::Instruments;
use depositary::lease;
use depositary::reader::Reader;
use depositary::store::Store;
use depositary::tracker::Tracker;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;

use crate::load::Seeded;
use crate::{append, drop_postgres, large, median, postgres, tell};

/// Endpoints, each for the agreements of some countries under an instrument, so that every event has one that wants it.
const ENDPOINTS: usize = append::CLIENTS * 32;
const COUNTRIES: usize = 8;
/// The agreements of the burst; ten events each.
const AGREEMENTS: usize = 1_000;
const ROUNDS: usize = 3;

/// Measures on PostgreSQL, all in this process, the receivers too.
pub async fn run() {
    let Some(url) = postgres("depositary_bench_webhooks").await else {
        println!("webhooks: no PostgreSQL answers; left out");
        return;
    };
    let store = Store::connect(&url).await.expect("the database answers");
    store.migrate().await.expect("the database is new");
    let files = (0..append::CLIENTS).map(|number| (large::code(number), large::instrument_file(number)));
    let instruments = Instruments::of(files).expect("the instruments are right");
    let reader = Reader::open(store.clone(), instruments.clone()).await.expect("the log can be read");
    let tracker = Tracker::start(store.clone(), instruments.clone(), Clock::system(), reader.clone());
    let alone = ratio(&url, &tracker, 0).await;
    println!("webhooks: {} MB of memory before there is an endpoint", memory() / 1_000_000);

    let (heard, address) = receiver();
    let ends = CancellationToken::new();
    tokio::spawn(reader.clone().keep_up(ends.clone()));
    let answers = Answers::new(reader, instruments, Clock::system());
    let rules = Rules::of(&["127.0.0.1/32".parse().expect("a network")], &[address.port()]);
    let courier = Courier::new(rules, PATIENCE, &by_the_system(), Clock::system());
    let webhooks = Webhooks::new(answers, courier, Clock::system(), "http://127.0.0.1".into());
    let lease = lease::hold(store.clone(), "webhooks", ends.clone());
    let sending = webhooks.sender(Schedule::default()).start(lease, ends.clone());

    let agreements: Vec<AgreementId> = large::agreements()
        .into_iter()
        .filter(|id| id.instrument.as_str().starts_with('g') && id.instrument.as_str() < "g008")
        .take(AGREEMENTS)
        .collect();
    let countries = Country::all();
    let some = |client| countries.chunks(COUNTRIES).map(move |some| (client, some));
    for (number, (client, some)) in (0..append::CLIENTS).flat_map(some).enumerate() {
        let instrument = InstrumentCode::parse(&large::code(client)).expect("a code");
        let of_some = Wants::all_of(vec![Topic::Milestones]);
        let wants = Wants { instruments: vec![instrument], countries: some.to_vec(), ..of_some };
        let url = format!("http://{address}/{number}");
        webhooks.add(&url, wants, None).await.expect("an endpoint is added");
    }
    tokio::time::sleep(Duration::from_secs(2)).await;
    let (events, took) = burst(&tracker, &agreements, &heard).await;
    println!(
        "webhooks: {events} events to {ENDPOINTS} endpoints, the last delivered {:.1} s after the burst began",
        took.as_secs_f64()
    );
    tell("webhooks: seconds until the last is delivered", took.as_secs_f64(), "at most 60");
    let before = heard.load(Ordering::SeqCst);
    let meanwhile = ratio(&url, &tracker, 1).await;
    println!("webhooks: {} messages while appends were measured", heard.load(Ordering::SeqCst) - before);
    println!("webhooks: {} MB of memory, receivers included", memory() / 1_000_000);
    println!("webhooks: commands to plain inserts, {alone:.2} alone and {meanwhile:.2} while each event is delivered");
    tell("webhooks: what appends keep of their ratio meanwhile", meanwhile / alone, "at least 0.90");

    // Every endpoint hears of everything from here on: a thousand messages an event, more than there is time for.
    for endpoint in webhooks.all().await.expect("endpoints can be read") {
        webhooks.disable(endpoint.id).await.expect("an endpoint is disabled");
    }
    let before = heard.load(Ordering::SeqCst);
    let began = Instant::now();
    for number in 0..ENDPOINTS {
        let url = format!("http://{address}/all/{number}");
        let wants = Wants::all_of(vec![Topic::Milestones]);
        webhooks.add(&url, wants, Some(Position(0))).await.expect("an endpoint is added");
    }
    tokio::time::sleep(Duration::from_secs(20)).await;
    let rate = (heard.load(Ordering::SeqCst) - before) as f64 / began.elapsed().as_secs_f64();
    println!("webhooks: {rate:.0} messages a second while every endpoint hears of everything");
    let swamped = ratio(&url, &tracker, 2).await;
    println!("webhooks: {} MB of memory, receivers included", memory() / 1_000_000);
    println!("webhooks: commands to plain inserts, {swamped:.2} while each event is to be delivered {ENDPOINTS} times");
    ends.cancel();
    let _ = sending.await;
    drop_postgres(&url).await;
}

/// Commands a second to plain inserts a second.
async fn ratio(url: &str, tracker: &Tracker, part: usize) -> f64 {
    let mut ratios = Vec::new();
    for round in 0..ROUNDS {
        let plain = append::plain_loop(url).await;
        ratios.push(append::commands(tracker, part * ROUNDS + round, 3 * ROUNDS).await / plain);
    }
    median(ratios)
}

/// Records ten events of each agreement, as fast as it can, and waits until each was delivered.
async fn burst(tracker: &Tracker, agreements: &[AgreementId], heard: &AtomicU64) -> (u64, Duration) {
    let actor = Actor::parse("bench").expect("a name");
    let mut random = Seeded(9);
    let (began, before, mut events) = (Instant::now(), heard.load(Ordering::SeqCst), 0);
    for some in agreements.chunks(20) {
        let mut unit = Vec::new();
        for id in some {
            // Most are open since the appends were measured; a note is possible at any time.
            unit.push(depositary::import::open(id.clone(), actor.clone()));
            for (index, milestone) in large::lifecycle(&mut random).into_iter().enumerate() {
                let milestone = depositary::domain::milestone::Milestone {
                    detail: depositary::domain::milestone::Detail::Noted {},
                    ..milestone
                };
                unit.push(Command {
                    id: CommandId::named(&format!("burst {id} {index}")),
                    agreement: id.clone(),
                    expected_version: None,
                    actor: actor.clone(),
                    intent: Intent::RecordMilestone(large::recorded(milestone)),
                });
            }
        }
        let outcomes = tracker.execute(unit).await.expect("the unit is let through");
        events += outcomes.iter().filter(|outcome| !outcome.repeated).count() as u64;
    }
    while heard.load(Ordering::SeqCst) < before + events {
        assert!(began.elapsed() < Duration::from_mins(5), "not everything is delivered");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    (events, began.elapsed())
}

/// A receiver that says 204 to everything, and how often it has. Receivers are other machines, so it has a thread of its own.
fn receiver() -> (Arc<AtomicU64>, SocketAddr) {
    let heard = Arc::new(AtomicU64::new(0));
    let (tells, told) = std::sync::mpsc::channel();
    let counts = heard.clone();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(async move {
            let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
            tells.send(listener.local_addr().expect("an address")).expect("somebody waits for it");
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, counts.clone()));
            }
        });
    });
    (heard, told.recv().expect("the receiver listens"))
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
