//! What becomes of a document in the inbox that a person has looked at?
//!
//! Invariant: the log is written before the decision, under ids that follow from the document, so that a repeated
//! command records nothing twice; a decision names the content that was decided on. GraphQL, the command line and the
//! pages decide by this alone.

use chrono::NaiveDate;
use uuid::Uuid;

use crate::answers::{Answers, DismissalReason, InboxVerdict, Item, ItemState, Met};
use crate::domain::command::{Command, Intent};
use crate::domain::decide::well_formed_text;
use crate::domain::ids::{Actor, AgreementId};
use crate::domain::milestone::Milestone;
use crate::domain::refusal::Refusal;
use crate::domain::text::counted;
use crate::domain::words::Word;
use crate::record::tracker::{ExecuteError, Outcome, Tracker};
use crate::store::{KeptDecision, StoreError};

/// The most characters of a note.
pub const LONGEST_NOTE: usize = 2_000;

/// A decision that records nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It does not belong in the record.
    Dismiss {
        /// Why, as a word.
        reason: DismissalReason,
        /// What the person adds in their own words.
        note: Option<String>,
    },
    /// It is put aside.
    Snooze {
        /// The day on which it waits again.
        until: NaiveDate,
        /// What the person adds in their own words.
        note: Option<String>,
    },
    /// A decision is undone, so that the document waits again. What was recorded stays recorded.
    Reopen,
}

impl Verdict {
    /// The word that is kept.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        let word = match self {
            Self::Dismiss { .. } => InboxVerdict::Dismiss,
            Self::Snooze { .. } => InboxVerdict::Snooze,
            Self::Reopen => InboxVerdict::Reopen,
        };
        word.as_str()
    }
}

/// A proposal that a person wants to be recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wish {
    /// The number of the proposal within its document, counted from 1.
    pub number: usize,
    /// The milestone as the person would have it; `None` where it is the proposed one.
    pub edited: Option<Milestone>,
}

/// What accepting a document did, or would do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Accepted {
    /// These events were recorded, or would be, now or when the same was accepted before.
    Recorded(Vec<Outcome>),
    /// The record has all of it already.
    Already,
}

