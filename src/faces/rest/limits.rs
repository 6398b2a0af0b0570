//! After how many days has a round waited too long, and how does its waiting compare?
//!
//! Invariant: the same fields as GraphQL's; who is compared and who is not is always told.

use axum::extract::State;
use axum::response::Response;

use super::answer::{Column, PINNED, Sheet};
use super::error::RestError;
use super::question::Question;
use crate::answers::Answers;

const GROUP: &[Column] = &[
    ("stage", "/stage"),
    ("renewal", "/renewal"),
    ("feasibility", "/feasibility"),
    ("days", "/limit/days"),
    ("from", "/limit/from"),
    ("reason", "/limit/reason"),
    ("fallbackDays", "/limit/fallbackDays"),
    ("estimateLeastDays", "/limit/estimate/days/least"),
    ("estimateMostDays", "/limit/estimate/days/most"),
    ("quantile", "/limit/estimate/quantile"),
    ("leastTransitions", "/limit/estimate/leastTransitions"),
    ("noLimitBecause", "/limit/estimate/noLimitBecause"),
    ("movedOn", "/limit/estimate/movedOnCount"),
    ("mayHaveMovedOn", "/limit/estimate/mayHaveMovedOnCount"),
    ("givenUp", "/limit/estimate/givenUpCount"),
    ("waiting", "/limit/estimate/waitingCount"),
];
/// How limits become rows: one row for each stage and kind of round, without the rounds and the curves.
pub const LIMITS: Sheet = Sheet { rows: "/nodes", columns: &[GROUP, PINNED] };

/// Answers `GET /v1/limits`: after how many days a round counts as stalled.
pub async fn limits(State(answers): State<Answers>, mut question: Question) -> Result<Response, RestError> {
    let code = question.instrument()?;
    let stage = question.word("stage")?;
    let ask = question.ask_about_a_day()?;
    let format = question.format()?;
    let pin = answers.pin(&ask, answers.position()).await?;
    format.respond(&pin, &answers.view_limits(&code, stage, &pin).await?, &LIMITS)
}
