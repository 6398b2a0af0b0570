//! Who is told, of what, and how is it signed?
//!
//! Invariant: an endpoint that cannot be read is told of and left out; it never stops the others.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::signature::Secret;
use super::wants::{Topic, Wants};
use crate::domain::ids::Position;
use crate::domain::words::DisabledBy;
use crate::store::{StoredCursor, StoredWebhook};

/// An endpoint as it is kept, read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    /// The endpoint's id.
    pub id: Uuid,
    /// Where messages go.
    pub url: String,
    /// What it wants to hear of.
    pub wants: Wants,
    /// When it was added.
    pub created_at: DateTime<Utc>,
    /// When it was disabled, and what disabled it.
    pub disabled: Option<(DateTime<Utc>, DisabledBy)>,
    /// Which change of the endpoint this is.
    pub revision: u64,
    /// How far it had come when it was read.
    pub cursor: StoredCursor,
    /// What had failed by then and will be tried again.
    pub waiting: Vec<Waiting>,
    /// What its messages are signed by, each with its end.
    secrets: Vec<(Secret, Option<DateTime<Utc>>)>,
}

/// A delivery that will be tried again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Waiting {
    /// Of which event.
    pub position: Position,
    /// The topic of the message.
    pub topic: Topic,
    /// How often it has failed.
    pub failed: u32,
    /// When it is tried again.
    pub due_at: DateTime<Utc>,
}

impl Endpoint {
    /// Whether it is disabled, and nobody wanted that.
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

    /// What its messages are signed by at an instant.
    #[must_use]
    pub fn secrets(&self, at: DateTime<Utc>) -> Vec<Secret> {
        let valid = |end: &Option<DateTime<Utc>>| end.is_none_or(|end| at < end);
        self.secrets.iter().filter(|(_, end)| valid(end)).map(|(secret, _)| secret.clone()).collect()
    }
}
