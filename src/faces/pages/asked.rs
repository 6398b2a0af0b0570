//! What does the address of a page ask?
//!
//! Invariant: the address is the whole state of a page; a value that was read is valid, one that is empty counts as left
//! out, as a form sends it, and a parameter that nobody has read is refused by name.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use chrono::{DateTime, Datelike, NaiveDate, NaiveTime, Utc};
use url::form_urlencoded;

use super::Pages;
use super::error::PageError;
use crate::answers::Ask;
use crate::answers::view::Term;
use crate::domain::country::Country;
use crate::domain::ids::{AgreementId, Position};
use crate::domain::words::Word;
use crate::projections::knowledge::Basis;

/// A request for a page.
pub struct Asked {
    /// The parts of its path, decoded.
    pub segments: Vec<String>,
    parameters: Vec<(String, String)>,
    known: Vec<&'static str>,
}

impl FromRequestParts<Pages> for Asked {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, _: &Pages) -> Result<Self, PageError> {
        let path = parts.uri.path();
        let decoded = |part: &str| {
            form_urlencoded::parse(part.replace('+', "%2B").as_bytes()).next().map(|(name, _)| name.into_owned())
        };
        let segments = path.trim_start_matches('/').split('/').map(|part| decoded(part).unwrap_or_default());
        let parameters = form_urlencoded::parse(parts.uri.query().unwrap_or_default().as_bytes());
        let parameters = parameters.into_owned().filter(|(_, value)| !value.is_empty());
        Ok(Self { segments: segments.collect(), parameters: parameters.collect(), known: Vec::new() })
    }
}

impl Asked {
    /// A part of the path.
    pub fn segment(&self, place: usize) -> &str {
        self.segments.get(place).map_or("", String::as_str)
    }

    /// The one value of a parameter.
    pub fn value(&mut self, name: &'static str) -> Result<Option<&str>, PageError> {
        self.known.push(name);
        let mut values = self.parameters.iter().filter(|(given, _)| given == name).map(|(_, value)| value.as_str());
        match (values.next(), values.next()) {
            (value, None) => Ok(value),
            _ => Err(PageError::Repeated(name)),
        }
    }

    fn read<T>(
        &mut self,
        name: &'static str,
        rule: &'static str,
        read: impl Fn(&str) -> Option<T>,
    ) -> Result<Option<T>, PageError> {
        let Some(value) = self.value(name)? else { return Ok(None) };
        read(value).map(Some).ok_or_else(|| PageError::value(name, value, rule))
    }

    /// Takes a parameter that is a day.
    pub fn day(&mut self, name: &'static str) -> Result<Option<NaiveDate>, PageError> {
        let Some(value) = self.value(name)? else { return Ok(None) };
        match day(value) {
            Some(day) => Ok(Some(day)),
            None if shaped(value) => Err(PageError::NoSuchDay { name, given: value.to_owned() }),
            None => Err(PageError::value(name, value, "a day, such as 2017-06-30")),
        }
    }

    /// One of a few choices; the first when it is left out.
    pub fn choice<T: Copy>(
        &mut self,
        name: &'static str,
        rule: &'static str,
        choices: &[(&str, T)],
    ) -> Result<Option<T>, PageError> {
        let find = |text: &str| choices.iter().find(|(spelling, _)| spelling.eq_ignore_ascii_case(text));
        self.read(name, rule, |text| find(text).map(|(_, choice)| *choice))
    }

    /// A word of a vocabulary.
    pub fn word<W: Word>(&mut self, name: &'static str) -> Result<Option<W>, PageError> {
        self.read(name, "one of the words that the form offers", |text| W::parse(text).ok())
    }

