//! Which days matter, and what may happen on each (rules 1, 2, 4 and 6)?
//!
//! Invariant: the stretches tile all days; within a stretch every day allows the same, so it is looked at as one.

use std::collections::BTreeSet;

use super::changes::Open;
use super::marks::{Act, Bounds, Day, EVER, Mark, day_of, facet};
use super::moves::{Law, When};
use super::search::MOST_STATES;
use super::state::State;
use crate::domain::time::LAST_DAY;
use crate::domain::words::{Listing, Possible, Standing};

/// A mark that may happen in a stretch.
#[derive(Debug, Clone, Copy)]
pub(super) struct Active {
    pub mark: u16,
    /// Its bit among what has happened.
    pub slot: u64,
    /// The marks that must have happened before.
    pub after: u64,
    /// The marks that must not have happened before.
    pub before: u64,
}

/// What was seen on a day, of each facet (rule 6).
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Seen {
    pub listing: Option<Possible<Listing>>,
    pub standing: Option<Possible<Standing>>,
    /// Whether a milestone is told for that very day, so that what held that morning is enough.
    pub morning: bool,
}

/// Days that are looked at as one.
#[derive(Debug, Clone)]
pub(super) struct Stretch {
    pub when: When,
    pub active: Vec<Active>,
    /// The marks that have happened by its end, and matter no more after it.
    pub over: u64,
    pub seen: Seen,
    /// The marks told for that very day, by facet: a change comes before the last of them.
    told: [u64; 3],
}

impl Stretch {
    /// Which unrecorded changes may still come here.
    pub(super) fn open(&self, state: &State) -> Open {
        let [standing, stage, listing] = self.told.map(|slots| slots == 0 || !state.has(slots));
        let standing_seen = self.seen.standing.is_some();
        let conclusion = match self.told {
            [0, ..] => stage,
            _ => standing,
        };
        Open {
            standing: standing || standing_seen,
            conclusion: conclusion || standing_seen,
            listing: listing || self.seen.listing.is_some(),
            stage,
        }
    }
}

/// What was seen on known days: the observations of one facet and day count as one (rule 6).
pub(super) fn seen_on_days(marks: &[Mark]) -> Vec<(Day, Seen)> {
    let exact = |mark: &Mark| mark.bounds.exact().filter(|_| mark.act.is_seen()).map(|day| (day, mark.act));
    let mut all: Vec<(Day, Act)> = marks.iter().filter_map(exact).collect();
    all.sort_by_key(|(day, _)| *day);
    let told: BTreeSet<Day> =
        marks.iter().filter(|mark| !mark.act.is_seen()).filter_map(|mark| mark.bounds.exact()).collect();
    let one = |group: &[(Day, Act)]| {
        let day = group.first().map(|(day, _)| *day)?;
        let listing = common(group.iter().filter_map(|(_, act)| match act {
            Act::SeenListing(values) => Some(*values),
            _ => None,
        }));
        let standing = common(group.iter().filter_map(|(_, act)| match act {
            Act::SeenStanding(values) => Some(*values),
            _ => None,
        }));
        Some((day, Seen { listing, standing, morning: told.contains(&day) }))
    };
    all.chunk_by(|(one, _), (other, _)| one == other).filter_map(one).collect()
}

/// What all saw, or else what any saw; `None` when nobody saw.
fn common<W: crate::domain::words::Word>(seen: impl Iterator<Item = Possible<W>> + Clone) -> Option<Possible<W>> {
    let all = seen.clone().reduce(Possible::and)?;
    if all.is_empty() { seen.reduce(Possible::or) } else { Some(all) }
}

/// The stretches of a history; `None` when more marks overlap than a state has room for.
pub(super) fn stretches(marks: &[Mark], seen: &[(Day, Seen)], law: &Law) -> Option<Vec<Stretch>> {
    let placed: Vec<(u16, &Mark)> =
        (0..).zip(marks).filter(|(_, mark)| !mark.act.is_seen() || mark.bounds.exact().is_none()).collect();
    if most_at_once(&placed) > u64::BITS as usize {
        return None;
    }
    let cuts = cuts(&placed, seen, law)?;
    let mut slots: Vec<(u16, u32)> = Vec::new();
    let mut free = u64::MAX;
    let mut next = 0;
    let mut by_begin = placed;
    by_begin.sort_by_key(|(_, mark)| mark.bounds.from);
    let mut all = Vec::with_capacity(cuts.len() + 1);
    let firsts = std::iter::once(EVER).chain(cuts.iter().copied());
    let lasts = cuts.iter().map(|cut| cut - 1).chain(std::iter::once(day_of(LAST_DAY)));
    for (first, last) in firsts.zip(lasts) {
        while let Some((index, _)) = by_begin.get(next).filter(|(_, mark)| mark.bounds.from <= first) {
            let slot = free.trailing_zeros();
            free &= !1_u64.checked_shl(slot).filter(|slot| *slot != 0)?;
            slots.push((*index, slot));
            next += 1;
        }
        let stretch = stretch(marks, &slots, seen, When { first, last });
        free |= stretch.over;
        slots.retain(|(_, slot)| stretch.over & (1 << slot) == 0);
        all.push(stretch);
    }
    Some(all)
}

