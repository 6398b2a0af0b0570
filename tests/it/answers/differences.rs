//! Is what changed between two reports told, with what made it, by every face alike?

use serde_json::{Value, json};
use testkit::plain::plain;
use testkit::serving::for_each_roomy_server;

const QUERY: &str = "query($from: DiffSideInput!, $to: DiffSideInput!, $filter: DiffFilter, $first: Int = 60, $after: String) {
    diff(from: $from, to: $to, filter: $filter, first: $first, after: $after) {
        totalCount pageInfo { hasNextPage endCursor }
        nodes { agreement { id: plainId } country { code name } sentence
            from { ...Told } to { ...Told }
            causes { change happened milestone { id: plainId } kind rule came { edtf earliest latest } position sentence } } } }
    fragment Told on Status { headline possibleHeadlines stage possibleStages standing possibleStandings listing possibleListings
        round sentence asOf knownAt position }";

/// Two sides to compare.
fn pairs() -> Vec<(Value, Value)> {
    let then = json!({ "asOf": "2017-06-30", "basis": "PUBLISHED", "knownAt": "2017-06-30T23:59:59Z" });
    vec![
        (then.clone(), json!({})),
        (then.clone(), json!({ "asOf": "2017-06-30" })),
        (json!({ "asOf": "2016-05-01" }), json!({ "asOf": "2017-12-31" })),
        (json!({ "asOf": "2017-12-31" }), json!({ "asOf": "2016-05-01" })),
        (json!({ "asOf": "2025-10-28", "atPosition": 300 }), json!({ "asOf": "2025-10-28", "atPosition": 623 })),
        (then.clone(), then),
    ]
}

/// The sides as plain parameters.
fn parameters(from: &Value, to: &Value) -> String {
    let of = |side: &'static str, pin: &Value| {
        let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned);
        let name = |name: &str| format!("{side}{}{}", name[..1].to_uppercase(), &name[1..]);
        let all = pin.as_object().unwrap().iter();
        all.map(|(field, value)| format!("&{}={}", name(field), text(value))).collect::<Vec<_>>().concat()
    };
    of("from", from) + &of("to", to)
}

#[tokio::test]
async fn a_report_of_then_compared_with_today_is_one_question() {
    for_each_roomy_server(async |server| {
        let (from, to) = pairs().remove(0);
        let filter = json!({ "instrument": "rdp", "countries": ["LV", "IT"] });
        let asked = json!({ "from": from, "to": to, "filter": filter });
        let answer = server.ask_with(QUERY, asked).await["diff"].take();
        let nodes = answer["nodes"].as_array().unwrap();
        let ids: Vec<&Value> = nodes.iter().map(|node| &node["agreement"]["id"]).collect();
        assert_eq!(ids, ["rdp/IT", "rdp/LV"]);
        let latvia = &nodes[1];
        assert_eq!((&latvia["from"]["headline"], &latvia["to"]["headline"]), (&json!("UNDER_REVIEW"), &json!("IN_FORCE")));
        assert_eq!((&latvia["from"]["listing"], &latvia["to"]["listing"]), (&json!("UNLISTED"), &json!("BLANKET")));
        // The signature was made before that day and published after it; the listing is news in both.
        assert_eq!(
            latvia["sentence"],
            "2017-04-10 determination made (learnt); 2017-04-10 signed (learnt); 2017-12-28 listed (learnt, and happened)"
        );
        let listed = &latvia["causes"][2];
        let found = ["kind", "change", "happened", "rule"].map(|field| &listed[field]);
        assert_eq!(found, [&json!("LISTED"), &json!("LEARNT"), &json!(true), &json!(null)]);
        assert_eq!(listed["came"]["edtf"], "2017-12-28");
    })
    .await;
}

