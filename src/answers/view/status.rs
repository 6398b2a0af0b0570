//! What was a country's status, and why?
//!
//! Invariant: a facet is null when more than one value is possible, and the list beside it is always complete.

use async_graphql::SimpleObject;
use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::Serialize;

use super::{Cited, Comparison, Instant, Limit, Term, certain, every};
use crate::answers::Pin;
use crate::domain::country::Country;
use crate::domain::ids::{MilestoneId, Position};
use crate::domain::instrument::{self, Instrument};
use crate::domain::time::UncertainDate;
use crate::domain::words::{Evidence, Headline, Listing, MilestoneKind, Stage, Standing};
use crate::projections::limits::Limits;
use crate::projections::next::next_steps;
use crate::projections::reasons::explanation;
use crate::projections::sentence::sentence;
use crate::projections::stalled::Waiting;
use crate::projections::status::{self, Facet, Rule};

/// A status: the stage, the standing and the listing of an agreement on a day, with one headline, and the reasons.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Status {
    /// One value that sums up the status; null when more than one is possible.
    pub headline: Option<Term<Headline>>,
    /// Every headline that the evidence allows.
    pub possible_headlines: Vec<Term<Headline>>,
    /// The status in plain English.
    pub sentence: String,
    /// How far the latest round has come; null when more than one value is possible.
    pub stage: Option<Term<Stage>>,
    /// Every stage that the evidence allows.
    pub possible_stages: Vec<Term<Stage>>,
    /// The legal state of the agreement; null when more than one value is possible.
    pub standing: Option<Term<Standing>>,
    /// Every standing that the evidence allows.
    pub possible_standings: Vec<Term<Standing>>,
    /// How the regulation treats the partner; null when more than one value is possible, or the instrument has no listing.
    pub listing: Option<Term<Listing>>,
    /// Every listing that the evidence allows; empty when the instrument has none.
    pub possible_listings: Vec<Term<Listing>>,
    /// Whether stage, standing and listing have only one possible value each.
    pub certain: bool,
    /// The number of the latest round, counted from 1; null before the first round, and when more than one number is
    /// possible.
    pub round: Option<u16>,
    /// The date since which the headline has had its value; null when no milestone gave it this value, or when the
    /// headline is not certain.
    pub since: Option<UncertainDate>,
    /// The date of the newest evidence up to the day of this status; null when there is none.
    pub last_evidence_on: Option<UncertainDate>,
    /// The milestones and rules that decided this status.
    pub because: Vec<Reason>,
    /// The milestones that are expected next; empty when more than one stage is possible.
    pub next_steps: Vec<NextStep>,
    /// The evaluation factor in percent (DFARS 225.502); null when possible listings have different ones, or when there is
    /// none.
    pub evaluation_factor_percent: Option<u8>,
    /// The stall of the open round; null unless the round has certainly waited longer than the limit.
    pub stalled: Option<Stall>,
    /// Whether the latest round is a renewal whose outcome no source gives, while the earlier agreement continues.
    pub outcome_unknown: bool,
    /// How many sources do not count under `PUBLISHED`, because the day of their publication is not known.
    pub undated_sources: u32,
    /// Whether so many dates overlap that the server did not compare all their possible orders (rule 11 of `docs/rules.md`). If
    /// true, the possible values may include some that a full comparison would exclude.
    pub beyond_cap: bool,
    /// The day of this status; null for a period without a beginning.
    pub as_of: Option<NaiveDate>,
    /// Only what was known by this instant counts in this status; null when the request gave no `knownAt`.
    pub known_at: Option<Instant>,
    /// The log position up to and including which events count in this answer.
    pub position: Position,
}

/// A milestone or a rule that decided a part of a status.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Reason {
    /// The part of the status that this reason decided.
    pub facet: Term<Facet>,
    /// The milestone that decided; null when no milestone did, and the rule alone decided.
    pub milestone: Option<Cited>,
    /// The kind of the milestone; null when `milestone` is null.
    pub kind: Option<Term<MilestoneKind>>,
    /// How good the evidence for the date of the milestone is; null when `milestone` is null.
    pub evidence: Option<Term<Evidence>>,
    /// The rule that took the place of a milestone, or that limited what the milestone shows; null when the milestone
    /// alone decided.
    pub rule: Option<Term<Rule>>,
    /// The bounds of the date of a change that no source gives, but that the milestone proves; null for any other
    /// reason.
    pub unrecorded: Option<UncertainDate>,
    /// The rule and the change that no source gives, in plain English; null when the milestone alone decided.
    pub explanation: Option<String>,
    /// Whether this milestone or rule certainly decided; if false, it is one of several possible reasons.
    pub certain: bool,
}

