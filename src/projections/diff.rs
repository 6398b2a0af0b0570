//! What made the difference between the statuses of an agreement on two days, by two knowledges?
//!
//! Invariant: what the one side knows is exchanged for what the other knows, milestone by milestone in reading order,
//! each with what rules draw from it; a cause is an exchange that changes the status and that no later one takes back.
//! So no difference is without a cause, every cause differs between the sides, and swapped sides have the same causes.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use super::history::{Fact, History, Known, Touch, Touched};
use super::knowledge::Knowledge;
use super::sentence::dated;
use super::status::{Facets, Status, readings_by, status_at};
use super::steps::{Act, Come, Rule, Step, Steps};
use super::timeline::same;
use crate::domain::ids::{MilestoneId, Position};
use crate::domain::instrument::Instrument;
use crate::domain::time::UncertainDate;
use crate::domain::words::{MilestoneKind, Word};

/// One side of a comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Side {
    /// The day.
    pub day: NaiveDate,
    /// The knowledge.
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

/// What came between the two sides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ChangeKind {
    /// Both sides know the same of it; it, or what a rule draws from it, came between the two days.
    Happened,
    /// One side alone knows it, or a source of it.
    Learnt,
    /// One side knows its date more narrowly.
    Refined,
    /// One side knows it as it was before a correction or a retraction.
    Corrected,
}

impl Word for ChangeKind {
    const VOCABULARY: &'static str = "change";
    const ALL: &'static [Self] = &[Self::Happened, Self::Learnt, Self::Refined, Self::Corrected];
    fn as_str(self) -> &'static str {
        match self {
            Self::Happened => "happened",
            Self::Learnt => "learnt",
            Self::Refined => "refined",
            Self::Corrected => "corrected",
        }
    }
    fn index(self) -> u32 {
        self as u32
    }
}

/// A milestone that made a difference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cause {
    /// Which.
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
    status_at(&history.steps(&side.knowledge, instrument), instrument, side.day)
}

fn order(side: &Side) -> impl Ord + use<> {
    let Knowledge { position, basis, known_at } = side.knowledge;
    (side.day, position, known_at.is_none(), known_at, basis.index())
}

/// A milestone as each side knows it, and what its exchange moved.
struct Exchange {
    milestone: MilestoneId,
    /// As it decides.
    facts: [Option<Fact>; 2],
    /// As it is told, doubted or not.
    told: [Option<Fact>; 2],
    happened: bool,
    moved: Option<Step>,
}

fn causes(history: &History, instrument: &Instrument, early: &Side, late: &Side) -> Vec<Cause> {
    let all = [early, late].map(|side| all_told(history, side));
    let [told, known] = all.each_ref().map(deciding);
    let mut milestones: Vec<(MilestoneId, [Option<Fact>; 2])> = told
        .keys()
        .chain(known.keys().filter(|id| !told.contains_key(id)))
        .map(|id| (*id, [told.get(id).copied(), known.get(id).copied()]))
        .collect();
    milestones
        .sort_by_key(|(_, [one, other])| other.or(*one).map(|fact| (fact.counts, fact.kind.rank(), fact.position)));
    let steps_of =
        |facts: &BTreeMap<MilestoneId, Fact>| Steps::of(Known::of(facts.values().copied().collect()), instrument);
    let (first, last) = (steps_of(&told), steps_of(&known));
    let mut facts = told;
    let mut exchanged = BTreeSet::new();
    let mut steps = first.clone();
    let facets = |steps: &Steps, exchanged: &BTreeSet<MilestoneId>| {
        let is_late = |step: &Step| owner(steps, step).is_some_and(|id| exchanged.contains(&id));
        let day_of = |step: &Step| if is_late(step) { late.day } else { early.day };
        Facets::of(&readings_by(steps, instrument, day_of))
    };
    let mut path = vec![facets(&steps, &exchanged)];
    let mut exchanges = Vec::new();
    for (milestone, sides) in milestones {
        let [one, other] = sides;
        let before = own(&steps, milestone);
        if one != other {
            match other {
                Some(fact) => facts.insert(milestone, fact),
                None => facts.remove(&milestone),
            };
            steps = steps_of(&facts);
        }
        exchanged.insert(milestone);
        let after = own(&steps, milestone);
        let known = if other.is_some() { &after } else { &before };
        let happened = known.iter().any(|step| step.by(early.day) != step.by(late.day));
        if one == other && !happened {
            continue;
        }
        // What a rule draws from it depends on what else is known, so the sides themselves speak first.
        let (of_first, of_last) = (own(&first, milestone), own(&last, milestone));
        let moved = if one == other {
            // Known alike, it is a cause by what came between the days, and not by what a rule drew on one side alone.
            [&of_last, &of_first, known].into_iter().find_map(|steps| passed(steps, early.day, late.day))
        } else {
            let sides = moved((&of_first, early.day), (&of_last, late.day));
            sides.or_else(|| moved((&before, early.day), (&after, late.day)))
        };
        path.push(facets(&steps, &exchanged));
        let told = all.each_ref().map(|told| told.get(&milestone).copied());
        exchanges.push(Exchange { milestone, facts: sides, told, happened, moved });
    }
    let lasting = without_detours(&path).into_iter().filter_map(|place| exchanges.get(place));
    lasting.filter_map(|exchange| exchange.cause(history, early, late)).collect()
}

