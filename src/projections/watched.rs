//! Which days are coming, and which sources contradict each other?
//!
//! Invariant: a term that something ended or replaced before its last day is no deadline, nor is the closing day of a round
//! that is over or further by then; what is doubted is none either.

use super::history::{Fact, Matter};
use super::reading::Reading;
use super::steps::{Act, Steps};
use crate::domain::ids::MilestoneId;
use crate::domain::instrument::Instrument;
use crate::domain::source::Preference;
use crate::domain::time::UncertainDate;
use crate::domain::words::{Deadline, MilestoneKind, Stage};

/// What alerts watch of an agreement besides its waiting, whatever the day.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Watched {
    /// The days on which something ends, in reading order of what tells them.
    pub deadlines: Vec<Due>,
    /// The milestones whose sources contradict each other, in reading order.
    pub contradicted: Vec<Contradicted>,
}

/// A milestone whose sources contradict each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Contradicted {
    /// Which.
    pub milestone: MilestoneId,
    /// Its kind.
    pub kind: MilestoneKind,
    /// When it happened, by the sources that are preferred.
    pub occurred: UncertainDate,
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
        let contradicted = steps.known.facts.iter().filter(|fact| fact.settled_by != Preference::Overlap);
        let contradicted = contradicted.map(|fact| Contradicted {
            milestone: fact.milestone,
            kind: fact.kind,
            occurred: fact.occurred,
        });
        Self { deadlines: deadlines(steps, instrument), contradicted: contradicted.collect() }
    }

    /// Whether there is nothing to watch.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.deadlines.is_empty() && self.contradicted.is_empty()
    }
}

/// The days to come that end something when they do, by everything that is known.
fn deadlines(steps: &Steps, instrument: &Instrument) -> Vec<Due> {
    let facts = steps.known.facts.iter().zip(&steps.rounds).filter(|(fact, _)| fact.decides());
    let notices = facts.clone().filter_map(|(fact, round)| match fact.matter {
        Matter::Notice { closes: Some(closes), .. } => Some((fact, *round, closes)),
        _ => None,
    });
    // A closing day ends nothing when the round was over, or further, before it, or comments are told to have closed.
    let open = notices.filter(|(notice, round, closes)| {
        let by = |step: usize| steps.steps.get(step).is_some_and(|step| step.when.latest() < *closes);
        let before = Reading::of(steps, instrument, by);
        let closed = facts.clone().any(|(fact, of)| {
            let after_notice = fact.counts.latest() >= notice.counts.latest();
            fact.kind == MilestoneKind::CommentsClosed && of == round && after_notice && fact.counts.latest() < *closes
        });
        before.round == *round && matches!(before.reached, Stage::Consultation | Stage::Review) && !closed
    });
    let due = |(fact, _, closes): (&Fact, u16, _)| Due {
        deadline: Deadline::CommentsClose,
        by: fact.milestone,
        on: UncertainDate::day(closes),
    };
    open.map(due).chain(terms(steps, instrument)).collect()
}

/// The terms that run to their end.
fn terms(steps: &Steps, instrument: &Instrument) -> Vec<Due> {
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
    due
}
