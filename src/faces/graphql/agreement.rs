//! An agreement, its milestones, its periods and its durations.
//!
//! Invariant: every list is a connection or bounded by the length of one agreement's history.

use std::sync::Arc;

use async_graphql::{Context, ID, Object, Result, SimpleObject};

use super::connection::{Connection, page};
use super::context::{Asked, about, answers, passing, pin, pin_given};
use super::country::Country;
use super::error::outward;
use super::instrument::Instrument;
use super::milestone::{Milestone, MilestoneOrder, dossier};
use super::pinned_id::on_a_day;
use super::scalars::{Date, Instant, Position};
use super::status::Status;
use super::words::{KnowledgeBasis, MilestoneKind};
use crate::answers::Pin;
use crate::domain::ids::AgreementId;
use crate::projections::durations::durations;
use crate::projections::knowledge::Knowledge;
use crate::projections::timeline;

/// An agreement between the United States and one partner country under one instrument, concluded or only attempted.
pub struct Agreement {
    pub(super) id: AgreementId,
    /// The date and knowledge of the list that it came in; fields without arguments of their own answer by it.
    pub(super) pin: Option<Pin>,
}

impl Agreement {
    /// The agreement, when a record of it is open at a pin, or where the request stands.
    pub async fn open(ctx: &Context<'_>, id: AgreementId, pin: Option<Pin>) -> Result<Option<Self>> {
        let history = about(ctx, &id).await?.history(&id).await.map_err(|error| outward(&error))?;
        let noted = Knowledge::at(ctx.data::<Arc<Asked>>()?.position());
        if history.known(&pin.map_or(noted, |pin| pin.knowledge)).version.0 == 0 {
            if pin.is_none() {
                // What is not there yet may come; what is there stays.
                passing(ctx)?;
            }
            return Ok(None);
        }
        Ok(Some(Self { id, pin }))
    }

    async fn pin(
        &self,
        ctx: &Context<'_>,
        as_of: Option<Date>,
        known_at: Option<Instant>,
        basis: Option<KnowledgeBasis>,
        at_position: Option<Position>,
    ) -> Result<Pin> {
        match (pin_given(ctx, as_of, known_at, basis, at_position).await?, self.pin) {
            (Some(pin), _) | (None, Some(pin)) => Ok(pin),
            (None, None) => pin(ctx, None, None, None, None).await,
        }
    }
}

/// An agreement between the United States and one partner country under one instrument, concluded or only attempted.
#[Object]
impl Agreement {
    /// The agreement's id, which `node` takes. It contains the `asOf`, `knownAt`, `basis` and `atPosition` that were
    /// asked for, so that caches keep the answers to different questions apart.
    pub(super) async fn id(&self) -> ID {
        let plain = self.id.to_string();
        self.pin.as_ref().map_or_else(|| ID(plain.clone()), |pin| on_a_day(&plain, pin))
    }

    /// The agreement's id without arguments, such as `rdp/KR`. It is the same on every server, and a mutation takes it
    /// as `agreementId`.
    async fn plain_id(&self) -> ID {
        ID(self.id.to_string())
    }

    /// The instrument that the agreement is made under.
    async fn instrument(&self, ctx: &Context<'_>) -> Result<Instrument> {
        let found = answers(ctx)?.instrument(&self.id).map_err(|error| outward(&error))?;
        Ok(Instrument(found.clone()))
    }

    /// The partner country of the agreement.
    async fn country(&self) -> Country {
        Country(self.id.country)
    }

