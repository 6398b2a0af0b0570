//! Which countries qualify on a day?
//!
//! Invariant: the figures count every agreement of the instrument, also where a long list is shown in parts; a row's picture, its
//! words and its line of the table say the same.

mod figures;
mod rows;

use std::cmp::Reverse;

use askama::Template;
use axum::response::Response;
use chrono::{Datelike, NaiveDate};

use self::figures::{Figure, figures};
use self::rows::{Due, Line, News, Row, Waits, line, news, row, waits};
pub use self::rows::{days, since_in_force, since_listed, talks as talks_of};
use super::Pages;
use super::asked::{Asked, address, query};
use super::chart::{Axis, grid, veil, years};
use super::error::PageError;
use super::frame::{Frame, shown};
use super::markup::Markup;
use super::{dates, words};
use crate::answers::{Course, DeadlineFilter, Page, Pin};
use crate::domain::instrument::Instrument;
use crate::domain::words::Standing;

/// The most rows of a part.
const ROWS: usize = 60;
/// Before this day the years are drawn at a narrower scale: nothing but long bars happens there.
const FOLD: Option<NaiveDate> = NaiveDate::from_ymd_opt(2005, 1, 1);
/// The share of the width that they have.
const FOLDED: f64 = 24.0;

/// The order of the rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sort {
    Name,
    Listed,
    Waiting,
}

/// The overview's page.
#[derive(Template)]
#[template(path = "overview.html", config = "src/faces/pages/askama.toml")]
struct Overview {
    frame: Frame,
    heading: String,
    listing: bool,
    instrument: String,
    instrument_name: String,
    today: NaiveDate,
    day: NaiveDate,
    names: Vec<&'static str>,
    figures: Vec<Figure>,
    stops: String,
    first_year: i32,
    groups: Vec<(&'static str, Vec<Row>)>,
    sorts: Vec<(String, &'static str, bool)>,
    ranges: Vec<(String, String, bool)>,
    before: Option<String>,
    after: Option<String>,
    grid: Markup,
    years: Markup,
    veil: Markup,
    waits: Vec<Waits>,
    news: Vec<News>,
    due: Vec<Due>,
    table: Vec<Line>,
    parts: Vec<(String, usize, bool)>,
    total: usize,
}

/// What the address of an overview asks.
pub struct Wanted {
    /// The code of the instrument that is shown.
    pub instrument: String,
    /// The day and the knowledge.
    pub pin: Pin,
    sort: Sort,
    /// The year in which the drawing begins, where not all of it is wanted.
    pub from: Option<i32>,
    part: usize,
}

impl Wanted {
    /// Reads the question from the address of the page.
    pub async fn read(pages: &Pages, asked: &mut Asked) -> Result<Self, PageError> {
        let instrument = asked.value("instrument")?.unwrap_or("rdp").to_owned();
        let ask = asked.ask()?;
        let sorts = [("name", Sort::Name), ("listed", Sort::Listed), ("waiting", Sort::Waiting)];
        let sort = asked.choice("sort", "name, listed or waiting", &sorts)?.unwrap_or(Sort::Name);
        let from = asked.choice("years", "2005 or 2015", &[("2005", 2005), ("2015", 2015)])?;
        let part = asked.number("part")?.unwrap_or(1);
        asked.done()?;
        let pin = pages.answers.pin(&ask, pages.end()).await?;
        Ok(Self { instrument, pin, sort, from, part })
    }

    /// The same with another order, other years and another part, as an address at a path.
    fn address(&self, path: &str, sort: Sort, from: Option<i32>, part: usize, as_of: Option<NaiveDate>) -> String {
        let mut ask = self.pin.ask;
        ask.as_of = as_of.filter(|day| *day != self.pin.today);
        let mut pairs = query(&ask, false);
        let order = match sort {
            Sort::Name => None,
            Sort::Listed => Some("listed"),
            Sort::Waiting => Some("waiting"),
        };
        pairs.extend(order.map(|order| ("sort", order.to_owned())));
        pairs.extend(from.map(|from| ("years", from.to_string())));
        if self.instrument != "rdp" {
            pairs.push(("instrument", self.instrument.clone()));
        }
        if part > 1 {
            pairs.push(("part", part.to_string()));
        }
        address(path, pairs)
    }
}

/// The axis of all agreements: from the first year in which anything is known, or from the one that is wanted.
pub fn axis(courses: &[Course], wanted: &Wanted) -> Axis {
    let last = wanted.pin.today.max(wanted.pin.day);
    let firsts = courses.iter().filter_map(Course::begins).min();
    let year = wanted.from.unwrap_or_else(|| firsts.unwrap_or(last).year().clamp(1955, last.year()));
    let first = NaiveDate::from_ymd_opt(year, 1, 1).unwrap_or(last);
    Axis::of(first, last, FOLD.filter(|_| wanted.from.is_none()).map(|day| (day, FOLDED)))
}

/// The courses in groups: those without an agreement, and those with one.
pub fn grouped<'a>(courses: &[&'a Course]) -> Vec<(&'static str, Vec<&'a Course>)> {
    let without = |course: &&Course| course.status.standings.certain() == Some(Standing::NotConcluded);
    let (without, with): (Vec<&Course>, Vec<&Course>) = courses.iter().partition(|course| without(course));
    let groups = [("Without an agreement", without), ("With an agreement, or perhaps", with)];
    groups.into_iter().filter(|(_, courses)| !courses.is_empty()).collect()
}

