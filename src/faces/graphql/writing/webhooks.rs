//! How is a webhook managed by mutation?
//!
//! Invariant: an expected no is data; a secret is in the one answer to who made it.

use async_graphql::{Context, Enum, ID, InputObject, Result, SimpleObject};
use chrono::TimeDelta;
use uuid::Uuid;

use super::Refusal;
use crate::domain::alert::rule::RuleName;
use crate::domain::ids::InstrumentCode;
use crate::faces::graphql::error::unmanaged;
use crate::faces::graphql::scalars::{CountryCode, Position, Url};
use crate::faces::graphql::webhook::{Webhook, WebhookAttempt};
use crate::faces::graphql::words::MilestoneKind;
use crate::work::delivery::wants::{Topic, Wants};
use crate::work::delivery::{EndpointId, Outcome, WebhookError, Webhooks};

/// A topic of messages that a webhook can ask for.
#[derive(Enum, Debug, Clone, Copy, PartialEq, Eq)]
pub enum WebhookTopicInput {
    /// An alert fired, was acknowledged, was silenced or ended.
    Alerts,
    /// An event about an agreement was recorded.
    Milestones,
    /// An event changed an agreement's status on some day.
    Statuses,
}

impl From<WebhookTopicInput> for Topic {
    fn from(topic: WebhookTopicInput) -> Self {
        match topic {
            WebhookTopicInput::Alerts => Self::Alerts,
            WebhookTopicInput::Milestones => Self::Milestones,
            WebhookTopicInput::Statuses => Self::Statuses,
        }
    }
}

/// A webhook to add: its URL, and which messages are sent to it.
#[derive(InputObject)]
pub struct AddWebhookInput {
    /// The URL to which the server sends messages. It must be https with a public address; http and private addresses
    /// are accepted only in networks that the operator allows.
    url: Url,
    /// The topics of the messages that the server sends to the webhook; at least one.
    topics: Vec<WebhookTopicInput>,
    /// Only messages about agreements under the instruments with these codes; when omitted or empty, all instruments.
    instruments: Option<Vec<String>>,
    /// Only messages about agreements with these countries; when omitted or empty, all countries.
    countries: Option<Vec<CountryCode>>,
    /// Only events and status changes that are about milestones of these kinds; when omitted or empty, all kinds. For
    /// alerts, use `rules`.
    kinds: Option<Vec<MilestoneKind>>,
    /// Only alerts of the alert rules with these names; when omitted or empty, all alert rules.
    rules: Option<Vec<String>>,
    /// The server sends the events after this log position; when omitted, only events that are recorded from now on.
    after: Option<Position>,
}

/// The webhook that gets a new secret.
#[derive(InputObject)]
pub struct RotateWebhookSecretInput {
    /// The webhook's id, or only the UUID in it.
    webhook_id: ID,
    /// The number of hours for which the old secret stays valid beside the new one, 0 to 720.
    #[graphql(default = 24)]
    overlap_hours: u32,
}

/// The webhook that is to be disabled.
#[derive(InputObject)]
pub struct DisableWebhookInput {
    /// The webhook's id, or only the UUID in it.
    webhook_id: ID,
}

/// The webhook that is to be removed.
#[derive(InputObject)]
pub struct RemoveWebhookInput {
    /// The webhook's id, or only the UUID in it.
    webhook_id: ID,
}

/// The webhook to which messages are sent again, and the first position.
#[derive(InputObject)]
pub struct ReplayWebhookInput {
    /// The webhook's id, or only the UUID in it.
    webhook_id: ID,
    /// The server sends the messages about the event at this log position, and about all events after it, again.
    from: Position,
}

/// The webhook that is to be tested.
#[derive(InputObject)]
pub struct TestWebhookInput {
    /// The webhook's id, or only the UUID in it.
    webhook_id: ID,
}

