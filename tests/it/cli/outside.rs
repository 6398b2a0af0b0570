//! Does a server behave as those outside of it expect: its operator, a proxy, a browser, a calendar, a terminal?

use std::process::Command;
use std::time::Duration;

use serde_json::{Value, json};
use testkit::databases::Database;
use testkit::places::{Place, said, yes};
use testkit::programs::{Program, free_port};
use testkit::tables::run;

fn token(place: &Place, url: &str, role: &str) -> String {
    let mut command = Command::new(testkit::programs::binary());
    command.args(["token", "create", "--role", role, "--name", &format!("a-{role}")]);
    yes(said(command.env("DATABASE_URL", url).current_dir(place.path("")))).trim().to_owned()
}

/// That the log names a request with what went wrong in it.
fn logged(server: &Program, request: &Value) {
    let request = request.as_str().unwrap();
    for _ in 0..100 {
        if server.said().iter().any(|line| line.contains("ERROR") && line.contains(request)) {
            return;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    panic!("{request} is not in {:#?}", server.said());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_goes_wrong_inside_is_in_the_log_by_the_id_that_the_caller_was_given() {
    for database in Database::each().await {
        let place = Place::bare();
        let url = database.url();
        let server = Program::serve(&url, free_port(), &[]);
        let token = token(&place, &url, "recorder");
        let store = database.store().await;
        let client = reqwest::Client::new();
        run(&store, "alter table events rename to gone").await.unwrap();
        let opens = "mutation { openAgreement(input: { agreementId: \"rdp/FO\", commandId: \"0192d4a0-0000-7000-8000-000000000001\" }) { position } }";
        let request = client.post(format!("http://{}/graphql", server.address)).bearer_auth(&token);
        let failed: Value = request.json(&json!({ "query": opens })).send().await.unwrap().json().await.unwrap();
        assert_eq!(failed["errors"][0]["extensions"]["code"], "STORAGE_UNAVAILABLE", "{failed}");
        logged(&server, &failed["errors"][0]["extensions"]["requestId"]);
        run(&store, "alter table gone rename to events").await.unwrap();
        run(&store, "alter table tokens rename to gone").await.unwrap();
        std::thread::sleep(Duration::from_millis(1_100));
        let request = client.get(format!("http://{}/v1/status/LV", server.address)).bearer_auth(&token);
        let closed: Value = request.send().await.unwrap().json().await.unwrap();
        logged(&server, &closed["error"]["requestId"]);
        store.close().await;
        drop(server);
        database.drop().await;
    }
}

#[tokio::test]
async fn below_the_path_of_a_proxy_feeds_and_the_description_lead_to_where_they_are() {
    let database = Database::sqlite();
    let server = Program::serve(&database.url(), free_port(), &["--public-url", "http://127.0.0.1/dep"]);
    let get = async |path: &str| {
        reqwest::get(format!("http://{}{path}", server.address)).await.unwrap().text().await.unwrap()
    };
    let feed: atom_syndication::Feed = get("/v1/feed/LV.atom").await.parse().unwrap();
    assert!(feed.links.iter().all(|link| link.href.starts_with("/dep/v1/feed/LV.atom")), "{:?}", feed.links);
    let description: Value = serde_json::from_str(&get("/v1/openapi.json").await).unwrap();
    assert_eq!(description["servers"], json!([{ "url": "/dep" }]));
}

#[tokio::test]
async fn every_origin_may_read_what_is_open_and_sends_no_token_and_a_pattern_is_no_origin() {
    let database = Database::sqlite();
    let server = Program::serve(&database.url(), free_port(), &["--allow-origin", "*"]);
    let client = reqwest::Client::new();
    let preflight = client
        .request(reqwest::Method::OPTIONS, format!("http://{}/graphql", server.address))
        .header("origin", "https://example.org")
        .header("access-control-request-method", "POST")
        .header("access-control-request-headers", "content-type,traceparent,apollographql-client-name")
        .send()
        .await
        .unwrap();
    assert_eq!(preflight.headers()["access-control-allow-origin"], "*");
    let allowed = preflight.headers()["access-control-allow-headers"].to_str().unwrap();
    assert!(["traceparent", "apollographql-client-name"].iter().all(|name| allowed.contains(name)), "{allowed}");
    assert!(!allowed.contains("authorization"), "{allowed}");
    let refused = Place::bare().run(&["serve", "--allow-origin", "https://*.example.org"]);
    assert!(refused.code == 2 && refused.err.contains("`*` alone is any"), "{}", refused.err);
}

#[tokio::test]
async fn a_calendar_shows_its_token_as_a_password_and_records_nothing_by_it() {
    let (database, place) = (Database::sqlite(), Place::bare());
    let url = database.url();
    let server = Program::serve(&url, free_port(), &["--private"]);
    let (reader, recorder) = (token(&place, &url, "reader"), token(&place, &url, "recorder"));
    let client = reqwest::Client::new();
    let calendar = format!("http://{}/v1/deadlines.ics", server.address);
    let status = async |request: reqwest::RequestBuilder| request.send().await.unwrap().status().as_u16();
    let closed = client.get(&calendar).send().await.unwrap();
    let challenges: Vec<_> = closed.headers().get_all("www-authenticate").iter().collect();
    assert!(closed.status() == 401 && challenges.len() == 2 && challenges[0] == "Bearer", "{challenges:?}");
    assert_eq!(status(client.get(&calendar).basic_auth("any", Some(&reader))).await, 200);
    assert_eq!(status(client.get(&calendar).basic_auth(&reader, Some(""))).await, 200);
    assert_eq!(status(client.get(&calendar).basic_auth("any", Some("wrong"))).await, 401);
    let graphql = client.post(format!("http://{}/graphql", server.address)).basic_auth("any", Some(&recorder));
    let refused = graphql.json(&json!({ "query": "{ log { position } }" })).send().await.unwrap();
    assert_eq!(refused.status(), 401);
    assert!(refused.text().await.unwrap().contains("the Authorization header is not understood"));
}

#[tokio::test]
async fn pages_and_checkpoints_wait_for_the_position_that_a_header_asks_for() {
    let database = Database::sqlite();
    let server = Program::serve(&database.url(), free_port(), &[]);
    let client = reqwest::Client::new();
    let status = async |path: &str, positions: &[&str]| {
        let mut request = client.get(format!("http://{}{path}", server.address));
        for position in positions {
            request = request.header("depositary-min-position", *position);
        }
        request.send().await.unwrap().status().as_u16()
    };
    for path in ["/rdp/KR", "/overview.svg", "/log/checkpoint", "/v1/status/KR"] {
        assert_eq!(status(path, &["623"]).await, 200, "{path}");
        assert_eq!(status(path, &["abc"]).await, 400, "{path}");
        assert_eq!(status(path, &["5", "6"]).await, 400, "{path}");
    }
    // It waits, and says so where the position does not come.
    assert_eq!(status("/rdp/KR", &["99999"]).await, status("/v1/status/KR", &["99999"]).await);
    assert_ne!(status("/rdp/KR", &["99999"]).await, 200);
}

#[test]
fn a_narrow_terminal_breaks_no_word_and_no_day() {
    let place = Place::seeded();
    for columns in [40, 80, 120] {
        let program = testkit::programs::binary().display().to_string();
        let url = format!("sqlite://{}", place.path("depositary.db").display());
        let line = format!("stty cols {columns}; {program} --database-url {url} stalled --on 2025-10-28");
        let shown = Command::new("script").args(["-qec", &line, "/dev/null"]).output().unwrap();
        let shown = String::from_utf8_lossy(&shown.stdout).into_owned();
        for whole in ["rdp/AR", "review", "fallback", "agreement"] {
            assert!(shown.contains(whole), "{columns}: {shown}");
        }
    }
}
