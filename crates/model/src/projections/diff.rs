//! What made the difference between the statuses of an agreement on two days, by two knowledges?
//!
//! Invariant: what the one side knows is exchanged for what the other knows, milestone by milestone, and then the days pass;
//! a cause is a step that changes the status and that no later one takes back. So no difference is without a cause, and
//! swapped sides have the same causes.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use super::history::{Fact, History, Known, Touch, Touched};
use super::knowledge::Knowledge;
use super::sentence::dated;
use super::status::{Facets, Rule, Status, status_at};
use super::timeline::same;
use super::worlds::{Days, Decider, Worlds};
use crate::domain::ids::{MilestoneId, Position};
use crate::domain::instrument::Instrument;
use crate::domain::time::UncertainDate;
use crate::domain::words::{MilestoneKind, Word, words};

/// One side of a comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Side {
    /// The day that is asked about.
    pub day: NaiveDate,
    /// The knowledge that this side rests on.
    pub knowledge: Knowledge,
}

/// Two statuses that differ, and why they do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The status on the one side.
    pub from: Status,
    /// The status on the other.
    pub to: Status,
    /// What made the difference, in reading order; never nothing.
    pub causes: Vec<Cause>,
}

words! {
    /// How the two sides of a comparison differ about a milestone.
    ChangeKind as "change" {
        /// Both sides know the same about the milestone. The milestone, or what a rule concludes from it, lies between
        /// the two days.
        Happened = "happened",
        /// Only one side knows the milestone, or one of its sources: it was recorded (under `PUBLISHED`: published)
        /// after the `knownAt` or `atPosition` of the other side.
        Learnt = "learnt",
        /// One side knows a more precise date of the milestone.
        Refined = "refined",
        /// One side knows the milestone as it was before a correction or a retraction.
        Corrected = "corrected",
    }
}

/// A milestone that made a difference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cause {
    /// The milestone that this is about.
    pub milestone: MilestoneId,
    /// Its kind, on the later side where that knows it.
    pub kind: MilestoneKind,
    /// What came between the sides.
    pub change: ChangeKind,
    /// Whether it, or what a rule draws from it, also came between the two days; always so when it [happened].
    ///
    /// [happened]: ChangeKind::Happened
    pub happened: bool,
    /// The rule by which it made the difference, where the milestone itself did not: the mere passing of days.
    pub rule: Option<Rule>,
    /// When it came, or what the rule draws from it.
    pub came: UncertainDate,
    /// The last event that one side alone counts; `None` when both know the same.
    pub position: Option<Position>,
}

impl Cause {
    /// The cause in plain English.
    #[must_use]
    pub fn sentence(&self) -> String {
        let plain = |word: &str| word.replace('_', " ");
        let rule = self.rule.map(|rule| format!(", by rule: {}", plain(rule.as_str()))).unwrap_or_default();
        let change = match (self.change, self.happened) {
            (ChangeKind::Happened, _) | (_, false) => self.change.as_str().to_owned(),
            (change, true) => format!("{}, and happened", change.as_str()),
        };
        format!("{} {}{rule} ({change})", dated(self.came), plain(self.kind.as_str()))
    }
}

impl Difference {
    /// The causes in plain English.
    #[must_use]
    pub fn sentence(&self) -> String {
        self.causes.iter().map(Cause::sentence).collect::<Vec<_>>().join("; ")
    }
}

/// Whether the statuses of the two sides differ in a facet or in the round.
#[must_use]
pub fn differs(history: &History, instrument: &Instrument, from: &Side, to: &Side) -> bool {
    from != to && !same(&status(history, instrument, from), &status(history, instrument, to))
}

