//! Which one world do statistics follow: how long was each round in each stage, and which days end something?
//!
//! Invariant: the course is a simplest world, the one in which everything happens as late as it can; each of its spells keeps
//! the bounds of the milestones that begin and end it, so that no day is picked.

use super::deciders::Decider;
use super::marks::{Act, date_of, day_of};
use super::paths::{Cause, Context, InRound, Kept, next_round};
use super::search::{Graph, Move, Why};
use super::state::{Awaits, Closing, Round, State};
use crate::domain::instrument::Instrument;
use crate::domain::time::UncertainDate;
use crate::domain::words::{Deadline, Listing, MilestoneKind, NoticePurpose, Possible, Stage, Standing};
use crate::projections::history::Matter;
use crate::projections::spells::{Group, Left, Spell};
use crate::projections::stalled::Wait;
use crate::projections::watched::Due;

use super::deciders::Rule;

/// The spells of the course, and the days that end something.
pub(super) fn of(
    graph: &Graph,
    kept: &Kept,
    context: &Context<'_>,
    instrument: &Instrument,
) -> (Box<[Spell]>, Box<[Due]>) {
    (spells(graph, kept, context, instrument).into(), due(graph, kept, context).into())
}

/// Whether the latest round is neither complete nor given up.
pub(super) fn is_open(state: &State, round: InRound, delisted: bool, instrument: &Instrument) -> bool {
    let complete = if round.renewal { instrument.renewal_round_complete } else { instrument.first_round_complete };
    let concluded = state.round == Round::Concluded;
    let over = matches!(state.standing, Standing::NotConcluded | Standing::Expired | Standing::Terminated);
    let ended = concluded && !state.past && over;
    // A round that was complete once does not open again because the country was taken off the list.
    let was_complete = delisted && concluded && state.reached == Stage::InForce;
    round.number > 0 && state.round != Round::GivenUp && !ended && !was_complete && state.stage() < complete
}

