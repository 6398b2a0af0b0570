//! What does each deciding milestone place in a world, and on which days (rules 1 and 2)?
//!
//! Invariant: a mark's bounds are those that count in every world; what rule 1 cuts or replaces is cut here and nowhere else.

use chrono::{Datelike, NaiveDate};

use crate::domain::instrument::Instrument;
use crate::domain::time::{LAST_DAY, UncertainDate};
use crate::domain::words::{Listing, MilestoneKind, NoticePurpose, Possible, Standing};
use crate::projections::history::{Fact, Matter};

/// A day as its number in the common era, so that days are compared and moved cheaply.
pub(super) type Day = i32;

/// Before every day that a milestone gives: an open beginning.
pub(super) const EVER: Day = i32::MIN;

/// Days from a first to a last, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Bounds {
    /// The first day; [`EVER`] when it is open.
    pub from: Day,
    /// The last day of the bounds.
    pub to: Day,
}

impl Bounds {
    pub(super) fn of(date: UncertainDate) -> Self {
        Self { from: date.earliest().map_or(EVER, day_of), to: day_of(date.latest()) }
    }

    /// The day, when there is only one: the milestone is told for that very day.
    pub(super) fn exact(self) -> Option<Day> {
        (self.from == self.to).then_some(self.to)
    }

    /// The bounds around both.
    pub(super) fn hull(self, other: Self) -> Self {
        Self { from: self.from.min(other.from), to: self.to.max(other.to) }
    }

    /// The days that both hold; `None` when there is none.
    pub(super) fn common(self, other: Self) -> Option<Self> {
        let both = Self { from: self.from.max(other.from), to: self.to.min(other.to) };
        (both.from <= both.to).then_some(both)
    }

    pub(super) fn date(self) -> UncertainDate {
        let earliest = (self.from > EVER).then(|| date_of(self.from));
        // What would lie after the calendar lies at its end.
        let latest = date_of(self.to).min(LAST_DAY);
        UncertainDate::between(earliest, latest).unwrap_or(UncertainDate::day(latest))
    }
}

/// The number of a day.
pub(super) fn day_of(day: NaiveDate) -> Day {
    day.num_days_from_ce()
}

/// The day of a number; the calendar's ends stand in for days beyond it.
pub(super) fn date_of(day: Day) -> NaiveDate {
    NaiveDate::from_num_days_from_ce_opt(day).unwrap_or(if day < 0 { NaiveDate::MIN } else { NaiveDate::MAX })
}

/// What a mark does in a world (rule 3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Act {
    /// Talks were observed, or an intent was announced.
    Intent,
    /// A notice, with the day on which it closes, where it gives one.
    Notice { renewal: bool, closes: Option<Day> },
    /// A recorded closing of comments.
    Closed,
    /// The text was agreed.
    TextAgreed,
    /// The public interest determination was made.
    Determined,
    /// Signed; the mark of its effect, where one is told.
    Signed { effect: Option<u16> },
    /// The day from which a signature has effect (rule 1).
    Effect,
    /// A recorded entry into force.
    Entered,
    /// The agreement was renewed or extended.
    Renewed,
    /// The agreement is suspended.
    Suspended,
    /// A resumption after a suspension.
    Resumed,
    /// The agreement ended with this standing: expired or terminated.
    Ended(Standing),
    /// The round was given up.
    Withdrawn,
    /// An addition to the list.
    Listed(Listing),
    /// Moved between the paragraphs of the list.
    Changed(Listing),
    /// The partner was removed from the regulation's list.
    Delisted,
    /// One of these listings was seen.
    SeenListing(Possible<Listing>),
    /// One of these standings was seen.
    SeenStanding(Possible<Standing>),
}

/// The facets that a mark belongs to, one bit each (rules.md, "Facets").
pub(super) mod facet {
    pub const STANDING: u8 = 1;
    pub const STAGE: u8 = 2;
    pub const LISTING: u8 = 4;
}

impl Act {
    /// The facets that it belongs to; none for an observation, which comes in any order.
    pub(super) const fn facets(self) -> u8 {
        match self {
            Self::Signed { .. } | Self::Effect | Self::Entered | Self::Renewed => facet::STANDING | facet::STAGE,
            Self::Suspended | Self::Resumed | Self::Ended(_) => facet::STANDING,
            Self::Listed(_) | Self::Changed(_) | Self::Delisted => facet::LISTING,
            Self::SeenListing(_) | Self::SeenStanding(_) => 0,
            _ => facet::STAGE,
        }
    }

    /// Whether it ends something, so that it comes before what begins on the same day (rule 2).
    pub(super) const fn ends(self) -> bool {
        matches!(self, Self::Suspended | Self::Ended(_) | Self::Withdrawn | Self::Delisted)
    }

    pub(super) const fn is_seen(self) -> bool {
        matches!(self, Self::SeenListing(_) | Self::SeenStanding(_))
    }
}