/// The result of adding a webhook: the webhook with its secret, or the refusal.
#[derive(SimpleObject)]
pub struct AddWebhookPayload {
    /// The webhook as it is after the command; null when the command was refused.
    webhook: Option<Webhook>,
    /// The secret that signs the webhook's messages (Standard Webhooks), shown only this once; null when the webhook was
    /// refused.
    secret: Option<String>,
    /// Why the webhook was not added; null when it was added.
    refusal: Option<Refusal>,
}

/// The result of rotating a webhook's secret: the new secret, or the refusal.
#[derive(SimpleObject)]
pub struct RotateWebhookSecretPayload {
    /// The webhook as it is after the command; null when the command was refused.
    webhook: Option<Webhook>,
    /// The new secret, shown only this once; null when the command was refused.
    secret: Option<String>,
    /// Why there is no new secret; null when there is one.
    refusal: Option<Refusal>,
}

/// The result of disabling a webhook: the webhook, or the refusal.
#[derive(SimpleObject)]
pub struct DisableWebhookPayload {
    /// The webhook as it is after the command; null when the command was refused.
    webhook: Option<Webhook>,
    /// Why the webhook was not disabled; null when it was disabled.
    refusal: Option<Refusal>,
}

/// The result of removing a webhook: the webhook's id, or the refusal.
#[derive(SimpleObject)]
pub struct RemoveWebhookPayload {
    /// The id that the webhook had; null when the command was refused.
    webhook_id: Option<ID>,
    /// Why the webhook was not removed; null when it was removed.
    refusal: Option<Refusal>,
}

/// The result of replaying a webhook: the webhook, or the refusal.
#[derive(SimpleObject)]
pub struct ReplayWebhookPayload {
    /// The webhook as it is after the command; null when the command was refused.
    webhook: Option<Webhook>,
    /// Why no messages are sent again; null when they are.
    refusal: Option<Refusal>,
}

/// The result of testing a webhook: the attempt, or the refusal.
#[derive(SimpleObject)]
pub struct TestWebhookPayload {
    /// Whether the receiver answered 2xx; null when nothing was sent.
    delivered: Option<bool>,
    /// The attempt to deliver the test message; null when nothing was sent.
    attempt: Option<WebhookAttempt>,
    /// Why nothing was sent; null when a message was sent.
    refusal: Option<Refusal>,
}

/// What came of it, or why it was refused.
type Managed<T> = std::result::Result<T, Refusal>;

/// An expected no becomes data; a fault an error.
fn managed<T>(result: std::result::Result<T, WebhookError>) -> Result<Managed<T>> {
    match result {
        Ok(done) => Ok(Ok(done)),
        Err(error) => match error.refusal() {
            Some(code) => Ok(Err(Refusal::of_webhook(code, &error))),
            None => Err(unmanaged(&error)),
        },
    }
}

/// The endpoint that is meant.
fn webhook(id: &ID) -> std::result::Result<Uuid, WebhookError> {
    let EndpointId(id) = id.parse()?;
    Ok(id)
}

impl AddWebhookInput {
    fn wants(self) -> std::result::Result<Wants, WebhookError> {
        let instruments = self.instruments.unwrap_or_default().into_iter();
        let rules = self.rules.unwrap_or_default().into_iter();
        let instrument = |code: String| InstrumentCode::parse(&code).map_err(|_| WebhookError::NoSuchInstrument(code));
        Ok(Wants {
            topics: self.topics.into_iter().map(Into::into).collect(),
            instruments: instruments.map(instrument).collect::<std::result::Result<_, _>>()?,
            countries: self.countries.unwrap_or_default().into_iter().map(|code| code.0).collect(),
            kinds: self.kinds.unwrap_or_default().into_iter().map(|kind| kind.0).collect(),
            rules: rules
                .map(|name| RuleName::parse(&name))
                .collect::<std::result::Result<_, _>>()
                .map_err(|_| WebhookError::Rules)?,
        })
    }

