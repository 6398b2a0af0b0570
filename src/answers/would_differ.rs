//! Which answers would differ once some events were recorded?
//!
//! Invariant: nothing is written; what would be recorded is laid upon a copy of each agreement's stream.

use std::collections::BTreeMap;

use super::{Answers, AskError};
use crate::domain::event::Recorded;
use crate::domain::ids::{AgreementId, Position, Version};
use crate::projections::history::History;
use crate::projections::would_differ::{WouldDiffer, would_differ};

/// An agreement of which something would be answered otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WouldDifferRow {
    /// The agreement that this is about.
    pub agreement: AgreementId,
    /// What would differ, and on which days.
    pub differs: WouldDiffer,
}

impl Answers {
    /// The answers that would differ once these events were recorded, today and on the days of the milestones that would be known
    /// otherwise; in the order of the agreements and of the days.
    ///
    /// The events are taken in their order; where they were to be recorded does not matter.
    ///
    /// # Errors
    /// When an instrument is not known or the log cannot be read.
    pub async fn would_differ(&self, events: &[Recorded]) -> Result<Vec<WouldDifferRow>, AskError> {
        let mut new: BTreeMap<AgreementId, Vec<&Recorded>> = BTreeMap::new();
        for event in events {
            new.entry(event.agreement.clone()).or_default().push(event);
        }
        let ids: Vec<AgreementId> = new.keys().cloned().collect();
        let streams = self.streams(&ids).await?;
        // Somebody else may have recorded more since this process looked.
        let last = streams.values().filter_map(|stream| stream.last()).map(|event| event.position).max();
        let recorded = self.position().max(last.unwrap_or_default());
        let mut rows = Vec::new();
        for (agreement, new) in new {
            let instrument = self.instrument(&agreement)?;
            let mut stream = streams.get(&agreement).map(|stream| stream.to_vec()).unwrap_or_default();
            for (position, event) in (recorded.0 + 1..).zip(new) {
                let version = Version(stream.last().map_or(0, |event| event.version.0) + 1);
                stream.push(Recorded { position: Position(position), version, ..event.clone() });
            }
            let found = would_differ(&History::of(&stream, instrument), instrument, recorded, self.today());
            rows.extend(found.into_iter().map(|differs| WouldDifferRow { agreement: agreement.clone(), differs }));
        }
        Ok(rows)
    }
}
