//! What does the server answer to a request that failed?
//!
//! Invariant: every error has a code and a short message; a request that was never executed has no `data`.

use async_graphql::{Pos, Response, ServerError, Value};
use axum::http::StatusCode;

use crate::access::Exceeded;
use crate::domain::codes::ErrorCode;
use crate::domain::words::Word;

/// The longest message; a parse error echoes the whole line.
const MESSAGE: usize = 300;

/// An error with a code, and where there is one a place in the document.
pub fn coded(code: ErrorCode, message: &str, at: Option<Pos>) -> ServerError {
    let mut error = ServerError::new(message, at);
    error.extensions.get_or_insert_default().set("code", code.as_str());
    error
}

/// A request that was refused before it ran.
#[derive(Debug)]
pub struct Failure {
    /// What kind of failure; it decides the status where the transport has one.
    pub status: StatusCode,
    /// The errors of the request, in order.
    pub errors: Vec<ServerError>,
    /// What its client has asked too much, where it has.
    pub exceeded: Option<Exceeded>,
}

impl Failure {
    /// A failure with one error.
    pub fn new(status: StatusCode, code: ErrorCode, message: &str) -> Self {
        Self::of(status, vec![coded(code, message, None)])
    }

    /// A request that costs more than its client has left.
    pub fn exceeded(exceeded: Exceeded) -> Self {
        let failure = Self::new(StatusCode::TOO_MANY_REQUESTS, ErrorCode::RateLimited, &exceeded.to_string());
        Self { exceeded: Some(exceeded), ..failure }
    }

    /// A request that is no GraphQL request.
    pub fn malformed(message: &str) -> Self {
        Self::new(StatusCode::BAD_REQUEST, ErrorCode::BadRequest, message)
    }

    /// The message of the fault, in one line.
    pub fn message(&self) -> String {
        self.errors.first().map(|error| error.message.clone()).unwrap_or_default()
    }

    /// Whether the request was well formed and its document was not.
    pub fn is_about_the_document(&self) -> bool {
        let code =
            |error: &ServerError| error.extensions.as_ref().and_then(|extensions| extensions.get("code")).cloned();
        self.status == StatusCode::BAD_REQUEST
            && self.errors.iter().all(|error| code(error) != Some(Value::from(ErrorCode::BadRequest.as_str())))
    }

    /// A failure with the executor's errors.
    pub fn of(status: StatusCode, mut errors: Vec<ServerError>) -> Self {
        errors.iter_mut().for_each(mend);
        Self { status, errors, exceeded: None }
    }
}

/// A response's errors with their codes; an operation of which every field was skipped has an object without any.
pub fn mended(mut response: Response) -> Response {
    if response.data == Value::Null && response.errors.is_empty() {
        response.data = Value::Object(async_graphql::indexmap::IndexMap::new());
    }
    response.errors.iter_mut().for_each(mend);
    response
}

/// Whether a response is that of a request which the executor refused before it ran.
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
    let extensions = error.extensions.get_or_insert_default();
    extensions.set("requestId", crate::telemetry::request().to_string());
    if extensions.get("code").is_some() {
        return;
    }
    let message = error.message.as_str();
    let code =
        if !error.path.is_empty() || message.starts_with("Failed to parse") || message.starts_with("Invalid value") {
            ErrorCode::BadUserInput
        } else if message.starts_with(" -->") || message.contains("expected ") {
            ErrorCode::GraphqlParseFailed
        } else if message.contains("too complex") || message.contains("nested too deep") {
            ErrorCode::QueryTooComplex
        } else {
            ErrorCode::GraphqlValidationFailed
        };
    extensions.set("code", code.as_str());
}
