//! Which conditions of the rules hold, and since when?
//!
//! Invariant: what an alert said when it fired stays as it was; those that are open come first, and those that ended are told apart.

use std::cmp::Reverse;

use askama::Template;
use axum::response::Response;
use chrono::NaiveDate;

use super::Pages;
use super::asked::{Asked, address, query};
use super::dates;
use super::error::PageError;
use super::frame::{Frame, shown};
use crate::answers::view::Alert;
use crate::answers::{AlertFilter, Page};
use crate::domain::country::Country;
use crate::domain::ids::Position;
use crate::domain::words::{AlertState, Word};

/// The page of alerts.
#[derive(Template)]
#[template(path = "alerts.html", config = "src/faces/pages/askama.toml")]
struct Alerts {
    frame: Frame,
    day: NaiveDate,
    today: NaiveDate,
    alerts: Vec<Row>,
    ended: bool,
    total: usize,
    other: String,
    more: Option<String>,
}

/// One alert as a row of the page.
struct Row {
    href: String,
    name: String,
    state: &'static str,
    rule: String,
    sentence: String,
    fired: String,
    due: String,
    late: bool,
    log: String,
    position: u64,
    said: String,
}

/// Answers `GET /alerts`: what fires, and what is over.
pub async fn alerts(pages: Pages, mut asked: Asked) -> Result<Response, PageError> {
    let answers = &pages.answers;
    let instrument = asked.value("instrument")?.map(str::to_owned);
    let country = asked.value("country")?.map(str::to_owned);
    let rule = asked.value("rule")?.map(str::to_owned);
    let ended = asked.choice("state", "open or ended", &[("open", false), ("ended", true)])?.unwrap_or_default();
    let ask = asked.ask()?;
    let before = asked.position("before")?;
    asked.done()?;
    let wrong = |given: &str| PageError::value("country", given, "an ISO 3166-1 alpha-2 code such as LV");
    let countries = country.as_deref().map(|given| Country::asked(given).map_err(|_| wrong(given))).transpose()?;
    let states = if ended {
        vec![AlertState::Resolved]
    } else {
        vec![AlertState::Firing, AlertState::Acknowledged, AlertState::Silenced]
    };
    let pin = answers.pin(&ask, pages.end()).await?;
    let filter = AlertFilter {
        instrument: instrument.clone(),
        countries: countries.into_iter().collect(),
        rules: rule.clone().into_iter().collect(),
        states: states.clone(),
        dormant: None,
    };
    let page = Page { after: before.map(Reverse), ..Page::first(50) };
    let slice = answers.alerts(&pin, &filter, &page).await?;
    let view = answers.view_alerts(&slice, &pin).await?;
    let own = || {
        let mut pairs = Vec::new();
        pairs.extend(instrument.clone().map(|instrument| ("instrument", instrument)));
        pairs.extend(country.clone().map(|country| ("country", country)));
        pairs.extend(rule.clone().map(|rule| ("rule", rule)));
        pairs
    };
    let path = |ended: bool| {
        let state = ended.then(|| ("state", "ended".to_owned()));
        address("/alerts", own().into_iter().chain(state).chain(query(&pin.ask, false)))
    };
    let mut frame = pages.frame(&pin, "Alerts", path(ended));
    frame.place = "/alerts";
    "/v1/feed/alerts.atom".clone_into(&mut frame.feed);
    let asked_states = states.iter().map(|state| ("state", state.as_str().to_uppercase()));
    frame.data = Some(address("/v1/alerts", own().into_iter().chain(asked_states).chain(query(&pin.ask, true))));
    frame.describe(format!("{} alerts are {}.", view.total_count, if ended { "over" } else { "open" }));
    let next = view.next().map(|last| {
        let place = path(ended);
        format!("{}{place}{}before={last}", pages.base, if place.contains('?') { '&' } else { '?' })
    });
    let page = Alerts {
        day: pin.day,
        today: pin.today,
        alerts: view.nodes.iter().map(|alert| row(alert, &frame, &pages.base)).collect(),
        total: view.total_count,
        other: format!("{}{}", pages.base, path(!ended)),
        ended,
        more: next,
        frame,
    };
    shown(&page, &page.frame, &pin)
}

fn row(alert: &Alert, frame: &Frame, base: &str) -> Row {
    let agreement = alert.agreement.as_ref();
    let said = match (&alert.resolved, &alert.silenced, &alert.acknowledged) {
        (Some(end), ..) => {
            let unfounded = if end.unfounded { "; by what is known now it should never have fired" } else { "" };
            format!(
                "Ended on {}: {}{unfounded}.",
                dates::day(end.at.0.date_naive()),
                end.reason.0.as_str().replace('_', " ")
            )
        }
        (_, Some(silence), _) => {
            format!("Silenced by {} until {}: {}", silence.by, dates::day(silence.until.0), silence.why)
        }
        (_, _, Some(seen)) => {
            let note = seen.note.as_deref().map(|note| format!(": {note}")).unwrap_or_default();
            format!("Seen by {} on {}{note}", seen.by, dates::day(seen.at.0.date_naive()))
        }
        _ => String::new(),
    };
    let position = alert.fired_position;
    Row {
        href: agreement.map(|agreement| frame.agreement(&agreement.id)).unwrap_or_default(),
        name: agreement.map_or_else(
            || "A webhook".to_owned(),
            |agreement| format!("{}, {}", agreement.country.name, agreement.id.instrument),
        ),
        state: alert.state.0.as_str(),
        rule: alert.rule.as_str().replace('-', " "),
        sentence: alert.sentence.clone(),
        fired: dates::day(alert.fired_at.0.date_naive()),
        due: alert.due_on.map(dates::day).unwrap_or_default(),
        late: alert.late,
        log: place(base, position),
        position: position.0,
        said,
    }
}

/// The part of the log that an entry is in.
fn place(base: &str, position: Position) -> String {
    format!("{base}/log?before={}#e{position}", position.0.saturating_add(1))
}
