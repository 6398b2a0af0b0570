//! How did an agreement's status run through time?
//!
//! Invariant: the periods tile all days, from ever to ever, without gap or overlap; neighbours differ.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use super::status::{Status, status_at};
use super::steps::Steps;
use crate::domain::instrument::Instrument;

/// Days on which a status stays the same: from its first day to the day before `to`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Period {
    /// The first day; `None` from ever.
    pub from: Option<NaiveDate>,
    /// The day after the last; `None` for ever.
    pub to: Option<NaiveDate>,
    /// The status on its first day.
    pub status: Status,
}

/// The periods in which facets and round stay the same.
#[must_use]
pub fn periods(steps: &Steps, instrument: &Instrument) -> Vec<Period> {
    periods_by(steps, instrument, Status::facets)
}

/// Whether two statuses say the same.
pub(super) fn same(one: &Status, other: &Status) -> bool {
    one.facets() == other.facets()
}

/// The periods in which a key of the status stays the same.
pub fn periods_by<K: PartialEq>(steps: &Steps, instrument: &Instrument, key: impl Fn(&Status) -> K) -> Vec<Period> {
    let mut periods: Vec<(K, Period)> = Vec::new();
    for (from, day) in
        std::iter::once((None, NaiveDate::MIN)).chain(change_days(steps).into_iter().map(|day| (Some(day), day)))
    {
        let status = status_at(steps, instrument, day);
        let next = key(&status);
        match periods.last_mut() {
            Some((last, _)) if *last == next => {}
            last => {
                if let Some((_, period)) = last {
                    period.to = from;
                }
                periods.push((next, Period { from, to: None, status }));
            }
        }
    }
    periods.into_iter().map(|(_, period)| period).collect()
}

/// The days on which a status can change: where a step becomes possible, and where it has happened.
pub(super) fn change_days(steps: &Steps) -> BTreeSet<NaiveDate> {
    let of_steps = steps.steps.iter().flat_map(|step| [step.when.earliest(), Some(step.when.latest())]);
    let of_facts = steps.known.facts.iter().map(|fact| Some(fact.counts.latest()));
    of_steps.chain(of_facts).flatten().collect()
}
