//! `depositary diff`.
//!
//! Invariant: a side is spelt in one word, and the same word always means the same; no difference is a yes.

use std::str::FromStr;

use chrono::{DateTime, NaiveDate, Utc};
use clap::Args;
use comfy_table::Table;

use super::error::CliError;
use super::output::{Verdict, either, print, print_json, table};
use crate::answers::{Answers, Ask, DiffFilter, DiffRow, Page, Pin};
use crate::domain::country::Country;
use crate::domain::ids::Position;
use crate::domain::time::instant_text;
use crate::domain::words::Word;
use crate::projections::diff::Cause;
use crate::projections::knowledge::Basis;

/// Options of `diff`.
#[derive(Debug, Args)]
pub struct DiffOptions {
    /// The first side: a day or `today`; after an `@`, the instant by which it was known, or a position of the log.
    ///
    /// Examples: `--from 2025-06-01`, `--from 2025-06-01@2025-06-01T23:59:59Z`, `--from today@400`
    #[arg(long, value_name = "SIDE")]
    from: SideOption,
    /// The second side, in the same form.
    ///
    /// Example: `--to 2025-11-20`
    #[arg(long, value_name = "SIDE", default_value = "today")]
    to: SideOption,
    /// Whose knowledge counts on both sides: what this log had recorded, or what sources had published.
    ///
    /// Example: `--basis published`
    #[arg(long, default_value = "recorded", value_parser = Basis::parse)]
    basis: Basis,
    /// Whose knowledge counts on the first side, in place of `--basis`.
    #[arg(long, value_parser = Basis::parse)]
    from_basis: Option<Basis>,
    /// Whose knowledge counts on the second side, in place of `--basis`.
    ///
    /// Example: `--from 2017-06-30 --to 2017-06-30@2017-06-30T23:59:59Z --to-basis published`
    #[arg(long, value_parser = Basis::parse)]
    to_basis: Option<Basis>,
    /// The code of the only instrument that is wanted; left out, all instruments.
    #[arg(long)]
    instrument: Option<String>,
    /// Only agreements with these countries.
    ///
    /// Example: `--country LV,KR`
    #[arg(long, value_delimiter = ',', value_parser = Country::find)]
    country: Vec<Country>,
    /// Print the answer as JSON, for programs.
    #[arg(long)]
    json: bool,
}

/// A side as it is written: `DAY`, `DAY@INSTANT`, `DAY@POSITION`, or `DAY@INSTANT@POSITION`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct SideOption {
    /// The day; `None` for today.
    day: Option<NaiveDate>,
    known_at: Option<DateTime<Utc>>,
    position: Option<Position>,
}

impl FromStr for SideOption {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut parts = text.split('@');
        let day = match parts.next().unwrap_or_default() {
            "today" => None,
            day => Some(day.parse().map_err(|_| format!("`{day}` is no day; give today or one such as 2025-06-01"))?),
        };
        let mut side = Self { day, known_at: None, position: None };
        for part in parts {
            let digits = !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
            let again = if digits {
                let position = part.parse().map_err(|_| format!("`{part}` is beyond any position"))?;
                side.position.replace(Position(position)).is_some()
            } else {
                let instant = DateTime::parse_from_rfc3339(part).map_err(|_| {
                    format!("`{part}` is neither an instant such as 2025-06-01T23:59:59Z nor a position such as 400")
                })?;
                side.known_at.replace(instant.to_utc()).is_some()
            };
            if again {
                return Err(format!("`{part}` is one too many; give one instant and one position at most"));
            }
        }
        Ok(side)
    }
}

impl SideOption {
    async fn pin(self, answers: &Answers, basis: Basis, noted: Position) -> Result<Pin, CliError> {
        let ask = Ask { as_of: self.day, known_at: self.known_at, basis, at_position: self.position };
        Ok(answers.pin(&ask, noted).await?)
    }
}

/// Tells what differs; a no when anything does.
pub async fn diff(answers: &Answers, options: &DiffOptions) -> Result<Verdict, CliError> {
    let noted = answers.position();
    let from = options.from.pin(answers, options.from_basis.unwrap_or(options.basis), noted).await?;
    let to = options.to.pin(answers, options.to_basis.unwrap_or(options.basis), noted).await?;
    let filter = DiffFilter { instrument: options.instrument.clone(), countries: options.country.clone() };
    let slice = answers.diff(&from, &to, &filter, &Page::first(usize::MAX)).await?;
    let rows = &slice.items;
    if options.json {
        print_json(&answers.view_differences(&slice, &from, &to)?)?;
    } else {
        let mut shown = table(["agreement", "country", "", "from", "to", "because"]);
        for row in rows {
            add(&mut shown, row);
        }
        let (one, other) = (side_text(&from), side_text(&to));
        let differ = if rows.len() == 1 { "differs" } else { "differ" };
        print(&format!("{shown}\n{} {differ} between {one} and {other}.\n", rows.len()))?;
    }
    Ok(if rows.is_empty() { Verdict::Yes } else { Verdict::No })
}

/// A facet's name, and its values on both sides.
type Facet = (&'static str, String, String);

/// The facets that differ, one a line, with the causes beside them.
fn add(shown: &mut Table, row: &DiffRow) {
    let (from, to) = (&row.difference.from, &row.difference.to);
    let round = |round: Option<u16>| round.map_or("none or not determined".to_owned(), |round| round.to_string());
    let facets = [
        ("headline", either(from.headlines), either(to.headlines)),
        ("standing", either(from.standings), either(to.standings)),
        ("listing", either(from.listings), either(to.listings)),
        ("stage", either(from.stages), either(to.stages)),
        ("round", round(from.round), round(to.round)),
    ];
    let differing: Vec<Facet> = facets.into_iter().filter(|(_, from, to)| from != to).collect();
    let lines = |pick: for<'a> fn(&'a Facet) -> &'a str| differing.iter().map(pick).collect::<Vec<_>>().join("\n");
    shown.add_row([
        row.agreement.to_string(),
        row.agreement.country.name().to_owned(),
        lines(|(facet, ..)| facet),
        lines(|(_, from, _)| from),
        lines(|(.., to)| to),
        row.difference.causes.iter().map(Cause::sentence).collect::<Vec<_>>().join("\n"),
    ]);
}

fn side_text(pin: &Pin) -> String {
    let whole_second = |at: &DateTime<Utc>| at.timestamp_subsec_nanos() == 0;
    let instant =
        |at: DateTime<Utc>| if whole_second(&at) { at.format("%FT%TZ").to_string() } else { instant_text(at) };
    let known = pin.knowledge.known_at.map(|at| format!(" known by {}", instant(at))).unwrap_or_default();
    let basis = match pin.knowledge.basis {
        Basis::Recorded => "as recorded",
        Basis::Published => "as published",
    };
    format!("{} ({basis}{known}, position {})", pin.day, pin.knowledge.position)
}
