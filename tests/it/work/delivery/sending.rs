//! Does everything that is wanted arrive, and nothing else, whatever the receivers do?

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use depositary::answers::OfOtherRules;
use depositary::config::instruments::Instruments;
use depositary::domain::alert::decide::AlertCommand;
use depositary::domain::alert::rule::RuleName;
use depositary::domain::alert::{AlertAcknowledged, AlertEvent};
use depositary::domain::ids::{CommandId, Position};
use depositary::domain::logged::Logged;
use depositary::domain::milestone::{Detail, Signing};
use depositary::domain::words::MilestoneKind;
use depositary::server::seed;
use depositary::store::{KEPT_ATTEMPTS, Store};
use depositary::work::delivery::Outcome;
use depositary::work::delivery::wants::{Topic, Wants};
use serde_json::{Value, json};
use testkit::databases::{for_each_database, silent};
use testkit::delivering::{Delivering, Settings};
use testkit::facts::{actor, id, milestone, note, open, record};
use testkit::receivers::{Arrived, Manner, Receiver};

const ALL: [Topic; 2] = [Topic::Milestones, Topic::Statuses];

/// Records that so many things were noted.
async fn notes(process: &Delivering, from: u64, count: u64) {
    let unit = (from..from + count).map(|number| note(&format!("note {number}"), "rdp/FO")).collect();
    process.tracker.execute(unit).await.unwrap().clear();
}

async fn opened(store: Store, receivers: &[&Receiver]) -> Delivering {
    let process = Delivering::start(store, receivers).await;
    process.tracker.execute(vec![open("rdp/FO")]).await.unwrap().clear();
    process
}

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
async fn a_process_that_ends_leaves_to_the_next_what_is_not_delivered() {
    for_each_database(async |store| {
        let receiver = Receiver::start(Manner::Says(503, "")).await;
        // What waits has its turn after some seconds, so that nothing is given up while this is watched.
        let slow = || Settings { schedule: [&[0][..], &[3_000; 9]].concat(), ..Settings::default() };
        let process = Delivering::start_with(store.clone(), &[&receiver], slow()).await;
        process.tracker.execute(vec![open("rdp/FO")]).await.unwrap().clear();
        let (endpoint, _) = process.add(&receiver, &[Topic::Milestones]).await;
        // More than may wait: the cursor stops, and the log keeps the rest.
        notes(&process, 0, 149).await;
        let full = |endpoint: &depositary::work::delivery::Endpoint| endpoint.waiting.len() == 100;
        let stopped = process.until(endpoint.id, full).await;
        assert!(stopped.cursor.position < Position(150), "{stopped:?}");
        process.end().await;
        receiver.behave(Manner::Well);
        let process = Delivering::start_with(store, &[&receiver], slow()).await;
        receiver.has(150).await;
        assert_eq!(receiver.positions("milestones"), (1..=150).collect::<Vec<_>>());
        let done = process.until(endpoint.id, |endpoint| endpoint.waiting.is_empty()).await;
        assert_eq!((done.cursor.position, done.cursor.failing_since), (Position(150), None));
        process.end().await;
    })
    .await;
}

#[tokio::test]
async fn two_processes_at_once_lose_nothing_and_repeat_only_under_the_same_id() {
    for_each_database(async |store| {
        let receiver = Receiver::start(Manner::FailsOnce).await;
        let one = opened(store.clone(), &[&receiver]).await;
        // Of another lease, so that nothing keeps them from delivering the same.
        let settings = Settings { lease: "others", ..Settings::default() };
        let other = Delivering::start_with(store, &[&receiver], settings).await;
        one.add(&receiver, &ALL).await;
        for batch in 0..10 {
            notes(if batch % 2 == 0 { &one } else { &other }, batch * 10, 10).await;
        }
        receiver.has(101).await;
        assert_eq!(receiver.positions("milestones"), (1..=101).collect::<Vec<_>>());
        let events =
            receiver.arrived().into_iter().fold(BTreeMap::new(), |mut all: BTreeMap<String, Vec<Value>>, one| {
                all.entry(one.id.clone()).or_default().push(one.event());
                all
            });
        assert!(events.values().all(|same| same.iter().all(|event| *event == same[0])), "one id, two messages");
        for process in [one, other] {
            process.end().await;
        }
    })
    .await;
}

