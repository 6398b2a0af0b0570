//! What became of deliveries, before the store has it?
//!
//! Invariant: what is kept is kept for all endpoints together, once a second, so that appends hardly notice it; when it
//! cannot be kept nothing is forgotten. Memory is bounded by a cursor, the last attempts and what waits or has waited meanwhile.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Utc};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::endpoint::Waiting;
use super::wants::Topic;
use crate::domain::ids::Position;
use crate::domain::words::DisabledBy;
use crate::store::{KEPT_ATTEMPTS, Progress, Store, StoredAttempt, StoredCursor, StoredWaiting};

/// How long the outcome of a delivery may stay only in memory: a process that is killed in this time delivers again.
const EVERY: Duration = Duration::from_secs(1);
/// After how many new attempts of an endpoint its old ones are removed.
const PRUNED_AFTER: usize = KEPT_ATTEMPTS / 2;

/// What the store does not have yet.
#[derive(Debug, Default)]
pub struct Book(Mutex<BTreeMap<Uuid, Page>>);

/// What the store does not have yet about one endpoint.
#[derive(Debug)]
pub struct Page {
    cursor: StoredCursor,
    /// The deliveries that wait for another attempt, and those that no longer wait.
    waiting: BTreeMap<(Position, Topic), Option<Waiting>>,
    attempts: VecDeque<StoredAttempt>,
    disable: Option<(DateTime<Utc>, DisabledBy)>,
}

impl Page {
    /// Notes that a delivery waits for another attempt.
    pub fn waits(&mut self, waiting: Waiting) {
        self.waiting.insert((waiting.position, waiting.topic), Some(waiting));
    }

    /// Notes that a delivery no longer waits.
    pub fn done(&mut self, position: Position, topic: Topic) {
        self.waiting.insert((position, topic), None);
    }

    /// Notes an attempt.
    pub fn attempted(&mut self, attempt: StoredAttempt) {
        self.attempts.push_back(attempt);
        let spare = self.attempts.len().saturating_sub(KEPT_ATTEMPTS);
        self.attempts.drain(..spare);
    }

    /// Notes that the endpoint is to be disabled.
    pub fn disable(&mut self, at: DateTime<Utc>, by: DisabledBy) {
        self.disable = Some((at, by));
    }

    fn new(cursor: StoredCursor) -> Self {
        Self { cursor, waiting: BTreeMap::new(), attempts: VecDeque::new(), disable: None }
    }

    /// Goes on from a cursor. What waited, or disabled the endpoint, before the cursor was set says nothing of what comes after.
    fn go_on(&mut self, cursor: StoredCursor) {
        if cursor.generation != self.cursor.generation {
            self.waiting.clear();
            self.disable = None;
        }
        self.cursor = cursor;
    }

    /// Adds what was noted later.
    fn then(&mut self, later: Self) {
        self.go_on(later.cursor);
        self.waiting.extend(later.waiting);
        later.attempts.into_iter().for_each(|attempt| self.attempted(attempt));
        self.disable = later.disable.or(self.disable.take());
    }

    fn progress(&self, webhook: Uuid, prune: bool) -> Progress {
        let waits = self.waiting.values().flatten().map(|waiting| StoredWaiting {
            position: waiting.position,
            topic: waiting.topic.as_str().to_owned(),
            failed: waiting.failed,
            due_at: waiting.due_at,
        });
        let done = self.waiting.iter().filter(|(_, waiting)| waiting.is_none());
        Progress {
            webhook,
            cursor: self.cursor,
            waiting: waits.collect(),
            done: done.map(|((position, topic), _)| (*position, topic.as_str().to_owned())).collect(),
            attempts: self.attempts.iter().cloned().collect(),
            prune,
            disable: self.disable,
        }
    }
}

impl Book {
    /// Notes the position that an endpoint has reached, together with other changes, in one step.
    pub fn note(&self, webhook: Uuid, cursor: StoredCursor, more: impl FnOnce(&mut Page)) {
        let mut pages = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let page = pages.entry(webhook).or_insert_with(|| Page::new(cursor));
        page.go_on(cursor);
        more(page);
    }

    /// Stores what was noted, once a second until this is cancelled, and then a last time.
    pub async fn keep(&self, store: Store, cancelled: CancellationToken) {
        let mut unpruned = HashMap::new();
        loop {
            let last = cancelled.is_cancelled();
            self.keep_once(&store, &mut unpruned).await;
            if last {
                return;
            }
            tokio::select! {
                () = cancelled.cancelled() => {}
                () = tokio::time::sleep(EVERY) => {}
            }
        }
    }

    async fn keep_once(&self, store: &Store, unpruned: &mut HashMap<Uuid, usize>) {
        let taken = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        if taken.is_empty() {
            return;
        }
        let progress: Vec<Progress> = taken
            .iter()
            .map(|(webhook, page)| {
                // Whatever a process before this one has left is removed first.
                let new = unpruned.entry(*webhook).or_insert(PRUNED_AFTER);
                *new += page.attempts.len();
                page.progress(*webhook, *new >= PRUNED_AFTER)
            })
            .collect();
        match store.keep_deliveries(&progress).await {
            Ok(()) => {
                for one in progress.iter().filter(|one| one.prune) {
                    unpruned.insert(one.webhook, 0);
                }
            }
            Err(error) => {
                tracing::warn!(error = %crate::telemetry::chain(&error), "delivery.book.not_kept");
                let mut pages = self.0.lock().unwrap_or_else(PoisonError::into_inner);
                let newer = std::mem::replace(&mut *pages, taken);
                for (webhook, page) in newer {
                    match pages.get_mut(&webhook) {
                        Some(older) => older.then(page),
                        None => drop(pages.insert(webhook, page)),
                    }
                }
            }
        }
    }
}
