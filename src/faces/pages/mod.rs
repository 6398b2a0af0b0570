//! How does a person read the answers in a browser, with the picture and the proof beside them?
//!
//! Invariant: a page says what the answers say and asks nothing but them; its address is its whole state; it works without
//! script, and loads nothing from elsewhere. What changes something is a form that only this server can have made.

mod agreement;
mod alerts;
mod asked;
mod assets;
mod changes;
mod chart;
mod compared;
mod controls;
mod country;
mod dates;
mod error;
mod failed;
mod foreseen;
mod frame;
mod inbox;
mod log;
mod look_up;
mod markup;
mod method;
mod overview;
mod pictures;
mod proofs;
mod record;
mod robots;
mod sent;
mod sign_in;
mod table;
mod visitor;
mod waiting;
mod words;

use std::sync::Arc;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

pub use self::assets::router as assets;
use self::error::{PageError, Refused};
use self::frame::Data;
pub use self::frame::Shown;
pub use self::sent::{MOST_BYTES, is_a_form};
pub use self::sign_in::PATH as SIGN_IN;
use self::visitor::Visitor;
pub use self::visitor::{Kept, Seen, ticket};
use crate::access::Access;
use crate::answers::Answers;
use crate::record::tracker::Tracker;

/// What a page may load and where its forms lead: only this server.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; form-action 'self'; \
                      base-uri 'none'; frame-ancestors 'none'";

/// What an instrument's code may be and its pages would hide: the first parts of other addresses.
const TAKEN: [&str; 16] = [
    "v1",
    "log",
    "graphql",
    "metrics",
    "livez",
    "readyz",
    "changes",
    "waiting",
    "table",
    "method",
    "alerts",
    "sign-in",
    "record",
    "inbox",
    "countries",
    "entries",
];

/// The pages; cheap to clone.
#[derive(Clone)]
pub struct Pages {
    answers: Answers,
    access: Access,
    tracker: Tracker,
    /// Where the server is reached from outside, without a slash at its end.
    site: Arc<str>,
    /// The path of that place: what every link on a page begins with.
    base: Arc<str>,
    /// Whether search engines may list the pages.
    listed: bool,
    /// Whoever looks; anyone at all before a request has come.
    visitor: Visitor,
}

impl Pages {
    /// The pages of a server that is reached at a place.
    #[must_use]
    pub fn new(answers: Answers, access: Access, tracker: Tracker, site: Arc<str>, listed: bool) -> Self {
        let base = url::Url::parse(&site).map(|url| url.path().trim_end_matches('/').to_owned());
        let base = base.unwrap_or_default().into();
        Self { answers, access, tracker, site, base, listed, visitor: Visitor::default() }
    }

    /// The same pages for one visitor.
    fn visited(&self, visitor: Visitor) -> Self {
        Self { visitor, ..self.clone() }
    }

    /// What is answered at an address where nothing is: a page, for a client that asks for HTML by name.
    #[must_use]
    pub fn nothing(&self, request: Request) -> Option<Response> {
        let (parts, _) = request.into_parts();
        let error = PageError::Path(parts.uri.path().to_owned());
        asks_for_a_page(&parts.headers).then(|| guarded(self.visited(Visitor::of(&parts)).failed(&error)))
    }
}

/// Every page, each instrument's among them.
pub fn router(pages: Pages) -> Router {
    let mut routes = Router::new()
        .route("/", get(overview::overview))
        .route("/overview.svg", get(pictures::overview))
        .route("/waiting", get(waiting::waiting))
        .route("/waiting.svg", get(pictures::waiting))
        .route("/changes", get(changes::changes))
        .route("/table", get(table::table))
        .route("/alerts", get(alerts::alerts))
        .route("/log", get(log::log))
        .route("/entries/{position}/proof.json", get(proofs::proof))
        .route("/countries/{country}", get(country::country))
        .route("/method", get(method::method))
        .route(inbox::PATH, get(inbox::inbox))
        .route("/inbox/{document}", get(inbox::document).post(inbox::sent))
        .route(record::PATH, get(record::shown).post(record::sent))
        .route(sign_in::PATH, get(sign_in::shown).post(sign_in::sent))
        .route("/robots.txt", get(robots::robots))
        .route("/sitemap.xml", get(robots::sitemap));
    for instrument in pages.answers.instruments().iter() {
        let code = instrument.code.as_str();
        if !TAKEN.contains(&code) {
            routes = routes
                .route(&format!("/{code}"), get(look_up::look_up))
                .route(&format!("/{code}/{{country}}"), get(agreement::agreement))
                .route(&format!("/{code}/{{country}}/timeline.svg"), get(pictures::timeline))
                .route(&format!("/{code}/{{country}}/evidence.json"), get(proofs::evidence));
        }
    }
    let routes = routes.method_not_allowed_fallback(async || PageError::Method);
    let routes = routes.layer(DefaultBodyLimit::max(sent::MOST_BYTES));
    routes.layer(from_fn_with_state(pages.clone(), dressed)).with_state(pages)
}

/// Whether a request names HTML among what it accepts, as browsers do.
#[must_use]
pub fn asks_for_a_page(headers: &HeaderMap) -> bool {
    accepted(headers).any(|accept| accept.contains("text/html"))
}

fn accepted(headers: &HeaderMap) -> impl Iterator<Item = &str> {
    headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok())
}

/// Puts the guards on a page, makes a page of an error, and redirects a client that asks for data.
async fn dressed(State(pages): State<Pages>, request: Request, next: Next) -> Response {
    let headers = request.headers().clone();
    let (parts, body) = request.into_parts();
    let visitor = Visitor::of(&parts);
    let mut response = next.run(Request::from_parts(parts, body)).await;
    if let Some(Refused(error)) = response.extensions().get().cloned().filter(|_| asks_for_a_page(&headers)) {
        response = pages.visited(visitor).failed(&error);
    }
    let wants_data = |kind: &str| accepted(&headers).any(|accept| accept.contains(kind)) && !asks_for_a_page(&headers);
    if let Some(Data(data)) = response.extensions().get().cloned() {
        let sheet = || format!("{data}{}format=csv", if data.contains('?') { '&' } else { '?' });
        let elsewhere =
            if wants_data("application/json") { Some(data.clone()) } else { wants_data("text/csv").then(sheet) };
        if let Some(location) = elsewhere.and_then(|place| HeaderValue::from_str(&place).ok()) {
            response = (StatusCode::SEE_OTHER, [(header::LOCATION, location)]).into_response();
        }
    }
    let mut response = guarded(response);
    if !pages.listed {
        response.headers_mut().insert("x-robots-tag", HeaderValue::from_static("noindex"));
    }
    response
}

/// A page under its policy; what it is depends on what is accepted.
fn guarded(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.entry(header::CONTENT_SECURITY_POLICY).or_insert(HeaderValue::from_static(POLICY));
    headers.insert(header::VARY, HeaderValue::from_static("accept, cookie"));
    response
}
