//! What can be asked?
//!
//! Invariant: every list pages, every answer is pinned, every wrong question gets a code.

use std::sync::Arc;

use async_graphql::connection::{Connection, Edge, EmptyFields};
use async_graphql::{Context, ID, Object, Result, SimpleObject};

use super::agreement::Agreement;
use super::connection::{Total, connection, cursor_of};
use super::context::{Asked, answers, passing, pin, reached};
use super::country::Country;
use super::error::outward;
use super::inputs::{AgreementFilter, MilestoneFilter};
use super::instrument::Instrument;
use super::milestone::Milestone;
use super::scalars::{CountryCode, Date, Instant, Position};
use super::status::{Stall, Status};
use super::words::{KnowledgeBasis, MilestoneKind, NoticePurpose, Rounds};
use crate::answers::{Page, RoundsAsked};
use crate::domain::country;
use crate::domain::ids::AgreementId;

/// The questions. Those that read the log take a `minPosition`: the transport waits for it before the first field runs,
/// so that all of them answer by one position.
pub struct Query;

/// The questions. Those that read the log take a `minPosition`: all fields of a request answer by one position.
#[Object]
impl Query {
    /// A country, with or without agreements.
    async fn country(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its ISO 3166-1 alpha-2 code.")] code: CountryCode,
        #[graphql(desc = "Answer by this position or a later one: wait for it, at most 5 s.")] min_position: Option<
            Position,
        >,
    ) -> Result<Option<Country>> {
        reached(ctx, min_position)?;
        Ok(Some(Country(code.0)))
    }

