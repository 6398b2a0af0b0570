//! Is what a status says of itself true to what is known, over random histories?

use chrono::NaiveDate;
use depositary::domain::words::MilestoneKind;
use depositary::projections::history::{History, Matter};
use depositary::projections::knowledge::Basis;
use depositary::projections::sentence::{Viewpoint, sentence};
use depositary::projections::status::{Facet, Rule, status_at};
use proptest::prelude::*;
use testkit::facts::id;
use testkit::histories::knowledge;

use super::made::{Made, made};

fn law_nothing_on_record_is_said_where_nothing_lies(made: &Made) -> Result<(), TestCaseError> {
    let instrument = made.rules();
    let history = History::of(&made.events, instrument);
    let worlds = history.worlds(&knowledge(u64::MAX, Basis::Recorded, None), instrument);
    let today = Viewpoint::of(NaiveDate::from_ymd_opt(2026, 11, 30).unwrap());
    for day in std::iter::once(NaiveDate::MIN).chain(worlds.change_days()) {
        let said = sentence(&status_at(&worlds, instrument, day), id("rdp/KR").country, instrument, &today);
        let nothing = said.contains("Nothing about Korea up to that day is on record");
        // The bounds that count: a date may be cut by what else is on record.
        let begun = (0..)
            .zip(&worlds.known.facts)
            .any(|(place, fact)| worlds.lies(place, fact).earliest().is_none_or(|earliest| earliest <= day));
        prop_assert!(!(nothing && begun), "on {day}: {said}");
        prop_assert!(!said.contains("9999"), "on {day}: {said}");
        prop_assert!(said.starts_with(char::is_uppercase) && said.ends_with('.'), "on {day}: {said}");
        for wrong in ["  ", " .", " ;", " ,", "..", "since since", "when it began is not on record; when"] {
            prop_assert!(!said.contains(wrong), "`{wrong}` on {day}: {said}");
        }
    }
    Ok(())
}

fn law_observation_is_a_reason_of_what_it_saw(made: &Made) -> Result<(), TestCaseError> {
    let instrument = made.rules();
    let history = History::of(&made.events, instrument);
    let worlds = history.worlds(&knowledge(u64::MAX, Basis::Recorded, None), instrument);
    for day in std::iter::once(NaiveDate::MIN).chain(worlds.change_days()) {
        let status = status_at(&worlds, instrument, day);
        for reason in status.because.iter().filter(|reason| reason.kind == Some(MilestoneKind::Observed)) {
            let holds = reason.rule == Some(Rule::SeenValueHolds) && reason.brought.is_none();
            let same = |other: &&depositary::projections::status::Reason| {
                (other.facet, other.milestone) == (reason.facet, reason.milestone) && other.unrecorded.is_some()
            };
            prop_assert!(!holds || status.because.iter().find(same).is_none(), "on {day}: {:?}", status.because);
            if !holds || !reason.certain {
                continue;
            }
            let fact = worlds.known.facts.iter().find(|fact| Some(fact.milestone) == reason.milestone).unwrap();
            let saw = match (fact.matter, reason.facet) {
                (Matter::SeenStanding(values), Facet::Standing) => !values.and(status.standings).is_empty(),
                (Matter::SeenListing(values), Facet::Listing) => !values.and(status.listings).is_empty(),
                _ => true,
            };
            prop_assert!(saw, "on {day}: {reason:?} of {:?}", fact.matter);
        }
        for reason in &status.because {
            let proved = reason.rule == Some(Rule::ProvedByLater);
            prop_assert!(!proved || reason.milestone.is_some(), "on {day}: {reason:?}");
            let end = NaiveDate::from_ymd_opt(9999, 12, 31).unwrap();
            prop_assert!(reason.unrecorded.is_none_or(|when| when.latest() < end), "on {day}: {reason:?}");
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn a_sentence_says_that_nothing_is_on_record_only_where_nothing_can_lie_by_that_day(made in made(4)) {
        law_nothing_on_record_is_said_where_nothing_lies(&made)?;
    }

    #[test]
    fn an_observation_is_a_reason_of_a_facet_once_and_only_of_what_it_saw(made in made(5)) {
        law_observation_is_a_reason_of_what_it_saw(&made)?;
    }
}