/// A deciding milestone, or the effect of a signature, as worlds place it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Mark {
    /// The fact, by index, that it comes from.
    pub fact: u16,
    pub act: Act,
    pub bounds: Bounds,
    /// The order among marks told for the very same day (rule 2).
    pub order: (u8, u64),
    /// The days on which its term may turn out to be over: the day after each day of `until` (rule 10).
    pub over: Option<Bounds>,
}

/// The marks of what is known, in the order of their facts.
pub(super) fn marks(facts: &[Fact], instrument: &Instrument) -> Vec<Mark> {
    let mut marks = Vec::with_capacity(facts.len() + 2);
    for (index, fact) in (0..).zip(facts).filter(|(_, fact)| fact.decides()) {
        let Some((act, rank)) = act_of(fact) else { continue };
        let mut bounds = Bounds::of(fact.counts);
        let mut act = act;
        if let Act::Notice { closes, .. } = &mut act {
            // A closing day before the notice is as if not told; a notice lies no later than its closing day.
            *closes = closes.filter(|day| *day >= bounds.from);
            bounds.to = closes.map_or(bounds.to, |day| bounds.to.min(day));
        }
        let order = (rank, fact.position.0);
        let mark = Mark { fact: index, act, bounds, order, over: over(fact, bounds) };
        marks.push(mark);
        if let (Act::Signed { .. }, Some(effect)) = (act, effect_of(fact, instrument)) {
            let signed = marks.len() - 1;
            let place = u16::try_from(marks.len()).unwrap_or(u16::MAX);
            if let Some(signed) = marks.get_mut(signed) {
                signed.act = Act::Signed { effect: Some(place) };
                signed.bounds.to = signed.bounds.to.min(effect.to);
            }
            let effect = Bounds { from: effect.from.max(bounds.from), to: effect.to };
            marks.push(Mark { act: Act::Effect, bounds: effect, order: (ENTRY, fact.position.0), over: None, ..mark });
        }
    }
    marks
}

/// The rank of an entry into force and of an effect.
const ENTRY: u8 = 12;

/// What a fact does, and its rank among milestones told for the very same day (rule 2); nothing for what never decides.
fn act_of(fact: &Fact) -> Option<(Act, u8)> {
    Some(match (fact.kind, fact.matter) {
        (_, Matter::SeenTalks) => (Act::Intent, 0),
        (_, Matter::SeenListing(seen)) => (Act::SeenListing(seen), u8::MAX),
        (_, Matter::SeenStanding(seen)) => (Act::SeenStanding(seen), u8::MAX),
        (MilestoneKind::Suspended, _) => (Act::Suspended, 1),
        (MilestoneKind::Resumed, _) => (Act::Resumed, 2),
        (MilestoneKind::Expired, _) => (Act::Ended(Standing::Expired), 3),
        (MilestoneKind::Terminated, _) => (Act::Ended(Standing::Terminated), 3),
        (MilestoneKind::Withdrawn, _) => (Act::Withdrawn, 4),
        (MilestoneKind::Delisted, _) => (Act::Delisted, 5),
        (MilestoneKind::IntentAnnounced, _) => (Act::Intent, 6),
        (MilestoneKind::NoticePublished, Matter::Notice { purpose, closes }) => {
            (Act::Notice { renewal: purpose == NoticePurpose::Renewal, closes: closes.map(day_of) }, 7)
        }
        (MilestoneKind::CommentsClosed, _) => (Act::Closed, 8),
        (MilestoneKind::TextAgreed, _) => (Act::TextAgreed, 9),
        (MilestoneKind::DeterminationMade, _) => (Act::Determined, 10),
        (MilestoneKind::Signed, _) => (Act::Signed { effect: None }, 11),
        (MilestoneKind::EnteredIntoForce, _) => (Act::Entered, ENTRY),
        (MilestoneKind::Renewed, _) => (Act::Renewed, 13),
        (MilestoneKind::Listed, Matter::Listing(listing)) => (Act::Listed(listing), 14),
        (MilestoneKind::ListingChanged, Matter::Listing(listing)) => (Act::Changed(listing), 15),
        _ => return None,
    })
}

/// When a signature has effect, where that is told, is no earlier than the signature and says more than its own bounds.
pub(super) fn effect_of(fact: &Fact, instrument: &Instrument) -> Option<Bounds> {
    let effect = fact.effective.filter(|effect| instrument.in_force_by_signature && *effect != fact.occurred)?;
    let (signed, effect) = (Bounds::of(fact.occurred), Bounds::of(effect));
    (effect.to >= signed.from).then_some(effect)
}

/// The days on which a told term may turn out to be over.
fn over(fact: &Fact, bounds: Bounds) -> Option<Bounds> {
    let Matter::Until(until) = fact.matter else { return None };
    let until = Bounds::of(until);
    let next = |day: Day| if day == EVER { EVER } else { day + 1 };
    (until.to >= bounds.from).then(|| Bounds { from: next(until.from).max(bounds.from), to: next(until.to) })
}
