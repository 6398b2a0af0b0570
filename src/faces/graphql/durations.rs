//! How long did it take, over all countries?
//!
//! Invariant: the median counts exact durations only, and says how many they are.

use std::sync::Arc;

use async_graphql::{Context, Result, SimpleObject};

use super::agreement::Agreement;
use super::context::Asked;
use super::country::Country;
use super::scalars::Position;
use super::words::NoticePurpose;
use crate::answers::{DurationsFound, Pin, view};

/// How many days rounds took from a milestone of one kind to a milestone of another.
#[derive(SimpleObject)]
pub struct Durations {
    /// The median of the exact durations, in days; null when there are none.
    median_days: Option<f64>,
    /// How many durations are exact.
    exact_count: usize,
    /// The days after which half of the rounds had the second milestone, estimated from exact durations and open rounds
    /// (Kaplan and Meier); null when fewer than half had.
    median_days_with_open: Option<u32>,
    /// How many open rounds have the first milestone on an exact day, and not yet the second.
    open_count: usize,
    /// How many rounds both medians leave out because the date of a milestone is not exact.
    inexact_count: usize,
    /// How many rounds both medians leave out because the round is over or its outcome is unknown, and the second milestone
    /// is not on record.
    end_not_recorded_count: usize,
    /// The rounds that have both milestones.
    items: Vec<DurationItem>,
    /// The log position up to and including which events count in this answer.
    position: Position,
}

/// The days between two milestones of one round of one agreement.
#[derive(SimpleObject)]
pub struct DurationItem {
    /// The partner country of the agreement.
    country: Country,
    /// The agreement that the round belongs to.
    agreement: Agreement,
    /// The number of the round within its agreement, counted from 1.
    round: u16,
    /// The fewest days that the bounds of both dates allow.
    min_days: i64,
    /// The most days that the bounds of both dates allow; null when the first possible day of the first date is not
    /// known.
    max_days: Option<i64>,
    /// Whether the dates of both milestones are exact.
    exact: bool,
    /// What the round's first notice asked about; null when no notice is on record.
    notice_purpose: Option<NoticePurpose>,
}

impl Durations {
    /// What some rows amount to.
    pub fn of(ctx: &Context<'_>, pin: Pin, found: &DurationsFound) -> Result<Self> {
        let summary = &found.summary;
        ctx.data::<Arc<Asked>>()?.found(found.rows.iter().map(|row| row.agreement.clone()));
        let view::Durations { items, .. } = view::Durations::of(found);
        let item = |item: view::Duration| DurationItem {
            country: Country(item.agreement.id.country),
            agreement: Agreement { id: item.agreement.id, pin: Some(pin) },
            round: item.round,
            min_days: item.min_days,
            max_days: item.max_days,
            exact: item.exact,
            notice_purpose: item.notice_purpose,
        };
        Ok(Self {
            exact_count: summary.exact,
            median_days: summary.median,
            median_days_with_open: summary.median_with_open,
            open_count: summary.open,
            inexact_count: summary.inexact,
            end_not_recorded_count: summary.end_not_recorded,
            items: items.into_iter().map(item).collect(),
            position: Position(pin.knowledge.position),
        })
    }
}
