//! Has an open round waited in its stage longer than is usual?
//!
//! Invariant: a stall is only told when every reading of the dates has it; days count from the first day of the stage.

use chrono::NaiveDate;

use super::reading::Reading;
use super::steps::{Rule, Steps};
use crate::domain::instrument::Instrument;
use crate::domain::time::UncertainDate;
use crate::domain::words::{Stage, Standing};

/// An open round that waits in its stage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Waiting {
    /// The stage that it waits in.
    pub stage: Stage,
    /// The round's number.
    pub round: u16,
    /// The first day in that stage; for review the day after comments closed.
    pub since: UncertainDate,
    /// The days waited at the least, from the latest day that the stage can have begun.
    pub days: i64,
    /// The days waited at the most; `None` when the beginning is open.
    pub days_at_most: Option<i64>,
    /// The instrument's fallback limit for the stage; `None` where it cannot stall.
    pub limit_days: Option<u32>,
    /// Whether it waits longer than the limit, in every reading.
    pub stalled: bool,
    /// Whether it is a renewal whose outcome nobody told while the earlier agreement goes on (rule 10).
    pub outcome_unknown: bool,
}

impl Waiting {
    /// Where the limit comes from, and why it is so; `None` where the stage has none.
    #[must_use]
    pub fn limit_from(&self, instrument: &Instrument) -> Option<String> {
        let limit = instrument.rules(self.stage)?.limit.as_ref()?;
        Some(format!("instrument {}, fallback: {}", instrument.code, limit.reason))
    }
}

/// The waiting of the open round that has waited least, when a round is open in every reading.
#[must_use]
pub fn waiting(readings: &[Reading], steps: &Steps, instrument: &Instrument, day: NaiveDate) -> Option<Waiting> {
    let each: Option<Vec<Waiting>> =
        readings.iter().map(|reading| waiting_in(reading, steps, instrument, day)).collect();
    let each = each?;
    let stalled = each.iter().all(|waiting| waiting.stalled);
    let outcome_unknown = each.iter().all(|waiting| waiting.outcome_unknown);
    each.into_iter().min_by_key(|waiting| waiting.days).map(|least| Waiting { stalled, outcome_unknown, ..least })
}

fn waiting_in(reading: &Reading, steps: &Steps, instrument: &Instrument, day: NaiveDate) -> Option<Waiting> {
    if !reading.is_open(instrument) {
        return None;
    }
    let step = steps.steps.get(usize::from(reading.by.stage?))?;
    let days = (day - step.when.latest()).num_days().max(0);
    let limit_days = instrument.rules(reading.reached).and_then(|rules| rules.limit.as_ref()).map(|limit| limit.days);
    let over = limit_days.is_some_and(|limit| days > i64::from(limit));
    let by_window_alone = reading.reached == Stage::Review && step.rule == Some(Rule::UsualWindow);
    let goes_on = !reading.concluded && reading.standing.certain() == Some(Standing::InForce);
    let outcome_unknown = over && reading.renewal && (by_window_alone || goes_on);
    Some(Waiting {
        stage: reading.reached,
        round: reading.round,
        since: step.when,
        days,
        days_at_most: step.when.earliest().map(|earliest| (day - earliest).num_days()),
        limit_days,
        stalled: over && !outcome_unknown,
        outcome_unknown,
    })
}
