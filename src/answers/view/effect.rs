//! What does an instrument do to offers, and who says so?
//!
//! Invariant: each effect is given with its days; none is given for a day that no source tells.

use async_graphql::SimpleObject;
use schemars::JsonSchema;
use serde::Serialize;

use super::{Date, Term, Url};
use crate::domain::decide::shown_link;
use crate::domain::effect;
use crate::domain::words::{Listing, Reliability};

/// What an instrument does to offers, with the days on which sources say that it applies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema, SimpleObject)]
#[serde(rename_all = "camelCase")]
pub struct Effect {
    /// What it is about.
    pub kind: Term<effect::EffectKind>,
    /// The listings that have it; empty when it does not depend on the listing.
    pub listings: Vec<Term<Listing>>,
    /// The first day of which a source tells it; null when it has no beginning.
    pub first_day: Option<Date>,
    /// The last day; null while it goes on.
    pub last_day: Option<Date>,
    /// The figure in percent, of an evaluation factor and of a domestic content.
    pub percent: Option<u8>,
    /// The effect in a sentence.
    pub text: String,
    /// When it does not apply, or what else must hold; null when nothing else matters.
    pub condition: Option<String>,
    /// The paragraph that says so.
    pub citation: String,
    /// Who tells its first and its last day.
    pub sources: Vec<EffectSource>,
}

/// A source of an effect.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema, SimpleObject)]
#[serde(rename_all = "camelCase")]
pub struct EffectSource {
    /// The source's title.
    pub title: String,
    /// Where it can be read.
    pub url: Url,
    /// The day on which it was published; null when that is not known.
    pub published_on: Option<Date>,
    /// How close the source is to what it tells.
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
