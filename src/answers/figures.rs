//! Which numbers do sources give, and do stated counts of partners fit what the record counts on their day?
//!
//! Invariant: figures are cut by both axes of time like everything else; the count beside one is of the same knowledge.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{PoisonError, RwLock, RwLockReadGuard};

use chrono::NaiveDate;
use tokio::sync::Mutex;

use super::{Answers, AskError, Page, Pin, Slice};
use crate::domain::country::Country;
use crate::domain::figure::parts::{Measure, MeasureName};
use crate::domain::figure::state::FigureRecord;
use crate::domain::figure::{FigureId, FigureLogged};
use crate::domain::ids::{InstrumentCode, Position};
use crate::projections::figures::{Counted, Fit, countable, known, on_days};
use crate::projections::knowledge::Knowledge;

/// Every event of every figure that this process has read: figures are few, and each has a handful of events.
#[derive(Default)]
pub(super) struct Shelf {
    pages: RwLock<Pages>,
    /// Held by whoever reads on, so that the others need not.
    reading: Mutex<()>,
}

#[derive(Default)]
struct Pages {
    /// How far the log was read.
    up_to: Position,
    events: BTreeMap<FigureId, Vec<FigureLogged>>,
}

/// Which figures are asked for; an empty list filters nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FigureFilter {
    /// The instrument's code.
    pub instrument: Option<String>,
    /// Only those of agreements with these countries.
    pub countries: Vec<Country>,
    /// Only these measures.
    pub measures: Vec<MeasureName>,
    /// Only those whose span can reach over this day.
    pub on: Option<NaiveDate>,
    /// Only counts that fit the record in one of these ways.
    pub fits: Vec<Fit>,
}

/// A figure with what the record counts on its day, where it can count the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FigureRow {
    /// Its place in the list, from 1.
    pub place: u64,
    /// The figure as it was known.
    pub record: FigureRecord,
    /// What the record counts, and whether the figure fits.
    pub counted: Option<(Counted, Fit)>,
}

/// Which counts of the record are wanted: of an instrument by a measure on a day.
type Counts = BTreeMap<(InstrumentCode, Measure, NaiveDate), Counted>;

impl FigureFilter {
    /// Whether a figure passes, the fit aside.
    fn admits(&self, record: &FigureRecord) -> bool {
        let figure = &record.figure;
        self.instrument.as_ref().is_none_or(|code| code == figure.of.instrument().as_str())
            && (self.countries.is_empty() || figure.of.country().is_some_and(|of| self.countries.contains(&of)))
            && (self.measures.is_empty() || self.measures.contains(&figure.measure))
            && self.on.is_none_or(|day| figure.span.can_reach(day))
    }
}

impl Answers {
    /// The figures that pass, in the order of what they are about, of measure and of span.
    ///
    /// # Errors
    /// When the instrument is not known or the log cannot be read.
    pub async fn figures(
        &self,
        pin: &Pin,
        filter: &FigureFilter,
        page: &Page<u64>,
    ) -> Result<Slice<FigureRow>, AskError> {
        self.code(filter.instrument.as_deref())?;
        let mut records = self.figures_by(&pin.knowledge).await?;
        records.retain(|record| filter.admits(record));
        let order = |record: &FigureRecord| {
            let figure = &record.figure;
            (figure.of.clone(), figure.measure.clone(), figure.span.first(), figure.span.last(), record.position)
        };
        records.sort_by_cached_key(order);
        let placed = (1..).zip(records).collect();
        if filter.fits.is_empty() {
            // The record is counted for what is shown alone.
            let Slice { items, has_previous, has_next, total } = page.cut(placed, |(place, _)| *place);
            return Ok(Slice { items: self.rows(items, &pin.knowledge).await?, has_previous, has_next, total });
        }
        let mut rows = self.rows(placed, &pin.knowledge).await?;
        rows.retain(|row| row.counted.is_some_and(|(_, fit)| filter.fits.contains(&fit)));
        rows.iter_mut().zip(1..).for_each(|(row, place)| row.place = place);
        Ok(page.cut(rows, |row| row.place))
    }

