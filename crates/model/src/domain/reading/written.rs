//! How is a reading written as JSON?
//!
//! Invariant: these words and keys are frozen: readings are kept so, and programs read them from `inbox explain`.

use serde_json::{Map, Value, json};

use super::{Doubt, Marked, Mention, Proposal, Published, Reading, Unclear};
use crate::domain::milestone::Detail;
use crate::domain::words::{Evidence, Word};

impl Unclear {
    /// The frozen spelling of the word.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::AboutAnother { .. } => "about_another",
            Self::Removal => "removal",
            Self::NoCountry => "no_country",
            Self::Proposed => "proposed",
            Self::Type => "type",
            Self::InPassing => "in_passing",
            Self::Shape => "shape",
        }
    }
}

impl Doubt {
    /// The frozen spelling of the word.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::EffectiveDayAssumed => "effective_day_assumed",
            Self::EffectiveDaysDiffer(_) => "effective_days_differ",
            Self::ClosingDaysDiffer(_) => "closing_days_differ",
            Self::ClosesBeforePublication(_) => "closes_before_publication",
            Self::CountriesDiffer => "countries_differ",
            Self::SigningDaysDiffer => "signing_days_differ",
        }
    }

    /// The days that it is about.
    #[must_use]
    pub fn days(&self) -> Vec<String> {
        match self {
            Self::EffectiveDaysDiffer(days) | Self::ClosingDaysDiffer(days) => {
                days.iter().map(ToString::to_string).collect()
            }
            Self::ClosesBeforePublication(day) => vec![day.to_string()],
            Self::EffectiveDayAssumed | Self::CountriesDiffer | Self::SigningDaysDiffer => Vec::new(),
        }
    }
}

impl Reading {
    /// The frozen word for what kind of reading this is.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Proposals(_) => "proposals",
            Self::Unclear(_) => "unclear",
            Self::Irrelevant(_) => "irrelevant",
        }
    }

    /// Why it is unclear or irrelevant, as a word.
    #[must_use]
    pub const fn reason(&self) -> Option<&'static str> {
        match self {
            Self::Proposals(_) => None,
            Self::Unclear(unclear) => Some(unclear.as_str()),
            Self::Irrelevant(elsewhere) => Some(elsewhere.reason),
        }
    }

    /// The whole reading; keys without a value are left out.
    #[must_use]
    pub fn to_json(&self, document: &Published) -> Value {
        let mut out = Map::new();
        let mut put = |key: &str, value: Option<Value>| {
            if let Some(value) = value {
                out.insert(key.to_owned(), value);
            }
        };
        put("document_number", document.number.clone().map(Value::from));
        put("reading", Some(self.as_str().into()));
        put("reason", self.reason().map(Value::from));
        match self {
            Self::Proposals(_) | Self::Unclear(_) => {}
            Self::Irrelevant(elsewhere) => put("hint", elsewhere.hint.clone().map(Value::from)),
        }
        if let Self::Unclear(Unclear::AboutAnother { of }) = self {
            put("of", of.clone().map(Value::from));
        }
        let proposals: &[Proposal] = if let Self::Proposals(proposals) = self { proposals } else { &[] };
        put("proposals", Some(proposals.iter().map(Proposal::to_json).collect()));
        let mut doubts: Vec<&str> = proposals.iter().flat_map(|proposal| &proposal.doubts).map(Doubt::as_str).collect();
        doubts.sort_unstable();
        doubts.dedup();
        put("doubts", Some(doubts.into()));
        let mentions = self.mentions(document);
        put("mentions", (!mentions.is_empty()).then(|| mentions.iter().map(Mention::to_json).collect()));
        Value::Object(out)
    }
}

impl Proposal {
    /// The agreement that it is about.
    #[must_use]
    pub fn agreement(&self) -> String {
        format!("rdp/{}", self.partner)
    }

    /// The proposal as JSON.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let doubt = |doubt: &Doubt| match doubt.days() {
            days if days.is_empty() => json!({ "doubt": doubt.as_str() }),
            days => json!({ "doubt": doubt.as_str(), "days": days }),
        };
        let mut out = json!({
            "agreement": self.agreement(),
            "kind": self.detail.kind().as_str(),
            "occurred": self.occurred.to_string(),
            "evidence": Evidence::Stated.as_str(),
            "detail": detail(&self.detail),
            "span": self.span.iter().map(Marked::to_json).collect::<Vec<_>>(),
        });
        if let (false, Some(out)) = (self.doubts.is_empty(), out.as_object_mut()) {
            out.insert("doubts".to_owned(), self.doubts.iter().map(doubt).collect());
        }
        out
    }
}

/// What belongs to the kind, without the kind around it.
fn detail(detail: &Detail) -> Value {
    let stored = serde_json::to_value(detail).unwrap_or_default();
    stored.get(detail.kind().as_str()).cloned().unwrap_or_else(|| json!({}))
}

impl Marked {
    /// The mark as JSON.
    #[must_use]
    pub fn to_json(&self) -> Value {
        json!({ "field": self.field.as_str(), "from": self.from, "to": self.to, "words": self.words })
    }
}

impl Mention {
    /// The mention as JSON.
    #[must_use]
    pub fn to_json(&self) -> Value {
        json!({ "agreement": format!("rdp/{}", self.partner), "kind": "signed", "on": self.on.to_string(), "words": self.mark.words })
    }
}
