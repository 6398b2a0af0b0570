//! What does a message say?
//!
//! Invariant: pure. A message is told as of its event's position, so that every attempt sends the same bytes; it has less than
//! [`MOST_BYTES`], and links to answers that are pinned at the position, and at a day where a day decides them.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use uuid::Uuid;

use super::id::EndpointId;
use super::wants::Topic;
use crate::answers::{days_late, is_late};
use crate::domain::alert::state::Alert;
use crate::domain::alert::{
    About, AlertAcknowledged, AlertEvent, AlertRecorded, AlertResolved, AlertSilenced, STREAMS,
};
use crate::domain::decide::shown_link;
use crate::domain::event::{Event, Recorded};
use crate::domain::ids::{AgreementId, Position};
use crate::domain::instrument::Instrument;
use crate::domain::source::Source;
use crate::domain::time::instant_text;
use crate::domain::words::{MilestoneKind, Possible, Word};
use crate::projections::changes::Change;
use crate::projections::sentence::sentence;
use crate::projections::status::Status;

/// What a body stays below: receivers may refuse more (Standard Webhooks).
pub const MOST_BYTES: usize = 20_000;
/// The most characters that are told of a long text; the link tells the rest.
const MOST_TEXT: usize = 800;
/// The most characters of a title.
const MOST_TITLE: usize = 300;

/// The id by which a receiver knows a message again (`webhook-id`): it follows from whose it is and what it is about, so that
/// every attempt has the same, whichever process makes it, also when the log is delivered anew.
#[must_use]
pub fn message_id(endpoint: Uuid, position: Position, topic: Topic) -> String {
    format!("msg_{}", Uuid::new_v5(&endpoint, format!("{position}.{topic}").as_bytes()).simple())
}

/// An event of an agreement, for whoever asked for milestones.
#[must_use]
pub fn milestone(base: &str, event: &Recorded, kind: Option<MilestoneKind>) -> Value {
    let name = format!("depositary.{}", event.event.kind());
    let (milestone, source) = (event.content(), source(&event.event));
    let mut data = about(base, event);
    data["milestone"] = event.milestone().map_or(Value::Null, |id| {
        json!({
            "id": id,
            "kind": kind.map(word),
            "occurred": event.occurred(),
            "evidence": milestone.map(|milestone| word(milestone.evidence)),
            "summary": milestone.map(|milestone| shortened(&milestone.summary, MOST_TEXT)),
        })
    });
    data["source"] = source.map_or(Value::Null, |source| {
        // A link that is cut leads nowhere.
        let url = source.url.as_deref().map(shown_link).filter(|url| url.chars().count() <= MOST_TEXT);
        json!({ "title": shortened(&source.title, MOST_TITLE), "url": url })
    });
    let (place, subject) = ((event.position, event.recorded_at), event.agreement.to_string());
    envelope(base, place, &subject, Topic::Milestones, &name, &data)
}

/// A change of an agreement's status, for whoever asked for statuses.
#[must_use]
pub fn status(base: &str, event: &Recorded, change: &Change, instrument: &Instrument) -> Value {
    let mut data = about(base, event);
    let today = event.recorded_at.date_naive();
    let side = |status: &Status| {
        json!({
            "asOf": status.on(),
            "possibleHeadlines": words(status.headlines),
            "possibleStages": words(status.stages),
            "possibleStandings": words(status.standings),
            "possibleListings": words(status.listings),
            "sentence": shortened(&sentence(status, event.agreement.country, instrument, today), MOST_TEXT),
        })
    };
    data["from"] = json!(change.from);
    data["to"] = json!(change.to);
    data["before"] = side(&change.before);
    data["after"] = side(&change.after);
    if let Some(day) = change.after.on() {
        data["links"]["status"] = link(base, "status", &event.agreement, event.position, &format!("&asOf={day}"));
    }
    let (place, subject) = ((event.position, event.recorded_at), event.agreement.to_string());
    envelope(base, place, &subject, Topic::Statuses, "depositary.status_changed", &data)
}

