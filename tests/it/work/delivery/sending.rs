//! Does everything that is wanted arrive, and nothing else, whatever the receivers do?

use std::collections::BTreeSet;
use std::time::Duration;

use depositary::config::instruments::Instruments;
use depositary::domain::ids::Position;
use depositary::domain::logged::Logged;
use depositary::domain::milestone::{Detail, Signing};
use depositary::domain::words::MilestoneKind;
use depositary::server::seed;
use depositary::store::KEPT_ATTEMPTS;
use depositary::work::delivery::Outcome;
use depositary::work::delivery::wants::{Topic, Wants};
use testkit::databases::{for_each_database, silent};
use testkit::delivering::{Delivering, Settings};
use testkit::facts::{id, milestone, note, open, record};
use testkit::receivers::{Arrived, Manner, Receiver};

use super::opened::{ALL, notes, opened};

#[tokio::test]
async fn every_event_of_the_log_reaches_who_wants_it_signed_and_in_order() {
    for_each_database(async |store| {
        let (all, some, later) = (
            Receiver::start(Manner::Well).await,
            Receiver::start(Manner::Well).await,
            Receiver::start(Manner::Well).await,
        );
        let process = Delivering::start(store, &[&all, &some, &later]).await;
        let (endpoint, secret) = process.add(&all, &ALL).await;
        let wants = Wants {
            instruments: vec![id("rdp/KR").instrument],
            countries: vec![id("rdp/KR").country, id("rdp/LV").country],
            kinds: vec![MilestoneKind::CommentsClosed, MilestoneKind::Signed],
            ..Wants::all_of(vec![Topic::Milestones])
        };
        process.add_wanting(&some, wants).await;
        seed(&process.tracker).await.unwrap();
        let head = process.store.head().await.unwrap().position;
        // From now on, so of nothing that is recorded already.
        process.webhooks.add(&later.url(), Wants::all_of(ALL.to_vec()), None).await.unwrap();

        // What a subscriber would hear, computed anew.
        let log = process.store.events(Position(0), head, 10_000).await.unwrap();
        let (mut changes, mut wanted) = (Vec::new(), Vec::new());
        for event in &log {
            let Logged::Agreement(event) = event else { panic!("{event:?}") };
            if process.answers.change(event).await.unwrap().is_some() {
                changes.push(event.position.0);
            }
            let kind = process.answers.kind(event).await.unwrap();
            let kinds = [Some(MilestoneKind::CommentsClosed), Some(MilestoneKind::Signed)];
            if ["rdp/KR", "rdp/LV"].contains(&event.agreement.to_string().as_str()) && kinds.contains(&kind) {
                wanted.push(event.position.0);
            }
        }
        assert!(changes.len() > 100 && wanted.len() >= 2, "{} {wanted:?}", changes.len());
        all.has(log.len() + changes.len()).await;
        some.has(wanted.len()).await;
        assert_eq!(all.positions("milestones"), (1..=head.0).collect::<Vec<_>>());
        assert_eq!((all.positions("statuses"), some.positions("milestones")), (changes, wanted));
        let arrived = all.arrived();
        assert!(arrived.iter().map(Arrived::position).is_sorted(), "the order of the log");
        assert_eq!(arrived.len(), all.accepted().len(), "nothing came twice");
        for one in &arrived {
            assert!(one.is_signed_by(&secret.reveal()), "{one:?}");
            assert!(one.body.len() < 20_000);
            assert_eq!(one.headers["content-type"], "application/cloudevents+json; charset=utf-8");
        }
        // Another event, live.
        process.tracker.execute(vec![note("news", "rdp/KR")]).await.unwrap().clear();
        later.has(1).await;
        assert_eq!(later.positions("milestones"), [head.0 + 1]);
        process.until(endpoint.id, |endpoint| endpoint.cursor.position == Position(head.0 + 1)).await;
        let counted = process.webhooks.counts().each().into_iter().find(|(id, _)| *id == endpoint.id).unwrap().1;
        assert_eq!((counted.failures, counted.delivered), (0, all.accepted().len() as u64));
        process.end().await;
    })
    .await;
}

