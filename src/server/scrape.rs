//! What is so at this moment, for Prometheus?
//!
//! Invariant: the layers below count in plain numbers and know nothing of Prometheus; what costs something is computed once
//! for each position and day, or once a second, however often somebody asks; and what cannot be told is left out and counted,
//! never guessed.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use chrono::NaiveDate;
use prometheus::{
    Error, Registry, TextEncoder, register_int_counter_vec_with_registry, register_int_counter_with_registry,
    register_int_gauge_vec_with_registry, register_int_gauge_with_registry,
};
use tokio::sync::Mutex;
use tokio::time::timeout;

use super::deliveries;
use super::incoming::{self, Waiting};
use super::metrics::Metrics;
use crate::access::Rates;
use crate::answers::{Answers, Ask, AskError};
use crate::config::limits::Limit;
use crate::domain::ids::Position;
use crate::domain::words::{Stage, Word};
use crate::faces::behind::Behind;
use crate::faces::open::Open;
use crate::record::tracker::Tracker;
use crate::store::{Head, Store, StoreError, Swept};
use crate::telemetry;
use crate::work::alerts::Looks;
use crate::work::delivery::Webhooks;

/// The form of the answer: Prometheus' text format, which every scraper reads.
const KIND: &str = "text/plain; version=0.0.4; charset=utf-8";
/// How long it is known where the log ends.
const KNOWN: Duration = Duration::from_secs(1);
/// How long each part of an answer may take; Prometheus waits 10 s by default.
const PATIENCE: Duration = Duration::from_secs(4);
/// What a day is in Prometheus' unit of time.
const DAY: i64 = 24 * 60 * 60;

/// What a scrape needs; cheap to clone.
#[derive(Clone)]
pub struct Scrape(Arc<Inner>);

