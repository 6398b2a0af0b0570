//! Does the oracle find a world for whatever can be recorded, and does its small grid leave nothing out?
//!
//! Invariant: what holds here holds of the oracle alone; nothing of the core but the settling of sources is asked.

use depositary::domain::milestone::{Detail, Seen};
use depositary::domain::words::Listing;
use depositary::projections::history::History;
use depositary::projections::knowledge::Basis;
use proptest::prelude::*;
use testkit::histories::knowledge;
use testkit::statuses::signed;

use super::made::{Made, made};
use super::oracle::{Answers, Cost, InstrumentRules, Told, rules_of, told_of};

/// What is told of a made history, and by which rules it runs.
fn input(made: &Made) -> (Vec<Told>, InstrumentRules) {
    let history = History::of(&made.events, made.rules());
    (told_of(&history.told(&knowledge(u64::MAX, Basis::Recorded, None))), rules_of(made.rules()))
}

/// What the simplest worlds of a few milestones of reciprocal procurement add.
fn added(milestones: &[(&str, Detail)]) -> Cost {
    let made = Made { instrument: "rdp", events: testkit::statuses::made(milestones) };
    let (told, rules) = input(&made);
    Answers::of(&told, rules).cost
}

#[test]
fn what_nobody_told_is_counted_and_what_follows_is_not() {
    let (signed, expired) = (signed("1995-05-01"), |day| (day, Detail::Expired {}));
    let seen = Detail::Observed { seen: Seen::Listing(vec![Listing::Unlisted]) };
    let listed = Detail::Listed { listing: Listing::Blanket };
    assert_eq!(added(&[signed.clone(), expired("2019-06-01")]), Cost::NOTHING);
    assert_eq!(added(&[expired("2019-06-01")]), Cost::UNRECORDED, "an agreement before it");
    let again = added(&[signed.clone(), expired("2019-06-01"), expired("2020-03-01")]);
    assert_eq!(again, Cost::UNRECORDED + Cost::ROUND, "in force once more, by a round of its own");
    assert_eq!(added(&[signed.clone(), ("2012-06-29", listed.clone())]), Cost::NOTHING);
    assert_eq!(added(&[signed, ("2012-06-29", listed), ("2012-06-29", seen)]), Cost::SET_ASIDE, "seen that morning");
}

fn law_some_world_is_possible(made: &Made) -> Result<(), TestCaseError> {
    let (told, rules) = input(made);
    let answers = Answers::of(&told, rules);
    for day in answers.days() {
        let answer = answers.on(day);
        prop_assert!(!answer.standings.is_empty() && !answer.stages.is_empty() && !answer.headlines.is_empty());
        prop_assert_eq!(answer.listings.is_empty(), !rules.has_listing);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn whatever_can_be_recorded_has_a_possible_world_and_so_a_value_of_each_facet(made in made(5)) {
        law_some_world_is_possible(&made)?;
    }
}

fn law_small_grid_leaves_nothing_out(made: &Made) -> Result<(), TestCaseError> {
    let (told, rules) = input(made);
    let (small, whole) = (Answers::of(&told, rules), Answers::on_every_day(&told, rules));
    for day in whole.days() {
        prop_assert_eq!((day, small.on(day)), (day, whole.on(day)));
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn a_grid_of_every_day_answers_as_the_small_one_does(made in made(3)) {
        law_small_grid_leaves_nothing_out(&made)?;
    }
}
