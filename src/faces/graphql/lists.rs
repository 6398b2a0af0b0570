//! What can be listed: stalls, limits, alerts, days to come, milestones, the log?
//!
//! Invariant: as of the questions beside them: every list pages, every answer is pinned.

use super::alert::{Alert, AlertFilter};
use super::connection::{Connection, page};
use super::context::{Asked, answers, passing, pin, reached};
use super::deadline::{self, Deadline};
use super::error::outward;
use super::inputs::MilestoneFilter;
use super::instrument::Instrument;
use super::limits::StageLimit;
use super::log::Log;
use super::milestone::Milestone;
use super::scalars::{CountryCode, Date, Instant, Position};
use super::stalled::StalledAgreement;
use super::webhook::Webhook;
use super::words::{KnowledgeBasis, MilestonesOrder, Stage, StalledOrder};
use async_graphql::{Context, Object, Result};
use std::sync::Arc;

/// Stalls, limits, alerts, days to come, milestones, and the log itself.
#[derive(Default)]
pub struct Lists;

/// Stalls, limits, alerts, days to come, milestones, and the log itself.
#[Object]
impl Lists {
    /// The stalled rounds: open rounds that have waited in their stage longer than the limit.
    #[expect(clippy::too_many_arguments, reason = "each is an argument of the field")]
    async fn stalled(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "The answer includes at least the events up to this log position. The server waits up to 5 seconds for them; if they do not come, it returns the error `POSITION_NOT_REACHED`."
        )]
        min_position: Option<Position>,
        #[graphql(desc = "The day that is asked about; when omitted, today in UTC.")] as_of: Option<Date>,
        #[graphql(
            desc = "Only what was recorded (under `PUBLISHED`: published) up to and including this instant counts; when omitted, no instant limits the answer. Under `RECORDED`, give either this or `atPosition`."
        )]
        known_at: Option<Instant>,
        #[graphql(
            desc = "Whose knowledge counts: what this log had recorded (`RECORDED`), or what sources had published (`PUBLISHED`); when omitted, `RECORDED`.",
            default_with = "Some(KnowledgeBasis::default())"
        )]
        basis: Option<KnowledgeBasis>,
        #[graphql(
            desc = "Answers from the events up to and including this log position, so that later events do not change the answer; when omitted, all events count."
        )]
        at_position: Option<Position>,
        #[graphql(
            desc = "Only agreements under the instrument with this code, such as `rdp`; when omitted, all instruments."
        )]
        instrument: Option<String>,
        #[graphql(desc = "If true, only dormant rounds; if false, only the other rounds; when omitted, both.")] dormant: Option<bool>,
        #[graphql(desc = "The order of the list.", default)] order_by: StalledOrder,
        #[graphql(desc = "The number of entries, 1 to 100; 50 without this or `last`.")] first: Option<i64>,
        #[graphql(desc = "Only the entries after this cursor.")] after: Option<String>,
        #[graphql(desc = "The number of entries from the end, 1 to 100, in place of `first`.")] last: Option<i64>,
        #[graphql(desc = "Only the entries before this cursor.")] before: Option<String>,
    ) -> Result<Connection<StalledAgreement>> {
        reached(ctx, min_position)?;
        let pin = pin(ctx, as_of, known_at, basis, at_position).await?;
        let page = page(first, after, last, before)?;
        StalledAgreement::all(ctx, pin, instrument.as_deref(), dormant, order_by.0, &page).await
    }

    /// The limits after which a waiting round counts as stalled, and how long comparable rounds took, for each stage
    /// and kind of round about which anything is known.
    #[expect(clippy::too_many_arguments, reason = "each is an argument of the field")]
    async fn limits(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "The answer includes at least the events up to this log position. The server waits up to 5 seconds for them; if they do not come, it returns the error `POSITION_NOT_REACHED`."
        )]
        min_position: Option<Position>,
        #[graphql(desc = "The code of the instrument, such as `rdp`.")] instrument: String,
        #[graphql(desc = "Only the limits of this stage; when omitted, of all stages.")] stage: Option<Stage>,
        #[graphql(desc = "The day that is asked about; when omitted, today in UTC.")] as_of: Option<Date>,
        #[graphql(
            desc = "Only what was recorded (under `PUBLISHED`: published) up to and including this instant counts; when omitted, no instant limits the answer. Under `RECORDED`, give either this or `atPosition`."
        )]
        known_at: Option<Instant>,
        #[graphql(
            desc = "Whose knowledge counts: what this log had recorded (`RECORDED`), or what sources had published (`PUBLISHED`); when omitted, `RECORDED`.",
            default_with = "Some(KnowledgeBasis::default())"
        )]
        basis: Option<KnowledgeBasis>,
        #[graphql(
            desc = "Answers from the events up to and including this log position, so that later events do not change the answer; when omitted, all events count."
        )]
        at_position: Option<Position>,
    ) -> Result<Vec<StageLimit>> {
        reached(ctx, min_position)?;
        let pin = pin(ctx, as_of, known_at, basis, at_position).await?;
        StageLimit::all(ctx, pin, &instrument, stage.map(|stage| stage.0)).await
    }

    /// The alerts that have fired, the one that fired most recently first. To receive every alert, subscribe to
    /// `alertChanged` with `after`.
    #[expect(clippy::too_many_arguments, reason = "each is an argument of the field")]
    async fn alerts(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "The answer includes at least the events up to this log position. The server waits up to 5 seconds for them; if they do not come, it returns the error `POSITION_NOT_REACHED`."
        )]
        min_position: Option<Position>,
        #[graphql(desc = "Conditions that an alert must fulfil; when omitted, all alerts.")] filter: Option<
            AlertFilter,
        >,
        #[graphql(
            desc = "The day for which the states are given, since a silence ends by itself; when omitted, today in UTC."
        )]
        as_of: Option<Date>,
        #[graphql(
            desc = "Only what was recorded (under `PUBLISHED`: published) up to and including this instant counts; when omitted, no instant limits the answer. Under `RECORDED`, give either this or `atPosition`."
        )]
        known_at: Option<Instant>,
        #[graphql(
            desc = "Whose knowledge counts: what this log had recorded (`RECORDED`), or what sources had published (`PUBLISHED`); when omitted, `RECORDED`.",
            default_with = "Some(KnowledgeBasis::default())"
        )]
        basis: Option<KnowledgeBasis>,
        #[graphql(
            desc = "Answers from the events up to and including this log position, so that later events do not change the answer; when omitted, all events count."
        )]
        at_position: Option<Position>,
        #[graphql(desc = "The number of entries, 1 to 100; 50 without this or `last`.")] first: Option<i64>,
        #[graphql(desc = "Only the entries after this cursor.")] after: Option<String>,
        #[graphql(desc = "The number of entries from the end, 1 to 100, in place of `first`.")] last: Option<i64>,
        #[graphql(desc = "Only the entries before this cursor.")] before: Option<String>,
    ) -> Result<Connection<Alert>> {
        reached(ctx, min_position)?;
        let pin = pin(ctx, as_of, known_at, basis, at_position).await?;
        let page = page(first, after, last, before)?.map(std::cmp::Reverse);
        let slice = answers(ctx)?.alerts(&pin, &filter.unwrap_or_default().into(), &page).await;
        let slice = slice.map_err(|error| outward(&error))?;
        ctx.data::<Arc<Asked>>()?
            .found(slice.items.iter().filter_map(|row| row.alert.fired.what.subject.agreement().cloned()));
        Ok(Connection::of(slice, |row| (row.alert.fired.position.to_string(), Alert::of(pin, row))))
    }

    /// The deadlines on which comments close and terms end, the next one first.
    #[expect(clippy::too_many_arguments, reason = "each is an argument of the field")]
    async fn deadlines(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "The answer includes at least the events up to this log position. The server waits up to 5 seconds for them; if they do not come, it returns the error `POSITION_NOT_REACHED`."
        )]
        min_position: Option<Position>,
        #[graphql(
            desc = "Only agreements under the instrument with this code, such as `rdp`; when omitted, all instruments."
        )]
        instrument: Option<String>,
        #[graphql(desc = "Only agreements with these countries; when omitted or empty, all countries.")]
        countries: Option<Vec<CountryCode>>,
        #[graphql(desc = "Only deadlines that can be on this day or later; when omitted, from 30 days before `asOf`.")]
        from: Option<Date>,
        #[graphql(desc = "Only deadlines that can be on this day or before; when omitted, without a last day.")]
        to: Option<Date>,
        #[graphql(desc = "The day from which `daysLeft` is counted; when omitted, today in UTC.")] as_of: Option<Date>,
        #[graphql(
            desc = "Only what was recorded (under `PUBLISHED`: published) up to and including this instant counts; when omitted, no instant limits the answer. Under `RECORDED`, give either this or `atPosition`."
        )]
        known_at: Option<Instant>,
        #[graphql(
            desc = "Whose knowledge counts: what this log had recorded (`RECORDED`), or what sources had published (`PUBLISHED`); when omitted, `RECORDED`.",
            default_with = "Some(KnowledgeBasis::default())"
        )]
        basis: Option<KnowledgeBasis>,
        #[graphql(
            desc = "Answers from the events up to and including this log position, so that later events do not change the answer; when omitted, all events count."
        )]
        at_position: Option<Position>,
        #[graphql(desc = "The number of entries, 1 to 100; 50 without this or `last`.")] first: Option<i64>,
        #[graphql(desc = "Only the entries after this cursor.")] after: Option<String>,
        #[graphql(desc = "The number of entries from the end, 1 to 100, in place of `first`.")] last: Option<i64>,
        #[graphql(desc = "Only the entries before this cursor.")] before: Option<String>,
    ) -> Result<Connection<Deadline>> {
        reached(ctx, min_position)?;
        let pin = pin(ctx, as_of, known_at, basis, at_position).await?;
        let (filter, page) = (deadline::filter(instrument, countries, from, to), page(first, after, last, before)?);
        let slice = answers(ctx)?.deadlines(&pin, &filter, &page).await.map_err(|error| outward(&error))?;
        ctx.data::<Arc<Asked>>()?.found(slice.items.iter().map(|row| row.agreement.clone()));
        Ok(Connection::of(slice, |row| (row.place.to_string(), Deadline::of(pin, row))))
    }

    /// The milestones of all agreements, including retracted ones, whose `state` is `RETRACTED`.
    #[expect(clippy::too_many_arguments, reason = "each is an argument of the field")]
    async fn milestones(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "The answer includes at least the events up to this log position. The server waits up to 5 seconds for them; if they do not come, it returns the error `POSITION_NOT_REACHED`."
        )]
        min_position: Option<Position>,
        #[graphql(
            desc = "Only what was recorded (under `PUBLISHED`: published) up to and including this instant counts; when omitted, no instant limits the answer. Under `RECORDED`, give either this or `atPosition`."
        )]
        known_at: Option<Instant>,
        #[graphql(
            desc = "Whose knowledge counts: what this log had recorded (`RECORDED`), or what sources had published (`PUBLISHED`); when omitted, `RECORDED`.",
            default_with = "Some(KnowledgeBasis::default())"
        )]
        basis: Option<KnowledgeBasis>,
        #[graphql(
            desc = "Answers from the events up to and including this log position, so that later events do not change the answer; when omitted, all events count."
        )]
        at_position: Option<Position>,
        #[graphql(desc = "Conditions that a milestone must fulfil; when omitted, all milestones.")] filter: Option<
            MilestoneFilter,
        >,
        #[graphql(desc = "The order of the list.", default)] order_by: MilestonesOrder,
        #[graphql(desc = "The number of entries, 1 to 100; 50 without this or `last`.")] first: Option<i64>,
        #[graphql(desc = "Only the entries after this cursor.")] after: Option<String>,
        #[graphql(desc = "The number of entries from the end, 1 to 100, in place of `first`.")] last: Option<i64>,
        #[graphql(desc = "Only the entries before this cursor.")] before: Option<String>,
    ) -> Result<Connection<Milestone>> {
        reached(ctx, min_position)?;
        let pin = pin(ctx, None, known_at, basis, at_position).await?;
        let page = page(first, after, last, before)?;
        let filter = filter.unwrap_or_default().ordered(order_by);
        let slice = answers(ctx)?.milestones(&pin, &filter, &page).await.map_err(|error| outward(&error))?;
        Milestone::connection(ctx, pin, slice, |row| (row.agreement, row.milestone, row.position.to_string())).await
    }

    /// The append-only log of events, from which the server computes every answer.
    async fn log(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "The answer includes at least the events up to this log position. The server waits up to 5 seconds for them; if they do not come, it returns the error `POSITION_NOT_REACHED`."
        )]
        min_position: Option<Position>,
    ) -> Result<Log> {
        reached(ctx, min_position)?;
        passing(ctx)?;
        Log::of(ctx)
    }

    /// The webhooks to which this server sends new events, in the order in which they were added; for administrators.
    #[graphql(guard = "super::writing::Administrators")]
    async fn webhooks(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The number of entries, 1 to 100; 50 without this or `last`.")] first: Option<i64>,
        #[graphql(desc = "Only the entries after this cursor.")] after: Option<String>,
        #[graphql(desc = "The number of entries from the end, 1 to 100, in place of `first`.")] last: Option<i64>,
        #[graphql(desc = "Only the entries before this cursor.")] before: Option<String>,
    ) -> Result<Connection<Webhook>> {
        passing(ctx)?;
        Webhook::all(ctx, &page::<u64>(first, after, last, before)?).await
    }

    /// The instruments that this server knows, in the order of their codes.
    async fn instruments(&self, ctx: &Context<'_>) -> Result<Vec<Instrument>> {
        Ok(answers(ctx)?.instruments().iter().cloned().map(Instrument).collect())
    }
}
