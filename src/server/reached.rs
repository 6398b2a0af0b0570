//! Is a page or a part of the log answered by the position that the request asks for?
//!
//! Invariant: a client that has recorded something reads it, on any server, at every address: an answer waits for the position of
//! the header `Depositary-Min-Position`, or says that it was not reached.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::answers::Answers;
use crate::faces::rest;

/// Waits for the position that a request asks for.
pub async fn wait(State(answers): State<Answers>, request: Request, next: Next) -> Response {
    match rest::reach(&answers, request.headers()).await {
        Ok(()) => next.run(request).await,
        Err(error) => error.into_response(),
    }
}
