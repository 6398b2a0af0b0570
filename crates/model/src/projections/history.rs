//! What is there to decide a status by, at any knowledge, without a word of text?
//!
//! Invariant: bitemporal as it is, a [`History`] serves every date and every knowledge up to its last position.

mod touches;

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, Utc};

pub use self::touches::{Touch, Touched};
use super::knowledge::{Basis, Knowledge};
use super::worlds::Worlds;
use crate::domain::event::{Event, Recorded};
use crate::domain::ids::{MilestoneId, Position, Version};
use crate::domain::instrument::Instrument;
use crate::domain::milestone::{Detail, Milestone, Seen};
use crate::domain::source::{Preference, Settled, Source, Telling, Told, settle};
use crate::domain::time::UncertainDate;
use crate::domain::words::{Evidence, Listing, MilestoneKind, NoticePurpose, Possible, Reliability, Standing};

/// One agreement's stream, folded for answering: kinds, bounds, evidence, publication and positions.
#[derive(Debug, Clone, Default)]
pub struct History {
    changes: Box<[Change]>,
    version: Version,
    newest: Worlds,
}

/// An event without its text.
#[derive(Debug, Clone)]
struct Change {
    position: Position,
    recorded_at: DateTime<Utc>,
    what: What,
}

#[derive(Debug, Clone)]
enum What {
    Opened,
    Recorded(MilestoneId, Gist, Box<[SlimSource]>),
    Corrected(MilestoneId, Gist, Box<[SlimSource]>),
    /// More sources, with the new own date where it was refined.
    Told(MilestoneId, Option<Telling>, Box<[SlimSource]>),
    Retracted(MilestoneId),
}

/// What matters of a milestone's content.
#[derive(Debug, Clone, Copy)]
struct Gist {
    kind: MilestoneKind,
    occurred: UncertainDate,
    effective: Option<UncertainDate>,
    evidence: Evidence,
    matter: Matter,
}

/// What matters of a kind's own fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Matter {
    /// The kind says everything.
    Nothing,
    /// What matters of a notice.
    Notice {
        /// What the notice asked about.
        purpose: NoticePurpose,
        /// The last day for comments, where the notice gives one.
        closes: Option<NaiveDate>,
    },
    /// The listing that the milestone brings.
    Listing(Listing),
    /// The last day of a term.
    Until(UncertainDate),
    /// The listings of which one was observed.
    SeenListing(Possible<Listing>),
    /// The standings of which one was observed.
    SeenStanding(Possible<Standing>),
    /// Talks were seen to be under way.
    SeenTalks,
}

/// What matters of a source; without a telling it tells the milestone's own date at the time.
#[derive(Debug, Clone, Copy)]
struct SlimSource {
    telling: Option<Telling>,
    reliability: Reliability,
    published_on: Option<NaiveDate>,
}

/// A milestone as it is known: one date and one evidence, whatever its sources say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fact {
    /// The id of the milestone that is meant.
    pub milestone: MilestoneId,
    /// Where it was first recorded.
    pub position: Position,
    /// The kind of milestone that it is.
    pub kind: MilestoneKind,
    /// What matters of its own fields.
    pub matter: Matter,
    /// The date on which the milestone happened.
    pub occurred: UncertainDate,
    /// From when it counts: when it took effect, where that is told of a kind that counts by it (rule 1), or else when it
    /// happened.
    pub counts: UncertainDate,
    /// When it took effect, where a source says so.
    pub effective: Option<UncertainDate>,
    /// How good the evidence is.
    pub evidence: Evidence,
    /// How one date was made of the dates that its sources give.
    pub settled_by: Preference,
}

impl Fact {
    /// Whether it may decide a status.
    #[must_use]
    pub fn decides(&self) -> bool {
        self.evidence.decides() && self.kind != MilestoneKind::Noted
    }
}

/// What is known of one agreement.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Known {
    /// Whether the record was open.
    pub opened: bool,
    /// The milestones in reading order: by their dates, then by rank and position. No answer rests on it.
    pub facts: Vec<Fact>,
    /// How many sources were left out because nobody knows when they were published.
    pub undated_sources: u32,
    /// How many of its events count, which is its version then.
    pub version: Version,
}

