//! When did something happen, when its day is not known exactly?
//!
//! Invariant: an [`UncertainDate`] has a latest day and, unless it is open, an earliest day that is not after it.

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Datelike, Days, Months, NaiveDate, NaiveDateTime, TimeDelta, Utc};

/// A date held as bounds: it lies on a day from `earliest` (open when `None`) to `latest`, both included.
///
/// Written as EDTF (ISO 8601-2:2019): a day `2024-02-23`, a month `2024-02`, a year `1991`, no later than
/// `[..1992-03-18]`, between `[2019-01-01..2024-12-20]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct UncertainDate {
    earliest: Option<NaiveDate>,
    latest: NaiveDate,
}

/// Why a text is not an uncertain date.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DateError {
    /// Not one of the forms.
    #[error(
        "`{0}` is not a date; write a day 2024-02-23, a month 2024-02, a year 1991, [..1992-03-18] or [2019-01-01..2024-12-20]"
    )]
    Form(String),
    /// The right form, and not in the calendar.
    #[error("`{0}` does not exist in the calendar")]
    Calendar(String),
    /// The bounds are the wrong way round.
    #[error("`{0}` begins after its end")]
    Order(String),
}

impl UncertainDate {
    /// A date that is exactly one day.
    #[must_use]
    pub const fn day(day: NaiveDate) -> Self {
        Self { earliest: Some(day), latest: day }
    }

    /// Bounds; `None` when they are the wrong way round.
    #[must_use]
    pub fn between(earliest: Option<NaiveDate>, latest: NaiveDate) -> Option<Self> {
        (earliest.is_none_or(|earliest| earliest <= latest)).then_some(Self { earliest, latest })
    }

    /// The first day that it can be; `None` when that is open.
    #[must_use]
    pub const fn earliest(self) -> Option<NaiveDate> {
        self.earliest
    }

    /// The last day that it can be.
    #[must_use]
    pub const fn latest(self) -> NaiveDate {
        self.latest
    }

    /// The day, when it is known exactly.
    #[must_use]
    pub fn exact(self) -> Option<NaiveDate> {
        (self.earliest == Some(self.latest)).then_some(self.latest)
    }

    /// The days that both allow; `None` when there are none.
    #[must_use]
    pub fn intersection(self, other: Self) -> Option<Self> {
        Self::between(self.earliest.max(other.earliest), self.latest.min(other.latest))
    }

    /// The narrowest bounds around both.
    #[must_use]
    pub fn union(self, other: Self) -> Self {
        let earliest = match (self.earliest, other.earliest) {
            (Some(a), Some(b)) => Some(a.min(b)),
            _ => None,
        };
        Self { earliest, latest: self.latest.max(other.latest) }
    }

    /// Whether every day of this lies in the other.
    #[must_use]
    pub fn within(self, other: Self) -> bool {
        self.intersection(other) == Some(self)
    }

    /// Whether this can be on the day.
    #[must_use]
    pub fn can_be(self, day: NaiveDate) -> bool {
        self.earliest.is_none_or(|earliest| earliest <= day) && day <= self.latest
    }

    /// How many days the bounds span beyond one; open bounds span the most.
    #[must_use]
    pub fn width(self) -> i64 {
        self.earliest.map_or(i64::MAX, |earliest| (self.latest - earliest).num_days())
    }

    /// The bounds moved later by `from` to `to` days. The calendar's end stops them.
    #[must_use]
    pub fn later(self, from: u32, to: u32) -> Self {
        let earliest = self.earliest.map(|day| add_days(day, from));
        Self { earliest, latest: add_days(self.latest, to.max(from)) }
    }
}

/// The last day that four digits can write; a later one would sort before all others as text.
pub const LAST_DAY: NaiveDate = match NaiveDate::from_ymd_opt(9999, 12, 31) {
    Some(day) => day,
    None => NaiveDate::MAX,
};

/// The day so many days later, or the calendar's last.
#[must_use]
pub fn add_days(day: NaiveDate, days: u32) -> NaiveDate {
    day.checked_add_days(Days::new(u64::from(days))).map_or(LAST_DAY, |later| later.min(LAST_DAY))
}

/// Reading order: an open beginning first, then by earliest, then by latest.
impl Ord for UncertainDate {
    fn cmp(&self, other: &Self) -> Ordering {
        self.earliest.cmp(&other.earliest).then(self.latest.cmp(&other.latest))
    }
}

