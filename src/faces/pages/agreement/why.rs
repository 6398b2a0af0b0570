//! Why is the answer what it is?
//!
//! Invariant: every reason of the status is here, with its sources and the rule in words; what the instrument does to offers stands
//! beside, with its paragraph.

use std::collections::BTreeMap;

use super::drawn::{is_copy_of_the_list, named};
use crate::answers::Course;
use crate::answers::view::Milestone;
use crate::domain::effect::{Effect, EffectKind};
use crate::domain::ids::MilestoneId;
use crate::domain::instrument::Instrument;
use crate::faces::pages::markup::{self, Markup, escaped};
use crate::faces::pages::{dates, words};
use crate::projections::reasons::explanation;
use crate::projections::status::{Facet, Reason};

/// Why one part of the answer is so.
pub struct Why {
    pub what: &'static str,
    pub reasons: Vec<Because>,
}

/// A milestone or a rule that decided it.
pub struct Because {
    pub milestone: Option<Cited>,
    pub rule: String,
}

/// A milestone as a reason names it.
pub struct Cited {
    pub position: u64,
    pub icon: &'static str,
    pub title: String,
    pub summary: String,
    pub evidence: &'static str,
    pub perhaps: bool,
    pub sources: Markup,
}

/// What the instrument does to an offer.
pub struct Offer {
    pub what: &'static str,
    pub text: String,
    pub condition: String,
    pub citation: String,
    pub sources: Markup,
}

/// The reasons of a status, by what they are about.
pub fn why(course: &Course, milestones: &[Milestone], instrument: &Instrument) -> Vec<Why> {
    let by_id: BTreeMap<MilestoneId, &Milestone> =
        milestones.iter().map(|milestone| (milestone.id, milestone)).collect();
    let facets = [Facet::Listing, Facet::Standing, Facet::Stage];
    let asked = facets.into_iter().filter(|facet| *facet != Facet::Listing || instrument.has_listing());
    let of = |facet| {
        let reasons = course.status.because.iter().filter(move |reason| reason.facet == facet);
        let reasons: Vec<Because> = reasons.map(|reason| because(reason, &by_id)).collect();
        Why { what: words::facet(facet), reasons }
    };
    asked.map(of).filter(|why| !why.reasons.is_empty()).collect()
}

fn because(reason: &Reason, by_id: &BTreeMap<MilestoneId, &Milestone>) -> Because {
    let milestone = reason.milestone.and_then(|id| by_id.get(&id)).map(|milestone| Cited {
        position: milestone.position.0,
        icon: named(milestone).1,
        title: format!(
            "{}, {}",
            if is_copy_of_the_list(milestone) { "Seen on the list" } else { named(milestone).0 },
            dates::said(milestone.occurred.date())
        ),
        summary: milestone.summary.clone(),
        evidence: words::evidence(milestone.evidence.0).unwrap_or_default(),
        perhaps: !reason.certain,
        sources: markup::sources(&milestone.sources),
    });
    let rule = explanation(reason).unwrap_or_default();
    Because { milestone, rule }
}

/// What the instrument does to offers on the day, by every possible listing.
pub fn offers(course: &Course, instrument: &Instrument) -> Vec<Offer> {
    let one = |effect: &Effect| Offer {
        what: match effect.kind {
            EffectKind::EvaluationFactor => "Price factor",
            EffectKind::Duty => "Duty",
            EffectKind::DomesticContent => "Domestic content",
            EffectKind::Eligibility => "Eligibility",
            EffectKind::Caution => "Caution",
        },
        text: effect.text.clone(),
        condition: effect.condition.clone().unwrap_or_default(),
        citation: effect.citation.clone(),
        sources: links(effect),
    };
    course.status.effects(instrument).map(one).collect()
}

fn links(effect: &Effect) -> Markup {
    let link = |source: &crate::domain::effect::EffectSource| {
        let title = escaped(&source.title);
        let short = escaped(&crate::answers::view::shortened(&source.title, 48));
        let url = escaped(crate::domain::decide::shown_link(&source.url));
        format!("<a class=\"src\" href=\"{url}\" title=\"{title}\" rel=\"nofollow\">{short}</a>")
    };
    Markup(effect.sources.iter().map(link).collect::<Vec<_>>().join(", "))
}
