//! On which day and by whose knowledge does an answer hold?
//!
//! Invariant: every answer says it, in the same four fields.

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::Serialize;

use super::{Instant, Term};
use crate::answers::Pin;
use crate::domain::ids::Position;
use crate::projections::knowledge::Basis;

/// The day and the knowledge that an answer rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PinnedAt {
    /// The day that was asked about; today in UTC when the request named none.
    pub as_of: NaiveDate,
    /// Only what was known by this instant counts in this status; null when the request gave no `knownAt`.
    pub known_at: Option<Instant>,
    /// Whose knowledge the answer rests on.
    pub basis: Term<Basis>,
    /// The log position up to and including which events count in this answer.
    pub position: Position,
}

impl From<&Pin> for PinnedAt {
    fn from(pin: &Pin) -> Self {
        let knowledge = pin.knowledge;
        let known_at = knowledge.known_at.map(Instant);
        Self { as_of: pin.day, known_at, basis: Term(knowledge.basis), position: knowledge.position }
    }
}

/// An answer with the day and the knowledge that it rests on.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Pinned<T> {
    /// The day and the knowledge.
    #[serde(flatten)]
    pub at: PinnedAt,
    /// The answer itself, beside the day and the knowledge.
    #[serde(flatten)]
    pub answer: T,
}

impl<T> Pinned<T> {
    /// An answer at a pin.
    pub fn of(pin: &Pin, answer: T) -> Self {
        Self { at: pin.into(), answer }
    }
}
