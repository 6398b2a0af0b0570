//! What is the order of a list?
//!
//! Invariant: every order is total, and an entry's key in it follows from the entry alone, so that a page can be cut by key.

use std::cmp::Reverse;

use super::{Answers, AskError, Page, Pin, Slice, WaitingRow};
use crate::domain::ids::{AgreementId, Position};
use crate::domain::words::words;

words! {
    /// The order of a list of agreements.
    AgreementOrder as "order of agreements" default Id {
        /// Agreements come in the order of their ids: by instrument, then by the country's code.
        Id = "id",
        /// The agreement whose newest event is the oldest comes first.
        Changed = "changed",
        /// The agreement with the newest event in the log comes first.
        LastChangedFirst = "last_changed_first",
    }
}

words! {
    /// The order of a list of milestones of all agreements.
    MilestoneListOrder as "order of milestones" default Recorded {
        /// Milestones come in the order in which they were first recorded. New ones come at the end, after the last cursor.
        Recorded = "recorded",
        /// The most recently recorded milestone comes first; later events about a milestone do not move it.
        LastRecordedFirst = "last_recorded_first",
        /// The milestone whose newest event is the oldest comes first. Use this order with `changedAfter` to bring a
        /// copy up to date in the order of the log.
        Changed = "changed",
        /// The milestone with the newest event comes first, whether it was recorded, refined, corrected, retracted or
        /// given a source by that event.
        LastChangedFirst = "last_changed_first",
    }
}

words! {
    /// The order of a list of stalled rounds.
    StalledOrder as "order of stalls" default OverLimit {
        /// The round that is the most days over its limit comes first.
        OverLimit = "over_limit",
        /// The round that has waited the most days comes first, whatever its limit.
        Days = "days",
        /// Rounds come in the order of the agreements' ids: by instrument, then by the country's code.
        Id = "id",
    }
}

impl MilestoneListOrder {
    /// Whether a milestone's place is that of the last event about it, and not that of its recording.
    pub(super) const fn is_by_change(self) -> bool {
        matches!(self, Self::Changed | Self::LastChangedFirst)
    }

    /// Whether the last comes first.
    pub(super) const fn is_backwards(self) -> bool {
        matches!(self, Self::LastRecordedFirst | Self::LastChangedFirst)
    }
}

impl StalledOrder {
    /// Puts stalls into this order; without it they come in that of the days over the limit.
    pub fn sort(self, rows: &mut [WaitingRow]) {
        let id = |row: &WaitingRow| row.agreement.clone();
        match self {
            Self::OverLimit => rows.sort_by_key(|row| (Reverse(row.waiting.over()), id(row))),
            Self::Days => rows.sort_by_key(|row| (Reverse(row.waiting.days), id(row))),
            Self::Id => rows.sort_by_key(id),
        }
    }
}

impl Answers {
    /// Cuts a page out of agreements in the order of their last change. The cursor of an entry is its id, as in every other
    /// order.
    pub(super) async fn by_change(
        &self,
        pin: &Pin,
        agreements: Vec<AgreementId>,
        page: &Page<String>,
        backwards: bool,
    ) -> Result<Slice<AgreementId>, AskError> {
        self.warm(&agreements).await?;
        let mut keyed = Vec::with_capacity(agreements.len());
        for id in agreements {
            keyed.push((self.changed(&id, pin).await?, id));
        }
        keyed.sort_unstable();
        let key = async |cursor: &Option<String>| match cursor.as_ref().and_then(|id| id.parse::<AgreementId>().ok()) {
            Some(id) => self.changed(&id, pin).await.map(Some),
            None => Ok(None),
        };
        let (after, before) = (key(&page.after).await?, key(&page.before).await?);
        let page = Page { after, before, limit: page.limit, from_end: page.from_end };
        let slice = page.turned(backwards).cut(keyed, |(changed, _)| *changed).turned(backwards);
        slice.try_map(|(_, id)| Ok(id))
    }

    /// Where the last event of an agreement is that counts at a pin.
    async fn changed(&self, agreement: &AgreementId, pin: &Pin) -> Result<Position, AskError> {
        Ok(self.history(agreement).await?.changed(&pin.knowledge))
    }
}
