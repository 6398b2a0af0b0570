//! Which deadlines are coming, as a list and as a calendar?
//!
//! Invariant: both have the same deadlines as GraphQL's; a calendar is whole or refused, so that none is missing unsaid.

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::alerts::dossiers;
use super::answer::{Column, PINNED, Sheet, knowledge};
use super::calendar::calendar;
use super::error::RestError;
use super::lists::part;
use super::milestone::milestone;
use super::question::{Question, whole};
use super::words::{bounds, country, word};
use crate::answers::{Answers, DeadlineFilter, DeadlineRow, Dossier, Lasting, Page, Pin};
use crate::domain::time::instant_text;

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
const DEADLINES: Sheet = Sheet { rows: "/nodes", columns: &[DEADLINE, PINNED] };

fn filter(question: &mut Question) -> Result<DeadlineFilter, RestError> {
    Ok(DeadlineFilter {
        instrument: question.some_instrument()?,
        countries: question.countries("country")?,
        from: question.day("from")?,
        to: question.day("to")?,
    })
}

/// `GET /v1/deadlines`.
pub async fn deadlines(State(answers): State<Answers>, mut question: Question) -> Result<Response, RestError> {
    let filter = filter(&mut question)?;
    let ask = question.ask_about_a_day()?;
    let page = question.page("the place of an entry in the list, a whole number", whole)?;
    let format = question.format()?;
    let pin = answers.pin(&ask, answers.position()).await?;
    let slice = answers.deadlines(&pin, &filter, &page).await?;
    let dossiers = dossiers(&answers, slice.items.iter().map(|row| &row.agreement), &pin).await?;
    let nodes = slice.items.iter().map(|row| node(row, dossiers.get(&row.agreement), &pin)).collect();
    let (answer, next) = part(&question, knowledge(&pin), &slice, nodes, |row| row.place.to_string());
    format.respond_with_next(&pin, answer, &DEADLINES, next)
}

fn node(row: &DeadlineRow, dossier: Option<&Dossier>, pin: &Pin) -> Value {
    let shown = dossier.and_then(|dossier| dossier.shown(row.due.by));
    json!({
        "uid": row.due.uid(),
        "kind": word(row.due.deadline),
        "agreement": { "id": row.agreement.to_string(), "country": country(row.agreement.country) },
        "on": bounds(row.due.on),
        "daysLeft": row.due.days_left(pin.day),
        "sentence": row.sentence,
        "milestone": shown.map(|shown| milestone(&row.agreement, &shown)),
        "toldAt": instant_text(row.told_at),
        "toldPosition": row.told_position,
    })
}

/// `GET /v1/deadlines.ics`.
pub async fn ics(State(answers): State<Answers>, mut question: Question) -> Result<Response, RestError> {
    let filter = filter(&mut question)?;
    let ask = question.ask_about_a_day()?;
    question.refuse_others()?;
    question.accepted(&[("text/calendar", ())])?;
    let pin = answers.pin(&ask, answers.position()).await?;
    let slice = answers.deadlines(&pin, &filter, &Page::first(MOST)).await?;
    if slice.has_next {
        return Err(RestError::TooMany { found: slice.total, most: MOST });
    }
    let dossiers = dossiers(&answers, slice.items.iter().map(|row| &row.agreement), &pin).await?;
    let body = calendar(&slice.items, &dossiers);
    let mut response = ([(header::CONTENT_TYPE, "text/calendar; charset=utf-8")], body).into_response();
    response.extensions_mut().insert(Lasting(pin.lasting));
    Ok(response)
}
