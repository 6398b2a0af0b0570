//! Which messages follow from the events after a position?
//!
//! Invariant: a page of the log is read once for all endpoints that ask for it at about the same time, and a message is written
//! once for all that want it; a lane that comes late reads alone. Memory is bounded by [`KEPT`] pages.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use quick_cache::sync::Cache;
use tokio::runtime::Handle;
use tokio::sync::OnceCell;

use super::message;
use super::thread::run_on;
use super::wants::{Topic, Wants};
use crate::answers::{Answers, AskError};
use crate::domain::alert::AlertRecorded;
use crate::domain::alert::rule::RuleName;
use crate::domain::alert::state::Alert;
use crate::domain::alert::subject::Subject;
use crate::domain::country::Country;
use crate::domain::event::Recorded;
use crate::domain::ids::Position;
use crate::domain::logged::Logged;
use crate::domain::words::MilestoneKind;

/// The events of a page.
const EVENTS: u64 = 64;
/// About how many events one call looks at, so that a lane whose endpoint wants few of them also does other work.
pub const LOOKED_AT: u64 = 4_096;
/// After how many events a call lets other work on the thread have its turn.
const YIELDING: u64 = 16 * EVENTS;
/// The pages that are kept.
const KEPT: usize = 64;

/// A message without the endpoint that gets it.
#[derive(Debug, Clone)]
pub struct Message {
    /// The position of the event.
    pub position: Position,
    /// The topic of the message.
    pub topic: Topic,
    /// The body of the message.
    pub body: Bytes,
}

/// Some events of the log, in order.
struct Page {
    entries: Vec<Entry>,
    /// The countries of their agreements. A thousand endpoints may ask, and most of them learn from this that no event
    /// concerns them.
    countries: BTreeSet<Country>,
    /// Whether some of the events are about alerts.
    alerts: bool,
}

/// Reads the log for endpoints; cheap to clone.
#[derive(Clone)]
pub struct Pages {
    answers: Answers,
    /// The thread that looks after the store's connections.
    home: Handle,
    base: Arc<str>,
    /// By the page's number and its last position: the last page of the log grows.
    kept: Arc<Cache<(u64, u64), Arc<Page>>>,
}

/// An event, with its messages once an endpoint wants one.
struct Entry {
    event: Logged,
    /// Of the milestone that it is about, where it does not tell that itself.
    kind: OnceCell<Option<MilestoneKind>>,
    milestone: OnceCell<Bytes>,
    status: OnceCell<Option<Bytes>>,
    alert: OnceCell<Option<OfAlert>>,
}

/// What is told of an event of an alert, and what it is filtered by.
struct OfAlert {
    subject: Subject,
    rule: RuleName,
    body: Bytes,
}

impl Pages {
    /// Messages that name the log by a base URL. To be called where the store's connections are looked after.
    #[must_use]
    pub fn new(answers: Answers, base: Arc<str>) -> Self {
        Self { answers, home: Handle::current(), base, kept: Arc::new(Cache::new(KEPT)) }
    }

