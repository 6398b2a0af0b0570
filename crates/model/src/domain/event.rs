//! What does the log record?
//!
//! Invariant: the kinds, the payloads' shapes and the envelope are frozen; every shape ever stored can be read.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::Value;

use super::ids::{Actor, AgreementId, CommandId, MilestoneId, Position, Version};
use super::milestone::Milestone;
use super::source::Source;
use super::time::UncertainDate;
use super::words::Evidence;

/// What happened to the record of an agreement. Nothing is ever rewritten: a later event mends an earlier one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// The record of an agreement was opened.
    AgreementOpened(AgreementOpened),
    /// A milestone was recorded; its id follows from the command id and index.
    MilestoneRecorded(MilestoneRecorded),
    /// A more precise date of the same fact became known: no correction.
    MilestoneDateRefined(MilestoneDateRefined),
    /// A milestone was wrong; this is what it should have said.
    MilestoneCorrected(MilestoneCorrected),
    /// A milestone should never have been recorded.
    MilestoneRetracted(MilestoneRetracted),
    /// A milestone got another source.
    SourceAdded(SourceAdded),
}

/// See [`Event::AgreementOpened`]. The stream's name says which.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AgreementOpened {}

/// What belongs to a [`Event::MilestoneRecorded`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MilestoneRecorded {
    /// What happened, with its date and evidence.
    pub milestone: Milestone,
    /// The sources that say that it happened; at least one.
    pub sources: Vec<Source>,
}

/// What belongs to a [`Event::MilestoneDateRefined`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MilestoneDateRefined {
    /// The id of the milestone that is meant.
    pub milestone: MilestoneId,
    /// The new bounds, within the old.
    pub occurred: UncertainDate,
    /// How good the evidence for the new bounds is.
    pub evidence: Evidence,
    /// The sources that give them; at least one.
    pub sources: Vec<Source>,
}

/// What belongs to a [`Event::MilestoneCorrected`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MilestoneCorrected {
    /// The id of the milestone that is meant.
    pub milestone: MilestoneId,
    /// The full new content of the milestone.
    pub content: Milestone,
    /// All its sources, in place of those before.
    pub sources: Vec<Source>,
    /// The reason, in the words of the person who decided.
    pub why: String,
}

/// What belongs to a [`Event::MilestoneRetracted`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MilestoneRetracted {
    /// The id of the milestone that is meant.
    pub milestone: MilestoneId,
    /// The reason, in the words of the person who decided.
    pub why: String,
}

/// What belongs to a [`Event::SourceAdded`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SourceAdded {
    /// The id of the milestone that is meant.
    pub milestone: MilestoneId,
    /// The source that says that the milestone happened.
    pub source: Source,
}

/// An event in the log, in its envelope.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded {
    /// Its place in the whole log.
    pub position: Position,
    /// The stream that it is in.
    pub agreement: AgreementId,
    /// Its place in that stream, from 1.
    pub version: Version,
    /// When the log learnt it: whole microseconds, never decreasing along the log.
    pub recorded_at: DateTime<Utc>,
    /// The id of the command that recorded the event.
    pub command: CommandId,
    /// The public name of whoever recorded the event.
    pub actor: Actor,
    /// The event itself.
    pub event: Event,
}

impl Recorded {
    /// The milestone that it is about; `None` for the opening of a record.
    #[must_use]
    pub fn milestone(&self) -> Option<MilestoneId> {
        match &self.event {
            Event::AgreementOpened(_) => None,
            Event::MilestoneRecorded(_) => Some(self.command.into()),
            Event::MilestoneDateRefined(refined) => Some(refined.milestone),
            Event::MilestoneCorrected(corrected) => Some(corrected.milestone),
            Event::MilestoneRetracted(retracted) => Some(retracted.milestone),
            Event::SourceAdded(added) => Some(added.milestone),
        }
    }

    /// All that is said of that milestone, where this event says it.
    #[must_use]
    pub const fn content(&self) -> Option<&Milestone> {
        match &self.event {
            Event::MilestoneRecorded(recorded) => Some(&recorded.milestone),
            Event::MilestoneCorrected(corrected) => Some(&corrected.content),
            Event::AgreementOpened(_)
            | Event::MilestoneDateRefined(_)
            | Event::MilestoneRetracted(_)
            | Event::SourceAdded(_) => None,
        }
    }

