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

/// How long it took from one kind of milestone to another.
#[derive(SimpleObject)]
pub struct Durations {
    /// The median of the exact durations, in days; null without any.
    median_days: Option<f64>,
    /// How many durations are exact.
    exact_count: usize,
    /// The days by which half of the rounds had come to their end, by the estimate of Kaplan and Meier over the exact durations and
    /// the open rounds; null where fewer than half have.
    median_days_with_open: Option<u32>,
    /// How many rounds have the first milestone on an exact day, not yet the second, and are still open.
    open_count: usize,
    /// How many rounds both medians leave out because a date is not exact.
    inexact_count: usize,
    /// How many rounds both medians leave out because they are over or of unknown outcome, and the second milestone is not on record.
    end_not_recorded_count: usize,
    /// Each round that has both milestones.
    items: Vec<DurationItem>,
    /// The position of the log that the answer rests on.
    position: Position,
}

/// The days between two milestones of one round of one agreement.
#[derive(SimpleObject)]
pub struct DurationItem {
    /// The partner country of the agreement.
    country: Country,
    /// The agreement that it belongs to.
    agreement: Agreement,
    /// The round, from 1.
    round: u16,
    /// The fewest days that the bounds of both dates allow.
    min_days: i64,
    /// The most days that the bounds of both dates allow; null when the beginning is open.
    max_days: Option<i64>,
    /// Whether both dates are exact.
    exact: bool,
    /// What the round's first notice asked about.
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
