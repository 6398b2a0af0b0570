//! Is what `openapi.json` describes what is served, no less and no more?

use std::collections::BTreeSet;

use depositary::access::Role;
use depositary::domain::command::Intent;
use depositary::domain::event::MilestoneRecorded;
use depositary::domain::ids::Actor;
use depositary::domain::milestone::Detail;
use depositary::domain::source::{Capture, Preference, Source};
use depositary::domain::words::{
    AlertState, Deadline, Evidence, Headline, Listing, MilestoneKind, NoticePurpose, Reliability, ResolvedBy, Stage,
    Standing, Word,
};
use depositary::faces::rest::OPENAPI;
use depositary::faces::rest::described::{self, routes};
use depositary::projections::coverage::Precision;
use depositary::projections::diff::ChangeKind;
use depositary::projections::knowledge::Basis;
use depositary::projections::status::Rule;
use depositary::store::Store;
use depositary::work::desk::Verdict;
use reqwest::Method;
use serde_json::Value;
use testkit::databases::Database;
use testkit::facts;
use testkit::plain::{bundled_agreements, plain};
use testkit::register::{Fault, Register, documents, fill};
use testkit::serving::{Served, for_each_server};

use super::alerts::said;
use super::checker::{Checker, document, followed};

/// A documented path with its operation.
fn operations(document: &Value) -> Vec<(String, &Value)> {
    let paths = document["paths"].as_object().unwrap().iter();
    paths.map(|(path, methods)| (path.clone(), &methods["get"])).collect()
}

/// The parameters of an operation that are in the query.
fn query_parameters<'a>(document: &'a Value, operation: &'a Value) -> Vec<&'a Value> {
    let all = operation["parameters"].as_array().into_iter().flatten();
    all.map(|parameter| followed(document, parameter)).filter(|parameter| parameter["in"] == "query").collect()
}

/// A parameter with its example, as a query.
fn example(parameter: &Value) -> String {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned);
    let values = match &parameter["example"] {
        Value::Null => panic!("no example: {parameter}"),
        Value::Array(values) => values.iter().map(text).collect(),
        value => vec![text(value)],
    };
    let name = parameter["name"].as_str().unwrap();
    values.iter().map(|value| format!("{name}={value}")).collect::<Vec<_>>().join("&")
}

#[tokio::test]
async fn the_description_is_served_as_it_is_in_the_repository() {
    for_each_server(async |server| {
        let answer = server.send(Method::GET, "/v1/openapi.json", "*/*").await;
        assert_eq!((answer.status, answer.header("content-type")), (200, "application/json"));
        assert_eq!(answer.body, include_str!("../../../../openapi.json"));
    })
    .await;
}

#[test]
fn the_described_paths_are_those_that_are_served() {
    let described: BTreeSet<String> = operations(&document()).into_iter().map(|(path, _)| path).collect();
    let served = routes().map(|route| format!("/v1{}", route.path.replace("/feed/{country}", "/feed/{country}.atom")));
    assert_eq!(described, served.collect());
}

#[test]
fn the_committed_description_is_the_one_that_the_table_of_routes_and_the_views_make() {
    assert!(described::document() == OPENAPI, "openapi.json is out of date; write it anew: cargo xtask schema");
}

#[tokio::test]
async fn each_path_takes_the_parameters_that_are_described_and_no_others() {
    let document = document();
    let all: BTreeSet<String> = operations(&document)
        .iter()
        .flat_map(|(_, operation)| query_parameters(&document, operation))
        .map(|parameter| parameter["name"].as_str().unwrap().to_owned())
        .collect();
    for_each_server(async |server| {
        let digest = incoming(server).await;
        let bearer = format!("Bearer {}", server.token(Role::Reader, "only-reads").await);
        let get = async |path: String| {
            let answer = server.with_header(&path, "authorization", &bearer).await;
            (answer.status, answer.body)
        };
        for (path, operation) in operations(&document) {
            let path = path.replace("{country}", "LV").replace("{position}", "1").replace("{number}", "2022-05534");
            let path = path.replace("{sha256}", &digest);
            let described = query_parameters(&document, operation);
            for parameter in &described {
                let answer = get(format!("{path}?{}", example(parameter))).await;
                assert_eq!(answer.0, 200, "{path} {parameter}: {}", answer.1);
            }
            for name in &all {
                let (code, body) = get(format!("{path}?{name}=%20")).await;
                let is_described = described.iter().any(|parameter| parameter["name"] == name.as_str());
                let is_unknown = body.contains(&format!("there is no parameter `{name}` here"));
                assert_eq!((code, is_unknown), (400, !is_described), "{path} {name}: {body}");
            }
        }
    })
    .await;
}

