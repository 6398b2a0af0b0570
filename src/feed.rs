//! How does someone follow the log, from any position, and miss nothing?
//!
//! Invariant: the log is cut by position, never by date; waking only makes it quick, polling makes it right.

use std::time::Duration;

use tokio::sync::watch;

use crate::domain::event::Recorded;
use crate::domain::ids::Position;
use crate::store::{Store, StoreError};

/// How long a follower sleeps at most before it looks by itself.
pub const POLL: Duration = Duration::from_millis(500);

/// The doorbell: the last position that this process has seen.
#[derive(Debug, Clone)]
pub struct Bell(watch::Sender<Position>);

impl Bell {
    /// A bell that stands at a position.
    #[must_use]
    pub fn new(at: Position) -> Self {
        Self(watch::Sender::new(at))
    }

    /// The last position that was seen.
    #[must_use]
    pub fn seen(&self) -> Position {
        *self.0.borrow()
    }

    /// Rings for a position; an earlier one changes nothing.
    pub fn ring(&self, position: Position) {
        self.0.send_if_modified(|seen| {
            let newer = position > *seen;
            *seen = position.max(*seen);
            newer
        });
    }

    /// Waits until a position was seen, at most so long; tells whether it was.
    pub async fn wait_for(&self, position: Position, at_most: Duration) -> bool {
        let mut seen = self.0.subscribe();
        tokio::time::timeout(at_most, seen.wait_for(|seen| *seen >= position)).await.is_ok_and(|seen| seen.is_ok())
    }
}

/// A cursor over the log.
#[derive(Debug)]
pub struct Feed {
    store: Store,
    bell: Bell,
    at: Position,
}

impl Feed {
    /// Follows the log after a position.
    #[must_use]
    pub const fn after(store: Store, bell: Bell, position: Position) -> Self {
        Self { store, bell, at: position }
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
    pub async fn next(&mut self, limit: usize) -> Result<Vec<Recorded>, StoreError> {
        loop {
            let events = self.store.events(self.at, limit).await?;
            if let Some(last) = events.last() {
                self.at = last.position;
                return Ok(events);
            }
            self.bell.wait_for(Position(self.at.0 + 1), POLL).await;
        }
    }
}
