//! Acknowledged commands a second, against a loop that inserts plain rows.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use depositary::clock::Clock;
use depositary::config::instruments::Instruments;
use depositary::domain::command::{Command, Intent};
use depositary::domain::country::Country;
use depositary::domain::ids::{Actor, AgreementId, CommandId, InstrumentCode};
use depositary::read::reader::Reader;
use depositary::record::import;
use depositary::record::tracker::Tracker;
use depositary::store::Store;
use sqlx::postgres::PgPoolOptions;

use crate::load::Seeded;
use crate::{drop_postgres, large, median, postgres, tell};

pub const CLIENTS: usize = 32;
/// Short rounds in turns, many of them: what else the machine does then falls on both sides of a round. In one and a half
/// seconds no client is through with the countries of its round.
const LASTING: Duration = Duration::from_millis(1_500);
const ROUNDS: usize = 7;
/// How many rounds share the countries of an instrument.
const SHARING: usize = 6;

/// Measures on PostgreSQL with default durability.
pub async fn run() {
    let Some(url) = postgres("depositary_bench_append").await else {
        println!("append: no PostgreSQL answers; left out");
        return;
    };
    let (mut plain, mut tracked) = (Vec::new(), Vec::new());
    let store = Store::connect(&url).await.expect("the database answers");
    store.migrate().await.expect("the database is new");
    let instruments = instruments(ROUNDS);
    let reader = Reader::open(store.clone(), instruments.clone()).await.expect("the log can be read");
    let tracker = Tracker::start(store.clone(), instruments, Clock::system(), reader);
    for round in 0..ROUNDS {
        plain.push(plain_loop(&url).await);
        tracked.push(commands(&tracker, round).await);
    }
    for (commands, inserts) in tracked.iter().zip(&plain) {
        println!("append: commands {commands:.0}/s, plain insert loop {inserts:.0}/s");
    }
    let ratios = tracked.iter().zip(&plain).map(|(commands, inserts)| commands / inserts).collect();
    tell("append: commands to plain inserts, 32 clients, PostgreSQL", median(ratios), "at least 0.50");
    drop_postgres(&url).await;
}

/// The instruments of so many rounds.
pub fn instruments(rounds: usize) -> Instruments {
    let numbers = 0..CLIENTS * rounds.div_ceil(SHARING);
    let files = numbers.map(|number| (large::code(number), large::instrument_file(number)));
    Instruments::of(files).expect("the instruments are right")
}

/// The instrument of a client in a round, which is its own.
pub fn instrument(client: usize, round: usize) -> InstrumentCode {
    InstrumentCode::parse(&large::code(round / SHARING * CLIENTS + client)).expect("a code")
}

/// One row a transaction into a table of the same columns and indexes.
pub async fn plain_loop(url: &str) -> f64 {
    let pool = PgPoolOptions::new().max_connections(CLIENTS as u32).connect(url).await.expect("the database answers");
    let table = "drop table if exists plain; create table plain (like events including all)";
    sqlx::raw_sql(table).execute(&pool).await.expect("a table can be made");
    let position = Arc::new(AtomicU64::new(0));
    let payload = payload();
    measure(|client, stop| {
        let (pool, position, payload) = (pool.clone(), position.clone(), payload.clone());
        async move {
            let mut done = 0_u64;
            while !stop.load(Ordering::Relaxed) {
                let next = position.fetch_add(1, Ordering::Relaxed) as i64 + 1;
                let sql =
                    "insert into plain values ($1, $2, $3, 'milestone_recorded', 1, now(), $4, 0, 'bench', $5, $6)";
                sqlx::query(sql)
                    .bind(next)
                    .bind(format!("g{client:03}/{}", done / 10))
                    .bind((done % 10) as i64)
                    .bind(uuid::Uuid::new_v5(&uuid::Uuid::nil(), &next.to_be_bytes()))
                    .bind(&payload)
                    .bind(&[0_u8; 32][..])
                    .execute(&pool)
                    .await
                    .expect("a row is inserted");
                done += 1;
            }
            done
        }
    })
    .await
}

fn payload() -> String {
    let milestone = large::lifecycle(&mut Seeded(1)).remove(0);
    let event = Intent::RecordMilestone(large::recorded(milestone)).event();
    depositary::ledger::canonical(&event.payload().expect("a payload")).expect("canonical JSON")
}

/// Single-milestone commands, each client on agreements of its own, nine milestones each.
pub async fn commands(tracker: &Tracker, round: usize) -> f64 {
    let countries = Arc::new(Country::partners());
    measure(|client, stop| {
        let (tracker, countries) = (tracker.clone(), countries.clone());
        async move {
            let actor = Actor::parse("bench").expect("a name");
            let instrument = instrument(client, round);
            let mut random = Seeded((round * CLIENTS + client) as u64);
            let mut done = 0_u64;
            // Each round takes countries that no earlier one has, and ends before they do.
            let share = countries.len() / SHARING;
            let mine = countries.iter().skip(round % SHARING * share).take(share).cycle();
            'agreements: for (lap, country) in mine.enumerate() {
                let id = AgreementId { instrument: instrument.clone(), country: *country };
                assert!(lap < share, "a client is through with the countries of its round");
                for (index, milestone) in large::lifecycle(&mut random).into_iter().enumerate() {
                    if stop.load(Ordering::Relaxed) {
                        break 'agreements;
                    }
                    let intent = Intent::RecordMilestone(large::recorded(milestone));
                    let command = CommandId::named(&format!("{round}:{client}:{lap}:{index}"));
                    let command = Command {
                        id: command,
                        agreement: id.clone(),
                        expected_version: None,
                        actor: actor.clone(),
                        intent,
                    };
                    let open = import::open(id.clone(), actor.clone());
                    let unit = if index == 0 { vec![open, command] } else { vec![command] };
                    let _ = tracker.execute(unit).await.expect("the command is let through");
                    done += 1;
                }
            }
            done
        }
    })
    .await
}

/// Runs one task a client until the time is over, and tells what they did a second.
async fn measure<F: Future<Output = u64> + Send + 'static>(client: impl Fn(usize, Arc<AtomicBool>) -> F) -> f64 {
    let stop = Arc::new(AtomicBool::new(false));
    let started = Instant::now();
    let clients: Vec<_> = (0..CLIENTS).map(|number| tokio::spawn(client(number, stop.clone()))).collect();
    tokio::time::sleep(LASTING).await;
    stop.store(true, Ordering::Relaxed);
    let mut done = 0;
    for client in clients {
        done += client.await.expect("a client ends");
    }
    done as f64 / started.elapsed().as_secs_f64()
}
