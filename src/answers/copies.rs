//! Which copies of a list were seen, and whom does each name?
//!
//! Invariant: a day on which a few partners alone were seen on the list is no copy of it, so that nobody is said to be absent from a
//! list that nobody read whole.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::NaiveDate;

use super::{Answers, AskError, Course, Pin};
use crate::domain::country::Country;
use crate::domain::ids::{AgreementId, InstrumentCode};
use crate::domain::instrument::Instrument;
use crate::domain::time::UncertainDate;
use crate::domain::words::Listing;
use crate::projections::history::Matter;
use crate::projections::knowledge::Knowledge;

/// A copy of the list: on which day somebody saw it, and whom it names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListCopy {
    /// The day that it is of.
    pub on: UncertainDate,
    /// The partners on it.
    pub named: BTreeSet<Country>,
}

impl Answers {
    /// The copies of an instrument's list that were seen by some knowledge, the oldest first. A day is that of a copy when more than
    /// half of those who had been seen on the list by then were seen there on that very day.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub async fn list_copies(
        &self,
        instrument: &Instrument,
        knowledge: &Knowledge,
    ) -> Result<Arc<[ListCopy]>, AskError> {
        let key = (instrument.code.clone(), *knowledge);
        self.kept.copies.get_or_insert_async(&key, self.read_copies(&instrument.code, knowledge)).await
    }

    async fn read_copies(&self, code: &InstrumentCode, knowledge: &Knowledge) -> Result<Arc<[ListCopy]>, AskError> {
        let mut seen: BTreeMap<(NaiveDate, Option<NaiveDate>), (UncertainDate, BTreeSet<Country>)> = BTreeMap::new();
        self.each_history(Some(code), |id: &AgreementId, history, _| {
            let known = history.known(knowledge);
            for fact in known.facts.iter().filter(|fact| fact.evidence.decides()) {
                if matches!(fact.matter, Matter::SeenListing(values) if !values.has(Listing::Unlisted)) {
                    let on = fact.counts;
                    let copy = seen.entry((on.latest(), on.earliest())).or_insert_with(|| (on, BTreeSet::new()));
                    copy.1.insert(id.country);
                }
            }
        })
        .await?;
        let mut all: BTreeSet<Country> = BTreeSet::new();
        let copies = seen.into_values().filter_map(|(on, named)| {
            all.extend(&named);
            (2 * named.len() > all.len()).then_some(ListCopy { on, named })
        });
        Ok(copies.collect())
    }

    /// The newest day, by the day of a course, on which a source confirms its answer about the list: for a partner,
    /// that it is on the list; for any other country, that a whole copy of the list does not name it. `None` where the
    /// listing is not certain, or nothing confirms it.
    ///
    /// # Errors
    /// When the instrument is not known or the log cannot be read.
    pub async fn list_confirmed(&self, course: &Course, pin: &Pin) -> Result<Option<UncertainDate>, AskError> {
        let background = &course.status.background;
        let found = match course.status.listings.certain() {
            None => return Ok(None),
            Some(Listing::Unlisted) => {
                let instrument = self.instrument(&course.agreement)?;
                let copies = self.list_copies(instrument, &pin.knowledge).await?;
                let without = |copy: &&ListCopy| {
                    copy.on.latest() <= course.status.day && !copy.named.contains(&course.agreement.country)
                };
                let copy = copies.iter().rev().find(without).map(|copy| copy.on);
                [background.off_list, copy]
            }
            Some(Listing::Blanket | Listing::CaseByCase) => {
                [background.list_seen.map(|seen| seen.last), background.listed.map(|(_, when)| when)]
            }
        };
        Ok(found.into_iter().flatten().max_by_key(|when| when.latest()))
    }
}
