//! Does the transport ask its host what it says it does, and do as it is told?

#![expect(clippy::unwrap_used, reason = "a test says what it expects by failing")]

#[expect(dead_code, reason = "its main is run by hand")]
#[path = "../examples/hello.rs"]
mod hello;

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_graphql::{EmptyMutation, EmptySubscription, Object, Schema};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::request::Parts;
use axum::http::{Extensions, HeaderMap, Request, StatusCode, header};
use depositary_graphql_transport::{Begun, Failure, Host, Limits, Met, Metered, Positions, Settings, Wanted, router};
use serde_json::{Value, json};
use tower::ServiceExt;

/// An answer, whole.
struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    extensions: Extensions,
    text: String,
}

impl Answer {
    fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap()
    }

    /// The code of the first error.
    fn code(&self) -> String {
        self.json()["errors"][0]["extensions"]["code"].as_str().unwrap_or_default().to_owned()
    }
}

async fn send(router: &Router, request: Request<Body>) -> Answer {
    let (head, body) = router.clone().oneshot(request).await.unwrap().into_parts();
    let text = String::from_utf8(to_bytes(body, usize::MAX).await.unwrap().to_vec()).unwrap();
    Answer { status: head.status, headers: head.headers, extensions: head.extensions, text }
}

fn post(query: &str, accept: &str) -> axum::http::request::Builder {
    let request = Request::post("/graphql").header(header::CONTENT_TYPE, "application/json");
    request.header(header::ACCEPT, accept).extension(json!({ "query": query }).to_string())
}

async fn ask(router: &Router, query: &str, accept: &str) -> Answer {
    asked(router, post(query, accept)).await
}

/// Sends a request whose body stands among its extensions.
async fn asked(router: &Router, request: axum::http::request::Builder) -> Answer {
    let body = request.extensions_ref().and_then(|told| told.get::<String>().cloned()).unwrap_or_default();
    send(router, request.body(Body::from(body)).unwrap()).await
}

const JSON: &str = "application/json";

#[tokio::test]
async fn the_example_answers_by_post_and_by_get() {
    let router = hello::hello();
    let answer = ask(&router, "{ hello(name: \"Riga\") }", JSON).await;
    assert_eq!((answer.status, &answer.json()["data"]), (StatusCode::OK, &json!({ "hello": "Hello, Riga!" })));
    assert_eq!(answer.json()["extensions"]["cost"], json!({ "requested": 1, "limit": 5_000 }));
    let answer = send(&router, Request::get("/graphql?query=%7Bhello%7D").body(Body::empty()).unwrap()).await;
    assert_eq!(answer.json()["data"], json!({ "hello": "Hello, world!" }));
    assert_eq!(answer.headers[header::VARY], "Accept");
}

#[tokio::test]
async fn a_refusal_has_a_code_and_the_status_that_the_form_of_the_answer_wants() {
    let router = hello::hello();
    for (query, code) in [
        ("{ hello(name: 1) }", "BAD_USER_INPUT"),
        ("{ helo }", "GRAPHQL_VALIDATION_FAILED"),
        ("{ hello", "GRAPHQL_PARSE_FAILED"),
        ("{ numbers(first: 100000) }", "QUERY_TOO_COMPLEX"),
        ("query A { hello } query B { hello }", "OPERATION_RESOLUTION_FAILURE"),
    ] {
        let answer = ask(&router, query, JSON).await;
        assert_eq!((answer.status, answer.code().as_str()), (StatusCode::OK, code), "{query}");
        let answer = ask(&router, query, "application/graphql-response+json").await;
        assert_eq!((answer.status, answer.code().as_str()), (StatusCode::BAD_REQUEST, code), "{query}");
    }
    assert_eq!(ask(&router, "{ hello }", "text/html").await.status, StatusCode::NOT_ACCEPTABLE);
}

#[tokio::test]
async fn a_subscription_is_a_stream_of_events_that_says_its_end() {
    let answer = ask(&hello::hello(), "subscription { count(to: 2) }", "text/event-stream").await;
    let next = |number: u8| format!("event: next\ndata: {{\"data\":{{\"count\":{number}}}}}\n\n");
    assert_eq!(answer.text, next(1) + &next(2) + "event: complete\ndata:\n\n");
}

/// A question with a long answer.
struct Long;

#[Object]
impl Long {
    /// So many letters.
    async fn letters(&self, many: usize) -> String {
        "a".repeat(many)
    }
}

type LongSchema = Schema<Long, EmptyMutation, EmptySubscription>;

/// A program that knows one caller, counts what it spends, and has no place for large answers.
struct Strict {
    schema: LongSchema,
    left: AtomicUsize,
    wanted: &'static Mutex<Vec<Wanted>>,
    met: &'static Mutex<Vec<Met>>,
}

/// What a layer around the answers is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Left(usize);

impl Host for Strict {
    type Schema = LongSchema;
    type Caller = String;
    type Notes = ();
    type Place = ();

    fn schema(&self) -> &LongSchema {
        &self.schema
    }

    async fn caller(&self, head: &Parts, _: Option<&str>) -> Result<String, Failure> {
        let name = head.headers.get("x-name").and_then(|name| name.to_str().ok());
        name.map(str::to_owned).ok_or_else(|| Failure::new(StatusCode::UNAUTHORIZED, "NO_NAME", "say who you are"))
    }

