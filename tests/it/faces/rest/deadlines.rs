//! Are the deadlines the same by every face, from the tables and folded, on any day and by any knowledge?

use depositary::answers::{Ask, DeadlineFilter, Page};
use serde_json::{Value, json};
use testkit::plain::{plain, rows};
use testkit::serving::{Served, for_each_roomy_server};

use super::asked::{PIN, PINNED, milestone, parameters, pins, without_types};

async fn uids(server: &Served, parameters: &str) -> Vec<String> {
    let answer = plain(server, &format!("/v1/deadlines?{parameters}")).await;
    let nodes = answer["nodes"].as_array().unwrap();
    assert_eq!(answer["totalCount"], nodes.len());
    let of = |node: &Value| {
        format!("{} {}", node["agreement"]["id"].as_str().unwrap(), node["on"]["edtf"].as_str().unwrap())
    };
    nodes.iter().map(of).collect()
}

#[tokio::test]
async fn plain_deadlines_are_graphqls_field_for_field() {
    let query = format!(
        "query($instrument: String, $countries: [CountryCode!], $from: Date, $to: Date, {PIN}) {{
            deadlines(instrument: $instrument, countries: $countries, from: $from, to: $to, first: 28, {PINNED}) {{
            totalCount nodes {{ uid kind agreement {{ id: plainId country {{ code name }} }} on {{ edtf earliest latest }} daysLeft sentence
                milestone {} toldAt toldPosition }} }} }}",
        milestone()
    );
    let asked = [
        json!({}),
        json!({ "from": "1990-01-01" }),
        json!({ "from": "2016-02-02", "to": "2024-03-25", "instrument": "rdp" }),
        json!({ "from": "1990-01-01", "countries": ["KR", "CH"] }),
        json!({ "instrument": "sosa" }),
    ];
    for_each_roomy_server(async |server| {
        let mut found = 0;
        for pin in pins() {
            for asked in &asked {
                let mut variables = asked.clone();
                variables.as_object_mut().unwrap().extend(pin.as_object().unwrap().clone());
                let expected = without_types(server.ask_with(&query, variables.clone()).await["deadlines"].take());
                let given = variables.as_object_mut().unwrap();
                let countries = given.remove("countries").unwrap_or_else(|| json!([]));
                let countries = countries.as_array().unwrap().iter();
                let countries =
                    countries.map(|code| format!("&country={}", code.as_str().unwrap())).collect::<Vec<_>>().concat();
                let path = format!("/v1/deadlines?{}{countries}", parameters(&variables));
                let answer = plain(server, &path).await;
                assert_eq!(answer["nodes"], expected["nodes"], "{path}");
                assert_eq!(answer["totalCount"], expected["totalCount"], "{path}");
                found += answer["nodes"].as_array().unwrap().len();
            }
        }
        assert!(found > 100, "{found}");
    })
    .await;
}

#[tokio::test]
async fn a_deadline_is_listed_from_thirty_days_after_its_last_day_backwards_and_only_once_it_is_known() {
    for_each_roomy_server(async |server| {
        let korea = async |parameters: &str| uids(server, &format!("country=KR&{parameters}")).await;
        let found = ["rdp/KR 2024-03-25".to_owned()];
        assert_eq!(korea("asOf=2024-03-25").await, found);
        assert_eq!(korea("asOf=2024-04-24").await, found);
        assert_eq!(korea("asOf=2024-04-25").await, [] as [String; 0]);
        assert_eq!(korea("from=2024-03-25&to=2024-03-25").await, found);
        assert_eq!(korea("from=2024-03-26").await, [] as [String; 0]);
        assert_eq!(korea("from=2024-01-01&to=2024-03-24").await, [] as [String; 0]);
        let published = "asOf=2024-03-01&basis=PUBLISHED&knownAt=";
        assert_eq!(korea(&format!("{published}2024-02-20T00:00:00Z")).await, [] as [String; 0]);
        assert_eq!(korea(&format!("{published}2024-03-01T00:00:00Z")).await, found);
        assert_eq!(korea("asOf=2024-03-01&atPosition=100").await, [] as [String; 0]);
        // The day of this one is known to the month: on any day of it, it has not passed for sure.
        let finland = async |parameters: &str| uids(server, &format!("country=FI&{parameters}")).await;
        assert_eq!(finland("from=2029-10-31").await, ["rdp/FI 2029-10"]);
        assert_eq!(finland("from=2029-11-01").await, [] as [String; 0]);
        assert_eq!(finland("to=2029-10-01").await, ["rdp/FI 2029-10"]);
        assert_eq!(finland("to=2029-09-30").await, [] as [String; 0]);
        let (code, wrong) = server.get("/v1/deadlines?from=2024-01-02&to=2024-01-01").await;
        assert!(
            code == 400 && wrong.contains("2024-01-01 lies before 2024-01-02") && wrong.contains("\"from\""),
            "{wrong}"
        );
        let row = &rows(server, "/v1/deadlines?asOf=2024-03-11&country=KR").await[0];
        assert_eq!(
            (&row["kind"], &row["latest"], &row["daysLeft"]),
            (&json!("COMMENTS_CLOSE"), &json!("2024-03-25"), &json!("14"))
        );
    })
    .await;
}

#[tokio::test]
async fn the_tables_and_the_log_give_the_same_deadlines_at_every_position() {
    for_each_roomy_server(async |server| {
        let answers = &server.behind.answers;
        let folded = answers.clone().without_tables();
        let filter = DeadlineFilter { from: "1900-01-01".parse().ok(), ..DeadlineFilter::default() };
        let mut counts = Vec::new();
        for position in [1, 75, 76, 211, 315, 347, 400, 623] {
            let at_position = Some(depositary::domain::ids::Position(position));
            let pin = answers.pin(&Ask { at_position, ..Ask::default() }, answers.position()).await.unwrap();
            for instrument in [None, Some("rdp"), Some("sosa")] {
                let filter = DeadlineFilter { instrument: instrument.map(ToOwned::to_owned), ..filter.clone() };
                let from_tables = answers.deadlines(&pin, &filter, &Page::first(100)).await.unwrap();
                assert_eq!(
                    from_tables,
                    folded.deadlines(&pin, &filter, &Page::first(100)).await.unwrap(),
                    "{position}"
                );
                assert!(from_tables.items.iter().all(|row| row.told_position.0 <= position));
                counts.push(from_tables.total);
            }
        }
        assert_eq!((counts[0], counts[counts.len() - 3] > 10), (0, true), "{counts:?}");
    })
    .await;
}
