//! What does a request ask?
//!
//! Invariant: a value that was read is valid, and a parameter that nobody has read is refused by name.

use axum::extract::{FromRequestParts, RawPathParams};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, header};
use chrono::{DateTime, Datelike, NaiveDate, Utc};
use url::form_urlencoded;

use super::answer::Format;
use super::error::{RestError, shown};
use super::negotiation;
use crate::access::{Caller, Role};
use crate::answers::view::Term;
use crate::answers::{Answers, Ask, Page};
use crate::domain::alert::rule::RuleName;
use crate::domain::country::Country;
use crate::domain::figure::parts::MeasureName;
use crate::domain::ids::Position;
use crate::domain::time::UncertainDate;
use crate::domain::words::Word;

/// A request: the last part of its path, its parameters, and the forms that it accepts.
pub struct Question {
    place: String,
    parameters: Vec<(String, String)>,
    accept: String,
    /// Who asks, as the gate knows them.
    caller: Caller,
    /// The names of the parameters that were read.
    known: Vec<&'static str>,
}

/// The header that says as of which position a question is to be answered at the earliest, as GraphQL has it.
static MIN_POSITION: HeaderName = HeaderName::from_static("depositary-min-position");

/// The position in the header of a request.
fn by_header(headers: &HeaderMap) -> Result<Option<Position>, RestError> {
    const NAME: &str = "Depositary-Min-Position";
    let mut given = headers.get_all(&MIN_POSITION).iter().map(|value| value.to_str().unwrap_or_default());
    match (given.next(), given.next()) {
        (None, _) => Ok(None),
        (Some(text), None) => position(text).map(Some).ok_or_else(|| not_a_position(NAME, text)),
        _ => Err(RestError::Repeated(NAME)),
    }
}

/// Waits for the position that a header asks for, where an address takes no parameter for it.
///
/// # Errors
/// When it is no position, or was not reached in time.
pub async fn reach(answers: &Answers, headers: &HeaderMap) -> Result<(), RestError> {
    match by_header(headers)? {
        Some(asked) => Ok(answers.reach(asked).await?),
        None => Ok(()),
    }
}

/// Waits for the position that the request asks for, so that a client that has recorded something reads it, on any server.
impl FromRequestParts<Answers> for Question {
    type Rejection = RestError;

    async fn from_request_parts(parts: &mut Parts, state: &Answers) -> Result<Self, RestError> {
        // A path that is not even text names nothing.
        let path = RawPathParams::from_request_parts(parts, state).await.map_err(|_| RestError::NoSuchPath)?;
        let place = path.iter().next().map(|(_, place)| place.to_owned()).unwrap_or_default();
        let query = parts.uri.query().unwrap_or_default();
        let parameters = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        let accept = parts.headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok());
        let accept = accept.collect::<Vec<_>>().join(",");
        let caller = parts.extensions.get().cloned().unwrap_or(Caller::Anyone);
        let mut question = Self { place, parameters, accept, caller, known: Vec::new() };
        let asked = question.position(AT_LEAST)?.max(by_header(&parts.headers)?);
        if let Some(asked) = asked {
            state.reach(asked).await?;
        }
        Ok(question)
    }
}

impl Question {
    /// Checks that the client holds a token of a role, also where anyone may read.
    ///
    /// # Errors
    /// [`RestError::Access`].
    pub fn holding(&self, needed: Role) -> Result<(), RestError> {
        self.caller.holding(needed)?;
        Ok(())
    }

    /// The last part of the path as it was given.
    pub fn place(&self) -> &str {
        &self.place
    }

    /// The country in the path.
    pub fn country(&self) -> Result<Country, RestError> {
        Ok(Country::asked(&self.place)?)
    }

    /// The country in the path, before an ending.
    pub fn country_before(&self, ending: &str) -> Result<Country, RestError> {
        let code = self.place.strip_suffix(ending).ok_or(RestError::NoSuchPath)?;
        Ok(Country::asked(code)?)
    }

    fn values(&mut self, name: &'static str) -> Vec<String> {
        self.known.push(name);
        self.parameters.iter().filter(|(given, _)| given == name).map(|(_, value)| value.clone()).collect()
    }

