//! At which address is the answer to the form of the first page?
//!
//! Invariant: the form leads to the one address of the answer (303), so that what is read can be sent to a colleague; by
//! everything on record, a day of publication that stands in the form counts for nothing.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::Pages;
use super::asked::{Asked, address};
use super::error::PageError;
use crate::domain::country::Country;

/// Answers `GET /{instrument}?country=KR&asOf=...`: leads from the form to the page.
pub async fn look_up(pages: Pages, mut asked: Asked) -> Result<Response, PageError> {
    let instrument = asked.instrument().to_owned();
    let given = asked.value("country")?.map(str::to_owned);
    let as_of = asked.day("asOf")?;
    let published = asked.choice("by", "record or published", &[("record", false), ("published", true)])?;
    let known_at = asked.day("knownAt")?;
    asked.done()?;
    let mut pairs = Vec::new();
    pairs.extend(as_of.filter(|day| *day != pages.answers.today()).map(|day| ("asOf", day.to_string())));
    if published == Some(true) {
        pairs.push(("basis", "published".to_owned()));
        pairs.extend(known_at.or(as_of).map(|day| ("knownAt", day.to_string())));
    }
    let Some(given) = given else {
        pairs.push(("instrument", instrument));
        return Ok(elsewhere(StatusCode::SEE_OTHER, &address(&format!("{}/", pages.base), pairs)));
    };
    let country = Country::find(&given).map_err(|_| PageError::Country { given, instrument: instrument.clone() })?;
    Ok(elsewhere(StatusCode::SEE_OTHER, &address(&format!("{}/{instrument}/{}", pages.base, country.code()), pairs)))
}

/// The answer that something is at another address.
pub fn elsewhere(status: StatusCode, place: &str) -> Response {
    match HeaderValue::from_str(place) {
        Ok(place) => (status, [(header::LOCATION, place)]).into_response(),
        Err(_) => StatusCode::BAD_REQUEST.into_response(),
    }
}
