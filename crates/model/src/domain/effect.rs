//! What does an instrument do to an offer, on which days, and who says so?
//!
//! Invariant: an [`Effect`] is answered only for days from its first to its last; before the first day that a source tells,
//! nothing is said, however likely it was the same.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::words::{Listing, Reliability, words};

words! {
    /// The kinds of effect that an instrument has on offers.
    EffectKind as "kind of effect" {
        /// The percentage that is added to an offer's price when offers are compared (DFARS 225.502).
        EvaluationFactor = "evaluation_factor",
        /// Whether duty must be paid on the product (DFARS 225.901).
        Duty = "duty",
        /// The share of a product's components, in percent, that must be domestic or of a qualifying country (DFARS 225.101).
        DomesticContent = "domestic_content",
        /// The programmes in which a partner's industry may take part.
        Eligibility = "eligibility",
        /// A warning: on these days something may change how the instrument's other effects apply, but no source establishes
        /// whether it does.
        Caution = "caution",
    }
}

/// One effect, with the days on which it is known to apply.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Effect {
    /// The kind of thing that this effect changes.
    pub kind: EffectKind,
    /// The listings that have it; empty when it does not depend on the listing.
    #[serde(default)]
    pub listings: Vec<Listing>,
    /// The first day for which a source states it; `None` when it has no beginning, as in an instrument without sources.
    #[serde(default)]
    pub from: Option<NaiveDate>,
    /// The last day; `None` while it goes on.
    #[serde(default)]
    pub until: Option<NaiveDate>,
    /// The figure, where the kind has one.
    #[serde(default)]
    pub percent: Option<u8>,
    /// The effect in plain English, a whole sentence.
    pub text: String,
    /// When it does not apply, or what else must hold.
    #[serde(default)]
    pub condition: Option<String>,
    /// The paragraph that says so.
    pub citation: String,
    /// The sources that give the first and the last day.
    #[serde(default)]
    pub sources: Vec<EffectSource>,
}

/// A source of an effect.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EffectSource {
    /// The title of the document that states the effect.
    pub title: String,
    /// The URL at which it can be read.
    pub url: String,
    /// The day on which it was published, where that is known.
    #[serde(default)]
    pub published_on: Option<NaiveDate>,
    /// Whether it is an official record, or a report about one.
    pub reliability: Reliability,
}

impl Effect {
    /// Whether it applies on a day.
    #[must_use]
    pub fn applies_on(&self, day: NaiveDate) -> bool {
        self.from.is_none_or(|from| from <= day) && self.until.is_none_or(|until| day <= until)
    }

    /// Whether partners with this listing have it.
    #[must_use]
    pub fn concerns(&self, listing: Listing) -> bool {
        self.listings.is_empty() || self.listings.contains(&listing)
    }

    /// What is wrong with it by itself, and what to do; `None` when it is right.
    #[must_use]
    pub fn problem(&self) -> Option<String> {
        let figure = matches!(self.kind, EffectKind::EvaluationFactor | EffectKind::DomesticContent);
        if figure != self.percent.is_some() {
            let what = if figure { "needs a `percent`" } else { "has no `percent`" };
            return Some(format!("an effect of this kind {what}"));
        }
        if self.kind == EffectKind::EvaluationFactor && self.listings.is_empty() {
            return Some("an evaluation factor names the `listings` that have it".to_owned());
        }
        if self.from.zip(self.until).is_some_and(|(from, until)| from > until) {
            return Some("`until` lies before `from`".to_owned());
        }
        self.text.trim().is_empty().then(|| "the text is empty".to_owned())
    }

    /// Whether two effects give one listing two figures on one day.
    #[must_use]
    pub fn clashes_with(&self, other: &Self) -> bool {
        let ends_before = |one: &Self, next: &Self| one.until.zip(next.from).is_some_and(|(until, from)| until < from);
        let share = self.listings.iter().any(|listing| other.concerns(*listing));
        let one_kind = self.kind == other.kind && self.kind == EffectKind::EvaluationFactor;
        one_kind && share && !ends_before(self, other) && !ends_before(other, self)
    }
}
