//! Can the log be read and written just now?
//!
//! Invariant: whoever asks, and however often, it is written to see so at most once in [`KNOWN`].

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::extract::State;
use axum::http::StatusCode;
use tokio::sync::Mutex;

use crate::store::{Store, StoreError};
use crate::telemetry;
use crate::tracker::Tracker;

/// How long it is known whether the log can be written.
const KNOWN: Duration = Duration::from_secs(1);
/// How long a failed append tells more than a small write that succeeds: where room runs out, one fits and the other does not.
const REMEMBERED: Duration = Duration::from_secs(1);

/// What the question needs; cheap to clone.
#[derive(Clone)]
pub struct Readiness {
    store: Store,
    tracker: Tracker,
    /// When it was last tried, and whether it went well.
    tried: Arc<Mutex<Option<(Instant, bool)>>>,
}

impl Readiness {
    /// Of a process that records by this tracker.
    pub fn of(store: Store, tracker: Tracker) -> Self {
        Self { store, tracker, tried: Arc::default() }
    }

    async fn can_write(&self) -> bool {
        let mut tried = self.tried.lock().await;
        let known = tried.filter(|(at, _)| at.elapsed() < KNOWN);
        let can = match known {
            Some((_, can)) => can,
            None => told("write", self.store.try_to_write().await),
        };
        *tried = known.or_else(|| Some((Instant::now(), can)));
        can && !self.tracker.failed_within(REMEMBERED)
    }
}

fn told<T>(what: &'static str, result: Result<T, StoreError>) -> bool {
    result.map_err(|error| tracing::warn!(what, error = %telemetry::chain(&error), "server.not_ready")).is_ok()
}

/// Answers `/readyz`.
pub async fn ready(State(readiness): State<Readiness>) -> (StatusCode, &'static str) {
    if !told("read", readiness.store.head().await) {
        (StatusCode::SERVICE_UNAVAILABLE, "the log cannot be read\n")
    } else if !readiness.can_write().await {
        (StatusCode::SERVICE_UNAVAILABLE, "the log cannot be written\n")
    } else {
        (StatusCode::OK, "ready\n")
    }
}
