//! Which agreements pass a filter, and which others may?
//!
//! Invariant: what the list leaves out because it is not certain is counted beside it.

use async_graphql::connection::PageInfo;
use async_graphql::{Context, Object, Result};

use super::agreement::Agreement;
use super::connection::{Connection, Edge};
use super::context::answers;
use super::error::outward;
use crate::answers::{AgreementFilter, Pin};

/// A part of a list of agreements, with what lies around it.
pub struct Agreements {
    pub(super) list: Connection<Agreement>,
    pub(super) pin: Pin,
    pub(super) filter: AgreementFilter,
}

/// A part of a list of agreements, with what lies around it.
#[Object(name = "AgreementConnection")]
impl Agreements {
    /// The entries, each with its place.
    async fn edges(&self) -> &[Edge<Agreement>] {
        self.list.entries()
    }

    /// The entries of this page, without their cursors.
    async fn nodes(&self) -> Vec<&Agreement> {
        self.list.entries().iter().map(|edge| &edge.node).collect()
    }

    /// Where this part begins and ends, and whether there is more.
    async fn page_info(&self) -> PageInfo {
        self.list.around()
    }

    /// How many entries the whole list has.
    async fn total_count(&self) -> usize {
        self.list.count()
    }

    /// How many more agreements may pass the filter, and are left out because that is not certain; 0 when the filter asks for
    /// `POSSIBLE`.
    async fn possible_count(&self, ctx: &Context<'_>) -> Result<usize> {
        let possible = answers(ctx)?.only_possible(&self.pin, &self.filter, self.list.count()).await;
        Ok(possible.map_err(|error| outward(&error))?.len())
    }
}
