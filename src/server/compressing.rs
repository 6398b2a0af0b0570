//! Which answers travel compressed?
//!
//! Invariant: what is shown to a token's holder or to a signed-in browser never does: beside what somebody else made its browser
//! ask, the length of a compressed answer would tell its secrets (BREACH). Neither does a stream, whose events would wait for one another.

use axum::extract::Request;
use axum::http::{Extensions, HeaderMap, HeaderValue, StatusCode, Version, header};
use axum::middleware::Next;
use axum::response::Response;
use tower_http::CompressionLevel;
use tower_http::compression::predicate::SizeAbove;
use tower_http::compression::{CompressionLayer, Predicate};

/// Below so many bytes it saves nothing.
const LEAST: u16 = 1_024;
/// What is text, by the beginning of its media type.
const TEXTS: [&str; 6] = [
    "application/json",
    "application/graphql-response+json",
    "application/atom+xml",
    "image/svg+xml",
    "text/csv",
    "text/",
];

/// An answer to the holder of a token.
#[derive(Clone, Copy)]
struct Own;

/// Marks the answers to holders of tokens and to signed-in browsers, whose forms carry a proof.
pub async fn mark(request: Request, next: Next) -> Response {
    let own = [header::AUTHORIZATION, header::COOKIE].iter().any(|name| request.headers().contains_key(name));
    let mut response = next.run(request).await;
    if own || response.headers().contains_key(header::SET_COOKIE) {
        response.extensions_mut().insert(Own);
    }
    response
}

/// Compresses what may be, quickly rather than well.
pub fn layer() -> CompressionLayer<impl Predicate> {
    let may = |status: StatusCode, _: Version, headers: &HeaderMap, marks: &Extensions| {
        let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        let stream = kind.starts_with("text/event-stream");
        status == StatusCode::OK
            && marks.get::<Own>().is_none()
            && !stream
            && TEXTS.iter().any(|text| kind.starts_with(text))
    };
    CompressionLayer::new().quality(CompressionLevel::Fastest).compress_when(SizeAbove::new(LEAST).and(may))
}

/// Weakens the tag of what was compressed: its bytes are others, and what it says is the same.
pub async fn weaken(mut response: Response) -> Response {
    if response.headers().contains_key(header::CONTENT_ENCODING)
        && let Some(tag) = response.headers().get(header::ETAG).and_then(|tag| tag.to_str().ok())
        && let Ok(weak) = HeaderValue::from_str(&format!("W/{tag}"))
    {
        response.headers_mut().insert(header::ETAG, weak);
    }
    response
}
