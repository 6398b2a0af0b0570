//! What becomes of a document in the inbox that a person has looked at?
//!
//! Invariant: the log is written before the decision, under ids that follow from the document, so that a repeated command
//! records nothing twice; a decision names the content that was decided on. The command line and the pages decide by this alone.

use chrono::NaiveDate;
use uuid::Uuid;

use crate::answers::{Answers, Item, ItemState};
use crate::domain::command::Command;
use crate::domain::ids::Actor;
use crate::domain::text::counted;
use crate::store::{KeptDecision, StoreError};
use crate::tracker::{ExecuteError, Tracker};

/// Why a document can be dismissed, as it is kept and as people read it.
pub const REASONS: [(&str, &str); 5] = [
    ("not_about_rdp", "It says nothing about an agreement"),
    ("already_known", "The record has it already"),
    ("wrong_partner", "It was misread: it means somebody else"),
    ("not_yet_true", "It is not true yet"),
    ("other", "Another reason"),
];

/// A decision that records nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It does not belong in the record, for one of [`REASONS`].
    Dismiss(String),
    /// It is put aside until a day.
    Snooze(NaiveDate),
    /// A decision is undone, so that the document waits again. What was recorded stays recorded.
    Reopen,
}

impl Verdict {
    /// The word that is kept.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Dismiss(_) => "dismiss",
            Self::Snooze(_) => "snooze",
            Self::Reopen => "reopen",
        }
    }
}

/// What accepting a document did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Accepted {
    /// So many events were recorded, now or when the same was accepted before.
    Recorded(usize),
    /// The record has all of it already.
    Already,
}

/// Why nothing became of it.
#[derive(Debug, thiserror::Error)]
pub enum DeskError {
    /// A number that no proposal has.
    #[error("the document has {}, and none with the number {number}", counted(*most, "proposal"))]
    NoSuchProposal {
        /// The number that was given.
        number: usize,
        /// The number of proposals that the document has.
        most: usize,
    },
    /// The document offers nothing that could be recorded.
    #[error("this document proposes nothing that can be recorded: record by hand what it says, or dismiss it")]
    NothingOffered,
    /// A day that does not lie ahead.
    #[error("{day} does not lie ahead; today is {today}")]
    NotAhead {
        /// The day that was given.
        day: NaiveDate,
        /// The present day.
        today: NaiveDate,
    },
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
    let most = item.proposals.len();
    if let Some(number) = only.iter().copied().find(|number| *number == 0 || *number > most) {
        return Err(DeskError::NoSuchProposal { number, most });
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
    let unit = offered(item, only, actor)?;
    if unit.is_empty() {
        return match item.state {
            ItemState::Accepted | ItemState::Known => Ok(Accepted::Already),
            _ => Err(DeskError::NothingOffered),
        };
    }
    let recorded = tracker.execute(unit).await?.len();
    keep(item, "accept", None, None, actor, answers).await?;
    Ok(Accepted::Recorded(recorded))
}

/// Writes down a decision that records nothing.
///
/// # Errors
/// [`DeskError::NotAhead`], or when the database cannot be written.
pub async fn decide(item: &Item, verdict: &Verdict, actor: &Actor, answers: &Answers) -> Result<(), DeskError> {
    let (reason, until) = match verdict {
        Verdict::Dismiss(reason) => (Some(reason.as_str()), None),
        Verdict::Snooze(until) => (None, Some(*until)),
        Verdict::Reopen => (None, None),
    };
    let today = answers.today();
    if let Some(day) = until.filter(|day| *day <= today) {
        return Err(DeskError::NotAhead { day, today });
    }
    keep(item, verdict.as_str(), reason, until, actor, answers).await
}

async fn keep(
    item: &Item,
    verdict: &str,
    reason: Option<&str>,
    until: Option<NaiveDate>,
    actor: &Actor,
    answers: &Answers,
) -> Result<(), DeskError> {
    let decision = KeptDecision {
        id: Uuid::now_v7(),
        key: item.key.clone(),
        content_hash: item.content_hash.clone(),
        verdict: verdict.to_owned(),
        reason: reason.map(ToOwned::to_owned),
        until,
        actor: actor.as_str().to_owned(),
        decided_at: answers.now(),
    };
    Ok(answers.reader().store().keep_decision(&decision).await?)
}
