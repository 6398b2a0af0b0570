//! Where does a world stand at a moment, and what has it added so far (rules 3 to 10)?
//!
//! Invariant: a state holds what a later step can depend on and nothing else, so that worlds which agree on it go on alike.

use std::hash::{Hash, Hasher};

use super::marks::Day;
use crate::domain::words::{Headline, Listing, Possible, Stage, Standing};

/// How the latest round goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Round {
    /// No round was ever opened.
    #[default]
    Never,
    /// The round is open.
    Open,
    /// It led to a signature or an entry into force.
    Concluded,
    /// The round was given up.
    GivenUp,
}

/// The days on which review may begin, by which mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Review {
    pub from: Day,
    pub to: Day,
    /// The notice or the closing.
    pub by: u16,
}

/// How the notices of the latest round close (rule 8).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Closing {
    /// It has no notice, and no closing.
    #[default]
    Untold,
    /// A rule of the instrument did it.
    ByRule,
    /// By a recorded closing that is yet to come.
    Awaited,
    /// By a recorded closing that has come.
    Recorded,
}

/// What a signature waits for (rule 9).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Awaits {
    /// Nothing happened that matters here.
    #[default]
    Nothing,
    /// The next recorded entry into force.
    Entry,
    /// The effect with this mark.
    Effect(u16),
}

/// The state of a world at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct State {
    /// Which of the marks that have begun and are not over have happened, one bit a slot.
    pub happened: u64,
    /// The mark whose term runs.
    pub term: Option<u16>,
    /// When review may begin, while it may.
    pub review: Option<Review>,
    pub awaits: Awaits,
    pub standing: Standing,
    /// Whether a term has passed, so that it may be expired as well.
    pub past: bool,
    pub listing: Listing,
    /// Whether an agreement was ever concluded.
    pub concluded: bool,
    pub round: Round,
    /// How far the latest round has come; a listing is seen to in [`State::stage`].
    pub reached: Stage,
    pub closing: Closing,
    /// Whether the round of the signature that waits is still the latest.
    pub awaits_latest: bool,
    /// What an unrecorded change is on its way to (rule 4).
    pub on_way: Option<Standing>,
    /// Whether what was seen on this day held that morning: bit 0 listing, bit 1 standing (rule 6).
    pub morning: u8,
}

/// In four words rather than field by field: states are looked up by it, and that is most of what a search does.
impl Hash for State {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        let bools = u8::from(self.past) | u8::from(self.concluded) << 1 | u8::from(self.awaits_latest) << 2;
        let on_way = self.on_way.map_or(u8::MAX, |standing| standing as u8);
        let (standing, listing, reached) = (self.standing as u8, self.listing as u8, self.reached as u8);
        let small = [bools, on_way, standing, listing, reached, self.round as u8, self.closing as u8, self.morning];
        let awaits = match self.awaits {
            Awaits::Nothing => 0,
            Awaits::Entry => 1,
            Awaits::Effect(mark) => 2 + u32::from(mark),
        };
        hasher.write_u64(self.happened);
        hasher.write_u64(u64::from_le_bytes(small));
        hasher.write_u64(u64::from(awaits) << 32 | self.term.map_or(0, |term| 1 + u64::from(term)));
        if let Some(Review { from, to, by }) = self.review {
            hasher.write_u64(u64::from(from.cast_unsigned()) << 32 | u64::from(to.cast_unsigned()));
            hasher.write_u16(by);
        }
    }
}

/// What a world has added: unrecorded changes first, then what it sets aside, then rounds beyond need (rule 5).
///
/// Compared as one number, so that fewer of the first outweighs any of the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(super) struct Cost(u64);

impl Cost {
    pub(super) const NONE: Self = Self(0);
    pub(super) const CHANGE: Self = Self(1 << 40);
    pub(super) const ASIDE: Self = Self(1 << 20);
    pub(super) const ROUND: Self = Self(1);

    pub(super) const fn and(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }

    /// How many rounds beyond need it holds.
    pub(super) const fn rounds(self) -> u64 {
        self.0 & 0xf_ffff
    }

    /// How many marks it sets aside.
    pub(super) const fn asides(self) -> u64 {
        self.0 >> 20 & 0xf_ffff
    }

