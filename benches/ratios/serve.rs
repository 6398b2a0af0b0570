//! Status answers a second through HTTP, against a constant field of the same server; small log and large.

use std::net::SocketAddr;
use std::process::{Child, Command};
use std::time::{Duration, Instant};

use depositary::config::instruments::Instruments;
use depositary::store::Store;

use crate::load::{Seeded, throughput};
use crate::{large, median, tell};

const CONNECTIONS: usize = 32;
const LASTING: Duration = Duration::from_secs(4);
const ROUNDS: usize = 3;

/// A server process.
pub struct Served {
    process: Child,
    /// Where it listens.
    pub address: SocketAddr,
    ready: Duration,
}

impl Drop for Served {
    fn drop(&mut self) {
        // It may have ended by itself; then there is nothing to end.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Measures over the bundled facts, and over the large log when asked.
pub async fn run(with_large: bool) {
    let place = tempfile::tempdir().expect("a directory");
    let small = serve(&format!("sqlite://{}/small.db", place.path().display()), None).await;
    let (constant, status) = measure(&small, small_question).await;
    println!("status: constant field {constant:.0}/s, status {status:.0}/s (medians of {ROUNDS})");
    tell("status: status to constant field, 32 connections, bundled facts", status / constant, "at least 0.50");
    println!("status: resident memory {:.0} MB at the most (target: under 200)", resident(&small));
    drop(small);
    if !with_large {
        return;
    }
    let url = format!("sqlite://{}/large.db", place.path().display());
    let directory = place.path().join("instruments");
    std::fs::create_dir(&directory).expect("a directory");
    large::write_instruments(&directory);
    let started = Instant::now();
    let store = Store::connect(&url).await.expect("the database is made");
    store.migrate().await.expect("the database is new");
    let instruments = Instruments::with_directory(&directory).expect("the instruments are right");
    let last = store.restore_as_recorded(large::events(1), &instruments).await.expect("the log is restored");
    println!("large: {last} events restored and projected in {:.0} s", started.elapsed().as_secs_f64());
    // What was written ahead goes into the file first, or the server would wait for that.
    store.close().await;
    let served = serve(&url, Some(&directory)).await;
    println!("large: ready after {:.2} s (target: within 1)", served.ready.as_secs_f64());
    warm(&served).await;
    let (constant, large) = measure(&served, large_question).await;
    println!("large: constant field {constant:.0}/s, status {large:.0}/s (medians of {ROUNDS})");
    tell("large: time of a status over the large log to one over the bundled facts", status / large, "at most 1.50");
    println!("large: resident memory {:.0} MB at the most (target: under 200)", resident(&served));
}

/// Starts the server and waits until it is ready.
pub async fn serve(url: &str, instruments: Option<&std::path::Path>) -> Served {
    let port =
        std::net::TcpListener::bind("127.0.0.1:0").and_then(|socket| socket.local_addr()).expect("a free port").port();
    let address = SocketAddr::from(([127, 0, 0, 1], port));
    let mut command = Command::new(env!("CARGO_BIN_EXE_depositary"));
    command.args(["serve", "--database-url", url, "--listen", &address.to_string(), "--log", "warn"]);
    if let Some(directory) = instruments {
        // The large log ends in the past, as its seed has it.
        command.arg("--instruments").arg(directory).arg(format!("--accept-log-end={}", large::END));
    }
    let started = Instant::now();
    let process = command.spawn().expect("the server starts");
    let client = reqwest::Client::new();
    let url = format!("http://{address}/readyz");
    while !client.get(&url).send().await.is_ok_and(|answer| answer.status().is_success()) {
        assert!(started.elapsed() < Duration::from_mins(1), "the server is not ready");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    Served { process, address, ready: started.elapsed() }
}

/// The constant field and the status, in turns.
async fn measure(served: &Served, question: fn(u64) -> String) -> (f64, f64) {
    let (mut constant, mut status) = (Vec::new(), Vec::new());
    throughput(served.address, CONNECTIONS, LASTING, question).await;
    for _ in 0..ROUNDS {
        constant.push(
            throughput(served.address, CONNECTIONS, LASTING, |_| r#"{"query":"{ __typename }"}"#.to_owned()).await,
        );
        status.push(throughput(served.address, CONNECTIONS, LASTING, question).await);
    }
    (median(constant), median(status))
}

fn ask(instrument: &str, country: &str, random: &mut Seeded) -> String {
    let (year, month, day) = (1975 + random.below(51), 1 + random.below(12), 1 + random.below(28));
    format!(
        r#"{{"query":"query($c: CountryCode!, $i: String!, $d: Date!) {{ country(code: $c) {{ status(instrument: $i, asOf: $d) {{ headline stage standing listing evaluationFactorPercent }} }} }}","variables":{{"c":"{country}","i":"{instrument}","d":"{year}-{month:02}-{day:02}"}}}}"#
    )
}

fn small_question(number: u64) -> String {
    const COUNTRIES: [&str; 32] = [
        "AT", "AU", "BE", "BR", "CA", "CH", "CZ", "DE", "DK", "EE", "EG", "ES", "FI", "FR", "GB", "GR", "IL", "IN",
        "IT", "JP", "KR", "LT", "LU", "LV", "NL", "NO", "PL", "PT", "SE", "SI", "TR", "UA",
    ];
    let mut random = Seeded(number);
    let country = COUNTRIES[random.below(32) as usize];
    ask("rdp", country, &mut random)
}

fn large_question(number: u64) -> String {
    static AGREEMENTS: std::sync::LazyLock<Vec<(String, String)>> = std::sync::LazyLock::new(|| {
        large::agreements().iter().map(|id| (id.instrument.to_string(), id.country.code().to_owned())).collect()
    });
    let mut random = Seeded(number);
    let (instrument, country) = &AGREEMENTS[random.below(AGREEMENTS.len() as u64) as usize];
    ask(instrument, country, &mut random)
}

/// Asks for every agreement once.
async fn warm(served: &Served) {
    let client = reqwest::Client::new();
    let url = format!("http://{}/graphql", served.address);
    let started = Instant::now();
    let agreements = large::agreements();
    let share = agreements.len().div_ceil(CONNECTIONS);
    let tasks: Vec<_> = agreements
        .chunks(share)
        .map(|some| {
            let (client, url, some) = (client.clone(), url.clone(), some.to_vec());
            tokio::spawn(async move {
                for id in some {
                    let body = ask(id.instrument.as_str(), id.country.code(), &mut Seeded(1));
                    let request = client.post(&url).header("content-type", "application/json").body(body);
                    request.send().await.expect("an answer").bytes().await.expect("a body");
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.expect("a client ends");
    }
    println!("large: every agreement asked for once in {:.0} s", started.elapsed().as_secs_f64());
}

/// The most memory that the process has had, in MB.
fn resident(served: &Served) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", served.process.id())).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or_default();
    line.trim().trim_end_matches(" kB").parse::<f64>().unwrap_or(f64::NAN) / 1024.0
}