#[tokio::test]
async fn a_plain_difference_is_graphqls_with_the_same_causes() {
    for_each_roomy_server(async |server| {
        for (from, to) in pairs() {
            let asked = json!({ "from": from, "to": to, "filter": {} });
            let expected = server.ask_with(QUERY, asked).await["diff"].take();
            let path = format!("/v1/diff?first=100{}", parameters(&from, &to));
            let answer = plain(server, &path).await;
            assert_eq!(answer["totalCount"], expected["totalCount"], "{path}");
            let nodes = answer["nodes"].as_array().unwrap();
            for (node, expected) in nodes.iter().zip(expected["nodes"].as_array().unwrap()) {
                assert_eq!(node["id"], expected["agreement"]["id"]);
                for field in ["country", "sentence", "causes"] {
                    assert_eq!(node[field], expected[field], "{path}: {field}");
                }
                for side in ["from", "to"] {
                    for (field, value) in
                        expected[side].as_object().unwrap().iter().filter(|(name, _)| *name != "__typename")
                    {
                        assert_eq!(node[side][field], *value, "{path}: {side} {field}");
                    }
                }
            }
            assert_eq!(nodes.is_empty(), from == to, "{path}");
            let csv = server.get(&format!("{path}&format=csv")).await.1;
            assert_eq!(csv.lines().count(), nodes.len() + 1, "{csv}");
        }
    })
    .await;
}

#[tokio::test]
async fn differences_come_in_pages_by_the_ids_of_the_agreements() {
    for_each_roomy_server(async |server| {
        let (from, to) = pairs().remove(2);
        let mut asked = json!({ "from": from, "to": to, "first": 60 });
        let all = server.ask_with(QUERY, asked.clone()).await["diff"].take();
        assert_eq!(all["totalCount"], all["nodes"].as_array().unwrap().len());
        let mut parts: Vec<Value> = Vec::new();
        asked["first"] = 3.into();
        loop {
            let part = server.ask_with(QUERY, asked.clone()).await["diff"].take();
            assert_eq!(part["totalCount"], all["totalCount"]);
            parts.extend(part["nodes"].as_array().unwrap().iter().cloned());
            if part["pageInfo"]["hasNextPage"] == false {
                break;
            }
            asked["after"] = part["pageInfo"]["endCursor"].clone();
        }
        assert_eq!(Value::from(parts), all["nodes"]);
    })
    .await;
}

#[tokio::test]
async fn a_difference_can_be_kept_for_ever_when_neither_side_can_change() {
    let pinned = |side: &str| format!("&{side}AsOf=2017-06-30&{side}AtPosition=500");
    let paths = [
        (format!("/v1/diff?{}{}", pinned("from"), pinned("to")), true),
        (format!("/v1/diff?{}&toAsOf=2017-06-30", pinned("from")), false),
        (format!("/v1/diff?{}&toAtPosition=500", pinned("from")), false),
        (format!("/v1/diff?fromAsOf=2017-06-30{}", pinned("to")), false),
    ];
    let graphql = |to: &str| {
        let side = "{ asOf: \"2017-06-30\", atPosition: 500 }";
        let query = format!("{{ diff(from: {side}, to: {to}) {{ totalCount }} }}");
        format!("/graphql?query={}", url::form_urlencoded::byte_serialize(query.as_bytes()).collect::<String>())
    };
    for_each_roomy_server(async |server| {
        let asked = [(graphql("{ asOf: \"2017-12-31\", atPosition: 500 }"), true), (graphql("{}"), false)];
        for (path, lasting) in paths.iter().chain(&asked) {
            let answer = server.send(reqwest::Method::GET, path, "*/*").await;
            assert_eq!((answer.status, answer.header("cache-control").contains("max-age")), (200, *lasting), "{path}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_side_is_refused_by_the_rules_of_every_other_question() {
    let cases = [
        (json!({ "knownAt": "2020-01-01T00:00:00Z", "atPosition": 5 }), "exclude each other"),
        (json!({ "atPosition": 624 }), "position 624 lies ahead of the log"),
        (json!({ "asOf": "2017-02-30" }), "2017-02-30"),
    ];
    for_each_roomy_server(async |server| {
        for (side, message) in &cases {
            for asked in [json!({ "from": side, "to": {} }), json!({ "from": {}, "to": side })] {
                let answer = server.raw(QUERY, asked).await;
                let error = &answer["errors"][0];
                assert!(error["message"].as_str().is_some_and(|told| told.contains(message)), "{answer}");
                assert_eq!(error["extensions"]["code"], "BAD_USER_INPUT");
            }
        }
    })
    .await;
}
