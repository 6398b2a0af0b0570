//! What may have happened that nobody told (rule 4)?
//!
//! Invariant: each way costs one unrecorded change in all, also where it concludes an agreement on its way; only what a fact
//! of the history can ask for is ever added.

use super::marks::{Act, Day, Mark};
use super::moves::{Law, other};
use super::state::{Awaits, Cost, Round, State};
use super::stretches::Seen;
use crate::domain::words::{Listing, Possible, Stage, Standing, Word};

/// A change that no source records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Change {
    /// The standing changed to this one.
    Standing(Standing),
    /// The listing changed to this one.
    Listing(Listing),
    /// An attempt began.
    Attempt,
}

impl Change {
    /// What it brings first: what ends an agreement that nobody told puts it in force on the way, as one change in all.
    pub(super) const fn first_from(self, standing: Standing) -> Self {
        use Standing::{Expired, InForce, NotConcluded, Signed, Suspended, Terminated};
        match (self, standing) {
            (Self::Standing(Suspended | Expired | Terminated), NotConcluded)
            | (Self::Standing(Suspended), Signed | Expired | Terminated) => Self::Standing(InForce),
            _ => self,
        }
    }
}

/// Which changes may still come on a day for which milestones are told (rule 4).
#[derive(Debug, Clone, Copy)]
#[expect(clippy::struct_excessive_bools, reason = "one answer for each kind of change")]
pub(super) struct Open {
    pub standing: bool,
    /// A conclusion, or an entry from signed.
    pub conclusion: bool,
    pub listing: bool,
    pub stage: bool,
}

impl Law {
    /// Adds what the facts of a history can ask for; `seen` is what the observations of known days count as (rule 6).
    pub(super) fn ask(&mut self, marks: &[Mark], seen: &[(Day, Seen)]) {
        let mut standings = Possible::NONE;
        for (_, seen) in seen {
            standings = standings.or(seen.standing.unwrap_or(Possible::NONE));
            self.listings = self.listings.or(seen.listing.unwrap_or(Possible::NONE));
        }
        for mark in marks {
            match mark.act {
                Act::SeenListing(values) if mark.bounds.exact().is_none() => self.listings = self.listings.or(values),
                Act::SeenStanding(values) if mark.bounds.exact().is_none() => standings = standings.or(values),
                Act::Resumed => self.standings = self.standings.or(Possible::only(Standing::Suspended)),
                Act::Changed(listing) => self.listings = self.listings.or(Possible::only(other(listing))),
                Act::Delisted => {
                    self.listings = self.listings.or(Possible::of(&[Listing::CaseByCase, Listing::Blanket]));
                }
                _ => {}
            }
        }
        self.signed_seen = standings.has(Standing::Signed);
        self.standings = self.standings.or(standings);
    }
}

/// Gives each state to which an unrecorded change may lead.
pub(super) fn change(state: &State, law: &Law, open: Open, give: &mut impl FnMut(State, Cost, Change)) {
    if state.on_way.is_none() {
        for to in Standing::ALL.iter().copied().filter(|to| law.standings.has(*to)) {
            standing(state, to, law, open, &mut |next, cost| give(next, cost.and(Cost::CHANGE), Change::Standing(to)));
        }
    }
    if open.listing {
        let allowed = |to: &Listing| {
            let listed = *to != Listing::Unlisted;
            *to != state.listing && (!listed || state.concluded || !law.listing_presupposes_agreement)
        };
        for to in law.listings.iter().filter(allowed) {
            give(State { listing: to, ..*state }, Cost::CHANGE, Change::Listing(to));
        }
    }
    if open.stage && law.attempts && state.round != Round::Open {
        let (mut next, mut cost) = (*state, Cost::CHANGE);
        if next.open(&mut cost) {
            next.reach(Stage::Intent);
            give(next, cost, Change::Attempt);
        }
    }
}

/// What is on its way arrives (rule 4).
pub(super) fn arrive(state: &State, open: Open) -> Option<State> {
    let to = state.on_way.filter(|_| open.standing)?;
    let mut next = State { on_way: None, ..*state };
    next.stand(to);
    Some(next)
}

