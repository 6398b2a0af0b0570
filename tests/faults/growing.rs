//! Whom does an agreement hold up that has as many milestones as one may have? The long form measures what README promises.

use std::time::{Duration, Instant};

use chrono::{DateTime, Days, NaiveDate, Utc};
use depositary::clock::Clock;
use depositary::domain::command::Intent;
use depositary::domain::decide::MOST_MILESTONES;
use depositary::domain::event::{Event, MilestoneRecorded};
use depositary::domain::milestone::Detail;
use depositary::store::{StoreError, StoredEvent};
use serde_json::json;
use testkit::databases::Database;
use testkit::facts::{instruments, milestone, source};
use testkit::programs::{Program, free_port};

use super::ground::{Fate, Sender, alone, callers_id, close, long, tell, token};
use super::million;

/// What the milestones of a long record are.
#[derive(Debug, Clone, Copy)]
enum Record {
    /// Notes, which decide nothing.
    Notes,
    /// What decides a status, on days of its own.
    Decides,
    /// What decides a status, all of it in the same year that nobody knows better.
    Uncertain,
}

impl Record {
    /// A milestone, and on which day it happened.
    fn milestone(self, step: u64, steps: u64) -> (String, Detail) {
        let day = NaiveDate::from_ymd_opt(1975, 1, 1).unwrap() + Days::new(step * 18_000 / steps);
        match self {
            Self::Notes => (day.to_string(), Detail::Noted {}),
            Self::Decides => (day.to_string(), million::detail(step, day)),
            Self::Uncertain => {
                let detail = match step % 3 {
                    0 => Detail::EnteredIntoForce { until: None },
                    1 => Detail::Suspended {},
                    _ => Detail::Resumed {},
                };
                ("2010".to_owned(), detail)
            }
        }
    }

    /// A log with such a record of Korea and an empty one of Latvia.
    fn log(self, steps: u64) -> Vec<Result<StoredEvent, StoreError>> {
        let recorded_at: DateTime<Utc> = Clock::system().now() - Days::new(1);
        let mut log = vec![
            million::stored(1, "rdp/LV", 0, recorded_at, &Intent::OpenAgreement.event()),
            million::stored(2, "rdp/KR", 0, recorded_at, &Intent::OpenAgreement.event()),
        ];
        log.extend((0..steps).map(|step| {
            let (occurred, detail) = self.milestone(step, steps);
            let milestone = milestone(&occurred, &format!("Milestone {step}."), detail);
            let event = Event::MilestoneRecorded(MilestoneRecorded { milestone, sources: vec![source("A document")] });
            million::stored(step + 3, "rdp/KR", step + 1, recorded_at, &event)
        }));
        log.into_iter().map(Ok).collect()
    }
}

/// Records a note on an agreement, and tells how long that took.
async fn note(sender: &Sender, agreement: &str, name: &str) -> (Fate, Duration) {
    let input = json!({
        "agreementId": agreement,
        "commandId": callers_id(&format!("{agreement} {name}")),
        "milestone": { "noted": { "occurred": "2020-01-01", "evidence": "STATED", "summary": format!("Note {name}.") } },
        "sources": [{ "title": "A paper", "url": "https://example.org/paper", "reliability": "PRIMARY" }],
    });
    let began = Instant::now();
    (sender.send("recordMilestone", &input).await, began.elapsed())
}

/// Half of some times are not longer.
fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

/// How long an append takes: to the long record, to a short one while nobody else writes, and beside appends to the long one.
async fn appends(sender: &Sender) -> [Duration; 3] {
    let (mut long, mut calm, mut beside) = (Vec::new(), Vec::new(), Vec::new());
    for number in 0..20 {
        let (fate, took) = note(sender, "rdp/LV", &format!("calm {number}")).await;
        assert!(matches!(fate, Fate::Acknowledged(_)), "{fate:?}");
        calm.push(took);
    }
    // Somebody appends to the long record without a pause, and another to a short one.
    let greedy = {
        let sender = sender.clone();
        tokio::spawn(async move {
            let mut times = Vec::new();
            for number in 0..20 {
                let (fate, took) = note(&sender, "rdp/KR", &number.to_string()).await;
                assert!(matches!(fate, Fate::Acknowledged(_)), "{fate:?}");
                times.push(took);
            }
            times
        })
    };
    while !greedy.is_finished() {
        let (fate, took) = note(sender, "rdp/LV", &format!("beside {}", beside.len())).await;
        assert!(matches!(fate, Fate::Acknowledged(_)), "{fate:?}");
        beside.push(took);
    }
    long.extend(greedy.await.unwrap());
    [long, calm, beside].map(median)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_agreement_that_is_full_is_read_at_once_and_holds_up_no_other() {
    let _alone = alone().await;
    let steps = if long() { MOST_MILESTONES as u64 - 100 } else { 200 };
    for record in [Record::Notes, Record::Decides, Record::Uncertain] {
        for database in Database::each().await {
            let kind = if matches!(database, Database::Sqlite(_)) { "SQLite" } else { "PostgreSQL" };
            let url = database.url();
            let store = database.store().await;
            store.restore_as_recorded::<StoreError>(record.log(steps).into_iter(), &instruments()).await.unwrap();
            close(&store).await;
            let token = token(&url).await;
            let program = Program::serve(&url, free_port(), &["--no-seed", "--rate-limit", "0", "--unsigned"]);
            let sender = Sender::new(program.address, &token);
            let status = async |day: u64| {
                let day = NaiveDate::from_ymd_opt(1990, 1, 1).unwrap() + Days::new(day * 37);
                let began = Instant::now();
                let answer = sender.status(&format!("/v1/status/KR?asOf={day}"), Duration::from_secs(20)).await;
                assert_eq!(answer.map(|status| status.as_u16()), Some(200));
                began.elapsed()
            };
            let cold = status(0).await;
            // On one day, and each on a day of its own.
            let (mut hot, mut days) = (Vec::new(), Vec::new());
            for day in 0..20 {
                hot.push(status(0).await);
                days.push(status(day).await);
            }
            let [long, calm, beside] = appends(&sender).await;
            let after = status(0).await;
            // The longest answer of all; one that would be too large is refused.
            let began = Instant::now();
            let timeline = sender.status("/v1/timeline/KR", Duration::from_mins(2)).await.unwrap();
            assert!(matches!(timeline.as_u16(), 200 | 400), "{timeline}");
            let timeline = format!("{timeline} after {:?}", began.elapsed());
            let (hot, days) = (median(hot), median(days));
            tell(&format!(
                "{record:?}, {steps} milestones of one agreement on {kind}: status {hot:?} hot, {days:?} on a day of its own, {cold:?} cold, {after:?} after an append; an \
                 append to it {long:?}, to another one {calm:?}, and {beside:?} beside appends to it; its timeline {timeline}; {} MB",
                program.memory() / 1_000_000
            ));
            if super::ground::long() {
                assert!(hot < Duration::from_millis(20), "{record:?} on {kind}: {hot:?}");
            }
            // Who appends elsewhere goes first, while the long record waits for its turn.
            if super::ground::long() {
                assert!(beside < 2 * calm + Duration::from_millis(20), "{record:?} on {kind}: {beside:?}");
            }
            assert!(beside < 2 * long.max(calm) + Duration::from_millis(500), "{record:?} on {kind}: {beside:?}");
            drop(program);
            database.drop().await;
        }
    }
}
