//! What was a country's status, and why?
//!
//! Invariant: a status has the same fields as GraphQL's, and a facet is null when more than one value is possible.

use axum::extract::State;
use axum::response::Response;
use serde_json::{Value, json};

use super::answer::{AGREEMENT, Column, PINNED, Sheet, pinned};
use super::error::RestError;
use super::milestone::milestone;
use super::question::Question;
use super::words::{certain, country, every, facet, word};
use crate::answers::{Answers, AskError, Pin};
use crate::domain::ids::{AgreementId, MilestoneId};
use crate::domain::instrument::Instrument;
use crate::domain::time::instant_text;
use crate::projections::next::next_steps;
use crate::projections::sentence::sentence;
use crate::projections::stalled::Waiting;
use crate::projections::status::{Reason, Status};

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

const SHEET: Sheet = Sheet { rows: "", columns: &[AGREEMENT, FACETS, PINNED] };

/// `GET /v1/status/{country}`.
pub async fn status(State(answers): State<Answers>, mut question: Question) -> Result<Response, RestError> {
    let country = question.country()?;
    let instrument = question.instrument()?;
    let ask = question.ask_about_a_day()?;
    let format = question.format()?;
    let id = answers.agreement_id(&instrument, country)?;
    let pin = answers.pin(&ask, answers.position()).await?;
    let status = answers.status(&id, &pin).await?;
    let dossier = answers.dossier_of(&id, &pin.knowledge).await?;
    let whole = |reason: MilestoneId| dossier.shown(reason).map(|shown| milestone(&id, &shown));
    let told = Told { id: &id, instrument: answers.instrument(&id)?, pin: &pin };
    format.respond(&pin, pinned(&pin, told.node(&status, whole)), &SHEET)
}

/// What a status is told of.
pub struct Told<'a> {
    /// The agreement that it belongs to.
    pub id: &'a AgreementId,
    /// The rules that its lifecycle runs by.
    pub instrument: &'a Instrument,
    /// The day and the knowledge.
    pub pin: &'a Pin,
}

impl<'a> Told<'a> {
    /// What is told of an agreement at a pin.
    pub fn of(answers: &'a Answers, id: &'a AgreementId, pin: &'a Pin) -> Result<Self, AskError> {
        Ok(Self { id, instrument: answers.instrument(id)?, pin })
    }

    /// The agreement with its country.
    pub fn agreement(&self) -> Value {
        json!({ "id": self.id.to_string(), "country": country(self.id.country) })
    }

    /// The agreement with its country and its status.
    pub fn node(&self, status: &Status, cite: impl Fn(MilestoneId) -> Option<Value>) -> Value {
        let mut node = self.agreement();
        node["status"] = self.status(status, cite);
        node
    }

    /// A status; each milestone that decided it as it is cited.
    pub fn status(&self, status: &Status, cite: impl Fn(MilestoneId) -> Option<Value>) -> Value {
        let next = next_steps(status, self.instrument);
        let next =
            next.map(|step| json!({ "kind": word(step.kind), "label": step.label, "authority": step.authority }));
        let stalled = status.waiting.filter(|waiting| waiting.stalled);
        json!({
            "headline": certain(status.headlines),
            "possibleHeadlines": every(status.headlines),
            "sentence": sentence(status, self.id.country, self.instrument, self.pin.today),
            "stage": certain(status.stages),
            "possibleStages": every(status.stages),
            "standing": certain(status.standings),
            "possibleStandings": every(status.standings),
            "listing": certain(status.listings),
            "possibleListings": every(status.listings),
            "certain": status.certain(),
            "round": status.round,
            "since": status.since,
            "lastEvidenceOn": status.last_evidence,
            "because": status.because.iter().map(|reason| because(reason, &cite)).collect::<Vec<_>>(),
            "nextSteps": next.collect::<Vec<_>>(),
            "evaluationFactorPercent": status.evaluation_factor_percent(self.instrument),
            "stalled": stalled.map(|waiting| self.stall(&waiting)),
            "outcomeUnknown": status.waiting.is_some_and(|waiting| waiting.outcome_unknown),
            "undatedSources": status.undated_sources,
            "beyondCap": status.beyond_cap,
            "asOf": status.on(),
            "knownAt": self.pin.knowledge.known_at.map(instant_text),
            "position": self.pin.knowledge.position,
        })
    }

    /// A stalled round, by its agreement.
    pub fn stall(&self, waiting: &Waiting) -> Value {
        json!({
            "stage": word(waiting.stage),
            "since": waiting.since,
            "days": waiting.days,
            "limitDays": waiting.limit_days.unwrap_or_default(),
            "limitFrom": waiting.limit_from(self.instrument).unwrap_or_default(),
            "lastNewsOn": waiting.heard,
            "dormant": waiting.dormant,
        })
    }
}

/// A milestone in a list: its id, by which the status or the timeline tells the rest.
#[expect(clippy::unnecessary_wraps, reason = "it stands where a milestone may be missing")]
pub fn cited(milestone: MilestoneId) -> Option<Value> {
    Some(json!({ "id": milestone }))
}

fn because(reason: &Reason, cite: impl Fn(MilestoneId) -> Option<Value>) -> Value {
    json!({
        "facet": facet(reason.facet),
        "milestone": reason.milestone.and_then(cite),
        "kind": reason.kind.map(word),
        "evidence": reason.evidence.map(word),
        "rule": reason.rule.map(word),
        "unrecorded": reason.unrecorded,
        "certain": reason.certain,
    })
}
