//! Which pages are sent again as they were made?
//!
//! Invariant: a page is kept under everything that decides its bytes: its address, what the client accepts, the last entry of the log,
//! the day, and how far sources were searched. Only what anybody may see is kept: never what somebody with a token or a cookie asked.

use std::sync::Arc;

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, StatusCode, header, response};
use axum::middleware::Next;
use axum::response::Response;
use chrono::NaiveDate;
use quick_cache::Weighter;
use quick_cache::sync::Cache;

use super::caching::{self, Made};
use crate::access::Access;
use crate::answers::Answers;
use crate::domain::ids::Position;
use crate::faces::pages::Shown;
use crate::projections::background::Checked;

/// The bytes of pages that are kept: some two hundred pages of the usual size.
const MOST_BYTES: u64 = 16 * 1024 * 1024;
/// How many pages the memory is laid out for.
const USUALLY: usize = 256;

/// What decides the bytes of a page.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Question {
    address: String,
    accepts: Vec<u8>,
    position: Position,
    today: NaiveDate,
    checked: Checked,
}

/// A page as it was made, with its tag.
#[derive(Clone)]
struct Page {
    head: Arc<response::Parts>,
    body: Bytes,
}

/// Counts a page with its address, as the bytes that it holds.
#[derive(Clone)]
struct Size;

impl Weighter<Question, Page> for Size {
    fn weight(&self, question: &Question, page: &Page) -> u64 {
        let bytes = question.address.len() + question.accepts.len() + page.body.len();
        u64::try_from(bytes).unwrap_or(u64::MAX).max(1)
    }
}

/// The pages that were made, as long as there is room and nothing new is known.
#[derive(Clone)]
pub struct Repeating {
    answers: Answers,
    access: Access,
    pages: Arc<Cache<Question, Page, Size>>,
}

impl Repeating {
    /// Keeps nothing yet.
    pub fn new(answers: Answers, access: Access) -> Self {
        Self { answers, access, pages: Arc::new(Cache::with_weighter(USUALLY, MOST_BYTES, Size)) }
    }

    /// What decides the answer to a request; nothing for what is not kept. Who waits for a position gets a page of its own.
    fn question(&self, request: &Request) -> Option<Question> {
        let headers = request.headers();
        let of_somebody = headers.contains_key(header::AUTHORIZATION) || headers.contains_key(header::COOKIE);
        let waits = headers.contains_key("depositary-min-position");
        if *request.method() != Method::GET || self.access.is_private() || of_somebody || waits {
            return None;
        }
        Some(Question {
            address: request.uri().path_and_query()?.as_str().to_owned(),
            accepts: accepted(headers),
            position: self.answers.position(),
            today: self.answers.today(),
            checked: self.answers.searched_up_to(),
        })
    }
}

/// What the client accepts, as it wrote it.
fn accepted(headers: &HeaderMap) -> Vec<u8> {
    headers.get_all(header::ACCEPT).iter().flat_map(|value| value.as_bytes().iter().chain(b"\n")).copied().collect()
}

/// Sends a page again that was made for the same question, and keeps one that is made now.
pub async fn repeat(State(repeating): State<Repeating>, request: Request, next: Next) -> Response {
    let Some(question) = repeating.question(&request) else { return next.run(request).await };
    if let Some(page) = repeating.pages.get(&question) {
        return again(&page, request.headers());
    }
    let response = next.run(request).await;
    if response.status() != StatusCode::OK || response.extensions().get::<Shown>().is_none() {
        return response;
    }
    let (head, body) = response.into_parts();
    // Everything behind this has its whole answer in memory.
    let Ok(body) = to_bytes(body, usize::MAX).await else { return Response::from_parts(head, Body::empty()) };
    let page = Page { head: Arc::new(head.clone()), body: body.clone() };
    repeating.pages.insert(question, page);
    Response::from_parts(head, body.into())
}

/// A kept page as an answer, or that the client has it.
fn again(page: &Page, headers: &HeaderMap) -> Response {
    let mut head = page.head.as_ref().clone();
    let tag = head.headers.get(header::ETAG).and_then(|tag| tag.to_str().ok());
    let has = tag.is_some_and(|tag| caching::has(headers.get_all(header::IF_NONE_MATCH), tag));
    head.extensions.insert(Made(page.body.len()));
    if has { caching::unchanged(head) } else { Response::from_parts(head, page.body.clone().into()) }
}
