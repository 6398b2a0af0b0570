//! Why was a command refused, or let through with a warning?
//!
//! Invariant: an expected "no" is data: a stable code, the place, and the facts that led to it.

use serde::Serialize;

use super::alert::Fingerprint;
use super::codes::{RefusalCode, WarningCode};
use super::figure::FigureId;
use super::ids::{Actor, AgreementId, MilestoneId, Version};
use super::time::UncertainDate;

/// An expected "no". The message says what was asked, what stands in the way and what would be allowed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// No file describes this instrument.
    #[error("instrument `{instrument}` is not known; known are {known}")]
    UnknownInstrument {
        /// The code that was asked for.
        instrument: String,
        /// The codes that are known.
        known: String,
    },
    /// The record was opened before, by another command.
    #[error("agreement {0} is already open; record milestones in it")]
    AlreadyOpen(AgreementId),
    /// The record was never opened.
    #[error("agreement {0} is not open; open it first")]
    NotOpen(AgreementId),
    /// Someone recorded something since the caller looked.
    #[error(
        "agreement {agreement} is at version {actual}, not at the expected {expected}; read it again and decide anew"
    )]
    VersionConflict {
        /// The agreement whose record is meant.
        agreement: AgreementId,
        /// The version that the caller expected.
        expected: Version,
        /// The version that the record has.
        actual: Version,
    },
    /// The command id was used for something else.
    #[error("command id {0} was used for another command; a new command needs a new id")]
    CommandReused(uuid::Uuid),
    /// The command id is of a kind that the program makes itself.
    #[error(
        "command id {0} is a UUID of version 5, which the program makes for commands of its own; make one of version 4 or 7"
    )]
    CommandReserved(uuid::Uuid),
    /// The milestone is not in this agreement's record.
    #[error("milestone {0} is not in the record of this agreement")]
    NoSuchMilestone(MilestoneId),
    /// The milestone was retracted before.
    #[error("milestone {0} was retracted and can no longer be changed; record it anew")]
    MilestoneRetracted(MilestoneId),
    /// It would have happened after today.
    #[error(
        "{field} is {date}, which lies after today, {today}; only closing dates, terms and effective dates may lie in the future"
    )]
    InTheFuture {
        /// The field that is wrong.
        field: String,
        /// The date that the field has.
        date: UncertainDate,
        /// The present day.
        today: chrono::NaiveDate,
    },
    /// A refinement that contradicts what it refines.
    #[error("{new} does not lie within the recorded {old}; a date that contradicts the recorded one is a correction")]
    NotARefinement {
        /// The date that is recorded.
        old: UncertainDate,
        /// The bounds that were given.
        new: UncertainDate,
    },
    /// The record has as much of something as it may have.
    #[error("agreement {agreement} has {most} {what}, and no record has more; its milestones can still be retracted")]
    RecordFull {
        /// The agreement whose record is meant.
        agreement: AgreementId,
        /// What the record has too many of: events or sources.
        what: &'static str,
        /// The largest number that is allowed.
        most: usize,
    },
    /// The token's holder has recorded as much as it may in a day.
    #[error(
        "`{}` has recorded {most} facts today, UTC, and a token may record no more in a day (--limit-daily-facts); go on tomorrow, or ask the operator to import them", .actor.as_str()
    )]
    TooManyToday {
        /// The public name that the token carries.
        actor: Actor,
        /// How many one name may have at the most.
        most: usize,
    },
    /// What the lifecycle cannot do.
    #[error("{milestone} cannot be recorded: {because}")]
    Impossible {
        /// The kind of the milestone.
        milestone: &'static str,
        /// What stands in the way, and what would be allowed.
        because: String,
    },
    /// No such figure was ever recorded.
    #[error("no figure has the id {0}; list the figures to find the id")]
    NoSuchFigure(FigureId),
    /// The figure was retracted before.
    #[error("figure {0} was retracted and can no longer be changed; record it anew")]
    FigureRetracted(FigureId),
    /// Someone recorded something about the figure since the caller looked.
    #[error("figure {figure} is at version {actual}, not at the expected {expected}; read it again and decide anew")]
    FigureChanged {
        /// The id of the figure that is meant.
        figure: FigureId,
        /// What the caller expected.
        expected: Version,
        /// What it is.
        actual: Version,
    },
    /// No such alert ever fired.
    #[error("alert {0} is not known; list the alerts to see their fingerprints")]
    NoSuchAlert(Fingerprint),
    /// It is open, and does not fire again before it is resolved.
    #[error("alert {0} is firing already")]
    AlertFiring(Fingerprint),
    /// The alert has ended.
    #[error("alert {0} is resolved; there is nothing to acknowledge, silence or resolve")]
    AlertResolved(Fingerprint),
    /// Someone recorded something of it since the caller looked.
    #[error("alert {alert} is at version {actual}, not at the expected {expected}; read it again and decide anew")]
    AlertChanged {
        /// The fingerprint of the alert that is meant.
        alert: Fingerprint,
        /// The version that the caller expected.
        expected: Version,
        /// The version that the alert has.
        actual: Version,
    },
    /// A field that breaks a rule.
    #[error("{field} {problem}")]
    Field {
        /// The field that is wrong.
        field: String,
        /// What is wrong, and what to do.
        problem: String,
    },
}

