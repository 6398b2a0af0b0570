//! Does every fact enter whole, once and in order, however many write at once?

use std::time::Duration;

use depositary::domain::command::{Command, Intent};
use depositary::domain::event::MilestoneRecorded;
use depositary::domain::ids::{CommandId, Position, Version};
use depositary::domain::milestone::Detail;
use depositary::domain::refusal::Refusal;
use depositary::domain::words::Word;
use depositary::record::tracker::{ExecuteError, Outcome};
use depositary::store::{Keyset, MilestoneSearch, Store};
use futures_util::future::join_all;
use testkit::databases::{Database, for_each_database};
use testkit::facts::{Process, id, milestone, milestone_of, note, open, record, source};
use testkit::tables::{dump, log};
use tokio_util::sync::CancellationToken;

fn refusal(result: Result<Vec<Outcome>, ExecuteError>) -> (usize, Refusal) {
    match result {
        Err(ExecuteError::Refused { index, refusal }) => (index, refusal),
        other => panic!("not refused: {other:?}"),
    }
}

/// A command that is always refused: it lies in the future of the tests' clock.
fn impossible(name: &str, agreement: &str) -> Command {
    record(name, agreement, milestone("2030-01-01", name, Detail::Noted {}))
}

/// The ids of the commands that the log holds.
async fn commands(store: &Store) -> Vec<CommandId> {
    store
        .events(Position(0), Position(1_000_000), 100_000)
        .await
        .unwrap()
        .into_iter()
        .map(|event| event.command())
        .collect()
}

#[tokio::test]
async fn of_32_writers_that_expect_one_version_exactly_one_is_recorded() {
    for database in Database::each().await {
        let processes = [Process::start(database.store().await).await, Process::start(database.store().await).await];
        let [one, _] = &processes;
        let _ = one.tracker.execute(vec![open("rdp/FO")]).await.unwrap();
        for round in 1..=20_u32 {
            let writers = (0..32).zip(processes.iter().cycle()).map(|(writer, process)| {
                let command = note(&format!("round {round}, writer {writer}"), "rdp/FO");
                let command = Command { expected_version: Some(Version(round)), ..command };
                let tracker = process.tracker.clone();
                tokio::spawn(async move { tracker.execute(vec![command]).await })
            });
            let writers: Vec<_> = writers.collect();
            let mut recorded = 0;
            for written in join_all(writers).await {
                match written.unwrap() {
                    Ok(outcomes) => {
                        recorded += 1;
                        assert_eq!(outcomes.first().unwrap().event.version, Version(round + 1));
                    }
                    refused => {
                        let expected = Refusal::VersionConflict {
                            agreement: id("rdp/FO"),
                            expected: Version(round),
                            actual: Version(round + 1),
                        };
                        assert_eq!(refusal(refused), (0, expected));
                    }
                }
            }
            assert_eq!(recorded, 1, "round {round}");
        }
        assert_eq!(one.store.head().await.unwrap().position, Position(21));
        database.drop().await;
    }
}

