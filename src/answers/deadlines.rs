//! Which deadlines are coming?
//!
//! Invariant: from the tables or folded, the deadlines are the same; each says by which event its day is known.

use chrono::{DateTime, NaiveDate, Utc};

use super::{Answers, AskError, Page, Pin, Slice};
use crate::domain::country::Country;
use crate::domain::ids::{AgreementId, Position};
use crate::projections::deadlines::{Window, deadline_sentence};
use crate::projections::watched::{Due, Watched};

/// Which deadlines are asked for; what is left out filters nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DeadlineFilter {
    /// The code of the only instrument that is wanted; `None` for all.
    pub instrument: Option<String>,
    /// Only deadlines of agreements with these countries; empty for all.
    pub countries: Vec<Country>,
    /// Only those that can be on this day or later; 30 days before the pin's day when left out.
    pub from: Option<NaiveDate>,
    /// Only those that can be on this day or before.
    pub to: Option<NaiveDate>,
}

/// A day on which something ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeadlineRow {
    /// Its place in the list, from 1.
    pub place: u64,
    /// The agreement that it belongs to.
    pub agreement: AgreementId,
    /// What ends on the day of the deadline, and the day.
    pub due: Due,
    /// The instant at which the day was recorded.
    pub told_at: DateTime<Utc>,
    /// The position of the event that recorded the day.
    pub told_position: Position,
    /// How often the milestone that gives the day had been corrected.
    pub corrections: usize,
    /// The deadline as a sentence in plain English.
    pub sentence: String,
}

impl Answers {
    /// The deadlines between two days, the next first.
    ///
    /// # Errors
    /// When the days are the wrong way round, the instrument is not known or the log cannot be read.
    pub async fn deadlines(
        &self,
        pin: &Pin,
        filter: &DeadlineFilter,
        page: &Page<u64>,
    ) -> Result<Slice<DeadlineRow>, AskError> {
        let window = Window::on(pin.day, filter.from, filter.to);
        if let Some(to) = window.to.filter(|to| *to < window.from) {
            return Err(AskError::Backwards { from: window.from, to });
        }
        let code = self.code(filter.instrument.as_deref())?;
        let tabled = Box::pin(self.reader().store().watched(code.as_ref(), pin.knowledge.position));
        let all = self.tabled_or_folded(code.as_ref(), &pin.knowledge, tabled, |worlds, _| Watched::of(worlds)).await?;
        let asked = |id: &AgreementId| filter.countries.is_empty() || filter.countries.contains(&id.country);
        let mut found: Vec<(AgreementId, Due)> = Vec::new();
        for (id, watched) in all.iter().filter(|(id, _)| asked(id)) {
            found.extend(window.of(watched).map(|due| (id.clone(), due)));
        }
        // Stable, so that those of one agreement on the same days stay in reading order.
        found.sort_by_key(|(id, due)| (due.first(), due.on.latest(), id.clone()));
        let slice = page.cut((1..).zip(found).collect(), |(place, _)| *place);
        self.told(pin, slice).await
    }

    /// A part of the list, with the events that recorded the days.
    async fn told(&self, pin: &Pin, slice: Slice<(u64, (AgreementId, Due))>) -> Result<Slice<DeadlineRow>, AskError> {
        let mut ids: Vec<AgreementId> = slice.items.iter().map(|(_, (id, _))| id.clone()).collect();
        ids.sort_unstable();
        ids.dedup();
        let streams = self.streams(&ids).await?;
        let Slice { items, has_previous, has_next, total } = slice;
        let mut rows = Vec::with_capacity(items.len());
        for (place, (agreement, due)) in items {
            let events = streams.get(&agreement).map_or(&[][..], |events| &events[..]);
            // What is known of a milestone was recorded, so that there is one.
            let mut tellings = due.told_by(events, &pin.knowledge);
            let Some(told) = tellings.next() else { continue };
            let corrections = tellings.count();
            let sentence = deadline_sentence(&agreement, self.instrument(&agreement)?, due.deadline, due.on);
            let (told_at, told_position) = (told.recorded_at, told.position);
            rows.push(DeadlineRow { place, agreement, due, told_at, told_position, corrections, sentence });
        }
        Ok(Slice { items: rows, has_previous, has_next, total })
    }
}
