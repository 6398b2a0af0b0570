//! How did an agreement's status run through time?
//!
//! Invariant: the periods tile all days, from ever to ever, without gap or overlap; neighbours differ.

use chrono::NaiveDate;

use super::status::{Status, status_at, values_at};
use super::worlds::Worlds;
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

/// The periods in which facets, round and evaluation factor stay the same.
#[must_use]
pub fn periods(worlds: &Worlds, instrument: &Instrument) -> Vec<Period> {
    let key = |status: &Status| (status.facets(), status.evaluation_factor_percent(instrument));
    let whole = |period: Period| Period { status: status_at(worlds, instrument, period.status.day), ..period };
    periods_by(worlds, instrument, key).into_iter().map(whole).collect()
}

/// Whether two statuses say the same.
pub(super) fn same(one: &Status, other: &Status) -> bool {
    one.facets() == other.facets()
}

/// The periods in which a key of the status' values stays the same, each with its values alone.
pub fn periods_by<K: PartialEq>(worlds: &Worlds, instrument: &Instrument, key: impl Fn(&Status) -> K) -> Vec<Period> {
    let mut periods: Vec<(K, Period)> = Vec::new();
    let mut days = change_days(worlds);
    days.extend(instrument.effect_days());
    days.sort_unstable();
    days.dedup();
    for (from, day) in std::iter::once((None, NaiveDate::MIN)).chain(days.into_iter().map(|day| (Some(day), day))) {
        let status = values_at(worlds, instrument, day);
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

/// The days on which a status can change, in order.
pub(super) fn change_days(worlds: &Worlds) -> Vec<NaiveDate> {
    let happened = worlds.known.facts.iter().map(|fact| fact.counts.latest());
    let mut days: Vec<NaiveDate> = worlds.change_days().chain(happened).collect();
    days.sort_unstable();
    days.dedup();
    days
}
