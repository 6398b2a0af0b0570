//! Do alerts of several processes, rules and instruments keep apart, and disturb nothing else?

use depositary::answers::{Answers, OfOtherRules};
use depositary::config::rules::Rules;
use depositary::domain::alert::state::Alert;
use depositary::domain::ids::{Actor, Position};
use depositary::domain::words::{DisabledBy, ResolvedBy};
use depositary::store::{StoredCursor, StoredWebhook};
use depositary::work::alerts::look;
use testkit::databases::{Database, for_each_database};
use testkit::facts::{Process, instruments, open, record};
use testkit::watcher::{RULES, Watcher, fired, notice, signed, waiting};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn processes_that_look_at_once_fire_once() {
    for database in Database::each().await {
        let first = Watcher::start(database.store().await, RULES).await;
        first.process.clock.set("2025-01-01T12:00:00Z".parse().unwrap());
        let countries = ["FO", "GL", "IS", "AL", "RS", "MD", "GE", "AM"];
        for country in countries {
            let agreement = format!("rdp/{country}");
            let notice = record(&format!("notice {country}"), &agreement, notice("2024-02-23", "2024-03-25"));
            first.record(vec![open(&agreement), notice]).await;
        }
        let mut watchers = Vec::new();
        for _ in 0..4 {
            watchers.push(Watcher::start(database.store().await, RULES).await);
        }
        // Each has looked before any of them records.
        let mut found = Vec::new();
        for watcher in &watchers {
            watcher.process.clock.set("2025-01-01T12:00:00Z".parse().unwrap());
            found.push(watcher.answers.look(OfOtherRules::Resolve).await.unwrap().commands);
        }
        let recording = watchers.iter().zip(found).map(|(watcher, commands)| {
            let tracker = watcher.process.tracker.clone();
            tokio::spawn(async move { tracker.execute_alerts(commands).await.unwrap() })
        });
        let mut fired = 0;
        for outcomes in futures_util::future::join_all(recording).await {
            for outcome in outcomes.unwrap() {
                fired += usize::from(outcome.is_ok_and(|outcome| !outcome.repeated));
            }
        }
        assert_eq!(fired, countries.len());
        let last = Watcher::start(database.store().await, RULES).await;
        last.look("2025-01-01").await;
        assert!(last.alerts().await.iter().all(|alert| alert.version.0 == 1));
        database.drop().await;
    }
}

#[tokio::test]
async fn alerts_disturb_neither_an_expected_version_nor_the_tables_and_a_log_with_them_is_proven_and_restored() {
    for_each_database(async |store| {
        let watcher = fired(&store).await;
        let mut next = record("signed", "rdp/FO", signed("2024-06-30"));
        next.expected_version = Some(depositary::domain::ids::Version(2));
        watcher.record(vec![next]).await;
        watcher.look("2024-07-06").await;
        let before = store.projection_digest().await.unwrap();
        store.rebuild(&instruments(), |_| {}).await.unwrap();
        assert_eq!(store.projection_digest().await.unwrap(), before);
        assert_eq!(store.first_wrong_rows(&instruments()).await.unwrap(), None);
        let events = store.stored_events(Position(0), 1_000).await.unwrap();
        assert_eq!(events.iter().filter(|event| event.stream.starts_with("alert/")).count(), 2);
        let copy = Database::sqlite();
        let restored = copy.store().await;
        let lines = events.clone().into_iter().map(Ok::<_, depositary::store::StoreError>);
        restored.restore(lines, &instruments()).await.unwrap();
        assert_eq!(restored.stored_events(Position(0), 1_000).await.unwrap(), events);
        assert_eq!(Actor::alerts().as_str(), events.last().unwrap().actor);
    })
    .await;
}

