//! Does an answer that was given once stay given, and does a mended error leave no trace but in the knowledge in between?

use depositary::domain::agreement::{Agreement, Entry, EntryState};
use depositary::domain::command::{Command, Intent};
use depositary::domain::event::{MilestoneCorrected, MilestoneRecorded, MilestoneRetracted, Recorded, SourceAdded};
use depositary::domain::ids::{CommandId, Position};
use depositary::domain::milestone::{Detail, Milestone};
use depositary::domain::source::{Source, Telling};
use depositary::domain::words::Evidence;
use depositary::projections::history::History;
use depositary::projections::knowledge::{Basis, Knowledge};
use depositary::projections::worlds::Worlds;
use proptest::prelude::*;
use testkit::facts::{actor, id, instruments, milestone, source};
use testkit::histories::*;

/// What someone appends to a history.
fn longer(events: &[Recorded], name: &str, intent: Intent) -> Vec<Recorded> {
    let command =
        Command { id: CommandId::named(name), agreement: id("rdp/RO"), expected_version: None, actor: actor(), intent };
    let position = Position(events.last().unwrap().position.0 + 1);
    let event = command.intent.event();
    let next = Recorded {
        position,
        recorded_at: recorded_at(position),
        event,
        command: command.id,
        ..events.last().unwrap().clone()
    };
    [events, &[next]].concat()
}

fn law_what_was_known_at_a_position_stays(
    events: &[Recorded],
    cut: usize,
    on: i64,
    basis: Basis,
    known: Option<i64>,
) -> Result<(), TestCaseError> {
    let instruments = instruments();
    let instrument = rdp(&instruments);
    let cut = cut.min(events.len());
    let then = knowledge(events[cut - 1].position.0, basis, known);
    let short = History::of(&events[..cut], instrument);
    let long = History::of(events, instrument);
    prop_assert_eq!(at(&short, instrument, &then, on), at(&long, instrument, &then, on));
    prop_assert_eq!(short.worlds(&then, instrument).into_owned(), long.worlds(&then, instrument).into_owned());
    Ok(())
}

fn law_what_was_known_at_an_instant_stays(events: &[Recorded], known: i64, on: i64) -> Result<(), TestCaseError> {
    let instruments = instruments();
    let instrument = rdp(&instruments);
    let then = knowledge(u64::MAX, Basis::Recorded, Some(known));
    let by_then: Vec<Recorded> = events.iter().filter(|event| event.recorded_at <= instant(known)).cloned().collect();
    let (short, long) = (History::of(&by_then, instrument), History::of(events, instrument));
    prop_assert_eq!(at(&short, instrument, &then, on), at(&long, instrument, &then, on));
    // A cut by time is one by position.
    let cut = by_then.last().map(|last| last.position.0).unwrap_or_default();
    let same = at(&long, instrument, &knowledge(cut, Basis::Recorded, None), on);
    prop_assert_eq!(at(&long, instrument, &then, on), same);
    Ok(())
}

fn law_newest_is_the_plain_fold(events: &[Recorded]) -> Result<(), TestCaseError> {
    let instruments = instruments();
    let instrument = rdp(&instruments);
    let history = History::of(events, instrument);
    let newest = knowledge(history.through().0, Basis::Recorded, None);
    let folded = Worlds::of(history.known(&newest), instrument);
    prop_assert_eq!(history.worlds(&newest, instrument).into_owned(), folded);
    // So is what was known when the last was recorded, and what was published, where every source tells when it was.
    let then = Knowledge { known_at: Some(recorded_at(history.through())), ..newest };
    prop_assert_eq!(history.worlds(&then, instrument), history.worlds(&newest, instrument));
    let dated = Agreement::of(events)
        .milestones
        .values()
        .all(|entry| entry.sources.iter().all(|(_, source)| source.published_on.is_some()));
    let published = history.worlds(&knowledge(u64::MAX, Basis::Published, None), instrument);
    prop_assert!(!dated || published == history.worlds(&newest, instrument));
    Ok(())
}

fn law_correction_back_restores(
    events: &[Recorded],
    content: &Milestone,
    on: i64,
    basis: Basis,
    known: Option<i64>,
) -> Result<(), TestCaseError> {
    // Under RECORDED an instant may lie between the two; the position says which of them are known.
    let known = known.filter(|_| basis == Basis::Published);
    let instruments = instruments();
    let instrument = rdp(&instruments);
    let record = Agreement::of(events);
    // Tellings that came one after another come together in a correction, so the later no longer counts more (rule 15).
    let together = |entry: &Entry| entry.sources.windows(2).all(|pair| pair[0].0 == pair[1].0);
    let refined = |entry: &Entry| entry.state == EntryState::Refined;
    let Some((milestone, entry)) = record.standing_entries().find(|(_, entry)| together(entry) && !refined(entry))
    else {
        return Ok(());
    };
    let correct = |content: &Milestone, sources: Vec<Source>| {
        let corrected =
            MilestoneCorrected { milestone: *milestone, content: content.clone(), sources, why: "x".to_owned() };
        Intent::CorrectMilestone(corrected)
    };
    let sources: Vec<Source> = entry.sources.iter().map(|(_, source)| source.clone()).collect();
    let first = events.last().unwrap().position.0;
    let with = longer(events, "away", correct(content, vec![source("Another")]));
    let back = longer(&with, "back", correct(&entry.milestone, sources));
    let at_position = |events: &[Recorded], position| {
        at(&History::of(events, instrument), instrument, &knowledge(position, basis, known), on)
    };
    prop_assert_eq!(at_position(&back, first), at_position(&back, first + 2));
    prop_assert_eq!(at_position(&with, first + 1), at_position(&back, first + 1));
    Ok(())
}

