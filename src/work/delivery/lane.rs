//! How does one endpoint get every message that it wants?
//!
//! Invariant: a lane sends one message at a time, in the order of the log, except for those that it tries again. The cursor
//! passes an event only once it is delivered, waits for another attempt, or was given up. A lane waits for nobody but its
//! own receiver.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use tokio::sync::watch;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use uuid::{NoContext, Timestamp, Uuid};

use super::book::Book;
use super::counts::OfEndpoint;
use super::courier::Courier;
use super::endpoint::{Endpoint, Waiting};
use super::message::message_id;
use super::outcome::{Answer, Attempt, Outcome};
use super::pages::{LOOKED_AT, Message, Pages};
use super::schedule::Schedule;
use super::signature::sign;
use super::wants::Topic;
use crate::clock::Clock;
use crate::domain::ids::Position;
use crate::domain::words::DisabledBy;
use crate::store::StoredCursor;

/// The most deliveries of an endpoint that wait for another attempt; then its cursor waits, and the log keeps the rest.
const MOST_WAITING: usize = 100;
/// The most events whose messages a lane holds in memory.
const HELD: usize = 8;
/// How many events without a wanted message a cursor passes before its position is stored, and after how long it is stored
/// anyway.
const PASSED: u64 = LOOKED_AT;
const KEPT_AFTER: Duration = Duration::from_secs(10);
/// How long a lane waits for a log that cannot be read.
const AGAIN: Duration = Duration::from_secs(1);

/// What all lanes of a process share.
pub struct Shared {
    /// The pages of the log, as messages.
    pub pages: Pages,
    /// The courier that takes messages to receivers.
    pub courier: Courier,
    /// What is to be stored.
    pub book: Book,
    /// The clock that attempts are timed by.
    pub clock: Clock,
    /// When a failed delivery is tried again.
    pub schedule: Schedule,
}

/// One endpoint, with what is to be delivered to it.
pub struct Lane {
    shared: Arc<Shared>,
    counts: Arc<OfEndpoint>,
    endpoint: Arc<Endpoint>,
    cursor: StoredCursor,
    /// The position that is stored, or will be soon, and since when.
    kept: (Position, Instant),
    waiting: BTreeMap<(Position, Topic), Waiting>,
    /// The next messages, each with the position that the cursor reaches with it.
    held: VecDeque<(Message, Position)>,
    /// Whether the last attempt was for a delivery that waited.
    tried_again: bool,
}

/// What a lane does next.
enum Next {
    /// Try again what failed.
    Again(Waiting),
    /// Deliver the first message that the lane holds.
    First,
    /// Look into the log for new messages.
    Look,
    /// Wait, at most until an instant.
    Wait(Option<DateTime<Utc>>),
}

impl Lane {
    /// A lane for an endpoint, from where it was kept.
    #[must_use]
    pub fn new(shared: Arc<Shared>, counts: Arc<OfEndpoint>, endpoint: Arc<Endpoint>) -> Self {
        let mut lane = Self {
            shared,
            counts,
            cursor: endpoint.cursor,
            kept: (endpoint.cursor.position, Instant::now()),
            waiting: BTreeMap::new(),
            held: VecDeque::new(),
            tried_again: false,
            endpoint,
        };
        lane.begin();
        lane
    }

    /// Delivers up to wherever the process has seen the log, until it is cancelled or its endpoint is removed; what is under way
    /// is ended.
    pub async fn run(
        mut self,
        mut endpoint: watch::Receiver<Arc<Endpoint>>,
        mut seen: watch::Receiver<Position>,
        cancelled: CancellationToken,
    ) {
        while !cancelled.is_cancelled() {
            match endpoint.has_changed() {
                Ok(true) => {
                    let new = endpoint.borrow_and_update().clone();
                    self.change(new);
                }
                Ok(false) => {}
                // The sender of changes has dropped its end.
                Err(_) => return,
            }
            let up_to = *seen.borrow_and_update();
            self.count(up_to);
            match self.next(up_to) {
                Next::Again(waiting) => self.again(waiting).await,
                Next::First => self.first().await,
                Next::Look => self.look(up_to).await,
                Next::Wait(until) => {
                    let pause = self.pause(until);
                    tokio::select! {
                        () = cancelled.cancelled() => {}
                        _ = endpoint.changed() => endpoint.mark_changed(),
                        _ = seen.changed() => {}
                        () = tokio::time::sleep(pause) => self.keep_passed(),
                    }
                }
            }
        }
    }

    /// Begins where the endpoint was kept.
    fn begin(&mut self) {
        self.cursor = self.endpoint.cursor;
        self.kept = (self.cursor.position, Instant::now());
        self.waiting = self.endpoint.waiting.iter().map(|one| ((one.position, one.topic), *one)).collect();
        self.held.clear();
    }

