//! How long did it take until a milestone was published, and until this log recorded it?
//!
//! Invariant: a number is exact only where both days are; what was published before it happened has negative days.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};

use super::days::{Days, Spread};
use super::history::Known;
use super::knowledge::Knowledge;
use crate::domain::agreement::Agreement;
use crate::domain::event::{Event, Recorded};
use crate::domain::ids::{Actor, MilestoneId, Position};
use crate::domain::source::Source;
use crate::domain::time::UncertainDate;
use crate::domain::words::{Evidence, MilestoneKind};

/// One source's telling of one milestone, with its three days: of happening, of publication, of recording.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lag {
    /// The id of the milestone that is meant.
    pub milestone: MilestoneId,
    /// The kind of milestone that it is.
    pub kind: MilestoneKind,
    /// The date on which it happened, as all its sources together give it.
    pub occurred: UncertainDate,
    /// How good the evidence for that is.
    pub evidence: Evidence,
    /// What the source is called.
    pub title: String,
    /// Where it can be read; `None` of what is printed, written or said.
    pub url: Option<String>,
    /// Who published the source; `None` when that is not known.
    pub publisher: Option<String>,
    /// The day on which the source was published; `None` when that is not known.
    pub published_on: Option<NaiveDate>,
    /// Where in the log the source was first recorded of this milestone; a correction that tells it again is not where.
    pub position: Position,
    /// The instant at which the source was recorded.
    pub recorded_at: DateTime<Utc>,
    /// Whether it came with the program. All such have one time of recording, which says nothing about anyone's pace.
    pub bundled: bool,
}

impl Lag {
    /// The days from happening to publication. `None` when the day of publication is not told, when the date is doubted,
    /// and for an observation, which tells that something was so on a day and not that it happened then.
    #[must_use]
    pub fn to_publication(&self) -> Option<Days> {
        let happened = self.kind != MilestoneKind::Observed && self.evidence.decides();
        self.published_on.filter(|_| happened).map(|published| Days::until(self.occurred, published))
    }

    /// The days from publication to recording (UTC). `None` when the day of publication is not told.
    #[must_use]
    pub fn to_recording(&self) -> Option<i64> {
        self.published_on.map(|published| (self.recorded_at.date_naive() - published).num_days())
    }
}

/// What the lags of a group have in common.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Lateness {
    /// How many tellings there are.
    pub tellings: usize,
    /// How many of them have no day of publication.
    pub undated: usize,
    /// The days from milestones to their publication.
    pub to_publication: Spread,
    /// From publication to recording, of what was recorded later than the bundled facts or beside them.
    pub to_recording: Spread,
    /// The same of the bundled facts, which share one time of recording.
    pub bundled_to_recording: Spread,
}

impl Lateness {
    /// What some lags have in common.
    #[must_use]
    pub fn of<'a>(lags: impl IntoIterator<Item = &'a Lag>) -> Self {
        let lags: Vec<&Lag> = lags.into_iter().collect();
        let recorded = |bundled| {
            let some = lags.iter().filter(move |lag| lag.bundled == bundled).filter_map(|lag| lag.to_recording());
            Spread::of(some.map(|days| Days { min: days, max: Some(days) }))
        };
        Self {
            tellings: lags.len(),
            undated: lags.iter().filter(|lag| lag.published_on.is_none()).count(),
            to_publication: Spread::of(lags.iter().filter_map(|lag| lag.to_publication())),
            to_recording: recorded(false),
            bundled_to_recording: recorded(true),
        }
    }
}

/// Every telling of an agreement that counts at some knowledge, in reading order of the milestones.
#[must_use]
pub fn lags(events: &[Recorded], record: &Agreement, known: &Known, knowledge: &Knowledge) -> Vec<Lag> {
    let first_told = first_told(events, knowledge);
    let mut lags = Vec::new();
    for fact in &known.facts {
        let Some(entry) = record.milestones.get(&fact.milestone) else { continue };
        for (_, source) in entry.sources.iter().filter(|(_, source)| knowledge.has_read(source.published_on)) {
            let Some(event) = first_told.get(&(fact.milestone, telling(source))) else { continue };
            lags.push(Lag {
                milestone: fact.milestone,
                kind: fact.kind,
                occurred: fact.occurred,
                evidence: fact.evidence,
                title: source.title.clone(),
                url: source.url.clone(),
                publisher: source.publisher.clone(),
                published_on: source.published_on,
                position: event.position,
                recorded_at: event.recorded_at,
                bundled: event.actor == Actor::bundled(),
            });
        }
    }
    lags
}

/// What makes two sources the same telling of a milestone: where it can be read, its title and its day of publication.
type SameTelling<'a> = (Option<&'a str>, &'a str, Option<NaiveDate>);

fn telling(source: &Source) -> SameTelling<'_> {
    (source.url.as_deref(), &source.title, source.published_on)
}

/// The first event that counts of each telling of each milestone. A correction restates the sources, and is the first of
/// none but those that it brings.
fn first_told<'a>(
    events: &'a [Recorded],
    knowledge: &Knowledge,
) -> BTreeMap<(MilestoneId, SameTelling<'a>), &'a Recorded> {
    let mut first = BTreeMap::new();
    for event in events.iter().filter(|event| knowledge.has_recorded(event.position, event.recorded_at)) {
        let Some(milestone) = event.milestone() else { continue };
        let sources = match &event.event {
            Event::MilestoneRecorded(recorded) => &recorded.sources[..],
            Event::MilestoneCorrected(corrected) => &corrected.sources,
            Event::MilestoneDateRefined(refined) => &refined.sources,
            Event::SourceAdded(added) => std::slice::from_ref(&added.source),
            Event::AgreementOpened(_) | Event::MilestoneRetracted(_) => &[],
        };
        for source in sources {
            first.entry((milestone, telling(source))).or_insert(event);
        }
    }
    first
}
