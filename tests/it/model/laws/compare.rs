//! Does the core answer as the oracle does?
//!
//! Invariant: [`core_on`] is the one place where the core is asked; the oracle shares no code with it.

use chrono::NaiveDate;
use depositary::domain::instrument::Instrument;
use depositary::domain::time::told_from;
use depositary::projections::history::History;
use depositary::projections::knowledge::{Basis, Knowledge};
use depositary::projections::status::{Facets, status_at};
use proptest::prelude::*;
use testkit::facts::instruments;
use testkit::histories::{bases, knowledge};
use testkit::statuses::bundled;

use super::cases::cases;
use super::made::{Made, made};
use super::oracle::{Answer, Answers, rules_of, told_of};

/// What the core answers on a day.
fn core_on(history: &History, instrument: &Instrument, knowledge: &Knowledge, day: NaiveDate) -> Answer {
    let status = status_at(&history.worlds(knowledge, instrument), instrument, day);
    let Facets { headlines, stages, standings, listings, round, .. } = status.facets();
    Answer { standings, listings, stages, headlines, round }
}

/// The days on which the two differ, with what each answers.
fn differences(history: &History, instrument: &Instrument, knowledge: &Knowledge) -> Vec<String> {
    let answers = Answers::of(&told_of(&history.told(knowledge)), rules_of(instrument));
    let differs = |day: NaiveDate| {
        let (oracle, core) = (answers.on(day), core_on(history, instrument, knowledge, day));
        (oracle != core).then(|| format!("{day}: the oracle answers {oracle:?}, the core {core:?}"))
    };
    answers.days().into_iter().filter_map(differs).collect()
}

fn of_made(made: &Made, basis: Basis, known: Option<i64>) -> Vec<String> {
    let instrument = made.rules();
    differences(&History::of(&made.events, instrument), instrument, &knowledge(u64::MAX, basis, known))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn the_core_answers_as_the_oracle_does_on_every_day_that_matters(made in made(5)) {
        prop_assert_eq!(of_made(&made, Basis::Recorded, None), Vec::<String>::new());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn the_core_answers_as_the_oracle_does_whatever_was_known(made in made(4), (basis, known) in bases()) {
        // Sources are published within some hundred days; two events are recorded every five hundred.
        let known = known.map(|known| if basis == Basis::Published { known % 100 } else { known });
        prop_assert_eq!(of_made(&made, basis, known), Vec::<String>::new());
    }
}

#[test]
fn the_core_answers_every_case_of_the_rules() {
    let instruments = instruments();
    let answer_to = |case: &super::cases::Case| {
        let instrument = instruments.load(&case.instrument).unwrap();
        core_on(&case.history(&instruments), instrument, &case.knowledge(), case.day)
    };
    let wrong: Vec<String> = cases().iter().filter_map(|case| case.wrong(&answer_to(case))).collect();
    assert!(wrong.is_empty(), "{} cases:\n{}", wrong.len(), wrong.join("\n"));
}

/// Every bundled history, as recorded and as published by each day on which one of its sources was.
#[test]
fn the_core_answers_as_the_oracle_does_over_all_bundled_facts_on_every_day_on_which_a_bound_lies() {
    let instruments = instruments();
    let mut wrong = Vec::new();
    for (id, events) in bundled() {
        let instrument = instruments.find(&id.instrument).unwrap();
        let history = History::of(&events, instrument);
        let everything = knowledge(u64::MAX, Basis::Recorded, None);
        let published = history.publication_days().into_iter().map(|day| Knowledge {
            basis: Basis::Published,
            known_at: Some(told_from(day)),
            ..everything
        });
        for known in std::iter::once(everything).chain(published) {
            let differs = differences(&history, instrument, &known).into_iter();
            wrong.extend(differs.map(|differs| format!("{id} {:?} {differs}", known.known_at)));
        }
    }
    assert!(wrong.is_empty(), "{} days, among them\n{}", wrong.len(), wrong[..wrong.len().min(20)].join("\n"));
}
