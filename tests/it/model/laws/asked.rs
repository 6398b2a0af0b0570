//! Does a client that asks by GraphQL get every case of the rules as the case says?
//!
//! Invariant: each history of the cases is recorded once, for a country of its own, so that one server answers all of them.

use std::collections::BTreeMap;

use depositary::domain::country::Country;
use depositary::record::import::commands;
use serde_json::{Value, json};
use testkit::databases::for_each_database;
use testkit::facts::actor;
use testkit::serving::Served;

use super::cases::{Case, cases};

const QUESTION: &str = "query($code: CountryCode!, $instrument: String!, $day: Date!, $basis: KnowledgeBasis!, $knownAt: DateTime) {
    country(code: $code) { status(instrument: $instrument, asOf: $day, basis: $basis, knownAt: $knownAt) {
        possibleStandings possibleListings possibleStages possibleHeadlines round evaluationFactorPercent beyondCap } } }";

#[tokio::test]
async fn a_client_gets_every_case_of_the_rules_right() {
    for_each_database(async |store| {
        let server = Served::empty(store, false).await;
        let mut countries: BTreeMap<String, Country> = BTreeMap::new();
        // The United States cannot have an agreement with itself.
        let mut free = Country::all().into_iter().filter(|country| country.code() != "US");
        let mut wrong: Vec<String> = Vec::new();
        for case in cases() {
            let text = text(&case);
            if !countries.contains_key(&text) {
                let country = free.next().expect("more histories than countries");
                let moved = moved(&text, &case, country);
                server.behind.tracker.execute(commands(&moved, &actor()).unwrap()).await.unwrap();
                countries.insert(text.clone(), country);
            }
            wrong.extend(case.differs(&answer(&server, &case, countries[&text]).await));
        }
        assert!(wrong.is_empty(), "{} cases:\n{}", wrong.len(), wrong.join("\n"));
    })
    .await;
}

/// The lines of a case as a file has them.
fn text(case: &Case) -> String {
    case.lines.iter().map(Value::to_string).collect::<Vec<_>>().join("\n")
}

/// The same lines about another country.
fn moved(text: &str, case: &Case, country: Country) -> String {
    let Case { instrument, country: of, .. } = case;
    text.replace(&format!("{instrument}/{of}"), &format!("{instrument}/{}", country.code()))
}

/// What the server answers, spelt as a case spells it.
async fn answer(server: &Served, case: &Case, country: Country) -> Value {
    let asked = json!({
        "code": country.code(), "instrument": case.instrument, "day": case.day, "basis": case.basis, "knownAt": case.known_at,
    });
    let status = server.ask_with(QUESTION, asked).await["country"]["status"].take();
    assert_eq!(status["beyondCap"], false, "{}", case.name);
    let words = |field: &str| {
        let mut words: Vec<String> =
            status[field].as_array().unwrap().iter().map(|word| word.as_str().unwrap().to_lowercase()).collect();
        words.sort_unstable();
        words
    };
    json!({
        "standing": words("possibleStandings"),
        "listing": words("possibleListings"),
        "stage": words("possibleStages"),
        "headline": words("possibleHeadlines"),
        "round": status["round"],
        "factor": status["evaluationFactorPercent"],
    })
}
