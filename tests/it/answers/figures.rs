//! Do GraphQL, the plain URL, its sheet and the command line tell the same figures, by both axes of time?

use serde_json::{Value, json};
use testkit::figures::{correct, figure, listed, published, record, tell, values};
use testkit::plain::{plain, rows};
use testkit::serving::{Served, for_each_roomy_server, for_each_server};

const BOUNDS: &str = "{ edtf earliest latest }";

/// A count, a correction of it, a figure of an agreement over a span, and a count that the record does not have.
async fn some(server: &Served) {
    let money = figure(["rdp/KR", "purchases", "0.5", "USD a year", "2019/2023"]);
    let unit = vec![
        record("a", listed(26, "2021-03-31"), vec![published("A notice", "2021-03-31")]),
        record("b", money, vec![published("A report", "2024-12-20"), testkit::facts::source("A letter")]),
        record("c", listed(30, "2022-12-09"), vec![published("A paper", "2022-12-10")]),
    ];
    tell(server, unit).await;
    let corrected = correct("d", "a", listed(27, "2021-03-31"), vec![published("A notice", "2021-03-31")]);
    tell(server, vec![corrected]).await;
}

#[tokio::test]
async fn the_plain_url_and_its_sheet_tell_what_graphql_tells_at_every_knowledge() {
    let fields = format!(
        "id: plainId of measure value accuracy unit span {{ edtf first {BOUNDS} last {BOUNDS} }} evidence summary
        sources {{ title url publisher citation documentNumber publishedOn accessedOn archivedUrl reliability }}
        counted {{ atLeast atMost fit }} state why version recordedBy recordedAt position changedAt changedPosition"
    );
    for_each_roomy_server(async |server| {
        some(server).await;
        for (arguments, parameters, count) in [
            ("first: 50", "", 3),
            ("first: 50, atPosition: 624", "atPosition=624", 1),
            (
                "first: 50, basis: PUBLISHED, knownAt: \"2022-12-31T00:00:00Z\"",
                "basis=PUBLISHED&knownAt=2022-12-31T00:00:00Z",
                2,
            ),
            ("first: 50, filter: { countries: [\"KR\"] }", "country=KR", 1),
            (
                "first: 50, filter: { measures: [\"listed_partners\"], instrument: \"rdp\" }",
                "measure=listed_partners&instrument=rdp",
                2,
            ),
            ("first: 50, filter: { on: \"2022-12-09\" }", "on=2022-12-09", 2),
            ("first: 50, filter: { fits: [DIFFERS] }", "fit=DIFFERS", 1),
            ("first: 50, filter: { instrument: \"sosa\" }", "instrument=sosa", 0),
        ] {
            let asked = server.ask(&format!("{{ figures({arguments}) {{ totalCount nodes {{ {fields} }} }} }}")).await;
            let answer = plain(server, &format!("/v1/figures?{parameters}")).await;
            assert_eq!(answer["nodes"], asked["figures"]["nodes"], "{parameters}");
            assert_eq!(
                (&answer["totalCount"], &asked["figures"]["totalCount"]),
                (&json!(count), &json!(count)),
                "{parameters}"
            );
            let sheet = rows(server, &format!("/v1/figures?{parameters}")).await;
            let sources =
                answer["nodes"].as_array().unwrap().iter().map(|node| node["sources"].as_array().unwrap().len());
            assert_eq!(sheet.len(), sources.sum::<usize>(), "{parameters}");
            for row in sheet {
                let node = answer["nodes"].as_array().unwrap().iter().find(|node| node["id"] == row["id"]).unwrap();
                assert_eq!((&row["value"], &row["span"]), (&node["value"], &node["span"]["edtf"]));
            }
        }
    })
    .await;
}

#[tokio::test]
async fn a_figure_is_cut_by_recording_and_by_publication_and_its_count_by_the_same_knowledge() {
    for_each_server(async |server| {
        some(server).await;
        assert_eq!(values(server, "atPosition: 624").await, [json!("26")]);
        assert_eq!(values(server, "filter: { measures: [\"listed_partners\"] }").await, [json!("27"), json!("30")]);
        let published = |day: &str| format!("basis: PUBLISHED, knownAt: \"{day}T00:00:00Z\"");
        assert!(values(server, &published("2021-03-30")).await.is_empty());
        assert_eq!(values(server, &published("2021-03-31")).await, [json!("27")]);
        let query = "{ figures(filter: { countries: [\"KR\"] }, basis: PUBLISHED) { nodes { sources { title } } } }";
        let sources = server.ask(query).await;
        assert_eq!(sources["figures"]["nodes"][0]["sources"], json!([{ "title": "A report" }]), "a letter has no day");

        let counted = async |arguments: &str| {
            let query = format!(
                "{{ figures(filter: {{ measures: [\"listed_partners\"], on: \"2021-03-31\" }}, {arguments}) {{
                nodes {{ counted {{ atLeast atMost fit }} }} }} }}"
            );
            server.ask(&query).await["figures"]["nodes"][0]["counted"].take()
        };
        assert_eq!(counted("first: 1").await, json!({ "atLeast": 27, "atMost": 27, "fit": "AGREES" }));
        assert_eq!(counted("atPosition: 624").await["fit"], "DIFFERS");
        // Latvia's agreement was in force, and nobody had published it.
        let partners = figure(["rdp", "partners", "26", "countries", "2017-05-01"]);
        tell(server, vec![record("e", partners, vec![testkit::figures::published("A speech", "2017-05-02")])]).await;
        let fit = async |arguments: &str| {
            let query = format!(
                "{{ figures(filter: {{ measures: [\"partners\"] }}, {arguments}) {{ nodes {{ counted {{ atMost fit }} }} }} }}"
            );
            server.ask(&query).await["figures"]["nodes"][0]["counted"].take()
        };
        assert_eq!(fit("first: 1").await, json!({ "atMost": 27, "fit": "DIFFERS" }));
        assert_eq!(fit(&published("2017-06-30")).await["fit"], "AGREES", "by what had been published then");
    })
    .await;
}

#[tokio::test]
async fn the_parts_of_the_list_make_the_whole_list_and_a_wrong_question_is_told() {
    for_each_server(async |server| {
        some(server).await;
        let (mut found, mut after) = (Vec::new(), Value::Null);
        loop {
            let query = "query($after: String) { figures(first: 1, after: $after) {
                pageInfo { hasNextPage endCursor } nodes { plainId } } }";
            let mut page = server.ask_with(query, json!({ "after": after })).await["figures"].take();
            found.extend(page["nodes"].as_array().unwrap().iter().map(|node| node["plainId"].clone()));
            if page["pageInfo"]["hasNextPage"] == false {
                break;
            }
            after = page["pageInfo"]["endCursor"].take();
        }
        let whole = plain(server, "/v1/figures").await;
        let all: Vec<Value> = whole["nodes"].as_array().unwrap().iter().map(|node| node["id"].clone()).collect();
        assert_eq!(found, all);
        for wrong in ["fit=SOMEHOW", "measure=No", "instrument=none", "on=2021", "asOf=2021-01-01"] {
            assert_eq!(server.get(&format!("/v1/figures?{wrong}")).await.0, 400, "{wrong}");
        }
        let refused = server.raw("{ figures(filter: { measures: [\"No\"] }) { totalCount } }", json!({})).await;
        assert_eq!(refused["errors"][0]["extensions"]["code"], "BAD_USER_INPUT");
    })
    .await;
}