#[tokio::test]
async fn a_command_that_is_sent_again_lands_once_and_gives_the_first_outcome() {
    for database in Database::each().await {
        let processes = [Process::start(database.store().await).await, Process::start(database.store().await).await];
        let [one, other] = &processes;
        let unit = || vec![open("rdp/FO"), note("again", "rdp/FO")];
        let first = one.tracker.execute(unit()).await.unwrap();
        assert!(first.iter().all(|outcome| !outcome.repeated));
        let repeated: Vec<Outcome> =
            first.iter().map(|outcome| Outcome { repeated: true, ..outcome.clone() }).collect();
        assert_eq!(one.tracker.execute(unit()).await.unwrap(), repeated);
        assert_eq!(other.tracker.execute(unit()).await.unwrap(), repeated);
        // Whatever version is expected by now, and whoever sends it: it is the same command.
        let mut stale = note("again", "rdp/FO");
        stale.expected_version = Some(Version(9));
        assert_eq!(other.tracker.execute(vec![stale]).await.unwrap(), repeated.get(1..).unwrap());

        let sent = || note("sent by everyone", "rdp/FO");
        let senders = processes.iter().cycle().take(20).map(|process| {
            let tracker = process.tracker.clone();
            tokio::spawn(async move { tracker.execute(vec![sent()]).await.unwrap().remove(0) })
        });
        let senders: Vec<_> = senders.collect();
        let outcomes: Vec<Outcome> = join_all(senders).await.into_iter().map(Result::unwrap).collect();
        assert_eq!(outcomes.iter().filter(|outcome| !outcome.repeated).count(), 1);
        assert!(outcomes.iter().all(|outcome| outcome.event.position == Position(3)), "{outcomes:?}");

        let twice = one.tracker.execute(vec![note("twice", "rdp/FO"), note("twice", "rdp/FO")]).await.unwrap();
        let repeated: Vec<bool> = twice.iter().map(|outcome| outcome.repeated).collect();
        assert_eq!(repeated, [false, true]);
        assert_eq!(commands(&one.store).await.len(), 4);
        database.drop().await;
    }
}

#[tokio::test]
async fn a_command_id_is_not_used_for_another_command() {
    for database in Database::each().await {
        let one = Process::start(database.store().await).await;
        let other = Process::start(database.store().await).await;
        let _ = one.tracker.execute(vec![open("rdp/FO"), open("sosa/FO"), note("used", "rdp/FO")]).await.unwrap();
        let used = CommandId::named("used");
        let others = [
            Command { id: used, ..note("another summary", "rdp/FO") },
            note("used", "sosa/FO"),
            Command { id: used, ..open("sosa/GL") },
        ];
        for process in [&one, &other] {
            for command in &others {
                let unit = vec![note("before it", "rdp/FO"), command.clone()];
                let (index, refused) = refusal(process.tracker.execute(unit).await);
                assert_eq!((index, &refused), (1, &Refusal::CommandReused(used.id)));
                assert_eq!((refused.code().as_str(), refused.place()), ("COMMAND_ID_REUSED", Some("commandId")));
            }
        }
        // Both in one unit, where the first is not in the log yet.
        let new = note("new", "rdp/FO");
        let unlike = Command { id: new.id, ..note("unlike the new", "rdp/FO") };
        let (index, _) = refusal(one.tracker.execute(vec![new.clone(), unlike.clone()]).await);
        assert_eq!(index, 1);
        assert_eq!(commands(&one.store).await.len(), 3);
        // Another place under the same id would be a part of a unit that was whole without it.
        let mut next = note("next", "rdp/FO");
        next.id = CommandId { index: 1, ..used };
        let (index, refused) = refusal(one.tracker.execute(vec![unlike.clone(), next]).await);
        assert_eq!((index, refused), (1, Refusal::CommandReused(used.id)));
        // What was refused left the id free.
        let outcomes = one.tracker.execute(vec![unlike]).await.unwrap();
        assert!(outcomes.iter().all(|outcome| !outcome.repeated));
        database.drop().await;
    }
}

