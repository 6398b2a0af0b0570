//! Which days are coming, and which sources contradict each other?
//!
//! Invariant: a term that something ended or replaced before its last day is no deadline; what is doubted is none either.

use super::history::Matter;
use super::reading::Reading;
use super::steps::{Act, Steps};
use crate::domain::ids::MilestoneId;
use crate::domain::instrument::Instrument;
use crate::domain::source::Preference;
use crate::domain::time::UncertainDate;
use crate::domain::words::Deadline;

/// What alerts watch of an agreement besides its waiting, whatever the day.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Watched {
    /// The days on which something ends, in reading order of what tells them.
    pub deadlines: Vec<Due>,
    /// The milestones whose sources contradict each other, in reading order.
    pub contradicted: Vec<MilestoneId>,
}

/// A day on which something ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Due {
    /// What ends.
    pub deadline: Deadline,
    /// The milestone that tells the day.
    pub by: MilestoneId,
    /// The last day before the end.
    pub on: UncertainDate,
}

impl Watched {
    /// What is watched of an agreement, by what is known of it.
    #[must_use]
    pub fn of(steps: &Steps, instrument: &Instrument) -> Self {
        let facts = &steps.known.facts;
        let notices = facts.iter().filter(|fact| fact.decides()).filter_map(|fact| match fact.matter {
            Matter::Notice { closes: Some(closes), .. } => {
                Some(Due { deadline: Deadline::CommentsClose, by: fact.milestone, on: UncertainDate::day(closes) })
            }
            _ => None,
        });
        let contradicted = facts.iter().filter(|fact| fact.settled_by != Preference::Overlap);
        Self {
            deadlines: notices.chain(terms(steps, instrument)).collect(),
            contradicted: contradicted.map(|fact| fact.milestone).collect(),
        }
    }

    /// Whether there is nothing to watch.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.deadlines.is_empty() && self.contradicted.is_empty()
    }
}

/// The terms that run to their end, by everything that is known.
fn terms<'s>(steps: &'s Steps, instrument: &Instrument) -> impl Iterator<Item = Due> + use<'s> {
    let mut reading = Reading::blank(instrument);
    let mut due = Vec::new();
    for (index, step) in (0..).zip(&steps.steps) {
        let before = reading.standing;
        reading.apply(index, step);
        // The end of a term that something had replaced by then changes nothing.
        let Act::TermEnds { of } = step.act else { continue };
        let fact = steps.fact_of(of).filter(|_| reading.standing != before);
        due.extend(fact.and_then(|fact| match fact.matter {
            Matter::Until(until) => Some(Due { deadline: Deadline::TermEnds, by: fact.milestone, on: until }),
            _ => None,
        }));
    }
    due.into_iter()
}
