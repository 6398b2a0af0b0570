//! Which rounds wait, stalled or not, and how many agreements have each status?
//!
//! Invariant: the same lists and counts as GraphQL's.

use axum::extract::State;
use axum::response::Response;

use super::answer::{Column, PINNED, Sheet};
use super::error::RestError;
use super::question::{Question, whole};
use super::status::FACETS;
use crate::answers::Answers;

const WAIT: &[Column] = &[
    ("id", "/agreement/id"),
    ("countryCode", "/agreement/country/code"),
    ("countryName", "/agreement/country/name"),
    ("waitingStage", "/waiting/stage"),
    ("waitingRound", "/waiting/round"),
    ("waitingSince", "/waiting/since"),
    ("days", "/waiting/days"),
    ("daysAtMost", "/waiting/daysAtMost"),
    ("stalled", "/waiting/stalled"),
    ("dormant", "/waiting/dormant"),
    ("lastNewsOn", "/waiting/lastNewsOn"),
    ("limitDays", "/waiting/limit/days"),
    ("limitSetBy", "/waiting/limit/from"),
    ("usual", "/waiting/limit/usual"),
    ("percentileLeast", "/waiting/comparison/percentile/least"),
    ("percentileMost", "/waiting/comparison/percentile/most"),
];
/// How waits become rows: one row an open round.
pub const WAITING: Sheet = Sheet { rows: "/nodes", columns: &[WAIT, FACETS, PINNED] };

/// Answers `GET /v1/waiting`: the open rounds, stalled or not.
pub async fn waiting(State(answers): State<Answers>, mut question: Question) -> Result<Response, RestError> {
    let instrument = question.some_instrument()?;
    let ask = question.ask_about_a_day()?;
    let page = question.page("the place of an entry in the list, a whole number", whole)?;
    let format = question.format()?;
    let pin = answers.pin(&ask, answers.position()).await?;
    let rows = answers.open_waits(&pin, instrument.as_deref()).await?;
    let slice = page.cut((1..).zip(rows).collect(), |(place, _)| *place);
    format.respond_with_next(&question, &pin, &answers.view_waiting(&slice, &pin).await?, &WAITING)
}

const COUNT: &[Column] = &[
    ("instrument", "/instrument"),
    ("facet", "/facet"),
    ("value", "/value"),
    ("certain", "/certain"),
    ("possible", "/possible"),
    ("agreements", "/agreements"),
];
/// How counts become rows: one row a value of a part of the status.
pub const COUNTS: Sheet = Sheet { rows: "/nodes", columns: &[COUNT, PINNED] };

/// Answers `GET /v1/counts`: how many agreements have each status on a day.
pub async fn counts(State(answers): State<Answers>, mut question: Question) -> Result<Response, RestError> {
    let instrument = question.instrument()?;
    let ask = question.ask_about_a_day()?;
    let format = question.format()?;
    let pin = answers.pin(&ask, answers.position()).await?;
    format.respond(&pin, &answers.view_counts(&instrument, &pin).await?, &COUNTS)
}