    /// Goes on with the endpoint as it is now, and from another position when its cursor was set.
    fn change(&mut self, endpoint: Arc<Endpoint>) {
        let set = endpoint.cursor.generation != self.cursor.generation;
        if self.endpoint.disabled.is_some() && !set {
            // Only setting its cursor enables an endpoint; that it is disabled may not be kept yet. Why, others may have settled.
            if endpoint.disabled.is_some() {
                self.endpoint = endpoint;
            }
            return;
        }
        self.endpoint = endpoint;
        if set {
            self.begin();
        }
    }

    /// An endpoint that a person has disabled has no lag.
    fn count(&self, up_to: Position) {
        let failed = self.endpoint.has_failed();
        let off = self.endpoint.disabled.is_some() && !failed;
        let position = if off { up_to } else { self.cursor.position };
        self.counts.stands(position, self.waiting.len(), failed);
    }

    fn next(&mut self, up_to: Position) -> Next {
        if self.endpoint.disabled.is_some() {
            return Next::Wait(None);
        }
        let now = self.shared.clock.now();
        if let Some(until) = self.cursor.rests_until.filter(|until| *until > now) {
            return Next::Wait(Some(until));
        }
        let soonest = self.waiting.values().min_by_key(|waiting| waiting.due_at).copied();
        let due = soonest.filter(|waiting| waiting.due_at <= now);
        let new = self.waiting.len() < MOST_WAITING && (!self.held.is_empty() || self.cursor.position < up_to);
        match due {
            Some(waiting) if !(new && self.tried_again) => {
                self.tried_again = true;
                Next::Again(waiting)
            }
            _ if !new => Next::Wait(soonest.map(|waiting| waiting.due_at)),
            _ if self.held.is_empty() => Next::Look,
            _ => {
                self.tried_again = false;
                Next::First
            }
        }
    }

    /// How long to wait at most: until an instant, and no longer than until the cursor is kept.
    fn pause(&self, until: Option<DateTime<Utc>>) -> Duration {
        let until = until.map(|until| (until - self.shared.clock.now()).max(TimeDelta::zero()));
        let until = until.and_then(|until| until.to_std().ok()).unwrap_or(Duration::MAX);
        // A due instant has whole microseconds, and a timer whole milliseconds.
        let until = until.saturating_add(Duration::from_millis(1));
        if self.cursor.position == self.kept.0 {
            until
        } else {
            until.min(KEPT_AFTER.saturating_sub(self.kept.1.elapsed()))
        }
    }

    /// Takes what the endpoint wants next from the log.
    async fn look(&mut self, up_to: Position) {
        let wants = &self.endpoint.wants;
        match self.shared.pages.next(wants, self.cursor.position, up_to, HELD).await {
            Ok((messages, at)) => {
                let last: Vec<Position> = messages.iter().skip(1).map(|next| next.position).collect();
                let passed = messages.iter().zip(last.into_iter().map(Some).chain([None])).map(|(message, next)| {
                    // An event that is told of twice is passed by the second message.
                    next.map_or(at, |next| Position(message.position.0.min(next.0 - 1)))
                });
                self.held = messages.iter().cloned().zip(passed).collect();
                if self.held.is_empty() {
                    self.cursor.position = at;
                    self.keep_passed();
                }
            }
            Err(error) => {
                tracing::warn!(webhook = %self.endpoint.id, error = %crate::telemetry::chain(&error), "delivery.log.unreadable");
                tokio::time::sleep(AGAIN).await;
            }
        }
    }

    /// Stores the position after events that the endpoint did not want, when they are many or the last time is long ago.
    fn keep_passed(&mut self) {
        let passed = self.cursor.position.0.saturating_sub(self.kept.0.0);
        if passed >= PASSED || passed > 0 && self.kept.1.elapsed() >= KEPT_AFTER {
            self.note(|_| {});
        }
    }

    fn note(&mut self, more: impl FnOnce(&mut super::book::Page)) {
        self.kept = (self.cursor.position, Instant::now());
        self.shared.book.note(self.endpoint.id, self.cursor, more);
    }

    /// Delivers the first message that the lane holds.
    async fn first(&mut self) {
        let Some((message, passed)) = self.held.pop_front() else { return };
        let (answer, attempt) = self.attempt(&message, 1).await;
        self.settle((message.position, message.topic), passed, answer, &attempt);
    }

