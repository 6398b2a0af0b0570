//! Is anything lost or hidden when the clock is set, back or forward, on a leap day too?

use chrono::{DateTime, TimeZone, Utc};
use depositary::access::{Access, Rates, Role};
use depositary::answers::{Answers, OfOtherRules};
use depositary::clock::{Accepted, Clock};
use depositary::config::rules::Rules;
use depositary::domain::milestone::Detail;
use depositary::domain::time::instant_text;
use depositary::faces::behind::Behind;
use depositary::read::reader::Reader;
use depositary::record::tracker::{ExecuteError, Tracker};
use depositary::store::Store;
use serde_json::{Value, json};
use testkit::databases::for_each_database;
use testkit::facts::{NOW, instruments, note, open, record};
use testkit::mutations::{input, milestone, mutate, sources};
use testkit::serving::Served;
use testkit::tables::log;
use testkit::watcher::fired;

/// Every read by default, at whatever the clock says, shows everything that was recorded up to now: so many facts after the first
/// events. Gives their positions and times.
async fn all_is_shown(
    served: &Served,
    store: &Store,
    first: u64,
    count: usize,
    now: &str,
    summary: &str,
) -> Vec<(u64, DateTime<Utc>)> {
    let query = "{ agreement(id: \"rdp/RO\") { version status { headline position }
        milestones(first: 100) { totalCount nodes { summary } } } log { position } }";
    let all = served.ask(query).await;
    let agreement = &all["agreement"];
    let recorded: Vec<(u64, DateTime<Utc>)> = log(store)
        .await
        .iter()
        .skip(usize::try_from(first).unwrap())
        .map(|event| (event.position, event.recorded_at))
        .collect();
    assert_eq!(recorded.len(), count, "{now}");
    assert_eq!(agreement["version"], count + 1, "{now}");
    assert_eq!(recorded.last().unwrap().0, first + count as u64, "{now}");
    assert_eq!(agreement["milestones"]["totalCount"], count, "{now}");
    let nodes = agreement["milestones"]["nodes"].as_array().unwrap();
    assert!(nodes.iter().any(|node| node["summary"] == summary), "{now}: {nodes:?}");
    assert_eq!(agreement["status"]["position"], all["log"]["position"], "{now}");
    let feed = served.get("/v1/feed/RO.atom").await;
    assert!(feed.0 == 200 && feed.1.contains(summary), "{now}: {feed:?}");
    for path in ["/v1/timeline/RO", "/v1/status/RO", "/v1/agreements", "/v1/stalled", "/v1/durations", "/readyz"] {
        assert_eq!(served.get(path).await.0, 200, "{now}: {path}");
    }
    recorded
}

#[tokio::test]
async fn a_clock_that_is_set_back_and_forward_hides_nothing_and_time_never_runs_backwards_along_the_log() {
    for_each_database(async |store| {
        let served = &Served::start(store.clone()).await;
        let token = served.token(Role::Recorder, "desk").await;
        mutate(served, &token, "openAgreement", input("rdp/RO", json!({}))).await;
        let first = served.ask("{ log { position } }").await["log"]["position"].as_u64().unwrap();
        let times = [
            ("2028-02-29T00:30:00Z", "2028-02-29"),
            // Back an hour, to the day before.
            ("2028-02-28T23:30:00Z", "2028-02-28"),
            ("2028-02-29T23:59:59.999999Z", "2028-02-29"),
            // Forward ten years, to one without that day.
            ("2038-02-28T23:59:59Z", "2038-02-28"),
            ("2038-03-01T00:00:00Z", "2038-03"),
            // Back again.
            ("2028-02-29T12:00:00Z", "2028-02-29"),
            ("2028-02-29T11:00:00Z", "2028-02"),
            ("2028-03-01T00:00:00Z", "2028-02-29"),
        ];
        let mut recorded: Vec<(u64, DateTime<Utc>)> = Vec::new();
        for (number, (now, occurred)) in times.into_iter().enumerate() {
            served.clock.set(now.parse().unwrap());
            let summary = format!("Recorded when the clock said {now}.");
            let noted = milestone("noted", occurred, json!({ "summary": summary }));
            let members = json!({ "milestone": noted, "sources": sources() });
            let payload = mutate(served, &token, "recordMilestone", input("rdp/RO", members)).await;
            assert_eq!(payload["refusal"], Value::Null, "{now}");
            recorded = all_is_shown(served, &store, first, number + 1, now, &summary).await;
        }
        assert!(recorded.windows(2).all(|pair| pair[0].1 <= pair[1].1), "{recorded:?}");
        // What was recorded while the clock was ahead is dated so, and what came after not earlier.
        let ahead: DateTime<Utc> = "2038-03-01T00:00:00Z".parse().unwrap();
        assert!(recorded[recorded.len() - 4..].iter().all(|(_, at)| *at == ahead), "{recorded:?}");
        assert!(served.behind.tracker.execute(vec![testkit::facts::note("after all", "rdp/RO")]).await.is_ok());
    })
    .await;
}

