//! What was this process asked, how did it answer, and how long did it take?
//!
//! Invariant: every label is a word of this program, never one that a client sent, so nobody can make what is kept grow; and
//! each server has its own numbers.

use std::time::Instant;

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::Response;
use prometheus::{
    Error, HistogramVec, IntCounterVec, IntGaugeVec, Registry, register_histogram_vec_with_registry,
    register_int_counter_vec_with_registry, register_int_gauge_vec_with_registry,
};

/// The bounds of the histogram, in seconds: from an answer of memory to the longest that GraphQL may take.
const BOUNDS: [f64; 14] = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];

/// What a path belongs to.
const FACES: [(&str, &str); 22] = [
    ("/graphql/ws", "socket"),
    ("/graphql/ide", "page"),
    ("/graphql", "graphql"),
    ("/v1/feed", "feed"),
    ("/v1", "rest"),
    ("/log", "log"),
    ("/livez", "health"),
    ("/readyz", "health"),
    ("/metrics", "metrics"),
    ("/overview", "page"),
    ("/waiting", "page"),
    ("/changes", "page"),
    ("/table", "page"),
    ("/alerts", "page"),
    ("/method", "page"),
    ("/page", "page"),
    ("/icon", "page"),
    ("/rdp", "page"),
    ("/sosa", "page"),
    ("/rsf", "page"),
    ("/korus", "page"),
    ("/", "page"),
];
/// What a path belongs to where nothing is.
const NOWHERE: &str = "none";

/// The classes of statuses, and `gone` for a client that hung up before there was an answer.
const CLASSES: [&str; 6] = ["1xx", "2xx", "3xx", "4xx", "5xx", GONE];
const GONE: &str = "gone";

/// The numbers of one server; cheap to clone.
#[derive(Clone)]
pub struct Metrics {
    /// Holds all counts, and writes them.
    pub registry: Registry,
    /// What could not be told when it was asked for.
    pub scrape_errors: IntCounterVec,
    requests: IntCounterVec,
    durations: HistogramVec,
    in_flight: IntGaugeVec,
}

impl Metrics {
    /// Numbers that begin at 0.
    ///
    /// # Errors
    /// When a metric is not defined as it must be, which a test rules out.
    pub fn new() -> Result<Self, Error> {
        let registry = Registry::new();
        let requests = register_int_counter_vec_with_registry!(
            "depositary_http_requests_total",
            "Requests by what they were sent to and the class of the answer's status; gone are clients that hung up before.",
            &["face", "class"],
            registry
        )?;
        let durations = register_histogram_vec_with_registry!(
            "depositary_http_request_duration_seconds",
            "Time until an answer began, by what the request was sent to.",
            &["face"],
            BOUNDS.to_vec(),
            registry
        )?;
        let in_flight = register_int_gauge_vec_with_registry!(
            "depositary_http_requests_in_flight",
            "Requests whose answer has not begun, by what they were sent to.",
            &["face"],
            registry
        )?;
        let scrape_errors = register_int_counter_vec_with_registry!(
            "depositary_scrape_errors_total",
            "Times that numbers could not be given, by their subject.",
            &["about"],
            registry
        )?;
        #[cfg(target_os = "linux")]
        registry.register(Box::new(prometheus::process_collector::ProcessCollector::for_self()))?;
        // From the beginning, since a rate misses the first of what was not there before.
        for face in FACES.iter().map(|(_, face)| *face).chain([NOWHERE]) {
            durations.get_metric_with_label_values(&[face])?;
            in_flight.get_metric_with_label_values(&[face])?;
            for class in CLASSES {
                requests.get_metric_with_label_values(&[face, class])?;
            }
        }
        Ok(Self { registry, scrape_errors, requests, durations, in_flight })
    }
}

/// Counts a request.
pub async fn count(State(metrics): State<Metrics>, request: Request, next: Next) -> Response {
    let mut answering = Answering::begin(metrics, face(request.uri().path()));
    let response = next.run(request).await;
    answering.class = class(response.status());
    response
}

/// What a path belongs to.
fn face(path: &str) -> &'static str {
    let below =
        |root: &str| path.strip_prefix(root).is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '.']));
    FACES.iter().find(|(root, _)| below(root)).map_or(NOWHERE, |(_, face)| face)
}

fn class(status: StatusCode) -> &'static str {
    match status.as_u16() {
        100..200 => "1xx",
        200..300 => "2xx",
        300..400 => "3xx",
        400..500 => "4xx",
        _ => "5xx",
    }
}

/// A request in flight. It is counted when it is dropped, which happens also to what nobody waits for any more.
struct Answering {
    metrics: Metrics,
    face: &'static str,
    began: Instant,
    class: &'static str,
}

impl Answering {
    fn begin(metrics: Metrics, face: &'static str) -> Self {
        metrics.in_flight.with_label_values(&[face]).inc();
        Self { metrics, face, began: Instant::now(), class: GONE }
    }
}

impl Drop for Answering {
    fn drop(&mut self) {
        let Self { metrics, face, began, class } = self;
        metrics.in_flight.with_label_values(&[*face]).dec();
        metrics.durations.with_label_values(&[*face]).observe(began.elapsed().as_secs_f64());
        metrics.requests.with_label_values(&[*face, *class]).inc();
    }
}
