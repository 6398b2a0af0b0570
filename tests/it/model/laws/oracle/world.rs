//! Where does a world stand at a point of a day, and what may its facets' values be (rules 7, 9, 10 and 13)?
//!
//! Invariant: a world is what the text says one holds, and no more; two that stand alike go on alike.

use std::ops::Add;

use depositary::domain::words::{Headline, Listing, Possible, Stage, Standing};

use super::history::Bounds;

/// What a world adds (rule 5), compared in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Cost {
    pub unrecorded: u8,
    pub set_aside: u8,
    pub rounds: u8,
}

impl Cost {
    pub const NOTHING: Self = Self { unrecorded: 0, set_aside: 0, rounds: 0 };
    pub const UNRECORDED: Self = Self { unrecorded: 1, ..Self::NOTHING };
    pub const SET_ASIDE: Self = Self { set_aside: 1, ..Self::NOTHING };
    pub const ROUND: Self = Self { rounds: 1, ..Self::NOTHING };
}

impl Add for Cost {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self {
            unrecorded: self.unrecorded + other.unrecorded,
            set_aside: self.set_aside + other.set_aside,
            rounds: self.rounds + other.rounds,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum State {
    /// There never was one.
    None,
    Open,
    Concluded,
    GivenUp,
}

/// How the notices of the latest round close (rule 8).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Closing {
    /// It has no notice yet.
    Undecided,
    ByRule,
    /// A recorded closing is to come in this round.
    Awaited,
    /// A recorded closing came.
    Came,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Awaited {
    Nothing,
    /// A recorded entry into force; `latest`: the signature's round is still the latest.
    Entry {
        latest: bool,
    },
    Effect {
        of: usize,
        latest: bool,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct World {
    /// A bit for each that has happened.
    pub happened: u64,
    pub standing: Standing,
    /// Whether a term has ended and nobody told what came of it: the standing is that, or expired.
    pub past_term: bool,
    /// The last day of the term that runs, at the earliest and at the latest.
    pub term: Option<(i32, i32)>,
    /// What an unrecorded change is on its way to, in force first.
    pub on_way_to: Option<Standing>,
    pub awaited: Awaited,
    pub listing: Listing,
    /// Whether an agreement was concluded ever.
    pub concluded: bool,
    pub rounds: u16,
    pub state: State,
    pub stage: Stage,
    pub closing: Closing,
    /// From when on, and until when at the latest, an open round comes into review.
    pub review: Option<(i32, i32)>,
    /// Standing, whether past its term, and listing of that morning, where an observation may ask for them.
    pub morning: Option<(Standing, bool, Listing)>,
}

/// The values of a world at the end of a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct End {
    pub standings: Possible<Standing>,
    pub listing: Listing,
    pub stage: Stage,
    pub headlines: Possible<Headline>,
    pub rounds: u16,
}

impl End {
    fn key(self) -> (u16, u16, u32, u32, u16) {
        use depositary::domain::words::Word;
        (self.rounds, self.standings.bits(), self.listing.index(), self.stage.index(), self.headlines.bits())
    }
}

impl PartialOrd for End {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for End {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.key().cmp(&other.key())
    }
}

impl World {
    /// The point before everything that can happen.
    pub fn first() -> Self {
        Self {
            happened: 0,
            standing: Standing::NotConcluded,
            past_term: false,
            term: None,
            on_way_to: None,
            awaited: Awaited::Nothing,
            listing: Listing::Unlisted,
            concluded: false,
            rounds: 0,
            state: State::None,
            stage: Stage::NotStarted,
            closing: Closing::Undecided,
            review: None,
            morning: None,
        }
    }

    pub const fn has_happened(&self, index: usize) -> bool {
        self.happened & (1 << index) != 0
    }

    pub fn standings(&self) -> Possible<Standing> {
        let own = Possible::only(self.standing);
        if self.past_term { own.or(Possible::only(Standing::Expired)) } else { own }
    }

    pub const fn is_in_force_or_suspended(&self) -> bool {
        matches!(self.standing, Standing::InForce | Standing::Suspended)
    }

    /// Whatever sets the standing ends the term.
    pub const fn stand(&mut self, standing: Standing) {
        self.standing = standing;
        self.term = None;
        self.past_term = false;
    }

    /// A suspension or a resumption: the term runs on; past it, they drop it.
    pub const fn turn(&mut self, standing: Standing) {
        self.standing = standing;
        self.past_term = false;
    }

    /// In force, with a term of its own.
    pub fn enter(&mut self, until: Option<Bounds>) {
        self.stand(Standing::InForce);
        self.term = until.map(|until| (until.earliest, until.latest));
    }

    /// A signature that is not in force: the standing is signed, but as before where something is in force or suspended.
    pub const fn wait_signed(&mut self) {
        if !self.is_in_force_or_suspended() {
            self.stand(Standing::Signed);
        }
    }

    /// Opens a round where none is open; `None` where the latest waits for its closing.
    #[must_use]
    pub fn open(&mut self) -> Option<Cost> {
        if self.state == State::Open {
            return Some(Cost::NOTHING);
        }
        if self.closing == Closing::Awaited {
            return None;
        }
        let cost = if self.state == State::Concluded { Cost::ROUND } else { Cost::NOTHING };
        self.rounds += 1;
        self.state = State::Open;
        self.stage = Stage::NotStarted;
        self.closing = Closing::Undecided;
        self.review = None;
        match &mut self.awaited {
            Awaited::Nothing => {}
            Awaited::Entry { latest } | Awaited::Effect { latest, .. } => *latest = false,
        }
        Some(cost)
    }

    pub fn reach(&mut self, stage: Stage) {
        self.stage = self.stage.max(stage);
        if self.state != State::Open || self.stage >= Stage::Review {
            self.review = None;
        }
    }

    /// The open round, or one of its own, reaches at least this and is concluded (rule 7).
    #[must_use]
    pub fn conclude(&mut self, stage: Stage) -> Option<Cost> {
        let own_after_one_given_up = if self.state == State::GivenUp { Cost::ROUND } else { Cost::NOTHING };
        let cost = self.open()? + own_after_one_given_up;
        self.state = State::Concluded;
        self.concluded = true;
        self.reach(stage);
        Some(cost)
    }

    /// What it shows at the end of a day.
    pub fn end(&self) -> End {
        let listed = self.stage == Stage::InForce && self.listing != Listing::Unlisted;
        End {
            standings: self.standings(),
            listing: self.listing,
            stage: if listed { Stage::Listed } else { self.stage },
            headlines: self.standings().then(|standing| Possible::only(self.headline(standing))),
            rounds: self.rounds,
        }
    }

    fn headline(&self, standing: Standing) -> Headline {
        match standing {
            Standing::Signed => Headline::Signed,
            Standing::InForce => Headline::InForce,
            Standing::Suspended => Headline::Suspended,
            Standing::Expired => Headline::Expired,
            Standing::Terminated => Headline::Terminated,
            Standing::NotConcluded if self.state != State::Open => Headline::NoAgreement,
            Standing::NotConcluded => match self.stage {
                Stage::Intent => Headline::IntentAnnounced,
                Stage::Consultation => Headline::InConsultation,
                Stage::Review => Headline::UnderReview,
                Stage::Agreed => Headline::TextAgreed,
                Stage::Determined => Headline::DeterminationMade,
                _ => Headline::NoAgreement,
            },
        }
    }
}
