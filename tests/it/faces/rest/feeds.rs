//! Does a feed reader learn every milestone once, however late it was recorded?

use atom_syndication::{Entry, Feed};
use chrono::DateTime;
use depositary::domain::command::Intent;
use depositary::domain::event::MilestoneRetracted;
use depositary::domain::ids::MilestoneId;
use depositary::domain::milestone::Detail;
use serde_json::json;
use testkit::databases::for_each_database;
use testkit::facts::{Process, command, milestone, milestone_of, open, record};
use testkit::serving::{Served, for_each_server};

pub async fn feed(server: &Served, path: &str) -> Feed {
    let (code, body) = server.get(path).await;
    assert_eq!(code, 200, "{path}: {body}");
    Feed::read_from(body.as_bytes()).unwrap_or_else(|error| panic!("{path}: {error}: {body}"))
}

pub fn link<'a>(links: &'a [atom_syndication::Link], rel: &str) -> Option<&'a str> {
    links.iter().find(|link| link.rel == rel).map(|link| link.href.as_str())
}

fn is_late(entry: &Entry) -> bool {
    let late = entry.categories.iter().any(|category| category.term == "late");
    assert_eq!(late, entry.title.value.ends_with(" (recorded late)"), "{}", entry.title.value);
    assert_eq!(late, entry.summary.as_ref().unwrap().value.contains(" Recorded late: "));
    late
}

/// The ids of all entries of a feed, part by part, by the links that lead from one to the next.
async fn by_links(server: &Served, from: String) -> Vec<Vec<String>> {
    let (mut parts, mut path) = (Vec::new(), from);
    loop {
        let part = feed(server, &path).await;
        assert_eq!(link(&part.links, "self"), Some(path.as_str()));
        assert_eq!(link(&part.links, "first"), Some("/v1/feed.atom"));
        assert_eq!(part.updated, part.entries[0].updated);
        parts.push(part.entries.iter().map(|entry| entry.id.clone()).collect());
        let Some(next) = link(&part.links, "next") else { return parts };
        next.clone_into(&mut path);
    }
}

#[tokio::test]
async fn by_its_links_a_feed_has_every_milestone_once_last_changed_first() {
    for_each_server(async |server| {
        let mut expected = Vec::new();
        let mut after = json!(null);
        loop {
            let query = "query($after: String) { milestones(first: 100, after: $after, orderBy: LAST_CHANGED_FIRST) { nodes { id } pageInfo { hasNextPage endCursor } } }";
            let part = server.ask_with(query, json!({ "after": after })).await["milestones"].take();
            let nodes = part["nodes"].as_array().unwrap().iter();
            expected.extend(nodes.map(|node| format!("urn:uuid:{}", node["id"].as_str().unwrap())));
            if part["pageInfo"]["hasNextPage"] == false {
                break;
            }
            after = part["pageInfo"]["endCursor"].clone();
        }
        assert_eq!(expected.len(), 571);
        // All of it was recorded within a day, so whoever comes by later on that day is shown all of it at once.
        assert_eq!(by_links(server, "/v1/feed.atom".to_owned()).await, [expected.clone()]);
        let parts = by_links(server, format!("/v1/feed.atom?before={}", server.behind.answers.position().0 + 1)).await;
        assert_eq!(parts.iter().map(Vec::len).collect::<Vec<_>>(), [[50].repeat(11), vec![21]].concat());
        assert_eq!(parts.concat(), expected);
    })
    .await;
}

