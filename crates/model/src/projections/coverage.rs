//! How much is known of the days that matter in an agreement's life?
//!
//! Invariant: only what may decide a status counts; a day that nobody told is "not found", never a guess.

use chrono::{Datelike, NaiveDate};

use super::history::{Fact, Known, Matter};
use crate::domain::ids::MilestoneId;
use crate::domain::time::UncertainDate;
use crate::domain::words::{Evidence, Listing, MilestoneKind, Standing, words};

words! {
    /// How precisely a day is known. From the least to the most precise: `NOT_FOUND`, `BOUND`, `YEAR`, `MONTH`, `DAY`.
    Precision as "precision" called "DatePrecision" {
        /// No milestone gives the day.
        NotFound = "not_found",
        /// The day can lie in more than one calendar year, or the earliest possible day is not known.
        Bound = "bound",
        /// The day lies within one calendar year, which is known.
        Year = "year",
        /// The day lies within one calendar month, which is known.
        Month = "month",
        /// The day is known exactly.
        Day = "day",
    }
}

impl Precision {
    /// How precise a date is.
    #[must_use]
    pub fn of(date: UncertainDate) -> Self {
        let Some(earliest) = date.earliest() else { return Self::Bound };
        let month = |day: NaiveDate| (day.year(), day.month());
        match date.latest() {
            latest if latest == earliest => Self::Day,
            latest if month(latest) == month(earliest) => Self::Month,
            latest if latest.year() == earliest.year() => Self::Year,
            _ => Self::Bound,
        }
    }
}

/// What is known of one of the days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Covered {
    /// The milestone that gives the day.
    pub milestone: MilestoneId,
    /// The kind of that milestone: an observation bounds the day of a listing that no milestone gives.
    pub kind: MilestoneKind,
    /// The date, which may be uncertain.
    pub occurred: UncertainDate,
    /// How good the evidence is.
    pub evidence: Evidence,
}

/// What is known of the days that matter in an agreement's life; `None` for a day that was not found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Coverage {
    /// Whether a milestone proves that an agreement was concluded.
    pub concluded: bool,
    /// The day of the first signature.
    pub signed: Option<Covered>,
    /// The first entry into force.
    pub entered: Option<Covered>,
    /// The first listing, or the first sight of one.
    pub listed: Option<Covered>,
    /// The day of the latest renewal.
    pub renewed: Option<Covered>,
}

impl Coverage {
    /// The coverage of what is known.
    #[must_use]
    pub fn of(known: &Known) -> Self {
        let first = |kind: MilestoneKind| first_of(known, |fact| fact.kind == kind);
        let observed =
            || first_of(known, is_sight_of_a_listing).map(|seen| Covered { occurred: by(seen.occurred), ..seen });
        let renewed = known.facts.iter().filter(|fact| fact.decides() && fact.kind == MilestoneKind::Renewed);
        Self {
            concluded: known.facts.iter().any(|fact| fact.decides() && proves_an_agreement(fact)),
            signed: first(MilestoneKind::Signed),
            entered: first(MilestoneKind::EnteredIntoForce),
            listed: first(MilestoneKind::Listed).or_else(observed),
            renewed: renewed.max_by_key(|fact| fact.occurred.latest()).map(covered),
        }
    }

    /// The precision of the better known of signature and entry into force: how well it is known since when there is an
    /// agreement.
    #[must_use]
    pub fn beginning(&self) -> Precision {
        let precision = |of: Option<Covered>| of.map_or(Precision::NotFound, |of| Precision::of(of.occurred));
        precision(self.signed).max(precision(self.entered))
    }
}

fn first_of(known: &Known, wanted: impl Fn(&Fact) -> bool) -> Option<Covered> {
    let facts = known.facts.iter().filter(|fact| fact.decides() && wanted(fact));
    facts.min_by_key(|fact| (fact.occurred.latest(), fact.position)).map(covered)
}

fn is_sight_of_a_listing(fact: &Fact) -> bool {
    matches!(fact.matter, Matter::SeenListing(seen) if !seen.has(Listing::Unlisted))
}

/// Whether nothing but an agreement that was concluded can bring such a milestone.
fn proves_an_agreement(fact: &Fact) -> bool {
    let by_kind = matches!(
        fact.kind,
        MilestoneKind::Signed
            | MilestoneKind::EnteredIntoForce
            | MilestoneKind::Listed
            | MilestoneKind::Renewed
            | MilestoneKind::Amended
            | MilestoneKind::Suspended
            | MilestoneKind::Resumed
            | MilestoneKind::Expired
            | MilestoneKind::Terminated
    );
    let is_seen = matches!(fact.matter, Matter::SeenStanding(seen) if !seen.has(Standing::NotConcluded));
    by_kind || is_seen || is_sight_of_a_listing(fact)
}

/// What was seen on a day began on it or before it.
fn by(seen: UncertainDate) -> UncertainDate {
    UncertainDate::between(None, seen.latest()).unwrap_or(seen)
}

fn covered(fact: &Fact) -> Covered {
    Covered { milestone: fact.milestone, kind: fact.kind, occurred: fact.occurred, evidence: fact.evidence }
}
