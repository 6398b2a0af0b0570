//! Do days to come and sources that contradict each other fire, and end, when they should?

use depositary::domain::alert::About;
use depositary::domain::alert::state::Alert;
use depositary::domain::command::Intent;
use depositary::domain::event::MilestoneCorrected;
use depositary::domain::milestone::Detail;
use depositary::domain::words::{Deadline, Evidence, ResolvedBy};
use testkit::databases::{Database, for_each_database};
use testkit::facts::{command, id, milestone, milestone_of, open, record, source};
use testkit::watcher::{RULES, Watcher, notice, waiting};

#[tokio::test]
async fn a_notice_that_tells_its_closing_date_does_not_stall_before_that_day() {
    let database = Database::sqlite();
    let watcher = Watcher::start(database.store().await, RULES).await;
    watcher.process.clock.set("2024-02-23T12:00:00Z".parse().unwrap());
    let long = record("notice", "rdp/FO", notice("2024-02-23", "2024-12-31"));
    watcher.record(vec![open("rdp/FO"), long]).await;
    assert_eq!(watcher.look("2024-12-01").await.fired, 0);
    assert_eq!(watcher.look("2024-12-20").await.fired, 1, "comments close");
    assert_eq!(watcher.alert().await.fired.what.rule.as_str(), "comments");
    watcher.look("2025-01-01").await;
    assert_eq!(watcher.look("2025-04-11").await.fired, 0);
    assert_eq!(watcher.look("2025-04-12").await.fired, 1, "review began on 2025-01-01");
}

#[tokio::test]
async fn a_deadline_fires_so_many_days_before_and_ends_when_its_day_has_passed_or_moves() {
    for_each_database(async |store| {
        let watcher = Watcher::start(store, RULES).await;
        watcher.process.clock.set("2024-02-23T12:00:00Z".parse().unwrap());
        waiting(&watcher).await;
        assert_eq!((watcher.look("2024-03-10").await.fired, watcher.look("2024-03-11").await.fired), (0, 1));
        let about = watcher.alert().await.fired.what.about;
        assert!(matches!(about, About::Deadline { deadline: Deadline::CommentsClose, .. }), "{about:?}");
        assert_eq!((watcher.look("2024-03-25").await.resolved, watcher.look("2024-03-26").await.resolved), (0, 1));
        assert_eq!(watcher.end().await, (ResolvedBy::DatePassed, None, false));
    })
    .await;
    for_each_database(async |store| {
        let watcher = Watcher::start(store, RULES).await;
        watcher.process.clock.set("2024-03-12T12:00:00Z".parse().unwrap());
        waiting(&watcher).await;
        watcher.look("2024-03-12").await;
        let longer = MilestoneCorrected {
            milestone: milestone_of("notice"),
            content: notice("2024-02-23", "2024-04-30"),
            sources: vec![source("the correction")],
            why: "The comment period was extended.".to_owned(),
        };
        watcher.record(vec![command("longer", "rdp/FO", Intent::CorrectMilestone(longer))]).await;
        watcher.look("2024-03-13").await;
        assert_eq!(watcher.end().await, (ResolvedBy::Corrected, Some(milestone_of("notice")), true));
        assert_eq!(watcher.look("2024-04-16").await.fired, 1, "the same deadline, on its new day");
    })
    .await;
}

#[tokio::test]
async fn a_term_fires_unless_something_known_has_replaced_it() {
    for_each_database(async |store| {
        let watcher = Watcher::start(store, RULES).await;
        watcher.process.clock.set("2020-01-01T12:00:00Z".parse().unwrap());
        let term = |until: &str| Detail::EnteredIntoForce { until: Some(until.parse().unwrap()) };
        let entered = record("entered", "rdp/FO", milestone("2010-01-01", "In force", term("2024-12-31")));
        let uncertain = record("uncertain", "rdp/GL", milestone("2010-01-01", "In force", term("2025")));
        watcher.record(vec![open("rdp/FO"), entered, open("rdp/GL"), uncertain]).await;
        let terms = async |day: &str| {
            watcher.look(day).await;
            let of = watcher.alerts().await.into_iter().filter(Alert::is_open);
            let of = of.filter(|alert| alert.fired.what.rule.as_str() == "terms");
            of.map(|alert| alert.fired.what.subject.to_string()).collect::<Vec<_>>()
        };
        assert_eq!(terms("2024-11-30").await, [] as [&str; 0]);
        // A term that ends on some day of a year may end on its first.
        assert_eq!(terms("2024-12-02").await, ["rdp/FO", "rdp/GL"]);
        let renewed = Detail::Renewed { until: Some("2034-12-31".parse().unwrap()) };
        watcher.process.clock.set("2024-12-03T12:00:00Z".parse().unwrap());
        watcher.record(vec![record("renewed", "rdp/FO", milestone("2024-12-03", "Renewed", renewed))]).await;
        assert_eq!(terms("2024-12-03").await, ["rdp/GL"]);
        let of_term = |alert: &Alert| {
            alert.fired.what.rule.as_str() == "terms" && alert.fired.what.subject == id("rdp/FO").into()
        };
        let replaced = watcher.alerts().await.into_iter().find(of_term).unwrap();
        let resolved = replaced.resolved.unwrap().what;
        let renewal = Some(milestone_of("renewed"));
        assert_eq!(
            (resolved.by, resolved.milestone, resolved.unfounded),
            (ResolvedBy::MilestoneRecorded, renewal, false)
        );
        assert_eq!(terms("2025-12-31").await, ["rdp/GL"]);
        assert_eq!(terms("2026-01-01").await, [] as [&str; 0]);
    })
    .await;
}

