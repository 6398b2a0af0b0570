//! How precisely are the days of an agreement known, as GraphQL objects?
//!
//! Invariant: a day that nobody told is `NOT_FOUND`, and everything beside it is null.

use std::sync::Arc;

use async_graphql::{Context, Object, Result};

use super::agreement::Agreement;
use super::connection::Connection;
use super::context::{Asked, answers};
use super::error::outward;
use super::milestone::Milestone;
use super::words::{DatePrecision, Evidence, MilestoneKind};
use crate::answers::view::DateBounds;
use crate::answers::{CoverageRow, Page, Pin};
use crate::domain::country::Country;
use crate::domain::ids::AgreementId;
use crate::projections::coverage::{Covered, Precision};

/// What is known of the days of an agreement.
pub struct CoveredAgreement {
    pin: Pin,
    row: CoverageRow,
}

/// What is known of one day of an agreement.
pub struct CoveredDay {
    pin: Pin,
    agreement: AgreementId,
    covered: Option<Covered>,
}

impl CoveredAgreement {
    /// The agreements at a pin, a page at a time.
    pub async fn all(
        ctx: &Context<'_>,
        pin: Pin,
        instrument: Option<&str>,
        countries: &[Country],
        page: &Page<String>,
    ) -> Result<Connection<Self>> {
        let rows = answers(ctx)?.coverage(instrument, countries, &pin).await.map_err(|error| outward(&error))?;
        let slice = page.cut(rows, |row| row.agreement.to_string());
        ctx.data::<Arc<Asked>>()?.found(slice.items.iter().map(|row| row.agreement.clone()));
        Ok(Connection::of(slice, |row| (row.agreement.to_string(), Self { pin, row })))
    }

    fn day(&self, covered: Option<Covered>) -> CoveredDay {
        CoveredDay { pin: self.pin, agreement: self.row.agreement.clone(), covered }
    }
}

/// What is known of the days of one agreement.
#[Object]
impl CoveredAgreement {
    /// The agreement that it belongs to.
    async fn agreement(&self) -> Agreement {
        Agreement { id: self.row.agreement.clone(), pin: Some(self.pin) }
    }

    /// Whether an agreement is proved, by any of its days or by whoever saw it; otherwise there is an attempt at one, and no day of
    /// it is missing.
    async fn concluded(&self) -> bool {
        self.row.coverage.concluded
    }

    /// How precisely it is known since when there is an agreement: the better known of signature and entry into force.
    async fn beginning(&self) -> DatePrecision {
        self.row.coverage.beginning().into()
    }

    /// The first signature.
    async fn signed(&self) -> CoveredDay {
        self.day(self.row.coverage.signed)
    }

    /// The first entry into force.
    async fn entered_into_force(&self) -> CoveredDay {
        self.day(self.row.coverage.entered)
    }

    /// The first listing, or the first sight of one.
    async fn listed(&self) -> CoveredDay {
        self.day(self.row.coverage.listed)
    }

    /// The latest renewal.
    async fn renewed(&self) -> CoveredDay {
        self.day(self.row.coverage.renewed)
    }
}

/// What is known of one day.
#[Object]
impl CoveredDay {
    /// How precisely it is known.
    async fn precision(&self) -> DatePrecision {
        self.covered.map_or(Precision::NotFound, |of| Precision::of(of.occurred)).into()
    }

    /// When it was; null where it was not found.
    async fn occurred(&self) -> Option<DateBounds> {
        self.covered.map(|of| of.occurred.into())
    }

    /// How good the evidence is.
    async fn evidence(&self) -> Option<Evidence> {
        self.covered.map(|of| of.evidence.into())
    }

    /// The kind of the milestone that tells it: an observation bounds the day of a listing that no milestone tells.
    async fn kind(&self) -> Option<MilestoneKind> {
        self.covered.map(|of| of.kind.into())
    }

    /// The milestone that tells it.
    async fn milestone(&self, ctx: &Context<'_>) -> Result<Option<Milestone>> {
        let Some(covered) = self.covered else { return Ok(None) };
        Milestone::load(ctx, &self.agreement, &self.pin, covered.milestone).await
    }
}
