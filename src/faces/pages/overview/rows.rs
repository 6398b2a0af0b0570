//! What does the overview say of one country, of what is new, and of what is coming?
//!
//! Invariant: a row's words are its status on the day, and what the script shows of other days is made of the same words.

use chrono::NaiveDate;

use crate::answers::{Course, DeadlineRow, Holds};
use crate::domain::ids::AgreementId;
use crate::domain::instrument::Instrument;
use crate::domain::time::UncertainDate;
use crate::domain::words::{Deadline, Listing, MilestoneKind, Standing};
use crate::faces::pages::chart::{Axis, lane};
use crate::faces::pages::frame::Frame;
use crate::faces::pages::markup::{self, Markup};
use crate::faces::pages::{dates, words};
use crate::projections::spells::Group;
use crate::projections::status::Status;

/// A row of the chart.
pub struct Row {
    pub href: String,
    pub name: &'static str,
    /// What the script shows on other days: `from|box|flags|words|waits since|limit`, joined by `~`.
    pub days: String,
    pub lane: Markup,
    pub glyph: &'static str,
    pub now: String,
    pub over: bool,
}

/// A line of the table.
pub struct Line {
    pub href: String,
    pub name: &'static str,
    pub glyph: &'static str,
    pub listing: String,
    pub factor: String,
    pub listed: Markup,
    pub standing: String,
    pub force: Markup,
    pub talks: String,
}

/// A round that waits.
pub struct Waits {
    pub href: String,
    pub name: &'static str,
    pub days: String,
    pub text: String,
}

