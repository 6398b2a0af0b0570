//! Does a look record what holds and what is over, each once and with its reason, on every database?

use depositary::answers::{Answers, OfOtherRules};
use depositary::config::rules::Rules;
use depositary::domain::alert::decide::AlertCommand;
use depositary::domain::alert::state::Alert;
use depositary::domain::alert::{About, AlertAcknowledged, AlertEvent, AlertRecorded, AlertResolved, AlertSilenced};
use depositary::domain::command::Intent;
use depositary::domain::event::{MilestoneCorrected, MilestoneDateRefined, MilestoneRetracted};
use depositary::domain::ids::{Actor, CommandId, Position};
use depositary::domain::milestone::Detail;
use depositary::domain::refusal::Refusal;
use depositary::domain::words::{AlertState, DisabledBy, Evidence, NoticePurpose, ResolvedBy, Stage, Word};
use depositary::record::tracker::Outcome;
use depositary::store::{StoredCursor, StoredWebhook};
use depositary::work::alerts::look;
use testkit::databases::{Database, for_each_database};
use testkit::facts::{Process, actor, command, instruments, milestone, milestone_of, open, record, source};
use testkit::watcher::{RULES, Watcher, fired, notice, say, signed, waiting};

#[tokio::test]
async fn a_round_that_waits_too_long_fires_once_on_the_first_day_and_says_why() {
    for_each_database(async |store| {
        let watcher = fired(&store).await;
        for day in ["2024-07-05", "2024-07-06", "2025-01-01"] {
            assert_eq!((watcher.look(day).await.fired, watcher.look(day).await.holding), (0, 1));
        }
        let alert = watcher.alert().await;
        let fired = &alert.fired.what;
        assert!(
            matches!(fired.about, About::Stalled { stage: Stage::Review, waited: 101, limit: 100, .. }),
            "{fired:?}"
        );
        assert_eq!(fired.about.milestone(), Some(milestone_of("notice")));
        assert_eq!((fired.due, alert.days_late()), (Some("2024-07-05".parse().unwrap()), 0));
        assert!(fired.told.contains("has been under review for 101 days, since 26 March 2024"), "{}", fired.told);
        assert_eq!((alert.fired.by.as_str(), alert.version.0), ("alerts", 1));
    })
    .await;
}

#[tokio::test]
async fn what_is_recorded_long_after_it_happened_still_fires_and_is_marked_late() {
    for_each_database(async |store| {
        let watcher = Watcher::start(store, RULES).await;
        watcher.process.clock.set("2026-01-01T12:00:00Z".parse().unwrap());
        waiting(&watcher).await;
        assert_eq!(watcher.look("2026-01-01").await.fired, 1);
        let due: chrono::NaiveDate = "2024-07-05".parse().unwrap();
        let days = ("2026-01-01".parse::<chrono::NaiveDate>().unwrap() - due).num_days();
        assert_eq!(watcher.alert().await.days_late(), days);
    })
    .await;
}

#[tokio::test]
async fn a_milestone_that_moves_the_round_on_ends_it_also_when_it_is_silenced() {
    for_each_database(async |store| {
        let watcher = fired(&store).await;
        let alert = watcher.alert().await;
        let silence = AlertSilenced { why: "It is known.".to_owned(), until: "2025-01-01".parse().unwrap() };
        say(&watcher, alert.fingerprint, AlertEvent::Silenced(silence)).await;
        watcher.process.clock.set("2024-08-01T12:00:00Z".parse().unwrap());
        watcher.record(vec![record("signed", "rdp/FO", signed("2024-07-30"))]).await;
        assert_eq!(watcher.look("2024-08-01").await.resolved, 1);
        assert_eq!(watcher.end().await, (ResolvedBy::MilestoneRecorded, Some(milestone_of("signed")), false));
        assert_eq!(watcher.alert().await.state("2024-08-01".parse().unwrap()), AlertState::Resolved);
        assert_eq!((watcher.look("2024-08-02").await.fired, watcher.look("2024-08-02").await.resolved), (0, 0));
    })
    .await;
}

#[tokio::test]
async fn a_signature_from_before_the_firing_that_is_told_late_says_that_it_should_not_have_fired() {
    for_each_database(async |store| {
        let watcher = fired(&store).await;
        watcher.process.clock.set("2024-08-01T12:00:00Z".parse().unwrap());
        watcher.record(vec![record("signed", "rdp/FO", signed("2024-05-01"))]).await;
        watcher.look("2024-08-01").await;
        assert_eq!(watcher.end().await, (ResolvedBy::MilestoneRecorded, Some(milestone_of("signed")), true));
    })
    .await;
}

