//! Can the log be read and written just now?
//!
//! Invariant: whoever asks, and however often, one looks at a time, it is written to see so at most once in [`KNOWN`], and
//! whoever hangs up ends nothing. A process that was never allowed to write is ready when it can read; one that could write and
//! may not any more is not.

use std::borrow::Cow;
use std::time::{Duration, Instant};

use axum::extract::State;
use axum::http::StatusCode;
use chrono::{DateTime, Utc};
use tokio::sync::watch;

use crate::answers::Answers;
use crate::clock::ClockError;
use crate::record::tracker::Tracker;
use crate::store::{Store, StoreError};
use crate::telemetry;

/// How long it is known what was seen.
const KNOWN: Duration = Duration::from_secs(1);
/// How long a failed append counts more than a small write that succeeds: where room runs out, one fits and the other does not.
const REMEMBERED: Duration = Duration::from_secs(1);

const CAN_WRITE: &str = "ready\n";
const CAN_READ: &str = "ready to read; this server may not write the log\n";
const CANNOT_READ: &str = "the log cannot be read\n";
const REPLACED: &str = "the log was replaced by an older one, and nothing is recorded; start this server anew once the right one is back\n";
const CANNOT_WRITE: &str = "the log cannot be written\n";

/// What the question needs; cheap to clone.
#[derive(Clone)]
pub struct Readiness {
    store: Store,
    tracker: Tracker,
    answers: Answers,
    /// Whether it was asked to record by itself.
    must_write: bool,
    seen: watch::Sender<Seen>,
}

/// What a process can do with the log.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Can {
    /// Nothing: the log can be neither read nor written.
    #[default]
    Nothing,
    /// Read it; it cannot write it at the moment.
    Read,
    /// Read it; its clock does not fit the log's end, so it records nothing until an operator has seen to that.
    Doubt(ClockError),
    /// Read another one: it has fewer events than this process has seen, so it was replaced by an older one.
    Replaced,
    /// Read it, and it was never allowed to do more.
    OnlyRead,
    /// Read the log and write to it.
    Write,
}

/// What was seen of the log.
#[derive(Clone, Copy, Default)]
struct Seen {
    /// Whether a look is under way.
    looking: bool,
    /// The number of looks so far.
    looks: u64,
    /// What could be done with it the last time.
    can: Can,
    /// When it was last tried to write, and what could be done.
    tried: Option<(Instant, Can)>,
    /// Whether this process has ever been allowed to write.
    wrote: bool,
}

impl Readiness {
    /// The readiness of a process that records by this tracker, and also records by itself where it must.
    pub fn of(store: Store, tracker: Tracker, answers: Answers, must_write: bool) -> Self {
        Self { store, tracker, answers, must_write, seen: watch::Sender::default() }
    }

    /// What can be done with the log.
    async fn can(&self) -> Can {
        let mut looks = 0;
        let looks_first = self.seen.send_if_modified(|seen| {
            looks = seen.looks;
            !std::mem::replace(&mut seen.looking, true)
        });
        if looks_first {
            // In a task of its own: whoever asked may hang up, and a connection that is left in the middle is closed.
            let readiness = self.clone();
            tokio::spawn(async move { readiness.look().await });
        }
        let mut seen = self.seen.subscribe();
        seen.wait_for(|seen| seen.looks > looks).await.map_or(Can::Nothing, |seen| seen.can)
    }

    /// Reads, and writes where it is not known whether that can be done.
    async fn look(&self) {
        let known = self.seen.borrow().tried.filter(|(at, _)| at.elapsed() < KNOWN);
        // What this process has seen before it asks was in the log then.
        let seen = self.answers.position();
        let head = self.store.head().await.inspect_err(|error| tell("read", error));
        let (can, tried) = match (head, known) {
            (Err(_), known) => (Can::Nothing, known),
            (Ok(head), known) if head.position < seen => (Can::Replaced, known),
            (Ok(_), Some((at, can))) => (can, Some((at, can))),
            (Ok(head), None) => {
                let can = self.try_to_write(head.ended_at()).await;
                (can, Some((Instant::now(), can)))
            }
        };
        self.seen.send_modify(|seen| {
            let wrote = seen.wrote || can == Can::Write;
            *seen = Seen { looking: false, looks: seen.looks + 1, can, tried, wrote };
        });
    }

    /// Tries to write as the tracker would.
    async fn try_to_write(&self, end: Option<DateTime<Utc>>) -> Can {
        let tried = match self.store.try_to_write(self.tracker.rules()).await {
            Ok(()) => self.tracker.clock().fits(end).map_err(StoreError::from),
            refused => refused,
        };
        match tried {
            Ok(()) => Can::Write,
            Err(StoreError::ReadOnly(_)) if !self.must_write && !self.seen.borrow().wrote => Can::OnlyRead,
            Err(error) => {
                tell("write", &error);
                if let StoreError::Clock(doubt) = error { Can::Doubt(doubt) } else { Can::Read }
            }
        }
    }
}

fn tell(what: &'static str, error: &StoreError) {
    tracing::warn!(what, error = %telemetry::chain(error), "server.not_ready");
}

/// Answers `/readyz`: 200 where the server can do what it is there for, and otherwise 503 with the reason.
pub async fn ready(State(readiness): State<Readiness>) -> (StatusCode, Cow<'static, str>) {
    match readiness.can().await {
        Can::Nothing => (StatusCode::SERVICE_UNAVAILABLE, CANNOT_READ.into()),
        Can::Replaced => (StatusCode::SERVICE_UNAVAILABLE, REPLACED.into()),
        // What is sent to a server that may only read is refused, and that is no fault of it.
        Can::OnlyRead => (StatusCode::OK, CAN_READ.into()),
        Can::Write if !readiness.tracker.failed_within(REMEMBERED) => (StatusCode::OK, CAN_WRITE.into()),
        Can::Doubt(doubt) => {
            (StatusCode::SERVICE_UNAVAILABLE, format!("{}: {doubt}\n", CANNOT_WRITE.trim_end()).into())
        }
        Can::Read | Can::Write => (StatusCode::SERVICE_UNAVAILABLE, CANNOT_WRITE.into()),
    }
}
