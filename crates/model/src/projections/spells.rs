//! How long was each round in each of its stages, and how did it leave?
//!
//! Invariant: the spells of an agreement follow one another in the course of its simplest worlds; none lies beyond what is
//! known.

use chrono::NaiveDate;

use super::survival::Length;
use crate::domain::ids::MilestoneId;
use crate::domain::time::UncertainDate;
use crate::domain::words::Stage;

/// What rounds of an instrument have in common when the times that they wait are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Group {
    /// The stage that they wait in.
    pub stage: Stage,
    /// Whether they renew or follow an agreement that was concluded before.
    pub renewal: bool,
    /// Whether the notice only asked if an agreement is feasible. It is told apart in the stages that a notice leads to:
    /// once there is a text, it is no longer a question.
    pub feasibility: bool,
}

/// One round in one stage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spell {
    /// The number of the round, counted from 1.
    pub round: u16,
    /// What it is compared with.
    pub group: Group,
    /// The first day in that stage.
    pub entered: UncertainDate,
    /// The milestone that says so, itself or by a rule.
    pub by: MilestoneId,
    /// How it left; `None` when nothing known says that it did.
    pub left: Option<Left>,
}

/// How a round left a stage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Left {
    /// The first day on which it was no longer there.
    pub when: UncertainDate,
    /// Whether it moved on; otherwise it was given up, followed by another round, or ended with its agreement.
    pub moved_on: bool,
    /// The milestone that says so.
    pub by: MilestoneId,
}

/// Why a spell has no length on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoLength {
    /// Nobody knows since when it was in the stage.
    OpenBeginning,
    /// On that day it may or may not have reached the stage.
    MayNotHaveBegun,
}

/// How long a spell was by a day, as its dates allow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lengths {
    /// With its first day as late as it can be, and its last as early.
    pub shortest: Length,
    /// With its first day as early as it can be, and its last as late.
    pub longest: Length,
}

impl Spell {
    /// How long it was by a day; `None` when it had not begun, which is what a look back must not know.
    #[must_use]
    pub fn by_day(&self, day: NaiveDate) -> Option<Result<Lengths, NoLength>> {
        let begins = self.entered.latest();
        let Some(earliest) = self.entered.earliest() else {
            return (begins <= day).then_some(Err(NoLength::OpenBeginning));
        };
        if begins > day {
            return (earliest <= day).then_some(Err(NoLength::MayNotHaveBegun));
        }
        let length = |from: NaiveDate, left: Option<NaiveDate>| {
            let left = left.filter(|left| *left <= day);
            let days = (left.unwrap_or(day) - from).num_days();
            let came = left.is_some() && self.left.is_some_and(|left| left.moved_on);
            Length { days: u32::try_from(days).unwrap_or_default(), came }
        };
        let first_left = self.left.map(|left| left.when.earliest().unwrap_or(begins));
        let last_left = self.left.map(|left| left.when.latest());
        Some(Ok(Lengths { shortest: length(begins, first_left), longest: length(earliest, last_left) }))
    }

    /// Whether it was given up by a day, for sure.
    #[must_use]
    pub fn given_up_by(&self, day: NaiveDate) -> bool {
        self.left.is_some_and(|left| !left.moved_on && left.when.latest() <= day)
    }
}
