//! How are durations told?
//!
//! Invariant: the median counts exact durations only, and says how many they are.

use schemars::JsonSchema;
use serde::Serialize;

use super::estimate::Named;
use super::{Country, Term};
use crate::answers::{DurationRow, DurationsFound};
use crate::domain::words::NoticePurpose;

/// How many days rounds took from a milestone of one kind to a milestone of another.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Durations {
    /// How many durations are exact.
    pub exact_count: usize,
    /// The median of the exact durations, in days; null when there are none.
    pub median_days: Option<f64>,
    /// The days after which half of the rounds had the second milestone, estimated from exact durations and open rounds
    /// (Kaplan and Meier); null when fewer than half had.
    pub median_days_with_open: Option<u32>,
    /// How many open rounds have the first milestone on an exact day, and not yet the second.
    pub open_count: usize,
    /// How many rounds both medians leave out because the date of a milestone is not exact.
    pub inexact_count: usize,
    /// How many rounds both medians leave out because the round is over or its outcome is unknown, and the second milestone
    /// is not on record.
    pub end_not_recorded_count: usize,
    /// The rounds that have both milestones.
    pub items: Vec<Duration>,
}

/// The days between two milestones of one round of one agreement.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Duration {
    /// The agreement that the round belongs to.
    pub agreement: Named,
    /// The partner country of the agreement.
    pub country: Country,
    /// The number of the round within its agreement, counted from 1.
    pub round: u16,
    /// The fewest days that the bounds of both dates allow.
    pub min_days: i64,
    /// The most days that the bounds of both dates allow; null when the first possible day of the first date is not
    /// known.
    pub max_days: Option<i64>,
    /// Whether the dates of both milestones are exact.
    pub exact: bool,
    /// What the round's first notice asked about; null when no notice is on record.
    pub notice_purpose: Option<Term<NoticePurpose>>,
}

impl Durations {
    /// What was found, and what it amounts to.
    #[must_use]
    pub fn of(found: &DurationsFound) -> Self {
        let summary = &found.summary;
        Self {
            exact_count: summary.exact,
            median_days: summary.median,
            median_days_with_open: summary.median_with_open,
            open_count: summary.open,
            inexact_count: summary.inexact,
            end_not_recorded_count: summary.end_not_recorded,
            items: found.rows.iter().map(Into::into).collect(),
        }
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
