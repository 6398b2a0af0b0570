//! How does delivery go, in numbers?
//!
//! Invariant: of this process, since it started; an endpoint is named by its id alone, since its URL may be a secret.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use uuid::Uuid;

use crate::domain::ids::Position;

/// The numbers of all endpoints; cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Counts(Arc<Mutex<BTreeMap<Uuid, Arc<OfEndpoint>>>>);

/// The numbers of an endpoint, as they are counted.
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

/// The numbers of an endpoint at a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counted {
    /// What was tried.
    pub attempts: u64,
    /// What failed of that.
    pub failures: u64,
    /// What was delivered.
    pub delivered: u64,
    /// What was tried as often as it may be, in vain.
    pub given_up: u64,
    /// What waits for another attempt.
    pub waiting: u64,
    /// How far it has come; the head of the log less this is its lag.
    pub position: Position,
    /// Whether nothing is sent any more, since it failed.
    pub disabled: bool,
}

impl Counts {
    /// The numbers of each endpoint that this process delivers to.
    #[must_use]
    pub fn each(&self) -> Vec<(Uuid, Counted)> {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.iter().map(|(id, counts)| (*id, counts.now())).collect()
    }

    /// Forgets them: another process delivers.
    pub fn forget(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// Forgets those of an endpoint that is no more.
    pub fn forget_one(&self, id: Uuid) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&id);
    }

    /// Where an endpoint's are counted.
    #[must_use]
    pub fn of(&self, id: Uuid) -> Arc<OfEndpoint> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).entry(id).or_default().clone()
    }
}

impl OfEndpoint {
    /// An attempt was made.
    pub fn attempted(&self, delivered: bool) {
        self.attempts.fetch_add(1, Ordering::Relaxed);
        let which = if delivered { &self.delivered } else { &self.failures };
        which.fetch_add(1, Ordering::Relaxed);
    }

    /// A delivery was tried as often as it may be.
    pub fn gave_up(&self) {
        self.given_up.fetch_add(1, Ordering::Relaxed);
    }

    /// How far it has come, what waits, and whether it is disabled since it failed.
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