#[tokio::test]
async fn whoever_polls_misses_neither_a_burst_nor_a_correction_of_an_old_fact() {
    for_each_server(async |server| {
        let old = feed(server, "/v1/feed.atom").await.entries.pop().unwrap();
        server.clock.set("2026-12-24T12:00:00Z".parse().unwrap());
        let noted = |place: usize| {
            let what = milestone("2026-11-24", &format!("Fact {place}."), Detail::Noted {});
            record(&format!("burst {place}"), "rdp/FO", what)
        };
        let facts = std::iter::once(open("rdp/FO")).chain((0..119).map(noted)).collect();
        server.behind.tracker.execute(facts).await.unwrap().clear();
        let why = "a test".to_owned();
        let id = old.id.trim_start_matches("urn:uuid:").parse().unwrap();
        let retracted = MilestoneRetracted { milestone: MilestoneId(id), why };
        let whose = old.links.iter().find(|link| link.rel == "alternate").unwrap().href.clone();
        let country = whose.trim_start_matches("/v1/timeline/").split('?').next().unwrap();
        let instrument = whose.split("instrument=").nth(1).unwrap();
        let retraction = command("old", &format!("{instrument}/{country}"), Intent::RetractMilestone(retracted));
        server.behind.tracker.execute(vec![retraction]).await.unwrap().clear();
        let parts = by_links(server, "/v1/feed.atom".to_owned()).await;
        assert_eq!((parts[0].len(), parts[1].len()), (120, 50));
        assert_eq!(parts[0][0], old.id);
        assert_eq!(parts.concat().len(), 571 + 119);
        let of_one = feed(server, "/v1/feed/FO.atom").await;
        assert_eq!((of_one.entries.len(), link(&of_one.links, "next")), (119, None));
    })
    .await;
}

#[tokio::test]
async fn an_entry_tells_its_milestone_and_leads_to_its_sources() {
    for_each_server(async |server| {
        let latvia = feed(server, "/v1/feed/LV.atom").await;
        assert_eq!(latvia.title.value, "Depositary: new milestones of Latvia");
        assert!(latvia.entries.iter().all(|entry| entry.title.value.starts_with("Latvia, ")));
        let title = "Latvia, rdp: entered into force, 2017-04-10 (recorded late)";
        let entry = latvia.entries.iter().find(|entry| entry.title.value == title).unwrap();
        let query =
            r#"{ agreement(id: "rdp/LV") { milestones(first: 100) { nodes { id kind recordedAt summary } } } }"#;
        let milestones = server.ask(query).await["agreement"]["milestones"]["nodes"].take();
        let told = milestones.as_array().unwrap().iter().find(|node| node["kind"] == "ENTERED_INTO_FORCE").unwrap();
        assert_eq!(entry.id, format!("urn:uuid:{}", told["id"].as_str().unwrap()));
        assert_eq!(entry.updated, DateTime::parse_from_rfc3339(told["recordedAt"].as_str().unwrap()).unwrap());
        assert!(entry.summary.as_ref().unwrap().value.starts_with(told["summary"].as_str().unwrap()));
        assert_eq!(link(&entry.links, "via"), Some("https://www.vestnesis.lv/op/2018/52.4"));
        let timeline = link(&entry.links, "alternate").unwrap();
        assert_eq!((timeline, server.get(timeline).await.0), ("/v1/timeline/LV?instrument=rdp", 200));
        assert_eq!(latvia.id, feed(server, "/v1/feed/lv.atom?before=400").await.id);
        assert_ne!(latvia.id, feed(server, "/v1/feed.atom").await.id);
    })
    .await;
}