/// The difference between two sides; `None` when they say the same.
#[must_use]
pub fn difference(history: &History, instrument: &Instrument, from: &Side, to: &Side) -> Option<Difference> {
    let (before, after) = (status(history, instrument, from), status(history, instrument, to));
    if same(&before, &after) {
        return None;
    }
    // The same walk whichever side comes first: as history went, and as knowledge grew.
    let (early, late) = if order(from) <= order(to) { (from, to) } else { (to, from) };
    Some(Difference { from: before, to: after, causes: causes(history, instrument, early, late) })
}

fn status(history: &History, instrument: &Instrument, side: &Side) -> Status {
    status_at(&history.worlds(&side.knowledge, instrument), instrument, side.day)
}

fn order(side: &Side) -> impl Ord + use<> {
    let Knowledge { position, basis, known_at } = side.knowledge;
    (side.day, position, known_at.is_none(), known_at, basis.index())
}

/// One step on the way from the one side to the other: what it came to, and the milestones that brought it there.
struct Leg {
    facets: Facets,
    by: Vec<By>,
}

/// A milestone that brought a step, when that was, and the rule by which it did.
#[derive(Clone, Copy)]
struct By {
    milestone: MilestoneId,
    rule: Option<Rule>,
    came: UncertainDate,
    happened: bool,
}

/// What is known is exchanged first, milestone by milestone on the early day; then the days pass by what the late side knows.
fn causes(history: &History, instrument: &Instrument, early: &Side, late: &Side) -> Vec<Cause> {
    let all = [early, late].map(|side| all_told(history, side));
    let [told, known] = all.each_ref().map(deciding);
    let first = worlds_of(&told, instrument);
    let mut legs = vec![Leg { facets: facets(&first, early.day), by: Vec::new() }];
    let last = worlds_of(&known, instrument);
    legs.extend(exchanged(told, &known, instrument, (early.day, [&last, &first])));
    legs.extend(passed(&last, early.day, late.day));
    let path: Vec<Facets> = legs.iter().map(|leg| leg.facets).collect();
    let mut lasting: Vec<By> = Vec::new();
    for by in without_detours(&path).into_iter().filter_map(|place| legs.get(place + 1)).flat_map(|leg| &leg.by) {
        match lasting.iter_mut().find(|other| other.milestone == by.milestone) {
            Some(other) => *other = other.and(*by),
            None => lasting.push(*by),
        }
    }
    let sides = |by: &By| all.each_ref().map(|told| told.get(&by.milestone).copied());
    lasting.iter().filter_map(|by| by.cause(&sides(by), history, early, late)).collect()
}

fn worlds_of(facts: &BTreeMap<MilestoneId, Fact>, instrument: &Instrument) -> Worlds {
    Worlds::of(Known::of(facts.values().copied().collect()), instrument)
}

fn facets(worlds: &Worlds, day: NaiveDate) -> Facets {
    worlds.on(day).map(|days| days.facets).unwrap_or_default()
}

/// The steps in which what one side knows is exchanged for what the other knows, in reading order.
fn exchanged(
    mut facts: BTreeMap<MilestoneId, Fact>,
    known: &BTreeMap<MilestoneId, Fact>,
    instrument: &Instrument,
    (day, sides): (NaiveDate, [&Worlds; 2]),
) -> Vec<Leg> {
    let ids: BTreeSet<MilestoneId> = facts.keys().chain(known.keys()).copied().collect();
    let mut differing: Vec<(MilestoneId, Option<Fact>, Fact)> = ids
        .into_iter()
        .filter(|id| facts.get(id) != known.get(id))
        .filter_map(|id| Some((id, known.get(&id).copied(), *known.get(&id).or(facts.get(&id))?)))
        .collect();
    differing.sort_by_key(|(_, _, fact)| (fact.counts, fact.kind.rank(), fact.position));
    let mut legs = Vec::with_capacity(differing.len());
    for (milestone, other, fact) in differing {
        match other {
            Some(fact) => facts.insert(milestone, fact),
            None => facts.remove(&milestone),
        };
        let worlds = worlds_of(&facts, instrument);
        // What a rule draws from it depends on what else is known, so the sides themselves speak.
        let decider = sides.into_iter().find_map(|side| decider_of(side, milestone, day));
        let (rule, came) = decider.map_or((None, fact.counts), |(rule, when)| (rule, when.unwrap_or(fact.counts)));
        legs.push(Leg { facets: facets(&worlds, day), by: vec![By { milestone, rule, came, happened: false }] });
    }
    legs
}

