//! What was an agreement's status on a day, as far as it can be known, and why?
//!
//! Invariant: a facet has one value only when all simplest worlds agree; nothing is picked silently.

use chrono::NaiveDate;

use super::background::Background;
use super::history::Matter;
use super::stalled::{Wait, Waiting};
pub use super::worlds::{Brought, Facets, Rule};
use super::worlds::{Days, Decider, Worlds};
use crate::domain::effect::Effect;
use crate::domain::ids::MilestoneId;
use crate::domain::instrument::Instrument;
use crate::domain::time::UncertainDate;
use crate::domain::words::{Evidence, Headline, Listing, MilestoneKind, Possible, Stage, Standing, words};

/// A status on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Status {
    /// The day; the calendar's first stands in for ever.
    pub day: NaiveDate,
    /// The possible headlines.
    pub headlines: Possible<Headline>,
    /// The possible stages.
    pub stages: Possible<Stage>,
    /// The possible standings.
    pub standings: Possible<Standing>,
    /// The possible listings; none for an instrument without listing.
    pub listings: Possible<Listing>,
    /// The latest round, from 1, where all simplest worlds agree; `None` before the first.
    pub round: Option<u16>,
    /// Since when the headline holds, when it is certain and something made it so.
    pub since: Option<UncertainDate>,
    /// The milestones and rules that decided the status.
    pub because: Vec<Reason>,
    /// When the last evidence by that day is from.
    pub last_evidence: Option<UncertainDate>,
    /// The open round in each simplest world, when each has one; otherwise none.
    pub waits: Vec<Wait>,
    /// The open round's waiting, when a round is open in every simplest world. A single history gives it by the instrument's
    /// fallback limits; what other rounds make of it is for whoever knows them to say.
    pub waiting: Option<Waiting>,
    /// Sources left out because nobody knows when they were published.
    pub undated_sources: u32,
    /// Whether more dates overlap than are looked at, so that a larger set of values is answered (rule 11).
    pub beyond_cap: bool,
    /// What stands behind it: for sentences and next steps.
    pub background: Box<Background>,
}

words! {
    /// A part of a status: stage, standing or listing.
    Facet as "facet" {
        /// The legal state of the agreement.
        Standing = "standing",
        /// How the regulation treats the partner.
        Listing = "listing",
        /// How far the latest round has come.
        Stage = "stage",
    }
}

/// A milestone or a rule that decided a part of a status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reason {
    /// The part of the status that it decided.
    pub facet: Facet,
    /// The milestone; `None` when nothing happened and the rule alone speaks.
    pub milestone: Option<MilestoneId>,
    /// The milestone's kind, where there is a milestone.
    pub kind: Option<MilestoneKind>,
    /// When the milestone happened.
    pub occurred: Option<UncertainDate>,
    /// How good its evidence is.
    pub evidence: Option<Evidence>,
    /// The rule that stood in, where the milestone alone did not decide.
    pub rule: Option<Rule>,
    /// The days between which a change lies that nobody told, and that the milestone proves.
    pub unrecorded: Option<UncertainDate>,
    /// The value that the unrecorded change brought.
    pub brought: Option<Brought>,
    /// Whether it decided in all simplest worlds, and not in some of them alone.
    pub certain: bool,
}

impl Status {
    /// The day; `None` from ever, for which the calendar's first day stands in.
    #[must_use]
    pub fn on(&self) -> Option<NaiveDate> {
        Some(self.day).filter(|day| *day > NaiveDate::MIN)
    }

    /// What makes it the same as another.
    #[must_use]
    pub fn facets(&self) -> Facets {
        let Self { headlines, stages, standings, listings, round, .. } = *self;
        Facets { headlines, stages, standings, listings, round, outcome_unknown: Wait::no_outcome(&self.waits) }
    }

    /// Whether every facet has one value.
    #[must_use]
    pub fn certain(&self) -> bool {
        self.headlines.certain().is_some()
            && self.stages.certain().is_some()
            && self.standings.certain().is_some()
            && (self.listings.is_empty() || self.listings.certain().is_some())
    }

    /// The price evaluation factor in percent, when every possible listing gives the same (rule 14).
    #[must_use]
    pub fn evaluation_factor_percent(&self, instrument: &Instrument) -> Option<u8> {
        let factor = |listing| instrument.evaluation_factor(listing, self.day);
        let first = factor(self.listings.iter().next()?)?;
        self.listings.iter().all(|listing| factor(listing) == Some(first)).then_some(first)
    }

    /// The first day for which sources give the factor of every possible listing, where the status is of an earlier day.
    #[must_use]
    pub fn factor_known_from(&self, instrument: &Instrument) -> Option<NaiveDate> {
        let known = self.listings.iter().filter_map(|listing| instrument.factor_known_from(listing)).max();
        known.filter(|known| self.day < *known)
    }

