//! How is an answer told that would differ, beside the one that is given now?
//!
//! Invariant: of both the same facets, each with every value that is possible.

use async_graphql::SimpleObject;
use chrono::NaiveDate;
use serde::Serialize;

use super::{Agreement, Term, certain, every};
use crate::answers::{Answers, AskError, WouldDifferRow};
use crate::domain::instrument::Instrument;
use crate::domain::words::{Headline, Listing, Stage, Standing};
use crate::projections::status::Status;

/// An answer that would differ on some days.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct WouldDiffer {
    /// The agreement that it is about.
    #[serde(flatten)]
    pub agreement: Agreement,
    /// The days on which both answers are these, in their order.
    pub as_of: Vec<NaiveDate>,
    /// The values that are answered now.
    pub before: Facets,
    /// The values that would be answered after the import.
    pub after: Facets,
}

/// The values of a status that a preview compares.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, SimpleObject)]
#[serde(rename_all = "camelCase")]
#[graphql(name = "PreviewedStatus")]
pub struct Facets {
    /// One value that sums the status up; null when more than one is possible.
    pub headline: Option<Term<Headline>>,
    /// Every headline that is possible.
    pub possible_headlines: Vec<Term<Headline>>,
    /// The legal state; null when more than one value is possible.
    pub standing: Option<Term<Standing>>,
    /// Every standing that is possible.
    pub possible_standings: Vec<Term<Standing>>,
    /// The regulation's treatment; null when more than one value is possible, or the instrument has no listing.
    pub listing: Option<Term<Listing>>,
    /// Every listing that is possible; empty when the instrument has none.
    pub possible_listings: Vec<Term<Listing>>,
    /// How far the latest round has come; null when more than one value is possible.
    pub stage: Option<Term<Stage>>,
    /// Every stage that is possible.
    pub possible_stages: Vec<Term<Stage>>,
    /// The number of the latest round, counted from 1; null before the first round, and when more than one number is
    /// possible.
    pub round: Option<u16>,
    /// The evaluation factor in percent; null when possible listings have different ones, or when there is none.
    pub evaluation_factor_percent: Option<u8>,
}

impl Facets {
    /// The values of a status.
    #[must_use]
    pub fn of(status: &Status, instrument: &Instrument) -> Self {
        Self {
            headline: certain(status.headlines),
            possible_headlines: every(status.headlines),
            standing: certain(status.standings),
            possible_standings: every(status.standings),
            listing: certain(status.listings),
            possible_listings: every(status.listings),
            stage: certain(status.stages),
            possible_stages: every(status.stages),
            round: status.round,
            evaluation_factor_percent: status.evaluation_factor_percent(instrument),
        }
    }
}

impl Answers {
    /// The answers that would differ, each beside the one that is given now.
    ///
    /// # Errors
    /// When an instrument is not known.
    pub fn view_would_differ(&self, rows: &[WouldDifferRow]) -> Result<Vec<WouldDiffer>, AskError> {
        let told = |row: &WouldDifferRow| {
            let instrument = self.instrument(&row.agreement)?;
            Ok(WouldDiffer {
                agreement: (&row.agreement).into(),
                as_of: row.differs.days.clone(),
                before: Facets::of(&row.differs.before, instrument),
                after: Facets::of(&row.differs.after, instrument),
            })
        };
        rows.iter().map(told).collect()
    }
}