    /// A position of the log.
    pub fn position(&mut self, name: &'static str) -> Result<Option<Position>, PageError> {
        let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok()).flatten();
        let position = |text: &str| digits(text).filter(|position: &u64| *position <= 1 << 53).map(Position);
        self.read(name, "the number of an entry of the log", position)
    }

    /// A small whole number from 1.
    pub fn number(&mut self, name: &'static str) -> Result<Option<usize>, PageError> {
        self.read(name, "a whole number from 1", |text| {
            text.parse().ok().filter(|number| (1..=10_000).contains(number))
        })
    }

    /// On which day and by whose knowledge it asks.
    pub fn ask(&mut self) -> Result<Ask, PageError> {
        let as_of = self.day("asOf")?;
        let basis = self.word("basis")?.unwrap_or_default();
        Ok(Ask { as_of, basis, known_at: self.known_at()?, at_position: self.position("atPosition")? })
    }

    /// By when something was known: an instant, or a day and so its end.
    fn known_at(&mut self) -> Result<Option<DateTime<Utc>>, PageError> {
        let instant = |text: &str| DateTime::parse_from_rfc3339(text).ok().map(|instant| instant.to_utc());
        if let Some(value) = self.value("knownAt")?
            && let Some(instant) = instant(value).filter(|instant| (0..=9_999).contains(&instant.year()))
        {
            return Ok(Some(instant));
        }
        Ok(self.day("knownAt")?.map(end_of))
    }

    /// Refuses what nobody has read.
    pub fn done(&self) -> Result<(), PageError> {
        let unknown = self.parameters.iter().find(|(name, _)| !self.known.contains(&name.as_str()));
        let known = || self.known.join(", ");
        unknown.map_or(Ok(()), |(name, _)| Err(PageError::Unknown { name: name.clone(), known: known() }))
    }

    /// The parameters as they were given, for another address.
    pub fn rest(&self) -> impl Iterator<Item = (&str, String)> {
        self.parameters.iter().map(|(name, value)| (name.as_str(), value.clone()))
    }

    /// The instrument that the path begins with.
    pub fn instrument(&self) -> &str {
        self.segment(0)
    }

    /// The agreement that the path names.
    pub fn agreement(&self, pages: &Pages) -> Result<AgreementId, PageError> {
        let (instrument, given) = (self.instrument(), self.segment(1));
        let country = Country::asked(given)
            .map_err(|_| PageError::Country { instrument: instrument.to_owned(), given: given.to_owned() })?;
        Ok(pages.answers.agreement_id(instrument, country)?)
    }
}

/// A day of the calendar in its one spelling.
pub fn day(text: &str) -> Option<NaiveDate> {
    shaped(text).then(|| NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()).flatten()
}

/// Whether a text is written as a day is, whether there is such a day or not.
fn shaped(text: &str) -> bool {
    text.len() == 10
        && text
            .bytes()
            .enumerate()
            .all(|(at, byte)| if matches!(at, 4 | 7) { byte == b'-' } else { byte.is_ascii_digit() })
}

/// The last instant of a day, as precisely as the log dates events.
fn end_of(day: NaiveDate) -> DateTime<Utc> {
    let last = NaiveTime::from_hms_micro_opt(23, 59, 59, 999_999).unwrap_or(NaiveTime::MIN);
    day.and_time(last).and_utc()
}

/// The day of an instant that is the end of one.
pub fn day_of(instant: DateTime<Utc>) -> Option<NaiveDate> {
    let day = instant.date_naive();
    (end_of(day) == instant).then_some(day)
}

/// The parameters of a question, as a page spells them, or as a plain URL does.
pub fn query(ask: &Ask, plain: bool) -> Vec<(&'static str, String)> {
    let mut pairs = Vec::new();
    pairs.extend(ask.as_of.map(|day| ("asOf", day.to_string())));
    if ask.basis == Basis::Published {
        pairs.push(("basis", if plain { Term(ask.basis).to_string() } else { ask.basis.to_string() }));
    }
    let known_at = |instant: DateTime<Utc>| match day_of(instant).filter(|_| !plain) {
        Some(day) => day.to_string(),
        None => crate::domain::time::instant_text(instant),
    };
    pairs.extend(ask.known_at.map(|instant| ("knownAt", known_at(instant))));
    pairs.extend(ask.at_position.map(|position| ("atPosition", position.to_string())));
    pairs
}

/// A text as a part of a path.
pub fn encoded(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>().replace('+', "%20")
}

/// A path with parameters.
pub fn address<'a>(path: &str, pairs: impl IntoIterator<Item = (&'a str, String)>) -> String {
    let mut pairs = pairs.into_iter().peekable();
    if pairs.peek().is_none() {
        return path.to_owned();
    }
    let mut link = form_urlencoded::Serializer::for_suffix(format!("{path}?"), path.len() + 1);
    link.extend_pairs(pairs);
    link.finish()
}
