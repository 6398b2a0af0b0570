//! How is a date said within a sentence?
//!
//! Invariant: a date that is not exact is never said as a day.

use chrono::{Datelike, NaiveDate};

use crate::domain::time::UncertainDate;

/// A day in words; there was no year 0, and the year before 1 is 1 BC.
pub fn day(day: NaiveDate) -> String {
    match day.year() {
        year @ 1.. => format!("{} {year}", day.format("%-d %B")),
        year => format!("{} {} BC", day.format("%-d %B"), 1 - i64::from(year)),
    }
}

/// How exactly a date is known.
enum Shape {
    Day(String),
    /// A whole month or year.
    Within(String),
    Between(String, String),
    UpTo(String),
}

fn shape(date: UncertainDate) -> Shape {
    let latest = day(date.latest());
    let Some(earliest) = date.earliest() else { return Shape::UpTo(latest) };
    match date.to_string().len() {
        4 => Shape::Within(earliest.format("%Y").to_string()),
        7 => Shape::Within(earliest.format("%B %Y").to_string()),
        _ if earliest == date.latest() => Shape::Day(latest),
        _ => Shape::Between(day(earliest), latest),
    }
}

/// A date after a verb: "on 10 April 2017", "in 1991", "between 1 May 2010 and 3 June 2011".
pub fn when(date: UncertainDate) -> String {
    match shape(date) {
        Shape::Day(day) => format!("on {day}"),
        Shape::Within(span) => format!("in {span}"),
        Shape::Between(from, to) => format!("between {from} and {to}"),
        Shape::UpTo(day) => format!("on or before {day}"),
    }
}

/// A date from which something holds: "since 10 April 2017", "since a day between 1 May 2010 and 3 June 2011".
pub fn since(date: UncertainDate) -> String {
    match shape(date) {
        Shape::Day(span) | Shape::Within(span) => format!("since {span}"),
        Shape::Between(from, to) => format!("since a day between {from} and {to}"),
        Shape::UpTo(day) => format!("since {day} or before"),
    }
}

/// A date after a noun: "of 10 April 2017", "of a day between 1 May 2010 and 3 June 2011".
pub fn of(date: UncertainDate) -> String {
    match shape(date) {
        Shape::Day(span) | Shape::Within(span) => format!("of {span}"),
        Shape::Between(from, to) => format!("of a day between {from} and {to}"),
        Shape::UpTo(day) => format!("of {day} or before"),
    }
}

/// A date as an end: "to October 2029".
pub fn to(date: UncertainDate) -> String {
    match shape(date) {
        Shape::Day(span) | Shape::Within(span) | Shape::UpTo(span) => format!("to {span}"),
        Shape::Between(from, to) => format!("to a day between {from} and {to}"),
    }
}

/// A date of which the day asked about may be a part: "on some day of 2011", "on 1 January 2018".
pub fn some_day(date: UncertainDate) -> String {
    match shape(date) {
        Shape::Within(span) => format!("on some day of {span}"),
        _ => when(date),
    }
}

/// A number that begins a sentence: a word where it is small.
pub fn counted(number: u32) -> String {
    let words = [
        "No",
        "One",
        "Two",
        "Three",
        "Four",
        "Five",
        "Six",
        "Seven",
        "Eight",
        "Nine",
        "Ten",
        "Eleven",
        "Twelve",
        "Thirteen",
        "Fourteen",
        "Fifteen",
        "Sixteen",
        "Seventeen",
        "Eighteen",
        "Nineteen",
        "Twenty",
    ];
    let word = usize::try_from(number).ok().and_then(|number| words.get(number));
    word.map_or_else(|| format!("A total of {}", thousands(number.into())), |word| (*word).to_owned())
}

/// A number of days, thousands with a comma.
pub fn days(number: i64) -> String {
    let unit = if number == 1 { "day" } else { "days" };
    format!("{} {unit}", thousands(number))
}

/// A number, thousands with a comma.
pub fn thousands(number: i64) -> String {
    match (number / 1_000, number % 1_000) {
        (0, rest) => rest.to_string(),
        (thousands, rest) => format!("{thousands},{rest:03}"),
    }
}
