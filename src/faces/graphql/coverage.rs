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

/// How precisely the days that matter in the life of one agreement are known.
pub struct CoveredAgreement {
    pin: Pin,
    row: CoverageRow,
}

/// How precisely one day of an agreement is known, and by which milestone.
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

/// How precisely the days that matter in the life of one agreement are known.
#[Object]
impl CoveredAgreement {
    /// The agreement that these days belong to.
    async fn agreement(&self) -> Agreement {
        Agreement { id: self.row.agreement.clone(), pin: Some(self.pin) }
    }

    /// Whether a milestone proves that an agreement was concluded; if false, there was only an attempt, so a day that
    /// is `NOT_FOUND` is no gap in the record.
    async fn concluded(&self) -> bool {
        self.row.coverage.concluded
    }

    /// How precisely the beginning of the agreement is known: by its signature or its entry into force, whichever is known
    /// more precisely.
    async fn beginning(&self) -> DatePrecision {
        self.row.coverage.beginning().into()
    }

    /// The day of the first signature.
    async fn signed(&self) -> CoveredDay {
        self.day(self.row.coverage.signed)
    }

    /// The day of the first entry into force.
    async fn entered_into_force(&self) -> CoveredDay {
        self.day(self.row.coverage.entered)
    }

    /// The day of the first listing, or of the first observation of one.
    async fn listed(&self) -> CoveredDay {
        self.day(self.row.coverage.listed)
    }

    /// The day of the latest renewal.
    async fn renewed(&self) -> CoveredDay {
        self.day(self.row.coverage.renewed)
    }
}

/// How precisely one day is known, and by which milestone.
#[Object]
impl CoveredDay {
    /// How precisely the day is known.
    async fn precision(&self) -> DatePrecision {
        self.covered.map_or(Precision::NotFound, |of| Precision::of(of.occurred)).into()
    }

    /// The date, which may be uncertain; null when the day was not found.
    async fn occurred(&self) -> Option<DateBounds> {
        self.covered.map(|of| of.occurred.into())
    }

    /// How good the evidence for the day is; null when the day was not found.
    async fn evidence(&self) -> Option<Evidence> {
        self.covered.map(|of| of.evidence.into())
    }

    /// The kind of the milestone that gives the day. An observation gives only the last day on which a listing can have
    /// begun. Null when the day was not found.
    async fn kind(&self) -> Option<MilestoneKind> {
        self.covered.map(|of| of.kind.into())
    }

    /// The milestone that gives the day; null when the day was not found.
    async fn milestone(&self, ctx: &Context<'_>) -> Result<Option<Milestone>> {
        let Some(covered) = self.covered else { return Ok(None) };
        Milestone::load(ctx, &self.agreement, &self.pin, covered.milestone).await
    }
}
