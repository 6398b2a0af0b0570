//! `depositary inbox accept`, `dismiss`, `snooze` and `reopen`.
//!
//! Invariant: the log is written before the decision, under ids that follow from the document, so that a repeated command
//! records nothing twice; a decision names the content that was decided on.

use chrono::NaiveDate;
use clap::Args;
use uuid::Uuid;

use crate::answers::{Item, ItemState};
use crate::cli::error::CliError;
use crate::cli::output::{Verdict, print};
use crate::clock::Clock;
use crate::domain::ids::Actor;
use crate::domain::text::counted;
use crate::store::{KeptDecision, Store};
use crate::tracker::{ExecuteError, Tracker};

/// Which item, and who decides.
#[derive(Debug, Args)]
pub struct Which {
    /// The number of its document.
    pub number: String,
    /// The day of its publication, where a number was used twice.
    #[arg(long, value_name = "DAY", value_parser = crate::cli::given::day)]
    pub day: Option<NaiveDate>,
    /// The name under which it is recorded.
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
            "the number {} was used on several days; give the --day of publication",
            which.number
        ))),
        (None, _) => Err(CliError::Usage(format!(
            "no item has the number {}; `depositary inbox list` tells those there are",
            which.number
        ))),
    }
}

/// Records what an item proposes, all or some of it, as one unit.
pub async fn accept(
    item: &Item,
    only: &[usize],
    actor: &Actor,
    (tracker, store, clock): (&Tracker, &Store, &Clock),
) -> Result<Verdict, CliError> {
    if let Some(wrong) = only.iter().find(|number| **number == 0 || **number > item.proposals.len()) {
        return Err(CliError::Usage(format!("the item has {}, no {wrong}", counted(item.proposals.len(), "proposal"))));
    }
    let wanted = (1..).zip(&item.proposals).filter(|(number, _)| only.is_empty() || only.contains(number));
    let mut unit = Vec::new();
    for (_, met) in wanted.filter(|(_, met)| !met.recorded) {
        for command in met.commands(actor) {
            if !unit.iter().any(|other: &crate::domain::command::Command| other.id == command.id) {
                unit.push(command);
            }
        }
    }
    if unit.is_empty() {
        return match item.state {
            ItemState::Accepted | ItemState::Known => print("the record has it already; nothing was recorded\n"),
            _ => Err(CliError::Usage(
                "nothing is offered of this item: record by hand what it says, or dismiss it".to_owned(),
            )),
        };
    }
    let recorded = match tracker.execute(unit).await {
        Ok(outcomes) => outcomes.len(),
        Err(ExecuteError::Refused { refusal, .. }) => {
            print(&format!("refused, and nothing was recorded: {refusal}\n"))?;
            return Ok(Verdict::No);
        }
        Err(error) => return Err(error.into()),
    };
    store.keep_decision(&decision(item, "accept", None, None, actor, clock)).await?;
    print(&format!("{} recorded\n", counted(recorded, "event")))
}

/// Writes down a decision that records nothing.
pub async fn decide(
    item: &Item,
    verdict: &str,
    (reason, until): (Option<&str>, Option<NaiveDate>),
    actor: &Actor,
    (store, clock): (&Store, &Clock),
) -> Result<Verdict, CliError> {
    store.keep_decision(&decision(item, verdict, reason, until, actor, clock)).await?;
    print(&format!("{}: {verdict}\n", item.key.number))
}

fn decision(
    item: &Item,
    verdict: &str,
    reason: Option<&str>,
    until: Option<NaiveDate>,
    actor: &Actor,
    clock: &Clock,
) -> KeptDecision {
    KeptDecision {
        id: Uuid::now_v7(),
        key: item.key.clone(),
        content_hash: item.content_hash.clone(),
        verdict: verdict.to_owned(),
        reason: reason.map(ToOwned::to_owned),
        until,
        actor: actor.as_str().to_owned(),
        decided_at: clock.now(),
    }
}
