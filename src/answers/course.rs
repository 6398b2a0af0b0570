//! How did an agreement's status run through time, for whoever draws it or asks since when?
//!
//! Invariant: the days are cut as `Answers::periods` cuts them, and what the last of them says of the pin's day is the status
//! that is answered; no reason and no text is looked for, so that every agreement at once is cheap.

use chrono::{Days, NaiveDate};

use super::{Answers, AskError, Pin};
use crate::domain::ids::AgreementId;
use crate::domain::instrument::Instrument;
use crate::domain::time::UncertainDate;
use crate::domain::words::{Possible, Stage, Word};
use crate::projections::history::Fact;
use crate::projections::limits::Limits;
use crate::projections::stalled::Waiting;
use crate::projections::status::{Status, status_at};
use crate::projections::timeline::{Period, periods_by};
use crate::projections::worlds::Worlds;

/// The status of an agreement on a day, and how it ran before and after.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Course {
    /// The agreement that this is about.
    pub agreement: AgreementId,
    /// Whether its record is open: a country without one has a course too.
    pub opened: bool,
    /// The status on the pin's day, its waiting judged by comparable rounds.
    pub status: Status,
    /// The days, from ever to ever, each with its values alone.
    pub periods: Vec<Period>,
    /// What is known to have happened, in reading order.
    pub facts: Vec<Fact>,
    /// The days on which a round waited longer than the limit of its stage, by the limits of the pin's day.
    pub over: Vec<Over>,
}

/// Days on which a round waited longer than the limit of its stage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Over {
    /// The stage that it waited in.
    pub stage: Stage,
    /// The first day beyond the limit.
    pub from: NaiveDate,
    /// The first day on which it can have left the stage; `None` when it is there still.
    pub to: Option<NaiveDate>,
    /// The limit of the stage, in days.
    pub limit_days: u32,
}

/// Whether something holds on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holds {
    /// It holds in every simplest world.
    Certainly,
    /// It holds in some simplest worlds, but not in all.
    Possibly,
    /// In none of the simplest worlds.
    Not,
}

impl Course {
    fn of(id: &AgreementId, worlds: &Worlds, instrument: &Instrument, pin: &Pin, limits: &Limits) -> Self {
        let mut status = status_at(worlds, instrument, pin.day);
        let waiting = Waiting::by_limits(&status.waits, limits, instrument);
        status.waiting = waiting.map(|waiting| waiting.with_news(status.background.heard, pin.day, instrument));
        let key = |status: &Status| (status.facets(), status.evaluation_factor_percent(instrument));
        Self {
            agreement: id.clone(),
            opened: worlds.known.opened,
            periods: periods_by(worlds, instrument, key),
            facts: worlds.known.facts.clone(),
            over: over(worlds, instrument, limits, &status),
            status,
        }
    }

    /// Since when something holds without a break, on the day of the course: from the first day on which it is possible to the
    /// first on which it is certain. `None` where it is not certain, or holds from ever.
    #[must_use]
    pub fn since(&self, holds: impl Fn(&Status) -> Holds) -> Option<UncertainDate> {
        let (mut possibly, mut certainly) = (None, None);
        for period in self.until_now() {
            match holds(&period.status) {
                Holds::Not => (possibly, certainly) = (None, None),
                Holds::Possibly => {
                    certainly = None;
                    possibly.get_or_insert(period.from);
                }
                Holds::Certainly => {
                    possibly.get_or_insert(period.from);
                    certainly.get_or_insert(period.from);
                }
            }
        }
        UncertainDate::between(possibly.flatten(), certainly.flatten()?)
    }

    /// Since when a part of the status has had its present value without a break, as [`Course::since`]. `None` where the value is not
    /// certain, or was so from ever.
    #[must_use]
    pub fn since_now<W: Word>(&self, of: impl Fn(&Status) -> Possible<W>) -> Option<UncertainDate> {
        let now = of(&self.status).certain()?;
        self.since(|status| match of(status) {
            values if values.certain() == Some(now) => Holds::Certainly,
            values if values.has(now) => Holds::Possibly,
            _ => Holds::Not,
        })
    }

