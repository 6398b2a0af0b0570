//! How long did it take from one milestone to another?
//!
//! Invariant: both milestones belong to one round; a median rests on pairs of exact dates only (rule 17).

use super::days::Days;
use super::history::{Fact, Matter};
use super::worlds::Worlds;
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
    /// How many; never fewer than none, since the end is not before the beginning.
    pub days: Days,
    /// What the round's first notice asked about.
    pub notice_purpose: Option<NoticePurpose>,
}

/// The duration in each round that has both milestones: from the first of one kind to the first of the other not before it.
#[must_use]
pub fn durations(worlds: &Worlds, from: MilestoneKind, to: MilestoneKind) -> Vec<Duration> {
    let last = worlds.rounds.iter().copied().max().unwrap_or_default();
    (1..=last).filter_map(|round| duration_in(worlds, round, from, to)).collect()
}

fn duration_in(worlds: &Worlds, round: u16, from: MilestoneKind, to: MilestoneKind) -> Option<Duration> {
    let in_round = || {
        let facts = worlds.known.facts.iter().zip(&worlds.rounds);
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
    Some(Duration { round, from, to, days: Days { min: min.max(0), max }, notice_purpose })
}

fn not_before(end: &Fact, begin: &Fact) -> bool {
    begin.occurred.earliest().is_none_or(|earliest| earliest <= end.occurred.latest())
}
