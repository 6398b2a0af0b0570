//! When is a milestone possible, and what does it do (rules 3, 8, 9 and 12)?
//!
//! Invariant: no step where something it needs is not there; where the text leaves a choice, a step for each.

use depositary::domain::words::{Listing, Stage, Standing};

use super::history::{Act, Bounds, Facet, History};
use super::world::{Awaited, Closing, Cost, State, World};

/// A world one step further, with what the step adds.
pub type Step = (World, Cost);

/// The ways in which a milestone can happen to a world at a point of a day.
pub fn happen(history: &History, world: &World, index: usize, day: i32) -> Vec<Step> {
    let placed = &history.placed[index];
    let told_today = |told: &usize| history.placed[*told].bounds.exact() == Some(day);
    let waits = history.before[index].iter().any(|earlier| !world.has_happened(*earlier));
    let too_late = history.not_after[index].iter().any(|told| told_today(told) && world.has_happened(*told));
    if world.has_happened(index) || !placed.bounds.has(day) || waits || too_late {
        return Vec::new();
    }
    let mut next = *world;
    next.happened |= 1 << index;
    if world.on_way_to.is_some() && placed.act.is_of(Facet::Standing) {
        return while_on_way(next, placed.act, index);
    }
    act(history, next, placed.act, index, day)
}

/// Until an unrecorded change arrives no milestone of the standing comes; an effect may pass, and moves nothing.
fn while_on_way(mut world: World, act: Act, index: usize) -> Vec<Step> {
    if act != Act::Effect {
        return Vec::new();
    }
    if matches!(world.awaited, Awaited::Effect { of, .. } if of == index) {
        world.awaited = Awaited::Nothing;
    }
    vec![(world, Cost::NOTHING)]
}

fn act(history: &History, world: World, act: Act, index: usize, day: i32) -> Vec<Step> {
    match act {
        Act::Talks | Act::Intent => attempt(world, Stage::Intent),
        Act::Text => attempt(world, Stage::Agreed),
        Act::Notice { renewal, .. } if renewal && !world.concluded => Vec::new(),
        Act::Notice { closes, .. } => notice(history, world, closes, day),
        Act::Closing => closing(world, day),
        Act::Determination => determination(world),
        Act::Signed { effect } => signed(history, world, effect),
        Act::Entry { until } => entry(world, until, day),
        Act::Effect => vec![(effect(world, index), Cost::NOTHING)],
        Act::Renewed { until } => renewed(world, until, day),
        Act::Suspended => turned(world, Standing::InForce, Standing::Suspended),
        Act::Resumed => turned(world, Standing::Suspended, Standing::InForce),
        Act::Expired => ended(world, Standing::Expired),
        Act::Terminated => ended(world, Standing::Terminated),
        Act::Withdrawn => withdrawn(world),
        Act::Listed(listing) => listed(history, world, listing, true),
        Act::Changed(listing) => {
            let is_the_other = world.listing != listing && world.listing != Listing::Unlisted;
            listed(history, world, listing, is_the_other)
        }
        Act::Delisted => listed(history, world, Listing::Unlisted, world.listing != Listing::Unlisted),
        Act::Seen(sight) => world.shows(sight).map(|seen| (seen, Cost::NOTHING)).into_iter().collect(),
    }
}

fn one(world: World, cost: Option<Cost>) -> Vec<Step> {
    cost.map(|cost| (world, cost)).into_iter().collect()
}

fn attempt(mut world: World, stage: Stage) -> Vec<Step> {
    let cost = world.open();
    world.reach(stage);
    one(world, cost)
}

fn notice(history: &History, mut world: World, closes: Option<i32>, day: i32) -> Vec<Step> {
    let Some(cost) = world.open() else { return Vec::new() };
    let mut by_rule = world;
    by_rule.closing = Closing::ByRule;
    let window = history.rules.window.map(|(fewest, most)| (after(day, fewest), after(day, most)));
    let closing = closes.map(|closes| (closes, closes)).or(window);
    let review = closing.map(|(from, to)| (from + 1, to + 1));
    by_rule.review = match (by_rule.review, review) {
        (Some(one), Some(other)) => Some((one.0.min(other.0), one.1.min(other.1))),
        (one, other) => one.or(other),
    };
    let ways = match world.closing {
        Closing::Undecided => vec![by_rule, World { closing: Closing::Awaited, ..world }],
        Closing::ByRule => vec![by_rule],
        Closing::Awaited | Closing::Came => vec![world],
    };
    let asked = |mut way: World| {
        way.reach(Stage::Consultation);
        (way, cost)
    };
    ways.into_iter().map(asked).collect()
}

fn after(day: i32, days: u32) -> i32 {
    day.saturating_add_unsigned(days)
}

