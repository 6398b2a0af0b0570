//! How many agreements have each status on a day?
//!
//! Invariant: an agreement counts once in each part of the status. One with several possible values counts as possible
//! for each of them, and as certain for none.

use async_graphql::SimpleObject;
use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::Serialize;

use super::{Date, Pinned, Term, UncertainDate};
use crate::answers::{Answers, AskError, Course, Pin};
use crate::domain::words::{Listing, Possible, Standing, Word};
use crate::projections::status::{Facet, Status};

/// How many agreements of an instrument have each status.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Counts {
    /// The instrument's code.
    pub instrument: String,
    /// How many agreements are on record, concluded or only attempted.
    pub agreements: usize,
    /// How many agreements have each value of each part of the status.
    pub nodes: Vec<Count>,
    /// How many partners are certainly on the list although their agreement has certainly expired or was terminated.
    pub listed_though_ended: usize,
    /// How many open rounds wait, stalled or not. The renewals in `outcomeUnknown` do not count.
    pub waiting: usize,
    /// How many open rounds have waited longer than the limit of their stage.
    pub stalled: usize,
    /// How many renewals are open because no source gives their outcome, while the earlier agreement continues.
    pub outcome_unknown: usize,
    /// The last day, before the day that is asked about, on which the status of any agreement changed; null when none
    /// did.
    pub previous_change_on: Option<Date>,
    /// The first day, after the day that is asked about, on which the status of any agreement changes; null when none
    /// is known.
    pub next_change_on: Option<Date>,
    /// The date of the newest evidence about any agreement; null when there is none.
    pub newest_news_on: Option<UncertainDate>,
}

/// How many agreements have one value of one part of the status.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema, SimpleObject)]
#[serde(rename_all = "camelCase")]
#[graphql(name = "StatusCount")]
pub struct Count {
    /// The part of the status that the value belongs to: stage, standing or listing.
    pub facet: Term<Facet>,
    /// The value that is counted, such as `IN_FORCE`; a value of the enum that belongs to `facet`.
    pub value: String,
    /// How many agreements certainly have the value.
    pub certain: usize,
    /// How many agreements possibly have the value, but not certainly.
    pub possible: usize,
}

fn each<W: Word>(facet: Facet, courses: &[Course], of: impl Fn(&Status) -> Possible<W>) -> Vec<Count> {
    let count = |word: &W| {
        let has = |course: &&Course| of(&course.status).has(*word);
        let certain = |course: &&Course| of(&course.status).certain() == Some(*word);
        let certain = courses.iter().filter(certain).count();
        let possible = courses.iter().filter(has).count() - certain;
        Count { facet: Term(facet), value: Term(*word).to_string(), certain, possible }
    };
    W::ALL.iter().map(count).collect()
}

impl Counts {
    /// The counts of some courses.
    #[must_use]
    pub fn of(instrument: &str, has_listing: bool, courses: &[Course]) -> Self {
        let mut nodes = if has_listing { each(Facet::Listing, courses, |status| status.listings) } else { Vec::new() };
        nodes.extend(each(Facet::Standing, courses, |status| status.standings));
        nodes.extend(each(Facet::Stage, courses, |status| status.stages));
        let of = |fits: &dyn Fn(&Status) -> bool| courses.iter().filter(|course| fits(&course.status)).count();
        let listed =
            |status: &Status| matches!(status.listings.certain(), Some(Listing::Blanket | Listing::CaseByCase));
        let ended =
            |status: &Status| matches!(status.standings.certain(), Some(Standing::Expired | Standing::Terminated));
        let unknown = |status: &Status| status.waiting.is_some_and(|waiting| waiting.outcome_unknown);
        let newest = courses.iter().filter_map(|course| Some(course.status.background.newest?.date));
        Self {
            instrument: instrument.to_owned(),
            agreements: courses.len(),
            nodes,
            listed_though_ended: of(&|status| listed(status) && ended(status)),
            waiting: of(&|status| status.waiting.is_some() && !unknown(status)),
            stalled: of(&|status| status.waiting.is_some_and(|waiting| waiting.stalled)),
            outcome_unknown: of(&unknown),
            previous_change_on: courses.iter().filter_map(Course::change_before).max().map(Date),
            next_change_on: courses.iter().filter_map(|course| course.change_after(NaiveDate::MAX)).min().map(Date),
            newest_news_on: newest.max_by_key(|date| date.latest()).map(UncertainDate),
        }
    }
}

impl Answers {
    /// How many agreements of an instrument have each status on the pin's day.
    ///
    /// # Errors
    /// When the instrument is not known or the log cannot be read.
    pub async fn view_counts(&self, instrument: &str, pin: &Pin) -> Result<Pinned<Counts>, AskError> {
        let courses = self.courses(instrument, pin).await?;
        let has_listing = self.instruments().load(instrument).map_err(AskError::Instrument)?.has_listing();
        Ok(Pinned::of(pin, Counts::of(instrument, has_listing, &courses)))
    }
}
