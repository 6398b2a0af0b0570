//! What does a person with a browser see when the server itself refuses?
//!
//! Invariant: a page that says what to do, in place of the error of the plain URLs, for whoever asks for a page by name; what was
//! put into a form is given back, since whoever typed it has nothing else of it.

use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{Method, header};
use axum::middleware::Next;
use axum::response::Response;

use super::refusals::Told;
use crate::faces::pages::{self, Kept, Pages, Seen};

/// Shows a page in place of a refusal.
pub async fn help(State(shown): State<Pages>, mut request: Request, next: Next) -> Response {
    if request.uri().path().starts_with("/graphql") || !pages::asks_for_a_page(request.headers()) {
        return next.run(request).await;
    }
    let length = request.headers().get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
    if *request.method() == Method::POST
        && pages::is_a_form(request.headers())
        && length.is_some_and(|length: usize| length <= pages::MOST_BYTES)
    {
        let (parts, body) = request.into_parts();
        let bytes = to_bytes(body, pages::MOST_BYTES).await.unwrap_or_default();
        request = Request::from_parts(parts, Body::from(bytes.clone()));
        request.extensions_mut().insert(Kept::of(&bytes));
    }
    let seen = Seen::of(&request);
    let response = next.run(request).await;
    let Some(Told { code, message }) = response.extensions().get::<Told>().cloned() else { return response };
    let wait = response.headers().get(header::RETRY_AFTER).and_then(|wait| wait.to_str().ok()?.parse().ok());
    let mut page = shown.instead(seen, response.status(), code, message, wait);
    for (name, value) in response.headers() {
        if !matches!(*name, header::CONTENT_TYPE | header::CONTENT_LENGTH | header::VARY)
            && !page.headers().contains_key(name)
        {
            page.headers_mut().insert(name, value.clone());
        }
    }
    page
}
