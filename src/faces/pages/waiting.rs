//! Who waits, for how long, and compared with whom?
//!
//! Invariant: every open round is in the table, also one that is not over its limit; one of which nobody told the outcome is named
//! apart and counts for neither.

use std::cmp::Reverse;

use askama::Template;
use axum::response::Response;
use chrono::NaiveDate;

use super::Pages;
use super::asked::{Asked, address, query};
use super::compared::{Compared, percentile, set_by};
use super::error::PageError;
use super::frame::{Frame, shown};
use super::markup::{self, Markup};
use super::{dates, words};
use crate::answers::Course;
use crate::answers::view::{Comparison, StageLimit};
use crate::domain::instrument::Instrument;
use crate::projections::next::next_steps;

/// The page of who waits.
#[derive(Template)]
#[template(path = "waiting.html", config = "src/faces/pages/askama.toml")]
struct Waiting {
    frame: Frame,
    day: NaiveDate,
    today: NaiveDate,
    instrument: String,
    over: String,
    rows: Vec<Row>,
    unknown: Vec<(String, &'static str, String)>,
    /// What is said of those of which nothing was heard for long; nothing where there are none.
    dormant: String,
    groups: Vec<Compared>,
    limits: Vec<Limit>,
}

/// A round that waits.
struct Row {
    href: String,
    name: &'static str,
    stage: String,
    since: Markup,
    days: String,
    limit: String,
    over: Option<String>,
    dormant: bool,
    percentile: String,
    awaited: String,
}

/// The limit of a stage.
struct Limit {
    stage: &'static str,
    kind: &'static str,
    days: String,
    by: String,
    moved: usize,
    waiting: usize,
}

/// Answers `GET /waiting`: who waits, and whether that is unusual.
pub async fn waiting(pages: Pages, mut asked: Asked) -> Result<Response, PageError> {
    let instrument = asked.value("instrument")?.unwrap_or("rdp").to_owned();
    let ask = asked.ask()?;
    asked.done()?;
    let answers = &pages.answers;
    let pin = answers.pin(&ask, pages.end()).await?;
    let courses = answers.courses(&instrument, &pin).await?;
    let (limits, _) = answers.groups(&instrument, None, &pin).await?;
    let nodes = answers.view_limits(&instrument, None, &pin).await?.answer.nodes;
    let rules = answers.instruments().load(&instrument).map_err(crate::answers::AskError::Instrument)?;
    let own = (instrument != "rdp").then(|| ("instrument", instrument.clone()));
    let pairs = |plain| own.clone().into_iter().chain(query(&pin.ask, plain));
    let mut frame = pages.frame(&pin, "Who waits, and for how long", address("/waiting", pairs(false)));
    frame.place = "/waiting";
    frame.data =
        Some(address("/v1/waiting", [("instrument", instrument.clone())].into_iter().chain(query(&pin.ask, true))));
    frame.picture = Some(address("/waiting.svg", pairs(false)));
    let mut open: Vec<&Course> = courses.iter().filter(|course| course.status.waiting.is_some()).collect();
    open.sort_by_key(|course| Reverse(course.status.waiting.map_or(0, |waiting| waiting.days)));
    let rows = open.iter().filter_map(|course| {
        let waiting = course.status.waiting.filter(|waiting| !waiting.outcome_unknown)?;
        let renewal = if waiting.group.renewal { ", renewal" } else { "" };
        let next = next_steps(&course.status, rules).next();
        Some(Row {
            href: frame.agreement(&course.agreement),
            name: course.agreement.country.name(),
            stage: format!("{}{renewal}", words::stage(waiting.stage)),
            since: markup::date(waiting.since),
            days: dates::range(waiting.days, waiting.days_at_most),
            limit: waiting.limit_days.map(|limit| dates::number(limit.into())).unwrap_or_default(),
            over: waiting.stalled.then(|| dates::number(waiting.over())),
            dormant: waiting.dormant,
            percentile: Comparison::of(&limits, &waiting).as_ref().map(percentile).unwrap_or_default(),
            awaited: next.map(|next| next.label.clone()).unwrap_or_default(),
        })
    });
    let rows: Vec<Row> = rows.collect();
    let unknown = open.iter().filter_map(|course| {
        let waiting = course.status.waiting.filter(|waiting| waiting.outcome_unknown)?;
        Some((frame.agreement(&course.agreement), course.agreement.country.name(), dates::since(waiting.since)))
    });
    let unknown: Vec<_> = unknown.collect();
    let over = rows.iter().filter(|row| row.over.is_some()).count();
    frame.description =
        format!("Rounds of talks that this record counts as stalled on {}: {over}.", dates::day(pin.day));
    let waits = |node: &&StageLimit| node.limit.estimate.waiting_count > 0;
    let page = Waiting {
        day: pin.day,
        today: pin.today,
        over: format!("{} {} of talks", dates::count(over), if over == 1 { "round" } else { "rounds" }),
        dormant: dormant(&rows, rules),
        unknown,
        groups: nodes.iter().filter(waits).map(|node| Compared::of(node, &courses, None)).collect(),
        limits: nodes.iter().map(limit).collect(),
        instrument,
        rows,
        frame,
    };
    shown(&page, &page.frame, &pin)
}

/// What dormant means, where a round is.
fn dormant(rows: &[Row], rules: &Instrument) -> String {
    let days = rules.dormant_after_days.filter(|_| rows.iter().any(|row| row.dormant));
    let days = days.map(|days| dates::days(days.into(), Some(days.into())));
    days.map(|days| format!("Dormant: stalled, and nothing was heard of it for more than {days}.")).unwrap_or_default()
}

fn limit(node: &StageLimit) -> Limit {
    Limit {
        stage: words::waits_in(node.stage.0),
        kind: super::compared::kind(node.renewal, node.feasibility),
        days: node.limit.days.map_or_else(|| "none".to_owned(), |days| dates::number(days.into())),
        by: set_by(node),
        moved: node.limit.estimate.moved_on_count,
        waiting: node.limit.estimate.waiting_count,
    }
}