#[tokio::test]
async fn a_correction_that_shows_that_it_should_not_have_fired_says_so_and_its_retraction_fires_again() {
    for_each_database(async |store| {
        let watcher = fired(&store).await;
        let corrected = MilestoneCorrected {
            milestone: milestone_of("notice"),
            content: notice("2024-05-23", "2024-06-25"),
            sources: vec![source("the notice itself")],
            why: "The month was misread.".to_owned(),
        };
        watcher.record(vec![command("correct", "rdp/FO", Intent::CorrectMilestone(corrected))]).await;
        watcher.look("2024-07-06").await;
        assert_eq!(watcher.end().await, (ResolvedBy::Corrected, Some(milestone_of("notice")), true));
        let back = MilestoneCorrected {
            milestone: milestone_of("notice"),
            content: notice("2024-02-23", "2024-03-25"),
            sources: vec![source("the notice itself")],
            why: "It was right.".to_owned(),
        };
        watcher.record(vec![command("back", "rdp/FO", Intent::CorrectMilestone(back))]).await;
        assert_eq!(watcher.look("2024-07-07").await.fired, 1);
        let alert = watcher.alert().await;
        assert_eq!((alert.version.0, alert.resolved), (3, None));
    })
    .await;
}

#[tokio::test]
async fn a_retracted_milestone_a_withdrawal_and_other_rules_each_end_it_with_their_reason() {
    for_each_database(async |store| {
        let watcher = fired(&store).await;
        let retracted = MilestoneRetracted { milestone: milestone_of("notice"), why: "It never was.".to_owned() };
        watcher.record(vec![command("retract", "rdp/FO", Intent::RetractMilestone(retracted))]).await;
        watcher.look("2024-07-06").await;
        assert_eq!(watcher.end().await, (ResolvedBy::Corrected, Some(milestone_of("notice")), true));
    })
    .await;
    for_each_database(async |store| {
        let watcher = fired(&store).await;
        let withdrawn = milestone("2024-07-06", "Given up", Detail::Withdrawn {});
        watcher.process.clock.set("2024-07-06T12:00:00Z".parse().unwrap());
        watcher.record(vec![record("withdrawn", "rdp/FO", withdrawn)]).await;
        watcher.look("2024-07-06").await;
        assert_eq!(watcher.end().await, (ResolvedBy::Withdrawn, Some(milestone_of("withdrawn")), false));
    })
    .await;
    for (rules, end) in [
        (RULES.replace("days = 100", "days = 200"), (ResolvedBy::LimitChanged, None, false)),
        (RULES.replace("slow", "other"), (ResolvedBy::RuleRemoved, None, false)),
    ] {
        for database in Database::each().await {
            let watcher = fired(&database.store().await).await;
            let other = Watcher {
                answers: watcher.answers.clone().by_rules(Rules::parse("rules", &rules).unwrap()),
                ..watcher
            };
            other.look("2024-07-06").await;
            let of_slow =
                other.alerts().await.into_iter().find(|alert| alert.fired.what.rule.as_str() == "slow").unwrap();
            let resolved = of_slow.resolved.unwrap().what;
            assert_eq!((resolved.by, resolved.milestone, resolved.unfounded), end);
            database.drop().await;
        }
    }
}

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
async fn days_alone_can_end_a_stall_and_that_is_no_change_of_a_limit() {
    for_each_database(async |store| {
        let quick = RULES.replace("days = 100", "days = 10");
        let watcher = Watcher::start(store, &quick).await;
        watcher.process.clock.set("2024-02-23T12:00:00Z".parse().unwrap());
        let detail = Detail::NoticePublished {
            purpose: NoticePurpose::Negotiation,
            document_number: None,
            citation: None,
            comments_close_on: None,
        };
        let notice = record("notice", "rdp/FO", milestone("2024-02-23", "A notice", detail));
        watcher.record(vec![open("rdp/FO"), notice]).await;
        assert_eq!(watcher.look("2024-03-05").await.fired, 1);
        // From the 15th day on comments may have closed by the usual window, and then review has just begun.
        watcher.look("2024-03-12").await;
        assert_eq!(watcher.end().await, (ResolvedBy::DatePassed, None, false));
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
async fn whether_it_should_have_fired_is_asked_of_the_day_on_which_it_did() {
    for_each_database(async |store| {
        let watcher = fired(&store).await;
        // By the notice itself the round had not waited too long by then; by the day of the next look it would have.
        let corrected = MilestoneCorrected {
            milestone: milestone_of("notice"),
            content: notice("2024-05-23", "2024-06-25"),
            sources: vec![source("the notice itself")],
            why: "The month was misread.".to_owned(),
        };
        watcher.record(vec![command("correct", "rdp/FO", Intent::CorrectMilestone(corrected))]).await;
        watcher.process.clock.set("2024-11-01T12:00:00Z".parse().unwrap());
        watcher.record(vec![record("signed", "rdp/FO", signed("2024-10-30"))]).await;
        watcher.look("2024-11-01").await;
        assert_eq!(watcher.end().await, (ResolvedBy::MilestoneRecorded, Some(milestone_of("signed")), true));
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