/// An event of an alert, for whoever asked for alerts; with the alert as it stands by then.
#[must_use]
pub fn alert(base: &str, event: &AlertRecorded, alert: &Alert) -> Value {
    let fired = &alert.fired.what;
    let (why, said) = match &event.event {
        AlertEvent::Fired(_) => (None, json!({})),
        AlertEvent::Acknowledged(AlertAcknowledged { note }) => (note.as_ref(), json!({})),
        AlertEvent::Silenced(AlertSilenced { why, until }) => (Some(why), json!({ "until": until })),
        AlertEvent::Resolved(resolved) => {
            let AlertResolved { by, milestone, unfounded, why, .. } = resolved;
            (why.as_ref(), json!({ "reason": word(*by), "milestone": milestone, "unfounded": unfounded }))
        }
    };
    let name = event.event.kind();
    let (rule, position) = (fired.rule.as_str(), event.position);
    let today = event.recorded_at.date_naive();
    let mut links = json!({ "alerts": format!("{base}/v1/alerts?rule={rule}&atPosition={position}&asOf={today}") });
    if let Some(agreement) = fired.subject.agreement() {
        links["status"] = link(base, "status", agreement, position, &format!("&asOf={}", fired.day));
    }
    let data = json!({
        "position": event.position,
        "event": name.to_ascii_uppercase(),
        "alert": {
            "id": format!("{STREAMS}/{}", event.alert),
            "rule": fired.rule.as_str(),
            "kind": kind_of(&fired.about),
            "state": word(alert.state(today)),
            "told": shortened(&fired.told, MOST_TEXT),
            "milestone": fired.about.milestone(),
            "day": fired.day,
            "due": fired.due,
            "firedAt": instant_text(alert.fired.at),
        },
        "agreement": fired.subject.agreement().map(agreement),
        "webhookId": fired.subject.webhook().map(|_| fired.subject.to_string()),
        "version": event.version,
        "recordedAt": instant_text(event.recorded_at),
        "actor": event.actor.as_str(),
        "why": why.map(|why| shortened(why, MOST_TEXT)),
        "said": said,
        "links": links,
    });
    let place = (event.position, event.recorded_at);
    envelope(base, place, &format!("{STREAMS}/{}", event.alert), Topic::Alerts, &format!("depositary.{name}"), &data)
}

const fn kind_of(about: &About) -> &'static str {
    match about {
        About::Stalled { .. } => "STALLED",
        About::Deadline { .. } => "DEADLINE",
        About::Contradiction { .. } => "CONTRADICTION",
        About::WebhookDisabled { .. } => "WEBHOOK_DISABLED",
    }
}

/// What an endpoint is tried with.
#[must_use]
pub fn test(base: &str, endpoint: Uuid, position: Position, now: DateTime<Utc>) -> Value {
    json!({
        "specversion": "1.0",
        "id": format!("{}.{}", now.timestamp_micros(), Topic::Test),
        "source": base,
        "type": "depositary.webhook_test",
        "subject": EndpointId(endpoint).to_string(),
        "time": instant_text(now),
        "datacontenttype": "application/json",
        "logposition": position.to_string(),
        "data": { "position": position, "message": "This endpoint is reached." },
    })
}

/// `CloudEvents` 1.0 in structured mode. The position is text, since the specification's integers have 32 bits.
fn envelope(
    base: &str,
    (position, at): (Position, DateTime<Utc>),
    subject: &str,
    topic: Topic,
    name: &str,
    data: &Value,
) -> Value {
    json!({
        "specversion": "1.0",
        "id": format!("{position}.{topic}"),
        "source": base,
        "type": name,
        "subject": subject,
        "time": instant_text(at),
        "datacontenttype": "application/json",
        "logposition": position.to_string(),
        "data": data,
    })
}

fn agreement(id: &AgreementId) -> Value {
    let AgreementId { instrument, country } = id;
    json!({
        "id": id.to_string(),
        "instrument": instrument.as_str(),
        "country": { "code": country.code(), "name": country.name() },
    })
}

/// What every message says of its event.
fn about(base: &str, event: &Recorded) -> Value {
    let why = match &event.event {
        Event::MilestoneCorrected(corrected) => Some(&corrected.why),
        Event::MilestoneRetracted(retracted) => Some(&retracted.why),
        _ => None,
    };
    let today = event.recorded_at.date_naive();
    json!({
        "position": event.position,
        "event": event.event.kind().to_ascii_uppercase(),
        "agreement": agreement(&event.agreement),
        "version": event.version,
        "recordedAt": instant_text(event.recorded_at),
        "actor": event.actor.as_str(),
        "why": why.map(|why| shortened(why, MOST_TEXT)),
        "daysLate": days_late(event),
        "late": is_late(event),
        "links": {
            "status": link(base, "status", &event.agreement, event.position, &format!("&asOf={today}")),
            "timeline": link(base, "timeline", &event.agreement, event.position, ""),
        },
    })
}

/// A link to an answer that is pinned at the position.
fn link(base: &str, what: &str, agreement: &AgreementId, position: Position, more: &str) -> Value {
    let (country, instrument) = (agreement.country.code(), agreement.instrument.as_str());
    Value::from(format!("{base}/v1/{what}/{country}?instrument={instrument}&atPosition={position}{more}"))
}

/// The first source that an event names.
fn source(event: &Event) -> Option<&Source> {
    match event {
        Event::MilestoneRecorded(recorded) => recorded.sources.first(),
        Event::MilestoneCorrected(corrected) => corrected.sources.first(),
        Event::MilestoneDateRefined(refined) => refined.sources.first(),
        Event::SourceAdded(added) => Some(&added.source),
        Event::AgreementOpened(_) | Event::MilestoneRetracted(_) => None,
    }
}

fn word<W: Word>(word: W) -> String {
    word.as_str().to_ascii_uppercase()
}

fn words<W: Word>(possible: Possible<W>) -> Vec<String> {
    possible.iter().map(word).collect()
}

/// A text of at most so many characters.
fn shortened(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}