/// The rule by which a milestone decides on a day, and when that came.
fn decider_of(
    worlds: &Worlds,
    milestone: MilestoneId,
    day: NaiveDate,
) -> Option<(Option<Rule>, Option<UncertainDate>)> {
    let days = worlds.on(day)?;
    let all = worlds.standing_by(days).chain(worlds.listing_by(days)).chain(worlds.stage_by(days));
    let of: Vec<&Decider> = all.filter(|decider| fact_id(worlds, decider) == Some(milestone)).collect();
    // The milestone itself speaks before what a rule draws from it.
    let first = of.iter().find(|decider| decider.rule.is_none()).or(of.first())?;
    Some((first.rule, first.when))
}

fn fact_id(worlds: &Worlds, decider: &Decider) -> Option<MilestoneId> {
    decider.fact.and_then(|place| worlds.fact(place)).map(|fact| fact.milestone)
}

/// The steps in which days pass, from the day after the one to the other.
fn passed(worlds: &Worlds, early: NaiveDate, late: NaiveDate) -> Vec<Leg> {
    let mut legs = Vec::new();
    let Some(mut before) = worlds.on(early) else { return legs };
    for first in worlds.change_days().filter(|first| early < *first && *first <= late) {
        let Some(after) = worlds.on(first) else { continue };
        legs.push(Leg { facets: after.facets, by: turned(worlds, before, after, first) });
        before = after;
    }
    legs
}

/// What made the difference between two neighbouring periods: what is new among what decided, or else what must have come by
/// the first day of the later one, or else what is gone; of what is new and of what is gone rather that which begins or ends
/// there. What had come by the day before comes last, and where nothing of the kind is told, it is all that decided.
fn turned(worlds: &Worlds, before: &Days, after: &Days, first: NaiveDate) -> Vec<By> {
    let sets = |days: &Days| {
        let all = worlds.standing_by(days).chain(worlds.listing_by(days)).chain(worlds.stage_by(days));
        all.copied().collect::<Vec<Decider>>()
    };
    let (old, new) = (sets(before), sets(after));
    let edge = |decider: &&Decider| {
        let yesterday = first.pred_opt();
        decider.when.is_some_and(|when| {
            when.earliest() == Some(first) || when.latest() == first || Some(when.latest()) == yesterday
        })
    };
    let new_alone: Vec<&Decider> = new.iter().filter(|decider| !old.contains(decider)).collect();
    let old_alone: Vec<&Decider> = old.iter().filter(|decider| !new.contains(decider)).collect();
    let all: Vec<&Decider> = new.iter().chain(old_alone.iter().copied()).collect();
    // What brought nothing but the value that everything begins with is no milestone.
    let told = |chosen: &Vec<&Decider>| chosen.iter().any(|decider| decider.fact.is_some());
    let [new_edge, old_edge, all_edge] =
        [&new_alone, &old_alone, &all].map(|all| all.iter().copied().filter(edge).collect::<Vec<&Decider>>());
    // What may have come before, and must have come now.
    let must = all.iter().copied().filter(|decider| decider.when.is_some_and(|when| when.latest() == first)).collect();
    // What had come by the day before is named where nothing else is told.
    let comes = |decider: &&Decider| decider.when.is_none_or(|when| when.latest() >= first);
    let ways = [new_edge, new_alone, must, old_edge, old_alone, all_edge, all.clone()];
    let fresh = ways.clone().map(|way| way.into_iter().filter(comes).collect::<Vec<&Decider>>());
    let chosen = fresh.into_iter().chain(ways).find(told).unwrap_or(all);
    let by = |decider: &&Decider| {
        let milestone = fact_id(worlds, decider)?;
        let came = decider.when.unwrap_or(UncertainDate::day(first));
        Some(By { milestone, rule: decider.rule, came, happened: true })
    };
    chosen.iter().filter_map(by).collect()
}

