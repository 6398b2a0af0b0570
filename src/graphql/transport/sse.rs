//! How do results travel as server-sent events?
//!
//! Invariant: the distinct connections mode of `graphql-sse`: a `next` for each result and one `complete` at the end.

use std::convert::Infallible;
use std::time::Duration;

use async_graphql::Request;
use axum::http::header;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::stream::{self, StreamExt};
use serde_json::json;

use super::Served;
use super::failure::{Failure, mended};
use crate::access::{AccessError, Caller};

/// How often a comment is sent to a client that hears nothing else, so that nobody between takes it for gone.
const KEEP_ALIVE: Duration = Duration::from_secs(12);

/// The results of a request, until it ends or its caller is no longer welcome.
pub async fn stream(served: &Served, request: Request, caller: Caller) -> Response {
    let results = served.schema.execute_stream(request).map(|result| next(&mended(result)));
    let access = served.behind.access.clone();
    let unwelcome = Box::pin(async move { access.unwelcome(&caller).await });
    let events = stream::unfold(Some((results, unwelcome)), async |state| {
        let (mut results, mut unwelcome) = state?;
        tokio::select! {
            biased;
            error = &mut unwelcome => Some((denied(&error), None)),
            result = results.next() => result.map(|result| (result, Some((results, unwelcome)))),
        }
    });
    let complete = Event::default().event("complete").data("");
    let events = events.chain(stream::once(async { complete })).map(Ok::<_, Infallible>);
    let answer = Sse::new(events).keep_alive(KeepAlive::new().interval(KEEP_ALIVE));
    ([(header::CACHE_CONTROL, "no-store"), (header::VARY, "Accept")], answer).into_response()
}

fn next(result: &impl serde::Serialize) -> Event {
    // No result of the executor fails to be written as JSON.
    Event::default().event("next").data(serde_json::to_string(result).unwrap_or_default())
}

fn denied(error: &AccessError) -> Event {
    next(
        &json!({ "errors": Failure::new(axum::http::StatusCode::UNAUTHORIZED, error.code(), &error.to_string()).errors }),
    )
}
