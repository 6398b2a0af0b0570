//! Which worlds are the simplest (rule 5)?
//!
//! Invariant: every path through the kept moves is a possible world that adds as little as any, and each such world is a path.
//!
//! States that agree go on alike, so worlds are searched as shortest paths, by Dijkstra's algorithm over all stretches at once.
//! What nobody told is added to a state only when nothing simpler has led to an end: almost every real history needs none of
//! it, or two changes.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::hash::BuildHasher;

use hashbrown::HashTable;
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

/// What leads from one state to the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Why {
    /// A mark happened, in this way.
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

impl Graph {
    /// The simplest worlds; `None` beyond the cap.
    pub(super) fn of(marks: &[Mark], stretches: &[Stretch], law: &Law) -> Option<Self> {
        let mut search = Search {
            marks,
            law,
            stretches,
            graph: Self::default(),
            places: HashTable::new(),
            heap: BinaryHeap::new(),
            later: Vec::new(),
        };
        search.run()?;
        Some(search.graph)
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

struct Search<'a> {
    marks: &'a [Mark],
    law: &'a Law,
    stretches: &'a [Stretch],
    graph: Graph,
    /// The nodes by stretch and state; it is looked up in and never walked, so that its order decides nothing.
    places: HashTable<u32>,
    heap: BinaryHeap<Reverse<(Cost, u32)>>,
    /// The nodes to which a change that nobody told may be added, should nothing simpler lead to an end.
    later: Vec<u32>,
}

/// A move that is found: where it leads, what it adds, and what it is.
type Found = (State, Cost, Why);

impl Search<'_> {
    /// Looks at states in the order of what they add, until all that add no more than the first end are looked at.
    fn run(&mut self) -> Option<()> {
        let begin = self.stretches.first().map_or(State::BLANK, |first| morning(&State::BLANK, first));
        self.reach((begin, Cost::NONE), None, (0, true))?;
        let mut found: Vec<Found> = Vec::new();
        let mut best = None;
        let mut changes = 0;
        loop {
            let next = self.heap.pop().map(|Reverse(next)| next);
            if best.is_some() && next.is_none_or(|(cost, _)| Some(cost) > best) {
                return Some(());
            }
            let same = next.filter(|(cost, _)| cost.changes() == changes);
            let Some((cost, place)) = same else {
                self.heap.extend(next.map(Reverse));
                changes += 1;
                self.add_changes(&mut found)?;
                if self.heap.is_empty() {
                    return None;
                }
                continue;
            };
            let Some((state, index)) =
                self.graph.node(place).filter(|node| node.cost == cost).map(|node| (node.state, node.stretch))
            else {
                continue;
            };
            let Some(stretch) = self.stretches.get(index as usize) else {
                best = Some(cost);
                self.graph.last.push(place);
                continue;
            };
            self.later.push(place);
            self.goes_on(&state, stretch, &mut found);
            for (next, weight, why) in found.drain(..) {
                self.reach((next, cost.and(weight)), Some((place, why, weight)), (index, false))?;
            }
            if let Some((next, weight)) = night(&state, stretch, self.marks) {
                self.next_morning((next, weight), (place, cost), index + 1)?;
            }
        }
    }

    /// Adds one change that nobody told to each state that was looked at.
    fn add_changes(&mut self, found: &mut Vec<Found>) -> Option<()> {
        for place in std::mem::take(&mut self.later) {
            let Some((state, own, index)) = self.graph.node(place).map(|node| (node.state, node.cost, node.stretch))
            else {
                continue;
            };
            let Some(stretch) = self.stretches.get(index as usize) else { continue };
            change(&state, self.law, stretch.open(&state), &mut |next, weight, why| {
                found.push((next, weight, Why::Change(why)));
            });
            for (next, weight, why) in found.drain(..) {
                self.reach((next, own.and(weight)), Some((place, why, weight)), (index, false))?;
            }
        }
        Some(())
    }

    /// The state with which the next stretch begins; after the last one nothing is awaited and nothing is on its way.
    fn next_morning(&mut self, (state, weight): (State, Cost), (from, cost): (u32, Cost), stretch: u32) -> Option<()> {
        let state = match self.stretches.get(stretch as usize) {
            Some(stretch) => morning(&state, stretch),
            None if state.awaits == Awaits::Entry || state.closing == Closing::Awaited || state.on_way.is_some() => {
                return Some(());
            }
            None => state,
        };
        self.reach((state, cost.and(weight)), Some((from, Why::Night, weight)), (stretch, true))
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

    /// Notes a state with a move that leads to it; `None` beyond the cap.
    fn reach(
        &mut self,
        (state, cost): (State, Cost),
        by: Option<(u32, Why, Cost)>,
        (stretch, morning): (u32, bool),
    ) -> Option<()> {
        let hash = hash_of(&state, stretch);
        let same = |place: &u32| self.graph.node(*place).is_some_and(|of| of.stretch == stretch && of.state == state);
        let place = match self.places.find(hash, same).copied() {
            Some(place) => place,
            None => self.add(Node { state, cost, stretch, morning, moves: None }, hash)?,
        };
        let node = self.graph.nodes.get_mut(place as usize)?;
        if cost > node.cost {
            return Some(());
        }
        if cost < node.cost {
            node.cost = cost;
            self.heap.push(Reverse((cost, place)));
        }
        node.morning |= morning;
        if let Some((from, why, cost)) = by {
            let next = node.moves;
            node.moves = u32::try_from(self.graph.moves.len()).ok();
            self.graph.moves.push(Move { from, why, cost, next });
        }
        Some(())
    }

    fn add(&mut self, node: Node, hash: u64) -> Option<u32> {
        if self.graph.nodes.len() >= MOST_STATES {
            return None;
        }
        let place = u32::try_from(self.graph.nodes.len()).ok()?;
        self.heap.push(Reverse((node.cost, place)));
        self.graph.nodes.push(node);
        let nodes = &self.graph.nodes;
        let again = |place: &u32| nodes.get(*place as usize).map_or(0, |node| hash_of(&node.state, node.stretch));
        self.places.insert_unique(hash, place, again);
        Some(place)
    }
}

/// The key by which a node is looked up.
fn hash_of(state: &State, stretch: u32) -> u64 {
    FxBuildHasher.hash_one((stretch, state))
}

/// A state on the morning of a stretch.
fn morning(state: &State, stretch: &Stretch) -> State {
    State { morning: held(state, &stretch.seen), ..*state }
}

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
