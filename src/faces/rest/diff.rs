//! What changed between two reports, and why?
//!
//! Invariant: the same differences and causes as GraphQL's; a row has both statuses and what made the difference.

use axum::extract::State;
use axum::response::Response;

use super::answer::{AGREEMENT, Column, Sheet};
use super::error::RestError;
use super::question::Question;
use crate::answers::{Answers, Ask, AskError, DiffFilter, Pin};
use crate::domain::ids::AgreementId;

const BOTH: &[Column] = &[
    ("fromHeadline", "/from/headline"),
    ("toHeadline", "/to/headline"),
    ("fromPossibleHeadlines", "/from/possibleHeadlines"),
    ("toPossibleHeadlines", "/to/possibleHeadlines"),
    ("fromStage", "/from/stage"),
    ("toStage", "/to/stage"),
    ("fromPossibleStages", "/from/possibleStages"),
    ("toPossibleStages", "/to/possibleStages"),
    ("fromStanding", "/from/standing"),
    ("toStanding", "/to/standing"),
    ("fromPossibleStandings", "/from/possibleStandings"),
    ("toPossibleStandings", "/to/possibleStandings"),
    ("fromListing", "/from/listing"),
    ("toListing", "/to/listing"),
    ("fromPossibleListings", "/from/possibleListings"),
    ("toPossibleListings", "/to/possibleListings"),
    ("fromRound", "/from/round"),
    ("toRound", "/to/round"),
    ("sentence", "/sentence"),
];
const SIDES: &[Column] = &[
    ("fromAsOf", "/from/asOf"),
    ("fromKnownAt", "/from/knownAt"),
    ("fromBasis", "/from/basis"),
    ("fromPosition", "/from/position"),
    ("toAsOf", "/to/asOf"),
    ("toKnownAt", "/to/knownAt"),
    ("toBasis", "/to/basis"),
    ("toPosition", "/to/position"),
];
/// How differences become rows: one row an agreement.
pub const SHEET: Sheet = Sheet { rows: "/nodes", columns: &[AGREEMENT, BOTH, SIDES] };

/// Answers `GET /v1/diff`: what differs between two days, and why.
pub async fn diff(State(answers): State<Answers>, mut question: Question) -> Result<Response, RestError> {
    let filter = DiffFilter { instrument: question.some_instrument()?, countries: question.countries("country")? };
    let [from, to] = question.ask_about_two_days()?;
    let key = |text: &str| text.parse::<AgreementId>().ok().map(|id| id.to_string());
    let page = question.page("the id of an agreement such as rdp/LV", key)?;
    let format = question.format()?;
    // Both sides are pinned from one position, so that nothing comes between them.
    let noted = answers.position();
    let pin = async |ask: Ask, at_position, known_at| {
        let pinned = answers.pin(&ask, noted).await;
        pinned.map_err(|error: AskError| RestError::of_side(at_position, known_at, error))
    };
    let from = pin(from, "fromAtPosition", "fromKnownAt").await?;
    let to = pin(to, "toAtPosition", "toKnownAt").await?;
    let slice = answers.diff(&from, &to, &filter, &page).await?;
    let both = Pin { lasting: from.lasting && to.lasting, ..to };
    format.respond_with_next(&question, &both, &answers.view_differences(&slice, &from, &to)?, &SHEET)
}
