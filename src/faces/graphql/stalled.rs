//! Which agreement has stalled, for how long?
//!
//! Invariant: its id is its agreement's with a suffix, so that it is another object than the agreement.

use std::sync::Arc;

use async_graphql::{Context, ID, Result, SimpleObject};

use super::agreement::Agreement;
use super::connection::Connection;
use super::context::{Asked, about, answers};
use super::error::outward;
use super::pinned_id::on_a_day;
use super::status::{Stall, Status};
use crate::answers::{Page, Pin, Slice, StalledOrder, WaitingRow};
use crate::domain::ids::AgreementId;

/// What follows the agreement's id.
pub const SUFFIX: &str = "/stalled";

/// An agreement with an open round that has stalled.
#[derive(SimpleObject)]
pub struct StalledAgreement {
    /// The stall's id, such as `rdp/KR/stalled`, followed by the `asOf`, `knownAt`, `basis` and `atPosition` that were
    /// asked for. `node` returns the stall of that day for it, or null when there is none.
    #[graphql(owned)]
    pub id: ID,
    /// The agreement that the stalled round belongs to.
    agreement: Agreement,
    /// The stall: a wait that is longer than its limit.
    stalled: Stall,
    /// The status of the agreement on the day.
    status: Status,
}

impl StalledAgreement {
    /// Those that have stalled at the pin, a page at a time.
    pub async fn all(
        ctx: &Context<'_>,
        pin: Pin,
        instrument: Option<&str>,
        dormant: Option<bool>,
        order: StalledOrder,
        page: &Page<u64>,
    ) -> Result<Connection<Self>> {
        let mut rows = answers(ctx)?.stalled(&pin, instrument, dormant).await.map_err(|error| outward(&error))?;
        order.sort(&mut rows);
        let slice = page.cut((1..).zip(rows).collect(), |(place, _)| *place);
        ctx.data::<Arc<Asked>>()?.found(slice.items.iter().map(|(_, row)| row.agreement.clone()));
        let Slice { items, has_previous, has_next, total } = slice;
        let mut nodes = Vec::with_capacity(items.len());
        for (place, row) in items {
            nodes.push((place, Self::of(ctx, pin, row).await?));
        }
        let slice = Slice { items: nodes, has_previous, has_next, total };
        Ok(Connection::of(slice, |(place, node)| (place.to_string(), node)))
    }

    /// An agreement of the list of those that have stalled.
    pub async fn of(ctx: &Context<'_>, pin: Pin, row: WaitingRow) -> Result<Self> {
        let WaitingRow { agreement: id, waiting } = row;
        let status = about(ctx, &id).await?.status_alone(&id, &pin).await.map_err(|error| outward(&error))?;
        Ok(Self {
            id: on_a_day(&format!("{id}{SUFFIX}"), &pin),
            stalled: Stall::of(ctx, &id, pin, pin.day, waiting).await?,
            status: Status { agreement: id.clone(), pin, status },
            agreement: Agreement { id, pin: Some(pin) },
        })
    }

    /// An agreement that has stalled at the pin; `None` when it has not.
    pub async fn load(ctx: &Context<'_>, id: AgreementId, pin: &Pin) -> Result<Option<Self>> {
        let Some(agreement) = Agreement::open(ctx, id, Some(*pin)).await? else { return Ok(None) };
        let answers = about(ctx, &agreement.id).await?;
        let status = answers.status(&agreement.id, pin).await.map_err(|error| outward(&error))?;
        let Some(waiting) = status.waiting.filter(|waiting| waiting.stalled) else { return Ok(None) };
        Self::of(ctx, *pin, WaitingRow { agreement: agreement.id, waiting }).await.map(Some)
    }
}
