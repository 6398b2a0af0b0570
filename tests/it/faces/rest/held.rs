//! Are waits, counts, since-when and the log the same by a plain URL as by GraphQL, and are they right?

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use depositary::ledger::proof::included;
use serde_json::{Value, json};
use testkit::plain::{bundled_agreements, plain};
use testkit::serving::{for_each_roomy_server, for_each_server};

use super::asked::{PIN, PINNED, parameters, pins, status};

const HELD: &str =
    "{ listingSince standingSince stageSince listingConfirmedOn previousChangeOn nextChangeOn newestNewsOn
    newestNewsKind }";

#[tokio::test]
async fn plain_waits_and_counts_are_graphqls() {
    let waits = format!(
        "query({PIN}) {{ waiting(first: 50, {PINNED}) {{ totalCount nodes {{ agreement {{ id: plainId country {{ code name }} }}
            waiting {{ stage round since days daysAtMost stalled dormant outcomeUnknown lastNewsOn limit {{ days from reason usual }}
            comparison {{ percentile {{ least most }} }} }} status {} }} }} }}",
        status("{ id: plainId }")
    );
    let counts = format!(
        "query({PIN}) {{ counts(instrument: \"rdp\", {PINNED}) {{ agreements nodes: values {{ facet value certain possible }}
            listedThoughEnded waiting stalled outcomeUnknown previousChangeOn nextChangeOn newestNewsOn position }} }}"
    );
    for_each_roomy_server(async |server| {
        for pin in pins() {
            let expected = server.ask_with(&waits, pin.clone()).await["waiting"].take();
            let answer = plain(server, &format!("/v1/waiting?first=50{}", parameters(&pin))).await;
            assert_eq!(answer["totalCount"], expected["totalCount"], "{pin}");
            for (told, wanted) in answer["nodes"].as_array().unwrap().iter().zip(expected["nodes"].as_array().unwrap())
            {
                for field in ["agreement", "status"] {
                    assert_eq!(told[field], wanted[field], "{pin}: {field}");
                }
                for (name, value) in wanted["waiting"].as_object().unwrap() {
                    match name.as_str() {
                        "limit" => ["days", "from", "reason", "usual"].iter().for_each(|name| {
                            assert_eq!(told["waiting"]["limit"][name], value[name], "{pin}: {name}");
                        }),
                        "comparison" => {
                            assert_eq!(told["waiting"]["comparison"]["percentile"], value["percentile"], "{pin}");
                        }
                        name => assert_eq!(told["waiting"][name], *value, "{pin}: {name}"),
                    }
                }
            }
            let expected = server.ask_with(&counts, pin.clone()).await["counts"].take();
            let answer = plain(server, &format!("/v1/counts?{}", parameters(&pin))).await;
            for (name, value) in expected.as_object().unwrap() {
                assert_eq!(answer[name], *value, "{pin}: {name}");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn every_stall_is_among_the_waits_and_counts_are_those_of_the_lists() {
    for_each_roomy_server(async |server| {
        for day in ["1990-01-01", "2016-05-01", "2024-03-01", "2026-11-24"] {
            let waits = plain(server, &format!("/v1/waiting?instrument=rdp&asOf={day}&first=100")).await;
            let stalls = plain(server, &format!("/v1/stalled?instrument=rdp&asOf={day}&first=100")).await;
            let ids = |list: &Value, fits: &dyn Fn(&Value) -> bool| {
                let fitting = list["nodes"].as_array().unwrap().iter().filter(|node| fits(node));
                let mut ids: Vec<Value> = fitting.map(|node| node["agreement"]["id"].clone()).collect();
                ids.sort_by_key(ToString::to_string);
                ids
            };
            let stalled = ids(&waits, &|node| node["waiting"]["stalled"] == true);
            assert_eq!(stalled, ids(&stalls, &|_| true), "{day}");
            let counts = plain(server, &format!("/v1/counts?asOf={day}")).await;
            assert_eq!(counts["stalled"], stalled.len(), "{day}");
            let unknown = ids(&waits, &|node| node["waiting"]["outcomeUnknown"] == true).len();
            assert_eq!(counts["outcomeUnknown"], unknown, "{day}");
            assert_eq!(counts["waiting"], waits["nodes"].as_array().unwrap().len() - unknown, "{day}");
            for count in counts["nodes"].as_array().unwrap() {
                let (facet, value) =
                    (count["facet"].as_str().unwrap().to_lowercase(), count["value"].as_str().unwrap());
                let path = format!("/v1/agreements?instrument=rdp&asOf={day}&{facet}={value}&first=1");
                let certain = plain(server, &path).await;
                assert_eq!(count["certain"], certain["totalCount"], "{path}");
                assert_eq!(count["possible"], certain["possibleCount"], "{path}");
            }
        }
        // Comments on a notice were open, which is no stall.
        let open = plain(server, "/v1/waiting?instrument=rdp&asOf=2024-03-01").await;
        let korea = open["nodes"].as_array().unwrap().iter().find(|node| node["agreement"]["id"] == "rdp/KR").unwrap();
        assert_eq!((&korea["waiting"]["stage"], &korea["waiting"]["stalled"]), (&json!("CONSULTATION"), &json!(false)));
    })
    .await;
}

#[tokio::test]
async fn since_when_a_part_of_a_status_holds_is_told_alike_and_follows_from_the_periods() {
    let query = format!(
        "query($code: CountryCode!, $instrument: String!, {PIN}) {{ country(code: $code) {{
            status(instrument: $instrument, {PINNED}) {{ held {HELD} }} }} }}"
    );
    for_each_roomy_server(async |server| {
        for id in bundled_agreements() {
            let (instrument, code) = id.split_once('/').unwrap();
            for pin in pins() {
                let mut variables = pin.clone();
                variables["code"] = code.into();
                variables["instrument"] = instrument.into();
                let expected = server.ask_with(&query, variables).await["country"]["status"]["held"].take();
                let path = format!("/v1/status/{code}?instrument={instrument}{}", parameters(&pin));
                assert_eq!(plain(server, &path).await["held"], expected, "{path}");
            }
        }
        let held = async |path: &str| plain(server, &format!("/v1/status/{path}")).await["held"].take();
        let latvia = held("LV?asOf=2017-06-30").await;
        assert_eq!(latvia["listingSince"], Value::Null, "it was not on the list from ever");
        assert_eq!(
            (&latvia["standingSince"], &latvia["previousChangeOn"]),
            (&json!("2017-04-10"), &json!("2017-04-10"))
        );
        assert_eq!(latvia["nextChangeOn"], "2017-12-28");
        assert_eq!(held("LV?asOf=2018-06-30").await["listingSince"], "2017-12-28");
        // Between a copy of the list that is not known to be older than the first one that names it.
        assert_eq!(held("AU?asOf=2026-11-24").await["listingSince"], "[1995-04-19..2010-01-19]");
        assert_eq!(held("AU?asOf=2005-01-01").await["listingSince"], Value::Null, "it is not certain");
    })
    .await;
}

