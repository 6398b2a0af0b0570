//! How do results travel as server-sent events?
//!
//! Invariant: the distinct connections mode of `graphql-sse`: a `next` for each result and one `complete` at the end.

use std::convert::Infallible;
use std::time::Duration;

use async_graphql::Request;
use axum::body::Body;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures_util::stream::{self, StreamExt};
use serde_json::json;

use super::Served;
use super::failure::{Failure, mended};
use crate::access::{AccessError, Caller};

/// How often a comment is sent to a client that hears nothing else, so that nobody between takes it for gone.
const KEEP_ALIVE: Duration = Duration::from_secs(12);
/// The end. An event without a line of data would never be dispatched, so it has an empty one.
const COMPLETE: &str = "event: complete\ndata:\n\n";

/// The results of a request, until it ends or its caller is no longer welcome.
pub fn stream(served: &Served, request: Request, caller: Caller) -> Response {
    let results = served.schema.execute_stream(request).map(|result| next(&mended(result)));
    let access = served.behind.access.clone();
    let unwelcome = Box::pin(async move { access.unwelcome(&caller).await });
    let events = stream::unfold(Some((results, unwelcome)), async |state| {
        let (mut results, mut unwelcome) = state?;
        tokio::select! {
            biased;
            error = &mut unwelcome => Some((denied(&error) + COMPLETE, None)),
            result = results.next() => match result {
                Some(result) => Some((result, Some((results, unwelcome)))),
                None => Some((COMPLETE.to_owned(), None)),
            },
            () = tokio::time::sleep(KEEP_ALIVE) => Some((":\n\n".to_owned(), Some((results, unwelcome)))),
        }
    });
    let headers =
        [(header::CONTENT_TYPE, "text/event-stream"), (header::CACHE_CONTROL, "no-store"), (header::VARY, "Accept")];
    (headers, Body::from_stream(events.map(Ok::<_, Infallible>))).into_response()
}

/// JSON has no line break outside of its texts, and none unescaped in them, so one line of data holds it.
fn next(result: &impl serde::Serialize) -> String {
    // No result of the executor fails to be written as JSON.
    format!("event: next\ndata: {}\n\n", serde_json::to_string(result).unwrap_or_default())
}

fn denied(error: &AccessError) -> String {
    let failure = Failure::new(StatusCode::UNAUTHORIZED, error.code(), &error.to_string());
    next(&json!({ "errors": failure.errors }))
}
