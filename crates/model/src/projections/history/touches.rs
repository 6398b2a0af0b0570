//! Which events have told something of which milestone, as far as they count at some knowledge?
//!
//! Invariant: what is known of a milestone is a function of its touches: where they are the same, so is the fact.

use std::collections::BTreeMap;

use super::{Change, History, What};
use crate::domain::ids::{MilestoneId, Position};
use crate::domain::words::MilestoneKind;
use crate::projections::knowledge::{Basis, Knowledge};

/// An event about one milestone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Touch {
    /// Where it is in the log.
    pub position: Position,
    /// What the event did to the milestone.
    pub what: Touched,
    /// How many of its sources count.
    pub sources: usize,
}

/// What an event did to a milestone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Touched {
    /// The event recorded the milestone.
    Recorded,
    /// The event corrected the milestone.
    Corrected,
    /// The event narrowed the date of the milestone.
    Refined,
    /// The event added a source to the milestone.
    Sourced,
    /// The event retracted the milestone.
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
    /// The milestones that are known, each with where it was first recorded and its kind; by what was recorded those that
    /// were taken back too, by what was published those that a source tells.
    #[must_use]
    pub fn milestones(&self, knowledge: &Knowledge) -> Vec<(MilestoneId, Position, MilestoneKind)> {
        if knowledge.basis == Basis::Published {
            let facts = self.told(knowledge).facts.into_iter();
            return facts.map(|fact| (fact.milestone, fact.position, fact.kind)).collect();
        }
        let mut known: BTreeMap<MilestoneId, (Position, MilestoneKind)> = BTreeMap::new();
        let counts = |change: &&Change| knowledge.has_recorded(change.position, change.recorded_at);
        for change in self.changes.iter().filter(counts) {
            match &change.what {
                What::Recorded(id, gist, _) => drop(known.insert(*id, (change.position, gist.kind))),
                What::Corrected(id, gist, _) => {
                    known.entry(*id).and_modify(|(_, kind)| *kind = gist.kind);
                }
                What::Opened | What::Told(..) | What::Retracted(_) => {}
            }
        }
        known.into_iter().map(|(id, (position, kind))| (id, position, kind)).collect()
    }

    /// Where the last event of the agreement is that counts; 0 before the first.
    #[must_use]
    pub fn changed(&self, knowledge: &Knowledge) -> Position {
        let counts = self.changes.iter().filter(|change| knowledge.has_recorded(change.position, change.recorded_at));
        counts.map(|change| change.position).max().unwrap_or_default()
    }

    /// The events about a milestone that count, in log order.
    #[must_use]
    pub fn touches(&self, milestone: MilestoneId, knowledge: &Knowledge) -> Vec<Touch> {
        let counts = self.changes.iter().filter(|change| knowledge.has_recorded(change.position, change.recorded_at));
        let touch = |change: &Change| {
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
