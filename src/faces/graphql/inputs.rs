//! What may a client filter by?
//!
//! Invariant: a filter left out filters nothing; an empty list filters nothing.

use async_graphql::InputObject;

use super::scalars::{CountryCode, Position};
use super::words::{AgreementsOrder, Certainty, Headline, Listing, MilestoneKind, MilestonesOrder, Stage, Standing};
use crate::answers;
use crate::answers::view::Term;
use crate::domain::words::{Possible, Word};

/// Conditions that an agreement must fulfil, most of them about its status on the day; an omitted or empty field sets
/// no condition.
#[derive(InputObject, Debug, Clone, Default)]
pub struct AgreementFilter {
    /// Only agreements under the instrument with this code, such as `rdp`; when omitted, all instruments.
    instrument: Option<String>,
    /// Only agreements with these countries; when omitted or empty, all countries.
    countries: Option<Vec<CountryCode>>,
    /// Only agreements whose headline is one of these on the day.
    headlines: Option<Vec<Headline>>,
    /// Only agreements whose stage is one of these on the day.
    stages: Option<Vec<Stage>>,
    /// Only agreements whose standing is one of these on the day.
    standings: Option<Vec<Standing>>,
    /// Only agreements whose listing is one of these on the day.
    listings: Option<Vec<Listing>>,
    /// How the filter treats an agreement whose status has several possible values.
    #[graphql(default)]
    certainty: Certainty,
    /// Only agreements in which a milestone of each of these kinds has certainly happened up to and including the day
    /// that is asked about.
    having: Option<Vec<MilestoneKind>>,
    /// Only agreements in which no milestone of any of these kinds has certainly happened up to and including the day
    /// that is asked about.
    lacking: Option<Vec<MilestoneKind>>,
    /// Only agreements about which any event was recorded after this position. A status can also change without an event,
    /// as days pass.
    changed_after: Option<Position>,
}

/// Conditions that a milestone must fulfil; an omitted or empty field sets no condition.
#[derive(InputObject, Debug, Clone, Default)]
pub struct MilestoneFilter {
    /// Only agreements under the instrument with this code, such as `rdp`; when omitted, all instruments.
    instrument: Option<String>,
    /// Only milestones of agreements with these countries; when omitted or empty, all countries.
    countries: Option<Vec<CountryCode>>,
    /// Only milestones of these kinds; when omitted or empty, all kinds.
    kinds: Option<Vec<MilestoneKind>>,
    /// Only milestones that were first recorded after this position.
    recorded_after: Option<Position>,
    /// Only milestones that were first recorded up to and including this position.
    recorded_up_to: Option<Position>,
    /// Only milestones about which any event was recorded after this position: new ones, and older ones that were
    /// refined, corrected, retracted (`state` says so) or given a source since. A program that keeps a copy misses
    /// nothing if it asks for `log { position }` in each request and passes that position here in the next one.
    changed_after: Option<Position>,
}

fn set<W: Word>(words: Option<&Vec<Term<W>>>) -> Possible<W> {
    let words: Vec<W> = words.into_iter().flatten().map(|word| word.0).collect();
    Possible::of(&words)
}

fn kind_bits(kinds: Option<Vec<MilestoneKind>>) -> u32 {
    let kinds: Vec<_> = kinds.into_iter().flatten().map(|kind| kind.0).collect();
    answers::kind_bits(&kinds)
}

fn countries(codes: Option<Vec<CountryCode>>) -> Vec<crate::domain::country::Country> {
    codes.unwrap_or_default().into_iter().map(|code| code.0).collect()
}

impl AgreementFilter {
    /// The question that it asks, in an order.
    pub fn ordered(self, order: AgreementsOrder) -> answers::AgreementFilter {
        answers::AgreementFilter {
            headlines: set(self.headlines.as_ref()),
            stages: set(self.stages.as_ref()),
            standings: set(self.standings.as_ref()),
            listings: set(self.listings.as_ref()),
            possible: self.certainty == Certainty::Possible,
            having: kind_bits(self.having),
            lacking: kind_bits(self.lacking),
            instrument: self.instrument,
            countries: countries(self.countries),
            changed_after: self.changed_after.map(|position| position.0),
            order: order.0,
        }
    }
}

impl MilestoneFilter {
    /// The question that it asks, in an order.
    pub fn ordered(self, order: MilestonesOrder) -> answers::MilestoneFilter {
        answers::MilestoneFilter {
            kinds: kind_bits(self.kinds),
            instrument: self.instrument,
            countries: countries(self.countries),
            recorded_after: self.recorded_after.map(|position| position.0),
            recorded_up_to: self.recorded_up_to.map(|position| position.0),
            changed_after: self.changed_after.map(|position| position.0),
            order: order.0,
        }
    }
}
