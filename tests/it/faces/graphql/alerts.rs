//! Can alerts be asked for, listened to and spoken of through GraphQL, by whoever may, as of any position?

use std::collections::BTreeMap;

use depositary::access::Role;
use depositary::answers::OfOtherRules;
use depositary::domain::milestone::Detail;
use depositary::work::alerts::look;
use serde_json::{Value, json};
use testkit::databases::for_each_database;
use testkit::facts::{milestone, note, open, record};
use testkit::mutations::fresh;
use testkit::serving::{Served, for_each_server};
use testkit::sockets::Socket;

const ALERT: &str = "id fingerprint state rule sentence version late dueOn firedPosition
    agreement { id: plainId } about { kind stage since waitedDays limitDays limitFrom deadline on } milestone { kind }
    acknowledged { by note } silenced { by why until } resolved { reason unfounded why by }";

/// What fires on the bundled facts.
async fn looked(served: &Served) {
    let looked = look(&served.behind.answers, &served.behind.tracker, OfOtherRules::Resolve).await.unwrap();
    assert_eq!((looked.fired, looked.resolved), (7, 0));
}

async fn alerts(served: &Served, arguments: &str) -> Vec<Value> {
    let query = format!("{{ alerts{arguments} {{ totalCount nodes {{ {ALERT} }} }} }}");
    let answer = served.ask(&query).await;
    let nodes = answer["alerts"]["nodes"].as_array().unwrap().clone();
    assert_eq!(answer["alerts"]["totalCount"], nodes.len());
    nodes
}

/// Says something of Korea's stall by a mutation.
async fn say(served: &Served, token: &str, mutation: &str, input: Value) -> Value {
    let kind = format!("{}{}Input", mutation[..1].to_uppercase(), &mutation[1..]);
    let query = format!(
        "mutation($input: {kind}!) {{ {mutation}(input: $input) {{ alert {{ {ALERT} }} position repeated refusal {{ code message field }} }} }}"
    );
    served.ask_as(token, &query, json!({ "input": input })).await[mutation].take()
}

async fn korea(served: &Served) -> Value {
    let found = alerts(served, "(filter: { countries: [\"KR\"], rules: [\"stalled\"] })").await;
    assert_eq!(found.len(), 1);
    found[0].clone()
}

#[tokio::test]
async fn korea_is_told_with_its_stage_its_limit_and_its_reason() {
    for_each_server(async |served| {
        assert_eq!(alerts(served, "").await, [] as [Value; 0]);
        looked(served).await;
        let korea = korea(served).await;
        let about = json!({
            "kind": "STALLED", "stage": "REVIEW", "since": "2024-03-26", "waitedDays": 973, "limitDays": 365,
            "limitFrom": "FALLBACK", "deadline": null, "on": null,
        });
        assert_eq!(korea["about"], about);
        assert_eq!(
            (&korea["state"], &korea["late"], &korea["dueOn"]),
            (&json!("FIRING"), &json!(true), &json!("2025-03-27"))
        );
        assert_eq!(korea["milestone"]["kind"], "COMMENTS_CLOSED");
        let node =
            served.ask_with("query($id: ID!) { node(id: $id) { __typename id } }", json!({ "id": korea["id"] })).await;
        assert_eq!(node["node"], json!({ "__typename": "Alert", "id": korea["id"] }));
        assert_eq!(alerts(served, "(filter: { states: [RESOLVED] })").await, [] as [Value; 0]);
        assert_eq!(alerts(served, "(filter: { instrument: \"sosa\" })").await, [] as [Value; 0]);
        // The log is public: an alert is published when it is recorded.
        let then = "{ alerts(basis: PUBLISHED, knownAt: \"2026-11-24T11:59:59Z\") { totalCount } }";
        assert_eq!(served.ask(then).await["alerts"]["totalCount"], 0);
        assert_eq!(served.ask("{ alerts(basis: PUBLISHED) { totalCount } }").await["alerts"]["totalCount"], 7);
        let unknown = served.raw("{ alerts(filter: { instrument: \"abc\" }) { totalCount } }", json!({})).await;
        assert!(
            unknown["errors"][0]["message"].as_str().unwrap().contains("known are korus, rdp, rsf, sosa"),
            "{unknown}"
        );
    })
    .await;
}

