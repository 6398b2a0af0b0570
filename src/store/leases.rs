//! Who does the work that one process does at a time?
//!
//! Invariant: a beat grows with every change and never falls, so what is changed by a beat that was seen is changed only as
//! it was seen.

use uuid::Uuid;

use super::held::PATIENCE;
use super::{Store, StoreError, inside, reading};

/// A lease as it is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct StoredLease {
    /// Who holds it; `None` when nobody has taken it yet, or it was given back.
    pub holder: Option<Uuid>,
    /// The number of changes; 0 when nobody has taken it yet.
    pub beat: i64,
}

impl Store {
    /// The lease of a name.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn lease(&self, name: &str) -> Result<StoredLease, StoreError> {
        let sql = "select holder, beat from leases where name = $1";
        let row: Option<(Option<Uuid>, i64)> = reading!(self, pool => {
            sqlx::query_as(sql).bind(name).fetch_optional(pool).await?
        });
        Ok(row.map(|(holder, beat)| StoredLease { holder, beat }).unwrap_or_default())
    }

    /// Gives a lease to a new holder, if nothing has changed since it was seen; returns whether that was so. An error leaves
    /// open whether it was given.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn take_lease(&self, name: &str, seen: StoredLease, holder: Uuid) -> Result<bool, StoreError> {
        let sql = "insert into leases (name, holder, beat) values ($1, $2, 1)
            on conflict (name) do update set holder = excluded.holder, beat = leases.beat + 1 where leases.beat = $3";
        let mut tx = self.write(Some(PATIENCE)).await?;
        let taken = inside!(&mut tx, tx => {
            sqlx::query(sql).bind(name).bind(holder).bind(seen.beat).execute(tx).await?.rows_affected()
        });
        tx.commit().await?;
        Ok(taken == 1)
    }

    /// Shows that a holder lives; returns whether the lease is still its own.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn keep_lease(&self, name: &str, holder: Uuid) -> Result<bool, StoreError> {
        self.change("update leases set beat = beat + 1 where name = $1 and holder = $2", name, holder).await
    }

    /// Gives a lease back; returns whether it was still the holder's own.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn release_lease(&self, name: &str, holder: Uuid) -> Result<bool, StoreError> {
        let sql = "update leases set holder = null, beat = beat + 1 where name = $1 and holder = $2";
        self.change(sql, name, holder).await
    }

    async fn change(&self, sql: &'static str, name: &str, holder: Uuid) -> Result<bool, StoreError> {
        let mut tx = self.write(Some(PATIENCE)).await?;
        let changed = inside!(&mut tx, tx => {
            sqlx::query(sql).bind(name).bind(holder).execute(tx).await?.rows_affected()
        });
        tx.commit().await?;
        Ok(changed == 1)
    }
}
