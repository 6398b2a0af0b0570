//! What may a milestone do to a world, and when is it possible (rules 3, 8, 9 and 12)?
//!
//! Invariant: a move names every way in which one mark can go on from a state; where it names none, the mark is not possible
//! there.

use super::marks::{Act, Bounds, Day, Mark};
use super::state::{Awaits, Closing, Cost, Review, Round, State};
use crate::domain::instrument::Instrument;
use crate::domain::words::{Listing, Possible, Stage, Standing};

/// How a mark was taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum How {
    /// The mark happened as its source says.
    Told,
    /// A signature put in force by the instrument's rule (rule 9).
    ByRule,
    /// A signature whose force is set aside, since *signed* was seen (rule 9).
    Aside,
}

/// What the history and the instrument allow, whatever the day.
#[derive(Debug, Clone, Copy)]
#[expect(clippy::struct_excessive_bools, reason = "each is a rule of its own")]
pub(super) struct Law {
    /// The usual window in days after a notice, where the instrument has one.
    pub window: Option<(u32, u32)>,
    pub in_force_by_signature: bool,
    pub listing_presupposes_agreement: bool,
    /// Whether the history has any entry into force.
    pub entries: bool,
    /// Whether the history has any recorded closing.
    pub closings: bool,
    /// Whether *signed* is seen anywhere in the history.
    pub signed_seen: bool,
    /// The standings that an unrecorded change may bring (rule 4).
    pub standings: Possible<Standing>,
    /// The listings that an unrecorded change may bring.
    pub listings: Possible<Listing>,
    /// Whether an unrecorded attempt may begin.
    pub attempts: bool,
}

impl Law {
    /// What an instrument says; what facts ask for is still to be added.
    pub(super) fn of(instrument: &Instrument, marks: &[Mark]) -> Self {
        let any = |test: fn(&Act) -> bool| marks.iter().any(|mark| test(&mark.act));
        Self {
            window: instrument.comment_window,
            in_force_by_signature: instrument.in_force_by_signature,
            listing_presupposes_agreement: instrument.listing_presupposes_agreement,
            entries: any(|act| matches!(act, Act::Entered)),
            closings: any(|act| matches!(act, Act::Closed)),
            signed_seen: false,
            standings: Possible::only(Standing::InForce),
            listings: Possible::NONE,
            attempts: any(|act| matches!(act, Act::Withdrawn)),
        }
    }
}

/// Where a move happens: the days that are looked at as one.
#[derive(Debug, Clone, Copy)]
pub(super) struct When {
    pub first: Day,
    pub last: Day,
}

impl When {
    pub(super) const fn bounds(self) -> Bounds {
        Bounds { from: self.first, to: self.last }
    }
}

/// Gives each state in which a mark, whose predecessors have happened, may leave a world.
pub(super) fn take(
    state: &State,
    (index, mark): (u16, &Mark),
    law: &Law,
    when: When,
    give: &mut impl FnMut(State, Cost, How),
) {
    let mut next = *state;
    let mut cost = Cost::NONE;
    let standing_waits = state.on_way.is_some();
    let possible = match mark.act {
        Act::Intent => opens(&mut next, Stage::Intent, &mut cost),
        Act::TextAgreed => opens(&mut next, Stage::Agreed, &mut cost),
        Act::Notice { renewal, .. } if renewal && !state.concluded => false,
        Act::Notice { closes, .. } => return notice(next, (index, closes), law, when, give),
        Act::Closed => closed(&mut next, index, when, &mut cost),
        Act::Determined => determined(&mut next, &mut cost),
        Act::Effect => {
            effect(&mut next, index);
            true
        }
        Act::Signed { effect } if !standing_waits => return signed(next, effect, law, give),
        Act::Entered if !standing_waits => entered(&mut next, index, mark, when, &mut cost),
        Act::Renewed if !standing_waits && state.concluded => {
            next.stand(Standing::InForce);
            runs(&mut next, index, mark, when) && next.conclude(Stage::InForce, &mut cost)
        }
        Act::Suspended if !standing_waits && state.standing == Standing::InForce => {
            next.pause(Standing::Suspended);
            true
        }
        Act::Resumed if !standing_waits && state.standing == Standing::Suspended => {
            next.pause(Standing::InForce);
            true
        }
        Act::Ended(standing) if !standing_waits => ended(&mut next, standing),
        Act::Withdrawn if state.round == Round::Open => {
            next.round = Round::GivenUp;
            next.reached = Stage::NotStarted;
            next.review = None;
            true
        }
        Act::Listed(_) | Act::Changed(_) | Act::Delisted => lists(&mut next, mark.act, law),
        Act::SeenListing(seen) => seen.has(state.listing),
        Act::SeenStanding(seen) => sees(&mut next, seen),
        _ => false,
    };
    if possible {
        give(next, cost, How::Told);
    }
}

