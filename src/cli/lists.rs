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
use crate::answers::{AgreementFilter, Answers, MOST, Page, Pin, RoundsAsked, Slice, kind_bits};
use crate::domain::country::Country;
use crate::domain::ids::AgreementId;
use crate::domain::text::counted;
use crate::domain::words::{Headline, Listing, MilestoneKind, NoticePurpose, Possible, Stage, Standing, Word};
use crate::projections::sentence::dated;

/// Options of `agreements`.
#[derive(Debug, Args)]
pub struct AgreementsOptions {
    /// The day; today, UTC, when left out.
    ///
    /// Example: `--on 2016-05-01`
    #[arg(long, value_name = "DAY")]
    on: Option<NaiveDate>,
    /// Only this instrument.
    #[arg(long)]
    instrument: Option<String>,
    /// Only these countries.
    #[arg(long, value_delimiter = ',', value_parser = Country::find)]
    country: Vec<Country>,
    /// Only these headlines.
    #[arg(long, value_delimiter = ',', value_parser = Headline::parse)]
    headline: Vec<Headline>,
    /// Only these stages.
    #[arg(long, value_delimiter = ',', value_parser = Stage::parse)]
    stage: Vec<Stage>,
    /// Only these standings.
    #[arg(long, value_delimiter = ',', value_parser = Standing::parse)]
    standing: Vec<Standing>,
    /// Only these listings.
    ///
    /// Example: `--listing blanket,case_by_case`
    #[arg(long, value_delimiter = ',', value_parser = Listing::parse)]
    listing: Vec<Listing>,
    /// Also those for which what is asked is only possible.
    #[arg(long)]
    possible: bool,
    /// Only where these kinds of milestone have happened.
    ///
    /// Example: `--having signed --lacking listed`
    #[arg(long, value_delimiter = ',', value_parser = MilestoneKind::parse)]
    having: Vec<MilestoneKind>,
    /// Only where none of these kinds of milestone has happened.
    #[arg(long, value_delimiter = ',', value_parser = MilestoneKind::parse)]
    lacking: Vec<MilestoneKind>,
    #[command(flatten)]
    knowledge: KnowledgeOptions,
}

/// Options of `stalled`.
#[derive(Debug, Args)]
pub struct StalledOptions {
    /// The day; today, UTC, when left out.
    ///
    /// Example: `--on 2025-10-28`
    #[arg(long, value_name = "DAY")]
    on: Option<NaiveDate>,
    /// Only this instrument.
    #[arg(long)]
    instrument: Option<String>,
    #[command(flatten)]
    knowledge: KnowledgeOptions,
}

/// Options of `durations`.
#[derive(Debug, Args)]
pub struct DurationsOptions {
    /// The kind of milestone that it begins with.
    #[arg(long, default_value = "notice_published", value_parser = MilestoneKind::parse)]
    from: MilestoneKind,
    /// The kind of milestone that it ends with.
    #[arg(long, default_value = "signed", value_parser = MilestoneKind::parse)]
    to: MilestoneKind,
    /// The instrument's code.
    #[arg(long, default_value = "rdp")]
    instrument: String,
    /// Which rounds count.
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

/// Lists agreements.
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
    };
    let slice = every_agreement(answers, &pin, &filter).await?;
    if options.knowledge.json {
        return print_json(&answers.view_agreements(&slice, &pin).await?);
    }
    let mut shown = table(["agreement", "country", "headline", "standing", "listing", "stage"]);
    for id in &slice.items {
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
    let (day, position, count) = (pin.day, pin.knowledge.position, counted(slice.total, "agreement"));
    print(&format!("{shown}\n{count} on {day}, as of position {position} of the log.\n"))
}

/// The whole list, which the store cuts into parts.
async fn every_agreement(
    answers: &Answers,
    pin: &Pin,
    filter: &AgreementFilter,
) -> Result<Slice<AgreementId>, CliError> {
    let mut page = Page::first(MOST);
    let mut whole = answers.agreements(pin, filter, &page).await?;
    while whole.has_next {
        page.after = whole.items.last().map(ToString::to_string);
        let part = answers.agreements(pin, filter, &page).await?;
        whole.items.extend(part.items);
        whole.has_next = part.has_next;
    }
    Ok(whole)
}

/// Lists stalls; a no when there are any.
pub async fn stalled(answers: &Answers, options: &StalledOptions) -> Result<Verdict, CliError> {
    let pin = options.knowledge.pin(answers, options.on).await?;
    let rows = answers.stalled(&pin, options.instrument.as_deref()).await?;
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
                percentile,
                within_90,
                within_365,
            ]);
        }
        let (day, position) = (pin.day, pin.knowledge.position);
        print(&format!("{shown}\n{} stalled on {day}, as of position {position} of the log.\n", rows.len()))?;
    }
    Ok(if rows.is_empty() { Verdict::Yes } else { Verdict::No })
}

/// Lists durations with their median.
pub async fn durations(answers: &Answers, options: &DurationsOptions) -> Result<Verdict, CliError> {
    let pin = options.knowledge.pin(answers, None).await?;
    let (from, to, rounds) = (options.from, options.to, options.rounds);
    let rows = answers.durations(&pin, &options.instrument, from, to, rounds, &options.notice_purpose).await?;
    let durations = Durations::of(&rows);
    let (count, median) = (durations.exact_count, durations.median_days);
    if options.knowledge.json {
        return print_json(&Pinned::of(&pin, durations));
    }
    let mut shown = table(["agreement", "country", "round", "days", "notice about"]);
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
    let median = median
        .map_or("no exact duration".to_owned(), |median| format!("median {} of {count} exact", counted(median, "day")));
    print(&format!("{shown}\n{from} to {to}: {median}.\n"))
}