/// Has some documents come into the inbox of a server; the digest of what was received of one.
pub async fn incoming(server: &Served) -> String {
    let mut all = documents();
    all[0]["abstract"] =
        "It would replace the memorandum signed on October 20, 2008, with the Republic of Korea.".into();
    let register = Register::start(all).await;
    let store = server.behind.answers.reader().store().clone();
    fill(server, &store, &register).await;
    register.break_by(Fault::Status(500));
    fill(server, &store, &register).await;
    let captures = store.captures("federal-register").await.unwrap();
    captures.first().unwrap().sha256.clone()
}

/// The command that records what a program read of Latvia, which no bundled fact is.
fn captured() -> depositary::domain::command::Command {
    let capture = Capture { sha256: "ab".repeat(32), fetched_at: facts::NOW.parse().unwrap() };
    let sources = vec![Source { capture: Some(capture), ..facts::source("A page") }];
    let milestone = facts::milestone("2020-01-01", "Read by a program.", Detail::Noted {});
    let recorded = MilestoneRecorded { milestone, sources };
    facts::command("captured", "rdp/LV", Intent::RecordMilestone(recorded))
}

/// What is asked as it is described, with nothing in it that somebody would choose.
const AS_DESCRIBED: [&str; 19] = [
    "/v1/agreements",
    "/v1/milestones",
    "/v1/stalled",
    "/v1/waiting",
    "/v1/counts",
    "/v1/durations",
    "/v1/diff",
    "/v1/lateness",
    "/v1/contradictions",
    "/v1/coverage",
    "/v1/figures",
    "/v1/alerts",
    "/v1/limits",
    "/v1/deadlines",
    "/v1/deadlines.ics",
    "/v1/log",
    "/v1/openapi.json",
    "/v1/feed.atom",
    "/v1/feed/alerts.atom",
];

/// What is described, and something that is asked of it.
const ASKED: [(&str, &str); 12] = [
    ("/v1/status/{country}", "/v1/status/KR?asOf=2025-10-28"),
    ("/v1/status/{country}", "/v1/status/LV?format=csv"),
    ("/v1/status/{country}", "/v1/status/LV?asOf=never"),
    ("/v1/status/{country}", "/v1/status/ZZ"),
    ("/v1/status/{country}", "/v1/status/UA?asOf=2010-01-01"),
    ("/v1/proof/{position}", "/v1/proof/412"),
    ("/v1/proof/{position}", "/v1/proof/0"),
    ("/v1/evidence/{country}", "/v1/evidence/LV?asOf=2017-06-30"),
    ("/v1/durations", "/v1/durations?from=DELISTED"),
    ("/v1/diff", "/v1/diff?fromAsOf=2016-05-01&fromBasis=PUBLISHED&fromKnownAt=2016-05-01T00:00:00Z"),
    ("/v1/lateness", "/v1/lateness?groupBy=COUNTRY"),
    ("/v1/feed/{country}.atom", "/v1/feed/LV.atom"),
];

