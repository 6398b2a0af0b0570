//! What does each mutation take?
//!
//! Invariant: an input is one command of the domain; what cannot even be said as one is a refusal that names its field.

use async_graphql::{ID, InputObject};

use super::milestone::{MilestoneInput, SourceInput};
use crate::domain::command::{Command, Intent};
use crate::domain::event::{
    MilestoneCorrected, MilestoneDateRefined, MilestoneRecorded, MilestoneRetracted, SourceAdded,
};
use crate::domain::ids::{Actor, AgreementId, CommandId, MilestoneId, Version};
use crate::domain::refusal::Refusal;
use crate::faces::graphql::pinned_id::plain;
use crate::faces::graphql::scalars::{UncertainDate, Uuid};
use crate::faces::graphql::words::Evidence;

/// An input that is a command.
pub trait Input {
    /// The command of an actor.
    ///
    /// # Errors
    /// A refusal that names the field.
    fn command(self, actor: &Actor) -> Result<Command, Refusal>;
}

/// The command and the agreement that it is about.
#[derive(InputObject, Debug, Clone)]
pub struct Envelope {
    /// The agreement's id: the instrument, a slash and the country's code, such as `rdp/KR`.
    agreement_id: ID,
    /// A UUID that you make. A command that you repeat under the same UUID is recorded only once.
    command_id: Uuid,
    /// The agreement's `version` as you read it. The server refuses the command if the agreement has another version
    /// now; when omitted, the version is not compared.
    expected_version: Option<u32>,
}

impl Envelope {
    fn command(self, actor: &Actor, intent: Intent) -> Result<Command, Refusal> {
        Ok(Command {
            id: CommandId::of_caller(self.command_id.0, 0)?,
            agreement: agreement(&self.agreement_id)?,
            expected_version: self.expected_version.map(Version),
            actor: actor.clone(),
            intent,
        })
    }
}

fn agreement(id: &ID) -> Result<AgreementId, Refusal> {
    plain(id)
        .parse()
        .map_err(|error: crate::domain::ids::IdError| Refusal::field("agreementId", format!("is wrong: {error}")))
}

fn milestone(id: &ID) -> Result<MilestoneId, Refusal> {
    let wrong = |_| Refusal::field("milestoneId", "is not the id of a milestone");
    plain(id).parse::<uuid::Uuid>().map(MilestoneId).map_err(wrong)
}

fn sources(inputs: Vec<SourceInput>) -> Vec<crate::domain::source::Source> {
    inputs.into_iter().map(Into::into).collect()
}

