//! What waits for a person to decide?
//!
//! Invariant: only a person who is signed in may look, and only a recorder decides, by what the command line decides by; the
//! oldest that waits comes first, since nothing in the record waits for itself.

mod document;
mod said;
mod shown;

use askama::Template;
use axum::http::{HeaderValue, header};
use axum::response::Response;

pub use self::document::{sent, shown as document};
use self::said::{doubt, meeting, proposes};
use super::asked::{Asked, address, encoded};
use super::error::PageError;
use super::frame::{Frame, html};
use super::{Pages, dates};
use crate::access::Role;
use crate::answers::{DismissalReason, InboxVerdict, Item, ItemState};
use crate::domain::words::Word;

/// The path of the page with the documents.
pub const PATH: &str = "/inbox";
/// How many documents a part of the queue has.
const PART: usize = 50;

/// What can be asked for, as it is spelled and as people read it.
const STATES: [(&str, &str); 6] = [
    ("waiting", "waiting"),
    ("snoozed", "put aside"),
    ("accepted", "accepted"),
    ("dismissed", "dismissed"),
    ("known", "recorded before"),
    ("all", "all"),
];

/// The page of the queue.
#[derive(Template)]
#[template(path = "inbox.html", config = "src/faces/pages/askama.toml")]
struct Inbox {
    frame: Frame,
    /// Each state with its address, how many are in it, and whether it is shown.
    states: Vec<(String, &'static str, usize, bool)>,
    /// The sources that gave no whole answer when they were last asked.
    failing: Vec<String>,
    rows: Vec<Row>,
    more: Option<String>,
    less: Option<String>,
}

/// A document of the queue.
struct Row {
    published: String,
    href: String,
    title: String,
    about: String,
    proposes: String,
    state: String,
    /// What the person who decided added.
    note: Option<String>,
    waits: bool,
}

/// Answers `GET /inbox`: the documents in a state.
pub async fn inbox(pages: Pages, mut asked: Asked) -> Result<Response, PageError> {
    pages.visitor.may(Role::Reader)?;
    let choices = STATES.map(|(word, _)| (word, word));
    let state = asked.choice("state", "one of the states that the page offers", &choices)?.unwrap_or("waiting");
    let part = asked.number("part")?.unwrap_or(1);
    asked.done()?;
    let items = pages.answers.every_item().await?;
    let of = |state: &str| items.iter().filter(|item| state == "all" || item.state.as_str() == state).count();
    let path = |state: &str, part: usize| {
        let pairs = [("state", state.to_owned(), state != "waiting"), ("part", part.to_string(), part > 1)];
        address(PATH, pairs.into_iter().filter(|(.., told)| *told).map(|(name, value, _)| (name, value)))
    };
    let mut frame = pages.frame_now("Inbox", path(state, part));
    frame.place = PATH;
    frame.class = "desk";
    frame.describe("Documents that may say something about an agreement.".to_owned());
    let wanted = items.iter().filter(|item| state == "all" || item.state.as_str() == state);
    let rows: Vec<Row> = wanted.skip((part - 1) * PART).take(PART).map(|item| row(item, &pages)).collect();
    let states = STATES.map(|(word, said)| (format!("{}{}", pages.base, path(word, 1)), said, of(word), word == state));
    let failing = pages.answers.sources_that_fail().await?;
    let failing = failing.iter().map(|(source, failure)| said::failed(source, failure)).collect();
    let page = Inbox {
        states: states.into(),
        more: (of(state) > part * PART).then(|| format!("{}{}", pages.base, path(state, part + 1))),
        less: (part > 1).then(|| format!("{}{}", pages.base, path(state, part - 1))),
        failing,
        rows,
        frame,
    };
    let mut response = html(axum::http::StatusCode::OK, &page)?;
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

fn row(item: &Item, pages: &Pages) -> Row {
    Row {
        published: item.key.published_on.to_string(),
        href: format!("{}{}", pages.base, place(item)),
        title: said::title(item),
        about: said::about(item),
        proposes: proposes(item),
        state: state(item),
        note: note_of(item),
        waits: item.state == ItemState::Waiting,
    }
}

/// The path of a document's page.
pub fn place(item: &Item) -> String {
    let path = format!("{PATH}/{}", encoded(&item.key.number));
    address(&path, [("day", item.key.published_on.to_string())])
}

/// What a person added to the decision that stands; none once the document waits again, as with a newer text.
pub fn note_of(item: &Item) -> Option<String> {
    let stands = matches!(item.state, ItemState::Dismissed | ItemState::Snoozed(_));
    item.decided.as_ref().filter(|_| stands).and_then(|decision| decision.note.clone())
}

/// What has become of a document, in words.
pub fn state(item: &Item) -> String {
    let by = |verb: &str| match &item.decided {
        Some(decision) => format!("{verb} by {} on {}", decision.actor, dates::day(decision.decided_at.date_naive())),
        None => verb.to_owned(),
    };
    match item.state {
        ItemState::Waiting => "waits for a decision".to_owned(),
        ItemState::Snoozed(until) => format!("{}, until {}", by("put aside"), dates::day(until)),
        ItemState::Accepted if item.decided.as_ref().is_some_and(|of| of.verdict == InboxVerdict::Accept.as_str()) => {
            by("accepted")
        }
        ItemState::Accepted => "accepted".to_owned(),
        ItemState::Dismissed => {
            let reason = item.decided.as_ref().and_then(|decision| decision.reason.as_deref());
            let said = |reason: &str| {
                DismissalReason::parse(reason)
                    .map_or_else(|_| reason.to_owned(), |word| said::because(word).to_lowercase())
            };
            format!("{}{}", by("dismissed"), reason.map(|reason| format!(": {}", said(reason))).unwrap_or_default())
        }
        ItemState::Known => "the record had it before".to_owned(),
    }
}