#[tokio::test]
async fn every_answer_has_the_fields_that_are_described_and_no_others() {
    for database in Database::each().await {
        let store = database.store().await;
        let server = Served::start(store.clone()).await;
        said(&server).await;
        depositary::server::seed_figures(&server.behind.tracker).await.unwrap();
        drop(server.behind.tracker.execute(vec![captured()]).await.unwrap());
        let mut checker = Checker::new();
        for id in bundled_agreements() {
            let (instrument, code) = id.split_once('/').unwrap();
            for path in ["/v1/status/{country}", "/v1/timeline/{country}"] {
                let asked = format!("{}?instrument={instrument}", path.replace("{country}", code));
                checker.ask(&server, path, &asked).await;
            }
        }
        for path in AS_DESCRIBED {
            checker.ask(&server, path, path).await;
        }
        for (described, path) in ASKED {
            checker.ask(&server, described, path).await;
        }
        let digest = incoming(&server).await;
        let token = server.token(Role::Recorder, "inbox-desk").await;
        let item = server.behind.answers.inbox("federal-register").await.unwrap().pop().unwrap();
        let (desk, aside) = (
            Actor::parse("inbox-desk").unwrap(),
            Verdict::Snooze { until: "2026-12-31".parse().unwrap(), note: Some("In the new year.".to_owned()) },
        );
        depositary::work::desk::decide(&item, &aside, &desk, &server.behind.answers).await.unwrap();
        for (described, path) in [
            ("/v1/inbox", "/v1/inbox"),
            ("/v1/inbox/{number}", "/v1/inbox/2022-05534"),
            ("/v1/inbox/{number}", "/v1/inbox/2000-1"),
            ("/v1/sources", "/v1/sources"),
            ("/v1/captures/{sha256}", &format!("/v1/captures/{digest}")),
        ] {
            checker.ask_as(&server, &token, described, path).await;
        }
        checker.ask(&server, "/v1/inbox", "/v1/inbox").await;
        checker.ask(&server, "/v1/captures/{sha256}", "/v1/captures/0").await;
        match &store {
            Store::Postgres { read, .. } => read.close().await,
            Store::Sqlite { read, .. } => read.close().await,
        }
        checker.ask(&server, "/v1/agreements", "/v1/agreements").await;
        let unseen: Vec<String> = checker.described().difference(&checker.seen).cloned().collect();
        assert_eq!(unseen, Vec::<String>::new(), "described, and in no answer");
        database.drop().await;
    }
}

#[tokio::test]
async fn the_columns_are_those_that_are_described() {
    let document = document();
    for_each_server(async |server| {
        let mut checked = 0;
        for (path, operation) in operations(&document) {
            let Some(columns) = operation["responses"]["200"]["content"]["text/csv"]["x-columns"].as_array() else {
                continue;
            };
            let columns: Vec<&str> = columns.iter().map(|column| column.as_str().unwrap()).collect();
            let (_, body) = server.get(&format!("{}?format=csv", path.replace("{country}", "LV"))).await;
            assert_eq!(body.lines().next().unwrap(), columns.join(","), "{path}");
            checked += 1;
        }
        assert_eq!(checked, 17);
    })
    .await;
}

#[test]
fn the_described_words_are_those_of_the_vocabularies() {
    fn same<W: Word>(document: &Value, place: &str) {
        let words: Vec<String> = W::ALL.iter().map(|word| word.as_str().to_ascii_uppercase()).collect();
        assert_eq!(document["components"]["schemas"].pointer(place).unwrap()["enum"], Value::from(words), "{place}");
    }
    let document = document();
    same::<Headline>(&document, "/Headline");
    same::<Stage>(&document, "/Stage");
    same::<Standing>(&document, "/Standing");
    same::<Listing>(&document, "/Listing");
    same::<Evidence>(&document, "/Evidence");
    same::<MilestoneKind>(&document, "/MilestoneKind");
    same::<NoticePurpose>(&document, "/NoticePurpose");
    same::<Basis>(&document, "/KnowledgeBasis");
    same::<Rule>(&document, "/Rule");
    same::<ChangeKind>(&document, "/ChangeKind");
    same::<Preference>(&document, "/Preference");
    same::<AlertState>(&document, "/AlertState");
    same::<Deadline>(&document, "/DeadlineKind");
    same::<ResolvedBy>(&document, "/AlertEnd");
    same::<Reliability>(&document, "/Reliability");
    same::<Precision>(&document, "/DatePrecision");
}

#[tokio::test]
async fn an_answer_pinned_to_a_position_is_given_again_exactly() {
    for_each_server(async |server| {
        for path in ["/v1/status/LV?asOf=2017-06-30&atPosition=500", "/v1/agreements?asOf=2016-05-01&atPosition=623"] {
            assert_eq!(plain(server, path).await, plain(server, path).await);
            assert!(path.ends_with(&plain(server, path).await["position"].to_string()));
        }
    })
    .await;
}
