//! Which worlds are the simplest (rule 5)?
//!
//! Invariant: every path through the kept moves is a possible world that adds as little as any, and each such world is a path.
//!
//! States that agree go on alike, so worlds are searched as shortest paths: within a stretch by Dijkstra's algorithm, from
//! stretch to stretch in the order of days. How many unrecorded changes may be added is bounded by 0, then 1, 2, 4, ...:
//! almost every real history needs none, or two.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};

use rustc_hash::FxBuildHasher;

use super::changes::{Change, arrive, change};
use super::marks::Mark;
use super::moves::{How, Law, sees, take};
use super::state::{Awaits, Closing, Cost, State};
use super::stretches::{Seen, Stretch};
use crate::domain::words::{Stage, Standing};

/// More states than so many are not looked at (rule 11). A bundled history has fewer than a thousand; a state takes about
/// a microsecond, so that no history takes longer than some hundredths of a second.
pub(super) const MOST_STATES: usize = 16_384;

/// More unrecorded changes than so many are not added.
const MOST_CHANGES: u64 = 256;

/// What leads from one state to the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Why {
    /// A mark happened.
    Mark(u16, How),
    /// Review began, by a notice or a closing.
    Review(u16),
    /// The term of a mark may be over.
    TermOver(u16),
    /// A change that nobody told.
    Change(Change),
    /// What was on its way arrived.
    Arrive(Standing),
    /// A stretch ended.
    Night,
}

/// A state at a moment of a stretch.
#[derive(Debug)]
pub(super) struct Node {
    pub state: State,
    pub cost: Cost,
    pub stretch: u32,
    /// Whether a stretch begins with it.
    pub morning: bool,
    /// The last of the moves that lead to it.
    moves: Option<u32>,
}

/// A move between two nodes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Move {
    pub from: u32,
    pub why: Why,
    pub cost: Cost,
    next: Option<u32>,
}

/// The nodes and moves of a search.
#[derive(Debug, Default)]
pub(super) struct Graph {
    pub nodes: Vec<Node>,
    moves: Vec<Move>,
    /// The nodes in which a simplest world ends.
    pub last: Vec<u32>,
}

/// Why a search gave nothing.
#[derive(Debug, PartialEq, Eq)]
enum Failed {
    /// No world adds so few changes.
    Bound,
    /// More states than are looked at.
    Cap,
}

impl Graph {
    /// The simplest worlds; `None` beyond the cap.
    pub(super) fn of(marks: &[Mark], stretches: &[Stretch], law: &Law) -> Option<Self> {
        let (mut bound, mut spent) = (0, 0);
        while bound <= MOST_CHANGES {
            let mut search = Search { marks, law, bound, spent, graph: Self::default(), layer: Layer::default() };
            match search.run(stretches) {
                Ok(()) => return Some(search.graph),
                Err(Failed::Cap) => return None,
                Err(Failed::Bound) => spent = search.spent,
            }
            bound = (bound * 2).max(1);
        }
        None
    }

    /// The moves that lead to a node at its cost.
    pub(super) fn into(&self, node: u32) -> impl Iterator<Item = &Move> {
        let to = self.node(node).map(|node| node.cost);
        let mut place = self.node(node).and_then(|node| node.moves);
        std::iter::from_fn(move || {
            let found = self.moves.get(place? as usize)?;
            place = found.next;
            Some(found)
        })
        .filter(move |found| self.node(found.from).map(|from| from.cost.and(found.cost)) == to)
    }

    pub(super) fn node(&self, node: u32) -> Option<&Node> {
        self.nodes.get(node as usize)
    }
}

/// The nodes of the stretch that is searched, by state.
#[derive(Default)]
struct Layer {
    begin: usize,
    map: HashMap<State, u32, FxBuildHasher>,
}

/// So many nodes are looked through one by one before they are mapped.
const FEW: usize = 16;

struct Search<'a> {
    marks: &'a [Mark],
    law: &'a Law,
    bound: u64,
    spent: usize,
    graph: Graph,
    layer: Layer,
}

