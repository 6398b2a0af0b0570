//! `depositary inbox`: what documents say that may belong in the record.
//!
//! Invariant: `explain` needs no network and no database; with `--json` it prints one line for each file. Only a person's
//! `accept` records.

mod deciding;
mod edits;
mod items;

use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use clap::{Args, Subcommand};
use serde_json::{Value, json};

use self::deciding::{Accepting, Which, accept, decide, find};
use super::error::CliError;
use super::output::{Verdict, print, print_json};
use super::{Global, open};
use crate::answers::{Answers, DismissalReason, Item, ItemState};
use crate::domain::reading::{Listed, Published, Reading, read_published, read_regulation};
use crate::domain::words::Word;
use crate::read::reader::Reader;
use crate::record::tracker::Tracker;
use crate::work::desk;

/// The commands about documents.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Show what the program reads in documents of the Federal Register, or in a text of 48 CFR 225.872-1, and in which words.
    ///
    /// Example: `depositary inbox explain 2021-06591.json --json`
    Explain(ExplainOptions),
    /// List the documents in the inbox, with the milestones that they propose and what the record has of them.
    ///
    /// Example: `depositary inbox list --state waiting`
    List {
        /// Only documents in this state; left out, all but those that the record knew before.
        #[arg(long, value_parser = ["waiting", "snoozed", "accepted", "dismissed", "known"])]
        state: Option<String>,
        /// Exit with code 1 when a document waits for a decision.
        #[arg(long)]
        exit_code: bool,
        /// Print the answer as JSON, for programs.
        #[arg(long)]
        json: bool,
    },
    /// Show one document with the words in which the program read its proposals.
    ///
    /// Example: `depositary inbox show 2024-03705`
    Show(Which),
    /// Record the milestones that a document proposes, as one unit.
    ///
    /// Example: `depositary inbox accept 2024-03705 --set occurred=2024-02-23 --dry-run`
    Accept(Accepting),
    /// Decide that a document does not belong in the record.
    ///
    /// Example: `depositary inbox dismiss 2023-24932 --reason not_about_rdp --note "It is about trade."`
    Dismiss {
        #[command(flatten)]
        which: Which,
        /// Why you dismiss it: `not_about_rdp`, `already_known`, `wrong_partner`, `not_yet_true` or `other`. The inbox
        /// shows the reason.
        #[arg(long, value_parser = DismissalReason::parse)]
        reason: DismissalReason,
        /// What you add in your own words, up to 2,000 characters. The inbox shows the note.
        #[arg(long, value_name = "TEXT")]
        note: Option<String>,
    },
    /// Put a document aside until a day.
    ///
    /// Example: `depositary inbox snooze 2024-03705 --until 2026-12-31`
    Snooze {
        #[command(flatten)]
        which: Which,
        /// The day on which the document waits for a decision again.
        #[arg(long, value_name = "DAY", value_parser = crate::cli::given::day)]
        until: NaiveDate,
        /// What you add in your own words, up to 2,000 characters. The inbox shows the note.
        #[arg(long, value_name = "TEXT")]
        note: Option<String>,
    },
    /// Undo a decision, so that the document waits again. What was recorded stays recorded.
    ///
    /// Example: `depositary inbox reopen 2023-24932`
    Reopen(Which),
}

/// Options of `explain`.
#[derive(Debug, Args)]
pub struct ExplainOptions {
    /// Files with one document each, as the JSON that the API of the Federal Register gives for it.
    #[arg(required_unless_present = "dfars", conflicts_with = "dfars", value_name = "FILE")]
    files: Vec<PathBuf>,
    /// A file with the whole text of the one document, which may name a signature.
    #[arg(long, value_name = "FILE", conflicts_with = "dfars")]
    text: Option<PathBuf>,
    /// A file with a text of 48 CFR 225.872-1, in place of documents: DITA, HTML or the XML of the eCFR.
    #[arg(long, value_name = "FILE")]
    dfars: Option<PathBuf>,
    /// Print the answer as JSON, for programs.
    #[arg(long)]
    json: bool,
}

