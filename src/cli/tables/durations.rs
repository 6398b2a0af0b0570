//! The table of durations: how long it took from one kind of milestone to another.
//!
//! Invariant: a row for each pair of kinds that a round has, without observations, as `durations` gives them.

use super::columns::{Column, Kind, Row, column, framed, or_empty};
use crate::answers::{Dossier, Shown};
use crate::domain::time::instant_text;
use crate::domain::words::{MilestoneKind, Word};
use crate::projections::durations::{Duration, durations};

/// A duration with the milestones that it lies between.
pub struct Of<'a> {
    duration: Duration,
    from: Shown<'a>,
    to: Shown<'a>,
}

type In<'a> = Row<'a, Of<'a>>;

/// The rows of an agreement.
pub fn rows(dossier: &Dossier) -> Vec<Of<'_>> {
    // An observation tells that something was so on a day, and not that it happened then.
    let happened = |kind: &&MilestoneKind| **kind != MilestoneKind::Observed;
    let kinds = || MilestoneKind::ALL.iter().copied().filter(|kind| happened(&kind));
    let pairs = kinds().flat_map(|from| kinds().filter(move |to| *to != from).map(move |to| (from, to)));
    let found = pairs.flat_map(|(from, to)| durations(&dossier.worlds, from, to));
    let row = |duration: Duration| {
        Some(Of { duration, from: dossier.shown(duration.from)?, to: dossier.shown(duration.to)? })
    };
    found.filter_map(row).collect()
}

/// What a duration's row holds.
pub fn columns<'a>() -> Vec<Column<In<'a>>> {
    framed(counted().into_iter().chain(from()).chain(to()).collect())
}

/// Between what the days are counted, and how many they are.
fn counted<'a>() -> Vec<Column<In<'a>>> {
    vec![
        column(
            "from_kind",
            Kind::Word,
            "The kind of milestone from which the days are counted.",
            "never",
            |row: &In<'a>| kind(&row.of.from),
        ),
        column(
            "to_kind",
            Kind::Word,
            "The kind of milestone to which the days are counted.",
            "never",
            |row: &In<'a>| kind(&row.of.to),
        ),
        column(
            "round",
            Kind::Integer,
            "The number of the round of both milestones, counted from 1.",
            "never",
            |row: &In<'a>| row.of.duration.round.to_string(),
        ),
        column(
            "notice_purpose",
            Kind::Word,
            "What the round's first notice asked about.",
            "the round has no notice",
            |row: &In<'a>| or_empty(row.of.duration.notice_purpose),
        ),
        column("exact_days", Kind::Integer, "The number of days.", "a date is uncertain", |row: &In<'a>| {
            or_empty(row.of.duration.days.exact())
        }),
        column(
            "min_days",
            Kind::Integer,
            "The fewest days that the bounds of both dates allow.",
            "never",
            |row: &In<'a>| row.of.duration.days.min.to_string(),
        ),
        column(
            "max_days",
            Kind::Integer,
            "The most days that the bounds of both dates allow.",
            "the beginning is open",
            |row: &In<'a>| or_empty(row.of.duration.days.max),
        ),
    ]
}

/// The first milestone.
fn from<'a>() -> Vec<Column<In<'a>>> {
    vec![
        column("from_milestone", Kind::Word, "The id of the first milestone.", "never", |row: &In<'a>| {
            row.of.from.id.to_string()
        }),
        column("from_occurred", Kind::Edtf, "The date on which that milestone happened.", "never", |row: &In<'a>| {
            row.of.from.telling.date.to_string()
        }),
        column("from_evidence", Kind::Word, "How good the evidence for that date is.", "never", |row: &In<'a>| {
            row.of.from.telling.evidence.to_string()
        }),
        column(
            "from_recorded_at",
            Kind::Instant,
            "The instant at which it was first recorded.",
            "never",
            |row: &In<'a>| instant_text(row.of.from.entry.recorded_at),
        ),
        column(
            "from_position",
            Kind::Integer,
            "The position of the event that first recorded it.",
            "never",
            |row: &In<'a>| row.of.from.entry.position.to_string(),
        ),
    ]
}

/// The second milestone.
fn to<'a>() -> Vec<Column<In<'a>>> {
    vec![
        column("to_milestone", Kind::Word, "The id of the second milestone.", "never", |row: &In<'a>| {
            row.of.to.id.to_string()
        }),
        column("to_occurred", Kind::Edtf, "The date on which that milestone happened.", "never", |row: &In<'a>| {
            row.of.to.telling.date.to_string()
        }),
        column("to_evidence", Kind::Word, "How good the evidence for that date is.", "never", |row: &In<'a>| {
            row.of.to.telling.evidence.to_string()
        }),
        column(
            "to_recorded_at",
            Kind::Instant,
            "The instant at which it was first recorded.",
            "never",
            |row: &In<'a>| instant_text(row.of.to.entry.recorded_at),
        ),
        column(
            "to_position",
            Kind::Integer,
            "The position of the event that first recorded it.",
            "never",
            |row: &In<'a>| row.of.to.entry.position.to_string(),
        ),
    ]
}

fn kind(shown: &Shown<'_>) -> String {
    shown.entry.milestone.kind().to_string()
}