    async fn begin(&self, _: &String, wanted: Wanted) -> Result<Begun<()>, Failure> {
        self.wanted.lock().unwrap().push(wanted);
        Ok(Begun::default())
    }

    async fn place(&self, _: &String) -> Result<(), Failure> {
        Err(Failure::new(StatusCode::SERVICE_UNAVAILABLE, "CROWDED", "there is no place"))
    }

    fn charge(&self, _: &String, cost: usize) -> Result<Extensions, Failure> {
        let spend = |left: usize| left.checked_sub(cost);
        let Ok(before) = self.left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, spend) else {
            let failure = Failure::new(StatusCode::TOO_MANY_REQUESTS, "SPENT", "too little is left");
            return Err(failure.retry_after(7).telling(Left(0)));
        };
        let mut charged = Extensions::new();
        charged.insert(Left(before - cost));
        Ok(charged)
    }

    fn may_ask(&self, caller: &String) -> Result<(), Failure> {
        let stranger = || Failure::new(StatusCode::FORBIDDEN, "STRANGER", "you may not ask");
        (caller == "friend").then_some(()).ok_or_else(stranger)
    }

    fn met(&self, limit: Met) {
        self.met.lock().unwrap().push(limit);
    }

    fn request_id(&self) -> Option<String> {
        Some("the request".to_owned())
    }
}

/// What was heard of a strict program, and its routes.
fn strict(left: usize) -> (Router, &'static Mutex<Vec<Wanted>>, &'static Mutex<Vec<Met>>) {
    let (wanted, met) = (Box::leak(Box::default()), Box::leak(Box::default()));
    let schema = Schema::build(Long, EmptyMutation, EmptySubscription).extension(Metered::<Strict>::default()).finish();
    let limits = Limits { answer_bytes: 2_000, free_bytes: 1_000, ..Limits::default() };
    let positions = Some(Positions { header: "x-at-least", argument: "atLeast" });
    let settings = Settings { sdl: schema.sdl(), limits, positions, ..Settings::default() };
    let host = Strict { schema, left: left.into(), wanted, met };
    (router(host, settings), wanted, met)
}

const SHORT: &str = "{ letters(many: 1) }";

#[tokio::test]
async fn nobody_is_answered_whom_the_host_does_not_know_or_does_not_let_ask() {
    let (router, wanted, _) = strict(100);
    let answer = ask(&router, SHORT, JSON).await;
    assert_eq!((answer.status, answer.code().as_str()), (StatusCode::UNAUTHORIZED, "NO_NAME"));
    assert_eq!(answer.json()["errors"][0]["extensions"]["requestId"], "the request");
    assert_eq!(answer.headers[header::WWW_AUTHENTICATE], "Bearer");
    let answer = asked(&router, post(SHORT, JSON).header("x-name", "foe")).await;
    assert_eq!(answer.code(), "STRANGER");
    assert!(wanted.lock().unwrap().is_empty(), "nothing began");
}

#[tokio::test]
async fn what_is_spent_is_told_to_the_layers_around_and_who_has_nothing_left_hears_when_to_ask_again() {
    let (router, ..) = strict(1);
    let answer = asked(&router, post(SHORT, JSON).header("x-name", "friend")).await;
    assert_eq!((answer.status, answer.extensions.get()), (StatusCode::OK, Some(&Left(0))));
    let answer = asked(&router, post(SHORT, "application/graphql-response+json").header("x-name", "friend")).await;
    assert_eq!((answer.status, answer.code().as_str()), (StatusCode::TOO_MANY_REQUESTS, "SPENT"));
    assert_eq!(
        (&answer.headers[header::RETRY_AFTER], answer.extensions.get()),
        (&"7".parse().unwrap(), Some(&Left(0)))
    );
}

#[tokio::test]
async fn a_large_answer_needs_a_place_and_none_is_larger_than_the_limit() {
    let (router, _, met) = strict(100);
    let answer = asked(&router, post("{ letters(many: 900) }", JSON).header("x-name", "friend")).await;
    assert_eq!(answer.json()["data"]["letters"].as_str().unwrap().len(), 900);
    let answer = asked(&router, post("{ letters(many: 1500) }", JSON).header("x-name", "friend")).await;
    assert_eq!((answer.status, answer.code().as_str()), (StatusCode::SERVICE_UNAVAILABLE, "CROWDED"));
    assert!(met.lock().unwrap().is_empty());
    let answer = asked(&router, post("{ letters(many: 2500) }", JSON).header("x-name", "friend")).await;
    assert_eq!(answer.code(), "ANSWER_TOO_LARGE");
    assert_eq!(*met.lock().unwrap(), [Met::AnswerBytes]);
}

#[tokio::test]
async fn the_host_hears_which_position_a_request_wants() {
    let (router, wanted, _) = strict(100);
    let request = || post(SHORT, JSON).header("x-name", "friend");
    asked(&router, request().header("x-at-least", "3").header("last-event-id", "2")).await;
    asked(&router, request()).await;
    assert_eq!(*wanted.lock().unwrap(), [Wanted { at_least: Some(3), last_heard: Some(2) }, Wanted::default()]);
    let answer = asked(&router, request().header("x-at-least", "soon")).await;
    assert_eq!(answer.code(), "BAD_REQUEST");
}
