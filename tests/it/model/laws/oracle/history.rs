//! On which days may each deciding milestone lie, and which comes before which (rules 1 and 2)?
//!
//! Invariant: bounds are cut here once; whatever follows reads them as a milestone's bounds.

use std::collections::BTreeSet;

use chrono::{Datelike, NaiveDate};
use depositary::domain::time::UncertainDate;
use depositary::domain::words::{Listing, MilestoneKind as Kind, NoticePurpose, Possible, Standing};

use super::told::{InstrumentRules, Sight, Told};

/// The days on which something may lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// `i32::MIN` where the beginning is open.
    pub earliest: i32,
    pub latest: i32,
}

impl Bounds {
    pub fn of(date: UncertainDate) -> Self {
        let earliest = date.earliest().map_or(i32::MIN, |day| day.num_days_from_ce());
        Self { earliest, latest: date.latest().num_days_from_ce() }
    }

    pub fn exact(self) -> Option<i32> {
        (self.earliest == self.latest).then_some(self.latest)
    }

    pub fn has(self, day: i32) -> bool {
        self.earliest <= day && day <= self.latest
    }
}

/// What a milestone is, with what its step needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    Talks,
    Intent,
    Notice {
        renewal: bool,
        closes: Option<i32>,
    },
    Closing,
    Text,
    Determination,
    /// With the place of its effect among the milestones, where it has one.
    Signed {
        effect: Option<usize>,
    },
    Entry {
        until: Option<Bounds>,
    },
    Effect,
    Renewed {
        until: Option<Bounds>,
    },
    Suspended,
    Resumed,
    Expired,
    Terminated,
    Withdrawn,
    Listed(Listing),
    Changed(Listing),
    Delisted,
    /// An observation whose day is uncertain, made at some point of one of its days.
    Seen(Sight),
}

/// A part of a status that milestones move.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Facet {
    Standing,
    Listing,
    Stage,
}

/// Something that a world places on a day.
#[derive(Debug, Clone, Copy)]
pub struct Placed {
    pub act: Act,
    pub bounds: Bounds,
    position: u64,
}

/// A history made ready for trying.
#[derive(Debug)]
pub struct History {
    pub rules: InstrumentRules,
    pub placed: Vec<Placed>,
    /// What was seen on a day that is told, one of each facet and day.
    pub seen: Vec<(i32, Sight)>,
    /// For each placed one, those that come before it wherever both lie.
    pub before: Vec<Vec<usize>>,
    /// For each end of uncertain day, those told for a day after which, on that day, it does not lie.
    pub not_after: Vec<Vec<usize>>,
}

impl Act {
    /// Rule 2's ranks; what is only seen has none.
    fn rank(self) -> Option<u8> {
        Some(match self {
            Self::Talks => 0,
            Self::Suspended => 1,
            Self::Resumed => 2,
            Self::Expired | Self::Terminated => 3,
            Self::Withdrawn => 4,
            Self::Delisted => 5,
            Self::Intent => 6,
            Self::Notice { .. } => 7,
            Self::Closing => 8,
            Self::Text => 9,
            Self::Determination => 10,
            Self::Signed { .. } => 11,
            Self::Entry { .. } | Self::Effect => 12,
            Self::Renewed { .. } => 13,
            Self::Listed(_) => 14,
            Self::Changed(_) => 15,
            Self::Seen(_) => return None,
        })
    }

    /// Which facets a milestone is of (the rules' second paragraph).
    pub fn is_of(self, facet: Facet) -> bool {
        match self {
            Self::Signed { .. } | Self::Entry { .. } | Self::Effect | Self::Renewed { .. } => facet != Facet::Listing,
            Self::Suspended | Self::Resumed | Self::Expired | Self::Terminated => facet == Facet::Standing,
            Self::Listed(_) | Self::Changed(_) | Self::Delisted => facet == Facet::Listing,
            Self::Seen(_) => false,
            _ => facet == Facet::Stage,
        }
    }

