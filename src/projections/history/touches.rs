//! Which events have told something of a milestone, as far as they count at some knowledge?
//!
//! Invariant: what is known of a milestone is a function of its touches: where they are the same, so is the fact.

use super::{History, What};
use crate::domain::ids::{MilestoneId, Position};
use crate::projections::knowledge::Knowledge;

/// An event about one milestone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Touch {
    /// Where it is in the log.
    pub position: Position,
    /// What it did.
    pub what: Touched,
    /// How many of its sources count.
    pub sources: usize,
}

/// What an event did to a milestone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Touched {
    /// Recorded it.
    Recorded,
    /// Corrected it.
    Corrected,
    /// Narrowed its date.
    Refined,
    /// Added a source.
    Sourced,
    /// Took it back.
    Retracted,
}

impl Touch {
    /// Whether it mended an error.
    #[must_use]
    pub const fn corrects(&self) -> bool {
        matches!(self.what, Touched::Corrected | Touched::Retracted)
    }
}

impl History {
    /// The events about a milestone that count, in log order.
    #[must_use]
    pub fn touches(&self, milestone: MilestoneId, knowledge: &Knowledge) -> Vec<Touch> {
        let counts = self.changes.iter().filter(|change| knowledge.has_recorded(change.position, change.recorded_at));
        let touch = |change: &super::Change| {
            let (id, what, sources) = match &change.what {
                What::Opened => return None,
                What::Recorded(id, _, sources) => (id, Touched::Recorded, &sources[..]),
                What::Corrected(id, _, sources) => (id, Touched::Corrected, &sources[..]),
                What::Told(id, Some(_), sources) => (id, Touched::Refined, &sources[..]),
                What::Told(id, None, sources) => (id, Touched::Sourced, &sources[..]),
                What::Retracted(id) => (id, Touched::Retracted, &[][..]),
            };
            let sources = sources.iter().filter(|source| knowledge.has_read(source.published_on)).count();
            (*id == milestone).then_some(Touch { position: change.position, what, sources })
        };
        counts.filter_map(touch).collect()
    }
}
