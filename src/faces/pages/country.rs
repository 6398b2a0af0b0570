//! What is on record of a country, under every type of agreement?
//!
//! Invariant: one part for each type of agreement that has a record of it, each in the words of its own page, to which it leads; the
//! same day and knowledge for all.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;

use super::asked::{Asked, address, query};
use super::error::PageError;
use super::frame::{Frame, shown};
use super::look_up::elsewhere;
use super::markup::{Markup, glyph};
use super::{Pages, dates, words};
use crate::domain::country::Country as Of;
use crate::domain::ids::AgreementId;
use crate::projections::sentence::parts;

/// The page of a country.
#[derive(Template)]
#[template(path = "country.html", config = "src/faces/pages/askama.toml")]
struct Country {
    frame: Frame,
    name: String,
    day: String,
    parts: Vec<Part>,
    /// The types of agreement under which nothing is on record.
    without: Vec<(String, String)>,
}

/// What is on record under one type of agreement.
struct Part {
    name: String,
    href: String,
    glyph: Markup,
    brief: String,
    over: bool,
    answer: String,
    factor: String,
    standing: String,
    doubts: String,
}

/// Answers `GET /countries/{country}`: every agreement of a country.
pub async fn country(pages: Pages, mut asked: Asked) -> Result<Response, PageError> {
    let given = asked.segment(1).to_owned();
    let wrong = || PageError::Country { given: given.clone(), instrument: "rdp".to_owned() };
    let of = Of::asked(&given).map_err(|_| wrong())?;
    if of.is_home() {
        return Err(wrong());
    }
    if given != of.code() {
        let place = address(&format!("{}/countries/{}", pages.base, of.code()), asked.rest());
        return Ok(elsewhere(StatusCode::PERMANENT_REDIRECT, &place));
    }
    let ask = asked.ask()?;
    asked.done()?;
    let answers = &pages.answers;
    let pin = answers.pin(&ask, pages.end()).await?;
    let name = of.name().to_owned();
    let path = address(&format!("/countries/{}", of.code()), query(&pin.ask, false));
    let mut frame = pages.frame(&pin, name.clone(), path);
    frame.feed = format!("/v1/feed/{}.atom", of.code());
    let (mut told, mut without) = (Vec::new(), Vec::new());
    for instrument in answers.instruments().iter() {
        let id = AgreementId { instrument: instrument.code.clone(), country: of };
        let course = answers.course(&id, &pin).await?;
        let href = frame.agreement(&id);
        if !course.opened {
            without.push((instrument.name.clone(), href));
            continue;
        }
        let said = parts(&course.status, of, instrument, &pin.viewpoint());
        let (form, brief, over) = words::now(&course.status);
        told.push(Part {
            name: instrument.name.clone(),
            href,
            glyph: if instrument.has_listing() { glyph(form) } else { Markup::default() },
            brief,
            over,
            answer: said.answer,
            standing: said.standing.join(" "),
            factor: said.factor.unwrap_or_default(),
            doubts: said.doubts.join(" "),
        });
    }
    let first = told
        .first()
        .map_or_else(|| format!("Nothing is on record of {}.", of.in_a_sentence()), |part| part.answer.clone());
    frame.describe(first);
    let page = Country { day: dates::day(pin.day), name, parts: told, without, frame };
    shown(&page, &page.frame, &pin)
}
