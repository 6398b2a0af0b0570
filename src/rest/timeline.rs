//! How did a country's status run through time, by which milestones?
//!
//! Invariant: the periods are GraphQL's, from ever to ever; the one from ever has no first day and tells none.

use axum::extract::State;
use axum::response::Response;
use serde_json::{Value, json};

use super::answer::{AGREEMENT, Column, PINNED, Sheet, pinned};
use super::error::RestError;
use super::milestone::milestone;
use super::question::Question;
use super::status::{FACETS, Told, cited};
use crate::answers::Answers;
use crate::projections::timeline::Period;

const PERIOD: &[Column] = &[("from", "/from"), ("to", "/to")];
const SHEET: Sheet = Sheet { rows: "/periods", columns: &[AGREEMENT, PERIOD, FACETS, PINNED] };

/// `GET /v1/timeline/{country}`.
pub async fn timeline(State(answers): State<Answers>, mut question: Question) -> Result<Response, RestError> {
    let country = question.country()?;
    let instrument = question.instrument()?;
    let ask = question.ask()?;
    let format = question.format()?;
    let id = answers.agreement_id(&instrument, country)?;
    let pin = answers.pin(&ask, answers.position()).await?;
    let periods = answers.periods(&id, &pin.knowledge).await?;
    let dossier = answers.dossier_of(&id, &pin.knowledge).await?;
    let told = Told::of(&answers, &id, &pin)?;
    let mut answer = told.agreement();
    answer["periods"] = periods.iter().map(|each| period(&told, each)).collect();
    answer["milestones"] = dossier.all(false).iter().map(|shown| milestone(&id, shown)).collect();
    format.respond(&pin, pinned(&pin, answer), &SHEET)
}

fn period(told: &Told<'_>, period: &Period) -> Value {
    json!({ "from": period.from, "to": period.to, "status": told.status(&period.status, cited) })
}
