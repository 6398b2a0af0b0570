//! A status and the reasons for it, as GraphQL objects.
//!
//! Invariant: a facet is null when more than one value is possible, and the list beside it is always complete.

use async_graphql::{Context, Object, Result, SimpleObject};

use super::context::answers;
use super::limits::{self, StallLimit};
use super::milestone::Milestone;
use super::scalars::{Date, Instant, Position, UncertainDate};
use super::words::{Evidence, Facet, Headline, Listing, MilestoneKind, Rule, Stage, Standing};
use crate::answers::view::Effect;
use crate::answers::{Pin, view};
use crate::domain::ids::AgreementId;
use crate::projections::next::next_steps;
use crate::projections::stalled::Waiting;
use crate::projections::{sentence, status};

/// Stage, standing and listing of an agreement together on a day, with one headline value, and why.
pub struct Status {
    pub(super) agreement: AgreementId,
    pub(super) pin: Pin,
    pub(super) status: status::Status,
}

impl Status {
    /// Its waiting as other rounds judge it; asked for only by those fields that tell of it.
    async fn judged(&self, ctx: &Context<'_>) -> Result<Option<Waiting>> {
        let judged = answers(ctx)?.judged(&self.agreement, &self.pin.knowledge, &self.status).await;
        judged.map_err(|error| super::error::outward(&error))
    }
}

/// Stage, standing and listing of an agreement together on a day, with one headline value, and why.
#[Object]
impl Status {
    /// One value that sums up the status; null when more than one is possible.
    async fn headline(&self) -> Option<Headline> {
        self.status.headlines.certain().map(Into::into)
    }

    /// Every headline that the evidence allows.
    async fn possible_headlines(&self) -> Vec<Headline> {
        self.status.headlines.iter().map(Into::into).collect()
    }

    /// The status in plain English, with what is by rule, inferred or uncertain named as such.
    async fn sentence(&self, ctx: &Context<'_>) -> Result<String> {
        let answers = answers(ctx)?;
        let instrument = answers.instrument(&self.agreement).map_err(|error| super::error::outward(&error))?;
        let judged = status::Status { waiting: self.judged(ctx).await?, ..self.status.clone() };
        Ok(sentence::sentence(&judged, self.agreement.country, instrument, &self.pin.viewpoint()))
    }

    /// How far the latest round has come; null when more than one value is possible.
    async fn stage(&self) -> Option<Stage> {
        self.status.stages.certain().map(Into::into)
    }

    /// Every stage that the evidence allows.
    async fn possible_stages(&self) -> Vec<Stage> {
        self.status.stages.iter().map(Into::into).collect()
    }

    /// The legal state; null when more than one value is possible.
    async fn standing(&self) -> Option<Standing> {
        self.status.standings.certain().map(Into::into)
    }

    /// Every standing that the evidence allows.
    async fn possible_standings(&self) -> Vec<Standing> {
        self.status.standings.iter().map(Into::into).collect()
    }

    /// The regulation's treatment; null when more than one value is possible, or the instrument has no listing.
    async fn listing(&self) -> Option<Listing> {
        self.status.listings.certain().map(Into::into)
    }

    /// Every listing that the evidence allows; empty when the instrument has none.
    async fn possible_listings(&self) -> Vec<Listing> {
        self.status.listings.iter().map(Into::into).collect()
    }

    /// Whether every facet has one value.
    async fn certain(&self) -> bool {
        self.status.certain()
    }

    /// Whether the dates overlap so much that a larger set of possible values is given than the rules would leave (rule 11).
    async fn beyond_cap(&self) -> bool {
        self.status.beyond_cap
    }

    /// The latest round, from 1; null before the first, and when the simplest histories disagree.
    async fn round(&self) -> Option<u16> {
        self.status.round
    }

    /// Since when the headline holds; null when nothing made it so, or the headline is not certain.
    async fn since(&self) -> Option<UncertainDate> {
        self.status.since.map(UncertainDate)
    }

    /// When the last evidence by that day is from.
    async fn last_evidence_on(&self) -> Option<UncertainDate> {
        self.status.last_evidence.map(UncertainDate)
    }

    /// The milestones and rules that decided it.
    async fn because(&self) -> Vec<Reason> {
        let reason =
            |reason: &status::Reason| Reason { agreement: self.agreement.clone(), pin: self.pin, reason: *reason };
        self.status.because.iter().map(reason).collect()
    }

    /// What is expected next, by whose authority; empty when more than one stage is possible.
    async fn next_steps(&self, ctx: &Context<'_>) -> Result<Vec<view::NextStep>> {
        let answers = answers(ctx)?;
        let instrument = answers.instrument(&self.agreement).map_err(|error| super::error::outward(&error))?;
        let next = next_steps(&self.status, instrument).map(view::NextStep::from);
        Ok(next.collect())
    }

    /// The price evaluation factor in percent (DFARS 225.502); null when possible listings differ in it, or there are none.
    async fn evaluation_factor_percent(&self, ctx: &Context<'_>) -> Result<Option<u8>> {
        let answers = answers(ctx)?;
        let instrument = answers.instrument(&self.agreement).map_err(|error| super::error::outward(&error))?;
        Ok(self.status.evaluation_factor_percent(instrument))
    }

    /// The first day of which sources tell the factor; null unless this day lies before it.
    async fn evaluation_factor_known_from(&self, ctx: &Context<'_>) -> Result<Option<Date>> {
        let answers = answers(ctx)?;
        let instrument = answers.instrument(&self.agreement).map_err(|error| super::error::outward(&error))?;
        Ok(self.status.factor_known_from(instrument).map(Date))
    }

