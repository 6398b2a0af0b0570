//! Does the store keep endpoints and what became of their deliveries, alike in both databases?

use chrono::{DateTime, TimeDelta, Utc};
use depositary::domain::ids::Position;
use depositary::domain::words::DisabledBy;
use depositary::store::{
    KEPT_ATTEMPTS, Progress, Store, StoredAttempt, StoredCursor, StoredSecret, StoredWaiting, StoredWebhook,
};
use testkit::databases::for_each_database;
use testkit::facts::NOW;
use uuid::Uuid;

fn now() -> DateTime<Utc> {
    NOW.parse().unwrap()
}

fn secret(number: u128) -> StoredSecret {
    StoredSecret {
        id: Uuid::from_u128(number),
        secret: format!("secret {number}"),
        created_at: now(),
        expires_at: None,
    }
}

fn endpoint(number: u128, after: u64) -> StoredWebhook {
    StoredWebhook {
        id: Uuid::from_u128(number),
        url: format!("https://example.org/{number}"),
        wants: "everything".to_owned(),
        created_at: now() + TimeDelta::seconds(i64::try_from(number).unwrap()),
        disabled: None,
        revision: 1,
        secrets: vec![secret(number)],
        cursor: cursor(0, after),
        waiting: Vec::new(),
    }
}

fn cursor(generation: u64, position: u64) -> StoredCursor {
    StoredCursor { generation, position: Position(position), failing_since: None, rests_until: None }
}

fn progress(webhook: u128, cursor: StoredCursor) -> Progress {
    Progress {
        webhook: Uuid::from_u128(webhook),
        cursor,
        waiting: Vec::new(),
        done: Vec::new(),
        attempts: Vec::new(),
        prune: false,
        disable: None,
    }
}

fn waiting(position: u64, failed: u32) -> StoredWaiting {
    StoredWaiting {
        position: Position(position),
        topic: "milestones".to_owned(),
        failed,
        due_at: now() + TimeDelta::minutes(i64::from(failed)),
    }
}

fn attempt(number: u128, position: u64) -> StoredAttempt {
    StoredAttempt {
        id: Uuid::from_u128(number),
        position: Position(position),
        topic: "milestones".to_owned(),
        number: 1,
        at: now(),
        took_ms: 12,
        outcome: "refused".to_owned(),
        status: Some(500),
    }
}

async fn only(store: &Store, number: u128) -> StoredWebhook {
    store.webhooks(Some(Uuid::from_u128(number))).await.unwrap().pop().unwrap()
}

