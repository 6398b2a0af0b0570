//! How is the id of an endpoint written?
//!
//! Invariant: every face prints one spelling, `webhook/` and the UUID, and understands the UUID alone too.

use std::fmt;
use std::str::FromStr;

use uuid::Uuid;

use crate::domain::alert::subject::{Subject, WEBHOOKS};
use crate::domain::ids::IdError;

/// An endpoint's id as people and programs write it: `webhook/` and a UUID, as in alerts about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EndpointId(pub Uuid);

impl fmt::Display for EndpointId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Subject::Webhook(self.0).fmt(f)
    }
}

impl FromStr for EndpointId {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        let uuid = text.strip_prefix(WEBHOOKS).and_then(|rest| rest.strip_prefix('/')).unwrap_or(text);
        uuid.parse().map(Self).map_err(|_| IdError::Webhook(text.chars().take(60).collect()))
    }
}
