//! What may a client filter by?
//!
//! Invariant: a filter left out filters nothing; an empty list filters nothing.

use async_graphql::InputObject;

use super::scalars::{CountryCode, Position};
use super::words::{AgreementsOrder, Certainty, Headline, Listing, MilestoneKind, MilestonesOrder, Stage, Standing};
use crate::answers;
use crate::answers::view::Term;
use crate::domain::words::{Possible, Word};

/// Which agreements are asked for, by their status on the day.
#[derive(InputObject, Debug, Clone, Default)]
pub struct AgreementFilter {
    /// The instrument's code, such as `rdp`.
    instrument: Option<String>,
    /// Only these countries.
    countries: Option<Vec<CountryCode>>,
    /// Only these headlines.
    headlines: Option<Vec<Headline>>,
    /// Only these stages.
    stages: Option<Vec<Stage>>,
    /// Only these standings.
    standings: Option<Vec<Standing>>,
    /// Only these listings.
    listings: Option<Vec<Listing>>,
    /// How sure it must be when more than one value is possible.
    #[graphql(default)]
    certainty: Certainty,
    /// Only where milestones of all these kinds have certainly happened by the day.
    having: Option<Vec<MilestoneKind>>,
    /// Only where no milestone of any of these kinds has certainly happened by the day.
    lacking: Option<Vec<MilestoneKind>>,
    /// Only those of which something was recorded after this position, whatever it was. A status can change without that, as days
    /// pass.
    changed_after: Option<Position>,
}

/// Which milestones are asked for.
#[derive(InputObject, Debug, Clone, Default)]
pub struct MilestoneFilter {
    /// The instrument's code, such as `rdp`.
    instrument: Option<String>,
    /// Only these countries.
    countries: Option<Vec<CountryCode>>,
    /// Only these kinds.
    kinds: Option<Vec<MilestoneKind>>,
    /// Only those first recorded after this position.
    recorded_after: Option<Position>,
    /// Only those first recorded up to this position.
    recorded_up_to: Option<Position>,
    /// Only those of which something was recorded after this position: new ones, and older ones that were refined, corrected,
    /// retracted (their `state` says so) or given a source since. A copy that asks for what has changed after the `position` of its
    /// last answer misses nothing.
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
