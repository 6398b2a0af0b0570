//! Does the oracle find a world for whatever can be recorded, and does its small grid leave nothing out?
//!
//! Invariant: what holds here holds of the oracle alone; nothing of the core but the settling of sources is asked.

use depositary::projections::history::History;
use depositary::projections::knowledge::Basis;
use proptest::prelude::*;

use super::histories::knowledge;
use super::made::{Made, made};
use super::oracle::{Answers, InstrumentRules, Told, rules_of, told_of};
use crate::facts::instruments;

/// What is told of a made history, and by which rules it runs.
pub fn input(made: &Made, basis: Basis, known: Option<i64>) -> (Vec<Told>, InstrumentRules) {
    let instruments = instruments();
    let instrument = instruments.load(made.instrument).unwrap();
    let history = History::of(&made.events, instrument);
    (told_of(&history.told(&knowledge(u64::MAX, basis, known))), rules_of(instrument))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn whatever_can_be_recorded_has_a_possible_world_and_so_a_value_of_each_facet(made in made(5)) {
        let (told, rules) = input(&made, Basis::Recorded, None);
        let answers = Answers::of(&told, rules);
        for day in answers.days() {
            let answer = answers.on(day);
            prop_assert!(!answer.standings.is_empty() && !answer.stages.is_empty() && !answer.headlines.is_empty());
            prop_assert_eq!(answer.listings.is_empty(), !rules.has_listing);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn a_grid_of_every_day_answers_as_the_small_one_does(made in made(3)) {
        let (told, rules) = input(&made, Basis::Recorded, None);
        let (small, whole) = (Answers::of(&told, rules), Answers::on_every_day(&told, rules));
        for day in whole.days() {
            prop_assert_eq!((day, small.on(day)), (day, whole.on(day)));
        }
    }
}
