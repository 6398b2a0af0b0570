//! What do the simplest worlds have in common, and what decided in each (rule 16)?
//!
//! Invariant: only nodes on a path to an end of a simplest world are looked at, each after those that lead to it.

use std::collections::{BTreeMap, BTreeSet};

use super::changes::Change;
use super::clusters::{Cluster, clusters};
use super::marks::{Act, Bounds, Mark};
use super::moves::{How, When};
use super::search::{Graph, Move, Node, Why};
use super::since::{headlines, merge};
use super::state::{Cost, Round, State};
use super::stretches::Stretch;
use crate::domain::words::{Headline, NoticePurpose, Standing};
use crate::projections::history::{Fact, Matter};

/// What made a facet what it is in a world.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Cause {
    /// Nothing has changed it yet.
    Initial,
    /// A milestone did it, itself or by a rule.
    Mark(u16, How),
    /// Review, by a notice or a closing.
    Review(u16),
    /// A term that may be over.
    TermOver(u16),
    /// An unrecorded change, by its place among the clusters.
    Change(u16),
}

/// The latest round in a world.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct InRound {
    /// Its number, from 1; 0 before the first.
    pub number: u16,
    /// Whether an agreement was concluded before it.
    pub renewal: bool,
    /// What its last notice asked about.
    pub purpose: Option<NoticePurpose>,
    /// What brought it to its stage.
    pub stage: Cause,
}

/// What decided the worlds that come by a node.
#[derive(Debug, Clone, Default)]
pub(super) struct Decided {
    pub standing: Vec<Cause>,
    pub listing: Vec<Cause>,
    pub rounds: Vec<InRound>,
    /// The headlines, each with the days on which it began to hold; `None` when it always held.
    pub headlines: Vec<(Headline, Option<Bounds>)>,
}

impl Decided {
    /// What holds before the first move.
    fn at_first() -> Self {
        let blank = InRound { number: 0, renewal: false, purpose: None, stage: Cause::Initial };
        Self {
            standing: vec![Cause::Initial],
            listing: vec![Cause::Initial],
            rounds: vec![blank],
            headlines: vec![(Headline::NoAgreement, None)],
        }
    }
}

/// One move between two nodes: from which state to which, by what, and on which days.
struct Leg<'a> {
    step: &'a Move,
    old: &'a State,
    new: &'a State,
    cause: Option<Cause>,
    when: Option<When>,
}

impl Leg<'_> {
    /// What decided the standing and the listing after the move.
    fn facets(&self, before: &Decided, decided: &mut Decided, context: &Context<'_>) {
        let &Leg { step, old, new, cause, .. } = self;
        let changed = old.standing != new.standing || old.past != new.past;
        // What is told of an agreement in force comes in place of what only proved it.
        let told = context.concludes(step.why) && new.standing == Standing::InForce;
        let told = told && before.standing.iter().all(|by| matches!(by, Cause::Change(_)));
        // A term that may be over leaves what suspended the agreement one of the answers.
        if old.standing == Standing::Suspended && matches!(step.why, Why::TermOver(_)) {
            keep(&mut decided.standing, &before.standing, None);
        }
        keep(&mut decided.standing, &before.standing, cause.filter(|_| changed || told));
        keep(&mut decided.listing, &before.listing, cause.filter(|_| old.listing != new.listing));
    }
}

/// The nodes of the simplest worlds, each after those that lead to it, with what decided.
pub(super) struct Kept {
    pub order: Vec<u32>,
    pub decided: Vec<Option<Decided>>,
    pub clusters: Vec<Cluster>,
    /// The place of the cluster of each change, by the node from which it comes.
    placed: BTreeMap<(u32, Change), u16>,
    /// The days on which each round came to a stage by each cause.
    pub entered: BTreeMap<(Cause, u16), Bounds>,
    /// The rounds in which each mark was taken, each number once.
    pub rounds: BTreeMap<u16, Vec<u16>>,
    /// The changes that undo a mark, where every simplest world needs one: what was undone, and the cluster.
    pub undone: Vec<(Cause, u16)>,
    /// The marks that a simplest world sets aside (rules 6 and 9).
    pub aside: Vec<u16>,
    /// The marks that cost an unrecorded change themselves in a simplest world (rules 8 and 9).
    pub alone: BTreeSet<u16>,
    /// The marks that cost none in a simplest world; one that is among both is alone in some of them only.
    pub free: BTreeSet<u16>,
    /// The days on which each mark lies in the simplest worlds.
    pub lies: BTreeMap<u16, Bounds>,
}

