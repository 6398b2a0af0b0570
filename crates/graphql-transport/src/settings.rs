//! What does a program say of itself once, when it starts?
//!
//! Invariant: these are values, read and never changed; what has to be asked each time is a method of the host.

use std::sync::Arc;
use std::time::Duration;

use axum::http::{HeaderMap, HeaderValue, header};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::cost::Costs;
use super::scalars::Scalar;

/// What a program says of itself.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// The text of the schema. Documents are validated against it; a text that is not valid is logged when the router is made.
    pub sdl: String,
    /// The most that may be asked at once.
    pub limits: Limits,
    /// What fields cost that do more than a field does.
    pub costs: Costs,
    /// The scalars of the schema beside those of GraphQL itself.
    pub scalars: &'static [Scalar],
    /// How a request names a position of the program's log, where it has one.
    pub positions: Option<Positions>,
    /// What messages say of the program.
    pub hints: Hints,
    /// The origins whose pages may open a socket, beside the server's own; `*` is any.
    pub origins: Arc<[String]>,
    /// Cancelled when the process is to end: sockets and event streams end then, each listener with a word that it may come
    /// back.
    pub ending: CancellationToken,
    /// The open sockets, which the process waits for.
    pub sockets: TaskTracker,
    /// The subscriptions that are listened to, on sockets and as server-sent events; only counted.
    pub subscriptions: TaskTracker,
}

/// The most that may be asked at once. A fragment counts in every place where a document spreads it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The most fields in a document, without those of introspection.
    pub nodes: usize,
    /// The most fields in an operation that have an alias.
    pub aliases: usize,
    /// The most fields at the root of an operation.
    pub root_fields: usize,
    /// The most directives in an operation.
    pub directives: usize,
    /// The most levels of fields in an operation, without those of introspection.
    pub depth: usize,
    /// The most fields in `__schema` and `__type`; 0 switches off introspection, and the suggestions in messages.
    pub introspection_nodes: usize,
    /// The most levels of fields in `__schema` and `__type`.
    pub introspection_depth: usize,
    /// The most that an operation may cost.
    pub complexity: usize,
    /// The most bytes of an answer.
    pub answer_bytes: usize,
    /// The bytes that an answer may have without a place ([`Host::place`](super::Host::place)).
    pub free_bytes: usize,
    /// The longest time from the head of a request until its body is complete.
    pub body_time: Duration,
    /// How long a stream of server-sent events lasts; its client then comes back.
    pub stream_time: Duration,
    /// The most pings, pongs and messages without a question that a client may send on one socket in 20 s.
    pub pings: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            nodes: 1_000,
            aliases: 30,
            root_fields: 20,
            directives: 50,
            depth: 10,
            introspection_nodes: 500,
            introspection_depth: 25,
            complexity: 5_000,
            answer_bytes: 4_000_000,
            free_bytes: 64 * 1024,
            body_time: Duration::from_secs(30),
            stream_time: Duration::from_secs(75),
            pings: 500,
        }
    }
}

impl Limits {
    /// Whether introspection is answered.
    pub(crate) const fn tell_the_schema(&self) -> bool {
        self.introspection_nodes > 0
    }
}

/// How a request names a position of the program's log that must have been seen before it is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Positions {
    /// The header, in lower case.
    pub header: &'static str,
    /// The argument of fields at the root.
    pub argument: &'static str,
}

/// What messages say of the program, so that they tell what to do; each is empty where it has nothing to say.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Hints {
    /// Follows the limit of an answer: the option that sets it, such as ` (--limit-answer-bytes)`.
    pub answer_bytes: &'static str,
    /// Follows that a page may not open a socket: the option that names those that may.
    pub origins: &'static str,
    /// Follows that an answer took too long: what becomes of a mutation.
    pub timeout: &'static str,
}

impl Settings {
    /// Whether the page that asks, if a page does, may. A browser tells the page's origin: without this, a page of
    /// anybody could use the network and the place of whoever visits it.
    pub(crate) fn admits_origin(&self, headers: &HeaderMap) -> bool {
        let text = |name| headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok());
        let Some(origin) = text(header::ORIGIN) else { return !headers.contains_key(header::ORIGIN) };
        let own = origin.split_once("://").map(|(_, host)| host);
        own.is_some() && own == text(header::HOST)
            || self.origins.iter().any(|allowed| allowed == origin || allowed == "*")
    }
}
