//! How is a meeting written as JSON?
//!
//! Invariant: the words are frozen: programs read them from `inbox list`.

use serde_json::{Value, json};

use super::super::ids::MilestoneId;
use super::super::time::UncertainDate;
use super::super::words::{Word, words};
use super::Meeting;

words! {
    /// How a milestone that a document proposes compares with what is on record.
    MeetingKind as "meeting" called "ProposalMeeting" {
        /// The record has this milestone from this document.
        Known = "known",
        /// The record has the milestone, but not its exact day, which the document gives.
        Refines = "refines",
        /// The record has the milestone on this day from other sources; accepting adds the document to them.
        AddsSource = "adds_source",
        /// The record has a similar milestone on a day nearby; a person has to find out which day is right.
        Contradicts = "contradicts",
        /// The document corrects a milestone that the record has from another document.
        Corrects = "corrects",
        /// The day of the milestone lies in the future, and nothing can be accepted before it.
        Waits = "waits",
        /// The record has the agreement, but not the milestone.
        New = "new",
        /// The record does not have the agreement yet; accepting opens it and records the milestone.
        Opens = "opens",
    }
}

impl Meeting {
    /// Which kind of meeting it is, without the milestone and the days that it is about.
    #[must_use]
    pub const fn kind(&self) -> MeetingKind {
        match self {
            Self::Known(_) => MeetingKind::Known,
            Self::Refines { .. } => MeetingKind::Refines,
            Self::AddsSource(_) => MeetingKind::AddsSource,
            Self::Contradicts { .. } => MeetingKind::Contradicts,
            Self::Corrects(_) => MeetingKind::Corrects,
            Self::Waits { .. } => MeetingKind::Waits,
            Self::New { opens: false } => MeetingKind::New,
            Self::New { opens: true } => MeetingKind::Opens,
        }
    }

    /// The frozen spelling of the word.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        self.kind().as_str()
    }

    /// The milestone of the record that it is about; `None` where it is about none.
    #[must_use]
    pub const fn milestone(&self) -> Option<MilestoneId> {
        match self {
            Self::Known(milestone)
            | Self::AddsSource(milestone)
            | Self::Corrects(milestone)
            | Self::Refines { milestone, .. }
            | Self::Contradicts { milestone, .. } => Some(*milestone),
            Self::Waits { .. } | Self::New { .. } => None,
        }
    }

    /// The date that the record has, where the document gives another one.
    #[must_use]
    pub const fn told(&self) -> Option<UncertainDate> {
        match self {
            Self::Refines { told, .. } | Self::Contradicts { told, .. } => Some(*told),
            _ => None,
        }
    }

    /// The meeting with the milestone and the days that it is about.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let word = self.as_str();
        match self {
            Self::Known(milestone) | Self::AddsSource(milestone) | Self::Corrects(milestone) => {
                json!({ "meeting": word, "milestone": milestone.to_string() })
            }
            Self::Refines { milestone, told } | Self::Contradicts { milestone, told } => {
                json!({ "meeting": word, "milestone": milestone.to_string(), "told": told.to_string() })
            }
            Self::Waits { until } => json!({ "meeting": word, "until": until.to_string() }),
            Self::New { .. } => json!({ "meeting": word }),
        }
    }
}
