//! What is a history made of, as the oracle takes it?
//!
//! Invariant: plain data; what kind of milestone, its bounds as told, and what belongs to its kind.

use chrono::NaiveDate;
use depositary::domain::time::UncertainDate;
use depositary::domain::words::{Evidence, Listing, MilestoneKind, NoticePurpose, Possible, Standing};

/// A milestone as told, its sources settled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Told {
    pub kind: MilestoneKind,
    pub occurred: UncertainDate,
    pub effective: Option<UncertainDate>,
    /// A notice's own closing day.
    pub closes: Option<NaiveDate>,
    /// A term's end.
    pub until: Option<UncertainDate>,
    pub seen: Option<Sight>,
    pub listing: Option<Listing>,
    pub purpose: Option<NoticePurpose>,
    pub position: u64,
    pub evidence: Evidence,
}

/// What an observation saw.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sight {
    Standing(Possible<Standing>),
    Listing(Possible<Listing>),
    Talks,
}

/// What the rules need to know of an instrument.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InstrumentRules {
    /// The fewest and most days of the usual comment window.
    pub window: Option<(u32, u32)>,
    pub in_force_by_signature: bool,
    pub listing_presupposes_agreement: bool,
    pub has_listing: bool,
}
