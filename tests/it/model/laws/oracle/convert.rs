//! How do the program's facts and instruments become the oracle's input?
//!
//! Invariant: this file alone knows the core's types; nothing is decided here.

use depositary::domain::instrument::Instrument;
use depositary::projections::history::{Fact, Known, Matter};

use super::{InstrumentRules, Sight, Told};

/// The milestones of what is known of an agreement.
pub fn told_of(known: &Known) -> Vec<Told> {
    known.facts.iter().map(told).collect()
}

fn told(fact: &Fact) -> Told {
    let mut told = Told {
        kind: fact.kind,
        occurred: fact.occurred,
        effective: fact.effective,
        closes: None,
        until: None,
        seen: None,
        listing: None,
        purpose: None,
        position: fact.position.0,
        evidence: fact.evidence,
    };
    match fact.matter {
        Matter::Nothing => {}
        Matter::Notice { purpose, closes } => {
            told.purpose = Some(purpose);
            told.closes = closes;
        }
        Matter::Listing(listing) => told.listing = Some(listing),
        Matter::Until(until) => told.until = Some(until),
        Matter::SeenListing(values) => told.seen = Some(Sight::Listing(values)),
        Matter::SeenStanding(values) => told.seen = Some(Sight::Standing(values)),
        Matter::SeenTalks => told.seen = Some(Sight::Talks),
    }
    told
}

/// What the rules need to know of an instrument.
pub fn rules_of(instrument: &Instrument) -> InstrumentRules {
    InstrumentRules {
        window: instrument.comment_window,
        in_force_by_signature: instrument.in_force_by_signature,
        listing_presupposes_agreement: instrument.listing_presupposes_agreement,
        has_listing: instrument.has_listing(),
    }
}
