//! What do the server's faces answer, without a network, in this process?
//!
//! Invariant: the clock stands still, so that an input is answered the same each time.

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, header};
use depositary::access::{Access, Rates};
use depositary::answers::Answers;
use depositary::clock::Clock;
use depositary::config::instruments::Instruments;
use depositary::faces::behind::Behind;
use depositary::faces::open::Open;
use depositary::read::reader::Reader;
use depositary::record::tracker::Tracker;
use depositary::server::{router, seed};
use depositary::store::Store;
use depositary::work::delivery::addresses::Rules;
use depositary::work::delivery::{Courier, PATIENCE, Webhooks, by_the_system};
use serde_json::{Value, json};
use tokio::runtime::Runtime;
use tower::Service;

/// The codes of errors that are the asker's; any other is a fault.
const CODES: &[&str] = &[
    "BAD_REQUEST",
    "BAD_USER_INPUT",
    "FORBIDDEN",
    "GRAPHQL_PARSE_FAILED",
    "GRAPHQL_VALIDATION_FAILED",
    "METHOD_NOT_ALLOWED",
    "NOT_ACCEPTABLE",
    "NOT_FOUND",
    "OPERATION_RESOLUTION_FAILURE",
    "PERSISTED_QUERY_NOT_FOUND",
    "QUERY_TOO_COMPLEX",
    "UNAUTHENTICATED",
];

/// A server over the bundled facts, whose clock stands still.
pub struct Server {
    runtime: Runtime,
    router: Router,
}

impl Server {
    /// One over the empty database of a URL.
    pub fn start(url: &str) -> Self {
        let runtime = Runtime::new().unwrap();
        let router = runtime.block_on(async {
            let store = Store::connect(url).await.unwrap();
            store.migrate().await.unwrap();
            let clock = Clock::manual("2026-11-24T12:00:00Z".parse().unwrap());
            let instruments = Instruments::bundled().unwrap();
            let reader = Reader::open(store.clone(), instruments.clone()).await.unwrap();
            let tracker = Tracker::start(store.clone(), instruments.clone(), clock.clone(), reader.clone());
            seed(&tracker).await.unwrap();
            let access = Access::new(store.clone(), clock.clone(), false);
            let answers = Answers::new(reader, instruments, clock.clone());
            let courier = Courier::new(Rules::default(), PATIENCE, &by_the_system(), clock.clone());
            let webhooks = Webhooks::new(answers.clone(), courier, clock, "https://depositary.example".into());
            let behind = Behind { answers, tracker, access, rates: Rates::default(), webhooks };
            router(store, behind, depositary::work::alerts::Looks::default(), Open::default(), [].into()).unwrap()
        });
        Self { runtime, router }
    }

    /// The answer to a body that is posted as a GraphQL request.
    pub fn post(&self, body: impl Into<Body>) -> Value {
        let request = Request::post("/graphql").header(header::CONTENT_TYPE, "application/json");
        self.answer(request.body(body.into()).unwrap())
    }

    /// The answer to a GraphQL document with variables.
    pub fn ask(&self, query: &str, variables: &Value) -> Value {
        self.post(json!({ "query": query, "variables": variables }).to_string())
    }

    /// The answer at a plain URL.
    pub fn get(&self, path: &str) -> Value {
        self.answer(Request::get(path).body(Body::empty()).unwrap())
    }

    /// An answer is JSON, and an error in it is the asker's: it has a code and a short message.
    fn answer(&self, request: Request<Body>) -> Value {
        let (status, body) = self.runtime.block_on(async {
            let response = self.router.clone().call(request).await.unwrap();
            (response.status(), to_bytes(response.into_body(), usize::MAX).await.unwrap())
        });
        let answer: Value = serde_json::from_slice(&body).unwrap_or_else(|error| panic!("{error}: {body:?}"));
        assert!(!status.is_server_error(), "{status}: {answer}");
        let errors = answer.get("errors").and_then(Value::as_array).into_iter().flatten();
        let plain = answer.get("error").into_iter();
        for (code, error) in
            errors.map(|error| (&error["extensions"]["code"], error)).chain(plain.map(|error| (&error["code"], error)))
        {
            assert!(code.as_str().is_some_and(|code| CODES.contains(&code)), "{answer}");
            let message = error["message"].as_str().unwrap();
            assert!(!message.is_empty() && message.chars().count() <= 300, "{message}");
        }
        answer
    }
}
