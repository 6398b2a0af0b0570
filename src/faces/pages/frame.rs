//! What stands around every page?
//!
//! Invariant: every page says by which entry of the log it answers, where the same is as data, and how it is cited; every link
//! lies below the place at which the server is reached.

use std::sync::Arc;

use askama::Template;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::Pages;
use super::asked::{address, query};
use super::dates;
use super::error::PageError;
use super::markup::Markup;
use crate::access::Role;
use crate::answers::{Ask, Lasting, Pin};
use crate::domain::ids::AgreementId;
use crate::projections::knowledge::{Basis, Knowledge};

/// The pages that the head of every page leads to.
const PLACES: [(&str, &str); 6] = [
    ("/", "Overview"),
    ("/waiting", "Waiting"),
    ("/changes", "Changes"),
    ("/table", "Table"),
    ("/log", "Log"),
    ("/method", "Method"),
];

/// What stands around a page.
pub struct Frame {
    /// The title of the window.
    pub title: String,
    /// One sentence that sums the page up.
    pub description: String,
    /// The path and parameters of the page.
    pub path: String,
    /// The place in the head that it belongs to.
    pub place: &'static str,
    /// The class of its content.
    pub class: &'static str,
    /// Where the server is reached from outside.
    pub site: Arc<str>,
    /// What every path on this server begins with.
    pub base: Arc<str>,
    /// The day and the knowledge by which the page answers.
    pub stamp: String,
    /// The path of the same as data.
    pub data: Option<String>,
    /// The path of a picture of it.
    pub picture: Option<String>,
    /// The path of the feed that has the changes to it.
    pub feed: String,
    /// Whether search engines may list it.
    pub listed: bool,
    carried: Ask,
    /// Who is signed in, and whether that name may record.
    holder: Option<(String, bool)>,
}

/// The plain URL of a page's data, for a request that asks for data by `Accept`.
#[derive(Debug, Clone)]
pub struct Data(pub String);

impl Frame {
    /// The places in the head, with what of the question goes along.
    pub fn places(&self) -> Vec<(String, &'static str, bool)> {
        let place = |(path, label): (&'static str, &'static str)| (self.link(path), label, path == self.place);
        PLACES.into_iter().map(place).collect()
    }

    /// What stands at the right of the head: the alerts for everybody, and the desk for a person who is signed in.
    pub fn desk(&self) -> Vec<(String, &str, bool)> {
        let mut places = Vec::new();
        if let Some((_, records)) = &self.holder {
            places.push(("/inbox", "Inbox"));
            places.extend(records.then_some(("/record", "Record")));
        }
        places.push(("/alerts", "Alerts"));
        places.push((super::SIGN_IN, self.holder.as_ref().map_or("Sign in", |(name, _)| name)));
        places.into_iter().map(|(path, label)| (self.link(path), label, path == self.place)).collect()
    }

    /// Whether the visitor may record.
    pub fn records(&self) -> bool {
        self.holder.as_ref().is_some_and(|(_, records)| *records)
    }

    /// Sets the sentence that sums the page up, for search engines and links.
    pub fn describe(&mut self, text: impl Into<String>) {
        self.description = text.into();
    }

    /// A page by the same day and knowledge.
    pub fn link(&self, path: &str) -> String {
        let asks = !matches!(path, "/changes" | "/method" | "/log" | "/inbox" | "/record" | super::SIGN_IN);
        let pairs = if asks { query(&self.carried, false) } else { Vec::new() };
        address(&format!("{}{path}", self.base), pairs)
    }

    /// The page of an agreement by the same day and knowledge.
    pub fn agreement(&self, id: &AgreementId) -> String {
        self.link(&format!("/{id}"))
    }

    /// The same data as a sheet.
    pub fn sheet(&self) -> String {
        let data = self.data.as_deref().unwrap_or_default();
        format!("{data}{}format=csv", if data.contains('?') { '&' } else { '?' })
    }

    /// The icon of a status.
    #[expect(clippy::unused_self, reason = "templates call it on what they have")]
    pub fn glyph(&self, name: &str) -> Markup {
        super::markup::glyph(name)
    }

    /// The marker of a kind of milestone.
    #[expect(clippy::unused_self, reason = "templates call it on what they have")]
    pub fn icon(&self, name: &str) -> Markup {
        super::markup::icon(name)
    }

    /// The markers and patterns that drawings refer to.
    #[expect(clippy::unused_self, reason = "templates call it on what they have")]
    pub fn sprite(&self) -> Markup {
        Markup(super::assets::SPRITE.to_owned())
    }
}

impl Pages {
    /// The frame of a page at a pin.
    pub fn frame(&self, pin: &Pin, title: impl Into<String>, path: impl Into<String>) -> Frame {
        let position = dates::number(i64::try_from(pin.knowledge.position.0).unwrap_or(i64::MAX));
        let known = pin.knowledge.known_at.map(|known_at| dates::day(known_at.date_naive()));
        let stamp = match (pin.knowledge.basis, known) {
            (Basis::Published, Some(known)) => {
                format!("Answered by what had been published by {known}, as far as log entry {position} knows it.")
            }
            (Basis::Published, None) => format!("Answered by dated sources alone, up to log entry {position}."),
            (Basis::Recorded, _) => format!("Answers by everything recorded up to log entry {position}."),
        };
        Frame {
            title: title.into(),
            description: String::new(),
            path: path.into(),
            place: "",
            class: "",
            site: self.site.clone(),
            base: self.base.clone(),
            stamp,
            data: None,
            picture: None,
            feed: "/v1/feed.atom".to_owned(),
            listed: self.listed,
            carried: Ask { as_of: pin.ask.as_of.filter(|day| *day != pin.today), ..pin.ask },
            holder: self.visitor.holder().map(|(name, role)| (name.as_str().to_owned(), role >= Role::Recorder)),
        }
    }

    /// The frame of a page that answers no question: by what is known now, and in no list of search engines.
    pub fn frame_now(&self, title: impl Into<String>, path: impl Into<String>) -> Frame {
        let (today, knowledge) = (self.answers.today(), Knowledge::at(self.answers.position()));
        let pin = Pin { day: today, today, knowledge, ask: Ask::default(), lasting: false };
        let frame = self.frame(&pin, title, path);
        // How long a private log is concerns nobody outside.
        let stamp = if self.access.is_private() && frame.holder.is_none() { String::new() } else { frame.stamp };
        Frame { listed: false, stamp, ..frame }
    }
}

/// Marks a page that is decided by its address, the log, the day and how far sources were searched, unless somebody is signed in.
#[derive(Debug, Clone, Copy)]
pub struct Shown;

/// A page, with what is told of it beside.
pub fn shown(page: &impl Template, frame: &Frame, pin: &Pin) -> Result<Response, PageError> {
    let mut response = html(StatusCode::OK, page)?;
    response.extensions_mut().insert(Shown);
    response.extensions_mut().insert(Lasting(pin.lasting));
    if let Some(data) = &frame.data {
        response.extensions_mut().insert(Data(format!("{}{data}", frame.base)));
    }
    Ok(response)
}

/// A page with a status.
pub fn html(status: StatusCode, page: &impl Template) -> Result<Response, PageError> {
    let kind = HeaderValue::from_static("text/html; charset=utf-8");
    Ok((status, [(header::CONTENT_TYPE, kind)], page.render()?).into_response())
}
