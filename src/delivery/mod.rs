//! How do new events reach whoever asked for them?
//!
//! Invariant: at least once, and again only under the same `webhook-id`; never to an address that is not allowed.

pub mod addresses;
pub mod message;
pub mod schedule;
pub mod signature;
pub mod wants;