/// A milestone that is expected next.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema, SimpleObject)]
#[serde(rename_all = "camelCase")]
pub struct NextStep {
    /// The kind of the milestone.
    pub kind: Term<MilestoneKind>,
    /// The step in a few words.
    pub label: String,
    /// Who takes this step, or which law or text it follows from.
    pub authority: String,
}

/// A stall: an open round has waited in its stage longer than the limit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Stall {
    /// The stage in which the round waits.
    pub stage: Term<Stage>,
    /// The first day of the round in the stage; for review, the day after comments closed.
    pub since: UncertainDate,
    /// The days that the round has waited, counted from the latest day on which the stage can have begun.
    pub days: i64,
    /// The days after which the round counts as stalled.
    pub limit_days: u32,
    /// What set the limit, and why the limit has this number of days.
    pub limit_from: String,
    /// The date of the newest evidence about the talks and the agreement; null when there is none.
    pub last_news_on: Option<UncertainDate>,
    /// Whether there has been no new evidence about the round for the time that the instrument sets (rule 18 of
    /// `docs/rules.md`), so that the round may have been given up.
    pub dormant: bool,
}

/// A stall with its limit, and how the days waited compare with those of other rounds.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ComparedStall {
    /// The stall: a wait that is longer than its limit.
    #[serde(flatten)]
    pub stall: Stall,
    /// The limit in detail, with the instrument's own limit and the estimate from comparable rounds.
    pub limit: Limit,
    /// How the days waited compare with those of comparable rounds; null when the earliest day on which the stage can
    /// have begun is not known.
    pub comparison: Option<Comparison>,
}

impl Status {
    /// The status of a country under an instrument at a pin; each milestone that decided it as it is cited.
    pub fn of(
        status: &status::Status,
        country: Country,
        instrument: &Instrument,
        pin: &Pin,
        cite: impl Fn(MilestoneId) -> Option<Cited>,
    ) -> Self {
        let stalled = status.waiting.filter(|waiting| waiting.stalled);
        Self {
            headline: certain(status.headlines),
            possible_headlines: every(status.headlines),
            sentence: sentence(status, country, instrument, &pin.viewpoint()),
            stage: certain(status.stages),
            possible_stages: every(status.stages),
            standing: certain(status.standings),
            possible_standings: every(status.standings),
            listing: certain(status.listings),
            possible_listings: every(status.listings),
            certain: status.certain(),
            round: status.round,
            since: status.since,
            last_evidence_on: status.last_evidence,
            because: status.because.iter().map(|reason| Reason::of(reason, &cite)).collect(),
            next_steps: next_steps(status, instrument).map(Into::into).collect(),
            evaluation_factor_percent: status.evaluation_factor_percent(instrument),
            stalled: stalled.map(|waiting| Stall::of(&waiting, instrument)),
            outcome_unknown: status.waiting.is_some_and(|waiting| waiting.outcome_unknown),
            undated_sources: status.undated_sources,
            beyond_cap: status.beyond_cap,
            as_of: status.on(),
            known_at: pin.knowledge.known_at.map(Instant),
            position: pin.knowledge.position,
        }
    }
}

impl Reason {
    fn of(reason: &status::Reason, cite: impl Fn(MilestoneId) -> Option<Cited>) -> Self {
        Self {
            facet: Term(reason.facet),
            milestone: reason.milestone.and_then(cite),
            kind: reason.kind.map(Term),
            evidence: reason.evidence.map(Term),
            rule: reason.rule.map(Term),
            unrecorded: reason.unrecorded,
            explanation: explanation(reason),
            certain: reason.certain,
        }
    }
}

impl From<&instrument::NextStep> for NextStep {
    fn from(step: &instrument::NextStep) -> Self {
        Self { kind: Term(step.kind), label: step.label.clone(), authority: step.authority.clone() }
    }
}

impl Stall {
    /// The stall that a waiting is.
    #[must_use]
    pub fn of(waiting: &Waiting, instrument: &Instrument) -> Self {
        Self {
            stage: Term(waiting.stage),
            since: waiting.since,
            days: waiting.days,
            limit_days: waiting.limit_days.unwrap_or_default(),
            limit_from: waiting.limit_from(instrument).unwrap_or_default(),
            last_news_on: waiting.heard,
            dormant: waiting.dormant,
        }
    }
}

impl ComparedStall {
    /// The stall that a waiting is, among comparable rounds.
    #[must_use]
    pub fn of(limits: &Limits, waiting: &Waiting, instrument: &Instrument) -> Self {
        Self {
            stall: Stall::of(waiting, instrument),
            limit: Limit::of(limits, waiting.group, instrument),
            comparison: Comparison::of(limits, waiting),
        }
    }
}
