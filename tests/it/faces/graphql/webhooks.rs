//! Can an administrator manage endpoints by GraphQL, and nobody else see them?

use depositary::access::Role;
use depositary::clock::Clock;
use depositary::faces::behind::Behind;
use depositary::work::delivery::addresses::Rules;
use depositary::work::delivery::{Courier, Webhooks, by_the_system};
use serde_json::{Value, json};
use testkit::databases::for_each_database;
use testkit::receivers::{Manner, Receiver};
use testkit::serving::{Served, for_each_server};

const ADD: &str = "mutation($input: AddWebhookInput!) { addWebhook(input: $input) {
    secret refusal { code field message }
    webhook { id url topics instruments countries kinds rules position lag waiting createdAt disabledAt failingSince }
} }";

#[tokio::test]
async fn an_endpoint_is_added_listed_and_asked_for_by_its_id_by_administrators_alone() {
    for_each_server(async |served| {
        let administrator = served.token(Role::Administrator, "admin").await;
        let input = json!({
            "url": "https://example.org/hook", "topics": ["STATUSES", "MILESTONES", "STATUSES"], "instruments": ["rdp"],
            "countries": ["KR"], "kinds": ["SIGNED"], "rules": ["stalled"], "after": 500,
        });
        let added = served.ask_as(&administrator, ADD, json!({ "input": input })).await["addWebhook"].take();
        assert_eq!(added["refusal"], Value::Null);
        let secret = added["secret"].as_str().unwrap();
        assert!(secret.starts_with("whsec_"));
        let webhook = &added["webhook"];
        assert_eq!(webhook["topics"], json!(["MILESTONES", "STATUSES"]));
        assert_eq!((&webhook["position"], &webhook["lag"], &webhook["waiting"]), (&json!(500), &json!(123), &json!(0)));
        let id = webhook["id"].as_str().unwrap();
        let list = "query($id: ID!) {
            webhooks(first: 10) { totalCount nodes { id url attempts(first: 5) { totalCount nodes { outcome } } } }
            node(id: $id) { id ... on Webhook { countries kinds rules disabledBy } }
        }";
        let all = served.ask_as(&administrator, list, json!({ "id": id })).await;
        assert_eq!(all["webhooks"]["totalCount"], 1);
        assert_eq!(all["webhooks"]["nodes"][0]["id"], id);
        let shown =
            json!({ "id": id, "countries": ["KR"], "kinds": ["SIGNED"], "rules": ["stalled"], "disabledBy": null });
        assert_eq!(all["node"], shown);
        assert!(!all.to_string().contains(secret));
        let recorder = served.token(Role::Recorder, "recorder").await;
        for (token, code) in [("", "UNAUTHENTICATED"), (recorder.as_str(), "FORBIDDEN")] {
            let refused = served.raw_as(token, "{ webhooks { totalCount } }", json!({})).await;
            assert_eq!(refused["errors"][0]["extensions"]["code"], code, "{refused}");
            let node = served.ask_as(token, "query($id: ID!) { node(id: $id) { id } }", json!({ "id": id })).await;
            assert_eq!(node, json!({ "node": null }));
        }
        for nobody in ["webhook/00000000-0000-0000-0000-000000000000", "webhook/KR", "webhook/"] {
            let node = served
                .raw_as(&administrator, "query($id: ID!) { node(id: $id) { id } }", json!({ "id": nobody }))
                .await;
            assert_eq!(node["data"]["node"], Value::Null);
        }
    })
    .await;
}

#[tokio::test]
async fn what_an_administrator_is_shown_is_kept_by_nobody_else() {
    for_each_server(async |served| {
        let administrator = served.token(Role::Administrator, "admin").await;
        let question = [("query", "{ webhooks(first: 10) { nodes { url } } }")];
        let url = url::Url::parse_with_params(&format!("http://{}/graphql", served.address), question).unwrap();
        let shown = reqwest::Client::new().get(url.clone()).bearer_auth(&administrator).send().await.unwrap();
        let header = |name: &str| shown.headers()[name].to_str().unwrap().to_owned();
        assert_eq!((shown.status().as_u16(), header("cache-control").as_str()), (200, "private, no-cache"));
        // Nor does the tag of what was shown open it.
        let anyone = reqwest::Client::new().get(url).header("if-none-match", header("etag")).send().await.unwrap();
        assert_eq!(anyone.status(), 200);
        let refused: Value = anyone.json().await.unwrap();
        assert_eq!(refused["errors"][0]["extensions"]["code"], "UNAUTHENTICATED");
    })
    .await;
}

