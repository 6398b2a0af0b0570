//! What does a message say?
//!
//! Invariant: pure. A message says what was known at its event's position, so that every attempt sends the same bytes; it
//! has less than [`MOST_BYTES`], and links to answers that are pinned at the position, and at a day where a day decides
//! them.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

use super::id::EndpointId;
use super::wants::Topic;
use crate::answers::view::{AboutKind, AlertAbout, Country, Instant, Term, every, shortened};
use crate::answers::{days_late, is_late};
use crate::domain::alert::state::Alert;
use crate::domain::alert::{AlertAcknowledged, AlertEvent, AlertRecorded, AlertResolved, AlertSilenced, STREAMS};
use crate::domain::decide::shown_link;
use crate::domain::event::{Event, Recorded};
use crate::domain::ids::{AgreementId, MilestoneId, Position, Version};
use crate::domain::instrument::Instrument;
use crate::domain::source::Source;
use crate::domain::time::UncertainDate;
use crate::domain::words::{AlertState, Evidence, Headline, Listing, MilestoneKind, ResolvedBy, Stage, Standing};
use crate::projections::changes::Change;
use crate::projections::sentence::{Viewpoint, sentence};
use crate::projections::status::Status;

/// A body has fewer bytes than this, since receivers may refuse more (Standard Webhooks).
pub const MOST_BYTES: usize = 20_000;
/// The most characters of a long text in a message; the link leads to the rest.
const MOST_TEXT: usize = 800;
/// The most characters of a title.
const MOST_TITLE: usize = 300;

/// The id by which a receiver recognises a message (`webhook-id`). It follows from the endpoint and from what the message is
/// about, so that every attempt has the same id, whichever process makes it, also when messages are sent again.
#[must_use]
pub fn message_id(endpoint: Uuid, position: Position, topic: Topic) -> String {
    format!("msg_{}", Uuid::new_v5(&endpoint, format!("{position}.{topic}").as_bytes()).simple())
}

/// A message: `CloudEvents` 1.0 in structured mode. The position is text, since the specification's integers have 32 bits.
#[derive(Debug, Serialize)]
pub struct Message<T> {
    specversion: &'static str,
    id: String,
    source: String,
    #[serde(rename = "type")]
    kind: String,
    subject: String,
    time: Instant,
    datacontenttype: &'static str,
    logposition: String,
    data: T,
}

/// What every message says of an event of an agreement.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct About {
    position: Position,
    event: String,
    agreement: Agreement,
    version: Version,
    recorded_at: Instant,
    actor: String,
    why: Option<String>,
    days_late: Option<i64>,
    late: bool,
    links: Links,
}

/// Links to answers that are pinned at the position of the event.
#[derive(Debug, Default, Serialize)]
struct Links {
    #[serde(skip_serializing_if = "Option::is_none")]
    alerts: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    timeline: Option<String>,
}

#[derive(Debug, Serialize)]
struct Agreement {
    id: AgreementId,
    instrument: String,
    country: Country,
}

#[derive(Debug, Serialize)]
struct MilestoneEvent {
    #[serde(flatten)]
    about: About,
    milestone: Option<Milestone>,
    source: Option<Named>,
}

#[derive(Debug, Serialize)]
struct Milestone {
    id: MilestoneId,
    kind: Option<Term<MilestoneKind>>,
    occurred: Option<UncertainDate>,
    evidence: Option<Term<Evidence>>,
    summary: Option<String>,
}

/// A source by its title and its link.
#[derive(Debug, Serialize)]
struct Named {
    title: String,
    url: Option<String>,
}

#[derive(Debug, Serialize)]
struct StatusChanged {
    #[serde(flatten)]
    about: About,
    from: Option<NaiveDate>,
    to: Option<NaiveDate>,
    before: Side,
    after: Side,
}