/// Moves the partner on the list, where the act fits what the list says; whether it did.
fn lists(next: &mut State, act: Act, law: &Law) -> bool {
    let listing = match act {
        Act::Listed(listing) if next.concluded || !law.listing_presupposes_agreement => listing,
        Act::Changed(listing) if next.listing == other(listing) => listing,
        Act::Delisted if next.listing != Listing::Unlisted => Listing::Unlisted,
        _ => return false,
    };
    next.listing = listing;
    true
}

/// The other of the two paragraphs of the list.
pub(super) const fn other(listing: Listing) -> Listing {
    match listing {
        Listing::Blanket => Listing::CaseByCase,
        Listing::CaseByCase => Listing::Blanket,
        Listing::Unlisted => Listing::Unlisted,
    }
}

/// Whether what was seen fits the standing; what fits only one side of a passed term narrows it from then on (rule 10).
#[must_use]
pub(super) fn sees(state: &mut State, seen: Possible<Standing>) -> bool {
    let fits = state.standings().and(seen);
    if state.past
        && let Some(one) = fits.certain()
    {
        state.stand(one);
    }
    !fits.is_empty()
}

fn opens(state: &mut State, stage: Stage, cost: &mut Cost) -> bool {
    let possible = state.open(cost);
    state.reach(stage);
    possible
}

fn determined(state: &mut State, cost: &mut Cost) -> bool {
    match state.round {
        Round::Never => opens(state, Stage::Determined, cost),
        Round::Open => {
            state.reach(Stage::Determined);
            true
        }
        Round::Concluded | Round::GivenUp => true,
    }
}

/// A notice opens a round, and closes as the other notices of its round do (rule 8).
fn notice(
    mut next: State,
    (index, closes): (u16, Option<Day>),
    law: &Law,
    when: When,
    give: &mut impl FnMut(State, Cost, How),
) {
    let mut cost = Cost::NONE;
    if !opens(&mut next, Stage::Consultation, &mut cost) {
        return;
    }
    let own = match (closes, law.window) {
        (Some(day), _) => Some(Review { from: day + 1, to: day + 1, by: index }),
        (None, Some((fewest, most))) => {
            let later = |day: Day, days: u32| day.saturating_add(1).saturating_add_unsigned(days);
            Some(Review { from: later(when.first, fewest), to: later(when.last, most), by: index })
        }
        (None, None) => None,
    };
    match next.closing {
        Closing::Recorded | Closing::Awaited => {}
        Closing::Untold | Closing::ByRule => {
            if next.closing == Closing::Untold && law.closings {
                give(State { closing: Closing::Awaited, ..next }, cost, How::Told);
            }
            next.closing = Closing::ByRule;
            if next.reached < Stage::Review {
                next.review = sooner(next.review, own);
            }
        }
    }
    give(next, cost, How::Told);
}

/// The earliest of several closings by rule.
fn sooner(one: Option<Review>, other: Option<Review>) -> Option<Review> {
    match (one, other) {
        (Some(one), Some(other)) => {
            let by = if other.to < one.to { other.by } else { one.by };
            Some(Review { from: one.from.min(other.from), to: one.to.min(other.to), by })
        }
        (one, other) => one.or(other),
    }
}

