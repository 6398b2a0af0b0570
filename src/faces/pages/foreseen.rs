//! What would change if this were recorded?
//!
//! Invariant: the words are those of the page of the agreement, and what stays the same is shown beside what does not.

use crate::answers::{AgreementForeseen, Foreseen, ForeseenAlert, days_late, is_late};
use crate::domain::event::Recorded;
use crate::domain::instrument::Instrument;
use crate::domain::words::Headline;
use crate::faces::pages::agreement::facts;
use crate::faces::pages::{dates, words};
use crate::projections::status::Status;

/// What the days say before and after.
pub struct Before {
    /// The day, as people read it.
    pub day: String,
    pub rows: Vec<Row>,
}

/// A fact before and after.
pub struct Row {
    pub name: &'static str,
    pub before: String,
    pub after: String,
    pub differs: bool,
}

/// The facts on some days; a day on which nothing differs is left out behind the first.
pub fn compared(foreseen: &[Foreseen], instrument: &Instrument) -> Vec<Before> {
    let all = foreseen.iter().map(|one| Before { day: dates::day(one.day), rows: rows(one, instrument) });
    all.enumerate()
        .filter(|(place, one)| *place == 0 || one.rows.iter().any(|row| row.differs))
        .map(|(_, one)| one)
        .collect()
}

fn rows(foreseen: &Foreseen, instrument: &Instrument) -> Vec<Row> {
    let row = |name, of: &dyn Fn(&Status) -> String| {
        let (before, after) = (of(&foreseen.before), of(&foreseen.after));
        Row { name, differs: before != after, before, after }
    };
    let mut rows = Vec::new();
    if instrument.has_listing() {
        rows.push(row("On the list", &|status| words::listings(status.listings)));
        rows.push(row("Price factor", &|status| words::factor(status.evaluation_factor_percent(instrument))));
    }
    let agreement = |status: &Status| {
        let standing = words::standings(status.standings);
        let since = status.since.filter(|_| status.headlines.certain() == Some(Headline::InForce));
        since.map_or(standing.clone(), |since| format!("{standing} {}", dates::since(since)))
    };
    rows.push(row("Agreement", &agreement));
    rows.push(row("Talks", &|status| {
        let fact = facts::talks(status, None);
        if fact.note.is_empty() { fact.value } else { format!("{}; {}", fact.value, fact.note) }
    }));
    rows
}

/// The alerts that would be raised and ended, a sentence each.
pub fn alerts(foreseen: &AgreementForeseen) -> Vec<String> {
    let told = |alerts: &[ForeseenAlert], what: &str| {
        alerts.iter().map(|alert| format!("An alert would {what}: {}", alert.sentence)).collect::<Vec<_>>()
    };
    [told(&foreseen.raised, "be raised"), told(&foreseen.ended, "end")].concat()
}

/// That subscribers hear of it as late news; nothing where they do not.
pub fn late(event: &Recorded) -> Option<String> {
    let days = days_late(event).filter(|_| is_late(event))?;
    Some(format!("It happened {} ago, so that subscribers hear of it as late news.", dates::days(days, Some(days))))
}