fn stretch(marks: &[Mark], slots: &[(u16, u32)], seen: &[(Day, Seen)], when: When) -> Stretch {
    let here =
        || slots.iter().filter_map(|(index, slot)| Some((*index, marks.get(usize::from(*index))?, 1_u64 << slot)));
    let single = when.first == when.last;
    let seen = if single { seen.binary_search_by_key(&when.first, |(day, _)| *day).ok() } else { None }
        .and_then(|place| seen.get(place))
        .map(|(_, seen)| *seen)
        .unwrap_or_default();
    let mut told = [0; 3];
    let mut over = 0;
    for (_, mark, slot) in here() {
        if mark.bounds.to <= when.last {
            over |= slot;
        }
        if single && mark.bounds.exact() == Some(when.first) {
            for (place, facet) in [facet::STANDING, facet::STAGE, facet::LISTING].into_iter().enumerate() {
                if let Some(told) = told.get_mut(place).filter(|_| mark.act.facets() & facet != 0) {
                    *told |= slot;
                }
            }
        }
    }
    let active = here().map(|(index, mark, slot)| {
        let slots_of = |test: &dyn Fn(&Mark) -> bool| {
            here().filter(|(other, mark, _)| *other != index && test(mark)).fold(0, |all, (.., slot)| all | slot)
        };
        let day = if single { Some(when.first) } else { None };
        Active {
            mark: index,
            slot,
            after: slots_of(&|earlier| follows(earlier, (index, mark), day)),
            before: slots_of(&|later| day.is_some_and(|day| precedes(mark, later, day))),
        }
    });
    Stretch { when, active: active.collect(), over, seen, told }
}

/// Whether one mark must have happened before another may (rule 2).
fn follows(earlier: &Mark, (index, mark): (u16, &Mark), day: Option<Day>) -> bool {
    // A signature's effect is never before it.
    if let (Act::Signed { effect }, Act::Effect) = (earlier.act, mark.act)
        && effect == Some(index)
    {
        return true;
    }
    let Some(day) = day.filter(|_| !earlier.act.is_seen() && !mark.act.is_seen()) else { return false };
    let (one, other) = (earlier.bounds, mark.bounds);
    match (one.exact(), other.exact()) {
        (Some(a), Some(b)) if a == day && b == day => earlier.order < mark.order,
        _ => {
            let either = matches!(earlier.act, Act::Entered | Act::Effect) && matches!(mark.act, Act::Signed { .. });
            one.to == day && other.from == day && !either
        }
    }
}

/// Whether an end whose day is not told does not lie, on a day, after a mark of its facet that is told for it (rule 2).
fn precedes(end: &Mark, later: &Mark, day: Day) -> bool {
    end.act.ends()
        && end.bounds.exact().is_none()
        && later.bounds.exact() == Some(day)
        && !later.act.ends()
        && end.act.facets() & later.act.facets() != 0
}

/// How many of the marks may happen on one and the same day, at the most.
fn most_at_once(placed: &[(u16, &Mark)]) -> usize {
    let mut begins: Vec<Day> = placed.iter().map(|(_, mark)| mark.bounds.from).collect();
    let mut ends: Vec<Day> = placed.iter().map(|(_, mark)| mark.bounds.to).collect();
    begins.sort_unstable();
    ends.sort_unstable();
    let begun = |(index, begin): (usize, &Day)| index + 1 - ends.partition_point(|end| end < begin);
    begins.iter().enumerate().map(begun).max().unwrap_or_default()
}

/// The first days of all stretches but the first; `None` when there are more of them than states that are looked at, of
/// which each stretch needs one.
fn cuts(placed: &[(u16, &Mark)], seen: &[(Day, Seen)], law: &Law) -> Option<Vec<Day>> {
    let mut cuts = Vec::with_capacity(placed.len() * 3 + seen.len() * 2);
    let span = |cuts: &mut Vec<Day>, Bounds { from, to }: Bounds| {
        cuts.extend(Some(from).filter(|from| *from > EVER));
        cuts.extend([to, to + 1]);
    };
    for (_, mark) in placed {
        span(&mut cuts, mark.bounds);
        if let Some(over) = mark.over {
            span(&mut cuts, over);
        }
    }
    for (day, seen) in seen {
        span(&mut cuts, Bounds { from: *day, to: *day });
        cuts.extend(Some(day - 1).filter(|_| seen.morning));
    }
    let base = sorted(cuts)?;
    let mut cuts = base.clone();
    for (_, mark) in placed {
        let (fewest, most) = match (mark.act, law.window) {
            (Act::Notice { closes: Some(day), .. }, _) => {
                // The evening before tells whether anything ended with the closing day.
                span(&mut cuts, Bounds { from: day, to: day + 1 });
                continue;
            }
            (Act::Notice { closes: None, .. }, Some((fewest, most))) => (fewest, most),
            (Act::Closed, _) => (0, 0),
            _ => continue,
        };
        let later = |day: Day, days: u32| day.saturating_add_unsigned(days);
        let Bounds { from, to } = mark.bounds;
        if mark.bounds.exact().is_some() {
            span(&mut cuts, Bounds { from: later(from, fewest + 1), to: later(to, most + 1) });
            continue;
        }
        // It may be placed in any stretch, so that review begins some days after any of them.
        let begin = base.partition_point(|cut| *cut < from);
        for cut in base.iter().skip(begin).take_while(|cut| **cut <= to + 1) {
            cuts.extend([later(*cut, fewest + 1), later(*cut, most), later(*cut, most + 1)]);
        }
        if cuts.len() > 4 * MOST_STATES {
            cuts = sorted(cuts)?;
        }
    }
    sorted(cuts)
}

/// Days in order, each once; `None` when there are too many.
fn sorted(mut days: Vec<Day>) -> Option<Vec<Day>> {
    let last = day_of(LAST_DAY);
    days.retain(|day| *day <= last);
    days.sort_unstable();
    days.dedup();
    (days.len() < MOST_STATES).then_some(days)
}