    /// All countries, in the order of their codes.
    #[graphql(complexity = "first.or(last).unwrap_or(50).unsigned_abs() as usize * child_complexity")]
    async fn countries(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the beginning, 1 to 100.")] first: Option<i64>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the end, 1 to 100.")] last: Option<i64>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
    ) -> Result<Connection<String, Country, Total, EmptyFields>> {
        let page =
            Page::of(first, last, cursor_of::<String>(after)?, cursor_of(before)?).map_err(|error| outward(&error))?;
        let slice = page.cut(country::Country::all(), |country| country.code().to_owned());
        let instruments = answers(ctx)?.instruments();
        let ids = slice.items.iter().flat_map(|country| {
            instruments.iter().map(|instrument| AgreementId { instrument: instrument.code.clone(), country: *country })
        });
        ctx.data::<Arc<Asked>>()?.found(ids);
        Ok(connection(slice, |country| Edge::new(country.code().to_owned(), Country(country))))
    }

    /// An agreement by its id, such as `rdp/KR`; null when no record is open.
    async fn agreement(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its id, instrument/country.")] id: ID,
        #[graphql(desc = "Answer by this position or a later one: wait for it, at most 5 s.")] min_position: Option<
            Position,
        >,
    ) -> Result<Option<Agreement>> {
        reached(ctx, min_position)?;
        let id: AgreementId = id.parse().map_err(|error| outward(&crate::answers::AskError::Id(error)))?;
        let answers = answers(ctx)?;
        answers.instrument(&id).map_err(|error| outward(&error))?;
        let history = answers.history(&id).await.map_err(|error| outward(&error))?;
        if history.version().0 == 0 {
            passing(ctx)?;
        }
        Ok((history.version().0 > 0).then_some(Agreement { id, pin: None }))
    }

    /// The agreements whose status on the day passes the filter, in the order of their ids.
    #[graphql(complexity = "first.or(last).unwrap_or(50).unsigned_abs() as usize * child_complexity")]
    #[expect(clippy::too_many_arguments, reason = "each is an argument of the field")]
    async fn agreements(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Answer by this position or a later one: wait for it, at most 5 s.")] min_position: Option<
            Position,
        >,
        #[graphql(desc = "The day; today, UTC, when left out.")] as_of: Option<Date>,
        #[graphql(desc = "The instant by which it was known, inclusive.")] known_at: Option<Instant>,
        #[graphql(desc = "Whose knowledge.", default_with = "Some(KnowledgeBasis::Recorded)")] basis: Option<
            KnowledgeBasis,
        >,
        #[graphql(desc = "The position that pins the answer exactly.")] at_position: Option<Position>,
        #[graphql(desc = "Which agreements.")] filter: Option<AgreementFilter>,
        #[graphql(desc = "How many from the beginning, 1 to 100.")] first: Option<i64>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the end, 1 to 100.")] last: Option<i64>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
    ) -> Result<Connection<String, Agreement, Total, EmptyFields>> {
        reached(ctx, min_position)?;
        let pin = pin(ctx, as_of, known_at, basis, at_position)?;
        let page = Page::of(first, last, cursor_of(after)?, cursor_of(before)?).map_err(|error| outward(&error))?;
        let filter = filter.unwrap_or_default().into();
        let slice = answers(ctx)?.agreements(&pin, &filter, &page).await.map_err(|error| outward(&error))?;
        ctx.data::<Arc<Asked>>()?.found(slice.items.clone());
        Ok(connection(slice, |id| Edge::new(id.to_string(), Agreement { id, pin: Some(pin) })))
    }

    /// The open rounds that have waited in their stage longer than is usual, the longest over its limit first.
    #[graphql(complexity = "first.unwrap_or(50).unsigned_abs() as usize * child_complexity")]
    #[expect(clippy::too_many_arguments, reason = "each is an argument of the field")]
    async fn stalled(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Answer by this position or a later one: wait for it, at most 5 s.")] min_position: Option<
            Position,
        >,
        #[graphql(desc = "The day; today, UTC, when left out.")] as_of: Option<Date>,
        #[graphql(desc = "The instant by which it was known, inclusive.")] known_at: Option<Instant>,
        #[graphql(desc = "Whose knowledge.", default_with = "Some(KnowledgeBasis::Recorded)")] basis: Option<
            KnowledgeBasis,
        >,
        #[graphql(desc = "The position that pins the answer exactly.")] at_position: Option<Position>,
        #[graphql(desc = "The instrument's code; every instrument when left out.")] instrument: Option<String>,
        #[graphql(desc = "How many, 1 to 100.")] first: Option<i64>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
    ) -> Result<Connection<String, StalledAgreement, Total, EmptyFields>> {
        reached(ctx, min_position)?;
        let pin = pin(ctx, as_of, known_at, basis, at_position)?;
        let page = Page::of(first, None, cursor_of::<u64>(after)?, None).map_err(|error| outward(&error))?;
        let rows = answers(ctx)?.stalled(&pin, instrument.as_deref()).await.map_err(|error| outward(&error))?;
        let slice = page.cut((1..).zip(rows).collect(), |(place, _)| *place);
        ctx.data::<Arc<Asked>>()?.found(slice.items.iter().map(|(_, row)| row.agreement.clone()));
        let mut nodes = Vec::with_capacity(slice.items.len());
        for (place, row) in slice.items {
            let stall = Stall::of(ctx, &row.agreement, &row.waiting)?;
            let status = Status { agreement: row.agreement.clone(), pin, status: row.status };
            let agreement = Agreement { id: row.agreement, pin: Some(pin) };
            nodes.push((place, StalledAgreement { agreement, stalled: stall, status }));
        }
        let slice = crate::answers::Slice {
            items: nodes,
            has_previous: slice.has_previous,
            has_next: slice.has_next,
            total: slice.total,
        };
        Ok(connection(slice, |(place, node)| Edge::new(place.to_string(), node)))
    }

    /// How long it took from one kind of milestone to another, over all countries, with the median of exact durations.
    #[expect(clippy::too_many_arguments, reason = "each is an argument of the field")]
    async fn durations(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Answer by this position or a later one: wait for it, at most 5 s.")] min_position: Option<
            Position,
        >,
        #[graphql(desc = "The instrument's code, such as rdp.")] instrument: String,
        #[graphql(desc = "The kind that it begins with.")] from: MilestoneKind,
        #[graphql(desc = "The kind that it ends with.")] to: MilestoneKind,
        #[graphql(desc = "Which rounds count.", default)] rounds: Rounds,
        #[graphql(desc = "Only rounds whose first notice had one of these purposes.")] notice_purpose: Option<
            Vec<NoticePurpose>,
        >,
        #[graphql(desc = "The instant by which it was known, inclusive.")] known_at: Option<Instant>,
        #[graphql(desc = "Whose knowledge.", default_with = "Some(KnowledgeBasis::Recorded)")] basis: Option<
            KnowledgeBasis,
        >,
        #[graphql(desc = "The position that pins the answer exactly.")] at_position: Option<Position>,
    ) -> Result<Durations> {
        reached(ctx, min_position)?;
        let pin = pin(ctx, None, known_at, basis, at_position)?;
        let asked = match rounds {
            Rounds::First => RoundsAsked::First,
            Rounds::Later => RoundsAsked::Later,
            Rounds::All => RoundsAsked::All,
        };
        let purposes: Vec<_> = notice_purpose.unwrap_or_default().into_iter().map(Into::into).collect();
        let answers = answers(ctx)?;
        let rows = answers.durations(&pin, &instrument, from.into(), to.into(), asked, &purposes).await;
        let rows = rows.map_err(|error| outward(&error))?;
        ctx.data::<Arc<Asked>>()?.found(rows.iter().map(|row| row.agreement.clone()));
        let exact: Vec<i64> = rows.iter().filter_map(|row| row.duration.exact_days()).collect();
        let item = |row: crate::answers::DurationRow| DurationItem {
            country: Country(row.agreement.country),
            agreement: Agreement { id: row.agreement, pin: Some(pin) },
            round: row.duration.round,
            min_days: row.duration.min_days,
            max_days: row.duration.max_days,
            exact: row.duration.exact_days().is_some(),
            notice_purpose: row.duration.notice_purpose.map(Into::into),
        };
        Ok(Durations {
            exact_count: exact.len(),
            median_days: crate::projections::durations::median(exact),
            items: rows.into_iter().map(item).collect(),
            position: Position(pin.knowledge.position),
        })
    }

    /// Milestones in the order in which the log first learnt them.
    #[graphql(complexity = "first.or(last).unwrap_or(50).unsigned_abs() as usize * child_complexity")]
    #[expect(clippy::too_many_arguments, reason = "each is an argument of the field")]
    async fn milestones(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Answer by this position or a later one: wait for it, at most 5 s.")] min_position: Option<
            Position,
        >,
        #[graphql(desc = "Which milestones.")] filter: Option<MilestoneFilter>,
        #[graphql(desc = "How many from the beginning, 1 to 100.")] first: Option<i64>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the end, 1 to 100.")] last: Option<i64>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
    ) -> Result<Connection<String, Milestone, Total, EmptyFields>> {
        reached(ctx, min_position)?;
        let pin = pin(ctx, None, None, None, None)?;
        let page = Page::of(first, last, cursor_of(after)?, cursor_of(before)?).map_err(|error| outward(&error))?;
        let filter = filter.unwrap_or_default().into();
        let slice = answers(ctx)?.milestones(&pin, &filter, &page).await.map_err(|error| outward(&error))?;
        ctx.data::<Arc<Asked>>()?.found(slice.items.iter().map(|found| found.agreement.clone()));
        let loads = slice.items.iter().map(|found| Milestone::load(ctx, &found.agreement, &pin, found.milestone));
        let loaded = futures_util::future::try_join_all(loads).await?;
        let items = slice.items.iter().zip(loaded).filter_map(|(found, node)| Some((found.position, node?))).collect();
        let slice = crate::answers::Slice {
            items,
            has_previous: slice.has_previous,
            has_next: slice.has_next,
            total: slice.total,
        };
        Ok(connection(slice, |(position, node): (crate::domain::ids::Position, Milestone)| {
            Edge::new(position.to_string(), node)
        }))
    }

    /// The log that every answer rests on.
    async fn log(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Answer by this position or a later one: wait for it, at most 5 s.")] min_position: Option<
            Position,
        >,
    ) -> Result<Log> {
        reached(ctx, min_position)?;
        passing(ctx)?;
        Ok(Log { position: Position(ctx.data::<Arc<Asked>>()?.position()) })
    }

    /// The types of agreement that this server knows, in the order of their codes.
    async fn instruments(&self, ctx: &Context<'_>) -> Result<Vec<Instrument>> {
        Ok(answers(ctx)?.instruments().iter().cloned().map(Instrument).collect())
    }
}

