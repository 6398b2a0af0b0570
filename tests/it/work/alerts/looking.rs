//! Does a look record what holds and what is over, each once and with its reason, on every database?

use depositary::config::rules::Rules;
use depositary::domain::alert::{About, AlertEvent, AlertSilenced};
use depositary::domain::command::Intent;
use depositary::domain::event::{MilestoneCorrected, MilestoneRetracted};
use depositary::domain::milestone::Detail;
use depositary::domain::words::{AlertState, NoticePurpose, ResolvedBy, Stage};
use testkit::databases::{Database, for_each_database};
use testkit::facts::{command, milestone, milestone_of, open, record, source};
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
