//! What time is it?
//!
//! Invariant: the only home of the system clock; an instant is always whole microseconds, the log's resolution.

use std::sync::{Arc, PoisonError, RwLock};

use chrono::{DateTime, NaiveDate, Utc};

use crate::domain::time::whole_micros;

/// Where the time comes from; a cheap clone shows the same time.
#[derive(Debug, Clone, Default)]
pub enum Clock {
    /// The machine's clock.
    #[default]
    System,
    /// A time that stands still until it is set; for tests and demonstrations.
    Manual(Arc<RwLock<DateTime<Utc>>>),
}

impl Clock {
    /// A clock that stands still at this instant.
    #[must_use]
    pub fn manual(instant: DateTime<Utc>) -> Self {
        Self::Manual(Arc::new(RwLock::new(whole_micros(instant))))
    }

    /// Sets a manual clock, and every clone of it; the machine's clock is left alone.
    pub fn set(&self, instant: DateTime<Utc>) {
        if let Self::Manual(time) = self {
            *time.write().unwrap_or_else(PoisonError::into_inner) = whole_micros(instant);
        }
    }

    /// The instant, in whole microseconds.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        match self {
            Self::System => whole_micros(Utc::now()),
            Self::Manual(time) => *time.read().unwrap_or_else(PoisonError::into_inner),
        }
    }

    /// The day in UTC.
    #[must_use]
    pub fn today(&self) -> NaiveDate {
        self.now().date_naive()
    }
}
