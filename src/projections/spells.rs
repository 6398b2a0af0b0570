//! How long was each round in each of its stages, and how did it leave?
//!
//! Invariant: the spells of an agreement follow one another in reading order; none lies beyond what is known.

use chrono::NaiveDate;

use super::history::Matter;
use super::reading::Reading;
use super::steps::Steps;
use super::survival::Length;
use crate::domain::ids::MilestoneId;
use crate::domain::instrument::Instrument;
use crate::domain::time::UncertainDate;
use crate::domain::words::{NoticePurpose, Stage};

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

impl Group {
    /// The group of the round that a reading is in, and the step that brought it to its stage.
    #[must_use]
    pub fn of(reading: &Reading, steps: &Steps) -> Option<(Self, u16)> {
        let step = reading.by.stage?;
        let asks = matches!(reading.reached, Stage::Consultation | Stage::Review)
            && purpose(steps, usize::from(steps.steps.get(usize::from(step))?.fact))
                == Some(NoticePurpose::Feasibility);
        Some((Self { stage: reading.reached, renewal: reading.renewal, feasibility: asks }, step))
    }
}

/// What the last notice of a fact's round asked about, up to that fact.
fn purpose(steps: &Steps, fact: usize) -> Option<NoticePurpose> {
    let round = steps.rounds.get(fact)?;
    let told = steps.known.facts.iter().zip(&steps.rounds).take(fact + 1).rev();
    let mut notices = told.filter(|(told, of)| *of == round && told.decides());
    notices.find_map(|(fact, _)| match fact.matter {
        Matter::Notice { purpose, .. } => Some(purpose),
        _ => None,
    })
}

/// One round in one stage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spell {
    /// The round, from 1.
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

/// The spells of an agreement, when everything happens in reading order.
#[must_use]
pub fn spells(steps: &Steps, instrument: &Instrument) -> Vec<Spell> {
    let mut reading = Reading::blank(instrument);
    let (mut all, mut open): (Vec<Spell>, Option<Spell>) = (Vec::new(), None);
    for (index, step) in (0..).zip(&steps.steps) {
        reading.apply(index, step);
        let here = open.as_ref().filter(|spell| is_in(&reading, instrument, spell));
        if here.is_some() {
            continue;
        }
        let by = |step: u16| steps.fact_of(step).map(|fact| fact.milestone);
        if let (Some(spell), Some(by)) = (open.take(), by(index)) {
            let further = reading.stages().iter().any(|stage| stage > spell.group.stage);
            let moved_on = reading.round == spell.round && !reading.withdrawn && further;
            all.push(Spell { left: Some(Left { when: step.when, moved_on, by }), ..spell });
        }
        open = entered(&reading, index, steps, instrument);
    }
    all.extend(open);
    all
}

/// Whether a reading is in the round and the stage of a spell.
fn is_in(reading: &Reading, instrument: &Instrument, spell: &Spell) -> bool {
    (reading.round, reading.reached) == (spell.round, spell.group.stage) && reading.is_open(instrument)
}

/// The spell that a step began. It is not always the step that reached the stage: a round that was over can be open again.
fn entered(reading: &Reading, step: u16, steps: &Steps, instrument: &Instrument) -> Option<Spell> {
    if !reading.is_open(instrument) {
        return None;
    }
    let (group, _) = Group::of(reading, steps)?;
    let by = steps.fact_of(step)?.milestone;
    let entered = steps.steps.get(usize::from(step))?.when;
    Some(Spell { round: reading.round, group, entered, by, left: None })
}