    fn is_end(self) -> bool {
        matches!(self, Self::Suspended | Self::Expired | Self::Terminated | Self::Withdrawn | Self::Delisted)
    }

    fn shares_a_facet(self, other: Self) -> bool {
        [Facet::Standing, Facet::Listing, Facet::Stage].iter().any(|facet| self.is_of(*facet) && other.is_of(*facet))
    }
}

impl History {
    pub fn of(told: &[Told], rules: InstrumentRules) -> Self {
        let mut history = Self { rules, placed: vec![], seen: vec![], before: vec![], not_after: vec![] };
        for told in told.iter().filter(|told| told.evidence.decides()) {
            history.place(told);
        }
        history.seen = together(&history.seen);
        let all = 0..history.placed.len();
        let those = |is: &dyn Fn(usize) -> bool| all.clone().filter(|one| is(*one)).collect::<Vec<_>>();
        history.before = all.clone().map(|later| those(&|one| history.comes_before(one, later))).collect();
        history.not_after = all.clone().map(|end| those(&|told| history.is_not_followed_by(told, end))).collect();
        history
    }

    /// The milestones told for a day.
    pub fn told_for(&self, day: i32) -> impl Iterator<Item = usize> {
        let is = move |placed: &Placed| placed.act.rank().is_some() && placed.bounds.exact() == Some(day);
        self.placed.iter().enumerate().filter(move |(_, placed)| is(placed)).map(|(index, _)| index)
    }

    /// Every set of values that counts as seen, whatever its day.
    pub fn sights(&self) -> impl Iterator<Item = Sight> {
        let uncertain = self.placed.iter().filter_map(|placed| match placed.act {
            Act::Seen(sight) => Some(sight),
            _ => None,
        });
        self.seen.iter().map(|(_, sight)| *sight).chain(uncertain)
    }

    pub fn names_standing(&self, standing: Standing) -> bool {
        self.sights().any(|sight| matches!(sight, Sight::Standing(values) if values.has(standing)))
    }

    pub fn has(&self, is: impl Fn(Act) -> bool) -> bool {
        self.placed.iter().any(|placed| is(placed.act))
    }

    /// Rule 1: which days, and whether there is an effect.
    fn place(&mut self, told: &Told) {
        let mut bounds = Bounds::of(told.occurred);
        let effective = Bounds::of(told.effective.unwrap_or(told.occurred));
        let number = |day: NaiveDate| day.num_days_from_ce();
        let mut until = told.until.map(Bounds::of);
        let act = match told.kind {
            Kind::Noted | Kind::Amended | Kind::DomesticApproval => return,
            Kind::Observed => match told.seen {
                Some(Sight::Talks) | None => Act::Talks,
                Some(sight) => return self.see(sight, bounds, told.position),
            },
            Kind::IntentAnnounced => Act::Intent,
            Kind::NoticePublished => {
                let closes = told.closes.map(number).filter(|closes| *closes >= bounds.earliest);
                bounds.latest = closes.map_or(bounds.latest, |closes| closes.min(bounds.latest));
                Act::Notice { renewal: told.purpose == Some(NoticePurpose::Renewal), closes }
            }
            Kind::CommentsClosed => Act::Closing,
            Kind::TextAgreed => Act::Text,
            Kind::DeterminationMade => Act::Determination,
            Kind::Withdrawn => Act::Withdrawn,
            Kind::Signed => return self.sign(bounds, told.effective.map(Bounds::of), told.position),
            stands => {
                bounds = effective;
                until = until.filter(|until| until.latest >= bounds.earliest);
                match stands {
                    Kind::EnteredIntoForce => Act::Entry { until },
                    Kind::Renewed => Act::Renewed { until },
                    Kind::Suspended => Act::Suspended,
                    Kind::Resumed => Act::Resumed,
                    Kind::Expired => Act::Expired,
                    Kind::Terminated => Act::Terminated,
                    Kind::Listed => Act::Listed(told.listing.unwrap_or(Listing::Blanket)),
                    Kind::ListingChanged => Act::Changed(told.listing.unwrap_or(Listing::Blanket)),
                    Kind::Delisted => Act::Delisted,
                    kind => panic!("the oracle does not know what {kind} does"),
                }
            }
        };
        self.placed.push(Placed { act, bounds, position: told.position });
    }

