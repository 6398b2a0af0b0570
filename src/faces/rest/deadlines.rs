//! Which deadlines are coming, as a list and as a calendar?
//!
//! Invariant: both have the same deadlines as GraphQL's; a calendar is whole or refused, so that none is missing unsaid.

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};

use super::answer::{Column, PINNED, Sheet};
use super::calendar::calendar;
use super::error::RestError;
use super::question::{Question, whole};
use crate::answers::{Answers, DeadlineFilter, Lasting, Page};

/// The most deadlines of a calendar: what a calendar program still shows, and far more than are ever open.
const MOST: usize = 1_000;

const DEADLINE: &[Column] = &[
    ("uid", "/uid"),
    ("id", "/agreement/id"),
    ("countryCode", "/agreement/country/code"),
    ("countryName", "/agreement/country/name"),
    ("kind", "/kind"),
    ("on", "/on/edtf"),
    ("earliest", "/on/earliest"),
    ("latest", "/on/latest"),
    ("daysLeft", "/daysLeft"),
    ("milestone", "/milestone/id"),
    ("toldAt", "/toldAt"),
    ("toldPosition", "/toldPosition"),
    ("sentence", "/sentence"),
];
/// How deadlines become rows: one row a deadline.
pub const DEADLINES: Sheet = Sheet { rows: "/nodes", columns: &[DEADLINE, PINNED] };

fn filter(question: &mut Question) -> Result<DeadlineFilter, RestError> {
    Ok(DeadlineFilter {
        instrument: question.some_instrument()?,
        countries: question.countries("country")?,
        from: question.day("from")?,
        to: question.day("to")?,
    })
}

/// Answers `GET /v1/deadlines`: the deadlines, the next first.
pub async fn deadlines(State(answers): State<Answers>, mut question: Question) -> Result<Response, RestError> {
    let filter = filter(&mut question)?;
    let ask = question.ask_about_a_day()?;
    let page = question.page("the place of an entry in the list, a whole number", whole)?;
    let format = question.format()?;
    let pin = answers.pin(&ask, answers.position()).await?;
    let slice = answers.deadlines(&pin, &filter, &page).await?;
    format.respond_with_next(&question, &pin, &answers.view_deadlines(&slice, &pin).await?, &DEADLINES)
}

/// `GET /v1/deadlines.ics`. Its path names its one form, so no `Accept` is asked.
pub async fn ics(State(answers): State<Answers>, mut question: Question) -> Result<Response, RestError> {
    let filter = filter(&mut question)?;
    let ask = question.ask_about_a_day()?;
    question.refuse_others()?;
    let pin = answers.pin(&ask, answers.position()).await?;
    let slice = answers.deadlines(&pin, &filter, &Page::first(MOST)).await?;
    if slice.has_next {
        return Err(RestError::TooMany { found: slice.total, most: MOST });
    }
    let dossiers = answers.dossiers(slice.items.iter().map(|row| &row.agreement), &pin).await?;
    let body = calendar(&slice.items, &dossiers, &answers);
    let mut response = ([(header::CONTENT_TYPE, "text/calendar; charset=utf-8")], body).into_response();
    response.extensions_mut().insert(Lasting(pin.lasting));
    Ok(response)
}
