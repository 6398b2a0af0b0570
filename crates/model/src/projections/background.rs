//! What stands behind a status, which its values do not show: which agreement is meant, what was asked, what came last?
//!
//! Invariant: nothing here decides a status; it rests on what had happened by the day, and says separately what may have.

use chrono::NaiveDate;

use super::history::{Fact, Matter};
use super::worlds::{Worlds, effect_of};
use crate::domain::instrument::Instrument;
use crate::domain::time::UncertainDate;
use crate::domain::words::{Listing, MilestoneKind, NoticePurpose, Word};

/// What stands behind a status on its day.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Background {
    /// The newest agreement that can be in force by then: the one that a sentence names.
    pub concluded: Option<Conclusion>,
    /// When a text was signed that is to replace it, and is not in force yet.
    pub successor: Option<UncertainDate>,
    /// What may have happened by then, and may not: signatures, entries into force, renewals and ends.
    pub perhaps: Vec<(MilestoneKind, UncertainDate)>,
    /// The newest end of an agreement.
    pub ended: Option<(MilestoneKind, UncertainDate)>,
    /// The newest notice.
    pub notice: Option<Notice>,
    /// When comments closed, where that is told by itself.
    pub closed: Option<UncertainDate>,
    /// When the partner was put on the list or moved in it, as told.
    pub listed: Option<(MilestoneKind, UncertainDate)>,
    /// The first and the last day by then on which a copy of the list was seen that names the partner.
    pub list_seen: Option<(UncertainDate, UncertainDate)>,
    /// When the partner is put on the list later than that day, as told.
    pub listed_later: Option<UncertainDate>,
    /// The newest evidence of any kind about the country, notes included.
    pub newest: Option<(MilestoneKind, UncertainDate)>,
    /// The newest evidence about the talks and the agreement: all but days on which a value was seen to hold.
    pub heard: Option<UncertainDate>,
    /// The kinds of milestone that the latest round has by then, one bit each in the order of the vocabulary.
    pub kinds_of_round: u32,
    /// Until when somebody had looked for news; whoever knows the sweeps of sources says it.
    pub checked: Checked,
}

/// Until when somebody had looked for news.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Checked {
    /// It is not asked: the status is of another day than today, or by a knowledge that is pinned.
    #[default]
    Unasked,
    /// No search of a source is on record.
    Never,
    /// The Federal Register was searched up to this day.
    UpTo(NaiveDate),
}

/// What concluded an agreement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Conclusion {
    /// When it was signed.
    pub signed: Option<UncertainDate>,
    /// When its signature has effect, where that is told and no entry into force is.
    pub effect: Option<UncertainDate>,
    /// When it entered into force, where that is told and not only a rule.
    pub entered: Option<UncertainDate>,
    /// When it was renewed, where that is the newest.
    pub renewed: Option<UncertainDate>,
    /// Until when its term runs, where it has one.
    pub until: Option<UncertainDate>,
}

/// A notice that asked for comments.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Notice {
    /// When it was published.
    pub on: UncertainDate,
    /// What it asked about.
    pub purpose: NoticePurpose,
    /// The last day for comments, where it tells one.
    pub closes: Option<NaiveDate>,
}

impl Background {
    /// What stands behind the status of a day whose latest round has a number.
    #[must_use]
    pub fn of(worlds: &Worlds, instrument: &Instrument, day: NaiveDate, round: Option<u16>) -> Self {
        let mut found = Self::default();
        let deciding = || worlds.known.facts.iter().enumerate().filter(|(_, fact)| fact.evidence.decides());
        for (place, fact) in deciding() {
            if fact.counts.latest() > day {
                found.may_come(fact, day);
                continue;
            }
            if found.newest.is_none_or(|(_, newest)| newest.latest() <= fact.occurred.latest()) {
                found.newest = Some((fact.kind, fact.occurred));
            }
            let of_round = round.is_some() && worlds.rounds.get(place).copied() == round;
            found.happened(fact, of_round);
        }
        found.conclusions(worlds, instrument, day);
        found.heard = heard(worlds, day);
        found
    }

    /// Takes in what had happened.
    fn happened(&mut self, fact: &Fact, of_round: bool) {
        if of_round {
            self.kinds_of_round |= 1 << fact.kind.index();
        }
        match (fact.kind, fact.matter) {
            (kind @ (MilestoneKind::Expired | MilestoneKind::Terminated | MilestoneKind::Suspended), _) => {
                self.ended = Some((kind, fact.counts));
            }
            (_, Matter::Notice { purpose, closes }) => {
                self.notice = Some(Notice { on: fact.occurred, purpose, closes });
                self.closed = None;
            }
            (MilestoneKind::CommentsClosed, _) => self.closed = Some(fact.counts),
            (_, Matter::Listing(listing)) => {
                self.listed = Some((fact.kind, fact.counts)).filter(|_| listing != Listing::Unlisted);
            }
            (_, Matter::SeenListing(values)) if !values.has(Listing::Unlisted) => {
                let first = self.list_seen.map_or(fact.counts, |(first, _)| first);
                let last = self.list_seen.map(|(_, last)| last).filter(|last| last.latest() > fact.counts.latest());
                self.list_seen = Some((first, last.unwrap_or(fact.counts)));
            }
            _ => {}
        }
    }

