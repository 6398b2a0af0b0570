//! How precisely are the days of each agreement known?
//!
//! Invariant: the same fields as GraphQL's; what was not found has a row too, and says so.

use axum::extract::State;
use axum::response::Response;

use super::answer::{Column, PINNED, Sheet};
use super::error::RestError;
use super::question::Question;
use crate::answers::Answers;

const AGREEMENT: &[Column] = &[
    ("id", "/agreement/id"),
    ("countryCode", "/agreement/country/code"),
    ("countryName", "/agreement/country/name"),
    ("concluded", "/concluded"),
    ("beginning", "/beginning"),
];
const SIGNED: &[Column] = &[
    ("signedPrecision", "/signed/precision"),
    ("signed", "/signed/occurred/edtf"),
    ("signedEvidence", "/signed/evidence"),
    ("signedMilestone", "/signed/milestone/id"),
];
const ENTERED: &[Column] = &[
    ("enteredIntoForcePrecision", "/enteredIntoForce/precision"),
    ("enteredIntoForce", "/enteredIntoForce/occurred/edtf"),
    ("enteredIntoForceEvidence", "/enteredIntoForce/evidence"),
    ("enteredIntoForceMilestone", "/enteredIntoForce/milestone/id"),
];
const LISTED: &[Column] = &[
    ("listedPrecision", "/listed/precision"),
    ("listed", "/listed/occurred/edtf"),
    ("listedEvidence", "/listed/evidence"),
    ("listedKind", "/listed/kind"),
    ("listedMilestone", "/listed/milestone/id"),
];
const RENEWED: &[Column] = &[
    ("renewedPrecision", "/renewed/precision"),
    ("renewed", "/renewed/occurred/edtf"),
    ("renewedEvidence", "/renewed/evidence"),
    ("renewedMilestone", "/renewed/milestone/id"),
];
/// How coverage becomes rows: one row an agreement.
pub const COVERAGE: Sheet = Sheet { rows: "/nodes", columns: &[AGREEMENT, SIGNED, ENTERED, LISTED, RENEWED, PINNED] };

/// Answers `GET /v1/coverage`: what is known of signature, entry into force, listing and renewal.
pub async fn coverage(State(answers): State<Answers>, mut question: Question) -> Result<Response, RestError> {
    let instrument = question.some_instrument()?;
    let countries = question.countries("country")?;
    let ask = question.ask()?;
    let format = question.format()?;
    let pin = answers.pin(&ask, answers.position()).await?;
    let coverage = answers.view_coverage(instrument.as_deref(), &countries, &pin).await?;
    format.respond(&pin, &coverage, &COVERAGE)
}