#[tokio::test]
async fn one_of_several_processes_delivers_and_another_goes_on_where_it_ends() {
    for_each_database(async |store| {
        let receiver = Receiver::start(Manner::Well).await;
        let one = opened(store.clone(), &[&receiver]).await;
        one.lease.taken().await;
        let other = Delivering::start(store, &[&receiver]).await;
        one.add(&receiver, &[Topic::Milestones]).await;
        notes(&other, 0, 29).await;
        receiver.has(30).await;
        assert!(one.lease.is_held() && !other.lease.is_held());
        one.end().await;
        notes(&other, 29, 30).await;
        receiver.has(60).await;
        assert_eq!(receiver.arrived().len(), 60, "something came twice");
        other.end().await;
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
async fn alerts_reach_who_wants_those_of_a_rule() {
    for_each_database(async |store| {
        let (all, none) = (Receiver::start(Manner::Well).await, Receiver::start(Manner::Well).await);
        let process = Delivering::start(store, &[&all, &none]).await;
        let (_, secret) = process.add(&all, &[Topic::Alerts]).await;
        let rules = vec![RuleName::parse("nobody-has-this-name").unwrap()];
        process.add_wanting(&none, Wants { rules, ..Wants::all_of(vec![Topic::Alerts]) }).await;
        seed(&process.tracker).await.unwrap();
        let facts = process.store.head().await.unwrap().position.0;
        let looked =
            depositary::work::alerts::look(&process.answers, &process.tracker, OfOtherRules::Resolve).await.unwrap();
        assert!(looked.fired > 1, "{looked:?}");
        all.has(looked.fired).await;
        let fired = all.accepted().into_values().map(|(one, _)| one).min_by_key(Arrived::position).unwrap();
        let event = fired.event();
        assert!(fired.is_signed_by(&secret.reveal()));
        assert_eq!((fired.position(), &event["type"]), (facts + 1, &json!("depositary.alert_fired")));
        assert_eq!((&event["data"]["alert"]["state"], &event["data"]["said"]), (&json!("FIRING"), &json!({})));
        assert!(!event["data"]["alert"]["told"].as_str().unwrap().is_empty());
        let subject = event["subject"].as_str().unwrap();
        // What is said of it later comes with the alert as it stood by then.
        let command = AlertCommand {
            id: CommandId::named("seen"),
            alert: subject.strip_prefix("alert/").unwrap().parse().unwrap(),
            expected_version: None,
            actor: actor(),
            event: AlertEvent::Acknowledged(AlertAcknowledged { note: Some("Asked the desk.".to_owned()) }),
        };
        let _ = process.tracker.execute_alerts(vec![command]).await.unwrap().remove(0).unwrap();
        all.has(looked.fired + 1).await;
        let seen = all.accepted().into_values().map(|(one, _)| one).max_by_key(Arrived::position).unwrap().event();
        assert_eq!((&seen["type"], &seen["subject"]), (&json!("depositary.alert_acknowledged"), &json!(subject)));
        assert_eq!(seen["data"]["why"], "Asked the desk.");
        assert_eq!(seen["data"]["alert"]["state"], "ACKNOWLEDGED");
        assert_eq!(seen["data"]["agreement"], event["data"]["agreement"]);
        assert!(none.arrived().is_empty());
        process.end().await;
    })
    .await;
}

#[tokio::test]
async fn an_endpoint_that_is_disabled_since_it_failed_is_an_alert_until_it_is_enabled_again() {
    for_each_database(async |store| {
        let (gone, tired, watch) = (
            Receiver::start(Manner::Says(410, "")).await,
            Receiver::start(Manner::Well).await,
            Receiver::start(Manner::Well).await,
        );
        let process = opened(store.clone(), &[&gone, &tired, &watch]).await;
        let looks = async || {
            let looked =
                depositary::work::alerts::look(&process.answers, &process.tracker, OfOtherRules::Resolve).await;
            let looked = looked.unwrap();
            (looked.fired, looked.resolved)
        };
        assert_eq!(looks().await, (0, 0));
        process.add(&watch, &[Topic::Alerts]).await;
        let countries = vec![id("rdp/KR").country];
        process.add_wanting(&tired, Wants { countries, ..Wants::all_of(vec![Topic::Alerts]) }).await;
        let (failed, _) = process.add(&gone, &[Topic::Milestones]).await;
        process.until(failed.id, |endpoint| endpoint.disabled.is_some()).await;

        assert_eq!((looks().await, looks().await), ((1, 0), (0, 0)), "once");
        watch.has(1).await;
        let event = watch.arrived().remove(0).event();
        assert_eq!(event["type"], "depositary.alert_fired");
        assert_eq!(event["data"]["alert"]["kind"], "WEBHOOK_DISABLED");
        let whose = format!("webhook/{}", failed.id);
        assert_eq!((&event["data"]["webhookId"], &event["data"]["agreement"]), (&json!(whose), &Value::Null));
        let told =
            format!("{whose} is disabled and told of nothing more: the receiver answered 410: it wants no more.");
        assert_eq!(event["data"]["alert"]["told"], told);
        assert!(!event.to_string().contains(&gone.url()), "the log is public, and where messages go is not");
        // Whoever disables one more wants that.
        let (by_hand, _) = process.add(&tired, &[Topic::Statuses]).await;
        process.webhooks.disable(by_hand.id).await.unwrap();
        assert_eq!(looks().await, (0, 0));

        // Enabled, it is over; disabled anew, it is another alert.
        gone.behave(Manner::Well);
        process.webhooks.replay(failed.id, Position(0)).await.unwrap();
        assert_eq!(looks().await, (0, 1));
        watch.has(2).await;
        let over = watch.accepted().into_values().map(|(one, _)| one).max_by_key(Arrived::position).unwrap().event();
        assert_eq!(over["data"]["said"]["reason"], "WEBHOOK_MANAGED");
        assert_eq!(over["subject"], event["subject"]);
        gone.has(1).await;
        gone.behave(Manner::Says(410, ""));
        notes(&process, 0, 1).await;
        process.until(failed.id, |endpoint| endpoint.disabled.is_some()).await;
        assert_eq!(looks().await, (1, 0));
        watch.has(3).await;
        let anew = watch.accepted().into_values().map(|(one, _)| one).max_by_key(Arrived::position).unwrap().event();
        assert_eq!(anew["type"], "depositary.alert_fired");
        assert_ne!(anew["subject"], event["subject"]);
        assert!(tired.arrived().is_empty(), "an endpoint that asks for a country heard of no country's");
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
