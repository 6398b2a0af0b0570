//! Can the log be read and written just now?
//!
//! Invariant: whoever asks, and however often, it is looked at most once in [`KNOWN`], and whoever hangs up ends nothing.

use std::time::{Duration, Instant};

use axum::extract::State;
use axum::http::StatusCode;
use tokio::sync::watch;

use crate::store::{Store, StoreError};
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
#[derive(Clone, Copy)]
enum Seen {
    Nothing,
    /// Somebody is looking.
    Looking,
    /// When, and what is wrong.
    At(Instant, Option<&'static str>),
}

impl Readiness {
    /// Of a process that records by this tracker.
    pub fn of(store: Store, tracker: Tracker) -> Self {
        Self { store, tracker, seen: watch::Sender::new(Seen::Nothing) }
    }

    /// What is wrong with the log.
    async fn wrong(&self) -> Option<&'static str> {
        let looks = self.seen.send_if_modified(|seen| {
            let looks = match seen {
                Seen::Nothing => true,
                Seen::Looking => false,
                Seen::At(at, _) => at.elapsed() >= KNOWN,
            };
            if looks {
                *seen = Seen::Looking;
            }
            looks
        });
        // Subscribed before it looks: what is seen is never missed.
        let mut seen = self.seen.subscribe();
        if looks {
            // In a task of its own: whoever asked may hang up, and a connection that is left in the middle is closed.
            let readiness = self.clone();
            tokio::spawn(async move {
                let wrong = readiness.look().await;
                readiness.seen.send_replace(Seen::At(Instant::now(), wrong));
            });
        }
        let seen = seen.wait_for(|seen| matches!(seen, Seen::At(..))).await;
        match seen.as_deref() {
            Ok(Seen::At(_, wrong)) => *wrong,
            _ => Some(CANNOT_READ),
        }
    }

    async fn look(&self) -> Option<&'static str> {
        if !told("read", self.store.head().await) {
            return Some(CANNOT_READ);
        }
        (!told("write", self.store.try_to_write().await)).then_some(CANNOT_WRITE)
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
