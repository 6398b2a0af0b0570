//! `depositary agreements`, `depositary stalled` and `depositary durations`.
//!
//! Invariant: the same lists as GraphQL's, whole.

use chrono::NaiveDate;
use clap::Args;

use super::error::CliError;
use super::limits::comparison_cells;
use super::output::{Verdict, either, print, print_json, table};
use super::status::KnowledgeOptions;
use crate::answers::view::{Durations, Pinned};
use crate::answers::{AgreementFilter, Answers, Page, RoundsAsked, kind_bits, possibly};
use crate::domain::country::Country;
use crate::domain::text::counted;
use crate::domain::words::{Headline, Listing, MilestoneKind, NoticePurpose, Possible, Stage, Standing, Word};
use crate::projections::durations::Summary;
use crate::projections::sentence::dated;
use crate::projections::stalled::Waiting;

/// Options of `agreements`.
#[derive(Debug, Args)]
pub struct AgreementsOptions {
    /// The day that is asked about; today in UTC when left out.
    ///
    /// Example: `--on 2016-05-01`
    #[arg(long, value_name = "DAY", value_parser = crate::cli::given::day)]
    on: Option<NaiveDate>,
    /// The code of the only instrument that is wanted; left out, all instruments.
    #[arg(long)]
    instrument: Option<String>,
    /// Only agreements with these countries.
    #[arg(long, value_delimiter = ',', value_parser = Country::find)]
    country: Vec<Country>,
    /// Only agreements with one of these headlines on the day.
    #[arg(long, value_delimiter = ',', value_parser = Headline::parse)]
    headline: Vec<Headline>,
    /// Only agreements in one of these stages on the day.
    #[arg(long, value_delimiter = ',', value_parser = Stage::parse)]
    stage: Vec<Stage>,
    /// Only agreements with one of these standings on the day.
    #[arg(long, value_delimiter = ',', value_parser = Standing::parse)]
    standing: Vec<Standing>,
    /// Only agreements with one of these listings on the day.
    ///
    /// Example: `--listing blanket,case_by_case`
    #[arg(long, value_delimiter = ',', value_parser = Listing::parse)]
    listing: Vec<Listing>,
    /// List also the agreements that possibly pass the filters, but not certainly.
    #[arg(long)]
    possible: bool,
    /// Only agreements in which a milestone of each of these kinds has certainly happened by the day.
    ///
    /// Example: `--having signed --lacking listed`
    #[arg(long, value_delimiter = ',', value_parser = MilestoneKind::parse)]
    having: Vec<MilestoneKind>,
    /// Only agreements in which no milestone of any of these kinds has certainly happened by the day.
    #[arg(long, value_delimiter = ',', value_parser = MilestoneKind::parse)]
    lacking: Vec<MilestoneKind>,
    #[command(flatten)]
    knowledge: KnowledgeOptions,
}

/// Options of `stalled`.
#[derive(Debug, Args)]
pub struct StalledOptions {
    /// The day that is asked about; today in UTC when left out.
    ///
    /// Example: `--on 2025-10-28`
    #[arg(long, value_name = "DAY", value_parser = crate::cli::given::day)]
    on: Option<NaiveDate>,
    /// The code of the only instrument that is wanted; left out, all instruments.
    #[arg(long)]
    instrument: Option<String>,
    /// Only dormant rounds when true; only all other rounds when false.
    ///
    /// Example: `--dormant false`
    #[arg(long)]
    dormant: Option<bool>,
    #[command(flatten)]
    knowledge: KnowledgeOptions,
}

/// Options of `durations`.
#[derive(Debug, Args)]
pub struct DurationsOptions {
    /// The kind of milestone from which the days are counted.
    #[arg(long, default_value = "notice_published", value_parser = MilestoneKind::parse)]
    from: MilestoneKind,
    /// The kind of milestone to which the days are counted.
    #[arg(long, default_value = "signed", value_parser = MilestoneKind::parse)]
    to: MilestoneKind,
    /// The code of the instrument.
    #[arg(long, default_value = "rdp")]
    instrument: String,
    /// Which rounds count: all, the first ones or the later ones.
    #[arg(long, default_value = "all", value_parser = RoundsAsked::parse)]
    rounds: RoundsAsked,
    /// Only rounds whose first notice had one of these purposes.
    ///
    /// Example: `--notice-purpose negotiation`
    #[arg(long, value_delimiter = ',', value_parser = NoticePurpose::parse)]
    notice_purpose: Vec<NoticePurpose>,
    #[command(flatten)]
    knowledge: KnowledgeOptions,
}

/// Lists the agreements that pass, as a table or as JSON, with a line about those that only may pass.
pub async fn agreements(answers: &Answers, options: &AgreementsOptions) -> Result<Verdict, CliError> {
    let pin = options.knowledge.pin(answers, options.on).await?;
    let filter = AgreementFilter {
        instrument: options.instrument.clone(),
        countries: options.country.clone(),
        headlines: Possible::of(&options.headline),
        stages: Possible::of(&options.stage),
        standings: Possible::of(&options.standing),
        listings: Possible::of(&options.listing),
        possible: options.possible,
        having: kind_bits(&options.having),
        lacking: kind_bits(&options.lacking),
        ..AgreementFilter::default()
    };
    let found = answers.all_agreements(&pin, &filter).await?;
    let possible = answers.only_possible(&pin, &filter, found.len()).await?;
    if options.knowledge.json {
        let slice = Page::first(usize::MAX).cut(found, ToString::to_string);
        return print_json(&answers.view_agreements(&slice, &possible, &pin).await?);
    }
    let mut shown = table(["agreement", "country", "headline", "standing", "listing", "stage"]);
    for id in &found {
        let status = answers.status(id, &pin).await?;
        shown.add_row([
            id.to_string(),
            id.country.name().to_owned(),
            either(status.headlines),
            either(status.standings),
            either(status.listings),
            either(status.stages),
        ]);
    }
    let (day, position, count) = (pin.day, pin.knowledge.position, counted(found.len(), "agreement"));
    let more = possibly(&possible).map(|more| format!("{more}\n")).unwrap_or_default();
    // The page of the table has a filter of its own, so it is linked where nothing is filtered.
    let whole = filter == AgreementFilter { instrument: filter.instrument.clone(), ..AgreementFilter::default() };
    let page = options.knowledge.page("/table", options.instrument.as_deref(), &pin);
    let page = if whole { page } else { String::new() };
    print(&format!("{shown}\n{more}{count} on {day}, as of position {position} of the log.\n{page}"))
}

