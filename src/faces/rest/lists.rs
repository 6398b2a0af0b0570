//! Which agreements, which stalls, which durations?
//!
//! Invariant: the same lists as GraphQL's; a page is cut by the key of the entry before it, which is no secret here.

use axum::extract::State;
use axum::response::Response;

use super::answer::{AGREEMENT, Column, PINNED, Sheet};
use super::error::RestError;
use super::question::{Question, whole};
use super::status::FACETS;
use crate::answers::view::{Durations, Pinned};
use crate::answers::{AgreementFilter, Answers, StalledOrder, kind_bits};
use crate::domain::ids::AgreementId;
use crate::domain::words::{MilestoneKind, Possible};

/// How agreements become rows: one row an agreement.
pub const AGREEMENTS: Sheet = Sheet { rows: "/nodes", columns: &[AGREEMENT, FACETS, PINNED] };

/// Answers `GET /v1/agreements`: the agreements that pass a filter.
pub async fn agreements(State(answers): State<Answers>, mut question: Question) -> Result<Response, RestError> {
    let filter = AgreementFilter {
        instrument: question.some_instrument()?,
        countries: question.countries("country")?,
        headlines: Possible::of(&question.words("headline")?),
        stages: Possible::of(&question.words("stage")?),
        standings: Possible::of(&question.words("standing")?),
        listings: Possible::of(&question.words("listing")?),
        possible: question.choice("certainty", &[("CERTAIN", false), ("POSSIBLE", true)])?.unwrap_or_default(),
        having: kind_bits(&question.words("having")?),
        lacking: kind_bits(&question.words("lacking")?),
        changed_after: question.position("changedAfter")?,
        order: question.word("orderBy")?.unwrap_or_default(),
    };
    let ask = question.ask_about_a_day()?;
    let key = |text: &str| text.parse::<AgreementId>().ok().map(|id| id.to_string());
    let page = question.page("the id of an agreement such as rdp/LV", key)?;
    let format = question.format()?;
    let pin = answers.pin(&ask, answers.position()).await?;
    let slice = answers.agreements(&pin, &filter, &page).await?;
    let possible = answers.only_possible(&pin, &filter, slice.total).await?;
    let list = answers.view_agreements(&slice, &possible, &pin).await?;
    format.respond_with_next(&question, &pin, &list, &AGREEMENTS)
}

const STALL: &[Column] = &[
    ("id", "/agreement/id"),
    ("countryCode", "/agreement/country/code"),
    ("countryName", "/agreement/country/name"),
    ("stalledStage", "/stalled/stage"),
    ("stalledSince", "/stalled/since"),
    ("days", "/stalled/days"),
    ("limitDays", "/stalled/limitDays"),
    ("limitFrom", "/stalled/limitFrom"),
    ("lastNewsOn", "/stalled/lastNewsOn"),
    ("dormant", "/stalled/dormant"),
    ("limitSetBy", "/stalled/limit/from"),
    ("fallbackDays", "/stalled/limit/fallbackDays"),
    ("estimateLeastDays", "/stalled/limit/estimate/days/least"),
    ("estimateMostDays", "/stalled/limit/estimate/days/most"),
    ("percentileLeast", "/stalled/comparison/percentile/least"),
    ("percentileMost", "/stalled/comparison/percentile/most"),
    ("chanceWithin90DaysLeast", "/stalled/comparison/within90Days/range/least"),
    ("chanceWithin90DaysMost", "/stalled/comparison/within90Days/range/most"),
    ("chanceWithin90DaysConfidenceLeast", "/stalled/comparison/within90Days/confidence/least"),
    ("chanceWithin90DaysConfidenceMost", "/stalled/comparison/within90Days/confidence/most"),
    ("chanceWithin365DaysLeast", "/stalled/comparison/within365Days/range/least"),
    ("chanceWithin365DaysMost", "/stalled/comparison/within365Days/range/most"),
    ("chanceWithin365DaysConfidenceLeast", "/stalled/comparison/within365Days/confidence/least"),
    ("chanceWithin365DaysConfidenceMost", "/stalled/comparison/within365Days/confidence/most"),
];
/// How stalls become rows: one row a round that has stalled.
pub const STALLED: Sheet = Sheet { rows: "/nodes", columns: &[STALL, FACETS, PINNED] };

/// Answers `GET /v1/stalled`: the rounds that have waited too long.
pub async fn stalled(State(answers): State<Answers>, mut question: Question) -> Result<Response, RestError> {
    let instrument = question.some_instrument()?;
    let dormant = question.choice("dormant", &[("true", true), ("false", false)])?;
    let order: StalledOrder = question.word("orderBy")?.unwrap_or_default();
    let ask = question.ask_about_a_day()?;
    let page = question.page("the place of an entry in the list, a whole number", whole)?;
    let format = question.format()?;
    let pin = answers.pin(&ask, answers.position()).await?;
    let mut rows = answers.stalled(&pin, instrument.as_deref(), dormant).await?;
    order.sort(&mut rows);
    let slice = page.cut((1..).zip(rows).collect(), |(place, _)| *place);
    format.respond_with_next(&question, &pin, &answers.view_stalled(&slice, &pin).await?, &STALLED)
}

const DURATION: &[Column] = &[
    ("id", "/agreement/id"),
    ("countryCode", "/country/code"),
    ("countryName", "/country/name"),
    ("round", "/round"),
    ("minDays", "/minDays"),
    ("maxDays", "/maxDays"),
    ("exact", "/exact"),
    ("noticePurpose", "/noticePurpose"),
];
/// How durations become rows: one row a round.
pub const DURATIONS: Sheet = Sheet { rows: "/items", columns: &[DURATION, PINNED] };

/// Answers `GET /v1/durations`: the days between two kinds of milestone.
pub async fn durations(State(answers): State<Answers>, mut question: Question) -> Result<Response, RestError> {
    let instrument = question.instrument()?;
    let from = question.word("from")?.unwrap_or(MilestoneKind::NoticePublished);
    let to = question.word("to")?.unwrap_or(MilestoneKind::Signed);
    let rounds = question.word("rounds")?.unwrap_or_default();
    let purposes = question.words("noticePurpose")?;
    let ask = question.ask()?;
    let format = question.format()?;
    let pin = answers.pin(&ask, answers.position()).await?;
    let found = answers.durations(&pin, &instrument, from, to, rounds, &purposes).await?;
    format.respond(&pin, &Pinned::of(&pin, Durations::of(&found)), &DURATIONS)
}
