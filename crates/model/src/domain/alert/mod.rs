//! What is recorded of an alert?
//!
//! Invariant: one alert is one rule, one subject and one thing about it, and has one stream; the kinds and shapes of its
//! events are frozen, like those of agreements.

pub mod decide;
pub mod rule;
pub mod state;
pub mod subject;

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::Value;
use sha2::{Digest, Sha256};

use self::rule::RuleName;
use self::subject::Subject;
use super::event::EventError;
use super::ids::{Actor, CommandId, IdError, MilestoneId, Position, Version};
use super::time::{UncertainDate, instant_text};
use super::words::{Deadline, LimitFrom, ResolvedBy, Stage};

/// What the names of alerts' streams begin with; no instrument can have this code.
pub const STREAMS: &str = "alert";

/// Which alert: 32 hexadecimal digits that follow from the rule, the subject and what it is about. A stall that is found
/// again, or by two processes at once, is the same alert.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fingerprint([u8; 16]);

impl Fingerprint {
    /// The fingerprint of a rule's alert of a subject.
    #[must_use]
    pub fn of(rule: &RuleName, subject: &Subject, about: &About) -> Self {
        // None of the parts can hold a line break.
        let digest = Sha256::digest(format!("{rule}\n{subject}\n{}", about.entry()));
        let mut half = [0; 16];
        half.iter_mut().zip(digest).for_each(|(byte, of)| *byte = of);
        Self(half)
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&hex::encode(self.0))
    }
}

impl FromStr for Fingerprint {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        let mut bytes = [0; 16];
        let lower = !text.bytes().any(|byte| byte.is_ascii_uppercase());
        match hex::decode_to_slice(text, &mut bytes) {
            Ok(()) if lower => Ok(Self(bytes)),
            _ => Err(IdError::Fingerprint(text.chars().take(60).collect())),
        }
    }
}

/// What an alert is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum About {
    /// An open round has waited in its stage longer than its limit.
    Stalled {
        /// The stage that it waits in.
        stage: Stage,
        /// The round's number, as it was known.
        round: u16,
        /// The milestone that brought it there, itself or by a rule.
        milestone: MilestoneId,
        /// The first day in that stage.
        since: UncertainDate,
        /// The days that it had waited at the least.
        waited: u32,
        /// The limit of the stage, in days.
        limit: u32,
        /// What set that limit.
        limit_from: LimitFrom,
    },
    /// A day is coming on which something ends.
    Deadline {
        /// What ends on that day: comments or a term.
        deadline: Deadline,
        /// The milestone that gives the day.
        milestone: MilestoneId,
        /// The last day before it ends: that on which comments close, or the last of the term.
        on: UncertainDate,
    },
    /// The sources of a milestone contradict each other.
    Contradiction {
        /// The id of the milestone that is meant.
        milestone: MilestoneId,
    },
    /// An endpoint failed until it was disabled.
    WebhookDisabled {
        /// When it was; each time is another alert.
        at: DateTime<Utc>,
    },
}

impl About {
    /// The milestone that it rests on, if it rests on one.
    #[must_use]
    pub const fn milestone(&self) -> Option<MilestoneId> {
        match self {
            Self::Stalled { milestone, .. } | Self::Deadline { milestone, .. } | Self::Contradiction { milestone } => {
                Some(*milestone)
            }
            Self::WebhookDisabled { .. } => None,
        }
    }

    /// What stays the same as long as it is the same alert.
    fn entry(&self) -> String {
        match self {
            Self::Stalled { stage, milestone, .. } => format!("stalled {stage} {milestone}"),
            Self::Deadline { deadline, milestone, .. } => format!("deadline {deadline} {milestone}"),
            Self::Contradiction { milestone } => format!("contradiction {milestone}"),
            Self::WebhookDisabled { at } => format!("webhook_disabled {}", instant_text(*at)),
        }
    }

    /// Whether another is about the same thing: what follows an alert that is open, and raises none beside it.
    ///
    /// A stage is entered once in a round. The milestone that says so may be another by now, and its day too, since a later
    /// record tells it better; or the round's number is another, since an earlier round was learnt of.
    #[must_use]
    pub fn continues(&self, other: &Self) -> bool {
        match (self, other) {
            (
                Self::Stalled { stage, round, milestone, since, .. },
                Self::Stalled { stage: stage_of, round: number, milestone: by, since: from, .. },
            ) => stage == stage_of && (round == number || milestone == by || since == from),
            _ => self.entry() == other.entry(),
        }
    }