impl Search<'_> {
    fn run(&mut self, stretches: &[Stretch]) -> Result<(), Failed> {
        let mut mornings = vec![(State::BLANK, Cost::NONE, None)];
        for (index, stretch) in (0..).zip(stretches) {
            let begin = self.graph.nodes.len();
            self.layer.begin = begin;
            self.layer.map.clear();
            let mut heap = BinaryHeap::with_capacity(mornings.len() * 2);
            for (state, cost, from) in mornings.drain(..) {
                let state = State { morning: held(&state, &stretch.seen), ..state };
                self.reach((state, cost), from.map(|(from, weight)| (from, Why::Night, weight)), (index, true), &mut heap)?;
            }
            self.day(stretch, index, &mut heap)?;
            for place in begin..self.graph.nodes.len() {
                let Some(node) = self.graph.nodes.get(place) else { continue };
                if let Some((state, cost)) = night(&node.state, stretch, self.marks) {
                    let from = u32::try_from(place).map_err(|_| Failed::Cap)?;
                    mornings.push((state, node.cost.and(cost), Some((from, cost))));
                }
            }
            if mornings.is_empty() {
                return Err(Failed::Bound);
            }
        }
        self.end(mornings, stretches.len())
    }

    /// After the last day nothing is awaited and nothing is on its way.
    fn end(&mut self, mornings: Vec<(State, Cost, Option<(u32, Cost)>)>, stretch: usize) -> Result<(), Failed> {
        let settled = |(state, ..): &(State, Cost, Option<(u32, Cost)>)| {
            state.awaits != Awaits::Entry && state.closing != Closing::Awaited && state.on_way.is_none()
        };
        let best = mornings.iter().filter(|last| settled(last)).map(|(_, cost, _)| *cost).min().ok_or(Failed::Bound)?;
        self.layer.begin = self.graph.nodes.len();
        self.layer.map.clear();
        let mut heap = BinaryHeap::new();
        let index = u32::try_from(stretch).map_err(|_| Failed::Cap)?;
        for (state, cost, from) in mornings.into_iter().filter(|last| settled(last) && last.1 == best) {
            self.reach((state, cost), from.map(|(from, weight)| (from, Why::Night, weight)), (index, true), &mut heap)?;
        }
        let last = self.layer.begin..self.graph.nodes.len();
        self.graph.last = last.filter_map(|node| u32::try_from(node).ok()).collect();
        Ok(())
    }

    /// Everything that may happen within a stretch, the simplest first.
    fn day(&mut self, stretch: &Stretch, index: u32, heap: &mut Heap) -> Result<(), Failed> {
        let mut found: Vec<(State, Cost, Why)> = Vec::new();
        while let Some(Reverse((cost, node))) = heap.pop() {
            let Some(state) = self.graph.node(node).filter(|node| node.cost == cost).map(|node| node.state) else {
                continue;
            };
            self.goes_on(&state, stretch, &mut found);
            if cost.changes() < self.bound {
                let open = stretch.open(&state);
                change(&state, self.law, open, &mut |next, weight, why| found.push((next, weight, Why::Change(why))));
            }
            for (next, weight, why) in found.drain(..) {
                let total = cost.and(weight);
                if total.changes() <= self.bound {
                    self.reach((next, total), Some((node, why, weight)), (index, false), heap)?;
                }
            }
        }
        Ok(())
    }

    /// What milestones and the passing of days bring.
    fn goes_on(&self, state: &State, stretch: &Stretch, found: &mut Vec<(State, Cost, Why)>) {
        for active in &stretch.active {
            let free = !state.has(active.slot) && state.has(active.after) && state.happened & active.before == 0;
            let Some(mark) = self.marks.get(usize::from(active.mark)).filter(|_| free) else { continue };
            take(state, (active.mark, mark), self.law, stretch.when, &mut |mut next, cost, how| {
                next.happened |= active.slot;
                found.push((next, cost, Why::Mark(active.mark, how)));
            });
        }
        if let Some(review) = state.review.filter(|review| review.from <= stretch.when.last) {
            let mut next = *state;
            next.reach(Stage::Review);
            found.push((next, Cost::NONE, Why::Review(review.by)));
        }
        if let Some(term) = state.term.filter(|term| self.over(*term).is_some_and(|over| over.0 <= stretch.when.last)) {
            found.push((State { past: true, term: None, ..*state }, Cost::NONE, Why::TermOver(term)));
        }
        if let Some(to) = state.on_way
            && let Some(next) = arrive(state, stretch.open(state))
        {
            found.push((next, Cost::NONE, Why::Arrive(to)));
        }
    }

    fn over(&self, mark: u16) -> Option<(i32, i32)> {
        self.marks.get(usize::from(mark)).and_then(|mark| mark.over).map(|over| (over.from, over.to))
    }

    /// Notes a state with a move that leads to it.
    fn reach(
        &mut self,
        (state, cost): (State, Cost),
        by: Option<(u32, Why, Cost)>,
        (stretch, morning): (u32, bool),
        heap: &mut Heap,
    ) -> Result<(), Failed> {
        let place = match self.find(&state) {
            Some(place) => place,
            None => self.add(state, cost, (stretch, morning), heap)?,
        };
        let Some(node) = self.graph.nodes.get_mut(place as usize) else { return Err(Failed::Cap) };
        if cost < node.cost {
            node.cost = cost;
            heap.push(Reverse((cost, place)));
        }
        node.morning |= morning;
        if let Some((from, why, weight)) = by.filter(|_| cost <= node.cost) {
            let next = node.moves;
            node.moves = Some(u32::try_from(self.graph.moves.len()).map_err(|_| Failed::Cap)?);
            self.graph.moves.push(Move { from, why, cost: weight, next });
        }
        Ok(())
    }

    fn find(&self, state: &State) -> Option<u32> {
        let here = self.graph.nodes.get(self.layer.begin..).unwrap_or_default();
        if here.len() < FEW {
            let place = here.iter().position(|node| node.state == *state)?;
            return u32::try_from(self.layer.begin + place).ok();
        }
        self.layer.map.get(state).copied()
    }

    fn add(&mut self, state: State, cost: Cost, (stretch, morning): (u32, bool), heap: &mut Heap) -> Result<u32, Failed> {
        self.spent += 1;
        if self.spent > MOST_STATES {
            return Err(Failed::Cap);
        }
        let place = u32::try_from(self.graph.nodes.len()).map_err(|_| Failed::Cap)?;
        self.graph.nodes.push(Node { state, cost, stretch, morning, moves: None });
        let here = self.graph.nodes.get(self.layer.begin..).unwrap_or_default();
        if here.len() == FEW {
            let begin = u32::try_from(self.layer.begin).map_err(|_| Failed::Cap)?;
            self.layer.map.extend((begin..).zip(here).map(|(place, node)| (node.state, place)));
        } else if here.len() > FEW {
            self.layer.map.insert(state, place);
        }
        heap.push(Reverse((cost, place)));
        Ok(place)
    }
}