    /// How many unrecorded changes it holds.
    pub(super) const fn changes(self) -> u64 {
        self.0 >> 40
    }
}

impl State {
    /// The state before anything happened.
    pub(super) const BLANK: Self = Self {
        happened: 0,
        term: None,
        review: None,
        awaits: Awaits::Nothing,
        standing: Standing::NotConcluded,
        past: false,
        listing: Listing::Unlisted,
        concluded: false,
        round: Round::Never,
        reached: Stage::NotStarted,
        closing: Closing::Untold,
        awaits_latest: false,
        on_way: None,
        morning: 0,
    };

    /// The possible legal states: past its term also expired (rule 10).
    pub(super) fn standings(&self) -> Possible<Standing> {
        let own = Possible::only(self.standing);
        if self.past { own.or(Possible::only(Standing::Expired)) } else { own }
    }

    /// The stage: a latest round in force shows listed while the listing is not unlisted (rule 7).
    pub(super) fn stage(&self) -> Stage {
        if self.reached == Stage::InForce && self.listing != Listing::Unlisted { Stage::Listed } else { self.reached }
    }

    /// The possible headlines (rule 13).
    pub(super) fn headlines(&self) -> Possible<Headline> {
        self.standings().then(|standing| Possible::only(self.headline(standing)))
    }

    fn headline(&self, standing: Standing) -> Headline {
        match (standing, self.round, self.reached) {
            (Standing::Suspended, ..) => Headline::Suspended,
            (Standing::Expired, ..) => Headline::Expired,
            (Standing::Terminated, ..) => Headline::Terminated,
            (Standing::InForce, ..) => Headline::InForce,
            (Standing::Signed, ..) => Headline::Signed,
            (Standing::NotConcluded, Round::Open, Stage::Intent) => Headline::IntentAnnounced,
            (Standing::NotConcluded, Round::Open, Stage::Consultation) => Headline::InConsultation,
            (Standing::NotConcluded, Round::Open, Stage::Review) => Headline::UnderReview,
            (Standing::NotConcluded, Round::Open, Stage::Agreed) => Headline::TextAgreed,
            (Standing::NotConcluded, Round::Open, Stage::Determined) => Headline::DeterminationMade,
            (Standing::NotConcluded, ..) => Headline::NoAgreement,
        }
    }

    /// Whether a mark's slot is among those that have happened.
    pub(super) const fn has(&self, slots: u64) -> bool {
        self.happened & slots == slots
    }

    /// Sets the standing, which ends a term that ran (rule 10).
    pub(super) fn stand(&mut self, standing: Standing) {
        self.standing = standing;
        self.past = false;
        self.term = None;
    }

    /// Suspends or resumes: the term runs on, but past it is dropped (rule 10).
    pub(super) fn pause(&mut self, standing: Standing) {
        self.standing = standing;
        if self.past {
            self.past = false;
            self.term = None;
        }
    }

    /// Reaches at least a stage.
    pub(super) fn reach(&mut self, stage: Stage) {
        self.reached = self.reached.max(stage);
        if self.reached >= Stage::Review {
            self.review = None;
        }
    }

    /// Opens a round where none is open; false while the latest waits for its closing (rule 8).
    #[must_use]
    pub(super) fn open(&mut self, cost: &mut Cost) -> bool {
        if self.round == Round::Open {
            return true;
        }
        if self.closing == Closing::Awaited {
            return false;
        }
        if self.round == Round::Concluded {
            *cost = cost.and(Cost::ROUND);
        }
        self.round = Round::Open;
        self.reached = Stage::NotStarted;
        self.closing = Closing::Untold;
        self.review = None;
        self.awaits_latest = false;
        true
    }

    /// Concludes the open round, or one of its own, at no less than a stage (rule 7).
    #[must_use]
    pub(super) fn conclude(&mut self, stage: Stage, cost: &mut Cost) -> bool {
        let after_given_up = self.round == Round::GivenUp;
        if !self.open(cost) {
            return false;
        }
        if after_given_up {
            *cost = cost.and(Cost::ROUND);
        }
        self.reach(stage);
        self.round = Round::Concluded;
        self.review = None;
        self.concluded = true;
        true
    }
}
