//! Is it a partner, and since when?
//!
//! Invariant: the answer follows from the listing where the instrument has one, and from the agreement where it has none; what is
//! not on record is never said to be otherwise.

use super::{Said, dates};
use crate::domain::time::UncertainDate;
use crate::domain::words::{Evidence, Listing, MilestoneKind, Possible, Standing};
use crate::projections::status::{Brought, Facet, Reason};

impl Said<'_> {
    /// The first sentence, with a small first letter: whether it is a partner, and why.
    pub(super) fn answer(&self) -> String {
        let name = self.country.in_a_sentence();
        if !self.instrument.has_listing() {
            return self.answer_by_agreement(&name);
        }
        let (is, listings) = (self.of("is", "was"), self.status.listings);
        if self.before_oldest_list() || self.before_lists() && listings.has(Listing::Unlisted) {
            return self.no_list(&name);
        }
        match listings.certain() {
            Some(listing) => {
                let said = self.instrument.names.listings.get(&listing);
                let answer = said.map_or_else(|| self.plain(listing), |said| said.answer.text(self.tense).to_owned());
                let (day, place) = (self.on_that_day(), self.place(listing));
                let not = if listing == Listing::Unlisted { "not " } else { "" };
                format!("{name} {is} {answer}: it {is} {not}on the list{day}{place}.")
            }
            None if listings.has(Listing::Unlisted) => {
                let (day, why) = (self.on_that_day(), self.why_not_certain());
                format!("whether {name} {is} a {}{day} is not certain: {why}.", self.partner())
            }
            None => {
                let day = self.on_that_day();
                let either = "whether for every purchase or purchase by purchase is not certain";
                format!("{name} {is} a {}: it {is} on the list{day}, {either}.", self.partner())
            }
        }
    }

    fn answer_by_agreement(&self, name: &str) -> String {
        let (is, partner) = (self.of("is", "was"), &self.instrument.short_name);
        let day = self.on_that_day();
        match self.status.standings.certain() {
            Some(Standing::InForce) => format!("{name} {is} a {partner}{day}."),
            Some(Standing::NotConcluded) if self.rests_on_silence() => {
                format!("nothing on record shows {name} as a {partner}{day}.")
            }
            Some(_) => format!("{name} {is} not a {partner}{day}."),
            None => {
                let why = self.why_it_may_stand(&format!("its {}", self.noun()));
                format!("whether {name} {is} a {partner}{day} is not certain: {why}.")
            }
        }
    }

    /// Whether nothing was concluded only because nothing is on record that says otherwise.
    pub(super) fn rests_on_silence(&self) -> bool {
        let seen = self.status.background.standing_seen;
        !seen.is_some_and(|(_, values)| values == Possible::only(Standing::NotConcluded))
    }

    /// That no list of the day is on record, with what is known of the partner's place on one.
    fn no_list(&self, name: &str) -> String {
        let day = self.on_that_day();
        if self.status.listings.certain().is_some() {
            let partner = self.partner();
            let later = self.status.background.listed_later.map(dates::when);
            let later = later.map(|when| format!("; it was added {when}")).unwrap_or_default();
            let then = if day.is_empty() { "that time" } else { "that day" };
            return format!(
                "nothing on record shows {name} as a {partner}{day}: no list of {then} is on record{later}."
            );
        }
        let list = self.instrument.names.list.as_deref().unwrap_or("list");
        let day = self.status.on().map_or_else(|| "that time".to_owned(), dates::day);
        format!("no {list} of {day} is on record; {}.", self.why_not_certain().replacen("it ", &format!("{name} "), 1))
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

    /// How it came to its place on the list or off it, or when it will.
    fn place(&self, listing: Listing) -> String {
        let background = &self.status.background;
        if listing == Listing::Unlisted {
            if let Some(off) = background.delisted {
                return format!("; it was taken off {}", self.when(off));
            }
            let later = background.listed_later.filter(|_| background.listed.is_none());
            return later.map(|when| format!("; it was added {}", dates::when(when))).unwrap_or_default();
        }
        match (background.listed, background.list_seen) {
            (Some((MilestoneKind::ListingChanged, when)), _) => {
                format!("; it was moved to this place {}", self.when(when))
            }
            (Some((_, when)), _) => format!("; it was added {}", self.when(when)),
            (None, Some(seen)) if seen.first_evidence == Evidence::Inferred => {
                format!("; it is first shown there, by inference, {}", as_of(seen.first))
            }
            (None, Some(seen)) => format!("; it was first seen there {}", self.when(seen.first)),
            (None, None) => String::new(),
        }
    }

    /// Why it is not certain whether it is listed.
    fn why_not_certain(&self) -> String {
        let of_listing = |reason: &&Reason| reason.facet == Facet::Listing && !reason.certain;
        let mut whys: Vec<String> = Vec::new();
        for reason in self.status.because.iter().filter(of_listing) {
            let why = match (reason.brought, reason.unrecorded, reason.kind, reason.occurred) {
                (Some(Brought::Listing(to)), Some(when), ..) => self.changed(to, when),
                (None, None, Some(MilestoneKind::Delisted), Some(when)) => {
                    format!("it was taken off the list {}", self.when(when))
                }
                (None, None, Some(MilestoneKind::ListingChanged), Some(when)) => {
                    format!("it was moved in the list {}", self.when(when))
                }
                (None, None, Some(MilestoneKind::Listed), Some(when)) => {
                    format!("it was added to the list {}", self.when(when))
                }
                _ => continue,
            };
            if !whys.contains(&why) {
                whys.push(why);
            }
        }
        if whys.is_empty() { "what is on record allows both".to_owned() } else { whys.join(", and ") }
    }

    /// A change of the listing that nobody told.
    fn changed(&self, to: Listing, when: UncertainDate) -> String {
        let unlisted = self.status.listings.has(Listing::Unlisted);
        let since_off = self.status.background.off_list.zip(when.earliest());
        match to {
            Listing::Unlisted => format!("it came off the list {}", dates::when(when)),
            _ if !unlisted => format!("it was moved in the list {}", dates::when(when)),
            _ if since_off.is_some_and(|(off, earliest)| off.latest() <= earliest) => {
                format!("it came onto the list {}", dates::when(when))
            }
            // Only a rule says that it was not there before.
            _ => format!("it was on the list by {}, and since when is not on record", dates::day(when.latest())),
        }
    }
}

/// A day that is only inferred, after "shown": "for 19 January 2010".
fn as_of(date: UncertainDate) -> String {
    let when = dates::when(date);
    when.strip_prefix("on ").map_or_else(|| when.clone(), |day| format!("for {day}"))
}
