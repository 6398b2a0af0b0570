//! Can a calendar program subscribe to the deadlines, whatever is known of their days?

use chrono::{Days, NaiveDate};
use depositary::domain::command::{Command, Intent};
use depositary::domain::country::Country;
use depositary::domain::event::{MilestoneCorrected, MilestoneRecorded, MilestoneRetracted};
use depositary::domain::milestone::{Detail, Milestone};
use depositary::domain::source::Source;
use depositary::domain::time::UncertainDate;
use depositary::domain::words::{Deadline, NoticePurpose};
use depositary::projections::deadlines::Window;
use depositary::projections::watched::{Due, Watched};
use icalendar::{Calendar, Component, DatePerhapsTime, Event, EventLike, EventStatus};
use serde_json::Value;
use testkit::databases::for_each_database;
use testkit::facts::{Process, command, milestone, milestone_of, open, record, source};
use testkit::plain::plain;
use testkit::serving::{Served, for_each_server};

const RO: &str = "rdp/RO";

/// The events of a calendar, which keeps to the form.
async fn events(server: &Served, path: &str) -> Vec<Event> {
    let answer = server.send(reqwest::Method::GET, path, "text/calendar").await;
    assert_eq!((answer.status, answer.header("content-type")), (200, "text/calendar; charset=utf-8"), "{path}");
    for line in answer.body.strip_suffix("\r\n").unwrap().split("\r\n") {
        assert!(line.len() <= 75 && !line.contains(['\r', '\n']), "{line}");
    }
    let calendar: Calendar = answer.body.parse().unwrap_or_else(|error| panic!("{path}: {error}: {}", answer.body));
    assert_eq!(calendar.property_value("VERSION"), Some("2.0"));
    assert!(calendar.property_value("PRODID").is_some());
    calendar.events().cloned().collect()
}

fn day(date: Option<DatePerhapsTime>) -> Option<NaiveDate> {
    match date {
        Some(DatePerhapsTime::Date(day)) => Some(day),
        None => None,
        other => panic!("{other:?} is no whole day"),
    }
}

fn notice(name: &str, closes: &str) -> Milestone {
    let detail = Detail::NoticePublished {
        purpose: NoticePurpose::Negotiation,
        document_number: None,
        citation: None,
        comments_close_on: closes.parse().ok(),
    };
    milestone("2026-11-01", name, detail)
}

fn term(until: &str) -> Milestone {
    milestone("2020-01-01", "In force.", Detail::EnteredIntoForce { until: until.parse().ok() })
}

/// A server with some facts and no others.
async fn with(process: &Process, facts: Vec<Command>) -> Served {
    let _ = process.tracker.execute(facts).await.unwrap();
    Served::empty(process.store.clone(), false).await
}

#[tokio::test]
async fn each_deadline_of_the_list_is_an_event_with_the_same_id_days_and_words() {
    for_each_server(async |server| {
        for asked in [
            "",
            "?from=1990-01-01",
            "?from=2016-01-01&to=2024-12-31&instrument=rdp",
            "?asOf=2024-03-01&atPosition=400",
            "?instrument=sosa",
        ] {
            let list = plain(server, &format!("/v1/deadlines{asked}")).await;
            let nodes = list["nodes"].as_array().unwrap();
            let events = events(server, &format!("/v1/deadlines.ics{asked}")).await;
            assert_eq!(events.len(), nodes.len(), "{asked}");
            for (event, node) in events.iter().zip(nodes) {
                let text = |place: &str| node.pointer(place).and_then(Value::as_str).map(ToOwned::to_owned);
                let date = |place: &str| text(place).map(|day| day.parse::<NaiveDate>().unwrap());
                assert_eq!(event.get_uid().map(ToOwned::to_owned), text("/uid"));
                let (earliest, latest) = (date("/on/earliest"), date("/on/latest"));
                assert_eq!(day(event.get_start()), earliest.or(latest));
                assert_eq!(day(event.get_end()), latest.and_then(|day| day.succ_opt()));
                let status = if earliest == latest { EventStatus::Confirmed } else { EventStatus::Tentative };
                assert_eq!(event.get_status(), Some(status));
                let told_at = event.get_timestamp().unwrap().format("%Y-%m-%dT%H:%M:%S").to_string();
                assert!(text("/toldAt").unwrap().starts_with(&told_at));
                let description = event.get_description().unwrap();
                assert!(description.starts_with(&text("/sentence").unwrap()), "{description}");
                assert!(description.contains(&text("/milestone/sources/0/title").unwrap()), "{description}");
                assert_eq!(event.get_url().map(ToOwned::to_owned), text("/milestone/sources/0/url"));
                assert_eq!(event.get_categories().unwrap(), ["rdp"]);
            }
        }
    })
    .await;
}

