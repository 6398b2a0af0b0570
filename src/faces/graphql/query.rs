//! What can be asked?
//!
//! Invariant: every list pages, every answer is pinned, every wrong question gets a code.

use super::agreement::Agreement;
use super::agreements::Agreements;
use super::connection::{Connection, page};
use super::context::{Asked, answers, pin, pin_given, reached};
use super::country::Country;
use super::error::outward;
use super::inbox::Incoming;
use super::inputs::AgreementFilter;
use super::lists::Lists;
use super::node::{Node, nodes};
use super::pinned_id::{pin_of, read};
use super::reports::Reports;
use super::scalars::{CountryCode, Date, Instant, Position};
use super::whole::Whole;
use super::words::{AgreementsOrder, KnowledgeBasis};
use crate::answers::{Ask, AskError};
use crate::domain::country;
use crate::domain::ids::AgreementId;
use async_graphql::{Context, ID, MergedObject, Object, Result};
use std::sync::Arc;

/// Everything that a client can ask. Most fields that read the log take a `minPosition` (`node` and `nodes` do not; the
/// header `Depositary-Min-Position` is for the whole request), and all fields of one request answer from the events up
/// to the same log position.
#[derive(MergedObject, Default)]
pub struct Query(Questions, Lists, Reports, Incoming);

/// The questions about agreements, their parts and the log; the transport waits for a `minPosition` before the first field runs.
#[derive(Default)]
pub struct Questions;

/// The questions about agreements, their parts and the log.
#[Object]
impl Questions {
    /// The object that has this id; null when no object has the id. A field of the object that gives none of `asOf`,
    /// `knownAt`, `basis` and `atPosition` uses those given here; one that gives any of them uses only its own. The
    /// fields of a country use none of those given here.
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

    /// The objects that have these ids, in that order; null for each id that no object has. A field of an object that
    /// gives none of `asOf`, `knownAt`, `basis` and `atPosition` uses those given here; one that gives any of them uses
    /// only its own. The fields of a country use none of those given here.
    async fn nodes(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "At most 100 ids. If an id contains arguments, as in `rdp/LV?asOf=2016-01-01`, only those are used for its object; the server then ignores `asOf`, `knownAt`, `basis` and `atPosition` of this field for it."
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

    /// An agreement by its id, such as `rdp/KR`; null when none is on record. A field of the agreement that gives none
    /// of `asOf`, `knownAt`, `basis` and `atPosition` uses those given here; one that gives any of them uses only its
    /// own.
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
}
