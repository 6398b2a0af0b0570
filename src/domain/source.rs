//! Where is it told, how far can that be trusted, and since when could anyone read it?
//!
//! Invariant: how several tellings of one milestone become one date is decided here and nowhere else (rule 6).

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::time::UncertainDate;
use super::words::{Evidence, Reliability};

/// A place where a fact is told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// What the document is called.
    pub title: String,
    /// Where it can be read; http or https.
    pub url: String,
    /// Who published it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub publisher: Option<String>,
    /// How it is cited, such as "82 FR 61483".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub citation: Option<String>,
    /// Its number at the publisher, such as "2017-27780".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document_number: Option<String>,
    /// The day it was published; one without counts for nothing under `PUBLISHED`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub published_on: Option<NaiveDate>,
    /// An official record, or a report.
    pub reliability: Reliability,
    /// What it says of the date itself; left out when that is the milestone's own date.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tells: Option<Telling>,
}

/// What one source says of a milestone's date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Telling {
    /// The date as told.
    pub date: UncertainDate,
    /// How good that telling is.
    pub evidence: Evidence,
}

impl Telling {
    /// The same of a milestone with this evidence: no source makes a doubtful one decide, since evidence is a part of
    /// the milestone (rule 6).
    #[must_use]
    pub fn doubted(self, milestone: Evidence) -> Self {
        if milestone.decides() { self } else { Self { evidence: milestone, ..self } }
    }
}

/// A telling with what decides between it and others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Told {
    /// What is told.
    pub telling: Telling,
    /// By an official record or by a report.
    pub reliability: Reliability,
    /// When it was published.
    pub published_on: Option<NaiveDate>,
    /// When this log learnt it; later is preferred when all else is equal.
    pub order: u64,
}

/// The one date and evidence that several tellings amount to (rule 6); `None` without any telling.
///
/// Tellings that decide and overlap give their intersection. Otherwise the preferred one: primary before
/// secondary, stated before inferred, narrower, later published, later recorded; the union when the best
/// disagree. Approximate and suspect tellings speak only when nothing better does.
#[must_use]
pub fn resolve(told: &[Told]) -> Option<Telling> {
    let deciding: Vec<&Told> = told.iter().filter(|one| one.telling.evidence.decides()).collect();
    let pool: Vec<&Told> = if deciding.is_empty() { told.iter().collect() } else { deciding };
    let first = pool.first()?;
    let overlap = pool.iter().skip(1).try_fold(first.telling.date, |date, one| date.intersection(one.telling.date));
    if let Some(date) = overlap {
        // The evidence is that of whoever tells the date most narrowly, at its best.
        let narrowest = pool.iter().map(|one| one.telling.date.width()).min()?;
        let evidence =
            pool.iter().filter(|one| one.telling.date.width() == narrowest).map(|one| one.telling.evidence).min()?;
        return Some(Telling { date, evidence });
    }
    let preference = |one: &Told| {
        (
            one.reliability,
            one.telling.evidence,
            one.telling.date.width(),
            std::cmp::Reverse(one.published_on),
            std::cmp::Reverse(one.order),
        )
    };
    let best = pool.iter().map(|one| preference(one)).min()?;
    let of_the_best = pool.iter().filter(|one| preference(one) == best).map(|one| one.telling);
    of_the_best.reduce(|a, b| Telling { date: a.date.union(b.date), evidence: a.evidence.max(b.evidence) })
}
