//! What decided, in terms of facts and rules rather than of worlds (rule 16)?
//!
//! Invariant: what nobody told is named with the days between which it lies and with the fact that asks for it.

use super::changes::Change;
use super::clusters::Cluster;
use super::marks::{Act, Bounds, Day, Mark};
use super::moves::How;
use super::paths::{Cause, Context, Kept};
use crate::domain::time::UncertainDate;
use crate::domain::words::{Listing, Possible, Standing, words};

words! {
    /// A rule that took the place of a milestone, or that limited what a milestone shows.
    Rule as "rule" {
        /// Review begins the day after the closing date that the notice itself gives.
        NoticeClosingDate = "notice_closing_date",
        /// No source gives a closing date, so comments closed within the instrument's usual window.
        UsualWindow = "usual_window",
        /// No source gives an entry into force; by the instrument, the agreement is in force from the last signature, or from the
        /// day of its effect.
        InForceBySignature = "in_force_by_signature",
        /// No other evidence shows the standing, and the listing presupposes a concluded agreement.
        InForceByListing = "in_force_by_listing",
        /// A source shows the agreement in force; no source says when that began.
        SeenInForce = "seen_in_force",
        /// A later milestone proves what it renewed, ended, moved or resumed; no source says when that began.
        ProvedByLater = "proved_by_later",
        /// No source gives a signature, so the entry into force takes the place of the signature as well.
        SignatureNotTold = "signature_not_told",
        /// No source gives the notice, so the closing of comments takes the place of the notice as well.
        NoticeNotTold = "notice_not_told",
        /// The last known term is over, and no source says what came after.
        TermPassed = "term_passed",
        /// A source shows the value on a day, and the value continues until other evidence changes it.
        SeenValueHolds = "seen_value_holds",
        /// The milestone does not count: every simplest history that fits the sources sets it aside.
        SetAside = "set_aside",
        /// An unrecorded change undoes the milestone in every possible history, since the dates contradict each other.
        DatesContradict = "dates_contradict",
        /// Nothing has changed the value that every agreement begins with.
        InitialValue = "initial_value",
    }
}

/// What decided a facet in a world.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decider {
    /// The fact, by index: the milestone itself, or the one that proves what nobody told; `None` before everything.
    pub fact: Option<u16>,
    /// The rule that stood in for a milestone, or qualified it.
    pub rule: Option<Rule>,
    /// The date of what decided.
    pub when: Option<UncertainDate>,
    /// What a change that nobody told brought, which lies on some day of [`Decider::when`]; `None` of what is told.
    pub unrecorded: Option<Brought>,
}

/// What a change that nobody told brought about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Brought {
    /// The agreement came to this standing.
    Standing(Standing),
    /// The partner came to this place on the list, or off it.
    Listing(Listing),
    /// An attempt began, which was given up later.
    Attempt,
}

impl From<Change> for Brought {
    fn from(change: Change) -> Self {
        match change {
            Change::Standing(to) => Self::Standing(to),
            Change::Listing(to) => Self::Listing(to),
            Change::Attempt => Self::Attempt,
        }
    }
}

impl Decider {
    pub(super) fn of(cause: Cause, kept: &Kept, context: &Context<'_>) -> Self {
        let in_every_world = |index: &u16| kept.alone.contains(index) && !kept.free.contains(index);
        let stands_for = |index: u16| if in_every_world(&index) { stands_for(context.marks, index) } else { None };
        let mark = |index: u16| context.marks.get(usize::from(index));
        let told = |index: u16, rule: Option<Rule>, when: Option<Bounds>| Self {
            fact: mark(index).map(|mark| mark.fact),
            rule,
            when: when.or(mark(index).map(|mark| mark.bounds)).map(Bounds::date),
            unrecorded: None,
        };
        match cause {
            Cause::Initial => Self { fact: None, rule: Some(Rule::InitialValue), when: None, unrecorded: None },
            Cause::Mark(index, How::ByRule) => told(index, Some(Rule::InForceBySignature), None),
            Cause::Mark(index, How::Aside) => told(index, Some(Rule::SetAside), None),
            Cause::Mark(index, How::Told) => {
                told(index, stands_for(index).or(mark(index).and_then(|mark| told_by(mark.act))), None)
            }
            Cause::Review(index) => {
                let (rule, when) = mark(index).map(|mark| review(mark, context)).unwrap_or_default();
                told(index, rule.or(stands_for(index)), when)
            }
            Cause::TermOver(index) => told(index, Some(Rule::TermPassed), mark(index).and_then(|mark| mark.over)),
            Cause::Change(place) => {
                kept.clusters.get(usize::from(place)).map_or(told(u16::MAX, None, None), |of| changed(*of, context))
            }
        }
    }
}

/// The rule by which a mark does what it does, where it is more than what is told.
const fn told_by(act: Act) -> Option<Rule> {
    match act {
        Act::Effect => Some(Rule::InForceBySignature),
        Act::SeenListing(_) | Act::SeenStanding(_) => Some(Rule::SeenValueHolds),
        _ => None,
    }
}

