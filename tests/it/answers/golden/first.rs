//! The golden questions, asked through GraphQL over HTTP, on every database.
//!
//! What people really ask, with the answers that the facts and the rules give.

use serde_json::json;
use testkit::serving::for_each_server;

use super::asked::{codes, status};

#[tokio::test]
async fn question_1_which_countries_were_qualifying_on_2016_05_01() {
    for_each_server(async |server| {
        let listed = async |listing: &str| {
            let query = r#"query($listing: [Listing!]) {
                agreements(asOf: "2016-05-01", filter: { instrument: "rdp", listings: $listing }, first: 100) {
                    totalCount edges { node { country { code } status { because { facet evidence } } } } } }"#;
            server.ask_with(query, json!({ "listing": [listing] })).await
        };
        let blanket = listed("BLANKET").await;
        let expected = "AU BE CA CH CZ DE DK EG ES FI FR GB GR IL IT LU NL NO PL PT SE TR";
        assert_eq!(codes(&blanket, "/agreements/edges").join(" "), expected);
        assert_eq!(codes(&listed("CASE_BY_CASE").await, "/agreements/edges"), ["AT"]);
        // The answer says that most of its evidence is inferred.
        let inferred = blanket["agreements"]["edges"].as_array().unwrap().iter().filter(|edge| {
            let because = edge["node"]["status"]["because"].as_array().unwrap();
            because.iter().any(|reason| reason["facet"] == "LISTING" && reason["evidence"] == "INFERRED")
        });
        assert!(inferred.count() >= 20);
        let australia = status(server, "AU", "2005-01-01", "listing possibleListings").await;
        assert_eq!(australia, json!({ "listing": null, "possibleListings": ["UNLISTED", "BLANKET"] }));
    })
    .await;
}

#[tokio::test]
async fn question_2_slovenia_waited_902_days_from_notice_to_listing() {
    for_each_server(async |server| {
        let answer = server
            .ask(r#"{ agreement(id: "rdp/SI") { durations(from: NOTICE_PUBLISHED, to: LISTED) { round minDays maxDays } } }"#)
            .await;
        assert_eq!(answer["agreement"]["durations"], json!([{ "round": 1, "minDays": 902, "maxDays": 902 }]));
    })
    .await;
}

#[tokio::test]
async fn question_3_from_notice_to_signature_in_first_rounds() {
    for_each_server(async |server| {
        let query = r#"{ durations(instrument: "rdp", from: NOTICE_PUBLISHED, to: SIGNED, rounds: FIRST, noticePurposes: [NEGOTIATION]) {
            medianDays exactCount items { country { code } minDays exact } } }"#;
        let answer = server.ask(query).await;
        let mut exact: Vec<(i64, String)> = answer["durations"]["items"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|item| item["exact"] == true)
            .map(|item| (item["minDays"].as_i64().unwrap(), item["country"]["code"].as_str().unwrap().to_owned()))
            .collect();
        exact.sort();
        let expected = [(34, "LT"), (156, "JP"), (210, "EE"), (362, "LV"), (820, "CZ")];
        assert_eq!(exact, expected.map(|(days, code)| (days, code.to_owned())));
        assert_eq!(answer["durations"]["medianDays"], 210.0);
        let poland = r#"{ durations(instrument: "rdp", from: NOTICE_PUBLISHED, to: SIGNED, rounds: FIRST, noticePurposes: [FEASIBILITY]) {
            items { country { code } minDays noticePurpose } } }"#;
        let expected = json!([{ "country": { "code": "PL" }, "minDays": 1179, "noticePurpose": "FEASIBILITY" }]);
        assert_eq!(server.ask(poland).await["durations"]["items"], expected);
    })
    .await;
}

