//! Which id does an object have, when a request named a day or a knowledge?
//!
//! Invariant: under one type, id, field and arguments there is one value, whatever was asked around it. An object whose
//! fields answer by the arguments of a field above it carries these in its id, as the parameters of a plain URL, and is
//! found again by it; without such arguments its id is the plain one, and it answers by today.

use async_graphql::{Context, ID, Result};
use url::form_urlencoded::{Serializer, parse};

use super::context::pin;
use super::scalars::{Date, Instant, Position};
use crate::answers::view::Term;
use crate::answers::{Ask, Pin};
use crate::domain::ids;
use crate::domain::time::{UncertainDate, instant_text};
use crate::domain::words::Word;
use crate::projections::knowledge::Basis;

/// An id at a pin, for an object whose fields depend on the day and on the knowledge.
pub fn on_a_day(plain: &str, pin: &Pin) -> ID {
    ID(format!("{plain}{}", suffix(&pin.ask)))
}

/// An id at a pin, for an object whose fields depend on the knowledge alone.
pub fn as_known(plain: &str, pin: &Pin) -> ID {
    ID(format!("{plain}{}", suffix(&Ask { as_of: None, ..pin.ask })))
}

/// What was asked, as it stands in an id; nothing where only today and all that is recorded was asked for.
fn suffix(ask: &Ask) -> String {
    let mut text = Serializer::new(String::new());
    if let Some(day) = ask.as_of {
        text.append_pair("asOf", &day.to_string());
    }
    if let Some(at) = ask.known_at {
        text.append_pair("knownAt", &instant_text(at));
    }
    if ask.basis != Basis::default() {
        text.append_pair("basis", &Term(ask.basis).to_string());
    }
    if let Some(position) = ask.at_position {
        text.append_pair("atPosition", &position.to_string());
    }
    let text = text.finish();
    if text.is_empty() { text } else { format!("?{text}") }
}

/// The plain part of an id.
pub fn plain(id: &str) -> &str {
    id.split_once('?').map_or(id, |(plain, _)| plain)
}

/// The plain part of an id and what it asks for; `None` when it is not an id that this program gives.
pub fn read(id: &str) -> Option<(&str, Ask)> {
    let Some((plain, asked)) = id.split_once('?') else { return Some((id, Ask::default())) };
    let mut ask = Ask::default();
    for (name, value) in parse(asked.as_bytes()) {
        match &*name {
            "asOf" => ask.as_of = Some(value.parse().ok().and_then(UncertainDate::exact)?),
            "knownAt" => ask.known_at = Some(chrono::DateTime::parse_from_rfc3339(&value).ok()?.to_utc()),
            "basis" => ask.basis = Basis::parse(&value).ok()?,
            "atPosition" => ask.at_position = Some(ids::Position(value.parse().ok()?)),
            _ => return None,
        }
    }
    (!asked.is_empty() && suffix(&ask).strip_prefix('?') == Some(asked)).then_some((plain, ask))
}

/// The pin that an id carries; `None` when it is plain.
pub async fn pin_of(ctx: &Context<'_>, ask: &Ask) -> Result<Option<Pin>> {
    if *ask == Ask::default() {
        return Ok(None);
    }
    let (as_of, known_at) = (ask.as_of.map(Date), ask.known_at.map(Instant));
    pin(ctx, as_of, known_at, Some(ask.basis.into()), ask.at_position.map(Position)).await.map(Some)
}
