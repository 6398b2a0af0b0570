//! Is a document lost, or a fact recorded twice, when a poll or an acceptance is killed? And how much memory does a long poll take?

use std::collections::BTreeSet;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use depositary::answers::{Answers, Item, ItemState};
use depositary::clock::Clock;
use depositary::domain::country::Country;
use depositary::domain::reading::{ECFR, Reading, read};
use depositary::read::reader::Reader;
use depositary::store::Store;
use depositary::work::sources::SOURCE;
use serde_json::Value;
use sha2::{Digest, Sha256};
use testkit::databases::Database;
use testkit::ecfr::{Code, Version};
use testkit::facts::instruments;
use testkit::register::{Register, notice, other};

use super::ground::{Dice, alone, close, long, tell, times};

/// Starts the program on a database.
fn started(url: &str, arguments: &[&str]) -> Child {
    let mut command = Command::new(testkit::programs::binary());
    command.args(arguments).env("DATABASE_URL", url).current_dir(std::env::temp_dir());
    command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
}

/// Runs it to its end, in so long.
fn run(url: &str, arguments: &[&str]) -> Duration {
    let began = Instant::now();
    assert!(started(url, arguments).wait().unwrap().success(), "{arguments:?}");
    began.elapsed()
}

/// Starts it and ends it as `kill -9` does, some time within what it takes and a little beyond.
async fn killed(url: &str, arguments: &[&str], takes: Duration, dice: &mut Dice) {
    let mut child = started(url, arguments);
    let within = u64::try_from(takes.as_micros()).unwrap() * 11 / 10;
    tokio::time::sleep(Duration::from_micros(dice.roll(within.max(1)))).await;
    child.kill().unwrap();
    child.wait().unwrap();
}

async fn items(store: &Store) -> Vec<Item> {
    let reader = Reader::open(store.clone(), instruments()).await.unwrap();
    Answers::new(reader, instruments(), Clock::system()).inbox(SOURCE).await.unwrap()
}

/// Notices about so many countries, each on a day of its own, that are read as such.
fn notices(most: usize) -> Vec<Value> {
    let of = |(number, country): (usize, &Country)| {
        let day = format!("{}-{:02}-{:02}", 2022 + number / 120, 1 + number / 10 % 12, 1 + number % 10);
        let one = notice(&format!("2022-{:05}", 10_000 + number), &day, country.name());
        // Some names are read as another country's, whose document there is already.
        let own =
            matches!(read(&one, None), Reading::Proposals(told) if told.len() == 1 && told[0].partner == *country);
        own.then_some(one)
    };
    Country::partners().iter().enumerate().filter_map(of).take(most).collect()
}

