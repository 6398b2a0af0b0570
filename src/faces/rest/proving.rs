//! What was recorded, and what proves an entry or an answer to somebody who does not trust this machine?
//!
//! Invariant: the same entries, proofs and bundles as every other face gives; each says up to which position the log was taken.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};

use super::answer::{Column, Sheet};
use super::error::RestError;
use super::question::{Question, whole};
use crate::answers::{Answers, Ask};
use crate::domain::ids::Position;
use crate::proof::evidence::bundle_to_serve;

const ENTRY: &[Column] = &[
    ("position", "/position"),
    ("subject", "/subject"),
    ("event", "/event"),
    ("recordedAt", "/recordedAt"),
    ("actor", "/actor"),
    ("milestoneKind", "/milestoneKind"),
    ("occurred", "/occurred"),
    ("leafHash", "/leafHash"),
];
/// How entries become rows: one row an entry.
pub const LOG: Sheet = Sheet { rows: "/nodes", columns: &[ENTRY] };

/// Answers `GET /v1/log`: the entries of the log, the newest first.
pub async fn log(State(answers): State<Answers>, mut question: Question) -> Result<Response, RestError> {
    let at_position = question.position("atPosition")?;
    let page = question.page("the position of an entry, a whole number", whole)?;
    let format = question.format()?;
    let pin = answers.pin(&Ask { at_position, ..Ask::default() }, answers.position()).await?;
    let list = answers.view_log(pin.knowledge.position, &page).await?;
    format.respond_with_next(&question, &pin, &list, &LOG)
}

/// Answers `GET /v1/proof/{position}`: that an entry is in the log.
pub async fn proof(State(answers): State<Answers>, mut question: Question) -> Result<Response, RestError> {
    let entry = question.entry()?;
    let size = question.position("atPosition")?.unwrap_or_else(|| answers.position());
    question.refuse_others()?;
    Ok(Json(answers.view_proof(entry, size).await?).into_response())
}

/// Answers `GET /v1/evidence/{country}`: the answer with what proves it.
pub async fn evidence(State(answers): State<Answers>, mut question: Question) -> Result<Response, RestError> {
    let country = question.country()?;
    let instrument = question.instrument()?;
    let ask = question.ask_about_a_day()?;
    question.refuse_others()?;
    let id = answers.agreement_id(&instrument, country)?;
    let pin = answers.pin(&ask, answers.position()).await?;
    let text = bundle_to_serve(&answers, &id, &pin).await?.text()?;
    Ok(([(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))], text).into_response())
}

impl Question {
    /// The position of an entry in the path.
    fn entry(&self) -> Result<Position, RestError> {
        let entry = whole(self.place()).filter(|entry| *entry > 0).map(Position);
        entry.ok_or_else(|| {
            RestError::value("position", self.place(), "the position of an entry, a whole number from 1")
        })
    }
}
