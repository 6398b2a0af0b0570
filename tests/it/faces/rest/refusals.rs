//! What does someone hear who asks a plain URL wrongly? What is wrong and what to do, and never what is inside.

use depositary::access::Role;
use depositary::store::Store;
use reqwest::Method;
use serde_json::{Value, json};
use testkit::databases::Database;
use testkit::facts::{note, open};
use testkit::serving::{Served, for_each_server};

use super::description::incoming;

/// The error of a request that is refused, once it has its form.
async fn refused(server: &Served, path: &str, code: u16) -> Value {
    let answer = server.send(Method::GET, path, "*/*").await;
    assert_eq!(answer.status, code, "{path}: {}", answer.body);
    assert_eq!(answer.header("content-type"), "application/json", "{path}");
    let error = answer.json()["error"].take();
    assert!(error["message"].as_str().is_some_and(|message| !message.is_empty()), "{path}: {error}");
    error
}

/// What is asked, the parameter that is wrong in it, and what is said of it.
const WRONG: [(&str, &str, &str); 51] = [
    ("status/LV?asOf=2017-02-30", "asOf", "give a day of the calendar such as 2017-06-30"),
    ("status/LV?asOf=2017-02", "asOf", "give a day of the calendar such as 2017-06-30"),
    ("status/LV?asOf=[2017-06-30..2017-06-30]", "asOf", "give a day of the calendar such as 2017-06-30"),
    ("status/LV?asOf=", "asOf", "give a day of the calendar such as 2017-06-30"),
    ("status/LV?asOf=2017-06-30&asOf=2017-06-30", "asOf", "takes one value"),
    ("status/LV?knownAt=yesterday", "knownAt", "give an instant such as 2018-03-13T00:00:00Z"),
    ("status/LV?knownAt=2018-03-13T00:00:00+01:00", "knownAt", "its + written as %2B"),
    ("status/LV?knownAt=9999-12-31T23:59:59-01:00", "knownAt", "give an instant"),
    ("status/LV?basis=HEARSAY", "basis", "give one of RECORDED, PUBLISHED"),
    ("status/LV?atPosition=-1", "atPosition", "a whole number from 0"),
    ("status/LV?atPosition=%2B1", "atPosition", "a whole number from 0"),
    ("status/LV?atPosition=99999999999999999999", "atPosition", "a whole number from 0"),
    ("status/LV?atPosition=624", "atPosition", "position 624 lies ahead of the log, which is at 623"),
    ("status/LV?atPosition=5&knownAt=2018-03-13T00:00:00Z", "atPosition", "exclude each other"),
    ("status/LV?instrument=nato", "instrument", "known are korus, rdp, rsf, sosa"),
    ("status/LV?instrument=%00", "instrument", "known are korus, rdp, rsf, sosa"),
    ("status/LV?format=xml", "format", "give one of json, csv"),
    ("agreements?country=XX", "country", "give an ISO 3166-1 alpha-2 code"),
    ("agreements?headline=FINE", "headline", "give one of NO_AGREEMENT, INTENT_ANNOUNCED"),
    ("agreements?stage=LATE", "stage", "give one of NOT_STARTED"),
    ("agreements?standing=TALL", "standing", "give one of NOT_CONCLUDED"),
    ("agreements?listing=YES", "listing", "give one of UNLISTED, CASE_BY_CASE, BLANKET"),
    ("agreements?certainty=MAYBE", "certainty", "give one of CERTAIN, POSSIBLE"),
    ("agreements?having=TEA", "having", "give one of INTENT_ANNOUNCED"),
    ("agreements?lacking=TEA", "lacking", "give one of INTENT_ANNOUNCED"),
    ("agreements?first=0", "first", "1 to 100"),
    ("agreements?first=101", "first", "1 to 100"),
    ("agreements?first=ten", "first", "1 to 100"),
    ("agreements?after=rdp", "after", "such as rdp/LV"),
    ("stalled?after=first", "after", "a whole number"),
    ("durations?from=BIRTH", "from", "give one of INTENT_ANNOUNCED"),
    ("durations?to=DEATH", "to", "give one of INTENT_ANNOUNCED"),
    ("durations?rounds=TWO", "rounds", "give one of FIRST, LATER, ALL"),
    ("durations?noticePurpose=FUN", "noticePurpose", "give one of NEGOTIATION, FEASIBILITY, RENEWAL"),
    ("diff?fromAsOf=2017", "fromAsOf", "a day of the calendar"),
    ("diff?toKnownAt=never", "toKnownAt", "give an instant"),
    ("diff?toBasis=RUMOUR", "toBasis", "give one of RECORDED, PUBLISHED"),
    ("diff?fromAtPosition=624", "fromAtPosition", "position 624 lies ahead of the log, which is at 623"),
    ("diff?toAtPosition=5&toKnownAt=2018-03-13T00:00:00Z", "toAtPosition", "exclude each other"),
    ("diff?asOf=2017-06-30", "asOf", "there is no parameter `asOf` here"),
    ("diff?after=rdp", "after", "such as rdp/LV"),
    ("feed.atom?before=9007199254740993", "before", "a whole number from 0"),
    ("lateness?groupBy=MOOD", "groupBy", "give one of SOURCE, COUNTRY"),
    ("figures?fit=WELL", "fit", "give one of AGREES, POSSIBLE, DIFFERS"),
    ("figures?measure=Listed", "measure", "the name of a measure"),
    ("coverage?asOf=2020-01-01", "asOf", "there is no parameter `asOf` here"),
    ("contradictions?country=XX", "country", "give an ISO 3166-1 alpha-2 code"),
    ("feed.atom?before=now", "before", "a whole number from 0"),
    ("timeline/LV?asOf=2017-06-30", "asOf", "there is no parameter `asOf` here"),
    (
        "status/LV?date=2017-06-30",
        "date",
        "there are: instrument, asOf, knownAt, basis, atPosition, format, minPosition",
    ),
    ("openapi.json?pretty=1", "pretty", "there are: minPosition"),
];

