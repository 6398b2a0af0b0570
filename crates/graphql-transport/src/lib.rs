//! GraphQL over HTTP, WebSocket and server-sent events: how does a request reach the executor, and its answer the client?
//!
//! Documents in, answers out. A program implements [`Host`], describes itself by [`Settings`], and gets a [`router`] that
//! answers `/graphql` and `/graphql/ws`. What the schema says and who may ask stays with the program: this crate knows
//! neither a database nor a user. The example `hello` is a whole server.
//!
//! Invariant: whatever arrives, and by whichever transport, it passes one door (`Served::prepare`) before it runs.

mod admission;
mod codes;
mod coercion;
mod cost;
mod counting;
mod failure;
mod host;
mod http;
mod input;
mod left_out;
mod lexer;
mod limits;
mod literals;
mod meter;
mod negotiation;
mod order;
mod persisted;
mod prepare;
mod results;
mod scalars;
mod settings;
mod sse;
mod suggestion;
mod validation;
mod values;
mod ws;

use std::sync::Arc;

use async_graphql::ServerError;
use axum::Router;
use axum::routing::{any, get};

use self::admission::Admission;
pub use self::codes::Code;
pub use self::cost::{Costs, Of, Several, shown as with_costs};
pub use self::failure::Failure;
pub use self::host::{Begun, Host, Met, Notes, Place, Wanted};
pub use self::meter::Metered;
use self::persisted::Persisted;
pub use self::scalars::Scalar;
pub use self::settings::{Hints, Limits, Positions, Settings};

/// The most bytes of a request's body, and of a message on a socket.
pub const BODY_LIMIT: usize = 256 * 1024;

/// What answers a request: the program, what it has said of itself, and what is remembered of documents.
struct Served<H> {
    host: H,
    settings: Settings,
    admission: Admission,
    persisted: Persisted,
}

impl<H: Host> Served<H> {
    /// Gives each error the id of the request that is being answered.
    fn number(&self, errors: &mut [ServerError]) {
        if !errors.is_empty() {
            failure::numbered(errors, self.host.request_id().as_deref());
        }
    }

    /// Logs that an answer cannot be written as JSON, which no answer of a sound schema is.
    fn unwritable(&self, error: &serde_json::Error) {
        let request = self.host.request_id().unwrap_or_default();
        tracing::error!(request, %error, "graphql.response.unwritable");
    }
}

/// `/graphql` by GET and POST, server-sent events among its answers, and `/graphql/ws`, all answered by a program. The
/// schema must have the extension [`Metered`], or nothing bounds what an answer holds while it is made; and since every
/// document is validated here, it may run in async-graphql's `ValidationMode::Fast`.
pub fn router<H: Host>(host: H, settings: Settings) -> Router {
    let admission = Admission::new(&settings);
    let served = Arc::new(Served { host, settings, admission, persisted: Persisted::new() });
    Router::new()
        .route("/graphql", get(http::by_get::<H>).post(http::by_post::<H>).fallback(http::by_other::<H>))
        .route("/graphql/ws", any(ws::upgrade::<H>))
        .with_state(served)
}
