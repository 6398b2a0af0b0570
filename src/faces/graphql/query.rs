//! What can be asked?
//!
//! Invariant: every list pages, every answer is pinned, every wrong question gets a code.

use std::sync::Arc;

use async_graphql::{Context, ID, MergedObject, Object, Result};

use super::agreement::Agreement;
use super::agreements::Agreements;
use super::alert::{Alert, AlertFilter};
use super::connection::{Connection, page};
use super::context::{Asked, answers, passing, pin, pin_given, reached};
use super::country::Country;
use super::deadline::{self, Deadline};
use super::error::outward;
use super::inbox::Incoming;
use super::inputs::{AgreementFilter, MilestoneFilter};
use super::instrument::Instrument;
use super::limits::StageLimit;
use super::log::Log;
use super::milestone::Milestone;
use super::node::{Node, nodes};
use super::pinned_id::{pin_of, read};
use super::reports::Reports;
use super::scalars::{CountryCode, Date, Instant, Position};
use super::stalled::StalledAgreement;
use super::webhook::Webhook;
use super::whole::Whole;
use super::words::{AgreementsOrder, KnowledgeBasis, MilestonesOrder, Stage, StalledOrder};
use crate::answers::{Ask, AskError};
use crate::domain::country;
use crate::domain::ids::AgreementId;

/// Everything that a client can ask. The fields that read the log take a `minPosition`, and all fields of one request
/// answer from the events up to the same log position.
#[derive(MergedObject, Default)]
pub struct Query(Questions, Reports, Incoming);

/// The questions about agreements, their parts and the log; the transport waits for a `minPosition` before the first field runs.
#[derive(Default)]
pub struct Questions;

