//! Which agreements, which durations, which milestones?
//!
//! Invariant: a list of current knowledge and one of earlier knowledge follow the same rules; only their speed differs.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::{AgreementOrder, Answers, AskError, Page, Pin, Slice};
use crate::domain::country::Country;
use crate::domain::event::Recorded;
use crate::domain::ids::{AgreementId, InstrumentCode, Position};
use crate::domain::instrument::Instrument;
use crate::domain::words::{Headline, Listing, MilestoneKind, NoticePurpose, Possible, Stage, Standing, Word, words};
use crate::projections::durations::{Duration, Summary, durations, unended};
use crate::projections::knowledge::Basis;
use crate::projections::status::{Status, values_at};
use crate::projections::worlds::Worlds;
use crate::store::AgreementSearch;

/// Which agreements are asked for; an empty set or list filters nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgreementFilter {
    /// The code of the only instrument that is wanted; `None` for all.
    pub instrument: Option<String>,
    /// Only agreements with these countries; empty for all.
    pub countries: Vec<Country>,
    /// Only agreements with one of these headlines; empty for all.
    pub headlines: Possible<Headline>,
    /// Only agreements in one of these stages; empty for all.
    pub stages: Possible<Stage>,
    /// Only agreements with one of these standings; empty for all.
    pub standings: Possible<Standing>,
    /// Only agreements with one of these listings; empty for all.
    pub listings: Possible<Listing>,
    /// Whether one possible value among those asked for is enough.
    pub possible: bool,
    /// Kinds, one bit each, that must certainly have happened.
    pub having: u32,
    /// Kinds, one bit each, that must not certainly have happened.
    pub lacking: u32,
    /// Only those of which something was recorded after this position, whatever it was.
    pub changed_after: Option<Position>,
    /// The order of the list.
    pub order: AgreementOrder,
}

impl Default for AgreementFilter {
    fn default() -> Self {
        Self {
            instrument: None,
            countries: Vec::new(),
            headlines: Possible::NONE,
            stages: Possible::NONE,
            standings: Possible::NONE,
            listings: Possible::NONE,
            possible: false,
            having: 0,
            lacking: 0,
            changed_after: None,
            order: AgreementOrder::default(),
        }
    }
}

impl AgreementFilter {
    /// Whether an agreement with this status passes the filter.
    fn admits(&self, status: &Status, kinds: u32) -> bool {
        self.fits(status.headlines, self.headlines)
            && self.fits(status.stages, self.stages)
            && self.fits(status.standings, self.standings)
            && self.fits(status.listings, self.listings)
            && kinds & self.having == self.having
            && kinds & self.lacking == 0
    }

    /// Whether it asks for any value that may be uncertain.
    fn asks_for_values(&self) -> bool {
        let Self { headlines, stages, standings, listings, .. } = self;
        !(headlines.is_empty() && stages.is_empty() && standings.is_empty() && listings.is_empty())
    }

    fn fits<W: Word>(&self, values: Possible<W>, asked: Possible<W>) -> bool {
        asked.is_empty()
            || if self.possible { !values.and(asked).is_empty() } else { !values.is_empty() && values.within(asked) }
    }
}

/// One bit a kind, in the order of the vocabulary.
#[must_use]
pub fn kind_bits(kinds: &[MilestoneKind]) -> u32 {
    kinds.iter().fold(0, |bits, kind| bits | 1 << kind.index())
}

/// The line that a list of certain agreements ends with: how many more are possible, and which; `None` when there are none.
#[must_use]
pub fn possibly(possible: &[AgreementId]) -> Option<String> {
    let names: Vec<&str> = possible.iter().map(|agreement| agreement.country.name()).collect();
    (!names.is_empty()).then(|| format!("and {} more possibly: {}", names.len(), names.join(", ")))
}

words! {
    /// Which rounds count.
    RoundsAsked as "choice of rounds" called "Rounds" default All {
        /// The first round of each agreement.
        First = "first",
        /// All rounds after the first one.
        Later = "later",
        /// Every round, first and later ones.
        All = "all",
    }
}

/// A duration of one agreement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DurationRow {
    /// The agreement that it belongs to.
    pub agreement: AgreementId,
    /// The days, and the round that they belong to.
    pub duration: Duration,
}

/// The durations between two kinds of milestone, and what they amount to.
#[derive(Debug, Clone, PartialEq)]
pub struct DurationsFound {
    /// Each round that has both milestones.
    pub rows: Vec<DurationRow>,
    /// What they amount to, with the rounds that are still open.
    pub summary: Summary,
}

impl Answers {
    /// The code of an instrument that is known.
    pub(super) fn code(&self, instrument: Option<&str>) -> Result<Option<InstrumentCode>, AskError> {
        let known = |code| self.instruments().load(code).map(|instrument| instrument.code.clone());
        instrument.map(known).transpose().map_err(AskError::Instrument)
    }
}

impl Answers {
    /// The agreements whose status on the pin's day passes the filter, in its order.
    ///
    /// # Errors
    /// When an instrument is not known or the log cannot be read.
    pub async fn agreements(
        &self,
        pin: &Pin,
        filter: &AgreementFilter,
        page: &Page<String>,
    ) -> Result<Slice<AgreementId>, AskError> {
        self.follows(filter.changed_after)?;
        if filter.order == AgreementOrder::Id {
            return self.agreements_by_id(pin, filter, page).await;
        }
        let all = self.all_agreements(pin, filter).await?;
        self.by_change(pin, all, page, filter.order == AgreementOrder::LastChangedFirst).await
    }

