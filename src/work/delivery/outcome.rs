//! What became of an attempt?
//!
//! Invariant: only an answer of 2xx is a success; every other outcome has a word.

use std::fmt;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::wants::Topic;
use crate::domain::ids::Position;
use crate::store::StoredAttempt;

/// What became of an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Outcome {
    /// The receiver answered 2xx.
    Delivered,
    /// The receiver answered 410: it wants no more messages.
    Gone,
    /// The receiver answered 3xx, which the courier does not follow.
    Redirected,
    /// The receiver answered with any other status.
    Refused,
    /// The receiver did not answer in time.
    TimedOut,
    /// The receiver did not answer at all: no name, no connection, or no TLS.
    Unreachable,
    /// Messages may not go to the address of the endpoint.
    Forbidden,
}

impl Outcome {
    /// Every outcome of an attempt, in order.
    pub const ALL: [Self; 7] = [
        Self::Delivered,
        Self::Gone,
        Self::Redirected,
        Self::Refused,
        Self::TimedOut,
        Self::Unreachable,
        Self::Forbidden,
    ];

    /// The frozen spelling of the outcome.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Delivered => "delivered",
            Self::Gone => "gone",
            Self::Redirected => "redirected",
            Self::Refused => "refused",
            Self::TimedOut => "timed_out",
            Self::Unreachable => "unreachable",
            Self::Forbidden => "forbidden",
        }
    }

    /// The outcome of this spelling.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|outcome| outcome.as_str() == text)
    }

    /// What an answered status means.
    #[must_use]
    pub const fn of_status(status: u16) -> Self {
        match status {
            200..=299 => Self::Delivered,
            300..=399 => Self::Redirected,
            410 => Self::Gone,
            _ => Self::Refused,
        }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// The answer of a receiver.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Answer {
    /// What the answer means.
    pub outcome: Outcome,
    /// The HTTP status; `None` when the receiver did not answer.
    pub status: Option<u16>,
    /// The instant until which the receiver asks for no messages.
    pub rests_until: Option<DateTime<Utc>>,
}

impl Answer {
    /// No answer, and why none came.
    #[must_use]
    pub const fn none(outcome: Outcome) -> Self {
        Self { outcome, status: None, rests_until: None }
    }
}

/// An attempt to deliver a message, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    /// The id of the attempt; ids are in the order of time.
    pub id: Uuid,
    /// The position of the event that the message is about.
    pub position: Position,
    /// The topic of the message.
    pub topic: Topic,
    /// The number of this attempt at the message, counted from 1.
    pub number: u32,
    /// The instant at which the attempt began.
    pub at: DateTime<Utc>,
    /// How long the attempt took, in milliseconds.
    pub took_ms: u64,
    /// What became of the attempt.
    pub outcome: Outcome,
    /// The HTTP status of the answer; `None` when the receiver did not answer.
    pub status: Option<u16>,
}

impl Attempt {
    /// The attempt that was stored; `None` when it cannot be read.
    #[must_use]
    pub fn read(stored: &StoredAttempt) -> Option<Self> {
        Some(Self {
            id: stored.id,
            position: stored.position,
            topic: Topic::parse(&stored.topic)?,
            number: stored.number,
            at: stored.at,
            took_ms: stored.took_ms,
            outcome: Outcome::parse(&stored.outcome)?,
            status: stored.status,
        })
    }

    /// The attempt in the form in which it is stored.
    #[must_use]
    pub fn stored(&self) -> StoredAttempt {
        StoredAttempt {
            id: self.id,
            position: self.position,
            topic: self.topic.as_str().to_owned(),
            number: self.number,
            at: self.at,
            took_ms: self.took_ms,
            outcome: self.outcome.as_str().to_owned(),
            status: self.status,
        }
    }
}
