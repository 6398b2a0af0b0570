//! Does signing in let through whom it should, for as long as it should, and by no form of anybody else?

use chrono::TimeDelta;
use depositary::access::Role;
use depositary::domain::ids::Actor;
use depositary::faces::behind::Behind;
use depositary::store::Store;
use serde_json::json;
use testkit::databases::for_each_database;
use testkit::mutations::{input, milestone, sources};
use testkit::serving::{Served, for_each_server};

use super::browser::{Browser, fields, with};

/// Waits until what a server remembers of a second is over.
async fn a_moment() {
    tokio::time::sleep(std::time::Duration::from_millis(1_100)).await;
}

/// A private server with the bundled facts.
async fn private(store: Store) -> Served {
    let served = Served::empty(store, true).await;
    depositary::server::seed(&served.behind.tracker).await.unwrap();
    served
}

#[tokio::test]
async fn whoever_signs_in_is_named_in_the_head_of_each_page_until_it_signs_out() {
    for_each_server(async |server| {
        let mut desk = Browser::signed_in(server, Role::Recorder, "press-desk").await;
        for path in ["/", "/rdp/KR", "/log", "/sign-in", "/nothing"] {
            let page = desk.get(path).await.body;
            assert!(page.contains("href=\"/sign-in\"") && page.contains(">press-desk</a>"), "{path}");
            assert!(page.contains("href=\"/record\"") && page.contains("href=\"/inbox\""), "{path}");
        }
        let held = desk.cookie("depositary_session");
        let form = fields(&desk.get("/sign-in").await.body);
        let out = desk.post("/sign-in", &with(form, &[("do", "out")])).await;
        assert_eq!((out.status, out.header("location")), (303, "/"));
        assert_eq!(desk.cookie("depositary_session"), "");
        assert!(desk.get("/").await.body.contains(">Sign in</a>"));
        a_moment().await;
        desk.set("depositary_session", &held);
        assert!(desk.get("/").await.body.contains(">Sign in</a>"), "what was ended is no session any more");
    })
    .await;
}

#[tokio::test]
async fn the_cookie_is_read_by_no_script_sent_by_no_other_site_and_kept_as_a_hash() {
    for_each_database(async |store| {
        let server = Served::start(store.clone()).await;
        let token = server.token(Role::Recorder, "press-desk").await;
        let mut desk = Browser::at(&server);
        let page = desk.get("/sign-in").await;
        let visit = page.header("set-cookie").to_owned();
        let before = desk.cookie("depositary_visit");
        let answer = desk.post("/sign-in", &with(fields(&page.body), &[("token", &token)])).await;
        let session = answer.header("set-cookie").to_owned();
        for cookie in [&visit, &session] {
            for part in ["; Path=/;", "; HttpOnly;", "; SameSite=Strict", "; Secure"] {
                assert!(cookie.contains(part), "{cookie}");
            }
        }
        assert!(session.ends_with("; Max-Age=43200"), "{session}");
        assert_eq!((page.header("cache-control"), answer.header("cache-control")), ("no-store", "no-store"));
        let held = desk.cookie("depositary_session");
        assert!(
            held.len() == 64 && held != before && !answer.body.contains(&held),
            "nobody is given what was there before"
        );
        let bytes = hex::decode(&held).unwrap();
        let hash = <sha2::Sha256 as sha2::Digest>::digest(bytes);
        let kept = store.session(&hash).await.unwrap().unwrap();
        assert_eq!(kept.token.as_str(), "press-desk");
        let signed_in = desk.get("/").await;
        assert!(signed_in.header("cache-control").starts_with("private"), "{}", signed_in.header("cache-control"));
        assert!(signed_in.header("vary").contains("cookie"));
    })
    .await;
}

#[tokio::test]
async fn a_session_ends_with_its_token_and_after_twelve_hours() {
    for_each_server(async |server| {
        let mut desk = Browser::signed_in(server, Role::Recorder, "press-desk").await;
        let mut other = Browser::signed_in(server, Role::Reader, "other-desk").await;
        assert!(desk.get("/").await.body.contains(">press-desk</a>"));
        server.behind.access.revoke(&Actor::parse("press-desk").unwrap()).await.unwrap();
        a_moment().await;
        assert!(desk.get("/").await.body.contains(">Sign in</a>"));
        server.clock.set(server.clock.now() + TimeDelta::hours(12) - TimeDelta::seconds(1));
        assert!(other.get("/").await.body.contains(">other-desk</a>"));
        server.clock.set(server.clock.now() + TimeDelta::seconds(1));
        assert!(other.get("/").await.body.contains(">Sign in</a>"));
        let soon = server.clock.now() + TimeDelta::hours(1);
        let short = Actor::parse("short-desk").unwrap();
        let token = server.behind.access.create(short, Role::Reader, Some(soon)).await.unwrap().reveal();
        let mut short = Browser::at(server);
        assert_eq!(short.sign_in("/sign-in", &token).await.status, 303);
        server.clock.set(server.clock.now() + TimeDelta::hours(1));
        assert!(short.get("/").await.body.contains(">Sign in</a>"), "a session outlives no token");
    })
    .await;
}

