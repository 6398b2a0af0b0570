//! What does a client hear when a question cannot be answered?
//!
//! Invariant: every error has a code; a fault's inside stays inside and is logged once, here.

use async_graphql::{Error, ErrorExtensions};

use crate::access::AccessError;
use crate::answers::AskError;
use crate::domain::codes::ErrorCode;
use crate::domain::words::Word;
use crate::work::delivery::WebhookError;

/// The client's view of why a question was not answered.
pub fn outward(error: &AskError) -> Error {
    let code = error.code();
    if error.is_fault() {
        tracing::error!(request = %crate::telemetry::request(), error = %crate::telemetry::chain(error), "graphql.question.failed");
        return Error::new(if code == ErrorCode::StorageUnavailable {
            "the log cannot be read at the moment; try again later"
        } else {
            "the question could not be answered because of a fault on this side"
        })
        .extend_with(|_, extensions| extensions.set("code", code.as_str()));
    }
    Error::new(error.to_string()).extend_with(|_, extensions| extensions.set("code", code.as_str()))
}

/// The client's view of why it may not.
pub fn denied(error: &AccessError) -> Error {
    let code = error.code();
    if matches!(error, AccessError::Store(_)) {
        tracing::error!(request = %crate::telemetry::request(), error = %crate::telemetry::chain(error), "graphql.token.unreadable");
        return Error::new("tokens cannot be read at the moment; try again later")
            .extend_with(|_, extensions| extensions.set("code", code.as_str()));
    }
    Error::new(error.to_string()).extend_with(|_, extensions| extensions.set("code", code.as_str()))
}

/// The client's view of webhooks that cannot be managed because of a fault on this side.
pub fn unmanaged(error: &WebhookError) -> Error {
    tracing::error!(request = %crate::telemetry::request(), error = %crate::telemetry::chain(error), "graphql.webhook.failed");
    Error::new("webhooks cannot be read or changed at the moment; try again later")
        .extend_with(|_, extensions| extensions.set("code", error.code().as_str()))
}
