//! How does a request reach the executor, and its answer the client?
//!
//! Invariant: whatever arrives, and by whichever transport, it passes one door (`Served::prepare`) before it runs.

mod admission;
mod coercion;
mod cost;
mod counting;
mod failure;
mod http;
mod input;
mod left_out;
mod lexer;
mod limits;
mod literals;
mod meter;
mod negotiation;
mod open;
mod order;
mod persisted;
mod prepare;
mod results;
mod sse;
mod suggestion;
mod takes;
mod validation;
mod values;
mod ws;

use std::sync::Arc;

use axum::Router;
use axum::routing::{any, get};

use self::admission::Admission;
pub use self::cost::shown as with_costs;
pub use self::meter::Metered;
pub use self::open::Open;
use self::persisted::Persisted;
use super::{Behind, Schema, schema};

/// The most bytes of a request's body, and of a message on a socket.
pub const BODY_LIMIT: usize = 256 * 1024;

/// What the server needs to answer a request.
#[derive(Clone)]
struct Served {
    schema: Schema,
    behind: Behind,
    open: Open,
    admission: Arc<Admission>,
    persisted: Arc<Persisted>,
}

/// `/graphql` by GET and POST, server-sent events among its answers, and `/graphql/ws`. The
/// [`Caller`](crate::access::Caller) among the request's extensions is who asks.
pub fn router(behind: Behind, open: Open) -> Router {
    let admission = Arc::new(Admission::new(open.limits));
    let served =
        Served { schema: schema(behind.clone()), behind, open, admission, persisted: Arc::new(Persisted::new()) };
    Router::new()
        .route("/graphql", get(http::by_get).post(http::by_post).fallback(http::by_other))
        .route("/graphql/ws", any(ws::upgrade))
        .with_state(served)
}