fn closing(mut world: World, day: i32) -> Vec<Step> {
    let mut cost = Cost::NOTHING;
    match world.closing {
        Closing::ByRule => return Vec::new(),
        Closing::Came => return vec![(world, cost)],
        Closing::Awaited => {}
        Closing::Undecided => {
            cost = Cost::UNRECORDED;
            if world.state == State::None && world.open().is_none() {
                return Vec::new();
            }
            if world.state != State::Open {
                return vec![(world, cost)];
            }
        }
    }
    world.closing = Closing::Came;
    if world.state == State::Open {
        world.review = Some((day + 1, day + 1));
        world.reach(Stage::Consultation);
    }
    vec![(world, cost)]
}

fn determination(mut world: World) -> Vec<Step> {
    if matches!(world.state, State::None | State::Open) {
        return attempt(world, Stage::Determined);
    }
    world.review = None;
    vec![(world, Cost::NOTHING)]
}

/// Rule 9: what a signature may wait for.
fn signed(history: &History, mut world: World, effect: Option<usize>) -> Vec<Step> {
    if matches!(world.awaited, Awaited::Entry { .. }) {
        return Vec::new();
    }
    world.awaited = Awaited::Nothing;
    let Some(cost) = world.conclude(Stage::Signed) else { return Vec::new() };
    let mut signed = world;
    signed.wait_signed();
    let mut ways = Vec::new();
    if history.has(|act| matches!(act, Act::Entry { .. })) {
        ways.push((World { awaited: Awaited::Entry { latest: true }, ..signed }, cost));
    }
    match effect {
        _ if !history.rules.in_force_by_signature => ways.push((signed, cost)),
        Some(of) => ways.push((World { awaited: Awaited::Effect { of, latest: true }, ..signed }, cost)),
        None => {
            world.stand(Standing::InForce);
            world.reach(Stage::InForce);
            ways.push((world, cost));
        }
    }
    if history.rules.in_force_by_signature && history.names_standing(Standing::Signed) {
        ways.push((signed, cost + Cost::SET_ASIDE));
    }
    ways
}

/// A term's last day is one of its bounds, and not before the day before its milestone.
fn has_a_last_day(until: Option<Bounds>, day: i32) -> bool {
    until.is_none_or(|until| day - 1 <= until.latest)
}

fn entry(mut world: World, until: Option<Bounds>, day: i32) -> Vec<Step> {
    if !has_a_last_day(until, day) {
        return Vec::new();
    }
    let cost = match world.awaited {
        Awaited::Effect { .. } => return Vec::new(),
        Awaited::Entry { latest } => {
            if latest {
                world.reach(Stage::InForce);
            }
            Some(Cost::NOTHING)
        }
        Awaited::Nothing => world.conclude(Stage::InForce).map(|cost| cost + Cost::UNRECORDED),
    };
    world.awaited = Awaited::Nothing;
    world.enter(until);
    one(world, cost)
}

fn effect(mut world: World, index: usize) -> World {
    if let Awaited::Effect { of, latest } = world.awaited
        && of == index
    {
        world.awaited = Awaited::Nothing;
        world.stand(Standing::InForce);
        if latest {
            world.reach(Stage::InForce);
        }
    }
    world
}

fn renewed(mut world: World, until: Option<Bounds>, day: i32) -> Vec<Step> {
    if !world.concluded || !has_a_last_day(until, day) {
        return Vec::new();
    }
    let cost = world.conclude(Stage::InForce);
    world.enter(until);
    one(world, cost)
}

fn turned(mut world: World, from: Standing, to: Standing) -> Vec<Step> {
    if world.standing != from {
        return Vec::new();
    }
    world.turn(to);
    vec![(world, Cost::NOTHING)]
}

fn ended(mut world: World, to: Standing) -> Vec<Step> {
    let signed = world.standing == Standing::Signed && !matches!(world.awaited, Awaited::Entry { .. });
    if !signed && !world.is_in_force_or_suspended() {
        return Vec::new();
    }
    if signed {
        world.awaited = Awaited::Nothing;
    }
    world.stand(to);
    vec![(world, Cost::NOTHING)]
}

fn withdrawn(mut world: World) -> Vec<Step> {
    if world.state != State::Open {
        return Vec::new();
    }
    world.state = State::GivenUp;
    world.stage = Stage::NotStarted;
    world.review = None;
    vec![(world, Cost::NOTHING)]
}

fn listed(history: &History, mut world: World, listing: Listing, possible: bool) -> Vec<Step> {
    let needs_agreement = listing != Listing::Unlisted && history.rules.listing_presupposes_agreement;
    if !possible || needs_agreement && !world.concluded {
        return Vec::new();
    }
    world.listing = listing;
    vec![(world, Cost::NOTHING)]
}
