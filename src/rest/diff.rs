//! What changed between two reports, and why?
//!
//! Invariant: the same differences and causes as GraphQL's; a row tells both statuses and what made the difference.

use axum::extract::State;
use axum::response::Response;
use serde_json::{Value, json};

use super::answer::{AGREEMENT, Column, Sheet, knowledge};
use super::error::RestError;
use super::lists::part;
use super::question::Question;
use super::status::{Told, cited};
use super::words::{bounds, word};
use crate::answers::{Answers, Ask, AskError, DiffFilter, DiffRow, Pin};
use crate::domain::ids::AgreementId;
use crate::projections::diff::Cause;

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
const SHEET: Sheet = Sheet { rows: "/nodes", columns: &[AGREEMENT, BOTH, SIDES] };

/// `GET /v1/diff`.
pub async fn diff(State(answers): State<Answers>, mut question: Question) -> Result<Response, RestError> {
    let filter = DiffFilter { instrument: Some(question.instrument()?), countries: question.countries("country")? };
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
    let mut nodes = Vec::with_capacity(slice.items.len());
    for row in &slice.items {
        nodes.push(node(&answers, row, &from, &to)?);
    }
    let sides = json!({ "from": knowledge(&from), "to": knowledge(&to) });
    let (answer, next) = part(&question, sides, &slice, nodes, |row| row.agreement.to_string());
    let both = Pin { lasting: from.lasting && to.lasting, ..to };
    format.respond_with_next(&both, answer, &SHEET, next)
}

fn node(answers: &Answers, row: &DiffRow, from: &Pin, to: &Pin) -> Result<Value, AskError> {
    let DiffRow { agreement: id, difference } = row;
    let mut node = Told::of(answers, id, to)?.agreement();
    node["from"] = Told::of(answers, id, from)?.status(&difference.from, cited);
    node["to"] = Told::of(answers, id, to)?.status(&difference.to, cited);
    node["sentence"] = difference.sentence().into();
    node["causes"] = difference.causes.iter().map(cause).collect();
    Ok(node)
}

fn cause(cause: &Cause) -> Value {
    json!({
        "change": word(cause.change),
        "happened": cause.happened,
        "milestone": cited(cause.milestone),
        "kind": word(cause.kind),
        "rule": cause.rule.map(word),
        "came": bounds(cause.came),
        "position": cause.position,
        "sentence": cause.sentence(),
    })
}