    async fn agreements_by_id(
        &self,
        pin: &Pin,
        filter: &AgreementFilter,
        page: &Page<String>,
    ) -> Result<Slice<AgreementId>, AskError> {
        let instrument = self.code(filter.instrument.as_deref())?;
        if self.tables && pin.knowledge.known_at.is_none() && pin.knowledge.basis == Basis::Recorded {
            let search = AgreementSearch {
                day: pin.day,
                instrument: instrument.clone(),
                countries: filter.countries.clone(),
                masks: [filter.headlines.bits(), filter.stages.bits(), filter.standings.bits(), filter.listings.bits()],
                possible: filter.possible,
                having: filter.having,
                lacking: filter.lacking,
                changed_after: filter.changed_after,
            };
            let searched = self.reader().store().search_agreements(&search, &page.keyset()).await?;
            // The tables hold the newest knowledge only; an answer pinned to less is folded.
            if searched.head == pin.knowledge.position {
                let slice = page.slice(searched.found, searched.total);
                self.reader().warm(&slice.items).await?;
                return Ok(slice);
            }
        }
        let mut passed = Vec::new();
        self.each_history(instrument.as_ref(), |id, history, instrument| {
            let worlds = history.worlds(&pin.knowledge, instrument);
            let known = worlds.known.opened
                && (filter.countries.is_empty() || filter.countries.contains(&id.country))
                && filter.changed_after.is_none_or(|after| history.changed(&pin.knowledge) > after);
            if known {
                let status = values_at(&worlds, instrument, pin.day);
                if filter.admits(&status, worlds.kinds_by(pin.day)) {
                    passed.push(id.clone());
                }
            }
        })
        .await?;
        Ok(page.cut(passed, ToString::to_string))
    }

    /// The agreements that may pass a filter and need not, in the order of their ids: what the list of the certain ones, so many,
    /// leaves out.
    ///
    /// # Errors
    /// As [`Answers::agreements`].
    pub async fn only_possible(
        &self,
        pin: &Pin,
        filter: &AgreementFilter,
        certain: usize,
    ) -> Result<Vec<AgreementId>, AskError> {
        let wider = AgreementFilter { possible: true, ..filter.clone() };
        if filter.possible
            || !filter.asks_for_values()
            || self.agreements_by_id(pin, &wider, &Page::first(1)).await?.total == certain
        {
            return Ok(Vec::new());
        }
        let certain: BTreeSet<AgreementId> = self.all_agreements(pin, filter).await?.into_iter().collect();
        let possible = self.all_agreements(pin, &wider).await?;
        Ok(possible.into_iter().filter(|agreement| !certain.contains(agreement)).collect())
    }

    /// The whole list of [`Answers::agreements`], in the order of their ids.
    ///
    /// # Errors
    /// As [`Answers::agreements`].
    pub async fn all_agreements(&self, pin: &Pin, filter: &AgreementFilter) -> Result<Vec<AgreementId>, AskError> {
        let (mut found, mut page) = (Vec::new(), Page::first(100));
        loop {
            let slice = self.agreements_by_id(pin, filter, &page).await?;
            page.after = slice.items.last().map(ToString::to_string);
            found.extend(slice.items);
            if !slice.has_next {
                return Ok(found);
            }
        }
    }

    /// The durations between two kinds of milestone over all agreements of an instrument.
    ///
    /// # Errors
    /// As [`Answers::agreements`].
    pub async fn durations(
        &self,
        pin: &Pin,
        instrument: &str,
        from: MilestoneKind,
        to: MilestoneKind,
        rounds: RoundsAsked,
        purposes: &[NoticePurpose],
    ) -> Result<DurationsFound, AskError> {
        let code = self.code(Some(instrument))?;
        // What was known by an instant is counted to that instant's day.
        let day = pin.knowledge.known_at.map_or(pin.day, |known_at| known_at.date_naive().min(pin.day));
        let (mut rows, mut open) = (Vec::new(), Vec::new());
        let take = |id: &AgreementId, worlds: &Worlds, _: &Instrument| {
            let asked = |round: u16, purpose: Option<NoticePurpose>| {
                let counts = match rounds {
                    RoundsAsked::First => round == 1,
                    RoundsAsked::Later => round > 1,
                    RoundsAsked::All => true,
                };
                counts && (purposes.is_empty() || purpose.is_some_and(|purpose| purposes.contains(&purpose)))
            };
            let found = durations(worlds, from, to).into_iter();
            let found = found.filter(|duration| asked(duration.round, duration.notice_purpose));
            rows.extend(found.map(|duration| DurationRow { agreement: id.clone(), duration }));
            let found = unended(worlds, from, to, day).into_iter();
            open.extend(found.filter(|round| asked(round.round, round.notice_purpose)));
        };
        self.fold_all(code.as_ref(), take, &pin.knowledge).await?;
        let each: Vec<Duration> = rows.iter().map(|row: &DurationRow| row.duration).collect();
        Ok(DurationsFound { summary: Summary::of(&each, &open), rows })
    }

    /// Loads the folded histories of some agreements that are not in memory, in one round trip.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub async fn warm(&self, ids: &[AgreementId]) -> Result<(), AskError> {
        Ok(self.reader().warm(ids).await?)
    }

    /// The streams of some agreements, with their text.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub async fn streams(&self, ids: &[AgreementId]) -> Result<BTreeMap<AgreementId, Arc<Vec<Recorded>>>, AskError> {
        Ok(self.reader().streams(ids).await?)
    }
}
