//! What was known, by whom, and when?
//!
//! Invariant: what is known at a pinned position never changes when the log grows.

use chrono::{DateTime, NaiveDate, Utc};

use crate::domain::ids::Position;
use crate::domain::time::told_from;
use crate::domain::words::words;

words! {
    /// Whose knowledge counts for an answer.
    Basis as "basis" called "KnowledgeBasis" default Recorded {
        /// What this log had recorded.
        Recorded = "recorded",
        /// What sources had published. A source without a day of publication never counts.
        Published = "published",
    }
}

/// A cut through the log: SQL:2011's `FOR SYSTEM_TIME AS OF`, on either basis.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Knowledge {
    /// The last position that counts.
    pub position: Position,
    /// Whether the record's knowledge counts, or that of published sources.
    pub basis: Basis,
    /// The last instant that counts, inclusive; `None` cuts by position alone, never by the wall clock.
    pub known_at: Option<DateTime<Utc>>,
}

impl Knowledge {
    /// Everything recorded up to a position.
    #[must_use]
    pub const fn at(position: Position) -> Self {
        Self { position, basis: Basis::Recorded, known_at: None }
    }

    /// Whether an event counts by this knowledge.
    #[must_use]
    pub fn has_recorded(&self, position: Position, recorded_at: DateTime<Utc>) -> bool {
        position <= self.position
            && (self.basis == Basis::Published || self.known_at.is_none_or(|known_at| recorded_at <= known_at))
    }

    /// Whether a source counts; one without a day of publication never does under [`Basis::Published`].
    #[must_use]
    pub fn has_read(&self, published_on: Option<NaiveDate>) -> bool {
        match self.basis {
            Basis::Recorded => true,
            Basis::Published => {
                published_on.is_some_and(|day| self.known_at.is_none_or(|known_at| told_from(day) <= known_at))
            }
        }
    }
}