/// A recorded closing; without a notice it is that of a notice that nobody told (rule 8).
fn closed(state: &mut State, index: u16, when: When, cost: &mut Cost) -> bool {
    match (state.closing, state.round) {
        (Closing::ByRule, _) => return false,
        (Closing::Recorded, _) => return true,
        (Closing::Awaited, _) => {}
        (Closing::Untold, Round::Concluded | Round::GivenUp) => {
            *cost = cost.and(Cost::CHANGE);
            return true;
        }
        (Closing::Untold, Round::Never | Round::Open) => {
            *cost = cost.and(Cost::CHANGE);
            if !opens(state, Stage::Consultation, cost) {
                return false;
            }
        }
    }
    state.closing = Closing::Recorded;
    if state.round == Round::Open && state.reached < Stage::Review {
        let next = |day: Day| day.saturating_add(1);
        state.review = Some(Review { from: next(when.first), to: next(when.last), by: index });
    }
    true
}

/// Every way in which a signature may come into force, or not (rule 9).
fn signed(next: State, effect: Option<u16>, law: &Law, give: &mut impl FnMut(State, Cost, How)) {
    let mut next = next;
    let mut cost = Cost::NONE;
    if next.awaits == Awaits::Entry || !next.conclude(Stage::Signed, &mut cost) {
        return;
    }
    next.awaits = Awaits::Nothing;
    next.awaits_latest = false;
    let mut stays = next;
    if !matches!(next.standing, Standing::InForce | Standing::Suspended) {
        stays.stand(Standing::Signed);
    }
    if law.entries {
        give(State { awaits: Awaits::Entry, awaits_latest: true, ..stays }, cost, How::Told);
    }
    if !law.in_force_by_signature {
        return give(stays, cost, How::Told);
    }
    if law.signed_seen {
        give(stays, cost.and(Cost::ASIDE), How::Aside);
    }
    if let Some(effect) = effect {
        give(State { awaits: Awaits::Effect(effect), awaits_latest: true, ..stays }, cost, How::Told);
    } else {
        next.stand(Standing::InForce);
        next.reach(Stage::InForce);
        give(next, cost, How::ByRule);
    }
}

/// The effect of a signature puts in force where it is awaited, and moves nothing else (rule 9).
fn effect(state: &mut State, index: u16) {
    if state.awaits != Awaits::Effect(index) {
        return;
    }
    if state.on_way.is_none() {
        state.stand(Standing::InForce);
        if state.awaits_latest {
            state.reach(Stage::InForce);
        }
    }
    state.awaits = Awaits::Nothing;
    state.awaits_latest = false;
}

fn entered(state: &mut State, index: u16, mark: &Mark, when: When, cost: &mut Cost) -> bool {
    match state.awaits {
        Awaits::Effect(_) => return false,
        Awaits::Entry => {
            if state.awaits_latest {
                state.reach(Stage::InForce);
            }
            state.awaits = Awaits::Nothing;
            state.awaits_latest = false;
        }
        Awaits::Nothing => {
            *cost = cost.and(Cost::CHANGE);
            if !state.conclude(Stage::InForce, cost) {
                return false;
            }
        }
    }
    state.stand(Standing::InForce);
    runs(state, index, mark, when)
}

/// Begins the term of a mark; false when its last day has passed already.
fn runs(state: &mut State, index: u16, mark: &Mark, when: When) -> bool {
    state.term = mark.over.map(|_| index);
    mark.over.is_none_or(|over| when.last <= over.to)
}

/// An expiry or a termination ends what is in force, suspended, or signed and awaits no recorded entry (rule 3).
fn ended(state: &mut State, standing: Standing) -> bool {
    match (state.standing, state.awaits) {
        (Standing::InForce | Standing::Suspended, _) => {}
        (Standing::Signed, Awaits::Nothing | Awaits::Effect(_)) => {
            state.awaits = Awaits::Nothing;
            state.awaits_latest = false;
        }
        _ => return false,
    }
    state.stand(standing);
    true
}