type Heap = BinaryHeap<Reverse<(Cost, u32)>>;

/// The state with which the next stretch begins, where all has happened that must have; what it sets aside costs.
fn night(state: &State, stretch: &Stretch, marks: &[Mark]) -> Option<(State, Cost)> {
    let last = stretch.when.last;
    if !state.has(stretch.over) || state.review.is_some_and(|review| review.to <= last) {
        return None;
    }
    let over = |term: u16| marks.get(usize::from(term)).and_then(|mark| mark.over).is_some_and(|over| over.to <= last);
    if state.term.is_some_and(over) {
        return None;
    }
    let mut next = State { happened: state.happened & !stretch.over, morning: 0, ..*state };
    let cost = seen(&mut next, state.morning, &stretch.seen)?;
    Some((next, cost))
}

/// At the end of its day the facet has a value that was seen; where a milestone is told for that very day, it is enough that
/// one held that morning (rule 6).
fn seen(state: &mut State, morning: u8, seen: &Seen) -> Option<Cost> {
    let mut cost = Cost::NONE;
    let mut aside = |held: bool| {
        cost = cost.and(Cost::ASIDE);
        held
    };
    if let Some(values) = seen.listing
        && !values.has(state.listing)
        && !aside(morning & 1 != 0)
    {
        return None;
    }
    if let Some(values) = seen.standing
        && !sees(state, values)
        && !aside(morning & 2 != 0)
    {
        return None;
    }
    Some(cost)
}

/// What was seen on a day and held that morning already.
fn held(state: &State, seen: &Seen) -> u8 {
    if !seen.morning {
        return 0;
    }
    let listing = seen.listing.is_some_and(|values| values.has(state.listing));
    let standing = seen.standing.is_some_and(|values| !values.and(state.standings()).is_empty());
    u8::from(listing) | u8::from(standing) << 1
}
