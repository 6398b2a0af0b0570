//! Which documents of the inbox are asked for?
//!
//! Invariant: the list is in the order of publication, the oldest first, and an entry's key follows from the document alone, so that
//! a page can be cut by it.

use chrono::NaiveDate;

use super::{InboxState, Item};
use crate::answers::{Answers, AskError, Page, Slice};
use crate::domain::country::Country;
use crate::domain::reading::{ECFR, FEDERAL_REGISTER, ReadingKind};

/// The sources that documents come from, in the order of their codes.
pub const SOURCES: [&str; 2] = [ECFR, FEDERAL_REGISTER];

/// Which documents of the inbox are asked for; an empty list filters nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct InboxFilter {
    /// Only documents in these states.
    pub states: Vec<InboxState>,
    /// Only documents with one of these readings.
    pub readings: Vec<ReadingKind>,
    /// Only documents that propose something about one of these countries.
    pub countries: Vec<Country>,
}

impl InboxFilter {
    fn admits(&self, item: &Item) -> bool {
        let about = |country: &Country| item.proposals.iter().any(|met| met.agreement.country == *country);
        (self.states.is_empty() || self.states.contains(&item.state.word()))
            && (self.readings.is_empty() || self.readings.contains(&item.reading.kind()))
            && (self.countries.is_empty() || self.countries.iter().any(about))
    }
}

/// The key of a document in the list: its day, its source and its number.
#[must_use]
pub fn item_key(item: &Item) -> String {
    format!("{}/{}/{}", item.key.published_on, item.key.source, item.key.number)
}

impl Answers {
    /// The documents of every source that may belong in the record, the oldest first.
    ///
    /// # Errors
    /// [`AskError`] when the log or the tables cannot be read.
    pub async fn every_item(&self) -> Result<Vec<Item>, AskError> {
        let mut items = Vec::new();
        for source in SOURCES {
            items.extend(self.inbox(source).await?);
        }
        items.sort_by_key(item_key);
        Ok(items)
    }

    /// The documents that pass a filter, a page at a time.
    ///
    /// # Errors
    /// As [`Answers::every_item`].
    pub async fn items(&self, filter: &InboxFilter, page: &Page<String>) -> Result<Slice<Item>, AskError> {
        let items = self.every_item().await?.into_iter().filter(|item| filter.admits(item)).collect();
        Ok(page.cut(items, item_key))
    }

    /// The documents that have a number: none, one, or several where the number was used on several days.
    ///
    /// # Errors
    /// As [`Answers::every_item`].
    pub async fn items_of(&self, number: &str, published_on: Option<NaiveDate>) -> Result<Vec<Item>, AskError> {
        let is_meant =
            |item: &Item| item.key.number == number && published_on.is_none_or(|day| item.key.published_on == day);
        Ok(self.every_item().await?.into_iter().filter(is_meant).collect())
    }
}
