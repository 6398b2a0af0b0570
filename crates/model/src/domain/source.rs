//! Where is it told, how far can that be trusted, and since when could anyone read it?
//!
//! Invariant: how several tellings of one milestone become one date is decided here and nowhere else (rule 15).

use std::cmp::Reverse;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::time::UncertainDate;
use super::words::{Evidence, Reliability, words};

/// A document that says that a milestone happened, or when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// What the document is called.
    pub title: String,
    /// Where it can be read; http or https. Left out of what is printed, written or said, which a citation or a publisher
    /// names then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Who published the source.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub publisher: Option<String>,
    /// How it is cited, such as "82 FR 61483".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub citation: Option<String>,
    /// Its number at the publisher, such as "2017-27780".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document_number: Option<String>,
    /// The day it was published; one without counts for nothing under `PUBLISHED`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub published_on: Option<NaiveDate>,
    /// The day it was read at `url`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accessed_on: Option<NaiveDate>,
    /// Where a copy is kept, for the day on which `url` no longer answers; http or https.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub archived_url: Option<String>,
    /// An official record, or a report.
    pub reliability: Reliability,
    /// What it says of the date itself; left out when that is the milestone's own date.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tells: Option<Telling>,
    /// What was received from `url`, when a program read it there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub capture: Option<Capture>,
}

/// What a program received from a source's address: who keeps those bytes can show that they are the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Capture {
    /// The SHA-256 of the bytes as received, in 64 small hexadecimal digits.
    pub sha256: String,
    /// The instant at which the program received the bytes.
    #[serde(with = "instant")]
    pub fetched_at: DateTime<Utc>,
}

/// An instant in its one spelling, so that an event has one form: RFC 3339 in UTC with six digits.
mod instant {
    use chrono::{DateTime, Utc};
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    use crate::domain::time::instant_text;

    pub fn serialize<S: Serializer>(instant: &DateTime<Utc>, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&instant_text(*instant))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<DateTime<Utc>, D::Error> {
        let text = String::deserialize(deserializer)?;
        let instant: DateTime<Utc> = text.parse().map_err(D::Error::custom)?;
        if instant_text(instant) == text {
            return Ok(instant);
        }
        Err(D::Error::custom("an instant is written in UTC with six digits, such as 2026-11-24T12:00:00.000000Z"))
    }
}

impl Source {
    /// Whether the first schema of events can say it: every source of that has an address, and nothing of the second's own.
    #[must_use]
    pub const fn is_of_the_first_schema(&self) -> bool {
        self.url.is_some() && self.accessed_on.is_none() && self.archived_url.is_none() && self.capture.is_none()
    }
}

/// A Federal Register document number in its one spelling, `2020-12342` or `E7-20450`, as people and copies write it: with
/// "FR Doc." before it, hyphens that do not break, spaces. Any other text is left as it is, since other publishers number
/// their documents too.
#[must_use]
pub fn document_number(text: &str) -> String {
    let hyphen =
        |char| matches!(char, '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{fe58}' | '\u{fe63}' | '\u{ff0d}' | '\u{ad}');
    let plain: String = text
        .chars()
        .filter(|char| !char.is_whitespace() && !matches!(char, '\u{200b}' | '\u{2060}' | '\u{feff}'))
        .map(|char| if hyphen(char) { '-' } else { char.to_ascii_uppercase() })
        .collect();
    let number = ["FRDOC.NO.", "FRDOC.NO", "FRDOC.", "FRDOCNO.", "FRDOC", "DOC.NO.", "DOCUMENTNUMBER", "NO."]
        .iter()
        .find_map(|before| plain.strip_prefix(before))
        .unwrap_or(&plain)
        .trim_start_matches(':');
    if is_document_number(number) { number.to_owned() } else { text.to_owned() }
}

/// Two parts of digits and a hyphen between them, the first with a letter before it at most, and a correction's mark such as
/// `C1-` before both.
fn is_document_number(text: &str) -> bool {
    let digits =
        |part: &str, most: usize| (1..=most).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
    let year = |part: &str| digits(part.strip_prefix(|char: char| char.is_ascii_uppercase()).unwrap_or(part), 4);
    match text.split('-').collect::<Vec<_>>().as_slice() {
        [first, last] => year(first) && digits(last, 6),
        [mark, first, last] => mark.starts_with(['C', 'R', 'X', 'Z']) && year(mark) && year(first) && digits(last, 6),
        _ => false,
    }
}

/// What one source says of a milestone's date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Telling {
    /// The date that the source gives.
    pub date: UncertainDate,
    /// How good that telling is.
    pub evidence: Evidence,
}

impl Telling {
    /// The same of a milestone with this evidence: no source makes a doubtful one decide, since evidence is a part of
    /// the milestone (rule 15).
    #[must_use]
    pub fn doubted(self, milestone: Evidence) -> Self {
        if milestone.decides() { self } else { Self { evidence: milestone, ..self } }
    }
}

