//! After how many days has a round waited too long, and how does its waiting compare, as GraphQL objects?
//!
//! Invariant: an estimate is always shown, with who is compared and who is not; the limit says who set it.

use std::sync::Arc;

use async_graphql::{Context, Object, Result, SimpleObject};

use super::agreement::Agreement;
use super::context::answers;
use super::error::outward;
use super::scalars::UncertainDate;
use super::words::{LeftOutReason, LimitSource, NoEstimateReason, RoundOutcome, Stage};
use crate::answers::Pin;
use crate::answers::view::{self, Comparison, CurvePoint, Span};
use crate::domain::ids::AgreementId;
use crate::domain::instrument::Instrument;
use crate::projections::limits::{self, GroupLimit, Limits, Outcome};
use crate::projections::reasons::{limit_reason, usual};
use crate::projections::spells::Group;
use crate::projections::stalled;

/// A limit, who set it, and the estimate.
pub struct StallLimit(Arc<About>);

/// A group of rounds as of a day.
struct About {
    pin: Pin,
    instrument: Instrument,
    limits: Arc<Limits>,
    group: Group,
}

impl About {
    fn limit(&self) -> GroupLimit {
        self.limits.limit(self.group, &self.instrument)
    }
}

/// A limit: the days after which a round that waits in a stage counts as stalled, and what set them.
#[Object]
impl StallLimit {
    /// The limit in days; null when the stage cannot stall.
    async fn days(&self) -> Option<u32> {
        self.0.limit().days
    }

    /// What set the limit.
    async fn from(&self) -> LimitSource {
        self.0.limit().from.into()
    }

    /// Why the limit has this number of days, in plain English.
    async fn reason(&self) -> String {
        let About { instrument, limits, group, .. } = &*self.0;
        limit_reason(&self.0.limit(), limits.policy(), group.stage, instrument)
    }

    /// How long comparable rounds take in the stage, and how many rounds were compared, in plain English; null when no
    /// round is comparable.
    async fn usual(&self) -> Option<String> {
        usual(&self.0.limits, self.0.group)
    }

    /// The instrument's own limit in days, whether this set the limit or not; null when the stage cannot stall.
    async fn fallback_days(&self) -> Option<u32> {
        self.0.limit().fallback
    }

    /// The estimate of how long comparable rounds took, whether the estimate set the limit or not.
    async fn estimate(&self) -> Estimate {
        Estimate(self.0.clone())
    }
}

/// An estimate of how long comparable rounds took to leave a stage.
pub struct Estimate(Arc<About>);

/// An estimate of how long comparable rounds took to leave a stage. Comparable rounds are of the same instrument, and of
/// the same kind: first rounds, renewals, or rounds whose notice only asked whether an agreement is feasible. A round
/// that still waits is censored on the day that is asked about, and a round that was given up is censored on the day on
/// which that happened. Two runs cover uncertain dates: one with every length the shortest, and one with every length the
/// longest.
#[Object]
impl Estimate {
    /// The days after which the share `quantile` of the rounds had left the stage; null unless both runs reach that share.
    async fn days(&self) -> Option<Span<u32>> {
        self.0.limit().estimate.map(Span::from)
    }

    /// The share of rounds, from 0 to 1, that must have left the stage by the limit.
    async fn quantile(&self) -> f64 {
        self.0.limits.policy().quantile
    }

    /// How many rounds must certainly have left the stage before the estimate sets the limit.
    async fn least_transitions(&self) -> usize {
        self.0.limits.policy().least_transitions
    }

    /// Why the estimate does not set the limit; null when it does.
    async fn no_limit_because(&self) -> Option<NoEstimateReason> {
        self.0.limit().why_not.map(Into::into)
    }

    /// How many rounds have certainly left the stage.
    async fn moved_on_count(&self) -> usize {
        self.0.limits.count(self.0.group, Outcome::MovedOn)
    }

    /// How many rounds may have left the stage, or may still be in it.
    async fn may_have_moved_on_count(&self) -> usize {
        self.0.limits.count(self.0.group, Outcome::MayHaveMovedOn)
    }

