//! Is no difference without a cause, and no cause without a difference?

use depositary::domain::event::{Event, Recorded};
use depositary::domain::ids::{MilestoneId, Position};
use depositary::projections::diff::{ChangeKind, Side, difference, differs};
use depositary::projections::history::{Fact, History};
use depositary::projections::knowledge::Basis;
use proptest::prelude::*;
use testkit::facts::instruments;
use testkit::histories::*;

fn sides() -> impl Strategy<Value = Side> {
    (-200..DAYS + 500, prop_oneof![Just(u64::MAX), 1..16_u64], bases())
        .prop_map(|(on, position, (basis, known))| Side { day: day(on), knowledge: knowledge(position, basis, known) })
}

/// Two sides; often of one day, or of one knowledge.
fn pairs() -> impl Strategy<Value = (Side, Side)> {
    (sides(), sides(), 0..3_u8).prop_map(|(one, other, alike)| match alike {
        0 => (one, other),
        1 => (one, Side { day: one.day, ..other }),
        _ => (one, Side { knowledge: one.knowledge, ..other }),
    })
}

fn told(history: &History, side: &Side, milestone: MilestoneId) -> Option<Fact> {
    history.told(&side.knowledge).facts.into_iter().find(|fact| fact.milestone == milestone)
}

/// Whether the events tell of a correction or a retraction of a milestone.
fn mended(events: &[Recorded], milestone: MilestoneId) -> bool {
    events.iter().any(|event| mends_it(event, milestone))
}

fn mends_it(event: &Recorded, milestone: MilestoneId) -> bool {
    match &event.event {
        Event::MilestoneCorrected(corrected) => corrected.milestone == milestone,
        Event::MilestoneRetracted(retracted) => retracted.milestone == milestone,
        _ => false,
    }
}

/// The corrections and retractions of a milestone that a side counts.
fn mends(events: &[Recorded], milestone: MilestoneId, side: &Side) -> Vec<Position> {
    let counted = events.iter().filter(|event| side.knowledge.has_recorded(event.position, event.recorded_at));
    counted.filter(|event| mends_it(event, milestone)).map(|event| event.position).collect()
}

fn law_each_cause_differs(events: &[Recorded], from: Side, to: Side) -> Result<(), TestCaseError> {
    let instruments = instruments();
    let instrument = rdp(&instruments);
    let history = History::of(events, instrument);
    let found = difference(&history, instrument, &from, &to);
    prop_assert_eq!(found.is_some(), differs(&history, instrument, &from, &to));
    let Some(found) = found else { return Ok(()) };
    prop_assert_ne!(found.from.facets(), found.to.facets());
    prop_assert!(!found.causes.is_empty());
    for cause in &found.causes {
        let sides = [told(&history, &from, cause.milestone), told(&history, &to, cause.milestone)];
        prop_assert!(sides.iter().flatten().any(Fact::decides), "what never decides is no cause");
        prop_assert_eq!(found.causes.iter().filter(|other| other.milestone == cause.milestone).count(), 1);
        prop_assert_eq!(sides[0] == sides[1], cause.change == ChangeKind::Happened);
        prop_assert_eq!(cause.position.is_none(), cause.change == ChangeKind::Happened);
        prop_assert!(!cause.happened || from.day != to.day);
        match cause.change {
            ChangeKind::Happened => prop_assert!(cause.happened),
            ChangeKind::Learnt => prop_assert!(
                !sides.iter().all(Option::is_some)
                    || mends(events, cause.milestone, &from) == mends(events, cause.milestone, &to),
                "what both sides know, and one of them before a correction, was not learnt"
            ),
            ChangeKind::Refined => prop_assert!(sides.iter().all(Option::is_some)),
            ChangeKind::Corrected => prop_assert!(mended(events, cause.milestone)),
        }
    }
    Ok(())
}

fn law_swapped_sides_swap_the_statuses(events: &[Recorded], from: Side, to: Side) -> Result<(), TestCaseError> {
    let instruments = instruments();
    let instrument = rdp(&instruments);
    let history = History::of(events, instrument);
    prop_assert_eq!(difference(&history, instrument, &from, &from), None);
    let there = difference(&history, instrument, &from, &to);
    let back = difference(&history, instrument, &to, &from);
    prop_assert_eq!(
        there.as_ref().map(|there| (&there.from, &there.to, &there.causes)),
        back.as_ref().map(|back| (&back.to, &back.from, &back.causes))
    );
    Ok(())
}

fn law_by_one_knowledge_all_happened(events: &[Recorded], from: Side, on: i64) -> Result<(), TestCaseError> {
    let instruments = instruments();
    let instrument = rdp(&instruments);
    let history = History::of(events, instrument);
    let to = Side { day: day(on), ..from };
    let Some(found) = difference(&history, instrument, &from, &to) else { return Ok(()) };
    for cause in &found.causes {
        prop_assert_eq!(cause.change, ChangeKind::Happened);
        prop_assert!(cause.happened && cause.position.is_none(), "{cause:?}");
    }
    Ok(())
}

fn law_on_one_day_all_was_recorded(events: &[Recorded], on: i64, one: u64, other: u64) -> Result<(), TestCaseError> {
    let instruments = instruments();
    let instrument = rdp(&instruments);
    let history = History::of(events, instrument);
    let side = |position| Side { day: day(on), knowledge: knowledge(position, Basis::Recorded, None) };
    let Some(found) = difference(&history, instrument, &side(one), &side(other)) else { return Ok(()) };
    for cause in &found.causes {
        prop_assert!(!cause.happened && cause.change != ChangeKind::Happened);
        let position = cause.position.unwrap().0;
        prop_assert!(one.min(other) < position && position <= one.max(other));
    }
    Ok(())
}

fn law_what_is_alike_is_no_cause(events: &[Recorded], from: Side, to: Side) -> Result<(), TestCaseError> {
    let instruments = instruments();
    let instrument = rdp(&instruments);
    let history = History::of(events, instrument);
    let Some(found) = difference(&history, instrument, &from, &to) else { return Ok(()) };
    let (early, late) = (from.day.min(to.day), from.day.max(to.day));
    for cause in found.causes.iter().filter(|cause| cause.change == ChangeKind::Happened) {
        prop_assert!(cause.came.latest() > early, "it had come by both days: {}", found.sentence());
        prop_assert!(cause.came.earliest().is_none_or(|earliest| earliest <= late), "it had come by neither day");
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn statuses_that_differ_have_a_cause_and_each_cause_differs_between_the_sides(
        events in histories(), (from, to) in pairs(),
    ) {
        law_each_cause_differs(&events, from, to)?;
    }

    #[test]
    fn a_side_does_not_differ_from_itself_and_swapped_sides_swap_the_statuses_alone(
        events in histories(), (from, to) in pairs(),
    ) {
        law_swapped_sides_swap_the_statuses(&events, from, to)?;
    }

    #[test]
    fn by_one_knowledge_everything_happened_on_a_day_in_between(
        events in histories(), from in sides(), on in -200..DAYS + 500,
    ) {
        law_by_one_knowledge_all_happened(&events, from, on)?;
    }

    #[test]
    fn on_one_day_nothing_happened_and_every_cause_was_recorded_in_between(
        events in histories(), on in -200..DAYS + 500, one in 1..16_u64, other in 1..16_u64,
    ) {
        law_on_one_day_all_was_recorded(&events, on, one, other)?;
    }

    #[test]
    fn what_both_sides_know_alike_and_what_both_had_come_to_is_no_cause(events in histories(), (from, to) in pairs()) {
        law_what_is_alike_is_no_cause(&events, from, to)?;
    }
}