/// A process that believes its clock as the program does.
async fn strict(store: &Store, accepted: Accepted) -> (Clock, Tracker) {
    let clock = Clock::manual(NOW.parse().unwrap()).accepting(accepted);
    let reader = Reader::open(store.clone(), instruments()).await.unwrap();
    (clock.clone(), Tracker::start(store.clone(), instruments(), clock, reader))
}

async fn why(tracker: &Tracker, name: &str) -> String {
    match tracker.execute(vec![note(name, "rdp/FO")]).await.unwrap_err() {
        ExecuteError::Store(error) => error.to_string(),
        refused @ ExecuteError::Refused { .. } => panic!("{refused}"),
    }
}

#[tokio::test]
async fn by_a_clock_that_does_not_fit_the_log_nothing_is_recorded_until_an_operator_says_so() {
    for_each_database(async |store| {
        let (clock, tracker) = strict(&store, Accepted::Nothing).await;
        assert!(tracker.execute(vec![open("rdp/FO")]).await.is_ok(), "an empty log fits any clock");
        let end = "2026-11-24T12:00:00.000000Z";
        for (now, at) in [
            ("2026-11-24T11:58:59Z", "2026-11-24T11:58:59.000000Z"),
            ("2000-01-01T00:00:00Z", "2000-01-01T00:00:00.000000Z"),
            ("2027-05-24T00:00:00Z", "2027-05-24T00:00:00.000000Z"),
            ("2126-11-24T12:00:00Z", "2126-11-24T12:00:00.000000Z"),
        ] {
            clock.set(now.parse().unwrap());
            let told = why(&tracker, "refused").await;
            assert!(told.contains(end) && told.contains(at) && told.contains("--accept-log-end"), "{told}");
            assert!(tracker.clock().fits(store.head().await.unwrap().ended_at()).is_err());
        }
        for now in ["2026-11-24T11:59:30Z", "2027-05-22T00:00:00Z"] {
            clock.set(now.parse().unwrap());
            assert!(tracker.execute(vec![note(now, "rdp/FO")]).await.is_ok(), "{now}");
        }
        // The end that the message names is accepted, and no other.
        let accepted: Accepted = "2027-05-22T00:00:00.000000Z".parse().unwrap();
        let (clock, tracker) = strict(&store, accepted).await;
        clock.set("2030-01-01T00:00:00Z".parse().unwrap());
        assert!(tracker.execute(vec![note("accepted", "rdp/FO")]).await.is_ok());
        clock.set("2126-01-01T00:00:00Z".parse().unwrap());
        assert!(why(&tracker, "and then").await.contains("--accept-log-end=2030-01-01T00:00:00.000000Z"));
        // Beyond the year 9999 nothing is ever written.
        let (clock, tracker) = strict(&store, Accepted::Whatever).await;
        clock.set("2026-11-25T00:00:00Z".parse().unwrap());
        assert!(tracker.execute(vec![note("whatever", "rdp/FO")]).await.is_ok());
        clock.set(Utc.with_ymd_and_hms(10_021, 1, 1, 0, 0, 0).unwrap());
        assert!(why(&tracker, "never").await.contains("9999"));
        let recorded: Vec<String> = log(&store).await.iter().map(|event| instant_text(event.recorded_at)).collect();
        assert_eq!(recorded.last().unwrap(), "2030-01-01T00:00:00.000000Z", "dated like the end of the log");
    })
    .await;
}

#[tokio::test]
async fn alerts_are_judged_by_no_clock_that_does_not_fit_and_never_by_a_day_that_has_not_come() {
    for_each_database(async |store| {
        let watcher = fired(&store).await;
        let judge = |accepted: Accepted, now: &str| {
            let clock = Clock::manual(now.parse().unwrap()).accepting(accepted);
            Answers::new(watcher.process.reader.clone(), instruments(), clock).by_rules(watcher.answers.rules().clone())
        };
        for now in ["2000-01-01T12:00:00Z", "2124-07-05T12:00:00Z"] {
            let told = judge(Accepted::Nothing, now).look(OfOtherRules::Resolve).await.unwrap_err();
            assert!(depositary::telemetry::chain(&told).contains("--accept-log-end"), "{told}");
        }
        // The log's end lies ahead, and the operator goes on: what has not come by the clock does not hold.
        let found = judge(Accepted::Whatever, "2024-07-04T12:00:00Z").look(OfOtherRules::Resolve).await.unwrap();
        assert_eq!(found.holding, 0);
    })
    .await;
}

