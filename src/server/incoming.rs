//! How far have outside sources been seen, and what waits in the inbox, for Prometheus?
//!
//! Invariant: it follows from what is kept, whichever server asked; the inbox is read seldom, since it is read whole.

use std::time::Duration;

use prometheus::{Error, Registry, register_int_counter_vec_with_registry, register_int_gauge_vec_with_registry};

use crate::answers::{Answers, AskError, Item, ItemState};
use crate::domain::reading::{Reading, Unclear};
use crate::domain::words::MilestoneKind;
use crate::store::{Store, StoreError, Swept};
use crate::work::sources::{SOURCE, SOURCES};

/// How long it is known what waits.
pub const KNOWN: Duration = Duration::from_mins(1);

/// How many documents of the inbox wait: those with proposals, those that may take a country off the list, and the others.
#[derive(Debug, Clone, Copy, Default)]
pub struct Waiting {
    proposals: i64,
    removal: i64,
    unclear: i64,
}

/// How far each source has been seen. One that was never asked is told where it is the usual one.
///
/// # Errors
/// When the database cannot be read.
pub async fn swept(store: &Store) -> Result<Vec<(&'static str, Swept)>, StoreError> {
    let mut all = Vec::with_capacity(SOURCES.len());
    for source in SOURCES {
        let swept = store.swept(source).await?;
        if source == SOURCE || swept != Swept::default() {
            all.push((source, swept));
        }
    }
    Ok(all)
}

/// How many documents wait for a person.
///
/// # Errors
/// When the log or the tables cannot be read.
pub async fn waiting(answers: &Answers) -> Result<Waiting, AskError> {
    let mut waiting = Waiting::default();
    for item in answers.every_item().await?.iter().filter(|item| item.state == ItemState::Waiting) {
        let of = match &item.reading {
            Reading::Proposals(_) if takes_off(item) => &mut waiting.removal,
            Reading::Proposals(_) => &mut waiting.proposals,
            Reading::Unclear(Unclear::Removal) => &mut waiting.removal,
            Reading::Unclear(_) | Reading::Irrelevant(_) => &mut waiting.unclear,
        };
        *of += 1;
    }
    Ok(waiting)
}

/// Whether a document proposes that a country is no longer listed.
fn takes_off(item: &Item) -> bool {
    item.proposals.iter().any(|met| met.proposal.detail.kind() == MilestoneKind::Delisted)
}

/// What is known of sources; the times are left out until there is one, since 0 would be one.
///
/// # Errors
/// When a metric of the name is there already.
pub fn tell_sources(now: &Registry, all: &[(&'static str, Swept)]) -> Result<(), Error> {
    let failed = register_int_counter_vec_with_registry!(
        "depositary_source_failed_sweeps_total",
        "Sweeps over a source's days that were not seen to their end, by all servers of the database.",
        &["source"],
        now
    )?;
    let failing = register_int_gauge_vec_with_registry!(
        "depositary_source_checks_failing",
        "Checks of each week that were not good when they were last made, such as whether a known document is still read as it was.",
        &["source"],
        now
    )?;
    for (source, swept) in all {
        failed.with_label_values(&[source]).inc_by(swept.failed);
        failing.with_label_values(&[source]).set(swept.checks_failing.into());
    }
    if all.iter().all(|(_, swept)| swept.last_success.is_none()) {
        return Ok(());
    }
    let last = register_int_gauge_vec_with_registry!(
        "depositary_source_last_success_timestamp_seconds",
        "When a source was last seen to the end, by whichever server; left out before the first time.",
        &["source"],
        now
    )?;
    for (source, at) in all.iter().filter_map(|(source, swept)| Some((source, swept.last_success?))) {
        last.with_label_values(&[source]).set(at.timestamp());
    }
    Ok(())
}

/// What waits in the inbox.
///
/// # Errors
/// When a metric of the name is there already.
pub fn tell_inbox(now: &Registry, waiting: Waiting) -> Result<(), Error> {
    let documents = register_int_gauge_vec_with_registry!(
        "depositary_inbox_waiting_documents",
        "Documents of the inbox that wait for a person, by what they are: proposals, removal, unclear.",
        &["reading"],
        now
    )?;
    let Waiting { proposals, removal, unclear } = waiting;
    for (reading, count) in [("proposals", proposals), ("removal", removal), ("unclear", unclear)] {
        documents.with_label_values(&[reading]).set(count);
    }
    Ok(())
}
