//! What do milestones tell of one another's dates, beyond what is told of each?
//!
//! Invariant: bounds only become narrower, and only where every other order contradicts what is known; what is told of
//! a milestone ([`Fact::occurred`]) stays as it is, what it counts from ([`Fact::counts`]) is narrowed.

use chrono::NaiveDate;

use super::history::{Fact, Matter};
use crate::domain::time::{UncertainDate, add_days};
use crate::domain::words::{Listing, MilestoneKind, Possible, Standing};

/// Narrows the facts by one another, and puts them in reading order (rule 1).
pub fn in_order(facts: &mut [Fact]) {
    facts.sort_by_key(|fact| (fact.counts, fact.kind.rank(), fact.position));
    follow(facts, MilestoneKind::NoticePublished, MilestoneKind::CommentsClosed);
    follow(facts, MilestoneKind::Signed, MilestoneKind::EnteredIntoForce);
    spare_what_was_seen(facts);
    facts.sort_by_key(|fact| (fact.counts, fact.kind.rank(), fact.position));
}

/// What follows from a milestone does not come before it: "in force 2015" is no other agreement than the one signed in
/// June of that year.
fn follow(facts: &mut [Fact], from: MilestoneKind, to: MilestoneKind) {
    let pair = |fact: &&Fact| fact.decides() && (fact.kind == from || fact.kind == to);
    for index in 0..facts.len() {
        let (before, rest) = facts.split_at_mut(index);
        let Some((late, after)) = rest.split_first_mut() else { continue };
        let follows_another = before.iter().rev().find(pair).is_some_and(|last| last.kind == from);
        if late.kind != to || !late.decides() || follows_another {
            continue;
        }
        let first = after
            .iter()
            .find(pair)
            .filter(|first| first.kind == from && first.counts.earliest() > late.counts.earliest());
        if let Some(narrower) =
            first.and_then(|first| UncertainDate::between(first.counts.earliest(), late.counts.latest()))
        {
            late.counts = narrower;
        }
    }
}

/// A milestone of uncertain date that would have undone what was seen on a day happened after that day.
///
/// Slovenia signed between 2014-03-15 and 2016-08-02; seen as not concluded on 2015-06-01, it signed later than that.
fn spare_what_was_seen(facts: &mut [Fact]) {
    let seen: Vec<Fact> = facts.iter().filter(|fact| fact.decides() && seen(fact).is_some()).copied().collect();
    for observation in &seen {
        let day = observation.counts.latest();
        for index in 0..facts.len() {
            let Some(fact) = facts.get(index) else { continue };
            if pending(fact, day) && undoes(fact, observation) && !explained(facts, index, observation) {
                let after = UncertainDate::between(Some(add_days(day, 1)), fact.counts.latest());
                if let (Some(after), Some(fact)) = (after, facts.get_mut(index)) {
                    fact.counts = after;
                }
            }
        }
    }
}

fn pending(fact: &Fact, day: NaiveDate) -> bool {
    fact.counts.earliest().is_none_or(|earliest| earliest <= day) && day < fact.counts.latest()
}

/// Whether something else, between the milestone and the observation, could have brought about what was seen.
fn explained(facts: &[Fact], milestone: usize, observation: &Fact) -> bool {
    let (Some(undoing), day) = (facts.get(milestone), observation.counts.latest()) else { return false };
    facts.iter().enumerate().any(|(index, other)| {
        let between = other.counts.latest() >= undoing.counts.earliest().unwrap_or(NaiveDate::MIN)
            && other.counts.earliest().is_none_or(|earliest| earliest <= day);
        let agrees = index != milestone && other.decides() && between;
        agrees && (brings(other, observation) || shows(other, undoing, observation))
    })
}

/// The facet's values that a milestone leaves, or that an observation saw.
#[derive(Clone, Copy)]
enum Values {
    Listing(Possible<Listing>),
    Standing(Possible<Standing>),
}

fn left_by(fact: &Fact) -> Option<Values> {
    let standing = |standings: &[Standing]| Some(Values::Standing(Possible::of(standings)));
    match (fact.kind, fact.matter) {
        (_, Matter::Listing(listing)) => Some(Values::Listing(Possible::only(listing))),
        (MilestoneKind::Signed, _) => standing(&[Standing::Signed, Standing::InForce]),
        (MilestoneKind::EnteredIntoForce | MilestoneKind::Renewed | MilestoneKind::Resumed, _) => {
            standing(&[Standing::InForce])
        }
        (MilestoneKind::Suspended, _) => standing(&[Standing::Suspended]),
        (MilestoneKind::Expired, _) => standing(&[Standing::Expired]),
        (MilestoneKind::Terminated, _) => standing(&[Standing::Terminated]),
        _ => None,
    }
}

fn seen(fact: &Fact) -> Option<Values> {
    match fact.matter {
        Matter::SeenListing(values) => Some(Values::Listing(values)),
        Matter::SeenStanding(values) => Some(Values::Standing(values)),
        _ => None,
    }
}

/// Whether two sets are of one facet, and have a value in common.
fn compatible(a: Option<Values>, b: Option<Values>) -> Option<bool> {
    match (a?, b?) {
        (Values::Listing(a), Values::Listing(b)) => Some(!a.and(b).is_empty()),
        (Values::Standing(a), Values::Standing(b)) => Some(!a.and(b).is_empty()),
        _ => None,
    }
}

fn undoes(milestone: &Fact, observation: &Fact) -> bool {
    compatible(left_by(milestone), seen(observation)) == Some(false)
}

fn brings(other: &Fact, observation: &Fact) -> bool {
    compatible(left_by(other), seen(observation)) == Some(true)
}

/// Whether another observation shows that the milestone had happened before.
fn shows(other: &Fact, milestone: &Fact, observation: &Fact) -> bool {
    compatible(seen(other), left_by(milestone)) == Some(true)
        && compatible(seen(other), seen(observation)) == Some(false)
}
