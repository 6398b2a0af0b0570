//! `depositary status` and `depositary timeline`.
//!
//! Invariant: both lead to the milestones and the sources behind the answer.

use chrono::{DateTime, NaiveDate, Utc};
use clap::Args;
use serde_json::{Value, json};

use super::error::CliError;
use super::output::{Verdict, either, print, print_json, table, word, words};
use crate::answers::{Answers, Ask, Dossier, Pin, Shown};
use crate::domain::country::Country;
use crate::domain::decide::shown_link;
use crate::domain::ids::{AgreementId, Position};
use crate::domain::words::Word;
use crate::projections::knowledge::Basis;
use crate::projections::next::next_steps;
use crate::projections::sentence::{dated, sentence};
use crate::projections::status::{Reason, Status};

/// By whose knowledge to answer.
#[derive(Debug, Clone, Args)]
pub struct Cut {
    /// As known by this instant, RFC 3339.
    ///
    /// Example: `--known-at 2017-12-31T23:59:59Z`
    #[arg(long, value_name = "INSTANT")]
    pub known_at: Option<DateTime<Utc>>,
    /// Whose knowledge: what this log had recorded, or what published sources had told.
    ///
    /// Example: `--basis published`
    #[arg(long, default_value = "recorded", value_parser = Basis::parse)]
    pub basis: Basis,
    /// As of this position of the log exactly.
    ///
    /// Example: `--at-position 100`
    #[arg(long, value_name = "POSITION")]
    pub at_position: Option<u64>,
}

/// By whose knowledge to answer, and in which form.
#[derive(Debug, Clone, Args)]
pub struct KnowledgeOptions {
    #[command(flatten)]
    cut: Cut,
    /// Print JSON for programs.
    #[arg(long)]
    pub json: bool,
}

impl KnowledgeOptions {
    /// The pin of a question about a day.
    pub async fn pin(&self, answers: &Answers, on: Option<NaiveDate>) -> Result<Pin, CliError> {
        self.cut.pin(answers, on).await
    }
}

impl Cut {
    /// The pin of a question about a day.
    pub async fn pin(&self, answers: &Answers, on: Option<NaiveDate>) -> Result<Pin, CliError> {
        let at_position = self.at_position.map(Position);
        let ask = Ask { as_of: on, known_at: self.known_at, basis: self.basis, at_position };
        Ok(answers.pin(&ask, answers.position()).await?)
    }
}

/// Options of `status`.
#[derive(Debug, Args)]
pub struct StatusOptions {
    /// The country: its ISO 3166-1 alpha-2 code or its name.
    #[arg(value_parser = Country::find)]
    country: Country,
    /// The instrument's code.
    #[arg(long, default_value = "rdp")]
    instrument: String,
    /// The day; today, UTC, when left out.
    ///
    /// Example: `--on 2017-06-30`
    #[arg(long, value_name = "DAY")]
    on: Option<NaiveDate>,
    #[command(flatten)]
    knowledge: KnowledgeOptions,
}

/// Options of `timeline`.
#[derive(Debug, Args)]
pub struct TimelineOptions {
    /// The country: its ISO 3166-1 alpha-2 code or its name.
    #[arg(value_parser = Country::find)]
    country: Country,
    /// The instrument's code.
    #[arg(long, default_value = "rdp")]
    instrument: String,
    #[command(flatten)]
    knowledge: KnowledgeOptions,
}

/// Tells a status.
pub async fn status(answers: &Answers, options: &StatusOptions) -> Result<Verdict, CliError> {
    let id = answers.agreement_id(&options.instrument, options.country)?;
    let pin = options.knowledge.pin(answers, options.on).await?;
    let status = answers.status(&id, &pin).await?;
    let dossier = answers.dossier_of(&id, &pin.knowledge).await?;
    let instrument = answers.instrument(&id)?;
    let sentence = sentence(&status, id.country, instrument, pin.today);
    if options.knowledge.json {
        return print_json(&told_json(&id, &status, &dossier, instrument, &pin));
    }
    let mut text = format!("{sentence}\n\n");
    let mut facets = table(["", "value", ""]);
    facets.add_row(["headline", &either(status.headlines), ""]);
    facets.add_row(["standing", &either(status.standings), ""]);
    facets.add_row(["listing", &either(status.listings), &factor_text(&status, instrument)]);
    facets.add_row([
        "stage",
        &either(status.stages),
        &status.round.map_or(String::new(), |round| format!("round {round}")),
    ]);
    text.push_str(&format!("{facets}\n\nBecause\n"));
    for reason in &status.because {
        text.push_str(&reason_text(reason, &dossier));
    }
    for step in next_steps(&status, instrument) {
        text.push_str(&format!("Next: {} ({}).\n", step.label, step.authority));
    }
    if status.beyond_cap {
        text.push_str("More dates overlap than are looked at: these are more values than the rules leave possible.\n");
    }
    text.push_str(&format!("As of position {} of the log.\n", pin.knowledge.position));
    print(&text)
}

/// A status as JSON, with its sentence and what it rests on.
pub fn told_json(
    id: &AgreementId,
    status: &Status,
    dossier: &Dossier,
    instrument: &crate::domain::instrument::Instrument,
    pin: &Pin,
) -> Value {
    let because: Vec<Value> = status.because.iter().map(|reason| reason_json(reason, dossier)).collect();
    let mut value = status_json(id, status, instrument, pin);
    value["sentence"] = sentence(status, id.country, instrument, pin.today).into();
    value["because"] = because.into();
    value
}

fn factor_text(status: &Status, instrument: &crate::domain::instrument::Instrument) -> String {
    match status.evaluation_factor_percent(instrument) {
        Some(percent) => format!("evaluation factor {percent} percent"),
        None if instrument.has_listing() => "evaluation factor not determined".to_owned(),
        None => "no listing".to_owned(),
    }
}

