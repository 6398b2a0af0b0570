//! Are endpoints disabled, rotated, replayed and refused as they should be?

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use chrono::TimeDelta;
use depositary::clock::Clock;
use depositary::domain::alert::rule::RuleName;
use depositary::domain::ids::{InstrumentCode, Position};
use depositary::store::{KEPT_ATTEMPTS, Progress, StoredAttempt, StoredCursor};
use depositary::work::delivery::wants::{Topic, Wants};
use depositary::work::delivery::{BOTH_VALID, EndpointId, LookUp, Outcome, WebhookError};
use testkit::databases::for_each_database;
use testkit::delivering::{Delivering, Settings};
use testkit::facts::{note, open};
use testkit::receivers::{Manner, Receiver};
use uuid::Uuid;

const MILESTONES: [Topic; 1] = [Topic::Milestones];

/// That an endpoint is at a cursor, and nothing else.
fn at(webhook: Uuid, cursor: StoredCursor) -> Progress {
    let (waiting, done, attempts) = (Vec::new(), Vec::new(), Vec::new());
    Progress { webhook, cursor, waiting, done, attempts, prune: false, disable: None }
}

#[tokio::test]
async fn a_receiver_that_is_gone_is_told_no_more_until_it_is_enabled_by_a_replay() {
    for_each_database(async |store| {
        let receiver = Receiver::start(Manner::Says(410, "")).await;
        let process = Delivering::start(store, &[&receiver]).await;
        let (endpoint, _) = process.add(&receiver, &MILESTONES).await;
        process.tracker.execute(vec![open("rdp/FO"), note("one", "rdp/FO")]).await.unwrap().clear();
        let gone = process.until(endpoint.id, |endpoint| endpoint.disabled.is_some()).await;
        assert!(gone.disabled.unwrap().1.why().contains("410"));
        assert_eq!(gone.cursor.position, endpoint.cursor.position, "it has been told of nothing");
        tokio::time::sleep(Duration::from_millis(1_500)).await;
        assert_eq!(receiver.arrived().len(), 1, "it was told again");
        assert!(matches!(process.webhooks.test(endpoint.id).await, Err(WebhookError::Disabled(_))));
        receiver.behave(Manner::Well);
        let enabled = process.webhooks.replay(endpoint.id, Position(1)).await.unwrap();
        assert_eq!(enabled.disabled, None);
        receiver.has(2).await;
        // What came before comes again under the same id.
        let first = receiver.arrived().remove(0);
        assert_eq!(receiver.accepted()[&first.id].0.event(), first.event());
        process.end().await;
    })
    .await;
}

