//! May an answer be kept, how long, and is it the one that the client has already?
//!
//! Invariant: an `ETag` names the bytes and the form of an answer, so it differs whenever anything that the answer depends
//! on has changed it; `immutable` is left to what depends on nothing outside its URL, as tiles of the log do and no answer does: the server's
//! rules, its instruments and its release decide every one.

use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::response::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use sha2::{Digest, Sha256};

use crate::access::Access;
use crate::answers::{Immutable, Lasting};

/// A year, the longest that RFC 9111 knows to be of use.
const FOR_EVER: &str = "max-age=31536000, immutable";

/// How long an answer that no later event and no later day changes is kept unasked: a day, after which other rules, other
/// instruments or another release are heard of. Its tag is asked for then, and most often answers 304.
const FOR_A_DAY: &str = "max-age=86400";

/// How many bytes an answer had when it was made, also where its client has it already.
#[derive(Debug, Clone, Copy)]
pub struct Made(pub usize);

/// Tells of each answer to a GET whether it may be kept, and answers 304 where the client has it.
pub async fn tell(State(access): State<Access>, request: Request, next: Next) -> Response {
    let asks = matches!(*request.method(), Method::GET | Method::HEAD);
    let bodiless = *request.method() == Method::HEAD;
    // Whoever shows a token, or is signed in, may be shown more than others.
    let shows = [header::AUTHORIZATION, header::COOKIE].iter().any(|name| request.headers().contains_key(name));
    let visible = if access.is_private() || shows { "private" } else { "public" };
    let known: Vec<HeaderValue> = request.headers().get_all(header::IF_NONE_MATCH).iter().cloned().collect();
    let mut response = next.run(request).await;
    let stream = response.headers().get(header::CONTENT_TYPE).is_some_and(|kind| kind == "text/event-stream");
    if access.is_private() {
        response.headers_mut().append(header::VARY, HeaderValue::from_static("authorization, cookie"));
    }
    if stream || response.status() == StatusCode::SWITCHING_PROTOCOLS {
        if access.is_private() {
            response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
        }
        return response;
    }
    // What says itself that nobody keeps it, as a form does, has no tag either.
    let kept_by_nobody = response.headers().get(header::CACHE_CONTROL).is_some_and(|control| control == "no-store");
    if !asks || kept_by_nobody || response.status() != StatusCode::OK {
        response.headers_mut().entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
        return response;
    }
    let lasting = response.extensions().get::<Lasting>().is_some_and(|Lasting(lasting)| *lasting);
    let kept = match response.extensions().get::<Immutable>() {
        Some(Immutable) => FOR_EVER,
        None if lasting => FOR_A_DAY,
        None => "no-cache",
    };
    let control = format!("{visible}, {kept}");
    let (mut parts, body) = response.into_parts();
    parts.headers.extend(HeaderValue::from_str(&control).ok().map(|control| (header::CACHE_CONTROL, control)));
    if bodiless {
        // The bytes that a tag would name are gone by now.
        let length = parts.headers.get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok());
        parts.extensions.insert(Made(length.and_then(|length| length.parse().ok()).unwrap_or_default()));
        return Response::from_parts(parts, body);
    }
    // Everything behind this has its whole answer in memory.
    let Ok(body) = to_bytes(body, usize::MAX).await else { return StatusCode::INTERNAL_SERVER_ERROR.into_response() };
    parts.extensions.insert(Made(body.len()));
    let tag = tag(&parts.headers, &body);
    parts.headers.extend(HeaderValue::from_str(&tag).ok().map(|tag| (header::ETAG, tag)));
    if has(&known, &tag) { unchanged(parts) } else { Response::from_parts(parts, body.into()) }
}

/// Whether a client that sends these values of `If-None-Match` has what the tag names.
pub(super) fn has<'a>(known: impl IntoIterator<Item = &'a HeaderValue>, tag: &str) -> bool {
    known.into_iter().filter_map(|value| value.to_str().ok()).any(|value| names(value, tag))
}

/// The answer to a client that has it already.
pub(super) fn unchanged(mut parts: Parts) -> Response {
    parts.status = StatusCode::NOT_MODIFIED;
    parts.headers.remove(header::CONTENT_TYPE);
    parts.headers.remove(header::CONTENT_LENGTH);
    Response::from_parts(parts, Body::empty())
}

/// The name of an answer: its form, its links and its bytes.
fn tag(headers: &HeaderMap, body: &[u8]) -> String {
    let mut hash = Sha256::new();
    for name in [header::CONTENT_TYPE, header::LINK] {
        hash.update(headers.get(name).map_or(&b""[..], HeaderValue::as_bytes));
        hash.update(b"\n");
    }
    hash.update(body);
    let digest = hex::encode(hash.finalize());
    format!("\"{}\"", digest.get(..32).unwrap_or(&digest))
}

/// Whether an `If-None-Match` names a tag, by the weak comparison that RFC 9110 (section 13.1.2) wants.
fn names(value: &str, tag: &str) -> bool {
    value.trim() == "*" || value.split(',').any(|one| one.trim().trim_start_matches("W/") == tag)
}
