//! How are the domain's words and dates spelt outside?
//!
//! Invariant: as GraphQL spells them: a word in `SCREAMING_SNAKE_CASE`, a date as EDTF, an instant in UTC with six digits.

use serde_json::{Value, json};

use crate::domain::agreement::EntryState;
use crate::domain::country::Country;
use crate::domain::time::UncertainDate;
use crate::domain::words::{Possible, Word};
use crate::projections::status::Facet;

/// A word.
pub fn word<W: Word>(word: W) -> String {
    word.as_str().to_ascii_uppercase()
}

/// The word, when only one is possible.
pub fn certain<W: Word>(possible: Possible<W>) -> Option<String> {
    possible.certain().map(word)
}

/// Every possible word.
pub fn every<W: Word>(possible: Possible<W>) -> Vec<String> {
    possible.iter().map(word).collect()
}

/// The vocabulary, for a message.
pub fn vocabulary<W: Word>() -> String {
    W::ALL.iter().map(|each| word(*each)).collect::<Vec<_>>().join(", ")
}

/// What became of a milestone.
pub const fn state(state: EntryState) -> &'static str {
    match state {
        EntryState::Recorded => "RECORDED",
        EntryState::Refined => "REFINED",
        EntryState::Corrected => "CORRECTED",
        EntryState::Retracted => "RETRACTED",
    }
}

/// A part of a status.
pub const fn facet(facet: Facet) -> &'static str {
    match facet {
        Facet::Standing => "STANDING",
        Facet::Listing => "LISTING",
        Facet::Stage => "STAGE",
    }
}

/// A date with its bounds.
pub fn bounds(date: UncertainDate) -> Value {
    json!({ "edtf": date, "earliest": date.earliest(), "latest": date.latest() })
}

/// A country, by its code.
pub fn country(country: Country) -> Value {
    json!({ "code": country.code(), "name": country.name() })
}
