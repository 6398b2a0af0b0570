//! How are the answers made, and what is not known?
//!
//! Invariant: the rules and the words are those of the repository's documents, shown as they are written; how well each day is known
//! is the coverage of the answers.

mod document;

use std::sync::LazyLock;

use askama::Template;
use axum::response::Response;

use self::document::{html, rows_of_table};
use super::Pages;
use super::asked::{Asked, address, query};
use super::error::PageError;
use super::frame::{Frame, shown};
use super::markup::{self, Markup};
use crate::answers::view::CoveredDay;
use crate::projections::coverage::Precision;

/// The rules as a page, rendered once.
static RULES: LazyLock<Markup> = LazyLock::new(|| html(include_str!("../../../docs/rules.md")));
/// The words with what they mean.
static WORDS: LazyLock<Vec<(Markup, Markup)>> = LazyLock::new(|| rows_of_table(include_str!("../../../docs/words.md")));

/// The page of the method.
#[derive(Template)]
#[template(path = "method.html", config = "src/faces/pages/askama.toml")]
struct Method {
    frame: Frame,
    rules: Markup,
    words: Vec<(Markup, Markup)>,
    covered: Vec<Covered>,
}

/// How well the days of an agreement are known.
struct Covered {
    href: String,
    name: &'static str,
    signed: Known,
    force: Known,
    listed: Known,
}

/// How well a day is known, in squares and in words.
struct Known {
    cells: Markup,
    text: &'static str,
    date: Markup,
}

/// Answers `GET /method`: the rules and the words.
pub async fn method(pages: Pages, mut asked: Asked) -> Result<Response, PageError> {
    let ask = asked.ask()?;
    asked.done()?;
    let pin = pages.answers.pin(&ask, pages.end()).await?;
    let mut covered = pages.answers.view_coverage(Some("rdp"), &[], &pin).await?.answer.nodes;
    covered.sort_by_key(|of| of.agreement.country.name);
    let mut frame = pages.frame(&pin, "How the answers are made", address("/method", query(&pin.ask, false)));
    frame.place = "/method";
    frame.describe("The rules, the words, and what is not known.".to_owned());
    let covered = covered.iter().map(|of| Covered {
        href: frame.agreement(&of.agreement.id),
        name: of.agreement.country.name,
        signed: known(&of.signed),
        force: known(&of.entered_into_force),
        listed: known(&of.listed),
    });
    let page = Method { rules: RULES.clone(), words: WORDS.clone(), covered: covered.collect(), frame };
    shown(&page, &page.frame, &pin)
}

/// The four squares of a precision: the more are full, the better the day is known.
fn known(day: &CoveredDay) -> Known {
    let (full, text) = match day.precision.0 {
        Precision::NotFound => (0, "not found"),
        Precision::Bound => (1, "within bounds"),
        Precision::Year => (2, "to the year"),
        Precision::Month => (3, "to the month"),
        Precision::Day => (4, "to the day"),
    };
    let cell = |place: u32| {
        let on = if place < full { " on" } else { "" };
        format!("<rect class=\"cell{on}\" x=\"{}.5\" y=\".5\" width=\"7\" height=\"7\"/>", place * 9)
    };
    let cells: String = (0..4).map(cell).collect();
    let svg = format!("<svg width=\"36\" height=\"8\" aria-hidden=\"true\" focusable=\"false\">{cells}</svg>");
    Known { cells: Markup(svg), text, date: day.occurred.map(|on| markup::date(on.date())).unwrap_or_default() }
}
