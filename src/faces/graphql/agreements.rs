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

/// One page of a list of agreements, with the length of the whole list.
pub struct Agreements {
    pub(super) list: Connection<Agreement>,
    pub(super) pin: Pin,
    pub(super) filter: AgreementFilter,
}

/// One page of a list of agreements, with the length of the whole list.
#[Object(name = "AgreementConnection")]
impl Agreements {
    /// The entries of this page, each with its cursor.
    async fn edges(&self) -> &[Edge<Agreement>] {
        self.list.entries()
    }

    /// The objects on this page, without their cursors.
    async fn nodes(&self) -> Vec<&Agreement> {
        self.list.entries().iter().map(|edge| &edge.node).collect()
    }

    /// The first and the last cursor of this page, and whether other pages come before and after it.
    async fn page_info(&self) -> PageInfo {
        self.list.around()
    }

    /// The number of entries on all pages of the list.
    async fn total_count(&self) -> usize {
        self.list.count()
    }

    /// How many agreements the list leaves out because they possibly pass the filter, but not certainly; 0 when the
    /// filter's `certainty` is `POSSIBLE`.
    async fn possible_count(&self, ctx: &Context<'_>) -> Result<usize> {
        let possible = answers(ctx)?.only_possible(&self.pin, &self.filter, self.list.count()).await;
        Ok(possible.map_err(|error| outward(&error))?.len())
    }
}
