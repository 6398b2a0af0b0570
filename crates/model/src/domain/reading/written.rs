//! How is a reading written as JSON?
//!
//! Invariant: these words and keys are frozen: readings are kept so, and programs read them from `inbox explain`.

use serde_json::{Map, Value, json};

use super::{Doubt, Marked, Mention, Proposal, Published, Reading, Unclear};
use crate::domain::milestone::Detail;
use crate::domain::words::{Evidence, Word, words};

words! {
    /// What the program concludes from reading a document.
    ReadingKind as "reading" called "DocumentReading" {
        /// The document proposes at least one milestone.
        Proposals = "proposals",
        /// The document may belong in the record; a person has to look.
        Unclear = "unclear",
        /// The document does not belong in the record.
        Irrelevant = "irrelevant",
    }
}

words! {
    /// Why a person has to look at a document that proposes nothing.
    UnclearReason as "reason to look" {
        /// The document corrects, extends or withdraws another document.
        AboutAnother = "about_another",
        /// The document may take a country off the list, or end an agreement.
        Removal = "removal",
        /// The program could read no country in the document.
        NoCountry = "no_country",
        /// The document only proposes a rule, and a proposed rule lists no country.
        Proposed = "proposed",
        /// The document mentions an agreement, but documents of its type report no kind of milestone that the program
        /// reads.
        Type = "type",
        /// The document only mentions an agreement in passing.
        InPassing = "in_passing",
        /// The document does not have the shape that its source describes.
        Shape = "shape",
    }
}

words! {
    /// What may be wrong with a proposal.
    DoubtKind as "doubt" called "ProposalDoubt" {
        /// The document does not say from when the rule takes effect, so the program took the day of publication.
        EffectiveDayAssumed = "effective_day_assumed",
        /// The document gives two days from which the rule takes effect, and the program took the one in the source's
        /// own field.
        EffectiveDaysDiffer = "effective_days_differ",
        /// The document gives two closing days, and the program prefers the one in the source's own field.
        ClosingDaysDiffer = "closing_days_differ",
        /// The closing day lies before the publication, so the program left it out.
        ClosesBeforePublication = "closes_before_publication",
        /// Title and abstract list different countries, and the program took all of them.
        CountriesDiffer = "countries_differ",
        /// The text gives several days for the signature, so the program took none.
        SigningDaysDiffer = "signing_days_differ",
    }
}

impl Unclear {
    /// The reason without the document that it names.
    #[must_use]
    pub const fn kind(&self) -> UnclearReason {
        match self {
            Self::AboutAnother { .. } => UnclearReason::AboutAnother,
            Self::Removal => UnclearReason::Removal,
            Self::NoCountry => UnclearReason::NoCountry,
            Self::Proposed => UnclearReason::Proposed,
            Self::Type => UnclearReason::Type,
            Self::InPassing => UnclearReason::InPassing,
            Self::Shape => UnclearReason::Shape,
        }
    }

    /// The frozen spelling of the word.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        self.kind().as_str()
    }
}

impl Doubt {
    /// The doubt without the days that it is about.
    #[must_use]
    pub const fn kind(&self) -> DoubtKind {
        match self {
            Self::EffectiveDayAssumed => DoubtKind::EffectiveDayAssumed,
            Self::EffectiveDaysDiffer(_) => DoubtKind::EffectiveDaysDiffer,
            Self::ClosingDaysDiffer(_) => DoubtKind::ClosingDaysDiffer,
            Self::ClosesBeforePublication(_) => DoubtKind::ClosesBeforePublication,
            Self::CountriesDiffer => DoubtKind::CountriesDiffer,
            Self::SigningDaysDiffer => DoubtKind::SigningDaysDiffer,
        }
    }

    /// The frozen spelling of the word.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        self.kind().as_str()
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
    /// What kind of reading this is.
    #[must_use]
    pub const fn kind(&self) -> ReadingKind {
        match self {
            Self::Proposals(_) => ReadingKind::Proposals,
            Self::Unclear(_) => ReadingKind::Unclear,
            Self::Irrelevant(_) => ReadingKind::Irrelevant,
        }
    }

    /// The frozen word for what kind of reading this is.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        self.kind().as_str()
    }

    /// Why it is unclear or irrelevant, as a word.
    #[must_use]
    pub fn reason(&self) -> Option<&'static str> {
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