/// What happened last.
pub struct News {
    pub date: Markup,
    pub who: Vec<(String, &'static str)>,
    pub text: String,
}

/// What ends soon.
pub struct Due {
    pub date: Markup,
    pub href: String,
    pub name: &'static str,
    pub text: String,
}

/// The row of a country.
pub fn row(course: &Course, axis: &Axis, frame: &Frame, limit: &dyn Fn(Group) -> Option<u32>) -> Row {
    let (glyph, now, over) = words::now(&course.status);
    Row {
        href: frame.agreement(&course.agreement),
        name: course.agreement.country.name(),
        days: days(course, axis.last, limit),
        lane: lane(course, axis, axis.last),
        glyph,
        now,
        over,
    }
}

/// The status of every day, as the script shows it.
pub fn days(course: &Course, last: NaiveDate, limit: &dyn Fn(Group) -> Option<u32>) -> String {
    let mut rows: Vec<(Option<NaiveDate>, String)> = Vec::new();
    for period in course.periods.iter().filter(|period| period.from.is_none_or(|from| from <= last)) {
        let status = &period.status;
        let (glyph, text) = words::brief(status);
        let waiting = status.waiting.filter(|waiting| {
            !waiting.outcome_unknown && words::in_talks(status) && !status.standings.has(Standing::InForce)
        });
        let waits = waiting.and_then(|waiting| {
            let limit = limit(waiting.group)?;
            Some(format!("|{}|{limit}", waiting.since.latest()))
        });
        let said = format!("{glyph}|{}|{text}{}", flags(status), waits.unwrap_or_default());
        if rows.last().is_none_or(|(_, last)| *last != said) {
            rows.push((period.from, said));
        }
    }
    let rows =
        rows.iter().map(|(from, said)| format!("{}|{said}", from.map(|from| from.to_string()).unwrap_or_default()));
    rows.collect::<Vec<_>>().join("~")
}

/// What the script counts a status as.
fn flags(status: &Status) -> String {
    let listed = match status.listings.certain() {
        Some(Listing::Blanket) => "L",
        Some(Listing::CaseByCase) => "C",
        None if !status.listings.is_empty() => "M",
        _ => "",
    };
    let ended = matches!(status.standings.certain(), Some(Standing::Expired | Standing::Terminated));
    format!("{listed}{}", if ended && matches!(listed, "L" | "C") { "X" } else { "" })
}

/// Since when a country has been on the list without a break.
pub fn since_listed(course: &Course) -> Option<UncertainDate> {
    course.since(|status| match status.listings.has(Listing::Unlisted) {
        false if !status.listings.is_empty() => Holds::Certainly,
        _ if status.listings.certain().is_some() || status.listings.is_empty() => Holds::Not,
        _ => Holds::Possibly,
    })
}

/// Since when its agreement has been in force without a break.
pub fn since_in_force(course: &Course) -> Option<UncertainDate> {
    course.since(|status| match status.standings.has(Standing::InForce) {
        true if status.standings.certain().is_some() => Holds::Certainly,
        true => Holds::Possibly,
        false => Holds::Not,
    })
}

/// For how many days its talks have waited; less than nothing where none do.
pub fn waited(course: &Course) -> i64 {
    let waiting =
        course.status.waiting.filter(|waiting| !waiting.outcome_unknown && words::TALKS.contains(&waiting.stage));
    waiting.map_or(-1, |waiting| waiting.days)
}

/// The line of a country.
pub fn line(course: &Course, frame: &Frame, instrument: &Instrument) -> Line {
    let status = &course.status;
    let date = |since: Option<UncertainDate>| since.map(markup::date).unwrap_or_default();
    let force = since_in_force(course).filter(|_| status.standings.certain() == Some(Standing::InForce));
    Line {
        href: frame.agreement(&course.agreement),
        name: course.agreement.country.name(),
        glyph: words::glyph(status.listings),
        listing: words::listings(status.listings),
        factor: words::factor(status.evaluation_factor_percent(instrument)),
        listed: date(since_listed(course)),
        standing: words::standings(status.standings),
        force: date(force),
        talks: talks(status),
    }
}

/// The talks of a status in a few words.
pub fn talks(status: &Status) -> String {
    let Some(waiting) = status.waiting.filter(|waiting| words::TALKS.contains(&waiting.stage)) else {
        return String::new();
    };
    if waiting.outcome_unknown {
        return "renewal: outcome not known".to_owned();
    }
    let over = if waiting.stalled { ", stalled" } else { "" };
    format!("{}, {}{over}", words::stage(waiting.stage), dates::days(waiting.days, waiting.days_at_most))
}

/// Who waits, the longest first.
pub fn waits(courses: &[Course], frame: &Frame) -> Vec<Waits> {
    let mut waiting: Vec<&Course> = courses.iter().filter(|course| waited(course) > 0).collect();
    waiting.sort_by_key(|course| std::cmp::Reverse(waited(course)));
    let of = |course: &Course| {
        let waiting = course.status.waiting?;
        let over = match waiting.limit_days {
            Some(_) if waiting.dormant => "; dormant".to_owned(),
            Some(limit) if waiting.stalled => {
                format!(
                    "; {} over this record’s limit of {}",
                    dates::number(waiting.over()),
                    dates::number(limit.into())
                )
            }
            Some(limit) => format!("; this record’s limit is {}", dates::number(limit.into())),
            None => String::new(),
        };
        Some(Waits {
            href: frame.agreement(&course.agreement),
            name: course.agreement.country.name(),
            days: dates::days(waiting.days, waiting.days_at_most),
            text: format!("{}, {}{over}", words::stage(waiting.stage), dates::since(waiting.since)),
        })
    };
    waiting.into_iter().take(8).filter_map(of).collect()
}

/// The latest turns by a day, those of one day and kind together.
pub fn news(courses: &[Course], frame: &Frame, day: NaiveDate) -> Vec<News> {
    let quiet = |kind| matches!(kind, MilestoneKind::Observed | MilestoneKind::Noted);
    let mut all: Vec<(UncertainDate, MilestoneKind, &AgreementId, u64)> = Vec::new();
    for course in courses {
        let facts = course.facts.iter().filter(|fact| fact.evidence.decides() && !quiet(fact.kind));
        let past = facts.filter(|fact| fact.occurred.latest() <= day);
        all.extend(past.map(|fact| (fact.occurred, fact.kind, &course.agreement, fact.position.0)));
    }
    all.sort_by_key(|(date, kind, id, _)| (std::cmp::Reverse(date.latest()), *kind, (*id).clone()));
    let mut news: Vec<(UncertainDate, MilestoneKind, News)> = Vec::new();
    for (date, kind, id, position) in all {
        let who = (format!("{}#m{position}", frame.agreement(id)), id.country.name());
        let full = news.len() == 6;
        match news.last_mut() {
            Some((last, of, news)) if *last == date && *of == kind => news.who.push(who),
            _ if full => break,
            _ => {
                let text = words::kind(kind).to_lowercase();
                news.push((date, kind, News { date: markup::date(date), who: vec![who], text }));
            }
        }
    }
    news.into_iter().map(|(.., news)| news).collect()
}

impl Due {
    /// A deadline, counted from a day.
    pub fn of(row: &DeadlineRow, frame: &Frame, day: NaiveDate) -> Self {
        let what = match row.due.deadline {
            Deadline::CommentsClose => "Comments on the notice close",
            Deadline::TermEnds => "The term of the agreement ends",
        };
        let left = row.due.days_left(day);
        Self {
            date: markup::date(row.due.on),
            href: frame.agreement(&row.agreement),
            name: row.agreement.country.name(),
            text: format!("{what} in {}", dates::days(left, Some(left))),
        }
    }
}
