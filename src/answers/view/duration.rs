//! How are durations told?
//!
//! Invariant: the median counts exact durations only, and says how many they are.

use serde::Serialize;

use super::estimate::Named;
use super::{Country, Term};
use crate::answers::DurationRow;
use crate::domain::words::NoticePurpose;
use crate::projections::days::median;

/// How long it took from one kind of milestone to another.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Durations {
    /// How many durations are exact.
    pub exact_count: usize,
    /// The median of the exact durations, in days; null without any.
    pub median_days: Option<f64>,
    /// Each round that has both milestones.
    pub items: Vec<Duration>,
}

/// The days between two milestones of one round of one agreement.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Duration {
    /// The agreement.
    pub agreement: Named,
    /// The partner.
    pub country: Country,
    /// The round, from 1.
    pub round: u16,
    /// The fewest days that the bounds of both dates allow.
    pub min_days: i64,
    /// The most; null when the beginning is open.
    pub max_days: Option<i64>,
    /// Whether both dates are exact.
    pub exact: bool,
    /// What the round's first notice asked about.
    pub notice_purpose: Option<Term<NoticePurpose>>,
}

impl Durations {
    /// What some rows amount to.
    #[must_use]
    pub fn of(rows: &[DurationRow]) -> Self {
        let exact: Vec<i64> = rows.iter().filter_map(|row| row.duration.days.exact()).collect();
        let items = rows.iter().map(Into::into).collect();
        Self { exact_count: exact.len(), median_days: median(exact), items }
    }
}

impl From<&DurationRow> for Duration {
    fn from(DurationRow { agreement, duration }: &DurationRow) -> Self {
        Self {
            agreement: Named { id: agreement.clone() },
            country: agreement.country.into(),
            round: duration.round,
            min_days: duration.days.min,
            max_days: duration.days.max,
            exact: duration.days.exact().is_some(),
            notice_purpose: duration.notice_purpose.map(Term),
        }
    }
}
