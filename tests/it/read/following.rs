//! Does a follower see every acknowledged event once, in order and without a gap, whatever happens to the writers?

use std::collections::BTreeSet;
use std::time::Duration;

use depositary::domain::agreement::Agreement;
use depositary::domain::command::Command;
use depositary::domain::decide::decide;
use depositary::domain::event::Recorded;
use depositary::domain::ids::{CommandId, Position, Version};
use depositary::domain::logged::Logged;
use depositary::read::feed::Feed;
use depositary::record::tracker::{ExecuteError, Tracker};
use depositary::store::{Store, StoreError, rules};
use futures_util::future::join_all;
use sqlx::{Connection, PgConnection};
use testkit::databases::{Database, for_each_database};
use testkit::facts::{Process, instruments, note, open};
use testkit::serving::NOW;
use tokio_util::sync::CancellationToken;

const WRITERS: u64 = 8;
const EACH: u64 = 30;
const AGREEMENTS: [&str; 3] = ["rdp/FO", "rdp/GL", "sosa/FO"];

/// Numbers that look random and are the same in every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % sides
    }

    /// A delay of less than some milliseconds.
    async fn pause(&mut self, milliseconds: u64) {
        tokio::time::sleep(Duration::from_micros(self.roll(milliseconds * 1_000))).await;
    }
}

/// Sends a command as a careful caller does: again, under the same id, until it is acknowledged.
async fn send(tracker: &Tracker, command: &Command) -> Recorded {
    loop {
        match tracker.execute(vec![command.clone()]).await {
            Ok(mut outcomes) => return outcomes.remove(0).event,
            Err(ExecuteError::Store(error)) if matches!(*error, StoreError::Unavailable(_) | StoreError::Busy(_)) => {}
            Err(other) => panic!("{}", depositary::telemetry::chain(&other)),
        }
    }
}

/// Writes with short delays; gives what was acknowledged.
async fn write(tracker: Tracker, writer: u64) -> Vec<Recorded> {
    let mut dice = Dice(writer + 1);
    let mut acknowledged = Vec::new();
    for number in 0..EACH {
        dice.pause(4).await;
        let agreement = AGREEMENTS.get(usize::try_from(dice.roll(3)).unwrap()).unwrap();
        acknowledged.push(send(&tracker, &note(&format!("writer {writer}, {number}"), agreement)).await);
    }
    acknowledged
}

/// Begins appends, holds the head for a while and lets them fall.
async fn roll_back(store: Store) {
    let rules = rules(&instruments());
    let mut dice = Dice(77);
    for _ in 0..20 {
        dice.pause(5).await;
        if let Ok(append) = store.begin_append(&rules).await {
            dice.pause(3).await;
            drop(append);
        }
    }
}

/// Ends connections to the database, one at a time, whatever they are doing.
async fn kill(url: String) -> usize {
    let mut connection = PgConnection::connect(&url).await.unwrap();
    let mut dice = Dice(13);
    let mut killed = 0;
    for _ in 0..40 {
        dice.pause(10).await;
        let sql = "select pg_terminate_backend(pid)
             from pg_stat_activity
             where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'
             order by state = 'idle', random()
             limit 1";
        killed += sqlx::query(sql).fetch_all(&mut connection).await.unwrap().len();
    }
    killed
}

