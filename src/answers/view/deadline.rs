//! How is a deadline told?
//!
//! Invariant: it keeps its `uid` at every position of the log, also when its day moves.

use schemars::JsonSchema;
use serde::Serialize;

use super::{Agreement, DateBounds, Instant, List, Milestone, PinnedAt, Term};
use crate::answers::{Answers, AskError, DeadlineRow, Dossier, Pin, Slice};
use crate::domain::ids::Position;
use crate::domain::words;

/// A day on which something ends, as long as nothing that is known ended it before.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Deadline {
    /// Its UID in `/v1/deadlines.ics`.
    pub uid: String,
    /// What ends: the time for comments on a notice, or a term.
    pub kind: Term<words::Deadline>,
    /// The agreement that the deadline belongs to.
    pub agreement: Agreement,
    /// The last day before it ends: that on which comments close, or the last of the term.
    pub on: DateBounds,
    /// The days from the day asked about to the first that it can be; negative when that has passed.
    pub days_left: i64,
    /// The same for people.
    pub sentence: String,
    /// The milestone that tells the day.
    pub milestone: Option<Milestone>,
    /// When the log learnt the day.
    pub told_at: Instant,
    /// Where in the log.
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
