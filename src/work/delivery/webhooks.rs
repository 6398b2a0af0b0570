//! How are endpoints managed, whichever face is asked?
//!
//! Invariant: a secret is shown once, to whoever made it; what is wrong with a wish is said before anything is kept.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use super::addresses::TargetError;
use super::counts::Counts;
use super::courier::Courier;
use super::endpoint::Endpoint;
use super::id::EndpointId;
use super::lane::attempt;
use super::message;
use super::outcome::Attempt;
use super::pages::Message;
use super::schedule::Schedule;
use super::sender::Sender;
use super::signature::Secret;
use super::thread::run_on;
use super::wants::{Topic, Wants};
use crate::answers::Answers;
use crate::clock::Clock;
use crate::domain::codes::{ErrorCode, RefusalCode};
use crate::domain::ids::{IdError, Position};
use crate::domain::words::DisabledBy;
use crate::store::{KEPT_ATTEMPTS, Store, StoreError, StoredCursor, StoredSecret, StoredWebhook};

/// The most endpoints that are kept.
pub const MOST_ENDPOINTS: usize = 10_000;
/// The most names of rules in a filter.
const MOST_RULES: usize = 50;
/// How long a test waits for an answer: whoever asks for it over HTTP is answered within 10 s.
const TEST_PATIENCE: Duration = Duration::from_secs(8);
/// How long an old secret is valid beside a new one, unless somebody says otherwise.
pub const BOTH_VALID: TimeDelta = TimeDelta::hours(24);
/// The longest that it may be.
pub const BOTH_VALID_AT_MOST: TimeDelta = TimeDelta::days(30);

/// Manages endpoints; cheap to clone.
#[derive(Clone)]
pub struct Webhooks {
    answers: Answers,
    courier: Courier,
    clock: Clock,
    base: Arc<str>,
    counts: Counts,
}

/// Why an endpoint was not managed.
#[derive(Debug, thiserror::Error)]
pub enum WebhookError {
    /// A text that is the id of none.
    #[error(transparent)]
    NotAnId(#[from] IdError),
    /// There is no such endpoint.
    #[error("there is no webhook `{0}`; `depositary webhooks list` shows them")]
    NoSuchEndpoint(EndpointId),
    /// The URL is no endpoint's.
    #[error(transparent)]
    Target(#[from] TargetError),
    /// The endpoint names no topic.
    #[error("a webhook needs at least one topic: alerts, milestones or statuses")]
    NoTopic,
    /// A filter on an instrument that is not known.
    #[error("there is no instrument `{0}`")]
    NoSuchInstrument(String),
    /// Names of rules that are none, or too many.
    #[error("give at most {MOST_RULES} names of alert rules, each of 1 to 40 small letters, digits or dashes")]
    Rules,
    /// There are as many endpoints as are allowed.
    #[error(
        "there are {MOST_ENDPOINTS} webhooks already, and there cannot be more; disabled ones count, so remove one"
    )]
    TooMany,
    /// A time that is none.
    #[error("the old secret can stay valid for at most 30 days beside the new one")]
    Overlap,
    /// A position that is not there yet.
    #[error("position {asked} lies ahead of the log, whose last event is at {seen}")]
    Ahead {
        /// By which name: `after`, or `from`.
        argument: &'static str,
        /// The position that the request gave.
        asked: Position,
        /// The position of the last event of the log.
        seen: Position,
    },
    /// The endpoint is disabled.
    #[error("the webhook `{0}` is disabled; enable it with `depositary webhooks replay`")]
    Disabled(EndpointId),
    /// The system gives no random bytes.
    #[error("the system gives no random bytes, so no secret can be made")]
    Randomness,
    /// The message cannot be written as JSON.
    #[error("the message cannot be written as JSON")]
    Json(#[from] serde_json::Error),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl WebhookError {
    /// The stable code of an expected no; `None` of a fault.
    #[must_use]
    pub const fn refusal(&self) -> Option<RefusalCode> {
        Some(match self {
            Self::NotAnId(_) | Self::NoSuchEndpoint(_) => RefusalCode::WebhookUnknown,
            Self::Target(_) => RefusalCode::WebhookUrl,
            Self::NoTopic => RefusalCode::WebhookTopics,
            Self::NoSuchInstrument(_) => RefusalCode::UnknownInstrument,
            Self::Rules => RefusalCode::WebhookRules,
            Self::TooMany => RefusalCode::WebhookTooMany,
            Self::Overlap => RefusalCode::WebhookOverlap,
            Self::Ahead { .. } => RefusalCode::PositionAhead,
            Self::Disabled(_) => RefusalCode::WebhookDisabled,
            Self::Randomness | Self::Json(_) | Self::Store(_) => return None,
        })
    }

    /// The stable code of what is an error to whoever asked, since it cannot be told as a refusal.
    #[must_use]
    pub const fn code(&self) -> ErrorCode {
        match self {
            Self::Store(_) => ErrorCode::StorageUnavailable,
            Self::Randomness | Self::Json(_) => ErrorCode::InternalServerError,
            _ => ErrorCode::BadUserInput,
        }
    }

    /// Whether this side is at fault.
    #[must_use]
    pub const fn is_fault(&self) -> bool {
        self.refusal().is_none()
    }
}

impl Webhooks {
    /// Manages the endpoints of the store beneath some answers; messages name the log by a base URL.
    #[must_use]
    pub fn new(answers: Answers, courier: Courier, clock: Clock, base: Arc<str>) -> Self {
        Self { answers, courier, clock, base, counts: Counts::default() }
    }

