//! What do the simplest worlds say of each day?
//!
//! Invariant: the periods tile all days, from ever to ever; neighbours differ in what they say or in what decided it.

use std::collections::BTreeMap;

use super::deciders::{Decider, stands_for};
use super::marks::{Act, Bounds, Day, EVER};
use super::paths::{Cause, Context, InRound, Kept};
use super::search::{Graph, Node, Why};
use super::state::Round;
use super::{UNPLACED, Worlds, course};
use crate::domain::instrument::Instrument;
use crate::domain::time::UncertainDate;
use crate::domain::words::{Headline, Listing, Possible, Stage, Standing};
use crate::projections::stalled::Wait;

/// What makes two statuses the same: the possible values of every facet, and the round.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Facets {
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
    /// Whether the latest round is a renewal of which nobody told the outcome, in all simplest worlds (rule 17).
    pub outcome_unknown: bool,
}

impl Default for Facets {
    fn default() -> Self {
        Self {
            headlines: Possible::NONE,
            stages: Possible::NONE,
            standings: Possible::NONE,
            listings: Possible::NONE,
            round: None,
            outcome_unknown: false,
        }
    }
}

/// A place and a length in the pool of sets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Set {
    at: u32,
    len: u16,
}

impl Set {
    fn range(self) -> std::ops::Range<usize> {
        let at = self.at as usize;
        at..at + usize::from(self.len)
    }
}

/// Days on which an agreement has one and the same status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Days {
    first: Day,
    /// What is possible on each of them.
    pub facets: Facets,
    standing: Set,
    listing: Set,
    stage: Set,
    waiting: Set,
    since: Option<Bounds>,
}

impl Days {
    /// Days of which nothing is known but what is possible.
    pub(super) fn ever(facets: Facets) -> Self {
        let none = Set::default();
        Self { first: EVER, facets, standing: none, listing: none, stage: none, waiting: none, since: None }
    }

    /// Since when the headline holds, when it is certain and something made it so.
    #[must_use]
    pub fn since(&self) -> Option<UncertainDate> {
        self.since.map(Bounds::date)
    }

    pub(super) const fn first(&self) -> Day {
        self.first
    }

    pub(super) fn standing(&self) -> std::ops::Range<usize> {
        self.standing.range()
    }

    pub(super) fn listing(&self) -> std::ops::Range<usize> {
        self.listing.range()
    }

    pub(super) fn stage(&self) -> std::ops::Range<usize> {
        self.stage.range()
    }

    pub(super) fn waiting(&self) -> std::ops::Range<usize> {
        self.waiting.range()
    }
}

/// What the kept worlds say, without what is known.
pub(super) fn of(graph: &Graph, kept: &Kept, context: &Context<'_>, instrument: &Instrument) -> Worlds {
    let mut pools = Pools::default();
    let mut evenings: Vec<Vec<u32>> = vec![Vec::new(); context.stretches.len()];
    for place in &kept.order {
        let Some(node) = graph.node(*place) else { continue };
        if node.morning && graph.into(*place).any(|step| step.why == Why::Night) {
            let stretch = (node.stretch as usize).checked_sub(1).and_then(|before| evenings.get_mut(before));
            stretch.map(|evening| evening.push(*place)).unwrap_or_default();
        }
    }
    let mut days: Vec<Days> = Vec::new();
    let mut runs = Runs::default();
    for (stretch, evening) in context.stretches.iter().zip(&evenings) {
        let mut next = pools.days(stretch.when.first, evening, (graph, kept, context, instrument));
        next.since = runs.cut(&next);
        if days.last().is_none_or(|last| Days { first: last.first, ..next } != *last) {
            days.push(next);
        }
    }
    let clusters = (0..).take(kept.clusters.len()).map(Cause::Change);
    let within_a_day = clusters.filter(|change| !pools.causes.contains_key(change));
    let within_a_day = within_a_day.map(|change| Decider::of(change, kept, context)).collect();
    let (spells, due) = course::of(graph, kept, context, instrument);
    let fact = |mark: u16| context.marks.get(usize::from(mark)).map(|mark| mark.fact);
    let mut contradictions: Vec<(u16, u16)> = Vec::new();
    for (undone, cluster) in &kept.undone {
        let [undone, asks] = [*undone, Cause::Change(*cluster)].map(|cause| Decider::of(cause, kept, context));
        contradictions.extend(undone.fact.zip(asks.fact).filter(|pair| !contradictions.contains(pair)));
    }
    let mut rounds = vec![UNPLACED; context.facts.len()];
    // The first mark of a fact says; an effect comes after its signature.
    for (mark, numbers) in kept.rounds.iter().rev() {
        if let Some(round) = fact(*mark).and_then(|fact| rounds.get_mut(usize::from(fact))) {
            *round = if let [one] = numbers.as_slice() { *one } else { 0 };
        }
    }
    Worlds {
        rounds: rounds.into(),
        spells,
        due,
        contradictions: contradictions.into(),
        unrecorded: graph.last.first().and_then(|last| graph.node(*last)).map_or(0, |last| last.cost.changes()),
        aside: kept.aside.iter().filter_map(|mark| fact(*mark)).collect(),
        alone: {
            let alone = |mark: &u16| Some((fact(*mark)?, stands_for(context.marks, *mark)?, !kept.free.contains(mark)));
            kept.alone.iter().filter_map(alone).collect()
        },
        within_a_day,
        narrowed: narrowed(kept, context),
        deciders: pools.deciders.into(),
        sets: pools.sets.into(),
        waits: pools.waits.into(),
        days: days.into(),
        ..Worlds::default()
    }
}

