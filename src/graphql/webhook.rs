//! What does an administrator see of webhooks?
//!
//! Invariant: no secret is here; an endpoint is found only by whoever may manage it.

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
use crate::delivery::wants::Topic;
use crate::delivery::{self, Attempt, Endpoint, EndpointId, WebhookError, Webhooks};
use crate::domain::alert::rule::RuleName;
use crate::domain::alert::subject::Subject;
use crate::domain::ids::InstrumentCode;

/// The id by which an endpoint is asked for.
pub fn node_id(id: Uuid) -> String {
    EndpointId(id).to_string()
}

/// The endpoint that an id is of; `None` when it is the id of none.
pub fn id_of(id: &str) -> Option<Uuid> {
    id.parse().ok().and_then(|subject: Subject| subject.webhook())
}

/// What messages are about.
#[derive(Enum, Debug, Clone, Copy, PartialEq, Eq)]
pub enum WebhookTopic {
    /// An alert fired, was acknowledged or silenced, or is resolved.
    Alerts,
    /// An event of an agreement was recorded.
    Milestones,
    /// An event changed an agreement's status on some day.
    Statuses,
    /// That an endpoint was tried; nobody asks for it.
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

/// What became of an attempt.
#[derive(Enum, Debug, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "delivery::Outcome")]
pub enum WebhookOutcome {
    /// The receiver answered 2xx.
    Delivered,
    /// The receiver answered 410: it wants no more, and the endpoint is disabled.
    Gone,
    /// The receiver answered 3xx, which nobody follows.
    Redirected,
    /// The receiver answered anything else.
    Refused,
    /// The receiver did not answer in time.
    TimedOut,
    /// Nobody answered at all: no name, no connection, no TLS.
    Unreachable,
    /// The endpoint lies where nothing may be sent to.
    Forbidden,
}

/// An attempt to deliver a message.
#[derive(SimpleObject)]
pub struct WebhookAttempt {
    /// When it was begun.
    at: Instant,
    /// The position of the event that it told of.
    position: Position,
    /// What it told.
    topic: WebhookTopic,
    /// The number of this attempt at the message, counted from 1.
    number: u32,
    /// What became of it.
    outcome: WebhookOutcome,
    /// The status that was answered; null when none was.
    status: Option<u16>,
    /// How long it took, in milliseconds.
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

/// An endpoint that this server sends new events to.
pub struct Webhook(pub Endpoint);

impl Webhook {
    /// Every endpoint, a page at a time.
    pub async fn all(ctx: &Context<'_>, page: &Page<u64>) -> Result<Connection<Self>> {
        let all = ctx.data::<Webhooks>()?.all().await.map_err(|error| unmanaged(&error))?;
        let slice = page.cut((1..).zip(all).collect(), |(place, _)| *place);
        Ok(Connection::of(slice, |(place, endpoint)| (place.to_string(), Self(endpoint))))
    }

    /// An endpoint, for whoever may manage it.
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

/// An endpoint that this server sends new events to.
#[Object]
impl Webhook {
    /// The id that `node` takes.
    pub async fn id(&self) -> ID {
        node_id(self.0.id).into()
    }

    /// Where messages go.
    async fn url(&self) -> Url {
        Url(self.0.url.clone())
    }

    /// The topics of the messages that the server sends to this webhook.
    async fn topics(&self) -> Vec<WebhookTopic> {
        self.0.wants.topics.iter().map(|topic| (*topic).into()).collect()
    }

    /// Only of these instruments; of every one when empty.
    async fn instruments(&self) -> Vec<&str> {
        self.0.wants.instruments.iter().map(InstrumentCode::as_str).collect()
    }

    /// Only of these countries; of every one when empty.
    async fn countries(&self) -> Vec<CountryCode> {
        self.0.wants.countries.iter().map(|country| CountryCode(*country)).collect()
    }

    /// Only events and changes of status that are about milestones of these kinds; of every one when empty.
    /// Alerts are filtered by `rules`, not by kind.
    async fn kinds(&self) -> Vec<MilestoneKind> {
        self.0.wants.kinds.iter().map(|kind| (*kind).into()).collect()
    }

    /// Only alerts of the alert rules with these names; of every one when empty.
    async fn rules(&self) -> Vec<&str> {
        self.0.wants.rules.iter().map(RuleName::as_str).collect()
    }

    /// Everything up to this position is delivered, waits for another attempt, was given up, or was not wanted.
    async fn position(&self) -> Position {
        Position(self.0.cursor.position)
    }

    /// How many events lie between its position and the end of the log.
    async fn lag(&self, ctx: &Context<'_>) -> Result<u64> {
        Ok(answers(ctx)?.position().0.saturating_sub(self.0.cursor.position.0))
    }

    /// How many messages have failed and will be tried again.
    async fn waiting(&self) -> usize {
        self.0.waiting.len()
    }

    /// When it was added.
    async fn created_at(&self) -> Instant {
        Instant(self.0.created_at)
    }

    /// Since when every attempt has failed; null when the last one succeeded.
    async fn failing_since(&self) -> Option<Instant> {
        self.0.cursor.failing_since.map(Instant)
    }

    /// Until when its receiver asks to be left alone.
    async fn rests_until(&self) -> Option<Instant> {
        self.0.cursor.rests_until.map(Instant)
    }

    /// When it was disabled; null while it is not.
    async fn disabled_at(&self) -> Option<Instant> {
        self.0.disabled.map(|(at, _)| Instant(at))
    }

    /// What disabled it; null while it is not.
    async fn disabled_by(&self) -> Option<DisabledBy> {
        self.0.disabled.map(|(_, by)| Term(by))
    }

    /// What was tried, the newest first; about the last 100 attempts are kept.
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
