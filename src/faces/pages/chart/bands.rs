//! Which stretch of which track is drawn how?
//!
//! Invariant: height says how much, hatching says how sure, position says of what; neighbours that look alike are one band.

use chrono::NaiveDate;

use super::Axis;
use crate::answers::Course;
use crate::domain::words::{Listing, Possible, Stage, Standing};
use crate::faces::pages::{dates, words};
use crate::projections::status::Status;

/// The three tracks of a country, always in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Track {
    /// The band for the days on which the regulation lists the partner.
    Listing,
    /// The band of the agreement.
    Standing,
    /// The band of the talks.
    Talks,
}

/// The look of a stretch: its colour and its pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Look {
    /// The class of its shape.
    pub class: &'static str,
    /// Whether it is certain; otherwise it is hatched or dotted.
    pub certain: bool,
    /// What the stretch says, for readers.
    pub words: &'static str,
}

/// A stretch of a track.
#[derive(Debug, Clone, PartialEq)]
pub struct Band {
    /// The place at which the stretch begins.
    pub x: f64,
    /// The width of the stretch.
    pub width: f64,
    /// The look of the stretch.
    pub look: Look,
    /// The same in words, with its days.
    pub title: String,
}

#[expect(clippy::unnecessary_wraps, reason = "it stands where there may be nothing to draw")]
const fn look(class: &'static str, certain: bool, words: &'static str) -> Option<Look> {
    Some(Look { class, certain, words })
}

fn of_listing(status: &Status) -> Option<Look> {
    match status.listings.certain() {
        Some(Listing::Blanket) => look("full", true, "any purchase"),
        Some(Listing::CaseByCase) => look("half", true, "purchase by purchase"),
        Some(Listing::Unlisted) => None,
        None if status.listings.has(Listing::Blanket) => look("full", false, "not certain"),
        None if status.listings.is_empty() => None,
        None => look("half", false, "not certain"),
    }
}

fn of_standing(status: &Status) -> Option<Look> {
    match status.standings.certain() {
        Some(Standing::InForce) => look("force", true, "in force"),
        Some(Standing::Signed) => look("signed", true, "signed"),
        Some(Standing::Expired) => look("gone", true, "expired"),
        Some(Standing::Terminated) => look("gone", true, "terminated"),
        Some(Standing::Suspended) => look("gone", true, "suspended"),
        Some(Standing::NotConcluded) => None,
        None if status.standings.is_empty() => None,
        None => look("force", false, "perhaps in force"),
    }
}

fn of_talks(status: &Status) -> Option<Look> {
    if status.facets().outcome_unknown {
        return look("review", false, "outcome not known");
    }
    let mut talks = Possible::of(&words::TALKS);
    if status.standings.certain() == Some(Standing::InForce) {
        talks = talks.or(Possible::only(Stage::Signed));
    }
    let certain = status.stages.within(talks);
    let (class, words) = match status.stages.and(talks).iter().next()? {
        Stage::Intent => ("intent", "intent"),
        Stage::Consultation => ("comments", "comments"),
        Stage::Review => ("review", "review"),
        _ => ("agreed", "agreed"),
    };
    look(class, certain, if certain { words } else { "perhaps" })
}

/// The bands of a track up to a day.
pub fn bands(course: &Course, axis: &Axis, track: Track, until: NaiveDate) -> Vec<Band> {
    let look = |status: &Status| match track {
        Track::Listing => of_listing(status),
        Track::Standing => of_standing(status),
        Track::Talks => of_talks(status),
    };
    let mut found: Vec<(Option<NaiveDate>, Option<NaiveDate>, Option<Look>)> = Vec::new();
    for period in &course.periods {
        let look = look(&period.status);
        match found.last_mut() {
            Some((_, to, last)) if *last == look => *to = period.to,
            _ => found.push((period.from, period.to, look)),
        }
    }
    let drawn = found.into_iter().filter_map(|(from, to, look)| band(axis, look?, from, to, until));
    let mut drawn: Vec<Band> = drawn.collect();
    if track == Track::Talks {
        drawn.extend(over_the_limit(course, axis, until));
    }
    drawn
}

/// What lies beyond the limit of its stage, over the bands of the talks.
fn over_the_limit(course: &Course, axis: &Axis, until: NaiveDate) -> Vec<Band> {
    let talks = course.over.iter().filter(|over| words::TALKS.contains(&over.stage));
    let late = Look { class: "late", certain: true, words: "stalled" };
    talks.filter_map(|over| band(axis, late, Some(over.from), over.to, until)).collect()
}

/// A stretch of days, as far as it lies on the axis.
fn band(axis: &Axis, look: Look, from: Option<NaiveDate>, to: Option<NaiveDate>, until: NaiveDate) -> Option<Band> {
    let end = to.map_or(until, |to| to.min(until));
    let begin = from.unwrap_or(axis.first).max(axis.first);
    if end <= begin {
        return None;
    }
    let (x, right) = (axis.x(begin), axis.x(end));
    let from = from.map_or_else(|| "from ever".to_owned(), dates::day);
    let to = to.filter(|to| *to <= until).map_or_else(|| "so far".to_owned(), |to| format!("to {}", dates::day(to)));
    let title = format!("{}, {from} {to}", dates::large(look.words));
    Some(Band { x, width: (right - x).max(0.12), look, title })
}
