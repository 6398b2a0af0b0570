//! What was an agreement's status on a day, as far as it can be known, and why?
//!
//! Invariant: a facet has one value only when every reading of the dates agrees; nothing is picked silently.

use chrono::NaiveDate;

use super::reading::Reading;
use super::stalled::{Wait, Waiting, waits};
use super::steps::{Come, Rule, Step, Steps};
use crate::domain::ids::MilestoneId;
use crate::domain::instrument::Instrument;
use crate::domain::time::UncertainDate;
use crate::domain::words::{Evidence, Headline, Listing, MilestoneKind, Possible, Stage, Standing};

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
    /// The latest round, from 1, when every reading agrees; `None` before the first.
    pub round: Option<u16>,
    /// Since when the headline holds, when it is certain and something made it so.
    pub since: Option<UncertainDate>,
    /// What decided it.
    pub because: Vec<Reason>,
    /// When the last evidence by that day is from.
    pub last_evidence: Option<UncertainDate>,
    /// The open round in each reading, when a round is open in every reading; otherwise none.
    pub waits: Vec<Wait>,
    /// The open round's waiting, when a round is open in every reading. A single history gives it by the instrument's
    /// fallback limits; what other rounds make of it is for whoever knows them to say.
    pub waiting: Option<Waiting>,
    /// Sources left out because nobody knows when they were published.
    pub undated_sources: u32,
}

/// What makes two statuses the same: the possible values of every facet, and the round.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Facets {
    /// The possible headlines.
    pub headlines: Possible<Headline>,
    /// The possible stages.
    pub stages: Possible<Stage>,
    /// The possible standings.
    pub standings: Possible<Standing>,
    /// The possible listings.
    pub listings: Possible<Listing>,
    /// The latest round, when every reading agrees.
    pub round: Option<u16>,
}

impl Facets {
    /// What some readings leave possible.
    #[must_use]
    pub fn of(readings: &[Reading]) -> Self {
        let round = readings.first().map(|first| first.round).filter(|round| *round > 0);
        let mut facets = Self {
            headlines: Possible::NONE,
            stages: Possible::NONE,
            standings: Possible::NONE,
            listings: Possible::NONE,
            round: round.filter(|round| readings.iter().all(|other| other.round == *round)),
        };
        for reading in readings {
            facets.headlines = facets.headlines.or(reading.headlines());
            facets.stages = facets.stages.or(reading.stages());
            facets.standings = facets.standings.or(reading.standing);
            facets.listings = facets.listings.or(reading.listing);
        }
        facets
    }
}

/// Which part of a status a reason is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Facet {
    /// The legal state.
    Standing,
    /// The regulation's treatment.
    Listing,
    /// How far the latest round has come.
    Stage,
}

/// A milestone or a rule that decided a part of a status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reason {
    /// Which part.
    pub facet: Facet,
    /// The milestone; `None` when nothing happened and the rule alone speaks.
    pub milestone: Option<MilestoneId>,
    /// Its kind.
    pub kind: Option<MilestoneKind>,
    /// When the milestone happened.
    pub occurred: Option<UncertainDate>,
    /// How good its evidence is.
    pub evidence: Option<Evidence>,
    /// The rule that stood in, where the milestone alone did not decide.
    pub rule: Option<Rule>,
}

impl Status {
    /// The day; `None` from ever, for which the calendar's first day stands in.
    #[must_use]
    pub fn on(&self) -> Option<NaiveDate> {
        Some(self.day).filter(|day| *day > NaiveDate::MIN)
    }

    /// What makes it the same as another.
    #[must_use]
    pub const fn facets(&self) -> Facets {
        let Self { headlines, stages, standings, listings, round, .. } = *self;
        Facets { headlines, stages, standings, listings, round }
    }

    /// Whether every facet has one value.
    #[must_use]
    pub fn certain(&self) -> bool {
        self.headlines.certain().is_some()
            && self.stages.certain().is_some()
            && self.standings.certain().is_some()
            && (self.listings.is_empty() || self.listings.certain().is_some())
    }

    /// The price evaluation factor in percent, when every possible listing gives the same (rule 8).
    #[must_use]
    pub fn evaluation_factor_percent(&self, instrument: &Instrument) -> Option<u8> {
        let factor = |listing| instrument.listings.get(&listing).map(|effect| effect.evaluation_factor_percent);
        let first = factor(self.listings.iter().next()?)?;
        self.listings.iter().all(|listing| factor(listing) == Some(first)).then_some(first)
    }
}

