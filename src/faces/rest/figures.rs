//! Which numbers do sources give, and do stated counts fit the record?
//!
//! Invariant: the same figures and fields as GraphQL's; a sheet has a row for each source, so no source is left out of it.

use axum::extract::State;
use axum::response::Response;

use super::answer::{Column, Format, PINNED, Sheet};
use super::error::RestError;
use super::question::{Question, whole};
use crate::answers::view::Figure;
use crate::answers::{Answers, Ask, FigureFilter};

const FIGURE: &[Column] = &[
    ("id", "/figure/id"),
    ("of", "/figure/of"),
    ("measure", "/figure/measure"),
    ("value", "/figure/value"),
    ("accuracy", "/figure/accuracy"),
    ("unit", "/figure/unit"),
    ("span", "/figure/span/edtf"),
    ("firstEarliest", "/figure/span/first/earliest"),
    ("firstLatest", "/figure/span/first/latest"),
    ("lastEarliest", "/figure/span/last/earliest"),
    ("lastLatest", "/figure/span/last/latest"),
    ("evidence", "/figure/evidence"),
    ("summary", "/figure/summary"),
    ("recordAtLeast", "/figure/counted/atLeast"),
    ("recordAtMost", "/figure/counted/atMost"),
    ("fit", "/figure/counted/fit"),
    ("state", "/figure/state"),
    ("why", "/figure/why"),
    ("version", "/figure/version"),
    ("recordedBy", "/figure/recordedBy"),
    ("recordedAt", "/figure/recordedAt"),
    ("recordedPosition", "/figure/position"),
    ("changedAt", "/figure/changedAt"),
    ("changedPosition", "/figure/changedPosition"),
];
const SOURCE: &[Column] = &[
    ("title", "/source/title"),
    ("url", "/source/url"),
    ("publisher", "/source/publisher"),
    ("citation", "/source/citation"),
    ("documentNumber", "/source/documentNumber"),
    ("publishedOn", "/source/publishedOn"),
    ("accessedOn", "/source/accessedOn"),
    ("archivedUrl", "/source/archivedUrl"),
    ("reliability", "/source/reliability"),
];
/// How figures become rows: one row a source.
pub const FIGURES: Sheet = Sheet { rows: "/nodes", columns: &[FIGURE, SOURCE, PINNED] };

/// Answers `GET /v1/figures`: figures with their sources and what the record counts.
pub async fn figures(State(answers): State<Answers>, mut question: Question) -> Result<Response, RestError> {
    let filter = FigureFilter {
        instrument: question.some_instrument()?,
        countries: question.countries("country")?,
        measures: question.measures("measure")?,
        on: question.day("on")?,
        fits: question.words("fit")?,
    };
    let ask = Ask { as_of: filter.on, ..question.ask()? };
    let page = question.page("the place of an entry in the list, a whole number", whole)?;
    let format = question.format()?;
    let pin = answers.pin(&ask, answers.position()).await?;
    let list = answers.view_figures(&answers.figures(&pin, &filter, &page).await?, &pin);
    if format == Format::Json {
        return format.respond_with_next(&question, &pin, &list, &FIGURES);
    }
    let figures = list.nodes.clone();
    let rows = figures.iter().flat_map(Figure::source_rows).collect();
    format.respond_with_next(&question, &pin, &list.with(rows), &FIGURES)
}