struct Inner {
    metrics: Metrics,
    store: Store,
    answers: Answers,
    tracker: Tracker,
    rates: Rates,
    looks: Looks,
    webhooks: Webhooks,
    open: Open,
    started: Instant,
    /// The end of the log, in some span of [`KNOWN`].
    head: Kept<u64, Head>,
    /// The stalls, as of a position and a day.
    stalls: Kept<(Position, NaiveDate), Arc<Stalls>>,
    /// How far sources have been seen, in some span of [`KNOWN`].
    swept: Kept<u64, Vec<(&'static str, Swept)>>,
    /// How many documents wait for a person, in some span of [`incoming::KNOWN`].
    inbox: Kept<u64, Waiting>,
}

/// How many agreements have stalled in each stage that has a limit, and how many days the longest of them has waited.
type Stalls = BTreeMap<(String, Stage), (i64, Option<i64>)>;

impl Scrape {
    /// The figures of a server that answers and records by these parts.
    pub fn of(metrics: Metrics, store: &Store, behind: &Behind, looks: Looks, open: &Open) -> Self {
        let Behind { answers, tracker, rates, webhooks, .. } = behind.clone();
        Self(Arc::new(Inner {
            metrics,
            store: store.clone(),
            answers,
            tracker,
            rates,
            looks,
            webhooks,
            open: open.clone(),
            started: Instant::now(),
            head: Kept::default(),
            stalls: Kept::default(),
            swept: Kept::default(),
            inbox: Kept::default(),
        }))
    }
}

/// Answers `/metrics` in the text format of Prometheus.
pub async fn scrape(State(scrape): State<Scrape>) -> Response {
    match scrape.0.tell().await {
        Ok(text) => ([(header::CONTENT_TYPE, KIND), (header::CACHE_CONTROL, "no-store")], text).into_response(),
        Err(error) => {
            tracing::error!(error = %telemetry::chain(&error), "server.metrics.untellable");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

impl Inner {
    async fn tell(&self) -> Result<String, Error> {
        let (head, stalls, swept, waiting) = tokio::join!(
            self.part("log", self.head()),
            self.part("stalls", self.stalls()),
            self.part("sources", self.swept()),
            self.part("inbox", self.waiting())
        );
        let now = Registry::new();
        self.tell_process(&now)?;
        self.tell_log(&now, head)?;
        if let Some(stalls) = stalls {
            tell_stalls(&now, &stalls)?;
        }
        deliveries::tell(&now, &self.webhooks.counts().each(), self.answers.position())?;
        if let Some(swept) = swept {
            incoming::tell_sources(&now, &swept)?;
        }
        if let Some(waiting) = waiting {
            incoming::tell_inbox(&now, waiting)?;
        }
        if let Some(looked) = self.looks.last() {
            register_int_gauge_with_registry!(
                "depositary_alerts_last_success_timestamp_seconds",
                "When this process last looked with success which alerts fire; left out where it does not look.",
                now
            )?
            .set(looked.timestamp());
        }
        register_int_counter_with_registry!(
            "depositary_alerts_failed_looks_total",
            "Looks which alerts fire that failed, also since something of what was found could not be recorded.",
            now
        )?
        .inc_by(self.looks.failed());
        let mut families = self.metrics.registry.gather();
        families.extend(now.gather());
        TextEncoder::new().encode_to_string(&families)
    }

    /// What is computed, or nothing; then it is counted and said why.
    async fn part<T, E: std::error::Error + 'static>(
        &self,
        about: &'static str,
        compute: impl Future<Output = Result<T, E>>,
    ) -> Option<T> {
        // There from the first scrape on, since a rate misses the first of what was not there before.
        let errors = self.metrics.scrape_errors.with_label_values(&[about]);
        match timeout(PATIENCE, compute).await {
            Ok(Ok(told)) => return Some(told),
            Ok(Err(error)) => tracing::warn!(about, error = %telemetry::chain(&error), "server.metrics.left_out"),
            Err(_) => tracing::warn!(about, error = "it takes too long", "server.metrics.left_out"),
        }
        errors.inc();
        None
    }

    async fn head(&self) -> Result<Head, StoreError> {
        let span = self.started.elapsed().as_secs() / KNOWN.as_secs();
        self.head.or(span, self.store.head()).await
    }

    /// How far each source has been seen, by whichever server that was.
    async fn swept(&self) -> Result<Vec<(&'static str, Swept)>, StoreError> {
        let span = self.started.elapsed().as_secs() / KNOWN.as_secs();
        self.swept.or(span, incoming::swept(&self.store)).await
    }

    /// How many documents wait for a person.
    async fn waiting(&self) -> Result<Waiting, AskError> {
        let span = self.started.elapsed().as_secs() / incoming::KNOWN.as_secs();
        self.inbox.or(span, Box::pin(incoming::waiting(&self.answers))).await
    }

    /// The stalls of today, as of what this process has seen.
    async fn stalls(&self) -> Result<Arc<Stalls>, AskError> {
        let pin = self.answers.pin(&Ask::default(), self.answers.position()).await?;
        let compute = Box::pin(async {
            let mut stalls = Stalls::new();
            for instrument in self.answers.instruments().iter() {
                let limited = instrument.stages.iter().filter(|rules| rules.limit.is_some());
                stalls.extend(limited.map(|rules| ((instrument.code.as_str().to_owned(), rules.stage), (0, None))));
            }
            for row in self.answers.stalled(&pin, None, None).await? {
                let place = (row.agreement.instrument.as_str().to_owned(), row.waiting.stage);
                let (number, oldest) = stalls.entry(place).or_default();
                *number += 1;
                *oldest = (*oldest).max(Some(row.waiting.days));
            }
            Ok(Arc::new(stalls))
        });
        self.stalls.or((pin.knowledge.position, pin.day), compute).await
    }

    fn tell_process(&self, now: &Registry) -> Result<(), Error> {
        let build = register_int_gauge_vec_with_registry!(
            "depositary_build_info",
            "1, with the version of the program.",
            &["version"],
            now
        )?;
        build.with_label_values(&[env!("CARGO_PKG_VERSION")]).set(1);
        register_int_gauge_with_registry!("depositary_connections_open", "Open connections of clients.", now)?
            .set(whole(self.open.connections.load(Ordering::Relaxed)));
        register_int_gauge_with_registry!("depositary_sockets_open", "Open WebSockets.", now)?
            .set(whole(self.open.sockets.len()));
        register_int_gauge_with_registry!(
            "depositary_subscriptions_open",
            "Subscriptions that are listened to, on sockets and as server-sent events.",
            now
        )?
        .set(whole(self.open.subscriptions.len()));
        register_int_counter_with_registry!(
            "depositary_quota_refusals_total",
            "Requests that were refused because their client had asked for too much.",
            now
        )?
        .inc_by(self.rates.refused());
        register_int_counter_with_registry!(
            "depositary_append_failures_total",
            "Batches of facts that this process could not write to the log.",
            now
        )?
        .inc_by(self.tracker.failures());
        self.tell_limits(now)
    }

    /// How often clients have met each limit; from the first scrape on, since a rate misses the first of what was not there.
    fn tell_limits(&self, now: &Registry) -> Result<(), Error> {
        let met = register_int_counter_vec_with_registry!(
            "depositary_limits_met_total",
            "Times that a client met a limit of the server, by the name of the limit.",
            &["limit"],
            now
        )?;
        for limit in Limit::ALL {
            met.with_label_values(&[limit.as_str()]).inc_by(self.open.struck.of(limit));
        }
        Ok(())
    }

    fn tell_log(&self, now: &Registry, head: Option<Head>) -> Result<(), Error> {
        let seen = self.answers.position();
        register_int_gauge_with_registry!(
            "depositary_log_position_seen",
            "The last position of the log that this process answers by.",
            now
        )?
        .set(whole(seen.0));
        if let Some(head) = head {
            register_int_gauge_with_registry!(
                "depositary_log_lag_events",
                "Events in the log that this process does not answer by yet.",
                now
            )?
            .set(whole(head.position.0.saturating_sub(seen.0)));
            let ahead = head.ended_at().map_or(0, |end| (end - self.answers.now()).num_seconds().max(0));
            register_int_gauge_with_registry!(
                "depositary_log_ahead_seconds",
                "How far the last event of the log is dated ahead of this machine's clock; beyond a minute nothing is recorded.",
                now
            )?
            .set(ahead);
        }
        Ok(())
    }
}

fn tell_stalls(now: &Registry, stalls: &Stalls) -> Result<(), Error> {
    let labels = &["instrument", "stage"];
    let number = register_int_gauge_vec_with_registry!(
        "depositary_stalled_agreements",
        "Agreements whose open round waits longer than its limit today, by the stage that it waits in.",
        labels,
        now
    )?;
    let oldest = register_int_gauge_vec_with_registry!(
        "depositary_oldest_stall_seconds",
        "How long the stalled round that has waited longest has waited at the least, in whole days; left out where none has stalled.",
        labels,
        now
    )?;
    for ((instrument, stage), (stalled, days)) in stalls {
        let place = [instrument.as_str(), stage.as_str()];
        number.with_label_values(&place).set(*stalled);
        if let Some(days) = days {
            oldest.with_label_values(&place).set(days * DAY);
        }
    }
    Ok(())
}

pub(super) fn whole(number: impl TryInto<i64>) -> i64 {
    number.try_into().unwrap_or(i64::MAX)
}

/// What was computed last, and of what. Many who ask at once wait for one of them.
struct Kept<K, V>(Mutex<Option<(K, V)>>);

impl<K, V> Default for Kept<K, V> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<K: PartialEq, V: Clone> Kept<K, V> {
    async fn or<E>(&self, of: K, compute: impl Future<Output = Result<V, E>>) -> Result<V, E> {
        let mut kept = self.0.lock().await;
        if let Some((known, value)) = kept.as_ref()
            && *known == of
        {
            return Ok(value.clone());
        }
        let value = compute.await?;
        *kept = Some((of, value.clone()));
        Ok(value)
    }
}