/// The facts of a side, each as that side knows it.
fn all_told(history: &History, side: &Side) -> BTreeMap<MilestoneId, Fact> {
    history.told(&side.knowledge).facts.into_iter().map(|fact| (fact.milestone, fact)).collect()
}

/// Those of them that decide.
fn deciding(told: &BTreeMap<MilestoneId, Fact>) -> BTreeMap<MilestoneId, Fact> {
    told.iter().filter(|(_, fact)| fact.decides()).map(|(id, fact)| (*id, *fact)).collect()
}

/// The places at which a path goes on to its end when every detour, after which it is where it was, is left out.
fn without_detours(path: &[Facets]) -> Vec<usize> {
    let mut places = Vec::new();
    let mut at = 0;
    while let Some(here) = path.get(at).filter(|here| path.last() != Some(*here)) {
        let last = path.iter().rposition(|later| later == here).unwrap_or(at);
        places.push(last);
        at = last + 1;
    }
    places
}

impl By {
    /// Two steps of one milestone as one: what it did itself comes before what a rule concluded from it.
    fn and(self, other: Self) -> Self {
        let told = if self.rule.is_some() && other.rule.is_none() { other } else { self };
        Self { happened: self.happened || other.happened, ..told }
    }

    fn cause(&self, told: &[Option<Fact>; 2], history: &History, early: &Side, late: &Side) -> Option<Cause> {
        let [one, other] = told;
        let fact = other.or(*one)?;
        let touches = [early, late].map(|side| history.touches(self.milestone, &side.knowledge));
        let change = change(told, &touches);
        Some(Cause {
            milestone: self.milestone,
            kind: fact.kind,
            change,
            happened: self.happened,
            rule: self.rule,
            came: self.came,
            position: if change == ChangeKind::Happened { None } else { last_alone(&touches) },
        })
    }
}

/// What came between two tellings of a milestone: one that is doubted is known, though it decides nothing.
fn change(told: &[Option<Fact>; 2], touches: &[Vec<Touch>; 2]) -> ChangeKind {
    let [one, other] = touches;
    // Of corrections it counts whether they are there; of the rest also which of their sources are.
    let lacks = |touches: &[Touch], touch: &Touch| !touches.iter().any(|had| had.position == touch.position);
    let corrected = |has: &[Touch], had: &[Touch]| has.iter().any(|touch| touch.corrects() && lacks(had, touch));
    let refines = |touch: &&Touch| touch.what == Touched::Refined;
    match told {
        [Some(a), Some(b)] if a == b => ChangeKind::Happened,
        [Some(_), None] if corrected(other, one) => ChangeKind::Corrected,
        [None, Some(_)] if corrected(one, other) => ChangeKind::Corrected,
        [Some(_), Some(_)] if corrected(one, other) || corrected(other, one) => ChangeKind::Corrected,
        [Some(a), Some(b)] => {
            let narrower = a.occurred != b.occurred && (a.occurred.within(b.occurred) || b.occurred.within(a.occurred));
            let refined = !one.iter().filter(refines).eq(other.iter().filter(refines));
            if narrower || refined { ChangeKind::Refined } else { ChangeKind::Learnt }
        }
        _ => ChangeKind::Learnt,
    }
}

/// The last touch that one side alone counts.
fn last_alone([one, other]: &[Vec<Touch>; 2]) -> Option<Position> {
    let alone =
        one.iter().filter(|touch| !other.contains(touch)).chain(other.iter().filter(|touch| !one.contains(touch)));
    alone.map(|touch| touch.position).max()
}
