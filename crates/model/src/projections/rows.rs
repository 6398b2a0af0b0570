//! What do the tables hold of one agreement, so that lists and searches of current knowledge are one query?
//!
//! Invariant: the rows are a pure function of the agreement's events; a table never holds anything else.

use chrono::NaiveDate;

use super::history::History;
use super::knowledge::Knowledge;
use super::spells::Spell;
use super::stalled::Wait;
use super::status::Status;
use super::timeline::{Period, periods_by};
use super::watched::Watched;
use super::worlds::Worlds;
use crate::domain::agreement::{Agreement, EntryState};
use crate::domain::event::Recorded;
use crate::domain::ids::{AgreementId, MilestoneId, Position, Version};
use crate::domain::instrument::Instrument;
use crate::domain::words::{Evidence, Headline, Listing, MilestoneKind, Possible, Stage, Standing};

/// Every row of one agreement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rows {
    /// The row of the agreement itself.
    pub agreement: AgreementRow,
    /// Its milestones, in log order.
    pub milestones: Vec<MilestoneRow>,
    /// How many changes that nobody told its simplest histories need.
    pub unrecorded: u64,
    /// Its history cut into periods of one status, in order, without gap or overlap, from ever to ever.
    pub periods: Vec<PeriodRow>,
}

/// The row of one agreement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgreementRow {
    /// The agreement that this is about.
    pub agreement: AgreementId,
    /// How many events its stream has.
    pub version: Version,
    /// Where the last of them is in the log.
    pub position: Position,
    /// How long each of its rounds was in each stage.
    pub spells: Vec<Spell>,
    /// What alerts watch of it besides its waiting.
    pub watched: Watched,
}

/// One milestone, as the last event left it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MilestoneRow {
    /// The milestone that this is about.
    pub milestone: MilestoneId,
    /// The kind of milestone that it is.
    pub kind: MilestoneKind,
    /// Whether the milestone was retracted.
    pub retracted: bool,
    /// The first day that it can have happened; `None` when open.
    pub earliest: Option<NaiveDate>,
    /// The last day that it can have happened.
    pub latest: NaiveDate,
    /// How good the evidence is.
    pub evidence: Evidence,
    /// Which round it belongs to.
    pub round: Option<u16>,
    /// Where it was first recorded.
    pub position: Position,
}

/// Days on which an agreement has one and the same status.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PeriodRow {
    /// The first day; `None` from ever.
    pub from_day: Option<NaiveDate>,
    /// The day after the last; `None` for ever.
    pub to_day: Option<NaiveDate>,
    /// The possible headlines.
    pub headlines: Possible<Headline>,
    /// The possible stages.
    pub stages: Possible<Stage>,
    /// The possible standings.
    pub standings: Possible<Standing>,
    /// The possible listings; none for an instrument without listing.
    pub listings: Possible<Listing>,
    /// The kinds of milestone that have certainly happened, one bit each in the order of the vocabulary.
    pub kinds: u32,
    /// Whether a round is open in every simplest world, so that it may be stalled.
    pub waiting: bool,
    /// The open round in each simplest world, when each has one.
    pub waits: Vec<Wait>,
}

impl Rows {
    /// The rows that follow from an agreement's whole stream; `None` for an empty one.
    #[must_use]
    pub fn of(events: &[Recorded], instrument: &Instrument) -> Option<Self> {
        let last = events.last()?;
        let history = History::of(events, instrument);
        let everything = Knowledge::at(last.position);
        let worlds = history.worlds(&everything, instrument);
        let agreement = AgreementRow {
            agreement: last.agreement.clone(),
            version: last.version,
            position: last.position,
            spells: worlds.spells.to_vec(),
            watched: Watched::of(&worlds),
        };
        let unrecorded = worlds.unrecorded;
        Some(Self {
            agreement,
            unrecorded,
            milestones: milestone_rows(events, &worlds),
            periods: period_rows(&worlds, instrument),
        })
    }
}

fn milestone_rows(events: &[Recorded], worlds: &Worlds) -> Vec<MilestoneRow> {
    let record = Agreement::of(events);
    let round_of = |id: MilestoneId| {
        let index = worlds.known.facts.iter().position(|fact| fact.milestone == id)?;
        worlds.rounds.get(index).copied().filter(|round| *round > 0)
    };
    let mut rows: Vec<MilestoneRow> = record
        .milestones
        .iter()
        .map(|(id, entry)| {
            let telling = entry.telling();
            MilestoneRow {
                milestone: *id,
                kind: entry.milestone.kind(),
                retracted: entry.state == EntryState::Retracted,
                earliest: telling.date.earliest(),
                latest: telling.date.latest(),
                evidence: telling.evidence,
                round: round_of(*id),
                position: entry.position,
            }
        })
        .collect();
    rows.sort_by_key(|row| row.position);
    rows
}

fn period_rows(worlds: &Worlds, instrument: &Instrument) -> Vec<PeriodRow> {
    let key = |status: &Status| {
        let facets = (status.headlines.bits(), status.stages.bits(), status.standings.bits(), status.listings.bits());
        (facets, worlds.kinds_by(status.day), status.waits.clone())
    };
    let row = |period: Period| PeriodRow {
        from_day: period.from,
        to_day: period.to,
        headlines: period.status.headlines,
        stages: period.status.stages,
        standings: period.status.standings,
        listings: period.status.listings,
        kinds: worlds.kinds_by(period.status.day),
        waiting: !period.status.waits.is_empty(),
        waits: period.status.waits,
    };
    periods_by(worlds, instrument, key).into_iter().map(row).collect()
}
