//! Are the cases of the rules answered right? One a line in `tests/cases/rules.jsonl`, each with the day and what is right.

use std::collections::BTreeMap;

use depositary::domain::ids::{AgreementId, Position};
use depositary::domain::words::{Possible, Word};
use depositary::import::commands;
use depositary::projections::history::History;
use depositary::projections::knowledge::{Basis, Knowledge};
use depositary::projections::status::{Status, status_at};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::facts::{actor, instruments};
use crate::statuses::{day, recorded};

/// Which status is asked for, and which is right.
#[derive(Debug, Deserialize)]
pub struct Case {
    pub name: String,
    pub instrument: String,
    pub country: String,
    pub day: String,
    pub basis: String,
    pub known_at: Option<String>,
    pub expect: BTreeMap<String, Value>,
    pub lines: Vec<Value>,
}

pub fn cases() -> Vec<Case> {
    let text = include_str!("../../cases/rules.jsonl");
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

impl Case {
    pub fn agreement(&self) -> AgreementId {
        format!("{}/{}", self.instrument, self.country).parse().unwrap()
    }

    /// The case's facts, a line each.
    pub fn text(&self) -> String {
        self.lines.iter().map(|line| format!("{line}\n")).collect()
    }
}

fn words<W: Word>(possible: Possible<W>) -> Value {
    let mut words: Vec<&str> = possible.iter().map(Word::as_str).collect();
    words.sort_unstable();
    json!(words)
}

#[test]
fn every_case_of_the_rules_is_answered_right() {
    let instruments = instruments();
    let mut wrong = Vec::new();
    for case in cases() {
        let instrument = instruments.load(&case.instrument).unwrap();
        let streams = recorded(commands(&case.text(), &actor()).unwrap());
        let history = History::of(&streams[&case.agreement()], instrument);
        let basis: Basis = case.basis.parse().unwrap();
        let known_at = case.known_at.as_deref().map(|at| at.parse().unwrap());
        let knowledge = Knowledge { position: Position(u64::MAX), basis, known_at };
        let status: Status = status_at(&history.worlds(&knowledge, instrument), instrument, day(&case.day));
        assert!(!status.beyond_cap, "{}", case.name);
        for (facet, right) in &case.expect {
            let found = match facet.as_str() {
                "standing" => words(status.standings),
                "stage" => words(status.stages),
                "listing" => words(status.listings),
                "headline" => words(status.headlines),
                "round" => json!(status.round),
                "factor" => json!(status.evaluation_factor_percent(instrument)),
                other => panic!("{}: no facet {other}", case.name),
            };
            if found != *right {
                wrong.push(format!("{} on {}: {facet} is {found}, not {right}", case.name, case.day));
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}
