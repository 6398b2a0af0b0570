//! `depositary lateness` and `depositary contradictions`.
//!
//! Invariant: the same groups and milestones as GraphQL's, whole; both are reports, and never a no.

use clap::Args;

use super::error::CliError;
use super::output::{Verdict, print, print_json, table};
use super::status::KnowledgeOptions;
use crate::answers::view::{Groups, Pinned};
use crate::answers::{Answers, Contradiction, GroupBy, LatenessGroup, OneTelling, Page, Shown};
use crate::domain::country::Country;
use crate::domain::ids::AgreementId;
use crate::domain::words::Word;
use crate::projections::days::{Days, Spread};
use crate::projections::sentence::{dated, preferred};

/// Options of `lateness`.
#[derive(Debug, Args)]
pub struct LatenessOptions {
    /// How tellings are grouped: by publisher or by country.
    #[arg(long, default_value = "source", value_parser = GroupBy::parse)]
    by: GroupBy,
    /// The code of the only instrument that is wanted; left out, all instruments.
    #[arg(long)]
    instrument: Option<String>,
    #[command(flatten)]
    knowledge: KnowledgeOptions,
}

/// Options of `contradictions`.
#[derive(Debug, Args)]
pub struct ContradictionsOptions {
    /// The code of the only instrument that is wanted; left out, all instruments.
    #[arg(long)]
    instrument: Option<String>,
    /// Only agreements with these countries.
    ///
    /// Example: `--country KR,LV`
    #[arg(long, value_delimiter = ',', value_parser = Country::find)]
    country: Vec<Country>,
    #[command(flatten)]
    knowledge: KnowledgeOptions,
}

/// Tells how late sources and this log are.
pub async fn lateness(answers: &Answers, options: &LatenessOptions) -> Result<Verdict, CliError> {
    let pin = options.knowledge.pin(answers, None).await?;
    let groups = answers.lateness(&pin, options.instrument.as_deref(), options.by).await?;
    let position = pin.knowledge.position;
    if options.knowledge.json {
        return print_json(&Pinned::of(&pin, Groups::of(&groups)));
    }
    let columns = ["tellings", "exact", "median", "90 %", "longest", "uncertain", "recorded in", "bundled in"];
    let mut shown = table([options.by.as_str()].into_iter().chain(columns).collect::<Vec<_>>());
    let number = |days: Option<i64>| days.map(|days| days.to_string()).unwrap_or_default();
    let median = |spread: &Spread| spread.median.map(|days| days.to_string()).unwrap_or_default();
    for group in &groups {
        let told = &group.lateness.to_publication;
        let uncertain = told.range.map(|range| format!("{}, {}", told.bounded_count, range_text(range)));
        shown.add_row([
            name_of(group),
            group.lateness.tellings.to_string(),
            told.exact_count.to_string(),
            median(told),
            number(told.ninetieth),
            number(told.longest),
            uncertain.unwrap_or_default(),
            median(&group.lateness.to_recording),
            median(&group.lateness.bundled_to_recording),
        ]);
    }
    print(&format!(
        "{shown}\nDays from happening to publication: over exact dates, and how many are uncertain with their range. Then \
         the median days from publication to recording, and the same of the bundled facts.\n\
         As of position {position} of the log.\n"
    ))
}

fn name_of(group: &LatenessGroup) -> String {
    let publisher = || group.publisher.clone().unwrap_or_else(|| "(not told)".to_owned());
    group.country.map_or_else(publisher, |country| country.name().to_owned())
}

fn range_text(days: Days) -> String {
    days.max.map_or_else(|| format!("at least {}", days.min), |most| format!("{} to {most}", days.min))
}

/// Tells which sources contradict each other, and which of them the dates rest on.
pub async fn contradictions(answers: &Answers, options: &ContradictionsOptions) -> Result<Verdict, CliError> {
    let pin = options.knowledge.pin(answers, None).await?;
    let whole = Page::first(usize::MAX);
    let instrument = options.instrument.as_deref();
    let slice = answers.contradictions(&pin, instrument, &options.country, &whole).await?;
    if options.knowledge.json {
        return print_json(&answers.view_contradictions(&slice, &pin).await?);
    }
    let (found, mut text) = (&slice.items, String::new());
    for row in found {
        let dossier = answers.dossier_of(&row.agreement, &pin.knowledge).await?;
        let Some(shown) = dossier.shown(row.milestone) else { continue };
        let Some(contradiction) = shown.contradiction() else { continue };
        text.push_str(&contradiction_text(&row.agreement, &shown, &contradiction));
    }
    let (count, position) = (found.len(), pin.knowledge.position);
    let milestones = if count == 1 { "milestone has" } else { "milestones have" };
    print(&format!("{text}{count} {milestones} contradicting sources, as of position {position} of the log.\n"))
}

fn contradiction_text(agreement: &AgreementId, shown: &Shown<'_>, contradiction: &Contradiction<'_>) -> String {
    let mut sides = table(["", "tells", "evidence", "published on", "reliability", "source"]);
    for OneTelling { source, preferred, .. } in &contradiction.tellings {
        let tells = source.tells.unwrap_or(shown.telling);
        sides.add_row([
            if *preferred { "*" } else { "" }.to_owned(),
            dated(tells.date),
            tells.evidence.to_string(),
            source.published_on.map(|day| day.to_string()).unwrap_or_default(),
            source.reliability.to_string(),
            source.title.clone(),
        ]);
    }
    let kind = shown.entry.milestone.kind().as_str().replace('_', " ");
    format!(
        "{}, {agreement}, {kind}: {} ({}), by *, because {}.\n{sides}\n\n",
        agreement.country.name(),
        dated(shown.telling.date),
        shown.telling.evidence,
        preferred(contradiction.by),
    )
}
