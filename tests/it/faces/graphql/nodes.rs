//! Does GraphQL give back by its id whatever has one, and say of every object what is so?

use serde_json::{Value, json};
use testkit::serving::for_each_server;

const NODES: &str = "query($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }";

#[tokio::test]
async fn whatever_has_an_id_is_found_by_it_in_the_order_of_the_ids() {
    for_each_server(async |server| {
        let lists = "{ agreements(first: 1) { nodes { id } } countries(first: 1) { nodes { id } }
            milestones(first: 2) { nodes { id agreementId summary } } stalled(first: 1) { nodes { id agreement { id } } } }";
        let lists = server.ask(lists).await;
        let first = |list: &str| lists[list]["nodes"][0].clone();
        let found = [
            ("StalledAgreement", first("stalled")),
            ("Milestone", first("milestones")),
            ("Country", first("countries")),
            ("Agreement", first("agreements")),
        ];
        let mut ids: Vec<Value> = found.iter().map(|(_, node)| node["id"].clone()).collect();
        let mut expected: Vec<Value> =
            found.iter().map(|(of_type, node)| json!({ "__typename": of_type, "id": node["id"] })).collect();
        // What nothing has: other spellings, a country without an agreement, an agreement that has not stalled.
        let nobodys = ["rdp/kr", "lv", "ZZ", "rdp/AD", "rdp/LV/stalled", "xyz/LV", "", "/", "\u{e9}", "/stalled"];
        let unknown = ["7a4e38de-f149-574c-89f1-69c80566c15f", "7A4E38DEF149574C89F169C80566C153"];
        ids.extend(nobodys.into_iter().chain(unknown).map(Value::from));
        expected.resize(ids.len(), Value::Null);
        assert_eq!(server.ask_with(NODES, json!({ "ids": ids })).await["nodes"], Value::from(expected));
        let node = "query($id: ID!) { node(id: $id) { ... on Milestone { id agreementId summary } } }";
        let milestone = first("milestones");
        assert_eq!(server.ask_with(node, json!({ "id": milestone["id"] })).await["node"], milestone);
        let stalled = first("stalled");
        assert_eq!(stalled["id"], format!("{}/stalled", stalled["agreement"]["id"].as_str().unwrap()));
    })
    .await;
}

#[tokio::test]
async fn milestones_of_one_agreement_come_together_also_when_nothing_was_read_before() {
    for_each_server(async |server| {
        let milestones = server.ask("{ milestones(first: 100) { nodes { id } } }").await;
        assert_eq!(milestones["milestones"]["nodes"].as_array().unwrap().len(), 100);
    })
    .await;
}

#[tokio::test]
async fn at_most_a_hundred_are_asked_for_at_once() {
    for_each_server(async |server| {
        let hundred = server.ask_with(NODES, json!({ "ids": vec!["LV"; 100] })).await;
        assert_eq!(hundred["nodes"].as_array().unwrap().len(), 100);
        let more = server.raw(NODES, json!({ "ids": vec!["LV"; 101] })).await;
        assert_eq!(more["errors"][0]["extensions"]["code"], "BAD_USER_INPUT");
        assert_eq!(server.ask_with(NODES, json!({ "ids": [] })).await["nodes"], json!([]));
    })
    .await;
}

#[tokio::test]
async fn an_object_that_no_fragment_fits_is_empty_and_not_null() {
    for_each_server(async |server| {
        let node = server.ask("{ node(id: \"LV\") { ... on Agreement { version } } }").await;
        assert_eq!(node, json!({ "node": {} }));
        let agreement = "{ agreement(id: \"rdp/LV\") { milestones { nodes { kind detail { ... on Signed { signings { place } } } } } } }";
        let mut agreement = server.ask(agreement).await;
        let nodes = agreement["agreement"]["milestones"]["nodes"].take();
        for node in nodes.as_array().unwrap() {
            assert_eq!(node["detail"].as_object().unwrap().is_empty(), node["kind"] != "SIGNED", "{node}");
        }
        // One of which a field fails is null, with the error.
        let failing = "{ node(id: \"rdp/LV\") { ... on Agreement { status(atPosition: 9007199254740991) { headline } } } }";
        let failing = server.raw(failing, json!({})).await;
        assert_eq!((&failing["data"]["node"], failing["errors"].as_array().unwrap().len()), (&Value::Null, 1));
    })
    .await;
}

#[tokio::test]
async fn stalls_page_from_both_ends() {
    for_each_server(async |server| {
        let ids = async |arguments: &str| {
            let query = format!(
                "{{ stalled(asOf: \"2025-10-28\", {arguments}) {{ nodes {{ id }} pageInfo {{ startCursor }} }} }}"
            );
            server.ask(&query).await["stalled"].take()
        };
        let all = ids("first: 100").await["nodes"].take();
        let all = all.as_array().unwrap();
        assert!(all.len() > 2);
        let last = ids("last: 1").await;
        assert_eq!(last["nodes"].as_array().unwrap(), &all[all.len() - 1..]);
        let before = ids(&format!("last: 2, before: {}", last["pageInfo"]["startCursor"])).await;
        assert_eq!(before["nodes"].as_array().unwrap(), &all[all.len() - 3..all.len() - 1]);
    })
    .await;
}

#[tokio::test]
async fn from_ever_is_no_day_and_an_instant_beyond_the_calendar_no_instant() {
    for_each_server(async |server| {
        let periods = server.ask("{ agreement(id: \"rdp/LV\") { periods { from status { asOf sentence } } } }").await;
        let periods = &periods["agreement"]["periods"];
        assert_eq!(periods[0]["status"]["asOf"], Value::Null);
        assert!(
            periods[0]["status"]["sentence"].as_str().unwrap().contains("no list of that time is on record"),
            "{periods}"
        );
        assert_eq!(periods[1]["status"]["asOf"], periods[1]["from"]);
        let known =
            "query($at: DateTime!) { country(code: \"LV\") { status(instrument: \"rdp\", knownAt: $at) { knownAt } } }";
        for beyond in ["9999-12-31T23:59:59-01:00", "0000-01-01T00:00:00+01:00"] {
            let refused = server.raw(known, json!({ "at": beyond })).await;
            assert_eq!(refused["errors"][0]["extensions"]["code"], "BAD_USER_INPUT", "{refused}");
        }
        let last = server.ask_with(known, json!({ "at": "9999-12-31T23:59:59Z" })).await;
        assert_eq!(last["country"]["status"]["knownAt"], "9999-12-31T23:59:59.000000Z");
    })
    .await;
}
