//! Is what a plain URL tells of the days that are known what GraphQL tells, as JSON and as rows?

use serde_json::{Value, json};
use testkit::plain::{plain, rows};
use testkit::serving::{for_each_roomy_server, for_each_server};

use super::asked::{AS_KNOWN, KNOWN, parameters};

const DAYS: [&str; 4] = ["signed", "enteredIntoForce", "listed", "renewed"];

#[tokio::test]
async fn plain_coverage_is_graphqls_at_every_knowledge() {
    let day = "{ precision occurred { edtf earliest latest } evidence kind milestone { id: plainId } }";
    let query = format!(
        "query($instrument: String, $countries: [CountryCode!], {KNOWN}) {{
            coverage(instrument: $instrument, countries: $countries, first: 100, {AS_KNOWN}) {{ totalCount nodes {{
                agreement {{ id: plainId country {{ code name }} }} concluded beginning
                signed {day} enteredIntoForce {day} listed {day} renewed {day} }} }} }}"
    );
    for_each_roomy_server(async |server| {
        for (asked, filter, count) in [
            (json!({}), "", 52),
            (json!({ "instrument": "sosa" }), "", 19),
            (json!({ "basis": "PUBLISHED", "knownAt": "2017-06-30T23:59:59Z" }), "", 52),
            (json!({ "atPosition": 400 }), "", 24),
            (json!({ "instrument": "rdp" }), "&country=KR&country=LV", 2),
        ] {
            let mut variables = asked.clone();
            if !filter.is_empty() {
                variables["countries"] = json!(["KR", "LV"]);
            }
            let expected = server.ask_with(&query, variables).await["coverage"].take();
            let answer = plain(server, &format!("/v1/coverage?{}{filter}", parameters(&asked))).await;
            assert_eq!(answer["nodes"], expected["nodes"], "{asked}{filter}");
            assert_eq!(
                (&expected["totalCount"], answer["nodes"].as_array().unwrap().len()),
                (&json!(count), count),
                "{asked}{filter}"
            );
        }
    })
    .await;
}

#[tokio::test]
async fn the_parts_of_the_list_make_the_whole_list() {
    for_each_server(async |server| {
        let query = "query($after: String) { coverage(first: 20, after: $after) {
            pageInfo { hasNextPage endCursor } nodes { agreement { id: plainId } } } }";
        let (mut ids, mut after) = (Vec::new(), Value::Null);
        loop {
            let mut page = server.ask_with(query, json!({ "after": after })).await["coverage"].take();
            ids.extend(page["nodes"].as_array().unwrap().iter().map(|node| node["agreement"]["id"].clone()));
            if page["pageInfo"]["hasNextPage"] == false {
                break;
            }
            after = page["pageInfo"]["endCursor"].take();
        }
        let whole = plain(server, "/v1/coverage").await;
        let all = whole["nodes"].as_array().unwrap().iter().map(|node| node["agreement"]["id"].clone());
        assert_eq!(ids, all.collect::<Vec<_>>());
    })
    .await;
}

#[tokio::test]
async fn a_day_that_was_not_found_has_a_row_that_says_so() {
    for_each_server(async |server| {
        let (rows, answer) = (rows(server, "/v1/coverage").await, plain(server, "/v1/coverage").await);
        let nodes = answer["nodes"].as_array().unwrap();
        assert_eq!(rows.len(), nodes.len());
        for (row, node) in rows.iter().zip(nodes) {
            assert_eq!(row["id"], node["agreement"]["id"]);
            for day in DAYS {
                assert_eq!(row[format!("{day}Precision")], node[day]["precision"], "{row}");
                assert_eq!(row[day], *node[day].pointer("/occurred/edtf").unwrap_or(&json!("")), "{row}");
                assert_eq!(row[format!("{day}Milestone")], *node[day].pointer("/milestone/id").unwrap_or(&json!("")));
            }
        }
        let denmark = rows.iter().find(|row| row["id"] == "rdp/DK").unwrap();
        assert_eq!((&denmark["signedPrecision"], &denmark["signed"]), (&json!("NOT_FOUND"), &json!("")));
        assert_eq!((&denmark["listed"], &denmark["listedKind"]), (&json!("[..2010-01-19]"), &json!("OBSERVED")));
    })
    .await;
}
