//! The table of figures: the numbers that sources give about instruments and agreements.
//!
//! Invariant: a row for each figure, with all its sources and what the record counts on its day.

use super::columns::{Column, Kind, Row, column, known, or_empty, texts};
use crate::answers::FigureRow;
use crate::domain::time::instant_text;

type In<'a> = Row<'a, FigureRow, ()>;

/// What a figure's row holds.
pub fn columns<'a>() -> Vec<Column<In<'a>>> {
    told().into_iter().chain(compared()).chain(recorded()).chain(known()).collect()
}

/// What the figure is.
fn told<'a>() -> Vec<Column<In<'a>>> {
    vec![
        column("figure", Kind::Word, "The figure's id, the same on every machine.", "never", |row: &In<'a>| {
            row.of.record.id.to_string()
        }),
        column(
            "of",
            Kind::Word,
            "What the figure is about: an instrument, or an agreement as instrument/country.",
            "never",
            |row: &In<'a>| row.of.record.figure.of.to_string(),
        ),
        column("measure", Kind::Word, "What the figure measures.", "never", |row: &In<'a>| {
            row.of.record.figure.measure.to_string()
        }),
        column("value", Kind::Word, "The number, as decimal text.", "never", |row: &In<'a>| {
            row.of.record.figure.value.to_string()
        }),
        column(
            "accuracy",
            Kind::Word,
            "Whether the source states the number exactly or approximately, or only a bound of it.",
            "never",
            |row: &In<'a>| row.of.record.figure.accuracy.to_string(),
        ),
        column("unit", Kind::Text, "The unit of the number.", "never", |row: &In<'a>| {
            row.of.record.figure.unit.clone()
        }),
        column("first_day", Kind::Edtf, "The first day of the span.", "never", |row: &In<'a>| {
            row.of.record.figure.span.first().to_string()
        }),
        column("last_day", Kind::Edtf, "The last day of the span.", "never", |row: &In<'a>| {
            row.of.record.figure.span.last().to_string()
        }),
        column("evidence", Kind::Word, "How good the evidence is.", "never", |row: &In<'a>| {
            row.of.record.figure.evidence.to_string()
        }),
        column("summary", Kind::Text, "What the figure says, in one sentence.", "never", |row: &In<'a>| {
            row.of.record.figure.summary.clone()
        }),
    ]
}

/// What the record counts on the same day, where the figure is a count of partners.
fn compared<'a>() -> Vec<Column<In<'a>>> {
    vec![
        column(
            "record_at_least",
            Kind::Integer,
            "How many countries are partners on that day, by a listing or a standing that is certain.",
            "it is no count of partners on one known day",
            |row: &In<'a>| or_empty(row.of.counted.map(|(counted, _)| counted.at_least)),
        ),
        column(
            "record_at_most",
            Kind::Integer,
            "How many countries are partners on that day, by a listing or a standing that is certain or possible.",
            "it is no count of partners on one known day",
            |row: &In<'a>| or_empty(row.of.counted.map(|(counted, _)| counted.at_most)),
        ),
        column(
            "fit",
            Kind::Word,
            "Whether the figure fits the record.",
            "it is no count of partners on one known day",
            |row: &In<'a>| or_empty(row.of.counted.map(|(_, fit)| fit)),
        ),
    ]
}

fn recorded<'a>() -> Vec<Column<In<'a>>> {
    vec![
        column("source_titles", Kind::Texts, "The sources' titles.", "never", |row: &In<'a>| {
            texts(row.of.record.sources.iter().map(|source| Some(source.title.as_str())))
        }),
        column("source_urls", Kind::Texts, "The sources' URLs, in the same order.", "never", |row: &In<'a>| {
            texts(row.of.record.sources.iter().map(|source| source.url.as_deref()))
        }),
        column("state", Kind::Word, "Whether it still says what was first recorded.", "never", |row: &In<'a>| {
            row.of.record.state.to_string()
        }),
        column("recorded_by", Kind::Word, "The public name under which it was recorded.", "never", |row: &In<'a>| {
            row.of.record.recorded_by.as_str().to_owned()
        }),
        column("recorded_at", Kind::Instant, "When it was first recorded.", "never", |row: &In<'a>| {
            instant_text(row.of.record.recorded_at)
        }),
        column("position", Kind::Integer, "The position of that event in the log.", "never", |row: &In<'a>| {
            row.of.record.position.to_string()
        }),
        column("changed_position", Kind::Integer, "The position of its newest event.", "never", |row: &In<'a>| {
            row.of.record.changed.to_string()
        }),
    ]
}