    /// What the instrument does to offers on that day, by every possible listing.
    pub fn effects<'a>(&'a self, instrument: &'a Instrument) -> impl Iterator<Item = &'a Effect> {
        let possible = |effect: &&Effect| {
            effect.listings.is_empty() || self.listings.iter().any(|listing| effect.concerns(listing))
        };
        instrument.effects.iter().filter(|effect| effect.applies_on(self.day)).filter(possible)
    }
}

/// The status on a day.
#[must_use]
pub fn status_at(worlds: &Worlds, instrument: &Instrument, day: NaiveDate) -> Status {
    let values = values_at(worlds, instrument, day);
    let background = Background::of(worlds, instrument, day, values.round);
    Status {
        because: worlds.on(day).map(|days| because(worlds, days, day)).unwrap_or_default(),
        last_evidence: last_evidence(worlds, day),
        waiting: values.waiting.map(|waiting| waiting.with_news(background.heard, day, instrument)),
        background: Box::new(background),
        ..values
    }
}

/// The same without what explains it: no reasons, no last evidence, nothing of what stands behind it. It takes no pass over
/// the record, so that a history of thousands of milestones can be asked on each of its days.
#[must_use]
pub fn values_at(worlds: &Worlds, instrument: &Instrument, day: NaiveDate) -> Status {
    let days = worlds.on(day);
    let Facets { headlines, stages, standings, listings, round, .. } =
        days.map_or(Facets::default(), |days| days.facets);
    let waits = days.map(|days| worlds.waits(days)).unwrap_or_default();
    Status {
        day,
        headlines,
        stages,
        standings,
        listings,
        round,
        since: days.and_then(Days::since),
        because: Vec::new(),
        last_evidence: None,
        waiting: Waiting::by_fallback(&waits, day, instrument),
        waits,
        background: Box::default(),
        undated_sources: worlds.known.undated_sources,
        beyond_cap: worlds.beyond_cap,
    }
}

/// When the last evidence that may decide is from, among what has happened by a day.
fn last_evidence(worlds: &Worlds, day: NaiveDate) -> Option<UncertainDate> {
    // What took effect before it happened is evidence of the day from which it counts.
    let when = |(place, fact): (u16, &super::history::Fact)| {
        let bounds = worlds.bounds(place, fact);
        if fact.occurred.latest() <= bounds.latest() { fact.occurred } else { bounds }
    };
    worlds.happened(day).map(when).max_by_key(|when| when.latest())
}

/// What decided each facet (rule 16).
fn because(worlds: &Worlds, days: &Days, day: NaiveDate) -> Vec<Reason> {
    let mut all = Vec::new();
    of_facet(worlds, Facet::Standing, worlds.standing_by(days), &mut all);
    all.extend(last_seen(worlds, Facet::Standing, worlds.standing_by(days), (&days.facets, day)));
    of_facet(worlds, Facet::Listing, worlds.listing_by(days), &mut all);
    all.extend(last_seen(worlds, Facet::Listing, worlds.listing_by(days), (&days.facets, day)));
    of_facet(worlds, Facet::Stage, worlds.stage_by(days), &mut all);
    all.extend(listed(worlds, days));
    for place in &worlds.aside {
        let facet = match worlds.fact(*place).map(|fact| fact.matter) {
            Some(Matter::SeenListing(_)) => Facet::Listing,
            _ => Facet::Standing,
        };
        let happened = worlds.fact(*place).is_some_and(|fact| worlds.bounds(*place, fact).latest() <= day);
        all.extend(reason(worlds, facet, *place, Some(Rule::SetAside)).filter(|_| happened));
    }
    // What has not come yet contradicts nothing.
    let begun = |undone: u16| {
        let fact = worlds.fact(undone);
        fact.is_some_and(|fact| worlds.bounds(undone, fact).earliest().is_none_or(|earliest| earliest <= day))
    };
    let contradictions = worlds.contradictions.iter().filter(|(undone, _)| begun(*undone));
    for place in contradictions.flat_map(|(undone, asks)| [*undone, *asks]) {
        all.extend(reason(worlds, Facet::Standing, place, Some(Rule::DatesContradict)));
    }
    unrecorded(worlds, days, day, &mut all);
    // An observation that proves a change holds its value by that alone.
    let proves = |of: &Reason| {
        let same = |other: &Reason| (other.facet, other.milestone) == (of.facet, of.milestone);
        all.iter().any(|other| same(other) && other.unrecorded.is_some())
    };
    let holds = |of: &Reason| of.rule == Some(Rule::SeenValueHolds) && of.brought.is_none();
    let mut once: Vec<Reason> = Vec::with_capacity(all.len());
    for reason in all.iter().copied().filter(|reason| !(holds(reason) && proves(reason))) {
        if !once.contains(&reason) {
            once.push(reason);
        }
    }
    once.sort_by_key(|reason| reason.facet);
    once
}

