//! Which of a vocabulary's words are still possible?
//!
//! Invariant: a set holds words of its vocabulary only; a certain answer is a set of one.

use std::fmt;
use std::marker::PhantomData;

use super::words::Word;

/// The words of one vocabulary that are possible, as a small set.
///
/// An answer is certain when the set has one member; it is never silently narrowed.
pub struct Possible<W>(u16, PhantomData<W>);

impl<W: Word> Possible<W> {
    /// No word at all: the start of a union.
    pub const NONE: Self = Self(0, PhantomData);

    /// The set with only this word.
    #[must_use]
    pub fn only(word: W) -> Self {
        Self(1 << word.index(), PhantomData)
    }

    /// The set of these words.
    #[must_use]
    pub fn of(words: &[W]) -> Self {
        words.iter().fold(Self::NONE, |set, word| set.or(Self::only(*word)))
    }

    /// The set with these bits; bits that stand for no word are dropped.
    #[must_use]
    pub fn from_bits(bits: u16) -> Self {
        W::ALL
            .iter()
            .filter(|word| bits & (1 << word.index()) != 0)
            .fold(Self::NONE, |set, word| set.or(Self::only(*word)))
    }

    /// One bit a word, in the order of [`Word::ALL`].
    #[must_use]
    pub const fn bits(self) -> u16 {
        self.0
    }

    /// The words that are in either set.
    #[must_use]
    pub const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0, PhantomData)
    }

    /// The words that are in both sets.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 & other.0, PhantomData)
    }

    /// Whether no word is possible.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Whether this word is possible.
    #[must_use]
    pub fn has(self, word: W) -> bool {
        self.0 & (1 << word.index()) != 0
    }

    /// Whether every word of this set is in the other.
    #[must_use]
    pub const fn within(self, other: Self) -> bool {
        self.0 & !other.0 == 0
    }

    /// The possible words, in order.
    pub fn iter(self) -> impl Iterator<Item = W> {
        W::ALL.iter().copied().filter(move |word| self.has(*word))
    }

    /// The word, when only one is possible.
    #[must_use]
    pub fn certain(self) -> Option<W> {
        if self.0.is_power_of_two() { self.iter().next() } else { None }
    }

    /// The set of what each word becomes.
    #[must_use]
    pub fn then<V: Word>(self, become_: impl Fn(W) -> Possible<V>) -> Possible<V> {
        self.iter().fold(Possible::NONE, |set, word| set.or(become_(word)))
    }
}

impl<W> Clone for Possible<W> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<W> Copy for Possible<W> {}
impl<W> PartialEq for Possible<W> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}
impl<W> Eq for Possible<W> {}
impl<W: Word + fmt::Debug> fmt::Debug for Possible<W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}
