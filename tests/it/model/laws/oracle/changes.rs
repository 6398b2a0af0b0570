//! Which changes that nobody told may a world add, and which ends of terms come (rules 4, 6 and 10)?
//!
//! Invariant: only what a fact can ask for is added, and each change counts once, however many moves it takes.

use depositary::domain::words::{Listing, Stage, Standing, Word};

use super::history::{Act, Facet, History};
use super::milestones::Step;
use super::told::Sight;
use super::world::{Awaited, Cost, State, World};

/// Every change that nobody told, at this point of a day.
pub fn unrecorded(history: &History, world: &World, day: i32) -> Vec<Step> {
    let mut ways = Vec::new();
    if world.on_way_to.is_none() {
        for to in Standing::ALL.iter().filter(|to| **to != world.standing && may_be_asked_for(history, **to)) {
            ways.extend(standing(history, *world, *to, day));
        }
    }
    for to in Listing::ALL.iter().filter(|to| **to != world.listing && may_be_listed(history, **to)) {
        let needs_agreement = *to != Listing::Unlisted && history.rules.listing_presupposes_agreement;
        if (world.concluded || !needs_agreement) && comes_in_time(history, world, Facet::Listing, day) {
            ways.push((World { listing: *to, ..*world }, Cost::UNRECORDED));
        }
    }
    let asks = history.has(|act| act == Act::Withdrawn) && world.state != State::Open;
    if asks && comes_in_time(history, world, Facet::Stage, day) {
        let mut begun = *world;
        let cost = begun.open();
        begun.reach(Stage::Intent);
        ways.extend(cost.map(|cost| (begun, cost + Cost::UNRECORDED)));
    }
    ways
}

/// What an unrecorded change that put in force first was on its way to.
pub fn arrival(history: &History, world: &World, day: i32) -> Option<Step> {
    let to = world.on_way_to?;
    let mut arrived = World { on_way_to: None, ..*world };
    arrived.stand(to);
    comes_in_time(history, world, Facet::Standing, day).then_some((arrived, Cost::NOTHING))
}

/// The end of a term: at some moment of the day after its last.
pub fn lapse(world: &World, day: i32) -> Option<Step> {
    let (earliest, _) = world.term.filter(|_| world.is_in_force_or_suspended())?;
    (earliest < day).then_some((World { term: None, past_term: true, ..*world }, Cost::NOTHING))
}

impl World {
    /// The world in which this was seen; `None` where it shows none of the values.
    pub fn shows(mut self, sight: Sight) -> Option<Self> {
        match sight {
            Sight::Talks => Some(self),
            Sight::Listing(values) => values.has(self.listing).then_some(self),
            Sight::Standing(values) => {
                let fits = self.standings().and(values);
                if fits.is_empty() {
                    return None;
                }
                if self.past_term && fits != self.standings() {
                    // Only one of the two fits: it is that from now on.
                    self.stand(if fits.has(Standing::Expired) { Standing::Expired } else { self.standing });
                }
                Some(self)
            }
        }
    }

    /// Whether it showed one of the values that morning.
    pub fn showed(&self, sight: Sight) -> bool {
        let Some((standing, past_term, listing)) = self.morning else { return false };
        match sight {
            Sight::Talks => true,
            Sight::Listing(values) => values.has(listing),
            Sight::Standing(values) => values.has(standing) || past_term && values.has(Standing::Expired),
        }
    }
}

fn may_be_asked_for(history: &History, to: Standing) -> bool {
    to == Standing::InForce
        || history.names_standing(to)
        || to == Standing::Suspended && history.has(|act| act == Act::Resumed)
}

fn may_be_listed(history: &History, to: Listing) -> bool {
    let seen = history.sights().any(|sight| matches!(sight, Sight::Listing(values) if values.has(to)));
    let other = history.has(|act| matches!(act, Act::Changed(listing) if listing != to)) && to != Listing::Unlisted;
    seen || other || to != Listing::Unlisted && history.has(|act| act == Act::Delisted)
}