/// What made the stage *listed*, beside what concluded the round: a stage that rests on the listing names it (rule 7).
fn listed(worlds: &Worlds, days: &Days) -> Vec<Reason> {
    let mut reasons = Vec::new();
    if days.facets.stages.has(Stage::Listed) {
        let listings = worlds.listing_by(days).filter(|by| by.rule != Some(Rule::InitialValue));
        of_facet(worlds, Facet::Stage, listings, &mut reasons);
    }
    let certain = days.facets.stages.certain().is_some();
    for reason in &mut reasons {
        reason.certain &= certain;
    }
    reasons
}

/// What it took beside what decided: a closing may move nothing, and a change may be over within its day, and each counts as
/// an unrecorded change all the same.
fn unrecorded(worlds: &Worlds, days: &Days, day: NaiveDate, all: &mut Vec<Reason>) {
    for (place, rule, certain) in &worlds.alone {
        let milestone = worlds.fact(*place).map(|fact| fact.milestone);
        let said = all.iter().any(|said| (said.milestone, said.rule) == (milestone, Some(*rule)));
        let happened = worlds.fact(*place).is_some_and(|fact| worlds.bounds(*place, fact).latest() <= day);
        let round = worlds.rounds.get(usize::from(*place)).copied();
        let of_round = round.is_some() && round == days.facets.round;
        let found = reason(worlds, Facet::Stage, *place, Some(*rule)).filter(|_| happened && of_round && !said);
        all.extend(found.map(|reason| Reason { certain: *certain, ..reason }));
    }
    for change in &worlds.within_a_day {
        let milestone = change.fact.and_then(|place| worlds.fact(place)).map(|fact| fact.milestone);
        let asks = all.iter().find(|reason| reason.milestone.is_some() && reason.milestone == milestone);
        let asks = asks.map(|reason| Reason {
            rule: change.rule,
            unrecorded: change.when,
            brought: change.unrecorded,
            ..*reason
        });
        all.extend(asks);
    }
}

fn of_facet<'a>(
    worlds: &Worlds,
    facet: Facet,
    deciders: impl Iterator<Item = &'a Decider> + Clone,
    all: &mut Vec<Reason>,
) {
    let alone = deciders.clone().count() == 1;
    for decider in deciders {
        let fact = decider.fact.and_then(|place| worlds.fact(place));
        all.push(Reason {
            facet,
            milestone: fact.map(|fact| fact.milestone),
            kind: fact.map(|fact| fact.kind),
            occurred: fact.map(|fact| fact.occurred),
            evidence: fact.map(|fact| fact.evidence),
            rule: decider.rule,
            unrecorded: decider.when.filter(|_| decider.unrecorded.is_some()),
            brought: decider.unrecorded,
            certain: alone,
        });
    }
}

/// The last observation that saw a facet, where it came after everything that decided it.
fn last_seen<'a>(
    worlds: &Worlds,
    facet: Facet,
    mut deciders: impl Iterator<Item = &'a Decider> + Clone,
    (facets, day): (&Facets, NaiveDate),
) -> Option<Reason> {
    let sees = |matter: Matter| match facet {
        Facet::Standing => matches!(matter, Matter::SeenStanding(_)),
        Facet::Listing => matches!(matter, Matter::SeenListing(_)),
        Facet::Stage => false,
    };
    let seen = worlds.happened(day).filter(|(place, fact)| sees(fact.matter) && !worlds.aside.contains(place));
    let (place, last) = seen.max_by_key(|(_, fact)| (fact.counts.latest(), fact.position))?;
    // One that proves what decided stands there already, and one that saw something else holds no longer.
    let proves = deciders.clone().any(|decider| decider.fact == Some(place));
    let holds = match last.matter {
        Matter::SeenStanding(values) => !values.and(facets.standings).is_empty(),
        Matter::SeenListing(values) => !values.and(facets.listings).is_empty(),
        _ => false,
    };
    let after = deciders.all(|decider| decider.when.is_none_or(|when| when.latest() <= last.counts.latest()));
    reason(worlds, facet, place, Some(Rule::SeenValueHolds)).filter(|_| after && holds && !proves)
}

/// A fact as a reason that every simplest world has.
fn reason(worlds: &Worlds, facet: Facet, place: u16, rule: Option<Rule>) -> Option<Reason> {
    let fact = worlds.fact(place)?;
    Some(Reason {
        facet,
        milestone: Some(fact.milestone),
        kind: Some(fact.kind),
        occurred: Some(fact.occurred),
        evidence: Some(fact.evidence),
        rule,
        unrecorded: None,
        brought: None,
        certain: true,
    })
}