/// What a walk over the worlds looks things up in.
pub(super) struct Context<'a> {
    pub facts: &'a [Fact],
    pub marks: &'a [Mark],
    pub stretches: &'a [Stretch],
    /// The instrument's usual window.
    pub window: Option<(u32, u32)>,
    /// Whether a listing presupposes an agreement.
    pub presupposes: bool,
}

impl Context<'_> {
    /// What a notice asked about.
    pub(super) fn purpose(&self, mark: u16) -> Option<NoticePurpose> {
        let fact = self.marks.get(usize::from(mark)).and_then(|mark| self.facts.get(usize::from(mark.fact)))?;
        match fact.matter {
            Matter::Notice { purpose, .. } => Some(purpose),
            _ => None,
        }
    }

    /// Whether a move is a milestone that concludes an agreement in force.
    fn concludes(&self, why: Why) -> bool {
        let Why::Mark(mark, how) = why else { return false };
        match self.marks.get(usize::from(mark)).map(|mark| mark.act) {
            Some(Act::Signed { .. }) => how == How::ByRule,
            Some(Act::Effect | Act::Entered | Act::Renewed) => true,
            _ => false,
        }
    }

    /// The marks that saw a facet on the day of a stretch and do not fit what they are asked about; all that saw it where
    /// each of them fits alone.
    fn unfit(&self, stretch: u32, fits: impl Fn(&Act) -> Option<bool>) -> Vec<u16> {
        let Some(day) = self.stretches.get(stretch as usize).map(|stretch| stretch.when.first) else {
            return Vec::new();
        };
        let marks = (0..).zip(self.marks).filter(|(_, mark)| mark.bounds.exact() == Some(day));
        let saw: Vec<(u16, bool)> = marks.filter_map(|(index, mark)| Some((index, fits(&mark.act)?))).collect();
        let all_fit = saw.iter().all(|(_, fits)| *fits);
        saw.into_iter().filter(|(_, fits)| all_fit || !fits).map(|(index, _)| index).collect()
    }

    /// The mark that narrows a passed term to one standing at the end of a stretch (rule 10).
    fn narrows(&self, from: &Node) -> Option<u16> {
        let seen = self.stretches.get(from.stretch as usize).and_then(|stretch| stretch.seen.standing);
        seen.filter(|_| from.state.past)?;
        let all = from.state.standings();
        let marks = self.unfit(from.stretch, |act| match act {
            Act::SeenStanding(values) => Some(values.and(all) == all),
            _ => None,
        });
        marks.first().copied()
    }
}

impl Kept {
    pub(super) fn of(graph: &Graph, context: &Context<'_>) -> Self {
        let order = order(graph);
        let (clusters, placed) = clusters(graph, &order);
        let mut kept = Self {
            decided: vec![None; graph.nodes.len()],
            clusters,
            placed,
            entered: BTreeMap::new(),
            rounds: BTreeMap::new(),
            undone: Vec::new(),
            aside: Vec::new(),
            alone: BTreeSet::new(),
            free: BTreeSet::new(),
            lies: BTreeMap::new(),
            order,
        };
        let mut undoes: Vec<u16> = vec![0; graph.nodes.len()];
        for place in 0..kept.order.len() {
            let Some(node) = kept.order.get(place).copied() else { continue };
            let decided = kept.follow(graph, context, node, &mut undoes);
            if let Some(slot) = kept.decided.get_mut(node as usize) {
                *slot = Some(decided);
            }
        }
        if graph.last.iter().any(|last| undoes.get(*last as usize) == Some(&0)) {
            kept.undone.clear();
        }
        kept
    }

