//! `depositary log`: what was recorded, the newest first, and what proves an entry.
//!
//! Invariant: the same entries and proofs as every other face gives; the list has all parts of an entry but its
//! content.

use clap::Args;

use super::checkpoint::KeyOptions;
use super::error::CliError;
use super::output::{Verdict, print, print_json, table};
use super::{Global, open};
use crate::answers::{MOST, Page, USUAL_PAGE};
use crate::domain::ids::Position;
use crate::domain::text::counted;
use crate::projections::sentence::dated;

/// Options of `log`.
#[derive(Debug, Args)]
pub struct Options {
    /// The number of entries to list, 1 to 100.
    #[arg(long, value_name = "COUNT", default_value_t = USUAL_PAGE as u64, value_parser = clap::value_parser!(u64).range(1..=MOST as u64))]
    first: u64,
    /// Only the entries before this position.
    ///
    /// Example: `--before 500`
    #[arg(long, value_name = "POSITION")]
    before: Option<u64>,
    /// Only entries up to this position; left out, all entries.
    #[arg(long, value_name = "POSITION")]
    at_position: Option<u64>,
    /// Print the proof that the entry at this position is in the log, as JSON.
    ///
    /// Example: `--proof 412`
    #[arg(long, value_name = "POSITION", conflicts_with_all = ["first", "before"])]
    proof: Option<u64>,
    /// Print JSON for programs.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    log_key: KeyOptions,
}

/// Lists entries, or prints a proof.
pub async fn run(global: &Global, options: &Options) -> Result<Verdict, CliError> {
    let answers = options.log_key.sign(open::answers(global).await?)?;
    let end = options.at_position.map_or_else(|| answers.position(), Position);
    if let Some(entry) = options.proof {
        return print_json(&answers.view_proof(Position(entry), end).await?);
    }
    let limit = usize::try_from(options.first).unwrap_or(USUAL_PAGE);
    let list = answers.view_log(end, &Page { after: options.before, ..Page::first(limit) }).await?;
    if options.json {
        return print_json(&list);
    }
    let mut shown = table(["entry", "recorded", "by", "about", "what", "date", "hash"]);
    for entry in &list.nodes {
        let kind = entry.milestone_kind.as_ref().map(|kind| format!(": {}", kind.0));
        shown.add_row([
            entry.position.0.to_string(),
            entry.recorded_at.0.format("%F %T").to_string(),
            entry.actor.clone(),
            entry.subject.clone(),
            format!("{}{}", entry.event, kind.unwrap_or_default()).replace('_', " "),
            entry.occurred.map(|date| dated(date.0)).unwrap_or_default(),
            entry.leaf_hash.get(..8).unwrap_or_default().to_owned(),
        ]);
    }
    let some = counted(list.nodes.len(), "event");
    print(&format!("{shown}\n{some} of {}, the newest first.\n", end.0))
}