fn standing(state: &State, to: Standing, law: &Law, open: Open, give: &mut impl FnMut(State, Cost)) {
    use Standing::{Expired, InForce, NotConcluded, Signed, Suspended, Terminated};
    let from = state.standing;
    // Past its term, what is possible from what was in force or suspended stays possible, and nothing else (rule 10).
    let over = matches!(from, NotConcluded | Expired | Terminated);
    match to {
        InForce => {
            if over && open.conclusion {
                concluded(state, None, give);
            }
            match from {
                Signed if open.conclusion => give(entered(state), Cost::NONE),
                Suspended if open.standing => give(paused(state, InForce), Cost::NONE),
                _ => {}
            }
        }
        Signed => {
            if over && open.conclusion {
                signed(state, law, give);
            }
            if matches!(from, InForce | Suspended) && open.standing {
                give(stood(state, Signed), Cost::NONE);
            }
        }
        NotConcluded => {
            if from != NotConcluded && open.standing {
                give(stood(state, NotConcluded), Cost::NONE);
            }
        }
        Suspended | Expired | Terminated => {
            ends(state, to, open, give);
        }
    }
}

/// To suspended, expired or terminated: directly, or in force first, as one change in all.
fn ends(state: &State, to: Standing, open: Open, give: &mut impl FnMut(State, Cost)) {
    use Standing::{Expired, InForce, NotConcluded, Signed, Suspended, Terminated};
    let directly = match (state.standing, to) {
        (Signed, Expired | Terminated) => state.awaits != Awaits::Entry,
        (InForce, _) | (Suspended, Expired | Terminated) | (Expired, Terminated) | (Terminated, Expired) => true,
        _ => false,
    };
    if directly && open.standing {
        let mut next = *state;
        if state.standing == Signed {
            next.awaits = Awaits::Nothing;
            next.awaits_latest = false;
        }
        if to == Suspended {
            next.pause(Suspended);
        } else {
            next.stand(to);
        }
        give(next, Cost::NONE);
    }
    if !open.conclusion {
        return;
    }
    let over = matches!(state.standing, Expired | Terminated);
    if state.standing == NotConcluded || (to == Suspended && over) {
        concluded(state, Some(to), give);
    } else if state.standing == Signed && to == Suspended {
        give(State { on_way: Some(to), ..entered(state) }, Cost::NONE);
    }
}

/// In force by a conclusion that nobody told, perhaps on the way to something else.
fn concluded(state: &State, on_way: Option<Standing>, give: &mut impl FnMut(State, Cost)) {
    let (mut next, mut cost) = (*state, Cost::NONE);
    if next.conclude(Stage::InForce, &mut cost) {
        next.stand(Standing::InForce);
        next.on_way = on_way;
        give(next, cost);
    }
}

/// Signed by a conclusion that nobody told; it may await a recorded entry, if nothing is awaited.
fn signed(state: &State, law: &Law, give: &mut impl FnMut(State, Cost)) {
    let (mut next, mut cost) = (*state, Cost::NONE);
    if !next.conclude(Stage::Signed, &mut cost) {
        return;
    }
    next.stand(Standing::Signed);
    give(next, cost);
    if law.entries && next.awaits == Awaits::Nothing {
        give(State { awaits: Awaits::Entry, awaits_latest: true, ..next }, cost);
    }
}

/// An entry from signed that nobody told; an effect is awaited no more, a recorded entry stays awaited.
fn entered(state: &State) -> State {
    let mut next = *state;
    next.stand(Standing::InForce);
    if next.round == Round::Concluded {
        next.reach(Stage::InForce);
    }
    if matches!(next.awaits, Awaits::Effect(_)) {
        next.awaits = Awaits::Nothing;
        next.awaits_latest = false;
    }
    next
}

fn paused(state: &State, standing: Standing) -> State {
    let mut next = *state;
    next.pause(standing);
    next
}

fn stood(state: &State, standing: Standing) -> State {
    let mut next = *state;
    next.stand(standing);
    next
}
