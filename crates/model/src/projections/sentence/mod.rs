//! How does one say a status to a person who may quote it?
//!
//! Invariant: the first sentence answers; what is a rule or one of several readings is never said as a fact; what is uncertain is
//! said with its reason, and how far the record reaches with its day.

mod agreement;
mod answer;
pub(super) mod dates;
mod doubts;
mod factor;
mod perhaps;
mod reach;
mod round;
mod viewpoint;

pub use self::round::{beyond, stalls_after};
pub use self::viewpoint::Viewpoint;
use super::status::Status;
use crate::domain::country::Country;
use crate::domain::instrument::Instrument;
use crate::domain::source::Preference;
use crate::domain::time::UncertainDate;
use crate::domain::wording::Tense;
use crate::domain::words::Stage;

/// A status that is to be said.
#[derive(Clone, Copy)]
struct Said<'a> {
    status: &'a Status,
    country: Country,
    instrument: &'a Instrument,
    from: &'a Viewpoint,
    tense: Tense,
    /// Whether the day is still to come.
    future: bool,
}

impl<'a> Said<'a> {
    /// The word for the tense, of the two.
    const fn of<'w>(&self, present: &'w str, past: &'w str) -> &'w str {
        self.tense.of(present, past)
    }

    /// The agreement's name, as a noun.
    fn noun(&self) -> &'a str {
        &self.instrument.names.agreement
    }

    /// The same in one small word: "agreement", "arrangement".
    fn short_noun(&self) -> String {
        self.noun().rsplit(' ').next().unwrap_or_default().to_lowercase()
    }

    /// The day asked about in words after a space, where it is another than today and known.
    fn on_that_day(&self) -> String {
        let day = self.status.on().filter(|_| self.tense == Tense::Past || self.future);
        day.map(|day| format!(" on {}", dates::day(day))).unwrap_or_default()
    }

    /// When something came, after a sentence that has named the day asked about.
    fn when(&self, date: UncertainDate) -> String {
        let named = !self.on_that_day().is_empty();
        if named && date.exact() == Some(self.status.day) { "that day".to_owned() } else { dates::when(date) }
    }
}

/// What is said of a status, in its parts, for a page that sets the answer apart from what explains it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parts {
    /// Whether it is a partner: the first sentence.
    pub answer: String,
    /// Which agreement is in force, and how far the talks have come.
    pub standing: Vec<String>,
    /// Which factor an offer carries; `None` where the instrument has no listing.
    pub factor: Option<String>,
    /// What is uncertain, and how far the record reaches.
    pub doubts: Vec<String>,
}

impl Parts {
    /// All of it, in the order in which it is said.
    fn joined(self) -> String {
        let Self { answer, standing, factor, doubts } = self;
        let all: Vec<String> = std::iter::once(answer).chain(standing).chain(factor).chain(doubts).collect();
        all.join(" ")
    }
}

/// The status of a country under an instrument, in plain English, as it looks from somewhere.
#[must_use]
pub fn sentence(status: &Status, country: Country, instrument: &Instrument, from: &Viewpoint) -> String {
    parts(status, country, instrument, from).joined()
}

/// The parts of [`sentence`].
#[must_use]
pub fn parts(status: &Status, country: Country, instrument: &Instrument, from: &Viewpoint) -> Parts {
    let tense = if status.day < from.today { Tense::Past } else { Tense::Present };
    let said = Said { status, country, instrument, from, tense, future: status.day > from.today };
    let mut standing = said.agreement();
    standing.extend(said.round());
    let mut doubts = said.doubts();
    doubts.extend(said.checked());
    let answer = large(&format!("{}{}", said.lead(), said.answer()));
    Parts { answer, standing, factor: said.factor(), doubts }
}

/// A sentence with its first letter large.
fn large(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// A date in words: a day, or what its bounds allow.
#[must_use]
pub fn dated(date: UncertainDate) -> String {
    match (date.exact(), date.earliest()) {
        (Some(day), _) => day.to_string(),
        (None, None) => format!("{} or before", date.latest()),
        (None, Some(earliest)) => {
            let text = date.to_string();
            if text.starts_with('[') { format!("between {earliest} and {}", date.latest()) } else { text }
        }
    }
}

pub(super) fn stage_text(instrument: &Instrument, stage: Stage) -> String {
    instrument.rules(stage).map_or_else(|| stage.to_string(), |rules| rules.label.to_lowercase())
}

/// Why one telling was preferred to another that contradicts it, as words that follow "because" (rule 15).
#[must_use]
pub const fn preferred(by: Preference) -> &'static str {
    match by {
        Preference::Overlap => "all tellings overlap, and the date is their intersection",
        Preference::Deciding => "the others are approximate or suspect, which never decides",
        Preference::Primary => "an official record comes before a report",
        Preference::Stated => "what a source states comes before what was inferred",
        Preference::Narrower => "equally good sources disagree, and it is the narrower",
        Preference::LaterPublished => "equally good and equally narrow tellings disagree, and it was published later",
        Preference::LaterRecorded => "tellings equal in all else disagree, and it was recorded later",
        Preference::Union => "the best are equal in everything and disagree, so the date spans them all",
    }
}
