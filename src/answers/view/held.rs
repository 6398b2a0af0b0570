//! Since when does each part of a status hold, and how fresh is it?
//!
//! Invariant: a day is given only where it follows from what is on record; a value that is not certain, or that never
//! was another, has none.

use async_graphql::SimpleObject;
use schemars::JsonSchema;
use serde::Serialize;

use super::{Date, Pinned, StatusWithEffects, Term, UncertainDate};
use crate::answers::{Answers, AskError, Course, Pin};
use crate::domain::ids::AgreementId;
use crate::domain::time;
use crate::domain::words::MilestoneKind;

/// The date since which each part of a status has had its value, when the status changes, and what the newest evidence
/// is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema, SimpleObject)]
#[serde(rename_all = "camelCase")]
pub struct Held {
    /// The date since which the listing has had its value. The date lies between the first day on which the listing may
    /// have had the value and the first day on which it certainly had it. Null when the listing is not certain, or
    /// never had another value.
    pub listing_since: Option<UncertainDate>,
    /// The date since which the standing has had its value; null when the standing is not certain, or never had another
    /// value.
    pub standing_since: Option<UncertainDate>,
    /// The date since which the stage has had its value; null when the stage is not certain, or never had another
    /// value.
    pub stage_since: Option<UncertainDate>,
    /// The newest date on which a source confirms the listing: the source shows the country on the list, says that it
    /// is not on it, or is a whole copy of the list that does not name it. Null when the listing is not certain, or no
    /// source confirms it.
    pub listing_confirmed_on: Option<UncertainDate>,
    /// The last day, before the day that is asked about, on which a part of the status changed; null when none did.
    pub previous_change_on: Option<Date>,
    /// The first day, after the day that is asked about, on which a part of the status changes; null when none is
    /// known.
    pub next_change_on: Option<Date>,
    /// The date of the newest evidence about the country. Evidence of any kind counts, even a note or evidence that
    /// decides nothing. Null when there is none.
    pub newest_news_on: Option<UncertainDate>,
    /// The kind of the milestone that gives `newestNewsOn`; null when there is none.
    pub newest_news_kind: Option<Term<MilestoneKind>>,
}

/// A status, and since when each part of it holds.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct StatusHeld {
    /// The status, and what the instrument does to offers.
    #[serde(flatten)]
    pub of: StatusWithEffects,
    /// The date since which each part of the status has had its value, when the status changes, and what the newest
    /// evidence is.
    pub held: Held,
}

impl Held {
    fn of(course: &Course, confirmed: Option<time::UncertainDate>) -> Self {
        let newest = course.status.background.newest;
        Self {
            listing_since: course.since_now(|status| status.listings).map(UncertainDate),
            standing_since: course.since_now(|status| status.standings).map(UncertainDate),
            stage_since: course.since_now(|status| status.stages).map(UncertainDate),
            listing_confirmed_on: confirmed.map(UncertainDate),
            previous_change_on: course.change_before().map(Date),
            next_change_on: course.change_after(chrono::NaiveDate::MAX).map(Date),
            newest_news_on: newest.map(|newest| UncertainDate(newest.date)),
            newest_news_kind: newest.map(|newest| Term(newest.kind)),
        }
    }
}

impl Answers {
    /// Since when each part of a status holds.
    ///
    /// # Errors
    /// When the instrument is not known or the log cannot be read.
    pub async fn held(&self, id: &AgreementId, pin: &Pin) -> Result<Held, AskError> {
        let course = self.course(id, pin).await?;
        let confirmed = self.list_confirmed(&course, pin).await?;
        Ok(Held::of(&course, confirmed))
    }

    /// The status of an agreement, with the milestones that decided it and since when it holds.
    ///
    /// # Errors
    /// As [`Answers::held`].
    pub async fn view_status_held(&self, id: &AgreementId, pin: &Pin) -> Result<Pinned<StatusHeld>, AskError> {
        let Pinned { at, answer: of } = self.view_status(id, pin).await?;
        Ok(Pinned { at, answer: StatusHeld { of, held: self.held(id, pin).await? } })
    }
}
