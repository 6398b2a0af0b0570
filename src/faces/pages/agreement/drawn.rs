//! How does the timeline of one agreement look, and which rows stand below it?
//!
//! Invariant: a marker's number is its row's; what decides nothing, or lies outside of the axis, is in the table alone.

use chrono::{Datelike, Days, NaiveDate};

use crate::answers::view::{Detail, Milestone};
use crate::answers::{Course, Pin};
use crate::domain::words::MilestoneKind;
use crate::faces::pages::chart::{Axis, Band, Lagged, Track, bands};
use crate::faces::pages::{dates, words};
use crate::projections::knowledge::Basis;

/// The days after which a publication is drawn as late.
const LATE_DAYS: i64 = 30;

/// The tracks and the markers of an agreement.
pub struct Drawn {
    /// The list, the agreement, the talks.
    pub tracks: [Vec<Band>; 3],
    /// The milestones as they happened and were published.
    pub marks: Vec<Lagged>,
    /// Where a known term ends beyond today: from, to, and its words.
    pub ends: Option<(f64, f64, String)>,
}

impl Drawn {
    /// The drawing of an agreement's course and milestones.
    pub fn of(course: &Course, milestones: &[Milestone], axis: &Axis, pin: &Pin) -> Self {
        let until = axis.last.min(pin.today.max(pin.day));
        let term = term_after(milestones, pin).filter(|(last, _)| *last <= axis.last);
        let ends = term.map(|(last, said)| (axis.x(until), axis.x(last), format!("term ends {said}")));
        let tracks = [Track::Listing, Track::Standing, Track::Talks].map(|track| bands(course, axis, track, until));
        let numbered = rows(milestones).enumerate();
        let marks = numbered.filter_map(|(place, milestone)| mark(place + 1, milestone, axis)).collect();
        Self { tracks, marks, ends }
    }
}

/// The milestones of the table, in its order: all but copies of the list.
pub fn rows(milestones: &[Milestone]) -> impl Iterator<Item = &Milestone> {
    milestones.iter().filter(|milestone| !is_copy_of_the_list(milestone))
}

/// Whether a milestone is an observation of the list.
pub fn is_copy_of_the_list(milestone: &Milestone) -> bool {
    matches!(&milestone.detail, Detail::Observed { listings, .. } if !listings.is_empty())
}

/// What a milestone is called, with its marker: what was seen is said.
pub fn named(milestone: &Milestone) -> (&'static str, &'static str) {
    match &milestone.detail {
        Detail::Observed { talks: true, .. } => ("Talks reported", "intent"),
        Detail::Observed { standings, .. } if !standings.is_empty() => ("Seen in force, or not", "seen"),
        Detail::Observed { .. } => ("Seen on the list", "seen"),
        _ => (words::kind(milestone.kind.0), words::icon(milestone.kind.0)),
    }
}

/// The first day on which a source of a milestone was published.
pub fn published(milestone: &Milestone) -> Option<NaiveDate> {
    milestone.sources.iter().filter_map(|source| Some(source.published_on?.0)).min()
}

fn mark(number: usize, milestone: &Milestone, axis: &Axis) -> Option<Lagged> {
    let occurred = milestone.occurred.date();
    if !milestone.evidence.0.decides() || occurred.latest() < axis.first || occurred.latest() > axis.last {
        return None;
    }
    let (what, icon) = named(milestone);
    let told = published(milestone);
    let later = told.map(|day| (day - occurred.latest()).num_days());
    let public = told.map(|day| format!("; public on {}", dates::day(day))).unwrap_or_default();
    Some(Lagged {
        number,
        position: milestone.position.0,
        x: axis.x(occurred.latest()),
        from: (occurred.earliest() != Some(occurred.latest()))
            .then(|| occurred.earliest().map_or(0.0, |day| axis.x(day))),
        published: told.filter(|day| *day <= axis.last && *day >= axis.first).map(|day| axis.x(day)),
        late: later.is_some_and(|days| days > LATE_DAYS),
        icon,
        title: format!("{what}, {}{public}", dates::said(occurred)),
    })
}

/// The axis of one agreement: from the year before anything is known to today, or to the end of a known term.
pub fn axis_of(course: &Course, milestones: &[Milestone], pin: &Pin) -> Axis {
    let firm = milestones.iter().filter(|milestone| milestone.evidence.0.decides());
    let begins = firm.filter_map(|milestone| milestone.occurred.date().earliest());
    let first = begins.chain(course.begins()).min().unwrap_or(pin.today);
    let year = if first.year() > 2015 && first.ordinal() > 60 { first.year() } else { first.year() - 1 };
    let first = NaiveDate::from_ymd_opt(year.max(1900), 1, 1).unwrap_or(first);
    let now = pin.today.max(pin.day);
    let last = if pin.knowledge.basis == Basis::Published { pin.day } else { now };
    let term = term_after(milestones, pin).and_then(|(last, _)| last.checked_add_days(Days::new(120)));
    Axis::of(first, term.filter(|_| last == now).map_or(last, |term| term.max(last)), None)
}

/// The last day of the newest term that a source gives and that is not over.
fn term_after(milestones: &[Milestone], pin: &Pin) -> Option<(NaiveDate, String)> {
    let newest = milestones.iter().rev().find(|milestone| {
        matches!(milestone.kind.0, MilestoneKind::EnteredIntoForce | MilestoneKind::Renewed | MilestoneKind::Signed)
    })?;
    match &newest.detail {
        Detail::Term { until: Some(until) } if until.latest.0 > pin.today => {
            Some((until.latest.0, dates::short(until.date())))
        }
        _ => None,
    }
}
