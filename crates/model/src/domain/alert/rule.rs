//! Which condition raises an alert?
//!
//! Invariant: a rule's name is its identity: alerts carry it for ever, so another condition needs another name.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::super::ids::{IdError, InstrumentCode};
use super::super::words::Deadline;

/// A rule's name: 1 to 40 lower case letters, digits or dashes, starting with a letter.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct RuleName(std::sync::Arc<str>);

impl RuleName {
    /// The name with this spelling.
    ///
    /// # Errors
    /// [`IdError::Rule`] when it is not well formed.
    pub fn parse(text: &str) -> Result<Self, IdError> {
        let fits = (1..=40).contains(&text.len())
            && text.starts_with(|first: char| first.is_ascii_lowercase())
            && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
        if fits { Ok(Self(text.into())) } else { Err(IdError::Rule(text.chars().take(60).collect())) }
    }

    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RuleName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl TryFrom<String> for RuleName {
    type Error = IdError;

    fn try_from(text: String) -> Result<Self, IdError> {
        Self::parse(&text)
    }
}

impl From<RuleName> for String {
    fn from(name: RuleName) -> Self {
        name.as_str().to_owned()
    }
}

/// A rule: what it watches for, in which instruments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlertRule {
    /// The rule's name, which is its identity.
    pub name: RuleName,
    /// The instruments that it watches; all when empty.
    pub instruments: Vec<InstrumentCode>,
    /// The condition that the alert rule watches for.
    pub check: Check,
}

impl AlertRule {
    /// Whether it watches an instrument.
    #[must_use]
    pub fn watches(&self, instrument: &InstrumentCode) -> bool {
        self.instruments.is_empty() || self.instruments.contains(instrument)
    }
}

/// The condition that an alert rule watches for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Check {
    /// An open round that waits in its stage longer than its limit.
    Stalled {
        /// The limit in days, in place of the one that comparable rounds or the instrument's fallback give.
        days: Option<u32>,
    },
    /// A day that is coming.
    Deadline {
        /// What ends on the day of the deadline.
        deadline: Deadline,
        /// The number of days before the deadline from which the condition holds.
        days: u32,
    },
    /// A milestone whose sources contradict each other.
    Contradiction,
    /// An endpoint that failed until it was disabled. What is sent to whom is in no log, so no back-test tries this.
    WebhookDisabled,
}
