//! How are days and numbers of days said on a page?
//!
//! Invariant: a date that is not exact is never said as a day.

use chrono::NaiveDate;

use crate::domain::time::UncertainDate;

/// A day in words: `30 June 2017`.
pub fn day(day: NaiveDate) -> String {
    day.format("%-d %B %Y").to_string()
}

/// A date in a sentence: `20 to 23 February 2024`, `May 2022`, `18 March 1992 or before`.
pub fn said(date: UncertainDate) -> String {
    let latest = date.latest();
    let Some(earliest) = date.earliest() else { return format!("{} or before", day(latest)) };
    match date.to_string().len() {
        4 => earliest.format("%Y").to_string(),
        7 => earliest.format("%B %Y").to_string(),
        _ if earliest == latest => day(latest),
        _ if earliest.format("%Y-%m").to_string() == latest.format("%Y-%m").to_string() => {
            format!("{} to {}", earliest.format("%-d"), day(latest))
        }
        _ if earliest.format("%Y").to_string() == latest.format("%Y").to_string() => {
            format!("{} to {}", earliest.format("%-d %B"), day(latest))
        }
        _ => format!("{} to {}", day(earliest), day(latest)),
    }
}

/// A date from which something holds: `since 4 June 2016`, `since a day between 1 May 2010 and 3 June 2011`.
pub fn since(date: UncertainDate) -> String {
    let text = said(date);
    match text.split_once(" to ") {
        Some((from, to)) => format!("since a day between {from} and {to}"),
        None => format!("since {text}"),
    }
}

/// A date where there is little room: `26 Mar 2024`, `20–23 Feb 2024`, `by 19 Jan 2010`.
pub fn short(date: UncertainDate) -> String {
    let brief = |day: NaiveDate| day.format("%-d %b %Y").to_string();
    let latest = date.latest();
    let Some(earliest) = date.earliest() else { return format!("by {}", brief(latest)) };
    match date.to_string().len() {
        4 => earliest.format("%Y").to_string(),
        7 => earliest.format("%b %Y").to_string(),
        _ if earliest == latest => brief(latest),
        _ if earliest.format("%Y-%m").to_string() == latest.format("%Y-%m").to_string() => {
            format!("{}–{}", earliest.format("%-d"), brief(latest))
        }
        _ => format!("{} – {}", brief(earliest), brief(latest)),
    }
}

/// A date in a table: as EDTF writes it where it is a day, a month or a year, and else in words.
pub fn in_a_table(date: UncertainDate) -> String {
    match (date.earliest(), date.to_string()) {
        (None, _) => format!("by {}", date.latest()),
        (Some(earliest), text) if text.starts_with('[') => format!("{earliest} to {}", date.latest()),
        (Some(_), text) => text,
    }
}

/// A number, thousands with a comma.
pub fn number(number: i64) -> String {
    match (number / 1_000, number % 1_000) {
        (0, rest) => rest.to_string(),
        (thousands, rest) => format!("{thousands},{:03}", rest.abs()),
    }
}

/// The fewest and the most days: `979`, `1,086 to 1,131`, `at least 12`.
pub fn range(least: i64, most: Option<i64>) -> String {
    match most {
        Some(most) if most == least => number(least),
        Some(most) => format!("{} to {}", number(least), number(most)),
        None => format!("at least {}", number(least)),
    }
}

/// The same with its unit.
pub fn days(least: i64, most: Option<i64>) -> String {
    let unit = if least == 1 && most == Some(1) { "day" } else { "days" };
    format!("{} {unit}", range(least, most))
}

/// A small number as a word, as it opens a sentence.
pub fn count(number: usize) -> String {
    const WORDS: [&str; 13] =
        ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"];
    WORDS.get(number).map_or_else(|| number.to_string(), |word| (*word).to_owned())
}

/// A text with its first letter large.
pub fn large(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{days, in_a_table, said, short, since};
    use crate::domain::time::{DateError, UncertainDate};

    #[test]
    fn a_date_is_said_as_exactly_as_it_is_known_and_no_more() -> Result<(), DateError> {
        for (edtf, in_words, in_short, table) in [
            ("2024-03-26", "26 March 2024", "26 Mar 2024", "2024-03-26"),
            ("2024-02", "February 2024", "Feb 2024", "2024-02"),
            ("1991", "1991", "1991", "1991"),
            ("[..1992-03-18]", "18 March 1992 or before", "by 18 Mar 1992", "by 1992-03-18"),
            ("[2024-02-20..2024-02-23]", "20 to 23 February 2024", "20–23 Feb 2024", "2024-02-20 to 2024-02-23"),
            (
                "[2014-03-15..2016-08-02]",
                "15 March 2014 to 2 August 2016",
                "15 Mar 2014 – 2 Aug 2016",
                "2014-03-15 to 2016-08-02",
            ),
        ] {
            let date: UncertainDate = edtf.parse()?;
            assert_eq!((&*said(date), &*short(date), &*in_a_table(date)), (in_words, in_short, table));
        }
        let between = "[2014-03-15..2016-08-02]".parse()?;
        assert_eq!(since(between), "since a day between 15 March 2014 and 2 August 2016");
        assert_eq!(days(1_086, Some(1_131)), "1,086 to 1,131 days");
        assert_eq!((days(1, Some(1)), days(0, None)), ("1 day".to_owned(), "at least 0 days".to_owned()));
        Ok(())
    }
}