fn poll(register: &Register) -> Vec<String> {
    let host = register.host().to_string();
    let words =
        ["sources", "poll", "--since", "2022-01-01", "--source-contact", "desk@example.org", "--source-host", &host];
    words.map(ToOwned::to_owned).to_vec()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_document_is_lost_or_comes_twice_when_a_poll_is_killed() {
    let _alone = alone().await;
    let documents = notices(20);
    let count = documents.len();
    let register = Register::start(documents).await;
    let poll = poll(&register);
    let poll: Vec<&str> = poll.iter().map(String::as_str).collect();
    let unkilled = Database::sqlite();
    close(&unkilled.store().await).await;
    let takes = run(&unkilled.url(), &poll);
    let (kills, mut dice, mut seen) = (times(4, 200), Dice(11), BTreeSet::new());
    for _ in 0..kills {
        // Each has everything to do, so that it is killed in the middle of it.
        for database in Database::each().await {
            let (url, store) = (database.url(), database.store().await);
            killed(&url, &poll, takes, &mut dice).await;
            seen.insert(items(&store).await.len());
            run(&url, &poll);
            let items = items(&store).await;
            assert_eq!(items.len(), count);
            let whole = |item: &Item| item.readable && item.state == ItemState::Waiting;
            assert!(items.iter().all(whole), "what was cut off came later");
            let contents = store.documents_that_may_be_ours(SOURCE).await.unwrap();
            assert_eq!(contents.len(), count, "no document came twice");
            for capture in store.captures(SOURCE).await.unwrap() {
                assert_eq!(hex::encode(Sha256::digest(&capture.bytes)), capture.sha256);
            }
            assert_eq!(store.head().await.unwrap().position.0, 0, "no poll records anything");
            close(&store).await;
            database.drop().await;
        }
    }
    tell(&format!(
        "a poll killed {kills} times on each database: none of {count} documents lost and none twice; seen when it was killed: {seen:?}"
    ));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_text_of_the_regulation_is_lost_or_read_as_another_when_a_poll_is_killed() {
    let _alone = alone().await;
    let blanket: Vec<&'static str> = Country::partners().iter().take(30).map(Country::name).collect();
    let version = Version { date: "2022-03-18", issued: "2022-03-18", blanket, case_by_case: vec!["Austria"] };
    let code = Code::start(vec![version]).await;
    let host = code.asked().ecfr_host.to_string();
    let poll = ["sources", "poll", "--source", ECFR, "--source-contact", "desk@example.org", "--ecfr-host", &host];
    let unkilled = Database::sqlite();
    close(&unkilled.store().await).await;
    let takes = run(&unkilled.url(), &poll);
    let (kills, mut dice, mut landed) = (times(4, 200), Dice(17), 0);
    for _ in 0..kills {
        for database in Database::each().await {
            let (url, store) = (database.url(), database.store().await);
            killed(&url, &poll, takes, &mut dice).await;
            let (documents, sweeps) =
                (store.documents_that_may_be_ours(ECFR).await.unwrap(), store.sweeps(ECFR).await.unwrap());
            let captures = store.captures(ECFR).await.unwrap();
            assert_eq!((documents.len(), captures.len()), (sweeps.len(), sweeps.len()), "all of it or nothing");
            landed += sweeps.len();
            run(&url, &poll);
            assert_eq!(store.documents_that_may_be_ours(ECFR).await.unwrap().len(), 1, "neither lost nor twice");
            assert_eq!(store.captures(ECFR).await.unwrap().len(), 1);
            assert_eq!(store.swept(ECFR).await.unwrap().cursor.unwrap().to_string(), "2026-11-25");
            close(&store).await;
            database.drop().await;
        }
    }
    tell(&format!(
        "a poll of the eCFR killed {kills} times on each database: {landed} had been kept before, each whole"
    ));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_document_whose_acceptance_is_killed_is_recorded_once_and_is_seen_as_accepted() {
    let _alone = alone().await;
    for database in Database::each().await {
        let kills = usize::try_from(times(6, 200)).unwrap();
        let (url, documents) = (database.url(), notices(kills + 1));
        let numbers: Vec<String> =
            documents.iter().map(|one| one["document_number"].as_str().unwrap().to_owned()).collect();
        let register = Register::start(documents).await;
        let store = database.store().await;
        let poll = poll(&register);
        run(&url, &poll.iter().map(String::as_str).collect::<Vec<_>>());
        let accept = |number: &str| ["inbox", "accept", number, "--actor", "press-desk"].map(ToOwned::to_owned);
        let first = accept(&numbers[0]);
        let takes = run(&url, &first.each_ref().map(String::as_str));
        let (mut dice, mut landed) = (Dice(13), 0);
        for number in &numbers[1..] {
            let accept = accept(number);
            let accept = accept.each_ref().map(String::as_str);
            killed(&url, &accept, takes, &mut dice).await;
            let state = items(&store).await.into_iter().find(|item| item.key.number == *number).unwrap().state;
            // What the log holds is accepted, also where the decision was not kept; what it does not hold waits.
            assert!(matches!(state, ItemState::Accepted | ItemState::Waiting), "{state:?}");
            landed += u32::from(state == ItemState::Accepted);
            run(&url, &accept);
        }
        let all = items(&store).await;
        assert!(all.iter().all(|item| item.state == ItemState::Accepted));
        let facts = 2 * numbers.len();
        assert_eq!(store.head().await.unwrap().position.0, u64::try_from(facts).unwrap(), "each was recorded once");
        tell(&format!("an acceptance killed {kills} times: {landed} had been recorded before; no fact is there twice"));
        close(&store).await;
        database.drop().await;
    }
}

/// The most memory that a process had so far, in bytes.
fn peak(child: &Child) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    Some(line.split_whitespace().nth(1)?.parse::<u64>().ok()? * 1024)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_poll_of_very_many_documents_takes_little_memory() {
    let _alone = alone().await;
    let count = if long() { 100_000 } else { 2_000 };
    let document = |number: usize| {
        let day = format!("{}-{:02}-{:02}", 2000 + number % 25, 1 + number / 25 % 12, 1 + number / 300 % 28);
        let mut document = other(&format!("{}-{number:06}", &day[..4]), &day);
        document["abstract"] = "What the board will speak about, and where, and who may come. ".repeat(8).into();
        document
    };
    let register = Register::in_pages((0..count).map(document).collect(), 1_000).await;
    let database = Database::sqlite();
    let store = database.store().await;
    let host = register.host().to_string();
    let poll =
        ["sources", "poll", "--since", "2000-01-01", "--source-contact", "desk@example.org", "--source-host", &host];
    let began = Instant::now();
    let mut child = started(&database.url(), &poll);
    let mut most = 0;
    let ended = loop {
        most = peak(&child).unwrap_or_default().max(most);
        match child.try_wait().unwrap() {
            Some(status) => break status,
            None => tokio::time::sleep(Duration::from_millis(20)).await,
        }
    };
    assert!(ended.success());
    let found: u64 = store.sweeps(SOURCE).await.unwrap().iter().map(|sweep| sweep.documents).sum();
    assert_eq!(found, u64::try_from(count).unwrap());
    tell(&format!(
        "a poll of {count} documents: {} MB at most, in {:.1} s",
        most / 1_000_000,
        began.elapsed().as_secs_f64()
    ));
    assert!(most < 100_000_000, "{most} bytes");
    close(&store).await;
}