#[tokio::test]
async fn receivers_that_fail_hang_redirect_or_trickle_get_everything_and_delay_nobody() {
    for_each_database(async |store| {
        let elsewhere = Receiver::start(Manner::Well).await;
        let manners =
            [Manner::Fails, Manner::Hangs, Manner::Redirects(elsewhere.url()), Manner::Trickles, Manner::Babbles];
        let mut bad = Vec::new();
        for manner in manners {
            bad.push(Receiver::start(manner).await);
        }
        let good = Receiver::start(Manner::Well).await;
        let receivers: Vec<&Receiver> = bad.iter().chain([&good, &elsewhere]).collect();
        let process = opened(store, &receivers).await;
        let mut endpoints = Vec::new();
        for receiver in bad.iter().chain([&good]) {
            endpoints.push(process.add(receiver, &[Topic::Milestones]).await.0);
        }
        notes(&process, 0, 29).await;
        let took = good.has(30).await;
        assert!(took < Duration::from_secs(10), "the good one waited {took:?} for the others");
        // One that fails half the time gets each under one id; one that babbles has said 200 by then.
        bad[0].has(30).await;
        bad[4].has(1).await;
        let attempts = bad[0].arrived();
        assert!(attempts.len() > 40, "{}: it did not fail half the time", attempts.len());
        let mut ids: Vec<(u64, String)> = attempts.iter().map(|one| (one.position(), one.id.clone())).collect();
        ids.sort();
        ids.dedup();
        assert_eq!(ids.len(), 30, "an event was sent under two ids");
        // The others are told at last, once they behave: what was not accepted waits, or was not passed.
        let outcomes = [Outcome::TimedOut, Outcome::Redirected, Outcome::TimedOut];
        for ((receiver, endpoint), outcome) in bad[1..4].iter().zip(&endpoints[1..4]).zip(outcomes) {
            process.until(endpoint.id, |endpoint| endpoint.cursor.failing_since.is_some()).await;
            let tried = process.webhooks.attempts(endpoint.id).await.unwrap();
            assert!(tried.iter().all(|attempt| attempt.outcome == outcome), "{tried:?}");
            receiver.behave(Manner::Well);
        }
        assert!(elsewhere.arrived().is_empty(), "a redirect was followed");
        for (receiver, endpoint) in bad[1..4].iter().zip(&endpoints[1..4]) {
            // What was tried too often meanwhile was given up, and can be had again.
            process.webhooks.replay(endpoint.id, Position(0)).await.unwrap();
            receiver.has(30).await;
            assert_eq!(receiver.positions("milestones"), (1..=30).collect::<Vec<_>>());
        }
        process.end().await;
    })
    .await;
}

#[tokio::test]
async fn what_is_tried_again_and_again_does_not_keep_what_is_new_waiting() {
    for_each_database(async |store| {
        let receiver = Receiver::start(Manner::Says(500, "")).await;
        let settings = Settings { schedule: vec![0; 100], ..Settings::default() };
        let process = Delivering::start_with(store, &[&receiver], settings).await;
        process.tracker.execute(vec![open("rdp/FO")]).await.unwrap().clear();
        notes(&process, 0, 5).await;
        process.add(&receiver, &[Topic::Milestones]).await;
        while receiver.arrived().len() < 20 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        let first: BTreeSet<u64> = receiver.arrived().iter().take(20).map(Arrived::position).collect();
        assert_eq!(first, BTreeSet::from([1, 2, 3, 4, 5, 6]));
        process.end().await;
    })
    .await;
}

#[tokio::test]
async fn however_much_is_delivered_only_the_last_attempts_are_kept() {
    for_each_database(async |store| {
        let receiver = Receiver::start(Manner::Well).await;
        let process = opened(store, &[&receiver]).await;
        let (endpoint, _) = process.add(&receiver, &[Topic::Milestones]).await;
        for from in [0, 60, 120, 180] {
            notes(&process, from, 60).await;
            process.until(endpoint.id, |endpoint| endpoint.cursor.position == Position(from + 61)).await;
        }
        let kept = process.store.webhook_attempts(endpoint.id, 1_000).await.unwrap().len();
        assert!((KEPT_ATTEMPTS..KEPT_ATTEMPTS * 3 / 2).contains(&kept), "{kept} are kept");
        process.end().await;
    })
    .await;
}