    /// What the instrument does to offers on that day, by every possible listing.
    async fn effects(&self, ctx: &Context<'_>) -> Result<Vec<Effect>> {
        let answers = answers(ctx)?;
        let instrument = answers.instrument(&self.agreement).map_err(|error| super::error::outward(&error))?;
        Ok(self.status.effects(instrument).map(Into::into).collect())
    }

    /// The stall, when an open round has waited longer than is usual in every simplest history.
    async fn stalled(&self, ctx: &Context<'_>) -> Result<Option<Stall>> {
        let Some(waiting) = self.judged(ctx).await?.filter(|waiting| waiting.stalled) else { return Ok(None) };
        Stall::of(ctx, &self.agreement, self.pin, self.status.day, waiting).await.map(Some)
    }

    /// The waiting of the open round, stalled or not; null unless a round is open in every simplest history.
    async fn waiting(&self, ctx: &Context<'_>) -> Result<Option<limits::Waiting>> {
        let Some(waiting) = self.judged(ctx).await? else { return Ok(None) };
        limits::Waiting::of(ctx, &self.agreement, self.pin, self.status.day, waiting).await.map(Some)
    }

    /// Whether the latest round is a renewal whose outcome nobody told while the earlier agreement goes on.
    async fn outcome_unknown(&self) -> bool {
        self.status.facets().outcome_unknown
    }

    /// How many sources were left out under `PUBLISHED` because nobody knows when they were published.
    async fn undated_sources(&self) -> u32 {
        self.status.undated_sources
    }

    /// The day that this is the status of (SQL:2011: `FOR VALID_TIME AS OF`); null for from ever.
    async fn as_of(&self) -> Option<Date> {
        self.status.on().map(Date)
    }

    /// The instant by which it was known (SQL:2011: `FOR SYSTEM_TIME AS OF`); null when the question gave none.
    async fn known_at(&self) -> Option<Instant> {
        self.pin.knowledge.known_at.map(Instant)
    }

    /// The position of the log that the answer rests on.
    async fn position(&self) -> Position {
        Position(self.pin.knowledge.position)
    }
}

/// A milestone or a rule that decided a part of a status.
pub struct Reason {
    agreement: AgreementId,
    pin: Pin,
    reason: status::Reason,
}

/// A milestone or a rule that decided a part of a status.
#[Object]
impl Reason {
    /// Which part of the status it decided.
    async fn facet(&self) -> Facet {
        self.reason.facet.into()
    }

    /// The milestone; null when nothing happened and the rule alone speaks.
    async fn milestone(&self, ctx: &Context<'_>) -> Result<Option<Milestone>> {
        match self.reason.milestone {
            Some(id) => Milestone::load(ctx, &self.agreement, &self.pin, id).await,
            None => Ok(None),
        }
    }

    /// The milestone's kind, without loading it.
    async fn kind(&self) -> Option<MilestoneKind> {
        self.reason.kind.map(Into::into)
    }

    /// How good the milestone's evidence is.
    async fn evidence(&self) -> Option<Evidence> {
        self.reason.evidence.map(Into::into)
    }

    /// The rule that stood in, where the milestone alone did not decide.
    async fn rule(&self) -> Option<Rule> {
        self.reason.rule.map(Into::into)
    }

    /// The days between which a change lies that no source records, and that the milestone proves; null for all else.
    async fn unrecorded(&self) -> Option<UncertainDate> {
        self.reason.unrecorded.map(UncertainDate)
    }

    /// Whether this decided in every simplest history; otherwise it is one of several possibilities.
    async fn certain(&self) -> bool {
        self.reason.certain
    }
}

/// An open round that has waited in its stage longer than is usual.
#[derive(SimpleObject)]
pub struct Stall {
    /// The stage that it waits in.
    stage: Stage,
    /// The first day in that stage; for review the day after comments closed.
    since: UncertainDate,
    /// The days waited, counted from the latest day that the stage can have begun.
    days: i64,
    /// The days after which it counts as stalled.
    limit_days: u32,
    /// Where that limit comes from, and why it is so.
    limit_from: String,
    /// The newest evidence about the talks and the agreement; null when there is none.
    last_news_on: Option<UncertainDate>,
    /// Whether nothing was heard of it for as long as the instrument's rules say, so that it may have been given up.
    dormant: bool,
    /// The same limit, with the instrument's fallback and the estimate beside each other.
    limit: StallLimit,
    /// How its waiting compares with comparable rounds'; null when its beginning is open.
    comparison: Option<view::Comparison>,
}

impl Stall {
    /// The stall that a waiting is, by some knowledge, on a day.
    pub async fn of(
        ctx: &Context<'_>,
        agreement: &AgreementId,
        pin: Pin,
        day: chrono::NaiveDate,
        waiting: Waiting,
    ) -> Result<Self> {
        let instrument = answers(ctx)?.instrument(agreement).map_err(|error| super::error::outward(&error))?;
        let told = limits::Waiting::of(ctx, agreement, pin, day, waiting).await?;
        let stall = view::Stall::of(&waiting, instrument);
        Ok(Self {
            stage: stall.stage,
            since: UncertainDate(stall.since),
            days: stall.days,
            limit_days: stall.limit_days,
            limit_from: stall.limit_from,
            last_news_on: stall.last_news_on.map(UncertainDate),
            dormant: stall.dormant,
            limit: told.stall_limit(),
            comparison: told.compared(),
        })
    }
}
