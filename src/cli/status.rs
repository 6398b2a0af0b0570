//! `depositary status` and `depositary timeline`.
//!
//! Invariant: both lead to the milestones and the sources behind the answer.

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use clap::Args;
use url::form_urlencoded;

use super::error::CliError;
use super::output::{Verdict, either, print, print_json, table};
use crate::answers::view::{Held, UncertainDate};
use crate::answers::{Answers, Ask, Dossier, Pin, Shown};
use crate::domain::country::Country;
use crate::domain::decide::shown_link;
use crate::domain::ids::Position;
use crate::domain::time::instant_text;
use crate::domain::words::Word;
use crate::projections::knowledge::Basis;
use crate::projections::next::next_steps;
use crate::projections::reasons::explanation;
use crate::projections::sentence::{dated, sentence};
use crate::projections::status::{Reason, Status};

/// By whose knowledge to answer.
#[derive(Debug, Clone, Args)]
pub struct Cut {
    /// Only what was known by this instant (RFC 3339) counts, inclusive.
    ///
    /// Example: `--known-at 2017-12-31T23:59:59Z`
    #[arg(long, value_name = "INSTANT", value_parser = crate::cli::given::instant)]
    pub known_at: Option<DateTime<Utc>>,
    /// Whose knowledge counts: what this log had recorded, or what sources had published.
    ///
    /// Example: `--basis published`
    #[arg(long, default_value = "recorded", value_parser = Basis::parse)]
    pub basis: Basis,
    /// Only events up to this position of the log count.
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
    /// Print the answer as JSON, for programs.
    #[arg(long)]
    pub json: bool,
    /// The URL at which people reach the server of this log. With it, an answer ends with a link to its page.
    ///
    /// Example: `--public-url https://depositary.example.org`
    #[arg(long, env = "DEPOSITARY_PUBLIC_URL", value_name = "URL", value_parser = crate::work::delivery::base)]
    public_url: Option<Arc<str>>,
}

impl KnowledgeOptions {
    /// A line with the link to the page that gives the same answer, pinned to its day and its position; nothing where no server is
    /// known.
    pub fn page(&self, path: &str, instrument: Option<&str>, pin: &Pin) -> String {
        let Some(site) = &self.public_url else { return String::new() };
        let mut link = form_urlencoded::Serializer::for_suffix(format!("{site}{path}?"), site.len() + path.len() + 1);
        link.extend_pairs(instrument.filter(|instrument| *instrument != "rdp").map(|code| ("instrument", code)));
        link.append_pair("asOf", &pin.day.to_string());
        if pin.knowledge.basis == Basis::Published {
            link.append_pair("basis", Basis::Published.as_str());
            link.extend_pairs(pin.knowledge.known_at.map(|at| ("knownAt", instant_text(at))));
        }
        link.append_pair("atPosition", &pin.knowledge.position.to_string());
        format!("Its page: {}\n", link.finish())
    }

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
    /// The code of the instrument.
    #[arg(long, default_value = "rdp")]
    instrument: String,
    /// The day that is asked about; today in UTC when left out.
    ///
    /// Example: `--on 2017-06-30`
    #[arg(long, value_name = "DAY", value_parser = crate::cli::given::day)]
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
    /// The code of the instrument.
    #[arg(long, default_value = "rdp")]
    instrument: String,
    #[command(flatten)]
    knowledge: KnowledgeOptions,
}

/// Prints the status of a country.
pub async fn status(answers: &Answers, options: &StatusOptions) -> Result<Verdict, CliError> {
    let id = answers.agreement_id(&options.instrument, options.country)?;
    let pin = options.knowledge.pin(answers, options.on).await?;
    if options.knowledge.json {
        return print_json(&answers.view_status_held(&id, &pin).await?);
    }
    let status = answers.status(&id, &pin).await?;
    let dossier = answers.dossier_of(&id, &pin.knowledge).await?;
    let instrument = answers.instrument(&id)?;
    let held = answers.held(&id, &pin).await?;
    let sentence = sentence(&status, id.country, instrument, &pin.viewpoint());
    let mut text = format!("{sentence}\n\n");
    let since = |date: Option<UncertainDate>| date.map(|date| dated(date.0)).unwrap_or_default();
    let mut facets = table(["", "value", "since", ""]);
    facets.add_row(["headline", &either(status.headlines), &status.since.map(dated).unwrap_or_default(), ""]);
    facets.add_row(["standing", &either(status.standings), &since(held.standing_since), ""]);
    let factor = factor_text(&status, instrument);
    facets.add_row(["listing", &either(status.listings), &since(held.listing_since), &factor]);
    let round = status.round.map_or(String::new(), |round| format!("round {round}"));
    facets.add_row(["stage", &either(status.stages), &since(held.stage_since), &round]);
    text.push_str(&format!("{facets}\n{}\nBecause\n", held_text(&held)));
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
    text.push_str(&options.knowledge.page(&format!("/{id}"), None, &pin));
    print(&text)
}

/// What is newest of a status, and when it changes.
fn held_text(held: &Held) -> String {
    let confirmed = held.listing_confirmed_on.map(|date| format!("the listing was last confirmed {}", dated(date.0)));
    let newest = held.newest_news_on.map(|date| format!("the newest news is of {}", dated(date.0)));
    let before = held.previous_change_on.map(|day| format!("it last changed on {}", day.0));
    let after = held.next_change_on.map(|day| format!("it next changes on {}", day.0));
    let said: Vec<String> = confirmed.into_iter().chain(newest).chain(before).chain(after).collect();
    if said.is_empty() { String::new() } else { format!("Known of it: {}.\n", said.join("; ")) }
}

fn factor_text(status: &Status, instrument: &crate::domain::instrument::Instrument) -> String {
    match status.evaluation_factor_percent(instrument) {
        Some(percent) => format!("evaluation factor {percent} percent"),
        None if instrument.has_listing() => "evaluation factor not determined".to_owned(),
        None => "no listing".to_owned(),
    }
}

fn reason_text(reason: &Reason, dossier: &Dossier) -> String {
    let facet = reason.facet.as_str();
    let rule = reason.rule.map(|rule| format!(" [by rule: {}]", rule.as_str().replace('_', " "))).unwrap_or_default();
    let why = explanation(reason).map(|why| format!("    {why}\n")).unwrap_or_default();
    match reason.milestone.and_then(|id| dossier.shown(id)) {
        None => format!("- {facet}: nothing that is known has changed it{rule}\n{why}"),
        Some(shown) => format!("- {facet}: {}{rule}\n{why}{}", milestone_text(&shown), sources_text(&shown)),
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

/// Prints the history of a country's status.
pub async fn timeline(answers: &Answers, options: &TimelineOptions) -> Result<Verdict, CliError> {
    let id = answers.agreement_id(&options.instrument, options.country)?;
    let pin = options.knowledge.pin(answers, None).await?;
    if options.knowledge.json {
        return print_json(&answers.view_timeline(&id, &pin).await?);
    }
    let periods = answers.periods(&id, &pin.knowledge).await?;
    let dossier = answers.dossier_of(&id, &pin.knowledge).await?;
    let instrument = answers.instrument(&id)?;
    let day = |day: Option<NaiveDate>| day.map(|day| day.to_string());
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
    text.push_str(&options.knowledge.page(&format!("/{id}"), None, &pin));
    print(&text)
}
