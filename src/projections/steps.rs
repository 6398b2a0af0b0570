//! In which order may a lifecycle have gone, with every rule that stands in for a missing milestone?
//!
//! Invariant: the steps are in reading order (rule 1); whatever a rule adds says by which rule and from which fact.

mod builder;

use chrono::NaiveDate;

use self::builder::Builder;
use super::history::{Fact, Known};
use super::reading::Reading;
use crate::domain::instrument::Instrument;
use crate::domain::time::UncertainDate;
use crate::domain::words::{Listing, Possible, Stage, Standing, Word};

/// What a step does to a reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// It is known, and changes nothing.
    Nothing,
    /// Reaches a stage, in the next round when the last was concluded.
    Open(Stage),
    /// Reaches a stage of the round that is there.
    Reach(Stage),
    /// Signed; in force at once where the rule says so.
    Sign {
        /// In force by rule, for want of a recorded entry into force.
        in_force: bool,
    },
    /// Entered into force.
    Enter,
    /// Renewed or extended.
    Renew,
    /// A conclusion that only its consequence proves; it reached this stage.
    Conclude(Stage),
    /// The standing becomes this.
    Stand(Standing),
    /// The term of an earlier step is over.
    TermEnds {
        /// The step, by index, whose term it was.
        of: u16,
    },
    /// The round was given up.
    Withdraw,
    /// The listing becomes this.
    List(Listing),
    /// One of these listings was seen.
    SeeListing(Possible<Listing>),
    /// One of these standings was seen.
    SeeStanding(Possible<Standing>),
}

/// A rule that stood in for a milestone, or qualified one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rule {
    /// Review begins the day after the closing date that the notice itself gives.
    NoticeClosingDate,
    /// No closing date is told; comments closed within the instrument's usual window.
    UsualWindow,
    /// No entry into force is told; the instrument says in force from the last signature.
    InForceBySignature,
    /// No other evidence of standing; the listing presupposes a concluded agreement.
    InForceByListing,
    /// Seen in force; when that began is not told.
    SeenInForce,
    /// A renewal, suspension, expiry or termination proves an agreement; when that began is not told.
    ProvedByLater,
    /// The last term told is over, and nothing tells what came after.
    TermPassed,
    /// Seen on a day, and holds until other evidence changes it.
    SeenValueHolds,
    /// Nothing changed it; the value that everything begins with.
    InitialValue,
}

impl Word for Rule {
    const VOCABULARY: &'static str = "rule";
    const ALL: &'static [Self] = &[
        Self::NoticeClosingDate,
        Self::UsualWindow,
        Self::InForceBySignature,
        Self::InForceByListing,
        Self::SeenInForce,
        Self::ProvedByLater,
        Self::TermPassed,
        Self::SeenValueHolds,
        Self::InitialValue,
    ];
    fn as_str(self) -> &'static str {
        match self {
            Self::NoticeClosingDate => "notice_closing_date",
            Self::UsualWindow => "usual_window",
            Self::InForceBySignature => "in_force_by_signature",
            Self::InForceByListing => "in_force_by_listing",
            Self::SeenInForce => "seen_in_force",
            Self::ProvedByLater => "proved_by_later",
            Self::TermPassed => "term_passed",
            Self::SeenValueHolds => "seen_value_holds",
            Self::InitialValue => "initial_value",
        }
    }
    fn index(self) -> u32 {
        self as u32
    }
}

/// Something that may have happened by a day, and what it does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// When.
    pub when: UncertainDate,
    /// The rank in the reading order of its dates.
    rank: u8,
    /// What it does.
    pub act: Act,
    /// The fact, by index, that it comes from.
    pub fact: u16,
    /// The rule that made it, where the fact alone did not.
    pub rule: Option<Rule>,
}

/// Whether something has come by a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Come {
    /// Not yet.
    Not,
    /// It may have.
    May,
    /// It has.
    Has,
}

impl Step {
    /// Whether it has come by a day (rule 1).
    #[must_use]
    pub fn by(&self, day: NaiveDate) -> Come {
        if self.when.latest() <= day {
            Come::Has
        } else if self.when.earliest().is_none_or(|earliest| earliest <= day) {
            Come::May
        } else {
            Come::Not
        }
    }
}

/// What is known of an agreement, and the steps that follow from it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Steps {
    /// What is known.
    pub known: Known,
    /// The steps, in reading order.
    pub steps: Box<[Step]>,
    /// The round of each fact, by index; 0 before the first.
    pub rounds: Box<[u16]>,
}

/// The rank of a step that is only proved, which no milestone has: between all milestones and the observations.
const PROVED: u8 = 17;

impl Steps {
    /// The steps that follow from what is known, by the instrument's rules.
    #[must_use]
    pub fn of(known: Known, instrument: &Instrument) -> Self {
        let steps = Builder::new(&known.facts, instrument).build();
        let rounds = rounds(&known.facts, &steps, instrument);
        Self { known, steps, rounds }
    }

    /// The kinds of milestone that have certainly happened by a day, one bit each in the order of the vocabulary.
    #[must_use]
    pub fn kinds_by(&self, day: NaiveDate) -> u32 {
        let happened = self.known.facts.iter().filter(|fact| fact.decides() && fact.counts.latest() <= day);
        happened.fold(0, |kinds, fact| kinds | 1 << fact.kind.index())
    }

    /// The fact that a step comes from.
    #[must_use]
    pub fn fact_of(&self, step: u16) -> Option<&Fact> {
        self.known.facts.get(usize::from(self.steps.get(usize::from(step))?.fact))
    }
}

/// The round that each fact belongs to, when everything happens in reading order.
fn rounds(facts: &[Fact], steps: &[Step], instrument: &Instrument) -> Box<[u16]> {
    let mut rounds = vec![None; facts.len()];
    let mut reading = Reading::blank(instrument);
    for (index, step) in (0..).zip(steps) {
        reading.apply(index, step);
        // A step that is only proved says nothing about where the milestone that proves it belongs.
        if let Some(round) =
            rounds.get_mut(usize::from(step.fact)).filter(|round| round.is_none() && step.rank != PROVED)
        {
            *round = Some(reading.round);
        }
    }
    let mut last = 0;
    for round in &mut rounds {
        last = round.unwrap_or(last);
        *round = Some(last);
    }
    rounds.into_iter().map(Option::unwrap_or_default).collect()
}
