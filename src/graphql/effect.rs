//! What does an instrument do to offers, and who says so, in the schema's terms?
//!
//! Invariant: each effect is given with its days; none is given for a day that no source tells.

use async_graphql::{Enum, SimpleObject};

use super::scalars::Date;
use super::words::{Listing, Reliability};
use crate::domain::effect;

/// What kind of thing an effect is about.
#[derive(Enum, Debug, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "effect::EffectKind")]
pub enum EffectKind {
    /// The percentage that is added to an offer's price when offers are compared (DFARS 225.502).
    EvaluationFactor,
    /// Whether duty is paid (DFARS 225.901).
    Duty,
    /// The share of a product's components that must be domestic or of a qualifying country (DFARS 225.101).
    DomesticContent,
    /// Which programmes a partner's industry may take part in.
    Eligibility,
    /// What may change an answer about that day, and is not established.
    Caution,
}

/// What an instrument does to offers, with the days on which sources say that it applies.
#[derive(SimpleObject)]
pub struct Effect {
    /// What it is about.
    kind: EffectKind,
    /// The listings that have it; empty when it does not depend on the listing.
    listings: Vec<Listing>,
    /// The first day of which a source tells it; null when it has no beginning.
    first_day: Option<Date>,
    /// The last day; null while it goes on.
    last_day: Option<Date>,
    /// The figure in percent, of an evaluation factor and of a domestic content.
    percent: Option<u8>,
    /// The effect in a sentence.
    text: String,
    /// When it does not apply, or what else must hold; null when nothing else matters.
    condition: Option<String>,
    /// The paragraph that says so.
    citation: String,
    /// Who tells its first and its last day.
    sources: Vec<EffectSource>,
}

/// A source of an effect.
#[derive(SimpleObject)]
pub struct EffectSource {
    /// The source's title.
    title: String,
    /// Where it can be read.
    url: String,
    /// The day on which it was published; null when that is not known.
    published_on: Option<Date>,
    /// How close the source is to what it tells.
    reliability: Reliability,
}

impl From<&effect::Effect> for Effect {
    fn from(effect: &effect::Effect) -> Self {
        let source = |source: &effect::EffectSource| EffectSource {
            title: source.title.clone(),
            url: source.url.clone(),
            published_on: source.published_on.map(Date),
            reliability: source.reliability.into(),
        };
        Self {
            kind: effect.kind.into(),
            listings: effect.listings.iter().map(|listing| (*listing).into()).collect(),
            first_day: effect.from.map(Date),
            last_day: effect.until.map(Date),
            percent: effect.percent,
            text: effect.text.clone(),
            condition: effect.condition.clone(),
            citation: effect.citation.clone(),
            sources: effect.sources.iter().map(source).collect(),
        }
    }
}