#[tokio::test]
async fn endpoints_come_back_as_they_were_added_and_every_change_is_noticed() {
    for_each_database(async |store| {
        let mut revisions = vec![store.webhooks_revision().await.unwrap()];
        for (number, after) in [(1, 0), (2, 623)] {
            store.create_webhook(&endpoint(number, after)).await.unwrap();
        }
        revisions.push(store.webhooks_revision().await.unwrap());
        let all = store.webhooks(None).await.unwrap();
        assert_eq!(all.iter().map(|webhook| webhook.id.as_u128()).collect::<Vec<_>>(), [1, 2]);
        let two = only(&store, 2).await;
        assert_eq!((two.url.as_str(), two.wants.as_str()), ("https://example.org/2", "everything"));
        assert_eq!((two.cursor, two.revision, two.disabled), (cursor(0, 623), 1, None));
        assert_eq!(two.created_at, now() + TimeDelta::seconds(2));
        assert_eq!(two.secrets.len(), 1);

        let end = now() + TimeDelta::hours(24);
        assert!(store.rotate_webhook(two.id, &secret(22), end).await.unwrap());
        revisions.push(store.webhooks_revision().await.unwrap());
        let ends: Vec<_> = only(&store, 2).await.secrets.into_iter().map(|one| (one.secret, one.expires_at)).collect();
        assert!(ends.contains(&("secret 22".to_owned(), None)) && ends.contains(&("secret 2".to_owned(), Some(end))));
        // Once more, later: what has ended by then is forgotten, and what ends sooner is not made to last.
        let later = StoredSecret { created_at: end, ..secret(222) };
        assert!(store.rotate_webhook(two.id, &later, end + TimeDelta::hours(1)).await.unwrap());
        let texts: Vec<_> = only(&store, 2).await.secrets.into_iter().map(|one| one.secret).collect();
        assert_eq!(texts, ["secret 222", "secret 22"]);
        let sooner = end + TimeDelta::hours(1);
        let last = StoredSecret { created_at: end + TimeDelta::minutes(1), ..secret(2_222) };
        assert!(store.rotate_webhook(two.id, &last, end + TimeDelta::days(30)).await.unwrap());
        let ends: Vec<_> = only(&store, 2).await.secrets.into_iter().map(|one| one.expires_at).collect();
        assert_eq!(ends, [None, Some(end + TimeDelta::days(30)), Some(sooner)]);
        revisions.push(store.webhooks_revision().await.unwrap());

        assert!(store.disable_webhook(two.id, now(), DisabledBy::Hand).await.unwrap());
        revisions.push(store.webhooks_revision().await.unwrap());
        assert!(store.disable_webhook(two.id, now() + TimeDelta::days(1), DisabledBy::Failures).await.unwrap());
        assert_eq!(only(&store, 2).await.disabled, Some((now(), DisabledBy::Hand)));
        assert!(store.replay_webhook(two.id, Position(7)).await.unwrap());
        revisions.push(store.webhooks_revision().await.unwrap());
        let two = only(&store, 2).await;
        assert_eq!((two.disabled, two.cursor), (None, cursor(1, 7)));
        assert!(revisions.windows(2).all(|pair| pair[0] != pair[1]), "{revisions:?}");

        let nobody = Uuid::from_u128(9);
        assert!(!store.rotate_webhook(nobody, &secret(99), now()).await.unwrap());
        assert!(!store.disable_webhook(nobody, now(), DisabledBy::Hand).await.unwrap());
        assert!(!store.replay_webhook(nobody, Position(0)).await.unwrap());
        assert!(store.webhooks(Some(nobody)).await.unwrap().is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_cursor_moves_on_only_and_only_within_its_generation() {
    for_each_database(async |store| {
        store.create_webhook(&endpoint(1, 10)).await.unwrap();
        store.create_webhook(&endpoint(2, 10)).await.unwrap();
        let kept = [progress(1, cursor(0, 20)), progress(2, cursor(0, 30))];
        store.keep_deliveries(&kept).await.unwrap();
        // Another process that has come less far, with its own view of how it goes.
        let failing = StoredCursor { failing_since: Some(now()), rests_until: Some(now()), ..cursor(0, 15) };
        store.keep_deliveries(&[progress(1, failing)]).await.unwrap();
        assert_eq!(only(&store, 1).await.cursor, StoredCursor { position: Position(20), ..failing });
        assert_eq!(only(&store, 2).await.cursor, cursor(0, 30));
        assert!(store.replay_webhook(Uuid::from_u128(1), Position(5)).await.unwrap());
        store.keep_deliveries(&[progress(1, cursor(0, 40))]).await.unwrap();
        assert_eq!(only(&store, 1).await.cursor, cursor(1, 5));
        store.keep_deliveries(&[progress(1, cursor(1, 6))]).await.unwrap();
        assert_eq!(only(&store, 1).await.cursor, cursor(1, 6));
    })
    .await;
}

#[tokio::test]
async fn what_waits_is_kept_until_it_is_done_and_a_replay_takes_it_along() {
    for_each_database(async |store| {
        store.create_webhook(&endpoint(1, 0)).await.unwrap();
        let many: Vec<StoredWaiting> = (1..=600).map(|position| waiting(position, 1)).collect();
        store.keep_deliveries(&[Progress { waiting: many, ..progress(1, cursor(0, 600)) }]).await.unwrap();
        assert_eq!(only(&store, 1).await.waiting.len(), 600);
        let done = (4..=600).map(|position| (Position(position), "milestones".to_owned())).collect();
        let again = vec![waiting(2, 5), waiting(3, 3)];
        store.keep_deliveries(&[Progress { waiting: again, done, ..progress(1, cursor(0, 600)) }]).await.unwrap();
        // Another process knows less of it.
        store
            .keep_deliveries(&[Progress { waiting: vec![waiting(2, 4)], ..progress(1, cursor(0, 600)) }])
            .await
            .unwrap();
        assert_eq!(only(&store, 1).await.waiting, [waiting(1, 1), waiting(2, 5), waiting(3, 3)]);
        assert!(store.replay_webhook(Uuid::from_u128(1), Position(1)).await.unwrap());
        assert_eq!(only(&store, 1).await.waiting, [waiting(1, 1)]);
    })
    .await;
}

#[tokio::test]
async fn the_last_attempts_of_each_endpoint_are_kept_and_listed_newest_first() {
    for_each_database(async |store| {
        for number in [1, 2] {
            store.create_webhook(&endpoint(number, 0)).await.unwrap();
        }
        let mut of_one: Vec<StoredAttempt> =
            (1..=300).map(|number| attempt(number, u64::try_from(number).unwrap())).collect();
        of_one[299].status = None;
        let of_two = vec![attempt(1_000, 7)];
        let kept = [
            Progress { attempts: of_one.clone(), prune: true, ..progress(1, cursor(0, 300)) },
            Progress { attempts: of_two.clone(), prune: true, ..progress(2, cursor(0, 300)) },
        ];
        store.keep_deliveries(&kept).await.unwrap();
        let list = async |webhook, limit| store.webhook_attempts(Uuid::from_u128(webhook), limit).await.unwrap();
        let mut expected: Vec<StoredAttempt> = of_one.split_off(300 - KEPT_ATTEMPTS);
        expected.reverse();
        assert_eq!(list(1, 1_000).await, expected);
        assert_eq!(list(1, 5).await, expected[..5]);
        assert_eq!(list(2, 1_000).await, of_two);
        assert!(list(3, 1_000).await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn an_endpoint_is_disabled_together_with_what_led_to_it() {
    for_each_database(async |store| {
        store.create_webhook(&endpoint(1, 0)).await.unwrap();
        let before = store.webhooks_revision().await.unwrap();
        let disable = Some((now(), DisabledBy::Gone));
        let kept = Progress { disable, attempts: vec![attempt(1, 1)], ..progress(1, cursor(0, 0)) };
        store.keep_deliveries(&[kept]).await.unwrap();
        assert_eq!(only(&store, 1).await.disabled, Some((now(), DisabledBy::Gone)));
        assert_ne!(store.webhooks_revision().await.unwrap(), before);
        // What failed again keeps its first reason; whoever disables it now settles it, and no failure unsettles that.
        let reasons = [
            (DisabledBy::Failures, DisabledBy::Gone),
            (DisabledBy::Hand, DisabledBy::Hand),
            (DisabledBy::Failures, DisabledBy::Hand),
        ];
        for (minutes, (by, expected)) in (1..).zip(reasons) {
            assert!(store.disable_webhook(Uuid::from_u128(1), now() + TimeDelta::minutes(minutes), by).await.unwrap());
            let failed: Vec<_> = store.failed_webhooks().await.unwrap().into_iter().map(|(.., why)| why).collect();
            assert_eq!(only(&store, 1).await.disabled.unwrap().1, expected);
            assert_eq!(failed.is_empty(), expected == DisabledBy::Hand, "{failed:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn what_is_kept_twice_is_the_same_as_once() {
    for_each_database(async |store| {
        store.create_webhook(&endpoint(1, 0)).await.unwrap();
        let attempts = vec![attempt(1, 1), attempt(2, 2)];
        let kept = Progress { attempts, waiting: vec![waiting(1, 1)], ..progress(1, cursor(0, 2)) };
        let mut seen = Vec::new();
        for _ in 0..2 {
            // A commit that was said to fail may have landed.
            store.keep_deliveries(std::slice::from_ref(&kept)).await.unwrap();
            let tried = store.webhook_attempts(kept.webhook, 10).await.unwrap();
            let StoredWebhook { cursor, waiting, .. } = only(&store, 1).await;
            seen.push((cursor, waiting, tried));
        }
        assert_eq!(seen[0], seen[1]);
        assert_eq!((seen[0].1.len(), seen[0].2.len()), (1, 2));
    })
    .await;
}

#[tokio::test]
async fn what_was_under_way_when_a_cursor_was_set_leaves_an_attempt_and_nothing_else() {
    for_each_database(async |store| {
        store.create_webhook(&endpoint(1, 10)).await.unwrap();
        let id = Uuid::from_u128(1);
        assert!(store.replay_webhook(id, Position(2)).await.unwrap());
        let late = Progress {
            waiting: vec![waiting(11, 1)],
            attempts: vec![attempt(1, 11)],
            disable: Some((now(), DisabledBy::Gone)),
            ..progress(1, cursor(0, 11))
        };
        store.keep_deliveries(&[late]).await.unwrap();
        let webhook = only(&store, 1).await;
        assert_eq!((webhook.cursor, webhook.disabled, webhook.waiting), (cursor(1, 2), None, Vec::new()));
        assert_eq!(store.webhook_attempts(id, 10).await.unwrap().len(), 1);
        // Nor does it take away what waits since.
        let since = Progress { waiting: vec![waiting(3, 1)], ..progress(1, cursor(1, 3)) };
        let done = Progress { done: vec![(Position(3), "milestones".to_owned())], ..progress(1, cursor(0, 3)) };
        store.keep_deliveries(&[since]).await.unwrap();
        store.keep_deliveries(&[done]).await.unwrap();
        assert_eq!(only(&store, 1).await.waiting, [waiting(3, 1)]);
    })
    .await;
}

#[tokio::test]
async fn of_an_endpoint_that_is_removed_nothing_is_left_and_the_others_are_kept_all_the_same() {
    for_each_database(async |store| {
        for number in [1, 2] {
            store.create_webhook(&endpoint(number, 0)).await.unwrap();
        }
        let all = |number| Progress {
            waiting: vec![waiting(1, 1)],
            attempts: vec![attempt(number, 1)],
            ..progress(number, cursor(0, 1))
        };
        store.keep_deliveries(&[all(1), all(2)]).await.unwrap();
        let before = store.webhooks_revision().await.unwrap();
        assert!(store.remove_webhook(Uuid::from_u128(1)).await.unwrap());
        assert!(!store.remove_webhook(Uuid::from_u128(1)).await.unwrap());
        // Another one at once, so that there are as many changes of as many endpoints.
        store.create_webhook(&endpoint(3, 0)).await.unwrap();
        assert_ne!(store.webhooks_revision().await.unwrap(), before);
        let late = Progress { disable: Some((now(), DisabledBy::Gone)), ..all(1) };
        store
            .keep_deliveries(&[late, Progress { attempts: vec![attempt(22, 2)], ..progress(2, cursor(0, 2)) }])
            .await
            .unwrap();
        assert!(store.webhooks(Some(Uuid::from_u128(1))).await.unwrap().is_empty());
        assert!(store.webhook_attempts(Uuid::from_u128(1), 10).await.unwrap().is_empty());
        assert_eq!(only(&store, 2).await.cursor, cursor(0, 2));
        assert_eq!(store.webhook_attempts(Uuid::from_u128(2), 10).await.unwrap().len(), 2);
    })
    .await;
}
