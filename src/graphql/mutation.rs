//! What can be recorded?
//!
//! Invariant: one mutation a command of the domain, each for recorders only; the one atomic unit aside, which is several. What
//! is not a fact is for administrators only.

use async_graphql::{Context, Object, Result};

use super::writing::{
    AcknowledgeAlertInput, AcknowledgeAlertPayload, AddSourceInput, AddSourcePayload, AddWebhookInput,
    AddWebhookPayload, Administrators, CorrectMilestoneInput, CorrectMilestonePayload, DisableWebhookInput,
    DisableWebhookPayload, OpenAgreementInput, OpenAgreementPayload, RecordMilestoneInput, RecordMilestonePayload,
    RecordMilestonesInput, RecordMilestonesPayload, Recorders, RefineDateInput, RefineDatePayload, RemoveWebhookInput,
    RemoveWebhookPayload, ReplayWebhookInput, ReplayWebhookPayload, ResolveAlertInput, ResolveAlertPayload,
    RetractMilestoneInput, RetractMilestonePayload, RotateWebhookSecretInput, RotateWebhookSecretPayload,
    SilenceAlertInput, SilenceAlertPayload, TestWebhookInput, TestWebhookPayload, one, say, unit,
};

/// The commands that change the record. Each needs a token of role recorder, whose public name every event carries for ever; those about webhooks
/// need role administrator, and record nothing.
pub struct Mutation;

/// The commands that change the record. Each needs a token of role recorder, whose public name every event carries for ever; those about webhooks
/// need role administrator, and record nothing.
#[Object]
impl Mutation {
    /// Opens the record of an agreement.
    #[graphql(guard = "Recorders")]
    async fn open_agreement(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The agreement whose record is opened.")] input: OpenAgreementInput,
    ) -> Result<OpenAgreementPayload> {
        one(ctx, input).await
    }

    /// Records a milestone of an agreement whose record is open.
    #[graphql(guard = "Recorders")]
    async fn record_milestone(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The milestone and its sources.")] input: RecordMilestoneInput,
    ) -> Result<RecordMilestonePayload> {
        one(ctx, input).await
    }

    /// Records several milestones as one atomic unit: all of them, or none.
    #[graphql(guard = "Recorders")]
    async fn record_milestones(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The milestones, in order.")] input: RecordMilestonesInput,
    ) -> Result<RecordMilestonesPayload> {
        unit(ctx, input).await
    }

    /// Gives a more precise date of the same fact. That is no correction: the wider date was not wrong.
    #[graphql(guard = "Recorders")]
    async fn refine_date(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The date and who tells it.")] input: RefineDateInput,
    ) -> Result<RefineDatePayload> {
        one(ctx, input).await
    }

    /// Says what a milestone should have said; what it said before stays in the log.
    #[graphql(guard = "Recorders")]
    async fn correct_milestone(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The full new content, and why.")] input: CorrectMilestoneInput,
    ) -> Result<CorrectMilestonePayload> {
        one(ctx, input).await
    }

    /// Takes back a milestone that should never have been recorded; that it was stays in the log.
    #[graphql(guard = "Recorders")]
    async fn retract_milestone(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which, and why.")] input: RetractMilestoneInput,
    ) -> Result<RetractMilestonePayload> {
        one(ctx, input).await
    }

    /// Adds a source that tells the same milestone.
    #[graphql(guard = "Recorders")]
    async fn add_source(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The source, and of which milestone.")] input: AddSourceInput,
    ) -> Result<AddSourcePayload> {
        one(ctx, input).await
    }
    /// Adds an endpoint that this server sends new events to. Its secret is shown this once.
    #[graphql(guard = "Administrators")]
    async fn add_webhook(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "A webhook to add: its URL, and which messages are sent to it.")] input: AddWebhookInput,
    ) -> Result<AddWebhookPayload> {
        input.send(ctx).await
    }

    /// Gives an endpoint a new secret, shown this once; the old one is valid beside it for a while.
    #[graphql(guard = "Administrators")]
    async fn rotate_webhook_secret(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Of which endpoint.")] input: RotateWebhookSecretInput,
    ) -> Result<RotateWebhookSecretPayload> {
        input.send(ctx).await
    }

    /// Disables an endpoint: nothing more is sent to it until it is enabled by a replay.
    #[graphql(guard = "Administrators")]
    async fn disable_webhook(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The endpoint that is meant.")] input: DisableWebhookInput,
    ) -> Result<DisableWebhookPayload> {
        input.send(ctx).await
    }

    /// Removes an endpoint, with its secrets and what is kept of its attempts; what the log says of it stays.
    #[graphql(guard = "Administrators")]
    async fn remove_webhook(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The endpoint that is meant.")] input: RemoveWebhookInput,
    ) -> Result<RemoveWebhookPayload> {
        input.send(ctx).await
    }

    /// Sends an endpoint everything from a position on, once more and under the same ids; enables it.
    #[graphql(guard = "Administrators")]
    async fn replay_webhook(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "To which endpoint, and from where.")] input: ReplayWebhookInput,
    ) -> Result<ReplayWebhookPayload> {
        input.send(ctx).await
    }

    /// Sends an endpoint a message of type `depositary.webhook_test`, at once and once.
    #[graphql(guard = "Administrators")]
    async fn test_webhook(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The endpoint that is meant.")] input: TestWebhookInput,
    ) -> Result<TestWebhookPayload> {
        input.send(ctx).await
    }

    /// Says that someone has seen an alert.
    #[graphql(guard = "Recorders")]
    async fn acknowledge_alert(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which, and what is being done about it.")] input: AcknowledgeAlertInput,
    ) -> Result<AcknowledgeAlertPayload> {
        say(ctx, input).await
    }

    /// Silences an alert for a while. That it is over is recorded all the same.
    #[graphql(guard = "Recorders")]
    async fn silence_alert(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which, why and until when.")] input: SilenceAlertInput,
    ) -> Result<SilenceAlertPayload> {
        say(ctx, input).await
    }

    /// Closes an alert whose condition holds. It does not fire again for the same thing.
    #[graphql(guard = "Recorders")]
    async fn resolve_alert(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which, and why.")] input: ResolveAlertInput,
    ) -> Result<ResolveAlertPayload> {
        say(ctx, input).await
    }
}
