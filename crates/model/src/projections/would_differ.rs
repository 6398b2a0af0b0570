//! What would be answered otherwise once more was recorded of an agreement?
//!
//! Invariant: both answers are told by the rules for one day, before and after; the days are those on which a milestone lies that
//! would be known otherwise, and the day of asking.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use super::history::{Fact, History, Matter};
use super::knowledge::Knowledge;
use super::status::{Status, values_at};
use super::timeline::same;
use crate::domain::ids::{MilestoneId, Position};
use crate::domain::instrument::Instrument;
use crate::domain::time::UncertainDate;

/// A change of an agreement's answers, on some days.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WouldDiffer {
    /// The days, in their order; never none.
    pub days: Vec<NaiveDate>,
    /// What is answered now; of the first of the days.
    pub before: Status,
    /// What would be answered; of the first of the days.
    pub after: Status,
}

/// How the answers to a history that goes on after a position differ from those before it, today and on the days of what would be
/// known otherwise. Days that follow each other with the same two answers stand together.
#[must_use]
pub fn would_differ(
    history: &History,
    instrument: &Instrument,
    recorded: Position,
    today: NaiveDate,
) -> Vec<WouldDiffer> {
    let knowledges = [Knowledge::at(recorded), Knowledge::at(history.through())];
    let mut days = knowledges_differ(history, &knowledges);
    days.insert(today);
    let [before, after] = knowledges.map(|knowledge| history.worlds(&knowledge, instrument));
    let mut all: Vec<WouldDiffer> = Vec::new();
    for day in days {
        let [before, after] = [&before, &after].map(|worlds| values_at(worlds, instrument, day));
        if same(&before, &after) {
            continue;
        }
        // The factor may change on a day on which nothing else does.
        let alike = |one: &Status, other: &Status| {
            same(one, other) && one.evaluation_factor_percent(instrument) == other.evaluation_factor_percent(instrument)
        };
        match all.last_mut() {
            Some(last) if alike(&last.before, &before) && alike(&last.after, &after) => last.days.push(day),
            _ => all.push(WouldDiffer { days: vec![day], before, after }),
        }
    }
    all
}

/// The days on which a milestone begins, ends or counts that the two knowledges have differently.
fn knowledges_differ(history: &History, knowledges: &[Knowledge; 2]) -> BTreeSet<NaiveDate> {
    let told = knowledges.each_ref().map(|knowledge| {
        let facts = history.told(knowledge).facts.into_iter().map(|fact| (fact.milestone, fact));
        facts.collect::<BTreeMap<MilestoneId, Fact>>()
    });
    let [before, after] = &told;
    let ids: BTreeSet<&MilestoneId> = before.keys().chain(after.keys()).collect();
    let differing = ids.into_iter().filter(|id| before.get(id) != after.get(id));
    let facts = differing.flat_map(|id| before.get(id).into_iter().chain(after.get(id)));
    facts.flat_map(days_of).collect()
}

/// The days of a milestone on which an answer may turn: its own, and those after the ends that it tells.
fn days_of(fact: &Fact) -> Vec<NaiveDate> {
    let mut days = vec![fact.occurred.latest(), fact.counts.latest()];
    days.extend([fact.occurred, fact.counts].into_iter().filter_map(UncertainDate::earliest));
    let end = match fact.matter {
        Matter::Notice { closes, .. } => closes,
        Matter::Until(until) => Some(until.latest()),
        _ => None,
    };
    days.extend(end.and_then(|end| end.succ_opt()));
    days
}
