//! Which documents does the server let in, and what does it say of the others?

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use sha2::Digest;
use testkit::databases::Database;
use testkit::serving::{Served, for_each_server};

async fn server() -> (Database, Served) {
    let database = Database::sqlite();
    let served = Served::start(database.store().await).await;
    (database, served)
}

/// The errors of a request that must not have run, as code, message and place.
async fn refused(server: &Served, query: &str, variables: Value) -> Vec<(String, String, Value)> {
    let answer = server.raw(query, variables).await;
    assert_eq!(answer.get("data"), None, "{query}: {answer}");
    let errors = answer["errors"].as_array().unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let told =
        |error: &Value| (text(&error["extensions"]["code"]), text(&error["message"]), error["locations"].clone());
    errors.iter().map(told).collect()
}

async fn says(server: &Served, query: &str, variables: Value, code: &str, words: &str) {
    let errors = refused(server, query, variables).await;
    let (found, message, _) = &errors[0];
    assert_eq!(found, code, "{query}: {message}");
    assert!(message.contains(words) && message.chars().count() <= 300, "{query}: {message}");
}

#[tokio::test]
async fn a_wrong_document_is_told_what_is_wrong_and_where() {
    let (database, server) = server().await;
    let errors = refused(&server, "{\n  log { position }\n  agreemnts { totalCount }\n}", json!({})).await;
    let message = "type `Query` does not have a field `agreemnts`; did you mean `agreements` or `agreement`?";
    let place = json!([{ "line": 3, "column": 3 }]);
    assert_eq!(errors, [("GRAPHQL_VALIDATION_FAILED".to_owned(), message.to_owned(), place)]);
    let errors = refused(&server, "{ log { position }", json!({})).await;
    assert_eq!((errors[0].0.as_str(), &errors[0].2), ("GRAPHQL_PARSE_FAILED", &json!([{ "line": 1, "column": 19 }])));
    let many = format!("{{ {} }}", (0..18).map(|at| format!("n{at}")).collect::<Vec<_>>().join(" "));
    assert_eq!(refused(&server, &many, json!({})).await.len(), 18, "everything is told at once");
    database.drop().await;
}

