//! What does the head of an agreement's page say at a glance?
//!
//! Invariant: each fact has the value of the status, with since when it holds, as far as that is known.

use crate::answers::{Course, Pin};
use crate::domain::instrument::Instrument;
use crate::domain::time::UncertainDate;
use crate::domain::words::{Listing, Standing};
use crate::faces::pages::overview::{since_in_force, since_listed};
use crate::faces::pages::{dates, words};
use crate::projections::knowledge::Basis;
use crate::projections::limits::Limits;
use crate::projections::reasons::usual;
use crate::projections::sentence::{beyond, stalls_after};
use crate::projections::status::Status;

/// A fact: what, its value, and what more is known of it.
pub struct Fact {
    pub name: &'static str,
    pub value: String,
    pub note: String,
}

/// The facts of a course on its day.
pub fn facts(
    course: &Course,
    instrument: &Instrument,
    limits: &Limits,
    confirmed: Option<UncertainDate>,
    pin: &Pin,
) -> Vec<Fact> {
    let mut facts = Vec::new();
    if instrument.has_listing() {
        facts.push(listing(course, confirmed));
        facts.push(factor(course, instrument));
    }
    facts.push(standing(course));
    let group = course.status.waiting.map(|waiting| waiting.group);
    facts.push(talks(&course.status, group.and_then(|group| usual(limits, group))));
    facts.push(evidence(course, pin));
    facts
}

fn listing(course: &Course, confirmed: Option<UncertainDate>) -> Fact {
    let status = &course.status;
    let value = match status.listings.certain() {
        Some(Listing::Blanket) => "Yes, for any purchase".to_owned(),
        Some(Listing::CaseByCase) => "Yes, purchase by purchase".to_owned(),
        Some(Listing::Unlisted) => "No".to_owned(),
        None => dates::large(&format!("not certain: {}", words::listings(status.listings))),
    };
    let since = since_listed(course).map(dates::since);
    let background = &status.background;
    let seen = background.list_seen.map(|seen| seen.last);
    let unlisted = status.listings.certain() == Some(Listing::Unlisted);
    let confirmed = confirmed.map(|on| {
        let of = dates::since(on).replacen("since ", "of ", 1);
        let not_named = unlisted && Some(on) != background.off_list;
        let by = if not_named || Some(on) == seen { "a copy of the list" } else { "a source" };
        format!("last confirmed by {by} {of}{}", if not_named { ", which does not name it" } else { "" })
    });
    let note = since.into_iter().chain(confirmed).collect::<Vec<_>>().join("; ");
    Fact { name: "On the list", value, note }
}

fn factor(course: &Course, instrument: &Instrument) -> Fact {
    let status = &course.status;
    let percent = status.evaluation_factor_percent(instrument);
    let citations = status.listings.iter().filter_map(|listing| instrument.factor_effect(listing, status.day));
    let mut citations: Vec<&str> = citations.map(|effect| effect.citation.as_str()).collect();
    citations.dedup();
    Fact { name: "Price factor", value: dates::large(&words::factor(percent)), note: citations.join("; ") }
}

fn standing(course: &Course) -> Fact {
    let status = &course.status;
    let value = dates::large(&words::standings(status.standings));
    let note = match status.standings.certain() {
        Some(Standing::InForce) => since_in_force(course).map(dates::since).unwrap_or_default(),
        Some(Standing::NotConcluded) => "no signature is on record by that day".to_owned(),
        Some(_) => status.since.map(dates::since).unwrap_or_default(),
        None => "what is on record allows more than one answer".to_owned(),
    };
    Fact { name: "Agreement", value, note }
}

/// How far talks have come, for how long, and what that is measured by: whose limit it is, and how long others took, where that is
/// to be said.
pub fn talks(status: &Status, usual: Option<String>) -> Fact {
    let name = "Talks";
    let Some(waiting) = status.waiting.filter(|waiting| words::TALKS.contains(&waiting.stage)) else {
        let possible = status.stages.iter().any(|stage| words::TALKS.contains(&stage));
        let value = if possible { "Perhaps open" } else { "None open" };
        return Fact { name, value: value.to_owned(), note: String::new() };
    };
    if waiting.outcome_unknown {
        let note = format!("a renewal, {}; no source says how it ended", dates::since(waiting.since));
        return Fact { name, value: "Renewal: outcome not known".to_owned(), note };
    }
    let renewal = if waiting.group.renewal { "renewal " } else { "" };
    let stage = words::stage(waiting.stage);
    let value = dates::large(&format!("{renewal}{stage} for {}", dates::days(waiting.days, waiting.days_at_most)));
    let dormant = waiting.dormant.then(|| "counted as dormant, since nothing was heard of it for years".to_owned());
    let measured = beyond(&waiting).or_else(|| stalls_after(&waiting)).map(|limit| dates::large(&limit));
    let measured = measured.into_iter().chain(dormant).collect::<Vec<_>>().join("; ");
    let said = Some(measured).filter(|said| !said.is_empty()).map(|said| format!("{said}."));
    let note = said.into_iter().chain(usual).collect::<Vec<_>>().join(" ");
    Fact { name, value, note }
}

fn evidence(course: &Course, pin: &Pin) -> Fact {
    let status = &course.status;
    let newest = status.background.newest.map(|newest| dates::said(newest.date));
    let value = newest.unwrap_or_else(|| "None on record".to_owned());
    let left_out = match status.undated_sources {
        0 => "no source without a date was left out".to_owned(),
        1 => "one source without a date of publication was left out".to_owned(),
        more => format!("{more} sources without a date of publication were left out"),
    };
    let note = match pin.knowledge.basis {
        Basis::Published => left_out,
        Basis::Recorded => format!("by all that is recorded, up to log entry {}", pin.knowledge.position),
    };
    Fact { name: "Newest evidence", value, note }
}