    /// The agreement's status on a day. When all arguments are omitted, those of the field that returned the agreement
    /// apply.
    async fn status(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The day that is asked about; when omitted, today in UTC.")] as_of: Option<Date>,
        #[graphql(
            desc = "Only what was recorded (under `PUBLISHED`: published) up to and including this instant counts; when omitted, no instant limits the answer. Under `RECORDED`, give either this or `atPosition`."
        )]
        known_at: Option<Instant>,
        #[graphql(
            desc = "Whose knowledge counts: what this log had recorded (`RECORDED`), or what sources had published (`PUBLISHED`); when omitted, `RECORDED`."
        )]
        basis: Option<KnowledgeBasis>,
        #[graphql(
            desc = "Answers from the events up to and including this log position, so that later events do not change the answer; when omitted, all events count."
        )]
        at_position: Option<Position>,
    ) -> Result<Status> {
        let pin = self.pin(ctx, as_of, known_at, basis, at_position).await?;
        let status = about(ctx, &self.id).await?.status_alone(&self.id, &pin).await.map_err(|error| outward(&error))?;
        Ok(Status { agreement: self.id.clone(), pin, status })
    }

    /// The agreement's history as periods in which the status stays the same; the first has no beginning, and the last
    /// has no end. When all arguments are omitted, those of the field that returned the agreement apply.
    async fn periods(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "Only what was recorded (under `PUBLISHED`: published) up to and including this instant counts; when omitted, no instant limits the answer. Under `RECORDED`, give either this or `atPosition`."
        )]
        known_at: Option<Instant>,
        #[graphql(
            desc = "Whose knowledge counts: what this log had recorded (`RECORDED`), or what sources had published (`PUBLISHED`); when omitted, `RECORDED`."
        )]
        basis: Option<KnowledgeBasis>,
        #[graphql(
            desc = "Answers from the events up to and including this log position, so that later events do not change the answer; when omitted, all events count."
        )]
        at_position: Option<Position>,
    ) -> Result<Vec<Period>> {
        let pin = self.pin(ctx, None, known_at, basis, at_position).await?;
        let periods = about(ctx, &self.id)
            .await?
            .periods_alone(&self.id, &pin.knowledge)
            .await
            .map_err(|error| outward(&error))?;
        Ok(periods.into_iter().map(|period| Period { agreement: self.id.clone(), pin, period }).collect())
    }

    /// The agreement's milestones. When `knownAt`, `basis` and `atPosition` are all omitted, those of the field that
    /// returned the agreement apply.
    #[expect(clippy::too_many_arguments, reason = "each is an argument of the field")]
    async fn milestones(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "Only what was recorded (under `PUBLISHED`: published) up to and including this instant counts; when omitted, no instant limits the answer. Under `RECORDED`, give either this or `atPosition`."
        )]
        known_at: Option<Instant>,
        #[graphql(
            desc = "Whose knowledge counts: what this log had recorded (`RECORDED`), or what sources had published (`PUBLISHED`); when omitted, `RECORDED`."
        )]
        basis: Option<KnowledgeBasis>,
        #[graphql(
            desc = "Answers from the events up to and including this log position, so that later events do not change the answer; when omitted, all events count."
        )]
        at_position: Option<Position>,
        #[graphql(desc = "The order of the list.", default)] order: MilestoneOrder,
        #[graphql(desc = "Whether the list includes milestones that were retracted.", default)] include_retracted: bool,
        #[graphql(desc = "The number of entries, 1 to 100; 50 without this or `last`.")] first: Option<i64>,
        #[graphql(desc = "Only the entries after this cursor.")] after: Option<String>,
        #[graphql(desc = "The number of entries from the end, 1 to 100, in place of `first`.")] last: Option<i64>,
        #[graphql(desc = "Only the entries before this cursor.")] before: Option<String>,
    ) -> Result<Connection<Milestone>> {
        let pin = self.pin(ctx, None, known_at, basis, at_position).await?;
        let dossier = dossier(ctx, &self.id, &pin).await?;
        let mut all = dossier.all(include_retracted);
        if order == MilestoneOrder::Recorded {
            all.sort_by_key(|shown| shown.entry.position);
        }
        // The place in this list is a stable key: it is cut from one pinned knowledge.
        let numbered = (0_u64..).zip(all).collect::<Vec<_>>();
        let slice = page(first, after, last, before)?.cut(numbered, |(place, _)| *place);
        Ok(Connection::of(slice, |(place, shown)| (place.to_string(), Milestone::of(&self.id, &pin, &shown))))
    }

    /// The days between a milestone of one kind and a milestone of another, for each round that has both. When
    /// `knownAt`, `basis` and `atPosition` are all omitted, those of the field that returned the agreement apply.
    async fn durations(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The kind of milestone from which the days are counted.")] from: MilestoneKind,
        #[graphql(desc = "The kind of milestone to which the days are counted.")] to: MilestoneKind,
        #[graphql(
            desc = "Only what was recorded (under `PUBLISHED`: published) up to and including this instant counts; when omitted, no instant limits the answer. Under `RECORDED`, give either this or `atPosition`."
        )]
        known_at: Option<Instant>,
        #[graphql(
            desc = "Whose knowledge counts: what this log had recorded (`RECORDED`), or what sources had published (`PUBLISHED`); when omitted, `RECORDED`."
        )]
        basis: Option<KnowledgeBasis>,
        #[graphql(
            desc = "Answers from the events up to and including this log position, so that later events do not change the answer; when omitted, all events count."
        )]
        at_position: Option<Position>,
    ) -> Result<Vec<RoundDuration>> {
        let pin = self.pin(ctx, None, known_at, basis, at_position).await?;
        let answers = about(ctx, &self.id).await?;
        let instrument = answers.instrument(&self.id).map_err(|error| outward(&error))?;
        let history = answers.history(&self.id).await.map_err(|error| outward(&error))?;
        let found = durations(&history.worlds(&pin.knowledge, instrument), from.0, to.0);
        let row = |duration: crate::projections::durations::Duration| RoundDuration {
            round: duration.round,
            min_days: duration.days.min,
            max_days: duration.days.max,
        };
        Ok(found.into_iter().map(row).collect())
    }

    /// The number of events about the agreement; a mutation takes the newest as `expectedVersion`. When all arguments
    /// are omitted, those of the field that returned the agreement apply.
    async fn version(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "Only what was recorded (under `PUBLISHED`: published) up to and including this instant counts; when omitted, no instant limits the answer. Under `RECORDED`, give either this or `atPosition`."
        )]
        known_at: Option<Instant>,
        #[graphql(
            desc = "Whose knowledge counts: what this log had recorded (`RECORDED`), or what sources had published (`PUBLISHED`); when omitted, `RECORDED`."
        )]
        basis: Option<KnowledgeBasis>,
        #[graphql(
            desc = "Answers from the events up to and including this log position, so that later events do not change the answer; when omitted, all events count."
        )]
        at_position: Option<Position>,
    ) -> Result<u32> {
        let pin = self.pin(ctx, None, known_at, basis, at_position).await?;
        let history = about(ctx, &self.id).await?.history(&self.id).await.map_err(|error| outward(&error))?;
        Ok(history.known(&pin.knowledge).version.0)
    }
}

/// A period of days in which the status stays the same.
pub struct Period {
    agreement: AgreementId,
    pin: Pin,
    period: timeline::Period,
}

/// A period of days in which the status stays the same.
#[Object]
impl Period {
    /// The first day of the period; null when the period has no beginning.
    async fn from(&self) -> Option<Date> {
        self.period.from.map(Date)
    }

    /// The day after the last day of the period; null when the period has no end.
    async fn to(&self) -> Option<Date> {
        self.period.to.map(Date)
    }

    /// The status on every day of the period.
    async fn status(&self) -> Status {
        Status { agreement: self.agreement.clone(), pin: self.pin, status: self.period.status.clone() }
    }
}

/// The days between two milestones of one round.
#[derive(SimpleObject)]
pub struct RoundDuration {
    /// The number of the round within its agreement, counted from 1.
    round: u16,
    /// The fewest days that the bounds of both dates allow.
    min_days: i64,
    /// The most days that the bounds of both dates allow; null when the first possible day of the first date is not
    /// known.
    max_days: Option<i64>,
}