/// The append-only log of events.
#[derive(SimpleObject)]
pub struct Log {
    /// The position that this request rests on.
    position: Position,
}

/// An agreement with an open round that has stalled.
#[derive(SimpleObject)]
pub struct StalledAgreement {
    /// The agreement.
    agreement: Agreement,
    /// The stall.
    stalled: Stall,
    /// Its status on the day.
    status: Status,
}

/// How long it took from one kind of milestone to another.
#[derive(SimpleObject)]
pub struct Durations {
    /// The median of the exact durations, in days; null without any.
    median_days: Option<f64>,
    /// How many durations are exact.
    exact_count: usize,
    /// Each round that has both milestones.
    items: Vec<DurationItem>,
    /// The position of the log that the answer rests on.
    position: Position,
}

/// The days between two milestones of one round of one agreement.
#[derive(SimpleObject)]
pub struct DurationItem {
    /// The partner.
    country: Country,
    /// The agreement.
    agreement: Agreement,
    /// The round, from 1.
    round: u16,
    /// The fewest days that the bounds of both dates allow.
    min_days: i64,
    /// The most; null when the beginning is open.
    max_days: Option<i64>,
    /// Whether both dates are exact.
    exact: bool,
    /// What the round's first notice asked about.
    notice_purpose: Option<NoticePurpose>,
}
