//! What would the rules have raised in the past, by what was published then?

use chrono::{Days, NaiveDate};
use depositary::answers::{Answers, Ask, Backtest, Pin};
use depositary::config::rules::Rules;
use depositary::domain::command::Intent;
use depositary::domain::event::MilestoneRecorded;
use depositary::domain::milestone::Detail;
use depositary::domain::source::Source;
use depositary::projections::conditions::Condition;
use depositary::projections::knowledge::{Basis, Knowledge};
use testkit::databases::{Database, for_each_database};
use testkit::facts::{Process, command, id, instruments, milestone, open, source};
use testkit::watcher::{RULES, Watcher, notice, signed};

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn answers(process: &Process) -> Answers {
    Answers::new(process.reader.clone(), instruments(), process.clock.clone()).by_rules(Rules::bundled().unwrap())
}

async fn backtest(answers: &Answers, from: &str, to: &str) -> Backtest {
    let pin = answers.pin(&Ask::default(), answers.position()).await.unwrap();
    answers.backtest(answers.rules(), (day(from), day(to)), &pin).await.unwrap()
}

#[tokio::test]
async fn from_2010_to_2025_the_bundled_rules_would_have_fired_as_a_person_has_read_and_found_sensible() {
    let database = Database::sqlite();
    let process = Process::seeded(database.store().await).await;
    let found = backtest(&answers(&process), "2010-01-01", "2025-12-31").await;
    let line = |fired: &depositary::answers::WouldFire| {
        let over = fired.over.map_or("open".to_owned(), |over| over.to_string());
        format!("{} to {over:<10} {:<14} {}", fired.on, fired.condition.rule, fired.told)
    };
    insta::assert_snapshot!(found.fired.iter().map(line).collect::<Vec<_>>().join("\n"));
    let korea: Vec<_> = found.fired.iter().filter(|fired| fired.agreement == id("rdp/KR")).collect();
    let stalls: Vec<_> = korea.iter().filter(|fired| fired.condition.rule.as_str() == "stalled").collect();
    assert_eq!(stalls.iter().map(|fired| (fired.on, fired.over)).collect::<Vec<_>>(), [(day("2025-03-27"), None)]);
    let lithuania = found.fired.iter().filter(|fired| fired.agreement == id("rdp/LT"));
    assert!(lithuania.into_iter().all(|fired| fired.condition.rule.as_str() != "stalled"), "34 days are no stall");
}

#[tokio::test]
async fn each_day_of_a_back_test_holds_what_a_question_about_that_day_by_what_was_published_holds() {
    for_each_database(async |store| {
        let process = Process::seeded(store).await;
        let answers = answers(&process);
        let (from, to) = (day("2023-06-01"), day("2025-06-01"));
        let found = backtest(&answers, "2023-06-01", "2025-06-01").await;
        for on in from.iter_days().take_while(|on| *on <= to).step_by(29) {
            let known_at = Some(on.and_hms_opt(0, 0, 0).unwrap().and_utc());
            let knowledge = Knowledge { position: answers.position(), basis: Basis::Published, known_at };
            let pin = Pin { day: on, today: answers.today(), knowledge, ask: Ask::default(), lasting: false };
            let key =
                |condition: &Condition| (condition.rule.clone(), condition.subject.clone(), condition.fingerprint());
            let mut asked: Vec<_> = answers.conditions(&pin).await.unwrap().iter().map(key).collect();
            let open = found.fired.iter().filter(|fired| fired.on <= on && fired.over.is_none_or(|over| over > on));
            let mut open: Vec<_> = open.map(|fired| key(&fired.condition)).collect();
            asked.sort();
            open.sort();
            assert_eq!(asked, open, "{on}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_back_test_of_later_days_does_not_change_what_earlier_days_fired() {
    let database = Database::sqlite();
    let process = Process::seeded(database.store().await).await;
    let answers = answers(&process);
    let (short, long) =
        (backtest(&answers, "2014-01-01", "2017-01-01").await, backtest(&answers, "2014-01-01", "2020-01-01").await);
    let within = |found: &Backtest| {
        let last = day("2017-01-01");
        let fired = found.fired.iter().filter(|fired| fired.on <= last);
        fired.map(|fired| (fired.on, fired.over.filter(|over| *over <= last), fired.alert)).collect::<Vec<_>>()
    };
    assert!(!within(&short).is_empty());
    assert_eq!(within(&short), within(&long));
}

#[tokio::test]
async fn a_day_of_a_back_test_knows_nothing_that_was_published_on_the_next() {
    for_each_database(async |store| {
        let watcher = Watcher::start(store, RULES).await;
        let published = |name: &str, on: &str, milestone| {
            let source = Source { published_on: Some(on.parse().unwrap()), ..source(name) };
            let recorded = MilestoneRecorded { milestone, sources: vec![source] };
            command(name, "rdp/FO", Intent::RecordMilestone(recorded))
        };
        let noted = milestone("2024-07-05", "Noted", Detail::Noted {});
        let facts = vec![
            open("rdp/FO"),
            published("notice", "2024-02-23", notice("2024-02-23", "2024-03-25")),
            published("noted", "2024-07-05", noted),
            published("signed", "2024-07-06", signed("2024-07-01")),
        ];
        watcher.record(facts).await;
        let found = backtest(&watcher.answers, "2024-06-01", "2024-08-01").await.fired;
        let days: Vec<_> = found.iter().map(|fired| (fired.on, fired.over)).collect();
        assert_eq!(days, [(day("2024-07-05"), Some(day("2024-07-06")))]);
    })
    .await;
}

#[tokio::test]
async fn days_that_are_no_span_are_refused() {
    let database = Database::sqlite();
    let process = Process::seeded(database.store().await).await;
    let answers = answers(&process);
    let pin = answers.pin(&Ask::default(), answers.position()).await.unwrap();
    let from = day("2010-01-01");
    for to in [from - Days::new(1), day("2060-01-01"), NaiveDate::MAX] {
        let error = answers.backtest(answers.rules(), (from, to), &pin).await.unwrap_err();
        assert!(error.to_string().contains("fewer than 50 years"), "{error}");
    }
    assert!(answers.backtest(answers.rules(), (from, from), &pin).await.is_ok());
    let rules: String = (0..60)
        .map(|number| format!("[[rule]]\nname = \"r{number}\"\nwatches = \"stalled\"\n"))
        .collect::<Vec<_>>()
        .concat();
    let rules = Rules::parse("rules", &rules).unwrap();
    let error = answers.backtest(&rules, (from, day("2059-12-31")), &pin).await.unwrap_err();
    assert!(error.to_string().contains("give fewer days or rules"), "{error}");
}
