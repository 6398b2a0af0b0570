//! Which histories are possible, which of them are the simplest, and what do these say of every day (rules 1 to 12)?
//!
//! Invariant: the answer of a day is the union over all simplest worlds; no order of uncertain dates is picked silently.
//!
//! A world places every deciding milestone on one day of its bounds, in an order, and adds what nobody told where something
//! needs it. `marks` are the milestones as worlds place them, `stretches` the days that matter, `moves` and `changes` what may
//! happen, `search` finds the simplest worlds, `clusters` which changes are one, `paths` what the worlds have in common, `since`
//! since when headlines hold, `periods` what they say of each day, and `course` is the one world that statistics follow.

mod changes;
mod clusters;
mod course;
mod deciders;
mod marks;
mod moves;
mod paths;
mod periods;
mod search;
mod since;
mod state;
mod stretches;
mod superset;

use chrono::NaiveDate;

pub use self::deciders::{Brought, Decider, Rule};
use self::marks::{Act, Mark, day_of, marks};
use self::moves::Law;
use self::paths::{Context, Kept};
pub use self::periods::{Days, Facets};
use self::search::Graph;
use self::stretches::{seen_on_days, stretches};
use super::history::{Fact, Known};
use super::spells::Spell;
use super::stalled::Wait;
use super::watched::Due;
use crate::domain::instrument::Instrument;
use crate::domain::time::UncertainDate;

/// What is known of an agreement, and what its simplest worlds say of every day.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Worlds {
    /// The facts that are known.
    pub known: Known,
    /// The round of each fact, by index, where the simplest worlds agree on it; else 0, as before the first.
    pub rounds: Box<[u16]>,
    /// The rounds and the stages that they were in, as one simplest world has them, in which everything happens as late as it can.
    pub spells: Box<[Spell]>,
    /// The days that end something, as far as a simplest world comes to them.
    pub due: Box<[Due]>,
    /// Milestones that every simplest world takes back by a change that nobody told: each with the fact that asks for it.
    pub contradictions: Box<[(u16, u16)]>,
    /// Facts that the simplest worlds set aside.
    pub aside: Box<[u16]>,
    /// Facts that stand for another as well, which nobody told, in a simplest world: each with the rule that says so, and
    /// whether every simplest world has it so.
    pub alone: Box<[(u16, Rule, bool)]>,
    /// Changes that nobody told and that are over within the day on which they come, so that they decide no evening.
    pub within_a_day: Box<[Decider]>,
    /// How many changes that nobody told a simplest world needs.
    pub unrecorded: u64,
    /// Whether more dates overlap than are looked at, so that a larger set of values is answered (rule 11).
    pub beyond_cap: bool,
    /// The bounds that count of each fact of which rule 1 cut or replaced them, in the order of facts.
    cut: Box<[(u16, UncertainDate)]>,
    /// The days on which a fact, or the effect of a signature, lies in the simplest worlds, where these are fewer than are told.
    narrowed: Box<[(u16, bool, UncertainDate)]>,
    deciders: Box<[Decider]>,
    sets: Box<[u16]>,
    waits: Box<[Wait]>,
    days: Box<[Days]>,
}

impl Worlds {
    /// The simplest worlds of what is known, by the instrument's rules.
    #[must_use]
    pub fn of(known: Known, instrument: &Instrument) -> Self {
        let marks = marks(&known.facts, instrument);
        let seen = seen_on_days(&marks);
        let mut law = Law::of(instrument, &marks);
        law.ask(&marks, &seen);
        let found = stretches(&marks, &seen, &law).and_then(|stretches| {
            let graph = Graph::of(&marks, &stretches, &law)?;
            Some((stretches, graph))
        });
        let mut worlds = match &found {
            Some((stretches, graph)) => {
                let context = Context {
                    facts: &known.facts,
                    marks: &marks,
                    stretches,
                    window: law.window,
                    presupposes: law.listing_presupposes_agreement,
                };
                let kept = Kept::of(graph, &context);
                periods::of(graph, &kept, &context, instrument)
            }
            None => superset::of(&marks, &law, instrument),
        };
        worlds.complete(known, &marks);
        worlds
    }

    /// What is answered of what is known beyond the cap, whether or not it lies there (rule 11).
    #[must_use]
    pub fn superset_of(known: Known, instrument: &Instrument) -> Self {
        let marks = marks(&known.facts, instrument);
        let mut law = Law::of(instrument, &marks);
        law.ask(&marks, &seen_on_days(&marks));
        let mut worlds = superset::of(&marks, &law, instrument);
        worlds.complete(known, &marks);
        worlds
    }

    fn complete(&mut self, known: Known, marks: &[Mark]) {
        self.cut = cut(marks, &known.facts);
        self.rounds = filled(&known.facts, &self.rounds);
        self.known = known;
    }

    /// The days of one status that hold a day.
    #[must_use]
    pub fn on(&self, day: NaiveDate) -> Option<&Days> {
        let day = day_of(day);
        let after = self.days.partition_point(|days| days.first() <= day);
        self.days.get(after.checked_sub(1)?)
    }