/// The facts of a side, each as it is told.
fn all_told(history: &History, side: &Side) -> BTreeMap<MilestoneId, Fact> {
    history.told(&side.knowledge).facts.into_iter().map(|fact| (fact.milestone, fact)).collect()
}

/// Those of them that decide.
fn deciding(told: &BTreeMap<MilestoneId, Fact>) -> BTreeMap<MilestoneId, Fact> {
    told.iter().filter(|(_, fact)| fact.decides()).map(|(id, fact)| (*id, *fact)).collect()
}

fn owner(steps: &Steps, step: &Step) -> Option<MilestoneId> {
    steps.known.facts.get(usize::from(step.fact)).map(|fact| fact.milestone)
}

/// The steps that come from a milestone.
fn own(steps: &Steps, milestone: MilestoneId) -> Vec<Step> {
    steps.steps.iter().filter(|step| owner(steps, step) == Some(milestone)).copied().collect()
}

/// The first step that has come, or may have, on one side and not as much on the other; one that no rule made before others.
fn moved(one: (&[Step], NaiveDate), other: (&[Step], NaiveDate)) -> Option<Step> {
    let alike = |a: &Step, b: &Step| a.rule == b.rule && kind_of(a.act) == kind_of(b.act);
    let alone = |(steps, day): (&[Step], NaiveDate), (others, their_day): (&[Step], NaiveDate)| {
        let is_alone = |step: &&Step| {
            step.by(day) != Come::Not
                && !others.iter().any(|theirs| alike(step, theirs) && step.by(day) == theirs.by(their_day))
        };
        steps.iter().filter(is_alone).copied().collect::<Vec<_>>()
    };
    // What the later side says of it comes first.
    let all = [alone(other, one), alone(one, other)].concat();
    all.iter().find(|step| step.rule.is_none()).or_else(|| all.first()).copied()
}

/// The first step that came, or may have, between two days; one that no rule made before others.
fn passed(steps: &[Step], early: NaiveDate, late: NaiveDate) -> Option<Step> {
    let mut between = steps.iter().filter(|step| step.by(early) != step.by(late));
    let first = between.clone().next();
    between.find(|step| step.rule.is_none()).or(first).copied()
}

/// What a step does; which step's term it ends differs with the steps around it.
const fn kind_of(act: Act) -> Act {
    match act {
        Act::TermEnds { .. } => Act::TermEnds { of: 0 },
        act => act,
    }
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

impl Exchange {
    fn cause(&self, history: &History, early: &Side, late: &Side) -> Option<Cause> {
        let [one, other] = &self.facts;
        let fact = other.or(*one)?;
        let touches = [early, late].map(|side| history.touches(self.milestone, &side.knowledge));
        let change = change(&self.told, &touches);
        Some(Cause {
            milestone: self.milestone,
            kind: fact.kind,
            change,
            happened: self.happened,
            rule: self.moved.and_then(|step| step.rule),
            came: self.moved.map_or(fact.counts, |step| step.when),
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
