//! What can a person take along who wants to check an answer, or an entry of the log, without this machine?
//!
//! Invariant: a bundle is the one that `depositary evidence` writes, and a proof has the fields of GraphQL's; both are cut
//! where the log ended when they were asked for, and say where.

use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};

use super::Pages;
use super::asked::Asked;
use super::error::PageError;
use crate::answers::AskError;
use crate::domain::ids::Position;
use crate::proof::evidence::{EvidenceError, bundle_to_serve};

/// Answers `GET /{instrument}/{country}/evidence.json`: the answer with what proves it.
pub async fn evidence(pages: Pages, mut asked: Asked) -> Result<Response, PageError> {
    let ask = asked.ask()?;
    asked.done()?;
    let id = asked.agreement(&pages)?;
    let pin = pages.answers.pin(&ask, pages.end()).await?;
    let bundle = bundle_to_serve(&pages.answers, &id, &pin).await.map_err(|error| match error {
        EvidenceError::Ask(error) => error.into(),
        EvidenceError::Store(error) => AskError::from(error).into(),
        EvidenceError::LongLog { entries, most } => PageError::LongLog { entries, most },
        error => PageError::Evidence(error),
    })?;
    let text = bundle.text().map_err(|error| PageError::Evidence(error.into()))?;
    Ok(file(text, &format!("evidence-{}-{}-{}.json", id.instrument, id.country, pin.day)))
}

/// Answers `GET /entries/{position}/proof.json`: that an entry is in the log.
pub async fn proof(pages: Pages, asked: Asked) -> Result<Response, PageError> {
    asked.done()?;
    let given = asked.segment(1);
    let wrong = || PageError::value("position", given, "the number of an entry of the log");
    let digits = given.bytes().all(|byte| byte.is_ascii_digit());
    let position: u64 = given.parse().ok().filter(|_| digits).ok_or_else(wrong)?;
    let size = pages.end();
    if position == 0 || position > size.0 {
        return Err(wrong());
    }
    let proof = pages.answers.view_proof(Position(position), size).await?;
    let told = serde_json::to_string(&proof).map_err(|error| PageError::Evidence(error.into()))?;
    Ok(file(format!("{told}\n"), &format!("proof-{position}.json")))
}

/// JSON that a browser keeps as a file.
fn file(text: String, name: &str) -> Response {
    let mut response = ([(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))], text).into_response();
    let told = HeaderValue::from_str(&format!("attachment; filename=\"{name}\"")).ok();
    response.headers_mut().extend(told.map(|told| (header::CONTENT_DISPOSITION, told)));
    response
}
