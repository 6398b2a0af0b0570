//! Which deadlines lie between two days, and who told them?
//!
//! Invariant: a deadline lies there when any day that it can be does; one whose beginning is open counts by its latest day.

use chrono::{Days, NaiveDate};

use super::knowledge::Knowledge;
use super::sentence::dates;
use super::watched::{Due, Watched};
use crate::domain::event::{Event, Recorded};
use crate::domain::ids::AgreementId;
use crate::domain::instrument::Instrument;
use crate::domain::time::{LAST_DAY, UncertainDate};
use crate::domain::words::{Deadline, Word};

/// Days before a day from which on deadlines are of interest when nobody says more: what has just passed is still acted upon.
pub const PAST_DAYS: u64 = 30;

/// Days from a first to a last, both included; `None` has no end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// Only deadlines that can be on this day or later.
    pub from: NaiveDate,
    /// Only deadlines that can be on this day or before; `None` for no limit.
    pub to: Option<NaiveDate>,
}

impl Window {
    /// The days that are meant on a day when one or both ends are left out.
    #[must_use]
    pub fn on(day: NaiveDate, from: Option<NaiveDate>, to: Option<NaiveDate>) -> Self {
        Self { from: from.unwrap_or_else(|| day.checked_sub_days(Days::new(PAST_DAYS)).unwrap_or(day)), to }
    }

    /// The deadlines in it, as they are watched.
    pub fn of(self, watched: &Watched) -> impl Iterator<Item = Due> + '_ {
        watched
            .deadlines
            .iter()
            .copied()
            .filter(move |due| due.on.latest() >= self.from && self.to.is_none_or(|to| due.first() <= to))
    }
}

impl Due {
    /// The first day on which to reckon with it: the first that it can be, or the last where the beginning is open.
    #[must_use]
    pub fn first(&self) -> NaiveDate {
        self.on.earliest().unwrap_or(self.on.latest())
    }

    /// The day after the last that it can be; `None` at the end of the calendar.
    #[must_use]
    pub fn day_after(&self) -> Option<NaiveDate> {
        self.on.latest().succ_opt().filter(|after| *after <= LAST_DAY)
    }

    /// The days from a day to the first on which to reckon with it; negative when that has passed.
    #[must_use]
    pub fn days_left(&self, day: NaiveDate) -> i64 {
        (self.first() - day).num_days()
    }

    /// What makes it the same deadline in every calendar, on every machine and at every position, also when its day moves.
    #[must_use]
    pub fn uid(&self) -> String {
        format!("{}-{}@depositary", self.by, self.deadline.as_str().replace('_', "-"))
    }

    /// The events by which its day is known, the last first: those that recorded or corrected what it rests on. How many
    /// there are only grows, so a calendar tells by it which of two tellings is the later one.
    pub fn told_by<'e>(&self, events: &'e [Recorded], knowledge: &Knowledge) -> impl Iterator<Item = &'e Recorded> {
        let (by, knowledge) = (self.by, *knowledge);
        events.iter().rev().filter(move |event| {
            event.milestone() == Some(by)
                && matches!(event.event, Event::MilestoneRecorded(_) | Event::MilestoneCorrected(_))
                && knowledge.has_recorded(event.position, event.recorded_at)
        })
    }

    /// What it is, in few words.
    #[must_use]
    pub const fn title(&self) -> &'static str {
        match self.deadline {
            Deadline::CommentsClose => "comments close",
            Deadline::TermEnds => "term ends",
        }
    }
}

/// A deadline in a sentence, for people.
#[must_use]
pub fn deadline_sentence(
    agreement: &AgreementId,
    instrument: &Instrument,
    deadline: Deadline,
    on: UncertainDate,
) -> String {
    let whose = format!("{} ({})", agreement.country.name(), instrument.code);
    match deadline {
        Deadline::CommentsClose => {
            format!("{whose}: comments on the {} close {}.", instrument.names.notice, dates::when(on))
        }
        Deadline::TermEnds => {
            format!("{whose}: the term of the {} ends {}.", instrument.names.agreement, dates::when(on))
        }
    }
}
