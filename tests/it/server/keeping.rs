//! May an answer be kept, and does whoever keeps it learn when it is old?

use std::sync::Arc;

use depositary::access::{Rates, Role};
use depositary::faces::behind::Behind;
use depositary::faces::open::Open;
use reqwest::header::HeaderMap;
use reqwest::{Client, Response};
use serde_json::json;
use testkit::databases::for_each_database;
use testkit::facts::{note, open};
use testkit::serving::{NOW, Served, for_each_server};

/// A question pinned to a day and a position, one to a position alone, and one to nothing.
const PINNED: &str = "{country(code:\"LV\"){status(instrument:\"rdp\",asOf:\"2017-06-30\",atPosition:623){headline sentence since position because{milestone{summary}}}}}";
const CUT: &str = "{country(code:\"LV\"){status(instrument:\"rdp\",atPosition:623){headline asOf}}}";
const LATEST: &str = "{country(code:\"LV\"){status(instrument:\"rdp\",asOf:\"2017-06-30\"){headline position}}}";

async fn get(served: &Served, path: &str, query: &[(&str, &str)], headers: &[(&str, &str)]) -> Response {
    let url = url::Url::parse_with_params(&format!("http://{}{path}", served.address), query).unwrap();
    let mut request = Client::new().get(url);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.send().await.unwrap()
}

fn header(headers: &HeaderMap, name: &str) -> String {
    headers.get(name).map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default()
}

#[tokio::test]
async fn a_pinned_answer_stays_byte_for_byte_the_same_while_the_log_grows_and_the_clock_moves() {
    for_each_server(async |served| {
        let questions = [
            ("/graphql", vec![("query", PINNED)]),
            ("/v1/status/LV", vec![("asOf", "2017-06-30"), ("atPosition", "623")]),
            ("/v1/agreements", vec![("asOf", "2016-05-01"), ("atPosition", "623"), ("format", "csv")]),
            ("/v1/stalled", vec![("asOf", "2025-10-28"), ("atPosition", "623")]),
        ];
        let mut before = Vec::new();
        for (path, query) in &questions {
            let answer = get(served, path, query, &[]).await;
            assert_eq!(header(answer.headers(), "cache-control"), "public, max-age=86400", "{path}");
            before.push((header(answer.headers(), "etag"), answer.bytes().await.unwrap()));
        }
        served
            .behind
            .tracker
            .execute(vec![open("rdp/RO"), note("n", "rdp/LV"), note("m", "rdp/KR")])
            .await
            .unwrap()
            .clear();
        served.clock.set("2031-01-01T00:00:00Z".parse().unwrap());
        for ((path, query), (tag, bytes)) in questions.iter().zip(before) {
            let answer = get(served, path, query, &[]).await;
            assert_eq!(
                (header(answer.headers(), "etag"), answer.bytes().await.unwrap()),
                (tag.clone(), bytes),
                "{path}"
            );
            let again = get(served, path, query, &[("if-none-match", &format!("\"x\", W/{tag}"))]).await;
            assert_eq!((again.status().as_u16(), header(again.headers(), "etag")), (304, tag));
            assert!(again.bytes().await.unwrap().is_empty());
        }
    })
    .await;
}

#[tokio::test]
async fn an_answer_cut_by_time_can_never_change_once_something_was_recorded_later() {
    for_each_server(async |served| {
        let query = format!(
            "{{country(code:\"LV\"){{status(instrument:\"rdp\",asOf:\"2017-06-30\",knownAt:\"{NOW}\"){{headline position knownAt}}}}}}"
        );
        let questions = [
            ("/graphql", vec![("query", query.as_str())]),
            ("/v1/status/LV", vec![("asOf", "2017-06-30"), ("knownAt", NOW)]),
            ("/v1/agreements", vec![("asOf", "2017-06-30"), ("knownAt", NOW), ("listing", "BLANKET")]),
        ];
        let ask = async |lasting: bool| {
            let mut bytes = Vec::new();
            for (path, query) in &questions {
                let answer = get(served, path, query, &[]).await;
                assert_eq!(header(answer.headers(), "cache-control").contains("max-age"), lasting, "{path}");
                bytes.push(answer.text().await.unwrap());
            }
            bytes
        };
        // Another fact may still be recorded at this very instant.
        let first = ask(false).await;
        served.behind.tracker.execute(vec![note("at once", "rdp/LV")]).await.unwrap().clear();
        let second = ask(false).await;
        assert!(first.iter().zip(&second).all(|(first, second)| first != second), "{first:?}");
        served.clock.set("2026-11-25T12:00:00Z".parse().unwrap());
        served.behind.tracker.execute(vec![note("later", "rdp/LV")]).await.unwrap().clear();
        let third = ask(true).await;
        assert_eq!(third, second);
        served.behind.tracker.execute(vec![note("later still", "rdp/LV"), open("rdp/RO")]).await.unwrap().clear();
        served.clock.set("2031-01-01T00:00:00Z".parse().unwrap());
        assert_eq!(ask(true).await, third);
    })
    .await;
}

