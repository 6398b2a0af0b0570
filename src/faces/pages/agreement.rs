//! What was a country's status on a day, why, and how is it cited?
//!
//! Invariant: the first lines are the sentence that every face gives; everything else on the page explains it or proves it.

mod cited;
mod drawn;
pub mod facts;
mod milestones;
mod track;
mod why;

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use chrono::NaiveDate;

use self::cited::{Answer, citation, pinned, two};
pub use self::drawn::{Drawn, axis_of};
use self::facts::{Fact, facts};
use self::milestones::{Aside, Conflict, Row, Sighting, asides, conflicts, sightings, table};
use self::track::{Track, track};
use self::why::{Offer, Why, offers, why};
use super::Pages;
use super::asked::{Asked, address, day_of, query};
use super::chart::{Track as Line, grid, milestone_track, n, veil, years};
use super::compared::{Compared, began, of_hundred, percentile};
use super::error::PageError;
use super::frame::{Frame, shown};
use super::look_up::elsewhere;
use super::markup::Markup;
use super::{dates, words};
use crate::answers::view::{Comparison, Milestone};
use crate::answers::{Answers, AskError, Course, Pin};
use crate::domain::agreement::EntryState;
use crate::domain::ids::AgreementId;
use crate::domain::instrument::{Instrument, NextStep};
use crate::projections::knowledge::Basis;
use crate::projections::next::next_steps;
use crate::projections::sentence::{Parts, parts};
use crate::projections::status::Status;

/// The page of an agreement.
#[derive(Template)]
#[template(path = "agreement.html", config = "src/faces/pages/askama.toml")]
struct Agreement {
    frame: Frame,
    id: AgreementId,
    name: &'static str,
    of_the_country: String,
    /// The address of the bundle of evidence.
    evidence: String,
    /// The path of the page of the country.
    countries: String,
    instrument_name: String,
    tone: &'static str,
    answer: String,
    factor: String,
    standing: String,
    doubts: String,
    basis: String,
    facts: Vec<Fact>,
    two: Vec<Answer>,
    day: NaiveDate,
    today: NaiveDate,
    published: bool,
    known_on: NaiveDate,
    stops: String,
    before: Option<String>,
    after: Option<String>,
    days: String,
    track: Option<Track>,
    why: Vec<Why>,
    offers: Vec<Offer>,
    compared: Option<(Compared, String, String)>,
    next: Vec<NextStep>,
    citation: String,
    pinned: String,
    others: Vec<(String, String, String)>,
    grid: Markup,
    years: Markup,
    veil: Markup,
    tracks: [Markup; 3],
    ends: Markup,
    marks: Markup,
    marks_height: usize,
    rows: Vec<Row>,
    sightings: Vec<Sighting>,
    conflicts: Vec<Conflict>,
    weak: Vec<Aside>,
    mended: Vec<Aside>,
}

impl Pages {
    /// What is known of an agreement's milestones, in reading order, and those that were retracted.
    pub(super) async fn milestones(
        &self,
        id: &AgreementId,
        pin: &Pin,
    ) -> Result<(Vec<Milestone>, Vec<Milestone>), AskError> {
        let dossier = self.answers.dossier_of(id, &pin.knowledge).await?;
        let all = dossier.all(true).into_iter().map(|shown| Milestone::of(id, &shown));
        Ok(all.partition(|milestone| milestone.state.0 != EntryState::Retracted))
    }
}

/// Answers `GET /{instrument}/{country}`: the status of a day, with the picture and the proof beside it.
pub async fn agreement(pages: Pages, mut asked: Asked) -> Result<Response, PageError> {
    if let Some(moved) = other_form(&pages, &asked) {
        return Ok(moved);
    }
    let ask = asked.ask()?;
    asked.done()?;
    let id = asked.agreement(&pages)?;
    if asked.segment(1) != id.country.code() {
        let place = address(&format!("{}/{id}", pages.base), query(&ask, false));
        return Ok(elsewhere(StatusCode::PERMANENT_REDIRECT, &place));
    }
    let pin = pages.answers.pin(&ask, pages.end()).await?;
    let page = page(&pages, id, &pin).await?;
    shown(&page, &page.frame, &pin)
}

/// Where the same is as data, for an address that ends with its form.
fn other_form(pages: &Pages, asked: &Asked) -> Option<Response> {
    let (code, form) = asked.segment(1).rsplit_once('.').filter(|(_, form)| matches!(*form, "json" | "csv"))?;
    let mut pairs = vec![("instrument", asked.instrument().to_owned())];
    pairs.extend((form == "csv").then(|| ("format", "csv".to_owned())));
    let own = asked.rest();
    let pairs = pairs.iter().map(|(name, value)| (*name, value.clone())).chain(own);
    let path = format!("{}/v1/status/{}", pages.base, super::asked::encoded(code));
    Some(elsewhere(StatusCode::SEE_OTHER, &address(&path, pairs)))
}

