//! What is a column, and which do all tables have?
//!
//! Invariant: text that came from outside is written so that no spreadsheet takes it for a formula.

use crate::answers::Pin;
use crate::domain::ids::AgreementId;
use crate::domain::time::instant_text;
use crate::domain::words::{Possible, Word};
use crate::faces::sheet;

/// A column: how it is called, what it means, and how a row's cell is made.
pub struct Column<R> {
    /// The column's name in the header.
    pub name: &'static str,
    /// The kind of value that the cells hold.
    pub kind: Kind,
    /// What the column means.
    pub meaning: &'static str,
    /// When a cell is empty.
    pub empty: &'static str,
    /// The cell of a row.
    pub value: fn(&R) -> String,
}

/// The kind of value that the cells of a column hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A text that came from outside.
    Text,
    /// Text from outside, several joined by ` | `.
    Texts,
    /// A word or an id of this program.
    Word,
    /// Several of them joined by `|`.
    Words,
    /// A day of the calendar.
    Day,
    /// Several, joined by ` | `.
    Days,
    /// A date as EDTF (ISO 8601-2).
    Edtf,
    /// An instant, RFC 3339 in UTC.
    Instant,
    /// A whole number.
    Integer,
    /// `true` or `false`.
    Boolean,
}

/// A row: what it is of, whose, and at which knowledge. A row that is no agreement's has `()` for it.
pub struct Row<'a, T, W = &'a AgreementId> {
    /// The agreement that the row belongs to.
    pub agreement: W,
    /// The day and the knowledge of the export.
    pub pin: &'a Pin,
    /// The milestone, the period or the duration of the row.
    pub of: T,
}

impl Kind {
    /// Its name in the dictionary.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Texts => "texts, joined by ` \\| `; in each, `\\|` is written `/`",
            Self::Word => "word",
            Self::Words => "words, joined by `\\|`",
            Self::Day => "day",
            Self::Days => "days, joined by ` \\| `",
            Self::Edtf => "EDTF date",
            Self::Instant => "instant",
            Self::Integer => "integer",
            Self::Boolean => "boolean",
        }
    }
}

impl<R> Column<R> {
    /// The cell of a row.
    pub fn cell(&self, row: &R) -> String {
        let value = (self.value)(row);
        if matches!(self.kind, Kind::Text | Kind::Texts) { sheet::inert(&value) } else { value }
    }
}

/// Makes a column from its name and what it shows.
pub const fn column<R>(
    name: &'static str,
    kind: Kind,
    meaning: &'static str,
    empty: &'static str,
    value: fn(&R) -> String,
) -> Column<R> {
    Column { name, kind, meaning, empty, value }
}

/// A cell that may be empty.
pub fn or_empty(value: Option<impl ToString>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}

/// The one word that is certain, or nothing.
pub fn certain<W: Word>(possible: Possible<W>) -> String {
    or_empty(possible.certain().map(Word::as_str))
}

/// Every word that is possible, side by side.
pub fn every<W: Word>(possible: Possible<W>) -> String {
    possible.iter().map(Word::as_str).collect::<Vec<_>>().join("|")
}

/// Texts side by side; a `|` in one is written as `/`, so that a cell can be split back.
pub fn texts<'a>(texts: impl Iterator<Item = Option<&'a str>>) -> String {
    texts.map(|text| text.unwrap_or_default().replace('|', "/")).collect::<Vec<_>>().join(" | ")
}

/// Some columns between those that every table has: whose row it is, and what was known.
pub fn framed<'a, T>(own: Vec<Column<Row<'a, T>>>) -> Vec<Column<Row<'a, T>>> {
    let whose = [
        column("agreement", Kind::Word, "The agreement's id, instrument/country.", "never", |row: &Row<'a, T>| {
            row.agreement.to_string()
        }),
        column("instrument", Kind::Word, "The code of the instrument.", "never", |row: &Row<'a, T>| {
            row.agreement.instrument.to_string()
        }),
        column("country_code", Kind::Word, "The partner's ISO 3166-1 alpha-2 code.", "never", |row: &Row<'a, T>| {
            row.agreement.country.code().to_owned()
        }),
        column("country_name", Kind::Text, "The partner's English name.", "never", |row: &Row<'a, T>| {
            row.agreement.country.name().to_owned()
        }),
    ];
    whose.into_iter().chain(own).chain(known()).collect()
}

/// The columns that say what was known.
pub fn known<'a, T, W>() -> [Column<Row<'a, T, W>>; 3] {
    [
        column(
            "basis",
            Kind::Word,
            "Whose knowledge the table rests on: `recorded` or `published`.",
            "never",
            |row: &Row<'a, T, W>| row.pin.knowledge.basis.as_str().to_owned(),
        ),
        column(
            "known_at",
            Kind::Instant,
            "Only what was known by this instant counts, inclusive.",
            "the export names none",
            |row: &Row<'a, T, W>| or_empty(row.pin.knowledge.known_at.map(instant_text)),
        ),
        column(
            "table_position",
            Kind::Integer,
            "The position of the log that the table rests on.",
            "never",
            |row: &Row<'a, T, W>| row.pin.knowledge.position.to_string(),
        ),
    ]
}