    fn read<T>(
        &mut self,
        name: &'static str,
        rule: &str,
        read: impl Fn(&str) -> Option<T>,
    ) -> Result<Option<T>, RestError> {
        match self.values(name).as_slice() {
            [] => Ok(None),
            [value] => read(value).map(Some).ok_or_else(|| RestError::value(name, value, rule)),
            _ => Err(RestError::Repeated(name)),
        }
    }

    /// The words of a vocabulary, as often as the parameter is given.
    pub fn words<W: Word>(&mut self, name: &'static str) -> Result<Vec<W>, RestError> {
        let read = |text: &String| W::parse(text).map_err(|_| RestError::value(name, text, one_of(&vocabulary::<W>())));
        self.values(name).iter().map(read).collect()
    }

    /// One word of a vocabulary.
    pub fn word<W: Word>(&mut self, name: &'static str) -> Result<Option<W>, RestError> {
        self.read(name, &one_of(&vocabulary::<W>()), |text| W::parse(text).ok())
    }

    /// One of a few choices.
    pub fn choice<T: Copy>(&mut self, name: &'static str, choices: &[(&str, T)]) -> Result<Option<T>, RestError> {
        let all = choices.iter().map(|(spelling, _)| *spelling).collect::<Vec<_>>().join(", ");
        let find = |text: &str| choices.iter().find(|(spelling, _)| spelling.eq_ignore_ascii_case(text));
        self.read(name, &one_of(&all), |text| find(text).map(|(_, choice)| *choice))
    }

    /// The countries, each once however often it is given.
    pub fn countries(&mut self, name: &'static str) -> Result<Vec<Country>, RestError> {
        let rule = "an ISO 3166-1 alpha-2 code such as LV";
        let read = |text: &String| Country::asked(text).map_err(|_| RestError::value(name, text, rule));
        let mut countries: Vec<Country> = self.values(name).iter().map(read).collect::<Result<_, _>>()?;
        countries.sort_unstable();
        countries.dedup();
        Ok(countries)
    }

    /// The instrument's code; `rdp` when it is left out.
    pub fn instrument(&mut self) -> Result<String, RestError> {
        Ok(self.some_instrument()?.unwrap_or_else(|| "rdp".to_owned()))
    }

    /// The instrument's code; every instrument when it is left out.
    pub fn some_instrument(&mut self) -> Result<Option<String>, RestError> {
        self.read("instrument", "an instrument's code such as rdp", |text| Some(text.to_owned()))
    }

    /// The names of rules, as often as the parameter is given.
    pub fn rules(&mut self, name: &'static str) -> Result<Vec<String>, RestError> {
        let rule = "the name of an alert rule: lower case letters, digits and dashes";
        let read = |text: &String| RuleName::parse(text).map_err(|_| RestError::value(name, text, rule));
        self.values(name).iter().map(|text| Ok(read(text)?.into())).collect()
    }

    /// The names of measures, as often as the parameter is given.
    pub fn measures(&mut self, name: &'static str) -> Result<Vec<MeasureName>, RestError> {
        let rule = "the name of a measure: 2 to 60 lower case letters, digits or underscores, starting with a letter";
        let read = |text: &String| text.parse().map_err(|_| RestError::value(name, text, rule));
        self.values(name).iter().map(read).collect()
    }

    /// By whose knowledge it asks.
    pub fn ask(&mut self) -> Result<Ask, RestError> {
        self.knowledge(["knownAt", "basis", "atPosition"])
    }

    /// The day and the knowledge that the question names.
    pub fn ask_about_a_day(&mut self) -> Result<Ask, RestError> {
        self.day_and_knowledge(["asOf", "knownAt", "basis", "atPosition"])
    }

    /// The two sides that the question compares, each a day and a knowledge.
    pub fn ask_about_two_days(&mut self) -> Result<[Ask; 2], RestError> {
        let from = self.day_and_knowledge(["fromAsOf", "fromKnownAt", "fromBasis", "fromAtPosition"])?;
        Ok([from, self.day_and_knowledge(["toAsOf", "toKnownAt", "toBasis", "toAtPosition"])?])
    }

