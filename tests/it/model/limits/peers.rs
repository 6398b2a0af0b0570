//! Which rounds are compared, for how long were they in a stage, and what limit follows?

use std::sync::Arc;

use depositary::domain::event::Recorded;
use depositary::domain::ids::Position;
use depositary::domain::instrument::Instrument;
use depositary::domain::milestone::Detail;
use depositary::domain::words::{LimitFrom, Stage};
use depositary::projections::history::History;
use depositary::projections::knowledge::Knowledge;
use depositary::projections::limits::{LeftOut, LimitPolicy, Limits, NoEstimate, Outcome, Range, Round};
use depositary::projections::spells::{Group, Lengths, Spell};
use depositary::projections::status::status_at;
use depositary::projections::survival::Length;
use depositary::projections::worlds::Worlds;
use proptest::prelude::*;
use testkit::facts::{id, instruments};
use testkit::histories;
use testkit::histories::{DAYS, histories};
use testkit::statuses::{bundled, day, made, signed};

const REVIEW: Group = Group { stage: Stage::Review, renewal: false, feasibility: false };

/// Every round of an instrument's bundled agreements.
fn rounds(code: &str) -> Arc<[Round]> {
    let instruments = instruments();
    let instrument = instruments.load(code).unwrap();
    let of_instrument = bundled().into_iter().filter(|(id, _)| id.instrument == instrument.code);
    let mut all = Vec::new();
    for (agreement, events) in of_instrument {
        let history = History::of(&events, instrument);
        let steps = history.worlds(&Knowledge::at(Position(u64::MAX)), instrument);
        all.extend(steps.spells.iter().copied().map(|spell| Round { agreement: agreement.clone(), spell }));
    }
    all.into()
}

fn limits(on: &str) -> Limits {
    Limits::of(rounds("rdp"), day(on), LimitPolicy::default())
}

fn rdp() -> Instrument {
    instruments().load("rdp").unwrap().clone()
}

/// How many have moved on, may have, were given up, and wait.
fn counts(limits: &Limits, group: Group) -> [usize; 4] {
    [Outcome::MovedOn, Outcome::MayHaveMovedOn, Outcome::GivenUp, Outcome::Waiting]
        .map(|outcome| limits.count(group, outcome))
}

fn names<'r>(rounds: impl Iterator<Item = &'r Round>) -> Vec<&'r str> {
    rounds.map(|round| round.agreement.country.code()).collect()
}

#[test]
fn korea_is_compared_with_first_rounds_under_review_after_a_notice_of_negotiation() {
    let limits = limits("2025-10-28");
    let lengths: Vec<_> = limits
        .compared(REVIEW)
        .map(|(round, Lengths { shortest, longest })| {
            (round.agreement.country.code(), (shortest.days, shortest.came), (longest.days, longest.came))
        })
        .collect();
    // The Czech and Estonian texts were agreed in a month and on some day of it; of Slovenia's signature only bounds are
    // known; of India's window nothing is told.
    let expected = [
        ("AR", (7_332, false), (7_332, false)),
        ("BR", (716, false), (761, false)),
        ("CZ", (681, true), (711, true)),
        ("EE", (33, true), (63, true)),
        ("IN", (688, false), (733, false)),
        ("JP", (123, true), (123, true)),
        ("KR", (581, false), (581, false)),
        ("LT", (6, true), (6, true)),
        ("LV", (331, true), (331, true)),
        ("SI", (0, true), (871, true)),
    ];
    assert_eq!(lengths, expected);
    assert_eq!(counts(&limits, REVIEW), [6, 0, 0, 4]);
    let left_out: Vec<(&str, LeftOut)> =
        limits.left_out(REVIEW).map(|(round, why)| (round.agreement.country.code(), why)).collect();
    let renewals = ["AT", "FI", "GB", "IT", "IT", "JP"].map(|code| (code, LeftOut::OtherKind));
    assert_eq!(left_out, [vec![("PL", LeftOut::OtherPurpose)], renewals.to_vec()].concat());
}

#[test]
fn korea_has_waited_longer_than_half_and_its_limit_is_the_fallback() {
    let limits = limits("2025-10-28");
    let korea = limits.comparison(REVIEW, Range { least: 581, most: 581 }).unwrap();
    // Five of ten had moved on by then when Slovenia signed at once, four when it did so at the last.
    assert_eq!(korea.percentile, Range { least: 40.0, most: 50.0 });
    assert_eq!(korea.at_risk, Range { least: 5, most: 6 });
    let band = korea.band.unwrap();
    assert!(band.least < 50.0 && 62.5 < band.most && band.most < 100.0, "{band:?}");
    assert_eq!(korea.within_90, Ok(Range { least: 0.0, most: 0.0 }), "nobody left between 581 and 673 days");
    assert_eq!(
        korea.within_365,
        Ok(Range { least: 0.25, most: 0.6 }),
        "the Czech text was agreed after 681 to 711 days"
    );
    let limit = limits.limit(REVIEW, &rdp());
    assert_eq!((limit.days, limit.from, limit.fallback), (Some(365), LimitFrom::Fallback, Some(365)));
    assert_eq!((limit.transitions, limit.why_not), (6, Some(NoEstimate::FewTransitions)));
}