    /// One figure at a pin; `None` when it was not known by then, or was taken back.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub async fn figure(&self, id: FigureId, pin: &Pin) -> Result<Option<FigureRow>, AskError> {
        let figure = self.read_figures(pin.knowledge.position).await?.events.get(&id).cloned();
        let Some(record) = figure.and_then(|events| known(&events, &pin.knowledge)) else { return Ok(None) };
        Ok(self.rows(vec![(1, record)], &pin.knowledge).await?.pop())
    }

    /// How each of some figures stands at a position, retracted ones too; one that was never recorded is missing.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub async fn figure_records(&self, at: Position) -> Result<BTreeMap<FigureId, FigureRecord>, AskError> {
        let pages = self.read_figures(at).await?;
        let stand = |events: &[FigureLogged]| FigureRecord::of(events.iter().filter(|event| event.position <= at));
        Ok(pages.events.iter().filter_map(|(id, events)| Some((*id, stand(events)?))).collect())
    }

    async fn figures_by(&self, knowledge: &Knowledge) -> Result<Vec<FigureRecord>, AskError> {
        let pages = self.read_figures(knowledge.position).await?;
        Ok(pages.events.values().filter_map(|events| known(events, knowledge)).collect())
    }

    /// What was read of figures, at least up to a position. What is in memory is returned even while the database is
    /// away.
    async fn read_figures(&self, position: Position) -> Result<RwLockReadGuard<'_, Pages>, AskError> {
        let pages = || self.shelf.pages.read().unwrap_or_else(PoisonError::into_inner);
        if pages().up_to < position {
            let _reading = self.shelf.reading.lock().await;
            let from = pages().up_to;
            if from < position {
                let new = self.reader().store().figure_events(from, position).await?;
                let mut pages = self.shelf.pages.write().unwrap_or_else(PoisonError::into_inner);
                for logged in new {
                    pages.events.entry(logged.figure).or_default().push(logged);
                }
                pages.up_to = position;
            }
        }
        Ok(pages())
    }

    /// Some figures at their places, with what the record counts.
    async fn rows(&self, placed: Vec<(u64, FigureRecord)>, knowledge: &Knowledge) -> Result<Vec<FigureRow>, AskError> {
        let counts = self.counts(placed.iter().map(|(_, record)| record), knowledge).await?;
        let row = |(place, record): (u64, FigureRecord)| {
            let figure = &record.figure;
            let counted = countable(figure).and_then(|(day, measure, value)| {
                let counted = counts.get(&(figure.of.instrument().clone(), measure, day))?;
                Some((*counted, counted.fit(value, figure.accuracy)))
            });
            FigureRow { place, record, counted }
        };
        Ok(placed.into_iter().map(row).collect())
    }

    /// What the record counts on the days of figures that count partners: each agreement is folded once for all its
    /// days.
    async fn counts<'r>(
        &self,
        records: impl Iterator<Item = &'r FigureRecord>,
        knowledge: &Knowledge,
    ) -> Result<Counts, AskError> {
        let mut wanted: BTreeMap<InstrumentCode, BTreeSet<(Measure, NaiveDate)>> = BTreeMap::new();
        for record in records {
            let code = record.figure.of.instrument();
            // An instrument that this process does not know is not answered for.
            if let Some((day, measure, _)) = countable(&record.figure)
                && self.instruments().find(code).is_some()
            {
                wanted.entry(code.clone()).or_default().insert((measure, day));
            }
        }
        let mut counts = Counts::new();
        for (code, wanted) in wanted {
            let days: BTreeSet<NaiveDate> = wanted.iter().map(|(_, day)| *day).collect();
            let mut counted: BTreeMap<(Measure, NaiveDate), Counted> =
                wanted.iter().map(|key| (*key, Counted::default())).collect();
            self.fold_all(
                Some(&code),
                |_, worlds, instrument| {
                    for (day, status) in on_days(worlds, instrument, days.iter().copied()) {
                        let of_day = counted.iter_mut().filter(|((_, of), _)| *of == day);
                        of_day.for_each(|((measure, _), counted)| counted.count(*measure, &status));
                    }
                },
                knowledge,
            )
            .await?;
            counts.extend(counted.into_iter().map(|((measure, day), counted)| ((code.clone(), measure, day), counted)));
        }
        Ok(counts)
    }
}
