//! Which worlds are possible, and which of them are the simplest (rules 5 and 6)?
//!
//! Invariant: every step from every point of every world is tried, with none, one, two and more unrecorded changes,
//! until some world reaches its end; a point is asked once what it costs to go on from it.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use depositary::domain::words::{Listing, Stage, Standing};

use super::changes::{arrival, lapse, unrecorded};
use super::history::History;
use super::milestones::{Step, happen};
use super::world::{Awaited, Closing, Cost, End, State, World};

/// A point of a world: how it stands, on which day of the grid, and how many unrecorded changes it may still add.
type Point = (World, usize, u8);

struct Search<'a> {
    history: &'a History,
    days: &'a [i32],
    /// What it costs to go on from a point to the end; `None` where nothing reaches it.
    known: HashMap<Point, Option<Cost>>,
}

/// What the simplest worlds add, and what they show at the end of each day.
pub fn simplest(history: &History, days: &[i32]) -> (Cost, BTreeMap<i32, BTreeSet<End>>) {
    let mut search = Search { history, days, known: HashMap::new() };
    for changes in 0..=u8::try_from(2 * (history.placed.len() + history.seen.len()) + 2).unwrap_or(u8::MAX) {
        let start = (World::first(), 0, changes);
        if let Some(cost) = search.rest(start) {
            return (cost, search.shown(start));
        }
    }
    panic!("no world is possible: {history:#?}")
}

impl Search<'_> {
    /// What it costs to go on from a point to the end, at the least.
    fn rest(&mut self, point: Point) -> Option<Cost> {
        if point.1 == self.days.len() {
            return is_complete(&point.0).then_some(Cost::NOTHING);
        }
        if let Some(known) = self.known.get(&point) {
            return *known;
        }
        let mut least = None;
        for (next, cost, _) in self.ways_on(point) {
            if let Some(rest) = self.rest(next) {
                let whole = cost + rest;
                least = Some(least.map_or(whole, |least: Cost| least.min(whole)));
            }
        }
        self.known.insert(point, least);
        least
    }

    /// Every way on: a step within the day, or, where the day may end so, into the next.
    fn ways_on(&self, (world, at, changes): Point) -> Vec<(Point, Cost, Option<End>)> {
        let day = self.days[at];
        let mut steps: Vec<Step> = Vec::new();
        for index in 0..self.history.placed.len() {
            steps.extend(happen(self.history, &world, index, day));
        }
        steps.extend(lapse(&world, day));
        steps.extend(arrival(self.history, &world, day));
        if changes > 0 {
            steps.extend(unrecorded(self.history, &world, day));
        }
        let affordable = steps.into_iter().filter(|(_, cost)| cost.unrecorded <= changes);
        let within = affordable.map(|(next, cost)| ((next, at, changes - cost.unrecorded), cost, None));
        let ends = evenings(self.history, world, day).into_iter().map(|(evening, cost)| {
            let next = World { morning: self.morning_after(&evening, at), ..evening };
            ((next, at + 1, changes), cost, Some(evening.end()))
        });
        within.chain(ends).collect()
    }

    /// What the next day's observations may say of its morning: where a milestone is told for that day.
    fn morning_after(&self, evening: &World, at: usize) -> Option<(Standing, bool, Listing)> {
        let next = self.days.get(at + 1)?;
        let asked =
            self.history.seen.iter().any(|(day, _)| day == next) && self.history.told_for(*next).next().is_some();
        asked.then_some((evening.standing, evening.past_term, evening.listing))
    }

    /// What the simplest worlds show at the end of each day: every way on that costs no more than it must.
    fn shown(&mut self, start: Point) -> BTreeMap<i32, BTreeSet<End>> {
        let mut shown: BTreeMap<i32, BTreeSet<End>> = BTreeMap::new();
        let (mut met, mut open) = (HashSet::from([start]), vec![start]);
        while let Some(point) = open.pop() {
            if point.1 == self.days.len() {
                continue;
            }
            let least = self.rest(point);
            for (next, cost, end) in self.ways_on(point) {
                if self.rest(next).map(|rest| cost + rest) != least {
                    continue;
                }
                if let Some(end) = end {
                    shown.entry(self.days[point.1]).or_default().insert(end);
                }
                if met.insert(next) {
                    open.push(next);
                }
            }
        }
        shown
    }
}

/// Before the history ends, what is awaited has come and what is on its way has arrived.
fn is_complete(world: &World) -> bool {
    let awaits_entry = matches!(world.awaited, Awaited::Entry { .. });
    world.on_way_to.is_none() && !awaits_entry && world.closing != Closing::Awaited
}

/// The ways in which a day can end so: with all that must have happened by then, and with what was seen on it.
fn evenings(history: &History, world: World, day: i32) -> Vec<Step> {
    let lacks =
        |(index, placed): (usize, &super::history::Placed)| placed.bounds.latest <= day && !world.has_happened(index);
    let term_is_over = world.term.is_some_and(|(_, latest)| latest < day);
    if history.placed.iter().enumerate().any(lacks) || term_is_over {
        return Vec::new();
    }
    let (mut evening, mut cost) = (world, Cost::NOTHING);
    for (_, sight) in history.seen.iter().filter(|(seen, _)| *seen == day) {
        if let Some(seen) = evening.shows(*sight) {
            evening = seen;
        } else if history.told_for(day).next().is_some() && world.showed(*sight) {
            cost = cost + Cost::SET_ASIDE;
        } else {
            return Vec::new();
        }
    }
    let (may, must) = match evening.review.filter(|_| evening.state == State::Open) {
        Some((from, to)) => (from <= day, to <= day),
        None => (false, false),
    };
    let mut reviewed = evening;
    reviewed.reach(Stage::Review);
    match (may, must) {
        (_, true) => vec![(reviewed, cost)],
        (true, false) => vec![(reviewed, cost), (evening, cost)],
        (false, false) => vec![(evening, cost)],
    }
}