/// What an open round waits in, and since when.
pub(super) fn wait(
    state: &State,
    round: InRound,
    by: &Decider,
    (kept, context): (&Kept, &Context<'_>),
) -> Option<Wait> {
    let since = kept.entered.get(&(round.stage, round.number)).map(|days| days.date()).or(by.when)?;
    let milestone = context.facts.get(usize::from(by.fact?))?.milestone;
    let goes_on = state.round != Round::Concluded && state.standings() == Possible::only(Standing::InForce);
    let by_window_alone = state.reached == Stage::Review && by.rule == Some(Rule::UsualWindow);
    let closes = |mark: u16| {
        let mark = context.marks.get(usize::from(mark));
        mark.is_some_and(|mark| matches!(mark.act, Act::Notice { closes: Some(_), .. }))
    };
    let takes_effect = match state.awaits {
        Awaits::Effect(mark) => {
            let effect = context.marks.get(usize::from(mark));
            state.reached == Stage::Signed
                && state.awaits_latest
                && effect.is_some_and(|mark| mark.bounds.exact().is_some())
        }
        Awaits::Nothing | Awaits::Entry => false,
    };
    let closes = state.reached == Stage::Consultation
        && match (state.review, round.stage) {
            (Some(review), _) => closes(review.by),
            (None, Cause::Mark(mark, _)) => state.closing == Closing::Awaited && closes(mark),
            (None, _) => false,
        };
    Some(Wait {
        group: group(state, round),
        round: round.number,
        since,
        by: milestone,
        untold: round.renewal && (by_window_alone || goes_on),
        announced: closes || takes_effect,
    })
}

fn group(state: &State, round: InRound) -> Group {
    let asks = matches!(state.reached, Stage::Consultation | Stage::Review);
    let feasibility = asks && round.purpose == Some(NoticePurpose::Feasibility);
    Group { stage: state.reached, renewal: round.renewal, feasibility }
}

/// Where the course stands after a move.
struct Place {
    state: State,
    round: InRound,
    delisted: bool,
    by: Option<Decider>,
}

/// The course through the kept moves: at each node it goes on to the night first, else by the mark that comes first.
fn course(graph: &Graph, kept: &Kept, context: &Context<'_>) -> Vec<Place> {
    let mut onward: Vec<Option<(Move, u32)>> = vec![None; graph.nodes.len()];
    let rank = |step: &Move| match step.why {
        Why::Night => (0, (0, 0)),
        Why::Review(_) | Why::TermOver(_) => (1, (0, 0)),
        Why::Mark(mark, how) => (
            2,
            context.marks.get(usize::from(mark)).map_or((0, 0), |mark| (mark.order.0, mark.order.1 * 4 + how as u64)),
        ),
        Why::Arrive(_) => (3, (0, 0)),
        Why::Change(_) => (4, (0, 0)),
    };
    for node in &kept.order {
        for step in graph.into(*node) {
            let Some(slot) = onward.get_mut(step.from as usize) else { continue };
            if slot.as_ref().is_none_or(|(other, _)| rank(step) < rank(other)) {
                *slot = Some((*step, *node));
            }
        }
    }
    let Some(mut at) = kept.order.first().copied() else { return Vec::new() };
    let blank = InRound { number: 0, renewal: false, purpose: None, stage: Cause::Initial };
    let mut places = vec![Place { state: State::BLANK, round: blank, delisted: false, by: None }];
    while let Some((step, to)) = onward.get(at as usize).copied().flatten() {
        let (Some(old), Some(new), Some(here)) = (graph.node(at), graph.node(to), places.last()) else { break };
        let cause = kept.cause(&step, old, context);
        let purposes = |mark: u16| context.purpose(mark);
        let round = next_round(here.round, (&old.state, &new.state), (step.why, step.cost), cause, &purposes);
        let moved = old.state.listing != new.state.listing;
        let delisted = new.state.listing == Listing::Unlisted && (moved || here.delisted);
        let by = cause.map(|cause| Decider::of(cause, kept, context));
        places.push(Place { state: new.state, round, delisted, by });
        at = to;
    }
    places
}

/// How long the course was in each stage of each round.
fn spells(graph: &Graph, kept: &Kept, context: &Context<'_>, instrument: &Instrument) -> Vec<Spell> {
    let (mut all, mut open): (Vec<Spell>, Option<Spell>) = (Vec::new(), None);
    for place in course(graph, kept, context) {
        let Place { state, round, delisted, by } = place;
        let goes_on = is_open(&state, round, delisted, instrument);
        let same = |spell: &Spell| (round.number, state.reached) == (spell.round, spell.group.stage) && goes_on;
        if open.as_ref().is_some_and(same) {
            continue;
        }
        let Some((when, milestone)) = by.as_ref().and_then(|by| dated(by, context)) else { continue };
        if let Some(spell) = open.take() {
            let further = state.stage() > spell.group.stage;
            let moved_on = round.number == spell.round && state.round != Round::GivenUp && further;
            all.push(Spell { left: Some(Left { when, moved_on, by: milestone }), ..spell });
        }
        if goes_on {
            let group = group(&state, round);
            open = Some(Spell { round: round.number, group, entered: when, by: milestone, left: None });
        }
    }
    all.extend(open);
    all
}

fn dated(by: &Decider, context: &Context<'_>) -> Option<(UncertainDate, crate::domain::ids::MilestoneId)> {
    Some((by.when?, context.facts.get(usize::from(by.fact?))?.milestone))
}

/// Whether a source says that comments closed after a notice and before its own closing day.
fn told_closed(mark: u16, day: i32, context: &Context<'_>) -> bool {
    let fact = context.marks.get(usize::from(mark)).and_then(|mark| context.facts.get(usize::from(mark.fact)));
    let Some(published) = fact.map(|fact| fact.counts.earliest()) else { return false };
    context.facts.iter().any(|fact| {
        let closed = fact.counts.latest();
        fact.kind == MilestoneKind::CommentsClosed
            && fact.evidence.decides()
            && closed < date_of(day)
            && published.is_none_or(|published| closed >= published)
    })
}

/// The days that end something in some simplest world: a closing day while its round is in consultation or review, and a term
/// that runs to its end.
fn due(graph: &Graph, kept: &Kept, context: &Context<'_>) -> Vec<Due> {
    // A term that ends with the calendar is never over within it.
    let mut terms: Vec<u16> =
        graph.last.iter().filter_map(|last| graph.node(*last).and_then(|last| last.state.term)).collect();
    let mut consulting: Vec<(i32, u16, bool, bool)> = Vec::new();
    for place in &kept.order {
        let Some(node) = graph.node(*place) else { continue };
        for step in graph.into(*place) {
            if let Why::TermOver(mark) = step.why {
                terms.push(mark);
            }
        }
        // A later notice of a round that is in review has a closing day of its own, by which comments can be sent all the same.
        let takes_comments = matches!(node.state.reached, Stage::Consultation | Stage::Review);
        if node.morning && node.state.round == Round::Open && takes_comments {
            let evening = (node.stretch as usize).checked_sub(1).and_then(|before| context.stretches.get(before));
            let decided = kept.decided.get(*place as usize).and_then(Option::as_ref);
            if let (Some(evening), Some(decided)) = (evening, decided) {
                let closed = node.state.closing == Closing::Recorded;
                let reviewed = node.state.reached == Stage::Review;
                consulting.extend(decided.rounds.iter().map(|of| (evening.when.last, of.number, closed, reviewed)));
            }
        }
    }
    consulting.sort_unstable();
    consulting.dedup();
    let in_consultation = |mark: u16, day: i32| {
        let rounds = kept.rounds.get(&mark).map(Vec::as_slice).unwrap_or_default();
        // What happens on the closing day itself leaves it one; what was told to close before it did not close on it.
        let begin = consulting.partition_point(|(last, ..)| *last < day - 1);
        let near = consulting.iter().skip(begin).take_while(|(last, ..)| *last <= day);
        near.into_iter().any(|(last, round, closed, reviewed)| {
            let open = if *reviewed { !told_closed(mark, day, context) } else { *last == day || !closed };
            open && rounds.contains(round)
        })
    };
    let due = |(index, mark): (u16, &super::marks::Mark)| {
        let fact = context.facts.get(usize::from(mark.fact))?;
        let (deadline, on) = match (mark.act, fact.matter) {
            (Act::Notice { closes: Some(day), .. }, _) if in_consultation(index, day) => {
                (Deadline::CommentsClose, UncertainDate::day(date_of(day)))
            }
            (_, Matter::Until(until)) if terms.contains(&index) => (Deadline::TermEnds, until),
            _ => return None,
        };
        Some(Due { deadline, by: fact.milestone, on })
    };
    let mut all: Vec<Due> = (0..).zip(context.marks).filter_map(due).collect();
    all.sort_by_key(|due| (due.deadline as u8, day_of(due.on.latest())));
    all
}
