//! Does a server ask its sources by itself, one server of several at a time?

use std::time::Duration;

use chrono::{DateTime, Utc};
use depositary::answers::Ask;
use depositary::domain::reading::ECFR;
use depositary::projections::sentence::{Viewpoint, sentence};
use depositary::store::{KeptSweep, Swept};
use depositary::work::lease::{Pace, hold_at};
use depositary::work::sources::{SOURCE, due, keep_polling};
use testkit::databases::{Database, for_each_database};
use testkit::facts::{id, instruments};
use testkit::programs::{Program, free_port};
use testkit::register::{Register, documents};
use testkit::statuses::day;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::desk::Desk;
use super::regulation::listing;
use testkit::ecfr::Code;

/// What a server's `/metrics` tells in the line that begins so.
async fn metric(server: &Program, begins: &str) -> Option<f64> {
    let url = format!("http://{}/metrics", server.address);
    let text = reqwest::get(url).await.unwrap().text().await.unwrap();
    let line = text.lines().find(|line| line.starts_with(begins))?;
    line.rsplit_once(' ').unwrap().1.parse().ok()
}

#[tokio::test(flavor = "multi_thread")]
async fn one_server_of_two_asks_the_register_and_both_tell_when_it_was_seen() {
    for database in Database::each().await {
        let register = Register::start(documents()).await;
        let host = register.host().to_string();
        let options =
            ["--no-seed", "--sources", SOURCE, "--source-host", host.as_str(), "--source-contact", "desk@example.org"];
        let servers = [(); 2].map(|()| Program::serve(&database.url(), free_port(), &options));
        let seen = "depositary_source_last_success_timestamp_seconds{source=\"federal-register\"}";
        let all = async {
            while metric(&servers[0], seen).await.is_none() || metric(&servers[1], seen).await.is_none() {
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(40), all).await.expect("the register is asked");
        let failed = "depositary_source_failed_sweeps_total{source=\"federal-register\"}";
        assert_eq!(metric(&servers[1], failed).await, Some(0.0));
        let store = database.store().await;
        let sweeps = store.sweeps(SOURCE).await.unwrap();
        let mut days: Vec<_> = sweeps.iter().map(|sweep| (sweep.kind.clone(), sweep.from, sweep.to)).collect();
        let (count, swept) = (days.len(), Swept::of(&sweeps));
        days.sort();
        days.dedup();
        assert_eq!(days.len(), count, "each quarter was swept once, and so were the nets of the week");
        assert_eq!(swept.failed, 0);
        assert_eq!(store.head().await.unwrap().position.0, 0, "nothing is recorded by itself");
        drop(servers);
        database.drop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_asks_the_ecfr_as_well_where_it_is_named() {
    for database in Database::each().await {
        let (code, register) = (Code::start(vec![listing()]).await, Register::start(documents()).await);
        let (host, ecfr) = (register.host().to_string(), code.asked().ecfr_host.to_string());
        let names = [SOURCE, ECFR].join(",");
        let options = ["--no-seed", "--sources", &names, "--source-host", &host, "--ecfr-host", &ecfr];
        let options = [&options[..], &["--source-contact", "desk@example.org"]].concat();
        let server = Program::serve(&database.url(), free_port(), &options);
        let seen = async {
            for source in [SOURCE, ECFR] {
                let name = format!("depositary_source_last_success_timestamp_seconds{{source=\"{source}\"}}");
                while metric(&server, &name).await.is_none() {
                    tokio::time::sleep(Duration::from_millis(100)).await;
                }
            }
        };
        tokio::time::timeout(Duration::from_secs(40), seen).await.expect("both are asked");
        let store = database.store().await;
        assert_eq!(store.documents_that_may_be_ours(ECFR).await.unwrap().len(), 1);
        assert_eq!(store.head().await.unwrap().position.0, 0, "nothing is recorded by itself");
        drop(server);
        database.drop().await;
    }
}

#[tokio::test]
async fn nobody_asks_without_the_lease_and_whoever_takes_it_asks_at_once() {
    for_each_database(async |store| {
        let (desk, register) = (Desk::over(store).await, Register::start(documents()).await);
        let [beat, look, sure, stale] = [50, 20, 500, 1_000].map(Duration::from_millis);
        let pace = Pace { beat, look, sure, stale };
        let held = |cancelled: &CancellationToken| hold_at(desk.store.clone(), "sources", pace, cancelled.clone());
        let [others, own, stopped] = [(); 3].map(|()| CancellationToken::new());
        let other = held(&others);
        other.taken().await;
        let (store, clock) = (desk.store.clone(), desk.clock.clone());
        let polling = tokio::spawn(keep_polling(store, desk.fetcher(&register), clock, held(&own), stopped.clone()));
        tokio::time::sleep(Duration::from_secs(1)).await;
        assert!(desk.store.sweeps(SOURCE).await.unwrap().is_empty(), "another process holds the lease");
        others.cancel();
        drop(other);
        let asked = async {
            while desk.store.sweeps(SOURCE).await.unwrap().is_empty() {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(20), asked).await.expect("it takes the lease and asks");
        stopped.cancel();
        polling.await.unwrap();
        own.cancel();
    })
    .await;
}

#[tokio::test]
async fn a_status_of_today_says_up_to_which_day_the_register_was_searched_and_a_pinned_one_does_not() {
    for_each_database(async |store| {
        let (desk, register) = (Desk::over(store).await, Register::start(documents()).await);
        // An empty log has no status.
        let _ = desk.tracker.execute(vec![testkit::facts::open("rdp/LV")]).await.unwrap();
        let rdp = instruments();
        let rdp = rdp.load("rdp").unwrap();
        let said = async |ask: Ask| {
            let pin = desk.answers.pin(&ask, desk.answers.position()).await.unwrap();
            let status = desk.answers.status(&id("rdp/KR"), &pin).await.unwrap();
            sentence(&status, id("rdp/KR").country, rdp, &Viewpoint::of(desk.clock.today()))
        };
        let searched = "The record was last checked against the Federal Register on 30 November 2026.";
        let never = "No search of the Federal Register for newer documents is on record.";
        let today = said(Ask::default()).await;
        assert!(!today.contains(searched) && !today.contains(never), "nobody has looked: {today}");
        desk.answers.look_at_searches().await.unwrap();
        let today = said(Ask::default()).await;
        assert!(today.contains(never), "{today}");
        desk.poll(&register, "2022-01-01").await;
        desk.answers.look_at_searches().await.unwrap();
        let today = said(Ask::default()).await;
        assert!(today.contains(searched), "{today}");
        let pinned = Ask { at_position: Some(desk.answers.position()), ..Ask::default() };
        let past = Ask { as_of: Some(day("2026-11-29")), ..Ask::default() };
        for ask in [pinned, past] {
            let said = said(ask).await;
            assert!(!said.contains(searched) && !said.contains(never), "{said}");
        }
    })
    .await;
}

#[test]
fn a_server_whose_source_can_write_to_nobody_does_not_start() {
    let place = tempfile::tempdir().unwrap();
    let mut command = std::process::Command::new(testkit::programs::binary());
    command.args(["serve", "--no-seed", "--listen", "127.0.0.1:0", "--sources", SOURCE]).current_dir(place.path());
    let done = command.output().unwrap();
    assert!(!done.status.success());
    assert!(String::from_utf8_lossy(&done.stderr).contains("--source-contact"), "{done:?}");
}

fn sweep(ended: &str, outcome: &str) -> KeptSweep {
    let ended: DateTime<Utc> = ended.parse().unwrap();
    let (source, kind, outcome) = (SOURCE.to_owned(), "main".to_owned(), outcome.to_owned());
    let (from, to) = (ended.date_naive(), ended.date_naive());
    KeptSweep { id: Uuid::nil(), source, kind, from, to, began: ended, ended, outcome, problem: None, documents: 0 }
}

#[test]
fn a_source_is_asked_every_six_hours_and_after_failures_ever_more_seldom_up_to_that() {
    let due = |sweeps: &[KeptSweep]| due(&Swept::of(sweeps)).map(|due| due.format("%d %H:%M").to_string());
    assert_eq!(due(&[]), None, "never asked: at once");
    let good = sweep("2026-11-30T00:00:00Z", "good");
    assert_eq!(due(std::slice::from_ref(&good)).as_deref(), Some("30 06:00"));
    let failed = sweep("2026-11-30T06:00:00Z", "status");
    assert_eq!(due(&[good.clone(), failed.clone()]).as_deref(), Some("30 06:15"));
    assert_eq!(due(&[good.clone(), failed.clone(), failed.clone()]).as_deref(), Some("30 06:30"));
    let often: Vec<KeptSweep> = std::iter::repeat_n(failed.clone(), 40).collect();
    assert_eq!(due(&often).as_deref(), Some("30 12:00"));
    assert_eq!(due(&[failed, good]).as_deref(), Some("30 12:00"), "the later of both counts");
}

#[test]
fn the_cursor_is_the_last_day_of_good_sweeps_alone() {
    let swept = Swept::of(&[sweep("2026-11-28T00:00:00Z", "good"), sweep("2026-11-30T06:00:00Z", "status")]);
    assert_eq!(swept.cursor.map(|day| day.to_string()).as_deref(), Some("2026-11-28"));
    assert_eq!((swept.failed, swept.failed_in_a_row), (1, 1));
}
