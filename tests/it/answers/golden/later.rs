//! The golden questions since more facts were found, in November 2026.

use serde_json::{Value, json};
use testkit::serving::{Served, for_each_server};

use super::asked::{codes, status};

/// The milestones of one kind that an agreement has, oldest first.
async fn milestones(server: &Served, id: &str, kind: &str, fields: &str) -> Vec<Value> {
    let query = format!(
        "query($id: ID!) {{ agreement(id: $id) {{ milestones(first: 100) {{
            edges {{ node {{ kind {fields} }} }} }} }} }}"
    );
    let mut answer = server.ask_with(&query, json!({ "id": id })).await;
    let edges = answer["agreement"]["milestones"]["edges"].as_array_mut().unwrap();
    let mut nodes: Vec<Value> = edges.iter_mut().map(|edge| edge["node"].take()).collect();
    nodes.retain_mut(|node| node.as_object_mut().unwrap().remove("kind").unwrap() == kind);
    nodes
}

#[tokio::test]
async fn question_12_when_and_where_industry_was_asked_about_korea_and_india() {
    for_each_server(async |server| {
        let fields = "occurred { edtf } detail { ... on NoticePublished { documentNumber commentsCloseOn } }
            sources { publisher url publishedOn reliability }";
        for (id, on, number, closes) in [
            ("rdp/KR", "2024-02-23", "2024-03705", json!("2024-03-25")),
            ("rdp/IN", "2023-10-10", "2023-22429", Value::Null),
        ] {
            let notices = milestones(server, id, "NOTICE_PUBLISHED", fields).await;
            assert_eq!(notices.len(), 1, "{id}");
            let notice = &notices[0];
            assert_eq!(notice["occurred"]["edtf"], on);
            assert_eq!(notice["detail"], json!({ "documentNumber": number, "commentsCloseOn": closes }));
            let register = &notice["sources"][0];
            assert_eq!(
                (&register["publisher"], &register["reliability"]),
                (&json!("Federal Register"), &json!("PRIMARY"))
            );
            assert_eq!(register["publishedOn"], on);
            assert!(register["url"].as_str().unwrap().contains(number));
        }
        // The press alone tells when comments on the notice about Korea closed.
        let closed = milestones(server, "rdp/KR", "COMMENTS_CLOSED", "occurred { edtf } sources { reliability }").await;
        assert_eq!(closed[0]["occurred"]["edtf"], "2024-03-25");
        assert!(closed[0]["sources"].as_array().unwrap().iter().all(|source| source["reliability"] == "SECONDARY"));
    })
    .await;
}

#[tokio::test]
async fn question_13_brazil_on_2024_01_01_is_in_review_by_the_usual_window() {
    for_each_server(async |server| {
        let fields = "headline since because { facet rule milestone { kind occurred { edtf } } }";
        assert_eq!(status(server, "BR", "2023-09-12", "headline").await["headline"], "IN_CONSULTATION");
        let brazil = status(server, "BR", "2024-01-01", fields).await;
        assert_eq!(
            (&brazil["headline"], &brazil["since"]),
            (&json!("UNDER_REVIEW"), &json!("[2023-09-28..2023-11-12]"))
        );
        let window = brazil["because"].as_array().unwrap().iter().find(|reason| reason["rule"] == "USUAL_WINDOW");
        let notice = json!({ "kind": "NOTICE_PUBLISHED", "occurred": { "edtf": "2023-09-12" } });
        assert_eq!(window.unwrap()["milestone"], notice);
    })
    .await;
}

#[tokio::test]
async fn question_14_argentina_waits_since_2005_and_nothing_was_heard_of_it() {
    for_each_server(async |server| {
        for on in ["2006-01-01", "2026-11-24"] {
            let argentina = status(server, "AR", on, "headline listing since lastEvidenceOn").await;
            let expected = json!({ "headline": "UNDER_REVIEW", "listing": "UNLISTED", "since": "2005-10-01",
                "lastEvidenceOn": "2005-09-30" });
            assert_eq!(argentina, expected, "{on}");
        }
        assert_eq!(milestones(server, "rdp/AR", "OBSERVED", "id").await, [] as [Value; 0], "it was seen on no list");
    })
    .await;
}

#[tokio::test]
async fn question_15_the_signatures_of_sweden_turkey_and_the_netherlands() {
    for_each_server(async |server| {
        let fields = "occurred { edtf } evidence detail { ... on Signed { signings { on { edtf } } } }";
        for (id, days) in [
            ("rdp/SE", &["1987-07-16"][..]),
            ("rdp/TR", &["1980-03-29"]),
            ("rdp/NL", &["1978-07-25", "1978-08-24"]),
        ] {
            let signed = milestones(server, id, "SIGNED", fields).await;
            let signings: Vec<Value> = days.iter().map(|on| json!({ "on": { "edtf": on } })).collect();
            let expected = json!({ "occurred": { "edtf": days.last() }, "evidence": "STATED", "detail": { "signings": signings } });
            assert_eq!(signed, [expected], "{id}");
        }
        let entered = milestones(server, "rdp/TR", "ENTERED_INTO_FORCE", "occurred { edtf }").await;
        assert_eq!(entered, [json!({ "occurred": { "edtf": "1980-12-18" } })]);
        assert_eq!(status(server, "TR", "1980-12-18", "standing").await["standing"], "IN_FORCE");
    })
    .await;
}