    /// Where the server is reached from outside, without a slash at its end.
    #[must_use]
    pub const fn public_url(&self) -> &Arc<str> {
        &self.base
    }

    /// Who delivers to these endpoints, on this schedule; not yet started.
    #[must_use]
    pub fn sender(&self, schedule: Schedule) -> Sender {
        Sender {
            answers: self.answers.clone(),
            base: self.base.clone(),
            courier: self.courier.clone(),
            clock: self.clock.clone(),
            schedule,
            counts: self.counts.clone(),
        }
    }

    /// How delivery by this process goes, in numbers.
    #[must_use]
    pub const fn counts(&self) -> &Counts {
        &self.counts
    }

    fn store(&self) -> &Store {
        self.answers.reader().store()
    }

    /// Every endpoint, in the order in which they were added.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn all(&self) -> Result<Vec<Endpoint>, WebhookError> {
        Ok(self.store().webhooks(None).await?.iter().filter_map(Endpoint::read).collect())
    }

    /// An endpoint.
    ///
    /// # Errors
    /// [`WebhookError::NoSuchEndpoint`], or when the store cannot be read.
    pub async fn one(&self, id: Uuid) -> Result<Endpoint, WebhookError> {
        let stored = self.store().webhooks(Some(id)).await?;
        stored.first().and_then(Endpoint::read).ok_or(WebhookError::NoSuchEndpoint(EndpointId(id)))
    }

    /// Adds an endpoint that hears of everything after a position, or of what comes from now on; with its secret.
    ///
    /// # Errors
    /// [`WebhookError`].
    pub async fn add(
        &self,
        url: &str,
        mut wants: Wants,
        after: Option<Position>,
    ) -> Result<(Endpoint, Secret), WebhookError> {
        self.courier.rules().target(url)?;
        wants.topics.sort_unstable();
        wants.topics.dedup();
        if wants.topics.is_empty() {
            return Err(WebhookError::NoTopic);
        }
        if wants.rules.len() > MOST_RULES {
            return Err(WebhookError::Rules);
        }
        let unknown = |code: &&_| self.answers.instruments().find(code).is_none();
        if let Some(code) = wants.instruments.iter().find(unknown) {
            return Err(WebhookError::NoSuchInstrument(code.to_string()));
        }
        if self.store().webhooks(None).await?.len() >= MOST_ENDPOINTS {
            return Err(WebhookError::TooMany);
        }
        let seen = self.store().head().await?.position;
        let position = after.unwrap_or(seen);
        if position > seen {
            return Err(WebhookError::Ahead { argument: "after", asked: position, seen });
        }
        let now = self.clock.now();
        let secret = Secret::random().ok_or(WebhookError::Randomness)?;
        let webhook = StoredWebhook {
            id: random_id()?,
            url: url.to_owned(),
            wants: wants.to_string(),
            created_at: now,
            disabled: None,
            revision: 1,
            secrets: vec![kept(&secret, now)?],
            cursor: StoredCursor { generation: 0, position, failing_since: None, rests_until: None },
            waiting: Vec::new(),
        };
        // Told from what was written: a secret that is kept and was shown to nobody would be lost.
        let endpoint = Endpoint::read(&webhook).ok_or(WebhookError::NoSuchEndpoint(EndpointId(webhook.id)))?;
        self.store().create_webhook(&webhook).await?;
        Ok((endpoint, secret))
    }

