//! Who tells late, and what do sources tell differently?
//!
//! Invariant: the same groups and milestones as GraphQL's; of the groups the numbers alone, since their tellings are as
//! many as the log has, and GraphQL pages them. A sheet has a row for each group, or for each contradicting telling.

use axum::extract::State;
use axum::response::Response;
use serde_json::{Value, json};

use super::answer::{Column, PINNED, Sheet, knowledge, pinned};
use super::error::RestError;
use super::lists::part;
use super::milestone::milestone;
use super::question::{Question, whole};
use super::words::country;
use crate::answers::{Answers, GroupBy, LatenessGroup};
use crate::projections::days::{Days, Spread};

const GROUP: &[Column] = &[
    ("publisher", "/publisher"),
    ("countryCode", "/country/code"),
    ("countryName", "/country/name"),
    ("tellings", "/tellings"),
    ("undated", "/undated"),
];
const TO_PUBLICATION: &[Column] = &[
    ("toPublicationExact", "/toPublication/exactCount"),
    ("toPublicationBounded", "/toPublication/boundedCount"),
    ("toPublicationMedianDays", "/toPublication/medianDays"),
    ("toPublicationNinetiethPercentileDays", "/toPublication/ninetiethPercentileDays"),
    ("toPublicationLongestDays", "/toPublication/longestDays"),
    ("toPublicationBoundedMinDays", "/toPublication/bounded/minDays"),
    ("toPublicationBoundedMaxDays", "/toPublication/bounded/maxDays"),
];
const TO_RECORDING: &[Column] = &[
    ("toRecordingExact", "/toRecording/exactCount"),
    ("toRecordingMedianDays", "/toRecording/medianDays"),
    ("toRecordingNinetiethPercentileDays", "/toRecording/ninetiethPercentileDays"),
    ("toRecordingLongestDays", "/toRecording/longestDays"),
    ("bundledToRecordingExact", "/bundledToRecording/exactCount"),
    ("bundledToRecordingMedianDays", "/bundledToRecording/medianDays"),
    ("bundledToRecordingNinetiethPercentileDays", "/bundledToRecording/ninetiethPercentileDays"),
    ("bundledToRecordingLongestDays", "/bundledToRecording/longestDays"),
];
const LATENESS: Sheet = Sheet { rows: "/groups", columns: &[GROUP, TO_PUBLICATION, TO_RECORDING, PINNED] };

/// `GET /v1/lateness`.
pub async fn lateness(State(answers): State<Answers>, mut question: Question) -> Result<Response, RestError> {
    let instrument = question.instrument()?;
    let choices = [("SOURCE", GroupBy::Source), ("COUNTRY", GroupBy::Country)];
    let by = question.choice("groupBy", &choices)?.unwrap_or(GroupBy::Source);
    let ask = question.ask()?;
    let format = question.format()?;
    let pin = answers.pin(&ask, answers.position()).await?;
    let groups = answers.lateness(&pin, Some(&instrument), by).await?;
    let answer = json!({ "groups": groups.iter().map(group).collect::<Vec<_>>() });
    format.respond(&pin, pinned(&pin, answer), &LATENESS)
}

fn group(group: &LatenessGroup) -> Value {
    json!({
        "publisher": group.publisher,
        "country": group.country.map(country),
        "tellings": group.lateness.tellings,
        "undated": group.lateness.undated,
        "toPublication": spread(&group.lateness.to_publication),
        "toRecording": spread(&group.lateness.to_recording),
        "bundledToRecording": spread(&group.lateness.bundled_to_recording),
    })
}

fn spread(spread: &Spread) -> Value {
    json!({
        "exactCount": spread.exact_count,
        "boundedCount": spread.bounded_count,
        "medianDays": spread.median,
        "ninetiethPercentileDays": spread.ninetieth,
        "longestDays": spread.longest,
        "bounded": spread.range.map(days),
    })
}

fn days(days: Days) -> Value {
    json!({ "minDays": days.min, "maxDays": days.max })
}

const MILESTONE: &[Column] = &[
    ("id", "/milestone/id"),
    ("agreementId", "/milestone/agreementId"),
    ("countryCode", "/country/code"),
    ("countryName", "/country/name"),
    ("kind", "/milestone/kind"),
    ("occurred", "/milestone/occurred/edtf"),
    ("evidence", "/milestone/evidence"),
    ("by", "/milestone/contradiction/by"),
    ("why", "/milestone/contradiction/why"),
    ("summary", "/milestone/summary"),
];
const TELLING: &[Column] = &[
    ("preferred", "/telling/preferred"),
    ("tells", "/telling/source/tells/edtf"),
    ("tellsEvidence", "/telling/source/tells/evidence"),
    ("reliability", "/telling/source/reliability"),
    ("publishedOn", "/telling/source/publishedOn"),
    ("publisher", "/telling/source/publisher"),
    ("title", "/telling/source/title"),
    ("url", "/telling/source/url"),
    ("recordedAtPosition", "/telling/position"),
];
const CONTRADICTIONS: Sheet = Sheet { rows: "/nodes", columns: &[MILESTONE, TELLING, PINNED] };

/// `GET /v1/contradictions`.
pub async fn contradictions(State(answers): State<Answers>, mut question: Question) -> Result<Response, RestError> {
    let instrument = question.instrument()?;
    let countries = question.countries("country")?;
    let ask = question.ask()?;
    let page = question.page("the place of an entry in the list, a whole number", whole)?;
    let format = question.format()?;
    let pin = answers.pin(&ask, answers.position()).await?;
    let slice = answers.contradictions(&pin, Some(&instrument), &countries, &page).await?;
    let mut nodes = Vec::with_capacity(slice.items.len());
    for row in &slice.items {
        let dossier = answers.dossier_of(&row.agreement, &pin.knowledge).await?;
        nodes.extend(dossier.shown(row.milestone).map(|shown| milestone(&row.agreement, &shown)));
    }
    if format.is_sheet() {
        nodes = nodes
            .iter()
            .zip(&slice.items)
            .flat_map(|(node, row)| tellings(node, &country(row.agreement.country)))
            .collect();
    }
    let (answer, next) = part(&question, knowledge(&pin), &slice, nodes, |row| row.place.to_string());
    format.respond_with_next(&pin, answer, &CONTRADICTIONS, next)
}

/// A milestone as a row for each of its tellings.
fn tellings(milestone: &Value, country: &Value) -> Vec<Value> {
    let tellings = milestone["contradiction"]["tellings"].as_array().map(Vec::as_slice).unwrap_or_default();
    tellings.iter().map(|telling| json!({ "milestone": milestone, "country": country, "telling": telling })).collect()
}
