//! Does a proof prove what it claims?
//!
//! Invariant: no proof of any length or size makes it panic, and a proof that is longer than it need be is refused.

use super::tree::{Frontier, Hash, parent};

/// Why a proof proves nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ProofError {
    /// A position that the tree does not have, or trees in the wrong order.
    #[error("position {0} is not in a tree of {1} events")]
    OutOfRange(u64, u64),
    /// A proof that is too short or too long.
    #[error("the proof has the wrong number of hashes")]
    Length,
    /// Another root than the one that was claimed.
    #[error("the hashes lead to another root than the one claimed")]
    Root,
}

/// Checks that a leaf stands at an index (from 0) of the tree with this size and root (RFC 9162, section 2.1.3.2).
///
/// # Errors
/// [`ProofError`].
pub fn included(leaf: Hash, index: u64, size: u64, proof: &[Hash], root: &Hash) -> Result<(), ProofError> {
    if index >= size {
        return Err(ProofError::OutOfRange(index.saturating_add(1), size));
    }
    let (mut place, mut last, mut hash) = (index, size - 1, leaf);
    for other in proof {
        if last == 0 {
            return Err(ProofError::Length);
        }
        if place % 2 == 1 || place == last {
            hash = parent(other, &hash);
            while place % 2 == 0 && place != 0 {
                (place, last) = (place / 2, last / 2);
            }
        } else {
            hash = parent(&hash, other);
        }
        (place, last) = (place / 2, last / 2);
    }
    if last != 0 {
        return Err(ProofError::Length);
    }
    if hash == *root { Ok(()) } else { Err(ProofError::Root) }
}

/// Checks that the tree of `from` leaves begins the tree of `to` leaves (RFC 9162, section 2.1.4.2).
///
/// # Errors
/// [`ProofError`].
pub fn consistent(from: u64, from_root: &Hash, to: u64, to_root: &Hash, proof: &[Hash]) -> Result<(), ProofError> {
    if from > to {
        return Err(ProofError::OutOfRange(from, to));
    }
    if from == to || from == 0 {
        let expected = if from == to { *to_root } else { Frontier::default().root() };
        return match proof {
            [] if *from_root == expected => Ok(()),
            [] => Err(ProofError::Root),
            _ => Err(ProofError::Length),
        };
    }
    // A first tree that is one whole subtree begins the proof itself.
    let whole = from.is_power_of_two().then_some(from_root);
    let mut hashes = whole.into_iter().chain(proof);
    let first = hashes.next().ok_or(ProofError::Length)?;
    let shared = (from - 1).trailing_ones();
    let (mut place, mut last) =
        ((from - 1).checked_shr(shared).unwrap_or(0), (to - 1).checked_shr(shared).unwrap_or(0));
    let (mut older, mut newer) = (*first, *first);
    for other in hashes {
        if last == 0 {
            return Err(ProofError::Length);
        }
        if place % 2 == 1 || place == last {
            older = parent(other, &older);
            newer = parent(other, &newer);
            while place % 2 == 0 && place != 0 {
                (place, last) = (place / 2, last / 2);
            }
        } else {
            newer = parent(&newer, other);
        }
        (place, last) = (place / 2, last / 2);
    }
    if last != 0 {
        return Err(ProofError::Length);
    }
    if older == *from_root && newer == *to_root { Ok(()) } else { Err(ProofError::Root) }
}
