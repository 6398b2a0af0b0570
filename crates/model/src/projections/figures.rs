//! What was known about a figure, and does a stated count fit what the record counts on its day?
//!
//! Invariant: a count of the record is a range wherever an agreement is uncertain; a difference is reported only when
//! no reading of the record has the stated number.

use chrono::NaiveDate;

use super::knowledge::Knowledge;
use super::status::{Status, status_at};
use super::worlds::Worlds;
use crate::domain::agreement::EntryState;
use crate::domain::figure::parts::{Accuracy, Measure};
use crate::domain::figure::state::FigureRecord;
use crate::domain::figure::{Figure, FigureLogged};
use crate::domain::instrument::Instrument;
use crate::domain::words::{Listing, Possible, Standing, words};

/// A figure as it was known, with the sources that counted; `None` when none did, or when it was taken back.
///
/// As of milestones, a cut by publication takes the sources that had been published and the content as it is recorded.
#[must_use]
pub fn known(events: &[FigureLogged], knowledge: &Knowledge) -> Option<FigureRecord> {
    let counted = events.iter().filter(|event| knowledge.has_recorded(event.position, event.recorded_at));
    let mut figure = FigureRecord::of(counted)?;
    figure.sources.retain(|source| knowledge.has_read(source.published_on));
    (figure.state != EntryState::Retracted && !figure.sources.is_empty()).then_some(figure)
}

words! {
    /// Whether a stated count of partners fits what the record counts on that day. A number that the source states
    /// approximately still fits when the two differ by at most a twentieth of that number.
    Fit as "fit" called "FigureFit" {
        /// Every count that the record allows fits the figure.
        Agrees = "agrees",
        /// The record is uncertain about some partners: some of the counts that it allows fit the figure, and others do
        /// not.
        Possible = "possible",
        /// No count that the record allows fits the figure: the source is wrong, the record is wrong, or the record
        /// lacks something.
        Differs = "differs",
    }
}

/// How many partners the record counts on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counted {
    /// Those that are partners by every reading.
    pub at_least: u64,
    /// Those that are partners by some reading.
    pub at_most: u64,
}

impl Counted {
    /// Counts one more agreement by its status on the day.
    pub fn count(&mut self, measure: Measure, status: &Status) {
        let (surely, perhaps) = partner(measure, status);
        self.at_least += u64::from(surely);
        self.at_most += u64::from(perhaps);
    }

    /// Whether a stated number fits; a number that the source states approximately fits within a twentieth of it.
    #[must_use]
    pub fn fit(self, value: u64, accuracy: Accuracy) -> Fit {
        let Self { at_least, at_most } = self;
        let slack = if accuracy == Accuracy::About { value / 20 } else { 0 };
        // The numbers that the source allows.
        let lowest = if accuracy == Accuracy::AtMost { 0 } else { value - slack };
        let highest = if accuracy == Accuracy::AtLeast { u64::MAX } else { value.saturating_add(slack) };
        if lowest <= at_least && at_most <= highest {
            Fit::Agrees
        } else if at_least <= highest && lowest <= at_most {
            Fit::Possible
        } else {
            Fit::Differs
        }
    }
}

/// The day, the measure and the number of a figure that the record can count too: a count of partners on one known day.
#[must_use]
pub fn countable(figure: &Figure) -> Option<(NaiveDate, Measure, u64)> {
    let measure = figure.measure.known().filter(|measure| measure.counts() && figure.of.country().is_none())?;
    Some((figure.span.day()?, measure, figure.value.whole()?))
}

/// The status of an agreement on each of some days.
pub fn on_days<'a>(
    worlds: &'a Worlds,
    instrument: &'a Instrument,
    days: impl IntoIterator<Item = NaiveDate> + 'a,
) -> impl Iterator<Item = (NaiveDate, Status)> + 'a {
    days.into_iter().map(move |day| (day, status_at(worlds, instrument, day)))
}

/// Whether an agreement makes its country a partner by every reading, and by any.
fn partner(measure: Measure, status: &Status) -> (bool, bool) {
    let listings = status.listings;
    let unlisted = Possible::only(Listing::Unlisted);
    let listed = (!listings.is_empty() && listings.and(unlisted).is_empty(), listings.bits() & !unlisted.bits() != 0);
    if measure == Measure::ListedPartners {
        return listed;
    }
    let bound = Possible::of(&[Standing::Signed, Standing::InForce, Standing::Suspended]);
    let standings = status.standings;
    let held = standings.and(bound);
    let concluded = (!standings.is_empty() && held.bits() == standings.bits(), !held.is_empty());
    (listed.0 || concluded.0, listed.1 || concluded.1)
}
