//! Which sources were published late, and which contradict each other?
//!
//! Invariant: the same groups and milestones as GraphQL's; of the groups the numbers alone, since their tellings are as
//! many as the log has, and GraphQL pages them. A sheet has a row for each group, or for each contradicting telling.

use axum::extract::State;
use axum::response::Response;

use super::answer::{Column, Format, PINNED, Sheet};
use super::error::RestError;
use super::question::{Question, whole};
use crate::answers::Answers;
use crate::answers::view::{Groups, Milestone, Pinned};

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
/// How groups become rows: one row a group.
pub const LATENESS: Sheet = Sheet { rows: "/nodes", columns: &[GROUP, TO_PUBLICATION, TO_RECORDING, PINNED] };

/// Answers `GET /v1/lateness`: how late sources and this log told.
pub async fn lateness(State(answers): State<Answers>, mut question: Question) -> Result<Response, RestError> {
    let instrument = question.some_instrument()?;
    let by = question.word("groupBy")?.unwrap_or_default();
    let ask = question.ask()?;
    let format = question.format()?;
    let pin = answers.pin(&ask, answers.position()).await?;
    let groups = answers.lateness(&pin, instrument.as_deref(), by).await?;
    format.respond(&pin, &Pinned::of(&pin, Groups::of(&groups)), &LATENESS)
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
/// How contradictions become rows: one row a telling.
pub const CONTRADICTIONS: Sheet = Sheet { rows: "/nodes", columns: &[MILESTONE, TELLING, PINNED] };

/// Answers `GET /v1/contradictions`: milestones whose sources contradict each other.
pub async fn contradictions(State(answers): State<Answers>, mut question: Question) -> Result<Response, RestError> {
    let instrument = question.some_instrument()?;
    let countries = question.countries("country")?;
    let ask = question.ask()?;
    let page = question.page("the place of an entry in the list, a whole number", whole)?;
    let format = question.format()?;
    let pin = answers.pin(&ask, answers.position()).await?;
    let slice = answers.contradictions(&pin, instrument.as_deref(), &countries, &page).await?;
    let list = answers.view_contradictions(&slice, &pin).await?;
    if format == Format::Json {
        return format.respond_with_next(&question, &pin, &list, &CONTRADICTIONS);
    }
    let milestones = list.nodes.clone();
    let rows = milestones.iter().flat_map(Milestone::contradicting_rows).collect();
    format.respond_with_next(&question, &pin, &list.with(rows), &CONTRADICTIONS)
}
