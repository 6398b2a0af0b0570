//! What did one more event change?
//!
//! Invariant: of two histories the statuses told differ; histories that agree on every day give nothing.

use chrono::{DateTime, NaiveDate, Utc};

use super::status::{Status, status_at, values_at};
use super::timeline::{change_days, same};
use super::worlds::Worlds;
use crate::domain::instrument::Instrument;
use crate::domain::time::UncertainDate;

/// Days after what happened from which the record of it counts as late: whoever cuts a log by the dates of its events
/// has passed them by then. A month is what a weekly reader of the Federal Register never needs.
pub const LATE_AFTER_DAYS: i64 = 30;

/// The days from the latest day on which something can have happened to the day of its record; 0 for what is to come.
#[must_use]
pub fn days_late(occurred: UncertainDate, recorded_at: DateTime<Utc>) -> i64 {
    (recorded_at.date_naive() - occurred.latest()).num_days().max(0)
}

/// Days on which the status is another than before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The first of them; `None` from ever.
    pub from: Option<NaiveDate>,
    /// The day after the last of them; `None` for ever.
    pub to: Option<NaiveDate>,
    /// The status before, on the one of these days that lies nearest to the day of recording.
    pub before: Status,
    /// The status after, on the same day.
    pub after: Status,
}

/// The change that lies nearest to a day: on it, else before it, else after it.
#[must_use]
pub fn change(before: &Worlds, after: &Worlds, instrument: &Instrument, day: NaiveDate) -> Option<Change> {
    let mut days = change_days(before);
    days.extend(change_days(after));
    days.push(day);
    days.sort_unstable();
    days.dedup();
    let differs = |on: NaiveDate| !same(&values_at(before, instrument, on), &values_at(after, instrument, on));
    // Between two of these days no status changes, so the spans between them tile all days.
    let starts: Vec<Option<NaiveDate>> = std::iter::once(None).chain(days.into_iter().map(Some)).collect();
    let mut spans: Vec<(Option<NaiveDate>, Option<NaiveDate>)> = Vec::new();
    for (place, start) in starts.iter().enumerate() {
        if !differs(start.unwrap_or(NaiveDate::MIN)) {
            continue;
        }
        let end = starts.get(place + 1).copied().flatten();
        match spans.last_mut() {
            Some((_, last)) if *last == *start => *last = end,
            _ => spans.push((*start, end)),
        }
    }
    let begun = |(from, _): &&(Option<NaiveDate>, Option<NaiveDate>)| from.is_none_or(|from| from <= day);
    let (from, to) = *spans.iter().rev().find(begun).or_else(|| spans.first())?;
    let last = to.and_then(|to| to.pred_opt()).unwrap_or(NaiveDate::MAX);
    let nearest = day.clamp(from.unwrap_or(NaiveDate::MIN), last);
    Some(Change {
        from,
        to,
        before: status_at(before, instrument, nearest),
        after: status_at(after, instrument, nearest),
    })
}
