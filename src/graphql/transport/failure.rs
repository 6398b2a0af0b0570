//! What does a client hear of a request that failed?
//!
//! Invariant: every error has a code and a short message; a request that was never executed has no `data`.

use async_graphql::{Response, ServerError, Value};
use axum::http::StatusCode;

use crate::access::Exceeded;

/// The longest message; a parse error echoes the whole line.
const MESSAGE: usize = 300;

/// What each scalar takes.
const TAKES: [(&str, &str); 7] = [
    ("CountryCode", "an ISO 3166-1 alpha-2 code of a country, such as LV"),
    ("Date", "a day of the calendar, such as 2017-06-30"),
    ("DateTime", "an instant, such as 2018-03-13T00:00:00Z"),
    ("Position", "a whole number from 0"),
    ("UUID", "36 characters with dashes, such as 6e8bc430-9c3a-11d9-9669-0800200c9a66"),
    ("UncertainDate", "a date in EDTF, such as 2024-02-23, 2024-02, 1991 or [..1992-03-18]"),
    ("Url", "a link that begins with https:// or http://"),
];

/// A request that was refused before it ran.
#[derive(Debug)]
pub struct Failure {
    /// What kind of failure; it decides the status where the transport has one.
    pub status: StatusCode,
    /// The errors.
    pub errors: Vec<ServerError>,
    /// The seconds after which the same may be asked again, where that helps.
    pub retry_after: Option<u64>,
}

impl Failure {
    /// A failure with one error.
    pub fn new(status: StatusCode, code: &str, message: &str) -> Self {
        let mut error = ServerError::new(message, None);
        error.extensions.get_or_insert_default().set("code", code);
        Self::of(status, vec![error])
    }

    /// A request that costs more than its client has left.
    pub fn exceeded(exceeded: Exceeded) -> Self {
        let failure = Self::new(StatusCode::TOO_MANY_REQUESTS, "RATE_LIMITED", &exceeded.to_string());
        Self { retry_after: Some(exceeded.retry_after), ..failure }
    }

    /// A request that is no GraphQL request.
    pub fn malformed(message: &str) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "BAD_REQUEST", message)
    }

    /// What it says, in one line.
    pub fn message(&self) -> String {
        self.errors.first().map(|error| error.message.clone()).unwrap_or_default()
    }

    /// Whether the request was well formed and its document was not.
    pub fn is_about_the_document(&self) -> bool {
        let code =
            |error: &ServerError| error.extensions.as_ref().and_then(|extensions| extensions.get("code")).cloned();
        self.status == StatusCode::BAD_REQUEST
            && self.errors.iter().all(|error| code(error) != Some(Value::from("BAD_REQUEST")))
    }

    /// A failure with the executor's errors.
    pub fn of(status: StatusCode, mut errors: Vec<ServerError>) -> Self {
        errors.iter_mut().for_each(mend);
        Self { status, errors, retry_after: None }
    }
}

/// A response's errors with their codes.
pub fn mended(mut response: Response) -> Response {
    response.errors.iter_mut().for_each(mend);
    response
}

/// Whether a response tells of a request that the executor refused before it ran.
pub fn never_ran(response: &Response) -> bool {
    response.data == Value::Null
        && !response.errors.is_empty()
        && response.errors.iter().all(|error| error.path.is_empty())
}

/// Gives a code to an error that the executor made, and keeps its message short.
fn mend(error: &mut ServerError) {
    if error.message.chars().count() > MESSAGE {
        error.message = error.message.chars().take(MESSAGE).collect();
    }
    // A literal that fails validation is told its type alone; what the type takes helps more.
    if error.message.starts_with("Invalid value")
        && let Some((_, takes)) = TAKES.iter().find(|(scalar, _)| error.message.ends_with(&format!("\"{scalar}\"")))
    {
        error.message.push_str(&format!(": {takes}"));
    }
    let extensions = error.extensions.get_or_insert_default();
    extensions.set("requestId", crate::telemetry::request().to_string());
    if extensions.get("code").is_some() {
        return;
    }
    let message = error.message.as_str();
    let code =
        if !error.path.is_empty() || message.starts_with("Failed to parse") || message.starts_with("Invalid value") {
            "BAD_USER_INPUT"
        } else if message.starts_with(" -->") || message.contains("expected ") {
            "GRAPHQL_PARSE_FAILED"
        } else if message.contains("too complex") || message.contains("nested too deep") {
            "QUERY_TOO_COMPLEX"
        } else {
            "GRAPHQL_VALIDATION_FAILED"
        };
    extensions.set("code", code);
}
