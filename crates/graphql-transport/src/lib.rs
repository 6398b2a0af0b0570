//! GraphQL over HTTP, WebSocket and server-sent events: how does a request reach the executor, and its answer the client?
//!
//! Documents in, answers out. A program implements [`Host`], describes itself by [`Settings`], and gets a [`router`] that
//! answers `/graphql` and `/graphql/ws`. What the schema says and who may ask stays with the program: this crate knows
//! neither a database nor a user. The example `hello` is a whole server.
//!
//! Invariant: whatever arrives, and by whichever transport, it passes one door (`Served::prepare`) before it runs.

mod admission; // Which documents are let in, and what is remembered of them.
mod codes; // The codes of its refusals.
mod coercion; // Values of variables.
mod cost; // What a document costs.
mod counting; // How much a document asks at once.
mod failure; // What is answered to a request that failed.
mod host; // The program behind it.
mod http; // GET and POST.
mod input; // Values from outside, and where they stand.
mod left_out; // Arguments whose variable was left out.
mod lexer; // Whether a document is small enough to be parsed.
mod limits; // The limits on documents.
mod literals; // Values written in documents.
mod meter; // How large an answer becomes while it is made.
mod negotiation; // The form that a client wants.
mod order; // The order of fields in an answer.
mod persisted; // Documents by their hashes.
mod prepare; // The one door before anything runs.
mod results; // What an operation gives, result by result.
mod scalars; // What a scalar takes.
mod settings; // What a program says of itself when it starts.
mod sse; // Server-sent events.
mod suggestion; // Names that a client may have meant.
mod validation; // Whether the schema can answer a document.
mod values; // Whether a value fits its type.
mod ws; // WebSocket.

use std::sync::Arc;

use async_graphql::ServerError;
use axum::Router;
use axum::routing::{any, get};

use self::admission::Admission;
pub use self::codes::Code;
pub use self::cost::{Costs, CountedArgument, FieldNumber, shown as with_costs};
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
