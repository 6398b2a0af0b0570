//! Does a scrape tell what the server does and what has stalled, to whom it may, and nothing that somebody else chose?

use std::collections::BTreeSet;
use std::time::Duration;

use depositary::access::{Access, Rates, Role};
use depositary::answers::Answers;
use depositary::domain::milestone::{Detail, Signing};
use depositary::faces::behind::Behind;
use depositary::faces::open::Open;
use depositary::store::Store;
use reqwest::{Client, Method};
use serde_json::json;
use testkit::databases::{Database, for_each_database};
use testkit::facts::{Process, instruments, milestone, note, open, record};
use testkit::serving::{Served, for_each_server, webhooks};
use testkit::sockets::{PATIENCE, Socket};

/// What `/metrics` tells.
async fn scrape(served: &Served) -> String {
    let told = served.send(Method::GET, "/metrics", "*/*").await;
    assert_eq!((told.status, told.header("content-type")), (200, "text/plain; version=0.0.4; charset=utf-8"));
    assert_eq!(told.header("cache-control"), "no-store");
    told.body
}

/// The value of the sample of a name that has all these labels; `None` when there is none.
fn find<'a>(told: &'a str, name: &str, labels: &[(&str, &str)]) -> Option<&'a str> {
    let wanted = |line: &&str| {
        let rest = line.strip_prefix(name).filter(|rest| rest.starts_with(['{', ' ']));
        rest.is_some_and(|rest| labels.iter().all(|(label, value)| rest.contains(&format!("{label}=\"{value}\""))))
    };
    let mut found = told.lines().filter(wanted);
    let line = found.next()?;
    assert_eq!(found.next(), None, "{name} {labels:?} names several");
    line.rsplit_once(' ').map(|(_, value)| value)
}

#[track_caller]
fn told(told: &str, name: &str, labels: &[(&str, &str)]) -> i64 {
    let value = find(told, name, labels).unwrap_or_else(|| panic!("{name} {labels:?} is not in\n{told}"));
    value.parse().unwrap()
}

/// The requests to a face that were answered by statuses of a class.
#[track_caller]
fn requests(text: &str, face: &str, class: &str) -> i64 {
    told(text, "depositary_http_requests_total", &[("face", face), ("class", class)])
}

