//! Which days does a text name?
//!
//! Invariant: a day counts only where day, month and year all stand; what is not in the calendar is no day.

use std::ops::Range;

use chrono::NaiveDate;

use super::tokens::Token;

const MONTHS: &[&str] = &[
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// Every day in a stretch of tokens, with the tokens that name it.
#[must_use]
pub fn days(tokens: &[Token]) -> Vec<(NaiveDate, Range<usize>)> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        match day_at(tokens, at) {
            Some((day, end)) => {
                found.push((day, at..end));
                at = end;
            }
            None => at += 1,
        }
    }
    found
}

/// The different days of a stretch of tokens, in order.
#[must_use]
pub fn different_days(tokens: &[Token]) -> Vec<NaiveDate> {
    let mut all: Vec<NaiveDate> = days(tokens).into_iter().map(|(day, _)| day).collect();
    all.sort_unstable();
    all.dedup();
    all
}

/// The day that is written just here: `March 1, 2099`, `Mar. 1st 2099`, `1 March 2099`, `2099-03-01`, `3/1/2099`.
fn day_at(tokens: &[Token], at: usize) -> Option<(NaiveDate, usize)> {
    let [first, second, third] = parts(tokens, at)?;
    let (one, two, three) = (first.0, second.0, third.0);
    let after = third.1;
    let in_words = || match month(one) {
        Some(month) => Some((number(three)?, month, ordinal(two)?)),
        None => Some((number(three)?, month(two)?, ordinal(one)?)),
    };
    let between =
        |mark: &str| tokens.get(at + 1)?.is(mark).then(|| tokens.get(at + 3)?.is(mark).then_some(())).flatten();
    let in_digits = || match one.len() {
        4 => between("-").and(Some((number(one)?, number(two)?, number(three)?))),
        _ => between("/").and(Some((number(three)?, number(one)?, number(two)?))),
    };
    let (year, month, day) = in_words().or_else(in_digits)?;
    let year = i32::try_from(year).ok().filter(|year| (1900..=9999).contains(year))?;
    Some((NaiveDate::from_ymd_opt(year, month, day)?, after))
}

/// Three words with the places after them; a comma, a full stop, a dash or a slash may part them.
fn parts(tokens: &[Token], at: usize) -> Option<[(&str, usize); 3]> {
    let word = |mut at: usize, begin: bool| {
        if !begin && tokens.get(at)?.any(&[",", ".", "-", "/"]) {
            at += 1;
        }
        tokens.get(at).filter(|token| !token.mark).map(|token| (token.text.as_str(), at + 1))
    };
    let first = word(at, true)?;
    let second = word(first.1, false)?;
    let third = word(second.1, false)?;
    Some([first, second, third])
}

/// A month by its name, by a beginning of it or by a slip of it.
fn month(word: &str) -> Option<u32> {
    let short = |name: &str| {
        word.len() >= 3 && name.starts_with(word.strip_suffix('t').filter(|_| word == "sept").unwrap_or(word))
    };
    let slip = |name: &str| word.len() >= 5 && name.get(..1) == word.get(..1) && strsim::levenshtein(word, name) <= 2;
    let place = |fits: &dyn Fn(&str) -> bool| MONTHS.iter().position(|name| fits(name));
    let found = place(&|name| name == word).or_else(|| place(&short)).or_else(|| place(&slip))?;
    u32::try_from(found + 1).ok()
}

fn number(word: &str) -> Option<u32> {
    word.bytes().all(|byte| byte.is_ascii_digit()).then(|| word.parse().ok()).flatten()
}

/// A day of a month: `1`, `01`, `1st`.
fn ordinal(word: &str) -> Option<u32> {
    let digits = ["st", "nd", "rd", "th"].iter().find_map(|end| word.strip_suffix(end)).unwrap_or(word);
    number(digits).filter(|day| (1..=31).contains(day))
}
