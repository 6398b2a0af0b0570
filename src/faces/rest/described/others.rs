//! Which parameters belong to figures and to documents of the inbox alone?
//!
//! Invariant: each is described once, whichever paths take it.

use super::parameters::{Example, Parameter, Takes, word};
use crate::answers::InboxState;
use crate::domain::reading::ReadingKind;
use crate::projections::figures::Fit;

pub const COUNTRIES_OF_FIGURES: Parameter = Parameter {
    name: "country",
    about: "Only figures about agreements with these countries, and none about an instrument as a whole; may be repeated.",
    example: Example::Each(&["KR"]),
    takes: Takes::Countries,
    usual: None,
};

pub const MEASURE: Parameter = Parameter {
    name: "measure",
    about: "Only figures of these measures; may be repeated.",
    example: Example::Each(&["listed_partners"]),
    takes: Takes::Measures,
    usual: None,
};

pub const ON_OF_FIGURES: Parameter = Parameter {
    name: "on",
    about: "Only figures whose span may include this day; when omitted, all figures.",
    example: Example::Text("2021-03-31"),
    takes: Takes::Day,
    usual: None,
};

pub const FIT: Parameter = Parameter {
    name: "fit",
    about: "Only counts of partners that fit the record in one of these ways; may be repeated.",
    example: Example::Each(&["DIFFERS"]),
    takes: Takes::Words(word::<Fit>),
    usual: None,
};

pub const STATE_OF_DOCUMENTS: Parameter = Parameter {
    name: "state",
    about: "Only documents in one of these states; may be repeated.",
    example: Example::Each(&["WAITING"]),
    takes: Takes::Words(word::<InboxState>),
    usual: None,
};

pub const READING: Parameter = Parameter {
    name: "reading",
    about: "Only documents with one of these readings; may be repeated.",
    example: Example::Each(&["PROPOSALS"]),
    takes: Takes::Words(word::<ReadingKind>),
    usual: None,
};

pub const AFTER_OF_DOCUMENTS: Parameter = Parameter {
    name: "after",
    about: "Only documents after the one with this key, which is the `endCursor` of the part before.",
    example: Example::Text("2022-03-18/federal-register/2022-05534"),
    takes: Takes::DocumentKey,
    usual: None,
};

pub const NUMBER: Parameter = Parameter {
    name: "number",
    about: "The number of the document at its source.",
    example: Example::Text("2022-05534"),
    takes: Takes::Number,
    usual: None,
};

pub const PUBLISHED_ON: Parameter = Parameter {
    name: "publishedOn",
    about: "The day of publication; needed only when several documents have the number.",
    example: Example::Text("2022-03-18"),
    takes: Takes::Day,
    usual: None,
};

pub const SHA256: Parameter = Parameter {
    name: "sha256",
    about: "The SHA-256 of the bytes.",
    example: Example::Text("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    takes: Takes::Digest,
    usual: None,
};
