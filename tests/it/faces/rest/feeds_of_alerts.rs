//! Does a feed reader learn everything that happens to alerts, once, with a link to how they stood then?

use std::collections::BTreeSet;

use atom_syndication::Entry;
use depositary::domain::alert::decide::AlertCommand;
use depositary::domain::alert::{AlertAcknowledged, AlertEvent, Fingerprint};
use depositary::domain::ids::{CommandId, Position};
use serde_json::json;
use testkit::facts::actor;
use testkit::plain::plain;
use testkit::serving::for_each_server;

use super::alerts::said;
use super::feeds::{feed, link};

const PATH: &str = "/v1/feed/alerts.atom";

fn content(entry: &Entry) -> &str {
    entry.content.as_ref().unwrap().value.as_deref().unwrap()
}

#[tokio::test]
async fn every_event_of_an_alert_is_an_entry_newest_first_that_leads_to_how_it_stood() {
    for_each_server(async |server| {
        assert_eq!(feed(server, PATH).await.entries, []);
        said(server).await;
        let entries = feed(server, PATH).await.entries;
        let store = server.behind.answers.reader().store();
        let events = store.alert_events(Position(0), server.behind.answers.position()).await.unwrap();
        assert_eq!(entries.len(), events.len());
        assert_eq!(entries.iter().map(|entry| &entry.id).collect::<BTreeSet<_>>().len(), events.len());
        for (entry, event) in entries.iter().rev().zip(&events) {
            assert_eq!(entry.updated, event.recorded_at);
            assert!(entry.id.starts_with("urn:uuid:"));
            let link = link(&entry.links, "alternate").unwrap();
            assert!(link.ends_with(&format!("&atPosition={}", event.position)), "{link}");
            let then = plain(server, link).await;
            let alert =
                then["nodes"].as_array().unwrap().iter().find(|node| node["fingerprint"] == event.alert.to_string());
            let alert = alert.unwrap_or_else(|| panic!("{link}: {then}"));
            assert_eq!(alert["position"], json!(event.position), "{link}");
            assert!(content(entry).ends_with(alert["sentence"].as_str().unwrap()), "{}", content(entry));
            assert_eq!(entry.categories[0].term, event.event.kind().trim_start_matches("alert_"));
        }
        let titled = |title: &str| {
            entries.iter().find(|entry| entry.title.value == title).unwrap_or_else(|| {
                panic!("no {title} in {:?}", entries.iter().map(|entry| entry.title.value.clone()).collect::<Vec<_>>())
            })
        };
        titled("Korea, rdp: stalled fired (late)");
        let acknowledged = titled("Korea, rdp: stalled acknowledged by tester");
        assert!(content(acknowledged).starts_with("The embassy was asked.\n\nKorea"));
        titled("Korea, rdp: stalled silenced by tester until 2026-12-31");
        titled("Ukraine, rdp: stalled resolved: hand");
        titled("India, rdp: stalled resolved: withdrawn, unfounded");
    })
    .await;
}

#[tokio::test]
async fn an_entry_stays_the_same_when_more_happens_and_a_part_leads_to_the_older_ones() {
    for_each_server(async |server| {
        said(server).await;
        let whole = feed(server, PATH).await;
        assert_eq!((link(&whole.links, "self"), link(&whole.links, "next")), (Some(PATH), None));
        let position = |entry: &Entry| {
            let link = link(&entry.links, "alternate").unwrap();
            link.split("atPosition=").nth(1).unwrap().parse::<u64>().unwrap()
        };
        for (place, entry) in whole.entries.iter().enumerate() {
            let older = feed(server, &format!("{PATH}?before={}", position(entry))).await;
            assert_eq!(older.entries, whole.entries[place + 1..]);
            assert_eq!(older.id, whole.id);
        }
        assert_ne!(whole.id, feed(server, "/v1/feed.atom").await.id);
    })
    .await;
}

#[tokio::test]
async fn by_its_links_a_feed_has_everything_that_was_said_once() {
    for_each_server(async |server| {
        said(server).await;
        let korea = plain(server, "/v1/alerts?country=KR&rule=contradiction").await["nodes"][0].take();
        let alert: Fingerprint = korea["fingerprint"].as_str().unwrap().parse().unwrap();
        for place in 0..60 {
            let event = AlertEvent::Acknowledged(AlertAcknowledged { note: Some(format!("Seen {place}.")) });
            let id = CommandId::named(&format!("seen {place}"));
            let command = AlertCommand { id, alert, expected_version: None, actor: actor(), event };
            let _ = server.behind.tracker.execute_alerts(vec![command]).await.unwrap().remove(0).unwrap();
        }
        // Whoever comes by within a day is shown all of it at once; the links lead through it in parts.
        assert_eq!(feed(server, PATH).await.entries.len(), 72);
        let all = format!("{PATH}?before={}", server.behind.answers.position().0 + 1);
        let (mut ids, mut path, mut sizes) = (BTreeSet::new(), all, Vec::new());
        loop {
            let part = feed(server, &path).await;
            sizes.push(part.entries.len());
            ids.extend(part.entries.iter().map(|entry| entry.id.clone()));
            let Some(next) = link(&part.links, "next") else { break };
            next.clone_into(&mut path);
        }
        assert_eq!((sizes, ids.len()), (vec![50, 22], 72));
    })
    .await;
}
