//! A status and the reasons for it, as GraphQL objects.
//!
//! Invariant: a facet is null when more than one value is possible, and the list beside it is always complete.

use async_graphql::{Context, Object, Result, SimpleObject};

use super::context::answers;
use super::limits::{self, StallLimit};
use super::milestone::Milestone;
use super::scalars::{Date, Instant, Position, UncertainDate};
use super::words::{Evidence, Facet, Headline, Listing, MilestoneKind, Rule, Stage, Standing};
use crate::answers::view::{Effect, Held};
use crate::answers::{Pin, view};
use crate::domain::ids::AgreementId;
use crate::projections::next::next_steps;
use crate::projections::reasons::explanation;
use crate::projections::stalled::Waiting;
use crate::projections::{sentence, status};

/// A status: the stage, the standing and the listing of an agreement on a day, with one headline, and the reasons.
pub struct Status {
    pub(super) agreement: AgreementId,
    pub(super) pin: Pin,
    pub(super) status: status::Status,
}

impl Status {
    /// How long its round has waited, compared with other rounds; only the fields that show it ask for it.
    async fn judged(&self, ctx: &Context<'_>) -> Result<Option<Waiting>> {
        let judged = answers(ctx)?.judged(&self.agreement, &self.pin.knowledge, &self.status).await;
        judged.map_err(|error| super::error::outward(&error))
    }
}

