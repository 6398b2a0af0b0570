//! Does a status say truly since when it holds, does a difference name what made it, and is an answer beyond the cap sound?

use chrono::NaiveDate;
use depositary::domain::words::{Possible, Word};
use depositary::projections::diff::{Side, difference};
use depositary::projections::history::History;
use depositary::projections::knowledge::Basis;
use depositary::projections::status::{Reason, Rule, status_at};
use depositary::projections::worlds::{Decider, Worlds};
use proptest::prelude::*;
use testkit::histories::knowledge;

use super::made::{Made, made};
use super::oracle::{Answers, rules_of, told_of};

/// What decided each facet on a day, of whatever facet.
fn deciders(worlds: &Worlds, day: NaiveDate) -> Vec<Decider> {
    let days = worlds.on(day).unwrap();
    let all = worlds.standing_by(days).chain(worlds.listing_by(days)).chain(worlds.stage_by(days));
    all.copied().collect()
}

fn holds<W: Word>(all: Possible<W>, some: Possible<W>) -> bool {
    all.and(some) == some
}

fn law_headline_began_while_possible(made: &Made) -> Result<(), TestCaseError> {
    let instrument = made.rules();
    let history = History::of(&made.events, instrument);
    let worlds = history.worlds(&knowledge(u64::MAX, Basis::Recorded, None), instrument);
    let (mut possible, mut certain) = (Vec::new(), None);
    for day in std::iter::once(NaiveDate::MIN).chain(worlds.change_days()) {
        let status = status_at(&worlds, instrument, day);
        possible.retain(|(headline, _)| status.headlines.has(*headline));
        for headline in status.headlines.iter() {
            if possible.iter().all(|(of, _)| *of != headline) {
                possible.push((headline, day));
            }
        }
        let Some(headline) = status.headlines.certain() else {
            certain = None;
            prop_assert_eq!(status.since, None, "on {}", day);
            continue;
        };
        let last = match certain {
            Some((of, since)) if of == headline => since,
            _ => day,
        };
        certain = Some((headline, last));
        let first = possible.iter().find(|(of, _)| *of == headline).unwrap().1;
        match status.since {
            None => prop_assert_eq!(first, NaiveDate::MIN, "on {} something made it so", day),
            Some(since) => {
                let earliest = since.earliest().unwrap_or(NaiveDate::MIN);
                prop_assert!(
                    first <= earliest && since.latest() <= last,
                    "on {day}: {since}, not from {first} to {last}"
                );
            }
        }
    }
    Ok(())
}

fn law_untold_change_is_said(made: &Made) -> Result<(), TestCaseError> {
    let instrument = made.rules();
    let history = History::of(&made.events, instrument);
    let worlds = history.worlds(&knowledge(u64::MAX, Basis::Recorded, None), instrument);
    // What comes and goes within one day is on no evening.
    let mut days: Vec<_> = worlds.known.facts.iter().map(|fact| fact.counts).collect();
    days.sort_by_key(|bounds| bounds.latest());
    if days.windows(2).any(|pair| pair[1].earliest().is_none_or(|earliest| earliest <= pair[0].latest())) {
        return Ok(());
    }
    let says = |reason: &Reason| {
        let stands_for = matches!(reason.rule, Some(Rule::SignatureNotTold | Rule::NoticeNotTold));
        reason.unrecorded.is_some() || stands_for || reason.rule == Some(Rule::DatesContradict)
    };
    let evenings = worlds.change_days().chain(days.iter().map(|bounds| bounds.latest()));
    let said = std::iter::once(NaiveDate::MIN).chain(evenings);
    let said = said.map(|day| status_at(&worlds, instrument, day)).any(|status| status.because.iter().any(says));
    prop_assert!(worlds.beyond_cap || said == (worlds.unrecorded > 0), "{} changes", worlds.unrecorded);
    Ok(())
}

fn law_neighbours_differ_by_what_is_new_or_gone(made: &Made) -> Result<(), TestCaseError> {
    let instrument = made.rules();
    let history = History::of(&made.events, instrument);
    let everything = knowledge(u64::MAX, Basis::Recorded, None);
    let worlds = history.worlds(&everything, instrument);
    for day in worlds.change_days() {
        let eve = day.pred_opt().unwrap();
        let [from, to] = [eve, day].map(|day| Side { day, knowledge: everything });
        let Some(found) = difference(&history, instrument, &from, &to) else { continue };
        let [old, new] = [eve, day].map(|day| deciders(&worlds, day));
        let gone = old.iter().filter(|decider| !new.contains(decider));
        let begun: Vec<&Decider> = new.iter().filter(|decider| !old.contains(decider)).collect();
        let nothing_begun = begun.iter().all(|decider| decider.fact.is_none());
        let must = new.iter().filter(|by| nothing_begun && by.when.is_some_and(|when| when.latest() == day));
        let mut differing: Vec<&Decider> = begun.into_iter().chain(must).chain(gone).collect();
        // What had come by the day before is no cause as long as something else may have come since.
        let comes = |by: &&Decider| by.fact.is_some() && by.when.is_none_or(|when| when.latest() >= day);
        if !differing.iter().any(comes) {
            differing.extend(new.iter().filter(comes));
        }
        if differing.iter().all(|decider| decider.fact.is_none()) {
            // It differs by the value that everything begins with alone, and no milestone tells that.
            continue;
        }
        for cause in &found.causes {
            let is_cause = |decider: &&&Decider| {
                let fact = decider.fact.and_then(|place| worlds.fact(place));
                fact.is_some_and(|fact| fact.milestone == cause.milestone) && decider.rule == cause.rule
            };
            prop_assert!(differing.iter().any(|decider| is_cause(&decider)), "on {day}: {}", cause.sentence());
        }
    }
    Ok(())
}

fn law_superset_holds_every_value(made: &Made) -> Result<(), TestCaseError> {
    let instrument = made.rules();
    let history = History::of(&made.events, instrument);
    let everything = knowledge(u64::MAX, Basis::Recorded, None);
    let superset = Worlds::superset_of(history.known(&everything), instrument);
    let answers = Answers::of(&told_of(&history.told(&everything)), rules_of(instrument));
    for day in answers.days() {
        let (wide, exact) = (status_at(&superset, instrument, day), answers.on(day));
        prop_assert!(wide.beyond_cap);
        prop_assert_eq!(wide.round, None);
        prop_assert!(holds(wide.standings, exact.standings), "on {day}: {:?}", exact.standings);
        prop_assert!(holds(wide.listings, exact.listings), "on {day}: {:?}", exact.listings);
        prop_assert!(holds(wide.stages, exact.stages), "on {day}: {:?}", exact.stages);
        prop_assert!(holds(wide.headlines, exact.headlines), "on {day}: {:?}", exact.headlines);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn a_headline_began_to_hold_once_it_was_possible_and_before_it_was_certain(made in made(5)) {
        law_headline_began_while_possible(&made)?;
    }

    #[test]
    fn a_history_whose_days_are_apart_says_of_a_change_that_nobody_told_on_some_day(made in made(5)) {
        law_untold_change_is_said(&made)?;
    }

    #[test]
    fn what_made_neighbours_differ_is_new_on_the_later_or_must_have_come_by_it_or_is_gone_from_the_earlier(
        made in made(5),
    ) {
        law_neighbours_differ_by_what_is_new_or_gone(&made)?;
    }

    #[test]
    fn beyond_the_cap_the_answer_holds_every_value_that_the_oracle_finds(made in made(5)) {
        law_superset_holds_every_value(&made)?;
    }
}
