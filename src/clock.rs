//! What time is it, and does it fit the log?
//!
//! Invariant: the only place that reads a clock; time is UTC in whole microseconds; nothing is recorded by a clock that does
//! not fit the end of the log, unless an operator has said that it may be.

use std::str::FromStr;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, Datelike, NaiveDate, TimeDelta, Utc};

use crate::domain::text::counted;
use crate::domain::time::{LAST_DAY, instant_text, whole_micros};

/// How far the end of the log may lie ahead of the clock: what the clocks of several machines may differ in.
const AHEAD: TimeDelta = TimeDelta::minutes(1);
/// How long nothing may have been recorded before the clock is doubted: a clock that is a year off is found by it.
const QUIET: TimeDelta = TimeDelta::days(180);

/// A clock: the machine's, or one that a test sets.
#[derive(Debug, Clone)]
pub struct Clock {
    source: Source,
    accepted: Accepted,
}

#[derive(Debug, Clone)]
enum Source {
    /// The clock of this machine.
    System,
    /// Microseconds since 1970 that stand still until they are set.
    Manual(Arc<AtomicI64>),
}

/// Which end of the log an operator accepts, though the clock does not fit it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Accepted {
    /// None: an end of the log that does not fit the clock is refused.
    #[default]
    Nothing,
    /// This one. What is recorded later moves the end, so a setting that is left in place accepts no other error.
    End(DateTime<Utc>),
    /// Any end; for tests, whose clock stands where they put it.
    Whatever,
}

impl FromStr for Accepted {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text.is_empty() || text == "any" {
            return Ok(Self::Whatever);
        }
        let wrong = |_| "write the instant of the last event as the refusal names it, or `any`".to_owned();
        DateTime::parse_from_rfc3339(text).map(|end| Self::End(end.to_utc())).map_err(wrong)
    }
}

/// Why nothing can be recorded just now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ClockError {
    /// The log ends later than the clock says it is.
    #[error(
        "the log ends at {0}, which lies ahead of this machine's clock, {1}; set the clock right, or, if the log's end is wrong, \
         record all the same by --accept-log-end={0}",
        instant_text(*end), instant_text(*now)
    )]
    Behind {
        /// When the last event was recorded.
        end: DateTime<Utc>,
        /// The instant that the clock gives.
        now: DateTime<Utc>,
    },
    /// Nothing was recorded for so long that the clock is likely wrong.
    #[error(
        "this machine's clock says {1}, and the log ends at {0}, {days} before; set the clock right, or, if nothing was \
         recorded for so long, record all the same by --accept-log-end={0}",
        instant_text(*end), instant_text(*now), days = counted((*now - *end).num_days(), "day")
    )]
    Ahead {
        /// When the last event was recorded.
        end: DateTime<Utc>,
        /// The instant that the clock gives.
        now: DateTime<Utc>,
    },
    /// It would be dated as nothing can read it.
    #[error("nothing is recorded beyond the year 9999, and this would be dated {}; set this machine's clock right", instant_text(*.0))]
    Beyond(DateTime<Utc>),
}

impl Clock {
    /// The clock of this machine, which tests replace.
    #[must_use]
    pub const fn system() -> Self {
        Self { source: Source::System, accepted: Accepted::Nothing }
    }

    /// A clock that stands at an instant.
    #[must_use]
    pub fn manual(at: DateTime<Utc>) -> Self {
        Self { source: Source::Manual(Arc::new(AtomicI64::new(at.timestamp_micros()))), accepted: Accepted::Nothing }
    }

    /// The same clock, where an operator accepts an end of the log that it does not fit.
    #[must_use]
    pub fn accepting(self, accepted: Accepted) -> Self {
        Self { accepted, ..self }
    }

    /// Sets a manual clock; the machine's stays as it is.
    pub fn set(&self, at: DateTime<Utc>) {
        if let Source::Manual(micros) = &self.source {
            micros.store(at.timestamp_micros(), Ordering::SeqCst);
        }
    }

    /// The present instant, in whole microseconds; the one place that reads the machine's clock.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "this is the one home of the clock")]
    pub fn now(&self) -> DateTime<Utc> {
        match &self.source {
            Source::System => whole_micros(Utc::now()),
            Source::Manual(micros) => {
                DateTime::from_timestamp_micros(micros.load(Ordering::SeqCst)).unwrap_or_default()
            }
        }
    }

    /// The present day in UTC.
    #[must_use]
    pub fn today(&self) -> NaiveDate {
        self.now().date_naive()
    }

    /// Whether something can be recorded now, after the last event of the log; `None` where there is no event.
    ///
    /// # Errors
    /// [`ClockError`], which names both instants and what an operator can say.
    pub fn fits(&self, end: Option<DateTime<Utc>>) -> Result<(), ClockError> {
        let now = self.now();
        let dated = end.map_or(now, |end| end.max(now));
        if dated.year() > LAST_DAY.year() {
            return Err(ClockError::Beyond(dated));
        }
        let Some(end) = end else { return Ok(()) };
        let accepted = match self.accepted {
            Accepted::Nothing => false,
            Accepted::End(accepted) => accepted == end,
            Accepted::Whatever => true,
        };
        if accepted {
            return Ok(());
        }
        if end > now + AHEAD {
            return Err(ClockError::Behind { end, now });
        }
        if now > end + QUIET {
            return Err(ClockError::Ahead { end, now });
        }
        Ok(())
    }
}