/// Since when each headline has been possible, and the one that is certain has been certain, without a day between.
#[derive(Default)]
struct Runs {
    possible: Vec<(Headline, Day)>,
    certain: Option<(Headline, Day)>,
}

impl Runs {
    /// Since when the headline of the next days holds: it cannot before it is possible, and must where it is certain.
    fn cut(&mut self, next: &Days) -> Option<Bounds> {
        let (now, first) = (next.facets.headlines, next.first);
        self.possible.retain(|(headline, _)| now.has(*headline));
        for headline in now.iter() {
            if self.possible.iter().all(|(of, _)| *of != headline) {
                self.possible.push((headline, first));
            }
        }
        self.certain = now.certain().map(|headline| match self.certain {
            Some((of, since)) if of == headline => (headline, since),
            _ => (headline, first),
        });
        let (headline, to) = self.certain?;
        let from = self.possible.iter().find(|(of, _)| *of == headline).map_or(first, |(_, since)| *since);
        let run = Bounds { from, to: to.max(from) };
        next.since.filter(|_| to > EVER).map(|since| since.common(run).unwrap_or(run))
    }
}

/// The days on which milestones lie in the simplest worlds, where these are fewer than are told; for a signature and for its
/// effect apart.
fn narrowed(kept: &Kept, context: &Context<'_>) -> Box<[(u16, bool, UncertainDate)]> {
    let narrower = |(mark, days): (&u16, &Bounds)| {
        let mark = context.marks.get(usize::from(*mark))?;
        let lies = mark.bounds.common(*days).filter(|lies| *lies != mark.bounds)?;
        Some((mark.fact, mark.act == Act::Effect, lies.date()))
    };
    kept.lies.iter().filter_map(narrower).collect()
}

/// Since when a headline holds in the worlds of an evening; `None` when it always held in one of them.
fn since(headline: Headline, evening: &[u32], kept: &Kept) -> Option<Bounds> {
    let worlds = evening.iter().filter_map(|place| kept.decided.get(*place as usize)?.as_ref());
    let each =
        worlds.map(|decided| decided.headlines.iter().find(|(of, _)| *of == headline).and_then(|(_, since)| *since));
    each.reduce(|one, other| one.zip(other).map(|(one, other)| one.hull(other))).flatten()
}

type Ground<'a> = (&'a Graph, &'a Kept, &'a Context<'a>, &'a Instrument);

/// What periods share, each once.
#[derive(Default)]
struct Pools {
    causes: BTreeMap<Cause, u16>,
    deciders: Vec<Decider>,
    waits: Vec<Wait>,
    sets: Vec<u16>,
    written: BTreeMap<Vec<u16>, Set>,
}

