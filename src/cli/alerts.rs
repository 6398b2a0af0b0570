//! `depositary alerts`: look, list, try rules at past days, and say something of an alert.
//!
//! Invariant: `run` records the same as a server that looks; exit code 1 says that an alert is firing.

use chrono::NaiveDate;
use clap::{Args, Subcommand};
use serde::Serialize;
use uuid::Uuid;

use super::error::CliError;
use super::output::{Verdict, print, print_json, table};
use super::status::KnowledgeOptions;
use super::{Global, open};
use crate::answers::view::{Pinned, WouldFire};
use crate::answers::{AlertFilter, AlertRow, Answers, Ask, OfOtherRules, Page};
use crate::domain::alert::decide::AlertCommand;
use crate::domain::alert::{About, AlertAcknowledged, AlertEvent, AlertResolved, AlertSilenced, Fingerprint};
use crate::domain::ids::{Actor, CommandId, Position};
use crate::domain::text::counted;
use crate::domain::words::{AlertState, Word};
use crate::projections::sentence::dated;
use crate::read::reader::Reader;
use crate::record::tracker::{ExecuteError, Tracker};
use crate::work::alerts::{Looked, look};

/// The public name of a person who acts on an alert.
fn anyone(name: &str) -> Result<Actor, String> {
    let actor = Actor::parse(name).map_err(|error| error.to_string())?;
    if actor.is_reserved() {
        return Err("is a name under which the program records; give your own".to_owned());
    }
    Ok(actor)
}

/// The command id that a person gave; ids of version 5 are the program's own and refused.
fn of_caller(text: &str) -> Result<Uuid, String> {
    let id = text.parse().map_err(|_| "is no UUID".to_owned())?;
    CommandId::of_caller(id, 0).map(|id| id.id).map_err(|refusal| refusal.to_string())
}

/// The commands about alerts.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Check the alert rules once, and record which alerts fire and which have ended; exit code 1 when an alert is firing that
    /// nobody has acknowledged or silenced.
    ///
    /// Example: `depositary alerts run`
    Run(RunOptions),
    /// List the alerts that have fired; exit code 1 when any is firing.
    ///
    /// Example: `depositary alerts list --state firing`
    List(ListOptions),
    /// Show which alerts the alert rules would have raised in the past, each day by what sources had published by then.
    ///
    /// Example: `depositary alerts backtest --from 2010-01-01 --to 2025-12-31`
    Backtest(BacktestOptions),
    /// Acknowledge an alert: record that a person has seen it.
    ///
    /// Example: `depositary alerts acknowledge 3f2c... --by desk --note "asked the embassy"`
    Acknowledge {
        #[command(flatten)]
        of: Of,
        /// What the person does about the alert; everyone can read it.
        #[arg(long)]
        note: Option<String>,
    },
    /// Silence an alert until a day.
    ///
    /// Example: `depositary alerts silence 3f2c... --by desk --why "known" --until 2027-01-31`
    Silence {
        #[command(flatten)]
        of: Of,
        /// The reason, which everyone can read.
        #[arg(long)]
        why: String,
        /// The last day of the silence, in UTC.
        #[arg(long, value_name = "DAY", value_parser = crate::cli::given::day)]
        until: NaiveDate,
    },
    /// Resolve an alert although its condition holds. It does not fire again for the same thing.
    ///
    /// Example: `depositary alerts resolve 3f2c... --by desk --why "the talks were never meant seriously"`
    Resolve {
        #[command(flatten)]
        of: Of,
        /// The reason, which everyone can read.
        #[arg(long)]
        why: String,
    },
}

/// The alert, and who acts on it.
#[derive(Debug, Args)]
pub struct Of {
    /// The alert's fingerprint.
    alert: Fingerprint,
    /// The public name of the person who acts. The log shows it for ever.
    #[arg(long, value_name = "NAME", value_parser = anyone)]
    by: Actor,
    /// The UUID of this command. A command that is repeated under the same UUID is recorded only once; left out, a new UUID.
    #[arg(long, value_name = "UUID", value_parser = of_caller)]
    command_id: Option<Uuid>,
}

/// Options of `alerts run`.
#[derive(Debug, Args)]
pub struct RunOptions {
    /// Also resolve the open alerts of alert rules that this rules file does not have. Without this option, they stay open,
    /// since another rules file may have these rules.
    #[arg(long)]
    resolve_removed: bool,
    /// Print the answer as JSON, for programs.
    #[arg(long)]
    json: bool,
}