#[tokio::test]
async fn a_wrong_token_and_a_form_of_somebody_else_sign_nobody_in() {
    for_each_server(async |server| {
        let token = server.token(Role::Recorder, "press-desk").await;
        let mut desk = Browser::at(server);
        for wrong in ["", "x", "depositary_press-desk_00", &format!("{token}0"), &token.replace("press", "other")] {
            let answer = desk.sign_in("/sign-in", wrong).await;
            assert_eq!(answer.status, 401, "{wrong}");
            assert!(answer.body.contains("This token is not valid") && answer.body.contains("href=\"#token\""));
            assert!(answer.body.contains("aria-invalid=\"true\"") && !answer.body.contains(&token[20..]));
            assert_eq!(desk.cookie("depositary_session"), "");
        }
        let form = fields(&desk.get("/sign-in").await.body);
        let filled = with(form.clone(), &[("token", &token)]);
        let mut elsewhere = Browser::at(server);
        assert_eq!(elsewhere.post("/sign-in", &filled).await.status, 403, "without the cookie of the form");
        elsewhere.get("/sign-in").await;
        assert_eq!(elsewhere.post("/sign-in", &filled).await.status, 403, "with the cookie of another");
        assert_eq!(desk.post("/sign-in", &with(form, &[("token", &token), ("proof", "")])).await.status, 403);
        assert_eq!(desk.post("/sign-in", &filled).await.status, 303);
        // Whoever is signed in is not signed out by a form of elsewhere.
        assert_eq!(desk.post("/sign-in", &[("do".to_owned(), "out".to_owned())]).await.status, 403);
        assert!(desk.get("/").await.body.contains(">press-desk</a>"));
    })
    .await;
}

#[tokio::test]
async fn a_private_server_shows_where_to_sign_in_and_leads_back_to_what_was_asked() {
    for_each_database(async |store| {
        let server = private(store).await;
        let token = server.token(Role::Reader, "only-reads").await;
        let asked = "/rdp/LV?asOf=2017-06-30&basis=published&knownAt=2017-06-30";
        let mut reader = Browser::at(&server);
        let locked = reader.get(asked).await;
        assert_eq!((locked.status, locked.header("www-authenticate")), (401, "Bearer"));
        assert!(locked.body.contains("name=\"token\"") && !locked.body.contains("Latvia"), "{}", locked.body);
        assert!(locked.header("content-security-policy").contains("form-action 'self'"));
        assert!(!locked.body.contains("log entry"), "how long the log is concerns nobody outside");
        let answer = reader.post("/sign-in", &with(fields(&locked.body), &[("token", &token)])).await;
        assert_eq!((answer.status, answer.header("location")), (303, asked));
        let page = reader.get(asked).await;
        assert!(page.status == 200 && page.body.contains("Latvia"));
        assert!(page.header("cache-control").starts_with("private"));
        // What a page leads to can be read as well, and GraphQL asks for a token as before.
        assert_eq!(reader.get("/v1/status/LV").await.status, 200);
        assert_eq!(reader.get("/rdp/LV/timeline.svg").await.status, 200);
        assert_eq!(reader.get("/graphql?query={log{position}}").await.status, 401);
        let mut nobody = Browser::at(&server);
        for path in ["/", "/log", "/nothing", "/v1/status/LV"] {
            let page = nobody.get(path).await;
            assert!(page.status == 401 && page.body.contains("name=\"token\""), "{path}");
        }
        assert_eq!(nobody.get("/sign-in").await.status, 200);
        let plain = server.send(reqwest::Method::GET, "/rdp/LV", "application/json").await;
        assert!(plain.status == 401 && plain.json()["error"]["code"] == "UNAUTHENTICATED");
    })
    .await;
}

#[tokio::test]
async fn a_session_records_nothing_by_graphql_where_no_form_was_shown() {
    for_each_server(async |server| {
        let desk = Browser::signed_in(server, Role::Administrator, "does-all").await;
        let noted = milestone("noted", "2010", json!({}));
        let variables = json!({ "input": input("rdp/LV", json!({ "milestone": noted, "sources": sources() })) });
        let query = "mutation($input: RecordMilestoneInput!) { recordMilestone(input: $input) { position } }";
        let request = reqwest::Client::new()
            .post(format!("http://{}/graphql", server.address))
            .header("cookie", format!("depositary_session={}", desk.cookie("depositary_session")))
            .json(&json!({ "query": query, "variables": variables }));
        let answer: serde_json::Value = request.send().await.unwrap().json().await.unwrap();
        assert_eq!(answer["errors"][0]["extensions"]["code"], "UNAUTHENTICATED", "{answer}");
    })
    .await;
}

#[tokio::test]
async fn below_a_path_of_a_proxy_the_cookie_comes_back_there_alone() {
    for_each_database(async |store| {
        let served = Served::start(store.clone()).await;
        for (site, path, secure) in [
            ("https://example.org/depositary", "; Path=/depositary;", true),
            ("http://127.0.0.1:8080", "; Path=/;", false),
        ] {
            let webhooks = testkit::serving::webhooks_at(&served.behind.answers, &served.clock, site);
            let behind = Behind { webhooks, ..served.behind.clone() };
            let server = Served::with(store.clone(), behind, served.clock.clone()).await;
            let page = Browser::at(&server).get("/sign-in").await;
            let cookie = page.header("set-cookie");
            assert!(cookie.contains(path) && cookie.contains("; Secure") == secure, "{cookie}");
        }
    })
    .await;
}
