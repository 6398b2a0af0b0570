//! Does a token let through whom it should, nobody else, and only as long as it holds?

use std::time::Duration;

use depositary::access::Role;
use depositary::domain::ids::Actor;
use futures_util::StreamExt;
use serde_json::{Value, json};
use testkit::databases::{Database, for_each_database};
use testkit::mutations::{fresh, input, milestone, sources};
use testkit::programs::{Program, free_port};
use testkit::serving::{NOW, Served, for_each_server};
use testkit::sockets::{Heard, Socket};

/// A valid input of each mutation, by its name.
fn inputs() -> Vec<(&'static str, Value)> {
    let id = fresh();
    let noted = milestone("noted", "2010", json!({}));
    let source = &sources()[0];
    let webhook = format!("webhook/{id}");
    vec![
        ("openAgreement", input("rdp/RO", json!({}))),
        ("recordMilestone", input("rdp/LV", json!({ "milestone": noted, "sources": sources() }))),
        (
            "recordMilestones",
            json!({ "commandId": id, "milestones": [{ "agreementId": "rdp/LV", "milestone": noted, "sources": sources() }] }),
        ),
        (
            "refineDate",
            input(
                "rdp/LV",
                json!({ "milestoneId": id, "occurred": "2010", "evidence": "STATED", "sources": sources() }),
            ),
        ),
        (
            "correctMilestone",
            input("rdp/LV", json!({ "milestoneId": id, "milestone": noted, "sources": sources(), "why": "." })),
        ),
        ("retractMilestone", input("rdp/LV", json!({ "milestoneId": id, "why": "." }))),
        ("addSource", input("rdp/LV", json!({ "milestoneId": id, "source": source }))),
        ("recordFigure", json!({ "commandId": id, "figure": testkit::figures::input("27"), "sources": sources() })),
        (
            "correctFigure",
            json!({ "commandId": id, "figureId": id, "figure": testkit::figures::input("27"), "sources": sources(), "why": "." }),
        ),
        ("retractFigure", json!({ "commandId": id, "figureId": id, "why": "." })),
        ("acknowledgeAlert", json!({ "alertId": "0".repeat(32), "commandId": id })),
        ("silenceAlert", json!({ "alertId": "0".repeat(32), "commandId": id, "why": ".", "until": "2026-12-31" })),
        ("resolveAlert", json!({ "alertId": "0".repeat(32), "commandId": id, "why": "." })),
        ("acceptInboxItem", json!({ "number": "2024-03705", "contentHash": "" })),
        ("dismissInboxItem", json!({ "number": "2024-03705", "contentHash": "", "reason": "OTHER" })),
        ("snoozeInboxItem", json!({ "number": "2024-03705", "contentHash": "", "until": "2026-12-31" })),
        ("reopenInboxItem", json!({ "number": "2024-03705", "contentHash": "" })),
        ("addWebhook", json!({ "url": "https://example.org/hook", "topics": ["MILESTONES"] })),
        ("rotateWebhookSecret", json!({ "webhookId": webhook })),
        ("disableWebhook", json!({ "webhookId": webhook })),
        ("removeWebhook", json!({ "webhookId": webhook })),
        ("replayWebhook", json!({ "webhookId": webhook, "from": 1 })),
        ("testWebhook", json!({ "webhookId": webhook })),
    ]
}

#[tokio::test]
async fn every_mutation_that_there_is_needs_a_token_of_its_role() {
    for_each_server(async |served| {
        let reader = served.token(Role::Reader, "only-reads").await;
        let recorder = served.token(Role::Recorder, "records").await;
        let administrator = served.token(Role::Administrator, "does-all").await;
        let fields = served.ask("{ __schema { mutationType { fields { name } } } }").await;
        let fields = fields["__schema"]["mutationType"]["fields"].as_array().unwrap().clone();
        let mut tried: Vec<&str> = inputs().iter().map(|(name, _)| *name).collect();
        let mut there: Vec<&str> = fields.iter().map(|field| field["name"].as_str().unwrap()).collect();
        tried.sort_unstable();
        there.sort_unstable();
        assert_eq!(tried, there, "a mutation is not tried here");
        let before = served.ask("{ log { position } }").await;
        for (name, input) in inputs() {
            let kind = format!("{}{}Input", name[..1].to_uppercase(), &name[1..]);
            let query = format!("mutation($input: {kind}!) {{ {name}(input: $input) {{ refusal {{ code }} }} }}");
            let mut refused = vec![("", "UNAUTHENTICATED"), (reader.as_str(), "FORBIDDEN")];
            if name.contains("Webhook") {
                refused.push((recorder.as_str(), "FORBIDDEN"));
            }
            for (token, code) in refused {
                let answer = served.raw_as(token, &query, json!({ "input": input })).await;
                assert_eq!(answer["errors"][0]["extensions"]["code"], code, "{name}: {answer}");
                assert_eq!(answer["data"], Value::Null);
            }
        }
        assert_eq!(served.ask("{ log { position } }").await, before);
        let (name, input) = &inputs()[0];
        let query =
            format!("mutation($input: OpenAgreementInput!) {{ {name}(input: $input) {{ refusal {{ code }} }} }}");
        let opened = served.ask_as(&administrator, &query, json!({ "input": input })).await;
        assert_eq!(opened["openAgreement"]["refusal"], Value::Null);
    })
    .await;
}

