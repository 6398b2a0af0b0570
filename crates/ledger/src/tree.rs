//! How does the tree over all events grow, and what is its root?
//!
//! Invariant: the root is RFC 6962's Merkle tree hash of all leaves so far, whatever way they came.

use sha2::{Digest, Sha256};

/// A SHA-256 hash.
pub type Hash = [u8; 32];

/// Levels of the tree that one tile spans (C2SP tlog-tiles): 256 hashes a tile.
pub const TILE_HEIGHT: u32 = 8;

/// The most leaves of a tree: a database counts positions in 63 bits.
const MOST_LEAVES: u64 = i64::MAX as u64;

/// The hash of a leaf: SHA-256 over a zero byte and its bytes (RFC 6962, section 2.1).
#[must_use]
pub fn leaf_hash(bytes: &[u8]) -> Hash {
    Sha256::new().chain_update([0]).chain_update(bytes).finalize().into()
}

/// The hash of an inner node: SHA-256 over a one byte and both children (RFC 6962, section 2.1).
#[must_use]
pub fn parent(left: &Hash, right: &Hash) -> Hash {
    Sha256::new().chain_update([1]).chain_update(left).chain_update(right).finalize().into()
}

/// The root of a whole subtree whose leaves begin a tile: the hash that the tile above holds. Appending makes it known
/// once, and it never changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Node {
    /// The tile's level: 1 for a subtree of 256 leaves, 2 for one of 65,536, and so on.
    pub level: u8,
    /// Which on its level, from 0.
    pub number: u64,
    /// The hash of this subtree.
    pub hash: Hash,
}

impl Node {
    /// The first leaf below it, from 1.
    #[must_use]
    pub fn first(&self) -> u64 {
        self.last() + 1 - self.size()
    }

    /// The last leaf below it, from 1.
    #[must_use]
    pub fn last(&self) -> u64 {
        (self.number + 1).saturating_mul(self.size())
    }

    fn size(&self) -> u64 {
        1_u64.checked_shl(u32::from(self.level) * TILE_HEIGHT).unwrap_or(u64::MAX)
    }
}

/// A tree as the roots of the whole subtrees that it consists of, the largest first: all that appending needs.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Frontier {
    size: u64,
    roots: Vec<Hash>,
}

impl Frontier {
    /// A frontier that was stored; `None` when so many roots cannot be those of a tree of this size, or no log is as long.
    #[must_use]
    pub fn of(size: u64, roots: &[u8]) -> Option<Self> {
        let (roots, rest) = roots.as_chunks::<32>();
        let fits = rest.is_empty() && roots.len() == size.count_ones() as usize && size <= MOST_LEAVES;
        fits.then(|| Self { size, roots: roots.to_vec() })
    }

    /// The roots, one after another, as they are stored.
    #[must_use]
    pub fn bytes(&self) -> Vec<u8> {
        self.roots.concat()
    }

    /// How many leaves the tree has.
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// The whole subtrees that the tree consists of, the largest first: how many leaves each has, and its root.
    pub fn subtrees(&self) -> impl Iterator<Item = (u64, &Hash)> {
        let sizes = (0..u64::BITS).rev().map(|bit| 1_u64 << bit).filter(|size| self.size & size != 0);
        sizes.zip(&self.roots)
    }

    /// Appends a leaf, and returns each tile that it fills, one hash for the level above.
    pub fn push(&mut self, leaf: Hash, mut filled: impl FnMut(Node)) {
        let (mut hash, mut height, mut index) = (leaf, 0_u32, self.size);
        // Each trailing one bit is a whole subtree to the left of the new leaf, of the same size as what has grown so far.
        while index % 2 == 1
            && let Some(left) = self.roots.pop()
        {
            hash = parent(&left, &hash);
            (height, index) = (height + 1, index / 2);
            if height.is_multiple_of(TILE_HEIGHT)
                && let Ok(level) = u8::try_from(height / TILE_HEIGHT)
            {
                filled(Node { level, number: index, hash });
            }
        }
        self.roots.push(hash);
        self.size += 1;
    }

    /// The root: of a tree without leaves, the hash of nothing.
    #[must_use]
    pub fn root(&self) -> Hash {
        let mut roots = self.roots.iter().rev().copied();
        let Some(last) = roots.next() else { return Sha256::digest([]).into() };
        roots.fold(last, |right, left| parent(&left, &right))
    }
}
