//! Which steps follow from what is known, by the instrument's rules?
//!
//! Invariant: a step that a rule adds names the rule and the fact that it rests on; no fact is read twice as evidence.

use chrono::NaiveDate;

use super::{Act, PROVED, Rule, Step};
use crate::domain::instrument::Instrument;
use crate::domain::time::{UncertainDate, add_days};
use crate::domain::words::{Listing, MilestoneKind, Stage, Standing};
use crate::projections::history::{Fact, Matter};
use crate::projections::reading::Reading;

pub(super) struct Builder<'a> {
    facts: &'a [Fact],
    instrument: &'a Instrument,
    steps: Vec<Step>,
}

impl<'a> Builder<'a> {
    pub(super) fn new(facts: &'a [Fact], instrument: &'a Instrument) -> Self {
        Self { facts, instrument, steps: Vec::with_capacity(facts.len() + 4) }
    }

    /// Every step, in reading order.
    pub(super) fn build(mut self) -> Box<[Step]> {
        self.add_told();
        self.add_proved_agreement();
        self.add_earlier_agreement();
        self.date_changes_only_seen();
        self.with_terms()
    }

    fn sort(&mut self) {
        self.steps.sort_by_key(|step| (step.when, step.rank, step.fact));
    }

    fn push(&mut self, fact: usize, when: UncertainDate, rank: u8, act: Act, rule: Option<Rule>) {
        self.steps.push(Step { when, rank, act, fact: u16::try_from(fact).unwrap_or(u16::MAX), rule });
    }

    /// A step for each fact that decides, and the closing of each notice whose closing nobody recorded.
    fn add_told(&mut self) {
        for (index, fact) in self.facts.iter().enumerate().filter(|(_, fact)| fact.decides()) {
            let rank = fact.kind.rank();
            let day_seen = UncertainDate::day(fact.counts.latest());
            let (when, act, rule) = match (fact.kind, fact.matter) {
                (MilestoneKind::Signed, _) => {
                    let in_force = self.instrument.in_force_by_signature && !self.entry_is_told(index);
                    (fact.counts, Act::Sign { in_force }, in_force.then_some(Rule::InForceBySignature))
                }
                (MilestoneKind::EnteredIntoForce, _) => (fact.counts, Act::Enter, None),
                (MilestoneKind::Renewed, _) => (fact.counts, Act::Renew, None),
                (MilestoneKind::Suspended, _) => (fact.counts, Act::Stand(Standing::Suspended), None),
                (MilestoneKind::Resumed, _) => (fact.counts, Act::Stand(Standing::InForce), None),
                (MilestoneKind::Expired, _) => (fact.counts, Act::Stand(Standing::Expired), None),
                (MilestoneKind::Terminated, _) => (fact.counts, Act::Stand(Standing::Terminated), None),
                (MilestoneKind::Withdrawn, _) => (fact.counts, Act::Withdraw, None),
                (_, Matter::Listing(listing)) => (fact.counts, Act::List(listing), None),
                (_, Matter::SeenListing(seen)) => (day_seen, Act::SeeListing(seen), Some(Rule::SeenValueHolds)),
                (_, Matter::SeenStanding(seen)) => (day_seen, Act::SeeStanding(seen), Some(Rule::SeenValueHolds)),
                (_, Matter::SeenTalks) => (fact.counts, Act::Open(Stage::Intent), None),
                // Review begins the day after comments close (rule 2).
                (MilestoneKind::CommentsClosed, _) => (fact.counts.later(1, 1), self.reached_by(fact.kind), None),
                _ => (fact.counts, self.reached_by(fact.kind), None),
            };
            self.push(index, when, rank, act, rule);
            if let Matter::Notice { closes, .. } = fact.matter
                && !self.closing_is_told(index)
            {
                let review = self.reached_by(MilestoneKind::CommentsClosed);
                let rank = MilestoneKind::CommentsClosed.rank();
                match (closes, self.instrument.comment_window) {
                    (Some(day), _) => {
                        self.push(
                            index,
                            UncertainDate::day(day).later(1, 1),
                            rank,
                            review,
                            Some(Rule::NoticeClosingDate),
                        );
                    }
                    (None, Some((fewest, most))) => {
                        self.push(
                            index,
                            fact.counts.later(fewest + 1, most + 1),
                            rank,
                            review,
                            Some(Rule::UsualWindow),
                        );
                    }
                    (None, None) => {}
                }
            }
        }
        self.sort();
    }

