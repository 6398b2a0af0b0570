//! How does someone follow the log, from any position, and miss nothing?
//!
//! Invariant: the log is cut by position, never by date, and nobody hears of an event before this process answers by it.

use std::collections::VecDeque;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use tokio::sync::watch;

use crate::domain::ids::Position;
use crate::domain::logged::Logged;
use crate::store::{Store, StoreError};

/// How long a process goes at most before it looks for what others have appended.
pub const POLL: Duration = Duration::from_millis(500);

/// The last events that are kept for followers; whoever is further behind reads from the log.
pub const TAIL: usize = 2_048;

/// The end of the log as this process has seen it, with its last events: a thousand followers share them.
#[derive(Debug, Clone)]
pub struct Tail {
    seen: watch::Sender<Position>,
    /// The events up to the position that was seen, without gaps.
    recent: Arc<RwLock<VecDeque<Logged>>>,
}

impl Tail {
    /// A tail that stands at a position, with no events yet.
    #[must_use]
    pub fn new(at: Position) -> Self {
        Self { seen: watch::Sender::new(at), recent: Arc::default() }
    }

    /// The last position that was seen.
    #[must_use]
    pub fn seen(&self) -> Position {
        *self.seen.borrow()
    }

    /// Whether anyone follows; otherwise nobody needs the events themselves.
    #[must_use]
    pub fn is_followed(&self) -> bool {
        self.seen.receiver_count() > 0
    }

    /// Moves to a position, by the events that lead there from the last one, or without them. An earlier one changes
    /// nothing.
    pub fn grow(&self, to: Position, events: Vec<Logged>) {
        self.seen.send_if_modified(|seen| {
            let newer = to > *seen;
            if newer {
                let mut recent = self.recent.write().unwrap_or_else(PoisonError::into_inner);
                let follows = events.first().is_some_and(|first| first.position().0 == seen.0 + 1)
                    && events.last().is_some_and(|last| last.position() == to);
                if follows {
                    recent.extend(events);
                    let spare = recent.len().saturating_sub(TAIL);
                    recent.drain(..spare);
                } else {
                    recent.clear();
                }
                *seen = to;
            }
            newer
        });
    }

    /// Follows the position that was seen; meanwhile the last events are kept.
    #[must_use]
    pub fn follow(&self) -> watch::Receiver<Position> {
        self.seen.subscribe()
    }

    /// Waits at most so long until a position was seen, and returns whether it was.
    pub async fn wait_for(&self, position: Position, at_most: Duration) -> bool {
        let mut seen = self.follow();
        tokio::time::timeout(at_most, seen.wait_for(|seen| *seen >= position)).await.is_ok_and(|seen| seen.is_ok())
    }

    /// The kept events after a position, at most so many; `None` when some of them are not kept.
    #[must_use]
    pub fn after(&self, position: Position, limit: usize) -> Option<Vec<Logged>> {
        let recent = self.recent.read().unwrap_or_else(PoisonError::into_inner);
        let skipped = (position.0 + 1).checked_sub(recent.front()?.position().0)?;
        let skipped = usize::try_from(skipped).ok().filter(|skipped| *skipped < recent.len())?;
        Some(recent.iter().skip(skipped).take(limit).cloned().collect())
    }
}

/// A cursor over the log.
#[derive(Debug)]
pub struct Feed {
    store: Store,
    tail: Tail,
    seen: watch::Receiver<Position>,
    at: Position,
}

impl Feed {
    /// Follows the log after a position.
    #[must_use]
    pub fn after(store: Store, tail: Tail, position: Position) -> Self {
        let seen = tail.follow();
        Self { store, tail, seen, at: position }
    }

    /// The position of the last event that was given out.
    #[must_use]
    pub const fn at(&self) -> Position {
        self.at
    }

    /// The next events, at least one and at most so many; waits for them.
    ///
    /// # Errors
    /// When the database cannot be read. The cursor stays where it was, so the next call goes on there.
    pub async fn next(&mut self, limit: usize) -> Result<Vec<Logged>, StoreError> {
        loop {
            let seen = *self.seen.borrow_and_update();
            if seen > self.at {
                let events = match self.tail.after(self.at, limit) {
                    Some(kept) => kept,
                    None => self.store.events(self.at, seen, limit).await?,
                };
                if let Some(last) = events.last() {
                    self.at = last.position();
                    return Ok(events);
                }
            }
            // The sender lives in the tail that this cursor holds.
            let _ = self.seen.changed().await;
        }
    }
}