    /// What decided at a node, from what decided before it.
    fn follow(&mut self, graph: &Graph, context: &Context<'_>, node: u32, undoes: &mut [u16]) -> Decided {
        let mut decided = Decided::default();
        let Some(to) = graph.node(node) else { return decided };
        let mut fewest = None;
        for step in graph.into(node) {
            let Some(from) = graph.node(step.from) else { continue };
            let Some(before) = self.decided.get_mut(step.from as usize).and_then(Option::take) else { continue };
            let leg = Leg {
                step,
                old: &from.state,
                new: &to.state,
                cause: self.cause(step, from, context),
                when: context.stretches.get(from.stretch as usize).map(|stretch| stretch.when),
            };
            leg.facets(&before, &mut decided, context);
            let held = headlines(&before.headlines, (leg.old, leg.new), (step.why, leg.when));
            merge(&mut decided.headlines, held, fewest.is_none(), leg.when);
            self.follow_rounds(&leg, &before, &mut decided, context);
            let undone = undoing(step.why, leg.old);
            if let (true, Some(Cause::Change(cluster))) = (undone, leg.cause) {
                let pairs = before.standing.iter().filter(|cause| **cause != Cause::Initial);
                self.undone.extend(pairs.map(|cause| (*cause, cluster)));
            }
            self.set_aside(step, from, context);
            self.place(&leg);
            let count = undoes.get(step.from as usize).copied().unwrap_or_default() + u16::from(undone);
            fewest = Some(fewest.map_or(count, |fewest: u16| fewest.min(count)));
            if let Some(slot) = self.decided.get_mut(step.from as usize) {
                *slot = Some(before);
            }
        }
        if let (Some(slot), Some(fewest)) = (undoes.get_mut(node as usize), fewest) {
            *slot = fewest;
        }
        if decided.rounds.is_empty() { Decided::at_first() } else { decided }
    }

    /// What a move does to the rounds that led to it, and when each stage of a round was entered.
    fn follow_rounds(&mut self, leg: &Leg<'_>, before: &Decided, decided: &mut Decided, context: &Context<'_>) {
        let &Leg { step, old, new, cause, when } = leg;
        for round in &before.rounds {
            let next = next_round(*round, (old, new), (step.why, step.cost), cause, &|mark| context.purpose(mark));
            if let Why::Mark(mark, _) = step.why {
                let numbers = self.rounds.entry(mark).or_default();
                if !numbers.contains(&next.number) {
                    numbers.push(next.number);
                }
            }
            if let Some(when) = when.filter(|_| (round.number, round.stage) != (next.number, next.stage)) {
                let days = self.entered.entry((next.stage, next.number)).or_insert(when.bounds());
                *days = days.hull(when.bounds());
            }
            if !decided.rounds.contains(&next) {
                decided.rounds.push(next);
            }
        }
    }

    /// Notes on which days a mark lies, and whether it lies there alone: without a change that nobody recorded.
    fn place(&mut self, leg: &Leg<'_>) {
        let Why::Mark(mark, _) = leg.step.why else { return };
        let among = if leg.step.cost.changes() > 0 { &mut self.alone } else { &mut self.free };
        among.insert(mark);
        if let Some(when) = leg.when {
            let days = self.lies.entry(mark).or_insert(when.bounds());
            *days = days.hull(when.bounds());
        }
    }

    /// Notes the observation or the signature that a move sets aside.
    fn set_aside(&mut self, step: &Move, from: &Node, context: &Context<'_>) {
        if step.cost.asides() == 0 {
            return;
        }
        let marks = match step.why {
            Why::Mark(mark, _) => vec![mark],
            Why::Night => {
                let Some(seen) = context.stretches.get(from.stretch as usize).map(|stretch| stretch.seen) else {
                    return;
                };
                let (listing, standings) = (from.state.listing, from.state.standings());
                let listing_aside = seen.listing.is_some_and(|values| !values.has(listing));
                let standing_aside = seen.standing.is_some_and(|values| values.and(standings).is_empty());
                let mut marks = Vec::new();
                if listing_aside {
                    marks.extend(context.unfit(from.stretch, |act| match act {
                        Act::SeenListing(values) => Some(values.has(listing)),
                        _ => None,
                    }));
                }
                if standing_aside {
                    marks.extend(context.unfit(from.stretch, |act| match act {
                        Act::SeenStanding(values) => Some(!values.and(standings).is_empty()),
                        _ => None,
                    }));
                }
                marks
            }
            _ => Vec::new(),
        };
        for mark in marks {
            if !self.aside.contains(&mark) {
                self.aside.push(mark);
            }
        }
    }

