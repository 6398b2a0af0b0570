//! What does an administrator see of webhooks?
//!
//! Invariant: no secret is here; only administrators find an endpoint.

use std::cmp::Reverse;

use async_graphql::{Context, Enum, ID, Object, Result, SimpleObject};
use uuid::Uuid;

use super::connection::{Connection, page};
use super::context::{answers, passing};
use super::error::unmanaged;
use super::scalars::{CountryCode, Instant, Position, Url};
use super::words::{DisabledBy, MilestoneKind};
use crate::access::{Access, Caller, Role};
use crate::answers::Page;
use crate::answers::view::Term;
use crate::domain::alert::rule::RuleName;
use crate::domain::alert::subject::Subject;
use crate::domain::ids::InstrumentCode;
use crate::work::delivery::wants::Topic;
use crate::work::delivery::{self, Attempt, Endpoint, EndpointId, WebhookError, Webhooks};

/// The id by which an endpoint is asked for.
pub fn node_id(id: Uuid) -> String {
    EndpointId(id).to_string()
}

/// The endpoint that an id is of; `None` when it is the id of none.
pub fn id_of(id: &str) -> Option<Uuid> {
    id.parse().ok().and_then(|subject: Subject| subject.webhook())
}

/// The topic of a message to a webhook.
#[derive(Enum, Debug, Clone, Copy, PartialEq, Eq)]
pub enum WebhookTopic {
    /// An alert fired, was acknowledged, was silenced or ended.
    Alerts,
    /// An event about an agreement was recorded.
    Milestones,
    /// An event changed an agreement's status on some day.
    Statuses,
    /// A test message. An administrator causes it, and it comes whatever topics the webhook has.
    Test,
}

impl From<Topic> for WebhookTopic {
    fn from(topic: Topic) -> Self {
        match topic {
            Topic::Alerts => Self::Alerts,
            Topic::Milestones => Self::Milestones,
            Topic::Statuses => Self::Statuses,
            Topic::Test => Self::Test,
        }
    }
}

/// What became of an attempt to deliver a message.
#[derive(Enum, Debug, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "delivery::Outcome")]
pub enum WebhookOutcome {
    /// The receiver answered 2xx.
    Delivered,
    /// The receiver answered 410: it wants no more messages, and the server disables the webhook.
    Gone,
    /// The receiver answered 3xx, which the server does not follow.
    Redirected,
    /// The receiver answered with any other status.
    Refused,
    /// The receiver did not answer in time.
    TimedOut,
    /// The server could not reach the receiver: its name was not found, or no connection or no TLS session was
    /// possible.
    Unreachable,
    /// The server may not send messages to the webhook's address.
    Forbidden,
}

/// An attempt to deliver a message.
#[derive(SimpleObject)]
pub struct WebhookAttempt {
    /// The instant at which the attempt began.
    at: Instant,
    /// The position of the event that the message is about.
    position: Position,
    /// The topic of the message.
    topic: WebhookTopic,
    /// The number of this attempt at the message, counted from 1.
    number: u32,
    /// Whether the message was delivered, or why it was not.
    outcome: WebhookOutcome,
    /// The HTTP status that the receiver answered with; null when the receiver did not answer.
    status: Option<u16>,
    /// How many milliseconds the attempt took.
    took_ms: u64,
}

impl From<Attempt> for WebhookAttempt {
    fn from(attempt: Attempt) -> Self {
        Self {
            at: Instant(attempt.at),
            position: Position(attempt.position),
            topic: attempt.topic.into(),
            number: attempt.number,
            outcome: attempt.outcome.into(),
            status: attempt.status,
            took_ms: attempt.took_ms,
        }
    }
}

/// A webhook: a URL to which this server sends messages about new events.
pub struct Webhook(pub Endpoint);

impl Webhook {
    /// Every endpoint, a page at a time.
    pub async fn all(ctx: &Context<'_>, page: &Page<u64>) -> Result<Connection<Self>> {
        let all = ctx.data::<Webhooks>()?.all().await.map_err(|error| unmanaged(&error))?;
        let slice = page.cut((1..).zip(all).collect(), |(place, _)| *place);
        Ok(Connection::of(slice, |(place, endpoint)| (place.to_string(), Self(endpoint))))
    }

