//! How do people say something of an alert?
//!
//! Invariant: an expected no is data; whether a condition holds is for the program to find, and no mutation says so.

use std::sync::Arc;

use async_graphql::{Context, InputObject, Result, SimpleObject};

use super::{Refusal, actor, unwritable};
use crate::answers::view::Term;
use crate::domain::alert::decide::AlertCommand;
use crate::domain::alert::{AlertAcknowledged, AlertEvent, AlertResolved, AlertSilenced, Fingerprint};
use crate::domain::ids::{CommandId, Version};
use crate::domain::refusal;
use crate::faces::graphql::alert::{Alert, PREFIX};
use crate::faces::graphql::context::{Asked, answers, pin};
use crate::faces::graphql::error::outward;
use crate::faces::graphql::pinned_id::plain;
use crate::faces::graphql::scalars::{Date, Position, Uuid};
use crate::record::tracker::{ExecuteError, Tracker};

/// An acknowledgement: a person says that they have seen an alert.
#[derive(InputObject, Debug, Clone)]
pub struct AcknowledgeAlertInput {
    /// The alert's id: `alert/` with the alert's fingerprint, or the fingerprint alone.
    alert_id: async_graphql::ID,
    /// A UUID that you make. A command that you repeat under the same UUID is recorded only once.
    command_id: Uuid,
    /// The alert's `version` as you read it. The server refuses the command if the alert has another version now; when
    /// omitted, the version is not compared.
    expected_version: Option<u32>,
    /// What you do about the alert, in your own words; may be omitted.
    note: Option<String>,
}

/// A silence: a person wants no news of an alert up to and including a day.
#[derive(InputObject, Debug, Clone)]
pub struct SilenceAlertInput {
    /// The alert's id: `alert/` with the alert's fingerprint, or the fingerprint alone.
    alert_id: async_graphql::ID,
    /// A UUID that you make. A command that you repeat under the same UUID is recorded only once.
    command_id: Uuid,
    /// The alert's `version` as you read it. The server refuses the command if the alert has another version now; when
    /// omitted, the version is not compared.
    expected_version: Option<u32>,
    /// The reason, in your own words.
    why: String,
    /// The last day of the silence, in UTC; from today to 366 days ahead.
    until: Date,
}

/// A resolution by a person: the alert ends although the condition holds.
#[derive(InputObject, Debug, Clone)]
pub struct ResolveAlertInput {
    /// The alert's id: `alert/` with the alert's fingerprint, or the fingerprint alone.
    alert_id: async_graphql::ID,
    /// A UUID that you make. A command that you repeat under the same UUID is recorded only once.
    command_id: Uuid,
    /// The alert's `version` as you read it. The server refuses the command if the alert has another version now; when
    /// omitted, the version is not compared.
    expected_version: Option<u32>,
    /// The reason, in your own words.
    why: String,
}

macro_rules! payloads {
    ($($(#[$doc:meta])* $name:ident)+) => { $(
        $(#[$doc])*
        #[derive(SimpleObject)]
        pub struct $name {
            /// The alert as it is after the command; null when the command was refused.
            alert: Option<Alert>,
            /// The position of the event that this command recorded, now or when it was first sent; null when the
            /// command was refused.
            position: Option<Position>,
            /// Whether the same command had recorded this event before.
            repeated: bool,
            /// Why the command recorded nothing; null when it was not refused.
            refusal: Option<Refusal>,
        }

        impl From<Said> for $name {
            fn from(Said { alert, position, repeated, refusal }: Said) -> Self {
                Self { alert, position, repeated, refusal }
            }
        }
    )+ };
}

payloads! {
    /// The result of acknowledging an alert: the alert, or the refusal.
    AcknowledgeAlertPayload
    /// The result of silencing an alert: the alert, or the refusal.
    SilenceAlertPayload
    /// The result of resolving an alert: the alert, or the refusal.
    ResolveAlertPayload
}

/// What became of a command.
pub struct Said {
    alert: Option<Alert>,
    position: Option<Position>,
    repeated: bool,
    refusal: Option<Refusal>,
}

/// What an input wants to say, of which alert, by which command.
pub struct Saying {
    alert: async_graphql::ID,
    command: Uuid,
    expected_version: Option<u32>,
    event: AlertEvent,
}

impl From<AcknowledgeAlertInput> for Saying {
    fn from(input: AcknowledgeAlertInput) -> Self {
        let AcknowledgeAlertInput { alert_id: alert, command_id: command, expected_version, note } = input;
        Self { alert, command, expected_version, event: AlertEvent::Acknowledged(AlertAcknowledged { note }) }
    }
}

impl From<SilenceAlertInput> for Saying {
    fn from(input: SilenceAlertInput) -> Self {
        let SilenceAlertInput { alert_id: alert, command_id: command, expected_version, why, until } = input;
        Self { alert, command, expected_version, event: AlertEvent::Silenced(AlertSilenced { why, until: until.0 }) }
    }
}

impl From<ResolveAlertInput> for Saying {
    fn from(input: ResolveAlertInput) -> Self {
        let ResolveAlertInput { alert_id: alert, command_id: command, expected_version, why } = input;
        Self { alert, command, expected_version, event: AlertEvent::Resolved(AlertResolved::by_hand(why)) }
    }
}

/// Records what a person does about an alert.
pub async fn say<P: From<Said>>(ctx: &Context<'_>, saying: impl Into<Saying>) -> Result<P> {
    let saying = saying.into();
    let refused = |refusal: &refusal::Refusal| {
        let field = refusal.place().map(str::to_owned).or_else(|| Some("alertId".to_owned()));
        let refusal = Refusal { code: Term(refusal.code()), message: refusal.to_string(), field };
        Said { alert: None, position: None, repeated: false, refusal: Some(refusal) }
    };
    let alert: Fingerprint = match plain(saying.alert.strip_prefix(PREFIX).unwrap_or(&saying.alert)).parse() {
        Ok(alert) => alert,
        Err(error) => {
            let wrong = refusal::Refusal::field("alertId", format!("is wrong: {error}"));
            return Ok(refused(&wrong).into());
        }
    };
    let id = match CommandId::of_caller(saying.command.0, 0) {
        Ok(id) => id,
        Err(refusal) => return Ok(refused(&refusal).into()),
    };
    let command = AlertCommand {
        id,
        alert,
        expected_version: saying.expected_version.map(Version),
        actor: actor(ctx)?.clone(),
        event: saying.event,
    };
    let outcome = match ctx.data::<Tracker>()?.execute_alerts(vec![command]).await {
        Ok(mut outcomes) => outcomes.pop(),
        Err(ExecuteError::Refused { refusal, .. }) => Some(Err(refusal)),
        Err(ExecuteError::Store(error)) => return Err(unwritable(error.as_ref(), error.advice())),
    };
    let outcome = match outcome {
        Some(Ok(outcome)) => outcome,
        Some(Err(refusal)) => return Ok(refused(&refusal).into()),
        None => return Ok(refused(&refusal::Refusal::NoSuchAlert(alert)).into()),
    };
    let position = outcome.event.position;
    answers(ctx)?.reach(position).await.map_err(|error| outward(&error))?;
    ctx.data::<Arc<Asked>>()?.move_to(answers(ctx)?.position());
    let pin = pin(ctx, None, None, None, None).await?;
    let alert = Alert::load(ctx, alert, &pin).await?;
    Ok(Said { alert, position: Some(Position(position)), repeated: outcome.repeated, refusal: None }.into())
}