macro_rules! inputs {
    ($($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident: $type:ty,)* } => |$input:ident| $intent:expr;)+) => { $(
        $(#[$doc])*
        #[derive(InputObject, Debug, Clone)]
        pub struct $name {
            #[graphql(flatten)]
            envelope: Envelope,
            $($(#[$field_doc])* $field: $type,)*
        }

        impl Input for $name {
            fn command(self, actor: &Actor) -> Result<Command, Refusal> {
                let $input = self;
                let intent = $intent;
                $input.envelope.command(actor, intent)
            }
        }
    )+ };
}

inputs! {
    /// The agreement whose record is to be opened.
    OpenAgreementInput {} => |input| Intent::OpenAgreement;

    /// A milestone to record.
    RecordMilestoneInput {
        /// The milestone that is to be recorded.
        milestone: MilestoneInput,
        /// The sources that say that the milestone happened; at least one.
        sources: Vec<SourceInput>,
    } => |input| Intent::RecordMilestone(MilestoneRecorded {
        milestone: input.milestone.read()?,
        sources: sources(input.sources),
    });

    /// A refinement: a more precise date of the same milestone.
    RefineDateInput {
        /// The `plainId` of the milestone, a UUID.
        milestone_id: ID,
        /// The new date in EDTF, which must lie within the recorded one.
        occurred: UncertainDate,
        /// How good the evidence for the new date is.
        evidence: Evidence,
        /// The sources that give the new date; at least one.
        sources: Vec<SourceInput>,
    } => |input| Intent::RefineDate(MilestoneDateRefined {
        milestone: milestone(&input.milestone_id)?,
        occurred: input.occurred.0,
        evidence: input.evidence.0,
        sources: sources(input.sources),
    });

    /// A correction: what a milestone should have said.
    CorrectMilestoneInput {
        /// The `plainId` of the milestone, a UUID.
        milestone_id: ID,
        /// The full new content of the milestone.
        milestone: MilestoneInput,
        /// All sources of the milestone, which replace the earlier ones; at least one.
        sources: Vec<SourceInput>,
        /// The reason, in your own words.
        why: String,
    } => |input| Intent::CorrectMilestone(MilestoneCorrected {
        milestone: milestone(&input.milestone_id)?,
        content: input.milestone.read()?,
        sources: sources(input.sources),
        why: input.why,
    });

    /// A retraction of a milestone that should never have been recorded.
    RetractMilestoneInput {
        /// The `plainId` of the milestone, a UUID.
        milestone_id: ID,
        /// The reason, in your own words.
        why: String,
    } => |input| Intent::RetractMilestone(MilestoneRetracted {
        milestone: milestone(&input.milestone_id)?,
        why: input.why,
    });

    /// Another source to add to a milestone.
    AddSourceInput {
        /// The `plainId` of the milestone, a UUID.
        milestone_id: ID,
        /// The source to add, which says that the milestone happened.
        source: SourceInput,
    } => |input| Intent::AddSource(SourceAdded {
        milestone: milestone(&input.milestone_id)?,
        source: input.source.into(),
    });
}

/// Milestones to record as one atomic unit: all of them, or none.
#[derive(InputObject, Debug, Clone)]
pub struct RecordMilestonesInput {
    /// A UUID that you make. A unit that you repeat under the same UUID is recorded only once.
    command_id: Uuid,
    /// The milestones, 1 to 100, in the order in which they are recorded; a later one may build on an earlier one.
    milestones: Vec<UnitMilestoneInput>,
}

/// One milestone of a unit that is recorded together.
#[derive(InputObject, Debug, Clone)]
pub struct UnitMilestoneInput {
    /// The agreement's id: the instrument, a slash and the country's code, such as `rdp/KR`.
    agreement_id: ID,
    /// The agreement's `version` before this milestone, to which each earlier milestone of the unit for the same
    /// agreement has added one. The server refuses the unit if the version differs; when omitted, the version is not
    /// compared.
    expected_version: Option<u32>,
    /// The milestone that is to be recorded.
    milestone: MilestoneInput,
    /// The sources that say that the milestone happened; at least one.
    sources: Vec<SourceInput>,
}

/// The most milestones of one unit.
const UNIT: usize = 100;

impl RecordMilestonesInput {
    /// The commands of an actor, in order, under one command id.
    ///
    /// # Errors
    /// A refusal, with the place of the milestone that it is about.
    pub fn commands(self, actor: &Actor) -> Result<Vec<Command>, (Option<usize>, Refusal)> {
        if !(1..=UNIT).contains(&self.milestones.len()) {
            let problem = format!("has {} entries; a unit has 1 to {UNIT}", self.milestones.len());
            return Err((None, Refusal::field("milestones", problem)));
        }
        let id = self.command_id;
        let commands = self.milestones.into_iter().zip(0_u16..).map(|(input, index)| {
            let envelope = Envelope {
                agreement_id: input.agreement_id,
                command_id: id.clone(),
                expected_version: input.expected_version,
            };
            let single = RecordMilestoneInput { envelope, milestone: input.milestone, sources: input.sources };
            let command = single.command(actor).map_err(|refusal| (Some(usize::from(index)), refusal))?;
            Ok(Command { id: CommandId { id: id.0, index }, ..command })
        });
        commands.collect()
    }
}