impl Refusal {
    /// A field that breaks a rule.
    pub fn field(field: impl Into<String>, problem: impl Into<String>) -> Self {
        Self::Field { field: field.into(), problem: problem.into() }
    }

    /// The code of the error for programs, which never changes.
    #[must_use]
    pub const fn code(&self) -> RefusalCode {
        match self {
            Self::UnknownInstrument { .. } => RefusalCode::UnknownInstrument,
            Self::AlreadyOpen(_) => RefusalCode::AlreadyOpen,
            Self::NotOpen(_) => RefusalCode::NotOpen,
            Self::VersionConflict { .. } | Self::AlertChanged { .. } | Self::FigureChanged { .. } => {
                RefusalCode::VersionConflict
            }
            Self::CommandReused(_) => RefusalCode::CommandIdReused,
            Self::CommandReserved(_) => RefusalCode::CommandIdReserved,
            Self::NoSuchMilestone(_) => RefusalCode::NoSuchMilestone,
            Self::MilestoneRetracted(_) => RefusalCode::MilestoneRetracted,
            Self::InTheFuture { .. } => RefusalCode::InTheFuture,
            Self::NotARefinement { .. } => RefusalCode::NotARefinement,
            Self::RecordFull { .. } => RefusalCode::RecordFull,
            Self::TooManyToday { .. } => RefusalCode::TooManyToday,
            Self::Impossible { .. } => RefusalCode::Impossible,
            Self::NoSuchFigure(_) => RefusalCode::NoSuchFigure,
            Self::FigureRetracted(_) => RefusalCode::FigureRetracted,
            Self::NoSuchAlert(_) => RefusalCode::NoSuchAlert,
            Self::AlertFiring(_) => RefusalCode::AlertFiring,
            Self::AlertResolved(_) => RefusalCode::AlertResolved,
            Self::Field { .. } => RefusalCode::InvalidField,
        }
    }

    /// The field that the refusal is about, where there is one.
    #[must_use]
    pub fn place(&self) -> Option<&str> {
        match self {
            Self::InTheFuture { field, .. } | Self::Field { field, .. } => Some(field),
            Self::VersionConflict { .. } | Self::AlertChanged { .. } | Self::FigureChanged { .. } => {
                Some("expectedVersion")
            }
            Self::CommandReused(_) | Self::CommandReserved(_) => Some("commandId"),
            Self::NotARefinement { .. } => Some("occurred"),
            _ => None,
        }
    }
}

/// Something unusual that was recorded all the same: real history is irregular.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Warning {
    /// The code of the error for programs, which never changes.
    pub code: WarningCode,
    /// What is unusual, in plain English.
    pub message: String,
}