#[tokio::test]
async fn a_fact_of_a_day_that_it_is_somewhere_on_earth_has_happened() {
    for_each_database(async |store| {
        let (clock, tracker) = strict(&store, Accepted::Nothing).await;
        assert!(tracker.execute(vec![open("rdp/FO")]).await.is_ok());
        let fact = |day: &str| record(day, "rdp/FO", testkit::facts::milestone(day, "Today.", Detail::Noted {}));
        assert!(tracker.execute(vec![fact("2026-11-25")]).await.is_ok(), "it is 02:00 on the 25th in Kiritimati");
        clock.set("2026-11-24T23:59:59Z".parse().unwrap());
        assert!(tracker.execute(vec![fact("2026-11-26")]).await.unwrap_err().is_refusal());
        clock.set("2026-11-25T09:59:59Z".parse().unwrap());
        assert!(tracker.execute(vec![fact("2026-11-26")]).await.unwrap_err().is_refusal());
    })
    .await;
}

#[tokio::test]
async fn an_instant_that_a_client_cut_to_milliseconds_finds_the_event_that_it_came_from() {
    for_each_database(async |store| {
        let served = &Served::start(store.clone()).await;
        let token = served.token(Role::Recorder, "desk").await;
        mutate(served, &token, "openAgreement", input("rdp/RO", json!({}))).await;
        let times = [
            "2026-11-24T12:00:01.123456Z",
            "2026-11-24T12:00:01.123999Z",
            "2026-11-24T12:00:01.124000Z",
            "2026-11-24T12:00:02Z",
        ];
        for now in times {
            served.clock.set(now.parse().unwrap());
            let noted = milestone("noted", "2020-01-01", json!({ "summary": now }));
            mutate(
                served,
                &token,
                "recordMilestone",
                input("rdp/RO", json!({ "milestone": noted, "sources": sources() })),
            )
            .await;
        }
        for (known_at, count) in [
            ("2026-11-24T12:00:01.123Z", 2),
            ("2026-11-24T12:00:01.123456Z", 1),
            ("2026-11-24T12:00:01.123455Z", 0),
            ("2026-11-24T12:00:01.122Z", 0),
            ("2026-11-24T12:00:01.124Z", 3),
            ("2026-11-24T12:00:02Z", 4),
        ] {
            let query = format!(
                "{{ agreement(id: \"rdp/RO\", knownAt: \"{known_at}\") {{ milestones(first: 10) {{ totalCount }} }} }}"
            );
            let answer = served.ask(&query).await;
            assert_eq!(answer["agreement"]["milestones"]["totalCount"], count, "{known_at}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_log_that_is_dated_ahead_is_told_by_a_metric_and_is_not_ready() {
    for_each_database(async |store| {
        let (clock, tracker) = strict(&store, Accepted::Nothing).await;
        assert!(tracker.execute(vec![open("rdp/FO")]).await.is_ok());
        clock.set("2026-11-24T11:00:00Z".parse().unwrap());
        let reader = Reader::open(store.clone(), instruments()).await.unwrap();
        let answers = Answers::new(reader, instruments(), clock.clone()).by_rules(Rules::bundled().unwrap());
        let access = Access::new(store.clone(), clock.clone(), false);
        let webhooks = testkit::serving::webhooks(&answers, &clock);
        let behind = Behind { answers, tracker, access, rates: Rates::default(), webhooks };
        let served = Served::with(store.clone(), behind, clock).await;
        let told = served.get("/metrics").await.1;
        assert!(told.contains("\ndepositary_log_ahead_seconds 3600\n"), "{told}");
        let (code, why) = served.get("/readyz").await;
        let names = [
            "the log cannot be written: the log ends at 2026-11-24T12:00:00.000000Z",
            "clock, 2026-11-24T11:00:00.000000Z",
        ];
        assert!(code == 503 && names.iter().all(|name| why.contains(name)), "{code}: {why}");
    })
    .await;
}

#[test]
fn an_instant_beyond_the_year_9999_that_an_early_release_recorded_can_be_read() {
    let text = "+10021-11-06T10:00:00.000000Z";
    assert_eq!(instant_text(depositary::domain::time::instant_of(text).unwrap()), text);
    assert_eq!(depositary::domain::time::instant_of("10021-11-06T10:00:00.000000Z"), None);
}
