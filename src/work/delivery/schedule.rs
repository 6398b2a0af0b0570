//! When is a delivery tried again, and when is an endpoint disabled?
//!
//! Invariant: pure. No delivery is tried again before its delay has passed or before its receiver asked for, and a delivery
//! is tried at most as often as there are delays.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use sha2::{Digest, Sha256};

const SECOND: u64 = 1;
const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;

/// How long after a failed attempt the next one comes; the first comes at once. Standard Webhooks proposes these.
const DELAYS: [u64; 10] =
    [0, 5 * SECOND, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR, 10 * HOUR, 14 * HOUR, 20 * HOUR, 24 * HOUR];

/// How long an endpoint may fail, without a success in between, before it is disabled.
pub const FAILS_AT_MOST: TimeDelta = TimeDelta::days(5);
/// How often the delivery that decides it must have failed itself: by the usual delays for more than two hours. Months can lie
/// between the last failure and the next event, and a receiver that was mended meanwhile may be away for a moment.
const FAILED_AT_LEAST: usize = 5;

/// The longest time for which a receiver may ask for no messages.
pub const LONGEST_REST: TimeDelta = TimeDelta::hours(24);

/// When a failed delivery is tried again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schedule(Vec<Duration>);

impl Default for Schedule {
    fn default() -> Self {
        Self(DELAYS.map(Duration::from_secs).to_vec())
    }
}

impl Schedule {
    /// A schedule of other delays: the first belongs to the first attempt.
    #[must_use]
    pub const fn of(delays: Vec<Duration>) -> Self {
        Self(delays)
    }

    /// How often a delivery is tried.
    #[must_use]
    pub const fn attempts(&self) -> usize {
        self.0.len()
    }

    /// When a message is tried again after so many failed attempts; `None` when it was tried often enough. A delay is made
    /// up to a fifth longer, so that what failed together does not come back together; the same attempt of the same
    /// message always by as much.
    #[must_use]
    pub fn next(&self, message: &str, failed: u32, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let delay = *self.0.get(usize::try_from(failed).ok()?)?;
        let digest = Sha256::digest(format!("{message} {failed}"));
        let share = digest.first().copied().unwrap_or_default();
        Some(now + delay + delay * u32::from(share) / (5 * 255))
    }

    /// Whether an endpoint that has had no success since then is to be disabled, now that a delivery has failed so often.
    #[must_use]
    pub fn is_hopeless(&self, since: DateTime<Utc>, failed: u32, now: DateTime<Utc>) -> bool {
        let often = usize::try_from(failed).unwrap_or(usize::MAX) >= FAILED_AT_LEAST.min(self.attempts());
        often && now - since >= FAILS_AT_MOST
    }
}

/// The instant until which a receiver asks for no messages by `Retry-After` (RFC 9110, section 10.2.3): seconds, or an
/// instant; at most [`LONGEST_REST`] from now. What is neither asks for nothing.
#[must_use]
pub fn retry_after(value: &str, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let value = value.trim();
    let until = if value.bytes().all(|byte| byte.is_ascii_digit()) && !value.is_empty() {
        let seconds = value.parse().unwrap_or(i64::MAX).min(LONGEST_REST.num_seconds());
        now + TimeDelta::seconds(seconds)
    } else {
        DateTime::parse_from_rfc2822(value).ok()?.to_utc()
    };
    (until > now).then(|| until.min(now + LONGEST_REST))
}