/// Options of `alerts list`.
#[derive(Debug, Args)]
pub struct ListOptions {
    /// Only alerts in this state; may be given several times.
    #[arg(long, value_name = "STATE", value_parser = AlertState::parse)]
    state: Vec<AlertState>,
    /// Only alerts of this alert rule; may be given several times.
    #[arg(long)]
    rule: Vec<String>,
    /// Only alerts about dormant rounds when true; only all other alerts when false.
    ///
    /// Example: `--dormant false`
    #[arg(long)]
    dormant: Option<bool>,
    /// The day for which the states are shown; today in UTC when left out.
    #[arg(long, value_name = "DAY", value_parser = crate::cli::given::day)]
    on: Option<NaiveDate>,
    #[command(flatten)]
    knowledge: KnowledgeOptions,
}

/// Options of `alerts backtest`.
#[derive(Debug, Args)]
pub struct BacktestOptions {
    /// The first day. A condition that held before fires on this day.
    #[arg(long, value_name = "DAY", value_parser = crate::cli::given::day)]
    from: NaiveDate,
    /// The last day; today in UTC when left out.
    #[arg(long, value_name = "DAY", value_parser = crate::cli::given::day)]
    to: Option<NaiveDate>,
    /// Print the answer as JSON, for programs.
    #[arg(long)]
    json: bool,
}

/// What a look did, as JSON.
#[derive(Debug, Serialize)]
struct LookedAt {
    position: Position,
    holding: usize,
    fired: usize,
    resolved: usize,
    firing: Vec<String>,
}

/// The alerts that would have fired between two days, as JSON.
#[derive(Debug, Serialize)]
struct Backtested {
    from: NaiveDate,
    to: NaiveDate,
    nodes: Vec<WouldFire>,
}

/// Runs a command about alerts.
pub async fn run(global: &Global, command: &Command) -> Result<Verdict, CliError> {
    match command {
        Command::Run(options) => once(global, options).await,
        Command::List(options) => list(&open::answers(global).await?, options).await,
        Command::Backtest(options) => backtest(&open::answers(global).await?, options).await,
        Command::Acknowledge { of, note } => {
            say(global, of, AlertEvent::Acknowledged(AlertAcknowledged { note: note.clone() })).await
        }
        Command::Silence { of, why, until } => {
            say(global, of, AlertEvent::Silenced(AlertSilenced { why: why.clone(), until: *until })).await
        }
        Command::Resolve { of, why } => {
            say(global, of, AlertEvent::Resolved(AlertResolved::by_hand(why.clone()))).await
        }
    }
}

/// The answers and what records beside them.
async fn recording(global: &Global) -> Result<(Answers, Tracker), CliError> {
    let parts = open::parts(global, open::store(global).await?).await?;
    let reader = Reader::open(parts.store.clone(), parts.instruments.clone()).await?;
    open::not_empty(reader.seen())?;
    let tracker = Tracker::start(parts.store, parts.instruments.clone(), parts.clock.clone(), reader.clone());
    let answers = Answers::new(reader, parts.instruments, parts.clock).by_rules(open::rules(global)?);
    Ok((answers, tracker))
}

async fn once(global: &Global, options: &RunOptions) -> Result<Verdict, CliError> {
    let (answers, tracker) = recording(global).await?;
    let others = if options.resolve_removed { OfOtherRules::Resolve } else { OfOtherRules::Leave };
    let looked = look(&answers, &tracker, others).await.map_err(CliError::Look)?;
    // A server may have recorded the same meanwhile.
    answers.reader().catch_up().await?;
    let firing = firing(&answers).await?;
    if options.json {
        let firing = firing.iter().map(|row| row.alert.fingerprint.to_string()).collect();
        let Looked { holding, fired, resolved, .. } = looked;
        print_json(&LookedAt { position: answers.position(), holding, fired, resolved, firing })?;
    } else {
        let (fired, resolved, holding) = (looked.fired, looked.resolved, looked.holding);
        let position = answers.position();
        print(&format!(
            "{fired} fired, {resolved} resolved; {} {}, {} {} firing, as of position {position} of the log.\n{}",
            counted(holding, "condition"),
            if holding == 1 { "holds" } else { "hold" },
            counted(firing.len(), "alert"),
            if firing.len() == 1 { "is" } else { "are" },
            firing.iter().map(|row| format!("{}\n", row.alert.fired.what.told)).collect::<Vec<_>>().concat(),
        ))?;
    }
    Ok(if firing.is_empty() { Verdict::Yes } else { Verdict::No })
}

