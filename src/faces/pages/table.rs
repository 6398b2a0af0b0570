//! Which agreements pass the filters?
//!
//! Invariant: the list of the answers by the same filter; those that are only possible stand below it.

use askama::Template;
use axum::response::Response;
use chrono::NaiveDate;

use super::Pages;
use super::asked::{Asked, address, query};
use super::error::PageError;
use super::frame::{Frame, shown};
use super::markup::{self, Markup};
use super::overview::talks_of;
use super::{dates, words};
use crate::answers::view::Term;
use crate::answers::{AgreementFilter, Answers, Ask, Page, Pin, kind_bits, possibly};
use crate::domain::ids::AgreementId;
use crate::domain::words::{Listing, MilestoneKind, Possible, Stage, Standing, Word};

/// The page of the table.
#[derive(Template)]
#[template(path = "table.html", config = "src/faces/pages/askama.toml")]
struct Table {
    frame: Frame,
    day: NaiveDate,
    today: NaiveDate,
    filters: Vec<Filter>,
    possible: bool,
    rows: Vec<Row>,
    total: usize,
    possibly: String,
    more: Option<String>,
}

/// A choice in the form.
struct Filter {
    name: &'static str,
    label: &'static str,
    options: Vec<(String, String, bool)>,
}

/// An agreement that passes the filters.
struct Row {
    href: String,
    name: &'static str,
    instrument: String,
    glyph: &'static str,
    listing: String,
    factor: String,
    standing: String,
    since: Markup,
    talks: String,
    last: Markup,
}

const KINDS: [MilestoneKind; 6] = [
    MilestoneKind::NoticePublished,
    MilestoneKind::DeterminationMade,
    MilestoneKind::Signed,
    MilestoneKind::EnteredIntoForce,
    MilestoneKind::Listed,
    MilestoneKind::Renewed,
];

/// What the address of the table asks.
struct Question {
    instrument: String,
    listing: Option<Listing>,
    standing: Option<Standing>,
    stage: Option<Stage>,
    having: Option<MilestoneKind>,
    lacking: Option<MilestoneKind>,
    possible: bool,
    ask: Ask,
    after: Option<String>,
}

impl Question {
    fn read(asked: &mut Asked) -> Result<Self, PageError> {
        let choices = [("certain", false), ("possible", true)];
        let question = Self {
            instrument: asked.value("instrument")?.unwrap_or("rdp").to_owned(),
            listing: asked.word("listing")?,
            standing: asked.word("standing")?,
            stage: asked.word("stage")?,
            having: asked.word("having")?,
            lacking: asked.word("lacking")?,
            possible: asked.choice("certainty", "certain or possible", &choices)?.unwrap_or_default(),
            ask: asked.ask()?,
            after: asked.value("after")?.map(str::to_owned),
        };
        asked.done()?;
        Ok(question)
    }

    fn filter(&self) -> AgreementFilter {
        AgreementFilter {
            instrument: Some(self.instrument.clone()),
            stages: one(self.stage),
            standings: one(self.standing),
            listings: one(self.listing),
            possible: self.possible,
            having: kind_bits(self.having.as_slice()),
            lacking: kind_bits(self.lacking.as_slice()),
            ..AgreementFilter::default()
        }
    }

    /// The filters as parameters of the plain URL; those of the page are the same in small letters.
    fn parameters(&self) -> Vec<(&'static str, String)> {
        let mut pairs = vec![("instrument", self.instrument.clone())];
        pairs.extend(self.listing.map(|word| ("listing", spelt(word))));
        pairs.extend(self.standing.map(|word| ("standing", spelt(word))));
        pairs.extend(self.stage.map(|word| ("stage", spelt(word))));
        pairs.extend(self.having.map(|word| ("having", spelt(word))));
        pairs.extend(self.lacking.map(|word| ("lacking", spelt(word))));
        pairs.extend(self.possible.then(|| ("certainty", "POSSIBLE".to_owned())));
        pairs
    }

