//! How does a request reach the executor, and its answer the client?
//!
//! Invariant: whatever arrives, and by whichever transport, it passes one door ([`Served::prepare`]) before it runs.

mod failure;
mod http;
mod lexer;
mod negotiation;
mod open;
mod prepare;
mod sse;
mod ws;

use std::sync::Arc;

use async_graphql::parser::types::ExecutableDocument;
use axum::Router;
use axum::routing::{any, get};
use quick_cache::sync::Cache;

pub use self::open::Open;
use super::{Behind, Schema, schema};

/// The most bytes of a request's body, and of a message on a socket.
pub const BODY_LIMIT: usize = 256 * 1024;
/// Documents that are kept parsed; a client asks the same question again and again with other variables.
const PARSED: usize = 1_000;

/// What a request needs.
#[derive(Clone)]
struct Served {
    schema: Schema,
    behind: Behind,
    open: Open,
    parsed: Arc<Cache<String, Arc<ExecutableDocument>>>,
}

/// `/graphql` by GET and POST, server-sent events among its answers, and `/graphql/ws`. Who asks is told by the
/// [`Caller`](crate::access::Caller) among the request's extensions.
pub fn router(behind: Behind, open: Open) -> Router {
    let served = Served { schema: schema(behind.clone()), behind, open, parsed: Arc::new(Cache::new(PARSED)) };
    Router::new()
        .route("/graphql", get(http::by_get).post(http::by_post).fallback(http::by_other))
        .route("/graphql/ws", any(ws::upgrade))
        .with_state(served)
}
