//! Who looks whether rules' conditions hold, and records what follows?
//!
//! What holds is decided by `projections/conditions.rs`, what fires by `projections/alerting.rs`.
//!
//! Invariant: a look compares what holds with what is recorded, so that a look that was missed, killed or done twice loses
//! nothing and fires nothing twice.

use std::time::Duration;

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use chrono::{DateTime, NaiveDate, Utc};
use tokio_util::sync::CancellationToken;

use crate::answers::{Answers, AskError, OfOtherRules};
use crate::domain::alert::AlertEvent;
use crate::domain::ids::Position;
use crate::domain::refusal::Refusal;
use crate::record::tracker::{ExecuteError, Tracker};
use crate::work::lease::Lease;

/// How often it is asked whether there is anything new to look at.
const ASK: Duration = Duration::from_secs(1);
/// How long after a look the next comes, though nothing seems new: the sign that it still looks.
const AGAIN: Duration = Duration::from_mins(1);

/// What one check of the alert rules did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Looked {
    /// The end of the log by which it looked.
    pub position: Position,
    /// The number of conditions that hold.
    pub holding: usize,
    /// The number of alerts that fired.
    pub fired: usize,
    /// The number of alerts that ended.
    pub resolved: usize,
}

/// Why a look failed. The next one finds what this one did not.
#[derive(Debug, thiserror::Error)]
pub enum LookError {
    /// The log could not be read.
    #[error("the conditions of the alert rules could not be checked")]
    Ask(#[from] AskError),
    /// The log could not be written.
    #[error("the alerts that fire could not be recorded")]
    Execute(#[from] ExecuteError),
    /// Some of what was found was refused; what was not is recorded.
    #[error("{refused} of the findings could not be recorded; the first was refused: {first}")]
    Refused {
        /// How many were refused; none of those is in the log.
        refused: usize,
        /// Why the first of them was refused.
        first: Refusal,
    },
}

impl LookError {
    /// Whether a look a moment later would fail likewise.
    fn lasts(&self) -> bool {
        match self {
            Self::Ask(error) => error.is_of_the_clock(),
            Self::Refused { .. } => true,
            Self::Execute(_) => false,
        }
    }
}

/// Looks once, and records what differs.
///
/// # Errors
/// [`LookError`].
pub async fn look(answers: &Answers, tracker: &Tracker, others: OfOtherRules) -> Result<Looked, LookError> {
    let found = answers.look(others).await?;
    let (mut refused, mut why) = (0, None);
    let mut looked = Looked { position: found.position, holding: found.holding, ..Looked::default() };
    for outcome in tracker.execute_alerts(found.commands).await? {
        match outcome {
            Ok(outcome) if outcome.repeated => {}
            Ok(outcome) => match outcome.event.event {
                AlertEvent::Fired(_) => looked.fired += 1,
                AlertEvent::Resolved(_) => looked.resolved += 1,
                AlertEvent::Acknowledged(_) | AlertEvent::Silenced(_) => {}
            },
            // Another process was quicker with the same, or a person said something meanwhile: the next look sees it.
            Err(Refusal::AlertChanged { .. } | Refusal::AlertFiring(_) | Refusal::AlertResolved(_)) => {}
            // Anything else would be so for ever, and an alert that nobody hears of is a failure.
            Err(refusal) => {
                refused += 1;
                why.get_or_insert(refusal);
            }
        }
    }
    match why {
        Some(first) => Err(LookError::Refused { refused, first }),
        None => Ok(looked),
    }
}

/// When this process last looked with success, and how often without, for those who watch the alerts themselves; cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Looks {
    last: Arc<AtomicI64>,
    failed: Arc<AtomicU64>,
}

impl Looks {
    /// When it did; `None` before the first time, and in a process that does not look.
    #[must_use]
    pub fn last(&self) -> Option<DateTime<Utc>> {
        let at = self.last.load(Ordering::Relaxed);
        DateTime::from_timestamp(at, 0).filter(|_| at != 0)
    }

    fn note(&self, at: DateTime<Utc>) {
        self.last.store(at.timestamp(), Ordering::Relaxed);
    }

    /// How often this process has looked without success since it started.
    #[must_use]
    pub fn failed(&self) -> u64 {
        self.failed.load(Ordering::Relaxed)
    }

    fn fail(&self) {
        self.failed.fetch_add(1, Ordering::Relaxed);
    }
}

/// Looks whenever the log or the day has moved on, as long as this process holds the lease, until it is cancelled.
///
/// The lease saves work and no more: two processes that look at once record the same once.
pub async fn keep_looking(
    answers: Answers,
    tracker: Tracker,
    lease: Lease,
    looks: Looks,
    cancelled: CancellationToken,
) {
    let mut last: Option<(Position, NaiveDate, tokio::time::Instant)> = None;
    loop {
        tokio::select! {
            () = cancelled.cancelled() => return,
            () = tokio::time::sleep(ASK) => {}
        }
        if !lease.is_held() {
            last = None;
            continue;
        }
        let (position, day) = (answers.position(), answers.today());
        let nothing_new = |(seen, on, at): (Position, NaiveDate, tokio::time::Instant)| {
            seen == position && on == day && at.elapsed() < AGAIN
        };
        if last.is_some_and(nothing_new) {
            continue;
        }
        match look(&answers, &tracker, OfOtherRules::Resolve).await {
            Ok(looked) => {
                if looked.fired + looked.resolved > 0 {
                    tracing::info!(fired = looked.fired, resolved = looked.resolved, "alerts.looked");
                }
                last = Some((position, day, tokio::time::Instant::now()));
                looks.note(answers.now());
            }
            Err(error) => {
                tracing::warn!(error = %crate::telemetry::chain(&error), "alerts.look.failed");
                looks.fail();
                if error.lasts() {
                    last = Some((position, day, tokio::time::Instant::now()));
                }
            }
        }
    }
}