async fn page(pages: &Pages, id: AgreementId, pin: &Pin) -> Result<Agreement, PageError> {
    let answers = &pages.answers;
    let instrument = answers.instrument(&id)?;
    let course = answers.course(&id, pin).await?;
    let (told, taken_back) = pages.milestones(&id, pin).await?;
    let said = parts(&course.status, id.country, instrument, &pin.viewpoint());
    let axis = axis_of(&course, &told, pin);
    let drawn = Drawn::of(&course, &told, &axis, pin);
    let (marks, marks_height) = milestone_track(&drawn.marks);
    let published = pin.knowledge.basis == Basis::Published;
    let frame = framed(pages, &id, pin, &said);
    let step = |day: NaiveDate| on_another_day(pages, &id, pin, day);
    let [weak, mended] = asides(&told, &taken_back);
    let (limits, _) = answers.groups(id.instrument.as_str(), None, pin).await?;
    Ok(Agreement {
        name: id.country.name(),
        of_the_country: id.country.in_a_sentence(),
        countries: format!("/countries/{}", id.country.code()),
        instrument_name: instrument.name.clone(),
        tone: words::glyph(course.status.listings),
        answer: said.answer,
        factor: said.factor.unwrap_or_default(),
        standing: said.standing.join(" "),
        doubts: said.doubts.join(" "),
        basis: basis(pin),
        facts: facts(&course, instrument, &limits, answers.list_confirmed(&course, pin).await?, pin),
        two: two(pages, &id, &course, pin).await?,
        day: pin.day,
        today: pin.today,
        published,
        known_on: pin.ask.known_at.and_then(day_of).unwrap_or(pin.day),
        stops: axis.stops(),
        before: course.change_before().map(step),
        after: course.change_after(pin.today).map(step),
        days: super::overview::days(&course, pin.today.max(pin.day), &|group| limits.limit(group, instrument).days),
        track: instrument.comment_window.and_then(|_| track(&course, &told, pin)),
        why: why(&course, &told, instrument),
        offers: offers(&course, instrument),
        compared: compared(answers, &id, &course, pin).await?,
        next: if published { Vec::new() } else { next(&course.status, instrument, pin) },
        citation: citation(pages, &course, &told, pin)?,
        pinned: plain(&id, "status", query(&pinned(pin), true)),
        evidence: address(&format!("{}/{id}/evidence.json", pages.base), query(&pinned(pin), false)),
        others: others(pages, &frame, &id, pin).await?,
        grid: grid(&axis),
        years: years(&axis),
        veil: veil(&axis, pin.day),
        tracks: tracks(&drawn),
        ends: drawn.ends.as_ref().map(|(from, to, text)| ends(*from, *to, text)).unwrap_or_default(),
        marks,
        marks_height,
        rows: table(&told, pin),
        sightings: sightings(&told),
        conflicts: conflicts(&told),
        weak,
        mended,
        id,
        frame,
    })
}

/// The steps that come next, on the page of today.
fn next(status: &Status, instrument: &Instrument, pin: &Pin) -> Vec<NextStep> {
    next_steps(status, instrument).filter(|_| pin.day == pin.today).cloned().collect()
}

/// What surrounds the page, with the same question as data, as a picture and as a feed.
fn framed(pages: &Pages, id: &AgreementId, pin: &Pin, said: &Parts) -> Frame {
    let (name, path) = (id.country.name(), format!("/{id}"));
    let here = address(&path, query(&pin.ask, false));
    let mut frame = pages.frame(pin, format!("{name}: {}", said.answer), here);
    frame.describe(said.factor.iter().fold(said.answer.clone(), |answer, factor| format!("{answer} {factor}")));
    frame.data = Some(plain(id, "status", query(&pin.ask, true)));
    frame.picture = Some(address(&format!("{path}/timeline.svg"), query(&pin.ask, false)));
    frame.feed = format!("/v1/feed/{}.atom", id.country.code());
    frame.class = "agreement";
    frame
}

