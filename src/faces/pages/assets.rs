//! What do the pages load beside themselves?
//!
//! Invariant: one stylesheet, one script and one icon, from this origin and in the binary; they hold no answer, so anybody gets
//! them.

use std::sync::LazyLock;

use axum::Router;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

/// What shapes of a chart look like, on a page and in a picture.
pub const CHART: &str = include_str!("assets/chart.css");
/// The markers and patterns that drawings refer to.
pub const SPRITE: &str = include_str!("assets/sprite.svg");

const STYLE: &str = concat!(include_str!("assets/chart.css"), include_str!("assets/page.css"));
/// The script as browsers get it, without comments and types, which would be most of a page's weight.
static SCRIPT: LazyLock<String> = LazyLock::new(|| without_comments(include_str!("assets/page.js")));
const ICON: &str = include_str!("assets/icon.svg");

/// The stylesheet, the script and the icon.
pub fn router() -> Router {
    Router::new()
        .route("/page.css", get(|| async { served("text/css; charset=utf-8", STYLE) }))
        .route("/page.js", get(|| async { served("text/javascript; charset=utf-8", &SCRIPT) }))
        .route("/icon.svg", get(|| async { served("image/svg+xml", ICON) }))
}

/// A script without its comments: those of lines of their own, and those that begin with `/**`. It may have neither in a
/// text; the suite `scripts` compares what is served with what a compiler leaves.
fn without_comments(script: &str) -> String {
    let mut parts = script.split("/**");
    let first = parts.next().unwrap_or_default();
    let code = first.chars().chain(parts.flat_map(|part| part.split_once("*/").map_or("", |(_, code)| code).chars()));
    let code = code.collect::<String>();
    let lines = code.lines().filter(|line| !line.trim().is_empty() && !line.trim_start().starts_with("//"));
    lines.flat_map(|line| [line, "\n"]).collect()
}

fn served(kind: &'static str, text: &'static str) -> Response {
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(kind)),
        // A new release brings new parts, and its pages must not meet old ones for long.
        (header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=600")),
    ];
    let mut response = (headers, text).into_response();
    // The icon has a style of its own; nothing else of it may act.
    let policy = HeaderValue::from_static("default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'");
    if kind == "image/svg+xml" {
        response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    response
}