impl Known {
    /// What some facts amount to, each as it is told.
    #[must_use]
    pub fn of(mut facts: Vec<Fact>) -> Self {
        in_order(&mut facts);
        Self { opened: !facts.is_empty(), facts, ..Self::default() }
    }
}

impl History {
    /// Folds a stream, in order.
    #[must_use]
    pub fn of(events: &[Recorded], instrument: &Instrument) -> Self {
        let changes: Box<[Change]> = events.iter().map(Change::of).collect();
        let mut history = Self {
            changes,
            version: events.last().map(|last| last.version).unwrap_or_default(),
            newest: Worlds::default(),
        };
        let known = history.known(&Knowledge::at(history.through()));
        history.newest = Worlds::of(known, instrument);
        history
    }

    /// The position of its last event.
    #[must_use]
    pub fn through(&self) -> Position {
        self.changes.last().map(|change| change.position).unwrap_or_default()
    }

    /// How many events it has.
    #[must_use]
    pub const fn version(&self) -> Version {
        self.version
    }

    /// The simplest worlds of what is known, borrowed when that is everything recorded.
    #[must_use]
    pub fn worlds(&self, knowledge: &Knowledge, instrument: &Instrument) -> std::borrow::Cow<'_, Worlds> {
        let everything =
            knowledge.basis == Basis::Recorded && knowledge.known_at.is_none() && self.through() <= knowledge.position;
        if everything && !self.changes.is_empty() {
            std::borrow::Cow::Borrowed(&self.newest)
        } else {
            std::borrow::Cow::Owned(Worlds::of(self.known(knowledge), instrument))
        }
    }

    /// The days on which its sources were published.
    #[must_use]
    pub fn publication_days(&self) -> BTreeSet<NaiveDate> {
        let sources = self.changes.iter().flat_map(|change| match &change.what {
            What::Recorded(_, _, sources) | What::Corrected(_, _, sources) | What::Told(_, _, sources) => &sources[..],
            What::Opened | What::Retracted(_) => &[],
        });
        sources.filter_map(|source| source.published_on).collect()
    }

    /// What is known of it.
    #[must_use]
    pub fn known(&self, knowledge: &Knowledge) -> Known {
        let mut known = self.told(knowledge);
        in_order(&mut known.facts);
        // It is kept for as long as the agreement is hot.
        known.facts.shrink_to_fit();
        known
    }

    /// What its sources say, in no order.
    #[must_use]
    pub fn told(&self, knowledge: &Knowledge) -> Known {
        let mut known = Known::default();
        let mut entries: BTreeMap<MilestoneId, Entry> = BTreeMap::new();
        for change in self.changes.iter().filter(|change| knowledge.has_recorded(change.position, change.recorded_at)) {
            known.version = Version(known.version.0 + 1);
            match &change.what {
                What::Opened => known.opened = true,
                What::Recorded(id, gist, sources) => {
                    entries.insert(*id, Entry::new(change.position, change.position, gist, sources));
                }
                What::Corrected(id, gist, sources) => {
                    if let Some(entry) = entries.get_mut(id) {
                        *entry = Entry::new(entry.position, change.position, gist, sources);
                    }
                }
                What::Told(id, refined, sources) => {
                    if let Some(entry) = entries.get_mut(id) {
                        entry.own = refined.unwrap_or(entry.own);
                        entry.gist.evidence = entry.own.evidence;
                        entry.add(change.position, sources);
                    }
                }
                What::Retracted(id) => {
                    entries.remove(id);
                }
            }
        }
        for (milestone, entry) in entries {
            if knowledge.basis == Basis::Published {
                let undated = entry.told.iter().filter(|told| told.published_on.is_none()).count();
                known.undated_sources += u32::try_from(undated).unwrap_or(u32::MAX);
            }
            known.facts.extend(entry.fact(milestone, knowledge));
        }
        known
    }
}

/// A milestone with everything that was recorded about it so far.
struct Entry {
    position: Position,
    gist: Gist,
    own: Telling,
    told: Vec<Told>,
}

impl Entry {
    fn new(first: Position, position: Position, gist: &Gist, sources: &[SlimSource]) -> Self {
        let own = Telling { date: gist.occurred, evidence: gist.evidence };
        let mut entry = Self { position: first, gist: *gist, own, told: Vec::with_capacity(sources.len()) };
        entry.add(position, sources);
        entry
    }