/// What a mark stands for beside itself, where it cost an unrecorded change (rules 8 and 9).
pub(super) fn stands_for(marks: &[Mark], index: u16) -> Option<Rule> {
    match marks.get(usize::from(index))?.act {
        Act::Entered => Some(Rule::SignatureNotTold),
        Act::Closed => Some(Rule::NoticeNotTold),
        _ => None,
    }
}

/// The rule by which review begins after a notice or a closing, and when.
fn review(mark: &Mark, context: &Context<'_>) -> (Option<Rule>, Option<Bounds>) {
    let later = |fewest: u32, most: u32| Bounds {
        from: if mark.bounds.from == super::marks::EVER {
            mark.bounds.from
        } else {
            mark.bounds.from.saturating_add_unsigned(fewest)
        },
        to: mark.bounds.to.saturating_add_unsigned(most),
    };
    match mark.act {
        Act::Notice { closes: Some(day), .. } => {
            (Some(Rule::NoticeClosingDate), Some(Bounds { from: day + 1, to: day + 1 }))
        }
        Act::Notice { .. } => {
            let (fewest, most) = context.window.unwrap_or_default();
            (Some(Rule::UsualWindow), Some(later(fewest + 1, most + 1)))
        }
        _ => (None, Some(later(1, 1))),
    }
}

/// What nobody told: it lies in the stretches of its cluster, and the first fact after it that asks for it proves it.
fn changed(cluster: Cluster, context: &Context<'_>) -> Decider {
    let stretch = |place: u32| context.stretches.get(place as usize).map(|stretch| stretch.when);
    let from = stretch(cluster.first).map_or(super::marks::EVER, |when| when.first);
    let last: Day = stretch(cluster.last).map_or(Day::MAX, |when| when.last);
    // What had happened before it does not ask for it.
    let active =
        context.stretches.get(cluster.last as usize).map(|stretch| stretch.active.as_slice()).unwrap_or_default();
    let before = active.iter().filter(|active| cluster.done & active.slot != 0).map(|active| active.mark);
    let before: Vec<u16> = before.collect();
    let able = || (0..).zip(context.marks).filter(|(_, mark)| asks(mark.act, cluster.change, context));
    let after = able().filter(|(index, mark)| mark.bounds.to >= last && !before.contains(index));
    let by = after.map(|(_, mark)| mark).min_by_key(|mark| mark.bounds.to);
    // What may come on any later day is asked for by what allows it, and has no last day.
    let open = by.is_none() && last >= super::marks::day_of(crate::domain::time::LAST_DAY);
    let by = by.or_else(|| able().map(|(_, mark)| mark).max_by_key(|mark| mark.bounds.to.min(last)));
    let to = by.map_or(last, |mark| if mark.bounds.to < from { last } else { mark.bounds.to.min(last) });
    let rule = match (by.map(|mark| mark.act), cluster.change) {
        (Some(Act::SeenStanding(_)), Change::Standing(Standing::InForce)) => Rule::SeenInForce,
        (
            Some(Act::SeenListing(_) | Act::Listed(_) | Act::Changed(_) | Act::Delisted),
            Change::Standing(Standing::InForce),
        ) => Rule::InForceByListing,
        (Some(Act::SeenStanding(_) | Act::SeenListing(_)), _) => Rule::SeenValueHolds,
        _ => Rule::ProvedByLater,
    };
    let when = (to < Day::MAX && !open).then(|| Bounds { from: from.min(to), to }.date());
    Decider { fact: by.map(|mark| mark.fact), rule: Some(rule), when, unrecorded: Some(cluster.change.into()) }
}

/// Whether a mark can ask for a change (rule 4).
fn asks(act: Act, change: Change, context: &Context<'_>) -> bool {
    let listed = |values: Possible<Listing>| !values.has(Listing::Unlisted);
    match (change, act) {
        (Change::Attempt, Act::Withdrawn) | (Change::Standing(Standing::Suspended), Act::Resumed) => true,
        (Change::Listing(to), Act::SeenListing(values)) => values.has(to),
        (Change::Listing(to), Act::Changed(listing)) => super::moves::other(listing) == to,
        (Change::Listing(to), Act::Delisted) => to != Listing::Unlisted,
        (Change::Standing(Standing::InForce), act) => match act {
            Act::Suspended | Act::Resumed | Act::Ended(_) | Act::Renewed | Act::Notice { renewal: true, .. } => true,
            Act::SeenStanding(values) => values != Possible::only(Standing::NotConcluded),
            Act::SeenListing(values) => context.presupposes && listed(values),
            Act::Listed(_) | Act::Changed(_) | Act::Delisted => context.presupposes,
            _ => false,
        },
        (Change::Standing(to), Act::SeenStanding(values)) if values.has(to) => true,
        // A signature that nobody told concludes an agreement as well.
        (Change::Standing(Standing::Signed), act) => match act {
            Act::Renewed | Act::Notice { renewal: true, .. } => true,
            Act::SeenListing(values) => context.presupposes && listed(values),
            Act::Listed(_) | Act::Changed(_) | Act::Delisted => context.presupposes,
            _ => false,
        },
        _ => false,
    }
}
