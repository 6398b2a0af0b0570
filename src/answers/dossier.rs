//! What did the record of an agreement say, in words, at some knowledge?
//!
//! Invariant: text is shown as it was recorded by then, dates as the sources that counted by then told them.

use std::collections::BTreeMap;

use super::{Answers, AskError};
use crate::domain::agreement::{Agreement, Entry, told};
use crate::domain::event::Recorded;
use crate::domain::ids::{AgreementId, MilestoneId, Position};
use crate::domain::instrument::Instrument;
use crate::domain::source::{Preference, Settled, Source, Telling, Told, settle};
use crate::projections::changes::{LATE_AFTER_DAYS, days_late};
use crate::projections::history::History;
use crate::projections::knowledge::{Basis, Knowledge};
use crate::projections::worlds::Worlds;

/// An agreement's record with its text, as known.
pub struct Dossier {
    /// What was recorded of the agreement.
    pub record: Agreement,
    /// The worlds that follow from the milestones.
    pub worlds: Worlds,
    knowledge: Knowledge,
}

/// A milestone of a dossier.
pub struct Shown<'a> {
    /// The milestone's id.
    pub id: MilestoneId,
    /// What was recorded of it.
    pub entry: &'a Entry,
    /// The date on which it happened, by the sources that count.
    pub telling: Telling,
    /// The round that it belongs to; `None` before the first.
    pub round: Option<u16>,
    knowledge: Knowledge,
}

/// What the sources of a milestone say that cannot all be true, side by side.
pub struct Contradiction<'a> {
    /// The preference by which one date was chosen (rule 15 of `docs/rules.md`).
    pub by: Preference,
    /// What each source says, in the order in which the sources were recorded.
    pub tellings: Vec<OneTelling<'a>>,
}

/// What one of several sources says.
pub struct OneTelling<'a> {
    /// The source, with the date that it gives.
    pub source: &'a Source,
    /// The position of the event that recorded it.
    pub position: Position,
    /// Whether the milestone's date rests on it.
    pub preferred: bool,
}

impl Shown<'_> {
    /// What its sources say that cannot all be true; `None` when they agree.
    #[must_use]
    pub fn contradiction(&self) -> Option<Contradiction<'_>> {
        let read = || self.entry.sources.iter().filter(|(_, source)| self.knowledge.has_read(source.published_on));
        // In the record every source says what it tells, so none is left out here.
        let tellings: Vec<Told> = read().filter_map(|(position, source)| told(*position, source)).collect();
        let settled = settle(&tellings).filter(Settled::is_contradiction)?;
        let tellings = read().enumerate().map(|(place, (position, source))| OneTelling {
            source,
            position: *position,
            preferred: settled.rests_on.contains(&place),
        });
        Some(Contradiction { by: settled.by, tellings: tellings.collect() })
    }

    /// The days from the latest day on which it can have happened to its recording, when they make it late.
    #[must_use]
    pub fn days_late(&self) -> Option<i64> {
        let days = days_late(self.telling.date, self.entry.recorded_at);
        Some(days).filter(|days| *days > LATE_AFTER_DAYS)
    }

    /// The sources that count by the knowledge asked for.
    pub fn sources(&self) -> impl Iterator<Item = &Source> {
        self.entry
            .sources
            .iter()
            .map(|(_, source)| source)
            .filter(|source| self.knowledge.has_read(source.published_on))
    }
}

impl Dossier {
    /// The dossier of a stream of events.
    #[must_use]
    pub fn of(events: &[Recorded], instrument: &Instrument, knowledge: &Knowledge) -> Self {
        Self::with(History::of(events, instrument).worlds(knowledge, instrument).into_owned(), events, knowledge)
    }

    /// The same where it is known already what the events amount to.
    fn with(worlds: Worlds, events: &[Recorded], knowledge: &Knowledge) -> Self {
        let known = events.iter().filter(|event| knowledge.has_recorded(event.position, event.recorded_at));
        Self { record: Agreement::of(known), worlds, knowledge: *knowledge }
    }

    /// One milestone; `None` when it is not known at this knowledge.
    #[must_use]
    pub fn shown(&self, id: MilestoneId) -> Option<Shown<'_>> {
        let entry = self.record.milestones.get(&id)?;
        let place = self.worlds.known.facts.iter().position(|fact| fact.milestone == id);
        let fact = place.and_then(|place| self.worlds.known.facts.get(place));
        let telling = match fact {
            Some(fact) => Telling { date: fact.occurred, evidence: fact.evidence },
            // A retracted milestone is no fact any more, and still has what it said.
            None if self.knowledge.basis == Basis::Recorded => entry.telling(),
            None => return None,
        };
        let round = place.and_then(|place| self.worlds.rounds.get(place)).copied().filter(|round| *round > 0);
        Some(Shown { id, entry, telling, round, knowledge: self.knowledge })
    }

    /// Every milestone known, in reading order, the retracted at the end where they are asked for.
    #[must_use]
    pub fn all(&self, with_retracted: bool) -> Vec<Shown<'_>> {
        let facts = self.worlds.known.facts.iter().map(|fact| fact.milestone);
        let gone = self
            .record
            .milestones
            .keys()
            .filter(|id| with_retracted && !self.worlds.known.facts.iter().any(|fact| fact.milestone == **id));
        facts.chain(gone.copied()).filter_map(|id| self.shown(id)).collect()
    }
}

impl Answers {
    /// The dossier of an agreement from its events. What they amount to is taken from its folded history: the search for it
    /// is what a long record costs.
    ///
    /// # Errors
    /// When the instrument is not known or the log cannot be read.
    pub async fn dossier(
        &self,
        agreement: &AgreementId,
        events: &[Recorded],
        knowledge: &Knowledge,
    ) -> Result<Dossier, AskError> {
        let instrument = self.instrument(agreement)?;
        let history = self.history(agreement).await?;
        Ok(Dossier::with(history.worlds(knowledge, instrument).into_owned(), events, knowledge))
    }

    /// The agreements that some milestones belong to; a milestone that was never recorded is missing.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub async fn owners(&self, milestones: &[MilestoneId]) -> Result<BTreeMap<MilestoneId, AgreementId>, AskError> {
        Ok(self.reader().store().owners(milestones).await?)
    }

    /// The dossier of an agreement, loaded; an empty one where no record was opened.
    ///
    /// # Errors
    /// When the instrument is not known or the log cannot be read.
    pub async fn dossier_of(&self, agreement: &AgreementId, knowledge: &Knowledge) -> Result<Dossier, AskError> {
        let mut streams = self.streams(std::slice::from_ref(agreement)).await?;
        self.dossier(agreement, &streams.remove(agreement).unwrap_or_default(), knowledge).await
    }
}