/// A status: the stage, the standing and the listing of an agreement on a day, with one headline, and the reasons.
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

    /// The status in plain English. The sentence says what follows from a rule, is inferred or is uncertain.
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

    /// The legal state of the agreement; null when more than one value is possible.
    async fn standing(&self) -> Option<Standing> {
        self.status.standings.certain().map(Into::into)
    }

    /// Every standing that the evidence allows.
    async fn possible_standings(&self) -> Vec<Standing> {
        self.status.standings.iter().map(Into::into).collect()
    }

    /// How the regulation treats the partner; null when more than one value is possible, or the instrument has no listing.
    async fn listing(&self) -> Option<Listing> {
        self.status.listings.certain().map(Into::into)
    }

    /// Every listing that the evidence allows; empty when the instrument has none.
    async fn possible_listings(&self) -> Vec<Listing> {
        self.status.listings.iter().map(Into::into).collect()
    }

    /// Whether stage, standing and listing have only one possible value each.
    async fn certain(&self) -> bool {
        self.status.certain()
    }

    /// Whether so many dates overlap that the server did not compare all their possible orders (rule 11 of `docs/rules.md`). If
    /// true, the possible values may include some that a full comparison would exclude.
    async fn beyond_cap(&self) -> bool {
        self.status.beyond_cap
    }

    /// The number of the latest round, counted from 1; null before the first round, and when more than one number is
    /// possible.
    async fn round(&self) -> Option<u16> {
        self.status.round
    }

    /// The date since which the headline has had its value; null when no milestone gave it this value, or when the
    /// headline is not certain.
    async fn since(&self) -> Option<UncertainDate> {
        self.status.since.map(UncertainDate)
    }

    /// The date of the newest evidence up to the day of this status; null when there is none.
    async fn last_evidence_on(&self) -> Option<UncertainDate> {
        self.status.last_evidence.map(UncertainDate)
    }

    /// The milestones and rules that decided this status.
    async fn because(&self) -> Vec<Reason> {
        let reason =
            |reason: &status::Reason| Reason { agreement: self.agreement.clone(), pin: self.pin, reason: *reason };
        self.status.because.iter().map(reason).collect()
    }

    /// The milestones that are expected next; empty when more than one stage is possible.
    async fn next_steps(&self, ctx: &Context<'_>) -> Result<Vec<view::NextStep>> {
        let answers = answers(ctx)?;
        let instrument = answers.instrument(&self.agreement).map_err(|error| super::error::outward(&error))?;
        let next = next_steps(&self.status, instrument).map(view::NextStep::from);
        Ok(next.collect())
    }

    /// The evaluation factor in percent (DFARS 225.502); null when possible listings have different ones, or when there is
    /// none.
    async fn evaluation_factor_percent(&self, ctx: &Context<'_>) -> Result<Option<u8>> {
        let answers = answers(ctx)?;
        let instrument = answers.instrument(&self.agreement).map_err(|error| super::error::outward(&error))?;
        Ok(self.status.evaluation_factor_percent(instrument))
    }

    /// The first day for which sources give the evaluation factor; null unless the day of this status lies before it.
    async fn evaluation_factor_known_from(&self, ctx: &Context<'_>) -> Result<Option<Date>> {
        let answers = answers(ctx)?;
        let instrument = answers.instrument(&self.agreement).map_err(|error| super::error::outward(&error))?;
        Ok(self.status.factor_known_from(instrument).map(Date))
    }

    /// The instrument's effects on offers on the day of this status, under every possible listing.
    async fn effects(&self, ctx: &Context<'_>) -> Result<Vec<Effect>> {
        let answers = answers(ctx)?;
        let instrument = answers.instrument(&self.agreement).map_err(|error| super::error::outward(&error))?;
        Ok(self.status.effects(instrument).map(Into::into).collect())
    }

    /// The stall of the open round; null unless the round has certainly waited longer than the limit.
    async fn stalled(&self, ctx: &Context<'_>) -> Result<Option<Stall>> {
        let Some(waiting) = self.judged(ctx).await?.filter(|waiting| waiting.stalled) else { return Ok(None) };
        Stall::of(ctx, &self.agreement, self.pin, self.status.day, waiting).await.map(Some)
    }

    /// How long the open round has waited in its stage, whether it has stalled or not; null unless a round is certainly
    /// open.
    async fn waiting(&self, ctx: &Context<'_>) -> Result<Option<limits::Waiting>> {
        let Some(waiting) = self.judged(ctx).await? else { return Ok(None) };
        limits::Waiting::of(ctx, &self.agreement, self.pin, self.status.day, waiting).await.map(Some)
    }

    /// The date since which each part of the status has had its value, when the status changes, and what the newest
    /// evidence is.
    async fn held(&self, ctx: &Context<'_>) -> Result<Held> {
        let pin = Pin { day: self.status.day, ..self.pin };
        let answers = super::context::about(ctx, &self.agreement).await?;
        answers.held(&self.agreement, &pin).await.map_err(|error| super::error::outward(&error))
    }

    /// Whether the latest round is a renewal whose outcome no source gives, while the earlier agreement continues.
    async fn outcome_unknown(&self) -> bool {
        self.status.facets().outcome_unknown
    }

    /// How many sources do not count under `PUBLISHED`, because the day of their publication is not known.
    async fn undated_sources(&self) -> u32 {
        self.status.undated_sources
    }

    /// The day to which this status belongs (SQL:2011: `FOR VALID_TIME AS OF`). For the status of a period, this is the first day
    /// of the period; null when the period has no beginning.
    async fn as_of(&self) -> Option<Date> {
        self.status.on().map(Date)
    }

    /// Only what was known by this instant counts in this status (SQL:2011: `FOR SYSTEM_TIME AS OF`); null when the
    /// request gave no `knownAt`.
    async fn known_at(&self) -> Option<Instant> {
        self.pin.knowledge.known_at.map(Instant)
    }

    /// The log position up to and including which events count in this answer.
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
    /// The part of the status that this reason decided.
    async fn facet(&self) -> Facet {
        self.reason.facet.into()
    }

    /// The milestone that decided; null when no milestone did, and the rule alone decided.
    async fn milestone(&self, ctx: &Context<'_>) -> Result<Option<Milestone>> {
        match self.reason.milestone {
            Some(id) => Milestone::load(ctx, &self.agreement, &self.pin, id).await,
            None => Ok(None),
        }
    }

    /// The kind of the milestone; null when `milestone` is null.
    async fn kind(&self) -> Option<MilestoneKind> {
        self.reason.kind.map(Into::into)
    }

    /// How good the evidence for the date of the milestone is; null when `milestone` is null.
    async fn evidence(&self) -> Option<Evidence> {
        self.reason.evidence.map(Into::into)
    }

    /// The rule that took the place of a milestone, or that limited what the milestone shows; null when the milestone
    /// alone decided.
    async fn rule(&self) -> Option<Rule> {
        self.reason.rule.map(Into::into)
    }

    /// The bounds of the date of a change that no source gives, but that the milestone proves; null for any other
    /// reason.
    async fn unrecorded(&self) -> Option<UncertainDate> {
        self.reason.unrecorded.map(UncertainDate)
    }

    /// The rule and the change that no source gives, in plain English; null when the milestone alone decided.
    async fn explanation(&self) -> Option<String> {
        explanation(&self.reason)
    }

    /// Whether this milestone or rule certainly decided; if false, it is one of several possible reasons.
    async fn certain(&self) -> bool {
        self.reason.certain
    }
}

/// A stall: an open round has waited in its stage longer than the limit.
#[derive(SimpleObject)]
pub struct Stall {
    /// The stage in which the round waits.
    stage: Stage,
    /// The first day of the round in the stage; for review, the day after comments closed.
    since: UncertainDate,
    /// The days that the round has waited, counted from the latest day on which the stage can have begun.
    days: i64,
    /// The days after which the round counts as stalled.
    limit_days: u32,
    /// What set the limit, and why the limit has this number of days.
    limit_from: String,
    /// The date of the newest evidence about the talks and the agreement; null when there is none.
    last_news_on: Option<UncertainDate>,
    /// Whether there has been no new evidence about the round for the time that the instrument sets (rule 18 of
    /// `docs/rules.md`), so that the round may have been given up.
    dormant: bool,
    /// The limit in detail, with the instrument's own limit and the estimate from comparable rounds.
    limit: StallLimit,
    /// How the days waited compare with those of comparable rounds; null when the earliest day on which the stage can
    /// have begun is not known.
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
