//! Is what somebody gives understood as the specification and as people mean it?

use serde_json::{Value, json};
use testkit::serving::{for_each_roomy_server, for_each_server};

#[tokio::test]
async fn a_variable_that_is_left_out_leaves_its_argument_its_default_and_an_explicit_null_does_not() {
    let cases = [
        ("$x: Boolean", "agreement(id: \"rdp/KR\") { milestones(includeRetracted: X) { totalCount } }"),
        ("$x: MilestoneOrder", "agreement(id: \"rdp/KR\") { milestones(order: X, first: 3) { nodes { kind } } }"),
        ("$x: Rounds", "durations(instrument: \"rdp\", from: SIGNED, to: LISTED, rounds: X) { medianDays exactCount }"),
        ("$x: KnowledgeBasis", "country(code: \"LV\") { status(instrument: \"rdp\", basis: X) { headline } }"),
        (
            "$x: Certainty",
            "agreements(filter: { listings: [BLANKET], certainty: X }, asOf: \"2016-05-01\") { totalCount }",
        ),
    ];
    for_each_roomy_server(async |server| {
        for (variable, field) in cases {
            let asked = field.replace('X', "$x");
            let whole = format!("query({variable}) {{ {asked} }}");
            let fragment = format!("query({variable}) {{ ...of }} fragment of on Query {{ {asked} }}");
            let plain = [
                ", includeRetracted: X",
                "includeRetracted: X",
                "order: X, ",
                ", rounds: X",
                ", basis: X",
                ", certainty: X",
            ]
            .into_iter()
            .fold(field.to_owned(), |field, argument| field.replace(argument, ""))
            .replace("()", "");
            let expected = server.ask(&format!("{{ {plain} }}")).await;
            assert_eq!(server.ask_with(&whole, json!({})).await, expected, "{whole}");
            assert_eq!(server.ask_with(&fragment, json!({})).await, expected, "{fragment}");
            let null = server.raw(&whole, json!({ "x": null })).await;
            let refused = null["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT";
            assert!(refused || variable.contains("Basis") || variable.contains("Certainty"), "{whole}: {null}");
        }
    })
    .await;
}

#[tokio::test]
async fn codes_that_people_type_are_understood_wherever_a_country_is_asked_for() {
    for_each_server(async |server| {
        for (typed, code) in [("UK", "GB"), ("EL", "GR"), ("kor", "KR"), ("LVA", "LV"), ("gb", "GB"), ("Turkiye", "TR"), ("Türkiye", "TR"), ("%20LV", "LV")] {
            let (status, answer) = server.get(&format!("/v1/status/{typed}")).await;
            assert_eq!(status, 200, "{typed}: {answer}");
            let answer: Value = serde_json::from_str(&answer).unwrap();
            assert_eq!(answer["country"]["code"], code, "{typed}");
            let typed = typed.replace("%20", " ");
            let (status, list) = server.get(&format!("/v1/agreements?instrument=rdp&country={}", typed.trim())).await;
            assert_eq!(status, 200, "{typed}: {list}");
            let query = "query($code: CountryCode!) { country(code: $code) { code } agreements(filter: { countries: [$code] }) { totalCount } }";
            assert_eq!(server.ask_with(query, json!({ "code": typed })).await["country"]["code"], code, "{typed}");
        }
        for none in ["XK", "YU", "SU", "DD", "AN", "EU", "XXX"] {
            assert_eq!(server.get(&format!("/v1/status/{none}")).await.0, 404, "{none} has no code of ISO 3166-1");
        }
    })
    .await;
}

#[tokio::test]
async fn an_empty_name_of_an_operation_is_none() {
    for_each_server(async |server| {
        let query = "query Named { __typename }";
        for body in [json!({ "query": query, "operationName": "" }), json!({ "query": query, "operationName": null })] {
            let url = format!("http://{}/graphql", server.address);
            let answer = reqwest::Client::new().post(url).json(&body).send().await.unwrap();
            assert_eq!(answer.json::<Value>().await.unwrap()["data"]["__typename"], "Query", "{body}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_milestone_leads_to_its_agreement_as_known_by_the_same() {
    for_each_server(async |server| {
        let query = "{ milestones(first: 1, atPosition: 400, filter: { countries: [\"KR\"] }) {
            nodes { agreementId agreement { id plainId country { code } version } } } }";
        let found = server.ask(query).await["milestones"]["nodes"][0].take();
        assert_eq!(found["agreement"]["plainId"], found["agreementId"]);
        assert_eq!(found["agreement"]["id"], format!("{}?atPosition=400", found["agreementId"].as_str().unwrap()));
        assert_eq!(found["agreement"]["country"]["code"], "KR");
    })
    .await;
}

#[tokio::test]
async fn a_number_without_a_fraction_is_a_whole_number_in_variables_and_not_in_a_document() {
    for_each_server(async |server| {
        let query = "query($first: Int, $position: Position) { agreements(first: $first, atPosition: $position) { nodes { id } } }";
        let ask = async |variables: Value| server.raw(query, variables).await;
        let one = ask(json!({ "first": 1, "position": 500 })).await;
        assert_eq!(one["data"]["agreements"]["nodes"].as_array().unwrap().len(), 1);
        for text in [r#"{ "first": 1.0, "position": 500.0 }"#, r#"{ "first": 1e0, "position": 5e2 }"#] {
            assert_eq!(ask(serde_json::from_str(text).unwrap()).await, one, "{text}");
        }
        let half = ask(json!({ "first": 1.5 })).await;
        assert_eq!(half["errors"][0]["extensions"]["code"], "BAD_USER_INPUT", "{half}");
        let written = server.raw("{ agreements(first: 1.0) { nodes { id } } }", json!({})).await;
        assert!(written["data"].is_null() && written["errors"][0]["message"].is_string(), "{written}");
    })
    .await;
}
