//! What does the server do beside answering, and in which order does that end?
//!
//! Invariant: deliveries end before the process stops following the log, since they read what it has seen.

use std::time::Duration;

use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::answers::Answers;
use crate::clock::Clock;
use crate::faces::behind::Behind;
use crate::faces::open::Open;
use crate::read::reader::Reader;
use crate::store::Store;
use crate::telemetry;
use crate::work::alerts::{Looks, keep_looking};
use crate::work::delivery::schedule::Schedule;
use crate::work::lease::{self, Lease};
use crate::work::sources::{Fetcher, SOURCE, keep_polling};

/// How often a server looks how far sources have been searched.
const LOOK_AT_SEARCHES: Duration = Duration::from_mins(1);

/// The tasks of one server. Those that only one of several servers may do hold a lease.
pub(super) struct Background {
    looks: Looks,
    stopped: CancellationToken,
    following: JoinHandle<()>,
    delivering: JoinHandle<()>,
    others: Vec<JoinHandle<()>>,
}

impl Background {
    /// Starts them: following the log, sending to webhooks, looking how far sources were searched, asking those sources, and
    /// looking at the alert rules where that is wanted.
    pub(super) fn start(
        store: &Store,
        reader: Reader,
        behind: &Behind,
        fetchers: Vec<Fetcher>,
        open: &Open,
        clock: &Clock,
        alerts: bool,
    ) -> Self {
        let (stopped, looks) = (CancellationToken::new(), Looks::default());
        let following = tokio::spawn(reader.keep_up(stopped.clone()));
        let mut others = vec![tokio::spawn(look_at_searches(behind.answers.clone(), stopped.clone()))];
        if alerts {
            let (answers, tracker) = (behind.answers.clone(), behind.tracker.clone());
            let (looks, stopped) = (looks.clone(), stopped.clone());
            others.push(under(store, "alerts", |lease| keep_looking(answers, tracker, lease, looks, stopped)));
        }
        for fetcher in fetchers {
            let (of, clock, stopped) = (store.clone(), clock.clone(), stopped.clone());
            let name = if fetcher.source() == SOURCE { "sources" } else { "sources-ecfr" };
            others.push(under(store, name, |lease| keep_polling(of, fetcher, clock, lease, stopped)));
        }
        let (sender, ends) = (behind.webhooks.sender(Schedule::default()), open.ending.clone());
        let delivering = under(store, "webhooks", |lease| async move {
            let _ = sender.start(lease, ends).await;
        });
        Self { looks, stopped, following, delivering, others }
    }

    /// What the looks at the alert rules have come to, for the metrics.
    pub(super) fn looks(&self) -> Looks {
        self.looks.clone()
    }

    /// What ends the tasks at once, when there is no time left for an orderly end.
    pub(super) fn stopped(&self) -> CancellationToken {
        self.stopped.clone()
    }

    /// Waits until deliveries have ended, which end by the signal itself, and then ends everything else.
    pub(super) async fn end(self) {
        // Delivering reads what the process has seen, so following ends after it.
        let _ = self.delivering.await;
        self.stopped.cancel();
        // A follower that has failed has said so already.
        let _ = self.following.await;
        for task in self.others {
            let _ = task.await;
        }
    }
}

/// Looks from time to time how far sources have been searched, by this process or another, until it is cancelled.
async fn look_at_searches(answers: Answers, cancelled: CancellationToken) {
    loop {
        if let Err(error) = answers.look_at_searches().await {
            tracing::warn!(error = %telemetry::chain(&error), "server.searches.unread");
        }
        tokio::select! {
            () = cancelled.cancelled() => return,
            () = tokio::time::sleep(LOOK_AT_SEARCHES) => {}
        }
    }
}

/// Runs work that one of several processes does, under a named lease, and gives the lease back when the work ends, also by a panic.
fn under<W>(store: &Store, name: &'static str, work: impl FnOnce(Lease) -> W) -> JoinHandle<()>
where
    W: Future<Output = ()> + Send + 'static,
{
    let leasing = CancellationToken::new();
    let lease = lease::hold(store.clone(), name, leasing.clone());
    let work = work(lease.clone());
    tokio::spawn(async move {
        // A task of its own, so that the lease outlives no panic.
        let _ = tokio::spawn(work).await;
        leasing.cancel();
        lease.ended().await;
    })
}
