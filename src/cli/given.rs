//! Which day or instant does an argument mean?
//!
//! Invariant: a wrong one is refused by a sentence that says what to write.

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};

use crate::domain::time::UncertainDate;

/// A day of the calendar.
///
/// # Errors
/// What to write.
pub fn day(text: &str) -> Result<NaiveDate, String> {
    let day = text.parse::<UncertainDate>().ok().filter(|_| text.len() == 10).and_then(UncertainDate::exact);
    day.ok_or_else(|| "give a day of the calendar, such as 2017-06-30".to_owned())
}

/// An instant; of a day alone its end, UTC.
///
/// # Errors
/// What to write.
pub fn instant(text: &str) -> Result<DateTime<Utc>, String> {
    let end = NaiveTime::from_hms_micro_opt(23, 59, 59, 999_999).unwrap_or(NaiveTime::MIN);
    let whole_day = || day(text).ok().map(|day| day.and_time(end).and_utc());
    let instant = DateTime::parse_from_rfc3339(text).ok().map(|instant| instant.to_utc());
    instant.or_else(whole_day).ok_or_else(|| {
        "give an instant, such as 2017-06-30T12:00:00Z, or a day, such as 2017-06-30, for the end of it".to_owned()
    })
}
