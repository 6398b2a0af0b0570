//! What can be recorded, and by whom?
//!
//! Invariant: a command says the same thing every time it is sent; what it would record does not depend on the state.

use super::event::{
    AgreementOpened, Event, MilestoneCorrected, MilestoneDateRefined, MilestoneRecorded, MilestoneRetracted,
    SourceAdded,
};
use super::ids::{Actor, AgreementId, CommandId, Version};

/// A command to record something, as a user gives it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Command {
    /// What makes it the same command when it is sent again.
    pub id: CommandId,
    /// The agreement whose record it is about.
    pub agreement: AgreementId,
    /// The version that the caller saw; refused when there is a newer one. `None` does not ask.
    pub expected_version: Option<Version>,
    /// The public name of whoever sends the command.
    pub actor: Actor,
    /// What the command is to do.
    pub intent: Intent,
}

/// What a command is to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Intent {
    /// Open the record of an agreement.
    OpenAgreement,
    /// Record a milestone.
    RecordMilestone(MilestoneRecorded),
    /// Give a more precise date of the same fact.
    RefineDate(MilestoneDateRefined),
    /// Say what a milestone should have said.
    CorrectMilestone(MilestoneCorrected),
    /// Take back a milestone that should never have been recorded.
    RetractMilestone(MilestoneRetracted),
    /// Add a source that says that the same milestone happened.
    AddSource(SourceAdded),
}

impl Intent {
    /// The event that this becomes when it is accepted. A repeated command has the same event; another command under its id
    /// has not.
    #[must_use]
    pub fn event(&self) -> Event {
        match self {
            Self::OpenAgreement => Event::AgreementOpened(AgreementOpened {}),
            Self::RecordMilestone(recorded) => Event::MilestoneRecorded(recorded.clone()),
            Self::RefineDate(refined) => Event::MilestoneDateRefined(refined.clone()),
            Self::CorrectMilestone(corrected) => Event::MilestoneCorrected(corrected.clone()),
            Self::RetractMilestone(retracted) => Event::MilestoneRetracted(retracted.clone()),
            Self::AddSource(added) => Event::SourceAdded(added.clone()),
        }
    }

    /// The intent that becomes an event: what somebody wanted who recorded it.
    #[must_use]
    pub fn of(event: &Event) -> Self {
        match event {
            Event::AgreementOpened(AgreementOpened {}) => Self::OpenAgreement,
            Event::MilestoneRecorded(recorded) => Self::RecordMilestone(recorded.clone()),
            Event::MilestoneDateRefined(refined) => Self::RefineDate(refined.clone()),
            Event::MilestoneCorrected(corrected) => Self::CorrectMilestone(corrected.clone()),
            Event::MilestoneRetracted(retracted) => Self::RetractMilestone(retracted.clone()),
            Event::SourceAdded(added) => Self::AddSource(added.clone()),
        }
    }
}