    /// How many rounds were given up, were followed by another round, or ended with their agreement. Each counts as waiting
    /// up to that day.
    async fn given_up_count(&self) -> usize {
        self.0.limits.count(self.0.group, Outcome::GivenUp)
    }

    /// How many rounds are still in the stage on the day that is asked about, on which they are censored.
    async fn waiting_count(&self) -> usize {
        self.0.limits.count(self.0.group, Outcome::Waiting)
    }

    /// The rounds that the estimate compares, in the order of their agreements.
    async fn compared(&self) -> Vec<ComparedRound> {
        let About { limits, group, pin, .. } = &*self.0;
        let compared = |(round, lengths)| ComparedRound::of(limits, *pin, round, lengths);
        limits.compared(*group).map(compared).collect()
    }

    /// The rounds that were in the same stage, but that the estimate does not compare.
    async fn left_out(&self) -> Vec<LeftOutRound> {
        let About { limits, group, pin, .. } = &*self.0;
        let left_out = |(round, why): (&limits::Round, limits::LeftOut)| LeftOutRound {
            agreement: Agreement { id: round.agreement.clone(), pin: Some(*pin) },
            round: round.spell.round,
            reason: why.into(),
        };
        limits.left_out(*group).map(left_out).collect()
    }

    /// The curve of the run in which every round counts with the fewest days that its dates allow.
    async fn shortest(&self) -> Vec<CurvePoint> {
        view::Curves::of(&self.0.limits, self.0.group).shortest
    }

    /// The curve of the run in which every round counts with the most days that its dates allow.
    async fn longest(&self) -> Vec<CurvePoint> {
        view::Curves::of(&self.0.limits, self.0.group).longest
    }
}

/// A round that the estimate compares, with the days that it was in the stage.
#[derive(SimpleObject)]
pub struct ComparedRound {
    /// The agreement that the round belongs to.
    agreement: Agreement,
    /// The number of the round within its agreement, counted from 1.
    round: u16,
    /// What had become of the round by the day that is asked about.
    outcome: RoundOutcome,
    /// The first day on which the round was in the stage.
    entered: UncertainDate,
    /// The first day on which the round was no longer in the stage; null when the round cannot have left the stage by the day
    /// that is asked about.
    left: Option<UncertainDate>,
    /// The fewest days that the round can have been in the stage.
    shortest_days: u32,
    /// Whether the round left the stage after `shortestDays` days; false when it still waited then, or was given up.
    shortest_moved_on: bool,
    /// The most days that the round can have been in the stage.
    longest_days: u32,
    /// Whether the round left the stage after `longestDays` days; false when it still waited then, or was given up.
    longest_moved_on: bool,
}

impl ComparedRound {
    fn of(limits: &Limits, pin: Pin, round: &limits::Round, lengths: crate::projections::spells::Lengths) -> Self {
        let told = view::ComparedRound::of(limits, round, lengths);
        Self {
            agreement: Agreement { id: told.agreement.id, pin: Some(pin) },
            round: told.round,
            outcome: told.outcome,
            entered: UncertainDate(told.entered),
            left: told.left.map(UncertainDate),
            shortest_days: told.shortest_days,
            shortest_moved_on: told.shortest_moved_on,
            longest_days: told.longest_days,
            longest_moved_on: told.longest_moved_on,
        }
    }
}

/// A round that was in the same stage, but that the estimate does not compare.
#[derive(SimpleObject)]
pub struct LeftOutRound {
    /// The agreement that the round belongs to.
    agreement: Agreement,
    /// The number of the round within its agreement, counted from 1.
    round: u16,
    /// Why the estimate does not compare the round.
    reason: LeftOutReason,
}

/// How many days a round may wait in a stage before it counts as stalled, for one kind of round: a first round or a renewal,
/// about an agreement or about whether one is feasible.
#[derive(SimpleObject)]
pub struct StageLimit {
    /// The stage in which rounds wait.
    stage: Stage,
    /// Whether the limit is for rounds that renew or follow an agreement; otherwise, it is for first rounds.
    renewal: bool,
    /// Whether the limit is for rounds whose notice only asked whether an agreement is feasible.
    feasibility: bool,
    /// The limit of the stage, with its reason.
    limit: StallLimit,
}

