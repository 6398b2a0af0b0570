//! Is there room for it in the record?
//!
//! Invariant: a record stays so short that reading it, and appending to it, holds up nobody; no one desk fills it; and what is wrong in
//! it can always be taken back.

use crate::domain::agreement::Agreement;
use crate::domain::command::{Command, Intent};
use crate::domain::refusal::Refusal;

/// The most milestones of an agreement, retracted ones too. Real records have tens.
pub const MOST_MILESTONES: usize = 10_000;
/// The most of them that one desk has recorded. `import` and `bundled`, the operator's own, are not counted.
pub const MOST_BY_ONE: usize = 8_000;
/// The most events of an agreement; a retraction is recorded all the same, and there is at most one for each milestone.
pub const MOST_EVENTS: usize = 20_000;
/// The most sources of a milestone; a correction names all of them anew.
pub const MOST_SOURCES: usize = 200;

/// Refuses what would make a record longer than it may be.
pub(super) fn room(agreement: &Agreement, command: &Command) -> Result<(), Refusal> {
    let full = |what, most| Err(Refusal::RecordFull { agreement: command.agreement.clone(), what, most });
    let sources = |of, more: usize| {
        let there = agreement.milestones.get(of).map_or(0, |entry| entry.sources.len());
        if there + more > MOST_SOURCES { full("sources of this milestone", MOST_SOURCES) } else { Ok(()) }
    };
    match &command.intent {
        Intent::RetractMilestone(_) | Intent::OpenAgreement => return Ok(()),
        Intent::RecordMilestone(_) if agreement.milestones.len() >= MOST_MILESTONES => {
            return full("milestones", MOST_MILESTONES);
        }
        Intent::RecordMilestone(_) => {
            let by_one = agreement.recorded_by.get(&command.actor).copied().unwrap_or_default();
            if by_one >= MOST_BY_ONE && !command.actor.is_reserved() {
                return full("milestones of one desk", MOST_BY_ONE);
            }
        }
        Intent::AddSource(added) => sources(&added.milestone, 1)?,
        Intent::RefineDate(refined) => sources(&refined.milestone, refined.sources.len())?,
        Intent::CorrectMilestone(_) => {}
    }
    let events = usize::try_from(agreement.version.0).unwrap_or(usize::MAX);
    if events >= MOST_EVENTS { full("events", MOST_EVENTS) } else { Ok(()) }
}
