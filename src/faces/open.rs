//! What do the faces of one server share while it runs: its limits, its names, what is open, and when that ends?
//!
//! Invariant: what is open ends when the process is told to, each listener with a word that it may come back.

use std::sync::Arc;
use std::sync::atomic::AtomicUsize;

use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::access::Room;
use crate::config::limits::{Limits, Struck};

/// What the faces and the layers around them share; cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Open {
    /// Cancelled when the process is to end: sockets and event streams end then.
    pub ending: CancellationToken,
    /// The open sockets, which the process waits for.
    pub sockets: TaskTracker,
    /// The subscriptions that are listened to, on sockets and as server-sent events; only counted.
    pub subscriptions: TaskTracker,
    /// The origins whose pages may ask, beside the server's own.
    pub origins: Arc<[String]>,
    /// The names by which the server is asked, beside addresses and `localhost`; `*` is any.
    pub hosts: Arc<[String]>,
    /// The most that anybody may ask, send and hold.
    pub limits: Limits,
    /// How often clients have met them.
    pub struck: Struck,
    /// How many connections are open.
    pub connections: Arc<AtomicUsize>,
    /// The room for large answers.
    pub room: Room,
    /// Whether the server is not ready while it may not write the log: it could when it began, or is to record alerts.
    pub must_write: bool,
    /// Whether no pages are served.
    pub no_pages: bool,
    /// Whether search engines are asked not to list them.
    pub no_index: bool,
}
