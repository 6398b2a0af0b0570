//! Which request was it?
//!
//! Invariant: every answer carries the id of its request, and so does every error in it and every line logged about it.

use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;
use uuid::Uuid;

use crate::telemetry;

/// The header of a request's id.
static REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Gives a request its id: the UUID that it came with, else a new one.
pub async fn number(request: Request, next: Next) -> Response {
    let given = request.headers().get(&REQUEST_ID).and_then(|value| Uuid::try_parse_ascii(value.as_bytes()).ok());
    let id = given.unwrap_or_else(telemetry::new_request);
    let mut response = telemetry::within(id, next.run(request)).await;
    let text = id.hyphenated().to_string();
    response.headers_mut().extend(HeaderValue::from_str(&text).ok().map(|id| (REQUEST_ID.clone(), id)));
    response
}
