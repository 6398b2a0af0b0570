//! What does a client hear that the server itself does not answer?
//!
//! Invariant: an error in the form that is spoken at the address, GraphQL's or that of the plain URLs, with a code, what to
//! do, and the request's id.

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::domain::codes::ErrorCode;
use crate::telemetry;

/// What a refusal says, beside the response, for the code that makes a page of it.
#[derive(Debug, Clone)]
pub struct Told {
    /// The stable code for programs.
    pub code: ErrorCode,
    /// What is wrong, and what to do.
    pub message: String,
}

/// A refusal at a path.
pub fn refusal(path: &str, status: StatusCode, code: ErrorCode, message: &str) -> Response {
    let request = telemetry::request().to_string();
    let body = if path.starts_with("/graphql") {
        json!({ "errors": [{ "message": message, "extensions": { "code": code, "requestId": request } }] })
    } else {
        json!({ "error": { "code": code, "message": message, "requestId": request } })
    };
    let headers = [(header::CONTENT_TYPE, "application/json; charset=utf-8"), (header::CACHE_CONTROL, "no-store")];
    let mut response = (status, headers, body.to_string()).into_response();
    response.extensions_mut().insert(Told { code, message: message.to_owned() });
    response
}
