//! How precisely are the days of an agreement known?
//!
//! Invariant: a day that nobody told is `NOT_FOUND`; one that was put together from several sources says so by its evidence.

use schemars::JsonSchema;
use serde::Serialize;

use super::{Agreement, Cited, DateBounds, Pinned, Term};
use crate::answers::{Answers, AskError, CoverageRow, Pin};
use crate::domain::country;
use crate::domain::words::{Evidence, MilestoneKind};
use crate::projections::coverage::{Covered, Precision};

/// What is known of the days of each agreement.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Coverage {
    /// One entry for each agreement, in the order of their ids.
    pub nodes: Vec<CoveredAgreement>,
}

/// How precisely the days that matter in the life of one agreement are known.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CoveredAgreement {
    /// The agreement by its id and its country.
    pub agreement: Agreement,
    /// Whether a milestone proves that an agreement was concluded; if false, there was only an attempt, so a day that
    /// is `NOT_FOUND` is no gap in the record.
    pub concluded: bool,
    /// How precisely the beginning of the agreement is known: by its signature or its entry into force, whichever is known
    /// more precisely.
    pub beginning: Term<Precision>,
    /// The day of the first signature.
    pub signed: CoveredDay,
    /// The day of the first entry into force.
    pub entered_into_force: CoveredDay,
    /// The day of the first listing, or of the first observation of one.
    pub listed: CoveredDay,
    /// The day of the latest renewal.
    pub renewed: CoveredDay,
}

/// How precisely one day is known, and by which milestone.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CoveredDay {
    /// How precisely the day is known.
    pub precision: Term<Precision>,
    /// The date, which may be uncertain; null when the day was not found.
    pub occurred: Option<DateBounds>,
    /// How good the evidence for the day is; null when the day was not found.
    pub evidence: Option<Term<Evidence>>,
    /// The kind of the milestone that gives the day. An observation gives only the last day on which a listing can have
    /// begun. Null when the day was not found.
    pub kind: Option<Term<MilestoneKind>>,
    /// The milestone that gives the day; null when the day was not found.
    pub milestone: Option<Cited>,
}

impl From<Option<Covered>> for CoveredDay {
    fn from(covered: Option<Covered>) -> Self {
        Self {
            precision: Term(covered.map_or(Precision::NotFound, |of| Precision::of(of.occurred))),
            occurred: covered.map(|of| of.occurred.into()),
            evidence: covered.map(|of| Term(of.evidence)),
            kind: covered.map(|of| Term(of.kind)),
            milestone: covered.map(|of| Cited::Id { id: of.milestone }),
        }
    }
}

impl From<&CoverageRow> for CoveredAgreement {
    fn from(row: &CoverageRow) -> Self {
        let of = row.coverage;
        Self {
            agreement: (&row.agreement).into(),
            concluded: of.concluded,
            beginning: Term(of.beginning()),
            signed: of.signed.into(),
            entered_into_force: of.entered.into(),
            listed: of.listed.into(),
            renewed: of.renewed.into(),
        }
    }
}

impl Answers {
    /// What is known of the days of the agreements of an instrument, or of all instruments; an empty list of countries leaves
    /// none out.
    ///
    /// # Errors
    /// When the instrument is not known or the log cannot be read.
    pub async fn view_coverage(
        &self,
        instrument: Option<&str>,
        countries: &[country::Country],
        pin: &Pin,
    ) -> Result<Pinned<Coverage>, AskError> {
        let nodes = self.coverage(instrument, countries, pin).await?.iter().map(Into::into).collect();
        Ok(Pinned::of(pin, Coverage { nodes }))
    }
}
