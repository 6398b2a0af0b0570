//! By which codes does a client know why the transport did not answer?
//!
//! Invariant: a code stays as it is spelt once a release has it; a message is for people and may change.

/// Why a request was not answered, as `extensions.code` of an error says it. The program has codes of its own beside these.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Code {
    /// An argument or a variable has a value that it does not take.
    BadUserInput,
    /// The request is not one of GraphQL: its body, a header or its method is wrong.
    BadRequest,
    /// The document cannot be read as GraphQL.
    GraphqlParseFailed,
    /// The document is GraphQL, but does not fit the schema.
    GraphqlValidationFailed,
    /// The document has several operations and `operationName` names none of them.
    OperationResolutionFailure,
    /// The document of this hash is not remembered, so its text is to be sent with the hash once.
    PersistedQueryNotFound,
    /// The operation asks for more at once than is allowed.
    QueryTooComplex,
    /// The client asks for too much at the same time.
    RateLimited,
    /// The answer would have more bytes than an answer may have.
    AnswerTooLarge,
    /// The answer was not made within the time that a request has.
    Timeout,
    /// The program has a fault.
    InternalServerError,
}

impl Code {
    /// Every code, for a program that lists those that its clients may hear.
    pub const ALL: [Self; 11] = [
        Self::BadUserInput,
        Self::BadRequest,
        Self::GraphqlParseFailed,
        Self::GraphqlValidationFailed,
        Self::OperationResolutionFailure,
        Self::PersistedQueryNotFound,
        Self::QueryTooComplex,
        Self::RateLimited,
        Self::AnswerTooLarge,
        Self::Timeout,
        Self::InternalServerError,
    ];

    /// Its spelling on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::BadUserInput => "BAD_USER_INPUT",
            Self::BadRequest => "BAD_REQUEST",
            Self::GraphqlParseFailed => "GRAPHQL_PARSE_FAILED",
            Self::GraphqlValidationFailed => "GRAPHQL_VALIDATION_FAILED",
            Self::OperationResolutionFailure => "OPERATION_RESOLUTION_FAILURE",
            Self::PersistedQueryNotFound => "PERSISTED_QUERY_NOT_FOUND",
            Self::QueryTooComplex => "QUERY_TOO_COMPLEX",
            Self::RateLimited => "RATE_LIMITED",
            Self::AnswerTooLarge => "ANSWER_TOO_LARGE",
            Self::Timeout => "TIMEOUT",
            Self::InternalServerError => "INTERNAL_SERVER_ERROR",
        }
    }
}

impl From<Code> for &'static str {
    fn from(code: Code) -> Self {
        code.as_str()
    }
}
