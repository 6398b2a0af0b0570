//! Which agreement has stalled, for how long?
//!
//! Invariant: its id is its agreement's with a suffix, so that it is another object than the agreement.

use async_graphql::{Context, ID, Result, SimpleObject};

use super::agreement::Agreement;
use super::context::about;
use super::error::outward;
use super::status::{Stall, Status};
use crate::answers::{Pin, StalledRow};
use crate::domain::ids::AgreementId;

/// What follows the agreement's id.
pub const SUFFIX: &str = "/stalled";

/// An agreement with an open round that has stalled.
#[derive(SimpleObject)]
pub struct StalledAgreement {
    /// The stall's id, such as `rdp/KR/stalled`; asked for by it alone, it is the stall on that day, or null.
    #[graphql(owned)]
    pub id: ID,
    /// The agreement.
    agreement: Agreement,
    /// The stall.
    stalled: Stall,
    /// Its status on the day.
    status: Status,
}

impl StalledAgreement {
    /// An agreement of the list of those that have stalled.
    pub async fn of(ctx: &Context<'_>, pin: Pin, row: StalledRow) -> Result<Self> {
        let StalledRow { agreement: id, waiting } = row;
        let status = about(ctx, &id).await?.status_alone(&id, &pin).await.map_err(|error| outward(&error))?;
        Ok(Self {
            id: ID(format!("{id}{SUFFIX}")),
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
        Self::of(ctx, *pin, StalledRow { agreement: agreement.id, waiting }).await.map(Some)
    }
}