#[tokio::test]
async fn an_alert_is_acknowledged_silenced_and_closed_by_recorders_and_each_position_tells_it_as_it_was() {
    for_each_server(async |served| {
        looked(served).await;
        let before = korea(served).await;
        let id = before["id"].clone();
        let refused = served
            .raw("mutation($i: AcknowledgeAlertInput!) { acknowledgeAlert(input: $i) { repeated } }", json!({ "i": { "alertId": id, "commandId": fresh() } }))
            .await;
        assert_eq!(refused["errors"][0]["extensions"]["code"], "UNAUTHENTICATED");
        let token = served.token(Role::Recorder, "desk").await;
        let input = json!({ "alertId": id, "commandId": fresh(), "expectedVersion": 1, "note": "The embassy was asked." });
        let seen = say(served, &token, "acknowledgeAlert", input.clone()).await;
        assert_eq!(seen["alert"]["state"], "ACKNOWLEDGED");
        assert_eq!(seen["alert"]["acknowledged"], json!({ "by": "desk", "note": "The embassy was asked." }));
        let again = say(served, &token, "acknowledgeAlert", input).await;
        assert_eq!((&again["repeated"], &again["position"]), (&json!(true), &seen["position"]));
        let silence = json!({ "alertId": before["fingerprint"], "commandId": fresh(), "why": "It is known.", "until": "2026-12-31" });
        let silenced = say(served, &token, "silenceAlert", silence).await;
        assert_eq!(silenced["alert"]["state"], "SILENCED");
        assert_eq!(alerts(served, "(filter: { states: [SILENCED] }, asOf: \"2026-12-31\")").await.len(), 1);
        assert_eq!(alerts(served, "(filter: { states: [SILENCED] }, asOf: \"2027-01-01\")").await.len(), 0);
        let closed = say(served, &token, "resolveAlert", json!({ "alertId": id, "commandId": fresh(), "why": "Settled." })).await;
        assert_eq!(closed["alert"]["resolved"], json!({ "reason": "HAND", "unfounded": false, "why": "Settled.", "by": "desk" }));
        for (position, state) in [(&before["firedPosition"], "FIRING"), (&seen["position"], "ACKNOWLEDGED"), (&silenced["position"], "SILENCED"), (&closed["position"], "RESOLVED")] {
            let then = alerts(served, &format!("(atPosition: {position}, filter: {{ countries: [\"KR\"], rules: [\"stalled\"] }})")).await;
            assert_eq!(then[0]["state"], state);
        }
        let after = look(&served.behind.answers, &served.behind.tracker, OfOtherRules::Resolve).await.unwrap();
        assert_eq!((after.fired, after.resolved), (0, 0));
    })
    .await;
}

#[tokio::test]
async fn what_cannot_be_said_of_an_alert_is_refused_with_its_field() {
    for_each_server(async |served| {
        looked(served).await;
        let token = served.token(Role::Recorder, "desk").await;
        let id = korea(served).await["id"].clone();
        let cases = [
            ("acknowledgeAlert", json!({ "alertId": "rdp/KR" }), "INVALID_FIELD", "alertId"),
            ("acknowledgeAlert", json!({ "alertId": "0".repeat(32) }), "NO_SUCH_ALERT", "alertId"),
            ("acknowledgeAlert", json!({ "alertId": id, "expectedVersion": 7 }), "VERSION_CONFLICT", "expectedVersion"),
            ("acknowledgeAlert", json!({ "alertId": id, "note": "" }), "INVALID_FIELD", "note"),
            ("silenceAlert", json!({ "alertId": id, "why": "x", "until": "2026-01-01" }), "INVALID_FIELD", "until"),
            ("silenceAlert", json!({ "alertId": id, "why": "x", "until": "2036-01-01" }), "INVALID_FIELD", "until"),
            ("silenceAlert", json!({ "alertId": id, "why": " ", "until": "2026-12-01" }), "INVALID_FIELD", "why"),
            ("resolveAlert", json!({ "alertId": id, "why": "" }), "INVALID_FIELD", "why"),
        ];
        for (mutation, mut input, code, field) in cases {
            input["commandId"] = json!(fresh());
            let payload = say(served, &token, mutation, input.clone()).await;
            assert_eq!(
                (&payload["refusal"]["code"], &payload["refusal"]["field"]),
                (&json!(code), &json!(field)),
                "{input}"
            );
            assert_eq!(payload["alert"], Value::Null);
        }
        assert_eq!(korea(served).await["version"], 1);
    })
    .await;
}

#[tokio::test]
async fn what_fires_more_than_thirty_days_after_it_could_is_late_wherever_it_is_told() {
    for_each_database(async |store| {
        let served = Served::empty(store, false).await;
        served.clock.set("2027-01-30T12:00:00Z".parse().unwrap());
        // The rule tells of a term a year before its last day: 30 days ago, and 31.
        let mut facts = Vec::new();
        for (agreement, until) in [("rdp/FO", "2027-12-31"), ("rdp/GL", "2027-12-30")] {
            let term = Detail::EnteredIntoForce { until: Some(until.parse().unwrap()) };
            facts.extend([open(agreement), record(agreement, agreement, milestone("2010-01-01", "In force", term))]);
        }
        served.behind.tracker.execute(facts).await.unwrap().clear();
        look(&served.behind.answers, &served.behind.tracker, OfOtherRules::Resolve).await.unwrap();
        let marks = |nodes: &[Value], id: &dyn Fn(&Value) -> Value| {
            let marks = nodes.iter().map(|node| (id(node).as_str().unwrap().to_owned(), node["late"] == true));
            marks.collect::<BTreeMap<_, _>>()
        };
        let expected = BTreeMap::from([("rdp/FO".to_owned(), false), ("rdp/GL".to_owned(), true)]);
        let id = |node: &Value| node["agreement"]["id"].clone();
        let told = alerts(&served, "(filter: { rules: [\"term-ends\"] })").await;
        assert_eq!(marks(&told, &id), expected, "{told:?}");
        let plain: Value = serde_json::from_str(&served.get("/v1/alerts?rule=term-ends").await.1).unwrap();
        assert_eq!(marks(plain["nodes"].as_array().unwrap(), &id), expected, "{plain}");
        let feed = served.get("/v1/feed/alerts.atom").await.1;
        assert!(feed.contains("Greenland, rdp: term-ends fired (late)"), "{feed}");
        assert!(feed.contains("Faroe Islands, rdp: term-ends fired<"), "{feed}");
    })
    .await;
}

