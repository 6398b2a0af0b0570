//! `depositary coverage`: how precisely the days of each agreement are known.
//!
//! Invariant: what was not found is said so, and never left out.

use clap::Args;

use super::error::CliError;
use super::output::{Verdict, print, print_json, table};
use super::status::KnowledgeOptions;
use crate::answers::Answers;
use crate::answers::view::CoveredDay;
use crate::domain::text::counted;
use crate::domain::words::{Evidence, Word};
use crate::projections::coverage::Precision;
use crate::projections::sentence::dated;

/// Options of `coverage`.
#[derive(Debug, Args)]
pub struct Options {
    /// Only the agreements of this instrument.
    #[arg(long)]
    instrument: Option<String>,
    #[command(flatten)]
    knowledge: KnowledgeOptions,
}

/// Lists what is known of signature, entry into force, listing and renewal.
pub async fn coverage(answers: &Answers, options: &Options) -> Result<Verdict, CliError> {
    let pin = options.knowledge.pin(answers, None).await?;
    let found = answers.view_coverage(options.instrument.as_deref(), &pin).await?;
    if options.knowledge.json {
        return print_json(&found);
    }
    let nodes = &found.answer.nodes;
    let mut shown = table(["agreement", "country", "signed", "in force", "listed", "renewed"]);
    for of in nodes {
        let days = [&of.signed, &of.entered_into_force, &of.listed, &of.renewed].map(cell);
        shown.add_row([of.id.to_string(), of.id.country.name().to_owned()].into_iter().chain(days));
    }
    let at_least = |precision: Precision| nodes.iter().filter(|of| of.beginning.0 >= precision).count();
    let (day, year) = (at_least(Precision::Day), at_least(Precision::Year));
    let all = counted(nodes.len(), "agreement");
    print(&format!(
        "{shown}\n{all}: signature or entry into force is known to the day of {day}, to the year of {year}.\n"
    ))
}

fn cell(day: &CoveredDay) -> String {
    let Some(occurred) = day.occurred else { return "not found".to_owned() };
    let inferred = day.evidence.as_ref().is_some_and(|evidence| evidence.0 == Evidence::Inferred);
    let precision = day.precision.0.as_str().replace('_', " ");
    format!("{} ({precision}{})", dated(occurred), if inferred { ", inferred" } else { "" })
}
