//! Which milestones are marked, and where?
//!
//! Invariant: a marker stands on the last day that it can be, with a tail back to the first; what decides nothing is not marked.

use chrono::NaiveDate;

use super::Axis;
use crate::answers::Course;
use crate::domain::words::MilestoneKind;
use crate::faces::pages::{dates, words};

/// What a lane marks: the turns of a history.
pub const KINDS_OF_A_LANE: [MilestoneKind; 7] = [
    MilestoneKind::IntentAnnounced,
    MilestoneKind::NoticePublished,
    MilestoneKind::Signed,
    MilestoneKind::EnteredIntoForce,
    MilestoneKind::Renewed,
    MilestoneKind::Expired,
    MilestoneKind::Terminated,
];

/// A marker on a day.
#[derive(Debug, Clone, PartialEq)]
pub struct Mark {
    /// The place at which the mark stands.
    pub x: f64,
    /// Where its tail begins, where the day is not exact.
    pub from: Option<f64>,
    /// The shape of the marker, by the name of its icon.
    pub icon: &'static str,
    /// The text that the mark shows.
    pub title: String,
}

/// The markers of some kinds up to a day, the first announcement of a round alone.
pub fn marks(course: &Course, axis: &Axis, kinds: &[MilestoneKind], until: NaiveDate) -> Vec<Mark> {
    let mut announced = false;
    let facts = course.facts.iter().filter(|fact| fact.evidence.decides() && kinds.contains(&fact.kind));
    let inside = facts.filter(|fact| (axis.first..=until.min(axis.last)).contains(&fact.occurred.latest()));
    let marks = inside.filter_map(|fact| {
        let intent = fact.kind == MilestoneKind::IntentAnnounced;
        // Several announcements of one attempt say no more than the first.
        if intent && announced {
            return None;
        }
        announced = intent || (announced && fact.kind != MilestoneKind::Signed);
        let exact = fact.occurred.exact().is_some();
        let from = fact.occurred.earliest().map_or(0.0, |earliest| axis.x(earliest));
        Some(Mark {
            x: axis.x(fact.occurred.latest()),
            from: (!exact).then_some(from),
            icon: words::icon(fact.kind),
            title: format!("{}: {}", words::kind(fact.kind), dates::said(fact.occurred)),
        })
    });
    marks.collect()
}
