//! `depositary deadlines`.
//!
//! Invariant: the same deadlines as GraphQL's, whole; exit code 1 says that one is near.

use chrono::NaiveDate;
use clap::Args;

use super::error::CliError;
use super::output::{Verdict, print, print_json, table};
use super::status::KnowledgeOptions;
use crate::answers::{Answers, DeadlineFilter, DeadlineRow, Page, Pin};
use crate::domain::country::Country;
use crate::domain::text::counted;
use crate::projections::sentence::dated;

/// Options of `deadlines`.
#[derive(Debug, Args)]
pub struct DeadlinesOptions {
    /// The code of the only instrument that is wanted; left out, all instruments.
    #[arg(long)]
    instrument: Option<String>,
    /// Only agreements with these countries.
    #[arg(long, value_delimiter = ',', value_parser = Country::find)]
    country: Vec<Country>,
    /// Only deadlines that can be on this day or later; 30 days before the day asked about when left out.
    ///
    /// Example: `--from 2024-01-01`
    #[arg(long, value_name = "DAY", value_parser = crate::cli::given::day)]
    from: Option<NaiveDate>,
    /// Only deadlines that can be on this day or before.
    #[arg(long, value_name = "DAY", value_parser = crate::cli::given::day)]
    to: Option<NaiveDate>,
    /// Exit with code 1 when a deadline can be within this many days of the day asked about, and has not certainly passed.
    #[arg(long, value_name = "DAYS", default_value_t = 14)]
    within: u32,
    /// The day that is asked about; today in UTC when left out.
    ///
    /// Example: `--on 2024-03-11`
    #[arg(long, value_name = "DAY", value_parser = crate::cli::given::day)]
    on: Option<NaiveDate>,
    #[command(flatten)]
    knowledge: KnowledgeOptions,
}

/// Lists deadlines, the next first; a no when one is near.
pub async fn deadlines(answers: &Answers, options: &DeadlinesOptions) -> Result<Verdict, CliError> {
    let pin = options.knowledge.pin(answers, options.on).await?;
    let filter = DeadlineFilter {
        instrument: options.instrument.clone(),
        countries: options.country.clone(),
        from: options.from,
        to: options.to,
    };
    let slice = answers.deadlines(&pin, &filter, &Page::first(usize::MAX)).await?;
    let rows = &slice.items;
    let near = rows.iter().filter(|row| is_near(row, &pin, options.within)).count();
    if options.knowledge.json {
        print_json(&answers.view_deadlines(&slice, &pin).await?)?;
    } else {
        let mut shown = table(["agreement", "country", "what", "on", "days left", "told"]);
        for row in rows {
            shown.add_row([
                row.agreement.to_string(),
                row.agreement.country.name().to_owned(),
                row.due.title().to_owned(),
                dated(row.due.on),
                row.due.days_left(pin.day).to_string(),
                row.told_at.date_naive().to_string(),
            ]);
        }
        let (day, position) = (pin.day, pin.knowledge.position);
        let (count, within) = (counted(rows.len(), "deadline"), counted(options.within, "day"));
        let page = options.knowledge.page("/", options.instrument.as_deref(), &pin);
        print(&format!(
            "{shown}\n{count}, {near} within {within} of {day}, as of position {position} of the log.\n{page}"
        ))?;
    }
    Ok(if near == 0 { Verdict::Yes } else { Verdict::No })
}

/// Whether a deadline has not passed for sure, and can be within some days.
fn is_near(row: &DeadlineRow, pin: &Pin, within: u32) -> bool {
    row.due.on.latest() >= pin.day && row.due.days_left(pin.day) <= i64::from(within)
}
