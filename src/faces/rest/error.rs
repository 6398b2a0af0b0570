//! What does a client get whose request cannot be answered?
//!
//! Invariant: always JSON with a code and a message that says what to do; a fault's inside stays inside and is logged
//! once, here, under the id that the answer carries.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::Serialize;
use uuid::Uuid;

use crate::access::AccessError;
use crate::answers::AskError;
use crate::answers::view::Term;
use crate::domain::codes::ErrorCode;
use crate::domain::country::CountryError;
use crate::domain::words::Word;
use crate::proof::evidence::EvidenceError;

/// Why a request is not answered.
#[derive(Debug, thiserror::Error)]
pub enum RestError {
    /// A parameter's value.
    #[error("{name} cannot be `{value}`; give {rule}")]
    Value {
        /// The name of the parameter that has the value.
        name: &'static str,
        /// The beginning of what was given.
        value: String,
        /// The rule for the values that the parameter takes.
        rule: String,
    },
    /// A parameter that this path does not have.
    #[error("there is no parameter `{name}` here; there are: {known}")]
    UnknownParameter {
        /// The name that the request gave.
        name: String,
        /// The names of the parameters that the path has.
        known: String,
    },
    /// A parameter that takes one value.
    #[error("{0} takes one value and was given more")]
    Repeated(&'static str),
    /// The country in the path.
    #[error(transparent)]
    NoSuchCountry(#[from] CountryError),
    /// Nothing is at this path below `/v1`.
    #[error("there is nothing at this path; /v1/openapi.json lists the paths")]
    NoSuchPath,
    /// No document of the inbox has this number.
    #[error("no document in the inbox has the number `{0}`; /v1/inbox lists the documents")]
    NoSuchDocument(String),
    /// Nothing with this digest was received.
    #[error("this server has received no bytes with this SHA-256; give 64 small hexadecimal digits")]
    NothingReceived,
    /// The client may not ask this.
    #[error(transparent)]
    Access(#[from] AccessError),
    /// The method is neither GET nor HEAD; nothing can be written by a plain URL.
    #[error("this only answers GET and HEAD")]
    MethodNotAllowed,
    /// The forms that the client accepts.
    #[error("this answer has the forms {0}, and Accept allows none of them")]
    NotAcceptable(String),
    /// The question cannot be answered as it is asked, or the log cannot be read.
    #[error(transparent)]
    Ask(#[from] AskError),
    /// The question of one side of a comparison, and the parameter that is wrong.
    #[error("{0}: {1}")]
    Side(&'static str, AskError),
    /// More deadlines than a calendar has.
    #[error(
        "there are {found} deadlines, and a calendar has at most {most}; give later days, or an instrument or country"
    )]
    TooMany {
        /// The number of deadlines that the question has.
        found: usize,
        /// The largest number that is allowed.
        most: usize,
    },
    /// The log is longer than a server reads for a bundle of evidence.
    #[error(transparent)]
    LongLog(EvidenceError),
    /// The log is not whole, so that there is no bundle of evidence.
    #[error(transparent)]
    Evidence(EvidenceError),
    /// The answer could not be written as CSV.
    #[error("the answer cannot be written as CSV")]
    Csv(#[from] csv::Error),
    /// The answer could not be written as JSON.
    #[error("the answer cannot be written as JSON")]
    Json(#[from] serde_json::Error),
    /// The answer could not be written as Atom.
    #[error("the answer cannot be written as Atom")]
    Atom(#[from] atom_syndication::Error),
}

impl RestError {
    /// A value that a parameter does not take.
    pub fn value(name: &'static str, value: &str, rule: impl Into<String>) -> Self {
        Self::Value { name, value: shown(value), rule: rule.into() }
    }

    /// Why one side of a comparison is not answered, with the parameters that give its position and its knowledge.
    pub const fn of_side(at_position: &'static str, known_at: &'static str, error: AskError) -> Self {
        match error {
            error if error.is_fault() => Self::Ask(error),
            AskError::KnowledgeBeforeLog { .. } | AskError::KnowledgeOfEmptyLog { .. } => Self::Side(known_at, error),
            error => Self::Side(at_position, error),
        }
    }

    const fn status(&self) -> StatusCode {
        match self {
            Self::NoSuchCountry(_) | Self::NoSuchPath | Self::NoSuchDocument(_) | Self::NothingReceived => {
                StatusCode::NOT_FOUND
            }
            Self::Access(error) if error.is_fault() => StatusCode::SERVICE_UNAVAILABLE,
            Self::Access(AccessError::Role { .. }) => StatusCode::FORBIDDEN,
            Self::Access(_) => StatusCode::UNAUTHORIZED,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::NotAcceptable(_) => StatusCode::NOT_ACCEPTABLE,
            Self::Ask(error) if error.is_fault() => StatusCode::SERVICE_UNAVAILABLE,
            Self::Csv(_) | Self::Json(_) | Self::Atom(_) | Self::Evidence(_) => StatusCode::INTERNAL_SERVER_ERROR,
            Self::Value { .. }
            | Self::UnknownParameter { .. }
            | Self::Repeated(_)
            | Self::TooMany { .. }
            | Self::LongLog(_)
            | Self::Ask(_)
            | Self::Side(..) => StatusCode::BAD_REQUEST,
        }
    }

    const fn code(&self) -> ErrorCode {
        match self {
            Self::NoSuchCountry(_) | Self::NoSuchPath | Self::NoSuchDocument(_) | Self::NothingReceived => {
                ErrorCode::NotFound
            }
            Self::Access(error) => error.code(),
            Self::MethodNotAllowed => ErrorCode::MethodNotAllowed,
            Self::NotAcceptable(_) => ErrorCode::NotAcceptable,
            Self::Ask(error) | Self::Side(_, error) => error.code(),
            Self::LongLog(_) => ErrorCode::AnswerTooLarge,
            Self::Csv(_) | Self::Json(_) | Self::Atom(_) | Self::Evidence(_) => ErrorCode::InternalServerError,
            Self::Value { .. } | Self::UnknownParameter { .. } | Self::Repeated(_) | Self::TooMany { .. } => {
                ErrorCode::BadUserInput
            }
        }
    }

    /// The parameter that is wrong, where one is.
    fn field(&self) -> Option<&str> {
        match self {
            Self::Value { name, .. } | Self::Repeated(name) | Self::Side(name, _) => Some(name),
            Self::UnknownParameter { name, .. } => Some(name),
            Self::NoSuchCountry(_) => Some("country"),
            Self::TooMany { .. } => Some("from"),
            Self::Ask(error) => match error {
                AskError::KnowledgeBeforeLog { .. } | AskError::KnowledgeOfEmptyLog { .. } => Some("knownAt"),
                AskError::PositionNotReached { .. } => Some("minPosition"),
                AskError::OfAnotherLog { .. } => Some("changedAfter"),
                AskError::KnownAtWithPosition
                | AskError::NothingRecorded { .. }
                | AskError::PositionAhead { .. }
                | AskError::NotInTree { .. } => Some("atPosition"),
                AskError::PageSize { .. } | AskError::Paging(_) => Some("first"),
                AskError::HomeCountry => Some("country"),
                AskError::Cursor(_) => Some("after"),
                AskError::Instrument(_) | AskError::Id(_) => Some("instrument"),
                AskError::Days { .. }
                | AskError::Backwards { .. }
                | AskError::TooMuchTried { .. }
                | AskError::TooManyFired { .. } => Some("from"),
                AskError::Store(_) | AskError::Stopped | AskError::Rules(_) | AskError::Json(_) => None,
            },
            Self::NoSuchDocument(_) => Some("number"),
            Self::NothingReceived => Some("sha256"),
            Self::NoSuchPath
            | Self::Access(_)
            | Self::MethodNotAllowed
            | Self::NotAcceptable(_)
            | Self::LongLog(_)
            | Self::Evidence(_)
            | Self::Csv(_)
            | Self::Json(_)
            | Self::Atom(_) => None,
        }
    }
}

impl From<EvidenceError> for RestError {
    fn from(error: EvidenceError) -> Self {
        match error {
            EvidenceError::Ask(error) => Self::Ask(error),
            EvidenceError::Store(error) => Self::Ask(error.into()),
            EvidenceError::Json(error) => Self::Json(error),
            error @ EvidenceError::LongLog { .. } => Self::LongLog(error),
            error @ EvidenceError::Missing(_) => Self::Evidence(error),
        }
    }
}

/// What a message shows of a text that came from outside.
pub fn shown(text: &str) -> String {
    text.chars().take(60).collect()
}

/// An answer that says why the server did not do what the request asked.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Told {
    /// The error: its code, and what is wrong in words.
    error: ErrorTold,
}

/// An error of a plain URL.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct ErrorTold {
    /// The code of the error for programs, which never changes.
    #[schemars(schema_with = "plain_codes")]
    code: Term<ErrorCode>,
    /// What is wrong, and what to do, for people.
    message: String,
    /// The name of the parameter that is wrong; left out when none is.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    field: Option<String>,
    /// The id by which the operator finds the request in the log of the server, as in the header `X-Request-Id`; left out when
    /// the server had too many connections to read the request.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Uuid")]
    request_id: Option<Uuid>,
}

/// The codes that a plain URL can answer with; all other codes belong to GraphQL.
const PLAIN_CODES: [ErrorCode; 14] = [
    ErrorCode::BadUserInput,
    ErrorCode::KnowledgeBeforeLog,
    ErrorCode::NotFound,
    ErrorCode::MethodNotAllowed,
    ErrorCode::NotAcceptable,
    ErrorCode::Unauthenticated,
    ErrorCode::RateLimited,
    ErrorCode::StorageUnavailable,
    ErrorCode::InternalServerError,
    ErrorCode::PositionNotReached,
    ErrorCode::AnswerTooLarge,
    ErrorCode::Overloaded,
    ErrorCode::TooManyConnections,
    ErrorCode::UnknownHost,
];

fn plain_codes(_: &mut SchemaGenerator) -> Schema {
    Term::listed(ErrorCode::ABOUT, &PLAIN_CODES)
}

impl IntoResponse for RestError {
    fn into_response(self) -> Response {
        let status = self.status();
        let request = crate::telemetry::request();
        let message = if status.is_server_error() {
            tracing::error!(%request, error = %crate::telemetry::chain(&self), "rest.question.failed");
            match status {
                StatusCode::SERVICE_UNAVAILABLE => "the log cannot be read at the moment; try again later".to_owned(),
                _ => "the question could not be answered because of a fault on this side".to_owned(),
            }
        } else {
            self.to_string()
        };
        let (code, field) = (Term(self.code()), self.field().map(str::to_owned));
        let error = ErrorTold { code, message, field, request_id: Some(request) };
        let mut response = (status, Json(Told { error })).into_response();
        if status == StatusCode::UNAUTHORIZED {
            response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}