#[tokio::test]
async fn question_4_latvia_on_2017_06_30_by_what_is_known_and_by_what_was_published() {
    for_each_server(async |server| {
        let fields = "headline standing listing since evaluationFactorPercent because { facet milestone { kind sources { url } } }";
        let known = status(server, "LV", "2017-06-30", fields).await;
        assert_eq!(known["headline"], "IN_FORCE");
        assert_eq!(known["listing"], "UNLISTED");
        assert_eq!(known["since"], "2017-04-10");
        assert_eq!(known["evaluationFactorPercent"], 50);
        let standing = &known["because"][0];
        assert_eq!(standing["milestone"]["kind"], "ENTERED_INTO_FORCE");
        assert_eq!(standing["milestone"]["sources"][0]["url"], "https://www.vestnesis.lv/op/2018/52.4");
        let before = status(server, "LV", "2017-12-27", "listing").await;
        let after = status(server, "LV", "2017-12-28", "listing").await;
        assert_eq!((&before["listing"], &after["listing"]), (&json!("UNLISTED"), &json!("BLANKET")));
        let published = server
            .ask(
                r#"{ country(code: "LV") { status(instrument: "rdp", asOf: "2017-06-30", basis: PUBLISHED, knownAt: "2017-06-30T23:59:59Z") {
                headline stage standing listing } } }"#,
            )
            .await;
        let expected = json!({ "headline": "UNDER_REVIEW", "stage": "REVIEW", "standing": "NOT_CONCLUDED", "listing": "UNLISTED" });
        assert_eq!(published["country"]["status"], expected);
    })
    .await;
}

#[tokio::test]
async fn question_5_finland_moved_from_case_by_case_to_blanket_on_2010_06_08() {
    for_each_server(async |server| {
        assert_eq!(status(server, "FI", "2010-06-07", "listing").await["listing"], "CASE_BY_CASE");
        assert_eq!(status(server, "FI", "2010-06-08", "listing").await["listing"], "BLANKET");
    })
    .await;
}

#[tokio::test]
async fn question_6_italys_agreement_expired_and_italy_is_still_listed() {
    for_each_server(async |server| {
        let query = r#"{ agreements(asOf: "2025-01-01", filter: { instrument: "rdp", standings: [EXPIRED], listings: [BLANKET, CASE_BY_CASE] }) {
            edges { node { country { code } status { evaluationFactorPercent headline } } } } }"#;
        let answer = server.ask(query).await;
        assert_eq!(codes(&answer, "/agreements/edges"), ["IT"]);
        let expected = json!({ "evaluationFactorPercent": 0, "headline": "EXPIRED" });
        assert_eq!(answer["agreements"]["edges"][0]["node"]["status"], expected);
        let during = status(server, "IT", "2019-06-01", "standing possibleStandings").await;
        assert_eq!(during, json!({ "standing": null, "possibleStandings": ["IN_FORCE", "EXPIRED"] }));
    })
    .await;
}

#[tokio::test]
async fn question_7_whose_comment_window_had_closed_with_no_agreement_on_2025_11_20() {
    for_each_server(async |server| {
        let query = r#"{ agreements(asOf: "2025-11-20", filter: { instrument: "rdp", stages: [REVIEW], standings: [NOT_CONCLUDED] }) {
            totalCount edges { node { country { code } status { since because { facet rule } } } } } }"#;
        let answer = server.ask(query).await;
        assert_eq!(codes(&answer, "/agreements/edges"), ["AR", "BR", "IN", "KR"]);
        // India's comments closed by the usual window, at the latest on 2023-12-09; review begins the day after.
        let india = &answer["agreements"]["edges"][2]["node"]["status"];
        assert_eq!(india["since"], "[2023-10-26..2023-12-10]");
        assert!(india["because"].as_array().unwrap().iter().any(|reason| reason["rule"] == "USUAL_WINDOW"));
        // Korea's closed on 2024-03-25, 605 days before; review began the day after, 604 days before.
        let korea = status(server, "KR", "2025-11-20", "since stalled { days since }").await;
        assert_eq!(korea["since"], "2024-03-26");
        assert_eq!(korea["stalled"], json!({ "days": 604, "since": "2024-03-26" }));
        let closed = r#"{ agreement(id: "rdp/KR") { milestones(first: 100) { edges { node { kind occurred { edtf } } } } } }"#;
        let milestones = server.ask(closed).await;
        let closed = json!({ "node": { "kind": "COMMENTS_CLOSED", "occurred": { "edtf": "2024-03-25" } } });
        assert!(milestones["agreement"]["milestones"]["edges"].as_array().unwrap().contains(&closed));
    })
    .await;
}

