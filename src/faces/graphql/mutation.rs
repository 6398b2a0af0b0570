//! What can be recorded?
//!
//! Invariant: one mutation a command of the domain, each for recorders only; the one atomic unit aside, which is several. What
//! is not a fact is for administrators only.

use async_graphql::{Context, Object, Result};

use super::writing::{
    AcceptInboxItemInput, AcceptInboxItemPayload, AcknowledgeAlertInput, AcknowledgeAlertPayload, AddSourceInput,
    AddSourcePayload, AddWebhookInput, AddWebhookPayload, Administrators, CorrectFigureInput, CorrectFigurePayload,
    CorrectMilestoneInput, CorrectMilestonePayload, DisableWebhookInput, DisableWebhookPayload, DismissInboxItemInput,
    DismissInboxItemPayload, OpenAgreementInput, OpenAgreementPayload, RecordFigureInput, RecordFigurePayload,
    RecordMilestoneInput, RecordMilestonePayload, RecordMilestonesInput, RecordMilestonesPayload, Recorders,
    RefineDateInput, RefineDatePayload, RemoveWebhookInput, RemoveWebhookPayload, ReopenInboxItemInput,
    ReopenInboxItemPayload, ReplayWebhookInput, ReplayWebhookPayload, ResolveAlertInput, ResolveAlertPayload,
    RetractFigureInput, RetractFigurePayload, RetractMilestoneInput, RetractMilestonePayload, RotateWebhookSecretInput,
    RotateWebhookSecretPayload, SilenceAlertInput, SilenceAlertPayload, SnoozeInboxItemInput, SnoozeInboxItemPayload,
    TestWebhookInput, TestWebhookPayload, accept, decide, one, say, tell, unit,
};

/// The commands. Those about agreements, figures and alerts need a token with the role `recorder`, and record events;
/// each event keeps the token's public name. Those about the inbox need the same role, and of these only
/// `acceptInboxItem` records events. Those about webhooks need a token with the role `administrator`, and record no
/// events.
pub struct Mutation;

