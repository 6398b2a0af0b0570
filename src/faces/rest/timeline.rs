//! What was a country's status through time, and by which milestones?
//!
//! Invariant: the periods are those of GraphQL; the first one has no first day, and gives none.

use axum::extract::State;
use axum::response::Response;

use super::answer::{AGREEMENT, Column, PINNED, Sheet};
use super::error::RestError;
use super::question::Question;
use super::status::FACETS;
use crate::answers::Answers;

const PERIOD: &[Column] = &[("from", "/from"), ("to", "/to")];
/// How a timeline becomes rows: one row a period.
pub const SHEET: Sheet = Sheet { rows: "/periods", columns: &[AGREEMENT, PERIOD, FACETS, PINNED] };

/// Answers `GET /v1/timeline/{country}`: how a country's status ran through time.
pub async fn timeline(State(answers): State<Answers>, mut question: Question) -> Result<Response, RestError> {
    let country = question.country()?;
    let instrument = question.instrument()?;
    let ask = question.ask()?;
    let format = question.format()?;
    let id = answers.agreement_id(&instrument, country)?;
    let pin = answers.pin(&ask, answers.position()).await?;
    format.respond(&pin, &answers.view_timeline(&id, &pin).await?, &SHEET)
}
