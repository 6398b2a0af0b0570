//! Which process delivers to all endpoints, and from when to when?
//!
//! Invariant: only a process that holds the lease delivers; what it has delivered is kept before it ends, where it can
//! be. The process notices within [`LOOK`] when any process adds, changes or removes an endpoint.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use uuid::Uuid;

use super::book::Book;
use super::counts::Counts;
use super::courier::Courier;
use super::endpoint::Endpoint;
use super::lane::{Lane, Shared};
use super::pages::Pages;
use super::schedule::Schedule;
use crate::answers::Answers;
use crate::clock::Clock;
use crate::domain::ids::Position;
use crate::store::{StoreError, WebhooksRevision};
use crate::work::lease::Lease;

/// How often the process looks whether endpoints have changed.
const LOOK: Duration = Duration::from_secs(1);
/// How often lanes are woken because the log has grown; otherwise a thousand of them would wake with every append.
const PACE: Duration = Duration::from_millis(200);
/// How long what is under way may take to end.
const LAST_ATTEMPTS: Duration = Duration::from_secs(5);

/// What a process needs to deliver.
pub struct Sender {
    pub(super) answers: Answers,
    pub(super) base: Arc<str>,
    pub(super) courier: Courier,
    pub(super) clock: Clock,
    pub(super) schedule: Schedule,
    pub(super) counts: Counts,
}

/// The lanes of the endpoints, while this process works.
struct Lanes {
    shared: Arc<Shared>,
    counts: Counts,
    seen: watch::Receiver<Position>,
    running: BTreeMap<Uuid, watch::Sender<Arc<Endpoint>>>,
    tasks: TaskTracker,
    cancelled: CancellationToken,
}

impl Sender {
    /// Delivers as long as this process holds the lease, until it is cancelled. The lease saves work and no more: what two
    /// processes deliver at once has the same ids.
    #[must_use]
    pub fn start(self, lease: Lease, cancelled: CancellationToken) -> JoinHandle<()> {
        tokio::spawn(self.run(lease, cancelled))
    }

    async fn run(self, lease: Lease, cancelled: CancellationToken) {
        loop {
            tokio::select! {
                () = cancelled.cancelled() => return,
                () = lease.taken() => {}
            }
            let stops = async {
                tokio::select! {
                    () = cancelled.cancelled() => {}
                    () = lease.lost() => {}
                }
            };
            self.work(stops).await;
        }
    }

    /// Delivers until it is to stop.
    async fn work(&self, stops: impl Future<Output = ()>) {
        let (ends, ends_keeping) = (CancellationToken::new(), CancellationToken::new());
        let shared = Arc::new(Shared {
            pages: Pages::new(self.answers.clone(), self.base.clone()),
            courier: self.courier.clone(),
            book: Book::default(),
            clock: self.clock.clone(),
            schedule: self.schedule.clone(),
        });
        let (told, seen) = watch::channel(self.answers.position());
        let mut lanes = Lanes {
            shared: shared.clone(),
            counts: self.counts.clone(),
            seen,
            running: BTreeMap::new(),
            tasks: TaskTracker::new(),
            cancelled: ends.clone(),
        };
        let keeping = {
            let (store, ends) = (self.answers.reader().store().clone(), ends_keeping.clone());
            tokio::spawn(async move { shared.book.keep(store, ends).await })
        };
        tokio::select! {
            () = stops => {}
            () = self.pace(told) => {}
            () = lanes.look_after(&self.answers) => {}
        }
        ends.cancel();
        lanes.tasks.close();
        // Who has not answered by then is told again, by whoever works next.
        let _ = tokio::time::timeout(LAST_ATTEMPTS, lanes.tasks.wait()).await;
        ends_keeping.cancel();
        let _ = keeping.await;
        self.counts.forget();
    }

    /// Tells the lanes how far the process has seen the log.
    async fn pace(&self, told: watch::Sender<Position>) {
        let mut seen = self.answers.reader().follow();
        loop {
            // The log cannot grow while this is borrowed, and a thousand lanes are woken.
            let now = *seen.borrow_and_update();
            told.send_replace(now);
            tokio::time::sleep(PACE).await;
            // The reader outlives its followers.
            let _ = seen.changed().await;
        }
    }
}

impl Lanes {
    /// Has a lane for each endpoint, with what the endpoint is now.
    async fn look_after(&mut self, answers: &Answers) {
        let mut known = None;
        loop {
            if let Err(error) = self.look(answers, &mut known).await {
                tracing::warn!(error = %crate::telemetry::chain(&error), "delivery.endpoints.unreadable");
            }
            tokio::time::sleep(LOOK).await;
        }
    }

    async fn look(&mut self, answers: &Answers, known: &mut Option<WebhooksRevision>) -> Result<(), StoreError> {
        let store = answers.reader().store();
        let revision = store.webhooks_revision().await?;
        if *known == Some(revision) {
            return Ok(());
        }
        // What changes meanwhile is heard of the next time.
        let endpoints = store.webhooks(None).await?;
        let there: BTreeSet<Uuid> = endpoints.iter().map(|stored| stored.id).collect();
        for (gone, _) in self.running.extract_if(.., |id, _| !there.contains(id)) {
            // Its lane ends, since nobody tells it anything any more.
            self.counts.forget_one(gone);
        }
        for stored in endpoints {
            let Some(endpoint) = Endpoint::read(&stored).map(Arc::new) else { continue };
            if let Some(lane) = self.running.get(&endpoint.id) {
                lane.send_if_modified(|before| {
                    let changed = before.revision != endpoint.revision;
                    if changed {
                        *before = endpoint;
                    }
                    changed
                });
                continue;
            }
            let (changes, hears) = watch::channel(endpoint.clone());
            self.running.insert(endpoint.id, changes);
            let counts = self.counts.of(endpoint.id);
            let lane = Lane::new(self.shared.clone(), counts, endpoint);
            let running = lane.run(hears, self.seen.clone(), self.cancelled.clone());
            self.tasks.spawn_on(running, &self.shared.courier.handle());
        }
        *known = Some(revision);
        Ok(())
    }
}