#[tokio::test]
async fn an_endpoint_that_somebody_disabled_has_not_failed_and_lags_behind_nothing() {
    for_each_database(async |store| {
        let (well, receiver) = (Receiver::start(Manner::Well).await, Receiver::start(Manner::Says(410, "")).await);
        let process = Delivering::start(store, &[&well, &receiver]).await;
        let (by_hand, _) = process.add(&well, &MILESTONES).await;
        process.webhooks.disable(by_hand.id).await.unwrap();
        let (gone, _) = process.add(&receiver, &MILESTONES).await;
        process.tracker.execute(vec![open("rdp/FO"), note("one", "rdp/FO")]).await.unwrap().clear();
        process.until(gone.id, |endpoint| endpoint.disabled.is_some()).await;
        let stand = || {
            let counts: BTreeMap<_, _> = process.webhooks.counts().each().into_iter().collect();
            [by_hand.id, gone.id].map(|id| counts.get(&id).map(|one| (one.disabled, one.position.0)))
        };
        let comes = async |expected: [Option<(bool, u64)>; 2]| {
            for _ in 0..200 {
                if stand() == expected {
                    break;
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            assert_eq!(stand(), expected);
        };
        comes([Some((false, 2)), Some((true, 0))]).await;
        // Whoever disables what has failed has settled it.
        process.webhooks.disable(gone.id).await.unwrap();
        comes([Some((false, 2)), Some((false, 2))]).await;
        process.end().await;
    })
    .await;
}

#[tokio::test]
async fn an_endpoint_that_has_failed_for_five_days_is_disabled_and_one_that_a_success_interrupts_is_not() {
    for_each_database(async |store| {
        let (never, again) =
            (Receiver::start(Manner::Says(500, "")).await, Receiver::start(Manner::Says(503, "")).await);
        let since = Clock::system().now() - TimeDelta::days(5);
        let process = Delivering::start(store.clone(), &[&never, &again]).await;
        let mut ids = Vec::new();
        for receiver in [&never, &again] {
            let (endpoint, _) =
                process.webhooks.add(&receiver.url(), Wants::all_of(MILESTONES.to_vec()), None).await.unwrap();
            ids.push(endpoint.id);
            let cursor = StoredCursor { failing_since: Some(since), ..endpoint.cursor };
            let progress = at(endpoint.id, cursor);
            store.keep_deliveries(&[progress]).await.unwrap();
        }
        process.end().await;
        let process = Delivering::start(store, &[&never, &again]).await;
        process.tracker.execute(vec![open("rdp/FO")]).await.unwrap().clear();
        // Months may lie between the last failure and this one: being away for a moment then is no reason.
        again.has_been_told(2).await;
        again.behave(Manner::Well);
        let disabled = process.until(ids[0], |endpoint| endpoint.disabled.is_some()).await;
        assert!(disabled.disabled.unwrap().1.why().contains("five days"));
        let well = process.until(ids[1], |endpoint| endpoint.cursor.failing_since.is_none()).await;
        assert_eq!(well.disabled, None);
        // Whoever goes on after what it was told of, as it is listed, gets what it was not told of.
        never.behave(Manner::Well);
        process.webhooks.replay(ids[0], Position(disabled.cursor.position.0 + 1)).await.unwrap();
        never.has(1).await;
        assert_eq!(never.positions("milestones"), [1]);
        process.end().await;
    })
    .await;
}

#[tokio::test]
async fn what_disables_an_endpoint_at_its_first_attempt_is_not_passed() {
    for_each_database(async |store| {
        let never = Receiver::start(Manner::Says(500, "")).await;
        let once = Settings { schedule: vec![0], ..Settings::default() };
        let process = Delivering::start_with(store.clone(), &[&never], once).await;
        let (endpoint, _) = process.webhooks.add(&never.url(), Wants::all_of(MILESTONES.to_vec()), None).await.unwrap();
        process.end().await;
        let failing_since = Some(Clock::system().now() - TimeDelta::days(5));
        let progress = at(endpoint.id, StoredCursor { failing_since, ..endpoint.cursor });
        store.keep_deliveries(&[progress]).await.unwrap();
        let once = Settings { schedule: vec![0], ..Settings::default() };
        let process = Delivering::start_with(store, &[&never], once).await;
        process.tracker.execute(vec![open("rdp/FO")]).await.unwrap().clear();
        let disabled = process.until(endpoint.id, |endpoint| endpoint.disabled.is_some()).await;
        assert_eq!(disabled.cursor.position, Position(0));
        process.end().await;
    })
    .await;
}

#[tokio::test]
async fn an_endpoint_that_is_removed_hears_nothing_more_and_is_forgotten() {
    for_each_database(async |store| {
        let (gone, stays) = (Receiver::start(Manner::Well).await, Receiver::start(Manner::Well).await);
        let process = Delivering::start(store, &[&gone, &stays]).await;
        let (removed, _) = process.add(&gone, &MILESTONES).await;
        process.add(&stays, &MILESTONES).await;
        process.tracker.execute(vec![open("rdp/FO")]).await.unwrap().clear();
        gone.has(1).await;
        process.webhooks.remove(removed.id).await.unwrap();
        assert!(matches!(process.webhooks.remove(removed.id).await, Err(WebhookError::NoSuchEndpoint(EndpointId(id))) if id == removed.id));
        let started = std::time::Instant::now();
        while process.webhooks.counts().each().iter().any(|(id, _)| *id == removed.id) {
            assert!(started.elapsed() < Duration::from_secs(10), "its numbers are still told");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        process.tracker.execute(vec![note("news", "rdp/FO")]).await.unwrap().clear();
        stays.has(2).await;
        assert_eq!(gone.positions("milestones"), [1]);
        process.end().await;
    })
    .await;
}

#[tokio::test]
async fn a_receiver_that_asks_to_be_left_alone_is_left_alone_also_by_the_next_process() {
    for_each_database(async |store| {
        let receiver = Receiver::start(Manner::Says(429, "retry-after: 3\r\n")).await;
        let process = Delivering::start(store.clone(), &[&receiver]).await;
        let (endpoint, _) = process.add(&receiver, &MILESTONES).await;
        process.tracker.execute(vec![open("rdp/FO"), note("one", "rdp/FO")]).await.unwrap().clear();
        let resting = process.until(endpoint.id, |endpoint| endpoint.cursor.rests_until.is_some()).await;
        receiver.behave(Manner::Well);
        process.end().await;
        let process = Delivering::start(store, &[&receiver]).await;
        let until = resting.cursor.rests_until.unwrap();
        while Clock::system().now() < until {
            assert_eq!(receiver.arrived().len(), 1, "it was not left alone");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        receiver.has(2).await;
        process.end().await;
    })
    .await;
}

#[tokio::test]
async fn while_a_secret_is_replaced_a_receiver_accepts_by_either() {
    for_each_database(async |store| {
        let receiver = Receiver::start(Manner::Well).await;
        let process = Delivering::start(store, &[&receiver]).await;
        let (endpoint, old) = process.add(&receiver, &MILESTONES).await;
        let signed_by = async |name: &str| {
            let before = receiver.accepted().len();
            process.tracker.execute(vec![note(name, "rdp/FO")]).await.unwrap().clear();
            receiver.has(before + 1).await;
            receiver.arrived().pop().unwrap()
        };
        process.tracker.execute(vec![open("rdp/FO")]).await.unwrap().clear();
        assert!(signed_by("one").await.is_signed_by(&old.reveal()));
        let new = process.webhooks.rotate(endpoint.id, BOTH_VALID).await.unwrap();
        // The lane hears of it within a second.
        tokio::time::sleep(Duration::from_millis(1_500)).await;
        let both = signed_by("two").await;
        assert!(both.is_signed_by(&old.reveal()) && both.is_signed_by(&new.reveal()));
        assert_eq!(both.headers["webhook-signature"].split(' ').count(), 2);
        let newest = process.webhooks.rotate(endpoint.id, TimeDelta::zero()).await.unwrap();
        tokio::time::sleep(Duration::from_millis(1_500)).await;
        let one = signed_by("three").await;
        assert!(
            one.is_signed_by(&newest.reveal()) && !one.is_signed_by(&new.reveal()) && !one.is_signed_by(&old.reveal())
        );
        process.end().await;
    })
    .await;
}

#[tokio::test]
async fn a_name_that_points_elsewhere_on_the_second_look_up_is_not_followed_there() {
    for_each_database(async |store| {
        let allowed = Receiver::start(Manner::Says(200, "connection: close\r\n")).await;
        let private = Receiver::start_at("127.0.0.2", Manner::Well).await;
        let looked_up = Arc::new(AtomicUsize::new(0));
        let counted = looked_up.clone();
        // One that is honest once, one that mixes both from the second time on, and one that changes for good.
        let look_up: LookUp = Arc::new(move |name: String| {
            let nth = counted.fetch_add(1, Ordering::SeqCst);
            // The last is public, and nothing goes there in the clear.
            let elsewhere = vec!["127.0.0.2", "169.254.169.254", "::1", "10.0.0.1", "11.0.0.1"];
            let found = if nth == 0 { vec!["127.0.0.1"] } else { elsewhere };
            assert_eq!(name, "receiver.example");
            Box::pin(async move { Ok(found.into_iter().map(|address| address.parse().unwrap()).collect()) })
        });
        let patience = Duration::from_secs(5);
        let settings = Settings { look_up, patience, schedule: vec![0, 100, 100], ..Settings::default() };
        let process = Delivering::start_with(store, &[&allowed, &private], settings).await;
        // Both listen at the same port number as far as the URL goes: the name decides.
        let url = format!("http://receiver.example:{}/hook", allowed.address.port());
        let (endpoint, _) = process.webhooks.add(&url, Wants::all_of(MILESTONES.to_vec()), None).await.unwrap();
        process.tracker.execute(vec![open("rdp/FO"), note("one", "rdp/FO")]).await.unwrap().clear();
        let failed = process.until(endpoint.id, |endpoint| endpoint.cursor.failing_since.is_some()).await;
        assert_eq!(failed.cursor.position, Position(2));
        let mut tried = process.webhooks.attempts(endpoint.id).await.unwrap();
        for _ in 0..100 {
            if tried.iter().any(|attempt| attempt.outcome == Outcome::Delivered) {
                break;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
            tried = process.webhooks.attempts(endpoint.id).await.unwrap();
        }
        assert!(tried.iter().any(|attempt| attempt.outcome == Outcome::Delivered), "no delivery was kept");
        // Told as a name that leads nowhere: which names exist inside is not for whoever adds endpoints.
        assert_eq!(tried.first().unwrap().outcome, Outcome::Unreachable);
        assert_eq!((allowed.arrived().len(), private.arrived().len()), (1, 0));
        assert!(looked_up.load(Ordering::SeqCst) >= 2);
        process.end().await;
    })
    .await;
}

#[tokio::test]
async fn an_endpoint_where_nothing_may_go_any_more_is_not_connected_to() {
    for_each_database(async |store| {
        let receiver = Receiver::start(Manner::Well).await;
        let process = Delivering::start(store.clone(), &[&receiver]).await;
        let (endpoint, _) = process.add(&receiver, &MILESTONES).await;
        process.end().await;
        // The operator allows another network now.
        let settings = Settings { networks: vec!["10.0.0.0/8"], ..Settings::default() };
        let process = Delivering::start_with(store, &[&receiver], settings).await;
        let tested = process.webhooks.test(endpoint.id).await.unwrap();
        assert_eq!((tested.outcome, tested.status), (Outcome::Forbidden, None));
        process.tracker.execute(vec![open("rdp/FO")]).await.unwrap().clear();
        process.until(endpoint.id, |endpoint| endpoint.cursor.failing_since.is_some()).await;
        assert!(receiver.arrived().is_empty());
        process.end().await;
    })
    .await;
}

#[tokio::test]
async fn a_test_message_is_sent_at_once_and_told_apart() {
    for_each_database(async |store| {
        let receiver = Receiver::start(Manner::Well).await;
        let process = Delivering::start(store, &[&receiver]).await;
        let (endpoint, secret) = process.add(&receiver, &MILESTONES).await;
        let attempt = process.webhooks.test(endpoint.id).await.unwrap();
        assert_eq!((attempt.outcome, attempt.status), (Outcome::Delivered, Some(204)));
        let arrived = receiver.arrived().remove(0);
        assert!(arrived.is_signed_by(&secret.reveal()));
        assert_eq!(arrived.event()["type"], "depositary.webhook_test");
        assert_eq!(process.webhooks.attempts(endpoint.id).await.unwrap(), [attempt]);
        receiver.behave(Manner::Says(404, ""));
        let attempt = process.webhooks.test(endpoint.id).await.unwrap();
        assert_eq!((attempt.outcome, attempt.status), (Outcome::Refused, Some(404)));
        let arrived = receiver.arrived();
        assert_ne!(arrived[0].id, arrived[1].id, "each says something else, so each is a message of its own");
        process.end().await;
    })
    .await;
}

#[tokio::test]
async fn what_processes_before_left_of_attempts_is_removed_by_the_next_that_delivers() {
    for_each_database(async |store| {
        let receiver = Receiver::start(Manner::Well).await;
        let process = Delivering::start(store.clone(), &[&receiver]).await;
        let (endpoint, _) = process.add(&receiver, &MILESTONES).await;
        let old = |number: u128| StoredAttempt {
            id: Uuid::from_u128(number),
            position: Position(1),
            topic: "milestones".to_owned(),
            number: 1,
            at: Clock::system().now(),
            took_ms: 1,
            outcome: "delivered".to_owned(),
            status: Some(204),
        };
        let progress = Progress { attempts: (1..=150).map(old).collect(), ..at(endpoint.id, endpoint.cursor) };
        store.keep_deliveries(&[progress]).await.unwrap();
        process.tracker.execute(vec![open("rdp/FO")]).await.unwrap().clear();
        process.until(endpoint.id, |endpoint| endpoint.cursor.position == Position(1)).await;
        assert_eq!(store.webhook_attempts(endpoint.id, 1_000).await.unwrap().len(), KEPT_ATTEMPTS);
        process.end().await;
    })
    .await;
}

#[tokio::test]
async fn a_wish_that_cannot_be_is_refused_before_anything_is_kept() {
    for_each_database(async |store| {
        let process = Delivering::start(store, &[]).await;
        let wants = || Wants::all_of(MILESTONES.to_vec());
        let url = "https://example.org/hook";
        let refused = [
            process.webhooks.add("https://10.0.0.1/", wants(), None).await.err().unwrap(),
            process.webhooks.add(url, Wants::all_of(Vec::new()), None).await.err().unwrap(),
            process.webhooks.add(url, wants(), Some(Position(1))).await.err().unwrap(),
            process
                .webhooks
                .add(url, Wants { instruments: vec![InstrumentCode::parse("nato").unwrap()], ..wants() }, None)
                .await
                .err()
                .unwrap(),
            process
                .webhooks
                .add(url, Wants { rules: vec![RuleName::parse("a").unwrap(); 51], ..wants() }, None)
                .await
                .err()
                .unwrap(),
            process.webhooks.rotate(Uuid::from_u128(1), BOTH_VALID).await.err().unwrap(),
            process
                .webhooks
                .rotate(Uuid::from_u128(1), TimeDelta::days(30) + TimeDelta::seconds(1))
                .await
                .err()
                .unwrap(),
            process.webhooks.disable(Uuid::from_u128(1)).await.err().unwrap(),
            process.webhooks.replay(Uuid::from_u128(1), Position(9)).await.err().unwrap(),
            process.webhooks.attempts(Uuid::from_u128(1)).await.err().unwrap(),
        ];
        for error in &refused {
            assert!(!error.is_fault() && !error.to_string().is_empty(), "{error:?}");
        }
        let codes = [
            "WEBHOOK_URL",
            "WEBHOOK_TOPICS",
            "POSITION_AHEAD",
            "UNKNOWN_INSTRUMENT",
            "WEBHOOK_RULES",
            "WEBHOOK_UNKNOWN",
            "WEBHOOK_OVERLAP",
            "WEBHOOK_UNKNOWN",
            "POSITION_AHEAD",
            "WEBHOOK_UNKNOWN",
        ];
        let told = refused.iter().map(|error| error.refusal().unwrap().to_string());
        assert_eq!(told.collect::<Vec<_>>(), codes);
        assert!(process.webhooks.all().await.unwrap().is_empty());
        process.end().await;
    })
    .await;
}