/// A status on one side of a change.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Side {
    as_of: Option<NaiveDate>,
    possible_headlines: Vec<Term<Headline>>,
    possible_stages: Vec<Term<Stage>>,
    possible_standings: Vec<Term<Standing>>,
    possible_listings: Vec<Term<Listing>>,
    sentence: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct AlertChanged {
    position: Position,
    event: String,
    alert: FiredAlert,
    agreement: Option<Agreement>,
    webhook_id: Option<String>,
    version: Version,
    recorded_at: Instant,
    actor: String,
    why: Option<String>,
    said: AlsoSaid,
    links: Links,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct FiredAlert {
    id: String,
    rule: String,
    kind: Term<AboutKind>,
    state: Term<AlertState>,
    told: String,
    milestone: Option<MilestoneId>,
    day: NaiveDate,
    due: Option<NaiveDate>,
    fired_at: Instant,
}

/// The data of an event about an alert, without the reason.
#[derive(Debug, Serialize)]
#[serde(untagged)]
enum AlsoSaid {
    Nothing {},
    Until { until: NaiveDate },
    Ended { reason: Term<ResolvedBy>, milestone: Option<MilestoneId>, unfounded: bool },
}

#[derive(Debug, Serialize)]
struct Tried {
    position: Position,
    message: &'static str,
}

/// A message about an event of an agreement, for endpoints with the topic milestones.
///
/// # Errors
/// When it cannot be written as JSON.
pub fn milestone(base: &str, event: &Recorded, kind: Option<MilestoneKind>) -> Result<Value, serde_json::Error> {
    let content = event.content();
    let milestone = event.milestone().map(|id| Milestone {
        id,
        kind: kind.map(Term),
        occurred: event.occurred(),
        evidence: content.map(|milestone| Term(milestone.evidence)),
        summary: content.map(|milestone| shortened(&milestone.summary, MOST_TEXT)),
    });
    let source = source(&event.event).map(|source| Named {
        title: shortened(&source.title, MOST_TITLE),
        // A link that is cut leads nowhere.
        url: source.url.as_deref().map(shown_link).filter(|url| url.chars().count() <= MOST_TEXT).map(str::to_owned),
    });
    let data = MilestoneEvent { about: about(base, event), milestone, source };
    let name = format!("depositary.{}", event.event.kind());
    let (place, subject) = ((event.position, event.recorded_at), event.agreement.to_string());
    envelope(base, place, subject, Topic::Milestones, name, data)
}

/// A message about a change of an agreement's status, for endpoints with the topic statuses.
///
/// # Errors
/// When it cannot be written as JSON.
pub fn status(
    base: &str,
    event: &Recorded,
    change: &Change,
    instrument: &Instrument,
) -> Result<Value, serde_json::Error> {
    let from = Viewpoint::of(event.recorded_at.date_naive());
    let side = |status: &Status| Side {
        as_of: status.on(),
        possible_headlines: every(status.headlines),
        possible_stages: every(status.stages),
        possible_standings: every(status.standings),
        possible_listings: every(status.listings),
        sentence: shortened(&sentence(status, event.agreement.country, instrument, &from), MOST_TEXT),
    };
    let mut about = about(base, event);
    if let Some(day) = change.after.on() {
        about.links.status = Some(link(base, "status", &event.agreement, event.position, &format!("&asOf={day}")));
    }
    let (before, after) = (side(&change.before), side(&change.after));
    let data = StatusChanged { about, from: change.from, to: change.to, before, after };
    let (place, subject) = ((event.position, event.recorded_at), event.agreement.to_string());
    envelope(base, place, subject, Topic::Statuses, "depositary.status_changed".to_owned(), data)
}

/// A message about an event of an alert, for endpoints with the topic alerts; with the alert as it was at that position.
///
/// # Errors
/// When it cannot be written as JSON.
pub fn alert(base: &str, event: &AlertRecorded, alert: &Alert) -> Result<Value, serde_json::Error> {
    let fired = &alert.fired.what;
    let (why, said) = match &event.event {
        AlertEvent::Fired(_) => (None, AlsoSaid::Nothing {}),
        AlertEvent::Acknowledged(AlertAcknowledged { note }) => (note.as_ref(), AlsoSaid::Nothing {}),
        AlertEvent::Silenced(AlertSilenced { why, until }) => (Some(why), AlsoSaid::Until { until: *until }),
        AlertEvent::Resolved(AlertResolved { by, milestone, unfounded, why, .. }) => {
            let (reason, milestone, unfounded) = (Term(*by), *milestone, *unfounded);
            (why.as_ref(), AlsoSaid::Ended { reason, milestone, unfounded })
        }
    };
    let name = event.event.kind();
    let (rule, position, today) = (fired.rule.as_str(), event.position, event.recorded_at.date_naive());
    let status = |id| link(base, "status", id, position, &format!("&asOf={}", fired.day));
    let data = AlertChanged {
        position,
        event: name.to_ascii_uppercase(),
        alert: FiredAlert {
            id: format!("{STREAMS}/{}", event.alert),
            rule: rule.to_owned(),
            kind: AlertAbout::of(&fired.subject, &fired.about).kind,
            state: Term(alert.state(today)),
            told: shortened(&fired.told, MOST_TEXT),
            milestone: fired.about.milestone(),
            day: fired.day,
            due: fired.due,
            fired_at: Instant(alert.fired.at),
        },
        agreement: fired.subject.agreement().map(Into::into),
        webhook_id: fired.subject.webhook().map(|_| fired.subject.to_string()),
        version: event.version,
        recorded_at: Instant(event.recorded_at),
        actor: event.actor.as_str().to_owned(),
        why: why.map(|why| shortened(why, MOST_TEXT)),
        said,
        links: Links {
            alerts: Some(format!("{base}/v1/alerts?rule={rule}&atPosition={position}&asOf={today}")),
            status: fired.subject.agreement().map(status),
            timeline: None,
        },
    };
    let (place, subject) = ((position, event.recorded_at), format!("{STREAMS}/{}", event.alert));
    envelope(base, place, subject, Topic::Alerts, format!("depositary.{name}"), data)
}

/// The message by which an administrator tests an endpoint.
///
/// # Errors
/// When it cannot be written as JSON.
pub fn test(base: &str, endpoint: Uuid, position: Position, now: DateTime<Utc>) -> Result<Value, serde_json::Error> {
    let data = Tried { position, message: "This test message reached the webhook." };
    let (subject, name) = (EndpointId(endpoint).to_string(), "depositary.webhook_test".to_owned());
    let id = format!("{}.{}", now.timestamp_micros(), Topic::Test);
    serde_json::to_value(Message::of(base, (position, now), id, subject, name, data))
}

/// A message about what was recorded at a position.
fn envelope(
    base: &str,
    place: (Position, DateTime<Utc>),
    subject: String,
    topic: Topic,
    name: String,
    data: impl Serialize,
) -> Result<Value, serde_json::Error> {
    serde_json::to_value(Message::of(base, place, format!("{}.{topic}", place.0), subject, name, data))
}

impl<T> Message<T> {
    fn of(
        base: &str,
        (position, at): (Position, DateTime<Utc>),
        id: String,
        subject: String,
        kind: String,
        data: T,
    ) -> Self {
        Self {
            specversion: "1.0",
            id,
            source: base.to_owned(),
            kind,
            subject,
            time: Instant(at),
            datacontenttype: "application/json",
            logposition: position.to_string(),
            data,
        }
    }
}

impl From<&AgreementId> for Agreement {
    fn from(id: &AgreementId) -> Self {
        Self { id: id.clone(), instrument: id.instrument.as_str().to_owned(), country: id.country.into() }
    }
}

/// What every message says of its event.
fn about(base: &str, event: &Recorded) -> About {
    let why = match &event.event {
        Event::MilestoneCorrected(corrected) => Some(&corrected.why),
        Event::MilestoneRetracted(retracted) => Some(&retracted.why),
        _ => None,
    };
    let today = event.recorded_at.date_naive();
    let link = |what, more: &str| Some(link(base, what, &event.agreement, event.position, more));
    About {
        position: event.position,
        event: event.event.kind().to_ascii_uppercase(),
        agreement: (&event.agreement).into(),
        version: event.version,
        recorded_at: Instant(event.recorded_at),
        actor: event.actor.as_str().to_owned(),
        why: why.map(|why| shortened(why, MOST_TEXT)),
        days_late: days_late(event),
        late: is_late(event),
        links: Links {
            alerts: None,
            status: link("status", &format!("&asOf={today}")),
            timeline: link("timeline", ""),
        },
    }
}

/// The same message with a link to the page for people, where pages are served.
pub fn with_page(mut message: Value, page: Option<String>) -> Value {
    let links = message.pointer_mut("/data/links").and_then(Value::as_object_mut);
    if let Some((links, page)) = links.zip(page) {
        links.insert("page".to_owned(), page.into());
    }
    message
}

/// A link to an answer that is pinned at the position.
fn link(base: &str, what: &str, agreement: &AgreementId, position: Position, more: &str) -> String {
    let (country, instrument) = (agreement.country.code(), agreement.instrument.as_str());
    format!("{base}/v1/{what}/{country}?instrument={instrument}&atPosition={position}{more}")
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