    /// The values on a day.
    #[must_use]
    pub fn on(&self, day: NaiveDate) -> Option<&Status> {
        let begun = |period: &&Period| period.from.is_none_or(|from| from <= day);
        self.periods.iter().rev().find(begun).map(|period| &period.status)
    }

    /// The first day on which anything of the agreement differs from what it was from ever; a change of what the instrument does to
    /// offers is none of these.
    #[must_use]
    pub fn begins(&self) -> Option<NaiveDate> {
        let ever = self.periods.first()?.status.facets();
        self.periods.iter().find(|period| period.status.facets() != ever)?.from
    }

    /// The last day before the day of the course on which a value changed.
    #[must_use]
    pub fn change_before(&self) -> Option<NaiveDate> {
        self.until_now().filter_map(|period| period.from).filter(|from| *from < self.status.day).last()
    }

    /// The first day after the day of the course, and no later than another, on which a value changes.
    #[must_use]
    pub fn change_after(&self, last: NaiveDate) -> Option<NaiveDate> {
        let days = self.periods.iter().filter_map(|period| period.from);
        days.filter(|from| *from > self.status.day && *from <= last).min()
    }

    fn until_now(&self) -> impl Iterator<Item = &Period> {
        self.periods.iter().filter(|period| period.from.is_none_or(|from| from <= self.status.day))
    }
}

/// The days beyond the limits of their stages that rounds waited, up to the status' day.
fn over(worlds: &Worlds, instrument: &Instrument, limits: &Limits, status: &Status) -> Vec<Over> {
    let untold = status.waiting.filter(|waiting| waiting.outcome_unknown).map(|waiting| waiting.round);
    let open = |round: u16, left: bool| !left && untold == Some(round);
    let spells = worlds.spells.iter().filter(|spell| !open(spell.round, spell.left.is_some()));
    let found = spells.filter_map(|spell| {
        let limit_days = limits.limit(spell.group, instrument).days?;
        let from = spell.entered.latest().checked_add_days(Days::new(u64::from(limit_days) + 1))?;
        let to = spell.left.map(|left| left.when.earliest().unwrap_or_else(|| left.when.latest()));
        let waits = from <= status.day && to.is_none_or(|to| from < to);
        waits.then_some(Over { stage: spell.group.stage, from, to, limit_days })
    });
    found.collect()
}

impl Answers {
    /// The course of an agreement, whether a record of it is open or not.
    ///
    /// # Errors
    /// When the instrument is not known or the log cannot be read.
    pub async fn course(&self, id: &AgreementId, pin: &Pin) -> Result<Course, AskError> {
        let instrument = self.instrument(id)?;
        let limits = self.limits(instrument, &pin.knowledge, pin.day).await?;
        let history = self.history(id).await?;
        Ok(Course::of(id, &history.worlds(&pin.knowledge, instrument), instrument, pin, &limits))
    }

    /// The courses of every agreement of an instrument that is known at the pin, in the order of their ids.
    ///
    /// # Errors
    /// As [`Answers::course`].
    pub async fn courses(&self, instrument: &str, pin: &Pin) -> Result<Vec<Course>, AskError> {
        let instrument = self.instruments().load(instrument).map_err(AskError::Instrument)?;
        let limits = self.limits(instrument, &pin.knowledge, pin.day).await?;
        let mut all = Vec::new();
        self.each_history(Some(&instrument.code), |id, history, instrument| {
            let worlds = history.worlds(&pin.knowledge, instrument);
            if worlds.known.opened {
                all.push(Course::of(id, &worlds, instrument, pin, &limits));
            }
        })
        .await?;
        Ok(all)
    }
}
