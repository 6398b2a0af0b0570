//! Who tells late, and what becomes of sources that contradict each other? Facts of which every day is known, constructed.

use depositary::answers::{Ask, GroupBy, Page};
use depositary::domain::command::{Command, Intent};
use depositary::domain::event::{MilestoneCorrected, MilestoneRecorded, SourceAdded};
use depositary::domain::ids::{Actor, Position};
use depositary::domain::milestone::{Detail, Seen};
use depositary::domain::source::{Preference, Source, Telling, Told, settle};
use depositary::domain::words::{Evidence, Listing, Reliability};
use depositary::projections::days::{Days, Spread};
use depositary::projections::knowledge::Basis;
use serde_json::{Value, json};
use testkit::databases::for_each_database;
use testkit::facts::{command, milestone, milestone_of, open, source};
use testkit::serving::{Served, for_each_server};

/// A source of a publisher and a day; nothing of either where the text is empty.
fn published(publisher: &str, day: &str) -> Source {
    let publisher = Some(publisher.to_owned()).filter(|name| !name.is_empty());
    Source { publisher, published_on: day.parse().ok(), ..source("A paper") }
}

/// A command that records a milestone with these sources.
fn told(name: &str, agreement: &str, occurred: &str, detail: Detail, sources: Vec<Source>) -> Command {
    let recorded = MilestoneRecorded { milestone: milestone(occurred, name, detail), sources };
    command(name, agreement, Intent::RecordMilestone(recorded))
}

/// What one source tells, as `settle` weighs it: reliability, date, evidence, day of publication, position.
fn one(reliability: Reliability, date: &str, evidence: Evidence, published_on: &str, order: u64) -> Told {
    let telling = Telling { date: date.parse().unwrap(), evidence };
    Told { telling, reliability, published_on: published_on.parse().ok(), order }
}