/// Answers `GET /`: every agreement of an instrument on a day.
pub async fn overview(pages: Pages, mut asked: Asked) -> Result<Response, PageError> {
    let wanted = Wanted::read(&pages, &mut asked).await?;
    let pin = wanted.pin;
    let courses = pages.answers.courses(&wanted.instrument, &pin).await?;
    let instrument =
        pages.answers.instruments().load(&wanted.instrument).map_err(crate::answers::AskError::Instrument)?;
    let mut frame = framed(&pages, &wanted, instrument);
    let figures = figures(&courses, &frame, pin.today, pin.day, instrument.has_listing());
    frame.describe(figures.iter().take(2).map(Figure::said).collect::<Vec<_>>().join("; "));
    let axis = axis(&courses, &wanted);
    let sorted = sorted(&courses, wanted.sort);
    let parts = sorted.len().div_ceil(ROWS).max(1);
    let part = wanted.part.min(parts);
    let rows: Vec<&Course> = sorted.iter().skip((part - 1) * ROWS).take(ROWS).copied().collect();
    let base = format!("{}/", pages.base);
    let here = |sort, from, part| wanted.address(&base, sort, from, part, pin.ask.as_of);
    let change = |day: Option<NaiveDate>| day.map(|day| wanted.address(&base, wanted.sort, wanted.from, 1, Some(day)));
    let page = Overview {
        heading: heading(instrument),
        listing: instrument.has_listing(),
        instrument: wanted.instrument.clone(),
        instrument_name: instrument.name.clone(),
        today: pin.today,
        day: pin.day,
        names: sorted.iter().map(|course| course.agreement.country.name()).collect(),
        figures,
        stops: axis.stops(),
        first_year: axis.first.year(),
        groups: drawn(&pages, &wanted, &rows, &axis, &frame, instrument).await?,
        sorts: [(Sort::Name, "name"), (Sort::Listed, "listed since"), (Sort::Waiting, "waiting longest")]
            .map(|(sort, label)| (here(sort, wanted.from, 1), label, sort == wanted.sort))
            .into(),
        ranges: [(None, "all"), (Some(2005), "2005 on"), (Some(2015), "2015 on")]
            .map(|(from, label)| (here(wanted.sort, from, 1), label.to_owned(), from == wanted.from))
            .into(),
        before: change(courses.iter().filter_map(Course::change_before).max()),
        after: change(courses.iter().filter_map(|course| course.change_after(pin.today)).min()),
        grid: grid(&axis),
        years: years(&axis),
        veil: veil(&axis, pin.day),
        waits: waits(&courses, &frame),
        news: news(&courses, &frame, pin.day),
        due: due(&pages, &wanted, &frame).await?,
        table: table(&rows, &frame, instrument),
        parts: (1..=parts).map(|number| (here(wanted.sort, wanted.from, number), number, number == part)).collect(),
        total: courses.len(),
        frame,
    };
    shown(&page, &page.frame, &pin)
}

/// What surrounds the overview, with the same question as data and as a picture.
fn framed(pages: &Pages, wanted: &Wanted, instrument: &Instrument) -> Frame {
    let pin = &wanted.pin;
    let here = wanted.address("/", wanted.sort, wanted.from, wanted.part, pin.ask.as_of);
    let mut frame = pages.frame(pin, heading(instrument), here);
    frame.place = "/";
    frame.class = "overview";
    let mut data = query(&pin.ask, true);
    data.insert(0, ("instrument", wanted.instrument.clone()));
    frame.data = Some(address("/v1/agreements", data));
    frame.picture = Some(wanted.address("/overview.svg", Sort::Name, wanted.from, 1, pin.ask.as_of));
    frame
}

/// The courses in the order that is wanted; those that are equal in it are in the order of their names.
fn sorted(courses: &[Course], sort: Sort) -> Vec<&Course> {
    let mut sorted: Vec<&Course> = courses.iter().collect();
    sorted.sort_by_key(|course| course.agreement.country.name());
    match sort {
        Sort::Name => {}
        Sort::Listed => sorted
            .sort_by_key(|course| since_listed(course).map_or((true, None), |since| (false, Some(since.latest())))),
        Sort::Waiting => sorted.sort_by_key(|course| Reverse(rows::waited(course))),
    }
    sorted
}

/// The rows of the drawing, in their groups.
async fn drawn(
    pages: &Pages,
    wanted: &Wanted,
    rows: &[&Course],
    axis: &Axis,
    frame: &Frame,
    instrument: &Instrument,
) -> Result<Vec<(&'static str, Vec<Row>)>, PageError> {
    let (limits, _) = pages.answers.groups(&wanted.instrument, None, &wanted.pin).await?;
    let limit = |group| limits.limit(group, instrument).days;
    let groups = grouped(rows)
        .into_iter()
        .map(|(title, courses)| (title, courses.into_iter().map(|course| row(course, axis, frame, &limit)).collect()));
    Ok(groups.collect())
}

/// The days that come next.
async fn due(pages: &Pages, wanted: &Wanted, frame: &Frame) -> Result<Vec<Due>, PageError> {
    let day = wanted.pin.day;
    let filter =
        DeadlineFilter { instrument: Some(wanted.instrument.clone()), from: Some(day), ..DeadlineFilter::default() };
    let due = pages.answers.deadlines(&wanted.pin, &filter, &Page::first(5)).await?;
    Ok(due.items.iter().map(|row| Due::of(row, frame, day)).collect())
}

/// The same rows as lines of a table, by name.
fn table(rows: &[&Course], frame: &Frame, instrument: &Instrument) -> Vec<Line> {
    let mut rows = rows.to_vec();
    rows.sort_by_key(|course| course.agreement.country.name());
    rows.into_iter().map(|course| line(course, frame, instrument)).collect()
}

fn heading(instrument: &Instrument) -> String {
    if instrument.code.as_str() == "rdp" {
        return "Which countries qualify?".to_owned();
    }
    dates::large(&format!("{}: every country", words::plural(&instrument.name)))
}
