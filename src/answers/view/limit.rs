//! After how many days has a round waited too long, and how does its waiting compare?
//!
//! Invariant: a figure that uncertain dates leave open is a range, and one that cannot be estimated says so.

use async_graphql::{OutputType, SimpleObject};
use schemars::JsonSchema;
use serde::Serialize;

use super::{Curves, Estimate, Pinned, Term};
use crate::answers::{Answers, AskError, Pin};
use crate::domain::instrument::Instrument;
use crate::domain::words::{LimitFrom, Stage};
use crate::projections::limits::{self, Range};
use crate::projections::reasons::{limit_reason, usual};
use crate::projections::spells::Group;
use crate::projections::stalled::Waiting;
use crate::projections::survival::NotEstimable;

/// A number known only as a range from `least` to `most`, both inclusive. Both are the same when the number is exact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema, SimpleObject)]
#[graphql(concrete(name = "DaysRange", params(u32)), concrete(name = "FigureRange", params(f64)))]
#[schemars(inline)]
pub struct Span<T: OutputType> {
    /// The lower end of the range.
    pub least: T,
    /// The upper end of the range.
    pub most: T,
}

impl<T: OutputType> From<Range<T>> for Span<T> {
    fn from(Range { least, most }: Range<T>) -> Self {
        Self { least, most }
    }
}

/// The limits of an instrument's stages.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Limits {
    /// A limit for each stage and each kind of round about which anything is known, in the order of the stages.
    pub nodes: Vec<StageLimit>,
}

/// How many days a round may wait in a stage before it counts as stalled, for one kind of round: a first round or a renewal,
/// about an agreement or about whether one is feasible.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct StageLimit {
    /// The stage in which rounds wait.
    pub stage: Term<Stage>,
    /// Whether the limit is for rounds that renew or follow an agreement; otherwise, it is for first rounds.
    pub renewal: bool,
    /// Whether the limit is for rounds whose notice only asked whether an agreement is feasible.
    pub feasibility: bool,
    /// The limit of the stage, with its reason.
    pub limit: Limit,
}

/// A limit: the days after which a round that waits in a stage counts as stalled, and what set them.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Limit {
    /// The limit in days; null when the stage cannot stall.
    pub days: Option<u32>,
    /// What set the limit.
    pub from: Term<LimitFrom>,
    /// Why the limit has this number of days, in plain English.
    pub reason: String,
    /// How long comparable rounds take in the stage, and how many rounds were compared, in plain English; null when no
    /// round is comparable.
    pub usual: Option<String>,
    /// The instrument's own limit in days, whether this set the limit or not; null when the stage cannot stall.
    pub fallback_days: Option<u32>,
    /// The estimate of how long comparable rounds took, whether the estimate set the limit or not.
    pub estimate: Estimate,
}

/// How the days that a round has waited compare with those of comparable rounds, including the round itself.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema, SimpleObject)]
#[serde(rename_all = "camelCase")]
pub struct Comparison {
    /// How many of 100 comparable rounds had left the stage after as many days as the round has waited, by the product-limit
    /// estimate of Kaplan and Meier.
    pub percentile: Span<f64>,
    /// The range in which the percentile lies with a confidence of 95 percent (Greenwood, log-log); null when no such
    /// range can be estimated.
    pub confidence: Option<Span<f64>>,
    /// The chance that the round leaves its stage within the next 90 days.
    #[serde(rename = "within90Days")]
    #[graphql(name = "within90Days")]
    pub within_90_days: Chance,
    /// The chance that the round leaves its stage within the next 365 days.
    #[serde(rename = "within365Days")]
    #[graphql(name = "within365Days")]
    pub within_365_days: Chance,
    /// How many comparable rounds were watched for at least as many days as the round has waited.
    pub at_risk: Span<u32>,
}

/// The chance that a round leaves its stage within a number of days.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema, SimpleObject)]
#[serde(rename_all = "camelCase")]
pub struct Chance {
    /// The chance, from 0 to 1; null when the chance cannot be estimated.
    pub range: Option<Span<f64>>,
    /// The range in which the chance lies with a confidence of 95 percent; null when no such range can be estimated.
    pub confidence: Option<Span<f64>>,
    /// Why the chance cannot be estimated; null when it can.
    pub not_estimable: Option<Term<NotEstimable>>,
}

impl Limit {
    /// The limit of a group of rounds, without the curves behind the estimate.
    #[must_use]
    pub fn of(limits: &limits::Limits, group: Group, instrument: &Instrument) -> Self {
        let limit = limits.limit(group, instrument);
        Self {
            days: limit.days,
            from: Term(limit.from),
            reason: limit_reason(&limit, limits.policy(), group.stage, instrument),
            usual: usual(limits, group),
            fallback_days: limit.fallback,
            estimate: Estimate::of(limits, group, &limit),
        }
    }
}

impl StageLimit {
    /// The limit of a group of rounds, with the curves behind the estimate.
    #[must_use]
    pub fn of(limits: &limits::Limits, group: Group, instrument: &Instrument) -> Self {
        let mut limit = Limit::of(limits, group, instrument);
        limit.estimate.curves = Some(Curves::of(limits, group));
        let Group { stage, renewal, feasibility } = group;
        Self { stage: Term(stage), renewal, feasibility, limit }
    }
}

impl Comparison {
    /// How a waiting compares with its peers'; `None` when its beginning is open.
    #[must_use]
    pub fn of(limits: &limits::Limits, waiting: &Waiting) -> Option<Self> {
        let found = limits.comparison(waiting.group, waiting.range()?)?;
        Some(Self {
            percentile: found.percentile.into(),
            confidence: found.band.map(Into::into),
            within_90_days: Chance::of(found.within_90, found.band_90),
            within_365_days: Chance::of(found.within_365, found.band_365),
            at_risk: Span { least: counted(found.at_risk.least), most: counted(found.at_risk.most) },
        })
    }
}

/// A number of rounds as GraphQL's whole numbers have it.
fn counted(rounds: usize) -> u32 {
    u32::try_from(rounds).unwrap_or(u32::MAX)
}

impl Chance {
    fn of(chance: Result<Range<f64>, NotEstimable>, band: Option<Range<f64>>) -> Self {
        let confidence = band.map(Into::into);
        Self { range: chance.ok().map(Into::into), confidence, not_estimable: chance.err().map(Term) }
    }
}

impl Answers {
    /// The limits of an instrument's stages, or of one of them.
    ///
    /// # Errors
    /// When the instrument is not known or the log cannot be read.
    pub async fn view_limits(
        &self,
        instrument: &str,
        stage: Option<Stage>,
        pin: &Pin,
    ) -> Result<Pinned<Limits>, AskError> {
        let (limits, groups) = self.groups(instrument, stage, pin).await?;
        let instrument = self.instruments().load(instrument).map_err(AskError::Instrument)?;
        let nodes = groups.into_iter().map(|group| StageLimit::of(&limits, group, instrument)).collect();
        Ok(Pinned::of(pin, Limits { nodes }))
    }
}