impl Pools {
    /// What is possible at the end of each day of a stretch.
    fn days(&mut self, first: Day, evening: &[u32], ground: Ground<'_>) -> Days {
        let (graph, kept, context, instrument) = ground;
        let mut facets = Facets::default();
        let (mut standing, mut listing, mut stage, mut waiting) =
            (Vec::new(), Vec::new(), Vec::new(), Some(Vec::new()));
        let mut numbers: Vec<u16> = Vec::new();
        for place in evening {
            let (Some(node), Some(decided)) = (graph.node(*place), kept.decided.get(*place as usize)) else { continue };
            let Some(decided) = decided else { continue };
            join(&mut facets, node, instrument);
            decided.standing.iter().for_each(|cause| add(&mut standing, *cause));
            decided.listing.iter().for_each(|cause| add(&mut listing, *cause));
            let delisted =
                node.state.listing == Listing::Unlisted && decided.listing.iter().any(|by| *by != Cause::Initial);
            for round in &decided.rounds {
                add(&mut numbers, round.number);
                add(&mut stage, round.stage);
                let wait = self.wait(node, *round, delisted, (kept, context, instrument));
                match (&mut waiting, wait) {
                    (Some(all), Some(wait)) => add(all, wait),
                    (all, None) => *all = None,
                    (None, _) => {}
                }
            }
        }
        facets.round = match numbers.as_slice() {
            [number] => Some(*number).filter(|number| *number > 0),
            _ => None,
        };
        if !instrument.has_listing() {
            listing.clear();
        }
        let mut set = |causes: &[Cause]| {
            let places: Vec<u16> = causes.iter().map(|cause| self.decider(*cause, kept, context)).collect();
            self.set(places)
        };
        let [standing, listing, stage] = [&standing, &listing, &stage].map(|causes: &Vec<Cause>| set(causes));
        let waiting: Vec<u16> = waiting.unwrap_or_default();
        let waits = waiting.iter().filter_map(|place| self.waits.get(usize::from(*place)));
        facets.outcome_unknown = Wait::no_outcome(waits);
        let since = facets.headlines.certain().and_then(|headline| since(headline, evening, kept));
        Days { first, facets, standing, listing, stage, waiting: self.set(waiting), since }
    }

    fn wait(
        &mut self,
        node: &Node,
        round: InRound,
        delisted: bool,
        (kept, context, instrument): (&Kept, &Context<'_>, &Instrument),
    ) -> Option<u16> {
        if !course::is_open(&node.state, round, delisted, instrument) {
            return None;
        }
        let place = self.decider(round.stage, kept, context);
        let wait = course::wait(&node.state, round, self.deciders.get(usize::from(place))?, (kept, context))?;
        // The one found last is the likeliest.
        let found = self.waits.iter().rposition(|of| *of == wait);
        let place = found.unwrap_or_else(|| {
            self.waits.push(wait);
            self.waits.len() - 1
        });
        u16::try_from(place).ok()
    }

    fn decider(&mut self, cause: Cause, kept: &Kept, context: &Context<'_>) -> u16 {
        *self.causes.entry(cause).or_insert_with(|| {
            self.deciders.push(Decider::of(cause, kept, context));
            u16::try_from(self.deciders.len() - 1).unwrap_or(u16::MAX)
        })
    }

    /// The place of a set in the pool; one that is there already is used again.
    fn set(&mut self, places: Vec<u16>) -> Set {
        if places.is_empty() {
            return Set::default();
        }
        let at = u32::try_from(self.sets.len()).unwrap_or_default();
        let len = u16::try_from(places.len()).unwrap_or(u16::MAX);
        self.sets.extend_from_slice(&places);
        let set = *self.written.entry(places).or_insert(Set { at, len });
        if set.at != at {
            self.sets.truncate(at as usize);
        }
        set
    }
}

/// Adds what one world shows of a day.
fn join(facets: &mut Facets, node: &Node, instrument: &Instrument) {
    let state = &node.state;
    facets.headlines = facets.headlines.or(state.headlines());
    facets.standings = facets.standings.or(state.standings());
    facets.stages =
        facets.stages.or(Possible::only(if state.round == Round::GivenUp { Stage::NotStarted } else { state.stage() }));
    if instrument.has_listing() {
        facets.listings = facets.listings.or(Possible::only(state.listing));
    }
}

fn add<T: PartialEq>(all: &mut Vec<T>, one: T) {
    if !all.contains(&one) {
        all.push(one);
    }
}
