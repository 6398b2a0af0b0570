//! What was a country's status, and why?
//!
//! Invariant: a status has the same fields as GraphQL's, and a facet is null when more than one value is possible.

use axum::extract::State;
use axum::response::Response;

use super::answer::{AGREEMENT, Column, PINNED, Sheet};
use super::error::RestError;
use super::question::Question;
use crate::answers::Answers;

/// A status in a row.
pub const FACETS: &[Column] = &[
    ("headline", "/status/headline"),
    ("possibleHeadlines", "/status/possibleHeadlines"),
    ("stage", "/status/stage"),
    ("possibleStages", "/status/possibleStages"),
    ("standing", "/status/standing"),
    ("possibleStandings", "/status/possibleStandings"),
    ("listing", "/status/listing"),
    ("possibleListings", "/status/possibleListings"),
    ("certain", "/status/certain"),
    ("round", "/status/round"),
    ("since", "/status/since"),
    ("lastEvidenceOn", "/status/lastEvidenceOn"),
    ("evaluationFactorPercent", "/status/evaluationFactorPercent"),
    ("outcomeUnknown", "/status/outcomeUnknown"),
    ("undatedSources", "/status/undatedSources"),
    ("sentence", "/status/sentence"),
];

/// Since when its parts hold.
const HELD: &[Column] = &[
    ("listingSince", "/held/listingSince"),
    ("standingSince", "/held/standingSince"),
    ("stageSince", "/held/stageSince"),
    ("listingConfirmedOn", "/held/listingConfirmedOn"),
    ("previousChangeOn", "/held/previousChangeOn"),
    ("nextChangeOn", "/held/nextChangeOn"),
    ("newestNewsOn", "/held/newestNewsOn"),
    ("newestNewsKind", "/held/newestNewsKind"),
];

/// How a status becomes a row.
pub const SHEET: Sheet = Sheet { rows: "", columns: &[AGREEMENT, FACETS, HELD, PINNED] };

/// Answers `GET /v1/status/{country}`: a country's status on a day.
pub async fn status(State(answers): State<Answers>, mut question: Question) -> Result<Response, RestError> {
    let country = question.country()?;
    let instrument = question.instrument()?;
    let ask = question.ask_about_a_day()?;
    let format = question.format()?;
    let id = answers.agreement_id(&instrument, country)?;
    let pin = answers.pin(&ask, answers.position()).await?;
    format.respond(&pin, &answers.view_status_held(&id, &pin).await?, &SHEET)
}
