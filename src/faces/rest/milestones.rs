//! Which milestones does the record hold, with which sources, and which have changed since?
//!
//! Invariant: the same milestones and fields as GraphQL's; a sheet has a row for each source, so no source is left out of it.

use axum::extract::State;
use axum::response::Response;

use super::answer::{Column, Format, PINNED, Sheet};
use super::error::RestError;
use super::question::{Question, whole};
use crate::answers::view::Milestone;
use crate::answers::{Answers, MilestoneFilter, kind_bits};
use crate::domain::ids::Position;

const MILESTONE: &[Column] = &[
    ("id", "/milestone/id"),
    ("agreementId", "/milestone/agreementId"),
    ("countryCode", "/country/code"),
    ("countryName", "/country/name"),
    ("kind", "/milestone/kind"),
    ("state", "/milestone/state"),
    ("occurred", "/milestone/occurred/edtf"),
    ("earliest", "/milestone/occurred/earliest"),
    ("latest", "/milestone/occurred/latest"),
    ("effective", "/milestone/effective/edtf"),
    ("evidence", "/milestone/evidence"),
    ("round", "/milestone/round"),
    ("summary", "/milestone/summary"),
    ("recordedAt", "/milestone/recordedAt"),
    ("recordedPosition", "/milestone/position"),
    ("changedAt", "/milestone/changedAt"),
    ("changedPosition", "/milestone/changedPosition"),
];
const SOURCE: &[Column] = &[
    ("title", "/source/title"),
    ("url", "/source/url"),
    ("publisher", "/source/publisher"),
    ("citation", "/source/citation"),
    ("documentNumber", "/source/documentNumber"),
    ("publishedOn", "/source/publishedOn"),
    ("accessedOn", "/source/accessedOn"),
    ("archivedUrl", "/source/archivedUrl"),
    ("reliability", "/source/reliability"),
    ("tells", "/source/tells/edtf"),
    ("tellsEvidence", "/source/tells/evidence"),
];
/// How milestones become rows: one row a source.
pub const MILESTONES: Sheet = Sheet { rows: "/nodes", columns: &[MILESTONE, SOURCE, PINNED] };

/// Answers `GET /v1/milestones`: milestones with their sources.
pub async fn milestones(State(answers): State<Answers>, mut question: Question) -> Result<Response, RestError> {
    let filter = MilestoneFilter {
        instrument: question.some_instrument()?,
        countries: question.countries("country")?,
        kinds: kind_bits(&question.words("kind")?),
        recorded_after: question.position("recordedAfter")?,
        recorded_up_to: question.position("recordedUpTo")?,
        changed_after: question.position("changedAfter")?,
        order: question.word("orderBy")?.unwrap_or_default(),
    };
    let ask = question.ask()?;
    let key = |text: &str| whole(text).map(Position);
    let page = question.page("the position that a milestone has in the list, a whole number", key)?;
    let format = question.format()?;
    let pin = answers.pin(&ask, answers.position()).await?;
    let slice = answers.milestones(&pin, &filter, &page).await?;
    let list = answers.view_milestones(&slice, &pin).await?;
    if format == Format::Json {
        return format.respond_with_next(&question, &pin, &list, &MILESTONES);
    }
    let milestones = list.nodes.clone();
    let rows = milestones.iter().flat_map(Milestone::source_rows).collect();
    format.respond_with_next(&question, &pin, &list.with(rows), &MILESTONES)
}
