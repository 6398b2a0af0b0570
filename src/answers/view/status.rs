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
use crate::projections::sentence::sentence;
use crate::projections::stalled::Waiting;
use crate::projections::status::{self, Facet, Rule};

/// Stage, standing and listing of an agreement together on a day, with one headline value, and why.
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
    /// The legal state; null when more than one value is possible.
    pub standing: Option<Term<Standing>>,
    /// Every standing that the evidence allows.
    pub possible_standings: Vec<Term<Standing>>,
    /// The regulation's treatment; null when more than one value is possible, or the instrument has no listing.
    pub listing: Option<Term<Listing>>,
    /// Every listing that the evidence allows; empty when the instrument has none.
    pub possible_listings: Vec<Term<Listing>>,
    /// Whether every facet has one value.
    pub certain: bool,
    /// The latest round, from 1; null before the first, and when the simplest histories disagree.
    pub round: Option<u16>,
    /// Since when the headline holds; null when nothing made it so, or the headline is not certain.
    pub since: Option<UncertainDate>,
    /// When the last evidence by that day is from.
    pub last_evidence_on: Option<UncertainDate>,
    /// The milestones and rules that decided it.
    pub because: Vec<Reason>,
    /// What is expected next, by whose authority; empty when more than one stage is possible.
    pub next_steps: Vec<NextStep>,
    /// The price evaluation factor in percent (DFARS 225.502); null when possible listings differ in it, or there are none.
    pub evaluation_factor_percent: Option<u8>,
    /// The stall, when an open round has waited longer than is usual in every simplest history.
    pub stalled: Option<Stall>,
    /// Whether the latest round is a renewal whose outcome nobody told while the earlier agreement goes on.
    pub outcome_unknown: bool,
    /// How many sources were left out under `PUBLISHED` because nobody knows when they were published.
    pub undated_sources: u32,
    /// Whether the dates overlap so much that a larger set of possible values is given than the rules would leave (rule 11).
    pub beyond_cap: bool,
    /// The day that this is the status of; null for from ever.
    pub as_of: Option<NaiveDate>,
    /// The instant by which it was known; null when the question gave none.
    pub known_at: Option<Instant>,
    /// The position of the log that the answer rests on.
    pub position: Position,
}

/// A milestone or a rule that decided a part of a status.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Reason {
    /// Which part of the status it decided.
    pub facet: Term<Facet>,
    /// The milestone; null when nothing happened and the rule alone speaks.
    pub milestone: Option<Cited>,
    /// The milestone's kind.
    pub kind: Option<Term<MilestoneKind>>,
    /// How good the milestone's evidence is.
    pub evidence: Option<Term<Evidence>>,
    /// The rule that stood in, where the milestone alone did not decide.
    pub rule: Option<Term<Rule>>,
    /// The days between which a change lies that no source records, and that the milestone proves.
    pub unrecorded: Option<UncertainDate>,
    /// Whether this decided in every simplest history; otherwise it is one of several possibilities.
    pub certain: bool,
}

/// A milestone that is expected next.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema, SimpleObject)]
#[serde(rename_all = "camelCase")]
pub struct NextStep {
    /// The milestone's kind.
    pub kind: Term<MilestoneKind>,
    /// What it is.
    pub label: String,
    /// Who does it, by which rule.
    pub authority: String,
}

/// An open round that has waited in its stage longer than is usual.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Stall {
    /// The stage that it waits in.
    pub stage: Term<Stage>,
    /// The first day in that stage; for review the day after comments closed.
    pub since: UncertainDate,
    /// The days waited, counted from the latest day that the stage can have begun.
    pub days: i64,
    /// The days after which it counts as stalled.
    pub limit_days: u32,
    /// Where that limit comes from, and why it is so.
    pub limit_from: String,
    /// The newest evidence about the talks and the agreement; null without any.
    pub last_news_on: Option<UncertainDate>,
    /// Whether nothing was heard of it for as long as the instrument's rules say (rule 18).
    pub dormant: bool,
}

/// A stall with its limit, and how its waiting compares.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ComparedStall {
    /// The wait that is over its limit.
    #[serde(flatten)]
    pub stall: Stall,
    /// The same limit, with the instrument's fallback and the estimate beside each other.
    pub limit: Limit,
    /// How its waiting compares with comparable rounds'; null when its beginning is open.
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
