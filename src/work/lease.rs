//! Which one of several processes does what only one may do at a time?
//!
//! Invariant: at most one holder of a name at any moment, by no clock but each one's own: whoever holds a lease lets go of it
//! by itself before another may take it.

use std::time::Duration;

use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::store::{Store, StoreError};
use crate::telemetry;

/// How a lease is kept and taken; the same for all who share one.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    /// How often a holder shows that it lives.
    pub beat: Duration,
    /// How often anyone else looks, and a holder that could not show it tries again.
    pub look: Duration,
    /// How long a holder relies on its last good beat, counted from before it tried.
    pub sure: Duration,
    /// How long another one must have seen nothing change before it takes the lease: longer than `sure`, by what clocks
    /// may differ in so short a time and what was begun may take to end.
    pub stale: Duration,
}

impl Default for Pace {
    fn default() -> Self {
        let [beat, look, sure, stale] = [5, 1, 10, 15].map(Duration::from_secs);
        Self { beat, look, sure, stale }
    }
}

/// Whether this process is the one; cheap to clone. When the last clone is dropped, the lease is given back.
///
/// A machine that stands still in the middle of a write and wakes up later is stopped by no lease: what is done under one
/// must do no harm when it is done twice.
#[derive(Debug, Clone)]
pub struct Lease(watch::Receiver<Option<Instant>>);

/// Tries to hold the lease of a name until it is cancelled, and then gives it back. Cancel it only when the work under it has
/// ended: another process begins at once.
#[must_use]
pub fn hold(store: Store, name: &'static str, cancelled: CancellationToken) -> Lease {
    hold_at(store, name, Pace::default(), cancelled)
}

/// The same at another pace.
#[must_use]
pub fn hold_at(store: Store, name: &'static str, pace: Pace, cancelled: CancellationToken) -> Lease {
    let (until, lease) = watch::channel(None);
    let contender = Contender { store, name, pace, me: holder(), watched: (0, Instant::now()) };
    tokio::spawn(contender.contend(until, cancelled));
    Lease(lease)
}

#[expect(clippy::disallowed_methods, reason = "what tells a holder from all others comes from nowhere else")]
fn holder() -> Uuid {
    Uuid::new_v4()
}

impl Lease {
    /// Whether this process is the one at this moment.
    #[must_use]
    pub fn is_held(&self) -> bool {
        holds(*self.0.borrow())
    }

    /// Waits until this process is the one.
    pub async fn taken(&self) {
        if self.0.clone().wait_for(|until| holds(*until)).await.is_err() {
            // It was cancelled, and never will be.
            std::future::pending::<()>().await;
        }
    }

    /// Waits until this process is no longer the one, also when the database is silent.
    pub async fn lost(&self) {
        let mut lease = self.0.clone();
        loop {
            let until = *lease.borrow_and_update();
            let Some(until) = until.filter(|_| holds(until)) else { return };
            tokio::select! {
                kept = lease.changed() => if kept.is_err() { return },
                () = sleep_until(until) => {}
            }
        }
    }

    /// Waits until it was given back, once it is cancelled.
    pub async fn ended(&self) {
        let mut lease = self.0.clone();
        while lease.changed().await.is_ok() {}
    }
}

fn holds(until: Option<Instant>) -> bool {
    until.is_some_and(|until| Instant::now() < until)
}

/// One of those who would be the one.
struct Contender {
    store: Store,
    name: &'static str,
    pace: Pace,
    me: Uuid,
    /// The beat that was seen last, and when it was seen first.
    watched: (i64, Instant),
}

impl Contender {
    async fn contend(mut self, held: watch::Sender<Option<Instant>>, cancelled: CancellationToken) {
        loop {
            let began = Instant::now();
            let next = match self.step().await {
                Ok(mine) => {
                    let until = mine.then(|| began + self.pace.sure);
                    if held.send_replace(until).is_some() != mine {
                        tracing::info!(name = self.name, mine, "lease.changed");
                    }
                    if mine { began + self.pace.beat } else { Instant::now() + self.pace.look }
                }
                // Whoever holds it goes by what it knows, as long as that is sure.
                Err(error) => {
                    tracing::debug!(name = self.name, error = %telemetry::chain(&error), "lease.unreachable");
                    Instant::now() + self.pace.look
                }
            };
            tokio::select! {
                () = cancelled.cancelled() => break,
                () = held.closed() => break,
                () = sleep_until(next) => {}
            }
        }
        held.send_replace(None);
        if let Err(error) = self.store.release_lease(self.name, self.me).await {
            tracing::debug!(name = self.name, error = %telemetry::chain(&error), "lease.not_given_back");
        }
    }

    /// Keeps the lease, or takes it where it is free; returns whether this holder has it.
    async fn step(&mut self) -> Result<bool, StoreError> {
        let seen = self.store.lease(self.name).await?;
        if seen.holder == Some(self.me) {
            return self.store.keep_lease(self.name, self.me).await;
        }
        let (beat, since) = self.watched;
        if beat != seen.beat {
            // When it was read, not when it was asked for: it may have changed in between.
            self.watched = (seen.beat, Instant::now());
        }
        let stale = beat == seen.beat && since.elapsed() >= self.pace.stale;
        if seen.holder.is_some() && !stale {
            return Ok(false);
        }
        self.store.take_lease(self.name, seen, self.me).await
    }
}