#[tokio::test]
async fn what_cannot_be_kept_while_the_database_is_silent_is_kept_when_it_is_back() {
    for_each_database(async |store| {
        let receiver = Receiver::start(Manner::Hangs).await;
        let settings = Settings { schedule: vec![0, 60_000], ..Settings::default() };
        let process = Delivering::start_with(store.clone(), &[&receiver], settings).await;
        process.tracker.execute(vec![open("rdp/FO")]).await.unwrap().clear();
        notes(&process, 0, 19).await;
        let (endpoint, _) = process.add(&receiver, &[Topic::Milestones]).await;
        process.until(endpoint.id, |endpoint| endpoint.cursor.position == Position(1)).await;
        silent(&store, "webhook_cursors", async { tokio::time::sleep(Duration::from_secs(7)).await }).await;
        let after = process.until(endpoint.id, |endpoint| endpoint.cursor.position > Position(6)).await;
        let all: Vec<u64> = (1..=after.cursor.position.0).collect();
        assert_eq!(after.waiting.iter().map(|one| one.position.0).collect::<Vec<_>>(), all, "each waits");
        let mut tried: Vec<u64> =
            process.webhooks.attempts(endpoint.id).await.unwrap().iter().map(|one| one.position.0).collect();
        tried.reverse();
        assert!(tried.starts_with(&all), "{tried:?}");
        process.end().await;
    })
    .await;
}

#[tokio::test]
async fn whoever_wants_little_of_a_long_log_gets_it() {
    for_each_database(async |store| {
        let receiver = Receiver::start(Manner::Well).await;
        let process = opened(store, &[&receiver]).await;
        // More than a lane looks at in one go.
        for part in 0..9 {
            notes(&process, part * 500, 500).await;
        }
        process.tracker.execute(vec![open("rdp/KR"), note("news", "rdp/KR")]).await.unwrap().clear();
        let wants = Wants { countries: vec![id("rdp/KR").country], ..Wants::all_of(vec![Topic::Milestones]) };
        let (endpoint, _) = process.add_wanting(&receiver, wants).await;
        receiver.has(2).await;
        assert_eq!(receiver.positions("milestones"), [4_502, 4_503]);
        process.until(endpoint.id, |endpoint| endpoint.cursor.position == Position(4_503)).await;
        process.end().await;
    })
    .await;
}

#[tokio::test]
async fn what_is_of_an_instrument_that_the_process_does_not_know_holds_nobody_up() {
    for_each_database(async |store| {
        let receiver = Receiver::start(Manner::Well).await;
        let knows_both = Delivering::start(store.clone(), &[&receiver]).await;
        let signed = record("signed", "sosa/FO", milestone("2020-01-01", "Signed", signing()));
        let unit = vec![open("sosa/FO"), signed, open("rdp/FO"), note("later", "rdp/FO")];
        knows_both.tracker.execute(unit).await.unwrap().clear();
        knows_both.end().await;
        let rdp = ("rdp.toml".to_owned(), include_str!("../../../../data/instruments/rdp.toml").to_owned());
        let settings = Settings { instruments: Instruments::of([rdp]).unwrap(), ..Settings::default() };
        let process = Delivering::start_with(store, &[&receiver], settings).await;
        let (endpoint, _) = process.add(&receiver, &ALL).await;
        // Facts are told as they are; which status they make, nobody here can say.
        process.until(endpoint.id, |endpoint| endpoint.cursor.position == Position(4)).await;
        assert_eq!(receiver.positions("milestones"), [1, 2, 3, 4]);
        assert!(receiver.positions("statuses").iter().all(|position| *position > 2));
        process.end().await;
    })
    .await;
}

fn signing() -> Detail {
    Detail::Signed {
        signings: vec![Signing { on: "2020-01-01".parse().unwrap(), place: None, signatories: Vec::new() }],
    }
}