    /// The first days of all periods but the first: between two of them nothing changes.
    pub fn change_days(&self) -> impl Iterator<Item = NaiveDate> + '_ {
        self.days.iter().skip(1).map(|days| marks::date_of(days.first()))
    }

    /// What made the standing what it is.
    pub fn standing_by(&self, days: &Days) -> impl Iterator<Item = &Decider> + Clone {
        self.set(days.standing())
    }

    /// What made the listing what it is.
    pub fn listing_by(&self, days: &Days) -> impl Iterator<Item = &Decider> + Clone {
        self.set(days.listing())
    }

    /// What brought the latest round to its stage.
    pub fn stage_by(&self, days: &Days) -> impl Iterator<Item = &Decider> + Clone {
        self.set(days.stage())
    }

    /// The open round in each world, each once; none when a world has no open round.
    #[must_use]
    pub fn waits(&self, days: &Days) -> Vec<Wait> {
        let places = self.sets.get(days.waiting()).unwrap_or_default();
        places.iter().filter_map(|place| self.waits.get(usize::from(*place))).copied().collect()
    }

    fn set(&self, places: std::ops::Range<usize>) -> impl Iterator<Item = &Decider> + Clone {
        let places = self.sets.get(places).unwrap_or_default();
        places.iter().filter_map(|place| self.deciders.get(usize::from(*place)))
    }

    /// The kinds of milestone that have certainly happened by a day, one bit each in the order of the vocabulary.
    #[must_use]
    pub fn kinds_by(&self, day: NaiveDate) -> u32 {
        use crate::domain::words::Word;
        self.happened(day).fold(0, |kinds, (_, fact)| kinds | 1 << fact.kind.index())
    }

    /// The facts that decide and have certainly happened by a day, each with its place.
    pub fn happened(&self, day: NaiveDate) -> impl Iterator<Item = (u16, &Fact)> {
        let decides = (0..).zip(&self.known.facts).filter(|(_, fact)| fact.decides());
        decides.filter(move |(place, fact)| self.bounds(*place, fact).latest() <= day)
    }

    /// The bounds of a fact that count (rule 1).
    #[must_use]
    pub fn bounds(&self, place: u16, fact: &Fact) -> UncertainDate {
        let found = self.cut.binary_search_by_key(&place, |(of, _)| *of).ok();
        found.and_then(|found| self.cut.get(found)).map_or(fact.counts, |(_, bounds)| *bounds)
    }

    /// The days on which a fact lies in the simplest worlds: its bounds, but for days on which nothing else would fit.
    #[must_use]
    pub fn lies(&self, place: u16, fact: &Fact) -> UncertainDate {
        self.narrowed(place, false).unwrap_or_else(|| self.bounds(place, fact))
    }

    /// The days on which a signature takes effect in the simplest worlds, where the day of its effect is told.
    #[must_use]
    pub fn effect(&self, place: u16, fact: &Fact, instrument: &Instrument) -> Option<UncertainDate> {
        let told = effect_of(fact, instrument)?;
        Some(self.narrowed(place, true).unwrap_or(told))
    }

    fn narrowed(&self, place: u16, effect: bool) -> Option<UncertainDate> {
        let found = self.narrowed.iter().find(|(of, of_effect, _)| (*of, *of_effect) == (place, effect));
        found.map(|(.., days)| *days)
    }

    /// The fact that something comes from.
    #[must_use]
    pub fn fact(&self, place: u16) -> Option<&Fact> {
        self.known.facts.get(usize::from(place))
    }
}

/// When a signature has effect, where that is told and puts in force by the instrument's rule (rule 1).
#[must_use]
pub fn effect_of(fact: &Fact, instrument: &Instrument) -> Option<UncertainDate> {
    let signed = marks::Bounds::of(fact.occurred);
    let effect = marks::effect_of(fact, instrument)?;
    Some(marks::Bounds { from: effect.from.max(signed.from), ..effect }.date())
}

/// The bounds of the facts of which rule 1 cut or replaced them; the effect of a signature is a milestone of its own.
fn cut(marks: &[Mark], facts: &[Fact]) -> Box<[(u16, UncertainDate)]> {
    let own = marks.iter().filter(|mark| mark.act != Act::Effect);
    let differs = |mark: &Mark| {
        let bounds = mark.bounds.date();
        (facts.get(usize::from(mark.fact))?.counts != bounds).then_some((mark.fact, bounds))
    };
    own.filter_map(differs).collect()
}

/// The round of each fact: one that no world places, or that never decides, belongs where the one before it does.
fn filled(facts: &[Fact], placed: &[u16]) -> Box<[u16]> {
    let mut last = 0;
    let round = |(index, _): (usize, &Fact)| match placed.get(index).copied() {
        Some(UNPLACED) | None => last,
        Some(round) => {
            last = round;
            round
        }
    };
    facts.iter().enumerate().map(round).collect()
}

/// The round of a fact that no world places.
const UNPLACED: u16 = u16::MAX;
