//! Is what is about the same thing no new alert?

use depositary::domain::alert::decide::AlertCommand;
use depositary::domain::alert::{AlertAcknowledged, AlertEvent, AlertRecorded, AlertResolved};
use depositary::domain::command::Intent;
use depositary::domain::event::MilestoneDateRefined;
use depositary::domain::ids::{CommandId, Position};
use depositary::domain::milestone::Detail;
use depositary::domain::refusal::Refusal;
use depositary::domain::words::{Evidence, ResolvedBy, Word};
use depositary::record::tracker::Outcome;
use testkit::databases::for_each_database;
use testkit::facts::{actor, command, milestone, milestone_of, open, record, source};
use testkit::watcher::{RULES, Watcher, fired, say};

#[tokio::test]
async fn what_a_person_closed_does_not_fire_again_for_the_same_thing() {
    for_each_database(async |store| {
        let watcher = fired(&store).await;
        let by_hand = AlertResolved {
            by: ResolvedBy::Hand,
            milestone: None,
            unfounded: false,
            why: Some("Nobody waits for it.".to_owned()),
            position: Position::default(),
        };
        say(&watcher, watcher.alert().await.fingerprint, AlertEvent::Resolved(by_hand)).await;
        assert_eq!((watcher.look("2024-07-06").await.fired, watcher.look("2025-07-06").await.fired), (0, 0));
        let closed = milestone("2024-03-22", "Comments closed", Detail::CommentsClosed {});
        watcher.record(vec![record("closed", "rdp/FO", closed)]).await;
        assert_eq!(watcher.look("2025-07-07").await.fired, 0, "the same entry, told by another milestone");
        assert_eq!(watcher.end().await.0, ResolvedBy::Hand);
    })
    .await;
}

#[tokio::test]
async fn a_milestone_that_tells_the_same_entry_better_is_no_new_alert() {
    for_each_database(async |store| {
        let watcher = fired(&store).await;
        for (name, day) in [("closed", "2024-03-25"), ("closed before", "2024-03-22")] {
            let closed = milestone(day, "Comments closed", Detail::CommentsClosed {});
            watcher.record(vec![record(name, "rdp/FO", closed)]).await;
            let looked = watcher.look("2024-07-06").await;
            assert_eq!((looked.holding, looked.fired, looked.resolved), (1, 0, 0), "{name}");
            assert_eq!(watcher.alert().await.version.0, 1);
        }
    })
    .await;
}

#[tokio::test]
async fn a_more_precise_day_of_the_same_entry_is_no_new_alert() {
    for_each_database(async |store| {
        let watcher = Watcher::start(store, RULES).await;
        watcher.process.clock.set("2024-06-01T12:00:00Z".parse().unwrap());
        let intent = milestone("[2023-01-01..2023-02-28]", "Announced", Detail::IntentAnnounced {});
        watcher.record(vec![open("rdp/FO"), record("intent", "rdp/FO", intent)]).await;
        assert_eq!(watcher.look("2024-06-01").await.fired, 1);
        let refined = MilestoneDateRefined {
            milestone: milestone_of("intent"),
            occurred: "2023-02-03".parse().unwrap(),
            evidence: Evidence::Stated,
            sources: vec![source("a diary")],
        };
        watcher.record(vec![command("refine", "rdp/FO", Intent::RefineDate(refined))]).await;
        let looked = watcher.look("2024-06-02").await;
        assert_eq!((looked.holding, looked.fired, looked.resolved), (1, 0, 0));
    })
    .await;
}

#[tokio::test]
async fn what_is_said_at_once_is_judged_one_after_the_other_and_an_id_says_one_thing() {
    for_each_database(async |store| {
        let watcher = fired(&store).await;
        let alert = watcher.alert().await.fingerprint;
        let says = |name: &str, event| AlertCommand {
            id: CommandId::named(name),
            alert,
            expected_version: None,
            actor: actor(),
            event,
        };
        let seen = |note: &str| AlertEvent::Acknowledged(AlertAcknowledged { note: Some(note.to_owned()) });
        let closed = AlertEvent::Resolved(AlertResolved::by_hand("Nobody waits for it.".to_owned()));
        let commands = vec![
            says("first", seen("Asked.")),
            says("first", seen("Asked.")),
            says("first", seen("Not asked.")),
            says("close", closed),
            says("late", seen("Asked again.")),
        ];
        let outcomes = watcher.process.tracker.execute_alerts(commands).await.unwrap();
        let became = |outcome: &Result<Outcome<AlertRecorded>, Refusal>| {
            outcome
                .as_ref()
                .map(|done| (done.event.version.0, done.repeated))
                .map_err(|refusal| refusal.code().as_str())
        };
        assert_eq!(
            outcomes.iter().map(became).collect::<Vec<_>>(),
            [Ok((2, false)), Ok((2, true)), Err("COMMAND_ID_REUSED"), Ok((3, false)), Err("ALERT_RESOLVED")]
        );
        // The same from the log.
        let outcomes = watcher.process.tracker.execute_alerts(vec![says("first", seen("Never."))]).await.unwrap();
        assert_eq!(outcomes.iter().map(became).collect::<Vec<_>>(), [Err("COMMAND_ID_REUSED")]);
    })
    .await;
}
