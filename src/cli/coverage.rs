//! `depositary coverage`: how precisely the days of each agreement are known.
//!
//! Invariant: a day that was not found is shown as such, and never left out; the gaps follow from the same coverage.

use std::collections::BTreeMap;

use clap::Args;

use super::error::CliError;
use super::output::{Verdict, print, print_json, table};
use super::status::KnowledgeOptions;
use crate::answers::view::CoveredDay;
use crate::answers::{Answers, CoverageRow};
use crate::domain::country::Country;
use crate::domain::ids::InstrumentCode;
use crate::domain::text::counted;
use crate::domain::words::{Evidence, Word};
use crate::projections::coverage::{Coverage, Precision};
use crate::projections::gaps::gaps;
use crate::projections::sentence::dated;

/// Options of `coverage`.
#[derive(Debug, Args)]
pub struct Options {
    /// The code of the only instrument that is wanted; left out, all instruments.
    #[arg(long)]
    instrument: Option<String>,
    /// Only agreements with these countries.
    ///
    /// Example: `--country KR,LV`
    #[arg(long, value_delimiter = ',', value_parser = Country::find)]
    country: Vec<Country>,
    /// Print the days that are not known, or not to the day, as the list in `data/README.md`.
    #[arg(long, conflicts_with = "json")]
    gaps: bool,
    #[command(flatten)]
    knowledge: KnowledgeOptions,
}

/// Lists what is known of signature, entry into force, listing and renewal.
pub async fn coverage(answers: &Answers, options: &Options) -> Result<Verdict, CliError> {
    let pin = options.knowledge.pin(answers, None).await?;
    if options.gaps {
        let rows = answers.coverage(options.instrument.as_deref(), &options.country, &pin).await?;
        return print(&gaps_of(&rows));
    }
    let found = answers.view_coverage(options.instrument.as_deref(), &options.country, &pin).await?;
    if options.knowledge.json {
        return print_json(&found);
    }
    let nodes = &found.answer.nodes;
    let mut shown = table(["agreement", "country", "signed", "in force", "listed", "renewed"]);
    for of in nodes {
        let days = [&of.signed, &of.entered_into_force, &of.listed, &of.renewed].map(cell);
        shown.add_row([of.agreement.id.to_string(), of.agreement.country.name.to_owned()].into_iter().chain(days));
    }
    let at_least = |precision: Precision| nodes.iter().filter(|of| of.beginning.0 >= precision).count();
    let (day, year) = (at_least(Precision::Day), at_least(Precision::Year));
    let all = counted(nodes.len(), "agreement");
    print(&format!(
        "{shown}\n{all}: signature or entry into force is known to the day of {day}, to the year of {year}.\n"
    ))
}

/// The widest line of the list of gaps, as wide as the document that it stands in.
const WIDTH: usize = 116;

/// The gaps of each instrument as a list in Markdown.
fn gaps_of(rows: &[CoverageRow]) -> String {
    let mut all: BTreeMap<&InstrumentCode, Vec<(Country, Coverage)>> = BTreeMap::new();
    for row in rows {
        all.entry(&row.agreement.instrument).or_default().push((row.agreement.country, row.coverage));
    }
    let mut text = String::new();
    for (instrument, of) in all {
        let partners = of.iter().filter(|(_, coverage)| coverage.concluded).count();
        text.push_str(&format!("`{instrument}`, {}:\n\n", counted(partners, "partner")));
        let lines = gaps(&of).iter().map(|gap| wrapped(&gap.sentence())).collect::<Vec<_>>();
        text.push_str(&format!("{}\n", lines.concat()));
    }
    text.trim_end().to_owned() + "\n"
}

/// A sentence as an entry of a list, its lines as wide as they may be.
fn wrapped(sentence: &str) -> String {
    let mut line = "-".to_owned();
    let mut lines = String::new();
    for word in sentence.split(' ') {
        if line.chars().count() + 1 + word.chars().count() > WIDTH {
            lines.push_str(&line);
            lines.push('\n');
            " ".clone_into(&mut line);
        }
        line.push(' ');
        line.push_str(word);
    }
    format!("{lines}{line}\n")
}

fn cell(day: &CoveredDay) -> String {
    let Some(occurred) = &day.occurred else { return "not found".to_owned() };
    let inferred = day.evidence.as_ref().is_some_and(|evidence| evidence.0 == Evidence::Inferred);
    let precision = day.precision.0.as_str().replace('_', " ");
    format!("{} ({precision}{})", dated(occurred.date()), if inferred { ", inferred" } else { "" })
}