#[test]
fn an_estimate_sets_the_limit_from_eight_transitions_on_that_tell_nearly_one_time() {
    let limits = limits("2025-10-28");
    let consultation = Group { stage: Stage::Consultation, ..REVIEW };
    let limit = limits.limit(consultation, &rdp());
    assert_eq!((limit.transitions, limit.estimate), (10, Some(Range { least: 32, most: 61 })));
    assert_eq!((limit.days, limit.from, limit.fallback), (Some(61), LimitFrom::Estimate, Some(60)));
    // Fifteen were listed in the round that was in force; of two nobody knows whether a renewal came before.
    let in_force = limits.limit(Group { stage: Stage::InForce, ..REVIEW }, &rdp());
    assert_eq!((in_force.transitions, in_force.why_not), (15, Some(NoEstimate::NotReached)));
    assert_eq!((in_force.days, in_force.from), (Some(365), LimitFrom::Fallback));
    let left_out = limits.left_out(Group { stage: Stage::InForce, ..REVIEW });
    let open: Vec<&str> = left_out
        .filter(|(_, why)| *why == LeftOut::OpenBeginning)
        .map(|(round, _)| round.agreement.country.code())
        .collect();
    assert_eq!(
        open,
        ["BE", "DE", "DK", "ES", "FR", "GR", "IL", "LU", "PT"],
        "nobody knows since when these are in force"
    );
}

#[test]
fn a_look_back_does_not_know_what_came_later() {
    let limits = limits("2016-03-01");
    assert_eq!(names(limits.compared(REVIEW).map(|(round, _)| round)), ["AR", "CZ", "JP", "SI"]);
    let japan = limits.compared(REVIEW).find(|(round, _)| round.agreement == id("rdp/JP")).unwrap().1;
    assert_eq!((japan.longest.days, japan.longest.came), (28, false), "it signed in June");
    // Slovenia may have signed by then, or not.
    assert_eq!(counts(&limits, REVIEW), [1, 1, 0, 2]);
}

#[test]
fn a_round_that_was_given_up_or_overtaken_is_censored_on_that_day() {
    let intent = Detail::IntentAnnounced {};
    let events = made(&[("2020-01-01", intent), ("2020-03-01", Detail::Withdrawn {}), signed("2021-01-01")]);
    let spells = steps(&events).spells;
    let given_up = spells.first().unwrap();
    assert_eq!((given_up.group.stage, given_up.round), (Stage::Intent, 1));
    assert_eq!(given_up.by_day(day("2030-01-01")), Some(Ok(both(60, false))));
    assert!(given_up.given_up_by(day("2020-03-01")) && !given_up.given_up_by(day("2020-02-29")));
    let in_force = spells.get(1).unwrap();
    assert_eq!((in_force.group.stage, in_force.round, in_force.left), (Stage::InForce, 2, None));
    assert_eq!(in_force.by_day(day("2020-12-31")), None, "it had not begun");
}

fn steps(events: &[Recorded]) -> Worlds {
    let instrument = rdp();
    History::of(events, &instrument).worlds(&Knowledge::at(Position(u64::MAX)), &instrument).into_owned()
}

fn both(days: u32, came: bool) -> Lengths {
    Lengths { shortest: Length { days, came }, longest: Length { days, came } }
}

fn law_wait_is_a_spell(events: &[Recorded], on: i64) -> Result<(), TestCaseError> {
    let (steps, instrument, on) = (steps(events), rdp(), histories::day(on));
    let status = status_at(&steps, &instrument, on);
    if let [wait] = status.waits[..] {
        let of = |spell: &&Spell| (spell.round, spell.group) == (wait.round, wait.group);
        prop_assert!(steps.spells.iter().any(|spell| of(&spell)), "{wait:?} in {:?}", steps.spells);
    }
    Ok(())
}

fn law_lengths_and_percentiles_are_in_order(events: &[Recorded], on: i64) -> Result<(), TestCaseError> {
    let (steps, on) = (steps(events), histories::day(on));
    let rounds: Arc<[Round]> =
        steps.spells.iter().copied().map(|spell| Round { agreement: id("rdp/RO"), spell }).collect();
    for round in rounds.iter() {
        if let Some(Ok(Lengths { shortest, longest })) = round.spell.by_day(on) {
            prop_assert!(shortest.days <= longest.days);
            prop_assert!(shortest.came || !longest.came, "what has left at the last has left at the first");
        }
    }
    let limits = Limits::of(rounds, on, LimitPolicy::default());
    for group in limits.groups() {
        let mut last = 0.0;
        for days in (0..2_000).step_by(97) {
            let Some(comparison) = limits.comparison(group, Range { least: days, most: days }) else { continue };
            prop_assert!(comparison.percentile.least >= last && comparison.percentile.most <= 100.0);
            last = comparison.percentile.least;
            if let Some(band) = comparison.band {
                prop_assert!(band.least <= comparison.percentile.least && comparison.percentile.most <= band.most);
            }
        }
        prop_assert_eq!(counts(&limits, group).iter().sum::<usize>(), limits.compared(group).count());
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn a_wait_on_which_all_simplest_worlds_agree_is_a_spell_of_the_course(
        events in histories(), on in -500..DAYS + 1_000,
    ) {
        law_wait_is_a_spell(&events, on)?;
    }

    #[test]
    fn the_shortest_length_is_not_longer_than_the_longest_and_percentiles_never_fall(
        events in histories(), on in -500..DAYS + 1_000,
    ) {
        law_lengths_and_percentiles_are_in_order(&events, on)?;
    }
}
