//! How many days lie between two dates, and how many are usual?
//!
//! Invariant: a median, a percentile and a longest rest on exact days alone; uncertain dates give a range (rule 17).

use chrono::NaiveDate;

use crate::domain::time::UncertainDate;

/// The days between two dates, as their bounds allow; negative when the second comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Days {
    /// The fewest days that the dates allow.
    pub min: i64,
    /// The most; `None` when the beginning is open.
    pub max: Option<i64>,
}

impl Days {
    /// The days from a date to a known day.
    #[must_use]
    pub fn until(from: UncertainDate, to: NaiveDate) -> Self {
        let max = from.earliest().map(|earliest| (to - earliest).num_days());
        Self { min: (to - from.latest()).num_days(), max }
    }

    /// The days, when the dates leave one number only.
    #[must_use]
    pub fn exact(self) -> Option<i64> {
        Some(self.min).filter(|min| Some(*min) == self.max)
    }
}

/// What many days have in common.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Spread {
    /// How many of the numbers are exact.
    pub exact_count: usize,
    /// How many are only bounded.
    pub bounded_count: usize,
    /// The median of the exact ones.
    pub median: Option<f64>,
    /// The day by which nine of ten exact ones are reached: the smallest that at least so many do not exceed.
    pub ninetieth: Option<i64>,
    /// The largest of the exact numbers.
    pub longest: Option<i64>,
    /// The range that holds all the bounded ones.
    pub range: Option<Days>,
}

impl Spread {
    /// What these have in common.
    #[must_use]
    pub fn of(days: impl IntoIterator<Item = Days>) -> Self {
        let (mut exact, mut range, mut bounded_count) = (Vec::new(), None, 0);
        for days in days {
            if let Some(day) = days.exact() {
                exact.push(day);
                continue;
            }
            bounded_count += 1;
            range = Some(range.map_or(days, |range: Days| Days {
                min: range.min.min(days.min),
                max: range.max.zip(days.max).map(|(one, other)| one.max(other)),
            }));
        }
        exact.sort_unstable();
        let ninetieth = exact.get((exact.len() * 9).div_ceil(10).saturating_sub(1)).copied();
        Self {
            exact_count: exact.len(),
            bounded_count,
            ninetieth,
            longest: exact.last().copied(),
            median: median(exact),
            range,
        }
    }
}

/// The median of some exact days; the mean of the middle two when their number is even.
#[must_use]
pub fn median(mut days: Vec<i64>) -> Option<f64> {
    days.sort_unstable();
    let upper = *days.get(days.len() / 2)?;
    let lower = *days.get((days.len() - 1) / 2)?;
    // Days between two dates of the calendar are far below 2^52, so the cast is exact.
    #[expect(clippy::cast_precision_loss, reason = "days fit")]
    Some((lower + upper) as f64 / 2.0)
}
