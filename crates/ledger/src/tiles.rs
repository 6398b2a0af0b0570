//! Which hashes make a proof, and where do they stand?
//!
//! Invariant: a proof is computed from tiles alone; what is missing is named, so that whoever has the memory fetches it.
//!
//! A tile holds up to 256 hashes of one level (C2SP tlog-tiles); everything between two levels of tiles is computed.

use std::collections::BTreeMap;
use std::fmt;

use super::tree::{Frontier, Hash, TILE_HEIGHT, parent};

/// The hashes of a full tile.
pub const WIDTH: u64 = 1 << TILE_HEIGHT;

/// The highest level of a tile that a tree of less than 2^63 leaves has.
pub const TOP_LEVEL: u8 = 7;

/// The tile that is meant, by level and index.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TileId {
    /// Its level: 0 holds leaf hashes.
    pub level: u8,
    /// Which on its level, from 0.
    pub number: u64,
}

impl TileId {
    /// How many hashes this tile has in a tree of a size: 256 when it is full, 0 when it has not begun.
    #[must_use]
    pub fn width(self, size: u64) -> u64 {
        let hashes = size.checked_shr(u32::from(self.level) * TILE_HEIGHT).unwrap_or(0);
        hashes.saturating_sub(self.number.saturating_mul(WIDTH)).min(WIDTH)
    }
}

/// Its path in C2SP tlog-tiles: groups of three digits, all but the last begun by an `x`.
pub struct Number(pub u64);

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut groups = Vec::new();
        let mut rest = self.0;
        while rest >= 1_000 {
            groups.push(rest % 1_000);
            rest /= 1_000;
        }
        groups.push(rest);
        let last = groups.len() - 1;
        for (place, group) in groups.into_iter().rev().enumerate() {
            if place < last {
                write!(f, "x{group:03}/")?;
            } else {
                write!(f, "{group:03}")?;
            }
        }
        Ok(())
    }
}

impl Number {
    /// Reads the one spelling of a number: no group too many, and each of three digits.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut number = 0_u64;
        for group in text.split('/') {
            let digits = group.strip_prefix('x').unwrap_or(group);
            if digits.len() != 3 || !digits.bytes().all(|digit| digit.is_ascii_digit()) {
                return None;
            }
            number = number.checked_mul(1_000)?.checked_add(digits.parse().ok()?)?;
        }
        let number = Self(number);
        (number.to_string() == text).then_some(number)
    }
}

/// The tiles that were fetched so far, of a tree of some size.
#[derive(Debug, Default)]
pub struct Tiles(BTreeMap<TileId, Vec<Hash>>);

impl Tiles {
    /// Adds the hashes of one tile.
    pub fn insert(&mut self, id: TileId, hashes: Vec<Hash>) {
        self.0.insert(id, hashes);
    }

    /// How many hashes of a tile there are.
    #[must_use]
    pub fn width(&self, id: TileId) -> u64 {
        self.0.get(&id).map_or(0, |hashes| hashes.len() as u64)
    }

    /// The root of the first leaves.
    ///
    /// # Errors
    /// The tile that is needed too.
    pub fn root(&self, size: u64) -> Result<Hash, TileId> {
        if size == 0 { Ok(Frontier::default().root()) } else { self.range(0, size) }
    }

    /// The hash of a leaf.
    ///
    /// # Errors
    /// The tile that is needed too.
    pub fn leaf(&self, index: u64) -> Result<Hash, TileId> {
        self.node(0, index)
    }

    /// The proof that the leaf at an index is in the tree of a size (RFC 6962, section 2.1.1: PATH), lowest first. The
    /// index lies below the size.
    ///
    /// # Errors
    /// The tile that is needed too.
    pub fn inclusion(&self, index: u64, size: u64) -> Result<Vec<Hash>, TileId> {
        let (mut low, mut high) = (0, size);
        let mut path = Vec::new();
        while high - low > 1 {
            let middle = low + split(high - low);
            if index < middle {
                path.push(self.range(middle, high)?);
                high = middle;
            } else {
                path.push(self.range(low, middle)?);
                low = middle;
            }
        }
        path.reverse();
        Ok(path)
    }

    /// The proof that the tree of one size begins the tree of another (RFC 6962, section 2.1.2: PROOF), lowest first;
    /// empty for the same size and for a tree without leaves. `from` is at most `to`.
    ///
    /// # Errors
    /// The tile that is needed too.
    pub fn consistency(&self, from: u64, to: u64) -> Result<Vec<Hash>, TileId> {
        let mut path = Vec::new();
        if from == 0 || from == to {
            return Ok(path);
        }
        let (mut low, mut high) = (0, to);
        while high != from {
            let middle = low + split(high - low);
            if from <= middle {
                path.push(self.range(middle, high)?);
                high = middle;
            } else {
                path.push(self.range(low, middle)?);
                low = middle;
            }
        }
        // Of a tree that is itself a whole subtree of the other, the verifier knows the root already.
        if low > 0 {
            path.push(self.range(low, high)?);
        }
        path.reverse();
        Ok(path)
    }

    /// The root over some leaves: a subtree of RFC 6962's recursion.
    fn range(&self, low: u64, high: u64) -> Result<Hash, TileId> {
        let size = high - low;
        if size.is_power_of_two() && low.is_multiple_of(size) {
            return self.node(size.ilog2(), low / size);
        }
        let middle = low + split(size);
        Ok(parent(&self.range(low, middle)?, &self.range(middle, high)?))
    }

    /// The root of a whole subtree of 2^height leaves.
    fn node(&self, height: u32, index: u64) -> Result<Hash, TileId> {
        let first = index << (height % TILE_HEIGHT);
        let id = TileId { level: u8::try_from(height / TILE_HEIGHT).unwrap_or(TOP_LEVEL), number: first / WIDTH };
        let hashes = self.0.get(&id).ok_or(id)?;
        let first = usize::try_from(first % WIDTH).unwrap_or(usize::MAX);
        let hashes = hashes.get(first..).and_then(|hashes| hashes.get(..1 << (height % TILE_HEIGHT))).ok_or(id)?;
        let mut row = hashes.to_vec();
        while row.len() > 1 {
            let (pairs, _) = row.as_chunks::<2>();
            row = pairs.iter().map(|[left, right]| parent(left, right)).collect();
        }
        row.first().copied().ok_or(id)
    }
}

/// Where RFC 6962 splits a tree: the largest power of two below its size, which is at least 2.
pub(super) const fn split(size: u64) -> u64 {
    1 << (size - 1).ilog2()
}