    /// Adds the endpoint, where the token may.
    pub async fn send(self, ctx: &Context<'_>) -> Result<AddWebhookPayload> {
        let (url, after) = (self.url.0.clone(), self.after.map(|after| after.0));
        let webhooks = ctx.data::<Webhooks>()?;
        let add = async {
            let wants = self.wants()?;
            webhooks.add(&url, wants, after).await
        };
        Ok(match managed(add.await)? {
            Ok((endpoint, secret)) => {
                AddWebhookPayload { webhook: Some(Webhook(endpoint)), secret: Some(secret.reveal()), refusal: None }
            }
            Err(refusal) => AddWebhookPayload { webhook: None, secret: None, refusal: Some(refusal) },
        })
    }
}

impl RotateWebhookSecretInput {
    /// Replaces what the endpoint was set to.
    pub async fn send(self, ctx: &Context<'_>) -> Result<RotateWebhookSecretPayload> {
        let webhooks = ctx.data::<Webhooks>()?;
        let rotate = async {
            let id = webhook(&self.webhook_id)?;
            // Read first: a secret that is kept and was shown to nobody would be lost.
            let endpoint = webhooks.one(id).await?;
            Ok((endpoint, webhooks.rotate(id, TimeDelta::hours(self.overlap_hours.into())).await?))
        };
        Ok(match managed(rotate.await)? {
            Ok((endpoint, secret)) => RotateWebhookSecretPayload {
                webhook: Some(Webhook(endpoint)),
                secret: Some(secret.reveal()),
                refusal: None,
            },
            Err(refusal) => RotateWebhookSecretPayload { webhook: None, secret: None, refusal: Some(refusal) },
        })
    }
}

impl DisableWebhookInput {
    /// Disables the endpoint, so that nothing is sent to it.
    pub async fn send(self, ctx: &Context<'_>) -> Result<DisableWebhookPayload> {
        let webhooks = ctx.data::<Webhooks>()?;
        let disable = async { webhooks.disable(webhook(&self.webhook_id)?).await };
        Ok(match managed(disable.await)? {
            Ok(endpoint) => DisableWebhookPayload { webhook: Some(Webhook(endpoint)), refusal: None },
            Err(refusal) => DisableWebhookPayload { webhook: None, refusal: Some(refusal) },
        })
    }
}

impl RemoveWebhookInput {
    /// Removes the endpoint for good.
    pub async fn send(self, ctx: &Context<'_>) -> Result<RemoveWebhookPayload> {
        let webhooks = ctx.data::<Webhooks>()?;
        let remove = async {
            let id = webhook(&self.webhook_id)?;
            webhooks.remove(id).await.map(|()| EndpointId(id))
        };
        Ok(match managed(remove.await)? {
            Ok(id) => RemoveWebhookPayload { webhook_id: Some(ID(id.to_string())), refusal: None },
            Err(refusal) => RemoveWebhookPayload { webhook_id: None, refusal: Some(refusal) },
        })
    }
}

impl ReplayWebhookInput {
    /// Sets the cursor of the webhook.
    pub async fn send(self, ctx: &Context<'_>) -> Result<ReplayWebhookPayload> {
        let webhooks = ctx.data::<Webhooks>()?;
        let replay = async { webhooks.replay(webhook(&self.webhook_id)?, self.from.0).await };
        Ok(match managed(replay.await)? {
            Ok(endpoint) => ReplayWebhookPayload { webhook: Some(Webhook(endpoint)), refusal: None },
            Err(refusal) => ReplayWebhookPayload { webhook: None, refusal: Some(refusal) },
        })
    }
}

impl TestWebhookInput {
    /// Sends a test message to the endpoint.
    pub async fn send(self, ctx: &Context<'_>) -> Result<TestWebhookPayload> {
        let webhooks = ctx.data::<Webhooks>()?;
        let test = async { webhooks.test(webhook(&self.webhook_id)?).await };
        Ok(match managed(test.await)? {
            Ok(attempt) => TestWebhookPayload {
                delivered: Some(attempt.outcome == Outcome::Delivered),
                attempt: Some(attempt.into()),
                refusal: None,
            },
            Err(refusal) => TestWebhookPayload { delivered: None, attempt: None, refusal: Some(refusal) },
        })
    }
}
