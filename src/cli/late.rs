//! `depositary lateness` and `depositary contradictions`.
//!
//! Invariant: the same groups and milestones as GraphQL's, whole; both are reports, and never a no.

use clap::Args;
use serde_json::{Value, json};

use super::error::CliError;
use super::output::{Verdict, print, print_json, table};
use super::status::KnowledgeOptions;
use crate::answers::{Answers, Contradiction, GroupBy, LagRow, LatenessGroup, OneTelling, Page, Pin, Shown};
use crate::domain::country::Country;
use crate::domain::ids::AgreementId;
use crate::domain::time::instant_text;
use crate::domain::words::Word;
use crate::projections::days::{Days, Spread};
use crate::projections::knowledge::Knowledge;
use crate::projections::sentence::{dated, preferred};

/// Options of `lateness`.
#[derive(Debug, Args)]
pub struct LatenessOptions {
    /// What tellings are grouped by.
    #[arg(long, value_enum, default_value = "source")]
    by: By,
    /// Only this instrument.
    #[arg(long)]
    instrument: Option<String>,
    #[command(flatten)]
    knowledge: KnowledgeOptions,
}

/// What tellings are grouped by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum By {
    /// By who published them.
    Source,
    /// By the partner.
    Country,
}

/// Options of `contradictions`.
#[derive(Debug, Args)]
pub struct ContradictionsOptions {
    /// Only this instrument.
    #[arg(long)]
    instrument: Option<String>,
    /// Only these countries.
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
    let (by, name) = match options.by {
        By::Source => (GroupBy::Source, "source"),
        By::Country => (GroupBy::Country, "country"),
    };
    let groups = answers.lateness(&pin, options.instrument.as_deref(), by).await?;
    let position = pin.knowledge.position;
    if options.knowledge.json {
        let groups: Vec<Value> = groups.iter().map(group_json).collect();
        return print_json(&pinned(&pin, &json!({ "by": name, "groups": groups })));
    }
    let columns = ["tellings", "exact", "median", "90 %", "longest", "uncertain", "recorded in", "bundled in"];
    let mut shown = table([name].into_iter().chain(columns).collect::<Vec<_>>());
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

/// An answer with the knowledge that it rests on.
fn pinned(pin: &Pin, answer: &Value) -> Value {
    let Knowledge { position, basis, known_at } = pin.knowledge;
    let known = json!({ "position": position.0, "basis": basis.as_str(), "known_at": known_at.map(instant_text) });
    let fields = [&known, answer].into_iter().filter_map(Value::as_object).flatten();
    Value::Object(fields.map(|(name, value)| (name.clone(), value.clone())).collect())
}

fn name_of(group: &LatenessGroup) -> String {
    let publisher = || group.publisher.clone().unwrap_or_else(|| "(not told)".to_owned());
    group.country.map_or_else(publisher, |country| country.name().to_owned())
}

fn range_text(days: Days) -> String {
    days.max.map_or_else(|| format!("at least {}", days.min), |most| format!("{} to {most}", days.min))
}

fn group_json(group: &LatenessGroup) -> Value {
    let spread = |spread: &Spread| {
        json!({
            "exact_count": spread.exact_count,
            "bounded_count": spread.bounded_count,
            "median_days": spread.median,
            "ninetieth_percentile_days": spread.ninetieth,
            "longest_days": spread.longest,
            "bounded": spread.range.map(days_json),
        })
    };
    json!({
        "publisher": group.publisher,
        "country": group.country.map(|country| country.code().to_owned()),
        "tellings": group.lateness.tellings,
        "undated": group.lateness.undated,
        "to_publication": spread(&group.lateness.to_publication),
        "to_recording": spread(&group.lateness.to_recording),
        "bundled_to_recording": spread(&group.lateness.bundled_to_recording),
        "rows": group.rows.iter().map(lag_json).collect::<Vec<_>>(),
    })
}

fn days_json(days: Days) -> Value {
    json!({ "min_days": days.min, "max_days": days.max })
}

fn lag_json(row: &LagRow) -> Value {
    let LagRow { agreement, lag } = row;
    json!({
        "agreement": agreement.to_string(),
        "milestone": lag.milestone,
        "kind": lag.kind.as_str(),
        "occurred": lag.occurred.to_string(),
        "evidence": lag.evidence.as_str(),
        "publisher": lag.publisher,
        "title": lag.title,
        "url": lag.url,
        "published_on": lag.published_on,
        "recorded_at": instant_text(lag.recorded_at),
        "position": lag.position.0,
        "bundled": lag.bundled,
        "to_publication": lag.to_publication().map(days_json),
        "to_recording_days": lag.to_recording(),
    })
}

/// Tells which sources contradict each other, and which of them the dates rest on.
pub async fn contradictions(answers: &Answers, options: &ContradictionsOptions) -> Result<Verdict, CliError> {
    let pin = options.knowledge.pin(answers, None).await?;
    let whole = Page::first(usize::MAX);
    let instrument = options.instrument.as_deref();
    let found = answers.contradictions(&pin, instrument, &options.country, &whole).await?.items;
    let (mut values, mut text) = (Vec::new(), String::new());
    for row in &found {
        let dossier = answers.dossier_of(&row.agreement, &pin.knowledge).await?;
        let Some(shown) = dossier.shown(row.milestone) else { continue };
        let Some(contradiction) = shown.contradiction() else { continue };
        if options.knowledge.json {
            values.push(contradiction_json(&row.agreement, &shown, &contradiction));
        } else {
            text.push_str(&contradiction_text(&row.agreement, &shown, &contradiction));
        }
    }
    if options.knowledge.json {
        return print_json(&pinned(&pin, &json!({ "contradictions": values })));
    }
    let (count, position) = (found.len(), pin.knowledge.position);
    let milestones = if count == 1 { "milestone has" } else { "milestones have" };
    print(&format!("{text}{count} {milestones} contradicting sources, as of position {position} of the log.\n"))
}

fn contradiction_json(agreement: &AgreementId, shown: &Shown<'_>, contradiction: &Contradiction<'_>) -> Value {
    let telling = |telling: &OneTelling<'_>| json!({ "source": telling.source, "position": telling.position.0, "preferred": telling.preferred });
    json!({
        "agreement": agreement.to_string(),
        "milestone": shown.id,
        "kind": shown.entry.milestone.kind().as_str(),
        "occurred": shown.telling.date.to_string(),
        "evidence": shown.telling.evidence.as_str(),
        "summary": shown.entry.milestone.summary,
        "by": contradiction.by.as_str(),
        "why": preferred(contradiction.by),
        "tellings": contradiction.tellings.iter().map(telling).collect::<Vec<_>>(),
    })
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