/// The questions about agreements, their parts and the log.
#[Object]
impl Questions {
    /// The object that has this id; null when no object has the id. Its fields use the `asOf`, `knownAt`, `basis` and
    /// `atPosition` given here.
    async fn node(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "The id of an agreement, an alert, a country, a milestone, a stall or a webhook. If the id contains arguments, as in `rdp/LV?asOf=2016-01-01`, only those are used; the server then ignores `asOf`, `knownAt`, `basis` and `atPosition` of this field."
        )]
        id: ID,
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
    ) -> Result<Option<Whole<Node>>> {
        let pin = pin_given(ctx, as_of, known_at, basis, at_position).await?;
        Ok(nodes(ctx, &[id], pin).await?.pop().flatten())
    }

    /// The objects that have these ids, in that order; null for each id that no object has. Their fields use the
    /// `asOf`, `knownAt`, `basis` and `atPosition` given here.
    async fn nodes(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "At most 100 ids. If the id contains arguments, as in `rdp/LV?asOf=2016-01-01`, only those are used; the server then ignores `asOf`, `knownAt`, `basis` and `atPosition` of this field."
        )]
        ids: Vec<ID>,
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
    ) -> Result<Vec<Option<Whole<Node>>>> {
        let pin = pin_given(ctx, as_of, known_at, basis, at_position).await?;
        nodes(ctx, &ids, pin).await
    }

    /// A country, with or without agreements; never null, since an unknown code is an error.
    async fn country(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The country's ISO 3166-1 alpha-2 code.")] code: CountryCode,
        #[graphql(
            desc = "The answer includes at least the events up to this log position. The server waits up to 5 seconds for them; if they do not come, it returns the error `POSITION_NOT_REACHED`."
        )]
        min_position: Option<Position>,
    ) -> Result<Option<Country>> {
        reached(ctx, min_position)?;
        Ok(Some(Country(code.0)))
    }

    /// All countries, in the order of their codes.
    async fn countries(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "The answer includes at least the events up to this log position. The server waits up to 5 seconds for them; if they do not come, it returns the error `POSITION_NOT_REACHED`."
        )]
        min_position: Option<Position>,
        #[graphql(desc = "The number of entries, 1 to 100; 50 without this or `last`.")] first: Option<i64>,
        #[graphql(desc = "Only the entries after this cursor.")] after: Option<String>,
        #[graphql(desc = "The number of entries from the end, 1 to 100, in place of `first`.")] last: Option<i64>,
        #[graphql(desc = "Only the entries before this cursor.")] before: Option<String>,
    ) -> Result<Connection<Country>> {
        reached(ctx, min_position)?;
        let page = page::<String>(first, after, last, before)?;
        let slice = page.cut(country::Country::all(), |country| country.code().to_owned());
        let instruments = answers(ctx)?.instruments();
        let ids = slice.items.iter().flat_map(|country| {
            instruments.iter().map(|instrument| AgreementId { instrument: instrument.code.clone(), country: *country })
        });
        ctx.data::<Arc<Asked>>()?.found(ids);
        Ok(Connection::of(slice, |country| (country.code().to_owned(), Country(country))))
    }

    /// An agreement by its id, such as `rdp/KR`; null when none is on record. Fields below it without `asOf`,
    /// `knownAt`, `basis` and `atPosition` of their own use those given here.
    #[expect(clippy::too_many_arguments, reason = "each is an argument of the field")]
    async fn agreement(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "The agreement's id. If the id contains arguments, as in `rdp/LV?asOf=2016-01-01`, only those are used; the server then ignores `asOf`, `knownAt`, `basis` and `atPosition` of this field."
        )]
        id: ID,
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
            desc = "Whose knowledge counts: what this log had recorded (`RECORDED`), or what sources had published (`PUBLISHED`); when omitted, `RECORDED`."
        )]
        basis: Option<KnowledgeBasis>,
        #[graphql(
            desc = "Answers from the events up to and including this log position, so that later events do not change the answer; when omitted, all events count."
        )]
        at_position: Option<Position>,
    ) -> Result<Option<Agreement>> {
        reached(ctx, min_position)?;
        let (id, ask) = read(&id).unwrap_or((&id, Ask::default()));
        let id: AgreementId = id.parse().map_err(|error| outward(&AskError::Id(error)))?;
        answers(ctx)?.instrument(&id).map_err(|error| outward(&error))?;
        let pin = match pin_of(ctx, &ask).await? {
            Some(pin) => Some(pin),
            None => pin_given(ctx, as_of, known_at, basis, at_position).await?,
        };
        Agreement::open(ctx, id, pin).await
    }

    /// The agreements whose status on the day passes the filter.
    #[expect(clippy::too_many_arguments, reason = "each is an argument of the field")]
    async fn agreements(
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
        #[graphql(desc = "Conditions that an agreement must fulfil; when omitted, all agreements.")] filter: Option<
            AgreementFilter,
        >,
        #[graphql(desc = "The order of the list.", default)] order_by: AgreementsOrder,
        #[graphql(desc = "The number of entries, 1 to 100; 50 without this or `last`.")] first: Option<i64>,
        #[graphql(desc = "Only the entries after this cursor.")] after: Option<String>,
        #[graphql(desc = "The number of entries from the end, 1 to 100, in place of `first`.")] last: Option<i64>,
        #[graphql(desc = "Only the entries before this cursor.")] before: Option<String>,
    ) -> Result<Agreements> {
        reached(ctx, min_position)?;
        let pin = pin(ctx, as_of, known_at, basis, at_position).await?;
        // A text that is no id may hold what a database does not take.
        let page = page::<AgreementId>(first, after, last, before)?.map(|id| id.to_string());
        let filter = filter.unwrap_or_default().ordered(order_by);
        let slice = answers(ctx)?.agreements(&pin, &filter, &page).await.map_err(|error| outward(&error))?;
        ctx.data::<Arc<Asked>>()?.found(slice.items.clone());
        let list = Connection::of(slice, |id| (id.to_string(), Agreement { id, pin: Some(pin) }));
        Ok(Agreements { list, pin, filter })
    }

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

    /// The alerts that have fired, the last one first. To receive every alert, subscribe to `alertChanged` with
    /// `after`.
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