#[tokio::test]
async fn an_absence_from_the_list_is_confirmed_by_a_whole_copy_and_by_nothing_less() {
    for_each_server(async |server| {
        let confirmed =
            async |path: &str| plain(server, &format!("/v1/status/{path}")).await["held"]["listingConfirmedOn"].take();
        assert_eq!(confirmed("KR?asOf=2026-11-24").await, "[2025-11-10..2026-06-07]", "by a copy that names others");
        assert_eq!(
            confirmed("LV?asOf=2026-11-24").await,
            "[2025-11-10..2026-06-07]",
            "by the same copy, which names it"
        );
        assert_eq!(confirmed("KR?asOf=2025-11-09").await, "2025-10-24", "by the copy before");
        assert_eq!(confirmed("LV?asOf=2017-12-30").await, "2017-12-28", "by the rule that put it there");
        assert_eq!(confirmed("KR?asOf=1980-01-01").await, Value::Null, "no copy is as old");
        assert_eq!(confirmed("KR?instrument=sosa").await, Value::Null, "there is no list");
        let then = "KR?asOf=2016-05-01&basis=PUBLISHED&knownAt=2016-05-01T23:59:59Z";
        assert_eq!(confirmed(then).await, "2015-12-31", "by what had been published");
    })
    .await;
}

