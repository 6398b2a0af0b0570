//! How does delivery go, for Prometheus?
//!
//! Invariant: an endpoint is a label by its id alone, since its URL may be a secret; there are at most as many as endpoints.

use prometheus::{Error, Registry, register_int_counter_vec_with_registry, register_int_gauge_vec_with_registry};
use uuid::Uuid;

use super::scrape::whole;
use crate::domain::ids::Position;
use crate::work::delivery::{Counted, EndpointId};

/// Gives the numbers of each endpoint to which this process delivers. A process that does not deliver gives none.
pub fn tell(now: &Registry, counted: &[(Uuid, Counted)], seen: Position) -> Result<(), Error> {
    let label = &["webhook"];
    macro_rules! counter {
        ($name:literal, $help:literal) => {
            register_int_counter_vec_with_registry!($name, $help, label, now)?
        };
    }
    macro_rules! gauge {
        ($name:literal, $help:literal) => {
            register_int_gauge_vec_with_registry!($name, $help, label, now)?
        };
    }
    let attempts = counter!("depositary_webhook_attempts_total", "Attempts to deliver a message.");
    let failures = counter!("depositary_webhook_failures_total", "Attempts that failed.");
    let given_up = counter!("depositary_webhook_given_up_total", "Messages that were tried as often as they may be.");
    let waiting = gauge!("depositary_webhook_waiting_messages", "Messages that failed and will be tried again.");
    let lag = gauge!(
        "depositary_webhook_lag_events",
        "Events between what a webhook was sent and what this process has seen."
    );
    let disabled = gauge!("depositary_webhook_disabled", "1 where nothing is sent any more since it failed.");
    for (id, counts) in counted {
        let id = EndpointId(*id).to_string();
        let of = [id.as_str()];
        attempts.with_label_values(&of).inc_by(counts.attempts);
        failures.with_label_values(&of).inc_by(counts.failures);
        given_up.with_label_values(&of).inc_by(counts.given_up);
        waiting.with_label_values(&of).set(whole(counts.waiting));
        lag.with_label_values(&of).set(whole(seen.0.saturating_sub(counts.position.0)));
        disabled.with_label_values(&of).set(counts.disabled.into());
    }
    Ok(())
}