    /// Takes in what is told of later, or of a day that may be later.
    fn may_come(&mut self, fact: &Fact, day: NaiveDate) {
        let begun = fact.counts.earliest().is_none_or(|earliest| earliest <= day);
        let weighs = matches!(
            fact.kind,
            MilestoneKind::Signed
                | MilestoneKind::EnteredIntoForce
                | MilestoneKind::Renewed
                | MilestoneKind::Expired
                | MilestoneKind::Terminated
        );
        if begun && weighs {
            self.perhaps.push((fact.kind, fact.counts));
        }
        if fact.kind == MilestoneKind::Listed && self.listed_later.is_none() {
            self.listed_later = Some(fact.counts);
        }
    }

    /// Finds the newest agreement that can be in force, and a text signed after it that is not.
    fn conclusions(&mut self, worlds: &Worlds, instrument: &Instrument, day: NaiveDate) {
        let facts = || {
            let all = worlds.known.facts.iter().zip(&*worlds.rounds);
            all.filter(|(fact, _)| fact.decides() && fact.counts.latest() <= day)
        };
        let entry_told = |round: u16| {
            let mut all = worlds.known.facts.iter().zip(&*worlds.rounds);
            all.any(|(fact, of)| {
                fact.decides() && fact.kind == MilestoneKind::EnteredIntoForce && may_be_one(*of, round)
            })
        };
        let until = |fact: &Fact| if let Matter::Until(until) = fact.matter { Some(until) } else { None };
        let newest = |kind: MilestoneKind, round: Option<u16>| {
            let of_kind = facts().filter(|(fact, of)| {
                // 0 is no round: the simplest worlds disagree on it.
                fact.kind == kind && round.is_none_or(|round| round != 0 && **of == round)
            });
            of_kind.max_by_key(|(fact, _)| fact.counts.latest()).map(|(fact, _)| fact.occurred)
        };
        let takes_effect = |(fact, round): &(&Fact, &u16)| match fact.kind {
            MilestoneKind::EnteredIntoForce | MilestoneKind::Renewed => true,
            MilestoneKind::Signed => {
                let effect = effect_of(fact, instrument).unwrap_or(fact.occurred);
                instrument.in_force_by_signature && effect.latest() <= day && !entry_told(**round)
            }
            _ => false,
        };
        let counts = |fact: &Fact| effect_of(fact, instrument).filter(|_| fact.kind == MilestoneKind::Signed);
        let rank = |fact: &Fact| (counts(fact).unwrap_or(fact.counts).latest(), fact.kind.rank());
        let concluding = facts().filter(takes_effect).max_by_key(|(fact, _)| rank(fact));
        self.concluded = concluding.map(|(fact, round)| match fact.kind {
            MilestoneKind::Renewed => Conclusion {
                signed: newest(MilestoneKind::Signed, None),
                effect: None,
                entered: newest(MilestoneKind::EnteredIntoForce, None),
                renewed: Some(fact.occurred),
                until: until(fact),
            },
            MilestoneKind::Signed => Conclusion {
                signed: Some(fact.occurred),
                effect: effect_of(fact, instrument),
                entered: None,
                renewed: None,
                until: None,
            },
            _ => Conclusion {
                signed: newest(MilestoneKind::Signed, Some(*round)),
                effect: None,
                entered: Some(fact.counts),
                renewed: None,
                until: until(fact),
            },
        });
        let begun =
            |effect: &UncertainDate| effect.latest() > day && effect.earliest().is_none_or(|earliest| earliest <= day);
        let effects =
            facts().filter(|(fact, _)| instrument.in_force_by_signature && fact.kind == MilestoneKind::Signed);
        let effects = effects.filter_map(|(fact, _)| effect_of(fact, instrument)).filter(begun);
        self.perhaps.extend(effects.map(|effect| (MilestoneKind::EnteredIntoForce, effect)));
        let since = concluding.map(|(fact, _)| counts(fact).unwrap_or(fact.counts).latest());
        let signed = facts().filter(|(fact, _)| fact.kind == MilestoneKind::Signed);
        let successor = signed.filter(|found| !takes_effect(found)).max_by_key(|(fact, _)| fact.counts.latest());
        self.successor = successor
            .filter(|(fact, round)| {
                let entered = facts()
                    .any(|(entry, of)| entry.kind == MilestoneKind::EnteredIntoForce && may_be_one(*of, **round));
                !entered && since.is_some_and(|since| since <= fact.counts.latest())
            })
            .map(|(fact, _)| fact.occurred);
    }
}

/// Whether two milestones may be of one round: 0 is a round on which the simplest worlds disagree, so it may be any.
fn may_be_one(one: u16, other: u16) -> bool {
    one == other || one == 0 || other == 0
}

/// The newest evidence by a day about the talks and the agreement: all but days on which a value was seen to hold, since a copy of
/// the list says nothing about a round.
#[must_use]
pub fn heard(worlds: &Worlds, day: NaiveDate) -> Option<UncertainDate> {
    let news = worlds.known.facts.iter().filter(|fact| {
        let seen = matches!(fact.matter, Matter::SeenListing(_) | Matter::SeenStanding(_));
        !seen && fact.evidence.decides() && fact.occurred.latest() <= day
    });
    news.map(|fact| fact.occurred).max_by_key(|occurred| occurred.latest())
}