/// Lists stalls; a no when there are any.
pub async fn stalled(answers: &Answers, options: &StalledOptions) -> Result<Verdict, CliError> {
    let pin = options.knowledge.pin(answers, options.on).await?;
    let rows = answers.stalled(&pin, options.instrument.as_deref(), options.dormant).await?;
    if options.knowledge.json {
        let slice = Page::first(usize::MAX).cut((1_u64..).zip(rows.clone()).collect(), |(place, _)| *place);
        print_json(&answers.view_stalled(&slice, &pin).await?)?;
    } else {
        let mut shown = table([
            "agreement",
            "country",
            "waits in",
            "since",
            "days",
            "limit",
            "last news",
            "of 100",
            "in 90 days",
            "in 365 days",
        ]);
        for row in &rows {
            let waiting = &row.waiting;
            let instrument = answers.instrument(&row.agreement)?;
            let limits = answers.limits(instrument, &pin.knowledge, pin.day).await?;
            let [percentile, within_90, within_365] = comparison_cells(&limits, waiting);
            shown.add_row([
                row.agreement.to_string(),
                row.agreement.country.name().to_owned(),
                waiting.stage.to_string(),
                dated(waiting.since),
                waiting.days.to_string(),
                format!("{} by {}", waiting.limit_days.unwrap_or_default(), waiting.limit_from.as_str()),
                news(waiting),
                percentile,
                within_90,
                within_365,
            ]);
        }
        let (day, position) = (pin.day, pin.knowledge.position);
        let dormant = match rows.iter().filter(|row| row.waiting.dormant).count() {
            0 => String::new(),
            dormant => format!(", {dormant} of them dormant"),
        };
        let count = rows.len();
        let page = options.knowledge.page("/waiting", options.instrument.as_deref(), &pin);
        print(&format!("{shown}\n{count} stalled on {day}{dormant}, as of position {position} of the log.\n{page}"))?;
    }
    Ok(if rows.is_empty() { Verdict::Yes } else { Verdict::No })
}

/// When something was last heard of a round, and whether it is dormant.
fn news(waiting: &Waiting) -> String {
    let heard = waiting.heard.map(dated).unwrap_or_default();
    if waiting.dormant { format!("{heard} (dormant)") } else { heard }
}

/// Lists durations with their median.
pub async fn durations(answers: &Answers, options: &DurationsOptions) -> Result<Verdict, CliError> {
    let pin = options.knowledge.pin(answers, None).await?;
    let (from, to, rounds) = (options.from, options.to, options.rounds);
    let found = answers.durations(&pin, &options.instrument, from, to, rounds, &options.notice_purpose).await?;
    if options.knowledge.json {
        return print_json(&Pinned::of(&pin, Durations::of(&found)));
    }
    let mut shown = table(["agreement", "country", "round", "days", "notice about"]);
    let (rows, summary) = (found.rows, found.summary);
    for row in &rows {
        let duration = &row.duration;
        let days = match (duration.days.exact(), duration.days.max) {
            (Some(days), _) => days.to_string(),
            (None, Some(most)) => format!("{} to {most}", duration.days.min),
            (None, None) => format!("at least {}", duration.days.min),
        };
        shown.add_row([
            row.agreement.to_string(),
            row.agreement.country.name().to_owned(),
            duration.round.to_string(),
            days,
            duration.notice_purpose.map(|purpose| purpose.to_string()).unwrap_or_default(),
        ]);
    }
    print(&format!("{shown}\n{from} to {to}: {}.\n", summary_text(&summary)))
}

/// What durations amount to, with what is left out.
fn summary_text(summary: &Summary) -> String {
    let count = |count: usize, one: &str, more: &str| format!("{count} {}", if count == 1 { one } else { more });
    let exact = summary.exact;
    let plain = summary.median;
    let mut text =
        plain.map_or("no exact duration".to_owned(), |median| format!("median {median} days of {exact} exact"));
    if summary.open > 0 {
        let open = count(summary.open, "round that is still open", "rounds that are still open");
        let median =
            summary.median_with_open.map_or("more than half are open".to_owned(), |days| format!("median {days} days"));
        text.push_str(&format!("; with {open}, {median} (Kaplan and Meier)"));
    }
    let left_out = [(summary.inexact, "without exact dates"), (summary.end_not_recorded, "whose end is not on record")];
    let left_out: Vec<String> =
        left_out.iter().filter(|(count, _)| *count > 0).map(|(count, why)| format!("{count} {why}")).collect();
    if !left_out.is_empty() {
        text.push_str(&format!("; left out: {}", left_out.join(", ")));
    }
    text
}