#[tokio::test]
async fn a_day_that_is_not_known_exactly_is_tentative_and_spans_the_days_that_it_can_be() {
    for_each_database(async |store| {
        let process = Process::start(store.clone()).await;
        let cases = [
            ("RO", "2027-05-10", "2027-05-10", Some("2027-05-11"), EventStatus::Confirmed),
            ("BR", "2027-05", "2027-05-01", Some("2027-06-01"), EventStatus::Tentative),
            ("CL", "[2027-05-10..2027-05-12]", "2027-05-10", Some("2027-05-13"), EventStatus::Tentative),
            ("PE", "9999-12-31", "9999-12-31", None, EventStatus::Confirmed),
        ];
        let facts = cases.iter().flat_map(|(country, until, ..)| {
            let id = format!("rdp/{country}");
            [open(&id), record(country, &id, term(until))]
        });
        let server = with(&process, facts.collect()).await;
        for (country, until, start, end, status) in cases {
            let events = events(&server, &format!("/v1/deadlines.ics?country={country}")).await;
            assert_eq!(events.len(), 1, "{until}");
            let told = (day(events[0].get_start()), day(events[0].get_end()), events[0].get_status());
            assert_eq!(told, (start.parse().ok(), end.and_then(|end| end.parse().ok()), Some(status)), "{until}");
        }
    })
    .await;
}

#[test]
fn a_deadline_whose_beginning_is_open_stands_on_its_latest_day() {
    let on: UncertainDate = "[..2027-05-10]".parse().unwrap();
    let due = Due { deadline: Deadline::TermEnds, by: milestone_of("term"), on };
    let of = |text: &str| text.parse::<NaiveDate>().unwrap();
    assert_eq!((due.first(), due.day_after()), (of("2027-05-10"), Some(of("2027-05-11"))));
    assert_eq!(due.days_left(of("2027-05-12")), -2);
    let watched = Watched { deadlines: vec![due], contradicted: Vec::new() };
    let within = |from: &str, to: &str| Window { from: of(from), to: Some(of(to)) }.of(&watched).count();
    assert_eq!(
        (within("2027-05-10", "2027-05-10"), within("2020-01-01", "2027-05-09"), within("2027-05-11", "2028-01-01")),
        (1, 0, 0)
    );
}

#[tokio::test]
async fn a_second_notice_of_a_round_in_review_has_a_closing_day_of_its_own() {
    for_each_database(async |store| {
        let process = Process::start(store.clone()).await;
        let second = Milestone { occurred: "2026-11-20".parse().unwrap(), ..notice("Again.", "2027-01-15") };
        let facts =
            vec![open(RO), record("first", RO, notice("A notice.", "2026-11-10")), record("second", RO, second)];
        let server = with(&process, facts).await;
        let list = plain(&server, "/v1/deadlines?country=RO").await;
        let days: Vec<&Value> = list["nodes"].as_array().unwrap().iter().map(|node| &node["on"]["edtf"]).collect();
        assert_eq!(days, ["2026-11-10", "2027-01-15"], "{list}");
    })
    .await;
}

#[tokio::test]
async fn one_position_gives_the_same_bytes_for_ever_and_a_corrected_day_moves_the_same_event() {
    for_each_database(async |store| {
        let process = Process::start(store.clone()).await;
        let server = with(&process, vec![open(RO), record("notice", RO, notice("A notice.", "2026-12-10"))]).await;
        let body = async |asked: &str| {
            let (code, body) = server.get(&format!("/v1/deadlines.ics?{asked}")).await;
            assert_eq!(code, 200, "{body}");
            body
        };
        let pinned = "asOf=2026-11-20&atPosition=2";
        let (then, before) = (body(pinned).await, events(&server, "/v1/deadlines.ics").await);
        let correct = |name: &str, content: Milestone| {
            let sources = vec![source("a better one")];
            let corrected =
                MilestoneCorrected { milestone: milestone_of("notice"), content, sources, why: "a test".to_owned() };
            command(name, RO, Intent::CorrectMilestone(corrected))
        };
        let tell = async |facts: Vec<Command>| {
            let _ = server.behind.tracker.execute(facts).await.unwrap();
        };
        tell(vec![
            correct("moved", notice("A notice.", "2026-12-20")),
            open("rdp/BR"),
            record("term", "rdp/BR", term("2027")),
        ])
        .await;
        assert_eq!(body(pinned).await, then);
        assert_eq!(body("asOf=2026-11-20").await, body("asOf=2026-11-20&atPosition=5").await);
        let after = events(&server, "/v1/deadlines.ics?country=RO").await;
        assert_eq!(after[0].get_uid(), before[0].get_uid());
        let revised = |event: &Event| (event.property_value("SEQUENCE").map(str::to_owned), event.get_last_modified());
        assert_eq!((revised(&before[0]).0.as_deref(), revised(&after[0]).0.as_deref()), (Some("0"), Some("1")));
        assert!(revised(&after[0]).1.is_some() && revised(&after[0]).1 >= revised(&before[0]).1);
        assert_eq!(
            (day(before[0].get_start()), day(after[0].get_start())),
            ("2026-12-10".parse().ok(), "2026-12-20".parse().ok())
        );
        let told = async |position: u64| {
            plain(&server, &format!("/v1/deadlines?country=RO&atPosition={position}")).await["nodes"][0]["toldPosition"]
                .take()
        };
        assert_eq!((told(2).await, told(5).await), (2.into(), 3.into()));
        // What is taken back, and a term that something has replaced, end nothing any more.
        let gone = MilestoneRetracted { milestone: milestone_of("notice"), why: "a test".to_owned() };
        let renewed = milestone("2026-11-10", "Renewed.", Detail::Renewed { until: "2031-01-01".parse().ok() });
        tell(vec![command("gone", RO, Intent::RetractMilestone(gone)), record("renewed", "rdp/BR", renewed)]).await;
        let left = events(&server, "/v1/deadlines.ics").await;
        assert_eq!(left.iter().map(|event| day(event.get_start())).collect::<Vec<_>>(), ["2031-01-01".parse().ok()]);
        assert_eq!(body(pinned).await, then);
    })
    .await;
}