#[tokio::test]
async fn rules_can_be_tried_at_past_days_through_graphql() {
    for_each_server(async |served| {
        let fired = "on overOn rule agreement { id: plainId } about { kind stage limitDays limitFrom } sentence";
        let query = format!("query($rules: String) {{ alertBacktest(from: \"2024-01-01\", to: \"2025-12-31\", rules: $rules) {{ {fired} }} }}");
        let own = served.ask_with(&query, json!({ "rules": null })).await;
        let korea = own["alertBacktest"].as_array().unwrap().iter().find(|fired| {
            fired["agreement"]["id"] == "rdp/KR" && fired["rule"] == "stalled"
        });
        assert_eq!((&korea.unwrap()["on"], &korea.unwrap()["overOn"]), (&json!("2025-03-27"), &Value::Null));
        let rules = "[[rule]]\nname = \"quick\"\nwatches = \"stalled\"\ndays = 100\ninstruments = [\"rdp\"]";
        let quick = served.ask_with(&query, json!({ "rules": rules })).await;
        let korea = quick["alertBacktest"].as_array().unwrap().iter().find(|fired| fired["agreement"]["id"] == "rdp/KR");
        assert_eq!((&korea.unwrap()["on"], &korea.unwrap()["about"]["limitFrom"]), (&json!("2024-07-05"), &json!("RULE")));
        let wrong = served.raw(&query, json!({ "rules": "[[rule]]\nname = \"quick\"" })).await;
        assert!(wrong["errors"][0]["message"].as_str().unwrap().starts_with("rules, line 1: "), "{wrong}");
        assert_eq!(wrong["errors"][0]["extensions"]["code"], "BAD_USER_INPUT");
    })
    .await;
}

#[tokio::test]
async fn a_listener_hears_what_happened_to_alerts_from_any_position_and_then_live() {
    for_each_server(async |served| {
        let start = served.ask("{ log { position } }").await["log"]["position"].clone();
        looked(served).await;
        let changed = "subscription($after: Position, $filter: AlertFilter) {
            alertChanged(after: $after, filter: $filter) { position kind actor alert { rule state agreement { id: plainId } } } }";
        let mut socket = Socket::introduced(served.address, "").await.unwrap();
        socket.subscribe("1", changed, json!({ "after": start, "filter": { "countries": ["KR"], "rules": ["stalled"] } })).await;
        let fired = socket.next().await["alertChanged"].take();
        let alert = json!({ "rule": "stalled", "state": "FIRING", "agreement": { "id": "rdp/KR" } });
        assert_eq!((&fired["kind"], &fired["actor"], &fired["alert"]), (&json!("FIRED"), &json!("alerts"), &alert));
        let mut all = Socket::introduced(served.address, "").await.unwrap();
        all.subscribe("1", changed, json!({ "after": start })).await;
        let mut positions = Vec::new();
        for _ in 0..7 {
            positions.push(all.next().await["alertChanged"]["position"].as_u64().unwrap());
        }
        assert!(positions.windows(2).all(|pair| pair[0] < pair[1]), "in the order of the log: {positions:?}");
        let token = served.token(Role::Recorder, "desk").await;
        let id = korea(served).await["id"].clone();
        say(served, &token, "acknowledgeAlert", json!({ "alertId": id, "commandId": fresh() })).await;
        // A silence that has ended by now is told as it was when it was recorded.
        for socket in [&mut socket, &mut all] {
            let seen = socket.next().await["alertChanged"].take();
            assert_eq!((&seen["kind"], &seen["actor"], &seen["alert"]["state"]), (&json!("ACKNOWLEDGED"), &json!("desk"), &json!("ACKNOWLEDGED")));
        }
        // Who follows milestones hears nothing of alerts, and misses nothing behind them.
        let mut facts = Socket::introduced(served.address, "").await.unwrap();
        facts.subscribe("1", "subscription($after: Position) { milestoneRecorded(after: $after) { milestone { summary } } }", json!({ "after": start })).await;
        drop(served.behind.tracker.execute(vec![open("rdp/RO"), note("behind the alerts", "rdp/RO")]).await.unwrap());
        assert_eq!(facts.next().await["milestoneRecorded"]["milestone"]["summary"], "behind the alerts");
    })
    .await;
}
