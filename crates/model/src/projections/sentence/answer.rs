//! Is it a partner, and what does that mean for an offer?
//!
//! Invariant: the answer follows from the listing where the instrument has one, and from the agreement where it has none.

use super::{Said, dates, large};
use crate::domain::words::{Listing, MilestoneKind, Possible, Standing};
use crate::projections::status::{Facet, Rule};

impl Said<'_> {
    /// The first sentence: whether it is a partner, and why.
    pub(super) fn answer(&self) -> String {
        let name = self.country.in_a_sentence();
        if !self.instrument.has_listing() {
            return self.answer_by_agreement(&name);
        }
        let (is, listings) = (self.of("is", "was"), self.status.listings);
        match listings.certain() {
            Some(listing) => {
                let said = self.instrument.names.listings.get(&listing);
                let answer = said.map_or_else(|| self.plain(listing), |said| said.answer.text(self.tense).to_owned());
                let (day, place) = (self.on_that_day(), self.place(listing));
                let not = if listing == Listing::Unlisted { "not " } else { "" };
                format!("{} {is} {answer}: it {is} {not}on the list{day}{place}.", large(&name))
            }
            None if listings.has(Listing::Unlisted) => {
                let (day, why) = (self.on_that_day(), self.why_not_certain());
                format!("Whether {name} {is} a {}{day} is not certain: {why}.", self.partner())
            }
            None => {
                let day = self.on_that_day();
                let either = "whether for every purchase or purchase by purchase is not certain";
                format!("{} {is} a {}: it {is} on the list{day}, {either}.", large(&name), self.partner())
            }
        }
    }

    fn answer_by_agreement(&self, name: &str) -> String {
        let (is, partner) = (self.of("is", "was"), &self.instrument.short_name);
        match self.status.standings.certain() {
            Some(Standing::InForce) => format!("{} {is} a {partner}{}.", large(name), self.on_that_day()),
            Some(_) => format!("{} {is} not a {partner}{}.", large(name), self.on_that_day()),
            None => {
                let it = format!("its {}", self.noun());
                let (day, why) = (self.on_that_day(), self.why_it_may_stand(&it));
                format!("Whether {name} {is} a {partner}{day} is not certain: {why}.")
            }
        }
    }

    fn partner(&self) -> &str {
        self.instrument.names.partner.as_deref().unwrap_or(&self.instrument.short_name)
    }

    /// What a partner so listed is, where the instrument has no words of its own for it.
    fn plain(&self, listing: Listing) -> String {
        let partner = self.partner();
        match listing {
            Listing::Unlisted => format!("not a {partner}"),
            Listing::CaseByCase => format!("a {partner} purchase by purchase"),
            Listing::Blanket => format!("a {partner}"),
        }
    }

    /// How it came to its place on the list, or when it will.
    fn place(&self, listing: Listing) -> String {
        let background = &self.status.background;
        if listing == Listing::Unlisted {
            let later = background.listed_later.filter(|_| background.listed.is_none());
            return later.map(|when| format!("; it was added {}", dates::when(when))).unwrap_or_default();
        }
        match (background.listed, background.list_seen) {
            (Some((MilestoneKind::ListingChanged, when)), _) => {
                format!("; it was moved to this place {}", dates::when(when))
            }
            (Some((_, when)), _) => format!("; it was added {}", dates::when(when)),
            (None, Some((first, _))) => format!("; it was first seen there {}", dates::when(first)),
            (None, None) => String::new(),
        }
    }

    /// Why it is not certain whether it is listed.
    fn why_not_certain(&self) -> String {
        let reasons = self.status.because.iter().filter(|reason| reason.facet == Facet::Listing && !reason.certain);
        let mut whys: Vec<String> = Vec::new();
        for reason in reasons.filter(|reason| reason.rule != Some(Rule::InitialValue)) {
            let (Some(kind), Some(occurred)) = (reason.kind, reason.occurred) else { continue };
            let when = dates::when(reason.unrecorded.unwrap_or(occurred));
            let why = match kind {
                MilestoneKind::Delisted => format!("it was taken off the list {when}"),
                MilestoneKind::ListingChanged => format!("it was moved in the list {when}"),
                MilestoneKind::Listed => format!("it was added to the list {when}"),
                _ => format!("it came onto the list {when}"),
            };
            if !whys.contains(&why) {
                whys.push(why);
            }
        }
        if whys.is_empty() { "what is on record allows both".to_owned() } else { whys.join(", and ") }
    }

    /// Which factor an offer carries, on what condition, by which paragraph; nothing where the instrument has no listing.
    pub(super) fn factor(&self) -> Option<String> {
        let listings = self.status.listings;
        let carry = self.of("carry", "carried");
        if listings.is_empty() {
            return None;
        }
        if let Some(known_from) = self.status.factor_known_from(self.instrument) {
            return Some(format!(
                "Which evaluation factor offers of its products {carry} then is not known: no source tells it of a day before {}.",
                dates::day(known_from)
            ));
        }
        if let Some(listing) = listings.certain() {
            let effect = self.instrument.factor_effect(listing, self.status.day)?;
            let percent = effect.percent.unwrap_or_default();
            let plain = || match percent {
                0 => format!("Offers of its products {carry} no evaluation factor ({}).", effect.citation),
                percent => {
                    format!(
                        "Offers of its products {carry} the {percent} percent evaluation factor ({}).",
                        effect.citation
                    )
                }
            };
            let said = self.instrument.names.listings.get(&listing);
            return Some(said.map_or_else(plain, |said| said.factor.text(self.tense).to_owned()));
        }
        match self.status.evaluation_factor_percent(self.instrument) {
            Some(0) => Some(format!("Either way offers of its products {carry} no evaluation factor.")),
            Some(percent) => Some(format!(
                "Either way offers of its products {carry} the {percent} percent evaluation factor, unless an exception {}.",
                self.of("applies", "applied")
            )),
            None => Some(format!(
                "So it is not certain whether offers of its products {carry} an evaluation factor: {}.",
                self.percents(listings)
            )),
        }
    }

    /// The factors that the possible listings give.
    fn percents(&self, listings: Possible<Listing>) -> String {
        let mut all: Vec<u8> =
            listings.iter().filter_map(|listing| self.instrument.evaluation_factor(listing, self.status.day)).collect();
        all.sort_unstable();
        all.dedup();
        let text = |percent: &u8| if *percent == 0 { "none".to_owned() } else { format!("{percent} percent") };
        all.iter().map(text).collect::<Vec<_>>().join(" or ")
    }
}
