//! How does a part of a list look, and how does a reader reach the rest?
//!
//! Invariant: a cursor is the key of an entry, so that a list that grows neither skips nor repeats one.

use schemars::JsonSchema;
use serde::Serialize;

use crate::answers::Slice;

/// A part of a list, with the day and the knowledge that it rests on.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct List<A, T> {
    /// What the list is about: a pin, or the two sides of a comparison.
    #[serde(flatten)]
    pub about: A,
    /// The number of entries on all pages of the list.
    pub total_count: usize,
    /// The first and the last key of this part, and whether other parts come before and after it.
    pub page_info: PageInfo,
    /// The entries of this part.
    pub nodes: Vec<T>,
}

/// The first and the last key of a part of a list, and whether other parts come before and after it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PageInfo {
    /// Whether there are entries after this part.
    pub has_next_page: bool,
    /// Whether there are entries before this part.
    pub has_previous_page: bool,
    /// The key of the first entry of this part; null when the part is empty.
    pub start_cursor: Option<String>,
    /// The key of the last entry of this part, to pass as `after`; null when the part is empty.
    pub end_cursor: Option<String>,
}

impl<A, T> List<A, T> {
    /// A slice as a part of a list, with what its entries became.
    pub fn of<I>(about: A, slice: &Slice<I>, nodes: Vec<T>, key: impl Fn(&I) -> String) -> Self {
        let page_info = PageInfo {
            has_next_page: slice.has_next,
            has_previous_page: slice.has_previous,
            start_cursor: slice.items.first().map(&key),
            end_cursor: slice.items.last().map(&key),
        };
        Self { about, total_count: slice.total, page_info, nodes }
    }

    /// The key after which the next part begins; `None` at the end of the list.
    #[must_use]
    pub fn next(&self) -> Option<&str> {
        self.page_info.end_cursor.as_deref().filter(|_| self.page_info.has_next_page)
    }

    /// The same part with other entries.
    #[must_use]
    pub fn with<U>(self, nodes: Vec<U>) -> List<A, U> {
        let Self { about, total_count, page_info, .. } = self;
        List { about, total_count, page_info, nodes }
    }
}
