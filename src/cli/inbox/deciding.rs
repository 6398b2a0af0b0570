//! `depositary inbox accept`, `dismiss`, `snooze` and `reopen`.
//!
//! Invariant: what is done is what the desk does (`work/desk.rs`); here it is only found and told.

use chrono::NaiveDate;
use clap::Args;

use super::edits::{self, Edit};
use crate::answers::{AgreementForeseen, Answers, Foreseen, Item};
use crate::cli::error::CliError;
use crate::cli::output::{Verdict, print};
use crate::domain::ids::Actor;
use crate::domain::text::counted;
use crate::projections::sentence::{Viewpoint, sentence};
use crate::projections::status::Status;
use crate::record::tracker::{ExecuteError, Outcome, Tracker};
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

/// What to record of a document, and how.
#[derive(Debug, Args)]
pub struct Accepting {
    #[command(flatten)]
    pub which: Which,
    /// The numbers of the proposals to record, counted from 1; left out, all.
    #[arg(long, value_delimiter = ',')]
    only: Vec<usize>,
    /// Record a proposal with another value, such as `occurred=2024-02-23`; may be given several times. FIELD is
    /// `occurred`, `effective`, `evidence`, `summary`, `detail`, or a field of the milestone's kind, spelled as in a fact
    /// file: `listing=case_by_case`. An empty VALUE leaves the field out. With several proposals the number of one
    /// stands before FIELD: `2.occurred=2024-02-23`.
    #[arg(long = "set", value_name = "FIELD=VALUE")]
    edits: Vec<Edit>,
    /// Record nothing, and show which events would be recorded and what they would change.
    #[arg(long)]
    dry_run: bool,
}

/// Records what an item proposes, all or some of it, as one unit; or shows what that would change.
pub async fn accept(
    item: &Item,
    accepting: &Accepting,
    tracker: &Tracker,
    answers: &Answers,
) -> Result<Verdict, CliError> {
    let Accepting { which: Which { actor, .. }, only, edits, dry_run } = accepting;
    let unit = if edits.is_empty() {
        desk::offered(item, only, actor)?
    } else {
        desk::wished(item, edits::wishes(item, only, edits)?, actor)?
    };
    let accepted = if *dry_run {
        desk::foresee(item, unit, tracker).await
    } else {
        desk::accept_unit(item, unit, actor, tracker, answers).await
    };
    match accepted {
        Ok(Accepted::Recorded(outcomes)) if *dry_run => foreseen(&outcomes, answers).await,
        Ok(Accepted::Recorded(outcomes)) => print(&format!("{} recorded\n", counted(outcomes.len(), "event"))),
        Ok(Accepted::Already) => print("the record has it already; nothing was recorded\n"),
        Err(DeskError::Execute(ExecuteError::Refused { refusal, .. })) => {
            print(&format!("refused, and nothing was recorded: {refusal}\n"))?;
            Ok(Verdict::No)
        }
        Err(error) => Err(error.into()),
    }
}

/// Prints what the events of a dry run would change.
async fn foreseen(outcomes: &[Outcome], answers: &Answers) -> Result<Verdict, CliError> {
    let events: Vec<_> = outcomes.iter().map(|outcome| outcome.event.clone()).collect();
    let mut told = format!("{} would be recorded\n", counted(events.len(), "event"));
    let today = answers.today();
    for AgreementForeseen { agreement, days, raised, ended } in answers.foreseen_of(&events).await? {
        let instrument = answers.instrument(&agreement)?;
        let said = |status: &Status| sentence(status, agreement.country, instrument, &Viewpoint::of(today));
        for Foreseen { day, before, after } in days {
            let today = if day == today { ", today" } else { "" };
            told += &format!("{agreement} on {day}{today}\n  now:  {}\n  then: {}\n", said(&before), said(&after));
        }
        for (alerts, what) in [(raised, "be raised"), (ended, "end")] {
            for alert in alerts {
                told += &format!("an alert would {what}: {}\n", alert.sentence);
            }
        }
    }
    for warning in outcomes.iter().flat_map(|outcome| &outcome.warnings) {
        told += &format!("unusual: {}\n", warning.message);
    }
    print(&told)
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
