//! How do new events reach the endpoints that want them?
//!
//! Invariant: each message arrives at least once, and again only under the same `webhook-id`; never to an address that is
//! not allowed.

pub mod addresses; // Where messages may go. Pure.
mod book;
mod counts;
mod courier;
mod endpoint;
mod id;
mod lane;
pub mod message; // What they say. Pure.
mod options;
mod outcome;
mod pages;
pub mod schedule; // When they are tried again. Pure.
mod sender;
pub mod signature; // How they are signed. Pure.
mod thread;
pub mod wants; // Who hears of what. Pure.
mod webhooks;

pub use self::counts::{Counted, Counts};
pub use self::courier::{Courier, LookUp, PATIENCE, by_the_system};
pub use self::endpoint::{Endpoint, Waiting};
pub use self::id::EndpointId;
pub use self::options::{Options, base};
pub use self::outcome::{Attempt, Outcome};
pub use self::sender::Sender;
pub use self::webhooks::{BOTH_VALID, WebhookError, Webhooks};
