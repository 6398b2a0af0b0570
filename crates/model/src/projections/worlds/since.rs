//! Since when does each headline hold in the worlds that come by a node?
//!
//! Invariant: what some ways to a node keep and others do not may as well begin anew there, so its days span both.

use super::marks::Bounds;
use super::moves::When;
use super::search::Why;
use super::state::State;
use crate::domain::words::Headline;

/// Since when each headline holds after a move, from since when each held before it.
///
/// What holds again on the evening of the very day on which it ceased has held all along; in a stretch of several days it
/// begins anew. While a term may be over, each of the two headlines may still have begun.
pub(super) fn headlines(
    before: &[(Headline, Option<Bounds>)],
    (old, new): (&State, &State),
    (why, when): (Why, Option<When>),
) -> Vec<(Headline, Option<Bounds>)> {
    let Some(when) = when else { return Vec::new() };
    let open = old.past || new.past;
    let now = new.headlines();
    let mut all = Vec::with_capacity(2);
    for headline in now.iter() {
        let held = before.iter().find(|(of, _)| *of == headline).map(|(_, since)| *since);
        let since = held.unwrap_or(Some(when.bounds()));
        let since = since.map(|since| if open { since.hull(Bounds { to: when.last, ..since }) } else { since });
        all.push((headline, since));
    }
    if why != Why::Night && when.first == when.last {
        all.extend(before.iter().filter(|(of, _)| !now.has(*of)).copied());
    }
    all
}

/// Joins what ways to one node say of their headlines. What ceased on the day by some of them only may as well begin anew.
pub(super) fn merge(
    all: &mut Vec<(Headline, Option<Bounds>)>,
    held: Vec<(Headline, Option<Bounds>)>,
    first: bool,
    when: Option<When>,
) {
    if first {
        *all = held;
        return;
    }
    let anew = when.map(When::bounds);
    let hull = |one: Option<Bounds>, other: Option<Bounds>| one.zip(other).map(|(one, other)| one.hull(other));
    for (headline, since) in all.iter_mut() {
        let other = held.iter().find(|(of, _)| of == headline).map_or(anew, |(_, since)| *since);
        *since = hull(*since, other);
    }
    for (headline, since) in held {
        if all.iter().all(|(of, _)| *of != headline) {
            all.push((headline, hull(since, anew)));
        }
    }
}
