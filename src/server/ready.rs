//! Can the log be read and written just now?
//!
//! Invariant: whoever asks, and however often, one looks at a time, it is written to see so at most once in [`KNOWN`], and
//! whoever hangs up ends nothing.

use std::time::{Duration, Instant};

use axum::extract::State;
use axum::http::StatusCode;
use chrono::{DateTime, Utc};
use tokio::sync::watch;

use crate::store::{Head, Store, StoreError};
use crate::telemetry;
use crate::tracker::Tracker;

/// How long it is known what was seen.
const KNOWN: Duration = Duration::from_secs(1);
/// How long a failed append tells more than a small write that succeeds: where room runs out, one fits and the other does not.
const REMEMBERED: Duration = Duration::from_secs(1);

const CANNOT_READ: &str = "the log cannot be read\n";
const CANNOT_WRITE: &str = "the log cannot be written\n";

/// What the question needs; cheap to clone.
#[derive(Clone)]
pub struct Readiness {
    store: Store,
    tracker: Tracker,
    seen: watch::Sender<Seen>,
}

/// What was seen of the log.
#[derive(Clone, Copy, Default)]
struct Seen {
    /// Whether somebody is looking just now.
    looking: bool,
    /// How often somebody has looked.
    looks: u64,
    /// What was wrong the last time.
    wrong: Option<&'static str>,
    /// When it was last tried to write, and whether it went well.
    tried: Option<(Instant, bool)>,
}

impl Readiness {
    /// Of a process that records by this tracker.
    pub fn of(store: Store, tracker: Tracker) -> Self {
        Self { store, tracker, seen: watch::Sender::default() }
    }

    /// What is wrong with the log.
    async fn wrong(&self) -> Option<&'static str> {
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
        seen.wait_for(|seen| seen.looks > looks).await.map_or(Some(CANNOT_READ), |seen| seen.wrong)
    }

    /// Reads, and writes where it is not known whether that can be done.
    async fn look(&self) {
        let known = self.seen.borrow().tried.filter(|(at, _)| at.elapsed() < KNOWN);
        let head = self.store.head().await;
        let end = head.as_ref().ok().and_then(Head::ended_at);
        let (wrong, tried) = if told("read", head) {
            let (at, can) = if let Some(known) = known {
                known
            } else {
                let can = told("write", self.can_write(end).await);
                (Instant::now(), can)
            };
            ((!can).then_some(CANNOT_WRITE), Some((at, can)))
        } else {
            (Some(CANNOT_READ), known)
        };
        self.seen.send_modify(|seen| *seen = Seen { looking: false, looks: seen.looks + 1, wrong, tried });
    }
}

impl Readiness {
    /// Tries to write as the tracker would.
    async fn can_write(&self, end: Option<DateTime<Utc>>) -> Result<(), StoreError> {
        self.tracker.clock().fits(end)?;
        self.store.try_to_write(self.tracker.rules()).await
    }
}

fn told<T>(what: &'static str, result: Result<T, StoreError>) -> bool {
    result.map_err(|error| tracing::warn!(what, error = %telemetry::chain(&error), "server.not_ready")).is_ok()
}

/// Answers `/readyz`.
pub async fn ready(State(readiness): State<Readiness>) -> (StatusCode, &'static str) {
    let failed = || readiness.tracker.failed_within(REMEMBERED).then_some(CANNOT_WRITE);
    match readiness.wrong().await.or_else(failed) {
        Some(wrong) => (StatusCode::SERVICE_UNAVAILABLE, wrong),
        None => (StatusCode::OK, "ready\n"),
    }
}