    /// Gives an endpoint a new secret, which is to be shown once; the old ones are valid for a while beside it.
    ///
    /// # Errors
    /// [`WebhookError`].
    pub async fn rotate(&self, id: Uuid, both_valid: TimeDelta) -> Result<Secret, WebhookError> {
        if both_valid < TimeDelta::zero() || both_valid > BOTH_VALID_AT_MOST {
            return Err(WebhookError::Overlap);
        }
        let now = self.clock.now();
        let secret = Secret::random().ok_or(WebhookError::Randomness)?;
        let rotated = self.store().rotate_webhook(id, &kept(&secret, now)?, now + both_valid).await?;
        if rotated { Ok(secret) } else { Err(WebhookError::NoSuchEndpoint(EndpointId(id))) }
    }

    /// Disables an endpoint.
    ///
    /// # Errors
    /// [`WebhookError::NoSuchEndpoint`], or when the store cannot be written.
    pub async fn disable(&self, id: Uuid) -> Result<Endpoint, WebhookError> {
        if !self.store().disable_webhook(id, self.clock.now(), DisabledBy::Hand).await? {
            return Err(WebhookError::NoSuchEndpoint(EndpointId(id)));
        }
        self.one(id).await
    }

    /// Removes an endpoint, with its secrets and its attempts. What the log says of it stays.
    ///
    /// # Errors
    /// [`WebhookError::NoSuchEndpoint`], or when the store cannot be written.
    pub async fn remove(&self, id: Uuid) -> Result<(), WebhookError> {
        let removed = self.store().remove_webhook(id).await?;
        if removed { Ok(()) } else { Err(WebhookError::NoSuchEndpoint(EndpointId(id))) }
    }

    /// Has an endpoint told anew of everything from a position on, that one included; enables it. What it has heard before
    /// comes under the same ids.
    ///
    /// # Errors
    /// [`WebhookError`].
    pub async fn replay(&self, id: Uuid, from: Position) -> Result<Endpoint, WebhookError> {
        let (after, seen) = (Position(from.0.saturating_sub(1)), self.store().head().await?.position);
        if after > seen {
            return Err(WebhookError::Ahead { argument: "from", asked: from, seen });
        }
        if !self.store().replay_webhook(id, after).await? {
            return Err(WebhookError::NoSuchEndpoint(EndpointId(id)));
        }
        self.one(id).await
    }

    /// Sends an endpoint a message of type `depositary.webhook_test`, at once and once.
    ///
    /// # Errors
    /// [`WebhookError`].
    pub async fn test(&self, id: Uuid) -> Result<Attempt, WebhookError> {
        let endpoint = self.one(id).await?;
        if endpoint.disabled.is_some() {
            return Err(WebhookError::Disabled(EndpointId(id)));
        }
        let position = self.store().head().await?.position;
        let body = message::test(&self.base, id, position, self.clock.now())?;
        let tried = Message { position, topic: Topic::Test, body: body.to_string().into() };
        let (courier, clock) = (self.courier.waiting_at_most(TEST_PATIENCE), self.clock.clone());
        let trying = async move { attempt(&courier, &clock, &endpoint, &tried, 1).await };
        let (_, attempt) = run_on(&self.courier.handle(), trying).await;
        self.store().keep_webhook_attempt(id, &attempt.stored()).await?;
        Ok(attempt)
    }

    /// The attempts that are kept of an endpoint, the newest first.
    ///
    /// # Errors
    /// [`WebhookError::NoSuchEndpoint`], or when the store cannot be read.
    pub async fn attempts(&self, id: Uuid) -> Result<Vec<Attempt>, WebhookError> {
        self.one(id).await?;
        let kept = self.store().webhook_attempts(id, 2 * KEPT_ATTEMPTS).await?;
        Ok(kept.iter().filter_map(Attempt::read).collect())
    }
}

fn kept(secret: &Secret, now: DateTime<Utc>) -> Result<StoredSecret, WebhookError> {
    Ok(StoredSecret { id: random_id()?, secret: secret.reveal(), created_at: now, expires_at: None })
}

fn random_id() -> Result<Uuid, WebhookError> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(|_| WebhookError::Randomness)?;
    Ok(uuid::Builder::from_random_bytes(bytes).into_uuid())
}
