//! What kinds of streams does the log hold?
//!
//! Invariant: every event of the log is one of these; a follower of the log sees each position once, whatever it holds.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::alert::AlertRecorded;
use super::event::Recorded;
use super::figure::FigureLogged;
use super::ids::{CommandId, Position};

/// An event of the log, of whatever stream; cheap to clone, since a thousand followers share each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Logged {
    /// An event about the record of an agreement.
    Agreement(Arc<Recorded>),
    /// An event about an alert.
    Alert(Arc<AlertRecorded>),
    /// Of a figure.
    Figure(Arc<FigureLogged>),
}

impl Logged {
    /// Its place in the whole log.
    #[must_use]
    pub fn position(&self) -> Position {
        match self {
            Self::Agreement(recorded) => recorded.position,
            Self::Alert(recorded) => recorded.position,
            Self::Figure(logged) => logged.position,
        }
    }

    /// The instant at which it was recorded.
    #[must_use]
    pub fn recorded_at(&self) -> DateTime<Utc> {
        match self {
            Self::Agreement(recorded) => recorded.recorded_at,
            Self::Alert(recorded) => recorded.recorded_at,
            Self::Figure(logged) => logged.recorded_at,
        }
    }

    /// The id of the command that recorded the event.
    #[must_use]
    pub fn command(&self) -> CommandId {
        match self {
            Self::Agreement(recorded) => recorded.command,
            Self::Alert(recorded) => recorded.command,
            Self::Figure(logged) => logged.command,
        }
    }

    /// What it says, as a JSON value.
    ///
    /// # Errors
    /// When serde cannot write it, which no event of this program causes.
    pub fn payload(&self) -> Result<serde_json::Value, serde_json::Error> {
        match self {
            Self::Agreement(recorded) => recorded.event.payload(),
            Self::Alert(recorded) => recorded.event.payload(),
            Self::Figure(logged) => logged.event.payload(),
        }
    }

    /// The event of an agreement, if it is one.
    #[must_use]
    pub fn of_agreement(self) -> Option<Recorded> {
        match self {
            Self::Agreement(recorded) => Some(Arc::unwrap_or_clone(recorded)),
            Self::Alert(_) | Self::Figure(_) => None,
        }
    }

    /// The event of an alert, if it is one.
    #[must_use]
    pub fn of_alert(self) -> Option<AlertRecorded> {
        match self {
            Self::Agreement(_) | Self::Figure(_) => None,
            Self::Alert(recorded) => Some(Arc::unwrap_or_clone(recorded)),
        }
    }

    /// The event of a figure, if it is one.
    #[must_use]
    pub fn of_figure(self) -> Option<FigureLogged> {
        match self {
            Self::Agreement(_) | Self::Alert(_) => None,
            Self::Figure(logged) => Some(Arc::unwrap_or_clone(logged)),
        }
    }
}
