//! What may pages of other origins do?
//!
//! Invariant: nothing unless an operator allows it; from pages of any origin no token is taken.

use std::time::Duration;

use axum::http::{HeaderName, HeaderValue, Method};
use tower_http::cors::{AllowOrigin, CorsLayer};

/// The name of every origin at once.
pub const ANY: &str = "*";

/// What a page may send with a question: what the server reads, and what tracing and well-known clients add by themselves.
const SENT: [&str; 12] = [
    "content-type",
    "depositary-min-position",
    "if-none-match",
    "last-event-id",
    "x-request-id",
    "traceparent",
    "tracestate",
    "baggage",
    "apollographql-client-name",
    "apollographql-client-version",
    "apollo-require-preflight",
    "graphql-preflight",
];

/// What a page may read of an answer's headers.
const SHOWN: [&str; 6] = ["etag", "link", "ratelimit", "ratelimit-policy", "retry-after", "x-request-id"];

/// An origin as a browser writes it, or any.
///
/// # Errors
/// What to write.
pub fn origin(text: &str) -> Result<String, String> {
    let written = url::Url::parse(text).map(|url| url.origin().ascii_serialization());
    let one = written.is_ok_and(|written| written == text && written != "null" && !text.contains('*'));
    let wrong = || {
        "write an origin as a browser does, such as https://example.org, without a path; `*` alone is any".to_owned()
    };
    if one || text == ANY { Ok(text.to_owned()) } else { Err(wrong()) }
}

/// The headers that tell a browser what pages of these origins may do; `None` where there are none.
pub fn layer(origins: &[String]) -> Option<CorsLayer> {
    if origins.is_empty() {
        return None;
    }
    let any = origins.iter().any(|origin| origin == ANY);
    let listed: Vec<HeaderValue> = origins.iter().filter_map(|origin| origin.parse().ok()).collect();
    let sent = SENT.into_iter().chain((!any).then_some("authorization"));
    Some(
        CorsLayer::new()
            .allow_origin(if any { AllowOrigin::any() } else { AllowOrigin::list(listed) })
            .allow_methods([Method::GET, Method::POST])
            .allow_headers(sent.map(HeaderName::from_static).collect::<Vec<_>>())
            .expose_headers(SHOWN.map(HeaderName::from_static))
            .max_age(Duration::from_hours(1)),
    )
}