#[tokio::test]
async fn a_token_that_is_wrong_expired_or_revoked_is_refused_also_where_none_is_needed() {
    for_each_server(async |served| {
        let revoked = served.token(Role::Recorder, "revoked").await;
        let expiring = NOW.parse::<chrono::DateTime<chrono::Utc>>().unwrap() + chrono::TimeDelta::hours(1);
        let access = &served.behind.access;
        let expired =
            access.create(Actor::parse("expired").unwrap(), Role::Recorder, Some(expiring)).await.unwrap().reveal();
        let ask = async |token: &str| served.raw_as(token, "{ log { position } }", json!({})).await;
        for token in [&revoked, &expired] {
            assert_eq!(ask(token).await.get("errors"), None);
        }
        access.revoke(&Actor::parse("revoked").unwrap()).await.unwrap();
        served.clock.set(expiring);
        let other = revoked.replace("revoked", "nobody");
        let (name, secret) = expired.rsplit_once('_').unwrap();
        let turned = format!("{name}_{}", secret.chars().rev().collect::<String>());
        for token in [revoked.as_str(), &expired, &other, &turned, "abc", "depositary_x_00"] {
            let answer = ask(token).await;
            assert_eq!(answer["errors"][0]["extensions"]["code"], "UNAUTHENTICATED", "{answer}");
            assert!(answer.get("data").is_none());
        }
        let basic = reqwest::Client::new().get(format!("http://{}/graphql?query=%7B__typename%7D", served.address));
        let basic = basic.basic_auth("someone", Some("something")).send().await.unwrap();
        assert_eq!((basic.status().as_u16(), basic.headers()["www-authenticate"].to_str().unwrap()), (401, "Bearer"));
    })
    .await;
}

#[tokio::test]
async fn a_token_that_is_revoked_ends_what_was_opened_with_it() {
    for_each_server(async |served| {
        let token = served.token(Role::Reader, "listens").await;
        let mut socket = Socket::introduced(served.address, &token).await.unwrap();
        socket.subscribe("1", "subscription { milestoneRecorded { position } }", json!({})).await;
        let client = reqwest::Client::new().post(format!("http://{}/graphql", served.address)).bearer_auth(&token);
        let query = json!({ "query": "subscription { milestoneRecorded { position } }" });
        let events = client.header("accept", "text/event-stream").json(&query).send().await.unwrap();
        let mut anyone = Socket::introduced(served.address, "").await.unwrap();
        let recorder = served.token(Role::Recorder, "writes").await;
        let mut writing = Socket::introduced(served.address, &recorder).await.unwrap();
        assert!(tokio::time::timeout(Duration::from_millis(1_500), socket.hear()).await.is_err(), "it holds as yet");
        // Revoked by another process, which this one hears of from the database alone.
        let elsewhere = served.behind.answers.reader().store().clone();
        let elsewhere = depositary::access::Access::new(elsewhere, served.clock.clone(), false);
        elsewhere.revoke(&Actor::parse("listens").unwrap()).await.unwrap();
        elsewhere.revoke(&Actor::parse("writes").unwrap()).await.unwrap();
        tokio::time::sleep(depositary::access::FRESH).await;
        let query = "mutation($input: OpenAgreementInput!) { openAgreement(input: $input) { position } }";
        writing.subscribe("1", query, json!({ "input": input("rdp/RO", json!({})) })).await;
        let refused = tokio::time::timeout(Duration::from_secs(2), writing.hear()).await.unwrap();
        assert!(
            matches!(&refused, Heard::Message(message) if message["type"] == "error") || refused == Heard::Closed(4403),
            "{refused:?}"
        );
        let ended = tokio::time::timeout(Duration::from_millis(1_500), socket.hear()).await.unwrap();
        assert_eq!(ended, Heard::Closed(4403));
        let rest: Vec<_> =
            events.bytes_stream().map(|part| String::from_utf8(part.unwrap().to_vec()).unwrap()).collect().await;
        let rest = rest.concat();
        assert!(rest.contains("UNAUTHENTICATED") && rest.ends_with("event: complete\ndata:\n\n"), "{rest}");
        assert!(Socket::introduced(served.address, &token).await.is_none());
        assert!(tokio::time::timeout(Duration::from_millis(100), anyone.hear()).await.is_err(), "nobody else is ended");
    })
    .await;
}

