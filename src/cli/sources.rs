//! `depositary sources`: asks outside sources what is new.
//!
//! Invariant: nothing is recorded by it. The exit code is 0 when everything was seen, and 2 when the source gave no whole answer.

use chrono::NaiveDate;
use clap::{Args, Subcommand};
use serde_json::json;

use super::error::CliError;
use super::output::{Verdict, print, print_json, table};
use super::{Global, open};
use crate::answers::view::{SourceSeen, SweepFailure};
use crate::domain::text::counted;
use crate::work::sources::{Fetcher, Poll, SOURCE, SOURCES, poll};

/// The commands about outside sources.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Ask a source for the documents since the last time, and put those that may say something about an agreement into the
    /// inbox.
    ///
    /// Example: `depositary sources poll --source federal-register --source-contact desk@example.org`
    Poll(Box<PollOptions>),
    /// List the sources, and the last times that each was asked.
    ///
    /// Example: `depositary sources list`
    List {
        /// Print the answer as JSON, for programs.
        #[arg(long)]
        json: bool,
    },
}

/// Options of `sources poll`.
#[derive(Debug, Args)]
pub struct PollOptions {
    /// The code of the source to ask, such as `federal-register`.
    #[arg(long, default_value = SOURCE, value_parser = SOURCES)]
    source: String,
    #[command(flatten)]
    asked: crate::work::sources::Asked,
    /// Ask for all documents since this day, one quarter of a year after another; left out, for those since the last
    /// good answer.
    ///
    /// Example: `--since 1994-01-01`
    #[arg(long, value_name = "DAY", value_parser = crate::cli::given::day)]
    since: Option<NaiveDate>,
    /// Print the answer as JSON, for programs.
    #[arg(long)]
    json: bool,
}

/// Runs a command about sources.
pub async fn run(global: &Global, command: &Command) -> Result<Verdict, CliError> {
    match command {
        Command::Poll(options) => ask(global, options).await,
        Command::List { json } => list(global, *json).await,
    }
}

async fn ask(global: &Global, options: &PollOptions) -> Result<Verdict, CliError> {
    let clock = open::clock(global);
    let fetcher = Fetcher::of(&options.source, &options.asked, clock.clone())?;
    let store = open::store(global).await?;
    let Poll { outcome, problem, documents, items_new, cursor } = poll(&store, &fetcher, &clock, options.since).await?;
    if options.json {
        let told = json!({
            "outcome": outcome, "documents": documents, "items_new": items_new, "cursor": cursor, "problem": problem,
        });
        print_json(&told)?;
    } else {
        let seen =
            cursor.map_or("nothing has been seen to its end yet".to_owned(), |cursor| format!("seen up to {cursor}"));
        let (found, new) = (counted(documents, "document"), counted(items_new, "new item"));
        print(&format!("{}: {found}, {new}; {seen}\n", options.source))?;
    }
    match problem {
        None => Ok(Verdict::Yes),
        Some(_) if options.json => Err(CliError::Told),
        Some(problem) => Err(CliError::Source(problem)),
    }
}

async fn list(global: &Global, as_json: bool) -> Result<Verdict, CliError> {
    let sources = open::answers_of_any_log(global).await?.view_sources().await?;
    if as_json {
        return print_json(&sources);
    }
    let mut shown = table(["source", "seen up to", "last success", "last failure", "waiting"]);
    let failed = |failure: &SweepFailure| {
        let SweepFailure { outcome, message, at } = failure;
        let why = message.as_deref().map(|message| format!("\n{message}")).unwrap_or_default();
        format!("{outcome} at {}{why}", at.0.format("%F %T"))
    };
    for SourceSeen { source, seen_up_to, last_success, last_failure, waiting, .. } in sources.nodes {
        shown.add_row([
            source,
            seen_up_to.map_or("never".to_owned(), |day| day.0.to_string()),
            last_success.map_or("never".to_owned(), |at| at.0.format("%F %T").to_string()),
            last_failure.as_ref().map_or("none".to_owned(), failed),
            waiting.to_string(),
        ]);
    }
    print(&format!("{shown}\n"))
}
