//! What is recorded about a number that a source gives about an instrument or an agreement?
//!
//! Invariant: a figure has one stream of its own; the kinds and shapes of its events are frozen, like those of agreements.

pub mod decide;
pub mod parts;
pub mod state;

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::Value;
use uuid::Uuid;

use self::parts::{Accuracy, Amount, MeasureName, Span, Whose};
use super::event::EventError;
use super::ids::{Actor, CommandId, IdError, MilestoneId, Position, Version};
use super::source::Source;
use super::words::Evidence;

/// What the names of figures' streams begin with; no instrument can have this code.
pub const STREAMS: &str = "figure";

/// Which figure: the `UUIDv5` of the command id and index that recorded it, as of a milestone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct FigureId(pub Uuid);

impl From<CommandId> for FigureId {
    fn from(command: CommandId) -> Self {
        Self(MilestoneId::from(command).0)
    }
}

impl fmt::Display for FigureId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for FigureId {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        // One spelling, since it is the name of a stream.
        let id = Uuid::parse_str(text).ok().filter(|id| id.to_string() == text);
        id.map(Self).ok_or_else(|| IdError::Figure(text.chars().take(60).collect()))
    }
}

/// A number that a source gives about an instrument, or about one of its agreements, over a span of time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Figure {
    /// What it is about: an instrument, such as `rdp`, or an agreement, such as `rdp/KR`.
    pub of: Whose,
    /// What was measured.
    pub measure: MeasureName,
    /// The number, exact as it is written; never binary floating point.
    pub value: Amount,
    /// Whether the source states the number exactly or approximately, or only a bound of it.
    pub accuracy: Accuracy,
    /// The unit, such as `countries` or `USD a year`.
    pub unit: String,
    /// The day or the stretch of time to which it belongs.
    pub span: Span,
    /// How good the evidence for the number and its span is.
    pub evidence: Evidence,
    /// What the figure says, in one sentence for readers.
    pub summary: String,
}

/// What happened to a figure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FigureEvent {
    /// A figure was recorded.
    Recorded(FigureRecorded),
    /// The figure was wrong; this is what it should have said.
    Corrected(FigureCorrected),
    /// The figure should never have been recorded.
    Retracted(FigureRetracted),
}

/// What belongs to a [`FigureEvent::Recorded`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FigureRecorded {
    /// The content of the figure.
    pub figure: Figure,
    /// The sources that give it; at least one.
    pub sources: Vec<Source>,
}

/// What belongs to a [`FigureEvent::Corrected`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FigureCorrected {
    /// The full new content.
    pub content: Figure,
    /// All its sources, which replace the earlier ones.
    pub sources: Vec<Source>,
    /// The reason, in the words of the person who decided it.
    pub why: String,
}

/// What belongs to a [`FigureEvent::Retracted`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FigureRetracted {
    /// The reason, in the words of the person who decided it.
    pub why: String,
}

/// A figure's event in the log, in its envelope.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FigureLogged {
    /// Its place in the whole log.
    pub position: Position,
    /// Whose stream it is in.
    pub figure: FigureId,
    /// Its place in that stream, from 1.
    pub version: Version,
    /// When it was recorded.
    pub recorded_at: DateTime<Utc>,
    /// Which command recorded it.
    pub command: CommandId,
    /// Who recorded it.
    pub actor: Actor,
    /// What it says.
    pub event: FigureEvent,
}

impl FigureEvent {
    /// The frozen name of what happened.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Recorded(_) => "figure_recorded",
            Self::Corrected(_) => "figure_corrected",
            Self::Retracted(_) => "figure_retracted",
        }
    }

    /// The version of the payload's shape.
    #[must_use]
    pub const fn schema(&self) -> u16 {
        1
    }

    /// The payload as a JSON value.
    ///
    /// # Errors
    /// When serde cannot write it, which no event of ours provokes.
    pub fn payload(&self) -> Result<Value, serde_json::Error> {
        match self {
            Self::Recorded(payload) => serde_json::to_value(payload),
            Self::Corrected(payload) => serde_json::to_value(payload),
            Self::Retracted(payload) => serde_json::to_value(payload),
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
        match (kind, schema) {
            ("figure_recorded", 1) => read(kind, payload).map(Self::Recorded),
            ("figure_corrected", 1) => read(kind, payload).map(Self::Corrected),
            ("figure_retracted", 1) => read(kind, payload).map(Self::Retracted),
            _ => Err(EventError::Unknown { kind: kind.to_owned(), schema }),
        }
    }
}
