//! What differs between two days, and why?
//!
//! Invariant: the differences and causes of the answers, grouped by weight; what is unchanged is named too.

use askama::Template;
use axum::response::Response;
use chrono::{Datelike, NaiveDate, NaiveTime};

use super::Pages;
use super::asked::{Asked, address, query};
use super::chart::{Axis, few_years, lane};
use super::error::PageError;
use super::frame::{Frame, shown};
use super::markup::{self, Markup};
use super::{dates, words};
use crate::answers::{Ask, Course, DiffFilter, DiffRow, Page, Pin};
use crate::domain::ids::Position;
use crate::domain::words::{MilestoneKind, Standing};
use crate::projections::diff::{Cause, ChangeKind};
use crate::projections::knowledge::Basis;
use crate::projections::reasons::rule_text;
use crate::projections::status::Status;

/// The page of what changed.
#[derive(Template)]
#[template(path = "changes.html", config = "src/faces/pages/askama.toml")]
struct Changes {
    frame: Frame,
    heading: String,
    instrument: String,
    from: NaiveDate,
    to: NaiveDate,
    published: bool,
    lead: String,
    groups: Vec<Group>,
    same: String,
    years: Markup,
    more: Option<String>,
    presets: Vec<(String, String)>,
}

/// Differences of one weight.
struct Group {
    name: &'static str,
    title: &'static str,
    rows: Vec<Row>,
}

/// An agreement whose status differs between the two sides.
struct Row {
    href: String,
    name: &'static str,
    from: Side,
    to: Side,
    lane: Markup,
    causes: Vec<Because>,
}

/// One side of a difference.
struct Side {
    glyph: &'static str,
    text: String,
    /// The price factor, where the two sides differ in it.
    factor: String,
}

/// A cause of the difference.
struct Because {
    date: Markup,
    text: String,
    tag: &'static str,
}

/// The weights, the heaviest first.
const GROUPS: [(&str, &str); 4] = [
    ("factor", "The list or the price factor changed"),
    ("ended", "The agreement ended, or may have"),
    ("renewed", "Concluded, renewed or replaced"),
    ("talks", "Talks began or moved on, or more is known"),
];

/// What the address of the page asks.
struct Question {
    instrument: String,
    from: NaiveDate,
    to: Option<NaiveDate>,
    basis: Basis,
    at_position: Option<Position>,
    after: Option<String>,
    /// The first day of this year, from which the page counts when nobody says a day.
    new_year: NaiveDate,
}

impl Question {
    fn read(asked: &mut Asked, today: NaiveDate) -> Result<Self, PageError> {
        let new_year = NaiveDate::from_ymd_opt(today.year(), 1, 1).unwrap_or(today);
        let question = Self {
            instrument: asked.value("instrument")?.unwrap_or("rdp").to_owned(),
            from: asked.day("from")?.unwrap_or(new_year),
            to: asked.day("to")?,
            basis: asked.word::<Basis>("basis")?.unwrap_or_default(),
            at_position: asked.position("atPosition")?,
            after: asked.value("after")?.map(str::to_owned),
            new_year,
        };
        asked.done()?;
        Ok(question)
    }

    fn published(&self) -> bool {
        self.basis == Basis::Published
    }

    /// The question about one of the two days. By what was published, each side knows what was out when its day ended.
    fn side(&self, day: NaiveDate) -> Ask {
        let end = NaiveTime::from_hms_micro_opt(23, 59, 59, 999_999).unwrap_or(NaiveTime::MIN);
        Ask {
            as_of: Some(day),
            basis: self.basis,
            known_at: self.published().then(|| day.and_time(end).and_utc()),
            at_position: self.at_position,
        }
    }

    /// The same question between other days, or by other knowledge, as an address.
    fn address(&self, from: NaiveDate, to: Option<NaiveDate>, published: bool) -> String {
        let mut pairs = vec![("from", from.to_string())];
        pairs.extend(to.map(|to| ("to", to.to_string())));
        pairs.extend(published.then(|| ("basis", "published".to_owned())));
        pairs.extend((self.instrument != "rdp").then(|| ("instrument", self.instrument.clone())));
        address("/changes", pairs)
    }

