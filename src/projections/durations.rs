//! How long did it take from one milestone to another?
//!
//! Invariant: both milestones belong to one round; a median rests on pairs of exact dates only (rule 10).

use super::history::{Fact, Matter};
use super::steps::Steps;
use crate::domain::ids::MilestoneId;
use crate::domain::words::{MilestoneKind, NoticePurpose};

/// The days between two milestones of one round.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Duration {
    /// The round, from 1.
    pub round: u16,
    /// The milestone that it begins with.
    pub from: MilestoneId,
    /// The milestone that it ends with.
    pub to: MilestoneId,
    /// The fewest days that the bounds allow.
    pub min_days: i64,
    /// The most; `None` when the beginning is open.
    pub max_days: Option<i64>,
    /// What the round's first notice asked about.
    pub notice_purpose: Option<NoticePurpose>,
}

impl Duration {
    /// The days, when both dates are exact.
    #[must_use]
    pub fn exact_days(&self) -> Option<i64> {
        Some(self.min_days).filter(|min| Some(*min) == self.max_days)
    }
}

/// The duration in each round that has both milestones: from the first of one kind to the first of the other not before it.
#[must_use]
pub fn durations(steps: &Steps, from: MilestoneKind, to: MilestoneKind) -> Vec<Duration> {
    let last = steps.rounds.iter().copied().max().unwrap_or_default();
    (1..=last).filter_map(|round| duration_in(steps, round, from, to)).collect()
}

fn duration_in(steps: &Steps, round: u16, from: MilestoneKind, to: MilestoneKind) -> Option<Duration> {
    let in_round = || {
        let facts = steps.known.facts.iter().zip(&steps.rounds);
        facts.filter(move |(fact, of)| **of == round && fact.decides()).map(|(fact, _)| fact)
    };
    let begins = in_round().find(|fact| fact.kind == from)?;
    let ends =
        in_round().find(|fact| fact.kind == to && fact.milestone != begins.milestone && not_before(fact, begins))?;
    let min = ends.occurred.earliest().map_or(0, |earliest| (earliest - begins.occurred.latest()).num_days());
    let max = begins.occurred.earliest().map(|earliest| (ends.occurred.latest() - earliest).num_days());
    let notice_purpose = in_round().find_map(|fact| match fact.matter {
        Matter::Notice { purpose, .. } => Some(purpose),
        _ => None,
    });
    let (from, to) = (begins.milestone, ends.milestone);
    Some(Duration { round, from, to, min_days: min.max(0), max_days: max, notice_purpose })
}

fn not_before(end: &Fact, begin: &Fact) -> bool {
    begin.occurred.earliest().is_none_or(|earliest| earliest <= end.occurred.latest())
}

/// The median of some exact days; the mean of the middle two when their number is even.
#[must_use]
pub fn median(mut days: Vec<i64>) -> Option<f64> {
    days.sort_unstable();
    let upper = *days.get(days.len() / 2)?;
    let lower = *days.get((days.len() - 1) / 2)?;
    // Days between two dates of the calendar are far below 2^52, so the cast is exact.
    #[expect(clippy::cast_precision_loss, reason = "days fit")]
    Some((lower + upper) as f64 / 2.0)
}