    /// When that milestone happened, where this event says so.
    #[must_use]
    pub const fn occurred(&self) -> Option<UncertainDate> {
        match &self.event {
            Event::MilestoneRecorded(recorded) => Some(recorded.milestone.occurred),
            Event::MilestoneDateRefined(refined) => Some(refined.occurred),
            Event::MilestoneCorrected(corrected) => Some(corrected.content.occurred),
            Event::AgreementOpened(_) | Event::MilestoneRetracted(_) | Event::SourceAdded(_) => None,
        }
    }
}

/// A stored event that cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum EventError {
    /// No such kind, or a schema version from the future.
    #[error("no event `{kind}` in schema version {schema} is known; this release may be older than the log")]
    Unknown {
        /// The kind of event that is stored.
        kind: String,
        /// The version of the schema that is stored.
        schema: u16,
    },
    /// The payload does not have the shape of its kind.
    #[error("the payload of a `{kind}` event does not have its shape")]
    Payload {
        /// The kind of event that is stored.
        kind: String,
        /// What is wrong with it.
        #[source]
        source: serde_json::Error,
    },
}

impl Event {
    /// The frozen name of what happened.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::AgreementOpened(_) => "agreement_opened",
            Self::MilestoneRecorded(_) => "milestone_recorded",
            Self::MilestoneDateRefined(_) => "milestone_date_refined",
            Self::MilestoneCorrected(_) => "milestone_corrected",
            Self::MilestoneRetracted(_) => "milestone_retracted",
            Self::SourceAdded(_) => "source_added",
        }
    }

    /// The version of the payload's shape: 2 where a source has no address, or says when it was read, where a copy is kept or
    /// what was received. Everything else is of the first, so that a release that knows the first alone reads it.
    #[must_use]
    pub fn schema(&self) -> u16 {
        if self.sources().iter().all(Source::is_of_the_first_schema) { 1 } else { 2 }
    }

    /// The sources that the event has.
    #[must_use]
    pub fn sources(&self) -> &[Source] {
        match self {
            Self::MilestoneRecorded(recorded) => &recorded.sources,
            Self::MilestoneDateRefined(refined) => &refined.sources,
            Self::MilestoneCorrected(corrected) => &corrected.sources,
            Self::SourceAdded(added) => std::slice::from_ref(&added.source),
            Self::AgreementOpened(_) | Self::MilestoneRetracted(_) => &[],
        }
    }

    /// The payload as a JSON value.
    ///
    /// # Errors
    /// When serde cannot write it, which no event of this program causes.
    pub fn payload(&self) -> Result<Value, serde_json::Error> {
        match self {
            Self::AgreementOpened(payload) => serde_json::to_value(payload),
            Self::MilestoneRecorded(payload) => serde_json::to_value(payload),
            Self::MilestoneDateRefined(payload) => serde_json::to_value(payload),
            Self::MilestoneCorrected(payload) => serde_json::to_value(payload),
            Self::MilestoneRetracted(payload) => serde_json::to_value(payload),
            Self::SourceAdded(payload) => serde_json::to_value(payload),
        }
    }

    /// The event that was stored under this kind and schema version.
    ///
    /// # Errors
    /// [`EventError`], naming the kind.
    pub fn from_stored(kind: &str, schema: u16, payload: &str) -> Result<Self, EventError> {
        fn read<T: DeserializeOwned>(kind: &str, payload: &str) -> Result<T, EventError> {
            serde_json::from_str(payload).map_err(|source| EventError::Payload { kind: kind.to_owned(), source })
        }
        let event = match (kind, schema) {
            ("agreement_opened", 1) => read(kind, payload).map(Self::AgreementOpened),
            ("milestone_recorded", 1 | 2) => read(kind, payload).map(Self::MilestoneRecorded),
            ("milestone_date_refined", 1 | 2) => read(kind, payload).map(Self::MilestoneDateRefined),
            ("milestone_corrected", 1 | 2) => read(kind, payload).map(Self::MilestoneCorrected),
            ("milestone_retracted", 1) => read(kind, payload).map(Self::MilestoneRetracted),
            ("source_added", 1 | 2) => read(kind, payload).map(Self::SourceAdded),
            _ => Err(EventError::Unknown { kind: kind.to_owned(), schema }),
        }?;
        if event.schema() == schema {
            return Ok(event);
        }
        let source = serde::de::Error::custom(format!("its content is of schema version {}", event.schema()));
        Err(EventError::Payload { kind: kind.to_owned(), source })
    }
}