#[tokio::test]
async fn text_arrives_as_it_was_recorded_and_breaks_no_line() {
    for_each_database(async |store| {
        let process = Process::start(store.clone()).await;
        let odd = "a, b; c: \\n \\ \"d\" 日本語日本語日本語日本語日本語日本語日本語 \u{1f600}\nBEGIN:VEVENT\nx".to_owned() + &"y ".repeat(200);
        let mut facts = Vec::new();
        let countries: Vec<Country> = Country::all().into_iter().take(80).collect();
        // Lines of every length, so that one ends where it has to be folded.
        for (length, country) in countries.iter().enumerate() {
            let id = format!("rdp/{}", country.code());
            let summary = format!("{odd}{}", "z".repeat(length));
            let from = Source { title: format!("Title, {length}"), ..source("x") };
            let recorded = MilestoneRecorded { milestone: notice(&summary, "2026-12-10"), sources: vec![from] };
            facts.extend([open(&id), command(&format!("notice {length}"), &id, Intent::RecordMilestone(recorded))]);
        }
        let server = with(&process, facts).await;
        let events = events(&server, "/v1/deadlines.ics").await;
        assert_eq!(events.len(), 80);
        for ((length, country), event) in countries.iter().enumerate().zip(&events) {
            let expected = format!(
                "{} (rdp): comments on the Federal Register notice close on 10 December 2026.\n{odd}{}\nSource: Title, {length} <https://example.org/1>",
                country.name(),
                "z".repeat(length)
            );
            assert_eq!(event.get_description(), Some(expected.as_str()));
        }
    })
    .await;
}

// Folding two thousand milestones takes seconds in a debug build; on one thread the server's other work would take the
// database for silent meanwhile.
#[tokio::test(flavor = "multi_thread")]
async fn a_calendar_is_whole_or_refused_and_an_empty_one_is_a_calendar() {
    for_each_database(async |store| {
        let process = Process::start(store.clone()).await;
        // A round of talks every twenty days, each given up before the next.
        let first = NaiveDate::from_ymd_opt(1960, 1, 1).unwrap();
        let on = |place: u64, day: u64| (first + Days::new(20 * place + day)).to_string();
        let round = |place: u64| {
            let notice = Milestone { occurred: on(place, 0).parse().unwrap(), ..notice("A notice.", &on(place, 10)) };
            let over = milestone(&on(place, 15), "Given up.", Detail::Withdrawn {});
            [record(&format!("{place}"), RO, notice), record(&format!("{place} over"), RO, over)]
        };
        let facts = std::iter::once(open(RO)).chain((0..1_001).flat_map(round));
        let server = with(&process, facts.collect()).await;
        let (code, refused) = server.get("/v1/deadlines.ics?from=1960-01-01").await;
        assert!(
            code == 400 && refused.contains("there are 1001 deadlines, and a calendar has at most 1000"),
            "{refused}"
        );
        assert_eq!(events(&server, "/v1/deadlines.ics?from=1960-01-20").await.len(), 1_000);
        assert_eq!(events(&server, "/v1/deadlines.ics?country=BR").await, []);
        for accept in ["application/json", "text/plain", "text/html"] {
            let all_the_same = server.send(reqwest::Method::GET, "/v1/deadlines.ics", accept).await;
            assert_eq!(
                (all_the_same.status, all_the_same.header("content-type")),
                (200, "text/calendar; charset=utf-8"),
                "its path names its one form"
            );
        }
    })
    .await;
}