#[tokio::test]
async fn under_private_nothing_is_told_to_whoever_has_no_token() {
    for_each_database(async |store| {
        let served = Served::empty(store, true).await;
        let token = served.token(Role::Reader, "only-reads").await;
        let paths =
            ["/graphql?query=%7Blog%7Bposition%7D%7D", "/graphql", "/v1/agreements", "/v1/feed.atom", "/nothing-here"];
        for path in paths {
            let (status, body) = served.get(path).await;
            assert_eq!(status, 401, "{path}");
            assert!(body.contains("UNAUTHENTICATED"), "{body}");
        }
        let listening = reqwest::Client::new()
            .get(format!("http://{}/graphql?query=subscription%7BmilestoneRecorded%7Bposition%7D%7D", served.address));
        assert_eq!(listening.header("accept", "text/event-stream").send().await.unwrap().status(), 401);
        assert_eq!((served.get("/livez").await.0, served.get("/readyz").await.0), (200, 200));
        assert!(served.raw("{ __schema { types { name } } }", json!({})).await.get("data").is_none());
        let mut socket = Socket::open(served.address).await.unwrap();
        socket.say(json!({ "type": "connection_init" })).await;
        assert_eq!(socket.hear().await, Heard::Closed(4403));
        assert_eq!(served.ask_as(&token, "{ log { position } }", json!({})).await["log"]["position"], 0);
        let mut socket = Socket::introduced(served.address, &token).await.unwrap();
        socket.subscribe("1", "{ log { position } }", json!({})).await;
        assert_eq!(socket.next().await["log"]["position"], 0);
    })
    .await;
}

/// Everything is logged, and the secret is looked for in it.
#[tokio::test]
async fn no_secret_is_in_a_log_or_an_error() {
    for database in Database::each().await {
        let served = Served::empty(database.store().await, false).await;
        let token = served.token(Role::Recorder, "press-desk").await;
        let secret = token.rsplit_once('_').unwrap().1.to_owned();
        let program = Program::serve(
            &database.url(),
            free_port(),
            &["--no-seed", "--private", "--log", "trace,tungstenite::protocol=trace,hyper=trace"],
        );
        let client = reqwest::Client::new();
        let url = format!("http://{}/graphql", program.address);
        let mutation = json!({
            "query": "mutation($input: OpenAgreementInput!) { openAgreement(input: $input) { events { actor } refusal { code } } }",
            "variables": { "input": input("rdp/RO", json!({})) },
        });
        let mut answers = Vec::new();
        for shown in [token.clone(), format!("{token}0"), secret.clone()] {
            for body in [&mutation, &json!({ "query": "{ wrong }" })] {
                let answer = client.post(&url).bearer_auth(&shown).json(body).send().await.unwrap();
                answers.push(answer.text().await.unwrap());
            }
        }
        assert!(answers[0].contains("press-desk"), "{answers:?}");
        let mut socket = Socket::introduced(program.address, &token).await.unwrap();
        socket.subscribe("1", "subscription { milestoneRecorded(after: 0) { wrong } }", json!({})).await;
        assert!(matches!(socket.hear().await, Heard::Message(_)));
        let said = program.said().join("\n");
        assert!(said.contains("DEBUG") && said.len() > 2_000, "too little was logged to prove anything: {said}");
        assert!(!said.contains(&secret) && !answers.concat().contains(&secret));
        drop(program);
        database.drop().await;
    }
}
