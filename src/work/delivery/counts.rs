//! How well does delivery work, in numbers?
//!
//! Invariant: the numbers count what this process did since it started; they name an endpoint only by its id, since its URL may
//! be a secret.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use uuid::Uuid;

use crate::domain::ids::Position;

/// The numbers of all endpoints; cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Counts(Arc<Mutex<BTreeMap<Uuid, Arc<OfEndpoint>>>>);

/// The numbers of one endpoint while they are being counted.
#[derive(Debug, Default)]
pub struct OfEndpoint {
    attempts: AtomicU64,
    failures: AtomicU64,
    delivered: AtomicU64,
    given_up: AtomicU64,
    waiting: AtomicU64,
    position: AtomicU64,
    disabled: AtomicBool,
}

/// The numbers of one endpoint at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counted {
    /// The number of attempts.
    pub attempts: u64,
    /// The number of attempts that failed.
    pub failures: u64,
    /// The number of messages that were delivered.
    pub delivered: u64,
    /// The number of messages that were given up after the last attempt.
    pub given_up: u64,
    /// The number of messages that wait for another attempt.
    pub waiting: u64,
    /// The position that the endpoint has reached; its lag is the head of the log less this position.
    pub position: Position,
    /// Whether the endpoint is disabled because it failed.
    pub disabled: bool,
}

impl Counts {
    /// The numbers of each endpoint that this process delivers to.
    #[must_use]
    pub fn each(&self) -> Vec<(Uuid, Counted)> {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.iter().map(|(id, counts)| (*id, counts.now())).collect()
    }

    /// Forgets all numbers, because another process delivers now.
    pub fn forget(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// Forgets the numbers of an endpoint that was removed.
    pub fn forget_one(&self, id: Uuid) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&id);
    }

    /// The place where the numbers of one endpoint are counted.
    #[must_use]
    pub fn of(&self, id: Uuid) -> Arc<OfEndpoint> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).entry(id).or_default().clone()
    }
}

impl OfEndpoint {
    /// Counts an attempt.
    pub fn attempted(&self, delivered: bool) {
        self.attempts.fetch_add(1, Ordering::Relaxed);
        let which = if delivered { &self.delivered } else { &self.failures };
        which.fetch_add(1, Ordering::Relaxed);
    }

    /// Counts a message that was given up.
    pub fn gave_up(&self) {
        self.given_up.fetch_add(1, Ordering::Relaxed);
    }

    /// Sets the position that the endpoint has reached, how many messages wait, and whether it is disabled because it failed.
    pub fn stands(&self, position: Position, waiting: usize, disabled: bool) {
        self.disabled.store(disabled, Ordering::Relaxed);
        self.position.store(position.0, Ordering::Relaxed);
        self.waiting.store(waiting as u64, Ordering::Relaxed);
    }

    fn now(&self) -> Counted {
        let read = |number: &AtomicU64| number.load(Ordering::Relaxed);
        Counted {
            attempts: read(&self.attempts),
            failures: read(&self.failures),
            delivered: read(&self.delivered),
            given_up: read(&self.given_up),
            waiting: read(&self.waiting),
            position: Position(read(&self.position)),
            disabled: self.disabled.load(Ordering::Relaxed),
        }
    }
}
