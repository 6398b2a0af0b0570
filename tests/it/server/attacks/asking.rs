//! What every answer carries, by which names the server answers, and what is counted of those who ask wrongly.

use std::time::Duration;

use reqwest::{Client, Method};
use serde_json::json;
use testkit::databases::for_each_database;
use testkit::serving::{Served, counting, for_each_server};
use testkit::sockets::Socket;

use super::client::{asked, server};

#[tokio::test]
async fn every_answer_of_every_face_is_guarded() {
    for_each_server(async |served| {
        let paths = [
            "/livez",
            "/readyz",
            "/metrics",
            "/graphql/ide",
            "/graphql/ide/page.js",
            "/graphql?query={log{position}}",
            "/v1/status/LV",
            "/v1/status/LV?format=csv",
            "/v1/feed.atom",
            "/v1/deadlines.ics",
            "/v1/openapi.json",
            "/v1/nothing",
            "/nothing",
            "/",
            "/rdp/KR",
            "/rdp/KR/timeline.svg",
            "/page.css",
            "/log/checkpoint",
            "/graphql",
            "/graphql/ws",
            "/v1/agreements/",
        ];
        for path in paths {
            let answer = served.send(Method::GET, path, "*/*").await;
            assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
            assert_eq!(answer.header("referrer-policy"), "no-referrer", "{path}");
            assert!(answer.header("content-security-policy").contains("frame-ancestors 'none'"), "{path}");
            assert_eq!(answer.header("cross-origin-resource-policy"), "same-origin", "{path}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_name_that_is_not_the_servers_is_not_answered() {
    for_each_server(async |served| {
        let ask = async |path: &str, host: &str| {
            let request = Client::new().get(format!("http://{}{path}", served.address)).header("host", host);
            let answer = request.send().await.unwrap();
            (answer.status().as_u16(), answer.text().await.unwrap())
        };
        for host in ["evil.example", "evil.example:18411", "127.0.0.1.evil.example"] {
            for path in [
                "/v1/status/LV",
                "/graphql?query={log{position}}",
                "/graphql/ws",
                "/log/checkpoint",
                "/metrics",
                "/graphql/ide",
            ] {
                let (status, text) = ask(path, host).await;
                assert_eq!(status, 421, "{path}");
                assert!(text.contains("UNKNOWN_HOST") && text.contains("--allow-host"), "{text}");
            }
            assert_eq!(ask("/livez", host).await.0, 200, "it says nothing but yes");
        }
        for host in ["127.0.0.1", "localhost:1", "[::1]:2", "192.0.2.1"] {
            assert_eq!(ask("/v1/status/LV", host).await.0, 200, "{host}");
        }
    })
    .await;
    let (_database, program) =
        server(&["--allow-host", "depositary.test", "--public-url", "https://public.example/dep"]);
    for (host, status) in [("depositary.test:8080", 200), ("Public.Example", 200), ("other.test", 421)] {
        let request = Client::new().get(format!("http://{}/v1/status/LV", program.address)).header("host", host);
        assert_eq!(request.send().await.unwrap().status().as_u16(), status, "{host}");
    }
}

#[tokio::test]
async fn texts_travel_compressed_to_whoever_takes_that_and_shows_no_token() {
    for_each_server(async |served| {
        let token = served.token(depositary::access::Role::Reader, "reads").await;
        let get = async |path: &str, encoding: &str, token: &str| {
            let mut request = Client::new().get(format!("http://{}{path}", served.address));
            request = request.header("accept-encoding", encoding);
            if !token.is_empty() {
                request = request.bearer_auth(token);
            }
            request.send().await.unwrap()
        };
        let plain = get("/v1/agreements", "identity", "").await;
        let tag = plain.headers()["etag"].to_str().unwrap().to_owned();
        assert!(plain.headers()["vary"].to_str().unwrap().contains("accept"));
        let plain = plain.bytes().await.unwrap();
        let packed = get("/v1/agreements", "gzip, br, zstd", "").await;
        assert_eq!(packed.headers()["content-encoding"], "gzip");
        assert_eq!(packed.headers()["etag"].to_str().unwrap(), format!("W/{tag}"), "the same, in other bytes");
        let vary: Vec<_> =
            packed.headers().get_all("vary").iter().map(|vary| vary.to_str().unwrap().to_lowercase()).collect();
        assert!(vary.iter().any(|vary| vary.contains("accept-encoding")), "{vary:?}");
        let packed = packed.bytes().await.unwrap();
        assert!(
            packed.starts_with(&[0x1f, 0x8b]) && packed.len() * 4 < plain.len(),
            "{} of {}",
            packed.len(),
            plain.len()
        );
        let known = Client::new().get(format!("http://{}/v1/agreements", served.address));
        let known = known.header("accept-encoding", "gzip").header("if-none-match", format!("W/{tag}"));
        assert_eq!(known.send().await.unwrap().status().as_u16(), 304);
        for (path, token) in [("/v1/agreements", token.as_str()), ("/livez", ""), ("/v1/openapi.json", token.as_str())]
        {
            assert_eq!(get(path, "gzip", token).await.headers().get("content-encoding"), None, "{path}");
        }
        let signed_in =
            Client::new().get(format!("http://{}/rdp/KR", served.address)).header("accept-encoding", "gzip");
        let signed_in =
            signed_in.header("accept", "text/html").header("cookie", "session=somebody").send().await.unwrap();
        assert_eq!(signed_in.headers().get("content-encoding"), None, "a form's proof lies beside what is asked");
        let events = get("/graphql?query=subscription{milestoneRecorded{position}}", "gzip", "").await;
        assert_eq!(events.headers().get("content-encoding"), None);
    })
    .await;
}

#[tokio::test]
async fn a_slash_too_many_is_shown_the_way_and_nothing_is_answered_by_nothing() {
    for_each_server(async |served| {
        let client = Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        for (path, target) in [
            ("/graphql/", "../graphql"),
            ("/v1/agreements/?first=1", "../agreements?first=1"),
            ("/v1/status/LV/", "../LV"),
            ("/livez/", "../livez"),
        ] {
            let answer = client.get(format!("http://{}{path}", served.address)).send().await.unwrap();
            assert_eq!((answer.status().as_u16(), answer.headers()["location"].to_str().unwrap()), (308, target));
            let shown = Client::new().get(format!("http://{}{path}", served.address)).send().await.unwrap();
            assert_ne!(shown.status().as_u16(), 404, "{path}");
        }
        for path in ["/nothing", "/rdp/Atlantis", "//evil.example/", "/v1/"] {
            let answer = client.get(format!("http://{}{path}", served.address)).send().await.unwrap();
            assert_eq!(answer.status().as_u16(), 404, "{path}");
            assert!(answer.text().await.unwrap().contains("NOT_FOUND"), "{path}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_body_that_is_no_request_is_counted_by_its_length() {
    for_each_database(async |store| {
        let base = Served::start(store.clone()).await;
        let address = counting(&base, store, 1_000).await;
        let url = format!("http://{address}/graphql");
        let long = format!("{{\"query\": 1, \"x\": \"{}\"}}", "x".repeat(200_000));
        for (at, body) in ["x".repeat(200_000), long, "[".repeat(200_000)].into_iter().enumerate() {
            let client = format!("203.0.113.{at}");
            let send = || {
                let request = Client::new().post(&url).header("x-forwarded-for", &client);
                request.header("content-type", "application/json").body(body.clone()).send()
            };
            let mut statuses = Vec::new();
            for _ in 0..12 {
                statuses.push(send().await.unwrap().status().as_u16());
            }
            assert!(statuses[0] == 400 && statuses.contains(&429), "{statuses:?}");
        }
        let mut statuses = Vec::new();
        for _ in 0..200 {
            let request = Client::new().get(format!("{url}?variables=x")).header("x-forwarded-for", "203.0.113.250");
            statuses.push(request.send().await.unwrap().status().as_u16());
        }
        assert!(statuses[0] == 400 && statuses.contains(&429), "a wrong URL costs too");
    })
    .await;
}

#[tokio::test]
async fn a_replay_takes_from_the_quota_for_each_page_and_waits_where_too_little_is_left() {
    for_each_database(async |store| {
        let base = Served::start(store.clone()).await;
        // Ten pages of the log, each of which costs 200 in the one and 50 in the other.
        for (quota, field, heard_at_least, heard_at_most) in
            [(1_000, "statusChanged", 0, 330), (2_000, "milestoneRecorded", 571, 571)]
        {
            let address = counting(&base, store.clone(), quota).await;
            let mut socket = Socket::from(address, "203.0.113.7").await.unwrap();
            socket.subscribe("1", &format!("subscription {{ {field}(after: 0) {{ position }} }}"), json!({})).await;
            let mut heard = 0;
            while heard < 600 && tokio::time::timeout(Duration::from_secs(3), socket.hear()).await.is_ok() {
                heard += 1;
            }
            assert!((heard_at_least..=heard_at_most).contains(&heard), "{field}: {heard}");
            let request =
                Client::new().get(format!("http://{address}/v1/status/LV")).header("x-forwarded-for", "203.0.113.7");
            let answer = request.send().await.unwrap();
            let left = answer.headers()["ratelimit"].to_str().unwrap();
            let left = left.split("r=").nth(1).unwrap().split(';').next().unwrap().parse::<u32>().unwrap();
            assert!(left * 10 < quota * 9, "{field}: {left} of {quota} are left");
        }
    })
    .await;
}

#[tokio::test]
async fn a_plain_url_costs_by_the_length_of_its_answer_also_where_its_client_has_it_already() {
    for_each_database(async |store| {
        let served = Served::start(store.clone()).await;
        let address = counting(&served, store, 600).await;
        let costs = async |path: &str, tag: &str, client: &str| {
            let request = Client::new().get(format!("http://{address}{path}")).header("x-forwarded-for", client);
            let answer = request.header("if-none-match", tag).send().await.unwrap();
            let left = answer.headers()["ratelimit"].to_str().unwrap();
            let left = left.split("r=").nth(1).unwrap().split(';').next().unwrap().parse::<usize>().unwrap();
            let tag = answer.headers().get("etag").map(|tag| tag.to_str().unwrap().to_owned());
            (600 - left, tag, answer.bytes().await.unwrap().len())
        };
        let (short, ..) = costs("/v1/status/LV", "none", "203.0.113.1").await;
        assert!((50..60).contains(&short), "{short}");
        let (long, tag, bytes) = costs("/v1/agreements", "none", "203.0.113.2").await;
        assert!(bytes > 50_000 && long.abs_diff(50 + bytes / 2_048) <= 10, "{long} for {bytes} bytes");
        let (known, _, bytes) = costs("/v1/agreements", &tag.unwrap(), "203.0.113.3").await;
        assert!(bytes == 0 && known.abs_diff(long) <= 10, "{known} and {long}");
        let (few, ..) = costs("/v1/nothing", "none", "203.0.113.4").await;
        assert!((50..60).contains(&few), "{few}");
    })
    .await;
}

#[test]
fn a_proxy_on_this_machine_that_is_not_trusted_is_warned_of_once() {
    let (_database, program) = server(&["--rate-limit", "100"]);
    for _ in 0..3 {
        let request = "GET /v1/status/LV HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Forwarded-For: 203.0.113.7\r\nConnection: close\r\n\r\n";
        let mut stream = super::client::sent(program.address, request.as_bytes());
        // Who leaves before the answer may not have been heard.
        std::io::Read::read_to_end(&mut stream, &mut Vec::new()).unwrap();
        asked(program.address, "/livez");
    }
    std::thread::sleep(Duration::from_millis(300));
    let warnings = program.said().iter().filter(|line| line.contains("--trusted-proxy")).count();
    assert_eq!(warnings, 1);
}
