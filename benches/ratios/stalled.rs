//! How long does it take to find every stall among 50,000 agreements, and to try every rule on them, and how much memory?

use std::time::Instant;

use chrono::NaiveDate;
use depositary::answers::{Answers, Ask};
use depositary::clock::Clock;
use depositary::config::rules::Rules;
use depositary::read::reader::Reader;
use depositary::store::Store;

use crate::{drop_postgres, large, postgres, tell};

/// Measures on each database.
pub async fn run() {
    let place = tempfile::tempdir().expect("a directory");
    measure("SQLite", &format!("sqlite://{}/large.db", place.path().display())).await;
    match postgres("depositary_bench_stalled").await {
        None => println!("stalled: no PostgreSQL answers; left out"),
        Some(url) => {
            measure("PostgreSQL", &url).await;
            drop_postgres(&url).await;
        }
    }
}

/// Asks by a process that remembers nothing, on a day on which many rounds are open.
async fn measure(database: &str, url: &str) {
    let instruments = large::instruments();
    let store = Store::connect(url).await.expect("the database answers");
    store.migrate().await.expect("the database is new");
    store.restore_as_recorded(large::events(1), &instruments).await.expect("the log is restored");
    let before = resident();
    let reader = Reader::open(store.clone(), instruments.clone()).await.expect("the log is read");
    let answers = Answers::new(reader, instruments.clone(), Clock::system());
    let ask = Ask { as_of: NaiveDate::from_ymd_opt(1995, 1, 1), ..Ask::default() };
    let started = Instant::now();
    let pin = answers.pin(&ask, answers.position()).await.expect("a pin");
    let stalled = answers.stalled(&pin, None, None).await.expect("the stalls");
    let took = started.elapsed().as_secs_f64();
    println!("stalled: {database}, {} of {} agreements", stalled.len(), large::agreements().len());
    tell(&format!("stalled: seconds to find them all, {database}"), took, "at most 2.00");
    tell(&format!("stalled: MB more than before, {database}"), resident() - before, "at most 200");

    // Another that remembers nothing, and looks which alerts fire on that day.
    drop(answers);
    let reader = Reader::open(store, instruments.clone()).await.expect("the log is read");
    let rules = Rules::bundled().expect("the bundled rules are right");
    let answers = Answers::new(reader, instruments, Clock::system()).by_rules(rules);
    let started = Instant::now();
    let holding = answers.conditions(&pin).await.expect("the conditions");
    let took = started.elapsed().as_secs_f64();
    println!("stalled: {database}, {} conditions hold", holding.len());
    tell(&format!("stalled: seconds to try every rule, {database}"), took, "at most 2.00");
    tell(&format!("stalled: MB more than before, {database}"), resident() - before, "at most 200");
}

/// The memory of this process, in MB; nothing where the system does not tell.
fn resident() -> f64 {
    let pages = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    let pages = pages.split(' ').nth(1).and_then(|pages| pages.parse::<f64>().ok());
    pages.unwrap_or_default() * 4096.0 / 1e6
}
