//! What does the record of one agreement hold, with all its text?
//!
//! Invariant: [`Agreement::evolve`] is total: any event that was ever recorded can be applied, in order.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::event::{Event, Recorded};
use super::ids::{Actor, MilestoneId, Position, Version};
use super::milestone::Milestone;
use super::source::{Source, Telling, Told, resolve};
use super::words::words;

/// The record of one agreement as of some version.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Agreement {
    /// How many events were applied.
    pub version: Version,
    /// The position of the last of them.
    pub position: Position,
    /// Whether the record of the agreement was opened.
    pub opened: bool,
    /// Every milestone ever recorded, retracted ones too.
    pub milestones: BTreeMap<MilestoneId, Entry>,
    /// How many milestones each actor has recorded.
    pub recorded_by: BTreeMap<Actor, usize>,
}

/// A milestone in the record, as the last event left it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// What the milestone says after the last correction.
    pub milestone: Milestone,
    /// Its sources, each with the position of the event that brought it.
    pub sources: Vec<(Position, Source)>,
    /// Whether and how it was changed since.
    pub state: EntryState,
    /// The position of the event that first recorded it.
    pub position: Position,
    /// The instant at which it was first recorded.
    pub recorded_at: DateTime<Utc>,
    /// When the last event about it was recorded: a refinement, a correction, a retraction or another source.
    pub changed_at: DateTime<Utc>,
    /// The position of that event.
    pub changed: Position,
}

words! {
    /// Whether a milestone still says what was first recorded.
    EntryState as "state of a milestone" called "MilestoneState" {
        /// The milestone says what was first recorded.
        Recorded = "recorded",
        /// The milestone's date became more precise.
        Refined = "refined",
        /// The milestone's content was corrected.
        Corrected = "corrected",
        /// The milestone was retracted, and no longer counts for the status.
        Retracted = "retracted",
    }
}

impl Agreement {
    /// The record after these events, in order.
    pub fn of<'a>(events: impl IntoIterator<Item = &'a Recorded>) -> Self {
        events.into_iter().fold(Self::default(), |mut agreement, recorded| {
            agreement.evolve(recorded);
            agreement
        })
    }

    /// Applies the next event. An event about a milestone that is not there changes nothing but the version.
    pub fn evolve(&mut self, recorded: &Recorded) {
        self.version = recorded.version;
        self.position = recorded.position;
        match &recorded.event {
            Event::AgreementOpened(_) => self.opened = true,
            Event::MilestoneRecorded(new) => {
                let entry = Entry {
                    milestone: new.milestone.clone(),
                    sources: placed(recorded.position, &new.sources, &own_telling(&new.milestone)),
                    state: EntryState::Recorded,
                    position: recorded.position,
                    recorded_at: recorded.recorded_at,
                    changed_at: recorded.recorded_at,
                    changed: recorded.position,
                };
                self.milestones.insert(recorded.command.into(), entry);
                *self.recorded_by.entry(recorded.actor.clone()).or_default() += 1;
            }
            Event::MilestoneDateRefined(refined) => {
                if let Some(entry) = self.milestones.get_mut(&refined.milestone) {
                    let telling = Telling { date: refined.occurred, evidence: refined.evidence };
                    entry.sources.extend(placed(recorded.position, &refined.sources, &telling));
                    entry.milestone.occurred = refined.occurred;
                    entry.milestone.evidence = refined.evidence;
                    entry.state = EntryState::Refined;
                    entry.change(recorded);
                }
            }
            Event::MilestoneCorrected(corrected) => {
                if let Some(entry) = self.milestones.get_mut(&corrected.milestone) {
                    entry.sources = placed(recorded.position, &corrected.sources, &own_telling(&corrected.content));
                    entry.milestone = corrected.content.clone();
                    entry.state = EntryState::Corrected;
                    entry.change(recorded);
                }
            }
            Event::MilestoneRetracted(retracted) => {
                if let Some(entry) = self.milestones.get_mut(&retracted.milestone) {
                    entry.state = EntryState::Retracted;
                    entry.change(recorded);
                }
            }
            Event::SourceAdded(added) => {
                if let Some(entry) = self.milestones.get_mut(&added.milestone) {
                    let telling = own_telling(&entry.milestone);
                    entry.change(recorded);
                    entry.sources.extend(placed(recorded.position, std::slice::from_ref(&added.source), &telling));
                }
            }
        }
    }

    /// The milestones that stand: all but the retracted.
    pub fn standing_entries(&self) -> impl Iterator<Item = (&MilestoneId, &Entry)> {
        self.milestones.iter().filter(|(_, entry)| entry.state != EntryState::Retracted)
    }
}

impl Entry {
    /// Notes the last event about it.
    const fn change(&mut self, recorded: &Recorded) {
        self.changed_at = recorded.recorded_at;
        self.changed = recorded.position;
    }

    /// Whether it says just this, so that recording it again would change nothing.
    #[must_use]
    pub fn says(&self, milestone: &Milestone, sources: &[Source]) -> bool {
        let told = placed(Position::default(), sources, &own_telling(milestone));
        self.milestone == *milestone
            && self.sources.iter().map(|(_, source)| source).eq(told.iter().map(|(_, source)| source))
    }

    /// The date and evidence that all its sources together amount to.
    #[must_use]
    pub fn telling(&self) -> Telling {
        let told: Vec<Told> = self.sources.iter().filter_map(|(position, source)| told(*position, source)).collect();
        let telling = resolve(&told).unwrap_or_else(|| own_telling(&self.milestone));
        telling.doubted(self.milestone.evidence)
    }
}

/// What a source says of the date, once it is in the record.
#[must_use]
pub fn told(position: Position, source: &Source) -> Option<Told> {
    let telling = source.tells?;
    Some(Told { telling, reliability: source.reliability, published_on: source.published_on, order: position.0 })
}

/// The date that a source is taken to give when it says nothing of a date.
#[must_use]
pub fn own_telling(milestone: &Milestone) -> Telling {
    Telling { date: milestone.occurred, evidence: milestone.evidence }
}

/// The sources, each with the date that it gives, so that a later refinement does not change what an earlier source says.
fn placed(position: Position, sources: &[Source], telling: &Telling) -> Vec<(Position, Source)> {
    let explicit = |source: &Source| Source { tells: Some(source.tells.unwrap_or(*telling)), ..source.clone() };
    sources.iter().map(|source| (position, explicit(source))).collect()
}