#[tokio::test]
async fn what_holds_is_the_same_from_the_tables_as_from_folded_histories() {
    for_each_database(async |store| {
        let process = Process::seeded(store).await;
        let answers = Answers::new(process.reader.clone(), instruments(), process.clock.clone())
            .by_rules(Rules::bundled().unwrap());
        for day in ["1995-01-01", "2010-02-10", "2016-05-10", "2024-03-20", "2025-10-28", "2026-11-24"] {
            let ask = depositary::answers::Ask { as_of: Some(day.parse().unwrap()), ..Default::default() };
            let pin = answers.pin(&ask, answers.position()).await.unwrap();
            let tabled = answers.conditions(&pin).await.unwrap();
            let folded = answers.clone().without_tables().conditions(&pin).await.unwrap();
            assert_eq!(tabled, folded, "{day}");
            assert!(!tabled.is_empty() || day == "1995-01-01", "{day}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_look_that_leaves_other_rules_alone_resolves_none_of_theirs() {
    for_each_database(async |store| {
        let watcher = fired(&store).await;
        let others = Rules::parse("rules", &RULES.replace("slow", "other")).unwrap();
        let answers = watcher.answers.clone().by_rules(others);
        let looked = look(&answers, &watcher.process.tracker, OfOtherRules::Leave).await.unwrap();
        assert_eq!((looked.fired, looked.resolved), (1, 0));
        assert!(watcher.alerts().await.iter().all(Alert::is_open));
    })
    .await;
}

#[tokio::test]
async fn a_rule_that_names_instruments_watches_those_alone() {
    for_each_database(async |store| {
        let slow = |instrument: &str, name: &str| {
            format!(
                "[[rule]]\nname = \"{name}\"\nwatches = \"stalled\"\ninstruments = [\"{instrument}\"]\ndays = 100\n"
            )
        };
        let rules = slow("sosa", "of-another") + &slow("rdp", "of-this");
        let watcher = Watcher::start(store, &rules).await;
        watcher.process.clock.set("2024-06-01T12:00:00Z".parse().unwrap());
        waiting(&watcher).await;
        assert_eq!(watcher.look("2024-07-05").await.fired, 1);
        assert_eq!(watcher.alert().await.fired.what.rule.as_str(), "of-this");
    })
    .await;
}

#[tokio::test]
async fn an_alert_of_a_webhook_ends_for_the_reason_that_ended_it_and_stays_with_whoever_has_its_rule() {
    for_each_database(async |store| {
        let rules = "[[rule]]\nname = \"gone\"\nwatches = \"webhook_disabled\"\n";
        let watcher = Watcher::start(store.clone(), rules).await;
        let now = watcher.answers.now();
        let cursor = StoredCursor { generation: 0, position: Position(0), failing_since: None, rests_until: None };
        let webhook = StoredWebhook {
            id: uuid::Uuid::from_u128(1),
            url: "https://example.org".to_owned(),
            wants: "everything".to_owned(),
            created_at: now,
            disabled: None,
            revision: 1,
            secrets: Vec::new(),
            cursor,
            waiting: Vec::new(),
        };
        store.create_webhook(&webhook).await.unwrap();
        assert!(store.disable_webhook(webhook.id, now, DisabledBy::Failures).await.unwrap());
        let looked = look(&watcher.answers, &watcher.process.tracker, OfOtherRules::Resolve).await.unwrap();
        assert_eq!(looked.fired, 1);
        let others = watcher.answers.clone().by_rules(Rules::parse("rules", RULES).unwrap());
        let looked = look(&others, &watcher.process.tracker, OfOtherRules::Leave).await.unwrap();
        assert_eq!(looked.resolved, 0, "it is somebody else's");
        let looked = look(&others, &watcher.process.tracker, OfOtherRules::Resolve).await.unwrap();
        assert_eq!(looked.resolved, 1);
        assert_eq!(watcher.end().await, (ResolvedBy::RuleRemoved, None, false));
        let looked = look(&watcher.answers, &watcher.process.tracker, OfOtherRules::Resolve).await.unwrap();
        assert_eq!(looked.fired, 1);
        assert!(store.replay_webhook(webhook.id, Position(0)).await.unwrap());
        let looked = look(&watcher.answers, &watcher.process.tracker, OfOtherRules::Resolve).await.unwrap();
        assert_eq!(looked.resolved, 1);
        assert_eq!(watcher.end().await, (ResolvedBy::WebhookManaged, None, false));
    })
    .await;
}
