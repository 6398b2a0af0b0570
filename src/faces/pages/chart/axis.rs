//! Where on the width does a day lie?
//!
//! Invariant: a later day never lies further left; what lies before the fold has its share of the width and no more.

use chrono::{Datelike, Days, NaiveDate};

/// Days from the first to the last, as shares of the width in percent.
#[derive(Debug, Clone, PartialEq)]
pub struct Axis {
    /// The first day of the axis.
    pub first: NaiveDate,
    /// The last day of the axis.
    pub last: NaiveDate,
    /// What lies before this day is drawn at a narrower scale, and ends at this share.
    pub fold: Option<(NaiveDate, f64)>,
    /// What is written along it.
    pub ticks: Vec<Tick>,
}

/// A year or a month along an axis.
#[derive(Debug, Clone, PartialEq)]
pub struct Tick {
    /// Where it stands, in units of the picture from the left.
    pub x: f64,
    /// The text of the label.
    pub label: String,
    /// Whether it is left out where there is little room.
    pub optional: bool,
}

impl Axis {
    /// The axis between two days, with what lies before a day folded.
    pub fn of(first: NaiveDate, last: NaiveDate, fold: Option<(NaiveDate, f64)>) -> Self {
        // An axis of no length has no shares.
        let last = last.max(first.checked_add_days(Days::new(30)).unwrap_or(first));
        let fold = fold.filter(|(day, _)| first < *day && *day < last);
        let mut axis = Self { first, last, fold, ticks: Vec::new() };
        axis.ticks = axis.labels();
        axis
    }

    /// Where a day lies; one outside lies at the edge.
    #[must_use]
    pub fn x(&self, day: NaiveDate) -> f64 {
        let share = |from: NaiveDate, to: NaiveDate| {
            let days = |between: chrono::TimeDelta| i32::try_from(between.num_days()).map_or(0.0, f64::from);
            days(day - from) / days(to - from).max(1.0)
        };
        let x = match self.fold {
            Some((fold, x)) if day <= fold => share(self.first, fold) * x,
            Some((fold, x)) => x + share(fold, self.last) * (100.0 - x),
            None => share(self.first, self.last) * 100.0,
        };
        (x.clamp(0.0, 100.0) * 100.0).round() / 100.0
    }

    /// The days and their shares between which it is straight, for the script: `1955-01-01:0,2005-01-01:24,2026-12-01:100`.
    #[must_use]
    pub fn stops(&self) -> String {
        let fold = self.fold.map(|(day, x)| format!("{day}:{x},")).unwrap_or_default();
        format!("{}:0,{fold}{}:100", self.first, self.last)
    }

    fn labels(&self) -> Vec<Tick> {
        let from = self.fold.map_or(self.first, |(day, _)| day);
        let years = (self.last - from).num_days() / 365;
        let mut ticks = if years < 3 && self.fold.is_none() { self.months(years) } else { self.years(years) };
        let crowded = ticks.iter().filter(|tick| self.fold.is_none_or(|(_, x)| tick.x > x)).count() > 6;
        let mut place = 0_usize;
        for tick in &mut ticks {
            if self.fold.is_some_and(|(_, x)| tick.x <= x) {
                tick.optional = tick.x > 5.0;
                continue;
            }
            tick.optional = crowded && place % 2 == 1;
            place += 1;
        }
        ticks
    }

    fn years(&self, years: i64) -> Vec<Tick> {
        let step = match years {
            46.. => 10,
            23.. => 5,
            10.. => 2,
            _ => 1,
        };
        let fits = |year: &i32| {
            let Some(day) = NaiveDate::from_ymd_opt(*year, 1, 1) else { return false };
            let folded = self.fold.filter(|(fold, _)| day < *fold);
            let room = folded.is_none_or(|(fold, _)| (fold - day).num_days() > 3_000);
            // The words of the day that ends the axis stand there.
            let near = self.x(day) > 96.0;
            year % folded.map_or(step, |_| 20) == 0 && day >= self.first && day <= self.last && room && !near
        };
        let tick = |year: i32| self.tick(year, 1, year.to_string());
        (self.first.year()..=self.last.year()).filter(fits).filter_map(tick).collect()
    }

    fn months(&self, years: i64) -> Vec<Tick> {
        let step = if years < 1 { 3 } else { 6 };
        let months =
            (self.first.year()..=self.last.year()).flat_map(|year| (1..=12).step_by(step).map(move |m| (year, m)));
        let tick = |(year, month): (i32, u32)| {
            let day = NaiveDate::from_ymd_opt(year, month, 1)?;
            let fits = day >= self.first && (self.last - day).num_days() >= 20;
            let label = if month == 1 { year.to_string() } else { day.format("%b").to_string() };
            self.tick(year, month, label).filter(|_| fits)
        };
        months.filter_map(tick).collect()
    }

    fn tick(&self, year: i32, month: u32, label: String) -> Option<Tick> {
        Some(Tick { x: self.x(NaiveDate::from_ymd_opt(year, month, 1)?), label, optional: false })
    }
}
