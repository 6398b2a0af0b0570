//! How long did it take from one milestone to another?
//!
//! Invariant: both milestones belong to one round; a median rests on pairs of exact dates only (rule 17).

use chrono::NaiveDate;

use super::days::{Days, median};
use super::history::{Fact, Matter};
use super::survival::{Curve, Length};
use super::worlds::Worlds;
use crate::domain::ids::MilestoneId;
use crate::domain::words::{MilestoneKind, NoticePurpose};

/// The days between two milestones of one round.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Duration {
    /// The number of the round, counted from 1.
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

/// A round that has the beginning of a duration and not its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unended {
    /// The number of the round, counted from 1.
    pub round: u16,
    /// The milestone that it begins with.
    pub from: MilestoneId,
    /// The days since then, by the day asked about.
    pub days: Days,
    /// What the round's first notice asked about.
    pub notice_purpose: Option<NoticePurpose>,
    /// Whether it may still end: it is the latest round, and was neither given up nor is it one whose outcome nobody told.
    pub open: bool,
}

/// The rounds that have by a day a milestone of one kind and none of the other after it.
#[must_use]
pub fn unended(worlds: &Worlds, from: MilestoneKind, to: MilestoneKind, day: NaiveDate) -> Vec<Unended> {
    let last = worlds.rounds.iter().copied().max().unwrap_or_default();
    let waits = worlds.on(day).map(|days| worlds.waits(days)).unwrap_or_default();
    let goes_on = |round: u16| !waits.is_empty() && waits.iter().all(|wait| wait.round == round && !wait.untold);
    let unended = |round: u16| {
        if duration_in(worlds, round, from, to).is_some() {
            return None;
        }
        let begins = in_round(worlds, round).find(|fact| fact.kind == from && fact.occurred.latest() <= day)?;
        let min = (day - begins.occurred.latest()).num_days();
        let max = begins.occurred.earliest().map(|earliest| (day - earliest).num_days());
        Some(Unended {
            round,
            from: begins.milestone,
            days: Days { min, max },
            notice_purpose: purpose(worlds, round),
            open: goes_on(round),
        })
    };
    (1..=last).filter_map(unended).collect()
}

/// What durations amount to, those that are still open included.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Summary {
    /// The median of the exact durations; `None` without any.
    pub median: Option<f64>,
    /// How many durations are exact.
    pub exact: usize,
    /// How many rounds are still open since an exact day.
    pub open: usize,
    /// The days by which half had come to their end, by the estimate of Kaplan and Meier over the exact durations and the open
    /// rounds; `None` where fewer than half have.
    pub median_with_open: Option<u32>,
    /// How many are left out of both medians because a date is not exact.
    pub inexact: usize,
    /// How many are left out of both because their round is over or of unknown outcome, and its end is not on record.
    pub end_not_recorded: usize,
}

impl Summary {
    /// The summary of some durations, with the rounds that have no second milestone.
    #[must_use]
    pub fn of(durations: &[Duration], unended: &[Unended]) -> Self {
        let exact: Vec<i64> = durations.iter().filter_map(|duration| duration.days.exact()).collect();
        let open = unended.iter().filter(|round| round.open);
        let waiting: Vec<i64> = open.clone().filter_map(|round| round.days.exact()).collect();
        let length = |came: bool| move |days: &i64| Length { days: u32::try_from(*days).unwrap_or(u32::MAX), came };
        let lengths = exact.iter().map(length(true)).chain(waiting.iter().map(length(false)));
        Self {
            exact: exact.len(),
            open: waiting.len(),
            median_with_open: Curve::of(lengths).quantile(0.5),
            inexact: durations.len() - exact.len() + open.count() - waiting.len(),
            end_not_recorded: unended.iter().filter(|round| !round.open).count(),
            median: median(exact),
        }
    }
}

/// The deciding facts of a round.
fn in_round(worlds: &Worlds, round: u16) -> impl Iterator<Item = &Fact> {
    let facts = worlds.known.facts.iter().zip(&worlds.rounds);
    facts.filter(move |(fact, of)| **of == round && fact.decides()).map(|(fact, _)| fact)
}

/// What the first notice of a round asked about.
fn purpose(worlds: &Worlds, round: u16) -> Option<NoticePurpose> {
    in_round(worlds, round).find_map(|fact| match fact.matter {
        Matter::Notice { purpose, .. } => Some(purpose),
        _ => None,
    })
}

fn duration_in(worlds: &Worlds, round: u16, from: MilestoneKind, to: MilestoneKind) -> Option<Duration> {
    let begins = in_round(worlds, round).find(|fact| fact.kind == from)?;
    let ends = in_round(worlds, round)
        .find(|fact| fact.kind == to && fact.milestone != begins.milestone && not_before(fact, begins))?;
    let min = ends.occurred.earliest().map_or(0, |earliest| (earliest - begins.occurred.latest()).num_days());
    let max = begins.occurred.earliest().map(|earliest| (ends.occurred.latest() - earliest).num_days());
    let notice_purpose = purpose(worlds, round);
    let (from, to) = (begins.milestone, ends.milestone);
    Some(Duration { round, from, to, days: Days { min: min.max(0), max }, notice_purpose })
}

fn not_before(end: &Fact, begin: &Fact) -> bool {
    begin.occurred.earliest().is_none_or(|earliest| earliest <= end.occurred.latest())
}
