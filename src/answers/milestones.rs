//! Which milestones, of all agreements, and which have changed since?
//!
//! Invariant: a list of current knowledge and one of earlier knowledge follow the same rules; and whoever asks again for what has
//! changed after the position of the last answer misses nothing, corrections and retractions included.

use super::{Answers, AskError, MOST, MilestoneListOrder, Page, Pin, Slice};
use crate::domain::country::Country;
use crate::domain::ids::{AgreementId, MilestoneId, Position};
use crate::domain::words::{MilestoneKind, Word};
use crate::projections::history::History;
use crate::projections::knowledge::Basis;
use crate::store::MilestoneSearch;

/// Which milestones are asked for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct MilestoneFilter {
    /// The code of the only instrument that is wanted; `None` for all.
    pub instrument: Option<String>,
    /// Only milestones of agreements with these countries; when omitted or empty, all countries.
    pub countries: Vec<Country>,
    /// Only these kinds, one bit each; all when none.
    pub kinds: u32,
    /// Only those first recorded after this position.
    pub recorded_after: Option<Position>,
    /// Only those first recorded up to this position.
    pub recorded_up_to: Option<Position>,
    /// Only those of which something was recorded after this position: new ones, and older ones that were refined, corrected,
    /// retracted or given a source since.
    pub changed_after: Option<Position>,
    /// The order of the list.
    pub order: MilestoneListOrder,
}

impl MilestoneFilter {
    /// Whether a milestone of this kind passes the filter.
    fn admits(&self, kind: MilestoneKind) -> bool {
        self.kinds == 0 || self.kinds & (1 << kind.index()) != 0
    }

    /// What passes of one history, each with its place in the list.
    fn found(&self, pin: &Pin, id: &AgreementId, history: &History) -> Vec<FoundMilestone> {
        if !self.countries.is_empty() && !self.countries.contains(&id.country) {
            return Vec::new();
        }
        let knowledge = &pin.knowledge;
        let (recorded, up_to) = (self.recorded_after, self.recorded_up_to.unwrap_or(knowledge.position));
        let known = history.milestones(knowledge).into_iter().filter(|(_, position, kind)| {
            self.admits(*kind) && recorded.is_none_or(|after| *position > after) && *position <= up_to
        });
        let by_change = self.changed_after.is_some() || self.order.is_by_change();
        let placed = known.filter_map(|(milestone, position, _)| {
            let touches = if by_change { history.touches(milestone, knowledge) } else { Vec::new() };
            let changed = touches.last().map_or(position, |touch| touch.position);
            let position = if self.order.is_by_change() { changed } else { position };
            let found = FoundMilestone { agreement: id.clone(), milestone, position };
            self.changed_after.is_none_or(|after| changed > after).then_some(found)
        });
        placed.collect()
    }
}

/// A milestone in log order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundMilestone {
    /// The agreement that it belongs to.
    pub agreement: AgreementId,
    /// The milestone that this is about.
    pub milestone: MilestoneId,
    /// Its place in the list: where it was first recorded, or last changed where the list is in that order.
    pub position: Position,
}

impl Answers {
    /// The milestones that pass, up to the pin's position, in the filter's order; by what was recorded those that were
    /// retracted too.
    ///
    /// # Errors
    /// As [`Answers::agreements`].
    pub async fn milestones(
        &self,
        pin: &Pin,
        filter: &MilestoneFilter,
        page: &Page<Position>,
    ) -> Result<Slice<FoundMilestone>, AskError> {
        self.follows(filter.changed_after.max(filter.recorded_after))?;
        let backwards = filter.order.is_backwards();
        let page = &page.clone().turned(backwards);
        let found = if filter.changed_after.is_some() || filter.order.is_by_change() {
            self.changed_milestones(pin, filter, page).await
        } else {
            self.recorded_milestones(pin, filter, page).await
        };
        Ok(found?.turned(backwards))
    }

    /// The same in the order in which the log first learnt them, whatever became of them later.
    async fn recorded_milestones(
        &self,
        pin: &Pin,
        filter: &MilestoneFilter,
        page: &Page<Position>,
    ) -> Result<Slice<FoundMilestone>, AskError> {
        let pinned = pin.knowledge.position;
        let instrument = self.code(filter.instrument.as_deref())?;
        let up_to = filter.recorded_up_to.map_or(pinned, |up_to| up_to.min(pinned));
        if self.tables && pin.knowledge.basis == Basis::Recorded {
            let kinds = MilestoneKind::ALL.iter().copied().filter(|kind| filter.admits(*kind));
            let search = MilestoneSearch {
                instrument: instrument.clone(),
                countries: filter.countries.clone(),
                kinds: if filter.kinds == 0 { Vec::new() } else { kinds.collect() },
                after: filter.recorded_after,
                up_to: Some(up_to),
            };
            let searched = self.reader().store().search_milestones(&search, &page.keyset()).await?;
            // The tables hold the newest kinds; what was corrected since may have been of another.
            if filter.kinds == 0 || searched.head == pinned {
                let found = searched.found.into_iter();
                let found =
                    found.map(|(agreement, milestone, position)| FoundMilestone { agreement, milestone, position });
                return Ok(page.slice(found.collect(), searched.total));
            }
        }
        let mut found = Vec::new();
        self.each_history(instrument.as_ref(), |id, history, _| found.extend(filter.found(pin, id, history))).await?;
        found.sort_by_key(|found| found.position);
        Ok(page.cut(found, |found| found.position))
    }

    /// The same where it matters what became of them: only the histories are looked at in which something happened since.
    async fn changed_milestones(
        &self,
        pin: &Pin,
        filter: &MilestoneFilter,
        page: &Page<Position>,
    ) -> Result<Slice<FoundMilestone>, AskError> {
        let instrument = self.code(filter.instrument.as_deref())?;
        let after = filter.changed_after.unwrap_or_default();
        let mut ids = self.reader().store().streams_touched(after, pin.knowledge.position).await?;
        ids.retain(|id| instrument.as_ref().is_none_or(|code| *code == id.instrument));
        ids.retain(|id| filter.countries.is_empty() || filter.countries.contains(&id.country));
        let mut found = Vec::new();
        for some in ids.chunks(MOST) {
            self.warm(some).await?;
            for id in some.iter().filter(|id| self.instruments().find(&id.instrument).is_some()) {
                found.extend(filter.found(pin, id, &*self.history(id).await?));
            }
        }
        found.sort_by_key(|found| found.position);
        Ok(page.cut(found, |found| found.position))
    }
}