/// The plain URL of an answer about the agreement.
fn plain(id: &AgreementId, what: &str, pairs: Vec<(&'static str, String)>) -> String {
    let own = [("instrument", id.instrument.as_str().to_owned())];
    address(&format!("/v1/{what}/{}", id.country.code()), own.into_iter().chain(pairs))
}

/// The three lines of the drawing.
fn tracks(drawn: &Drawn) -> [Markup; 3] {
    let [listing, standing, talks] = &drawn.tracks;
    [
        super::chart::track(listing, Line::Listing, "never, as far as is on record"),
        super::chart::track(standing, Line::Standing, "none"),
        super::chart::track(talks, Line::Talks, "none on record"),
    ]
}

/// The address of the page on another day.
fn on_another_day(pages: &Pages, id: &AgreementId, pin: &Pin, day: NaiveDate) -> String {
    address(&format!("{}/{id}", pages.base), query(&ask_on(pin, day), false))
}

/// The same question about another day.
fn ask_on(pin: &Pin, day: NaiveDate) -> crate::answers::Ask {
    crate::answers::Ask { as_of: Some(day).filter(|day| *day != pin.today), ..pin.ask }
}

/// By whose knowledge a page answers, about which day.
fn basis(pin: &Pin) -> String {
    let by = match (pin.knowledge.basis, pin.knowledge.known_at) {
        (Basis::Published, Some(known_at)) => {
            format!("by what had been published by {}", dates::day(known_at.date_naive()))
        }
        (Basis::Published, None) => "by sources with a date of publication alone".to_owned(),
        (Basis::Recorded, Some(known_at)) => {
            format!("by what this log had recorded by {}", dates::day(known_at.date_naive()))
        }
        (Basis::Recorded, None) => "by everything on record".to_owned(),
    };
    format!("On {}, {by}.", dates::day(pin.day))
}

/// A term that ends beyond today.
fn ends(from: f64, to: f64, text: &str) -> Markup {
    let (from, to) = (n(from), n(to));
    Markup(format!(
        "<line class=\"span\" x1=\"{from}%\" x2=\"{to}%\" y1=\"17\" y2=\"17\"/><line class=\"stop\" x1=\"{to}%\" x2=\"{to}%\" \
         y1=\"12\" y2=\"22\"/><text class=\"end\" x=\"{to}%\" y=\"9\">{text}</text>"
    ))
}

/// The round that waits against those that it is compared with, in a sentence and a drawing, and how sure that is.
async fn compared(
    answers: &Answers,
    id: &AgreementId,
    course: &Course,
    pin: &Pin,
) -> Result<Option<(Compared, String, String)>, AskError> {
    let waiting =
        course.status.waiting.filter(|waiting| !waiting.outcome_unknown && words::TALKS.contains(&waiting.stage));
    let Some(waiting) = waiting else { return Ok(None) };
    let (limits, _) = answers.groups(id.instrument.as_str(), Some(waiting.stage), pin).await?;
    let mut nodes = answers.view_limits(id.instrument.as_str(), Some(waiting.stage), pin).await?.answer.nodes;
    let group = waiting.group;
    nodes.retain(|node| (node.renewal, node.feasibility) == (group.renewal, group.feasibility));
    let Some(mut node) = nodes.into_iter().next() else { return Ok(None) };
    node.limit.estimate.curves = None;
    let courses = answers.courses(id.instrument.as_str(), pin).await?;
    let drawn = Compared::of(&node, &courses, Some((id, waiting.round)));
    let comparison = Comparison::of(&limits, &waiting);
    let has = if pin.day < pin.today { "had" } else { "has" };
    let mut said = format!(
        "{} {has} waited {} since {}. {}",
        dates::large(&id.country.in_a_sentence()),
        dates::days(waiting.days, waiting.days_at_most),
        began(waiting.stage),
        drawn.counts
    );
    let sure = comparison.as_ref().and_then(|of| of.confidence).map(|confidence| {
        format!("With so few, the estimate is wide: {} of 100, at 95 percent confidence.", of_hundred(confidence))
    });
    if let Some(comparison) = &comparison {
        said.push_str(&format!(" By the estimate, {} of 100 had moved on within that time.", percentile(comparison)));
    }
    Ok(Some((drawn, said, sure.unwrap_or_default())))
}

/// What other instruments have on record of the country: name, address, and the first sentence.
async fn others(
    pages: &Pages,
    frame: &Frame,
    id: &AgreementId,
    pin: &Pin,
) -> Result<Vec<(String, String, String)>, AskError> {
    let mut others = Vec::new();
    for instrument in pages.answers.instruments().iter().filter(|instrument| instrument.code != id.instrument) {
        let other = AgreementId { instrument: instrument.code.clone(), country: id.country };
        let course = pages.answers.course(&other, pin).await?;
        if course.opened {
            let said = parts(&course.status, id.country, instrument, &pin.viewpoint());
            others.push((instrument.name.clone(), frame.agreement(&other), said.answer));
        }
    }
    Ok(others)
}