    fn heading(&self, today: NaiveDate) -> String {
        match self.to.filter(|to| *to != today) {
            Some(to) => format!("What changed between {} and {}", dates::day(self.from), dates::day(to)),
            None => format!("What changed since {}", dates::day(self.from)),
        }
    }

    /// Questions that many ask: since new year, since a year ago, and since new year by the other knowledge.
    fn presets(&self, base: &str, newer: NaiveDate) -> Vec<(String, String)> {
        let preset = |from: NaiveDate, published: bool| {
            let by = match (published, self.published()) {
                (true, _) => ", by what was published",
                (false, true) => ", by everything on record",
                (false, false) => "",
            };
            (format!("{base}{}", self.address(from, None, published)), format!("since {}{by}", dates::day(from)))
        };
        let year_ago = newer.with_year(newer.year() - 1).unwrap_or(self.new_year);
        vec![preset(self.new_year, false), preset(year_ago, false), preset(self.from, !self.published())]
    }
}

/// Answers `GET /changes`: what has changed between two days.
pub async fn changes(pages: Pages, mut asked: Asked) -> Result<Response, PageError> {
    let answers = &pages.answers;
    let today = answers.today();
    let question = Question::read(&mut asked, today)?;
    let noted = pages.end();
    let older = answers.pin(&question.side(question.from), noted).await?;
    let newer = answers.pin(&question.side(question.to.unwrap_or(today)), noted).await?;
    let instrument = &question.instrument;
    let filter = DiffFilter { instrument: Some(instrument.clone()), countries: Vec::new() };
    let page = Page { after: question.after.clone(), ..Page::first(100) };
    let slice = answers.diff(&older, &newer, &filter, &page).await?;
    let courses = answers.courses(instrument, &newer).await?;
    let here = question.address(question.from, question.to, question.published());
    let mut frame = pages.frame(&newer, question.heading(today), here.clone());
    frame.place = "/changes";
    frame.data = Some(plain(instrument, &older, &newer));
    let axis = Axis::of(older.day.min(newer.day), older.day.max(newer.day), None);
    let groups = groups(&pages, &slice.items, &courses, &axis, &frame, question.published())?;
    let lead = lead(&groups, slice.total, &newer);
    frame.describe(lead.clone());
    let last = slice.items.last().filter(|_| slice.has_next);
    let page = Changes {
        heading: question.heading(today),
        instrument: instrument.clone(),
        from: question.from,
        to: newer.day,
        published: question.published(),
        lead,
        groups,
        same: if slice.has_next { String::new() } else { same(&slice.items, &courses) },
        years: few_years(&axis),
        more: last.map(|last| format!("{}{here}&after={}", pages.base, last.agreement)),
        presets: question.presets(&pages.base, newer.day),
        frame,
    };
    let both = Pin { lasting: older.lasting && newer.lasting, ..newer };
    shown(&page, &page.frame, &both)
}

/// The differences by their weight; a weight without any is left out.
fn groups(
    pages: &Pages,
    rows: &[DiffRow],
    courses: &[Course],
    axis: &Axis,
    frame: &Frame,
    published: bool,
) -> Result<Vec<Group>, PageError> {
    let mut groups: Vec<Group> = GROUPS.iter().map(|(name, title)| Group { name, title, rows: Vec::new() }).collect();
    for row in rows {
        let rules = pages.answers.instrument(&row.agreement)?;
        let percent = |status: &Status| status.evaluation_factor_percent(rules);
        let factors = [percent(&row.difference.from), percent(&row.difference.to)];
        let place = weight(row, factors[0] != factors[1]);
        let course = courses.iter().find(|course| course.agreement == row.agreement);
        if let Some(group) = groups.get_mut(place) {
            group.rows.push(told(row, course, factors, axis, frame, published));
        }
    }
    groups.retain(|group| !group.rows.is_empty());
    Ok(groups)
}

