//! What does a reader see whose page cannot be shown?
//!
//! Invariant: a page that says what to do next for whoever asks for HTML by name, and else the error of the plain URLs; a fault's
//! inside stays inside and is logged once, here.

use std::sync::Arc;

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::access::AccessError;
use crate::answers::AskError;
use crate::domain::codes::ErrorCode;
use crate::telemetry;

/// Why a page is not shown.
#[derive(Debug, thiserror::Error)]
pub enum PageError {
    /// A day that the calendar does not have.
    #[error("there is no day {given}; {name} takes a day of the calendar, such as 2017-06-30")]
    NoSuchDay {
        /// The name of the parameter.
        name: &'static str,
        /// The text that the request gave.
        given: String,
    },
    /// A parameter's value.
    #[error("{name} cannot be `{given}`; give {rule}")]
    Value {
        /// The name of the parameter.
        name: &'static str,
        /// The beginning of what was given.
        given: String,
        /// The rule for the values that the parameter takes.
        rule: &'static str,
    },
    /// A parameter that takes one value.
    #[error("{0} takes one value and was given more")]
    Repeated(&'static str),
    /// A parameter that this page does not have.
    #[error("there is no parameter `{name}` here; there are: {known}")]
    Unknown {
        /// The name that the request gave.
        name: String,
        /// The names of the parameters that the page has.
        known: String,
    },
    /// A country that there is not.
    #[error("`{given}` is not a country: give an ISO 3166-1 alpha-2 code such as LV")]
    Country {
        /// The text that the request gave.
        given: String,
        /// The agreement whose page it would be.
        instrument: String,
    },
    /// An address where nothing is.
    #[error("there is nothing at this path; /graphql answers GraphQL, and /v1/openapi.json lists what else there is")]
    Path(String),
    /// A method that pages do not answer.
    #[error("this only answers GET and HEAD")]
    Method,
    /// The visitor may not do what the request asks.
    #[error(transparent)]
    Access(#[from] AccessError),
    /// A form that this server did not make for this browser, or not lately.
    #[error("this form is too old, or was not made here; open it again and send it from there")]
    Form,
    /// What the server itself refuses, before anybody answers or after it is answered.
    #[error("{message}")]
    Server {
        /// The status of the answer.
        status: StatusCode,
        /// The stable code for programs.
        code: ErrorCode,
        /// What is wrong, and what to do.
        message: String,
        /// In how many seconds it can be asked again.
        wait: Option<u64>,
    },
    /// A log that is too long to make a bundle of evidence for every request.
    #[error(
        "the log has {entries} entries, and this server makes bundles of at most {most}; `depositary evidence` makes one of any log"
    )]
    LongLog {
        /// How many the log has.
        entries: u64,
        /// The most that are read for a bundle.
        most: u64,
    },
    /// A bundle of evidence could not be made.
    #[error(transparent)]
    Evidence(crate::proof::evidence::EvidenceError),
    /// A form that holds too much.
    #[error("a form holds at most {} kB", super::sent::MOST_BYTES / 1024)]
    TooLarge,
    /// The question could not be answered.
    #[error(transparent)]
    Ask(#[from] AskError),
    /// The page could not be written.
    #[error("the page cannot be written")]
    Template(#[from] askama::Error),
}

/// The error of an answer, beside the response, for the code that makes a page of it.
#[derive(Debug, Clone)]
pub struct Refused(pub Arc<PageError>);

impl PageError {
    /// A value that a parameter does not take.
    pub fn value(name: &'static str, given: &str, rule: &'static str) -> Self {
        Self::Value { name, given: given.chars().take(60).collect(), rule }
    }

    /// The status of the answer.
    pub const fn status(&self) -> StatusCode {
        match self {
            Self::Country { .. } | Self::Path(_) => StatusCode::NOT_FOUND,
            Self::Method => StatusCode::METHOD_NOT_ALLOWED,
            Self::Ask(error) if error.is_fault() => StatusCode::SERVICE_UNAVAILABLE,
            Self::Access(AccessError::Store(_)) => StatusCode::SERVICE_UNAVAILABLE,
            Self::Access(error) if error.is_fault() => StatusCode::INTERNAL_SERVER_ERROR,
            Self::Access(AccessError::Token | AccessError::Scheme | AccessError::Missing(_)) => {
                StatusCode::UNAUTHORIZED
            }
            Self::Access(_) | Self::Form => StatusCode::FORBIDDEN,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Server { status, .. } => *status,
            Self::Template(_) | Self::Evidence(_) => StatusCode::INTERNAL_SERVER_ERROR,
            _ => StatusCode::BAD_REQUEST,
        }
    }

    const fn code(&self) -> ErrorCode {
        match self {
            Self::Country { .. } | Self::Path(_) => ErrorCode::NotFound,
            Self::Method => ErrorCode::MethodNotAllowed,
            Self::Ask(error) => error.code(),
            Self::Access(error) => error.code(),
            Self::Form => ErrorCode::Forbidden,
            Self::Server { code, .. } => *code,
            Self::Template(_) | Self::Evidence(_) => ErrorCode::InternalServerError,
            _ => ErrorCode::BadUserInput,
        }
    }

    /// What a reader may be told.
    pub fn told(&self) -> String {
        match self.status() {
            _ if matches!(self, Self::Server { .. }) => self.to_string(),
            StatusCode::SERVICE_UNAVAILABLE => "the log cannot be read at the moment; try again later".to_owned(),
            status if status.is_server_error() => {
                "the page could not be made because of a fault on this side".to_owned()
            }
            _ => self.to_string(),
        }
    }
}

impl IntoResponse for PageError {
    fn into_response(self) -> Response {
        let status = self.status();
        let request = telemetry::request();
        if status.is_server_error() {
            tracing::error!(%request, error = %telemetry::chain(&self), "pages.failed");
        }
        let error = json!({ "code": self.code(), "message": self.told(), "requestId": request });
        let mut response = (status, Json(json!({ "error": error }))).into_response();
        response.extensions_mut().insert(Refused(Arc::new(self)));
        response
    }
}
