//! Which sources were published late, and which contradict each other?
//!
//! Invariant: of the groups the numbers alone, since their tellings are as many as the log has, and GraphQL pages them.

use async_graphql::SimpleObject;
use schemars::JsonSchema;
use serde::Serialize;

use super::{Country, List, Milestone, PinnedAt, Telling};
use crate::answers::{self, Answers, AskError, Contradicted, Pin, Slice};
use crate::projections::days::{Days, Spread};

/// The groups of tellings, with the days of each group.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Groups {
    /// The groups, the one with the most tellings first.
    pub nodes: Vec<LatenessGroup>,
}

impl Groups {
    /// The groups of an answer.
    #[must_use]
    pub fn of(groups: &[answers::LatenessGroup]) -> Self {
        Self { nodes: groups.iter().map(Into::into).collect() }
    }
}

/// The tellings of one publisher, or about one country, and how late they were. A telling is what one source says of one
/// milestone.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct LatenessGroup {
    /// The publisher, when tellings are grouped by publisher (`SOURCE`); null for the group without a named publisher,
    /// and when tellings are grouped by country.
    pub publisher: Option<String>,
    /// The partner country, when tellings are grouped by country; null otherwise.
    pub country: Option<Country>,
    /// How many tellings the group has.
    pub tellings: usize,
    /// How many of the tellings have no day of publication.
    pub undated: usize,
    /// The days from a milestone to its publication. Observations and approximate or suspect dates do not count, since
    /// they do not say when something happened.
    pub to_publication: DaysSpread,
    /// The days from publication to recording, without the facts that came with the program.
    pub to_recording: DaysSpread,
    /// The days from publication to recording of the facts that came with the program, which were all recorded at one time.
    pub bundled_to_recording: DaysSpread,
}

impl From<&answers::LatenessGroup> for LatenessGroup {
    fn from(group: &answers::LatenessGroup) -> Self {
        let lateness = &group.lateness;
        Self {
            publisher: group.publisher.clone(),
            country: group.country.map(Into::into),
            tellings: lateness.tellings,
            undated: lateness.undated,
            to_publication: lateness.to_publication.into(),
            to_recording: lateness.to_recording.into(),
            bundled_to_recording: lateness.bundled_to_recording.into(),
        }
    }
}

/// A summary of many numbers of days.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema, SimpleObject)]
#[serde(rename_all = "camelCase")]
pub struct DaysSpread {
    /// How many of the numbers are exact.
    pub exact_count: usize,
    /// How many of the numbers are known only within bounds.
    pub bounded_count: usize,
    /// The median of the exact numbers; null when there are none.
    pub median_days: Option<f64>,
    /// The 90th percentile of the exact numbers: the smallest that at least nine of ten do not exceed; null when there
    /// are none.
    pub ninetieth_percentile_days: Option<i64>,
    /// The largest of the exact numbers; null when there are none.
    pub longest_days: Option<i64>,
    /// The range that holds all numbers that are known only within bounds; null when there are none.
    pub bounded: Option<DaysRange>,
}

impl From<Spread> for DaysSpread {
    fn from(spread: Spread) -> Self {
        Self {
            exact_count: spread.exact_count,
            bounded_count: spread.bounded_count,
            median_days: spread.median,
            ninetieth_percentile_days: spread.ninetieth,
            longest_days: spread.longest,
            bounded: spread.range.map(Into::into),
        }
    }
}

/// The number of days from one date to another, as a range, since dates may be uncertain; negative when the second date
/// comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema, SimpleObject)]
#[graphql(name = "Days")]
#[serde(rename_all = "camelCase")]
pub struct DaysRange {
    /// The fewest days that the bounds of both dates allow.
    pub min_days: i64,
    /// The most days that the bounds of both dates allow; null when the first possible day of the first date is not
    /// known.
    pub max_days: Option<i64>,
}

impl From<Days> for DaysRange {
    fn from(days: Days) -> Self {
        Self { min_days: days.min, max_days: days.max }
    }
}

/// One of the tellings that contradict each other, as a row of a sheet.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ContradictingRow<'a> {
    /// The milestone whose sources contradict each other.
    pub milestone: &'a Milestone,
    /// The partner country of the milestone's agreement.
    pub country: Country,
    /// What one of its sources says, and whether the date rests on it.
    pub telling: &'a Telling,
}

impl Milestone {
    /// A row for each of its tellings that contradict each other.
    pub fn contradicting_rows(&self) -> impl Iterator<Item = ContradictingRow<'_>> {
        let tellings = self.contradiction.iter().flat_map(|contradiction| &contradiction.tellings);
        tellings.map(|telling| ContradictingRow { milestone: self, country: self.agreement_id.country.into(), telling })
    }
}

impl Answers {
    /// Some milestones whose sources contradict each other, as a part of a list.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub async fn view_contradictions(
        &self,
        slice: &Slice<Contradicted>,
        pin: &Pin,
    ) -> Result<List<PinnedAt, Milestone>, AskError> {
        let dossiers = self.dossiers(slice.items.iter().map(|row| &row.agreement), pin).await?;
        let shown = |row: &Contradicted| {
            let shown = dossiers.get(&row.agreement)?.shown(row.milestone)?;
            Some(Milestone::of(&row.agreement, &shown))
        };
        let nodes = slice.items.iter().filter_map(shown).collect();
        Ok(List::of(pin.into(), slice, nodes, |row| row.place.to_string()))
    }
}