    fn reached_by(&self, kind: MilestoneKind) -> Act {
        let opens =
            matches!(kind, MilestoneKind::IntentAnnounced | MilestoneKind::NoticePublished | MilestoneKind::TextAgreed);
        match self.instrument.stage_reached_by(kind) {
            Some(stage) if opens => Act::Open(stage),
            Some(stage) => Act::Reach(stage),
            None => Act::Nothing,
        }
    }

    /// The deciding facts after one, up to the next that would open another round.
    fn rest_of_round(&self, index: usize) -> impl Iterator<Item = &Fact> {
        let opens = |fact: &&Fact| {
            matches!(
                fact.kind,
                MilestoneKind::IntentAnnounced
                    | MilestoneKind::NoticePublished
                    | MilestoneKind::TextAgreed
                    | MilestoneKind::Signed
            )
        };
        self.facts.iter().skip(index + 1).filter(|fact| fact.decides()).take_while(move |fact| !opens(fact))
    }

    fn entry_is_told(&self, signed: usize) -> bool {
        self.rest_of_round(signed).any(|fact| fact.kind == MilestoneKind::EnteredIntoForce)
    }

    fn closing_is_told(&self, notice: usize) -> bool {
        self.rest_of_round(notice).any(|fact| fact.kind == MilestoneKind::CommentsClosed)
    }

    /// Where a listing presupposes an agreement and nothing else tells of one by then, the listing proves it (rule 3).
    fn add_proved_agreement(&mut self) {
        if !self.instrument.listing_presupposes_agreement {
            return;
        }
        let listed = |step: &&Step| match step.act {
            Act::List(listing) => listing != Listing::Unlisted,
            Act::SeeListing(seen) => !seen.has(Listing::Unlisted),
            _ => false,
        };
        let Some(first) = self.steps.iter().filter(listed).min_by_key(|step| step.when.latest()).copied() else {
            return;
        };
        let by = first.when.latest();
        let tells_standing = |step: &Step| {
            matches!(step.act, Act::Sign { .. } | Act::Enter | Act::Renew | Act::Stand(_) | Act::SeeStanding(_))
        };
        if self.steps.iter().any(|step| tells_standing(step) && step.when.latest() <= by) {
            return;
        }
        if let Some(when) = UncertainDate::between(self.opened_by(by), by) {
            self.push(
                usize::from(first.fact),
                when,
                PROVED,
                Act::Conclude(Stage::Listed),
                Some(Rule::InForceByListing),
            );
            self.sort();
        }
    }

    /// What renews, suspends or ends an agreement proves that there was one, but not since when (rule 3).
    fn add_earlier_agreement(&mut self) {
        let proves = |step: &Step| matches!(step.act, Act::Renew | Act::Stand(_));
        let Some(place) = self.steps.iter().position(proves) else { return };
        let (before, rest) = self.steps.split_at(place);
        let told = before.iter().any(|step| match step.act {
            Act::Sign { .. } | Act::Enter | Act::Conclude(_) => true,
            Act::SeeStanding(seen) => seen.has(Standing::InForce),
            _ => false,
        });
        if let (false, Some(first)) = (told, rest.first().copied())
            && let Some(when) = UncertainDate::between(None, first.when.latest())
        {
            self.push(usize::from(first.fact), when, PROVED, Act::Conclude(Stage::InForce), Some(Rule::ProvedByLater));
            self.sort();
        }
    }

    /// The last day, up to one, on which a step opened or advanced a round; a conclusion that is only proved comes after it.
    fn opened_by(&self, day: NaiveDate) -> Option<NaiveDate> {
        let advances = |step: &&Step| matches!(step.act, Act::Open(_) | Act::Reach(_)) && step.when.latest() <= day;
        self.steps.iter().filter(advances).map(|step| step.when.latest()).max()
    }

