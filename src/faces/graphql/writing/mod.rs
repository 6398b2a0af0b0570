//! How does a mutation become commands, and their outcome a payload?
//!
//! Invariant: who may not record reaches no command; an expected no is data, and nothing of its unit was recorded.

mod alerts;
mod figures;
mod inbox;
mod inputs;
mod milestone;
mod preview;
mod refused;
mod webhooks;

use std::collections::BTreeSet;
use std::sync::Arc;

use async_graphql::{Context, Error, ErrorExtensions, Guard, Result, SimpleObject};

pub use self::alerts::{
    AcknowledgeAlertInput, AcknowledgeAlertPayload, ResolveAlertInput, ResolveAlertPayload, SilenceAlertInput,
    SilenceAlertPayload, say,
};
pub use self::figures::{
    CorrectFigureInput, CorrectFigurePayload, RecordFigureInput, RecordFigurePayload, RetractFigureInput,
    RetractFigurePayload, tell,
};
pub use self::inbox::{
    AcceptInboxItemInput, AcceptInboxItemPayload, DismissInboxItemInput, DismissInboxItemPayload, ReopenInboxItemInput,
    ReopenInboxItemPayload, SnoozeInboxItemInput, SnoozeInboxItemPayload, accept, decide,
};
pub use self::inputs::{
    AddSourceInput, CorrectMilestoneInput, Input, OpenAgreementInput, RecordMilestoneInput, RecordMilestonesInput,
    RefineDateInput, RetractMilestoneInput,
};
use self::preview::AgreementPreview;
pub use self::refused::Refusal;
pub use self::webhooks::{
    AddWebhookInput, AddWebhookPayload, DisableWebhookInput, DisableWebhookPayload, RemoveWebhookInput,
    RemoveWebhookPayload, ReplayWebhookInput, ReplayWebhookPayload, RotateWebhookSecretInput,
    RotateWebhookSecretPayload, TestWebhookInput, TestWebhookPayload,
};
use super::agreement::Agreement;
use super::context::{Asked, answers};
use super::error::denied;
use super::event::RecordedEvent;
use super::scalars::Position;
use crate::access::{Access, AccessError, Caller, Role};
use crate::answers::view::Term;
use crate::domain::codes::{ErrorCode, WarningCode};
use crate::domain::command::Command;
use crate::domain::ids::Actor;
use crate::domain::words::Word;
use crate::record::tracker::{ExecuteError, Outcome, Tracker};

/// Lets only recorders through.
pub struct Recorders;

impl Guard for Recorders {
    async fn check(&self, ctx: &Context<'_>) -> Result<()> {
        ctx.data::<Access>()?.may(ctx.data::<Caller>()?, Role::Recorder).map_err(|error| denied(&error))
    }
}

/// Lets only administrators through.
pub struct Administrators;

impl Guard for Administrators {
    async fn check(&self, ctx: &Context<'_>) -> Result<()> {
        ctx.data::<Access>()?.may(ctx.data::<Caller>()?, Role::Administrator).map_err(|error| denied(&error))
    }
}

/// A warning: something unusual was recorded all the same, since real history is irregular.
#[derive(SimpleObject)]
pub struct Warning {
    /// The code of the warning, for programs to read; it stays the same in every release.
    code: Term<WarningCode>,
    /// What is unusual, in plain English.
    message: String,
}

impl Warning {
    fn of(warning: crate::domain::refusal::Warning) -> Self {
        Self { code: Term(warning.code), message: warning.message }
    }
}

/// What became of some commands.
pub struct Written {
    agreements: Vec<Agreement>,
    events: Vec<RecordedEvent>,
    position: Option<Position>,
    repeated: bool,
    warnings: Vec<Warning>,
    preview: Vec<AgreementPreview>,
    refusal: Option<Refusal>,
}

