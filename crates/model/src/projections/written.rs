//! How is what lists are judged by written into a cell of a table?
//!
//! Invariant: what is written is read back as it was, and the same is always written the same, so that rows compare as text.

use super::spells::{Group, Left, Spell};
use super::stalled::Wait;
use super::watched::{Contradicted, Due, Watched};
use crate::domain::ids::MilestoneId;
use crate::domain::time::UncertainDate;
use crate::domain::words::{Deadline, MilestoneKind, Stage};

/// Stage, whether a renewal, whether after a notice of feasibility.
type GroupCell = (Stage, bool, bool);
/// When, whether it moved on, and the milestone that says so.
type LeftCell = (UncertainDate, bool, MilestoneId);
/// Round, group, when it entered, the milestone that says so, and how it left.
type SpellCell = (u16, GroupCell, UncertainDate, MilestoneId, Option<LeftCell>);
/// Round, group, since when, the milestone that says so, whether its outcome may never be told, and whether its end is.
type WaitCell = (u16, GroupCell, UncertainDate, MilestoneId, bool, bool);
/// What ends, the milestone that says so, and the last day.
type DueCell = (Deadline, MilestoneId, UncertainDate);
/// A milestone, its kind, and when it happened.
type ContradictedCell = (MilestoneId, MilestoneKind, UncertainDate);
/// What ends, and the milestones whose sources contradict each other.
type WatchedCell = (Vec<DueCell>, Vec<ContradictedCell>);

/// Spells as a cell.
///
/// # Errors
/// Never in fact: none of this can fail to be written as JSON.
pub fn write_spells(spells: &[Spell]) -> Result<String, serde_json::Error> {
    let left = |left: Left| (left.when, left.moved_on, left.by);
    let cell = |spell: &Spell| (spell.round, group(spell.group), spell.entered, spell.by, spell.left.map(left));
    serde_json::to_string::<Vec<SpellCell>>(&spells.iter().map(cell).collect())
}

/// The spells of a cell.
///
/// # Errors
/// When it was not written by [`write_spells`].
pub fn read_spells(cell: &str) -> Result<Vec<Spell>, serde_json::Error> {
    let left = |(when, moved_on, by): LeftCell| Left { when, moved_on, by };
    let spell = |(round, group, entered, by, gone): SpellCell| Spell {
        round,
        group: group_of(group),
        entered,
        by,
        left: gone.map(left),
    };
    Ok(serde_json::from_str::<Vec<SpellCell>>(cell)?.into_iter().map(spell).collect())
}

/// Waits as a cell.
///
/// # Errors
/// As [`write_spells`].
pub fn write_waits(waits: &[Wait]) -> Result<String, serde_json::Error> {
    let cell = |wait: &Wait| (wait.round, group(wait.group), wait.since, wait.by, wait.untold, wait.announced);
    serde_json::to_string::<Vec<WaitCell>>(&waits.iter().map(cell).collect())
}

/// The waits of a cell.
///
/// # Errors
/// When it was not written by [`write_waits`].
pub fn read_waits(cell: &str) -> Result<Vec<Wait>, serde_json::Error> {
    let wait = |(round, group, since, by, untold, announced): WaitCell| Wait {
        round,
        group: group_of(group),
        since,
        by,
        untold,
        announced,
    };
    Ok(serde_json::from_str::<Vec<WaitCell>>(cell)?.into_iter().map(wait).collect())
}

/// What is watched as a cell; empty when there is nothing.
///
/// # Errors
/// As [`write_spells`].
pub fn write_watched(watched: &Watched) -> Result<String, serde_json::Error> {
    if watched.is_empty() {
        return Ok(String::new());
    }
    let due = |due: &Due| (due.deadline, due.by, due.on);
    let contradicted = |of: &Contradicted| (of.milestone, of.kind, of.occurred);
    serde_json::to_string::<WatchedCell>(&(
        watched.deadlines.iter().map(due).collect(),
        watched.contradicted.iter().map(contradicted).collect(),
    ))
}

/// What is watched, of a cell.
///
/// # Errors
/// When it was not written by [`write_watched`].
pub fn read_watched(cell: &str) -> Result<Watched, serde_json::Error> {
    if cell.is_empty() {
        return Ok(Watched::default());
    }
    let (deadlines, contradicted): WatchedCell = serde_json::from_str(cell)?;
    let due = |(deadline, by, on): DueCell| Due { deadline, by, on };
    let of = |(milestone, kind, occurred): ContradictedCell| Contradicted { milestone, kind, occurred };
    Ok(Watched {
        deadlines: deadlines.into_iter().map(due).collect(),
        contradicted: contradicted.into_iter().map(of).collect(),
    })
}

fn group(group: Group) -> GroupCell {
    (group.stage, group.renewal, group.feasibility)
}

fn group_of((stage, renewal, feasibility): GroupCell) -> Group {
    Group { stage, renewal, feasibility }
}
