//! Which days are coming, and which sources contradict each other?
//!
//! Invariant: a term that something ended or replaced before its last day is no deadline, nor is the closing day of a round
//! that is over or further by then; what is doubted is none either.

use super::worlds::Worlds;
use crate::domain::ids::MilestoneId;
use crate::domain::source::Preference;
use crate::domain::time::UncertainDate;
use crate::domain::words::{Deadline, MilestoneKind};

/// What alerts watch of an agreement besides its waiting, whatever the day.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Watched {
    /// The days on which something ends, in the order of the milestones that give them.
    pub deadlines: Vec<Due>,
    /// The milestones whose sources contradict each other, in reading order.
    pub contradicted: Vec<Contradicted>,
}

/// A milestone whose sources contradict each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Contradicted {
    /// The milestone that this is about.
    pub milestone: MilestoneId,
    /// The kind of milestone that it is.
    pub kind: MilestoneKind,
    /// When it happened, by the sources that are preferred.
    pub occurred: UncertainDate,
}

/// A day on which something ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Due {
    /// What ends on that day: comments or a term.
    pub deadline: Deadline,
    /// The milestone that gives the day.
    pub by: MilestoneId,
    /// The last day before it ends: that on which comments close, or the last of the term.
    pub on: UncertainDate,
}

impl Watched {
    /// What is watched of an agreement, by what is known of it.
    #[must_use]
    pub fn of(worlds: &Worlds) -> Self {
        let contradicted = worlds.known.facts.iter().filter(|fact| fact.settled_by != Preference::Overlap);
        let contradicted = contradicted.map(|fact| Contradicted {
            milestone: fact.milestone,
            kind: fact.kind,
            occurred: fact.occurred,
        });
        Self { deadlines: worlds.due.to_vec(), contradicted: contradicted.collect() }
    }

    /// Whether there is nothing to watch.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.deadlines.is_empty() && self.contradicted.is_empty()
    }
}