/// Runs a command about documents.
pub async fn run(global: &Global, command: &Command) -> Result<Verdict, CliError> {
    match command {
        Command::Explain(options) => explain(options),
        Command::List { state, exit_code, json } => list(global, state.as_deref(), *exit_code, *json).await,
        Command::Show(which) => {
            let items = open::answers_of_any_log(global).await?.every_item().await?;
            print_json(&items::to_json(find(&items, which)?))
        }
        Command::Accept(accepting) => {
            let parts = open::parts(global, open::store(global).await?).await?;
            let reader = Reader::open(parts.store.clone(), parts.instruments.clone()).await?;
            let answers = Answers::new(reader.clone(), parts.instruments.clone(), parts.clock.clone());
            let answers = answers.by_rules(open::rules(global)?);
            let items = answers.every_item().await?;
            let tracker = Tracker::start(parts.store.clone(), parts.instruments, parts.clock.clone(), reader);
            accept(find(&items, &accepting.which)?, accepting, &tracker, &answers).await
        }
        Command::Dismiss { which, reason, note } => {
            told(global, which, &desk::Verdict::Dismiss { reason: *reason, note: note.clone() }).await
        }
        Command::Snooze { which, until, note } => {
            told(global, which, &desk::Verdict::Snooze { until: *until, note: note.clone() }).await
        }
        Command::Reopen(which) => told(global, which, &desk::Verdict::Reopen).await,
    }
}

async fn told(global: &Global, which: &Which, verdict: &desk::Verdict) -> Result<Verdict, CliError> {
    let instruments = open::instruments(global)?;
    let reader = Reader::open(open::store(global).await?, instruments.clone()).await?;
    let answers = Answers::new(reader, instruments, open::clock(global));
    let items = answers.every_item().await?;
    decide(find(&items, which)?, verdict, &which.actor, &answers).await
}

async fn list(global: &Global, state: Option<&str>, exit_code: bool, json: bool) -> Result<Verdict, CliError> {
    let mut items = open::answers_of_any_log(global).await?.every_item().await?;
    let wanted = |item: &Item| match state {
        Some(state) => item.state.as_str() == state,
        None => item.state != ItemState::Known,
    };
    items.retain(wanted);
    items::list(&items, json)?;
    let waits = items.iter().any(|item| item.state == ItemState::Waiting);
    Ok(if exit_code && waits { Verdict::No } else { Verdict::Yes })
}

fn explain(options: &ExplainOptions) -> Result<Verdict, CliError> {
    if let Some(path) = &options.dfars {
        return regulation(&contents(path)?, options.json);
    }
    if options.text.is_some() && options.files.len() != 1 {
        return Err(CliError::Usage("--text is the text of one document; give one FILE with it".to_owned()));
    }
    let text = options.text.as_deref().map(contents).transpose()?;
    for path in &options.files {
        let told = document(&contents(path)?, text.as_deref());
        print(&if options.json { format!("{told}\n") } else { in_words(path, &told) })?;
    }
    Ok(Verdict::Yes)
}

/// The reading of a document; what is no JSON at all is unreadable.
fn document(contents: &str, text: Option<&str>) -> Value {
    let Ok(document) = serde_json::from_str::<Value>(contents.trim_start_matches('\u{feff}')) else {
        return json!({ "reading": "unclear", "reason": "unreadable", "proposals": [], "doubts": [] });
    };
    let document = Published::of(&document);
    let reading: Reading = read_published(&document, text);
    reading.to_json(&document)
}

fn in_words(path: &Path, told: &Value) -> String {
    let text = |value: &Value, key: &str| value.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    let word = |value: &Value, key: &str| text(value, key).replace('_', " ");
    let mut lines = format!("{}: {} {}\n", path.display(), word(told, "reading"), word(told, "reason"));
    for proposal in told.get("proposals").and_then(Value::as_array).into_iter().flatten() {
        let spans = proposal.get("span").and_then(Value::as_array).into_iter().flatten();
        let from: Vec<String> = spans.map(|span| format!("“{}”", text(span, "words"))).collect();
        let (agreement, kind) = (text(proposal, "agreement"), word(proposal, "kind"));
        lines += &format!("  {agreement} {kind} {}, read from {}\n", text(proposal, "occurred"), from.join(", "));
    }
    lines
}

fn regulation(text: &str, as_json: bool) -> Result<Verdict, CliError> {
    let codes = |countries: &[crate::domain::country::Country]| {
        countries.iter().map(|country| country.code().to_owned()).collect::<Vec<_>>()
    };
    match read_regulation(text) {
        Ok(Listed { blanket, case_by_case }) if as_json => {
            print(&format!("{}\n", json!({ "blanket": codes(&blanket), "case_by_case": codes(&case_by_case) })))
        }
        Ok(Listed { blanket, case_by_case }) => print(&format!(
            "blanket: {}\ncase by case: {}\n",
            codes(&blanket).join(" "),
            codes(&case_by_case).join(" ")
        )),
        Err(error) if as_json => print(&format!("{}\n", json!({ "unclear": "shape", "message": error.to_string() }))),
        Err(error) => print(&format!("unclear: {error}\n")),
    }
}

/// What a file holds; bytes that are no UTF-8 are shown as such.
fn contents(path: impl AsRef<Path>) -> Result<String, CliError> {
    let path = path.as_ref();
    let bytes = std::fs::read(path).map_err(|source| CliError::File { what: "read", path: path.to_owned(), source })?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