/// The countries of which nothing differs, by name.
fn same(rows: &[DiffRow], courses: &[Course]) -> String {
    let same = courses.iter().filter(|course| !rows.iter().any(|row| row.agreement == course.agreement));
    let mut same: Vec<&str> = same.map(|course| course.agreement.country.name()).collect();
    same.sort_unstable();
    same.join(", ")
}

/// The same question at its plain URL.
fn plain(instrument: &str, from: &Pin, to: &Pin) -> String {
    let side = |ask: &Ask, names: [&'static str; 4]| {
        let renamed = move |(name, value): (&'static str, String)| {
            let place = ["asOf", "knownAt", "basis", "atPosition"].iter().position(|of| *of == name);
            (place.and_then(|place| names.get(place).copied()).unwrap_or(name), value)
        };
        query(ask, true).into_iter().map(renamed)
    };
    let older = side(&from.ask, ["fromAsOf", "fromKnownAt", "fromBasis", "fromAtPosition"]);
    let newer = side(&to.ask, ["toAsOf", "toKnownAt", "toBasis", "toAtPosition"]);
    address("/v1/diff", std::iter::once(("instrument", instrument.to_owned())).chain(older).chain(newer))
}

/// The group that a difference belongs to.
fn weight(row: &DiffRow, factor: bool) -> usize {
    let (from, to) = (&row.difference.from, &row.difference.to);
    let ended = |status: &Status| status.standings.has(Standing::Expired) || status.standings.has(Standing::Terminated);
    let concluded =
        |kind| matches!(kind, MilestoneKind::Signed | MilestoneKind::EnteredIntoForce | MilestoneKind::Renewed);
    if factor || from.listings != to.listings {
        0
    } else if ended(to) && from.standings != to.standings {
        1
    } else if row.difference.causes.iter().any(|cause| concluded(cause.kind)) {
        2
    } else {
        3
    }
}

fn told(
    row: &DiffRow,
    course: Option<&Course>,
    factors: [Option<u8>; 2],
    axis: &Axis,
    frame: &Frame,
    published: bool,
) -> Row {
    let side = |status: &Status, factor: Option<u8>| {
        let (glyph, text, _) = words::now(status);
        let factor = if factors[0] == factors[1] { String::new() } else { factor_said(factor) };
        Side { glyph, text, factor }
    };
    let because = |cause: &Cause| Because {
        date: markup::date(cause.came),
        text: said(cause),
        tag: match cause.change {
            ChangeKind::Learnt if published && !cause.happened => "published later",
            ChangeKind::Happened | ChangeKind::Learnt => "",
            ChangeKind::Refined => "date made narrower",
            ChangeKind::Corrected => "corrected",
        },
    };
    Row {
        href: frame.agreement(&row.agreement),
        name: row.agreement.country.name(),
        from: side(&row.difference.from, factors[0]),
        to: side(&row.difference.to, factors[1]),
        lane: course.map(|course| lane(course, axis, axis.last)).unwrap_or_default(),
        causes: row.difference.causes.iter().map(because).collect(),
    }
}

fn factor_said(factor: Option<u8>) -> String {
    match factor {
        Some(0) => "no factor".to_owned(),
        factor => words::factor(factor),
    }
}

/// A cause in a few words: the milestone, and the rule where it made the difference.
fn said(cause: &Cause) -> String {
    let kind = words::kind(cause.kind).to_lowercase();
    match cause.rule {
        Some(rule) => format!("{kind}. {}", rule_text(rule, None)),
        None => kind,
    }
}

fn lead(groups: &[Group], total: usize, to: &Pin) -> String {
    if total == 0 {
        return format!("Nothing that is on record up to {} made any status differ.", dates::day(to.day));
    }
    let counted = groups.iter().map(|group| format!("{} ({})", group.title, group.rows.len()).to_lowercase());
    let differ = if total == 1 {
        "One agreement differs".to_owned()
    } else {
        format!("{} agreements differ", dates::large(&dates::count(total)))
    };
    format!("{differ}: {}.", counted.collect::<Vec<_>>().join("; "))
}
