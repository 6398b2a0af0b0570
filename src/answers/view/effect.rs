//! What does an instrument do to offers, and who says so?
//!
//! Invariant: each effect is given with its days; none is given for a day for which no source states it.

use async_graphql::SimpleObject;
use schemars::JsonSchema;
use serde::Serialize;

use super::{Date, Term, Url};
use crate::domain::decide::shown_link;
use crate::domain::effect;
use crate::domain::words::{Listing, Reliability};

/// An effect of an instrument on offers, with the days for which sources say that it applies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema, SimpleObject)]
#[serde(rename_all = "camelCase")]
pub struct Effect {
    /// What the effect concerns, such as duty or the comparison of prices.
    pub kind: Term<effect::EffectKind>,
    /// The listings under which the effect applies; empty when the effect does not depend on the listing.
    pub listings: Vec<Term<Listing>>,
    /// The first day for which a source states the effect; null when no first day is known.
    pub first_day: Option<Date>,
    /// The last day of the effect, inclusive; null while the effect continues.
    pub last_day: Option<Date>,
    /// The percentage, for `EVALUATION_FACTOR` and `DOMESTIC_CONTENT`; null for the other kinds.
    pub percent: Option<u8>,
    /// The effect in one sentence.
    pub text: String,
    /// The condition under which the effect does not apply, or that must be fulfilled as well; null when there is none.
    pub condition: Option<String>,
    /// The paragraph of law that states the effect.
    pub citation: String,
    /// The sources that give the first and the last day of the effect.
    pub sources: Vec<EffectSource>,
}

/// A source that states an effect.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema, SimpleObject)]
#[serde(rename_all = "camelCase")]
pub struct EffectSource {
    /// The source's title.
    pub title: String,
    /// The URL at which the source can be read.
    pub url: Url,
    /// The day on which the source was published; null when that is not known.
    pub published_on: Option<Date>,
    /// Whether the source is an official record, or a report about one.
    pub reliability: Term<Reliability>,
}

impl From<&effect::Effect> for Effect {
    fn from(effect: &effect::Effect) -> Self {
        Self {
            kind: Term(effect.kind),
            listings: effect.listings.iter().copied().map(Term).collect(),
            first_day: effect.from.map(Date),
            last_day: effect.until.map(Date),
            percent: effect.percent,
            text: effect.text.clone(),
            condition: effect.condition.clone(),
            citation: effect.citation.clone(),
            sources: effect.sources.iter().map(Into::into).collect(),
        }
    }
}

impl From<&effect::EffectSource> for EffectSource {
    fn from(source: &effect::EffectSource) -> Self {
        Self {
            title: source.title.clone(),
            url: Url(shown_link(&source.url).to_owned()),
            published_on: source.published_on.map(Date),
            reliability: Term(source.reliability),
        }
    }
}
