//! What is answered of a time by which the log had recorded nothing? Never a certain "no".

use depositary::answers::{Answers, Ask, AskError};
use depositary::projections::knowledge::Basis;
use serde_json::{Value, json};
use testkit::databases::for_each_database;
use testkit::facts::{NOW, Process, instruments};
use testkit::places::Place;
use testkit::serving::{Served, for_each_server};

/// An instant before everything in a seeded log.
const BEFORE: &str = "2020-01-01T00:00:00Z";

/// What a refusal has to say: when the log begins, and what to ask instead.
const SAYS: [&str; 2] = ["this log begins at 2026-11-24T12:00:00.000000Z", "basis PUBLISHED"];

fn says(message: &str) -> bool {
    SAYS.iter().all(|part| message.contains(part))
}

#[tokio::test]
async fn knowledge_before_the_log_is_refused_by_graphql_with_its_code_and_when_the_log_begins() {
    let at = format!("knownAt: \"{BEFORE}\"");
    let queries = [
        format!("{{ country(code: \"LV\") {{ status(instrument: \"rdp\", {at}) {{ headline }} }} }}"),
        format!("{{ agreement(id: \"rdp/LV\", {at}) {{ status {{ headline }} }} }}"),
        format!("{{ agreement(id: \"rdp/LV\") {{ status({at}) {{ headline }} }} }}"),
        format!("{{ agreement(id: \"rdp/LV\") {{ periods({at}) {{ from }} }} }}"),
        format!("{{ agreement(id: \"rdp/LV\") {{ milestones({at}) {{ totalCount }} }} }}"),
        format!("{{ agreements({at}) {{ totalCount }} }}"),
        format!("{{ stalled({at}) {{ totalCount }} }}"),
        format!("{{ milestones({at}) {{ totalCount }} }}"),
        format!("{{ durations(instrument: \"rdp\", from: SIGNED, to: LISTED, {at}) {{ __typename }} }}"),
        format!("{{ limits(instrument: \"rdp\", {at}) {{ __typename }} }}"),
        format!("{{ deadlines({at}) {{ totalCount }} }}"),
        format!("{{ lateness(groupBy: COUNTRY, {at}) {{ totalCount }} }}"),
        format!("{{ contradictions({at}) {{ totalCount }} }}"),
        format!("{{ coverage({at}) {{ totalCount }} }}"),
        format!("{{ figures({at}) {{ totalCount }} }}"),
        format!("{{ diff(from: {{ {at} }}, to: {{}}) {{ totalCount }} }}"),
        format!("{{ diff(from: {{}}, to: {{ {at} }}) {{ totalCount }} }}"),
    ];
    for_each_server(async |server| {
        for query in &queries {
            let answer = server.raw(query, json!({})).await;
            let error = &answer["errors"][0];
            assert_eq!(error["extensions"]["code"], "KNOWLEDGE_BEFORE_LOG", "{query}: {answer}");
            assert!(error["message"].as_str().is_some_and(says), "{query}: {answer}");
            let published = server.raw(&query.replace(&at, &format!("{at}, basis: PUBLISHED")), json!({})).await;
            assert_eq!(published["errors"], Value::Null, "{query}: {published}");
        }
    })
    .await;
}

#[tokio::test]
async fn knowledge_before_the_log_is_refused_at_every_plain_url_that_takes_an_instant() {
    for_each_server(async |server| {
        let document: Value = serde_json::from_str(&server.get("/v1/openapi.json").await.1).unwrap();
        let mut asked = 0;
        for (path, methods) in document["paths"].as_object().unwrap() {
            let parameters = methods["get"]["parameters"].as_array().into_iter().flatten();
            let followed = |parameter: &Value| {
                let reference = parameter["$ref"].as_str();
                let whole = reference.map_or(parameter, |reference| document.pointer(&reference[1..]).unwrap());
                whole["name"].as_str().unwrap().to_owned()
            };
            let known = parameters.map(followed).filter(|name| name.ends_with("nownAt"));
            for name in known {
                asked += 1;
                let path = path.replace("{country}", "LV").replace("{instrument}", "rdp");
                let answer = server.send(reqwest::Method::GET, &format!("{path}?{name}={BEFORE}"), "*/*").await;
                let error = answer.json()["error"].take();
                assert_eq!((answer.status, &error["code"]), (400, &json!("KNOWLEDGE_BEFORE_LOG")), "{path}: {error}");
                assert_eq!(error["field"], name.as_str(), "{path}: {error}");
                assert!(error["message"].as_str().is_some_and(says), "{path}: {error}");
            }
        }
        assert!(asked >= 10, "{asked}");
    })
    .await;
}

