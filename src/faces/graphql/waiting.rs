//! Which rounds wait, stalled or not, and how many agreements have each status, as GraphQL objects?
//!
//! Invariant: a wait in this list is the one in the status of its agreement; counts are those of every other face.

use std::sync::Arc;

use async_graphql::{Context, Result, SimpleObject};

use super::agreement::Agreement;
use super::connection::Connection;
use super::context::{Asked, about, answers};
use super::error::outward;
use super::limits::Waiting;
use super::scalars::{Date, Position, UncertainDate};
use super::status::Status;
use crate::answers::view::{Count, Counts};
use crate::answers::{Page, Pin, WaitingRow};

/// An agreement with an open round that waits, stalled or not.
#[derive(SimpleObject)]
pub struct WaitingAgreement {
    /// The agreement that the round belongs to.
    agreement: Agreement,
    /// How long the round has waited, and how that compares with other rounds.
    waiting: Waiting,
    /// The status of the agreement on the day.
    status: Status,
}

impl WaitingAgreement {
    /// The open rounds at the pin, a page at a time.
    pub async fn all(
        ctx: &Context<'_>,
        pin: Pin,
        instrument: Option<&str>,
        page: &Page<u64>,
    ) -> Result<Connection<Self>> {
        let rows = answers(ctx)?.open_waits(&pin, instrument).await.map_err(|error| outward(&error))?;
        let slice = page.cut((1..).zip(rows).collect(), |(place, _)| *place);
        ctx.data::<Arc<Asked>>()?.found(slice.items.iter().map(|(_, row)| row.agreement.clone()));
        let mut nodes = Vec::with_capacity(slice.items.len());
        for (_, row) in &slice.items {
            nodes.push(Self::of(ctx, pin, row).await?);
        }
        let mut nodes = nodes.into_iter();
        let slice = slice.try_map(|(place, _)| nodes.next().map(|node| (place, node)).ok_or("a wait was lost"))?;
        Ok(Connection::of(slice, |(place, node)| (place.to_string(), node)))
    }

    async fn of(ctx: &Context<'_>, pin: Pin, row: &WaitingRow) -> Result<Self> {
        let id = row.agreement.clone();
        let status = about(ctx, &id).await?.status_alone(&id, &pin).await.map_err(|error| outward(&error))?;
        Ok(Self {
            waiting: Waiting::of(ctx, &id, pin, pin.day, row.waiting).await?,
            status: Status { agreement: id.clone(), pin, status },
            agreement: Agreement { id, pin: Some(pin) },
        })
    }
}

/// How many agreements under an instrument have each stage, standing and listing on a day.
#[derive(SimpleObject)]
pub struct StatusCounts {
    /// How many agreements are on record, concluded or only attempted.
    agreements: usize,
    /// How many agreements have each value of each part of the status.
    values: Vec<Count>,
    /// How many partners are certainly on the list although their agreement has certainly expired or was terminated.
    listed_though_ended: usize,
    /// How many open rounds wait, stalled or not. The renewals in `outcomeUnknown` do not count.
    waiting: usize,
    /// How many open rounds have waited longer than the limit of their stage.
    stalled: usize,
    /// How many renewals are open because no source gives their outcome, while the earlier agreement continues.
    outcome_unknown: usize,
    /// The last day, before the day that is asked about, on which the status of any agreement changed; null when none
    /// did.
    previous_change_on: Option<Date>,
    /// The first day, after the day that is asked about, on which the status of any agreement changes; null when none
    /// is known.
    next_change_on: Option<Date>,
    /// The date of the newest evidence about any agreement; null when there is none.
    newest_news_on: Option<UncertainDate>,
    /// The log position up to and including which events count in this answer.
    position: Position,
}

impl StatusCounts {
    /// The counts of an instrument at a pin.
    pub async fn of(ctx: &Context<'_>, pin: Pin, instrument: &str) -> Result<Self> {
        let counts = answers(ctx)?.view_counts(instrument, &pin).await.map_err(|error| outward(&error))?.answer;
        let Counts { agreements, nodes, listed_though_ended, waiting, stalled, outcome_unknown, .. } = counts;
        Ok(Self {
            agreements,
            values: nodes,
            listed_though_ended,
            waiting,
            stalled,
            outcome_unknown,
            previous_change_on: counts.previous_change_on,
            next_change_on: counts.next_change_on,
            newest_news_on: counts.newest_news_on,
            position: Position(pin.knowledge.position),
        })
    }
}
