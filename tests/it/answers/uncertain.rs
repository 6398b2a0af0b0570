//! Does a list say what it leaves out because it is not certain, and what is still open?

use depositary::projections::survival::{Curve, Length};
use serde_json::{Value, json};
use testkit::places::Place;
use testkit::serving::for_each_server;

/// Poland was put on the list at some time between 8 September 2011 and 31 December 2012.
const ON: &str = "2012-05-01";

#[tokio::test]
async fn a_list_of_certain_agreements_says_how_many_more_are_possible_at_every_face() {
    for_each_server(async |server| {
        let query = format!(
            "{{ agreements(asOf: \"{ON}\", filter: {{ instrument: \"rdp\", listings: BLANKET }}) {{ totalCount possibleCount }}
               all: agreements(asOf: \"{ON}\", filter: {{ instrument: \"rdp\", listings: BLANKET, certainty: POSSIBLE }}) {{ totalCount possibleCount nodes {{ id }} }}
               any: agreements(asOf: \"{ON}\", filter: {{ instrument: \"rdp\" }}) {{ possibleCount }} }}"
        );
        let answer = server.ask(&query).await;
        let certain = answer["agreements"]["totalCount"].as_u64().unwrap();
        assert_eq!(answer["agreements"]["possibleCount"], 1, "{answer}");
        assert_eq!(answer["all"]["totalCount"], certain + 1);
        assert_eq!((&answer["all"]["possibleCount"], &answer["any"]["possibleCount"]), (&json!(0), &json!(0)));
        let path = format!("/v1/agreements?asOf={ON}&listing=BLANKET");
        let plain: Value = serde_json::from_str(&server.get(&path).await.1).unwrap();
        assert_eq!((&plain["possibleCount"], &plain["possibly"]), (&json!(1), &json!("and 1 more possibly: Poland")));
        let table = server.get(&format!("{path}&format=csv")).await.1;
        assert!(table.lines().last().unwrap().starts_with("and 1 more possibly: Poland,"), "{table}");
        let today = server.get("/v1/agreements?listing=BLANKET&format=csv").await.1;
        assert!(!today.contains("possibly:"), "{today}");
    })
    .await;
    let place = Place::seeded();
    let said = place.run(&["agreements", "--instrument", "rdp", "--listing", "blanket", "--on", ON]);
    assert!(said.out.contains("and 1 more possibly: Poland\n"), "{}", said.out);
}

#[tokio::test]
async fn durations_count_rounds_that_are_still_open_and_say_what_they_leave_out() {
    for_each_server(async |server| {
        let answer = server
            .ask("{ durations(instrument: \"rdp\", from: NOTICE_PUBLISHED, to: SIGNED, noticePurposes: [NEGOTIATION]) {
                medianDays exactCount medianDaysWithOpen openCount inexactCount endNotRecordedCount items { country { code } } } }")
            .await["durations"]
            .take();
        let median = answer["medianDays"].as_f64().unwrap();
        let with_open = answer["medianDaysWithOpen"].as_f64().unwrap();
        assert!(with_open > median, "Argentina, Brazil, India and Korea wait still: {answer}");
        assert_eq!(answer["openCount"], 4, "{answer}");
        let plain: Value = serde_json::from_str(
            &server.get("/v1/durations?from=NOTICE_PUBLISHED&to=SIGNED&noticePurpose=NEGOTIATION").await.1,
        )
        .unwrap();
        for field in ["medianDays", "exactCount", "medianDaysWithOpen", "openCount", "inexactCount", "endNotRecordedCount"] {
            assert_eq!(plain[field], answer[field], "{field}");
        }
    })
    .await;
    let place = Place::seeded();
    let said = place.run(&["durations", "--from", "notice_published", "--to", "signed"]);
    assert!(said.out.contains("with 5 rounds that are still open") && said.out.contains("left out: "), "{}", said.out);
}

#[tokio::test]
async fn dormant_rounds_are_told_apart_from_those_that_wait() {
    for_each_server(async |server| {
        let query = "query($d: Boolean) { stalled(asOf: \"2026-11-24\", instrument: \"rdp\", dormant: $d) {
            nodes { agreement { id: plainId } stalled { dormant lastNewsOn } } } }";
        let found = async |dormant: Value| -> Vec<(String, bool)> {
            let answer = server.ask_with(query, json!({ "d": dormant })).await["stalled"]["nodes"].take();
            let row = |node: &Value| {
                let agreement = node["agreement"]["id"].as_str().unwrap().to_owned();
                (agreement, node["stalled"]["dormant"].as_bool().unwrap())
            };
            answer.as_array().unwrap().iter().map(row).collect()
        };
        let mut dormant = found(json!(true)).await;
        dormant.sort();
        assert_eq!(dormant, [("rdp/AR".to_owned(), true), ("rdp/UA".to_owned(), true)]);
        let waiting = found(json!(false)).await;
        assert!(
            waiting.iter().all(|(_, dormant)| !dormant) && waiting.iter().any(|(id, _)| id == "rdp/KR"),
            "{waiting:?}"
        );
        assert_eq!(found(Value::Null).await.len(), dormant.len() + waiting.len());
        let plain: Value =
            serde_json::from_str(&server.get("/v1/stalled?asOf=2026-11-24&dormant=true").await.1).unwrap();
        assert_eq!(plain["totalCount"], 2, "{plain}");
        let ukraine = server.get("/v1/status/UA").await.1;
        assert!(
            ukraine.contains(
                "Nothing has been heard of it since 20 June 2017, so this record counts the attempt as dormant."
            ),
            "{ukraine}"
        );
        let then = server.get("/v1/status/UA?asOf=2022-06-20").await.1;
        assert!(!then.contains("dormant.") && then.contains("\"dormant\":false"), "{then}");
    })
    .await;
}

#[test]
fn a_chance_of_nothing_from_six_rounds_has_a_band_that_says_how_little_that_is() {
    let waited = |days| Length { days, came: false };
    let six = Curve::of([500, 600, 700, 800, 900, 1_000].map(waited));
    assert_eq!(six.chance(100, 90), Ok(0.0));
    let (least, most) = six.chance_band(100, 90).unwrap();
    assert!(least == 0.0 && (0.45..0.47).contains(&most), "{most}");
    let came = |days| Length { days, came: true };
    let mixed = Curve::of([came(50), came(120), came(150), waited(400), waited(500), waited(600)]);
    let (chance, (least, most)) = (mixed.chance(100, 90).unwrap(), mixed.chance_band(100, 90).unwrap());
    assert!(least < chance && chance < most && most < 1.0, "{least} {chance} {most}");
}
