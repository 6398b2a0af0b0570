//! Where is the tree over all events kept?
//!
//! Invariant: at every commit the tree covers exactly the events up to the head; a node that was written never changes.

use sqlx::QueryBuilder;

use super::log::{corrupt, unsigned};
use super::{CHUNK, Head, Store, StoreError, Tx, inside, reading, signed};
use crate::domain::ids::Position;
use crate::ledger::tiles::{TOP_LEVEL, WIDTH};
use crate::ledger::tree::TILE_HEIGHT;
use crate::ledger::{Frontier, Hash, Node, TileId, Tiles};

/// Why a stored hash cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("these {0} are not the hashes that belong here")]
struct WrongHashes(u64);

impl Store {
    /// Makes the tree cover every event, where a release without one has appended.
    ///
    /// # Errors
    /// When the database fails.
    pub(super) async fn complete_tree(&self) -> Result<(), StoreError> {
        let sql = "select position, tree_size from log_head where id = 1";
        let (position, size): (i64, i64) = reading!(self, pool => sqlx::query_as(sql).fetch_one(pool).await?);
        if size < position {
            self.lock(None).await?.commit(&[], &[]).await?;
        }
        Ok(())
    }

    /// The tree up to the head, as it is stored.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn tree(&self) -> Result<(Head, Frontier), StoreError> {
        let sql = "select position, recorded_at, tree_size, tree from log_head where id = 1";
        let row: (i64, super::At, i64, Vec<u8>) = reading!(self, pool => sqlx::query_as(sql).fetch_one(pool).await?);
        let (position, super::At(recorded_at), size, roots) = row;
        Ok((super::head(position, recorded_at)?, frontier(size, &roots)?))
    }

    /// The hashes of a tile as far as it is filled.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn tile(&self, tile: TileId) -> Result<Vec<Hash>, StoreError> {
        let Some(first) = tile.number.checked_mul(WIDTH) else { return Ok(Vec::new()) };
        let hashes: Vec<Vec<u8>> = if tile.level == 0 {
            let sql = "select leaf_hash
                 from events
                 where position > $1 and position <= $2
                 order by position";
            reading!(self, pool => {
                let query = sqlx::query_scalar(sql).bind(signed(first)).bind(signed(first.saturating_add(WIDTH)));
                query.fetch_all(pool).await?
            })
        } else {
            let sql = "select hash
                 from tree_nodes
                 where level = $1 and number >= $2 and number < $3
                 order by number";
            let level = i64::from(tile.level);
            reading!(self, pool => {
                let query = sqlx::query_scalar(sql).bind(level).bind(signed(first));
                query.bind(signed(first.saturating_add(WIDTH))).fetch_all(pool).await?
            })
        };
        let size = hashes.len() as u64;
        let table = if tile.level == 0 { "events" } else { "tree_nodes" };
        let wrong = |_| corrupt(table, "hash", format!("tile {} {}", tile.level, tile.number), WrongHashes(size));
        hashes.into_iter().map(|hash| hash.try_into().map_err(wrong)).collect()
    }

    /// Computes something from the tiles of the tree, and fetches those that it needs.
    ///
    /// # Errors
    /// When the database cannot be read, or a tile has not what it should.
    pub async fn prove<T>(&self, compute: impl Fn(&Tiles) -> Result<T, TileId>) -> Result<T, StoreError> {
        let mut tiles = Tiles::default();
        let mut fetched = None;
        let mut completed = false;
        loop {
            let needed = match compute(&tiles) {
                Ok(done) => return Ok(done),
                Err(needed) => needed,
            };
            if fetched.replace(needed) == Some(needed) {
                if completed {
                    let key = format!("tile {} {}", needed.level, needed.number);
                    return Err(corrupt("tree_nodes", "hash", key, WrongHashes(tiles.width(needed))));
                }
                // A release without a tree may have appended.
                self.complete_tree().await?;
                completed = true;
            }
            tiles.insert(needed, self.tile(needed).await?);
        }
    }

    /// Whether there are nodes that no leaf leads to: a later append would meet them.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn has_stray_nodes(&self) -> Result<bool, StoreError> {
        let sql = "select tree_size, (select count(*) from tree_nodes) from log_head where id = 1";
        let (size, nodes): (i64, i64) = reading!(self, pool => sqlx::query_as(sql).fetch_one(pool).await?);
        let size = unsigned(size, "log_head", "tree_size", "the head")?;
        let due: u64 = (1..=TOP_LEVEL).map(|level| size >> (u32::from(level) * TILE_HEIGHT)).sum();
        Ok(unsigned(nodes, "tree_nodes", "number", "all")? > due)
    }

    /// A stored node.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn tree_node(&self, level: u8, number: u64) -> Result<Option<Vec<u8>>, StoreError> {
        let sql = "select hash from tree_nodes where level = $1 and number = $2";
        Ok(reading!(self, pool => {
            let query = sqlx::query_scalar(sql).bind(i64::from(level)).bind(signed(number));
            query.fetch_optional(pool).await?
        }))
    }
}

impl Tx {
    /// Grows the tree by leaves, and writes the nodes that are whole by now.
    pub(super) async fn grow<'h>(
        &mut self,
        tree: &mut Frontier,
        leaves: impl Iterator<Item = &'h [u8]>,
    ) -> Result<(), StoreError> {
        let mut nodes: Vec<Node> = Vec::new();
        for leaf in leaves {
            let position = tree.size() + 1;
            let wrong = |_| corrupt("events", "leaf_hash", format!("position {position}"), WrongHashes(position));
            let leaf: Hash = leaf.try_into().map_err(wrong)?;
            tree.push(leaf, |node| nodes.push(node));
        }
        for some in nodes.chunks(CHUNK) {
            inside!(self, tx => {
                let mut query = QueryBuilder::new("insert into tree_nodes (level, number, hash) ");
                query.push_values(some, |mut row, node| {
                    row.push_bind(i64::from(node.level)).push_bind(signed(node.number)).push_bind(node.hash.to_vec());
                });
                query.build().execute(tx).await?;
            });
        }
        Ok(())
    }

    /// Grows the tree up to a position by the events of the log: a process of a release without a tree has appended.
    pub(super) async fn complete(&mut self, tree: &mut Frontier, up_to: Position) -> Result<(), StoreError> {
        while tree.size() < up_to.0 {
            let sql = "select leaf_hash
                 from events
                 where position > $1 and position <= $2
                 order by position
                 limit $3";
            let leaves: Vec<Vec<u8>> = inside!(&mut *self, tx => {
                let query = sqlx::query_scalar(sql).bind(signed(tree.size())).bind(signed(up_to.0));
                query.bind(signed(10_000)).fetch_all(tx).await?
            });
            if leaves.is_empty() {
                break;
            }
            self.grow(tree, leaves.iter().map(Vec::as_slice)).await?;
        }
        if tree.size() == up_to.0 {
            return Ok(());
        }
        Err(corrupt("log_head", "tree_size", "the head".to_owned(), WrongHashes(up_to.0)))
    }
}

/// The frontier from its row.
pub(super) fn frontier(size: i64, roots: &[u8]) -> Result<Frontier, StoreError> {
    let size = unsigned(size, "log_head", "tree_size", "the head")?;
    Frontier::of(size, roots).ok_or_else(|| corrupt("log_head", "tree", "the head".to_owned(), WrongHashes(size)))
}
