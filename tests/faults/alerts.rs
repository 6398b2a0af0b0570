//! Is an alert lost, or fired twice, when the process that looks is killed?

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use depositary::config::instruments::Instruments;
use depositary::domain::alert::AlertEvent;
use depositary::domain::country::Country;
use depositary::domain::ids::Position;
use depositary::domain::milestone::Detail;
use depositary::domain::words::NoticePurpose;
use depositary::read::reader::Reader;
use depositary::record::tracker::Tracker;
use depositary::store::Store;
use testkit::databases::Database;
use testkit::facts::{milestone, open, record};
use testkit::programs::{Program, free_port};

use super::ground::{Dice, Fate, Sender, close, opening, tell, times, token};

/// Instruments beside the bundled ones: with each, every country has a round that waits.
const INSTRUMENTS: usize = 5;

/// By the one every round has stalled, by the other none.
const RULES: [(&str, &str); 2] = [("all", "days = 100"), ("none", "days = 36000")];

/// Writes the rules and the instruments.
fn files(place: &Path) {
    for (name, days) in RULES {
        let rules = format!("[[rule]]\nname = \"slow\"\nwatches = \"stalled\"\n{days}\n");
        std::fs::write(place.join(format!("{name}.toml")), rules).unwrap();
    }
    std::fs::create_dir(place.join("instruments")).unwrap();
    for (file, text) in instruments() {
        std::fs::write(place.join("instruments").join(file), text).unwrap();
    }
}

fn instruments() -> Vec<(String, String)> {
    let rdp = include_str!("../../data/instruments/rdp.toml");
    let file = |number: usize| {
        let code = format!("k{number}");
        (format!("{code}.toml"), rdp.replacen("code = \"rdp\"", &format!("code = \"{code}\""), 1))
    };
    (0..INSTRUMENTS).map(file).collect()
}

/// Records the rounds; tells how many.
async fn fill(store: &Store, place: &Path) -> usize {
    let instruments = Instruments::with_directory(&place.join("instruments")).unwrap();
    let reader = Reader::open(store.clone(), instruments.clone()).await.unwrap();
    let tracker = Tracker::start(store.clone(), instruments, depositary::clock::Clock::system(), reader);
    let mut unit = Vec::new();
    for number in 0..INSTRUMENTS {
        for country in Country::partners() {
            let agreement = format!("k{number}/{}", country.code());
            let detail = Detail::NoticePublished {
                purpose: NoticePurpose::Negotiation,
                document_number: None,
                citation: None,
                comments_close_on: Some("2024-03-25".parse().unwrap()),
            };
            let notice =
                record(&format!("notice {agreement}"), &agreement, milestone("2024-02-23", "A notice", detail));
            unit.extend([open(&agreement), notice]);
        }
    }
    let rounds = unit.len() / 2;
    drop(tracker.execute(unit).await.unwrap());
    rounds
}

/// Starts a look by some rules.
fn start(url: &str, place: &Path, rules: &str) -> Child {
    Command::new(testkit::programs::binary())
        .args(["alerts", "run", "--json", "--rules"])
        .arg(place.join(format!("{rules}.toml")))
        .arg("--instruments")
        .arg(place.join("instruments"))
        .env("DATABASE_URL", url)
        .stdout(Stdio::null())
        .spawn()
        .unwrap()
}

