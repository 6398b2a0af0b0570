//! Are alerts and limits by a plain URL those of GraphQL, field for field, however an alert stands?

use depositary::answers::OfOtherRules;
use depositary::domain::alert::decide::AlertCommand;
use depositary::domain::alert::{AlertAcknowledged, AlertEvent, AlertResolved, AlertSilenced, Fingerprint};
use depositary::domain::ids::{CommandId, Position};
use depositary::domain::milestone::Detail;
use depositary::domain::words::{DisabledBy, ResolvedBy};
use depositary::work::alerts::look;
use depositary::work::delivery::wants::{Topic, Wants};
use serde_json::{Value, json};
use testkit::facts::{actor, milestone as fact, record};
use testkit::plain::{plain, rows};
use testkit::serving::{Served, for_each_roomy_server};

use super::asked::{PIN, PINNED, milestone, parameters, pins, without_types};

/// A server on which alerts have fired and everything that can be said of one was said: Korea's is acknowledged and then silent,
/// the Ukraine's was closed by hand, and India's ended since its round was given up. A webhook is disabled.
pub async fn said(server: &Served) {
    let behind = &server.behind;
    assert_eq!(look(&behind.answers, &behind.tracker, OfOtherRules::Resolve).await.unwrap().fired, 7);
    let alerts = plain(server, "/v1/alerts?rule=stalled").await;
    let by_country = |country: &str| {
        let mut nodes = alerts["nodes"].as_array().unwrap().iter();
        let alert = nodes.find(|node| node["agreement"]["country"]["code"] == country).unwrap();
        alert["fingerprint"].as_str().unwrap().parse::<Fingerprint>().unwrap()
    };
    let (korea, ukraine) = (by_country("KR"), by_country("UA"));
    let note = Some("The embassy was asked.".to_owned());
    let (why, until) = ("It is known.".to_owned(), "2026-12-31".parse().unwrap());
    let closed = AlertResolved {
        by: ResolvedBy::Hand,
        milestone: None,
        unfounded: false,
        why: Some("Settled.".to_owned()),
        position: Position::default(),
    };
    let events = [
        (korea, AlertEvent::Acknowledged(AlertAcknowledged { note })),
        (korea, AlertEvent::Silenced(AlertSilenced { why, until })),
        (ukraine, AlertEvent::Resolved(closed)),
    ];
    for (place, (alert, event)) in events.into_iter().enumerate() {
        let id = CommandId::named(&format!("say {place}"));
        let command = AlertCommand { id, alert, expected_version: None, actor: actor(), event };
        let _ = behind.tracker.execute_alerts(vec![command]).await.unwrap().remove(0).unwrap();
    }
    let withdrawn = record("given up", "rdp/IN", fact("2026-11-01", "Given up.", Detail::Withdrawn {}));
    let _ = behind.tracker.execute(vec![withdrawn]).await.unwrap();
    let wants = Wants::all_of(vec![Topic::Alerts]);
    let (webhook, _) = behind.webhooks.add("https://example.org/", wants, None).await.unwrap();
    let store = behind.answers.reader().store();
    assert!(store.disable_webhook(webhook.id, server.clock.now(), DisabledBy::Failures).await.unwrap());
    let looked = look(&behind.answers, &behind.tracker, OfOtherRules::Resolve).await.unwrap();
    assert_eq!((looked.resolved, looked.fired), (1, 1));
}

#[tokio::test]
async fn plain_alerts_are_graphqls_field_for_field_as_of_any_position_and_day() {
    let query = format!(
        "query($filter: AlertFilter, {PIN}) {{ alerts(filter: $filter, first: 20, {PINNED}) {{ totalCount nodes {{
            fingerprint state rule agreement {{ id: plainId country {{ code name }} }}
            about {{ kind stage since waitedDays limitDays limitFrom deadline on webhookId disabledAt }}
            milestone {milestone} sentence firedAt firedPosition foundAtPosition dueOn late
            acknowledged {{ by at note }} silenced {{ by at why until }}
            resolved {{ reason unfounded milestone {milestone} why by at position }} version position }} }} }}",
        milestone = milestone()
    );
    let filters = [
        ("", json!({}), 8),
        ("&state=SILENCED", json!({ "states": ["SILENCED"] }), 1),
        ("&state=RESOLVED&state=FIRING", json!({ "states": ["RESOLVED", "FIRING"] }), 7),
        ("&country=KR", json!({ "countries": ["KR"] }), 2),
        ("&rule=stalled&instrument=rdp", json!({ "rules": ["stalled"], "instrument": "rdp" }), 6),
        ("&instrument=sosa", json!({ "instrument": "sosa" }), 0),
    ];
    for_each_roomy_server(async |server| {
        said(server).await;
        let then = json!({ "atPosition": 592 });
        let after = json!({ "asOf": "2027-01-01" });
        for pin in pins().into_iter().chain([then, after]) {
            for (parameter, filter, now) in &filters {
                let mut variables = pin.clone();
                variables["filter"] = filter.clone();
                let mut expected = without_types(server.ask_with(&query, variables).await["alerts"].take());
                for node in expected["nodes"].as_array_mut().unwrap() {
                    node["id"] = format!("alert/{}", node["fingerprint"].as_str().unwrap()).into();
                }
                let path = format!("/v1/alerts?first=20{parameter}{}", parameters(&pin));
                let answer = plain(server, &path).await;
                assert_eq!(answer["nodes"], expected["nodes"], "{path}");
                assert_eq!(answer["totalCount"], expected["totalCount"], "{path}");
                if pin == json!({}) {
                    assert_eq!(answer["totalCount"], *now, "{path}");
                }
            }
        }
        let (_, unknown) = server.get("/v1/alerts?instrument=abc").await;
        assert!(unknown.contains("known are korus, rdp, rsf, sosa"), "{unknown}");
    })
    .await;
}

