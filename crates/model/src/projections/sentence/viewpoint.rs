//! For which day and by whose knowledge does a sentence speak?
//!
//! Invariant: an answer whose knowledge is cut by time, or to what was published, says so in its first words.

use chrono::{DateTime, NaiveDate, NaiveTime, Timelike, Utc};

use super::{Said, dates};
use crate::projections::knowledge::Basis;

/// From where a status is looked at, which decides the tense and the first words of its sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Viewpoint {
    /// The day that is today.
    pub today: NaiveDate,
    /// Whose knowledge counts.
    pub basis: Basis,
    /// The instant by which it was known, where the knowledge is cut by one.
    pub known_at: Option<DateTime<Utc>>,
}

impl Viewpoint {
    /// By everything on record, on a day that is today.
    #[must_use]
    pub const fn of(today: NaiveDate) -> Self {
        Self { today, basis: Basis::Recorded, known_at: None }
    }

    /// The day up to which knowledge reaches, where it is cut by time.
    pub(super) fn known_on(&self) -> Option<NaiveDate> {
        self.known_at.map(|at| at.date_naive())
    }

    /// Where knowledge is cut, as the first words of a sentence; empty where it is not.
    fn cut(&self) -> String {
        let by = self.known_at.map(instant);
        match (self.basis, by) {
            (Basis::Published, Some(by)) => format!("by what had been published by {by}"),
            (Basis::Published, None) => "by sources with a day of publication".to_owned(),
            (Basis::Recorded, Some(by)) => format!("by what had been recorded by {by}"),
            (Basis::Recorded, None) => String::new(),
        }
    }
}

/// An instant in words: a day where it is the day's last moment or its first, else with its minute.
fn instant(at: DateTime<Utc>) -> String {
    let (day, time) = (dates::day(at.date_naive()), at.time());
    let whole = time == NaiveTime::MIN || (time.hour(), time.minute(), time.second()) == (23, 59, 59);
    if whole { day } else { format!("{} UTC on {day}", time.format("%H:%M")) }
}

impl Said<'_> {
    /// The first words: by which knowledge it is so, and that a day to come is one.
    pub(super) fn lead(&self) -> String {
        let cut = self.from.cut();
        match (cut.is_empty(), self.future) {
            (true, false) => String::new(),
            (true, true) => "if nothing new happens, ".to_owned(),
            (false, false) => format!("{cut}, "),
            (false, true) => format!("{cut}, and if nothing new happens, "),
        }
    }

    /// What is on record, as the knowledge counts, after a noun that the record lacks: "no signature … is on record".
    pub(super) fn yet(&self) -> &'static str {
        let past = self.status.on().is_some() && self.status.day < self.from.today;
        match (self.from.basis, past) {
            (Basis::Published, true) if self.status.undated_sources > 0 => {
                "by that day is given by a source with a day of publication"
            }
            (Basis::Published, false) if self.status.undated_sources > 0 => {
                "is given by a source with a day of publication"
            }
            (_, true) => "by that day is on record",
            (_, false) => "is on record",
        }
    }
}
