//! `depositary figures`: which numbers sources give, and whether stated counts of partners fit the record.
//!
//! Invariant: the same figures as GraphQL's, whole; a report, and never a no.

use chrono::NaiveDate;
use clap::Args;

use super::error::CliError;
use super::output::{Verdict, print, print_json, table};
use super::status::KnowledgeOptions;
use crate::answers::{Answers, FigureFilter, FigureRow, Page};
use crate::domain::country::Country;
use crate::domain::figure::parts::{Accuracy, MeasureName};
use crate::domain::text::{counted, harmless};
use crate::domain::words::Word;
use crate::projections::figures::Fit;

/// Options of `figures`.
#[derive(Debug, Args)]
pub struct Options {
    /// The code of the only instrument that is wanted; left out, all instruments.
    #[arg(long)]
    instrument: Option<String>,
    /// Only figures about agreements with these countries.
    ///
    /// Example: `--country KR,LV`
    #[arg(long, value_delimiter = ',', value_parser = Country::find)]
    country: Vec<Country>,
    /// Only figures of these measures.
    ///
    /// Example: `--measure listed_partners,partners`
    #[arg(long, value_delimiter = ',', value_parser = |name: &str| name.parse::<MeasureName>())]
    measure: Vec<MeasureName>,
    /// Only figures whose span may include this day; left out, all figures.
    ///
    /// Example: `--on 2021-03-31`
    #[arg(long, value_name = "DAY", value_parser = crate::cli::given::day)]
    on: Option<NaiveDate>,
    /// Only counts of partners that fit the record in one of these ways: `agrees`, `possible` or `differs`; left out,
    /// all figures.
    ///
    /// Example: `--fit differs`
    #[arg(long, value_delimiter = ',', value_parser = Fit::parse)]
    fit: Vec<Fit>,
    #[command(flatten)]
    knowledge: KnowledgeOptions,
}

/// Lists figures, each count beside what the record counts.
pub async fn figures(answers: &Answers, options: &Options) -> Result<Verdict, CliError> {
    let pin = options.knowledge.pin(answers, options.on).await?;
    let filter = FigureFilter {
        instrument: options.instrument.clone(),
        countries: options.country.clone(),
        measures: options.measure.clone(),
        on: options.on,
        fits: options.fit.clone(),
    };
    let slice = answers.figures(&pin, &filter, &Page::first(usize::MAX)).await?;
    if options.knowledge.json {
        return print_json(&answers.view_figures(&slice, &pin));
    }
    let mut shown = table(["of", "measure", "span", "value", "evidence", "the record", "source"]);
    for row in &slice.items {
        let figure = &row.record.figure;
        let source = row.record.sources.first().map(|source| harmless(&source.title).into_owned());
        shown.add_row([
            figure.of.to_string(),
            figure.measure.to_string(),
            figure.span.to_string(),
            value(row),
            figure.evidence.to_string(),
            of_record(row),
            source.unwrap_or_default(),
        ]);
    }
    let differing = slice.items.iter().filter(|row| row.counted.is_some_and(|(_, fit)| fit == Fit::Differs)).count();
    let (all, position) = (counted(slice.items.len(), "figure"), pin.knowledge.position);
    print(&format!("{shown}\n{all}, {differing} unlike the record, as of position {position} of the log.\n"))
}

fn value(row: &FigureRow) -> String {
    let figure = &row.record.figure;
    let closely = match figure.accuracy {
        Accuracy::Exact => "",
        Accuracy::About => "about ",
        Accuracy::AtLeast => "at least ",
        Accuracy::AtMost => "at most ",
    };
    format!("{closely}{} {}", figure.value, harmless(&figure.unit))
}

/// What the record counts: one number, or a range where it is uncertain.
fn of_record(row: &FigureRow) -> String {
    let Some((counted, fit)) = row.counted else { return String::new() };
    let count = match (counted.at_least, counted.at_most) {
        (least, most) if least == most => least.to_string(),
        (least, most) => format!("{least} to {most}"),
    };
    format!("{count} ({fit})")
}