#[tokio::test]
async fn question_8_the_median_from_signature_to_listing_is_90_days() {
    for_each_server(async |server| {
        let query = r#"{ durations(instrument: "rdp", from: SIGNED, to: LISTED, rounds: FIRST) {
            medianDays exactCount items { country { code } minDays exact } } }"#;
        let answer = server.ask(query).await;
        let exact: Vec<(&str, i64)> = answer["durations"]["items"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|item| item["exact"] == true)
            .map(|item| (item["country"]["code"].as_str().unwrap(), item["minDays"].as_i64().unwrap()))
            .collect();
        assert_eq!(exact, [("CZ", 72), ("EE", 90), ("JP", 59), ("LT", 95), ("LV", 262)]);
        assert_eq!(answer["durations"]["medianDays"], 90.0);
    })
    .await;
}

#[tokio::test]
async fn question_9_korea_on_2025_10_28_is_stalled_in_review() {
    for_each_server(async |server| {
        let fields = "headline standing listing evaluationFactorPercent sentence \
            stalled { stage since days limitDays limitFrom }";
        let korea = status(server, "KR", "2025-10-28", fields).await;
        assert_eq!(korea["headline"], "UNDER_REVIEW");
        assert_eq!(korea["standing"], "NOT_CONCLUDED");
        assert_eq!(korea["listing"], "UNLISTED");
        assert_eq!(korea["evaluationFactorPercent"], 50);
        // 581 days from the day after comments closed, and the sentence says so.
        let stalled = &korea["stalled"];
        assert_eq!((&stalled["days"], &stalled["limitDays"], &stalled["stage"]), (&json!(581), &json!(365), &json!("REVIEW")));
        assert!(stalled["limitFrom"].as_str().unwrap().starts_with("instrument rdp, fallback"));
        let sentence = korea["sentence"].as_str().unwrap();
        assert!(sentence.contains("581 days") && sentence.contains("closed on 25 March 2024"), "{sentence}");
        let all = server.ask(r#"{ stalled(asOf: "2025-10-28", instrument: "rdp") { totalCount edges { node { agreement { id: plainId } stalled { days } } } } }"#).await;
        let ids: Vec<&str> = all["stalled"]["edges"].as_array().unwrap().iter().map(|edge| edge["node"]["agreement"]["id"].as_str().unwrap()).collect();
        assert!(ids.contains(&"rdp/KR"), "{ids:?}");
        assert!(!ids.contains(&"rdp/JP") && !ids.contains(&"rdp/GB"), "a renewal whose outcome is unknown is no stall: {ids:?}");
    })
    .await;
}

#[tokio::test]
async fn question_10_denmark_today_is_in_force_by_rule_and_listed() {
    for_each_server(async |server| {
        let fields = "headline standing listing evaluationFactorPercent lastEvidenceOn because { facet rule }";
        let denmark = status(server, "DK", "2026-11-24", fields).await;
        assert_eq!((&denmark["headline"], &denmark["listing"]), (&json!("IN_FORCE"), &json!("BLANKET")));
        assert_eq!(denmark["because"][0], json!({ "facet": "STANDING", "rule": "IN_FORCE_BY_LISTING" }));
        assert_eq!(denmark["lastEvidenceOn"], "[2025-11-10..2026-06-07]");
    })
    .await;
}

#[tokio::test]
async fn question_11_austrias_factor_on_2005_01_01_is_50_either_way() {
    for_each_server(async |server| {
        let fields = "listing possibleListings evaluationFactorPercent";
        let austria = status(server, "AT", "2005-01-01", fields).await;
        let expected =
            json!({ "listing": null, "possibleListings": ["UNLISTED", "CASE_BY_CASE"], "evaluationFactorPercent": 50 });
        assert_eq!(austria, expected);
    })
    .await;
}
