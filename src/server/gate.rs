//! Who asks, and may they?
//!
//! Invariant: no handler behind it runs for a caller who is not known, or under `--private` for one without a token.

use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::access::{Access, AccessError, Role};

/// Finds the caller of a request and puts it among the request's extensions.
pub async fn identify(State(access): State<Access>, mut request: Request, next: Next) -> Response {
    let authorization = request.headers().get(header::AUTHORIZATION);
    let caller = match authorization.map(HeaderValue::to_str).transpose() {
        Ok(authorization) => access.caller(authorization).await,
        Err(_) => Err(AccessError::Token),
    };
    // A browser cannot set a header on a socket: whoever opens one introduces itself on it.
    let socket = request.uri().path() == "/graphql/ws";
    let welcome = caller.and_then(|caller| match access.may(&caller, Role::Reader) {
        Err(error) if !socket => Err(error),
        _ => Ok(caller),
    });
    match welcome {
        Ok(caller) => {
            request.extensions_mut().insert(caller);
            next.run(request).await
        }
        Err(error) => refuse(&error),
    }
}

fn refuse(error: &AccessError) -> Response {
    if error.is_fault() {
        tracing::error!(error = %crate::telemetry::chain(error), "server.gate.closed");
        let message = "tokens cannot be read at the moment; try again later";
        return answer(StatusCode::SERVICE_UNAVAILABLE, error.code(), message);
    }
    let mut response = answer(StatusCode::UNAUTHORIZED, error.code(), &error.to_string());
    response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    response
}

fn answer(status: StatusCode, code: &str, message: &str) -> Response {
    let body = json!({ "errors": [{ "message": message, "extensions": { "code": code } }] });
    (status, [(header::CONTENT_TYPE, "application/json; charset=utf-8")], body.to_string()).into_response()
}