/// What a scrape tells, once it tells what is wanted.
async fn once(served: &Served, wanted: impl Fn(&str) -> bool) -> String {
    let scraping = async {
        loop {
            let told = scrape(served).await;
            if wanted(&told) {
                return told;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(PATIENCE, scraping).await.unwrap()
}

#[tokio::test]
async fn requests_are_told_by_what_they_were_sent_to_and_how_they_were_answered() {
    for_each_server(async |served| {
        let began = scrape(served).await;
        assert_eq!(requests(&began, "rest", "2xx"), 0, "a rate misses what was not there before");
        for path in ["/v1/status/LV", "/v1/status/JP", "/v1/stalled?format=csv", "/v1/openapi.json"] {
            assert_eq!(served.get(path).await.0, 200);
        }
        for path in ["/v1/status/XX", "/v1/nothing"] {
            assert!(served.get(path).await.0 >= 400);
        }
        served.ask("{ log { position } }").await;
        let paths = ["/v1/feed.atom", "/v1/feed/LV.atom", "/log/tile/0/000.p/5", "/graphql/ide", "/livez", "/readyz"];
        for path in paths {
            assert_eq!(served.get(path).await.0, 200, "{path}");
        }
        for path in ["/nothing", "/v2", "/graphqlx", "/v1x"] {
            assert_eq!(served.get(path).await.0, 404);
        }
        let text = scrape(served).await;
        let counted = [("rest", "2xx", 4), ("rest", "4xx", 2), ("graphql", "2xx", 1), ("feed", "2xx", 2)];
        let others = [("log", "2xx", 1), ("page", "2xx", 1), ("health", "2xx", 2), ("none", "4xx", 4)];
        for (face, class, number) in counted.into_iter().chain(others) {
            assert_eq!(requests(&text, face, class), number, "{face} {class}");
        }
        assert_eq!(requests(&text, "metrics", "2xx"), 1, "and the one that is being answered");
        assert_eq!(told(&text, "depositary_http_requests_in_flight", &[("face", "metrics")]), 1);
        assert_eq!(told(&text, "depositary_http_requests_in_flight", &[("face", "rest")]), 0);
        assert_eq!(told(&text, "depositary_http_request_duration_seconds_count", &[("face", "rest")]), 6);
        let within = [("face", "rest"), ("le", "+Inf")];
        assert_eq!(told(&text, "depositary_http_request_duration_seconds_bucket", &within), 6);
        let sum = find(&text, "depositary_http_request_duration_seconds_sum", &[("face", "rest")]).unwrap();
        assert!(sum.parse::<f64>().unwrap() > 0.0);
        assert_eq!(told(&text, "depositary_build_info", &[("version", env!("CARGO_PKG_VERSION"))]), 1);
        let seen = served.behind.answers.position().0;
        assert_eq!(told(&text, "depositary_log_position_seen", &[]), i64::try_from(seen).unwrap());
        for (name, least) in [
            ("process_resident_memory_bytes", 1_000_000),
            ("process_start_time_seconds", 1_700_000_000),
            ("process_open_fds", 3),
            ("process_threads", 1),
        ] {
            assert!(told(&text, name, &[]) > least, "{name}");
        }
    })
    .await;
}

#[tokio::test]
async fn what_has_stalled_is_told_by_instrument_and_stage_as_of_today_and_of_what_was_seen() {
    for_each_server(async |served| {
        let review = [("instrument", "rdp"), ("stage", "review")];
        let stalled = async |day: &str| {
            served.clock.set(format!("{day}T12:00:00Z").parse().unwrap());
            let text = scrape(served).await;
            (told(&text, "depositary_stalled_agreements", &review), text)
        };
        // Korea's comments closed on 2024-03-25, and its limit is 365 days: until then Argentina, Brazil and India alone.
        assert_eq!(stalled("2025-03-26").await.0, 3);
        assert_eq!(stalled("2025-03-27").await.0, 4);
        let (_, text) = stalled("2025-10-28").await;
        let days = |stage| told(&text, "depositary_oldest_stall_seconds", &[("instrument", "rdp"), ("stage", stage)]);
        assert_eq!((days("review"), days("intent")), (7_332 * 86_400, 3_052 * 86_400), "Argentina and Ukraine");
        assert_eq!(told(&text, "depositary_stalled_agreements", &[("instrument", "rdp"), ("stage", "intent")]), 1);
        let consultation = [("instrument", "rdp"), ("stage", "consultation")];
        assert_eq!(told(&text, "depositary_stalled_agreements", &consultation), 0, "where there is a limit");
        assert_eq!(find(&text, "depositary_oldest_stall_seconds", &consultation), None, "no stall is 0 days old");
        let signing = Signing { on: "2025-10-01".parse().unwrap(), place: None, signatories: Vec::new() };
        let signed = milestone("2025-10-01", "Signed.", Detail::Signed { signings: vec![signing] });
        let _ = served.behind.tracker.execute(vec![record("Korea signs", "rdp/KR", signed)]).await.unwrap();
        let (left, text) = stalled("2025-10-28").await;
        assert_eq!(left, 3, "Korea has moved on");
        assert_eq!(told(&text, "depositary_scrape_errors_total", &[("about", "stalls")]), 0);
    })
    .await;
}

#[tokio::test]
async fn nobody_scrapes_a_private_server_without_a_token() {
    for_each_database(async |store| {
        let served = Served::empty(store, true).await;
        let refused = served.send(Method::GET, "/metrics", "*/*").await;
        assert_eq!((refused.status, refused.header("www-authenticate")), (401, "Bearer"));
        assert_eq!(refused.json()["error"]["code"], "UNAUTHENTICATED", "as plain URLs say it");
        let token = served.token(Role::Reader, "prometheus").await;
        let request = Client::new().get(format!("http://{}/metrics", served.address)).bearer_auth(&token);
        let text = request.send().await.unwrap().text().await.unwrap();
        assert_eq!(requests(&text, "metrics", "4xx"), 1, "what the gate refuses is counted too");
    })
    .await;
}

/// Everything that is told, without its values.
fn series(told: &str) -> BTreeSet<String> {
    let samples = told.lines().filter(|line| !line.starts_with('#'));
    samples.map(|line| line.rsplit_once(' ').unwrap().0.to_owned()).collect()
}

#[tokio::test]
async fn whatever_paths_and_methods_are_asked_no_series_is_added() {
    for_each_server(async |served| {
        let before = series(&scrape(served).await);
        for number in 0..100 {
            let paths = ["", "v1/", "v1/status/", "v1/feed/", "graphql/", "graphql/ide/", "log/tile/", "metrics/"];
            for path in paths {
                let method = if number % 5 == 0 { Method::from_bytes(b"BREW").unwrap() } else { Method::GET };
                served.send(method, &format!("/{path}{number}-rdp-KR\"}}%0A"), "*/*").await;
            }
        }
        let text = scrape(served).await;
        assert_eq!(series(&text), before);
        let all: i64 = ["none", "rest", "feed", "graphql", "page", "log", "metrics"]
            .map(|face| ["2xx", "4xx", "5xx"].map(|class| requests(&text, face, class)).iter().sum())
            .iter()
            .sum();
        assert_eq!(all, 801);
        assert!(before.len() < 400, "{}", before.len());
    })
    .await;
}

#[tokio::test]
async fn what_cannot_be_computed_is_left_out_and_counted_and_the_rest_is_told() {
    for database in Database::each().await {
        let served = Served::start(database.store().await).await;
        match served.behind.answers.reader().store() {
            Store::Postgres { read, .. } => read.close().await,
            Store::Sqlite { read, .. } => read.close().await,
        }
        scrape(&served).await;
        let text = scrape(&served).await;
        for name in ["depositary_stalled_agreements", "depositary_oldest_stall_seconds", "depositary_log_lag_events"] {
            assert!(!text.contains(name), "{name}");
        }
        for about in ["log", "stalls"] {
            assert_eq!(told(&text, "depositary_scrape_errors_total", &[("about", about)]), 2);
        }
        assert!(told(&text, "depositary_log_position_seen", &[]) > 500);
        database.drop().await;
    }
}

#[tokio::test]
async fn what_could_not_be_appended_is_counted_and_so_is_what_others_appended_and_this_process_has_not_seen() {
    for database in Database::each().await {
        let store = database.store().await;
        // It follows nobody.
        let Process { reader, tracker, clock, .. } = Process::seeded(store.clone()).await;
        let answers = Answers::new(reader, instruments(), clock.clone());
        let access = Access::new(store.clone(), clock.clone(), false);
        let webhooks = webhooks(&answers, &clock);
        let behind = Behind { answers, tracker, access, rates: Rates::default(), webhooks };
        let served = Served::with(store.clone(), behind, clock).await;
        assert_eq!(told(&scrape(&served).await, "depositary_log_lag_events", &[]), 0);
        let other = Process::start(database.store().await).await;
        let _ = other.tracker.execute(vec![open("rdp/FO"), note("unseen", "rdp/FO")]).await.unwrap();
        let lags = |text: &str| told(text, "depositary_log_lag_events", &[]) == 2;
        let text = once(&served, lags).await;
        assert_eq!(told(&text, "depositary_append_failures_total", &[]), 0);
        let execute = async |command| served.behind.tracker.execute(vec![command]).await;
        assert!(execute(note("refused", "rdp/GL")).await.unwrap_err().is_refusal());
        match &store {
            Store::Postgres { write, .. } => write.close().await,
            Store::Sqlite { write, .. } => write.close().await,
        }
        for _ in 0..2 {
            assert!(!execute(open("rdp/GL")).await.unwrap_err().is_refusal());
        }
        let text = scrape(&served).await;
        assert_eq!(told(&text, "depositary_append_failures_total", &[]), 2, "a refusal is none");
        database.drop().await;
    }
}

#[tokio::test]
async fn open_sockets_and_subscriptions_are_counted_while_they_are_open() {
    for_each_server(async |served| {
        let count =
            |text: &str| ["depositary_sockets_open", "depositary_subscriptions_open"].map(|name| told(text, name, &[]));
        assert_eq!(count(&scrape(served).await), [0, 0]);
        let mut socket = Socket::introduced(served.address, "").await.unwrap();
        let listen = "subscription { milestoneRecorded { position } }";
        socket.subscribe("1", listen, json!({})).await;
        socket.subscribe("2", listen, json!({})).await;
        let events = Client::new().post(format!("http://{}/graphql", served.address));
        let events = events.header("accept", "text/event-stream").json(&json!({ "query": listen }));
        let events = events.send().await.unwrap();
        once(served, |text| count(text) == [1, 3]).await;
        socket.say(json!({ "id": "1", "type": "complete" })).await;
        once(served, |text| count(text) == [1, 2]).await;
        drop(events);
        once(served, |text| count(text) == [1, 1]).await;
        drop(socket);
        once(served, |text| count(text) == [0, 0]).await;
    })
    .await;
}

#[tokio::test]
async fn a_client_that_hangs_up_before_its_answer_is_counted_as_gone() {
    for_each_server(async |served| {
        let query = json!({ "query": "{ log(minPosition: 100000) { position } }" });
        let waiting = Client::new().post(format!("http://{}/graphql", served.address)).json(&query);
        assert!(waiting.timeout(Duration::from_millis(200)).send().await.unwrap_err().is_timeout());
        let text = once(served, |text| requests(text, "graphql", "gone") == 1).await;
        assert_eq!(told(&text, "depositary_http_requests_in_flight", &[("face", "graphql")]), 0);
    })
    .await;
}

#[tokio::test]
async fn a_client_without_quota_still_scrapes_and_reads_how_often_it_was_refused() {
    for_each_database(async |store| {
        let base = Served::start(store.clone()).await;
        let behind = Behind { rates: Rates::new(100), ..base.behind.clone() };
        // Whoever asks comes through a proxy on this machine.
        let router = depositary::server::router(
            store,
            behind,
            depositary::work::alerts::Looks::default(),
            Open::default(),
            ["127.0.0.0/8".parse().unwrap()].into(),
        );
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let service = router.unwrap().into_make_service_with_connect_info::<std::net::SocketAddr>();
        tokio::spawn(async move { axum::serve(listener, service).await.unwrap() });
        let get = async |path: &str| {
            let request = Client::new().get(format!("http://{address}{path}")).header("x-forwarded-for", "203.113.7");
            let answer = request.send().await.unwrap();
            (answer.status().as_u16(), answer.text().await.unwrap())
        };
        let mut refused = 0;
        for _ in 0..6 {
            refused += u32::from(get("/v1/status/LV").await.0 == 429);
        }
        let (status, text) = get("/metrics").await;
        assert_eq!(status, 200);
        assert!(refused > 0);
        assert_eq!(told(&text, "depositary_quota_refusals_total", &[]), i64::from(refused));
        assert_eq!(requests(&text, "rest", "4xx"), i64::from(refused));
    })
    .await;
}

#[tokio::test]
async fn how_delivery_goes_is_told_of_each_endpoint_by_its_id() {
    for_each_server(async |served| {
        assert!(!scrape(served).await.contains("depositary_webhook_lag_events{"));
        let id = uuid::Uuid::from_u128(7);
        let counts = served.behind.webhooks.counts().of(id);
        for delivered in [true, false, false] {
            counts.attempted(delivered);
        }
        counts.gave_up();
        counts.stands(depositary::domain::ids::Position(500), 2, true);
        let text = scrape(served).await;
        let id = format!("webhook/{id}");
        let value = |name: &str| told(&text, &format!("depositary_webhook_{name}"), &[("webhook", &id)]);
        assert_eq!((value("attempts_total"), value("failures_total"), value("given_up_total")), (3, 2, 1));
        assert_eq!((value("waiting_messages"), value("lag_events"), value("disabled")), (2, 123, 1));
    })
    .await;
}
