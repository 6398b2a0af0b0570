//! Which laws hold whatever is recorded, in whatever order, with whatever dates?

use chrono::NaiveDate;
use depositary::domain::agreement::Agreement;
use depositary::domain::command::{Command, Intent};
use depositary::domain::event::Recorded;
use depositary::domain::source::{Telling, Told, resolve, settle};
use depositary::domain::time::UncertainDate;
use depositary::domain::words::{Evidence, Reliability};
use depositary::projections::history::History;
use depositary::projections::knowledge::Basis;
use depositary::projections::rows::Rows;
use depositary::projections::status::{Status, status_at};
use depositary::projections::timeline::periods;
use proptest::prelude::*;
use testkit::facts::instruments;
use testkit::histories::*;

fn law_periods_tile_all_days(
    events: &[Recorded],
    on: i64,
    basis: Basis,
    known: Option<i64>,
) -> Result<(), TestCaseError> {
    let instruments = instruments();
    let instrument = rdp(&instruments);
    let history = History::of(events, instrument);
    let steps = history.worlds(&knowledge(u64::MAX, basis, known), instrument);
    let periods = periods(&steps, instrument);
    prop_assert_eq!(periods.first().unwrap().from, None);
    prop_assert_eq!(periods.last().unwrap().to, None);
    for pair in periods.windows(2) {
        prop_assert_eq!(pair[0].to, pair[1].from);
        prop_assert!(pair[0].to.is_some());
        let facets = |status: &Status| {
            let factor = status.evaluation_factor_percent(instrument);
            (status.headlines, status.stages, status.standings, status.listings, status.round, factor)
        };
        prop_assert_ne!(facets(&pair[0].status), facets(&pair[1].status), "neighbours differ");
    }
    let on = day(on);
    let inside = |from: Option<NaiveDate>, to: Option<NaiveDate>| {
        from.is_none_or(|from| from <= on) && to.is_none_or(|to| on < to)
    };
    let period = periods.iter().find(|period| inside(period.from, period.to)).unwrap();
    let status = status_at(&steps, instrument, on);
    prop_assert_eq!(
        (status.headlines, status.stages, status.standings, status.listings, status.round),
        (
            period.status.headlines,
            period.status.stages,
            period.status.standings,
            period.status.listings,
            period.status.round
        )
    );
    Ok(())
}

fn law_something_is_possible(
    events: &[Recorded],
    on: i64,
    basis: Basis,
    known: Option<i64>,
) -> Result<(), TestCaseError> {
    let instruments = instruments();
    let instrument = rdp(&instruments);
    let status = at(&History::of(events, instrument), instrument, &knowledge(u64::MAX, basis, known), on);
    prop_assert!(
        !status.headlines.is_empty()
            && !status.stages.is_empty()
            && !status.standings.is_empty()
            && !status.listings.is_empty()
    );
    let one_each = status.headlines.certain().is_some()
        && status.stages.certain().is_some()
        && status.standings.certain().is_some()
        && status.listings.certain().is_some();
    prop_assert_eq!(status.certain(), one_each);
    prop_assert!(!status.because.is_empty(), "every status says why");
    Ok(())
}

fn law_rows_agree_with_the_status(events: &[Recorded], on: i64) -> Result<(), TestCaseError> {
    let instruments = instruments();
    let instrument = rdp(&instruments);
    let rows = Rows::of(events, instrument).unwrap();
    prop_assert_eq!(&rows, &Rows::of(events, instrument).unwrap());
    let on_day = day(on);
    let row = rows
        .periods
        .iter()
        .find(|row| row.from_day.is_none_or(|from| from <= on_day) && row.to_day.is_none_or(|to| on_day < to))
        .unwrap();
    let status = at(&History::of(events, instrument), instrument, &knowledge(u64::MAX, Basis::Recorded, None), on);
    prop_assert_eq!(
        (row.headlines, row.stages, row.standings, row.listings),
        (status.headlines, status.stages, status.standings, status.listings)
    );
    prop_assert_eq!(row.waiting, status.waiting.is_some());
    prop_assert_eq!(rows.milestones.len(), Agreement::of(events).milestones.len());
    Ok(())
}