#[tokio::test]
async fn the_parts_of_the_list_of_alerts_make_the_whole_by_their_links_and_each_row_says_what_the_json_says() {
    for_each_roomy_server(async |server| {
        said(server).await;
        let whole = plain(server, "/v1/alerts").await;
        let (mut nodes, mut path) = (Vec::new(), "/v1/alerts?first=2".to_owned());
        loop {
            let answer = server.send(reqwest::Method::GET, &path, "application/json").await;
            nodes.extend(answer.json()["nodes"].as_array().unwrap().iter().cloned());
            let link = answer.header("link");
            let Some(next) = link.strip_prefix('<').and_then(|link| link.strip_suffix(">; rel=\"next\"")) else {
                break;
            };
            path = format!("/v1/alerts{next}");
        }
        assert_eq!(nodes, *whole["nodes"].as_array().unwrap());
        let rows = rows(server, "/v1/alerts").await;
        let told = |row: &Value| {
            ["id", "state", "limitDays", "acknowledgedBy", "resolvedReason"].map(|name| row[name].clone())
        };
        let told: Vec<_> = rows.iter().filter(|row| row["rule"] == "stalled").map(told).collect();
        for expected in [
            ["rdp/KR", "SILENCED", "365", "tester", ""],
            ["rdp/UA", "RESOLVED", "730", "", "HAND"],
            ["rdp/IN", "RESOLVED", "365", "", "WITHDRAWN"],
        ] {
            assert!(told.contains(&expected.map(Value::from)), "{told:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn plain_limits_are_graphqls_with_the_rounds_and_the_curves() {
    let curve = "{ days atRisk movedOn censored share confidence { least most } }";
    let query = format!(
        "query($instrument: String!, $stage: Stage, {PIN}) {{ limits(instrument: $instrument, stage: $stage, {PINNED}) {{
            stage renewal feasibility limit {{ days from reason usual fallbackDays estimate {{
                days {{ least most }} quantile leastTransitions noLimitBecause movedOnCount mayHaveMovedOnCount givenUpCount
                waitingCount shortest {curve} longest {curve}
                compared {{ agreement {{ id: plainId }} round outcome entered left shortestDays shortestMovedOn longestDays longestMovedOn }}
                leftOut {{ agreement {{ id: plainId }} round reason }} }} }} }} }}"
    );
    for_each_roomy_server(async |server| {
        for instrument in ["rdp", "sosa"] {
            for stage in [Value::Null, json!("REVIEW")] {
                for pin in pins() {
                    let mut variables = pin.clone();
                    variables["instrument"] = instrument.into();
                    variables["stage"] = stage.clone();
                    let expected = server.ask_with(&query, variables).await["limits"].take();
                    let asked = stage.as_str().map(|stage| format!("&stage={stage}")).unwrap_or_default();
                    let path = format!("/v1/limits?instrument={instrument}{asked}{}", parameters(&pin));
                    assert_eq!(plain(server, &path).await["nodes"], expected, "{path}");
                }
            }
        }
        let limits = plain(server, "/v1/limits?asOf=2025-10-28").await;
        let rows = rows(server, "/v1/limits?asOf=2025-10-28").await;
        assert_eq!(rows.len(), limits["nodes"].as_array().unwrap().len());
        let review = rows.iter().find(|row| row["stage"] == "REVIEW" && row["renewal"] == "false").unwrap();
        assert_eq!(
            (&review["days"], &review["from"], &review["asOf"]),
            (&json!("365"), &json!("FALLBACK"), &json!("2025-10-28"))
        );
    })
    .await;
}