/// A telling with what decides between it and others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Told {
    /// What the source says of the date.
    pub telling: Telling,
    /// By an official record or by a report.
    pub reliability: Reliability,
    /// The day on which the source was published.
    pub published_on: Option<NaiveDate>,
    /// When this log learnt it; later is preferred when all else is equal.
    pub order: u64,
}

words! {
    /// How one date was chosen where sources give different dates (rule 15 of `docs/rules.md`). When the dates do not
    /// overlap, this is the first of `PRIMARY`, `STATED`, `NARROWER`, `LATER_PUBLISHED` and `LATER_RECORDED` that left
    /// a single date, or else `UNION`.
    Preference as "preference" {
        /// No source is preferred to another: their dates overlap, and the date is what they have in common.
        Overlap = "overlap",
        /// The stated and inferred dates overlap. The other dates are approximate or suspect, and never count for the
        /// status.
        Deciding = "deciding",
        /// A primary source is preferred to a secondary one.
        Primary = "primary",
        /// A stated date is preferred to an inferred one.
        Stated = "stated",
        /// A narrower date is preferred to a wider one.
        Narrower = "narrower",
        /// A source that was published later is preferred to one that was published earlier.
        LaterPublished = "later_published",
        /// A source that was recorded later is preferred to one that was recorded earlier.
        LaterRecorded = "later_recorded",
        /// The preferred sources are equal in every respect and disagree, so the date covers the bounds of all of them.
        Union = "union",
    }
}

/// What several tellings amount to, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settled {
    /// The one date and evidence.
    pub telling: Telling,
    /// Which part of the rule made it.
    pub by: Preference,
    /// The tellings that it rests on, by their index, in order.
    pub rests_on: Vec<usize>,
}

impl Settled {
    /// Whether the tellings contradict each other: not all of them can be true.
    #[must_use]
    pub fn is_contradiction(&self) -> bool {
        self.by != Preference::Overlap
    }
}

/// The one date and evidence that several tellings amount to; `None` without any telling. See [`settle`].
#[must_use]
pub fn resolve(told: &[Told]) -> Option<Telling> {
    settle(told).map(|settled| settled.telling)
}

/// The one date that several tellings amount to, with the reason (rule 15); `None` without any telling.
///
/// Tellings that decide and overlap give their intersection. Otherwise the preferred one: primary before
/// secondary, stated before inferred, narrower, later published, later recorded; the union when the best
/// disagree. Approximate and suspect tellings speak only when nothing better does.
#[must_use]
pub fn settle(told: &[Told]) -> Option<Settled> {
    let all = || told.iter().enumerate();
    let mut pool: Vec<(usize, &Told)> = all().filter(|(_, one)| one.telling.evidence.decides()).collect();
    if pool.is_empty() {
        pool = all().collect();
    }
    if let Some(date) = overlap(pool.iter().map(|(_, one)| *one)) {
        // The evidence is the best among the sources that tell the date most narrowly.
        let narrowest = pool.iter().map(|(_, one)| one.telling.date.width()).min()?;
        let narrow = pool.iter().filter(|(_, one)| one.telling.date.width() == narrowest);
        let evidence = narrow.map(|(_, one)| one.telling.evidence).min()?;
        let by = if overlap(told.iter()).is_some() { Preference::Overlap } else { Preference::Deciding };
        let rests_on = pool.into_iter().map(|(index, _)| index).collect();
        return Some(Settled { telling: Telling { date, evidence }, by, rests_on });
    }
    // Every part narrows the tellings further, so that the evidence is that of the very best; the first that leaves one
    // date is the reason.
    let mut by = Preference::Union;
    best(&mut pool, &mut by, Preference::Primary, |one| one.reliability);
    best(&mut pool, &mut by, Preference::Stated, |one| one.telling.evidence);
    best(&mut pool, &mut by, Preference::Narrower, |one| one.telling.date.width());
    best(&mut pool, &mut by, Preference::LaterPublished, |one| Reverse(one.published_on));
    best(&mut pool, &mut by, Preference::LaterRecorded, |one| Reverse(one.order));
    let union = |a: Telling, b: Telling| Telling { date: a.date.union(b.date), evidence: a.evidence.max(b.evidence) };
    let telling = pool.iter().map(|(_, one)| one.telling).reduce(union)?;
    let rests_on = pool.into_iter().map(|(index, _)| index).collect();
    Some(Settled { telling, by, rests_on })
}

/// The days that all of them allow.
fn overlap<'a>(mut told: impl Iterator<Item = &'a Told>) -> Option<UncertainDate> {
    let first = told.next()?;
    told.try_fold(first.telling.date, |date, one| date.intersection(one.telling.date))
}

/// Leaves those that are first in an order, and notes the part of the rule when it is the first to leave one date.
fn best<K: Ord>(pool: &mut Vec<(usize, &Told)>, by: &mut Preference, part: Preference, order: impl Fn(&Told) -> K) {
    let first = pool.iter().map(|(_, one)| order(one)).min();
    pool.retain(|(_, one)| Some(order(one)) == first);
    let mut dates = pool.iter().map(|(_, one)| one.telling.date);
    let date = dates.next();
    if *by == Preference::Union && dates.all(|other| Some(other) == date) {
        *by = part;
    }
}
