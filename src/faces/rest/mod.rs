//! How do a spreadsheet, a script or a feed reader ask by a plain URL?
//!
//! Invariant: the same questions, words and answers as GraphQL's; what is served is what `openapi.json` describes.

mod alerts;
pub mod answer;
mod calendar;
mod coverage;
mod deadlines;
pub mod described;
mod diff;
mod error;
mod feed;
mod feed_of_alerts;
mod figures;
mod inbox;
mod late;
mod limits;
mod lists;
mod milestones;
mod negotiation;
mod proving;
mod question;
mod status;
mod timeline;
mod waiting;

use std::borrow::Cow;

use axum::Router;
use axum::extract::{OriginalUri, Request, State};
use axum::http::{HeaderValue, header};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use axum::routing::any;

use self::described::routes;
use self::error::RestError;
use self::question::Question;
pub use self::question::reach;
use crate::answers::Answers;

/// The description that is served, one file in the repository.
pub const OPENAPI: &str = include_str!("../../../openapi.json");

/// Everything below `/v1`, wrong paths and wrong methods too.
pub fn router(answers: Answers) -> Router {
    let routes = routes().fold(Router::new(), |router, route| router.route(route.path, (route.answer)()));
    let routes = routes.fallback(no_such_path).method_not_allowed_fallback(async || RestError::MethodNotAllowed);
    let routes = routes.layer(from_fn(named));
    // A nested router's fallback does not answer for its prefix with a slash.
    Router::new().nest("/v1", routes).route("/v1/", any(no_such_path)).with_state(answers)
}

/// Gives a sheet the name of the file as which a browser keeps it: `/v1/timeline/KR` is `timeline-KR.csv`.
async fn named(OriginalUri(uri): OriginalUri, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let kind = response.headers().get(header::CONTENT_TYPE);
    if kind.is_some_and(|kind| kind.as_bytes().starts_with(b"text/csv")) {
        let path = uri.path().trim_start_matches("/v1/").replace('/', "-");
        let name: String = path.chars().filter(|char| char.is_ascii_alphanumeric() || *char == '-').collect();
        let told = HeaderValue::from_str(&format!("attachment; filename=\"{name}.csv\"")).ok();
        response.headers_mut().extend(told.map(|told| (header::CONTENT_DISPOSITION, told)));
    }
    response
}

async fn no_such_path() -> RestError {
    RestError::NoSuchPath
}

/// Answers `GET /v1/openapi.json`: the description as it is in the repository, for a server that may be mounted below a path.
async fn openapi(State(answers): State<Answers>, question: Question) -> Result<impl IntoResponse, RestError> {
    question.refuse_others()?;
    let below = answers.outside("");
    let document: Cow<'static, str> = if below.is_empty() {
        OPENAPI.into()
    } else {
        OPENAPI.replace("\"url\": \"/\"", &format!("\"url\": {}", serde_json::Value::String(below))).into()
    };
    Ok(([(header::CONTENT_TYPE, "application/json")], document))
}
