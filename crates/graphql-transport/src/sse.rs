//! How do results travel as server-sent events?
//!
//! Invariant: the distinct connections mode of `graphql-sse`: a `next` for each result and one `complete` at the end. A
//! server that ends says no `complete`, so that the client comes back.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use async_graphql::Response as Answer;
use axum::body::Body;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use futures_util::stream::{self, StreamExt};
use serde_json::json;
use tokio::time::{Instant, sleep, sleep_until};

use super::Served;
use super::failure::{Failure, never_ran};
use super::host::{Host, Met, Notes};
use super::prepare::Prepared;

/// How often a comment is sent to a client that hears nothing else, so that nobody between takes it for gone.
const KEEP_ALIVE: Duration = Duration::from_secs(12);
/// The end. An event without a line of data would never be dispatched, so it has an empty one.
const COMPLETE: &str = "event: complete\ndata:\n\n";

/// The results of a request, until it ends, its caller is no longer welcome, its time is over or the process ends.
pub fn results<H: Host>(served: &Arc<Served<H>>, prepared: Prepared<H>, caller: H::Caller) -> Response {
    let notes = prepared.notes.clone();
    let results = Box::pin(super::results::results(served, prepared));
    let over = Instant::now() + served.settings.limits.stream_time;
    let watched = (served.clone(), caller.clone());
    let unwelcome = Box::pin(async move { watched.0.host.unwelcome(&watched.1).await });
    let served = served.clone();
    let events = stream::unfold(Some((results, unwelcome, None)), move |state| {
        let (served, caller, notes) = (served.clone(), caller.clone(), notes.clone());
        async move {
            // Whoever asks for the next event has taken the one before, and its place is free.
            let (mut results, mut unwelcome, _taken) = state?;
            tokio::select! {
                biased;
                () = served.settings.ending.cancelled() => None,
                // Without a last word, as when the process ends: the client comes back.
                () = sleep_until(over) => {
                    served.host.met(Met::StreamTime);
                    None
                }
                failure = &mut unwelcome => Some((served.failed(failure), None)),
                result = results.next() => match (result, served.host.still(&caller).await) {
                    (_, Err(failure)) if !failure.is_fault() => Some((served.failed(failure), None)),
                    (Some(Ok(given)), _) => {
                        Some((next(&given.answer, &*notes), Some((results, unwelcome, given.place))))
                    }
                    (Some(Err(failure)), _) => Some((served.failed(failure), None)),
                    (None, _) => Some((COMPLETE.to_owned(), None)),
                },
                () = sleep(KEEP_ALIVE) => Some((":\n\n".to_owned(), Some((results, unwelcome, None)))),
            }
        }
    });
    answer(events)
}

impl<H: Host> Served<H> {
    /// The last events of a stream that ends with a failure.
    fn failed(&self, mut failure: Failure) -> String {
        self.number(&mut failure.errors);
        told(&failure) + COMPLETE
    }
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
fn next(result: &Answer, notes: &impl Notes) -> String {
    if never_ran(result) {
        return written(&json!({ "errors": &result.errors }), None);
    }
    written(result, notes.position())
}

/// JSON has no line break outside of its texts, and none unescaped in them, so one line of data holds it.
fn written(result: &impl serde::Serialize, id: Option<u64>) -> String {
    // No result of the executor fails to be written as JSON.
    let data = serde_json::to_string(result).unwrap_or_default();
    let id = id.map(|id| format!("id: {id}\n")).unwrap_or_default();
    format!("event: next\n{id}data: {data}\n\n")
}