    fn knowledge(&mut self, [known_at, basis, at_position]: [&'static str; 3]) -> Result<Ask, RestError> {
        let rule = "an instant such as 2018-03-13T00:00:00Z, its + written as %2B";
        let known_at = self.read(known_at, rule, instant)?;
        let basis = self.word(basis)?.unwrap_or_default();
        Ok(Ask { as_of: None, known_at, basis, at_position: self.position(at_position)? })
    }

    fn day_and_knowledge(&mut self, [as_of, rest @ ..]: [&'static str; 4]) -> Result<Ask, RestError> {
        let as_of = self.day(as_of)?;
        Ok(Ask { as_of, ..self.knowledge(rest)? })
    }

    /// A day of the calendar; nothing less precise.
    pub fn day(&mut self, name: &'static str) -> Result<Option<NaiveDate>, RestError> {
        let day =
            |text: &str| text.parse::<UncertainDate>().ok().filter(|_| text.len() == 10).and_then(UncertainDate::exact);
        self.read(name, "a day of the calendar such as 2017-06-30", day)
    }

    /// A position of the log.
    pub fn position(&mut self, name: &'static str) -> Result<Option<Position>, RestError> {
        self.read(name, POSITION, position)
    }

    /// The part of a list, by the key of the entry before it.
    pub fn page<K>(&mut self, rule: &str, key: impl Fn(&str) -> Option<K>) -> Result<Page<K>, RestError> {
        let size = |text: &str| whole(text).and_then(|size| i64::try_from(size).ok());
        let first = self.read("first", "a whole number from 1 to 100", size)?;
        let after = self.read("after", rule, key)?;
        Ok(Page::of(first, None, after, None)?)
    }

    /// The same question about the entries after one, as a link.
    pub fn after(&self, key: &str) -> String {
        let others = self.parameters.iter().filter(|(name, _)| name != "after");
        let mut link = form_urlencoded::Serializer::for_suffix("?".to_owned(), 1);
        link.extend_pairs(others).append_pair("after", key).finish()
    }

    /// The form of the answer, by `format` or by `Accept`, once everything else was read.
    pub fn format(&mut self) -> Result<Format, RestError> {
        let forms = [("json", Format::Json), ("csv", Format::Csv), ("excel", Format::Excel)];
        let chosen = self.choice("format", &forms)?;
        self.refuse_others()?;
        let offered = [("application/json", Format::Json), ("text/csv", Format::Csv)];
        chosen.map_or_else(|| self.accepted(&offered), Ok)
    }

    /// What the client accepts of what is offered.
    pub fn accepted<T: Copy>(&self, offered: &[(&'static str, T)]) -> Result<T, RestError> {
        let all = || offered.iter().map(|(media, _)| *media).collect::<Vec<_>>().join(" or ");
        negotiation::best(&self.accept, offered).ok_or_else(|| RestError::NotAcceptable(all()))
    }

    /// Refuses parameters that nobody has read.
    pub fn refuse_others(&self) -> Result<(), RestError> {
        // Every path has the position to wait for, so it is named last.
        let all = || self.known.iter().filter(|name| **name != AT_LEAST).chain([&AT_LEAST]).copied();
        let unknown = self.parameters.iter().find(|(name, _)| all().all(|known| known != name));
        let known = || all().collect::<Vec<_>>().join(", ");
        unknown.map_or(Ok(()), |(name, _)| Err(RestError::UnknownParameter { name: shown(name), known: known() }))
    }
}

/// The words of a vocabulary as they are spelt outside, for a message.
fn vocabulary<W: Word>() -> String {
    W::ALL.iter().map(|word| Term(*word).to_string()).collect::<Vec<_>>().join(", ")
}

fn one_of(all: &str) -> String {
    format!("one of {all}")
}

/// The parameter that says the same as the header.
const AT_LEAST: &str = "minPosition";

/// What a position looks like.
const POSITION: &str = "a position of the log, a whole number from 0";

fn not_a_position(name: &'static str, text: &str) -> RestError {
    RestError::value(name, text, POSITION)
}

/// A position; beyond 2^53 a JSON number is not exact.
fn position(text: &str) -> Option<Position> {
    whole(text).filter(|position| *position <= 1 << 53).map(Position)
}

/// A number of digits alone.
pub fn whole(text: &str) -> Option<u64> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok()).flatten()
}

/// An instant whose year has four digits in UTC too, so that it can be given back.
fn instant(text: &str) -> Option<DateTime<Utc>> {
    let instant = DateTime::parse_from_rfc3339(text).ok()?.to_utc();
    (0..=9_999).contains(&instant.year()).then_some(instant)
}
