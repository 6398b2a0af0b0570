//! What happened to alerts, for a feed reader?
//!
//! Invariant: an entry for each event of an alert, newest recorded first, and in the first part all of the last day; its id
//! follows from the alert, the position and the instant of recording, so that it is the same for ever, and in no other log.

use std::cmp::Reverse;

use atom_syndication::{Content, Entry, Text};
use axum::extract::State;
use axum::response::Response;
use url::form_urlencoded::Serializer;
use uuid::Uuid;

use super::error::RestError;
use super::feed::{ENTRIES, MOST_ENTRIES, asked, atom, category, legal, linked};
use super::question::Question;
use crate::answers::{AlertChange, Answers, Page};
use crate::domain::alert::AlertEvent;
use crate::domain::time::instant_text;
use crate::domain::words::Word;
use crate::projections::changes::LATE_AFTER_DAYS;

/// Answers `GET /v1/feed/alerts.atom`: what happened to alerts.
pub async fn alerts(State(answers): State<Answers>, mut question: Question) -> Result<Response, RestError> {
    let before = asked(&mut question)?;
    let end = answers.position();
    let page = Page { after: before.map(Reverse), before: None, limit: MOST_ENTRIES, from_end: false };
    let slice = answers.alert_changes(end, &page).await?;
    let burst = if before.is_none() { answers.a_day_before(end).await? } else { end };
    let of_burst = slice.items.iter().take_while(|change| change.recorded.position > burst).count();
    let cut = slice.items.len().min(ENTRIES.max(of_burst));
    let shown = &slice.items[..cut];
    let older = shown.last().filter(|_| slice.has_next || cut < slice.items.len());
    let older = older.map(|oldest| oldest.recorded.position);
    let entries = shown.iter().map(|change| entry(change, &answers)).collect();
    atom(&answers.outside("/v1/feed/alerts.atom"), "Depositary: alerts".to_owned(), entries, [before, older])
}

fn entry(AlertChange { recorded, alert }: &AlertChange, answers: &Answers) -> Entry {
    let (fired, position, at) = (&alert.fired.what, recorded.position, instant_text(recorded.recorded_at));
    let (agreement, rule) = (fired.subject.agreement(), fired.rule.as_str());
    let (happened, said) = happened(recorded.actor.as_str(), &recorded.event);
    let whose =
        agreement.map_or_else(|| fired.subject.to_string(), |id| format!("{}, {}", id.country.name(), id.instrument));
    let mut title = format!("{whose}: {rule} {happened}");
    let kind = recorded.event.kind().trim_start_matches("alert_");
    let mut categories = vec![category(kind), category(rule)];
    categories.extend(agreement.map(|id| category(id.instrument.as_str())));
    if matches!(recorded.event, AlertEvent::Fired(_)) && alert.days_late() > LATE_AFTER_DAYS {
        title.push_str(" (late)");
        categories.push(category("late"));
    }
    let told = said.map_or_else(|| fired.told.clone(), |said| format!("{said}\n\n{}", fired.told));
    let name = format!("alert/{}@{position} {at}", recorded.alert);
    let place = answers.page_at("/alerts?").unwrap_or_else(|| answers.outside("/v1/alerts?"));
    let begin = place.len();
    let mut link = Serializer::for_suffix(place, begin);
    if let Some(id) = agreement {
        link.append_pair("instrument", id.instrument.as_str()).append_pair("country", id.country.code());
    }
    link.append_pair("rule", rule);
    link.append_pair("asOf", &recorded.recorded_at.date_naive().to_string());
    link.append_pair("atPosition", &position.to_string());
    Entry {
        title: Text::plain(legal(&title)),
        id: Uuid::new_v5(&Uuid::NAMESPACE_URL, name.as_bytes()).urn().to_string(),
        updated: recorded.recorded_at.into(),
        published: Some(recorded.recorded_at.into()),
        content: Some(Content {
            content_type: Some("text".to_owned()),
            value: Some(legal(&told)),
            ..Content::default()
        }),
        categories,
        links: vec![linked("alternate", link.finish())],
        ..Entry::default()
    }
}

/// What happened, in words that follow the rule's name, and what the person wrote.
fn happened(by: &str, event: &AlertEvent) -> (String, Option<String>) {
    match event {
        AlertEvent::Fired(_) => ("fired".to_owned(), None),
        AlertEvent::Acknowledged(seen) => (format!("acknowledged by {by}"), seen.note.clone()),
        AlertEvent::Silenced(silenced) => {
            (format!("silenced by {by} until {}", silenced.until), Some(silenced.why.clone()))
        }
        AlertEvent::Resolved(resolved) => {
            let unfounded = if resolved.unfounded { ", unfounded" } else { "" };
            (format!("resolved: {}{unfounded}", resolved.by.as_str().replace('_', " ")), resolved.why.clone())
        }
    }
}
