//! How does someone explore the schema in a browser, without anything from elsewhere?
//!
//! Invariant: the page and its parts are in the binary, come from this origin alone, and run under a policy that forbids
//! inline script and style; nothing here can read or change the log, which the page asks over `/graphql` as anyone does.

use axum::Router;
use axum::extract::Path;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

/// What the page may load, and where from; `connect-src 'self'` covers the WebSocket of the same origin too.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; \
                      img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const HTML: &str = "text/html; charset=utf-8";
const CSS: &str = "text/css; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";

/// The page itself.
const PAGE: &str = include_str!("page.html");

/// What the page loads, by name: `page.js` first, which names the others.
const PARTS: [(&str, &str, &str); 25] = [
    ("page.css", CSS, include_str!("page.css")),
    ("page.js", SCRIPT, include_str!("page.js")),
    ("answer.js", SCRIPT, include_str!("answer.js")),
    ("check.js", SCRIPT, include_str!("check.js")),
    ("cursor.js", SCRIPT, include_str!("cursor.js")),
    ("dom.js", SCRIPT, include_str!("dom.js")),
    ("editor.js", SCRIPT, include_str!("editor.js")),
    ("examples.js", SCRIPT, include_str!("examples.js")),
    ("examples-log.js", SCRIPT, include_str!("examples-log.js")),
    ("examples-status.js", SCRIPT, include_str!("examples-status.js")),
    ("examples-time.js", SCRIPT, include_str!("examples-time.js")),
    ("explorer.js", SCRIPT, include_str!("explorer.js")),
    ("faults.js", SCRIPT, include_str!("faults.js")),
    ("grammar.js", SCRIPT, include_str!("grammar.js")),
    ("history.js", SCRIPT, include_str!("history.js")),
    ("language.js", SCRIPT, include_str!("language.js")),
    ("layout.js", SCRIPT, include_str!("layout.js")),
    ("outline.js", SCRIPT, include_str!("outline.js")),
    ("past.js", SCRIPT, include_str!("past.js")),
    ("question.js", SCRIPT, include_str!("question.js")),
    ("runs.js", SCRIPT, include_str!("runs.js")),
    ("schema.js", SCRIPT, include_str!("schema.js")),
    ("suggest.js", SCRIPT, include_str!("suggest.js")),
    ("transport.js", SCRIPT, include_str!("transport.js")),
    ("variables.js", SCRIPT, include_str!("variables.js")),
];

/// `GET` on `/graphql/ide` and on each part below it.
pub fn router() -> Router {
    Router::new().route("/graphql/ide", get(page)).route("/graphql/ide/{part}", get(part))
}

async fn page() -> Response {
    served(HTML, PAGE)
}

async fn part(Path(name): Path<String>) -> Response {
    match PARTS.iter().find(|(part, ..)| *part == name) {
        Some((_, kind, text)) => served(kind, text),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

fn served(kind: &'static str, text: &'static str) -> Response {
    let fixed = |name: HeaderName, value: &'static str| (name, HeaderValue::from_static(value));
    let headers = [
        fixed(header::CONTENT_TYPE, kind),
        fixed(header::CONTENT_SECURITY_POLICY, POLICY),
        fixed(header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        fixed(header::REFERRER_POLICY, "no-referrer"),
        // A new release brings new parts, which must not meet old ones.
        fixed(header::CACHE_CONTROL, "no-cache"),
    ];
    (headers, text).into_response()
}
