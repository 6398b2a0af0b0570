//! Does a copy of the record that asks for what has changed miss nothing, in whatever order it asks?

use depositary::domain::command::Intent;
use depositary::domain::event::{MilestoneCorrected, MilestoneDateRefined, MilestoneRetracted, SourceAdded};
use depositary::domain::milestone::Detail;
use depositary::domain::words::Evidence;
use serde_json::{Value, json};
use testkit::facts::{command, milestone, milestone_of, note, open, record, source};
use testkit::serving::{Served, for_each_roomy_server};

const RO: &str = "rdp/RO";

/// What is recorded of Romania: five milestones, and then of four of them something more, in this order.
async fn record_and_change(server: &Served) -> u64 {
    let dated = |name| record(name, RO, milestone("2020-05", name, Detail::Noted {}));
    let told = ["a", "b", "c", "d", "e"].map(dated);
    let mut commands = vec![open(RO)];
    commands.extend(told);
    server.behind.tracker.execute(commands).await.unwrap();
    let before = position(server).await;
    let sources = vec![source("Another")];
    let content = milestone("2020-06", "Mended.", Detail::Noted {});
    let occurred = "2020-05-04".parse().unwrap();
    let intents = [
        (
            "mend",
            Intent::CorrectMilestone(MilestoneCorrected {
                milestone: milestone_of("d"),
                content,
                sources: sources.clone(),
                why: "It was June.".to_owned(),
            }),
        ),
        (
            "take back",
            Intent::RetractMilestone(MilestoneRetracted {
                milestone: milestone_of("a"),
                why: "It never happened.".to_owned(),
            }),
        ),
        ("source", Intent::AddSource(SourceAdded { milestone: milestone_of("e"), source: source("More") })),
        (
            "narrow",
            Intent::RefineDate(MilestoneDateRefined {
                milestone: milestone_of("b"),
                occurred,
                evidence: Evidence::Stated,
                sources,
            }),
        ),
    ];
    for (name, intent) in intents {
        server.behind.tracker.execute(vec![command(name, RO, intent)]).await.unwrap();
    }
    before
}

async fn position(server: &Served) -> u64 {
    server.ask("{ log { position } }").await["log"]["position"].as_u64().unwrap()
}

fn ids(names: &[&str]) -> Vec<Value> {
    names.iter().map(|name| json!(milestone_of(name).0.to_string())).collect()
}

/// The ids of the milestones of a question, and the whole answer.
async fn asked(server: &Served, arguments: &str) -> (Vec<Value>, Value) {
    let query =
        format!("{{ milestones({arguments}) {{ totalCount nodes {{ plainId state changedPosition position }} }} }}");
    let list = server.ask(&query).await["milestones"].take();
    (list["nodes"].as_array().unwrap().iter().map(|node| node["plainId"].clone()).collect(), list)
}

#[tokio::test]
async fn what_was_corrected_retracted_refined_or_sourced_after_a_position_is_found_by_it() {
    for_each_roomy_server(async |server| {
        let before = record_and_change(server).await;
        let all = asked(server, &format!("filter: {{ recordedAfter: {before} }}")).await;
        assert_eq!(all.0, [] as [Value; 0], "none of them is new");
        let changed = format!("filter: {{ changedAfter: {before}, countries: [\"RO\"] }}");
        let (found, list) = asked(server, &changed).await;
        assert_eq!((found, list["totalCount"].clone()), (ids(&["a", "b", "d", "e"]), json!(4)), "{list}");
        let states: Vec<&str> =
            list["nodes"].as_array().unwrap().iter().map(|node| node["state"].as_str().unwrap()).collect();
        assert_eq!(states, ["RETRACTED", "REFINED", "CORRECTED", "RECORDED"]);
        // In the order of what happened to them, and from the last.
        let forwards = asked(server, &format!("{changed}, orderBy: CHANGED")).await;
        assert_eq!(forwards.0, ids(&["d", "a", "e", "b"]), "{}", forwards.1);
        let positions: Vec<u64> = forwards.1["nodes"]
            .as_array()
            .unwrap()
            .iter()
            .map(|node| node["changedPosition"].as_u64().unwrap())
            .collect();
        assert_eq!(positions, [before + 1, before + 2, before + 3, before + 4]);
        let backwards = asked(server, &format!("{changed}, orderBy: LAST_CHANGED_FIRST")).await;
        assert_eq!(backwards.0, ids(&["b", "e", "a", "d"]), "{}", backwards.1);
        // Who asks by the position of the last answer hears of the rest, and then of nothing.
        let later = asked(server, &format!("filter: {{ changedAfter: {} }}", before + 2)).await;
        assert_eq!(later.0, ids(&["b", "e"]), "{}", later.1);
        let none = asked(server, &format!("filter: {{ changedAfter: {} }}", before + 4)).await;
        assert_eq!(none.0, [] as [Value; 0]);
        // A position of another log would be told for ever that nothing changed.
        for filter in ["changedAfter", "recordedAfter"] {
            let query = format!("{{ milestones(filter: {{ {filter}: {} }}) {{ totalCount }} }}", before + 5);
            let refused = server.raw(&query, Value::Null).await;
            assert_eq!(refused["errors"][0]["extensions"]["code"], "BAD_USER_INPUT", "{refused}");
            assert!(refused.to_string().contains("that position is of another log"), "{refused}");
        }
        // An answer that is pinned before the changes knows nothing of them.
        let pinned = asked(server, &format!("{changed}, atPosition: {}", before + 1)).await;
        assert_eq!(pinned.0, ids(&["d"]), "{}", pinned.1);
    })
    .await;
}

