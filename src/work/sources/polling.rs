//! When is a source asked again?
//!
//! Invariant: only the holder of the lease asks, and a source that gives no whole answer is asked less often, never more.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use tokio_util::sync::CancellationToken;

use super::fetch::Fetcher;
use super::sweep::poll;
use crate::clock::Clock;
use crate::store::{Store, Swept};
use crate::telemetry;
use crate::work::lease::Lease;

/// How long after a good sweep the next one is due: the register publishes once on each working day.
const AGAIN: TimeDelta = TimeDelta::hours(6);
/// How long after the first failure it is asked again; twice as long after each further one, and never longer than [`AGAIN`].
const AFTER_A_FAILURE: TimeDelta = TimeDelta::minutes(15);
/// How often it is looked whether a sweep is due.
const LOOK: Duration = Duration::from_secs(30);

/// When the next sweep is due; `None` is at once.
#[must_use]
pub fn due(swept: &Swept) -> Option<DateTime<Utc>> {
    let wait = match swept.failed_in_a_row.checked_sub(1) {
        None => AGAIN,
        Some(further) => AFTER_A_FAILURE.checked_mul(1 << further.min(10)).unwrap_or(AGAIN).min(AGAIN),
    };
    swept.last_success.max(swept.last_failure)?.checked_add_signed(wait)
}

/// Asks the source of a fetcher whenever a sweep is due, as long as this process holds the lease, until it is cancelled.
///
/// The lease spares the source and no more: two processes that sweep at once keep the same once.
pub async fn keep_polling(store: Store, fetcher: Fetcher, clock: Clock, lease: Lease, cancelled: CancellationToken) {
    loop {
        tokio::select! {
            () = cancelled.cancelled() => return,
            () = lease.taken() => {}
        }
        tokio::select! {
            () = cancelled.cancelled() => return,
            () = poll_when_due(&store, &fetcher, &clock) => {}
        }
        tokio::select! {
            () = cancelled.cancelled() => return,
            () = tokio::time::sleep(LOOK) => {}
        }
    }
}

async fn poll_when_due(store: &Store, fetcher: &Fetcher, clock: &Clock) {
    let source = fetcher.source();
    let swept = match store.swept(source).await {
        Ok(swept) => swept,
        Err(error) => return tracing::warn!(error = %telemetry::chain(&error), "sources.sweeps.unread"),
    };
    if due(&swept).is_some_and(|due| due > clock.now()) {
        return;
    }
    match poll(store, fetcher, clock, None).await {
        Ok(polled) => {
            let (documents, items_new) = (polled.documents, polled.items_new);
            match polled.problem {
                None => tracing::info!(source, documents, items_new, "sources.polled"),
                Some(problem) => {
                    tracing::warn!(source, outcome = polled.outcome, problem, "sources.poll.failed");
                }
            }
        }
        Err(error) => tracing::warn!(error = %telemetry::chain(&error), "sources.poll.not_kept"),
    }
}