/// The commands. Those about agreements, figures and alerts need a token with the role `recorder`, and record events;
/// each event keeps the token's public name. Those about the inbox need the same role, and of these only
/// `acceptInboxItem` records events. Those about webhooks need a token with the role `administrator`, and record no
/// events.
#[Object]
impl Mutation {
    /// Opens the record of an agreement, so that milestones can be recorded.
    #[graphql(guard = "Recorders")]
    async fn open_agreement(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The agreement whose record is opened.")] input: OpenAgreementInput,
        #[graphql(
            desc = "Whether to decide the command without recording it; `preview` then gives what would change.",
            default = false
        )]
        dry_run: bool,
    ) -> Result<OpenAgreementPayload> {
        one(ctx, input, dry_run).await
    }

    /// Records a milestone of an agreement whose record is open.
    #[graphql(guard = "Recorders")]
    async fn record_milestone(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The milestone and its sources.")] input: RecordMilestoneInput,
        #[graphql(
            desc = "Whether to decide the command without recording it; `preview` then gives what would change.",
            default = false
        )]
        dry_run: bool,
    ) -> Result<RecordMilestonePayload> {
        one(ctx, input, dry_run).await
    }

    /// Records several milestones as one atomic unit: all of them, or none.
    #[graphql(guard = "Recorders")]
    async fn record_milestones(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The milestones, in the order in which they are recorded.")] input: RecordMilestonesInput,
        #[graphql(
            desc = "Whether to decide the command without recording it; `preview` then gives what would change.",
            default = false
        )]
        dry_run: bool,
    ) -> Result<RecordMilestonesPayload> {
        unit(ctx, input, dry_run).await
    }

    /// Refines the date of a milestone to a more precise one. This is no correction, since the wider date was not wrong.
    #[graphql(guard = "Recorders")]
    async fn refine_date(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The new date, with its sources.")] input: RefineDateInput,
        #[graphql(
            desc = "Whether to decide the command without recording it; `preview` then gives what would change.",
            default = false
        )]
        dry_run: bool,
    ) -> Result<RefineDatePayload> {
        one(ctx, input, dry_run).await
    }

    /// Corrects a milestone that was wrong. What the milestone said before stays in the log.
    #[graphql(guard = "Recorders")]
    async fn correct_milestone(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The full new content, and the reason.")] input: CorrectMilestoneInput,
        #[graphql(
            desc = "Whether to decide the command without recording it; `preview` then gives what would change.",
            default = false
        )]
        dry_run: bool,
    ) -> Result<CorrectMilestonePayload> {
        one(ctx, input, dry_run).await
    }

    /// Retracts a milestone that should never have been recorded. The log still shows that it was recorded.
    #[graphql(guard = "Recorders")]
    async fn retract_milestone(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The milestone, and the reason.")] input: RetractMilestoneInput,
        #[graphql(
            desc = "Whether to decide the command without recording it; `preview` then gives what would change.",
            default = false
        )]
        dry_run: bool,
    ) -> Result<RetractMilestonePayload> {
        one(ctx, input, dry_run).await
    }

    /// Adds another source to a milestone.
    #[graphql(guard = "Recorders")]
    async fn add_source(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The source, and the milestone.")] input: AddSourceInput,
        #[graphql(
            desc = "Whether to decide the command without recording it; `preview` then gives what would change.",
            default = false
        )]
        dry_run: bool,
    ) -> Result<AddSourcePayload> {
        one(ctx, input, dry_run).await
    }

    /// Records all or some of the milestones that a document of the inbox proposes, as one atomic unit.
    #[graphql(guard = "Recorders")]
    async fn accept_inbox_item(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The document as you read it, and which of its proposals to record.")]
        input: AcceptInboxItemInput,
        #[graphql(
            desc = "Whether to decide the command without recording it; `preview` then gives what would change.",
            default = false
        )]
        dry_run: bool,
    ) -> Result<AcceptInboxItemPayload> {
        accept(ctx, input, dry_run).await
    }

    /// Dismisses a document of the inbox because it does not belong in the record. The document stays in the inbox with
    /// the reason.
    #[graphql(guard = "Recorders")]
    async fn dismiss_inbox_item(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The document as you read it, and the reason.")] input: DismissInboxItemInput,
    ) -> Result<DismissInboxItemPayload> {
        decide(ctx, input).await
    }

    /// Puts a document of the inbox aside until a day, on which it waits again.
    #[graphql(guard = "Recorders")]
    async fn snooze_inbox_item(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The document as you read it, and the day.")] input: SnoozeInboxItemInput,
    ) -> Result<SnoozeInboxItemPayload> {
        decide(ctx, input).await
    }

    /// Takes back a decision on a document of the inbox, so that it waits again. What was recorded stays recorded.
    #[graphql(guard = "Recorders")]
    async fn reopen_inbox_item(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The document as you read it.")] input: ReopenInboxItemInput,
    ) -> Result<ReopenInboxItemPayload> {
        decide(ctx, input).await
    }

    /// Adds a webhook, to which the server sends new events. The webhook's secret is shown only this once.
    #[graphql(guard = "Administrators")]
    async fn add_webhook(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "A webhook to add: its URL, and which messages are sent to it.")] input: AddWebhookInput,
    ) -> Result<AddWebhookPayload> {
        input.send(ctx).await
    }

    /// Gives a webhook a new secret, which is shown only this once. The old secret stays valid for `overlapHours`
    /// hours.
    #[graphql(guard = "Administrators")]
    async fn rotate_webhook_secret(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The webhook, and how long the old secret stays valid.")] input: RotateWebhookSecretInput,
    ) -> Result<RotateWebhookSecretPayload> {
        input.send(ctx).await
    }

    /// Disables a webhook. The server sends nothing more to the webhook until `replayWebhook` enables it.
    #[graphql(guard = "Administrators")]
    async fn disable_webhook(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The id of the webhook.")] input: DisableWebhookInput,
    ) -> Result<DisableWebhookPayload> {
        input.send(ctx).await
    }

    /// Removes a webhook with its secrets and its attempts. The alerts about the webhook stay in the log.
    #[graphql(guard = "Administrators")]
    async fn remove_webhook(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The id of the webhook.")] input: RemoveWebhookInput,
    ) -> Result<RemoveWebhookPayload> {
        input.send(ctx).await
    }

    /// Enables a webhook, and sends all messages from a position on again, under the same ids.
    #[graphql(guard = "Administrators")]
    async fn replay_webhook(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The webhook, and the first position.")] input: ReplayWebhookInput,
    ) -> Result<ReplayWebhookPayload> {
        input.send(ctx).await
    }

    /// Sends one message of type `depositary.webhook_test` to a webhook at once.
    #[graphql(guard = "Administrators")]
    async fn test_webhook(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The id of the webhook.")] input: TestWebhookInput,
    ) -> Result<TestWebhookPayload> {
        input.send(ctx).await
    }

    /// Records a figure: a number that a source gives about an instrument or an agreement.
    #[graphql(guard = "Recorders")]
    async fn record_figure(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The figure and its sources.")] input: RecordFigureInput,
    ) -> Result<RecordFigurePayload> {
        tell(ctx, input).await
    }

    /// Corrects a figure that was wrong. What the figure said before stays in the log.
    #[graphql(guard = "Recorders")]
    async fn correct_figure(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The full new content, and the reason.")] input: CorrectFigureInput,
    ) -> Result<CorrectFigurePayload> {
        tell(ctx, input).await
    }

    /// Retracts a figure that should never have been recorded. The log still shows that it was recorded.
    #[graphql(guard = "Recorders")]
    async fn retract_figure(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The figure, and the reason.")] input: RetractFigureInput,
    ) -> Result<RetractFigurePayload> {
        tell(ctx, input).await
    }

    /// Acknowledges an alert: a person says that they have seen the alert.
    #[graphql(guard = "Recorders")]
    async fn acknowledge_alert(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The alert, and a note on what you do about the alert.")] input: AcknowledgeAlertInput,
    ) -> Result<AcknowledgeAlertPayload> {
        say(ctx, input).await
    }

    /// Silences an alert up to and including a day. If the alert ends earlier, the server still records that it ended.
    #[graphql(guard = "Recorders")]
    async fn silence_alert(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The alert, the reason, and the last day of the silence.")] input: SilenceAlertInput,
    ) -> Result<SilenceAlertPayload> {
        say(ctx, input).await
    }

    /// Resolves an alert although the condition holds. The alert does not fire again for the same thing.
    #[graphql(guard = "Recorders")]
    async fn resolve_alert(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The alert, and the reason.")] input: ResolveAlertInput,
    ) -> Result<ResolveAlertPayload> {
        say(ctx, input).await
    }
}
