//! Which agreement can be in force on a day, and which text is to replace it?
//!
//! Invariant: a milestone counts once it has happened in every simplest world, and its signature once that has effect.

use chrono::NaiveDate;

use super::{Background, Conclusion};
use crate::domain::instrument::Instrument;
use crate::domain::time::UncertainDate;
use crate::domain::words::MilestoneKind;
use crate::projections::history::{Fact, Matter};
use crate::projections::worlds::{Worlds, effect_of};

/// A fact that has happened, with its round and the days on which its signature has effect.
struct Placed<'a> {
    fact: &'a Fact,
    round: u16,
    /// By when it has happened in every simplest world.
    by: NaiveDate,
    /// The milestone as a source gives it, where one does.
    effect: Option<UncertainDate>,
    /// By when it has that effect in every simplest world.
    effect_by: Option<NaiveDate>,
}

impl Placed<'_> {
    fn until(&self) -> Option<UncertainDate> {
        if let Matter::Until(until) = self.fact.matter { Some(until) } else { None }
    }
}

impl Background {
    /// Finds the newest agreement that can be in force, and a text signed after it that is not.
    pub(super) fn conclusions(&mut self, worlds: &Worlds, instrument: &Instrument, day: NaiveDate) {
        let all: Vec<Placed<'_>> = (0..)
            .zip(&worlds.known.facts)
            .zip(&*worlds.rounds)
            .filter(|((place, fact), _)| fact.decides() && worlds.lies(*place, fact).latest() <= day)
            .map(|((place, fact), round)| Placed {
                fact,
                round: *round,
                by: worlds.lies(place, fact).latest(),
                effect: effect_of(fact, instrument),
                effect_by: worlds.effect(place, fact, instrument).map(UncertainDate::latest),
            })
            .collect();
        let entry_told = |round: u16| {
            let mut all = worlds.known.facts.iter().zip(&*worlds.rounds);
            all.any(|(fact, of)| {
                fact.decides() && fact.kind == MilestoneKind::EnteredIntoForce && may_be_one(*of, round)
            })
        };
        let newest = |kind: MilestoneKind, round: Option<u16>| {
            let of_kind = all.iter().filter(|placed| {
                // 0 is no round: the simplest worlds disagree on it.
                placed.fact.kind == kind && round.is_none_or(|round| round != 0 && placed.round == round)
            });
            of_kind.max_by_key(|placed| placed.fact.counts.latest()).map(|placed| placed.fact.occurred)
        };
        let takes_effect = |placed: &&Placed<'_>| match placed.fact.kind {
            MilestoneKind::EnteredIntoForce | MilestoneKind::Renewed => true,
            MilestoneKind::Signed => {
                let has_effect = placed.effect_by.is_none_or(|by| by <= day);
                instrument.in_force_by_signature && has_effect && !entry_told(placed.round)
            }
            _ => false,
        };
        let since = |placed: &Placed<'_>| placed.effect_by.unwrap_or(placed.by);
        let rank = |placed: &&Placed<'_>| (since(placed), placed.fact.kind.rank());
        let concluding = all.iter().filter(takes_effect).max_by_key(rank);
        let entered = newest(MilestoneKind::EnteredIntoForce, None);
        self.concluded = concluding.map(|placed| {
            let fact = placed.fact;
            let none = Conclusion {
                signed: None,
                effect: None,
                entered: None,
                renewed: None,
                until: placed.until(),
                evidence: fact.evidence,
                earlier_entry: false,
            };
            match fact.kind {
                MilestoneKind::Renewed => Conclusion {
                    signed: newest(MilestoneKind::Signed, None),
                    entered,
                    renewed: Some(fact.occurred),
                    ..none
                },
                MilestoneKind::Signed => Conclusion {
                    signed: Some(fact.occurred),
                    effect: placed.effect,
                    earlier_entry: entered.is_some(),
                    ..none
                },
                _ => Conclusion {
                    signed: newest(MilestoneKind::Signed, Some(placed.round)),
                    entered: Some(fact.counts),
                    ..none
                },
            }
        });
        let signed = || all.iter().filter(|placed| placed.fact.kind == MilestoneKind::Signed);
        let begun = |effect: UncertainDate| effect.earliest().is_none_or(|earliest| earliest <= day);
        let effects = signed().filter(|placed| placed.effect_by.is_some_and(|by| by > day)).filter_map(|of| of.effect);
        self.perhaps
            .extend(effects.filter(|effect| begun(*effect)).map(|effect| (MilestoneKind::EnteredIntoForce, effect)));
        let since = concluding.map(since);
        let successor = signed().filter(|found| !takes_effect(found)).max_by_key(|placed| placed.fact.counts.latest());
        self.successor = successor
            .filter(|placed| {
                let entered = all.iter().any(|entry| {
                    entry.fact.kind == MilestoneKind::EnteredIntoForce && may_be_one(entry.round, placed.round)
                });
                !entered && since.is_some_and(|since| since <= placed.fact.counts.latest())
            })
            .map(|placed| placed.fact.occurred);
    }
}

/// Whether two milestones may be of one round: 0 is a round on which the simplest worlds disagree, so it may be any.
fn may_be_one(one: u16, other: u16) -> bool {
    one == other || one == 0 || other == 0
}