#[test]
fn knowledge_before_the_log_is_refused_at_the_terminal() {
    let place = Place::seeded();
    for command in [
        &["status", "LV"][..],
        &["timeline", "LV"],
        &["agreements"],
        &["stalled"],
        &["durations"],
        &["limits"],
        &["deadlines"],
        &["lateness"],
        &["contradictions"],
        &["coverage"],
        &["figures"],
    ] {
        let refused = place.run(&[command, &["--known-at", BEFORE]].concat());
        assert_eq!((refused.code, refused.out.as_str()), (2, ""), "{command:?}: {}", refused.err);
        assert!(refused.err.contains("this log begins at") && refused.err.contains("PUBLISHED"), "{}", refused.err);
    }
}

#[tokio::test]
async fn an_empty_log_says_that_it_is_empty_and_not_that_there_is_no_agreement() {
    for_each_database(async |store| {
        let served = Served::empty(store, false).await;
        let query = format!("{{ agreement(id: \"rdp/LV\", knownAt: \"{NOW}\") {{ status {{ headline }} }} agreements(knownAt: \"{NOW}\") {{ totalCount }} }}");
        let answer = served.raw(&query, json!({})).await;
        let error = &answer["errors"][0];
        assert_eq!(error["extensions"]["code"], "KNOWLEDGE_BEFORE_LOG", "{answer}");
        assert!(error["message"].as_str().is_some_and(|told| told.contains("this log is empty")), "{answer}");
        for (query, path) in [
            ("{ country(code: \"LV\") { status(instrument: \"rdp\") { headline } } }", "/v1/status/LV"),
            (
                "{ country(code: \"LV\") { status(instrument: \"rdp\", basis: PUBLISHED) { headline } } }",
                "/v1/status/LV?basis=published",
            ),
        ] {
            let answer = served.raw(query, json!({})).await;
            assert_eq!(answer["errors"][0]["extensions"]["code"], "KNOWLEDGE_BEFORE_LOG", "{answer}");
            let (code, body) = served.get(path).await;
            assert!(code == 400 && body.contains("this log is empty"), "{code} {body}");
        }
    })
    .await;
}

#[tokio::test]
async fn the_first_instant_of_the_log_finds_its_facts_however_a_client_cuts_it() {
    for_each_database(async |store| {
        let process = Process::seeded(store).await;
        let answers = Answers::new(process.reader.clone(), instruments(), process.clock.clone());
        let ask = async |known_at: &str| {
            let known_at = Some(known_at.parse().unwrap());
            answers.pin(&Ask { known_at, basis: Basis::Recorded, ..Ask::default() }, answers.position()).await
        };
        for whole in [NOW, "2026-11-24T12:00:00.000Z", "2026-11-24T12:00:00.000000Z"] {
            assert_eq!(ask(whole).await.unwrap().knowledge.position, answers.position(), "{whole}");
        }
        let just_before = ask("2026-11-24T11:59:59.999999Z").await;
        assert!(matches!(just_before, Err(AskError::KnowledgeBeforeLog { .. })), "{just_before:?}");
    })
    .await;
}

#[tokio::test]
async fn position_0_is_before_the_log_wherever_a_position_is_asked_for() {
    for_each_server(async |server| {
        for query in [
            "{ country(code: \"LV\") { status(instrument: \"rdp\", atPosition: 0) { headline } } }",
            "{ agreements(atPosition: 0) { totalCount } }",
            "{ diff(from: { atPosition: 0 }, to: {}) { totalCount } }",
        ] {
            let answer = server.raw(query, json!({})).await;
            assert_eq!(answer["errors"][0]["extensions"]["code"], "KNOWLEDGE_BEFORE_LOG", "{query}: {answer}");
        }
        for path in ["/v1/status/LV", "/v1/timeline/LV", "/v1/agreements", "/v1/stalled", "/v1/milestones"] {
            let answer = server.send(reqwest::Method::GET, &format!("{path}?atPosition=0"), "*/*").await;
            let error = answer.json()["error"].take();
            let told = (answer.status, &error["code"], &error["field"]);
            assert_eq!(told, (400, &json!("KNOWLEDGE_BEFORE_LOG"), &json!("atPosition")), "{path}: {error}");
        }
    })
    .await;
    let place = Place::seeded();
    let refused = place.run(&["status", "LV", "--at-position", "0"]);
    assert!(refused.code == 2 && refused.err.contains("position 1 or later"), "{}", refused.err);
}
