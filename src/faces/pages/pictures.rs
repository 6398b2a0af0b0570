//! What is at the address of a picture?
//!
//! Invariant: it is drawn by the same functions and asks by the same parameters as the page, and its policy lets it have its own
//! style and nothing else.

use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};

use super::Pages;
use super::agreement::{Drawn, axis_of};
use super::asked::{Asked, address, query};
use super::chart::{Caption, overview_picture, timeline_picture, waiting_picture};
use super::compared::{race, title};
use super::error::PageError;
use super::overview::{Wanted, axis, grouped};
use super::{dates, words};
use crate::answers::{Course, Lasting, Pin};

/// A picture opened by itself has its style inside; nothing else of it may act or load.
const POLICY: &str =
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// Answers `GET /overview.svg`: the picture of the overview by itself.
pub async fn overview(pages: Pages, mut asked: Asked) -> Result<Response, PageError> {
    let wanted = Wanted::read(&pages, &mut asked).await?;
    let pin = wanted.pin;
    let courses = pages.answers.courses(&wanted.instrument, &pin).await?;
    let name = pages.answers.instruments().load(&wanted.instrument).map(|instrument| instrument.name.clone());
    let axis = axis(&courses, &wanted);
    let mut sorted: Vec<&Course> = courses.iter().collect();
    sorted.sort_by_key(|course| course.agreement.country.name());
    let groups: Vec<(&str, Vec<(&Course, String)>)> = grouped(&sorted)
        .into_iter()
        .map(|(title, courses)| (title, courses.into_iter().map(|course| (course, now(course))).collect()))
        .collect();
    let caption = Caption {
        title: words::plural(&name.map_err(crate::answers::AskError::Instrument)?),
        note: format!(
            "Blue: on the list. Dark line: agreement in force. Amber and red: talks. Hatched or dotted: possible, not certain. {}",
            as_of(&pin)
        ),
        address: address(&format!("{}/", pages.site), query(&pin.ask, false)),
    };
    Ok(picture(overview_picture(&caption, &axis, pin.day, &groups), &pin))
}

/// Answers `GET /{instrument}/{country}/timeline.svg`: the timeline by itself.
pub async fn timeline(pages: Pages, mut asked: Asked) -> Result<Response, PageError> {
    let ask = asked.ask()?;
    asked.done()?;
    let id = asked.agreement(&pages)?;
    let pin = pages.answers.pin(&ask, pages.end()).await?;
    let course = pages.answers.course(&id, &pin).await?;
    let (milestones, _) = pages.milestones(&id, &pin).await?;
    let axis = axis_of(&course, &milestones, &pin);
    let drawn = Drawn::of(&course, &milestones, &axis, &pin);
    let caption = Caption {
        title: format!("{}: {}", id.country.name(), pages.answers.instrument(&id)?.name),
        note: format!("{}. {}", now(&course), as_of(&pin)),
        address: address(&format!("{}/{id}", pages.site), query(&pin.ask, false)),
    };
    let [listing, standing, talks] = &drawn.tracks;
    Ok(picture(timeline_picture(&caption, &axis, pin.day, [listing, standing, talks], &drawn.marks), &pin))
}

/// Answers `GET /waiting.svg`: the picture of who waits by itself.
pub async fn waiting(pages: Pages, mut asked: Asked) -> Result<Response, PageError> {
    let instrument = asked.value("instrument")?.unwrap_or("rdp").to_owned();
    let ask = asked.ask()?;
    asked.done()?;
    let pin = pages.answers.pin(&ask, pages.end()).await?;
    let courses = pages.answers.courses(&instrument, &pin).await?;
    let nodes = pages.answers.view_limits(&instrument, None, &pin).await?.answer.nodes;
    let waits = nodes.iter().filter(|node| node.limit.estimate.waiting_count > 0);
    let groups: Vec<_> = waits.map(|node| (title(node), race(node, &courses, None))).collect();
    let caption = Caption {
        title: "Who waits, and for how long".to_owned(),
        note: format!(
            "Days in a stage. Grey: moved on. Amber and red: still waiting. Hatched: not certain. {}",
            as_of(&pin)
        ),
        address: address(&format!("{}/waiting", pages.site), query(&pin.ask, false)),
    };
    Ok(picture(waiting_picture(&caption, &groups), &pin))
}

/// A status in a few words.
fn now(course: &Course) -> String {
    let (_, text, over) = words::now(&course.status);
    let over = if over { ", stalled" } else { "" };
    format!("{text}{over}")
}

fn as_of(pin: &Pin) -> String {
    format!("As of {}, log entry {}.", dates::day(pin.day), pin.knowledge.position)
}

fn picture(svg: String, pin: &Pin) -> Response {
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("image/svg+xml")),
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY)),
    ];
    let mut response = (headers, svg).into_response();
    response.extensions_mut().insert(Lasting(pin.lasting));
    response
}
