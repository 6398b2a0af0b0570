//! Does the oracle answer every case of the rules as the case says?
//!
//! Invariant: the cases are read from `tests/cases/rules.jsonl` as they are; none is left out.

use chrono::{DateTime, NaiveDate, Utc};
use depositary::config::instruments::Instruments;
use depositary::domain::ids::Position;
use depositary::domain::words::{Listing, Possible, Word};
use depositary::projections::history::History;
use depositary::projections::knowledge::{Basis, Knowledge};
use depositary::record::import::Line;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use testkit::facts::{actor, instruments, open};
use testkit::statuses::recorded;

use super::oracle::{Answer, answer, rules_of, told_of};

/// A minimal history, a day, and what the rules answer.
#[derive(Deserialize)]
pub struct Case {
    pub name: String,
    pub instrument: String,
    pub country: String,
    pub day: NaiveDate,
    pub basis: String,
    pub known_at: Option<DateTime<Utc>>,
    /// The facets that the case is about, with their values.
    expect: Map<String, Value>,
    why: String,
    pub lines: Vec<Value>,
}

/// The cases, in order.
pub fn cases() -> Vec<Case> {
    include_str!("../../../cases/rules.jsonl").lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

impl Case {
    pub fn knowledge(&self) -> Knowledge {
        let basis = Basis::parse(&self.basis).unwrap();
        Knowledge { position: Position(u64::MAX), basis, known_at: self.known_at }
    }

    /// Its lines as a log would hold them.
    pub fn history(&self, instruments: &Instruments) -> History {
        let lines = self.lines.iter().map(|line| Line::parse(&line.to_string()).unwrap());
        let records = lines.map(|(line, agreement)| line.record(agreement, actor()));
        let opened = open(&format!("{}/{}", self.instrument, self.country));
        let events = recorded(std::iter::once(opened).chain(records)).into_values().next().unwrap();
        History::of(&events, instruments.load(&self.instrument).unwrap())
    }

    /// What an answer says otherwise than the case; `None` where it is right.
    pub fn wrong(&self, answer: &Answer) -> Option<String> {
        self.differs(&told(answer))
    }

    /// What facets say otherwise than the case; `None` where they are right.
    pub fn differs(&self, found: &Value) -> Option<String> {
        let differs = |(facet, value): (&String, &Value)| {
            let told = &found[facet];
            (value != told).then(|| format!("{facet} is {told}, not {value}"))
        };
        let differs: Vec<String> = self.expect.iter().filter_map(differs).collect();
        let Self { name, country, instrument, day, why, .. } = self;
        let wrong = || format!("{name} ({instrument}/{country} on {day}): {}; {why}", differs.join("; "));
        (!differs.is_empty()).then(wrong)
    }
}

/// An answer as a case tells it.
fn told(answer: &Answer) -> Value {
    json!({
        "standing": spelt(answer.standings),
        "listing": spelt(answer.listings),
        "stage": spelt(answer.stages),
        "headline": spelt(answer.headlines),
        "round": answer.round,
        "factor": factor(answer.listings),
    })
}

fn spelt<W: Word>(possible: Possible<W>) -> Vec<&'static str> {
    let mut words: Vec<&str> = possible.iter().map(Word::as_str).collect();
    words.sort_unstable();
    words
}

/// Rule 14: what every possible listing gives.
fn factor(listings: Possible<Listing>) -> Option<u8> {
    let mut factors = listings.iter().map(|listing| if listing == Listing::Blanket { 0 } else { 50 });
    let first = factors.next()?;
    factors.all(|factor| factor == first).then_some(first)
}

#[test]
fn the_oracle_answers_every_case_of_the_rules() {
    let instruments = instruments();
    let answer_to = |case: &Case| {
        let told = told_of(&case.history(&instruments).told(&case.knowledge()));
        answer(&told, rules_of(instruments.load(&case.instrument).unwrap()), case.day)
    };
    let wrong: Vec<String> = cases().iter().filter_map(|case| case.wrong(&answer_to(case))).collect();
    assert!(wrong.is_empty(), "{} cases:\n{}", wrong.len(), wrong.join("\n"));
}
