//! Which days does it take to try everything?
//!
//! Invariant: every day on which a bound begins or ends is a day of the grid, and between two of them there is one that
//! stands for all, with a day after it, so that what lies between can lie on either side.

use std::collections::BTreeSet;

use super::history::{Act, Bounds, History};

/// The days of a history that differ.
#[derive(Debug, Clone)]
pub struct Grid {
    /// The days on which worlds place what happens, in order.
    pub days: Vec<i32>,
    /// Those on which something begins or ends.
    marks: BTreeSet<i32>,
    /// The one that stands for all before them.
    before: i32,
}

/// So far from all others that no window reaches.
const FAR: i32 = 10_000;

impl Grid {
    pub fn of(history: &History) -> Self {
        let mut marks: BTreeSet<i32> = history.seen.iter().map(|(day, _)| *day).collect();
        // What is seen on the day of a milestone may be what held that morning: the end of the day before.
        let mornings = history.seen.iter().filter(|(day, _)| history.told_for(*day).next().is_some());
        marks.extend(mornings.map(|(day, _)| day - 1));
        for placed in &history.placed {
            marks.extend([placed.bounds.earliest, placed.bounds.latest]);
            if let Act::Entry { until: Some(until) } | Act::Renewed { until: Some(until) } = placed.act {
                marks.extend([until.earliest.saturating_add(1), until.latest + 1]);
            }
        }
        marks.retain(|day| *day > i32::MIN + FAR);
        for (bounds, days) in moved(history) {
            let moved: Vec<i32> = marks.iter().filter(|day| bounds.has(**day)).map(|day| day + days).collect();
            marks.extend(moved);
        }
        let wide = history.has(|act| matches!(act, Act::Notice { closes: None, .. }));
        let mut days = marks.clone();
        for (one, next) in marks.iter().zip(marks.iter().skip(1)) {
            days.extend([one + 1, one + 2].iter().filter(|day| *day < next));
            if wide && next - 1 > *one {
                days.insert(next - 1);
            }
        }
        let first = marks.first().copied().unwrap_or_default();
        days.extend([first - 2 * FAR, first - FAR, first - FAR + 1, marks.last().copied().unwrap_or_default() + 1]);
        Self { days: days.into_iter().collect(), marks, before: first - FAR }
    }

    /// The same with every day between the marks, each standing for itself.
    pub fn filled(mut self) -> Self {
        if let (Some(first), Some(last)) = (self.marks.first().copied(), self.marks.last().copied()) {
            self.days.extend(first - 2..=last + 2);
            self.days.sort_unstable();
            self.days.dedup();
            self.marks.extend(first - 1..=last + 1);
        }
        self
    }

    /// The day of the grid that stands for a day.
    pub fn sample(&self, day: i32) -> i32 {
        match self.marks.range(..=day).next_back() {
            Some(mark) if *mark == day => day,
            Some(mark) => mark + 1,
            None => self.before,
        }
    }
}

/// The bounds within which something lies that brings a review so many days later.
fn moved(history: &History) -> Vec<(Bounds, i32)> {
    let mut moved = Vec::new();
    for placed in &history.placed {
        match placed.act {
            Act::Closing => moved.push((placed.bounds, 1)),
            Act::Notice { closes: Some(closes), .. } => {
                let own = Bounds { earliest: placed.bounds.latest, ..placed.bounds };
                moved.push((own, closes + 1 - placed.bounds.latest));
            }
            Act::Notice { closes: None, .. } => {
                let window = history.rules.window;
                let days = window.into_iter().flat_map(|(fewest, most)| [fewest, most]);
                moved.extend(days.map(|days| (placed.bounds, 1_i32.saturating_add_unsigned(days))));
            }
            _ => {}
        }
    }
    moved
}