/// The alerts that nobody has said anything about.
async fn firing(answers: &Answers) -> Result<Vec<AlertRow>, CliError> {
    let pin = answers.pin(&Ask::default(), answers.position()).await?;
    let filter = AlertFilter { states: vec![AlertState::Firing], ..AlertFilter::default() };
    Ok(answers.alerts(&pin, &filter, &Page::first(usize::MAX)).await?.items)
}

async fn list(answers: &Answers, options: &ListOptions) -> Result<Verdict, CliError> {
    let pin = options.knowledge.pin(answers, options.on).await?;
    let filter = AlertFilter {
        rules: options.rule.clone(),
        states: options.state.clone(),
        dormant: options.dormant,
        ..AlertFilter::default()
    };
    let slice = answers.alerts(&pin, &filter, &Page::first(usize::MAX)).await?;
    let rows = &slice.items;
    if options.knowledge.json {
        print_json(&answers.view_alerts(&slice, &pin).await?)?;
    } else {
        let mut shown = table(["alert", "state", "fired", "due", "rule", "of", "about"]);
        for row in rows {
            let fired = &row.alert.fired;
            shown.add_row([
                row.alert.fingerprint.to_string(),
                row.state.to_string(),
                fired.at.date_naive().to_string(),
                fired.what.due.map(|due| due.to_string()).unwrap_or_default(),
                fired.what.rule.to_string(),
                fired.what.subject.to_string(),
                about_text(&fired.what.about),
            ]);
        }
        let position = pin.knowledge.position;
        let (count, page) = (counted(rows.len(), "alert"), options.knowledge.page("/alerts", None, &pin));
        print(&format!("{shown}\n{count}, as of position {position} of the log.\n{page}"))?;
    }
    let firing = rows.iter().any(|row| row.state == AlertState::Firing);
    Ok(if firing { Verdict::No } else { Verdict::Yes })
}

/// What an alert is about, in few words; `--json` has the sentence.
fn about_text(about: &About) -> String {
    match about {
        About::Stalled { stage, since, waited, limit, .. } => {
            format!("{stage} since {}: {}, limit {limit}", dated(*since), counted(*waited, "day"))
        }
        About::Deadline { deadline, on, .. } => format!("{} on {}", deadline.as_str().replace('_', " "), dated(*on)),
        About::Contradiction { .. } => "sources of a milestone contradict".to_owned(),
        About::WebhookDisabled { at } => format!("disabled on {}", at.date_naive()),
    }
}

async fn backtest(answers: &Answers, options: &BacktestOptions) -> Result<Verdict, CliError> {
    let pin = answers.pin(&Ask::default(), answers.position()).await?;
    let to = options.to.unwrap_or(pin.today);
    let found = answers.backtest(answers.rules(), (options.from, to), &pin).await?;
    if options.json {
        let fired = found.fired.iter().map(WouldFire::from).collect();
        return print_json(&Pinned::of(&pin, Backtested { from: found.from, to: found.to, nodes: fired }));
    }
    let mut shown = table(["fires", "is over", "rule", "agreement", "about"]);
    for fired in &found.fired {
        shown.add_row([
            fired.on.to_string(),
            fired.over.map(|over| over.to_string()).unwrap_or_default(),
            fired.condition.rule.to_string(),
            fired.agreement.to_string(),
            about_text(&fired.condition.about),
        ]);
    }
    let position = pin.knowledge.position;
    let count = counted(found.fired.len(), "alert");
    print(&format!(
        "{shown}\n{count} would have fired from {} to {to}, as of position {position} of the log.\n",
        options.from
    ))
}

async fn say(global: &Global, of: &Of, event: AlertEvent) -> Result<Verdict, CliError> {
    let (_, tracker) = recording(global).await?;
    let command = AlertCommand {
        id: CommandId::new(of.command_id.unwrap_or_else(crate::telemetry::request)),
        alert: of.alert,
        expected_version: None,
        actor: of.by.clone(),
        event,
    };
    match tracker.execute_alerts(vec![command]).await?.into_iter().next() {
        Some(Ok(outcome)) => print(&format!("recorded at position {}\n", outcome.event.position)),
        Some(Err(refusal)) => Err(ExecuteError::Refused { index: 0, refusal }.into()),
        None => Ok(Verdict::Yes),
    }
}
