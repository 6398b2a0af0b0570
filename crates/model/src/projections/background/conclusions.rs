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
    /// The day since which it has effect in every simplest world.
    fn since(&self) -> NaiveDate {
        self.effect_by.unwrap_or(self.by)
    }

    fn until(&self) -> Option<UncertainDate> {
        if let Matter::Until(until) = self.fact.matter { Some(until) } else { None }
    }
}

/// Everything that has happened by a day.
struct ByThen<'a> {
    worlds: &'a Worlds,
    instrument: &'a Instrument,
    day: NaiveDate,
    all: Vec<Placed<'a>>,
}

impl<'a> ByThen<'a> {
    fn of(worlds: &'a Worlds, instrument: &'a Instrument, day: NaiveDate) -> Self {
        let all = (0..)
            .zip(&worlds.known.facts)
            .zip(&*worlds.rounds)
            .filter(|((place, fact), _)| fact.decides() && worlds.lies(*place, fact).latest() <= day)
            .map(|((place, fact), round)| Placed {
                fact,
                round: *round,
                by: worlds.lies(place, fact).latest(),
                effect: effect_of(fact, instrument),
                effect_by: worlds.effect(place, fact, instrument).map(UncertainDate::latest),
            });
        let all = all.collect();
        Self { worlds, instrument, day, all }
    }

    /// Whether an entry into force is told of a round, whenever it was.
    fn entry_told(&self, round: u16) -> bool {
        let mut all = self.worlds.known.facts.iter().zip(&*self.worlds.rounds);
        all.any(|(fact, of)| fact.decides() && fact.kind == MilestoneKind::EnteredIntoForce && may_be_one(*of, round))
    }

    /// The date of the newest milestone of a kind, in a round where one is given.
    fn newest(&self, kind: MilestoneKind, round: Option<u16>) -> Option<UncertainDate> {
        let of_kind = self.all.iter().filter(|placed| {
            // 0 is no round: the simplest worlds disagree on it.
            placed.fact.kind == kind && round.is_none_or(|round| round != 0 && placed.round == round)
        });
        of_kind.max_by_key(|placed| placed.fact.counts.latest()).map(|placed| placed.fact.occurred)
    }

    /// Whether a milestone is one by which an agreement is in force.
    fn takes_effect(&self, placed: &Placed<'_>) -> bool {
        match placed.fact.kind {
            MilestoneKind::EnteredIntoForce | MilestoneKind::Renewed => true,
            MilestoneKind::Signed => {
                let has_effect = placed.effect_by.is_none_or(|by| by <= self.day);
                self.instrument.in_force_by_signature && has_effect && !self.entry_told(placed.round)
            }
            _ => false,
        }
    }

    /// The newest milestone by which an agreement is in force.
    fn concluding(&self) -> Option<&Placed<'a>> {
        let rank = |placed: &&Placed<'_>| (placed.since(), placed.fact.kind.rank());
        self.all.iter().filter(|placed| self.takes_effect(placed)).max_by_key(rank)
    }

    /// The agreement that a milestone concluded.
    fn conclusion(&self, placed: &Placed<'_>) -> Conclusion {
        let fact = placed.fact;
        let entered = self.newest(MilestoneKind::EnteredIntoForce, None);
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
                signed: self.newest(MilestoneKind::Signed, None),
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
                signed: self.newest(MilestoneKind::Signed, Some(placed.round)),
                entered: Some(fact.counts),
                ..none
            },
        }
    }

    fn signatures(&self) -> impl Iterator<Item = &Placed<'a>> {
        self.all.iter().filter(|placed| placed.fact.kind == MilestoneKind::Signed)
    }

    /// The effects of signatures that may have come by the day, and need not have.
    fn effects_perhaps(&self) -> impl Iterator<Item = UncertainDate> {
        let late = self.signatures().filter(|placed| placed.effect_by.is_some_and(|by| by > self.day));
        let effects = late.filter_map(|placed| placed.effect);
        effects.filter(|effect| effect.earliest().is_none_or(|earliest| earliest <= self.day))
    }

    /// The signature of a text that is to replace the agreement that is in force since a day.
    fn successor(&self, since: Option<NaiveDate>) -> Option<UncertainDate> {
        let signatures = self.signatures().filter(|placed| !self.takes_effect(placed));
        let newest = signatures.max_by_key(|placed| placed.fact.counts.latest())?;
        let entered = self
            .all
            .iter()
            .any(|entry| entry.fact.kind == MilestoneKind::EnteredIntoForce && may_be_one(entry.round, newest.round));
        let later = since.is_some_and(|since| since <= newest.fact.counts.latest());
        (!entered && later).then_some(newest.fact.occurred)
    }
}

impl Background {
    /// Finds the newest agreement that can be in force, and a text signed after it that is not.
    pub(super) fn conclusions(&mut self, worlds: &Worlds, instrument: &Instrument, day: NaiveDate) {
        let by_then = ByThen::of(worlds, instrument, day);
        let concluding = by_then.concluding();
        self.concluded = concluding.map(|placed| by_then.conclusion(placed));
        self.perhaps.extend(by_then.effects_perhaps().map(|effect| (MilestoneKind::EnteredIntoForce, effect)));
        self.successor = by_then.successor(concluding.map(Placed::since));
    }
}

/// Whether two milestones may be of one round: 0 is a round on which the simplest worlds disagree, so it may be any.
fn may_be_one(one: u16, other: u16) -> bool {
    one == other || one == 0 || other == 0
}
