//! How are the domain's words, dates and instants spelt outside?
//!
//! Invariant: as GraphQL spells them: a word in `SCREAMING_SNAKE_CASE`, a date as EDTF, an instant in UTC with six digits.

use chrono::{DateTime, NaiveDate, Utc};
use schemars::JsonSchema;
use serde::{Serialize, Serializer};

use crate::domain::time::{UncertainDate, instant_text};
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

/// Every possible word.
#[must_use]
pub fn every<W: Word>(possible: Possible<W>) -> Vec<Term<W>> {
    possible.iter().map(Term).collect()
}

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

/// A date with its bounds: it lies on a day from `earliest` to `latest`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DateBounds {
    /// The date as EDTF.
    pub edtf: UncertainDate,
    /// The first day that it can be; null when that is open.
    pub earliest: Option<NaiveDate>,
    /// The last day that it can be.
    pub latest: NaiveDate,
}

impl From<UncertainDate> for DateBounds {
    fn from(date: UncertainDate) -> Self {
        Self { edtf: date, earliest: date.earliest(), latest: date.latest() }
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
