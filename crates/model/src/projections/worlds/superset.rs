//! What is answered beyond the cap (rule 11)?
//!
//! Invariant: every value that any possible world could have on any day is among the answer, which names no reason.

use super::Worlds;
use super::marks::{Act, Mark};
use super::moves::{Law, other};
use super::periods::{Days, Facets};
use crate::domain::instrument::Instrument;
use crate::domain::words::{Headline, Listing, Possible, Stage, Standing};

/// Everything that the milestones, and what they can ask for, could ever bring.
pub(super) fn of(marks: &[Mark], law: &Law, instrument: &Instrument) -> Worlds {
    let mut standings = law.standings.or(Possible::of(&[Standing::NotConcluded, Standing::InForce]));
    let mut stages = Possible::of(&[Stage::NotStarted, Stage::InForce]);
    let mut listings = law.listings.or(Possible::only(Listing::Unlisted));
    for mark in marks {
        let (standing, reached, listing) = brings(mark);
        standings = standings.or(standing);
        stages = stages.or(reached);
        listings = listings.or(listing);
    }
    if law.standings.has(Standing::Signed) {
        stages = stages.or(Possible::only(Stage::Signed));
    }
    if !instrument.has_listing() {
        listings = Possible::NONE;
    } else if listings != Possible::only(Listing::Unlisted) {
        stages = stages.or(Possible::only(Stage::Listed));
    }
    let talks = stages.then(|stage| match stage {
        Stage::Intent => Possible::only(Headline::IntentAnnounced),
        Stage::Consultation => Possible::only(Headline::InConsultation),
        Stage::Review => Possible::only(Headline::UnderReview),
        Stage::Agreed => Possible::only(Headline::TextAgreed),
        Stage::Determined => Possible::only(Headline::DeterminationMade),
        _ => Possible::only(Headline::NoAgreement),
    });
    let headlines = standings.then(|standing| match standing {
        Standing::NotConcluded => talks,
        Standing::Signed => Possible::only(Headline::Signed),
        Standing::InForce => Possible::only(Headline::InForce),
        Standing::Suspended => Possible::only(Headline::Suspended),
        Standing::Expired => Possible::only(Headline::Expired),
        Standing::Terminated => Possible::only(Headline::Terminated),
    });
    let facets = Facets { headlines, stages, standings, listings, round: None, outcome_unknown: false };
    let facts = marks.iter().map(|mark| usize::from(mark.fact) + 1).max().unwrap_or_default();
    Worlds {
        rounds: vec![0; facts].into(),
        beyond_cap: true,
        days: Box::new([Days::ever(facets)]),
        ..Worlds::default()
    }
}

/// What a mark can bring to each facet.
fn brings(mark: &Mark) -> (Possible<Standing>, Possible<Stage>, Possible<Listing>) {
    let standing = |standing: Standing| (Possible::only(standing), Possible::NONE, Possible::NONE);
    let stages = |stages: &[Stage]| (Possible::NONE, Possible::of(stages), Possible::NONE);
    let listings = |listings: &[Listing]| (Possible::NONE, Possible::NONE, Possible::of(listings));
    match mark.act {
        Act::Intent | Act::Withdrawn => stages(&[Stage::Intent]),
        Act::Notice { .. } | Act::Closed => stages(&[Stage::Consultation, Stage::Review]),
        Act::TextAgreed => stages(&[Stage::Agreed]),
        Act::Determined => stages(&[Stage::Determined]),
        Act::Signed { .. } => (Possible::only(Standing::Signed), Possible::only(Stage::Signed), Possible::NONE),
        Act::Entered | Act::Renewed if mark.over.is_some() => standing(Standing::Expired),
        Act::Entered | Act::Renewed | Act::Effect => standing(Standing::InForce),
        Act::Suspended => standing(Standing::Suspended),
        Act::Resumed => (Possible::of(&[Standing::Suspended, Standing::InForce]), Possible::NONE, Possible::NONE),
        Act::Ended(to) => standing(to),
        Act::Listed(listing) => listings(&[listing]),
        Act::Changed(listing) => listings(&[listing, other(listing)]),
        Act::Delisted => listings(&[Listing::CaseByCase, Listing::Blanket]),
        Act::SeenListing(values) => (Possible::NONE, Possible::NONE, values),
        Act::SeenStanding(values) => (values, Possible::NONE, Possible::NONE),
    }
}
