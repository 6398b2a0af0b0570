//! What is answered at a path where nothing is?
//!
//! Invariant: never nothing: a path with a slash too many is shown the one without, and any other hears what there is.

use axum::extract::{OriginalUri, Request};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::refusals::refusal;
use crate::domain::codes::ErrorCode;
use crate::faces::pages::Pages;

/// What paths begin with and what is no path itself.
const ROOTS: [&str; 3] = ["", "/v1", "/log"];

/// Nothing is at a path; a client that asks for a page gets a page that says so.
pub fn nothing(shown: Option<&Pages>, mut request: Request) -> Response {
    if let Some(OriginalUri(uri)) = request.extensions().get::<OriginalUri>().cloned() {
        *request.uri_mut() = uri;
    }
    let path = request.uri().path().to_owned();
    if let Some(page) = shown.and_then(|pages| pages.nothing(request)) {
        return page;
    }
    let words =
        "there is nothing at this path; /graphql answers GraphQL, and /v1/openapi.json lists what else there is";
    refusal(&path, StatusCode::NOT_FOUND, ErrorCode::NotFound, words)
}

/// Shows who asked with a slash at the end, where nothing is, the path without it.
pub async fn without_slash(request: Request, next: Next) -> Response {
    let elsewhere = target(request.uri().path(), request.uri().query());
    let response = next.run(request).await;
    match elsewhere.filter(|_| response.status() == StatusCode::NOT_FOUND) {
        Some(target) => (StatusCode::PERMANENT_REDIRECT, [(header::LOCATION, target)]).into_response(),
        None => response,
    }
}

/// The path without its last slash, relative to itself: so it leads nowhere else, also behind a proxy that puts a prefix before.
fn target(path: &str, query: Option<&str>) -> Option<HeaderValue> {
    let bare = path.strip_suffix('/').filter(|bare| !ROOTS.contains(bare) && !bare.contains("//"))?;
    let last = bare.rsplit('/').next().filter(|last| !last.is_empty())?;
    let query = query.map(|query| format!("?{query}")).unwrap_or_default();
    HeaderValue::from_str(&format!("../{last}{query}")).ok()
}