#[tokio::test]
async fn a_value_that_does_not_fit_is_told_what_its_type_takes() {
    let (database, server) = server().await;
    let cases = [
        (
            r#"{ country(code: "ZZ") { code } }"#,
            "code is \"ZZ\", which is no CountryCode: it takes an ISO 3166-1 alpha-2",
        ),
        ("{ country(code: LV) { code } }", "code is LV, which is no CountryCode"),
        (r#"{ agreements(asOf: "2017-02-30") { totalCount } }"#, "a day of the calendar"),
        (r#"{ agreements(filter: { countries: ["LV", "ZZ"] }) { totalCount } }"#, "filter.countries[1] is \"ZZ\""),
        (r#"query ($v: CountryCode = "ZZ") { country(code: $v) { code } }"#, "$v is \"ZZ\""),
        ("{ log(minPosition: -1) { position } }", "a whole number from 0"),
        ("{ countries(first: 2147483648) { totalCount } }", "first is 2147483648, which is no Int"),
        ("{ agreements(basis: RECORDET) { totalCount } }", "did you mean `RECORDED`?"),
        (r#"{ agreements(basis: "RECORDED") { totalCount } }"#, "which is no KnowledgeBasis"),
        ("{ agreements(filter: { instrumnt: 1 }) { totalCount } }", "did you mean `instrument`?"),
        ("{ agreements(filter: { certainty: null }) { totalCount } }", "may not be null"),
        (r#"{ __typename @include(if: "yes") }"#, "if is \"yes\", which is no Boolean"),
    ];
    for (query, words) in cases {
        says(&server, query, json!({}), "BAD_USER_INPUT", words).await;
        assert_eq!(refused(&server, query, json!({})).await.len(), 1, "a wrong value is told once: {query}");
    }
    let invalid = [
        ("{ agreements(filter: { instrument: \"rdp\", instrument: \"rdp\" }) { totalCount } }", "instrument twice"),
        (
            "query ($v: CountryCode) { agreements(filter: { countries: [$v] }) { totalCount } }",
            "declared as CountryCode",
        ),
        ("query ($v: String!) { country(code: $v) { code } }", "stands where CountryCode! is taken"),
        ("query ($v: Int = null) { __typename @skip(if: $v) }", "stands where Boolean! is taken"),
        (
            "mutation ($v: AmendedInput) { recordMilestone(input: { agreementId: \"rdp/LV\", commandId: \"018f4f5e-7a3b-7c1d-8e2f-0123456789ab\", milestone: { amended: $v }, sources: [] }) { __typename } }",
            "declare it with !",
        ),
    ];
    for (query, words) in invalid {
        says(&server, query, json!({}), "GRAPHQL_VALIDATION_FAILED", words).await;
        assert_eq!(refused(&server, query, json!({})).await.len(), 1, "{query}");
    }
    database.drop().await;
}

#[tokio::test]
async fn variables_that_do_not_fit_are_refused_before_anything_runs() {
    let (database, server) = server().await;
    let code = "query ($v: CountryCode!) { country(code: $v) { code } }";
    let filter = "query ($v: AgreementFilter) { agreements(filter: $v) { totalCount } }";
    let first = "query ($v: Int) { countries(first: $v) { totalCount } }";
    let cases = [
        (code, json!({}), "the variable $v is missing; its type is CountryCode!"),
        (code, json!({ "v": null }), "$v may not be null"),
        (code, json!({ "v": "ZZ" }), "alpha-2 code of a country"),
        (first, json!({ "v": 2_147_483_648_i64 }), "from -2147483648 to 2147483647"),
        (first, json!({ "v": [1] }), "$v is a list, which is no Int"),
        (filter, json!({ "v": { "countries": ["LV", null] } }), "$v.countries[1] may not be null"),
        (filter, json!({ "v": { "certainty": "CERTAINN" } }), "did you mean `CERTAIN`"),
        (filter, json!({ "v": { "nothing": 1 } }), "AgreementFilter has no field nothing"),
        (filter, json!({ "v": "rdp" }), "$v is not an object"),
    ];
    for (query, variables, words) in cases {
        says(&server, query, variables, "BAD_USER_INPUT", words).await;
    }
    let seen = "mutation ($v: MilestoneInput!) { recordMilestone(input: { agreementId: \"rdp/LV\", commandId: \"018f4f5e-7a3b-7c1d-8e2f-0123456789ab\", milestone: $v, sources: [] }) { __typename } }";
    says(&server, seen, json!({ "v": {} }), "BAD_USER_INPUT", "exactly one of its fields, not 0").await;
    // One value stands for a list of one, and what is not asked for is no fault.
    let fits = json!({ "v": { "countries": "LV" }, "unused": 1 });
    assert!(server.ask_with(filter, fits).await["agreements"]["totalCount"].is_number());
    let skipped = server.ask_with("query ($v: Boolean!) { __typename @skip(if: $v) }", json!({ "v": true })).await;
    assert_eq!(skipped, json!({}));
    database.drop().await;
}

#[tokio::test]
async fn what_asks_too_much_is_told_the_limit_and_how_much_it_was() {
    let (database, server) = server().await;
    let times = |count: usize, make: &dyn Fn(usize) -> String| (0..count).map(make).collect::<Vec<_>>().join(" ");
    let aliases = format!("{{ log {{ {} }} }}", times(31, &|at| format!("a{at}: position")));
    let deep = "{ milestones { nodes { agreement { milestones { nodes { agreement { milestones { nodes { agreement { milestones { totalCount } } } } } } } } } } }";
    let cases = [
        (aliases, "aliases: 31; the limit is 30"),
        (format!("{{ {} }}", "__typename ".repeat(21)), "root fields: 21; the limit is 20"),
        (format!("{{ log {{ {} }} }}", "position ".repeat(1_000)), "fields: 1001; the limit is 1000"),
        (format!("{{ log {{ {} }} }}", "position @skip(if: false) ".repeat(51)), "directives: 51; the limit is 50"),
        (deep.to_owned(), "depth of 11; the limit is 10"),
        (
            "{ agreements(first: 100) { nodes { milestones(first: 100) { totalCount } } } }".to_owned(),
            "costs 10100; the limit is 5000; `agreements` makes 10100 of it, and fits with `first: 49`",
        ),
        // What is read whole for any page costs for that too.
        (
            "{ lateness(groupBy: SOURCE, first: 100) { nodes { tellings(first: 100) { totalCount } } } }".to_owned(),
            "costs 10300; the limit is 5000",
        ),
        (
            format!("{{ contradictions(first: 100) {{ nodes {{ {} }} }} }}", "summary ".repeat(60)),
            "costs 6150; the limit is 5000",
        ),
        (
            "{ diff(from: {}, to: {}, first: 100) { nodes { agreement { milestones(first: 100) { totalCount } } } } }"
                .to_owned(),
            "costs 10250; the limit is 5000",
        ),
    ];
    for (query, words) in cases {
        says(&server, &query, json!({}), "QUERY_TOO_COMPLEX", words).await;
    }
    // The cost depends on the variables, also for a document that is known.
    let paged = "query ($n: Int = 3) { agreements(first: $n) { nodes { milestones(first: 100) { totalCount } } } }";
    server.ask(paged).await;
    says(&server, paged, json!({ "n": 100 }), "QUERY_TOO_COMPLEX", "costs 10100").await;
    let lists = "{ __schema { types { fields { type { fields { type { fields { name } } } } } } } }";
    says(&server, lists, json!({}), "QUERY_TOO_COMPLEX", "lists in lists").await;
    database.drop().await;
}

#[tokio::test]
async fn fragments_that_multiply_or_go_round_are_refused_at_once() {
    let (database, server) = server().await;
    let chain = |count: usize, link: &dyn Fn(usize) -> String| {
        let fragments = (0..count).map(|at| format!("fragment F{at} on Query {{ {} }}", link(at + 1)));
        let all = fragments.collect::<Vec<_>>().join(" ");
        format!("{{ ...F0 }} {all} fragment F{count} on Query {{ __typename }}")
    };
    let cases = [
        (chain(30, &|next| format!("...F{next} ...F{next}")), "QUERY_TOO_COMPLEX"),
        (chain(400, &|next| format!("...F{next}")), "QUERY_TOO_COMPLEX"),
        (chain(5_000, &|next| format!("...F{next}")), "QUERY_TOO_COMPLEX"),
        (
            "{ ...F } fragment F on Query { ...G ...G } fragment G on Query { ...F ...F }".to_owned(),
            "GRAPHQL_VALIDATION_FAILED",
        ),
    ];
    for (query, code) in cases {
        let began = Instant::now();
        says(&server, &query, json!({}), code, "").await;
        assert!(began.elapsed() < Duration::from_secs(2), "{:?}: {}", began.elapsed(), &query[..60]);
    }
    database.drop().await;
}

#[tokio::test]
async fn an_unclosed_string_hides_no_brackets_from_the_limit() {
    let (database, server) = server().await;
    let lists = "[".repeat(600) + &"]".repeat(600);
    let quotes = format!("{{ log{{position}} agreement(id: [\"\"\"\" {lists} ]) {{ id }} }}");
    says(&server, &quotes, json!({}), "GRAPHQL_PARSE_FAILED", "a string is not closed").await;
    let comment = format!("# \" it's \"\"\"\n{{ agreement(id: {lists}) {{ id }} }}");
    says(&server, &comment, json!({}), "QUERY_TOO_COMPLEX", "nests deeper than 64").await;
    let lists = "[".repeat(62) + &"]".repeat(62);
    let deep = format!("{{ agreement(id: {lists}) {{ id }} }}");
    says(&server, &deep, json!({}), "BAD_USER_INPUT", "id is a list").await;
    assert_eq!(server.ask("{ __typename }").await, json!({ "__typename": "Query" }));
    database.drop().await;
}

#[tokio::test]
async fn a_subscription_listens_to_one_thing() {
    let (database, server) = server().await;
    let twice = "subscription { ...F b: milestoneRecorded { position } } fragment F on Subscription { milestoneRecorded { position } }";
    says(&server, twice, json!({}), "GRAPHQL_VALIDATION_FAILED", "one root field").await;
    database.drop().await;
}

#[tokio::test]
async fn the_usual_tools_may_ask_for_the_whole_schema() {
    let (database, server) = server().await;
    let of_type = (0..9).fold("kind name".to_owned(), |inner, _| format!("kind name ofType {{ {inner} }}"));
    let query = format!(
        "query IntrospectionQuery {{ __schema {{ description queryType {{ name kind }} mutationType {{ name kind }}
            subscriptionType {{ name kind }} types {{ ...FullType }}
            directives {{ name description isRepeatable locations args(includeDeprecated: true) {{ ...InputValue }} }} }} }}
        fragment FullType on __Type {{ kind name description specifiedByURL isOneOf
            fields(includeDeprecated: true) {{ name description args(includeDeprecated: true) {{ ...InputValue }}
                type {{ ...TypeRef }} isDeprecated deprecationReason }}
            inputFields(includeDeprecated: true) {{ ...InputValue }} interfaces {{ ...TypeRef }}
            enumValues(includeDeprecated: true) {{ name description isDeprecated deprecationReason }}
            possibleTypes {{ ...TypeRef }} }}
        fragment InputValue on __InputValue {{ name description type {{ ...TypeRef }} defaultValue isDeprecated deprecationReason }}
        fragment TypeRef on __Type {{ {of_type} }}"
    );
    let answer = server.ask(&query).await;
    assert!(answer["__schema"]["types"].as_array().unwrap().len() > 50);
    database.drop().await;
}

#[tokio::test]
async fn a_document_that_was_told_once_is_asked_by_its_hash() {
    for_each_server(async |served| {
        let url = format!("http://{}/graphql", served.address);
        let client = reqwest::Client::new();
        let ask =
            async |body: Value| client.post(&url).json(&body).send().await.unwrap().json::<Value>().await.unwrap();
        let query = "{ log { position } }";
        let hash = "a1a4b4dd1f8ff1d5f2ca0b0c1a3ff60a4e6a4bc2a3ba4a3a47cf6ba1c9d3a9ff";
        let persisted = |hash: &str| json!({ "persistedQuery": { "version": 1, "sha256Hash": hash } });
        let wrong = ask(json!({ "query": query, "extensions": persisted(hash) })).await;
        assert_eq!(wrong["errors"][0]["extensions"]["code"], "BAD_REQUEST");
        let hash = hex::encode(sha2::Sha256::digest(query));
        let unknown = ask(json!({ "extensions": persisted(&hash) })).await;
        assert_eq!(unknown["errors"][0]["extensions"]["code"], "PERSISTED_QUERY_NOT_FOUND");
        let told = ask(json!({ "query": query, "extensions": persisted(&hash) })).await;
        let asked = ask(json!({ "extensions": persisted(&hash) })).await;
        assert_eq!((&told["data"]["log"]["position"], &asked), (&json!(623), &told));
        // By GET too, where an answer can be kept.
        let extensions = persisted(&hash).to_string();
        let got = client.get(url::Url::parse_with_params(&url, [("extensions", &extensions)]).unwrap());
        assert_eq!(got.send().await.unwrap().json::<Value>().await.unwrap(), told);
        // What is refused is not kept.
        let hash = hex::encode(sha2::Sha256::digest("{ wrong }"));
        ask(json!({ "query": "{ wrong }", "extensions": persisted(&hash) })).await;
        let unknown = ask(json!({ "extensions": persisted(&hash) })).await;
        assert_eq!(unknown["errors"][0]["extensions"]["code"], "PERSISTED_QUERY_NOT_FOUND");
    })
    .await;
}

/// The executor gives fields as they are ready: what comes from memory before what was loaded.
#[tokio::test]
async fn an_answer_has_its_fields_in_the_order_in_which_they_were_asked_for() {
    for_each_server(async |served| {
        let query = "query($all: Boolean!) {
            b: agreements(first: 2) { nodes { ...Rest id } totalCount }
            log { position }
            a: country(code: \"LV\") { agreements { milestones(first: 1) { nodes { summary id } } id } name code }
            c: country(code: \"LV\") { ... on Country @include(if: $all) { name } ...Code }
            __typename
        }
        fragment Rest on Agreement { milestones(first: 1) { totalCount nodes { detail { __typename } kind } } version }
        fragment Code on Country { code name }";
        let mut bytes = Vec::new();
        for _ in 0..3 {
            let body = json!({ "query": query, "variables": { "all": false } });
            let answer =
                reqwest::Client::new().post(format!("http://{}/graphql", served.address)).json(&body).send().await;
            let text = answer.unwrap().text().await.unwrap();
            let place = |key: &str| text.find(&format!("\"{key}\":")).unwrap_or_else(|| panic!("{key}: {text}"));
            let order = [
                "b",
                "nodes",
                "milestones",
                "detail",
                "kind",
                "version",
                "log",
                "a",
                "summary",
                "c",
                "__typename\":\"Query",
            ];
            let places: Vec<usize> = order
                .iter()
                .map(|key| match key.strip_prefix("__typename") {
                    Some(_) => text.rfind("\"__typename\":").unwrap(),
                    None => place(key),
                })
                .collect();
            assert!(places.is_sorted(), "{places:?} {text}");
            assert!(text.contains("\"c\":{\"code\":\"LV\",\"name\":\"Latvia\"}"), "{text}");
            bytes.push(text);
            // Cold again.
            served
                .behind
                .tracker
                .execute(vec![testkit::facts::note(&format!("note {}", bytes.len()), "rdp/AT")])
                .await
                .unwrap()
                .clear();
        }
    })
    .await;
}

#[tokio::test]
async fn an_operator_sets_the_limits_and_switches_introspection_off() {
    let database = Database::sqlite();
    let options = ["--limit-introspection-nodes", "0", "--limit-aliases", "1", "--limit-complexity", "100"];
    let program = testkit::programs::Program::serve(&database.url(), testkit::programs::free_port(), &options);
    let url = format!("http://{}/graphql", program.address);
    let client = reqwest::Client::new();
    let ask = async |query: &str| {
        let body = json!({ "query": query });
        client.post(&url).json(&body).send().await.unwrap().json::<Value>().await.unwrap()
    };
    let refused = ask("{ __schema { types { name } } }").await;
    assert!(refused["errors"][0]["message"].as_str().unwrap().contains("introspection is switched off"), "{refused}");
    let refused = ask("{ country(code: \"LV\") { nam } }").await;
    assert!(!refused["errors"][0]["message"].as_str().unwrap().contains("did you mean"), "{refused}");
    for (query, code) in [
        ("{ a: log { position } }", Value::Null),
        ("{ a: log { position } b: log { position } }", json!("QUERY_TOO_COMPLEX")),
        ("{ countries(first: 100) { nodes { code } } }", json!("QUERY_TOO_COMPLEX")),
        ("{ __typename }", Value::Null),
    ] {
        assert_eq!(ask(query).await["errors"][0]["extensions"]["code"], code, "{query}");
    }
}
