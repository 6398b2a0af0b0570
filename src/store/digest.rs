//! Do two sets of tables hold the same?
//!
//! Invariant: the same rows give the same digest in either database; a table that differs in one value differs in its digest.

use chrono::NaiveDate;
use futures_util::TryStreamExt;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{Store, StoreError, Tx, inside};

type Agreement = (String, String, String, i64, i64, String, String);
type Milestone = (Uuid, String, String, bool, Option<NaiveDate>, NaiveDate, String, Option<i64>, i64);
type Period = (String, i64, Option<NaiveDate>, Option<NaiveDate>, i64, i64, i64, i64, i64, bool, String);

/// A digest of each table that follows from the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProjectionDigest {
    /// The digest of the agreements, as hexadecimal digits.
    pub agreements: String,
    /// The digest of the milestones.
    pub milestones: String,
    /// The digest of the periods.
    pub periods: String,
}

/// Digests the rows of a query, each as a JSON array on a line of its own.
macro_rules! digest {
    ($tx:expr, $row:ty, $sql:expr) => {{
        let mut hasher = Sha256::new();
        inside!($tx, tx => {
            let mut rows = sqlx::query_as::<_, $row>($sql).fetch(tx);
            while let Some(row) = rows.try_next().await? {
                hasher.update(serde_json::to_vec(&row).map_err(StoreError::Canonical)?);
                hasher.update(b"\n");
            }
        });
        hex::encode(hasher.finalize())
    }};
}

impl Store {
    /// Digests every row of the tables that follow from the log, in the order of their keys, as of one state.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn projection_digest(&self) -> Result<ProjectionDigest, StoreError> {
        let mut tx = self.snapshot().await?;
        tx.unhurried();
        let digest = tx.projection_digest().await?;
        tx.commit().await?;
        Ok(digest)
    }
}

impl Tx {
    async fn projection_digest(&mut self) -> Result<ProjectionDigest, StoreError> {
        let agreements = "select agreement, instrument, country, version, position, spells, watched
             from agreements
             order by agreement";
        let milestones = "select milestone, agreement, kind, retracted, earliest, latest, evidence, round, position
             from milestones
             order by position";
        let periods =
            "select agreement, ordinal, from_day, to_day, headlines, stages, standings, listings, kinds, waiting,
                    waits
             from periods
             order by agreement, ordinal";
        Ok(ProjectionDigest {
            agreements: digest!(&mut *self, Agreement, agreements),
            milestones: digest!(&mut *self, Milestone, milestones),
            periods: digest!(&mut *self, Period, periods),
        })
    }
}