    /// An observation that does not fit what came before it proves a change that nobody told: some day after the
    /// last evidence of before, and no later than the observation (rule 5).
    fn date_changes_only_seen(&mut self) {
        let mut reading = Reading::blank(self.instrument);
        let mut listing_seen: Option<NaiveDate> = None;
        let mut standing_seen: Option<NaiveDate> = None;
        let mut proved = Vec::new();
        for (index, step) in self.steps.iter().enumerate() {
            match step.act {
                Act::SeeListing(seen) => {
                    if reading.listing.and(seen).is_empty() {
                        let after = listing_seen.map(next_day).or_else(|| self.first_conclusion(step.when.latest()));
                        proved.push((after, *step));
                    }
                    listing_seen = Some(step.when.latest());
                }
                Act::SeeStanding(seen) => {
                    if reading.standing.and(seen).is_empty() {
                        let after = standing_seen.map(next_day).max(self.opened_by(step.when.latest()));
                        let act = match seen.certain() {
                            Some(Standing::InForce) if !reading.concluded => Act::Conclude(Stage::InForce),
                            _ => step.act,
                        };
                        proved.push((
                            after,
                            Step { act, rule: Some(Rule::SeenInForce).filter(|_| act != step.act), ..*step },
                        ));
                    }
                    standing_seen = Some(step.when.latest());
                }
                Act::List(_) => listing_seen = listing_seen.max(Some(step.when.latest())),
                Act::Sign { .. } | Act::Enter | Act::Renew | Act::Stand(_) | Act::Conclude(_) => {
                    standing_seen = standing_seen.max(Some(step.when.latest()));
                }
                _ => {}
            }
            reading.apply(u16::try_from(index).unwrap_or(u16::MAX), step);
        }
        for (after, step) in proved {
            if let Some(when) = UncertainDate::between(after, step.when.latest()) {
                self.steps.push(Step { when, rank: PROVED, ..step });
            }
        }
        self.sort();
    }

    /// The earliest day of the first recorded conclusion, when that is not after the given day.
    fn first_conclusion(&self, by: NaiveDate) -> Option<NaiveDate> {
        if !self.instrument.listing_presupposes_agreement {
            return None;
        }
        let concludes = |step: &&Step| {
            matches!(step.act, Act::Sign { .. } | Act::Enter | Act::Renew)
                && step.when.earliest().is_none_or(|earliest| earliest <= by)
        };
        self.steps.iter().find(concludes).and_then(|step| step.when.earliest())
    }

    /// The steps with the end of each term that was told.
    fn with_terms(mut self) -> Box<[Step]> {
        let mut ends = Vec::new();
        for step in &self.steps {
            if matches!(step.act, Act::Enter | Act::Renew)
                && let Some(Matter::Until(until)) = self.facts.get(usize::from(step.fact)).map(|fact| fact.matter)
            {
                // The fact stands in for the step until all steps are in order.
                let act = Act::TermEnds { of: step.fact };
                ends.push(Step {
                    when: after(step.when, until.later(1, 1)),
                    rank: 0,
                    act,
                    fact: step.fact,
                    rule: Some(Rule::TermPassed),
                });
            }
        }
        self.steps.extend(ends);
        self.sort();
        let begun: Vec<(u16, u16)> = (0..)
            .zip(&self.steps)
            .filter(|(_, step)| matches!(step.act, Act::Enter | Act::Renew))
            .map(|(index, step)| (step.fact, index))
            .collect();
        for step in &mut self.steps {
            if let Act::TermEnds { of } = &mut step.act {
                *of = begun.iter().find(|(fact, _)| fact == of).map_or(u16::MAX, |(_, index)| *index);
            }
        }
        self.steps.into_boxed_slice()
    }
}

/// When a term is over that begins then: no term ends before it begins, however open the beginning of its last day is. Bounds
/// that contradict each other stay as they are told.
fn after(begins: UncertainDate, over: UncertainDate) -> UncertainDate {
    let earliest = over.earliest().max(begins.earliest().map(next_day));
    UncertainDate::between(earliest, over.latest()).unwrap_or(over)
}

fn next_day(day: NaiveDate) -> NaiveDate {
    add_days(day, 1)
}
