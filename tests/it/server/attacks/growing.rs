//! A recorder who records without end: is a record bounded, and is the day of a token?

use depositary::config::limits::{Limit, Struck};
use depositary::domain::agreement::Agreement;
use depositary::domain::command::{Command, Intent};
use depositary::domain::decide::{MOST_BY_ONE, MOST_MILESTONES, decide};
use depositary::domain::event::{MilestoneRetracted, Recorded};
use depositary::domain::ids::{Actor, Position, Version};
use depositary::domain::words::Word;
use depositary::read::reader::Reader;
use depositary::record::tracker::{Daily, ExecuteError, Tracker};
use testkit::databases::for_each_database;
use testkit::facts::{Process, command, instruments, milestone_of, note, open};

fn by(name: &str, command: Command) -> Command {
    Command { actor: Actor::parse(name).unwrap(), ..command }
}

/// A record to which some desks have noted so much each.
fn record(desks: &[(&str, usize)]) -> Agreement {
    let notes = desks
        .iter()
        .flat_map(|(desk, number)| (0..*number).map(move |at| by(desk, note(&format!("{desk} {at}"), "rdp/RO"))));
    let mut agreement = Agreement::default();
    for (at, command) in (1..).zip(std::iter::once(open("rdp/RO")).chain(notes)) {
        agreement.evolve(&Recorded {
            position: Position(at.into()),
            agreement: command.agreement.clone(),
            version: Version(at),
            recorded_at: testkit::facts::NOW.parse().unwrap(),
            command: command.id,
            actor: command.actor.clone(),
            event: command.intent.event(),
        });
    }
    agreement
}

fn refused(agreement: &Agreement, command: &Command) -> Option<&'static str> {
    let instruments = instruments();
    let instrument = instruments.load("rdp").unwrap();
    decide(agreement, instrument, command, "2026-11-24".parse().unwrap()).err().map(|refusal| refusal.code().as_str())
}

#[test]
fn a_record_has_a_most_of_milestones_and_a_desk_a_part_of_them_and_all_can_be_taken_back() {
    let agreement = record(&[("one", MOST_BY_ONE)]);
    assert_eq!(refused(&agreement, &by("one", note("more", "rdp/RO"))), Some("RECORD_FULL"));
    assert_eq!(refused(&agreement, &by("two", note("more", "rdp/RO"))), None, "one desk fills it for nobody");
    assert_eq!(refused(&agreement, &by("import", note("more", "rdp/RO"))), None);
    let full = record(&[("one", MOST_BY_ONE), ("two", MOST_MILESTONES - MOST_BY_ONE)]);
    for desk in ["one", "two", "three", "import"] {
        assert_eq!(refused(&full, &by(desk, note("more", "rdp/RO"))), Some("RECORD_FULL"));
    }
    let retraction = MilestoneRetracted { milestone: milestone_of("one 7"), why: "Nonsense.".to_owned() };
    assert_eq!(refused(&full, &command("back", "rdp/RO", Intent::RetractMilestone(retraction))), None);
}

#[tokio::test]
async fn a_token_records_so_much_in_a_day_whatever_restarts_and_the_operator_more() {
    for_each_database(async |store| {
        let process = Process::start(store.clone()).await;
        let struck = Struck::default();
        let start = async |process: &Process| {
            let reader = Reader::open(store.clone(), instruments()).await.unwrap();
            let daily = Daily { most: 3, struck: struck.clone() };
            Tracker::start_with(store.clone(), instruments(), process.clock.clone(), reader, daily)
        };
        let tracker = start(&process).await;
        let execute = async |tracker: &Tracker, command: Command| match tracker.execute(vec![command]).await {
            Ok(_) => "recorded",
            Err(ExecuteError::Refused { refusal, .. }) => refusal.code().as_str(),
            Err(error) => panic!("{error}"),
        };
        assert_eq!(execute(&tracker, open("rdp/RO")).await, "recorded");
        for (name, expected) in [("a", "recorded"), ("b", "recorded"), ("c", "TOO_MANY_TODAY"), ("a", "recorded")] {
            assert_eq!(execute(&tracker, note(name, "rdp/RO")).await, expected, "{name}: a repeat records nothing");
        }
        assert_eq!(execute(&tracker, by("other", note("d", "rdp/RO"))).await, "recorded");
        // Another process counts what this one has recorded, and a dry run counts nothing.
        let again = start(&process).await;
        assert_eq!(execute(&again, note("e", "rdp/RO")).await, "TOO_MANY_TODAY");
        for name in ["f", "g", "h", "i"] {
            assert!(again.execute_dry(vec![by("other", note(name, "rdp/RO"))]).await.is_ok());
            assert_eq!(execute(&again, by("import", note(name, "rdp/RO"))).await, "recorded");
        }
        assert_eq!(struck.of(Limit::DailyFacts), 2);
        process.clock.set("2026-11-25T00:00:01Z".parse().unwrap());
        assert_eq!(execute(&again, note("j", "rdp/RO")).await, "recorded", "another day");
        assert_eq!(execute(&tracker, note("k", "rdp/RO")).await, "recorded");
        assert_eq!(execute(&tracker, note("l", "rdp/RO")).await, "recorded");
        assert_eq!(execute(&again, note("m", "rdp/RO")).await, "TOO_MANY_TODAY");
    })
    .await;
}

#[tokio::test]
async fn whoever_appends_to_a_long_record_without_a_pause_lets_others_go_first() {
    for_each_database(async |store| {
        let process = Process::start(store).await;
        let notes = (0..1_000).map(|number| note(&format!("old {number}"), "rdp/RO"));
        let unit = [open("rdp/RO"), open("rdp/LV")].into_iter().chain(notes);
        let _ = process.tracker.execute(unit.map(|command| by("import", command)).collect()).await.unwrap();
        let position = async |name: &str, agreement: &str| {
            let outcomes = process.tracker.execute(vec![by("import", note(name, agreement))]).await.unwrap();
            outcomes[0].event.position
        };
        let alone = position("alone", "rdp/RO").await;
        let (first, second, beside) =
            tokio::join!(position("first", "rdp/RO"), position("second", "rdp/RO"), position("beside", "rdp/LV"));
        assert_eq!([beside, first, second], [1, 2, 3].map(|after| Position(alone.0 + after)));
        // A short record waits for nothing: what is asked at once is recorded in the order in which it was asked.
        let (one, two) = tokio::join!(position("one", "rdp/LV"), position("two", "rdp/LV"));
        assert_eq!([one, two], [4, 5].map(|after| Position(alone.0 + after)));
    })
    .await;
}