/// The readings of a day: what has happened, with each prefix of what may have (rule 1).
#[must_use]
pub fn readings(steps: &Steps, instrument: &Instrument, day: NaiveDate) -> Vec<Reading> {
    readings_by(steps, instrument, |_| day)
}

/// The readings when each step is read as of a day of its own.
pub(super) fn readings_by(steps: &Steps, instrument: &Instrument, day_of: impl Fn(&Step) -> NaiveDate) -> Vec<Reading> {
    let pending = steps.steps.iter().filter(|step| step.by(day_of(step)) == Come::May).count();
    (0..=pending)
        .map(|prefix| {
            let mut left = prefix;
            Reading::of(steps, instrument, |index| {
                let Some(step) = steps.steps.get(index) else { return false };
                let taken = step.by(day_of(step)) == Come::May && left > 0;
                left -= usize::from(taken);
                taken || step.by(day_of(step)) == Come::Has
            })
        })
        .collect()
}

/// The status on a day.
#[must_use]
pub fn status_at(steps: &Steps, instrument: &Instrument, day: NaiveDate) -> Status {
    let readings = readings(steps, instrument, day);
    let Facets { headlines, stages, standings, listings, round } = Facets::of(&readings);
    let waits = waits(&readings, steps, instrument);
    let mut status = Status {
        day,
        headlines,
        stages,
        standings,
        listings,
        round,
        since: None,
        because: Vec::new(),
        last_evidence: last_evidence(steps, day),
        waiting: Waiting::by_fallback(&waits, day, instrument),
        waits,
        undated_sources: steps.known.undated_sources,
    };
    for reading in &readings {
        explain(reading, steps, &mut status.because);
    }
    status.because.sort_by_key(|reason| reason.facet);
    if let Some(first) = readings.first() {
        let decided_by = |reading: &Reading| match status.headlines.certain() {
            Some(
                Headline::InForce | Headline::Signed | Headline::Suspended | Headline::Expired | Headline::Terminated,
            ) => reading.by.standing,
            Some(_) => reading.by.stage,
            None => None,
        };
        if readings.iter().all(|reading| decided_by(reading) == decided_by(first)) {
            status.since = decided_by(first).and_then(|step| steps.steps.get(usize::from(step))).map(|step| step.when);
        }
    }
    status
}

/// When the last evidence that may decide is from, among what has happened by a day.
fn last_evidence(steps: &Steps, day: NaiveDate) -> Option<UncertainDate> {
    let facts = steps.known.facts.iter().filter(|fact| fact.decides() && fact.counts.latest() <= day);
    facts.map(|fact| fact.occurred).max_by_key(|occurred| occurred.latest())
}

/// Adds what decided a reading, each reason once.
fn explain(reading: &Reading, steps: &Steps, because: &mut Vec<Reason>) {
    let by = &reading.by;
    let mut add = |facet: Facet, step: u16| {
        let (Some(cause), Some(fact)) = (steps.steps.get(usize::from(step)), steps.fact_of(step)) else { return };
        let reason = Reason {
            facet,
            milestone: Some(fact.milestone),
            kind: Some(fact.kind),
            occurred: Some(fact.occurred),
            evidence: Some(fact.evidence),
            rule: cause.rule,
        };
        if !because.contains(&reason) {
            because.push(reason);
        }
    };
    for (facet, step) in [
        (Facet::Standing, by.standing),
        (Facet::Standing, by.standing_seen),
        (Facet::Listing, by.listing),
        (Facet::Listing, by.listing_seen),
        (Facet::Stage, by.stage),
    ] {
        if let Some(step) = step {
            add(facet, step);
        }
    }
    let untouched = [
        (Facet::Standing, by.standing.or(by.standing_seen)),
        (Facet::Listing, by.listing.or(by.listing_seen).or(reading.listing.is_empty().then_some(0))),
        (Facet::Stage, by.stage),
    ];
    for (facet, _) in untouched.into_iter().filter(|(_, step)| step.is_none()) {
        let rule = Some(Rule::InitialValue);
        let reason = Reason { facet, milestone: None, kind: None, occurred: None, evidence: None, rule };
        if !because.contains(&reason) {
            because.push(reason);
        }
    }
}
