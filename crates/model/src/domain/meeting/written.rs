//! How is a meeting written as JSON?
//!
//! Invariant: the words are frozen: programs read them from `inbox list`.

use serde_json::{Value, json};

use super::Meeting;

impl Meeting {
    /// The frozen spelling of the word.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Known(_) => "known",
            Self::Refines { .. } => "refines",
            Self::AddsSource(_) => "adds_source",
            Self::Contradicts { .. } => "contradicts",
            Self::Corrects(_) => "corrects",
            Self::Waits { .. } => "waits",
            Self::New { opens: false } => "new",
            Self::New { opens: true } => "opens",
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
