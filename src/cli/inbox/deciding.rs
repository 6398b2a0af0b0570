//! `depositary inbox accept`, `dismiss`, `snooze` and `reopen`.
//!
//! Invariant: what is done is what the desk does (`desk.rs`); here it is only found and told.

use chrono::NaiveDate;
use clap::Args;

use crate::answers::{Answers, Item};
use crate::cli::error::CliError;
use crate::cli::output::{Verdict, print};
use crate::domain::ids::Actor;
use crate::domain::text::counted;
use crate::record::tracker::{ExecuteError, Tracker};
use crate::work::desk::{self, Accepted, DeskError};

/// The document, and who decides about it.
#[derive(Debug, Args)]
pub struct Which {
    /// The document number that the Federal Register gave.
    pub number: String,
    /// The day on which the document was published; needed only when two documents have the same number.
    #[arg(long, value_name = "DAY", value_parser = crate::cli::given::day)]
    pub day: Option<NaiveDate>,
    /// Your public name. Every event that the decision records shows it for ever.
    #[arg(long, default_value = "inbox", value_parser = |name: &str| Actor::parse(name))]
    pub actor: Actor,
}

/// The item that is meant.
pub fn find<'a>(items: &'a [Item], which: &Which) -> Result<&'a Item, CliError> {
    let day = |item: &&Item| which.day.is_none_or(|day| item.key.published_on == day);
    let mut found = items.iter().filter(|item| item.key.number == which.number).filter(day);
    match (found.next(), found.next()) {
        (Some(item), None) => Ok(item),
        (Some(_), Some(_)) => Err(CliError::Usage(format!(
            "several documents have the number {}; give the --day of publication",
            which.number
        ))),
        (None, _) => Err(CliError::Usage(format!(
            "no document has the number {}; `depositary inbox list` lists the documents",
            which.number
        ))),
    }
}

/// Records what an item proposes, all or some of it, as one unit.
pub async fn accept(
    item: &Item,
    only: &[usize],
    actor: &Actor,
    tracker: &Tracker,
    answers: &Answers,
) -> Result<Verdict, CliError> {
    match desk::accept(item, only, actor, tracker, answers).await {
        Ok(Accepted::Recorded(events)) => print(&format!("{} recorded\n", counted(events.len(), "event"))),
        Ok(Accepted::Already) => print("the record has it already; nothing was recorded\n"),
        Err(DeskError::Execute(ExecuteError::Refused { refusal, .. })) => {
            print(&format!("refused, and nothing was recorded: {refusal}\n"))?;
            Ok(Verdict::No)
        }
        Err(error) => Err(error.into()),
    }
}

/// Writes down a decision that records nothing.
pub async fn decide(
    item: &Item,
    verdict: &desk::Verdict,
    actor: &Actor,
    answers: &Answers,
) -> Result<Verdict, CliError> {
    desk::decide(item, verdict, actor, answers).await?;
    print(&format!("{}: {}\n", item.key.number, verdict.as_str()))
}

impl From<DeskError> for CliError {
    fn from(error: DeskError) -> Self {
        match error {
            DeskError::Execute(error) => error.into(),
            DeskError::Store(error) => error.into(),
            error => Self::Usage(error.to_string()),
        }
    }
}
