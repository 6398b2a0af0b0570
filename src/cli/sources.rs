//! `depositary sources`: asks outside sources what is new.
//!
//! Invariant: nothing is recorded by it. The exit code is 0 when everything was seen, and 2 when the source gave no whole answer.

use chrono::NaiveDate;
use clap::{Args, Subcommand};
use serde_json::json;

use super::error::CliError;
use super::output::{Verdict, print, print_json, table};
use super::{Global, open};
use crate::domain::text::counted;
use crate::store::Swept;
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
    let store = open::reading(global).await?;
    let mut told = Vec::new();
    let mut shown = table(["source", "seen up to", "last success", "last failure"]);
    for source in SOURCES {
        let sweeps = store.sweeps(source).await?;
        let Swept { cursor, last_success: last, checks_failing, .. } = Swept::of(&sweeps);
        let failed = sweeps.iter().rev().find(|sweep| !sweep.is_good());
        told.push(json!({
            "source": source,
            "cursor": cursor,
            "lastSuccess": last,
            "lastFailure": failed.map(|sweep| json!({ "outcome": sweep.outcome, "at": sweep.ended })),
            "checksFailing": checks_failing,
            "sweeps": sweeps.len(),
        }));
        shown.add_row([
            source.to_owned(),
            cursor.map_or("never".to_owned(), |day| day.to_string()),
            last.map_or("never".to_owned(), |at| at.format("%F %T").to_string()),
            failed.map_or("none".to_owned(), |sweep| format!("{} at {}", sweep.outcome, sweep.ended.format("%F %T"))),
        ]);
    }
    if as_json { print_json(&told) } else { print(&format!("{shown}\n")) }
}