/// What happened to each alert, in order; each fires, is over, and fires again, and nothing comes twice.
async fn histories(store: &Store) -> BTreeMap<String, Vec<String>> {
    let events = store.alert_events(Position(0), store.head().await.unwrap().position).await.unwrap();
    let mut histories: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for event in events {
        histories.entry(event.alert.to_string()).or_default().push(event.event.kind().to_owned());
    }
    for (alert, history) in &histories {
        for pair in history.windows(2) {
            assert_ne!(pair[0], pair[1], "{alert} twice: {history:?}");
        }
        assert_eq!(history[0], "alert_fired", "{alert}");
    }
    histories
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_alert_is_lost_and_none_fires_twice_when_whoever_looks_is_killed() {
    let _alone = super::ground::alone().await;
    let kills = times(25, 100);
    for database in Database::each().await {
        let (place, url) = (tempfile::tempdir().unwrap(), database.url());
        files(place.path());
        let store = database.store().await;
        let rounds = fill(&store, place.path()).await;
        let began = Instant::now();
        assert_eq!(start(&url, place.path(), "all").wait().unwrap().code(), Some(1), "all fire");
        assert_eq!(start(&url, place.path(), "none").wait().unwrap().code(), Some(0), "none fires");
        let whole = u64::try_from(began.elapsed().as_micros()).unwrap() / 2;
        let (mut dice, mut halfway) = (Dice(11), 0);
        for kill in 0..kills {
            let rules = if kill % 2 == 0 { "all" } else { "none" };
            let before = store.head().await.unwrap().position;
            let mut child = start(&url, place.path(), rules);
            // Anywhere in the look, and soon after it has begun to record.
            if kill % 4 < 2 {
                tokio::time::sleep(Duration::from_micros(dice.roll(whole))).await;
            } else {
                let began = Instant::now();
                while began.elapsed() < Duration::from_secs(10) && store.head().await.unwrap().position == before {
                    tokio::time::sleep(Duration::from_millis(1)).await;
                }
                tokio::time::sleep(Duration::from_micros(dice.roll(20_000))).await;
            }
            child.kill().unwrap();
            child.wait().unwrap();
            let recorded = store.head().await.unwrap().position.0 - before.0;
            halfway += u64::from(recorded > 0 && recorded < rounds as u64);
            histories(&store).await;
        }
        for (rules, code, last) in [("all", 1, "alert_fired"), ("none", 0, "alert_resolved"), ("all", 1, "alert_fired")]
        {
            assert_eq!(start(&url, place.path(), rules).wait().unwrap().code(), Some(code));
            let histories = histories(&store).await;
            assert_eq!(histories.len(), rounds, "each round has its alert");
            assert!(histories.values().all(|history| history.last().unwrap() == last));
        }
        assert!(halfway > 0, "no look was killed in the middle: nothing was tried");
        tell(&format!(
            "kill -9 of a look at {rounds} stalled rounds, {kills} times, {halfway} of them in the middle of recording: none lost, none twice"
        ));
        close(&store).await;
        database.drop().await;
    }
}

/// Whether a server says that it has looked.
async fn looks(address: std::net::SocketAddr) -> bool {
    let metrics = reqwest::get(format!("http://{address}/metrics")).await.unwrap().text().await.unwrap();
    metrics.lines().any(|line| line.starts_with("depositary_alerts_last_success_timestamp_seconds "))
}

/// How many alerts have fired.
async fn fired(store: &Store) -> usize {
    let events = store.alert_events(Position(0), store.head().await.unwrap().position).await.unwrap();
    events.iter().filter(|event| matches!(event.event, AlertEvent::Fired(_))).count()
}

/// Waits until something is so, at most half a minute; tells how long it took.
async fn until(what: &str, so: impl AsyncFn() -> bool) -> Duration {
    let began = Instant::now();
    while !so().await {
        assert!(began.elapsed() < Duration::from_secs(30), "{what} within 30 s");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    began.elapsed()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_servers_one_looks_and_the_other_takes_over_within_half_a_minute_when_it_is_killed() {
    let _alone = super::ground::alone().await;
    for database in Database::each().await {
        let (url, store) = (database.url(), database.store().await);
        let token = token(&url).await;
        let mut servers = [(); 2].map(|()| Program::serve(&url, free_port(), &["--alerts", "--rate-limit", "0"]));
        until("the bundled facts raise their alerts", async || fired(&store).await > 0).await;
        until("one says that it looks", async || looks(servers[0].address).await || looks(servers[1].address).await)
            .await;
        let first = usize::from(!looks(servers[0].address).await);
        tokio::time::sleep(Duration::from_secs(3)).await;
        assert!(!looks(servers[1 - first].address).await, "both look");
        let before = fired(&store).await;
        servers[first].kill();
        // What comes while nobody looks is found by the next who does.
        let sender = Sender::new(servers[1 - first].address, &token);
        assert!(matches!(sender.send("openAgreement", &opening("rdp/FO")).await, Fate::Acknowledged(_)));
        let long_ago = serde_json::json!({
            "agreementId": "rdp/FO", "commandId": uuid::Uuid::from_u128(77),
            "milestone": { "intentAnnounced": { "occurred": "2010-01-01", "evidence": "STATED", "summary": "Long ago." } },
            "sources": [{ "title": "A paper", "url": "https://example.org/1", "reliability": "PRIMARY" }],
        });
        assert!(matches!(sender.send("recordMilestone", &long_ago).await, Fate::Acknowledged(_)));
        let taken = until("the other takes over", async || fired(&store).await > before).await;
        assert_eq!(fired(&store).await, before + 1);
        tell(&format!(
            "a server that looks is killed: the other has found the next alert after {:.1} s",
            taken.as_secs_f64()
        ));
        close(&store).await;
        drop(servers);
        database.drop().await;
    }
}
