//! Which tile does a path name?
//!
//! Invariant: each tile has one path; any other spelling names nothing.

use crate::ledger::TileId;
use crate::ledger::tiles::{Number, TOP_LEVEL, WIDTH};

/// A tile, or the entries below one, as far as a client wants it.
#[derive(Debug, PartialEq, Eq)]
pub enum TilePath {
    /// A tile of hashes on one level of the tree.
    Hashes(TileId, u64),
    /// The entries whose hashes are in a tile of the lowest level.
    Entries(TileId, u64),
}

impl TilePath {
    /// Reads `LEVEL/NUMBER` or `entries/NUMBER`, with `.p/WIDTH` behind it for a tile that is not full.
    pub fn parse(path: &str) -> Option<Self> {
        let (level, rest) = path.split_once('/')?;
        let (number, width) = match rest.split_once(".p/") {
            Some((number, width)) => (number, Some(decimal(width)?).filter(|width| (1..WIDTH).contains(width))?),
            None => (rest, WIDTH),
        };
        let number = Number::parse(number)?.0;
        if level == "entries" {
            return Some(Self::Entries(TileId { level: 0, number }, width));
        }
        let level = u8::try_from(decimal(level)?).ok().filter(|level| *level <= TOP_LEVEL)?;
        Some(Self::Hashes(TileId { level, number }, width))
    }
}

/// The one spelling of a number.
fn decimal(text: &str) -> Option<u64> {
    text.parse().ok().filter(|number: &u64| number.to_string() == text)
}