/// A status as JSON, without its text.
pub fn status_json(
    id: &AgreementId,
    status: &Status,
    instrument: &crate::domain::instrument::Instrument,
    pin: &Pin,
) -> Value {
    json!({
        "agreement": id.to_string(),
        "as_of": status.day.to_string(),
        "known_at": pin.knowledge.known_at.map(crate::domain::time::instant_text),
        "basis": pin.knowledge.basis.as_str(),
        "position": pin.knowledge.position.0,
        "headline": word(status.headlines),
        "possible_headlines": words(status.headlines),
        "stage": word(status.stages),
        "possible_stages": words(status.stages),
        "standing": word(status.standings),
        "possible_standings": words(status.standings),
        "listing": word(status.listings),
        "possible_listings": words(status.listings),
        "certain": status.certain(),
        "round": status.round,
        "since": status.since.map(|since| since.to_string()),
        "last_evidence_on": status.last_evidence.map(|last| last.to_string()),
        "evaluation_factor_percent": status.evaluation_factor_percent(instrument),
        "stalled": status.waiting.filter(|waiting| waiting.stalled).map(|waiting| json!({
            "stage": waiting.stage.as_str(),
            "since": waiting.since.to_string(),
            "days": waiting.days,
            "limit_days": waiting.limit_days,
            "last_news_on": waiting.heard.map(|heard| heard.to_string()),
            "dormant": waiting.dormant,
        })),
        "undated_sources": status.undated_sources,
        "beyond_cap": status.beyond_cap,
    })
}

fn reason_json(reason: &Reason, dossier: &Dossier) -> Value {
    let milestone = reason.milestone.and_then(|id| dossier.shown(id));
    json!({
        "facet": format!("{:?}", reason.facet).to_lowercase(),
        "rule": reason.rule.map(Word::as_str),
        "unrecorded": reason.unrecorded.map(|when| when.to_string()),
        "certain": reason.certain,
        "milestone": milestone.map(|shown| milestone_json(&shown)),
    })
}

fn milestone_json(shown: &Shown<'_>) -> Value {
    json!({
        "id": shown.id.to_string(),
        "kind": shown.entry.milestone.kind().as_str(),
        "occurred": shown.telling.date.to_string(),
        "evidence": shown.telling.evidence.as_str(),
        "summary": shown.entry.milestone.summary,
        "round": shown.round,
        "position": shown.entry.position.0,
        "sources": shown.sources().collect::<Vec<_>>(),
    })
}

fn reason_text(reason: &Reason, dossier: &Dossier) -> String {
    let facet = format!("{:?}", reason.facet).to_lowercase();
    let rule = reason.rule.map(|rule| format!(" [by rule: {}]", rule.as_str().replace('_', " "))).unwrap_or_default();
    match reason.milestone.and_then(|id| dossier.shown(id)) {
        None => format!("- {facet}: nothing that is known has changed it{rule}\n"),
        Some(shown) => format!("- {facet}: {}{rule}\n{}", milestone_text(&shown), sources_text(&shown)),
    }
}

fn milestone_text(shown: &Shown<'_>) -> String {
    let evidence = shown.telling.evidence.as_str();
    let kind = shown.entry.milestone.kind().as_str().replace('_', " ");
    format!("{} {kind} ({evidence}): {}", dated(shown.telling.date), shown.entry.milestone.summary)
}

fn sources_text(shown: &Shown<'_>) -> String {
    let line = |source: &crate::domain::source::Source| {
        let citation = source.citation.as_ref().map(|citation| format!(", {citation}")).unwrap_or_default();
        let lines = source.url.iter().chain(&source.archived_url).map(|url| format!("    {}\n", shown_link(url)));
        format!("    {} ({}{citation})\n", source.title, source.reliability) + &lines.collect::<String>()
    };
    shown.sources().map(line).collect()
}

/// Tells a timeline.
pub async fn timeline(answers: &Answers, options: &TimelineOptions) -> Result<Verdict, CliError> {
    let id = answers.agreement_id(&options.instrument, options.country)?;
    let pin = options.knowledge.pin(answers, None).await?;
    let periods = answers.periods(&id, &pin.knowledge).await?;
    let dossier = answers.dossier_of(&id, &pin.knowledge).await?;
    let instrument = answers.instrument(&id)?;
    let day = |day: Option<NaiveDate>| day.map(|day| day.to_string());
    if options.knowledge.json {
        let periods: Vec<Value> = periods
            .iter()
            .map(|period| {
                let mut value = status_json(&id, &period.status, instrument, &pin);
                value["from"] = day(period.from).into();
                value["to"] = day(period.to).into();
                value
            })
            .collect();
        let milestones: Vec<Value> = dossier.all(false).iter().map(milestone_json).collect();
        return print_json(&json!({ "agreement": id.to_string(), "periods": periods, "milestones": milestones }));
    }
    let mut shown = table(["from", "to", "headline", "standing", "listing", "stage"]);
    for period in &periods {
        let status = &period.status;
        shown.add_row([
            day(period.from).unwrap_or_else(|| "ever".to_owned()),
            day(period.to).unwrap_or_else(|| "onwards".to_owned()),
            either(status.headlines),
            either(status.standings),
            either(status.listings),
            either(status.stages),
        ]);
    }
    let mut text = format!("{}, {}\n{shown}\n\nMilestones\n", id.country.name(), instrument.name);
    for milestone in dossier.all(false) {
        text.push_str(&format!("- {}\n{}", milestone_text(&milestone), sources_text(&milestone)));
    }
    text.push_str(&format!("As of position {} of the log.\n", pin.knowledge.position));
    print(&text)
}
