//! Which evaluation factor does an offer carry, on what condition, by which paragraph?
//!
//! Invariant: a rule is cited as it was called on the day asked about, and a day of which no rule is on record gets none.

use super::{Said, dates};
use crate::domain::effect::EffectKind;
use crate::domain::words::{Listing, Possible};

impl Said<'_> {
    /// Which factor an offer carries; nothing where the instrument has no listing.
    pub(super) fn factor(&self) -> Option<String> {
        let listings = self.status.listings;
        let carry = self.of("carry", "carried");
        if listings.is_empty() {
            return None;
        }
        if let Some(known_from) = self.status.factor_known_from(self.instrument) {
            let untold = listings.iter().find(|of| self.instrument.factor_known_from(*of) == Some(known_from))?;
            let whose = match untold {
                Listing::Unlisted => "the offers of a country that was not on the list",
                Listing::CaseByCase | Listing::Blanket => "a listed country's offers",
            };
            return Some(format!(
                "Which evaluation factor offers of its products {carry} is not known: no rule of a day before {} about {whose} is on record.",
                dates::day(known_from)
            ));
        }
        if let Some(listing) = listings.certain() {
            return self.factor_of(listing);
        }
        let first = listings.iter().next()?;
        if self.status.evaluation_factor_percent(self.instrument).is_some() {
            let said = self.factor_of(first)?;
            return Some(format!("Either way, {}", small(&said)));
        }
        Some(format!(
            "So it is not certain whether offers of its products {carry} an evaluation factor: {}.",
            self.percents(listings)
        ))
    }

    /// The factor by one listing, as the instrument words it for the day.
    fn factor_of(&self, listing: Listing) -> Option<String> {
        let effect = self.instrument.factor_effect(listing, self.status.day)?;
        if let Some(said) = self.instrument.names.listings.get(&listing) {
            let early = said.factor_early.as_ref().filter(|_| self.before_lists());
            return Some(early.unwrap_or(&said.factor).text(self.tense).to_owned());
        }
        let carry = self.of("carry", "carried");
        Some(match effect.percent.unwrap_or_default() {
            0 => format!("Offers of its products {carry} no evaluation factor ({}).", effect.citation),
            percent => {
                format!("Offers of its products {carry} the {percent} percent evaluation factor ({}).", effect.citation)
            }
        })
    }

    /// The factors that the possible listings give, each with the paragraph that says so.
    fn percents(&self, listings: Possible<Listing>) -> String {
        let effects = listings.iter().filter_map(|listing| self.instrument.factor_effect(listing, self.status.day));
        let mut all: Vec<(u8, &str)> =
            effects.map(|effect| (effect.percent.unwrap_or_default(), effect.citation.as_str())).collect();
        all.sort_unstable();
        all.dedup();
        // What a paragraph was called earlier matters on early days alone.
        let short = |citation: &str| citation.split(", earlier ").next().unwrap_or_default().to_owned();
        let text = |(percent, citation): &(u8, &str)| match (percent, short(citation)) {
            (0, citation) => format!("none ({citation})"),
            (percent, citation) => format!("{percent} percent ({citation})"),
        };
        all.iter().map(text).collect::<Vec<_>>().join(" or ")
    }

    /// Whether the day lies before the first of which a source tells what each listing does: no list of such a day is on record.
    pub(super) fn before_lists(&self) -> bool {
        let all = [Listing::Unlisted, Listing::CaseByCase, Listing::Blanket];
        let known = all.into_iter().filter_map(|listing| self.instrument.factor_known_from(listing)).max();
        known.is_some_and(|known| self.status.day < known)
    }

    /// Whether the partner counts as unlisted on a day of which no copy of the list is on record.
    ///
    /// A partner that a milestone took off the list was certainly not on it, so the sentence says that instead.
    pub(super) fn before_oldest_list(&self) -> bool {
        let unlisted = self.status.listings.certain() == Some(Listing::Unlisted);
        let silent = unlisted && self.status.background.delisted.is_none();
        silent && self.instrument.names.oldest_list.is_some_and(|oldest| self.status.day < oldest)
    }

    /// What is not established about the rules of the day.
    pub(super) fn cautions(&self) -> impl Iterator<Item = String> {
        let effects = self.status.effects(self.instrument);
        effects.filter(|effect| effect.kind == EffectKind::Caution).map(|effect| effect.text.clone())
    }
}

/// A sentence with its first letter small.
fn small(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_lowercase().chain(letters).collect()).unwrap_or_default()
}
