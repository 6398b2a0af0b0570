//! What does a figure look like, and which sources give it?
//!
//! Invariant: the number is text as it was recorded; what the record counts stands beside it only where it can count
//! the same.

use async_graphql::SimpleObject;
use schemars::JsonSchema;
use serde::Serialize;

use super::{Date, DateBounds, Instant, List, PinnedAt, Position, Term, Url};
use crate::answers::{Answers, FigureRow, Pin, Slice};
use crate::domain::agreement::EntryState;
use crate::domain::decide::shown_link;
use crate::domain::figure::parts;
use crate::domain::source;
use crate::domain::text::harmless;
use crate::domain::words::{Evidence, Reliability};
use crate::projections::figures::Fit;

/// A figure: a number that a source gives about an instrument or an agreement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema, SimpleObject)]
#[serde(rename_all = "camelCase")]
pub struct Figure {
    /// The figure's id, a UUID, the same on every machine.
    #[graphql(name = "plainId")]
    pub id: String,
    /// What the figure is about: an instrument, such as `rdp`, or an agreement, such as `rdp/KR`.
    pub of: String,
    /// What the figure measures: `listed_partners`, `partners`, `purchases`, `import_share`, or another name that was
    /// chosen when the figure was recorded.
    pub measure: String,
    /// The number exactly as it was recorded, as text, so that no program rounds it.
    pub value: String,
    /// How exactly the source states the number.
    pub accuracy: Term<parts::Accuracy>,
    /// The unit of the number, such as `countries` or `USD a year`.
    pub unit: String,
    /// The day or the stretch of time to which the figure belongs.
    pub span: FigureSpan,
    /// How good the evidence for the number and its span is.
    pub evidence: Term<Evidence>,
    /// What the figure says, in one sentence for readers.
    pub summary: String,
    /// The sources that give the figure.
    pub sources: Vec<FigureSource>,
    /// How many partners the record counts on the figure's day; null unless the figure counts the partners of an
    /// instrument on one known day.
    pub counted: Option<CountOfRecord>,
    /// Whether the figure still says what was first recorded.
    pub state: Term<EntryState>,
    /// The reason for the last correction; null when the figure was never corrected.
    pub why: Option<String>,
    /// The number of events that the figure has. A mutation takes it as `expectedVersion`.
    pub version: u32,
    /// The public name under which the figure was first recorded.
    pub recorded_by: String,
    /// The instant at which the figure was first recorded.
    pub recorded_at: Instant,
    /// The position of the event that first recorded the figure.
    pub position: Position,
    /// The instant at which the newest event about the figure was recorded.
    pub changed_at: Instant,
    /// The position of the newest event about the figure.
    pub changed_position: Position,
}

/// A day, or a stretch of time from a first day to a last day. Either day may be uncertain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema, SimpleObject)]
#[serde(rename_all = "camelCase")]
pub struct FigureSpan {
    /// The span in EDTF, such as `2010-01-19` or `2019/2023`.
    pub edtf: String,
    /// The first day of the span.
    pub first: DateBounds,
    /// The last day of the span.
    pub last: DateBounds,
}

/// A source that gives a figure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema, SimpleObject)]
#[serde(rename_all = "camelCase")]
pub struct FigureSource {
    /// The title of the document.
    pub title: String,
    /// The URL at which the source can be read; null for a source that is printed, written or spoken.
    pub url: Option<Url>,
    /// Who published the source; null when that is not known.
    pub publisher: Option<String>,
    /// How the source is cited; null when no citation is known.
    pub citation: Option<String>,
    /// The publisher's number of the document; null when there is none.
    pub document_number: Option<String>,
    /// The day on which the source was published; null when it is not known. Such a source never counts under `PUBLISHED`.
    pub published_on: Option<Date>,
    /// The day on which the source was read at its URL; null when it is not known.
    pub accessed_on: Option<Date>,
    /// The URL of an archived copy; null when no copy is known.
    pub archived_url: Option<Url>,
    /// Whether the source is an official record, or a report about one.
    pub reliability: Term<Reliability>,
}

/// How many partners the record counts on the day of a figure, by the knowledge that the answer rests on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema, SimpleObject)]
#[serde(rename_all = "camelCase")]
pub struct CountOfRecord {
    /// The number of countries whose listing or standing certainly makes them partners on that day.
    pub at_least: u64,
    /// The number of countries whose listing or standing certainly or possibly makes them partners on that day.
    pub at_most: u64,
    /// Whether the figure fits this count.
    pub fit: Term<Fit>,
}

impl From<&FigureRow> for Figure {
    fn from(row: &FigureRow) -> Self {
        let (record, figure) = (&row.record, &row.record.figure);
        Self {
            id: record.id.to_string(),
            of: figure.of.to_string(),
            measure: figure.measure.to_string(),
            value: figure.value.to_string(),
            accuracy: Term(figure.accuracy),
            unit: harmless(&figure.unit).into_owned(),
            span: FigureSpan {
                edtf: figure.span.to_string(),
                first: figure.span.first().into(),
                last: figure.span.last().into(),
            },
            evidence: Term(figure.evidence),
            summary: harmless(&figure.summary).into_owned(),
            sources: record.sources.iter().map(Into::into).collect(),
            counted: row.counted.map(|(counted, fit)| CountOfRecord {
                at_least: counted.at_least,
                at_most: counted.at_most,
                fit: Term(fit),
            }),
            state: Term(record.state),
            why: record.why.as_deref().map(|why| harmless(why).into_owned()),
            version: record.version.0,
            recorded_by: record.recorded_by.as_str().to_owned(),
            recorded_at: Instant(record.recorded_at),
            position: Position(record.position),
            changed_at: Instant(record.changed_at),
            changed_position: Position(record.changed),
        }
    }
}

impl From<&source::Source> for FigureSource {
    fn from(source: &source::Source) -> Self {
        let link = |url: &Option<String>| url.as_deref().map(|url| Url(shown_link(url).to_owned()));
        Self {
            title: harmless(&source.title).into_owned(),
            url: link(&source.url),
            publisher: source.publisher.clone(),
            citation: source.citation.clone(),
            document_number: source.document_number.clone(),
            published_on: source.published_on.map(Date),
            accessed_on: source.accessed_on.map(Date),
            archived_url: link(&source.archived_url),
            reliability: Term(source.reliability),
        }
    }
}

/// A figure with one of its sources, as a row of a sheet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FigureSourceRow<'a> {
    /// The figure, which stands in as many rows as it has sources.
    pub figure: &'a Figure,
    /// One of the sources that give the figure.
    pub source: &'a FigureSource,
}

impl Figure {
    /// A row for each of its sources; a figure that is known has at least one.
    pub fn source_rows(&self) -> impl Iterator<Item = FigureSourceRow<'_>> {
        self.sources.iter().map(|source| FigureSourceRow { figure: self, source })
    }
}

impl Answers {
    /// Some figures, as a part of a list.
    #[must_use]
    pub fn view_figures(&self, slice: &Slice<FigureRow>, pin: &Pin) -> List<PinnedAt, Figure> {
        let nodes = slice.items.iter().map(Into::into).collect();
        List::of(pin.into(), slice, nodes, |row| row.place.to_string())
    }
}