    /// Tries again what failed.
    async fn again(&mut self, waiting: Waiting) {
        let key = (waiting.position, waiting.topic);
        match self.shared.pages.one(waiting.position, waiting.topic).await {
            Ok(Some(message)) => {
                let (answer, attempt) = self.attempt(&message, waiting.failed + 1).await;
                // The cursor has passed it.
                self.settle(key, self.cursor.position, answer, &attempt);
            }
            // The log tells nothing of it: whoever kept it knew another topic.
            Ok(None) => {
                self.waiting.remove(&key);
                self.note(|page| page.done(key.0, key.1));
            }
            Err(error) => {
                tracing::warn!(webhook = %self.endpoint.id, error = %crate::telemetry::chain(&error), "delivery.log.unreadable");
                tokio::time::sleep(AGAIN).await;
            }
        }
    }

    async fn attempt(&self, message: &Message, number: u32) -> (Answer, Attempt) {
        attempt(&self.shared.courier, &self.shared.clock, &self.endpoint, message, number).await
    }

    /// Notes what follows from an attempt, after which the cursor reaches `passed`.
    fn settle(&mut self, key: (Position, Topic), passed: Position, answer: Answer, attempt: &Attempt) {
        let now = self.shared.clock.now();
        let (endpoint, delivered) = (self.endpoint.clone(), answer.outcome == Outcome::Delivered);
        self.counts.attempted(delivered);
        let passed = self.cursor.position.max(passed);
        if delivered {
            self.cursor.position = passed;
            self.cursor.failing_since = None;
            self.cursor.rests_until = None;
            let waited = self.waiting.remove(&key).is_some();
            self.note(|page| {
                page.attempted(attempt.stored());
                if waited {
                    page.done(key.0, key.1);
                }
            });
            return;
        }
        let since = *self.cursor.failing_since.get_or_insert(attempt.at);
        self.cursor.rests_until = answer.rests_until;
        // What disables it was not told: the cursor stays before it, or it goes on waiting.
        if answer.outcome == Outcome::Gone {
            return self.disable(now, DisabledBy::Gone, attempt);
        }
        let failed = attempt.number;
        if self.shared.schedule.is_hopeless(since, failed, now) {
            return self.disable(now, DisabledBy::Failures, attempt);
        }
        self.cursor.position = passed;
        let again = self.shared.schedule.next(&message_id(endpoint.id, key.0, key.1), failed, now);
        let again = again.map(|due_at| {
            let due_at = due_at.max(answer.rests_until.unwrap_or(due_at));
            Waiting { position: key.0, topic: key.1, failed, due_at }
        });
        if let Some(waiting) = again {
            self.waiting.insert(key, waiting);
        } else {
            self.waiting.remove(&key);
            self.counts.gave_up();
            tracing::warn!(webhook = %endpoint.id, position = key.0.0, topic = %key.1, "delivery.gave_up");
        }
        self.note(|page| {
            page.attempted(attempt.stored());
            match again {
                Some(waiting) => page.waits(waiting),
                None => page.done(key.0, key.1),
            }
        });
    }

    /// Disables the endpoint: nothing more is tried. The next look for alerts finds it so.
    fn disable(&mut self, now: DateTime<Utc>, by: DisabledBy, attempt: &Attempt) {
        tracing::error!(webhook = %self.endpoint.id, why = by.why(), "delivery.endpoint.disabled");
        Arc::make_mut(&mut self.endpoint).disabled = Some((now, by));
        self.note(|page| {
            page.attempted(attempt.stored());
            page.disable(now, by);
        });
    }
}

/// Tries a message once.
pub async fn attempt(
    courier: &Courier,
    clock: &Clock,
    endpoint: &Endpoint,
    message: &Message,
    number: u32,
) -> (Answer, Attempt) {
    let (at, begun) = (clock.now(), Instant::now());
    let attempt = attempt_id(at);
    // Every test is a message of its own, and tried once.
    let id = match message.topic {
        Topic::Test => format!("msg_{}", attempt.simple()),
        topic => message_id(endpoint.id, message.position, topic),
    };
    let signed = sign(&endpoint.secrets(at), &id, at, &message.body);
    let answer = courier.send(&endpoint.url, &signed, message.body.clone()).await;
    let attempt = Attempt {
        id: attempt,
        position: message.position,
        topic: message.topic,
        number,
        at,
        took_ms: u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX),
        outcome: answer.outcome,
        status: answer.status,
    };
    (answer, attempt)
}

/// An id in the order of time, to the millisecond.
fn attempt_id(at: DateTime<Utc>) -> Uuid {
    let seconds = u64::try_from(at.timestamp()).unwrap_or_default();
    Uuid::new_v7(Timestamp::from_unix(NoContext, seconds, at.timestamp_subsec_nanos()))
}
