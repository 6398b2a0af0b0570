//! What can an alert be about?
//!
//! Invariant: a subject's text is its identity in fingerprints and in the log, and is frozen.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::domain::ids::{AgreementId, IdError};

/// What the text of a webhook begins with; no instrument can have this code.
pub const WEBHOOKS: &str = "webhook";

/// What an alert is about: an agreement such as `rdp/KR`, or a webhook by `webhook/` and its id.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Subject {
    /// An agreement, by its id.
    Agreement(AgreementId),
    /// A webhook. The log is public, so it has no more of a webhook than its id.
    Webhook(Uuid),
}

impl Subject {
    /// The agreement, if it is one.
    #[must_use]
    pub const fn agreement(&self) -> Option<&AgreementId> {
        match self {
            Self::Agreement(id) => Some(id),
            Self::Webhook(_) => None,
        }
    }

    /// The endpoint, if it is one.
    #[must_use]
    pub const fn webhook(&self) -> Option<Uuid> {
        match self {
            Self::Agreement(_) => None,
            Self::Webhook(id) => Some(*id),
        }
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Agreement(id) => id.fmt(f),
            Self::Webhook(id) => f.pad(&format!("{WEBHOOKS}/{id}")),
        }
    }
}

impl FromStr for Subject {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        match text.split_once('/') {
            Some((WEBHOOKS, id)) => {
                let id = Uuid::parse_str(id).ok().filter(|read| read.to_string() == id);
                id.map(Self::Webhook).ok_or_else(|| IdError::Webhook(text.chars().take(60).collect()))
            }
            _ => text.parse().map(Self::Agreement),
        }
    }
}

impl TryFrom<String> for Subject {
    type Error = IdError;

    fn try_from(text: String) -> Result<Self, IdError> {
        text.parse()
    }
}

impl From<Subject> for String {
    fn from(subject: Subject) -> Self {
        subject.to_string()
    }
}

impl From<AgreementId> for Subject {
    fn from(id: AgreementId) -> Self {
        Self::Agreement(id)
    }
}
