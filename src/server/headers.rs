//! What may a browser do with an answer of this server?
//!
//! Invariant: nothing but show it: no answer is taken for another kind than it says, none runs or loads anything, is framed, or
//! tells where somebody came from. The page that explores the schema says itself what it loads.

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::response::Response;

/// The headers, each where an answer does not say otherwise.
const GUARDS: [(HeaderName, &str); 5] = [
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    ),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
];

/// Puts the headers on an answer.
pub fn guard(headers: &mut HeaderMap) {
    for (name, value) in GUARDS {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
}

/// Adds to each answer the headers that guard browsers.
pub async fn guarded(mut response: Response) -> Response {
    guard(response.headers_mut());
    response
}
