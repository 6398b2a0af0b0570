//! What is expected next of an agreement?
//!
//! Invariant: a step that the open round has on record is never next, unless it was undone since.

use super::status::Status;
use crate::domain::instrument::{Instrument, NextStep};
use crate::domain::words::{MilestoneKind, Possible, Standing, Word};

/// The steps that the instrument expects at the stage of a status, without those that its open round has; none where more than
/// one stage is possible.
pub fn next_steps<'a>(status: &Status, instrument: &'a Instrument) -> impl Iterator<Item = &'a NextStep> {
    let stage = status.stages.certain();
    let complete = instrument.complete_at(status.round.unwrap_or_default());
    // What comes after a complete round begins another one, which has no milestone yet.
    let open = stage.is_some_and(|stage| stage < complete);
    let taken = if open { status.background.kinds_of_round } else { 0 };
    let rules = stage.and_then(|stage| instrument.rules(stage));
    // What was ended before it entered into force enters no more.
    let ended = status.standings.within(Possible::of(&[Standing::Expired, Standing::Terminated]));
    let lapsed = move |step: &&NextStep| ended && step.kind == MilestoneKind::EnteredIntoForce;
    let steps = rules.into_iter().flat_map(|rules| &rules.next).filter(move |step| !lapsed(step));
    steps.filter(move |step| taken & (1 << step.kind.index()) == 0)
}
