//! Which part of a list is asked for, and which part is this?
//!
//! Invariant: pages are cut by key, so that a list that grows neither skips nor repeats an entry.

use super::error::AskError;
use crate::store::Keyset;

/// The most entries of a page.
pub const MOST: usize = 100;

/// The entries of a page when nothing is said, at every face.
pub const USUAL_PAGE: usize = 50;

/// A part of a list, cut by key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<K> {
    /// Entries after this key only.
    pub after: Option<K>,
    /// Entries before this key only.
    pub before: Option<K>,
    /// The largest number of entries on the page.
    pub limit: usize,
    /// Whether they are counted from the end.
    pub from_end: bool,
}

impl<K> Page<K> {
    /// The first entries of a list.
    #[must_use]
    pub const fn first(limit: usize) -> Self {
        Self { after: None, before: None, limit, from_end: false }
    }

    /// The page that Relay's arguments mean; [`USUAL_PAGE`] entries when neither `first` nor `last` is given.
    ///
    /// # Errors
    /// When the size is not 1 to 100, or both ends are asked for.
    pub fn of(first: Option<i64>, last: Option<i64>, after: Option<K>, before: Option<K>) -> Result<Self, AskError> {
        if first.is_some() && last.is_some() {
            return Err(AskError::Paging("give first or last, not both"));
        }
        let limit = match first.or(last) {
            None => USUAL_PAGE,
            Some(asked) => {
                let limit = usize::try_from(asked).ok().filter(|limit| (1..=MOST).contains(limit));
                limit.ok_or(AskError::PageSize { asked, most: MOST })?
            }
        };
        Ok(Self { after, before, limit, from_end: last.is_some() })
    }

    /// The part of the list in its usual order that holds the same entries, where the list is asked for backwards.
    #[must_use]
    pub fn turned(self, backwards: bool) -> Self {
        let Self { after, before, limit, from_end } = self;
        if backwards {
            return Self { after: before, before: after, limit, from_end: !from_end };
        }
        Self { after, before, limit, from_end }
    }

    /// The same part of a list that is cut by another form of the key.
    #[must_use]
    pub fn map<L>(self, key: impl Fn(K) -> L) -> Page<L> {
        let Self { after, before, limit, from_end } = self;
        Page { after: after.map(&key), before: before.map(&key), limit, from_end }
    }
}

impl<K: Clone> Page<K> {
    /// The same part, as the store cuts it.
    pub(super) fn keyset(&self) -> Keyset<K> {
        Keyset { after: self.after.clone(), before: self.before.clone(), limit: self.limit, from_end: self.from_end }
    }

    /// The slice of what the store found: one entry more than asked for means that there are more.
    pub(super) fn slice<T>(&self, mut found: Vec<T>, total: usize) -> Slice<T> {
        let more = found.len() > self.limit;
        if self.from_end {
            found.drain(..found.len().saturating_sub(self.limit));
            return Slice { items: found, has_previous: more, has_next: self.before.is_some(), total };
        }
        found.truncate(self.limit);
        Slice { items: found, has_previous: self.after.is_some(), has_next: more, total }
    }
}

impl<K: Ord> Page<K> {
    /// Cuts the page out of a whole list in the order of its keys.
    pub fn cut<T>(&self, all: Vec<T>, key: impl Fn(&T) -> K) -> Slice<T> {
        let total = all.len();
        let inside = |item: &T| {
            let key = key(item);
            self.after.as_ref().is_none_or(|after| key > *after)
                && self.before.as_ref().is_none_or(|before| key < *before)
        };
        let first_key = all.first().map(&key);
        let last_key = all.last().map(&key);
        let mut items: Vec<T> = all.into_iter().filter(inside).collect();
        if self.from_end {
            items.drain(..items.len().saturating_sub(self.limit));
        } else {
            items.truncate(self.limit);
        }
        let has_previous = items.first().map(&key).is_some_and(|key| first_key.is_some_and(|first| key > first));
        let has_next = items.last().map(&key).is_some_and(|key| last_key.is_some_and(|last| key < last));
        Slice { items, has_previous, has_next, total }
    }
}

/// One page of a list, and whether there are others before and after it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slice<T> {
    /// The entries of this part of the list.
    pub items: Vec<T>,
    /// Whether there are entries before them.
    pub has_previous: bool,
    /// Whether there are entries after them.
    pub has_next: bool,
    /// How many the whole list has.
    pub total: usize,
}

impl<T> Slice<T> {
    /// The same part of the list that is read backwards.
    #[must_use]
    pub fn turned(self, backwards: bool) -> Self {
        let Self { mut items, has_previous, has_next, total } = self;
        if backwards {
            items.reverse();
            return Self { items, has_previous: has_next, has_next: has_previous, total };
        }
        Self { items, has_previous, has_next, total }
    }

    /// The same part with each entry made another.
    ///
    /// # Errors
    /// The first that an entry gives.
    pub fn try_map<U, E>(self, each: impl FnMut(T) -> Result<U, E>) -> Result<Slice<U>, E> {
        let Self { items, has_previous, has_next, total } = self;
        let items = items.into_iter().map(each).collect::<Result<_, _>>()?;
        Ok(Slice { items, has_previous, has_next, total })
    }
}
