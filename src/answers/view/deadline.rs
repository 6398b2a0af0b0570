//! How is a deadline told?
//!
//! Invariant: it keeps its `uid` at every position of the log, also when its day moves.

use schemars::JsonSchema;
use serde::Serialize;

use super::{Agreement, DateBounds, Instant, List, Milestone, PinnedAt, Term};
use crate::answers::{Answers, AskError, DeadlineRow, Dossier, Pin, Slice};
use crate::domain::ids::Position;
use crate::domain::words;

/// A day on which the time for comments closes or a term ends. If a known milestone ended that time or that term earlier, there
/// is no deadline.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Deadline {
    /// The deadline's UID in `/v1/deadlines.ics`. It stays the same when the day of the deadline changes.
    pub uid: String,
    /// What ends on the day of the deadline: the time for comments on a notice, or a term.
    pub kind: Term<words::Deadline>,
    /// The agreement that the deadline belongs to.
    pub agreement: Agreement,
    /// The day of the deadline, which may be uncertain.
    pub on: DateBounds,
    /// The days from `asOf` to the first day on which the deadline can be, or to the last such day when the first is
    /// not known; negative once that day has passed.
    pub days_left: i64,
    /// The deadline as a sentence in plain English.
    pub sentence: String,
    /// The milestone that gives the day; null when the milestone is unknown under the `knownAt`, `basis` and
    /// `atPosition` asked for.
    pub milestone: Option<Milestone>,
    /// The instant at which the day of the deadline was recorded.
    pub told_at: Instant,
    /// The position of the event that recorded the day of the deadline.
    pub told_position: Position,
}

impl Deadline {
    /// A deadline at a pin, with what is known of its agreement.
    #[must_use]
    pub fn of(row: &DeadlineRow, dossier: Option<&Dossier>, pin: &Pin) -> Self {
        let shown = dossier.and_then(|dossier| dossier.shown(row.due.by));
        Self {
            uid: row.due.uid(),
            kind: Term(row.due.deadline),
            agreement: (&row.agreement).into(),
            on: row.due.on.into(),
            days_left: row.due.days_left(pin.day),
            sentence: row.sentence.clone(),
            milestone: shown.map(|shown| Milestone::of(&row.agreement, &shown)),
            told_at: Instant(row.told_at),
            told_position: row.told_position,
        }
    }
}

impl Answers {
    /// Some deadlines, as a part of a list.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub async fn view_deadlines(
        &self,
        slice: &Slice<DeadlineRow>,
        pin: &Pin,
    ) -> Result<List<PinnedAt, Deadline>, AskError> {
        let dossiers = self.dossiers(slice.items.iter().map(|row| &row.agreement), pin).await?;
        let nodes = slice.items.iter().map(|row| Deadline::of(row, dossiers.get(&row.agreement), pin)).collect();
        Ok(List::of(pin.into(), slice, nodes, |row| row.place.to_string()))
    }
}
