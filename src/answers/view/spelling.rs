//! How are the domain's words, dates and instants spelt outside?
//!
//! Invariant: as GraphQL spells them: a word in `SCREAMING_SNAKE_CASE`, a date as EDTF, an instant in UTC with six digits.

use async_graphql::SimpleObject;
use chrono::{DateTime, NaiveDate, Utc};
use schemars::JsonSchema;
use serde::{Serialize, Serializer};

use crate::domain::ids;
use crate::domain::time::{self, instant_text};
use crate::domain::words::{Possible, Word};

/// A word of a vocabulary, which leaves the program in `SCREAMING_SNAKE_CASE`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Term<W>(pub W);

impl<W: Word> From<W> for Term<W> {
    fn from(word: W) -> Self {
        Self(word)
    }
}

impl<W: Word> std::fmt::Display for Term<W> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(&self.0.as_str().to_ascii_uppercase())
    }
}

impl<W: Word> Serialize for Term<W> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// The word, when only one is possible.
#[must_use]
pub fn certain<W: Word>(possible: Possible<W>) -> Option<Term<W>> {
    possible.certain().map(Term)
}

/// Every word that is possible, in the order of the vocabulary.
#[must_use]
pub fn every<W: Word>(possible: Possible<W>) -> Vec<Term<W>> {
    possible.iter().map(Term).collect()
}

/// A day of the calendar, which leaves the program as `YYYY-MM-DD`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct Date(pub NaiveDate);

/// A date that may be uncertain, which leaves the program as EDTF.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct UncertainDate(pub time::UncertainDate);

/// A place in the log, which leaves the program as a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct Position(pub ids::Position);

/// A link that does no harm: it begins with `https://` or `http://`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Url(pub String);

/// An instant, which leaves the program in UTC with six digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Instant(pub DateTime<Utc>);

impl From<DateTime<Utc>> for Instant {
    fn from(at: DateTime<Utc>) -> Self {
        Self(at)
    }
}

impl Serialize for Instant {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&instant_text(self.0))
    }
}

/// A date that may be uncertain, with its bounds: it lies on a day from `earliest` to `latest`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema, SimpleObject)]
#[serde(rename_all = "camelCase")]
pub struct DateBounds {
    /// The date in EDTF, such as `2017-04-10`, `2017-04` or `[..2017-04-10]`.
    pub edtf: UncertainDate,
    /// The first day on which the date can lie; null when no first day is known.
    pub earliest: Option<Date>,
    /// The last day on which the date can lie.
    pub latest: Date,
}

impl From<time::UncertainDate> for DateBounds {
    fn from(date: time::UncertainDate) -> Self {
        Self { edtf: UncertainDate(date), earliest: date.earliest().map(Date), latest: Date(date.latest()) }
    }
}

impl DateBounds {
    /// The date itself, to reckon with.
    #[must_use]
    pub const fn date(&self) -> time::UncertainDate {
        self.edtf.0
    }
}

/// A text of at most so many characters; what is cut off leaves an ellipsis.
#[must_use]
pub fn shortened(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}