#[tokio::test]
async fn agreements_are_found_by_their_last_change_and_listed_in_its_order() {
    for_each_roomy_server(async |server| {
        let before = record_and_change(server).await;
        server.behind.tracker.execute(vec![note("korea", "rdp/KR")]).await.unwrap();
        let ask = async |arguments: &str| {
            let query = format!("{{ agreements({arguments}) {{ totalCount nodes {{ plainId }} }} }}");
            let list = server.ask(&query).await["agreements"].take();
            let ids = list["nodes"].as_array().unwrap().iter().map(|node| node["plainId"].as_str().unwrap().to_owned());
            ids.collect::<Vec<_>>()
        };
        let changed = format!("filter: {{ changedAfter: {before} }}");
        assert_eq!(ask(&changed).await, ["rdp/KR", RO]);
        assert_eq!(ask(&format!("{changed}, knownAt: \"2026-11-24T12:00:00Z\"")).await, ["rdp/KR", RO], "folded");
        assert_eq!(ask(&format!("{changed}, orderBy: CHANGED")).await, [RO, "rdp/KR"]);
        let all = ask("first: 100").await;
        let mut forwards = ask("first: 100, orderBy: CHANGED").await;
        let backwards = ask("first: 100, orderBy: LAST_CHANGED_FIRST").await;
        assert_eq!(backwards[..2], ["rdp/KR", RO]);
        forwards.reverse();
        assert_eq!(forwards, backwards);
        forwards.sort();
        assert_eq!(forwards, all);
    })
    .await;
}

#[tokio::test]
async fn the_parts_of_an_ordered_list_make_the_whole_list() {
    for_each_roomy_server(async |server| {
        record_and_change(server).await;
        let lists = [
            ("agreements", ["ID", "CHANGED", "LAST_CHANGED_FIRST"].as_slice(), 19),
            ("milestones", ["RECORDED", "LAST_RECORDED_FIRST", "CHANGED", "LAST_CHANGED_FIRST"].as_slice(), 90),
            ("stalled", ["OVER_LIMIT", "DAYS", "ID"].as_slice(), 1),
        ];
        for (list, orders, size) in lists {
            let mut seen = Vec::new();
            for order in orders {
                let (mut nodes, mut after) = (Vec::new(), Value::Null);
                loop {
                    let query = format!(
                        "query($after: String) {{ {list}(first: {size}, after: $after, orderBy: {order}) {{
                            totalCount pageInfo {{ hasNextPage hasPreviousPage endCursor }} nodes {{ id }} }} }}"
                    );
                    let mut part = server.ask_with(&query, json!({ "after": after })).await[list].take();
                    assert_eq!(part["pageInfo"]["hasPreviousPage"], !nodes.is_empty(), "{list} {order}");
                    nodes.extend(part["nodes"].as_array().unwrap().iter().map(|node| node["id"].to_string()));
                    if part["pageInfo"]["hasNextPage"] == false {
                        assert_eq!(part["totalCount"], nodes.len(), "{list} {order}");
                        break;
                    }
                    after = part["pageInfo"]["endCursor"].take();
                }
                seen.push(nodes);
            }
            for other in &seen[1..] {
                let sorted = |nodes: &Vec<String>| {
                    let mut nodes = nodes.clone();
                    nodes.sort();
                    nodes
                };
                assert_eq!(sorted(other), sorted(&seen[0]), "{list}");
            }
            assert!(list == "stalled" || seen[1] != seen[0], "{list}: an order that changes nothing");
        }
    })
    .await;
}

#[tokio::test]
async fn plain_milestones_are_graphqls_and_a_sheet_has_a_row_for_each_source() {
    for_each_roomy_server(async |server| {
        let before = record_and_change(server).await;
        let path = format!("/v1/milestones?changedAfter={before}&orderBy=CHANGED");
        let (status, body) = server.get(&path).await;
        assert_eq!(status, 200, "{body}");
        let answer: Value = serde_json::from_str(&body).unwrap();
        let found: Vec<Value> = answer["nodes"].as_array().unwrap().iter().map(|node| node["id"].clone()).collect();
        assert_eq!(found, ids(&["d", "a", "e", "b"]));
        assert_eq!(answer["position"], before + 4);
        let (_, sheet) = server.get(&format!("{path}&format=csv")).await;
        let rows: Vec<&str> = sheet.lines().collect();
        // The one that was retracted keeps its source, and two have two.
        assert_eq!(rows.len(), 1 + 1 + 1 + 2 + 2, "{sheet}");
        assert!(rows[1].contains(",CORRECTED,") && rows[2].contains(",RETRACTED,"), "{sheet}");
        let empty = server.get(&format!("/v1/milestones?changedAfter={}&country=RO", before + 4)).await;
        assert!(empty.0 == 200 && empty.1.contains("\"totalCount\":0"), "{empty:?}");
        let other = server.get("/v1/milestones?changedAfter=9000&country=RO").await;
        assert!(other.0 == 400 && other.1.contains("that position is of another log"), "{other:?}");
    })
    .await;
}
