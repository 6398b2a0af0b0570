//! What may a client filter by?
//!
//! Invariant: a filter left out filters nothing; an empty list filters nothing.

use async_graphql::InputObject;

use super::scalars::{CountryCode, Position};
use super::words::{Certainty, Headline, Listing, MilestoneKind, Stage, Standing};
use crate::answers;
use crate::domain::words::{Possible, Word};

/// Which agreements are asked for, by their status on the day.
#[derive(InputObject, Debug, Clone, Default)]
pub struct AgreementFilter {
    /// The instrument's code, such as `rdp`.
    instrument: Option<String>,
    /// Only these countries.
    countries: Option<Vec<CountryCode>>,
    /// Only these headlines.
    headline: Option<Vec<Headline>>,
    /// Only these stages.
    stage: Option<Vec<Stage>>,
    /// Only these standings.
    standing: Option<Vec<Standing>>,
    /// Only these listings.
    listing: Option<Vec<Listing>>,
    /// How sure it must be when more than one value is possible.
    #[graphql(default)]
    certainty: Certainty,
    /// Only where milestones of all these kinds have certainly happened by the day.
    having: Option<Vec<MilestoneKind>>,
    /// Only where no milestone of any of these kinds has certainly happened by the day.
    lacking: Option<Vec<MilestoneKind>>,
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
}

fn set<G: Copy, W: Word + From<G>>(words: Option<&Vec<G>>) -> Possible<W> {
    let words: Vec<W> = words.into_iter().flatten().map(|word| W::from(*word)).collect();
    Possible::of(&words)
}

fn kind_bits(kinds: Option<Vec<MilestoneKind>>) -> u32 {
    let kinds: Vec<_> = kinds.into_iter().flatten().map(Into::into).collect();
    answers::kind_bits(&kinds)
}

fn countries(codes: Option<Vec<CountryCode>>) -> Vec<crate::domain::country::Country> {
    codes.unwrap_or_default().into_iter().map(|code| code.0).collect()
}

impl From<AgreementFilter> for answers::AgreementFilter {
    fn from(filter: AgreementFilter) -> Self {
        Self {
            headlines: set(filter.headline.as_ref()),
            stages: set(filter.stage.as_ref()),
            standings: set(filter.standing.as_ref()),
            listings: set(filter.listing.as_ref()),
            possible: filter.certainty == Certainty::Possible,
            having: kind_bits(filter.having),
            lacking: kind_bits(filter.lacking),
            instrument: filter.instrument,
            countries: countries(filter.countries),
        }
    }
}

impl From<MilestoneFilter> for answers::MilestoneFilter {
    fn from(filter: MilestoneFilter) -> Self {
        Self {
            kinds: kind_bits(filter.kinds),
            instrument: filter.instrument,
            countries: countries(filter.countries),
            recorded_after: filter.recorded_after.map(|position| position.0),
            recorded_up_to: filter.recorded_up_to.map(|position| position.0),
        }
    }
}