impl StageLimit {
    /// The limits of an instrument's stages, of every kind of round about which anything is known.
    pub async fn all(
        ctx: &Context<'_>,
        pin: Pin,
        instrument: &str,
        stage: Option<crate::domain::words::Stage>,
    ) -> Result<Vec<Self>> {
        let answers = answers(ctx)?;
        let (limits, groups) = answers.groups(instrument, stage, &pin).await.map_err(|error| outward(&error))?;
        let instrument = answers.instruments().load(instrument)?;
        let of = |group: Group| Self {
            stage: group.stage.into(),
            renewal: group.renewal,
            feasibility: group.feasibility,
            limit: StallLimit(Arc::new(About { pin, instrument: instrument.clone(), limits: limits.clone(), group })),
        };
        Ok(groups.into_iter().map(of).collect())
    }
}

/// An open round that waits in its stage.
pub struct Waiting {
    about: Arc<About>,
    waiting: stalled::Waiting,
}

impl Waiting {
    /// The waiting of an agreement's round by some knowledge, on a day.
    pub async fn of(
        ctx: &Context<'_>,
        agreement: &AgreementId,
        pin: Pin,
        day: chrono::NaiveDate,
        waiting: stalled::Waiting,
    ) -> Result<Self> {
        let answers = answers(ctx)?;
        let instrument = answers.instrument(agreement).map_err(|error| outward(&error))?;
        let limits = answers.limits(instrument, &pin.knowledge, day).await.map_err(|error| outward(&error))?;
        let about = About { pin, instrument: instrument.clone(), limits, group: waiting.group };
        Ok(Self { about: Arc::new(about), waiting })
    }

    /// The limit of the stage, with its reason.
    pub fn stall_limit(&self) -> StallLimit {
        StallLimit(self.about.clone())
    }

    /// How the days waited compare with those of other rounds.
    pub fn compared(&self) -> Option<Comparison> {
        Comparison::of(&self.about.limits, &self.waiting)
    }
}

/// How long an open round has waited in its stage, whether it has stalled or not.
#[Object]
impl Waiting {
    /// The stage in which the round waits.
    async fn stage(&self) -> Stage {
        self.waiting.stage.into()
    }

    /// The number of the round within its agreement, counted from 1.
    async fn round(&self) -> u16 {
        self.waiting.round
    }

    /// The first day of the round in the stage; for review, the day after comments closed.
    async fn since(&self) -> UncertainDate {
        UncertainDate(self.waiting.since)
    }

    /// The days that the round has waited, counted from the latest day on which the stage can have begun.
    async fn days(&self) -> i64 {
        self.waiting.days
    }

    /// The days that the round has waited, counted from the earliest day on which the stage can have begun; null when no
    /// source bounds that day.
    async fn days_at_most(&self) -> Option<i64> {
        self.waiting.days_at_most
    }

    /// Whether the round has certainly waited longer than the limit.
    async fn stalled(&self) -> bool {
        self.waiting.stalled
    }

    /// Whether the round has stalled and there has been no new evidence about it for as long as the instrument says
    /// (rule 18 of `docs/rules.md`).
    async fn dormant(&self) -> bool {
        self.waiting.dormant
    }

    /// Whether the round is a renewal whose outcome no source gives, while the earlier agreement continues. Such a
    /// round never stalls.
    async fn outcome_unknown(&self) -> bool {
        self.waiting.outcome_unknown
    }

    /// The date of the newest evidence about the talks and the agreement; null when there is none.
    async fn last_news_on(&self) -> Option<UncertainDate> {
        self.waiting.heard.map(UncertainDate)
    }

    /// The limit of the stage, with what set it, and with the estimate.
    async fn limit(&self) -> StallLimit {
        self.stall_limit()
    }

    /// How the days waited compare with those of comparable rounds; null when the earliest day on which the stage can
    /// have begun is not known.
    async fn comparison(&self) -> Option<Comparison> {
        self.compared()
    }
}