    /// What a move gives as the cause of what it changes.
    pub(super) fn cause(&self, step: &Move, from: &Node, context: &Context<'_>) -> Option<Cause> {
        let cluster = |change: Change| self.placed.get(&(step.from, change)).copied().map(Cause::Change);
        match step.why {
            Why::Mark(mark, how) => Some(Cause::Mark(mark, how)),
            Why::Review(by) => Some(Cause::Review(by)),
            Why::TermOver(mark) => Some(Cause::TermOver(mark)),
            Why::Change(change) => cluster(change.first_from(from.state.standing)),
            Why::Arrive(standing) => cluster(Change::Standing(standing)),
            Why::Night => context.narrows(from).map(|mark| Cause::Mark(mark, How::Told)),
        }
    }
}

/// The latest round after a move: a new one where one was opened, else the same one further on.
pub(super) fn next_round(
    round: InRound,
    (old, new): (&State, &State),
    (why, cost): (Why, Cost),
    cause: Option<Cause>,
    purposes: &impl Fn(u16) -> Option<NoticePurpose>,
) -> InRound {
    let mut next = round;
    let opened = opens(old, new, cost);
    if opened {
        next = InRound { number: round.number + 1, renewal: old.concluded, purpose: None, stage: Cause::Initial };
    }
    if let (true, Some(cause)) = (opened || new.reached != old.reached, cause) {
        next.stage = cause;
    }
    if let Why::Mark(mark, _) = why
        && let Some(purpose) = purposes(mark)
    {
        next.purpose = Some(purpose);
    }
    next
}

/// Whether a move opened a round: of two conclusions the second has one of its own when that is counted (rule 5).
fn opens(old: &State, new: &State, cost: Cost) -> bool {
    match (old.round, new.round) {
        (Round::Never | Round::GivenUp, Round::Open | Round::Concluded) | (Round::Concluded, Round::Open) => true,
        (Round::Concluded, Round::Concluded) => cost.rounds() > 0,
        _ => false,
    }
}

/// Whether an unrecorded change takes back what a milestone brought, so that the dates contradict each other.
fn undoing(why: Why, old: &State) -> bool {
    use Standing::{Expired, InForce, NotConcluded, Signed, Suspended, Terminated};
    let Why::Change(Change::Standing(to)) = why else { return false };
    matches!(
        (old.standing, to),
        (_, NotConcluded) | (InForce | Suspended, Signed) | (Expired, Terminated) | (Terminated, Expired)
    )
}

/// The kept nodes, each after those that lead to it.
fn order(graph: &Graph) -> Vec<u32> {
    let mut order = Vec::with_capacity(graph.nodes.len().min(256));
    let mut begun = vec![false; graph.nodes.len()];
    let mut stack: Vec<(u32, bool)> = graph.last.iter().map(|node| (*node, false)).collect();
    while let Some((node, led_to)) = stack.pop() {
        if led_to {
            order.push(node);
            continue;
        }
        let Some(begun) = begun.get_mut(node as usize).filter(|begun| !**begun) else { continue };
        *begun = true;
        stack.push((node, true));
        stack.extend(graph.into(node).map(|step| (step.from, false)));
    }
    order
}

fn keep(all: &mut Vec<Cause>, before: &[Cause], cause: Option<Cause>) {
    let mut add = |cause: Cause| {
        if !all.contains(&cause) {
            all.push(cause);
        }
    };
    match cause {
        Some(cause) => add(cause),
        None => before.iter().copied().for_each(add),
    }
}
