//! Where does an agreement stand when these steps, and no others, have happened?
//!
//! Invariant: applying a step is total; a reading never looks at dates, only at the steps it is given, in order.

use super::steps::{Act, Step, Steps};
use crate::domain::instrument::Instrument;
use crate::domain::words::{Headline, Listing, Possible, Stage, Standing};

/// One way to read an agreement's history on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reading {
    /// The latest round's number; 0 before the first.
    pub round: u16,
    /// Whether that round renews or follows an agreement that was concluded before.
    pub renewal: bool,
    /// Whether that round led to a signature, an entry into force or a renewal.
    pub concluded: bool,
    /// Whether that round was given up.
    pub withdrawn: bool,
    /// The furthest stage that the round's own steps have reached; a listing is seen to in [`Reading::stages`].
    pub reached: Stage,
    /// The possible legal states.
    pub standing: Possible<Standing>,
    /// The possible listings; none for an instrument without.
    pub listing: Possible<Listing>,
    /// The steps that made it so.
    pub by: Causes,
    /// The step whose term is running.
    term: Option<u16>,
}

/// Which steps, by index, made a reading what it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Causes {
    /// The step that brought the latest round to its stage.
    pub stage: Option<u16>,
    /// The step that changed the standing last.
    pub standing: Option<u16>,
    /// The observation that confirmed it last.
    pub standing_seen: Option<u16>,
    /// The step that changed the listing last.
    pub listing: Option<u16>,
    /// The observation that confirmed it last.
    pub listing_seen: Option<u16>,
}

impl Reading {
    /// Before anything happened.
    #[must_use]
    pub fn blank(instrument: &Instrument) -> Self {
        Self {
            round: 0,
            renewal: false,
            concluded: false,
            withdrawn: false,
            reached: Stage::NotStarted,
            standing: Possible::only(Standing::NotConcluded),
            listing: if instrument.has_listing() { Possible::only(Listing::Unlisted) } else { Possible::NONE },
            by: Causes::default(),
            term: None,
        }
    }

    /// The reading in which the chosen steps have happened, in reading order.
    pub fn of(steps: &Steps, instrument: &Instrument, mut happened: impl FnMut(usize) -> bool) -> Self {
        let mut reading = Self::blank(instrument);
        for (index, step) in steps.steps.iter().enumerate() {
            if happened(index) {
                reading.apply(u16::try_from(index).unwrap_or(u16::MAX), step);
            }
        }
        reading
    }

    /// Applies one step.
    pub fn apply(&mut self, index: u16, step: &Step) {
        match step.act {
            Act::Nothing => {}
            Act::Open(stage) => {
                self.open_after_conclusion();
                self.reach(index, stage);
            }
            Act::Reach(stage) => self.reach(index, stage),
            Act::Sign { in_force } => {
                self.open_after_conclusion();
                self.concluded = true;
                self.reach(index, if in_force { Stage::InForce } else { Stage::Signed });
                if in_force {
                    self.term = None;
                    self.stand(index, Possible::only(Standing::InForce));
                } else {
                    // Signing a renewal does not take away that the earlier agreement is in force (rule 3).
                    let next = self.standing.then(|standing| match standing {
                        Standing::InForce | Standing::Suspended => Possible::only(standing),
                        _ => Possible::only(Standing::Signed),
                    });
                    self.stand(index, next);
                }
            }
            Act::Enter => {
                self.conclude(index, Stage::InForce);
                self.term = Some(index);
                self.stand(index, Possible::only(Standing::InForce));
            }
            Act::Renew => {
                // A renewal is a complete round, or completes the one that is open (rule 3).
                if self.round == 0 || self.concluded || self.withdrawn {
                    self.next_round();
                    self.renewal = true;
                }
                self.conclude(index, Stage::InForce);
                self.term = Some(index);
                self.stand(index, Possible::only(Standing::InForce));
            }
            Act::Conclude(stage) => {
                self.conclude(index, stage);
                self.stand(index, Possible::only(Standing::InForce));
            }
            Act::Stand(standing) => self.stand(index, Possible::only(standing)),
            Act::TermEnds { of } => {
                if self.term.is_some_and(|term| term == of) {
                    let next = self.standing.then(|standing| match standing {
                        Standing::InForce => Possible::of(&[Standing::InForce, Standing::Expired]),
                        other => Possible::only(other),
                    });
                    self.stand(index, next);
                }
            }
            Act::Withdraw => {
                if self.round > 0 && !self.concluded {
                    self.withdrawn = true;
                    self.reached = Stage::NotStarted;
                    self.by.stage = Some(index);
                }
            }
            Act::List(listing) => self.list(index, Possible::only(listing)),
            Act::SeeListing(seen) => {
                self.list(index, narrowed(self.listing, seen));
                self.by.listing_seen = Some(index);
            }
            Act::SeeStanding(seen) => {
                self.stand(index, narrowed(self.standing, seen));
                if self.standing.certain() == Some(Standing::InForce) && !self.concluded && !self.renewal {
                    self.conclude(index, Stage::InForce);
                }
                self.by.standing_seen = Some(index);
            }
        }
    }