fn law_taken_back_leaves_nothing(
    events: &[Recorded],
    recorded: MilestoneRecorded,
    on: i64,
    basis: Basis,
    known: Option<i64>,
) -> Result<(), TestCaseError> {
    // Under RECORDED an instant may lie between the two; the position says which of them are known.
    let known = known.filter(|_| basis == Basis::Published);
    let instruments = instruments();
    let instrument = rdp(&instruments);
    let first = events.last().unwrap().position.0;
    let with = longer(events, "away", Intent::RecordMilestone(recorded));
    let milestone = CommandId::named("away").into();
    let back = longer(&with, "back", Intent::RetractMilestone(MilestoneRetracted { milestone, why: "x".to_owned() }));
    let at_position = |events: &[Recorded], position| {
        at(&History::of(events, instrument), instrument, &knowledge(position, basis, known), on)
    };
    prop_assert_eq!(at_position(&back, first), at_position(&back, first + 2));
    prop_assert_eq!(at_position(&with, first + 1), at_position(&back, first + 1));
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn what_was_known_at_a_position_never_changes_when_the_log_grows(
        events in histories(), cut in 1..16_usize, on in FIRST..DAYS, (basis, known) in bases(),
    ) {
        law_what_was_known_at_a_position_stays(&events, cut, on, basis, known)?;
    }

    #[test]
    fn what_was_known_at_an_instant_never_changes_when_more_is_recorded_later(
        events in histories(), known in FIRST..DAYS, on in FIRST..DAYS,
    ) {
        law_what_was_known_at_an_instant_stays(&events, known, on)?;
    }

    #[test]
    fn the_newest_knowledge_is_the_plain_fold(events in histories()) {
        law_newest_is_the_plain_fold(&events)?;
    }

    #[test]
    fn a_correction_back_restores_the_answers_of_before_and_those_in_between_stay_where_the_sources_came_together(
        events in histories(), content in milestones(), on in FIRST..DAYS, (basis, known) in bases(),
    ) {
        law_correction_back_restores(&events, &content, on, basis, known)?;
    }

    #[test]
    fn a_milestone_that_is_recorded_and_taken_back_leaves_no_answer_changed_but_those_in_between(
        events in histories(),
        content in milestones(),
        sources in sources(),
        on in FIRST..DAYS,
        (basis, known) in bases(),
    ) {
        law_taken_back_leaves_nothing(&events, MilestoneRecorded { milestone: content, sources }, on, basis, known)?;
    }
}

#[test]
fn sources_that_came_one_after_another_and_contradict_each_other_come_back_together() {
    let instruments = instruments();
    let instrument = rdp(&instruments);
    let tells = |day: &str| Source {
        tells: Some(Telling { date: day.parse().unwrap(), evidence: Evidence::Stated }),
        ..source("A source")
    };
    let content = milestone("2015-01-01", "Signed.", Detail::Renewed { until: None });
    let record = MilestoneRecorded { milestone: content.clone(), sources: vec![tells("2015-01-01")] };
    let name = CommandId::named("first");
    let recorded = Command {
        id: name,
        agreement: id("rdp/RO"),
        expected_version: None,
        actor: actor(),
        intent: Intent::RecordMilestone(record),
    };
    let about = name.into();
    let before = longer(
        &events(&[testkit::facts::open("rdp/RO"), recorded]),
        "second",
        Intent::AddSource(SourceAdded { milestone: about, source: tells("2016-01-01") }),
    );
    let correct = |content: &Milestone, sources| {
        Intent::CorrectMilestone(MilestoneCorrected {
            milestone: about,
            content: content.clone(),
            sources,
            why: "x".to_owned(),
        })
    };
    let away =
        longer(&before, "away", correct(&milestone("2010-01-01", "Other.", Detail::Noted {}), vec![source("Another")]));
    let back = longer(&away, "back", correct(&content, vec![tells("2015-01-01"), tells("2016-01-01")]));
    let date = |position| {
        let known = History::of(&back, instrument).known(&knowledge(position, Basis::Recorded, None));
        known.facts.first().unwrap().occurred.to_string()
    };
    assert_eq!((date(3).as_str(), date(5).as_str()), ("2016-01-01", "[2015-01-01..2016-01-01]"));
}
