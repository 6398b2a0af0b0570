//! Which agreements, which stalls, which durations?
//!
//! Invariant: the same lists as GraphQL's; a page is cut by the key of the entry before it, which is no secret here.

use axum::extract::State;
use axum::response::Response;
use serde_json::{Value, json};

use super::answer::{AGREEMENT, Column, PINNED, Sheet, knowledge, pinned, with};
use super::error::RestError;
use super::limits::stall;
use super::question::{Question, whole};
use super::status::{FACETS, Told, cited};
use super::words::{country, word};
use crate::answers::{AgreementFilter, Answers, DurationRow, RoundsAsked, Slice, kind_bits, possibly};
use crate::domain::ids::AgreementId;
use crate::domain::words::{MilestoneKind, Possible};

const AGREEMENTS: Sheet = Sheet { rows: "/nodes", columns: &[AGREEMENT, FACETS, PINNED] };

/// `GET /v1/agreements`.
pub async fn agreements(State(answers): State<Answers>, mut question: Question) -> Result<Response, RestError> {
    let filter = AgreementFilter {
        instrument: Some(question.instrument()?),
        countries: question.countries("country")?,
        headlines: Possible::of(&question.words("headline")?),
        stages: Possible::of(&question.words("stage")?),
        standings: Possible::of(&question.words("standing")?),
        listings: Possible::of(&question.words("listing")?),
        possible: question.choice("certainty", &[("CERTAIN", false), ("POSSIBLE", true)])?.unwrap_or_default(),
        having: kind_bits(&question.words("having")?),
        lacking: kind_bits(&question.words("lacking")?),
    };
    let ask = question.ask_about_a_day()?;
    let key = |text: &str| text.parse::<AgreementId>().ok().map(|id| id.to_string());
    let page = question.page("the id of an agreement such as rdp/LV", key)?;
    let format = question.format()?;
    let pin = answers.pin(&ask, answers.position()).await?;
    let slice = answers.agreements(&pin, &filter, &page).await?;
    let mut nodes = Vec::with_capacity(slice.items.len());
    for id in &slice.items {
        let status = answers.status(id, &pin).await?;
        nodes.push(Told::of(&answers, id, &pin)?.node(&status, cited));
    }
    let possible = answers.only_possible(&pin, &filter, slice.total).await?;
    let (mut answer, next) = part(&question, knowledge(&pin), &slice, nodes, ToString::to_string);
    answer["possibleCount"] = possible.len().into();
    answer["possibly"] = possibly(&possible).filter(|_| next.is_none()).into();
    format.respond_with_next(&pin, answer, &AGREEMENTS, next)
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
const STALLED: Sheet = Sheet { rows: "/nodes", columns: &[STALL, FACETS, PINNED] };

/// `GET /v1/stalled`.
pub async fn stalled(State(answers): State<Answers>, mut question: Question) -> Result<Response, RestError> {
    let instrument = question.instrument()?;
    let dormant = question.choice("dormant", &[("true", true), ("false", false)])?;
    let ask = question.ask_about_a_day()?;
    let page = question.page("the place of an entry in the list, a whole number", whole)?;
    let format = question.format()?;
    let pin = answers.pin(&ask, answers.position()).await?;
    let rows = answers.stalled(&pin, Some(&instrument), dormant).await?;
    let slice = page.cut((1..).zip(rows).collect(), |(place, _)| *place);
    answers.warm(&slice.items.iter().map(|(_, row)| row.agreement.clone()).collect::<Vec<_>>()).await?;
    let mut nodes = Vec::with_capacity(slice.items.len());
    for (_, row) in &slice.items {
        let told = Told::of(&answers, &row.agreement, &pin)?;
        let limits = answers.limits(told.instrument, &pin.knowledge, pin.day).await?;
        let status = answers.status(&row.agreement, &pin).await?;
        nodes.push(json!({
            "agreement": told.agreement(),
            "stalled": stall(&limits, &row.waiting, told.instrument),
            "status": told.status(&status, cited),
        }));
    }
    let (answer, next) = part(&question, knowledge(&pin), &slice, nodes, |(place, _)| place.to_string());
    format.respond_with_next(&pin, answer, &STALLED, next)
}

/// A part of a list as an answer with what it is about, and a link to the part after it.
pub fn part<T>(
    question: &Question,
    about: Value,
    slice: &Slice<T>,
    nodes: Vec<Value>,
    key: impl Fn(&T) -> String,
) -> (Value, Option<String>) {
    let end = slice.items.last().map(&key);
    let next = end.as_ref().filter(|_| slice.has_next).map(|end| question.after(end));
    let page = json!({
        "hasNextPage": slice.has_next,
        "hasPreviousPage": slice.has_previous,
        "startCursor": slice.items.first().map(&key),
        "endCursor": end,
    });
    let mut part = with(about, json!({ "totalCount": slice.total, "pageInfo": page }));
    part["nodes"] = nodes.into();
    (part, next)
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
const DURATIONS: Sheet = Sheet { rows: "/items", columns: &[DURATION, PINNED] };

/// `GET /v1/durations`.
pub async fn durations(State(answers): State<Answers>, mut question: Question) -> Result<Response, RestError> {
    let instrument = question.instrument()?;
    let from = question.word("from")?.unwrap_or(MilestoneKind::NoticePublished);
    let to = question.word("to")?.unwrap_or(MilestoneKind::Signed);
    let choices = [("FIRST", RoundsAsked::First), ("LATER", RoundsAsked::Later), ("ALL", RoundsAsked::All)];
    let rounds = question.choice("rounds", &choices)?.unwrap_or(RoundsAsked::All);
    let purposes = question.words("noticePurpose")?;
    let ask = question.ask()?;
    let format = question.format()?;
    let pin = answers.pin(&ask, answers.position()).await?;
    let found = answers.durations(&pin, &instrument, from, to, rounds, &purposes).await?;
    let summary = found.summary;
    let answer = json!({
        "exactCount": summary.exact,
        "medianDays": summary.median,
        "medianDaysWithOpen": summary.median_with_open,
        "openCount": summary.open,
        "inexactCount": summary.inexact,
        "endNotRecordedCount": summary.end_not_recorded,
        "items": found.rows.iter().map(duration).collect::<Vec<_>>(),
    });
    format.respond(&pin, pinned(&pin, answer), &DURATIONS)
}

fn duration(row: &DurationRow) -> Value {
    let DurationRow { agreement, duration } = row;
    json!({
        "agreement": { "id": agreement.to_string() },
        "country": country(agreement.country),
        "round": duration.round,
        "minDays": duration.days.min,
        "maxDays": duration.days.max,
        "exact": duration.days.exact().is_some(),
        "noticePurpose": duration.notice_purpose.map(word),
    })
}
