//! What can be recorded?
//!
//! Invariant: one mutation a command of the domain, each for recorders only; the one atomic unit aside, which is several.

use async_graphql::{Context, Object, Result};

use super::writing::{
    AcknowledgeAlertInput, AcknowledgeAlertPayload, AddSourceInput, AddSourcePayload, CorrectMilestoneInput,
    CorrectMilestonePayload, OpenAgreementInput, OpenAgreementPayload, RecordMilestoneInput, RecordMilestonePayload,
    RecordMilestonesInput, RecordMilestonesPayload, Recorders, RefineDateInput, RefineDatePayload, ResolveAlertInput,
    ResolveAlertPayload, RetractMilestoneInput, RetractMilestonePayload, SilenceAlertInput, SilenceAlertPayload, one,
    say, unit,
};

/// The wishes. Each needs a token of role recorder, whose public name every event carries for ever.
pub struct Mutation;

/// The wishes. Each needs a token of role recorder, whose public name every event carries for ever.
#[Object]
impl Mutation {
    /// Opens the record of an agreement.
    #[graphql(guard = "Recorders")]
    async fn open_agreement(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which.")] input: OpenAgreementInput,
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
