//! The table of figures: the numbers that sources tell of instruments and agreements.
//!
//! Invariant: a row for each figure, with all its sources and what the record counts on its day.

use super::columns::{Column, Kind, Row, column, known, or_empty, texts};
use crate::answers::FigureRow;
use crate::domain::time::instant_text;

type In<'a> = Row<'a, FigureRow, ()>;

/// What a figure's row holds.
pub fn columns<'a>() -> Vec<Column<In<'a>>> {
    told().into_iter().chain(recorded()).chain(known()).collect()
}

fn told<'a>() -> Vec<Column<In<'a>>> {
    vec![
        column("figure", Kind::Word, "The figure's id, the same on every machine.", "never", |row: &In<'a>| {
            row.of.record.id.to_string()
        }),
        column(
            "of",
            Kind::Word,
            "Of what it is told: an instrument, or an agreement as instrument/country.",
            "never",
            |row: &In<'a>| row.of.record.figure.of.to_string(),
        ),
        column("measure", Kind::Word, "What was measured.", "never", |row: &In<'a>| {
            row.of.record.figure.measure.to_string()
        }),
        column("value", Kind::Word, "The decimal number as it was told.", "never", |row: &In<'a>| {
            row.of.record.figure.value.to_string()
        }),
        column(
            "accuracy",
            Kind::Word,
            "Whether the source tells the number itself, roughly, or a bound of it.",
            "never",
            |row: &In<'a>| row.of.record.figure.accuracy.to_string(),
        ),
        column("unit", Kind::Text, "In what it is counted.", "never", |row: &In<'a>| row.of.record.figure.unit.clone()),
        column("first_day", Kind::Edtf, "The first day that it is told of.", "never", |row: &In<'a>| {
            row.of.record.figure.span.first().to_string()
        }),
        column("last_day", Kind::Edtf, "The last.", "never", |row: &In<'a>| {
            row.of.record.figure.span.last().to_string()
        }),
        column("evidence", Kind::Word, "How good the evidence is.", "never", |row: &In<'a>| {
            row.of.record.figure.evidence.to_string()
        }),
        column("summary", Kind::Text, "What is told, in one sentence.", "never", |row: &In<'a>| {
            row.of.record.figure.summary.clone()
        }),
        column(
            "record_at_least",
            Kind::Integer,
            "How many partners the record counts on that day by every reading.",
            "it is no count of partners on one known day",
            |row: &In<'a>| or_empty(row.of.counted.map(|(counted, _)| counted.at_least)),
        ),
        column("record_at_most", Kind::Integer, "How many by some reading.", "the same", |row: &In<'a>| {
            or_empty(row.of.counted.map(|(counted, _)| counted.at_most))
        }),
        column("fit", Kind::Word, "Whether the figure fits the record.", "the same", |row: &In<'a>| {
            or_empty(row.of.counted.map(|(_, fit)| fit))
        }),
    ]
}

fn recorded<'a>() -> Vec<Column<In<'a>>> {
    vec![
        column("source_titles", Kind::Texts, "The sources' titles.", "never", |row: &In<'a>| {
            texts(row.of.record.sources.iter().map(|source| Some(source.title.as_str())))
        }),
        column("source_urls", Kind::Texts, "Where they can be read, in the same order.", "never", |row: &In<'a>| {
            texts(row.of.record.sources.iter().map(|source| source.url.as_deref()))
        }),
        column("state", Kind::Word, "Whether it still says what was first recorded.", "never", |row: &In<'a>| {
            row.of.record.state.to_string()
        }),
        column("recorded_by", Kind::Word, "Who first recorded it.", "never", |row: &In<'a>| {
            row.of.record.recorded_by.as_str().to_owned()
        }),
        column("recorded_at", Kind::Instant, "When the log first learnt it.", "never", |row: &In<'a>| {
            instant_text(row.of.record.recorded_at)
        }),
        column("position", Kind::Integer, "Where in the log that was.", "never", |row: &In<'a>| {
            row.of.record.position.to_string()
        }),
        column("changed_position", Kind::Integer, "Where the last event about it is.", "never", |row: &In<'a>| {
            row.of.record.changed.to_string()
        }),
    ]
}