    /// Whether what a person recorded about it holds for another condition: it is about the same thing, and of a deadline
    /// the same day.
    #[must_use]
    pub fn settles(&self, other: &Self) -> bool {
        let day = |about: &Self| match about {
            Self::Deadline { on, .. } => Some(*on),
            Self::Stalled { .. } | Self::Contradiction { .. } | Self::WebhookDisabled { .. } => None,
        };
        self.continues(other) && day(self) == day(other)
    }
}

/// What happened to an alert.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AlertEvent {
    /// The condition of its rule holds.
    Fired(AlertFired),
    /// Someone has acknowledged the alert.
    Acknowledged(AlertAcknowledged),
    /// Someone wants to hear nothing of it for a while.
    Silenced(AlertSilenced),
    /// The condition no longer holds, or a person resolved the alert.
    Resolved(AlertResolved),
}

/// What belongs to a [`AlertEvent::Fired`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AlertFired {
    /// The name of the alert rule.
    pub rule: RuleName,
    /// The agreement or the endpoint that it is about.
    pub subject: Subject,
    /// What it is about, as it was on `day`.
    pub about: About,
    /// The day for which it was found, UTC.
    pub day: NaiveDate,
    /// The first day on which the condition held, where days decide it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<NaiveDate>,
    /// The end of the log by which it was found.
    pub position: Position,
    /// What happened, in one sentence, for readers of the record.
    pub told: String,
}

/// What belongs to a [`AlertEvent::Acknowledged`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AlertAcknowledged {
    /// What the person does about the alert.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// What belongs to a [`AlertEvent::Silenced`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AlertSilenced {
    /// The reason, in the words of the person who decided.
    pub why: String,
    /// The last day of silence, UTC.
    pub until: NaiveDate,
}

/// What belongs to a [`AlertEvent::Resolved`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AlertResolved {
    /// The reason for which the alert ended.
    pub by: ResolvedBy,
    /// The milestone whose record ended it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub milestone: Option<MilestoneId>,
    /// Whether it should never have fired, by what is known now.
    pub unfounded: bool,
    /// Why, when a person closed it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    /// The end of the log by which it was found.
    pub position: Position,
}

impl AlertResolved {
    /// That a person closed it. A person judges without the log's end, so the same command sent again says the same.
    #[must_use]
    pub fn by_hand(why: String) -> Self {
        let position = Position::default();
        Self { by: ResolvedBy::Hand, milestone: None, unfounded: false, why: Some(why), position }
    }
}

/// An alert's event in the log, in its envelope.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlertRecorded {
    /// Its place in the whole log.
    pub position: Position,
    /// The stream that it is in.
    pub alert: Fingerprint,
    /// Its place in that stream, from 1.
    pub version: Version,
    /// The instant at which it was recorded.
    pub recorded_at: DateTime<Utc>,
    /// The id of the command that recorded the event.
    pub command: CommandId,
    /// The public name of whoever recorded the event.
    pub actor: Actor,
    /// The event itself.
    pub event: AlertEvent,
}

impl AlertEvent {
    /// The frozen name of what happened.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Fired(_) => "alert_fired",
            Self::Acknowledged(_) => "alert_acknowledged",
            Self::Silenced(_) => "alert_silenced",
            Self::Resolved(_) => "alert_resolved",
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
    /// When serde cannot write it, which no event of this program causes.
    pub fn payload(&self) -> Result<Value, serde_json::Error> {
        match self {
            Self::Fired(payload) => serde_json::to_value(payload),
            Self::Acknowledged(payload) => serde_json::to_value(payload),
            Self::Silenced(payload) => serde_json::to_value(payload),
            Self::Resolved(payload) => serde_json::to_value(payload),
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
            ("alert_fired", 1) => read(kind, payload).map(Self::Fired),
            ("alert_acknowledged", 1) => read(kind, payload).map(Self::Acknowledged),
            ("alert_silenced", 1) => read(kind, payload).map(Self::Silenced),
            ("alert_resolved", 1) => read(kind, payload).map(Self::Resolved),
            _ => Err(EventError::Unknown { kind: kind.to_owned(), schema }),
        }
    }
}