// Each payload lists all its fields: the executor answers flattened ones out of the order in which they were asked for.
macro_rules! payloads {
    ($($(#[$doc:meta])* $name:ident { $(#[$whose_doc:meta])* $whose:ident: $type:ty = $take:expr })+) => { $(
        $(#[$doc])*
        #[derive(SimpleObject)]
        pub struct $name {
            $(#[$whose_doc])*
            $whose: $type,
            /// The events that this command recorded, now or when it was first sent, in the order of the log; empty
            /// when it was refused or `dryRun` is true.
            events: Vec<RecordedEvent>,
            /// The position of the last of `events`, to pass as `minPosition` in a query that must see them; null when
            /// there are none.
            position: Option<Position>,
            /// Whether the same command had recorded all of `events` before.
            repeated: bool,
            /// What is unusual about the facts of the command, recorded or tried with `dryRun`; empty when the command
            /// is repeated.
            warnings: Vec<Warning>,
            /// What the command would change, for each agreement that it is about; empty unless `dryRun` is true.
            preview: Vec<AgreementPreview>,
            /// Why the command recorded nothing; null when it was not refused.
            refusal: Option<Refusal>,
        }

        impl From<Written> for $name {
            fn from(written: Written) -> Self {
                let Written { agreements, events, position, repeated, warnings, preview, refusal } = written;
                let take: fn(Vec<Agreement>) -> $type = $take;
                Self { $whose: take(agreements), events, position, repeated, warnings, preview, refusal }
            }
        }
    )+ };
}

/// The one agreement that a command was about; `None` when there is none.
fn only(mut agreements: Vec<Agreement>) -> Option<Agreement> {
    agreements.pop()
}

payloads! {
    /// The result of opening an agreement's record: the agreement, or the refusal.
    OpenAgreementPayload {
        /// The agreement as it is after the command; null when the command was refused or `dryRun` is true.
        agreement: Option<Agreement> = only
    }
    /// The result of recording a milestone: the agreement, or the refusal.
    RecordMilestonePayload {
        /// The agreement as it is after the command; null when the command was refused or `dryRun` is true.
        agreement: Option<Agreement> = only
    }
    /// The result of refining a date: the agreement, or the refusal.
    RefineDatePayload {
        /// The agreement as it is after the command; null when the command was refused or `dryRun` is true.
        agreement: Option<Agreement> = only
    }
    /// The result of correcting a milestone: the agreement, or the refusal.
    CorrectMilestonePayload {
        /// The agreement as it is after the command; null when the command was refused or `dryRun` is true.
        agreement: Option<Agreement> = only
    }
    /// The result of retracting a milestone: the agreement, or the refusal.
    RetractMilestonePayload {
        /// The agreement as it is after the command; null when the command was refused or `dryRun` is true.
        agreement: Option<Agreement> = only
    }
    /// The result of adding a source: the agreement, or the refusal.
    AddSourcePayload {
        /// The agreement as it is after the command; null when the command was refused or `dryRun` is true.
        agreement: Option<Agreement> = only
    }
    /// The result of recording several milestones: the agreements, or the refusal.
    RecordMilestonesPayload {
        /// The agreements as they are after the command, in the order of their ids; empty when it was refused or
        /// `dryRun` is true.
        agreements: Vec<Agreement> = std::convert::identity
    }
}

/// Records one command, or decides it and records nothing.
pub async fn one<P: From<Written>>(ctx: &Context<'_>, input: impl Input, dry_run: bool) -> Result<P> {
    let written = match input.command(actor(ctx)?) {
        Ok(command) => record(ctx, vec![command], false, dry_run).await?,
        Err(refusal) => Written::refused(Refusal::of(None, None, &refusal)),
    };
    Ok(written.into())
}

/// Records a unit of milestones, or decides it and records nothing.
pub async fn unit(ctx: &Context<'_>, input: RecordMilestonesInput, dry_run: bool) -> Result<RecordMilestonesPayload> {
    let written = match input.commands(actor(ctx)?) {
        Ok(commands) => record(ctx, commands, true, dry_run).await?,
        Err((index, refusal)) => Written::refused(Refusal::of(index, None, &refusal)),
    };
    Ok(written.into())
}

fn actor<'a>(ctx: &Context<'a>) -> Result<&'a Actor> {
    match ctx.data::<Caller>()? {
        Caller::Holder { name, .. } => Ok(name),
        Caller::Anyone => Err(denied(&AccessError::Missing(Role::Recorder))),
    }
}

/// A log that cannot be written, told outside by what to do and logged once with its causes.
fn unwritable(error: &(dyn std::error::Error + 'static), advice: impl Into<String>) -> Error {
    tracing::error!(request = %crate::telemetry::request(), error = %crate::telemetry::chain(error), "graphql.recording.failed");
    Error::new(advice).extend_with(|_, extensions| extensions.set("code", ErrorCode::StorageUnavailable.as_str()))
}

async fn record(ctx: &Context<'_>, commands: Vec<Command>, unit: bool, dry_run: bool) -> Result<Written> {
    // What the commands say is needed once more when one is refused, to name the field.
    let intents: Vec<_> = commands.iter().map(|command| command.intent.clone()).collect();
    let tracker = ctx.data::<Tracker>()?;
    let decided = if dry_run { tracker.execute_dry(commands).await } else { tracker.execute(commands).await };
    let outcomes = match decided {
        Ok(outcomes) => outcomes,
        Err(ExecuteError::Refused { index, refusal }) => {
            return Ok(Written::refused(Refusal::of(unit.then_some(index), intents.get(index), &refusal)));
        }
        Err(ExecuteError::Store(error)) => return Err(unwritable(error.as_ref(), error.advice())),
    };
    if dry_run { Written::foreseen(ctx, outcomes).await } else { Written::of(ctx, outcomes).await }
}

impl Written {
    /// Of commands that recorded nothing.
    const fn nothing() -> Self {
        Self {
            events: Vec::new(),
            position: None,
            repeated: false,
            warnings: Vec::new(),
            preview: Vec::new(),
            refusal: None,
            agreements: Vec::new(),
        }
    }

    fn refused(refusal: Refusal) -> Self {
        Self { refusal: Some(refusal), ..Self::nothing() }
    }

    /// What the outcomes of a dry run show: nothing was recorded, so there are no events.
    async fn foreseen(ctx: &Context<'_>, outcomes: Vec<Outcome>) -> Result<Self> {
        let repeated = !outcomes.is_empty() && outcomes.iter().all(|outcome| outcome.repeated);
        let (events, warnings): (Vec<_>, Vec<_>) =
            outcomes.into_iter().map(|outcome| (outcome.event, outcome.warnings)).unzip();
        let preview = AgreementPreview::all(ctx, &events).await?;
        let warnings = warnings.into_iter().flatten().map(Warning::of).collect();
        Ok(Self { repeated, warnings, preview, ..Self::nothing() })
    }

    /// What some outcomes tell. What this request asks from here on is answered as of the last of them.
    async fn of(ctx: &Context<'_>, outcomes: Vec<Outcome>) -> Result<Self> {
        let repeated = !outcomes.is_empty() && outcomes.iter().all(|outcome| outcome.repeated);
        let last = outcomes.iter().map(|outcome| outcome.event.position).max().unwrap_or_default();
        answers(ctx)?.reach(last).await.map_err(|_| {
            let message = format!("it was recorded, at position {last}, and cannot be shown here yet; send the same command again to see it");
            Error::new(message).extend_with(|_, extensions| extensions.set("code", ErrorCode::PositionNotReached.as_str()))
        })?;
        ctx.data::<Arc<Asked>>()?.move_to(answers(ctx)?.position());
        let pin = super::context::pin(ctx, None, None, None, None).await?;
        let mut agreements = BTreeSet::new();
        let mut events = Vec::with_capacity(outcomes.len());
        let mut warnings = Vec::new();
        for outcome in outcomes {
            agreements.insert(outcome.event.agreement.clone());
            warnings.extend(outcome.warnings.into_iter().map(Warning::of));
            events.push(RecordedEvent::of(ctx, Arc::new(outcome.event))?);
        }
        Ok(Self {
            events,
            position: Some(Position(last)),
            repeated,
            warnings,
            preview: Vec::new(),
            refusal: None,
            agreements: agreements.into_iter().map(|id| Agreement { id, pin: Some(pin) }).collect(),
        })
    }
}