    /// The choices of the form.
    fn filters(&self, answers: &Answers) -> Vec<Filter> {
        let codes = answers.instruments().iter().map(|of| {
            let code = of.code.as_str();
            (code.to_owned(), of.name.clone(), code == self.instrument)
        });
        vec![
            Filter { name: "instrument", label: "Kind of agreement", options: codes.collect() },
            choice("listing", "On the list", self.listing, words::listing),
            choice("standing", "Agreement", self.standing, words::standing),
            choice("stage", "Talks", self.stage, words::stage),
            kinds("having", "With", self.having),
            kinds("lacking", "Without", self.lacking),
        ]
    }
}

/// Answers `GET /table`: what a spreadsheet would show.
pub async fn table(pages: Pages, mut asked: Asked) -> Result<Response, PageError> {
    let answers = &pages.answers;
    let question = Question::read(&mut asked)?;
    let pin = answers.pin(&question.ask, pages.end()).await?;
    let filter = question.filter();
    let slice = answers.agreements(&pin, &filter, &Page { after: question.after.clone(), ..Page::first(100) }).await?;
    let only_possible = answers.only_possible(&pin, &filter, slice.total).await?;
    let parameters = question.parameters();
    let own: Vec<(&str, String)> = parameters.iter().map(|(name, value)| (*name, value.to_lowercase())).collect();
    let path = address("/table", own.into_iter().chain(query(&pin.ask, false)));
    let mut frame = pages.frame(&pin, "Which agreements fit?", path.clone());
    frame.place = "/table";
    frame.data = Some(address("/v1/agreements", parameters.into_iter().chain(query(&pin.ask, true))));
    frame.describe(format!("{} agreements fit on {}.", slice.total, dates::day(pin.day)));
    let next = slice.items.last().filter(|_| slice.has_next);
    let page = Table {
        day: pin.day,
        today: pin.today,
        filters: question.filters(answers),
        possible: question.possible,
        rows: rows(answers, &slice.items, &pin, &frame).await?,
        total: slice.total,
        possibly: possibly(&only_possible).unwrap_or_default(),
        more: next.map(|last| format!("{}{path}&after={last}", pages.base)),
        frame,
    };
    shown(&page, &page.frame, &pin)
}

/// A row for each agreement, by the name of its country.
async fn rows(answers: &Answers, ids: &[AgreementId], pin: &Pin, frame: &Frame) -> Result<Vec<Row>, PageError> {
    let mut rows = Vec::with_capacity(ids.len());
    for id in ids {
        let course = answers.course(id, pin).await?;
        let (status, rules) = (&course.status, answers.instrument(id)?);
        rows.push(Row {
            href: frame.agreement(id),
            name: id.country.name(),
            instrument: id.instrument.as_str().to_owned(),
            glyph: words::glyph(status.listings),
            listing: words::listings(status.listings),
            factor: words::factor(status.evaluation_factor_percent(rules)),
            standing: words::standings(status.standings),
            since: course.since_now(|status| status.standings).map(markup::date).unwrap_or_default(),
            talks: talks_of(status),
            last: status.background.newest.map(|newest| markup::date(newest.date)).unwrap_or_default(),
        });
    }
    rows.sort_by_key(|row| row.name);
    Ok(rows)
}

/// A set of one word, or of none, which filters nothing.
fn one<W: Word>(word: Option<W>) -> Possible<W> {
    word.map_or(Possible::NONE, Possible::only)
}

/// A word as a plain URL spells it.
fn spelt<W: Word>(word: W) -> String {
    Term(word).to_string()
}

fn choice<W: Word>(
    name: &'static str,
    label: &'static str,
    chosen: Option<W>,
    said: impl Fn(W) -> &'static str,
) -> Filter {
    let any = (String::new(), "any".to_owned(), chosen.is_none());
    let options = W::ALL.iter().map(|word| (word.as_str().to_owned(), said(*word).to_owned(), chosen == Some(*word)));
    Filter { name, label, options: std::iter::once(any).chain(options).collect() }
}

fn kinds(name: &'static str, label: &'static str, chosen: Option<MilestoneKind>) -> Filter {
    let any = (String::new(), "anything".to_owned(), chosen.is_none());
    let all = KINDS.iter().chain(chosen.as_ref().filter(|kind| !KINDS.contains(kind)));
    let options = all.map(|kind| (kind.as_str().to_owned(), words::kind(*kind).to_lowercase(), chosen == Some(*kind)));
    Filter { name, label, options: std::iter::once(any).chain(options).collect() }
}