#[tokio::test]
async fn what_rests_on_today_or_on_the_end_of_the_log_is_asked_for_again_and_its_tag_changes_with_it() {
    for_each_server(async |served| {
        let ask = async |query: &str| {
            let answer = get(served, "/graphql", &[("query", query)], &[]).await;
            assert_eq!(header(answer.headers(), "cache-control"), "public, no-cache", "{query}");
            assert!(header(answer.headers(), "vary").to_lowercase().contains("accept"));
            header(answer.headers(), "etag")
        };
        let passing = ["{log{position}}", "{agreement(id:\"rdp/RO\"){id}}", "{milestones(first:1){totalCount}}"];
        for query in passing {
            ask(query).await;
        }
        let (cut, latest) = (ask(CUT).await, ask(LATEST).await);
        assert_eq!((ask(CUT).await, ask(LATEST).await), (cut.clone(), latest.clone()));
        served.behind.tracker.execute(vec![note("n", "rdp/LV")]).await.unwrap().clear();
        assert_eq!(ask(CUT).await, cut, "cut before the note");
        assert_ne!(ask(LATEST).await, latest);
        served.clock.set("2026-11-25T12:00:00Z".parse().unwrap());
        assert_ne!(ask(CUT).await, cut, "another day");
        // Another form of the same answer is another representation.
        let plain = get(served, "/graphql", &[("query", PINNED)], &[]).await;
        let other =
            get(served, "/graphql", &[("query", PINNED)], &[("accept", "application/graphql-response+json")]).await;
        assert_ne!(header(plain.headers(), "etag"), header(other.headers(), "etag"));
    })
    .await;
}

#[tokio::test]
async fn a_post_and_a_failure_are_kept_by_nobody() {
    for_each_server(async |served| {
        let url = format!("http://{}/graphql", served.address);
        let posted = Client::new().post(&url).json(&json!({ "query": PINNED })).send().await.unwrap();
        assert_eq!(header(posted.headers(), "cache-control"), "no-store");
        let wrong = get(served, "/v1/status/XX", &[], &[]).await;
        assert_eq!((wrong.status().as_u16(), header(wrong.headers(), "cache-control")), (404, "no-store".to_owned()));
        let failed = "{country(code:\"LV\"){status(instrument:\"rdp\",asOf:\"2017-06-30\",atPosition:9999){headline}}}";
        let failed = get(served, "/graphql", &[("query", failed)], &[]).await;
        assert!(!header(failed.headers(), "cache-control").contains("max-age"));
    })
    .await;
}

#[tokio::test]
async fn under_private_an_answer_is_kept_by_its_reader_alone() {
    for_each_database(async |store| {
        let served = Served::empty(store, true).await;
        let _ = served.behind.tracker.execute(vec![testkit::facts::open("rdp/RO")]).await.unwrap();
        let token = format!("Bearer {}", served.token(Role::Reader, "reads").await);
        let query = "{country(code:\"LV\"){status(instrument:\"rdp\",asOf:\"2017-06-30\",atPosition:1){headline}}}";
        let answer = get(&served, "/graphql", &[("query", query)], &[("authorization", &token)]).await;
        assert_eq!(header(answer.headers(), "cache-control"), "private, max-age=86400");
        let varies: Vec<&str> = answer.headers().get_all("vary").iter().map(|value| value.to_str().unwrap()).collect();
        assert!(varies.join(",").to_lowercase().contains("authorization"));
        // The tag of an answer opens no door.
        let tag = header(answer.headers(), "etag");
        let refused = get(&served, "/graphql", &[("query", query)], &[("if-none-match", &tag)]).await;
        assert_eq!(refused.status(), 401);
    })
    .await;
}