#[tokio::test]
async fn a_refused_unit_leaves_no_trace_and_fails_nobody_else_in_its_batch() {
    for_each_database(async |store| {
        let process = Process::start(store.clone()).await;
        let _ = process.tracker.execute(vec![open("rdp/FO")]).await.unwrap();
        let mut units: Vec<Vec<Command>> =
            (0..50).map(|number| vec![note(&format!("good {number}"), "rdp/FO")]).collect();
        // Records another agreement and the one that all share, and is refused at its end.
        let refused = vec![open("rdp/GL"), note("bad", "rdp/GL"), note("worse", "rdp/FO"), impossible("no", "rdp/FO")];
        units.insert(25, refused);
        // After the refused one opens it, this one must find it closed.
        units.insert(26, vec![note("in a closed record", "rdp/GL")]);
        let sent = units.into_iter().map(|unit| process.tracker.execute(unit));
        let mut results = join_all(sent).await;
        assert_eq!(refusal(results.remove(26)), (0, Refusal::NotOpen(id("rdp/GL"))));
        let (index, reason) = refusal(results.remove(25));
        assert_eq!((index, reason.code().as_str()), (3, "IN_THE_FUTURE"));
        let versions: Vec<u32> =
            results.into_iter().map(|result| result.unwrap().first().unwrap().event.version.0).collect();
        assert_eq!(versions, (2..52).collect::<Vec<u32>>());
        let events = store.events(Position(0), Position(1_000_000), 100).await.unwrap();
        assert_eq!(events.len(), 51);
        let of = events.into_iter().map(|event| event.of_agreement().unwrap().agreement);
        assert!(of.into_iter().all(|agreement| agreement == id("rdp/FO")));
        let before = dump(&store).await;
        store.rebuild(&testkit::facts::instruments(), |_| {}).await.unwrap();
        assert_eq!(dump(&store).await, before);
        assert!(process.reader.history(&id("rdp/GL")).await.unwrap().is_none());
        // What it would have recorded can be recorded now.
        let _ = process.tracker.execute(vec![open("rdp/GL"), note("bad", "rdp/GL")]).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_dry_run_decides_as_a_real_one_and_records_nothing() {
    for_each_database(async |store| {
        let process = Process::start(store.clone()).await;
        let unit = || vec![open("rdp/FO"), note("dry", "rdp/FO")];
        let before = dump(&store).await;
        // In one batch: a dry run, a real one that must not see it, and a dry one that sees the real one.
        let dry = process.tracker.execute_dry(unit());
        let closed = process.tracker.execute(vec![note("early", "rdp/FO")]);
        let (dry, closed) = tokio::join!(dry, closed);
        assert_eq!(refusal(closed).1, Refusal::NotOpen(id("rdp/FO")));
        assert_eq!((store.head().await.unwrap().position, dump(&store).await), (Position(0), before));
        let (refused_dry, _) =
            refusal(process.tracker.execute_dry(vec![open("rdp/FO"), impossible("no", "rdp/FO")]).await);
        assert_eq!(refused_dry, 1);
        let (real, dry_after) =
            tokio::join!(process.tracker.execute(unit()), process.tracker.execute_dry(vec![note("on top", "rdp/FO")]));
        assert_eq!(real.unwrap(), dry.unwrap());
        assert_eq!(dry_after.unwrap().first().unwrap().event.version, Version(3));
        assert_eq!(store.head().await.unwrap().position, Position(2));
        assert_eq!(process.reader.seen(), Position(2));
    })
    .await;
}

#[tokio::test]
async fn a_command_of_a_refused_or_dry_unit_is_recorded_when_its_batch_holds_it_again() {
    for_each_database(async |store| {
        let process = Process::start(store.clone()).await;
        let _ = process.tracker.execute(vec![open("rdp/FO")]).await.unwrap();
        let command = |name: &str| note(name, "rdp/FO");
        let (refused, after_refused, dry, after_dry) = tokio::join!(
            process.tracker.execute(vec![command("with a refused one"), impossible("no", "rdp/FO")]),
            process.tracker.execute(vec![command("with a refused one")]),
            process.tracker.execute_dry(vec![command("dry first")]),
            process.tracker.execute(vec![command("dry first")]),
        );
        assert_eq!((refusal(refused).0, dry.unwrap().len()), (1, 1));
        for (outcomes, name) in [(after_refused, "with a refused one"), (after_dry, "dry first")] {
            let outcomes = outcomes.unwrap();
            assert!(!outcomes.first().unwrap().repeated, "{name}");
            assert!(
                commands(&store).await.contains(&CommandId::named(name)),
                "{name} was acknowledged and is not there"
            );
        }
        assert_eq!(store.head().await.unwrap().position, Position(3));
    })
    .await;
}

#[tokio::test]
async fn time_in_the_log_never_runs_backwards_and_keeps_its_microseconds() {
    for database in Database::each().await {
        let process = Process::start(database.store().await).await;
        let instants = [
            "2026-11-24T12:00:00.000001Z",
            "2026-11-24T12:00:00.999999Z",
            "2026-11-24T11:00:00Z",
            "1999-01-01T00:00:00Z",
            "2026-11-24T12:00:01Z",
        ];
        for (number, instant) in instants.into_iter().enumerate() {
            process.clock.set(instant.parse().unwrap());
            let command = open(["rdp/FO", "rdp/GL", "rdp/IS", "rdp/AL", "rdp/AD"].get(number).unwrap());
            let _ = process.tracker.execute(vec![command]).await.unwrap();
        }
        // Another process, whose clock is behind.
        let other = Process::start(database.store().await).await;
        let _ = other.tracker.execute(vec![open("rdp/AE")]).await.unwrap();
        let expected = [
            "2026-11-24T12:00:00.000001Z",
            "2026-11-24T12:00:00.999999Z",
            "2026-11-24T12:00:00.999999Z",
            "2026-11-24T12:00:00.999999Z",
            "2026-11-24T12:00:01.000000Z",
            "2026-11-24T12:00:01.000000Z",
        ];
        let told: Vec<String> = log(&other.store)
            .await
            .into_iter()
            .map(|event| depositary::domain::time::instant_text(event.recorded_at))
            .collect();
        assert_eq!(told, expected);
        database.drop().await;
    }
}

#[tokio::test]
async fn who_has_written_sees_it_at_once() {
    for_each_database(async |store| {
        let process = Process::start(store.clone()).await;
        assert!(process.reader.history(&id("rdp/FO")).await.unwrap().is_none());
        let all = Keyset { after: None, before: None, limit: 100, from_end: false };
        let _ = process.tracker.execute(vec![open("rdp/FO")]).await.unwrap();
        for number in 0..10 {
            let name = format!("seen {number}");
            let outcomes = process.tracker.execute(vec![note(&name, "rdp/FO")]).await.unwrap();
            let position = outcomes.first().unwrap().event.position;
            assert_eq!(process.reader.seen(), position);
            let history = process.reader.history(&id("rdp/FO")).await.unwrap().unwrap();
            assert_eq!(history.version(), Version(number + 2));
            let found = store.search_milestones(&MilestoneSearch::default(), &all).await.unwrap().found;
            assert_eq!(found.last(), Some(&(id("rdp/FO"), milestone_of(&name), position)));
            assert_eq!(found.len(), number as usize + 1);
        }
    })
    .await;
}

#[tokio::test]
async fn another_process_sees_it_when_it_has_caught_up() {
    for database in Database::each().await {
        let writer = Process::start(database.store().await).await;
        let reader = Process::start(database.store().await).await.reader;
        let version = async || {
            let history = reader.history(&id("rdp/FO")).await.unwrap();
            history.map_or(0, |history| history.version().0)
        };
        assert_eq!(version().await, 0);
        let _ = writer.tracker.execute(vec![open("rdp/FO")]).await.unwrap();
        assert_eq!(version().await, 0, "what is kept stands until the process has moved on");
        reader.catch_up().await.unwrap();
        assert_eq!((reader.seen(), version().await), (Position(1), 1));
        let _ = writer.tracker.execute(vec![note("later", "rdp/FO"), open("rdp/GL")]).await.unwrap();
        reader.catch_up().await.unwrap();
        assert_eq!((reader.seen(), version().await), (Position(3), 2));
        // By itself: woken by PostgreSQL, by polling on SQLite.
        let ending = CancellationToken::new();
        let following = tokio::spawn(reader.clone().keep_up(ending.clone()));
        let _ = writer.tracker.execute(vec![note("last", "rdp/FO")]).await.unwrap();
        assert!(reader.wait_for(Position(4), Duration::from_secs(10)).await);
        assert_eq!(version().await, 3);
        ending.cancel();
        following.await.unwrap();
        assert!(!reader.wait_for(Position(5), Duration::from_millis(1)).await);
        database.drop().await;
    }
}

#[tokio::test]
async fn two_processes_that_write_in_turn_decide_by_what_the_other_wrote() {
    for database in Database::each().await {
        let one = Process::start(database.store().await).await;
        let other = Process::start(database.store().await).await;
        let _ = one.tracker.execute(vec![open("rdp/FO")]).await.unwrap();
        let reopened = Command { id: CommandId::named("opened by the other"), ..open("rdp/FO") };
        assert_eq!(refusal(other.tracker.execute(vec![reopened]).await).1, Refusal::AlreadyOpen(id("rdp/FO")));
        for (process, number) in [&one, &other].into_iter().cycle().zip(0..10) {
            let outcomes = process.tracker.execute(vec![note(&format!("turn {number}"), "rdp/FO")]).await.unwrap();
            assert_eq!(outcomes.first().unwrap().event.version, Version(number + 2));
            assert_eq!(process.reader.history(&id("rdp/FO")).await.unwrap().unwrap().version(), Version(number + 2));
        }
        let before = dump(&one.store).await;
        one.store.rebuild(&testkit::facts::instruments(), |_| {}).await.unwrap();
        assert_eq!(dump(&one.store).await, before);
        database.drop().await;
    }
}

#[tokio::test]
async fn an_event_that_is_too_large_is_refused_by_its_size_and_hinders_nobody() {
    for_each_database(async |store| {
        let process = Process::start(store.clone()).await;
        let _ = process.tracker.execute(vec![open("rdp/FO")]).await.unwrap();
        let large = |titles: usize| {
            let mut command = note(&format!("large {titles}"), "rdp/FO");
            let sources = (0..50).map(|number| source(&"x".repeat(if number < titles { 1_000 } else { 800 })));
            let milestone = milestone("2020-01-01", &"y".repeat(2_000), Detail::Noted {});
            let sources = sources.map(|source| depositary::domain::source::Source {
                url: Some(format!("https://example.org/{}", "z".repeat(300))),
                ..source
            });
            command.intent = Intent::RecordMilestone(MilestoneRecorded { milestone, sources: sources.collect() });
            command
        };
        let (fits, refused, next) = tokio::join!(
            process.tracker.execute(vec![large(0)]),
            process.tracker.execute(vec![note("with it", "rdp/FO"), large(50)]),
            process.tracker.execute(vec![note("beside it", "rdp/FO")])
        );
        let (index, refused) = refusal(refused);
        assert_eq!((index, refused.code().as_str(), refused.place()), (1, "INVALID_FIELD", Some("milestone")));
        let told = refused.to_string();
        assert!(told.ends_with(" bytes, and an event takes at most 65535"), "{told}");
        let _ = fits.unwrap();
        let next = next.unwrap();
        assert_eq!(next.first().unwrap().event.position, Position(3));
        assert_eq!(store.head().await.unwrap().position, Position(3));
    })
    .await;
}

#[tokio::test]
async fn an_unknown_instrument_is_refused_and_the_known_ones_are_named() {
    for_each_database(async |store| {
        let process = Process::start(store.clone()).await;
        let (index, refused) = refusal(process.tracker.execute(vec![open("rdp/FO"), open("nato/FO")]).await);
        assert_eq!((index, refused.code().as_str()), (1, "UNKNOWN_INSTRUMENT"));
        assert_eq!(refused.to_string(), "instrument `nato` is not known; known are korus, rdp, rsf, sosa");
        assert_eq!(store.head().await.unwrap().position, Position(0));
    })
    .await;
}
