//! Which endpoints are there, what do they want, and which secrets sign their messages?
//!
//! Invariant: an endpoint that cannot be read is logged and left out; it never stops the others.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::signature::Secret;
use super::wants::{Topic, Wants};
use crate::domain::ids::Position;
use crate::domain::words::DisabledBy;
use crate::store::{StoredCursor, StoredWebhook};

/// An endpoint as the store has it, read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    /// The endpoint's id.
    pub id: Uuid,
    /// The URL to which messages go.
    pub url: String,
    /// The topics and the filters of the endpoint.
    pub wants: Wants,
    /// The instant at which the endpoint was added.
    pub created_at: DateTime<Utc>,
    /// The instant at which the endpoint was disabled, and what disabled it.
    pub disabled: Option<(DateTime<Utc>, DisabledBy)>,
    /// The number of changes that were made to the endpoint.
    pub revision: u64,
    /// The position that the endpoint had reached when it was read.
    pub cursor: StoredCursor,
    /// The deliveries that had failed by then and will be tried again.
    pub waiting: Vec<Waiting>,
    /// The secrets that sign the messages, each with the instant at which it ends.
    secrets: Vec<(Secret, Option<DateTime<Utc>>)>,
}

/// A delivery that will be tried again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Waiting {
    /// The position of the event that the message is about.
    pub position: Position,
    /// The topic of the message.
    pub topic: Topic,
    /// How often the delivery has failed.
    pub failed: u32,
    /// The instant of the next attempt.
    pub due_at: DateTime<Utc>,
}

impl Endpoint {
    /// Whether the endpoint is disabled and no person disabled it.
    #[must_use]
    pub fn has_failed(&self) -> bool {
        self.disabled.is_some_and(|(_, by)| by != DisabledBy::Hand)
    }

    /// The endpoint that was stored; `None` when it cannot be read.
    #[must_use]
    pub fn read(stored: &StoredWebhook) -> Option<Self> {
        let secret = |text: &str| Secret::parse(text);
        let secrets = stored.secrets.iter().map(|one| Some((secret(&one.secret)?, one.expires_at)));
        let waiting = stored.waiting.iter().map(|one| {
            let topic = Topic::parse(&one.topic)?;
            Some(Waiting { position: one.position, topic, failed: one.failed, due_at: one.due_at })
        });
        let endpoint = (|| {
            Some(Self {
                id: stored.id,
                url: stored.url.clone(),
                wants: stored.wants.parse().ok()?,
                created_at: stored.created_at,
                disabled: stored.disabled,
                revision: stored.revision,
                cursor: stored.cursor,
                waiting: waiting.collect::<Option<_>>()?,
                secrets: secrets.collect::<Option<_>>()?,
            })
        })();
        if endpoint.is_none() {
            tracing::error!(webhook = %stored.id, "delivery.endpoint.unreadable");
        }
        endpoint
    }

    /// The secrets that sign the messages at an instant.
    #[must_use]
    pub fn secrets(&self, at: DateTime<Utc>) -> Vec<Secret> {
        let valid = |end: &Option<DateTime<Utc>>| end.is_none_or(|end| at < end);
        self.secrets.iter().filter(|(_, end)| valid(end)).map(|(secret, _)| secret.clone()).collect()
    }
}