    fn add(&mut self, position: Position, sources: &[SlimSource]) {
        let own = self.own;
        self.told.extend(sources.iter().map(|source| Told {
            telling: source.telling.unwrap_or(own),
            reliability: source.reliability,
            published_on: source.published_on,
            order: position.0,
        }));
    }

    /// The milestone by the sources that count; `None` when none counts.
    fn fact(&self, milestone: MilestoneId, knowledge: &Knowledge) -> Option<Fact> {
        let Settled { telling, by, .. } = if knowledge.basis == Basis::Recorded {
            settle(&self.told)
        } else {
            let read: Vec<Told> =
                self.told.iter().filter(|told| knowledge.has_read(told.published_on)).copied().collect();
            settle(&read)
        }?;
        let telling = telling.doubted(self.gist.evidence);
        Some(Fact {
            milestone,
            position: self.position,
            kind: self.gist.kind,
            matter: self.gist.matter,
            occurred: telling.date,
            counts: self.gist.effective.filter(|_| counts_by_effect(self.gist.kind)).unwrap_or(telling.date),
            effective: self.gist.effective,
            evidence: telling.evidence,
            settled_by: by,
        })
    }
}

/// Whether milestones of a kind count from when they took effect, where a source says so (rule 1).
const fn counts_by_effect(kind: MilestoneKind) -> bool {
    matches!(
        kind,
        MilestoneKind::EnteredIntoForce
            | MilestoneKind::Renewed
            | MilestoneKind::Suspended
            | MilestoneKind::Resumed
            | MilestoneKind::Expired
            | MilestoneKind::Terminated
            | MilestoneKind::Listed
            | MilestoneKind::ListingChanged
            | MilestoneKind::Delisted
    )
}

/// Puts facts in reading order.
fn in_order(facts: &mut [Fact]) {
    facts.sort_by_key(|fact| (fact.counts, fact.kind.rank(), fact.position));
}

impl Change {
    fn of(recorded: &Recorded) -> Self {
        let what = match &recorded.event {
            Event::AgreementOpened(_) => What::Opened,
            Event::MilestoneRecorded(new) => {
                What::Recorded(recorded.command.into(), Gist::of(&new.milestone), slim(&new.sources))
            }
            Event::MilestoneCorrected(corrected) => {
                What::Corrected(corrected.milestone, Gist::of(&corrected.content), slim(&corrected.sources))
            }
            Event::MilestoneDateRefined(refined) => {
                let telling = Telling { date: refined.occurred, evidence: refined.evidence };
                What::Told(refined.milestone, Some(telling), slim(&refined.sources))
            }
            Event::SourceAdded(added) => What::Told(added.milestone, None, slim(std::slice::from_ref(&added.source))),
            Event::MilestoneRetracted(retracted) => What::Retracted(retracted.milestone),
        };
        Self { position: recorded.position, recorded_at: recorded.recorded_at, what }
    }
}

fn slim(sources: &[Source]) -> Box<[SlimSource]> {
    let slim = |source: &Source| SlimSource {
        telling: source.tells,
        reliability: source.reliability,
        published_on: source.published_on,
    };
    sources.iter().map(slim).collect()
}

impl Gist {
    fn of(milestone: &Milestone) -> Self {
        let matter = match &milestone.detail {
            Detail::NoticePublished { purpose, comments_close_on, .. } => {
                Matter::Notice { purpose: *purpose, closes: *comments_close_on }
            }
            Detail::Listed { listing } | Detail::ListingChanged { listing } => Matter::Listing(*listing),
            Detail::Delisted {} => Matter::Listing(Listing::Unlisted),
            Detail::EnteredIntoForce { until: Some(until) } | Detail::Renewed { until: Some(until) } => {
                Matter::Until(*until)
            }
            Detail::Observed { seen: Seen::Listing(values) } => Matter::SeenListing(Possible::of(values)),
            Detail::Observed { seen: Seen::Standing(values) } => Matter::SeenStanding(Possible::of(values)),
            Detail::Observed { seen: Seen::Talks {} } => Matter::SeenTalks,
            _ => Matter::Nothing,
        };
        Self {
            kind: milestone.kind(),
            occurred: milestone.occurred,
            effective: milestone.effective,
            evidence: milestone.evidence,
            matter,
        }
    }
}