#[tokio::test]
async fn a_fact_of_long_ago_that_is_recorded_now_comes_first_and_is_marked_late() {
    for_each_database(async |store| {
        let process = Process::seeded(store.clone()).await;
        let noted = |name: &str, occurred: &str| record(name, "rdp/FO", milestone(occurred, name, Detail::Noted {}));
        let _ = process
            .tracker
            .execute(vec![
                open("rdp/FO"),
                noted("of today", "2026-11-24"),
                noted("30 days late", "[..2026-10-25]"),
                noted("31 days late", "2026-10-24"),
                noted("perhaps late", "[2020-01-01..2026-11-01]"),
                noted("of long ago", "1978"),
            ])
            .await
            .unwrap();
        let server = Served::start(store).await;
        for path in ["/v1/feed.atom", "/v1/feed/FO.atom"] {
            let entries = feed(&server, path).await.entries;
            let told = |entry: &Entry| {
                (entry.summary.as_ref().unwrap().value.split(" Recorded").next().unwrap().to_owned(), is_late(entry))
            };
            let expected = [
                ("of long ago", true),
                ("perhaps late", false),
                ("31 days late", true),
                ("30 days late", false),
                ("of today", false),
            ];
            let expected = expected.map(|(name, late)| (name.to_owned(), late));
            assert_eq!(entries.iter().take(5).map(told).collect::<Vec<_>>(), expected, "{path}");
        }
        let summary = &feed(&server, "/v1/feed/FO.atom").await.entries[2].summary.clone().unwrap().value;
        assert_eq!(summary, "31 days late Recorded late: 31 days after the latest day on which it can have happened.");
    })
    .await;
}

#[tokio::test]
async fn text_arrives_as_it_was_recorded_and_a_milestone_taken_back_says_so() {
    for_each_database(async |store| {
        let process = Process::start(store.clone()).await;
        let text = "a < b & \"c\" > 'd' ]]> <![CDATA[ &amp; é 日本 \u{1f600}\nline";
        let retracted = MilestoneRetracted { milestone: milestone_of("gone"), why: "a test".to_owned() };
        let _ = process
            .tracker
            .execute(vec![
                open("rdp/FO"),
                record("text", "rdp/FO", milestone("2026-11-24", text, Detail::Noted {})),
                record("odd", "rdp/FO", milestone("2026-11-24", "plain", Detail::Noted {})),
                record("gone", "rdp/FO", milestone("2026-11-24", "gone", Detail::Noted {})),
                command("take back", "rdp/FO", Intent::RetractMilestone(retracted)),
            ])
            .await
            .unwrap();
        let server = Served::start(store).await;
        let entries = feed(&server, "/v1/feed/FO.atom").await.entries;
        let summary = |entry: &Entry| entry.summary.clone().unwrap().value;
        assert_eq!(summary(&entries[2]), text);
        assert_eq!(summary(&entries[1]), "plain");
        assert_eq!(entries[0].title.value, "Faroe Islands, rdp: noted, 2026-11-24 (taken back)");
    })
    .await;
}

#[tokio::test]
async fn a_milestone_that_is_taken_back_later_is_news_of_the_same_entry() {
    for_each_server(async |server| {
        let facts = vec![open("rdp/FO"), record("gone", "rdp/FO", milestone("2026-11-24", "gone", Detail::Noted {}))];
        server.behind.tracker.execute(facts).await.unwrap().clear();
        let before = feed(server, "/v1/feed/FO.atom").await;
        server.clock.set("2026-12-24T12:00:00Z".parse().unwrap());
        let retracted = MilestoneRetracted { milestone: milestone_of("gone"), why: "a test".to_owned() };
        let retraction = command("take back", "rdp/FO", Intent::RetractMilestone(retracted));
        server.behind.tracker.execute(vec![retraction]).await.unwrap().clear();
        let after = feed(server, "/v1/feed/FO.atom").await;
        let (old, new) = (&before.entries[0], &after.entries[0]);
        assert_eq!((&old.id, old.published), (&new.id, new.published));
        assert_eq!(new.updated, DateTime::parse_from_rfc3339("2026-12-24T12:00:00Z").unwrap());
        assert!(new.updated > old.updated && after.updated == new.updated, "{} and {}", after.updated, old.updated);
    })
    .await;
}

#[tokio::test]
async fn a_feed_without_entries_is_a_feed() {
    for_each_server(async |server| {
        for path in ["/v1/feed/BR.atom?before=0", "/v1/feed.atom?before=0", "/v1/feed/AQ.atom"] {
            let empty = feed(server, path).await;
            assert_eq!((empty.entries.len(), link(&empty.links, "next")), (0, None), "{path}");
        }
    })
    .await;
}