#[tokio::test]
async fn sources_that_contradict_each_other_fire_until_one_of_them_is_corrected() {
    for_each_database(async |store| {
        let watcher = Watcher::start(store, RULES).await;
        watcher.process.clock.set("2024-01-01T12:00:00Z".parse().unwrap());
        let mut other = source("another paper");
        other.tells = Some(depositary::domain::source::Telling {
            date: "2011-05-05".parse().unwrap(),
            evidence: Evidence::Stated,
        });
        let told = record("noted", "rdp/FO", milestone("2010-01-01", "Announced", Detail::IntentAnnounced {}));
        let added = depositary::domain::event::SourceAdded { milestone: milestone_of("noted"), source: other };
        let added = command("added", "rdp/FO", Intent::AddSource(added));
        watcher.record(vec![open("rdp/FO"), told, added]).await;
        watcher.look("2024-01-01").await;
        let contradictions = async || {
            let alerts = watcher.alerts().await.into_iter();
            alerts.filter(|alert| alert.fired.what.rule.as_str() == "contradiction").collect::<Vec<_>>()
        };
        assert_eq!(contradictions().await.len(), 1);
        let corrected = MilestoneCorrected {
            milestone: milestone_of("noted"),
            content: milestone("2010-01-01", "Announced", Detail::IntentAnnounced {}),
            sources: vec![source("the first paper")],
            why: "The other paper was about another country.".to_owned(),
        };
        watcher.record(vec![command("correct", "rdp/FO", Intent::CorrectMilestone(corrected))]).await;
        watcher.look("2024-01-02").await;
        let resolved = contradictions().await.remove(0).resolved.unwrap().what;
        let end = (resolved.by, resolved.milestone, resolved.unfounded);
        assert_eq!(end, (ResolvedBy::Corrected, Some(milestone_of("noted")), false), "they did contradict each other");
    })
    .await;
}

#[tokio::test]
async fn comments_on_a_notice_of_a_round_that_is_over_are_no_deadline() {
    for_each_database(async |store| {
        let watcher = Watcher::start(store, RULES).await;
        watcher.process.clock.set("2024-03-02T12:00:00Z".parse().unwrap());
        waiting(&watcher).await;
        let withdrawn = milestone("2024-03-01", "Given up", Detail::Withdrawn {});
        watcher.record(vec![record("withdrawn", "rdp/FO", withdrawn)]).await;
        assert_eq!(watcher.look("2024-03-12").await.holding, 0);
    })
    .await;
}

#[tokio::test]
async fn comments_that_are_told_to_have_closed_before_their_day_are_no_deadline_and_those_that_closed_on_it_are() {
    for (closed, holding) in [("2024-03-20", 0), ("2024-03-24", 0), ("2024-03-25", 1)] {
        for_each_database(async |store| {
            let watcher = Watcher::start(store, RULES).await;
            watcher.process.clock.set("2024-03-25T12:00:00Z".parse().unwrap());
            waiting(&watcher).await;
            let of = milestone(closed, "Comments closed", Detail::CommentsClosed {});
            watcher.record(vec![record("closed", "rdp/FO", of)]).await;
            assert_eq!(watcher.look("2024-03-25").await.holding, holding, "{closed}");
        })
        .await;
    }
}

#[tokio::test]
async fn what_happens_on_the_closing_day_itself_leaves_it_a_deadline_and_what_happens_before_does_not() {
    for (withdrawn, holding) in [("2024-03-24", 0), ("2024-03-25", 1)] {
        for_each_database(async |store| {
            let watcher = Watcher::start(store, RULES).await;
            watcher.process.clock.set("2024-03-25T12:00:00Z".parse().unwrap());
            waiting(&watcher).await;
            let given_up = milestone(withdrawn, "Given up", Detail::Withdrawn {});
            watcher.record(vec![record("withdrawn", "rdp/FO", given_up)]).await;
            assert_eq!(watcher.look("2024-03-25").await.holding, holding, "{withdrawn}");
        })
        .await;
    }
}

#[tokio::test]
async fn the_closing_day_of_a_round_that_is_over_is_none_of_the_next_round() {
    for_each_database(async |store| {
        let watcher = Watcher::start(store, RULES).await;
        watcher.process.clock.set("2024-03-15T12:00:00Z".parse().unwrap());
        waiting(&watcher).await;
        let withdrawn = milestone("2024-03-01", "Given up", Detail::Withdrawn {});
        let next = record("next", "rdp/FO", notice("2024-03-10", "2024-04-20"));
        watcher.record(vec![record("withdrawn", "rdp/FO", withdrawn), next]).await;
        assert_eq!(watcher.look("2024-03-15").await.holding, 0);
        assert_eq!(watcher.look("2024-04-06").await.fired, 1);
        assert_eq!(watcher.alert().await.fired.what.about.milestone(), Some(milestone_of("next")));
    })
    .await;
}
