//! How do results travel as server-sent events?
//!
//! Invariant: the distinct connections mode of `graphql-sse`: a `next` for each result and one `complete` at the end. A
//! server that ends says no `complete`, so that the client comes back.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use async_graphql::Response as Answer;
use axum::body::Body;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures_util::stream::{self, StreamExt};
use serde_json::json;
use tokio::time::{Instant, sleep, sleep_until};

use super::Served;
use super::failure::{Failure, never_ran};
use super::prepare::Prepared;
use crate::access::{AccessError, Caller};
use crate::config::limits::Limit;
use crate::faces::graphql::context::Asked;
use crate::telemetry;

/// How often a comment is sent to a client that hears nothing else, so that nobody between takes it for gone.
const KEEP_ALIVE: Duration = Duration::from_secs(12);
/// The end. An event without a line of data would never be dispatched, so it has an empty one.
const COMPLETE: &str = "event: complete\ndata:\n\n";

/// The results of a request, until it ends, its caller is no longer welcome, its time is over or the process ends.
pub fn results(served: &Served, prepared: Prepared, caller: Caller) -> Response {
    let asked = prepared.asked.clone();
    let results = Box::pin(super::results::results(served, prepared));
    let (access, ending) = (served.behind.access.clone(), served.open.ending.clone());
    let (over, struck) = (Instant::now() + *served.open.limits.stream_time, served.open.struck.clone());
    let watched = (access.clone(), caller.clone());
    let unwelcome = Box::pin(async move { watched.0.unwelcome(&watched.1).await });
    let request = telemetry::request();
    let events = stream::unfold(Some((results, unwelcome, None)), move |state| {
        let (access, caller, ending, asked) = (access.clone(), caller.clone(), ending.clone(), asked.clone());
        let struck = struck.clone();
        async move {
            // Whoever asks for the next event has taken the one before, and its place is free.
            let (mut results, mut unwelcome, _taken) = state?;
            tokio::select! {
                biased;
                () = ending.cancelled() => None,
                // Without a last word, as when the process ends: the client comes back.
                () = sleep_until(over) => {
                    struck.count(Limit::StreamTime);
                    None
                }
                error = &mut unwelcome => Some((denied(&error) + COMPLETE, None)),
                result = telemetry::within(request, results.next()) => match (result, access.still(&caller).await) {
                    (_, Err(error)) if !error.is_fault() => Some((denied(&error) + COMPLETE, None)),
                    (Some(Ok(given)), _) => {
                        Some((next(&given.answer, &asked), Some((results, unwelcome, given.place))))
                    }
                    (Some(Err(failure)), _) => Some((told(&failure) + COMPLETE, None)),
                    (None, _) => Some((COMPLETE.to_owned(), None)),
                },
                () = sleep(KEEP_ALIVE) => Some((":\n\n".to_owned(), Some((results, unwelcome, None)))),
            }
        }
    });
    answer(events)
}

/// A request that was refused, told as the only result.
pub fn refused(failure: &Failure) -> Response {
    answer(stream::once(std::future::ready(told(failure) + COMPLETE)))
}

fn told(failure: &Failure) -> String {
    written(&json!({ "errors": failure.errors }), None)
}

fn answer(events: impl stream::Stream<Item = String> + Send + 'static) -> Response {
    // Who has not read a stream to its end asks nothing more by its connection.
    let headers = [
        (header::CONTENT_TYPE, "text/event-stream"),
        (header::CACHE_CONTROL, "no-cache"),
        (header::VARY, "Accept"),
        (header::CONNECTION, "close"),
    ];
    (headers, Body::from_stream(events.map(Ok::<_, Infallible>))).into_response()
}

/// A result, under the position that it answers by: a browser sends it back as `Last-Event-ID` when it reconnects.
fn next(result: &Answer, asked: &Arc<Asked>) -> String {
    if never_ran(result) {
        return written(&json!({ "errors": &result.errors }), None);
    }
    written(result, Some(asked.position().0))
}

fn denied(error: &AccessError) -> String {
    told(&Failure::new(StatusCode::UNAUTHORIZED, error.code(), &error.to_string()))
}

/// JSON has no line break outside of its texts, and none unescaped in them, so one line of data holds it.
fn written(result: &impl serde::Serialize, id: Option<u64>) -> String {
    // No result of the executor fails to be written as JSON.
    let data = serde_json::to_string(result).unwrap_or_default();
    let id = id.map(|id| format!("id: {id}\n")).unwrap_or_default();
    format!("event: next\n{id}data: {data}\n\n")
}