#[tokio::test]
async fn a_wrong_value_is_refused_with_the_parameters_name_and_its_rule() {
    for_each_server(async |server| {
        for (path, field, rule) in WRONG {
            let error = refused(server, &format!("/v1/{path}"), 400).await;
            assert_eq!((&error["code"], &error["field"]), (&json!("BAD_USER_INPUT"), &json!(field)), "{path}");
            assert!(error["message"].as_str().unwrap().contains(rule), "{path}: {error}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_message_shows_no_more_than_the_beginning_of_what_was_sent() {
    for_each_server(async |server| {
        let long = "x".repeat(4_000);
        for path in [
            format!("status/LV?asOf={long}"),
            format!("status/LV?{long}=1"),
            format!("status/LV?instrument={long}"),
            format!("agreements?after={long}"),
        ] {
            let error = refused(server, &format!("/v1/{path}"), 400).await;
            assert!(error.to_string().len() < 400, "{error}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_country_that_is_none_and_a_path_that_leads_nowhere_are_not_found() {
    for_each_server(async |server| {
        for path in ["status/ZZ", "status/Latvia", "timeline/00", "feed/ZZ.atom", "feed/.atom", "status/%F0%9F%87%B1"] {
            let error = refused(server, &format!("/v1/{path}"), 404).await;
            assert_eq!((&error["code"], &error["field"]), (&json!("NOT_FOUND"), &json!("country")), "{path}");
        }
        for path in ["", "/", "/status", "/status/", "/feed/LV", "/feed", "/nothing", "/status/%FF"] {
            let error = refused(server, &format!("/v1{path}"), 404).await;
            assert_eq!(error["code"], "NOT_FOUND", "{path}");
        }
    })
    .await;
}

#[tokio::test]
async fn only_get_and_head_are_answered_and_the_refusal_says_so() {
    for_each_server(async |server| {
        for path in depositary::faces::rest::described::routes().map(|route| route.path) {
            let path = format!("/v1{}", path.replace("{country}", "LV").replace("{position}", "1"));
            for method in [Method::POST, Method::PUT, Method::DELETE, Method::PATCH, Method::OPTIONS] {
                let answer = server.send(method, &path, "*/*").await;
                assert_eq!((answer.status, answer.header("allow")), (405, "GET,HEAD"), "{path}");
                assert_eq!(answer.json()["error"]["code"], "METHOD_NOT_ALLOWED", "{path}");
            }
        }
        let head = server.send(Method::HEAD, "/v1/status/LV", "*/*").await;
        assert_eq!((head.status, head.body.as_str()), (200, ""));
    })
    .await;
}

#[tokio::test]
async fn a_client_gets_the_form_that_it_values_most_or_hears_which_there_are() {
    let csv = "text/csv; charset=utf-8; header=present";
    let cases = [
        ("status/LV", "*/*", "application/json"),
        ("status/LV", "", "application/json"),
        ("status/LV", "text/csv", csv),
        ("status/LV", "TEXT/CSV; charset=utf-8", csv),
        ("status/LV", "text/*", csv),
        ("status/LV", "text/csv;q=0.5, application/json;q=0.4", csv),
        ("status/LV", "text/csv, application/json", "application/json"),
        ("status/LV", "*/*, application/json;q=0.1", csv),
        ("status/LV", "text/html,application/xhtml+xml,*/*;q=0.8", "application/json"),
        ("status/LV?format=csv", "application/json", csv),
        ("status/LV?format=json", "text/csv", "application/json"),
        ("feed.atom", "application/rss+xml", "application/atom+xml; charset=utf-8"),
        ("feed.atom", "text/html", "application/atom+xml; charset=utf-8"),
        ("feed/LV.atom", "application/json", "application/atom+xml; charset=utf-8"),
        ("feed/alerts.atom", "application/rss+xml", "application/atom+xml; charset=utf-8"),
        ("openapi.json", "text/csv", "application/json"),
    ];
    for_each_server(async |server| {
        for (path, accept, form) in cases {
            let answer = server.send(Method::GET, &format!("/v1/{path}"), accept).await;
            assert_eq!((answer.status, answer.header("content-type")), (200, form), "{path} {accept}");
        }
        for (path, accept, there_is) in [
            ("status/LV", "text/html", "application/json or text/csv"),
            ("status/LV", "application/json;q=0", "application/json or text/csv"),
            ("status/LV", "nonsense", "application/json or text/csv"),
        ] {
            let answer = server.send(Method::GET, &format!("/v1/{path}"), accept).await;
            let error = &answer.json()["error"];
            assert_eq!((answer.status, &error["code"]), (406, &json!("NOT_ACCEPTABLE")), "{path} {accept}");
            assert!(error["message"].as_str().unwrap().contains(there_is), "{error}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_position_that_is_asked_for_is_waited_for_at_every_path() {
    for_each_server(async |server| {
        let digest = incoming(server).await;
        let bearer = format!("Bearer {}", server.token(Role::Reader, "only-reads").await);
        let paths = depositary::faces::rest::described::routes()
            .map(|route| route.path.replace("/feed/{country}", "/feed/LV.atom").replace("{sha256}", &digest));
        let paths = paths
            .map(|path| path.replace("{country}", "LV").replace("{position}", "1").replace("{number}", "2022-05534"));
        for path in paths {
            for there in ["623", "0"] {
                let asked = format!("/v1{path}?minPosition={there}");
                let answer = server.with_header(&asked, "authorization", &bearer).await;
                assert_eq!(answer.status, 200, "{path}: {}", answer.body);
            }
            for wrong in ["abc", "-1", "9007199254740993"] {
                let error = refused(server, &format!("/v1{path}?minPosition={wrong}"), 400).await;
                assert_eq!((&error["code"], &error["field"]), (&json!("BAD_USER_INPUT"), &json!("minPosition")));
                let by_header = server.with_header(&format!("/v1{path}"), "Depositary-Min-Position", wrong).await;
                assert_eq!(by_header.status, 400, "{path}");
            }
        }
        let (waited, ()) = tokio::join!(server.with_header("/v1/status/RO", "Depositary-Min-Position", "623"), async {
            let commands = vec![open("rdp/RO"), note("a", "rdp/RO")];
            server.behind.tracker.execute(commands).await.unwrap();
        });
        assert_eq!((waited.status, &waited.json()["position"]), (200, &json!(623)), "it answers by what was written");
        let never = refused(server, "/v1/status/RO?minPosition=99999", 400).await;
        assert_eq!((&never["code"], &never["field"]), (&json!("POSITION_NOT_REACHED"), &json!("minPosition")));
    })
    .await;
}

#[tokio::test]
async fn a_log_that_cannot_be_read_is_told_with_an_id_and_without_its_inside() {
    for database in Database::each().await {
        let store = database.store().await;
        let server = Served::start(store.clone()).await;
        match &store {
            Store::Postgres { read, .. } => read.close().await,
            Store::Sqlite { read, .. } => read.close().await,
        }
        for path in [
            "status/LV",
            "agreements",
            "timeline/LV",
            "stalled",
            "durations?format=csv",
            "lateness",
            "contradictions",
            "coverage",
            "figures",
            "feed.atom",
            "feed/LV.atom",
        ] {
            let error = refused(&server, &format!("/v1/{path}"), 503).await;
            assert_eq!(error["code"], "STORAGE_UNAVAILABLE", "{path}");
            assert_eq!(error["message"], "the log cannot be read at the moment; try again later", "{path}");
            assert!(error["requestId"].as_str().unwrap().parse::<uuid::Uuid>().is_ok(), "{error}");
        }
        assert_eq!(server.get("/v1/openapi.json").await.0, 200);
        database.drop().await;
    }
}