fn law_record_and_answers_agree(events: &[Recorded]) -> Result<(), TestCaseError> {
    let instruments = instruments();
    let instrument = rdp(&instruments);
    let rows = Rows::of(events, instrument).unwrap();
    let record = Agreement::of(events);
    let known = History::of(events, instrument).known(&knowledge(u64::MAX, Basis::Recorded, None));
    prop_assert_eq!(rows.milestones.iter().filter(|row| !row.retracted).count(), known.facts.len());
    for fact in &known.facts {
        let row = rows.milestones.iter().find(|row| row.milestone == fact.milestone).unwrap();
        prop_assert_eq!((row.earliest, row.latest), (fact.occurred.earliest(), fact.occurred.latest()));
        prop_assert_eq!((row.kind, row.evidence, row.position), (fact.kind, fact.evidence, fact.position));
        let effective = record.milestones[&fact.milestone].milestone.effective;
        prop_assert_eq!(fact.effective, effective);
        prop_assert!(fact.counts == fact.occurred || Some(fact.counts) == effective, "it counts by one of the two");
    }
    Ok(())
}

fn law_order_of_tellings_is_nothing(
    tellings: Vec<(UncertainDate, Evidence, bool, Option<i64>)>,
) -> Result<(), TestCaseError> {
    let told: Vec<Told> = (0..)
        .zip(tellings)
        .map(|(order, (date, evidence, primary, published))| Told {
            telling: Telling { date, evidence },
            reliability: if primary { Reliability::Primary } else { Reliability::Secondary },
            published_on: published.map(day),
            order,
        })
        .collect();
    let reversed: Vec<Told> = told.iter().rev().copied().collect();
    prop_assert_eq!(resolve(&told), resolve(&reversed));
    let inside = resolve(&told).unwrap();
    let (one, other) = (settle(&told).unwrap(), settle(&reversed).unwrap());
    prop_assert_eq!(one.by, other.by, "and for the same reason");
    let mirrored: Vec<usize> = other.rests_on.iter().rev().map(|place| told.len() - 1 - place).collect();
    prop_assert_eq!(&one.rests_on, &mirrored);
    let all = told.iter().skip(1).try_fold(told[0].telling.date, |date, one| date.intersection(one.telling.date));
    prop_assert_eq!(one.is_contradiction(), all.is_none(), "a contradiction is what cannot all be true");
    prop_assert!(told.iter().any(|one| inside.date.within(one.telling.date) || one.telling.date.within(inside.date)));
    Ok(())
}

fn law_any_event_can_follow(wanted: Vec<(Intent, usize)>) -> Result<(), TestCaseError> {
    let instruments = instruments();
    let commands: Vec<Command> =
        wanted.into_iter().enumerate().map(|(number, (intent, about))| command(number, intent, about + 1)).collect();
    let events = events(&commands);
    let record = Agreement::of(&events);
    prop_assert_eq!(usize::try_from(record.version.0).unwrap(), events.len());
    let _ = Rows::of(&events, rdp(&instruments));
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn periods_tile_all_days_and_a_status_holds_throughout_its_period(
        events in histories(), on in -500..DAYS + 1_000, (basis, known) in bases(),
    ) {
        law_periods_tile_all_days(&events, on, basis, known)?;
    }

    #[test]
    fn something_is_always_possible_and_certain_means_one_value_each(
        events in histories(), on in -500..DAYS + 1_000, (basis, known) in bases(),
    ) {
        law_something_is_possible(&events, on, basis, known)?;
    }

    #[test]
    fn rows_follow_from_the_events_alone_and_agree_with_the_status(events in histories(), on in FIRST..DAYS) {
        law_rows_agree_with_the_status(&events, on)?;
    }

    #[test]
    fn the_record_and_the_answers_agree_on_every_date_and_its_evidence(events in histories()) {
        law_record_and_answers_agree(&events)?;
    }

    #[test]
    fn several_tellings_amount_to_the_same_date_in_any_order(
        tellings in proptest::collection::vec((dates(), evidence(), any::<bool>(), proptest::option::of(FIRST..DAYS)), 1..5),
    ) {
        law_order_of_tellings_is_nothing(tellings)?;
    }

    #[test]
    fn any_event_can_follow_any_other(wanted in proptest::collection::vec(intents(), 0..12)) {
        law_any_event_can_follow(wanted)?;
    }
}