/// The ways in which the standing changes though nobody told it.
fn standing(history: &History, world: World, to: Standing, day: i32) -> Vec<Step> {
    use Standing::{Expired, InForce, NotConcluded, Signed, Suspended, Terminated};
    let (ways, concludes) = match (world.standing, to) {
        (_, NotConcluded)
        | (InForce | Suspended, Signed | Expired | Terminated)
        | (Expired | Terminated, Expired | Terminated) => (directly(world, to), false),
        (InForce, Suspended) | (Suspended, InForce) => {
            let mut turned = world;
            turned.turn(to);
            (vec![(turned, Cost::UNRECORDED)], false)
        }
        (Signed, Expired | Terminated) if matches!(world.awaited, Awaited::Entry { .. }) => return Vec::new(),
        (Signed, Expired | Terminated) => (directly(World { awaited: Awaited::Nothing, ..world }, to), false),
        (_, Signed) => (conclude_signed(history, world), true),
        (_, InForce) => (put_in_force(world), true),
        (_, Suspended | Expired | Terminated) => {
            let first = put_in_force(world);
            (first.into_iter().map(|(way, cost)| (World { on_way_to: Some(to), ..way }, cost)).collect(), true)
        }
    };
    let in_time = if concludes {
        comes_as_a_conclusion(history, &world, day)
    } else {
        comes_in_time(history, &world, Facet::Standing, day)
    };
    if in_time { ways } else { Vec::new() }
}

fn directly(mut world: World, to: Standing) -> Vec<Step> {
    world.stand(to);
    vec![(world, Cost::UNRECORDED)]
}

/// In force by an entry of what was signed, or by a conclusion.
fn put_in_force(world: World) -> Vec<Step> {
    if world.standing == Standing::Signed {
        vec![enter(world)]
    } else {
        conclude(world, Stage::InForce, Standing::InForce)
    }
}

fn conclude(mut world: World, stage: Stage, to: Standing) -> Vec<Step> {
    let cost = world.conclude(stage);
    world.stand(to);
    cost.map(|cost| (world, cost + Cost::UNRECORDED)).into_iter().collect()
}

/// A signature so concluded may await a recorded entry, if nothing is awaited.
fn conclude_signed(history: &History, world: World) -> Vec<Step> {
    let mut ways = conclude(world, Stage::Signed, Standing::Signed);
    if world.awaited == Awaited::Nothing && history.has(|act| matches!(act, Act::Entry { .. })) {
        let awaiting = |(way, cost): &Step| (World { awaited: Awaited::Entry { latest: true }, ..*way }, *cost);
        ways.extend(ways.first().map(awaiting));
    }
    ways
}

/// An entry of what was signed.
fn enter(mut world: World) -> Step {
    world.stand(Standing::InForce);
    if world.state == State::Concluded {
        world.reach(Stage::InForce);
    }
    if matches!(world.awaited, Awaited::Effect { .. }) {
        world.awaited = Awaited::Nothing;
    }
    (world, Cost::UNRECORDED)
}

/// Whether a change comes before the last milestone of its facet that is told for this day, or the facet was seen.
fn comes_in_time(history: &History, world: &World, facet: Facet, day: i32) -> bool {
    let mut told = history.told_for(day).filter(|told| history.placed[*told].act.is_of(facet)).peekable();
    was_seen(history, facet, day) || told.peek().is_none() || told.any(|told| !world.has_happened(told))
}

/// A conclusion: before the last of standing, or, where none of standing is told, before the last of stage.
fn comes_as_a_conclusion(history: &History, world: &World, day: i32) -> bool {
    let stands = history.told_for(day).any(|told| history.placed[told].act.is_of(Facet::Standing));
    let facet = if stands { Facet::Standing } else { Facet::Stage };
    was_seen(history, Facet::Standing, day) || comes_in_time(history, world, facet, day)
}

fn was_seen(history: &History, facet: Facet, day: i32) -> bool {
    history.seen.iter().any(|(seen, sight)| {
        *seen == day
            && match sight {
                Sight::Standing(_) => facet == Facet::Standing,
                Sight::Listing(_) => facet == Facet::Listing,
                Sight::Talks => false,
            }
    })
}
