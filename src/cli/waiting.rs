//! `depositary waiting` and `depositary counts`.
//!
//! Invariant: the same lists and counts as GraphQL's, whole; both are reports, and never a no.

use chrono::NaiveDate;
use clap::Args;

use super::error::CliError;
use super::limits::comparison_cells;
use super::output::{Verdict, print, print_json, table};
use super::status::KnowledgeOptions;
use crate::answers::{Answers, Page};
use crate::domain::text::counted;
use crate::domain::words::Word;
use crate::projections::reasons::usual;
use crate::projections::sentence::{dated, stalls_after};

/// Options of `waiting`.
#[derive(Debug, Args)]
pub struct WaitingOptions {
    /// The day; today, UTC, when left out.
    ///
    /// Example: `--on 2025-10-28`
    #[arg(long, value_name = "DAY", value_parser = crate::cli::given::day)]
    on: Option<NaiveDate>,
    /// The code of the only instrument that is wanted; left out, all instruments.
    #[arg(long)]
    instrument: Option<String>,
    #[command(flatten)]
    knowledge: KnowledgeOptions,
}

/// Options of `counts`.
#[derive(Debug, Args)]
pub struct CountsOptions {
    /// The day; today, UTC, when left out.
    ///
    /// Example: `--on 2016-05-01`
    #[arg(long, value_name = "DAY", value_parser = crate::cli::given::day)]
    on: Option<NaiveDate>,
    /// The instrument's code.
    #[arg(long, default_value = "rdp")]
    instrument: String,
    #[command(flatten)]
    knowledge: KnowledgeOptions,
}

/// Lists open rounds, stalled or not, and says what limit each has.
pub async fn waiting(answers: &Answers, options: &WaitingOptions) -> Result<Verdict, CliError> {
    let pin = options.knowledge.pin(answers, options.on).await?;
    let rows = answers.open_waits(&pin, options.instrument.as_deref()).await?;
    if options.knowledge.json {
        let slice = Page::first(usize::MAX).cut((1_u64..).zip(rows).collect(), |(place, _)| *place);
        return print_json(&answers.view_waiting(&slice, &pin).await?);
    }
    let mut shown = table(["agreement", "country", "waits in", "since", "days", "so it is", "of 100"]);
    let mut said: Vec<String> = Vec::new();
    for row in &rows {
        let waiting = &row.waiting;
        let instrument = answers.instrument(&row.agreement)?;
        let limits = answers.limits(instrument, &pin.knowledge, pin.day).await?;
        let [percentile, ..] = comparison_cells(&limits, waiting);
        let judged = match (waiting.outcome_unknown, waiting.dormant, waiting.stalled) {
            (true, ..) => "of unknown outcome",
            (_, true, _) => "stalled, dormant",
            (_, _, true) => "stalled",
            _ => "not stalled",
        };
        let renewal = if waiting.group.renewal { ", renewal" } else { "" };
        shown.add_row([
            row.agreement.to_string(),
            row.agreement.country.name().to_owned(),
            format!("{}{renewal}", waiting.stage),
            dated(waiting.since),
            waiting.days.to_string(),
            judged.to_owned(),
            percentile,
        ]);
        let limit = stalls_after(waiting).into_iter().chain(usual(&limits, waiting.group));
        let line = format!("{}{renewal}: {}\n", waiting.stage.as_str(), limit.collect::<Vec<_>>().join(". "));
        if !said.contains(&line) {
            said.push(line);
        }
    }
    let (day, position, count) = (pin.day, pin.knowledge.position, counted(rows.len(), "open round"));
    let page = options.knowledge.page("/waiting", options.instrument.as_deref(), &pin);
    print(&format!("{shown}\n{}{count} on {day}, as of position {position} of the log.\n{page}", said.concat()))
}

/// Prints how many agreements have each status.
pub async fn counts(answers: &Answers, options: &CountsOptions) -> Result<Verdict, CliError> {
    let pin = options.knowledge.pin(answers, options.on).await?;
    let found = answers.view_counts(&options.instrument, &pin).await?;
    if options.knowledge.json {
        return print_json(&found);
    }
    let counts = &found.answer;
    let mut shown = table(["part of the status", "value", "certainly", "possibly"]);
    for count in counts.nodes.iter().filter(|count| count.certain + count.possible > 0) {
        let word = count.value.to_lowercase().replace('_', " ");
        shown.add_row([count.facet.0.to_string(), word, count.certain.to_string(), count.possible.to_string()]);
    }
    let mut said = vec![
        format!("{} wait, {} of them stalled", counted(counts.waiting, "open round"), counts.stalled),
        format!("{} of unknown outcome", counted(counts.outcome_unknown, "renewal")),
        format!("{} on the list though the agreement has ended", counts.listed_though_ended),
    ];
    said.extend(counts.previous_change_on.map(|day| format!("the last change before that day was on {}", day.0)));
    said.extend(counts.next_change_on.map(|day| format!("the next after it is on {}", day.0)));
    said.extend(counts.newest_news_on.map(|date| format!("the newest news is of {}", dated(date.0))));
    let (day, position, count) = (pin.day, pin.knowledge.position, counted(counts.agreements, "agreement"));
    let page = options.knowledge.page("/", Some(&options.instrument), &pin);
    print(&format!("{shown}\n{}.\n{count} on {day}, as of position {position} of the log.\n{page}", said.join("; ")))
}
