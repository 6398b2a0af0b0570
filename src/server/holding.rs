//! What do answers hold until their clients have taken them?
//!
//! Invariant: an answer that is larger than what any may hold has a place in the room for large ones until its last byte is taken, and
//! none is larger than the limit.

use std::sync::Arc;

use axum::body::{Body, Bytes, HttpBody, to_bytes};
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;

use super::caching::Made;
use super::refusals::refusal;
use crate::access::{Client, FREE, Place, Room};
use crate::config::limits::{Limit, Limits, Struck};
use crate::domain::codes::ErrorCode;

/// What holding needs; cheap to clone.
#[derive(Clone)]
pub struct Holding {
    room: Room,
    limits: Limits,
    struck: Struck,
}

/// The bytes of an answer with their place.
struct Held {
    bytes: Bytes,
    _place: Arc<Place>,
}

impl AsRef<[u8]> for Held {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

impl Holding {
    /// What holds large answers in a room, within limits.
    pub fn new(room: Room, limits: Limits, struck: Struck) -> Self {
        Self { room, limits, struck }
    }
}

/// Has each large answer hold its place until it is taken.
pub async fn hold(State(holding): State<Holding>, request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    let client = request.extensions().get::<Client>().cloned().unwrap_or(Client::Others);
    let response = next.run(request).await;
    let Some(size) = response.body().size_hint().exact().and_then(|size| usize::try_from(size).ok()) else {
        return response;
    };
    if size <= FREE {
        return response;
    }
    if size > holding.limits.answer_bytes {
        holding.struck.count(Limit::AnswerBytes);
        let mut refused = too_large(&path, size, holding.limits.answer_bytes);
        // It was made all the same.
        refused.extensions_mut().insert(Made(size));
        return refused;
    }
    let place = match response.extensions().get::<Arc<Place>>() {
        // GraphQL finds a place while it makes an answer, before that is large.
        Some(place) => Ok(place.clone()),
        None => holding.room.for_made(&client, size).map(Arc::new),
    };
    let place = match place {
        Ok(place) => place,
        Err(crowded) => {
            let mut refused =
                refusal(&path, StatusCode::SERVICE_UNAVAILABLE, ErrorCode::Overloaded, &crowded.to_string());
            refused.headers_mut().insert(header::RETRY_AFTER, 1.into());
            return refused;
        }
    };
    let (mut parts, body) = response.into_parts();
    parts.extensions.remove::<Arc<Place>>();
    match to_bytes(body, size).await {
        Ok(bytes) => Response::from_parts(parts, Body::from(Bytes::from_owner(Held { bytes, _place: place }))),
        Err(_) => refusal(
            &path,
            StatusCode::INTERNAL_SERVER_ERROR,
            ErrorCode::InternalServerError,
            "the answer cannot be told",
        ),
    }
}

fn too_large(path: &str, size: usize, most: usize) -> Response {
    let words = format!(
        "the answer would have {size} bytes, and an answer has at most {most} (--limit-answer-bytes); ask for less at once"
    );
    refusal(path, StatusCode::BAD_REQUEST, ErrorCode::AnswerTooLarge, &words)
}
