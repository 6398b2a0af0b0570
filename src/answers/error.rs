//! Why was a question not answered?
//!
//! Invariant: a wrong question says what to ask instead; a fault carries its cause and shows it to nobody outside.

use std::time::Duration;

use chrono::{DateTime, NaiveDate, Utc};

use crate::domain::codes::ErrorCode;
use crate::domain::ids::{IdError, Position};
use crate::domain::refusal::Refusal;
use crate::domain::time::instant_text;
use crate::store::StoreError;

/// Why a question was not answered.
#[derive(Debug, thiserror::Error)]
pub enum AskError {
    /// Both cut the log, and under `RECORDED` each does so alone.
    #[error(
        "under basis RECORDED, an instant of knowledge and a position of the log exclude each other; give one of them"
    )]
    KnownAtWithPosition,
    /// The log had recorded nothing by then, which says nothing about the world.
    #[error(
        "nothing was recorded by {}: this log begins at {}. Ask with basis PUBLISHED, or for an instant from then on",
        instant_text(*asked), instant_text(*begins)
    )]
    KnowledgeBeforeLog {
        /// The instant that was asked for.
        asked: DateTime<Utc>,
        /// The instant at which the first event was recorded.
        begins: DateTime<Utc>,
    },
    /// Nothing was ever recorded, so no instant has any knowledge.
    #[error("nothing was recorded by {}: this log is empty. Import facts first, or ask without knownAt", instant_text(*asked))]
    KnowledgeOfEmptyLog {
        /// The instant that was asked for.
        asked: DateTime<Utc>,
    },
    /// The log holds nothing at position 0, which says nothing about the world.
    #[error("{}", nothing_yet(*seen))]
    NothingRecorded {
        /// Where the log is.
        seen: Position,
    },
    /// The position is not there yet.
    #[error("position {asked} lies ahead of the log, which is at {seen}")]
    PositionAhead {
        /// The position that the request asked for.
        asked: Position,
        /// The last position that this process has seen.
        seen: Position,
    },
    /// What came after a position is asked for that the log has not reached.
    #[error(
        "position {asked} lies beyond the {seen} events of this log, so that position is of another log; take a new copy"
    )]
    OfAnotherLog {
        /// The position that the request asked for.
        asked: Position,
        /// The last position that this process has seen.
        seen: Position,
    },
    /// The position was waited for, and did not come.
    #[error("the log has reached position {seen} here, and position {asked} did not come within {} s; ask again, or leave the position out", after.as_secs())]
    PositionNotReached {
        /// The position for which the request waited.
        asked: Position,
        /// The last position that this process has seen.
        seen: Position,
        /// For how long it was waited for.
        after: Duration,
    },
    /// An event or a tree that a tree does not have.
    #[error("position {position} is not in a log of {size} events")]
    NotInTree {
        /// The position that the request asked for.
        position: Position,
        /// The size of the log.
        size: Position,
    },
    /// The page is too large, or of no size.
    #[error("a page holds 1 to {most} entries, not {asked}")]
    PageSize {
        /// The number that the request gave.
        asked: i64,
        /// The largest number that is allowed.
        most: usize,
    },
    /// Paging forward and backward at once.
    #[error("{0}")]
    Paging(&'static str),
    /// A cursor that this program did not give.
    #[error("the cursor `{0}` is not one of this list")]
    Cursor(String),
    /// Days that are the wrong way round, or too many.
    #[error(
        "{from} to {to} cannot be tried; give a first day, a last day that is not before it, and fewer than {most} years between them"
    )]
    Days {
        /// The first day of the span.
        from: NaiveDate,
        /// The last day of the span.
        to: NaiveDate,
        /// The most years that may be tried.
        most: u32,
    },
    /// The last day comes before the first.
    #[error("{to} lies before {from}; give a last day that is not before the first")]
    Backwards {
        /// The first day of the span.
        from: NaiveDate,
        /// The last day of the span.
        to: NaiveDate,
    },
    /// A back-test of too many days, agreements and rules.
    #[error(
        "this would try {tried} days of agreements and rules, and at most {most} can be tried; give fewer days or rules"
    )]
    TooMuchTried {
        /// How many days, agreements and rules were to be tried.
        tried: u64,
        /// The largest number that is allowed.
        most: u64,
    },
    /// A back-test that fires more than anyone reads.
    #[error("more than {most} alerts would have fired; give fewer days or rules")]
    TooManyFired {
        /// The largest number that is allowed.
        most: usize,
    },
    /// The alert rules to try cannot be read.
    #[error("{0}")]
    Rules(String),
    /// The process is ending, or nobody waits for the answer.
    #[error("the answer was not computed, because the process is ending; ask again")]
    Stopped,
    /// The instrument is not known.
    #[error(transparent)]
    Instrument(Refusal),
    /// The United States, which makes the agreements with all others.
    #[error(
        "the United States has no status: it makes these agreements with other countries. Ask for one of those, such as LV"
    )]
    HomeCountry,
    /// The request has an id in the wrong form.
    #[error(transparent)]
    Id(#[from] IdError),
    /// The answer cannot be written as JSON.
    #[error("the answer cannot be written as JSON")]
    Json(#[from] serde_json::Error),
    /// The log cannot be read.
    #[error("the log cannot be read")]
    Store(#[from] StoreError),
}

impl AskError {
    /// The stable code for programs.
    #[must_use]
    pub const fn code(&self) -> ErrorCode {
        match self {
            Self::Store(_) | Self::Stopped => ErrorCode::StorageUnavailable,
            Self::Json(_) => ErrorCode::InternalServerError,
            Self::PositionNotReached { .. } => ErrorCode::PositionNotReached,
            Self::KnowledgeBeforeLog { .. } | Self::KnowledgeOfEmptyLog { .. } | Self::NothingRecorded { .. } => {
                ErrorCode::KnowledgeBeforeLog
            }
            _ => ErrorCode::BadUserInput,
        }
    }

    /// Whether the clock of this machine does not fit the log, which lasts until an operator mends it.
    #[must_use]
    pub const fn is_of_the_clock(&self) -> bool {
        matches!(self, Self::Store(StoreError::Clock(_)))
    }

    /// Whether this side is at fault.
    #[must_use]
    pub const fn is_fault(&self) -> bool {
        matches!(self, Self::Store(_) | Self::Stopped | Self::Json(_))
    }
}

/// What to do where a log holds nothing.
fn nothing_yet(seen: Position) -> String {
    if seen == Position(0) {
        return "this log is empty, so it says nothing about any agreement; record or import facts first".to_owned();
    }
    "at position 0 the log holds nothing, so it says nothing about any agreement; ask at position 1 or later".to_owned()
}