    /// A signature, and its effect where that is a milestone of its own.
    fn sign(&mut self, mut bounds: Bounds, effective: Option<Bounds>, position: u64) {
        let told = bounds;
        let is_own =
            |effect: &Bounds| self.rules.in_force_by_signature && effect.latest >= told.earliest && *effect != told;
        let effect = effective.filter(is_own).map(|effect| {
            bounds.latest = bounds.latest.min(effect.latest);
            Bounds { earliest: effect.earliest.max(bounds.earliest), ..effect }
        });
        let next = self.placed.len() + 1;
        self.placed.push(Placed { act: Act::Signed { effect: effect.map(|_| next) }, bounds, position });
        self.placed.extend(effect.map(|bounds| Placed { act: Act::Effect, bounds, position }));
    }

    /// Rule 6: several of one facet and day count as one: what all saw, or else what any saw.
    fn see(&mut self, sight: Sight, bounds: Bounds, position: u64) {
        let Some(day) = bounds.exact() else {
            self.placed.push(Placed { act: Act::Seen(sight), bounds, position });
            return;
        };
        self.seen.push((day, sight));
    }

    /// Rule 2: whether one comes before the other wherever both lie.
    fn comes_before(&self, earlier: usize, later: usize) -> bool {
        let (one, other) = (&self.placed[earlier], &self.placed[later]);
        if matches!(one.act, Act::Signed { effect } if effect == Some(later)) {
            return true;
        }
        let (Some(rank), Some(other_rank)) = (one.act.rank(), other.act.rank()) else { return false };
        if one.bounds.exact().is_some() && one.bounds == other.bounds {
            return (rank, one.position, earlier) < (other_rank, other.position, later);
        }
        let either_order =
            matches!(one.act, Act::Entry { .. } | Act::Effect) && matches!(other.act, Act::Signed { .. });
        one.bounds.latest == other.bounds.earliest && !either_order
    }

    /// Rule 2: whether an end of uncertain day does not lie after that one, on the day told for that one.
    fn is_not_followed_by(&self, told: usize, end: usize) -> bool {
        let (told, end) = (&self.placed[told], &self.placed[end]);
        let uncertain_end = end.act.is_end() && end.bounds.exact().is_none();
        uncertain_end && told.bounds.exact().is_some() && !told.act.is_end() && told.act.shares_a_facet(end.act)
    }
}

/// What several observations of one facet and day count as.
pub fn together(seen: &[(i32, Sight)]) -> Vec<(i32, Sight)> {
    let days: BTreeSet<i32> = seen.iter().map(|(day, _)| *day).collect();
    let mut counted = Vec::new();
    for day in days {
        let of_day = || seen.iter().filter(move |(other, _)| *other == day).map(|(_, sight)| *sight);
        let standings: Vec<_> = of_day()
            .filter_map(|sight| if let Sight::Standing(values) = sight { Some(values) } else { None })
            .collect();
        let listings: Vec<_> =
            of_day().filter_map(|sight| if let Sight::Listing(values) = sight { Some(values) } else { None }).collect();
        counted.extend(all_or_any(&standings).map(|values| (day, Sight::Standing(values))));
        counted.extend(all_or_any(&listings).map(|values| (day, Sight::Listing(values))));
    }
    counted
}

fn all_or_any<W: depositary::domain::words::Word>(sets: &[Possible<W>]) -> Option<Possible<W>> {
    let all = sets.iter().copied().reduce(Possible::and)?;
    Some(if all.is_empty() { sets.iter().copied().fold(Possible::NONE, Possible::or) } else { all })
}
