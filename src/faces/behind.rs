//! What stands behind every face?
//!
//! Invariant: it is put together once, where the server is (`server/mod.rs`); a face takes what it needs and makes nothing of its own.

use crate::access::{Access, Rates};
use crate::answers::Answers;
use crate::record::tracker::Tracker;
use crate::work::delivery::Webhooks;

/// What the faces answer from, record through, and ask who may; cheap to clone.
#[derive(Clone)]
pub struct Behind {
    /// The answers, which every question is put to.
    pub answers: Answers,
    /// The tracker, through which every command is recorded.
    pub tracker: Tracker,
    /// What knows the tokens and their roles.
    pub access: Access,
    /// How much each client may spend.
    pub rates: Rates,
    /// The endpoints that this server sends new events to.
    pub webhooks: Webhooks,
}