    /// An opening step after a concluded or given up round opens the next (rule 2).
    fn open_after_conclusion(&mut self) {
        if self.round == 0 || self.concluded || self.withdrawn {
            self.next_round();
        }
    }

    fn next_round(&mut self) {
        self.renewal = self.renewal || self.concluded;
        self.round += 1;
        self.concluded = false;
        self.withdrawn = false;
        self.reached = Stage::NotStarted;
        self.by.stage = None;
    }

    /// Concludes the open round, or a first one that nobody told of.
    fn conclude(&mut self, index: u16, stage: Stage) {
        if self.round == 0 || self.withdrawn {
            self.next_round();
        }
        self.concluded = true;
        self.reach(index, stage);
    }

    /// A round opened by a milestone of the middle when nobody told of its beginning.
    fn reach(&mut self, index: u16, stage: Stage) {
        if self.round == 0 {
            self.next_round();
        }
        if stage > self.reached && !self.withdrawn {
            self.reached = stage;
            self.by.stage = Some(index);
        }
    }

    fn stand(&mut self, index: u16, standing: Possible<Standing>) {
        if standing != self.standing {
            self.standing = standing;
            self.by.standing = Some(index);
            self.by.standing_seen = None;
        }
    }

    fn list(&mut self, index: u16, listing: Possible<Listing>) {
        // What a listing proved is in force; whether it is still listed is for the listing to say (rule 2).
        if self.reached == Stage::Listed {
            self.reached = Stage::InForce;
        }
        if listing != self.listing {
            self.listing = listing;
            self.by.listing = Some(index);
            self.by.listing_seen = None;
        }
    }

    /// The possible stages: a round that is in force is listed on every day on which the listing is (rule 2).
    #[must_use]
    pub fn stages(&self) -> Possible<Stage> {
        if self.reached != Stage::InForce || self.listing.is_empty() {
            return Possible::only(self.reached);
        }
        self.listing
            .then(|listing| Possible::only(if listing == Listing::Unlisted { Stage::InForce } else { Stage::Listed }))
    }

    /// The possible headlines (rule 7).
    #[must_use]
    pub fn headlines(&self) -> Possible<Headline> {
        self.standing.then(|standing| {
            Possible::only(match standing {
                Standing::Suspended => Headline::Suspended,
                Standing::Expired => Headline::Expired,
                Standing::Terminated => Headline::Terminated,
                Standing::InForce => Headline::InForce,
                Standing::Signed => Headline::Signed,
                Standing::NotConcluded => match self.reached {
                    Stage::NotStarted => Headline::NoAgreement,
                    Stage::Intent => Headline::IntentAnnounced,
                    Stage::Consultation => Headline::InConsultation,
                    Stage::Review => Headline::UnderReview,
                    Stage::Agreed => Headline::TextAgreed,
                    Stage::Determined => Headline::DeterminationMade,
                    Stage::Signed => Headline::Signed,
                    Stage::InForce | Stage::Listed => Headline::InForce,
                },
            })
        })
    }

    /// Whether the latest round is neither complete nor given up, however the listing is read.
    #[must_use]
    pub fn is_open(&self, instrument: &Instrument) -> bool {
        let complete = if self.renewal { instrument.renewal_round_complete } else { instrument.first_round_complete };
        let ended = matches!(self.standing.certain(), Some(Standing::Expired | Standing::Terminated)) && self.concluded;
        // A round that was complete once does not open again because the country was taken off the list.
        let delisted = self.by.listing.is_some() && self.listing.certain() == Some(Listing::Unlisted);
        let was_complete = delisted && self.concluded && self.reached == Stage::InForce;
        self.round > 0
            && !self.withdrawn
            && !ended
            && !was_complete
            && self.stages().iter().all(|stage| stage < complete)
    }
}

/// What is still possible after something was seen: what fits both, or what was seen when nothing does (rule 5).
#[must_use]
pub fn narrowed<W: crate::domain::words::Word>(possible: Possible<W>, seen: Possible<W>) -> Possible<W> {
    let both = possible.and(seen);
    if both.is_empty() { seen } else { both }
}