/// What sources tell, the date that is taken of it, by which part of the rule, and on whom it rests.
type Settled = (Vec<Told>, &'static str, Preference, Vec<usize>);

/// Where it matters who tells, and how surely.
fn by_who_tells() -> Vec<Settled> {
    use Evidence::{Approximate, Inferred, Stated, Suspect};
    use Reliability::{Primary, Secondary};
    vec![
        (
            vec![one(Primary, "2016-05", Stated, "", 1), one(Secondary, "2016-05-10", Stated, "", 1)],
            "2016-05-10",
            Preference::Overlap,
            vec![0, 1],
        ),
        (
            vec![one(Primary, "2016-05-10", Stated, "", 1), one(Primary, "2016-06", Suspect, "", 1)],
            "2016-05-10",
            Preference::Deciding,
            vec![0],
        ),
        (
            vec![one(Secondary, "2016-05-10", Stated, "", 1), one(Primary, "2016-06", Inferred, "", 1)],
            "2016-06",
            Preference::Primary,
            vec![1],
        ),
        (
            vec![one(Primary, "2016-05-10", Stated, "", 1), one(Primary, "2016-06-01", Inferred, "", 1)],
            "2016-05-10",
            Preference::Stated,
            vec![0],
        ),
        // Two official records of one date: being official is the reason, though the later one is rested on alone.
        (
            vec![
                one(Primary, "2016-05-10", Stated, "", 1),
                one(Primary, "2016-05-10", Stated, "2020-01-01", 1),
                one(Secondary, "2016-07-01", Stated, "", 1),
            ],
            "2016-05-10",
            Preference::Primary,
            vec![1],
        ),
        // Nothing better speaks, so the doubted decide among themselves.
        (
            vec![one(Primary, "2016-05-10", Approximate, "", 1), one(Primary, "2016-06-01", Suspect, "", 1)],
            "2016-05-10",
            Preference::Stated,
            vec![0],
        ),
    ]
}

/// Where it matters how narrowly it is told, and when.
fn by_what_is_told() -> Vec<Settled> {
    use Evidence::Stated;
    use Reliability::Primary;
    vec![
        (
            vec![one(Primary, "2016-05", Stated, "2020-01-01", 1), one(Primary, "2016-06-01", Stated, "", 1)],
            "2016-06-01",
            Preference::Narrower,
            vec![1],
        ),
        (
            vec![
                one(Primary, "2016-05-10", Stated, "2020-01-01", 2),
                one(Primary, "2016-06-01", Stated, "2020-01-02", 1),
            ],
            "2016-06-01",
            Preference::LaterPublished,
            vec![1],
        ),
        (
            vec![
                one(Primary, "2016-05-10", Stated, "2020-01-01", 2),
                one(Primary, "2016-06-01", Stated, "2020-01-01", 1),
            ],
            "2016-05-10",
            Preference::LaterRecorded,
            vec![0],
        ),
        (
            vec![
                one(Primary, "2016-05-10", Stated, "2020-01-01", 1),
                one(Primary, "2016-06-01", Stated, "2020-01-01", 1),
            ],
            "[2016-05-10..2016-06-01]",
            Preference::Union,
            vec![0, 1],
        ),
    ]
}

#[test]
fn the_reason_of_a_preference_is_the_first_part_of_the_rule_that_leaves_one_date() {
    let cases = by_who_tells().into_iter().chain(by_what_is_told());
    for (told, date, by, rests_on) in cases {
        let settled = settle(&told).unwrap();
        assert_eq!(
            (settled.telling.date.to_string(), settled.by, &settled.rests_on),
            (date.to_owned(), by, &rests_on),
            "{told:?}"
        );
        assert_eq!(settled.is_contradiction(), by != Preference::Overlap);
    }
    assert_eq!(settle(&[]), None);
}

#[test]
fn what_many_days_have_in_common_rests_on_the_exact_ones() {
    let exact = |day| Days { min: day, max: Some(day) };
    let spread =
        Spread::of((1..=10).rev().map(exact).chain([Days { min: -5, max: Some(3) }, Days { min: 2, max: Some(99) }]));
    let range = Some(Days { min: -5, max: Some(99) });
    let expected =
        Spread { exact_count: 10, bounded_count: 2, median: Some(5.5), ninetieth: Some(9), longest: Some(10), range };
    assert_eq!(spread, expected);
    let open = Spread::of([Days { min: 2, max: Some(99) }, Days { min: 4, max: None }]);
    assert_eq!(open, Spread { bounded_count: 2, range: Some(Days { min: 2, max: None }), ..Spread::default() });
    assert_eq!(Spread::of([exact(-7)]).ninetieth, Some(-7));
}

/// Romania and Chile by three publishers, recorded on 2026-11-24 by the tester; one fact of the program's own.
fn facts() -> Vec<Command> {
    let bundled = Command {
        actor: Actor::bundled(),
        ..told("came along", "rdp/RO", "2026-11-01", Detail::Noted {}, vec![published("Gazette", "2026-11-04")])
    };
    vec![
        open("rdp/RO"),
        open("rdp/CL"),
        told("on the day", "rdp/RO", "2026-11-10", Detail::Noted {}, vec![published("Gazette", "2026-11-10")]),
        told(
            "two weeks after",
            "rdp/CL",
            "2026-11-01",
            Detail::Noted {},
            vec![published("Gazette", "2026-11-15"), published("", "2026-11-20")],
        ),
        told("announced before", "rdp/RO", "2026-11-20", Detail::Noted {}, vec![published("Gazette", "2026-11-13")]),
        told("some day in October", "rdp/RO", "2026-10", Detail::Noted {}, vec![published("Herald", "2026-11-14")]),
        told("ever before", "rdp/RO", "[..2026-10-31]", Detail::Noted {}, vec![published("Herald", "2026-11-14")]),
        told("undated", "rdp/RO", "2026-10-01", Detail::Noted {}, vec![published("Herald", "")]),
        told(
            "seen",
            "rdp/RO",
            "2026-11-01",
            Detail::Observed { seen: Seen::Listing(vec![Listing::Unlisted]) },
            vec![published("Herald", "2026-11-23")],
        ),
        bundled,
    ]
}

#[tokio::test]
async fn lateness_tells_exact_days_where_dates_are_exact_and_ranges_elsewhere() {
    for_each_database(async |store| {
        let server = Served::empty(store, false).await;
        server.behind.tracker.execute(facts()).await.unwrap();
        let answers = &server.behind.answers;
        let pin = answers.pin(&Ask::default(), answers.position()).await.unwrap();
        let groups = answers.lateness(&pin, Some("rdp"), GroupBy::Source).await.unwrap();
        let names: Vec<Option<&str>> = groups.iter().map(|group| group.publisher.as_deref()).collect();
        assert_eq!(names, [Some("Gazette"), Some("Herald"), None], "as many tellings, in the order of their names");

        let gazette = groups[0].lateness;
        let expected =
            Spread { exact_count: 4, median: Some(1.5), ninetieth: Some(14), longest: Some(14), ..Spread::default() };
        assert_eq!(gazette.to_publication, expected, "0, 14, 3 and -7 days: what was announced before is not clamped");
        let expected =
            Spread { exact_count: 3, median: Some(11.0), ninetieth: Some(14), longest: Some(14), ..Spread::default() };
        assert_eq!(gazette.to_recording, expected, "14, 9 and 11 days, without the bundled one");
        let expected =
            Spread { exact_count: 1, median: Some(20.0), ninetieth: Some(20), longest: Some(20), ..Spread::default() };
        assert_eq!(gazette.bundled_to_recording, expected);

        let herald = groups[1].lateness;
        let range = Some(Days { min: 14, max: None });
        assert_eq!(herald.to_publication, Spread { bounded_count: 2, range, ..Spread::default() });
        assert_eq!((herald.tellings, herald.undated), (4, 1));
        assert_eq!(herald.to_recording.exact_count, 3, "an observation has no day of happening, and one of recording");
        let nameless = groups[2].lateness;
        assert_eq!((nameless.tellings, nameless.to_publication.longest), (1, Some(19)));

        let countries = answers.lateness(&pin, None, GroupBy::Country).await.unwrap();
        let counted: Vec<(&str, usize)> =
            countries.iter().map(|group| (group.country.as_ref().unwrap().code(), group.rows.len())).collect();
        assert_eq!(counted, [("RO", 7), ("CL", 2)]);

        // By what had been published on 12 November, three tellings count, and two of them told of what had happened.
        let ask =
            Ask { basis: Basis::Published, known_at: Some("2026-11-12T00:00:00Z".parse().unwrap()), ..Ask::default() };
        let pin = answers.pin(&ask, answers.position()).await.unwrap();
        let then = answers.lateness(&pin, None, GroupBy::Source).await.unwrap();
        assert_eq!(then.iter().map(|group| group.rows.len()).collect::<Vec<_>>(), [2]);
        // Pinned to the first milestone, the log knows one telling.
        let pin =
            answers.pin(&Ask { at_position: Some(Position(3)), ..Ask::default() }, answers.position()).await.unwrap();
        assert_eq!(answers.lateness(&pin, None, GroupBy::Source).await.unwrap()[0].rows.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_correction_tells_late_only_what_it_brings() {
    for_each_database(async |store| {
        let server = Served::empty(store, false).await;
        server.behind.tracker.execute(facts()).await.unwrap();
        let answers = &server.behind.answers;
        let groups = async || {
            let pin = answers.pin(&Ask::default(), answers.position()).await.unwrap();
            answers.lateness(&pin, None, GroupBy::Source).await.unwrap()
        };
        let correct = |name: &str, of: &str, on: &str, sources| {
            let content = milestone(on, "In better words.", Detail::Noted {});
            let corrected =
                MilestoneCorrected { milestone: milestone_of(of), content, sources, why: "words".to_owned() };
            command(name, "rdp/RO", Intent::CorrectMilestone(corrected))
        };
        let before = groups().await;
        assert_eq!(before[0].lateness.bundled_to_recording.exact_count, 1);
        server.clock.set("2027-03-01T00:00:00Z".parse().unwrap());
        let corrections = vec![
            correct("of the bundled", "came along", "2026-11-01", vec![published("Gazette", "2026-11-04")]),
            correct("of another", "on the day", "2026-11-10", vec![published("Gazette", "2026-11-10")]),
        ];
        server.behind.tracker.execute(corrections).await.unwrap();
        assert_eq!(groups().await, before, "the same sources told the same, when they did");

        let sources = vec![published("Gazette", "2026-11-04"), published("Herald", "2026-11-05")];
        let more = correct("brings one", "came along", "2026-11-01", sources);
        server.behind.tracker.execute(vec![more]).await.unwrap();
        let after = groups().await;
        assert_eq!(after[0].publisher.as_deref(), Some("Herald"));
        assert_eq!(after[1], before[0]);
        let new = after[0].rows.iter().find(|row| row.lag.milestone == milestone_of("came along")).unwrap();
        assert_eq!((new.lag.position, new.lag.bundled, new.lag.to_recording()), (Position(13), false, Some(116)));
    })
    .await;
}

/// A source that tells a date of its own.
fn tells(date: &str, evidence: Evidence, reliability: Reliability, day: &str) -> Source {
    let telling = Telling { date: date.parse().unwrap(), evidence };
    Source { tells: Some(telling), reliability, ..published("Gazette", day) }
}

#[tokio::test]
async fn contradicting_sources_are_side_by_side_with_the_reason_for_the_date() {
    use Evidence::{Stated, Suspect};
    use Reliability::{Primary, Secondary};
    let signed = |date: &str| {
        let signing =
            depositary::domain::milestone::Signing { on: date.parse().unwrap(), place: None, signatories: vec![] };
        Detail::Signed { signings: vec![signing] }
    };
    let added = |name: &str, to: &str, source| {
        let added = SourceAdded { milestone: milestone_of(to), source };
        command(name, "rdp/RO", Intent::AddSource(added))
    };
    for_each_database(async |store| {
        let server = Served::empty(store, false).await;
        let commands = [
            open("rdp/RO"),
            told("agrees", "rdp/RO", "2016-05-10", Detail::Noted {}, vec![tells("2016-05", Stated, Secondary, "2016-06-01"), published("Gazette", "2016-06-01")]),
            told("signed", "rdp/RO", "2016-05-10", signed("2016-05-10"), vec![tells("2016-05-10", Stated, Secondary, "2016-06-01"), tells("2016-07-01", Stated, Primary, "2017-01-01")]),
            added("a rumour", "signed", tells("2015", Suspect, Primary, "2018-01-01")),
        ];
        for command in commands {
            server.behind.tracker.execute(vec![command]).await.unwrap();
        }
        let query = "query($basis: KnowledgeBasis, $knownAt: DateTime, $atPosition: Position) {
            contradictions(basis: $basis, knownAt: $knownAt, atPosition: $atPosition) { totalCount nodes { summary occurred { edtf }
                contradiction { by why tellings { preferred position source { reliability tells { edtf evidence } } } } } } }";
        let answer = server.ask_with(query, json!({})).await;
        let telling = |preferred: bool, position: u64, reliability: &str, edtf: &str, evidence: &str| json!({
            "preferred": preferred, "position": position,
            "source": { "reliability": reliability, "tells": { "edtf": edtf, "evidence": evidence } },
        });
        let expected = json!({ "totalCount": 1, "nodes": [{
            "summary": "signed", "occurred": { "edtf": "2016-07-01" },
            "contradiction": {
                "by": "PRIMARY", "why": "an official record comes before a report",
                "tellings": [
                    telling(false, 3, "SECONDARY", "2016-05-10", "STATED"),
                    telling(true, 3, "PRIMARY", "2016-07-01", "STATED"),
                    telling(false, 4, "PRIMARY", "2015", "SUSPECT"),
                ],
            },
        }] });
        assert_eq!(answer["contradictions"], expected);

        // Before the second source was published, one telling stood alone.
        let then = json!({ "basis": "PUBLISHED", "knownAt": "2016-12-31T00:00:00Z" });
        assert_eq!(server.ask_with(query, then).await["contradictions"]["totalCount"], 0);
        let before_the_rumour = server.ask_with(query, json!({ "atPosition": 3 })).await;
        assert_eq!(before_the_rumour["contradictions"]["nodes"][0]["contradiction"]["tellings"].as_array().unwrap().len(), 2);
        let others = server.ask("{ contradictions(countries: [\"CL\"]) { totalCount } }").await;
        assert_eq!(others["contradictions"]["totalCount"], 0);
        let sosa = server.ask(r#"{ contradictions(instrument: "sosa") { totalCount } }"#).await;
        assert_eq!(sosa["contradictions"]["totalCount"], 0);
    })
    .await;
}

#[tokio::test]
async fn both_reports_page_to_their_whole() {
    for_each_server(async |server| {
        let answers = &server.behind.answers;
        let pin = answers.pin(&Ask::default(), answers.position()).await.unwrap();
        let whole = answers.lateness(&pin, None, GroupBy::Source).await.unwrap();
        let mut after = Value::Null;
        let (mut names, mut more) = (Vec::new(), true);
        while more {
            let query = "query($after: String) { lateness(groupBy: SOURCE, first: 20, after: $after) {
                pageInfo { hasNextPage endCursor } nodes { publisher } } }";
            let page = server.ask_with(query, json!({ "after": after })).await["lateness"].take();
            names.extend(
                page["nodes"].as_array().unwrap().iter().map(|node| node["publisher"].as_str().map(ToOwned::to_owned)),
            );
            after = page["pageInfo"]["endCursor"].clone();
            more = page["pageInfo"]["hasNextPage"] == true;
        }
        assert_eq!(names, whole.iter().map(|group| group.publisher.clone()).collect::<Vec<_>>());
        let found = answers.contradictions(&pin, None, &[], &Page::first(1)).await.unwrap();
        assert_eq!(
            (found.total, found.has_next, found.items[0].agreement.to_string()),
            (1, false, "rdp/KR".to_owned())
        );
    })
    .await;
}