    /// The first messages after a position that an endpoint wants, of at most so many events, with the position up to which
    /// there are no others, which is `up_to` unless there is more to look at than [`LOOKED_AT`]. `up_to` is a position that the
    /// process has seen.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub async fn next(
        &self,
        wants: &Wants,
        after: Position,
        up_to: Position,
        most: usize,
    ) -> Result<(Vec<Message>, Position), AskError> {
        let (mut messages, mut at, mut events) = (Vec::new(), after, 0);
        while at < up_to && at.0 - after.0 < LOOKED_AT {
            let page = self.page(at, up_to).await?;
            at = page.entries.last().map_or(at, |entry| entry.event.position());
            let entries = if page.concerns(wants) { page.entries.as_slice() } else { &[] };
            let new = entries.iter().filter(|entry| entry.event.position() > after);
            for entry in new.filter(|entry| entry.concerns(wants)) {
                let found = self.of(entry, wants).await?;
                events += usize::from(!found.is_empty());
                messages.extend(found);
                if events == most {
                    return Ok((messages, entry.event.position()));
                }
            }
            // Whoever wants little has many pages to go through.
            if at.0.is_multiple_of(YIELDING) {
                tokio::task::yield_now().await;
            }
        }
        Ok((messages, at))
    }

    /// The message about a position and a topic; `None` when there is none.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub async fn one(&self, position: Position, topic: Topic) -> Result<Option<Message>, AskError> {
        let before = Position(position.0.saturating_sub(1));
        let (messages, _) = self.next(&Wants::all_of(vec![topic]), before, position, 1).await?;
        Ok(messages.into_iter().next())
    }

    /// The page with the event after a position.
    async fn page(&self, after: Position, up_to: Position) -> Result<Arc<Page>, AskError> {
        let number = after.0 / EVENTS;
        let (before, last) = (number * EVENTS, (number * EVENTS + EVENTS).min(up_to.0));
        let key = (number, last);
        if let Some(kept) = self.kept.get(&key) {
            return Ok(kept);
        }
        let answers = self.answers.clone();
        let read = async move {
            let limit = usize::try_from(last - before).unwrap_or(usize::MAX);
            let events = answers.reader().events(Position(before), limit).await?;
            // Whoever was told of events that are not there must not pass them.
            let (asked, seen) = (Position(last), events.last().map_or(Position(before), Logged::position));
            if seen != asked {
                return Err(AskError::PositionNotReached { asked, seen, after: Duration::ZERO });
            }
            Ok(Arc::new(Page::of(events)))
        };
        self.kept.get_or_insert_async(&key, run_on(&self.home, read)).await
    }

    /// What an endpoint wants to hear of an event that concerns it.
    async fn of(&self, entry: &Entry, wants: &Wants) -> Result<Vec<Message>, AskError> {
        let message = |topic, body| Message { position: entry.event.position(), topic, body };
        let mut messages = Vec::new();
        match &entry.event {
            Logged::Agreement(event) => {
                if !wants.kinds.is_empty() && !wants.admits_kind(self.kind(entry, event).await?) {
                    return Ok(messages);
                }
                if wants.topics.contains(&Topic::Milestones) {
                    messages.push(message(Topic::Milestones, self.milestone(entry, event).await?));
                }
                if wants.topics.contains(&Topic::Statuses)
                    && let Some(body) = self.status(entry, event).await?
                {
                    messages.push(message(Topic::Statuses, body));
                }
            }
            Logged::Alert(event) => {
                if let Some(alert) = self.alert(entry, event).await?
                    && wants.admits_subject(&alert.subject)
                    && wants.admits_rule(&alert.rule)
                {
                    messages.push(message(Topic::Alerts, alert.body.clone()));
                }
            }
            // No topic is about figures.
            Logged::Figure(_) => {}
        }
        Ok(messages)
    }

    async fn kind(&self, entry: &Entry, event: &Recorded) -> Result<Option<MilestoneKind>, AskError> {
        if let Some(milestone) = event.content() {
            return Ok(Some(milestone.kind()));
        }
        let (answers, of) = (self.answers.clone(), event.clone());
        let ask = || run_on(&self.home, async move { answers.kind(&of).await });
        entry.kind.get_or_try_init(ask).await.copied()
    }

    /// The page of an event's agreement, as it was when the event was recorded.
    fn page_of(&self, event: &Recorded) -> Option<String> {
        let (id, day, position) = (&event.agreement, event.recorded_at.date_naive(), event.position);
        self.answers.page_at(&format!("/{id}?asOf={day}&atPosition={position}"))
    }

    async fn milestone(&self, entry: &Entry, event: &Recorded) -> Result<Bytes, AskError> {
        let write = async || {
            let kind = self.kind(entry, event).await?;
            let said = message::milestone(&self.base, event, kind)?;
            Ok::<_, AskError>(Bytes::from(message::with_page(said, self.page_of(event)).to_string()))
        };
        entry.milestone.get_or_try_init(write).await.cloned()
    }

    async fn status(&self, entry: &Entry, event: &Recorded) -> Result<Option<Bytes>, AskError> {
        let write = async || {
            // An agreement of an instrument that this process does not know is not answered for.
            let Some(instrument) = self.answers.instruments().find(&event.agreement.instrument) else {
                return Ok(None);
            };
            let (answers, of) = (self.answers.clone(), event.clone());
            let change = run_on(&self.home, async move { answers.change(&of).await });
            let Some(change) = change.await? else { return Ok(None) };
            let said = message::status(&self.base, event, &change, instrument)?;
            Ok::<_, AskError>(Some(message::with_page(said, self.page_of(event)).to_string().into()))
        };
        entry.status.get_or_try_init(write).await.cloned()
    }

    async fn alert<'e>(&self, entry: &'e Entry, event: &AlertRecorded) -> Result<Option<&'e OfAlert>, AskError> {
        let write = async || {
            let (answers, alert, position) = (self.answers.clone(), event.alert, event.position);
            let alert = run_on(&self.home, async move { answers.alert_by(alert, position).await }).await?;
            let of = |alert: &Alert| {
                let (rule, position) = (alert.fired.what.rule.as_str(), event.position);
                let day = event.recorded_at.date_naive();
                let page = self.answers.page_at(&format!("/alerts?rule={rule}&asOf={day}&atPosition={position}"));
                let said = message::with_page(message::alert(&self.base, event, alert)?, page);
                Ok::<_, AskError>(OfAlert {
                    subject: alert.fired.what.subject.clone(),
                    rule: alert.fired.what.rule.clone(),
                    body: said.to_string().into(),
                })
            };
            alert.as_ref().map(of).transpose()
        };
        Ok(entry.alert.get_or_try_init(write).await?.as_ref())
    }
}

impl Page {
    fn of(events: Vec<Logged>) -> Self {
        let (mut countries, mut alerts) = (BTreeSet::new(), false);
        for event in &events {
            match event {
                Logged::Agreement(event) => drop(countries.insert(event.agreement.country)),
                Logged::Alert(_) => alerts = true,
                Logged::Figure(_) => {}
            }
        }
        Self { entries: events.into_iter().map(Entry::of).collect(), countries, alerts }
    }

    /// Whether an endpoint may want to hear of something in it.
    fn concerns(&self, wants: &Wants) -> bool {
        self.alerts || wants.admits_any(&self.countries)
    }
}

impl Entry {
    /// Whether an endpoint may want to hear of it.
    fn concerns(&self, wants: &Wants) -> bool {
        match &self.event {
            Logged::Agreement(event) => {
                let about_it = |topic: &Topic| matches!(topic, Topic::Milestones | Topic::Statuses);
                wants.topics.iter().any(about_it) && wants.admits(&event.agreement)
            }
            Logged::Alert(_) => wants.topics.contains(&Topic::Alerts),
            Logged::Figure(_) => false,
        }
    }

    fn of(event: Logged) -> Self {
        Self {
            event,
            kind: OnceCell::new(),
            milestone: OnceCell::new(),
            status: OnceCell::new(),
            alert: OnceCell::new(),
        }
    }
}