/// Why nothing became of it.
#[derive(Debug, thiserror::Error)]
pub enum DeskError {
    /// A number that no proposal has.
    #[error("the document has {}, and none has the number {number}", counted(*most, "proposal"))]
    NoSuchProposal {
        /// The number that was given.
        number: usize,
        /// The number of proposals that the document has.
        most: usize,
    },
    /// What a person made of a proposal is about another agreement.
    #[error("the proposal is about {proposed}; record a milestone of another agreement by hand")]
    OfAnother {
        /// The agreement that the document is about.
        proposed: AgreementId,
    },
    /// The document offers nothing that could be recorded.
    #[error("the document proposes nothing that can be recorded; record by hand what it says, or dismiss it")]
    NothingOffered,
    /// The document was accepted, and what it said is on record.
    #[error("the document was accepted, and its milestones are on record; correct or retract them there")]
    Accepted,
    /// A day that does not lie ahead.
    #[error("{day} does not lie ahead; today is {today}")]
    NotAhead {
        /// The day that was given.
        day: NaiveDate,
        /// The present day.
        today: NaiveDate,
    },
    /// A note that cannot be kept as it is.
    #[error(transparent)]
    Note(Refusal),
    /// The record refuses it, or could not be written.
    #[error(transparent)]
    Execute(#[from] ExecuteError),
    /// The decision could not be kept. What was recorded before it stays recorded, and the log says so.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The commands that an item offers, those of some proposals counted from 1, or all; each once, and none that the log holds.
///
/// # Errors
/// [`DeskError::NoSuchProposal`].
pub fn offered(item: &Item, only: &[usize], actor: &Actor) -> Result<Vec<Command>, DeskError> {
    for number in only {
        proposal(item, *number)?;
    }
    let wanted = (1..).zip(&item.proposals).filter(|(number, _)| only.is_empty() || only.contains(number));
    let mut unit: Vec<Command> = Vec::new();
    for (_, met) in wanted.filter(|(_, met)| !met.recorded) {
        for command in met.commands(actor) {
            if !unit.iter().any(|other| other.id == command.id) {
                unit.push(command);
            }
        }
    }
    Ok(unit)
}

/// The proposal of a number, counted from 1.
fn proposal(item: &Item, number: usize) -> Result<&Met, DeskError> {
    let most = item.proposals.len();
    let met = number.checked_sub(1).and_then(|place| item.proposals.get(place));
    met.ok_or(DeskError::NoSuchProposal { number, most })
}

/// The command that records a proposal as a person would have it: under the proposal's own id, so that the log says that it is
/// accepted, and what is accepted twice is recorded once.
///
/// # Errors
/// [`DeskError::NoSuchProposal`] or [`DeskError::OfAnother`].
pub fn edited(item: &Item, number: usize, command: Command) -> Result<Command, DeskError> {
    let met = proposal(item, number)?;
    if command.agreement != met.agreement {
        return Err(DeskError::OfAnother { proposed: met.agreement.clone() });
    }
    Ok(Command { id: met.command, ..command })
}

/// What a proposal offers, with another content of the milestone that a person wrote; nothing of one that the log holds.
///
/// # Errors
/// [`DeskError::NoSuchProposal`], or [`DeskError::NothingOffered`] where no milestone of its own is offered.
fn rewritten(item: &Item, number: usize, content: Milestone, actor: &Actor) -> Result<Vec<Command>, DeskError> {
    let met = proposal(item, number)?;
    if met.recorded {
        return Ok(Vec::new());
    }
    let mut unit = met.commands(actor);
    for command in &mut unit {
        match &mut command.intent {
            Intent::RecordMilestone(recorded) => recorded.milestone = content,
            Intent::CorrectMilestone(corrected) => corrected.content = content,
            _ => continue,
        }
        return Ok(unit);
    }
    Err(DeskError::NothingOffered)
}

/// The milestone that a proposal offers, for a person to write anew.
///
/// # Errors
/// [`DeskError::NoSuchProposal`], or [`DeskError::NothingOffered`] where no milestone of its own is offered.
pub fn content(item: &Item, number: usize) -> Result<&Milestone, DeskError> {
    let told = proposal(item, number)?.offer.iter().find_map(|intent| match intent {
        Intent::RecordMilestone(recorded) => Some(&recorded.milestone),
        Intent::CorrectMilestone(corrected) => Some(&corrected.content),
        _ => None,
    });
    told.ok_or(DeskError::NothingOffered)
}

/// The commands of some wishes, each once.
///
/// # Errors
/// The place of the first wish that cannot be granted, and why.
pub fn wished(item: &Item, wishes: Vec<Wish>, actor: &Actor) -> Result<Vec<Command>, (usize, DeskError)> {
    let mut unit: Vec<Command> = Vec::new();
    for (place, Wish { number, edited }) in wishes.into_iter().enumerate() {
        let commands = match edited {
            None => offered(item, &[number], actor),
            Some(content) => rewritten(item, number, content, actor),
        };
        for command in commands.map_err(|error| (place, error))? {
            if !unit.iter().any(|other| other.id == command.id) {
                unit.push(command);
            }
        }
    }
    Ok(unit)
}

/// Decides commands of [`offered`] or [`wished`] as [`accept_unit`] does, and records nothing.
///
/// # Errors
/// As [`accept_unit`].
pub async fn foresee(item: &Item, unit: Vec<Command>, tracker: &Tracker) -> Result<Accepted, DeskError> {
    if unit.is_empty() {
        return nothing_left(item);
    }
    Ok(Accepted::Recorded(tracker.execute_dry(unit).await?))
}

/// Of an item without commands: that the record has everything already, where it has.
fn nothing_left(item: &Item) -> Result<Accepted, DeskError> {
    match item.state {
        ItemState::Accepted | ItemState::Known => Ok(Accepted::Already),
        _ => Err(DeskError::NothingOffered),
    }
}

/// Records what an item proposes, all or some of it, as one unit.
///
/// # Errors
/// [`DeskError`]; nothing is recorded then, except where only the decision could not be kept.
pub async fn accept(
    item: &Item,
    only: &[usize],
    actor: &Actor,
    tracker: &Tracker,
    answers: &Answers,
) -> Result<Accepted, DeskError> {
    accept_unit(item, offered(item, only, actor)?, actor, tracker, answers).await
}

/// Records commands of [`offered`], [`edited`] or [`wished`], as one unit. Without commands, it returns whether the
/// record has everything already.
///
/// # Errors
/// As [`accept`].
pub async fn accept_unit(
    item: &Item,
    unit: Vec<Command>,
    actor: &Actor,
    tracker: &Tracker,
    answers: &Answers,
) -> Result<Accepted, DeskError> {
    if unit.is_empty() {
        return nothing_left(item);
    }
    Ok(Accepted::Recorded(record_unit(item, unit, actor, tracker, answers).await?))
}

/// Records what a person made of an item's proposals, and then writes down that it was accepted.
///
/// # Errors
/// [`ExecuteError`]; nothing is recorded then, except where only the decision could not be kept.
pub async fn record_unit(
    item: &Item,
    unit: Vec<Command>,
    actor: &Actor,
    tracker: &Tracker,
    answers: &Answers,
) -> Result<Vec<Outcome>, ExecuteError> {
    let recorded = tracker.execute(unit).await?;
    keep(item, InboxVerdict::Accept.as_str(), Said::default(), actor, answers).await?;
    Ok(recorded)
}

/// Writes down a decision that records nothing.
///
/// # Errors
/// [`DeskError::NotAhead`], [`DeskError::Note`], or when the database cannot be written.
pub async fn decide(item: &Item, verdict: &Verdict, actor: &Actor, answers: &Answers) -> Result<(), DeskError> {
    let said = match verdict {
        Verdict::Dismiss { reason, note } => Said { reason: Some(*reason), note: note.as_deref(), until: None },
        Verdict::Snooze { until, note } => Said { reason: None, note: note.as_deref(), until: Some(*until) },
        Verdict::Reopen => Said::default(),
    };
    // A decision does not take back what was recorded, and would put another name beside it.
    if item.state == ItemState::Accepted {
        return Err(DeskError::Accepted);
    }
    let today = answers.today();
    if let Some(day) = said.until.filter(|day| *day <= today) {
        return Err(DeskError::NotAhead { day, today });
    }
    if let Some(note) = said.note {
        well_formed_text("note", note, LONGEST_NOTE).map_err(DeskError::Note)?;
    }
    Ok(keep(item, verdict.as_str(), said, actor, answers).await?)
}

/// What goes with a verdict.
#[derive(Debug, Clone, Copy, Default)]
struct Said<'a> {
    reason: Option<DismissalReason>,
    note: Option<&'a str>,
    until: Option<NaiveDate>,
}

async fn keep(item: &Item, verdict: &str, said: Said<'_>, actor: &Actor, answers: &Answers) -> Result<(), StoreError> {
    let decision = KeptDecision {
        id: Uuid::now_v7(),
        key: item.key.clone(),
        content_hash: item.content_hash.clone(),
        verdict: verdict.to_owned(),
        reason: said.reason.map(|reason| reason.as_str().to_owned()),
        note: said.note.map(ToOwned::to_owned),
        until: said.until,
        actor: actor.as_str().to_owned(),
        decided_at: answers.now(),
    };
    answers.reader().store().keep_decision(&decision).await
}