    /// An endpoint, for administrators.
    pub async fn load(ctx: &Context<'_>, id: Uuid) -> Result<Option<Self>> {
        passing(ctx)?;
        if ctx.data::<Access>()?.may(ctx.data::<Caller>()?, Role::Administrator).is_err() {
            return Ok(None);
        }
        match ctx.data::<Webhooks>()?.one(id).await {
            Ok(endpoint) => Ok(Some(Self(endpoint))),
            Err(WebhookError::NoSuchEndpoint(_)) => Ok(None),
            Err(error) => Err(unmanaged(&error)),
        }
    }
}

/// A webhook: a URL to which this server sends messages about new events.
#[Object]
impl Webhook {
    /// The webhook's id, which `node` takes.
    pub async fn id(&self) -> ID {
        node_id(self.0.id).into()
    }

    /// The URL to which the server sends messages.
    async fn url(&self) -> Url {
        Url(self.0.url.clone())
    }

    /// The topics of the messages that the server sends to this webhook.
    async fn topics(&self) -> Vec<WebhookTopic> {
        self.0.wants.topics.iter().map(|topic| (*topic).into()).collect()
    }

    /// The codes of the instruments about which the webhook gets messages; all instruments when empty.
    async fn instruments(&self) -> Vec<&str> {
        self.0.wants.instruments.iter().map(InstrumentCode::as_str).collect()
    }

    /// The countries about which the webhook gets messages; all countries when empty.
    async fn countries(&self) -> Vec<CountryCode> {
        self.0.wants.countries.iter().map(|country| CountryCode(*country)).collect()
    }

    /// The kinds of milestone about which the webhook gets events and changes of status; all kinds when empty. Alerts
    /// are filtered by `rules` instead.
    async fn kinds(&self) -> Vec<MilestoneKind> {
        self.0.wants.kinds.iter().map(|kind| (*kind).into()).collect()
    }

    /// The names of the alert rules about whose alerts the webhook gets messages; all alert rules when empty.
    async fn rules(&self) -> Vec<&str> {
        self.0.wants.rules.iter().map(RuleName::as_str).collect()
    }

    /// The log position up to which the server has handled each event: its message was delivered, waits for another
    /// attempt, was given up, or was not wanted.
    async fn position(&self) -> Position {
        Position(self.0.cursor.position)
    }

    /// How many events lie between `position` and the end of the log.
    async fn lag(&self, ctx: &Context<'_>) -> Result<u64> {
        Ok(answers(ctx)?.position().0.saturating_sub(self.0.cursor.position.0))
    }

    /// How many messages could not be delivered and will be tried again.
    async fn waiting(&self) -> usize {
        self.0.waiting.len()
    }

    /// The instant at which the webhook was added.
    async fn created_at(&self) -> Instant {
        Instant(self.0.created_at)
    }

    /// The instant since which every attempt has failed; null when the last attempt succeeded.
    async fn failing_since(&self) -> Option<Instant> {
        self.0.cursor.failing_since.map(Instant)
    }

    /// The instant until which the receiver has asked the server to send nothing, by the header `Retry-After`; null
    /// when it has not asked.
    async fn rests_until(&self) -> Option<Instant> {
        self.0.cursor.rests_until.map(Instant)
    }

    /// The instant at which the webhook was disabled; null when it is not disabled.
    async fn disabled_at(&self) -> Option<Instant> {
        self.0.disabled.map(|(at, _)| Instant(at))
    }

    /// The reason for which the webhook was disabled; null when it is not disabled.
    async fn disabled_by(&self) -> Option<DisabledBy> {
        self.0.disabled.map(|(_, by)| Term(by))
    }

    /// The attempts to deliver messages, the newest first; about the last 100 are kept.
    async fn attempts(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The number of entries, 1 to 100; 50 without this or `last`.")] first: Option<i64>,
        #[graphql(desc = "Only the entries after this cursor.")] after: Option<String>,
        #[graphql(desc = "The number of entries from the end, 1 to 100, in place of `first`.")] last: Option<i64>,
        #[graphql(desc = "Only the entries before this cursor.")] before: Option<String>,
    ) -> Result<Connection<WebhookAttempt>> {
        let page = page::<Uuid>(first, after, last, before)?.map(Reverse);
        let attempts = ctx.data::<Webhooks>()?.attempts(self.0.id).await.map_err(|error| unmanaged(&error))?;
        let slice = page.cut(attempts, |attempt| Reverse(attempt.id));
        Ok(Connection::of(slice, |attempt| (attempt.id.to_string(), attempt.into())))
    }
}