#[tokio::test]
async fn what_cannot_be_is_refused_as_data_with_the_field_that_is_wrong() {
    for_each_server(async |served| {
        let administrator = served.token(Role::Administrator, "admin").await;
        let refused = async |input: Value| {
            let answer = served.ask_as(&administrator, ADD, json!({ "input": input })).await["addWebhook"].take();
            assert_eq!((&answer["webhook"], &answer["secret"]), (&Value::Null, &Value::Null), "{answer}");
            let text = |name: &str| answer["refusal"][name].as_str().unwrap_or_default().to_owned();
            (text("code"), text("field"))
        };
        let url = "https://example.org/hook";
        let cases = [
            (json!({ "url": "https://169.254.169.254/latest", "topics": ["ALERTS"] }), "WEBHOOK_URL", "url"),
            (json!({ "url": "http://example.org/", "topics": ["ALERTS"] }), "WEBHOOK_URL", "url"),
            (json!({ "url": url, "topics": [] }), "WEBHOOK_TOPICS", "topics"),
            (json!({ "url": url, "topics": ["ALERTS"], "instruments": ["nato"] }), "UNKNOWN_INSTRUMENT", "instruments"),
            (json!({ "url": url, "topics": ["ALERTS"], "instruments": ["N A"] }), "UNKNOWN_INSTRUMENT", "instruments"),
            (json!({ "url": url, "topics": ["ALERTS"], "rules": [""] }), "WEBHOOK_RULES", "rules"),
            (json!({ "url": url, "topics": ["ALERTS"], "after": 624 }), "POSITION_AHEAD", "after"),
        ];
        for (input, code, field) in cases {
            assert_eq!(refused(input.clone()).await, (code.to_owned(), field.to_owned()), "{input}");
        }
        let query = "mutation { a: disableWebhook(input: { webhookId: \"webhook/00000000-0000-0000-0000-000000000000\" }) {
            webhook { id } refusal { code field message } }
            b: rotateWebhookSecret(input: { webhookId: \"rdp/KR\", overlapHours: 721 }) { secret refusal { code field message } } }";
        let both = served.ask_as(&administrator, query, json!({})).await;
        let none = "there is no webhook `webhook/00000000-0000-0000-0000-000000000000`; `depositary webhooks list` shows them";
        for (name, message) in [("a", none), ("b", "`rdp/KR` is not a webhook's id; write webhook/ and its UUID")] {
            let unknown = json!({ "code": "WEBHOOK_UNKNOWN", "field": "webhookId", "message": message });
            assert_eq!(both[name]["refusal"], unknown);
        }
    })
    .await;
}

/// A server over the same log that may send to a receiver of this machine.
async fn served_for(served: &Served, receiver: &Receiver) -> Served {
    let rules = Rules::of(&["127.0.0.1/32".parse().unwrap()], &[receiver.address.port()]);
    let courier = Courier::new(rules, std::time::Duration::from_secs(5), &by_the_system(), Clock::system());
    let answers = &served.behind.answers;
    let webhooks = Webhooks::new(answers.clone(), courier, Clock::system(), "https://depositary.example".into());
    let store = answers.reader().store().clone();
    Served::with(store, Behind { webhooks, ..served.behind.clone() }, served.clock.clone()).await
}

#[tokio::test]
async fn an_endpoint_is_tested_rotated_disabled_and_replayed() {
    for_each_database(async |store| {
        let base = Served::start(store).await;
        let receiver = Receiver::start(Manner::Well).await;
        let served = served_for(&base, &receiver).await;
        let administrator = served.token(Role::Administrator, "admin").await;
        let ask = async |query: &str, variables: Value| served.ask_as(&administrator, query, variables).await;
        let input = json!({ "url": receiver.url(), "topics": ["MILESTONES"] });
        let added = ask(ADD, json!({ "input": input })).await["addWebhook"].take();
        let (id, first) = (added["webhook"]["id"].clone(), added["secret"].as_str().unwrap().to_owned());
        let variables = json!({ "input": { "webhookId": id } });
        let test = "mutation($input: TestWebhookInput!) { testWebhook(input: $input) {
            delivered attempt { outcome status topic number position tookMs } refusal { code } } }";
        let tested = ask(test, variables.clone()).await["testWebhook"].take();
        assert_eq!(tested["delivered"], true);
        assert_eq!((&tested["attempt"]["status"], &tested["attempt"]["topic"]), (&json!(204), &json!("TEST")));
        assert!(receiver.arrived()[0].is_signed_by(&first));
        let rotate = "mutation($input: RotateWebhookSecretInput!) { rotateWebhookSecret(input: $input) { secret refusal { code } } }";
        let second = ask(rotate, variables.clone()).await["rotateWebhookSecret"]["secret"].as_str().unwrap().to_owned();
        ask(test, variables.clone()).await;
        assert!(receiver.arrived()[1].is_signed_by(&first) && receiver.arrived()[1].is_signed_by(&second));
        let disable = "mutation($input: DisableWebhookInput!) { disableWebhook(input: $input) { webhook { disabledBy } } }";
        let disabled = ask(disable, variables.clone()).await;
        assert_eq!(disabled["disableWebhook"]["webhook"]["disabledBy"], "HAND");
        let refused = ask(test, variables).await["testWebhook"]["refusal"]["code"].take();
        assert_eq!(refused, "WEBHOOK_DISABLED");
        let replay = "mutation($input: ReplayWebhookInput!) { replayWebhook(input: $input) {
            refusal { code field message } webhook { disabledAt position lag attempts { nodes { outcome } } } } }";
        let ahead = ask(replay, json!({ "input": { "webhookId": id, "from": 900 } })).await["replayWebhook"].take();
        let message = "position 900 lies ahead of the log, whose last event is at 623";
        let refusal = json!({ "code": "POSITION_AHEAD", "field": "from", "message": message });
        assert_eq!((&ahead["refusal"], &ahead["webhook"]), (&refusal, &Value::Null));
        // The next event is where a replay may begin at the latest; and an id may be spelled as its UUID alone.
        let bare = id.as_str().unwrap().strip_prefix("webhook/").unwrap();
        let next = ask(replay, json!({ "input": { "webhookId": bare, "from": 624 } })).await["replayWebhook"].take();
        assert_eq!((&next["refusal"], &next["webhook"]["lag"]), (&Value::Null, &json!(0)));
        let replayed = ask(replay, json!({ "input": { "webhookId": id, "from": 500 } })).await;
        let attempts = json!({ "nodes": [{ "outcome": "DELIVERED" }, { "outcome": "DELIVERED" }] });
        let enabled = json!({ "disabledAt": null, "position": 499, "lag": 124, "attempts": attempts });
        assert_eq!(replayed["replayWebhook"]["webhook"], enabled);
        let remove = "mutation($input: RemoveWebhookInput!) { removeWebhook(input: $input) { webhookId refusal { code field } } }";
        let gone = json!({ "webhookId": id, "refusal": null });
        let nobody = json!({ "webhookId": null, "refusal": { "code": "WEBHOOK_UNKNOWN", "field": "webhookId" } });
        for expected in [gone, nobody] {
            assert_eq!(ask(remove, json!({ "input": { "webhookId": id } })).await["removeWebhook"], expected);
        }
        assert_eq!(ask("{ webhooks { totalCount } }", json!({})).await["webhooks"]["totalCount"], 0);
    })
    .await;
}

#[tokio::test]
async fn nobody_asks_to_be_tested_beside_what_an_endpoint_hears_of() {
    for_each_server(async |served| {
        let administrator = served.token(Role::Administrator, "admin").await;
        let input = json!({ "url": "https://example.org/hook", "topics": ["ALERTS", "TEST"] });
        let refused = served.raw_as(&administrator, ADD, json!({ "input": input })).await;
        assert!(refused["errors"][0]["message"].as_str().is_some_and(|message| message.contains("TEST")), "{refused}");
        let none = served.ask_as(&administrator, "{ webhooks { totalCount } }", json!({})).await;
        assert_eq!(none["webhooks"]["totalCount"], 0);
    })
    .await;
}
