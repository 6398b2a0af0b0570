//! Who has recorded how much since an instant?
//!
//! Invariant: read within an append, so that nothing is recorded meanwhile.

use chrono::{DateTime, Utc};

use super::at::At;
use super::log::{corrupt, unsigned};
use super::{Append, StoreError, inside, signed};
use crate::domain::ids::{Actor, Position};

impl Append {
    /// The last position that was recorded before an instant. Found by halving: time never runs backwards along the log.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn position_before(&mut self, instant: DateTime<Utc>) -> Result<Position, StoreError> {
        let sql = "select recorded_at from events where position = $1";
        let (mut low, mut high) = (0, self.head().position.0 + 1);
        while high - low > 1 {
            let middle = low + (high - low) / 2;
            let at: Option<At> = inside!(self.transaction(), tx => {
                sqlx::query_scalar(sql).bind(signed(middle)).fetch_optional(tx).await?
            });
            if at.is_some_and(|At(at)| at >= instant) { high = middle } else { low = middle }
        }
        Ok(Position(low))
    }

    /// How many events each actor has recorded after a position.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn recorded_after(&mut self, position: Position) -> Result<Vec<(Actor, usize)>, StoreError> {
        let sql = "select actor, count(*) from events where position > $1 group by actor";
        let rows: Vec<(String, i64)> = inside!(self.transaction(), tx => {
            sqlx::query_as(sql).bind(signed(position.0)).fetch_all(tx).await?
        });
        let read = |(name, number): (String, i64)| {
            let actor = Actor::parse(&name).map_err(|error| corrupt("events", "actor", name.clone(), error))?;
            let number = unsigned(number, "events", "actor", &name)?;
            Ok((actor, usize::try_from(number).unwrap_or(usize::MAX)))
        };
        rows.into_iter().map(read).collect()
    }
}