#[tokio::test]
async fn a_request_keeps_its_id_from_the_header_to_the_error() {
    for_each_server(async |served| {
        let id = "0192d3c0-0000-7000-8000-000000000001";
        let answer = get(served, "/graphql", &[("query", "{wrong}")], &[("x-request-id", id)]).await;
        assert_eq!(header(answer.headers(), "x-request-id"), id);
        assert!(answer.text().await.unwrap().contains(id));
        let made = get(served, "/v1/status/XX", &[], &[("x-request-id", "no uuid")]).await;
        let id = header(made.headers(), "x-request-id");
        assert_eq!(id.len(), 36);
        assert!(made.text().await.unwrap().contains(&id));
    })
    .await;
}

#[tokio::test]
async fn a_client_that_asks_too_much_is_told_when_to_come_back_and_others_are_not_held_up() {
    for_each_database(async |store| {
        let base = Served::start(store.clone()).await;
        let behind = Behind { rates: Rates::new(1_000), ..base.behind.clone() };
        let open = Open { origins: Arc::new(["https://example.org".to_owned()]), ..Open::default() };
        // Whoever asks comes through a proxy on this machine.
        let router = depositary::server::router(
            store,
            behind,
            depositary::work::alerts::Looks::default(),
            open,
            ["127.0.0.0/8".parse().unwrap()].into(),
        )
        .unwrap();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/graphql?query=%7Blog%7Bposition%7D%7D", listener.local_addr().unwrap());
        let service = router.into_make_service_with_connect_info::<std::net::SocketAddr>();
        tokio::spawn(async move { axum::serve(listener, service).await.unwrap() });
        // One client for all: making one takes longer than the quota takes to fill up again by what a question costs.
        let client = Client::new();
        let ask = async |from: &str| {
            let request = client.get(&url).header("x-forwarded-for", from).header("origin", "https://example.org");
            request.send().await.unwrap()
        };
        let first = ask("203.0.113.7, 127.0.0.9").await;
        assert_eq!(header(first.headers(), "access-control-allow-origin"), "https://example.org");
        assert_eq!(header(first.headers(), "ratelimit-policy"), "\"cost\";q=1000;w=60");
        let mut refused = first;
        for _ in 0..1_000 {
            refused = ask("198.51.100.1, 203.0.113.7").await;
            if refused.status() == 429 {
                break;
            }
        }
        assert_eq!(refused.status(), 429);
        assert!(header(refused.headers(), "retry-after").parse::<u64>().unwrap() <= 60);
        assert!(header(refused.headers(), "ratelimit").starts_with("\"cost\";r=0;t="));
        assert!(refused.text().await.unwrap().contains("RATE_LIMITED"));
        assert_eq!(ask("203.0.113.8").await.status(), 200);
        assert_eq!(ask("2001:db8::1").await.status(), 200);
        // Whoever writes what no proxy writes is counted all the same; nobody is the machine itself by their own word.
        for told in ["127.0.0.1", "203.0.113.7, nonsense", "[2001:db8::2]:443", "203.0.113.9:4411"] {
            assert!(ask(told).await.headers().contains_key("ratelimit"), "{told}");
        }
        let own = Client::new().get(&url).send().await.unwrap();
        assert_eq!(own.headers().get("ratelimit"), None, "the machine itself is not counted");
    })
    .await;
}

#[tokio::test]
async fn a_page_of_another_origin_may_do_nothing_unless_it_is_named() {
    for_each_server(async |served| {
        let answer =
            get(served, "/graphql", &[("query", "{log{position}}")], &[("origin", "https://example.org")]).await;
        assert_eq!(answer.headers().get("access-control-allow-origin"), None);
    })
    .await;
}
