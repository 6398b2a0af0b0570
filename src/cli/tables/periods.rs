//! The table of periods: how each agreement's status ran through time.
//!
//! Invariant: the periods of an agreement tile all days; a facet is empty when more than one value is possible.

use chrono::{DateTime, Utc};

use super::columns::{Column, Kind, Row, certain, column, every, framed, or_empty};
use crate::answers::Dossier;
use crate::domain::instrument::Instrument;
use crate::domain::time::instant_text;
use crate::domain::words::Word;
use crate::projections::status::Reason;
use crate::projections::timeline::{Period, periods};

/// A period with the instrument whose effects it has.
pub struct Of<'a> {
    period: Period,
    instrument: &'a Instrument,
    dossier: &'a Dossier,
}

type In<'a> = Row<'a, Of<'a>>;

/// The rows of an agreement.
pub fn rows<'a>(dossier: &'a Dossier, instrument: &'a Instrument) -> Vec<Of<'a>> {
    periods(&dossier.worlds, instrument).into_iter().map(|period| Of { period, instrument, dossier }).collect()
}

/// What a period's row holds.
pub fn columns<'a>() -> Vec<Column<In<'a>>> {
    framed(days().into_iter().chain(facets()).chain(consequences()).chain(reasons()).collect())
}

/// The days of the period.
fn days<'a>() -> Vec<Column<In<'a>>> {
    vec![
        column("from", Kind::Day, "The first day of the period.", "no first day", |row: &In<'a>| {
            or_empty(row.of.period.from)
        }),
        column("to", Kind::Day, "The day after the last day.", "no last day", |row: &In<'a>| {
            or_empty(row.of.period.to)
        }),
    ]
}

/// What may be so in it: each facet as one value and as every possible one.
fn facets<'a>() -> Vec<Column<In<'a>>> {
    let more = "more than one value is possible";
    vec![
        column("headline", Kind::Word, "One value that sums the status up.", more, |row: &In<'a>| {
            certain(row.of.period.status.headlines)
        }),
        column("possible_headlines", Kind::Words, "Every possible headline.", "never", |row: &In<'a>| {
            every(row.of.period.status.headlines)
        }),
        column("stage", Kind::Word, "How far the latest round has come.", more, |row: &In<'a>| {
            certain(row.of.period.status.stages)
        }),
        column("possible_stages", Kind::Words, "Every possible stage.", "never", |row: &In<'a>| {
            every(row.of.period.status.stages)
        }),
        column("standing", Kind::Word, "The legal state of the agreement.", more, |row: &In<'a>| {
            certain(row.of.period.status.standings)
        }),
        column("possible_standings", Kind::Words, "Every possible standing.", "never", |row: &In<'a>| {
            every(row.of.period.status.standings)
        }),
        column(
            "listing",
            Kind::Word,
            "How the regulation treats the partner's products.",
            "more than one value is possible, or the instrument has no listing",
            |row: &In<'a>| certain(row.of.period.status.listings),
        ),
        column(
            "possible_listings",
            Kind::Words,
            "Every possible listing.",
            "the instrument has no listing",
            |row: &In<'a>| every(row.of.period.status.listings),
        ),
    ]
}

/// What follows from the facets.
fn consequences<'a>() -> Vec<Column<In<'a>>> {
    vec![
        column(
            "certain",
            Kind::Boolean,
            "Whether stage, standing and listing are certain.",
            "never",
            |row: &In<'a>| row.of.period.status.certain().to_string(),
        ),
        column(
            "round",
            Kind::Integer,
            "The number of the latest round, counted from 1.",
            "before the first round, or more than one is possible",
            |row: &In<'a>| or_empty(row.of.period.status.round),
        ),
        column(
            "evaluation_factor_percent",
            Kind::Integer,
            "The percentage that is added to the price of an offer.",
            "more than one value is possible, or the instrument has no listing",
            |row: &In<'a>| or_empty(row.of.period.status.evaluation_factor_percent(row.of.instrument)),
        ),
    ]
}

/// What decided it, and how good the evidence is.
fn reasons<'a>() -> Vec<Column<In<'a>>> {
    vec![
        column(
            "rules",
            Kind::Words,
            "The rules that stood in for a milestone, or qualified one.",
            "none did",
            |row: &In<'a>| because(row, |reason| reason.rule.map(Word::as_str)),
        ),
        column("milestones", Kind::Words, "The ids of the milestones that decided it.", "none did", |row: &In<'a>| {
            because(row, |reason| reason.milestone)
        }),
        column("evidence", Kind::Words, "How good the evidence of those milestones is.", "none did", |row: &In<'a>| {
            because(row, |reason| reason.evidence)
        }),
        column(
            "last_recorded_at",
            Kind::Instant,
            "The instant at which the last of those milestones was first recorded.",
            "none did",
            |row: &In<'a>| or_empty(last_recorded(row).map(instant_text)),
        ),
        column(
            "last_evidence_on",
            Kind::Edtf,
            "The date of the newest evidence up to the first day.",
            "there is none by then",
            |row: &In<'a>| or_empty(row.of.period.status.last_evidence),
        ),
        column(
            "undated_sources",
            Kind::Integer,
            "How many sources do not count because their day of publication is not known.",
            "never",
            |row: &In<'a>| row.of.period.status.undated_sources.to_string(),
        ),
    ]
}

/// When the log learnt the last of the milestones that decided a period.
fn last_recorded(row: &In<'_>) -> Option<DateTime<Utc>> {
    let decided = row.of.period.status.because.iter().filter_map(|reason| reason.milestone);
    decided.filter_map(|id| Some(row.of.dossier.shown(id)?.entry.recorded_at)).max()
}

/// What the reasons say, each once and in their order.
fn because<T: ToString>(row: &In<'_>, part: impl Fn(&Reason) -> Option<T>) -> String {
    let mut said: Vec<String> = Vec::new();
    for part in row.of.period.status.because.iter().filter_map(part).map(|part| part.to_string()) {
        if !said.contains(&part) {
            said.push(part);
        }
    }
    said.join("|")
}
