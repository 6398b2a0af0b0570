//! What is an agreement's status by the rules' own words, found by trying everything?
//!
//! Invariant: nothing here is shared with the core that answers in the program. A world is built step by step, on a
//! small grid of days, as the rules tell it; every possible one is tried, and those that add least are kept.

mod changes;
mod convert;
mod grid;
mod history;
mod milestones;
mod search;
mod told;
mod world;

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, NaiveDate};
use depositary::domain::words::{Headline, Listing, Possible, Stage, Standing};

pub use super::oracle::convert::{rules_of, told_of};
pub use super::oracle::told::{InstrumentRules, Sight, Told};
pub use super::oracle::world::Cost;

/// The possible values of every facet at the end of a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Answer {
    pub standings: Possible<Standing>,
    /// Empty for an instrument without listing.
    pub listings: Possible<Listing>,
    pub stages: Possible<Stage>,
    pub headlines: Possible<Headline>,
    /// The number of rounds, where the simplest worlds agree and there is one.
    pub round: Option<u16>,
}

/// What a history answers on every day, from one search.
#[derive(Debug, Clone)]
pub struct Answers {
    grid: grid::Grid,
    by_day: BTreeMap<i32, Answer>,
    /// What the simplest worlds add.
    pub cost: Cost,
}

impl Answers {
    /// Tries everything on the few days that matter.
    pub fn of(told: &[Told], rules: InstrumentRules) -> Self {
        let history = history::History::of(told, rules);
        Self::tried(&history, grid::Grid::of(&history))
    }

    /// Tries everything on every day from the first that matters to the last: slower, and the same answers.
    pub fn on_every_day(told: &[Told], rules: InstrumentRules) -> Self {
        let history = history::History::of(told, rules);
        Self::tried(&history, grid::Grid::of(&history).filled())
    }

    fn tried(history: &history::History, grid: grid::Grid) -> Self {
        let rules = history.rules;
        let (cost, at_ends) = search::simplest(history, &grid.days);
        let by_day = at_ends.into_iter().map(|(day, ends)| (day, summed(&ends, rules.has_listing))).collect();
        Self { grid, by_day, cost }
    }

    /// The status at the end of a day.
    pub fn on(&self, day: NaiveDate) -> Answer {
        self.by_day[&self.grid.sample(day.num_days_from_ce())]
    }

    /// The days on which something can change, and a day before and after them all.
    pub fn days(&self) -> BTreeSet<NaiveDate> {
        let samples = self.grid.days.iter().map(|day| self.grid.sample(*day));
        samples.filter_map(NaiveDate::from_num_days_from_ce_opt).collect()
    }
}

/// The status at the end of one day.
pub fn answer(told: &[Told], rules: InstrumentRules, day: NaiveDate) -> Answer {
    Answers::of(told, rules).on(day)
}

fn summed(ends: &BTreeSet<world::End>, has_listing: bool) -> Answer {
    let mut answer = Answer {
        standings: Possible::NONE,
        listings: Possible::NONE,
        stages: Possible::NONE,
        headlines: Possible::NONE,
        round: ends.first().map(|end| end.rounds).filter(|rounds| *rounds > 0),
    };
    for end in ends {
        answer.standings = answer.standings.or(end.standings);
        answer.stages = answer.stages.or(Possible::only(end.stage));
        answer.headlines = answer.headlines.or(end.headlines);
        if has_listing {
            answer.listings = answer.listings.or(Possible::only(end.listing));
        }
        answer.round = answer.round.filter(|round| *round == end.rounds);
    }
    answer
}