#[tokio::test]
async fn the_log_is_leafed_through_in_parts_and_each_entry_is_proved() {
    for_each_server(async |server| {
        let query = "query($first: Int, $after: String, $last: Int, $before: String) { log { entries(first: $first, after: $after,
            last: $last, before: $before) { totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor } nodes {
            position subject event recordedAt actor milestoneKind occurred leafHash } } } }";
        let first = server.ask_with(query, json!({ "first": 40 })).await["log"]["entries"].take();
        let told = plain(server, "/v1/log?first=40").await;
        assert_eq!(told["nodes"], first["nodes"]);
        assert_eq!((&told["nodes"][0]["position"], &told["totalCount"]), (&json!(623), &json!(623)));
        assert_eq!((&first["pageInfo"]["hasPreviousPage"], &first["pageInfo"]["hasNextPage"]), (&json!(false), &json!(true)));
        let (mut positions, mut path) = (Vec::new(), "/v1/log?first=100".to_owned());
        loop {
            let answer = server.send(reqwest::Method::GET, &path, "*/*").await;
            let list = answer.json();
            positions.extend(list["nodes"].as_array().unwrap().iter().map(|node| node["position"].as_u64().unwrap()));
            let next = answer.header("link");
            if next.is_empty() {
                break;
            }
            path = format!("/v1/log{}", next.trim_start_matches('<').split('>').next().unwrap());
        }
        assert_eq!(positions, (1..=623).rev().collect::<Vec<u64>>(), "every entry once, the newest first");
        // From the end of the list, which is the beginning of the log.
        let last = server.ask_with(query, json!({ "last": 3 })).await["log"]["entries"].take();
        let place = |list: &Value, at: usize| list["nodes"][at]["position"].clone();
        assert_eq!([place(&last, 0), place(&last, 1), place(&last, 2)], [json!(3), json!(2), json!(1)]);
        assert_eq!((&last["pageInfo"]["hasPreviousPage"], &last["pageInfo"]["hasNextPage"]), (&json!(true), &json!(false)));
        let cursor = &last["pageInfo"]["startCursor"];
        let before = server.ask_with(query, json!({ "last": 2, "before": cursor })).await["log"]["entries"].take();
        assert_eq!([place(&before, 0), place(&before, 1)], [json!(5), json!(4)]);
        assert_eq!(place(&plain(server, "/v1/log?atPosition=500&first=1").await, 0), 500);
        for position in [1, 412, 623] {
            let entry = plain(server, &format!("/v1/log?first=1&after={}", position + 1)).await["nodes"][0].take();
            let proof = plain(server, &format!("/v1/proof/{position}")).await;
            assert_eq!((&proof["leafHash"], &proof["size"]), (&entry["leafHash"], &json!(623)));
            let hash = |value: &Value| <[u8; 32]>::try_from(STANDARD.decode(value.as_str().unwrap()).unwrap()).unwrap();
            let hashes: Vec<[u8; 32]> = proof["hashes"].as_array().unwrap().iter().map(hash).collect();
            included(hash(&proof["leafHash"]), position - 1, 623, &hashes, &hash(&proof["root"])).unwrap();
        }
        for (path, code) in [("/v1/proof/624", 400), ("/v1/proof/0", 400), ("/v1/proof/x", 400), ("/v1/log?after=x", 400)] {
            assert_eq!(server.get(path).await.0, code, "{path}");
        }
    })
    .await;
}