/// Follows from the beginning until so many events were seen; a read that fails is tried again from the same place.
async fn follow(mut feed: Feed, count: usize) -> Vec<Recorded> {
    let mut seen: Vec<Recorded> = Vec::new();
    while seen.len() < count {
        match feed.next(7).await {
            Ok(events) => {
                assert!((1..=7).contains(&events.len()));
                assert_eq!(feed.at(), events.last().unwrap().position());
                seen.extend(events.into_iter().filter_map(Logged::of_agreement));
            }
            Err(StoreError::Unavailable(_)) => {}
            Err(other) => panic!("{}", depositary::telemetry::chain(&other)),
        }
    }
    seen
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_follower_of_eight_writers_some_of_them_killed_misses_nothing_and_repeats_nothing() {
    for database in Database::each().await {
        let mut processes = Vec::new();
        for _ in 0..WRITERS {
            processes.push(Process::start(database.store().await).await);
        }
        let reader = Process::start(database.store().await).await.reader;
        let ending = CancellationToken::new();
        let keeping_up = tokio::spawn(reader.clone().keep_up(ending.clone()));
        let count = usize::try_from(WRITERS * EACH).unwrap() + AGREEMENTS.len();
        // One that is woken in another process than the writers', and one in a writer's own.
        let woken = tokio::spawn(follow(reader.feed(Position(0)), count));
        let own = processes.first().unwrap().reader.clone();
        let keeping_up_too = tokio::spawn(own.clone().keep_up(ending.clone()));
        let own = tokio::spawn(follow(own.feed(Position(0)), count));

        let mut acknowledged = Vec::new();
        for agreement in AGREEMENTS {
            acknowledged.push(send(&processes.first().unwrap().tracker, &open(agreement)).await);
        }
        let rolling_back = tokio::spawn(roll_back(database.store().await));
        let killing = matches!(database, Database::Postgres { .. }).then(|| tokio::spawn(kill(database.url())));
        let writers =
            processes.iter().zip(0..).map(|(process, writer)| tokio::spawn(write(process.tracker.clone(), writer)));
        let writers: Vec<_> = writers.collect();
        for written in join_all(writers).await {
            acknowledged.extend(written.unwrap());
        }
        rolling_back.await.unwrap();
        if let Some(killing) = killing {
            assert!(killing.await.unwrap() > 20, "too few connections were killed to prove anything");
        }
        acknowledged.sort_by_key(|event| event.position);
        assert_eq!(acknowledged.len(), count);
        for seen in [woken.await.unwrap(), own.await.unwrap()] {
            let positions: Vec<u64> = seen.iter().map(|event| event.position.0).collect();
            assert_eq!(positions, (1..=count as u64).collect::<Vec<_>>());
            assert_eq!(seen, acknowledged);
        }
        let commands: BTreeSet<CommandId> = acknowledged.iter().map(|event| event.command).collect();
        assert_eq!(commands.len(), count, "a command landed twice");
        ending.cancel();
        keeping_up.await.unwrap();
        keeping_up_too.await.unwrap();
        database.drop().await;
    }
}

/// Two writers draw their places in one order and commit in the other.
#[tokio::test]
async fn a_follower_of_a_sequence_loses_an_event_that_commits_late() {
    let Some(database) = Database::postgres().await else { return };
    let mut connections = Vec::new();
    for _ in 0..3 {
        connections.push(PgConnection::connect(&database.url()).await.unwrap());
    }
    let [one, other, follower] = connections.as_mut_slice() else { unreachable!() };
    sqlx::query("create table naive (id bigserial primary key)").execute(&mut *follower).await.unwrap();
    let insert = "insert into naive default values returning id";
    let after = "select id from naive where id > $1 order by id";
    let mut first = one.begin().await.unwrap();
    let mut second = other.begin().await.unwrap();
    let drawn: i64 = sqlx::query_scalar(insert).fetch_one(&mut *first).await.unwrap();
    let drawn_later: i64 = sqlx::query_scalar(insert).fetch_one(&mut *second).await.unwrap();
    second.commit().await.unwrap();
    let mut seen: Vec<i64> = sqlx::query_scalar(after).bind(0_i64).fetch_all(&mut *follower).await.unwrap();
    first.commit().await.unwrap();
    let last = *seen.last().unwrap();
    seen.extend(sqlx::query_scalar::<_, i64>(after).bind(last).fetch_all(&mut *follower).await.unwrap());
    let all: Vec<i64> = sqlx::query_scalar(after).bind(0_i64).fetch_all(&mut *follower).await.unwrap();
    assert_eq!((all, seen), (vec![drawn, drawn_later], vec![drawn_later]), "the control must lose the first event");
    database.drop().await;
}

/// The same two writers, each with the head of the log: the second draws its place after the first has committed.
#[tokio::test]
async fn a_follower_of_the_log_loses_nothing_because_the_later_place_waits_for_the_earlier() {
    let Some(database) = Database::postgres().await else { return };
    let one = database.store().await;
    let other = Process::start(database.store().await).await;
    let reader = Process::start(database.store().await).await.reader;
    let mut feed = reader.feed(Position(0));
    let mut first = one.begin_append(&rules(&instruments())).await.unwrap();
    let tracker = other.tracker.clone();
    let second = tokio::spawn(async move { tracker.execute(vec![open("rdp/GL")]).await.unwrap().remove(0) });
    let mut watcher = PgConnection::connect(&database.url()).await.unwrap();
    let waiting = "select exists (select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock')";
    while !sqlx::query_scalar::<_, bool>(waiting).fetch_one(&mut watcher).await.unwrap() {}
    assert!(!second.is_finished());
    assert_eq!(feed.at(), Position(0));
    assert!(one.events(Position(0), Position(10), 10).await.unwrap().is_empty());

    let instruments = instruments();
    let instrument = instruments.load("rdp").unwrap();
    let now: chrono::DateTime<chrono::Utc> = NOW.parse().unwrap();
    assert!(first.streams(&[testkit::facts::id("rdp/FO")]).await.unwrap().is_empty());
    let decision = decide(&Agreement::default(), instrument, &open("rdp/FO"), now.date_naive()).unwrap();
    let (_, draft) = first.draft(&decision, Version(1), 0, now).unwrap();
    first.commit(&[draft], &[]).await.unwrap();
    assert_eq!(second.await.unwrap().event.position, Position(2));
    reader.catch_up().await.unwrap();
    let seen = feed.next(10).await.unwrap();
    let agreements: Vec<String> =
        seen.into_iter().map(|event| event.of_agreement().unwrap().agreement.to_string()).collect();
    assert_eq!(agreements, ["rdp/FO", "rdp/GL"]);
    database.drop().await;
}

#[tokio::test]
async fn a_follower_that_waits_is_woken_by_what_its_process_writes() {
    for_each_database(async |store| {
        let process = Process::start(store).await;
        let mut feed = process.reader.feed(Position(0));
        for agreement in AGREEMENTS {
            let (written, seen) = tokio::join!(process.tracker.execute(vec![open(agreement)]), feed.next(10));
            let written: Vec<Logged> =
                written.unwrap().into_iter().map(|outcome| Logged::Agreement(outcome.event.into())).collect();
            assert_eq!(seen.unwrap(), written);
        }
        let mut from_the_second = process.reader.feed(Position(1));
        let rest = from_the_second.next(10).await.unwrap();
        assert_eq!(rest.iter().map(|event| event.position().0).collect::<Vec<_>>(), [2, 3]);
        assert_eq!(from_the_second.at(), Position(3));
    })
    .await;
}
