//! What does the server answer to a request that failed?
//!
//! Invariant: every error has a code and a short message; a request that was never executed has no `data`.

use async_graphql::{Pos, Response, ServerError, Value};
use axum::http::{Extensions, StatusCode};

use super::codes::Code;

/// The longest message; a parse error echoes the whole line.
const MESSAGE: usize = 300;

/// An error with a code, and where there is one a place in the document.
pub fn coded(code: impl Into<&'static str>, message: &str, at: Option<Pos>) -> ServerError {
    let mut error = ServerError::new(message, at);
    error.extensions.get_or_insert_default().set("code", code.into());
    error
}

/// A request that was refused before it ran, by the transport or by the program behind it.
#[derive(Debug)]
pub struct Failure {
    /// What kind of failure; it decides the status where the transport has one.
    pub(crate) status: StatusCode,
    /// The errors of the request, in order.
    pub(crate) errors: Vec<ServerError>,
    /// The seconds after which the client may ask again, where that helps.
    pub(crate) retry_after: Option<u64>,
    /// What the HTTP answer tells the program's own layers.
    pub(crate) extensions: Extensions,
}

impl Failure {
    /// A failure with one error: a code for programs, the crate's own ([`Code`](super::Code)) or another, and a message for
    /// people. A status of 500 and above says that this side is at fault, which never ends what is open.
    #[must_use]
    pub fn new(status: StatusCode, code: impl Into<&'static str>, message: &str) -> Self {
        Self::of(status, vec![coded(code, message, None)])
    }

    /// The same, with the header `Retry-After`.
    #[must_use]
    pub fn retry_after(self, seconds: u64) -> Self {
        Self { retry_after: Some(seconds), ..self }
    }

    /// The same; its HTTP answer has this among its extensions, for the program's own layers.
    #[must_use]
    pub fn telling<T: Clone + Send + Sync + 'static>(mut self, told: T) -> Self {
        self.extensions.insert(told);
        self
    }

    /// Whether this side is at fault, and not who asks.
    #[must_use]
    pub fn is_fault(&self) -> bool {
        self.status.is_server_error()
    }

    /// A request that is no GraphQL request.
    pub(crate) fn malformed(message: &str) -> Self {
        Self::new(StatusCode::BAD_REQUEST, Code::BadRequest, message)
    }

    /// The message of the fault, in one line.
    pub(crate) fn message(&self) -> String {
        self.errors.first().map(|error| error.message.clone()).unwrap_or_default()
    }

    /// Whether the request was well formed and its document was not.
    pub(crate) fn is_about_the_document(&self) -> bool {
        let code =
            |error: &ServerError| error.extensions.as_ref().and_then(|extensions| extensions.get("code")).cloned();
        self.status == StatusCode::BAD_REQUEST
            && self.errors.iter().all(|error| code(error) != Some(Value::from(Code::BadRequest.as_str())))
    }

    /// A failure with the executor's errors.
    pub(crate) fn of(status: StatusCode, mut errors: Vec<ServerError>) -> Self {
        errors.iter_mut().for_each(mend);
        Self { status, errors, retry_after: None, extensions: Extensions::new() }
    }
}

/// Gives each error the id of the request that it is about.
pub fn numbered(errors: &mut [ServerError], request: Option<&str>) {
    if let Some(request) = request {
        for error in errors {
            error.extensions.get_or_insert_default().set("requestId", request);
        }
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
    if extensions.get("code").is_some() {
        return;
    }
    let message = error.message.as_str();
    let code =
        if !error.path.is_empty() || message.starts_with("Failed to parse") || message.starts_with("Invalid value") {
            Code::BadUserInput
        } else if message.starts_with(" -->") || message.contains("expected ") {
            Code::GraphqlParseFailed
        } else if message.contains("too complex") || message.contains("nested too deep") {
            Code::QueryTooComplex
        } else {
            Code::GraphqlValidationFailed
        };
    extensions.set("code", code.as_str());
}

#[cfg(test)]
mod tests {
    use async_graphql::{Pos, Response, ServerError, Value};
    use axum::http::StatusCode;

    use super::{Code, Failure, MESSAGE, mended, never_ran, numbered};

    fn code(error: &ServerError) -> Option<Value> {
        error.extensions.as_ref().and_then(|extensions| extensions.get("code")).cloned()
    }

    #[test]
    fn an_error_of_the_executor_gets_a_code_and_a_message_of_bearable_length() {
        let long = "x".repeat(MESSAGE + 1);
        for (message, expected) in [
            ("Failed to parse \"Int\"", Code::BadUserInput),
            (" --> 1:1 expected selection_set", Code::GraphqlParseFailed),
            ("Query is nested too deep.", Code::QueryTooComplex),
            (long.as_str(), Code::GraphqlValidationFailed),
        ] {
            let failure = Failure::of(StatusCode::BAD_REQUEST, vec![ServerError::new(message, Some(Pos::default()))]);
            assert_eq!(failure.errors.first().and_then(code), Some(Value::from(expected.as_str())), "{message}");
            assert!(failure.message().len() <= MESSAGE);
        }
    }

    #[test]
    fn a_code_that_is_there_stays_and_the_id_of_the_request_is_beside_it() {
        let mut failure = Failure::new(StatusCode::FORBIDDEN, "OF_THE_PROGRAM", "no");
        numbered(&mut failure.errors, Some("7"));
        let extensions = failure.errors.first().and_then(|error| error.extensions.as_ref());
        assert_eq!(extensions.and_then(|told| told.get("code")), Some(&Value::from("OF_THE_PROGRAM")));
        assert_eq!(extensions.and_then(|told| told.get("requestId")), Some(&Value::from("7")));
        assert!(!failure.is_fault());
    }

    #[test]
    fn an_answer_of_which_every_field_was_skipped_is_an_object_and_has_run() {
        let answer = mended(Response::new(Value::Null));
        assert!(matches!(&answer.data, Value::Object(fields) if fields.is_empty()));
        assert!(!never_ran(&answer));
        assert!(never_ran(&Response::from_errors(vec![ServerError::new("no", None)])));
    }
}