impl PartialOrd for UncertainDate {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for UncertainDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(earliest) = self.earliest else { return f.pad(&format!("[..{}]", self.latest)) };
        let text = if earliest == self.latest {
            earliest.to_string()
        } else if span(earliest.year(), earliest.month(), 1) == Some((earliest, self.latest)) {
            earliest.format("%Y-%m").to_string()
        } else if span(earliest.year(), 1, 12) == Some((earliest, self.latest)) {
            earliest.format("%Y").to_string()
        } else {
            format!("[{earliest}..{}]", self.latest)
        };
        f.pad(&text)
    }
}

/// The first and last day of some months.
fn span(year: i32, month: u32, months: u32) -> Option<(NaiveDate, NaiveDate)> {
    let first = NaiveDate::from_ymd_opt(year, month, 1)?;
    Some((first, first.checked_add_months(Months::new(months))?.pred_opt()?))
}

impl FromStr for UncertainDate {
    type Err = DateError;

    fn from_str(text: &str) -> Result<Self, DateError> {
        let shown = || text.chars().take(60).collect::<String>();
        let Some(inner) = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) else {
            let (earliest, latest) = simple(text)?;
            return Ok(Self { earliest: Some(earliest), latest });
        };
        let (from, to) = inner.split_once("..").ok_or_else(|| DateError::Form(shown()))?;
        let earliest = if from.is_empty() { None } else { Some(simple(from)?.0) };
        Self::between(earliest, simple(to)?.1).ok_or_else(|| DateError::Order(shown()))
    }
}

/// The first and last day of a day, month or year in four, two and two digits.
fn simple(text: &str) -> Result<(NaiveDate, NaiveDate), DateError> {
    let shown = || text.chars().take(60).collect::<String>();
    let form = || DateError::Form(shown());
    let parts: Vec<&str> = text.split('-').collect();
    let number = |part: &str, digits: usize| -> Result<u32, DateError> {
        if part.len() != digits || !part.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(form());
        }
        part.parse().map_err(|_| form())
    };
    let year = i32::try_from(number(parts.first().copied().unwrap_or_default(), 4)?).map_err(|_| form())?;
    let bounds = match parts.as_slice() {
        [_] => span(year, 1, 12),
        [_, month] => span(year, number(month, 2)?, 1),
        [_, month, day] => NaiveDate::from_ymd_opt(year, number(month, 2)?, number(day, 2)?).map(|day| (day, day)),
        _ => return Err(form()),
    };
    bounds.ok_or_else(|| DateError::Calendar(shown()))
}

impl serde::Serialize for UncertainDate {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for UncertainDate {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// An instant cut to whole microseconds, the resolution of the log.
#[must_use]
pub fn whole_micros(instant: DateTime<Utc>) -> DateTime<Utc> {
    DateTime::from_timestamp_micros(instant.timestamp_micros()).unwrap_or(instant)
}

/// RFC 3339 in UTC with six digits, the one spelling of an instant.
#[must_use]
pub fn instant_text(instant: DateTime<Utc>) -> String {
    instant.format("%Y-%m-%dT%H:%M:%S%.6fZ").to_string()
}

/// The instant in its one spelling; any other spelling, also of the same instant, is refused: what is hashed is what is read.
#[must_use]
pub fn instant_of(text: &str) -> Option<DateTime<Utc>> {
    // RFC 3339 knows no year beyond 9999. An early release recorded what its clock said, and such a log can be read.
    let beyond = || NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.6fZ").ok().map(|instant| instant.and_utc());
    let instant = DateTime::parse_from_rfc3339(text).ok().map(|instant| instant.to_utc()).or_else(beyond)?;
    (instant_text(instant) == text).then_some(instant)
}

/// The day that it is, at an instant, where on earth it is latest (UTC+14): what happened on it has happened, though UTC is a
/// day behind.
#[must_use]
pub fn latest_day(instant: DateTime<Utc>) -> NaiveDate {
    instant.checked_add_signed(TimeDelta::hours(14)).unwrap_or(instant).date_naive()
}

/// The instant from which something published on a day counts as told: 00:00 UTC (rule 15).
#[must_use]
pub fn told_from(published_on: NaiveDate) -> DateTime<Utc> {
    published_on.and_time(chrono::NaiveTime::MIN).and_utc()
}