#[tokio::test]
async fn question_16_the_memoranda_of_the_united_kingdom_in_2010_and_in_2018() {
    for_each_server(async |server| {
        assert_eq!(status(server, "GB", "2010-01-01", "standing").await["standing"], "IN_FORCE");
        let entered = milestones(
            server,
            "rdp/GB",
            "ENTERED_INTO_FORCE",
            "occurred { edtf } detail { ... on EnteredIntoForce { until { edtf } } }",
        )
        .await;
        assert_eq!(
            entered,
            [json!({ "occurred": { "edtf": "2004-12-16" }, "detail": { "until": { "edtf": "2018-01-01" } } })]
        );
        assert_eq!(status(server, "GB", "2018-01-01", "standing").await["standing"], "IN_FORCE");
        for on in ["2018-01-02", "2018-04-03"] {
            let both = status(server, "GB", on, "standing possibleStandings").await;
            assert_eq!(both, json!({ "standing": null, "possibleStandings": ["IN_FORCE", "EXPIRED"] }), "{on}");
        }
        assert_eq!(status(server, "GB", "2018-04-04", "standing").await["standing"], "IN_FORCE");
    })
    .await;
}

#[tokio::test]
async fn question_17_poland_was_listed_by_2012_12_31_and_renewed_as_the_czech_agreement_was() {
    for_each_server(async |server| {
        let fields = "listing possibleListings because { facet evidence }";
        let poland = status(server, "PL", "2013-01-01", fields).await;
        assert_eq!(poland["listing"], "BLANKET");
        let inferred = json!({ "facet": "LISTING", "evidence": "INFERRED" });
        assert!(poland["because"].as_array().unwrap().contains(&inferred), "{poland}");
        let before = status(server, "PL", "2012-12-30", "possibleListings").await;
        assert_eq!(before, json!({ "possibleListings": ["UNLISTED", "BLANKET"] }));
        assert_eq!(status(server, "PL", "2011-09-07", "listing").await["listing"], "UNLISTED");
        for (id, on) in [("rdp/PL", "2023-05-05"), ("rdp/CZ", "2022-04-21")] {
            let renewed = milestones(server, id, "RENEWED", "occurred { edtf }").await;
            assert_eq!(renewed, [json!({ "occurred": { "edtf": on } })]);
        }
    })
    .await;
}

#[tokio::test]
async fn question_18_of_eight_partners_no_signature_was_found() {
    for_each_server(async |server| {
        for country in ["DK", "GR", "LU", "PT", "ES", "BE", "FR", "DE"] {
            let id = format!("rdp/{country}");
            assert_eq!(milestones(server, &id, "SIGNED", "id").await, [] as [Value; 0], "{country}");
        }
    })
    .await;
}

#[tokio::test]
async fn question_19_twenty_seven_partners_were_listed_on_2021_03_31() {
    for_each_server(async |server| {
        let query = r#"{ agreements(asOf: "2021-03-31", filter: { instrument: "rdp", listings: [BLANKET, CASE_BY_CASE] }, first: 100) {
            totalCount edges { node { country { code } } } } }"#;
        let answer = server.ask(query).await;
        assert_eq!(answer["agreements"]["totalCount"], 27);
        assert!(!codes(&answer, "/agreements/edges").contains(&"LT".to_owned()), "Lithuania came a year later");
    })
    .await;
}

#[tokio::test]
async fn the_record_shows_as_many_partners_as_dod_counted_on_the_days_of_its_notices() {
    // 75 FR 2858, 80 FR 81812, 81 FR 9813, 86 FR 16705, 86 FR 62155, 87 FR 75615; the last as the press quotes the notice.
    let counted = [
        ("2010-01-19", 21),
        ("2015-12-31", 23),
        ("2016-02-26", 23),
        ("2021-03-31", 27),
        ("2021-11-09", 27),
        ("2022-12-09", 28),
        ("2023-10-10", 28),
    ];
    let query = r#"query($asOf: Date!) { agreements(asOf: $asOf, first: 100,
        filter: { instrument: "rdp", listings: [BLANKET, CASE_BY_CASE] }) { totalCount possibleCount } }"#;
    for_each_server(async |server| {
        for (day, count) in counted {
            let answer = server.ask_with(query, json!({ "asOf": day })).await;
            assert_eq!(answer["agreements"], json!({ "totalCount": count, "possibleCount": 0 }), "{day}");
        }
    })
    .await;
}
