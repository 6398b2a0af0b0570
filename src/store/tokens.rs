//! Which tokens were given out?
//!
//! Invariant: a name is given once, ever; of a secret only its SHA-256 is here.

use chrono::{DateTime, Utc};

use super::at::At;
use super::held::PATIENCE;
use super::log::corrupt;
use super::{Store, StoreError, inside, reading};
use crate::domain::ids::Actor;

/// A token as it is stored.
#[derive(Clone)]
pub struct StoredToken {
    /// The public name of the token.
    pub name: Actor,
    /// What its holder may do, in the spelling of the code that stored it.
    pub role: String,
    /// The SHA-256 of its secret.
    pub secret_sha256: Vec<u8>,
    /// The instant at which the token was made.
    pub created_at: DateTime<Utc>,
    /// When it ends by itself; `None` never.
    pub expires_at: Option<DateTime<Utc>>,
    /// The instant at which it was revoked.
    pub revoked_at: Option<DateTime<Utc>>,
}

const COLUMNS: &str = "name, role, secret_sha256, created_at, expires_at, revoked_at";

type Row = (String, String, Vec<u8>, At, Option<At>, Option<At>);

fn token((name, role, secret_sha256, created_at, expires_at, revoked_at): Row) -> Result<StoredToken, StoreError> {
    Ok(StoredToken {
        name: Actor::parse(&name).map_err(|error| corrupt("tokens", "name", name.clone(), error))?,
        role,
        secret_sha256,
        created_at: created_at.0,
        expires_at: expires_at.map(|at| at.0),
        revoked_at: revoked_at.map(|at| at.0),
    })
}

impl Store {
    /// Stores a new token, and returns whether its name was free.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn create_token(&self, token: &StoredToken) -> Result<bool, StoreError> {
        let sql = format!("insert into tokens ({COLUMNS}) values ($1, $2, $3, $4, $5, null) on conflict do nothing");
        let mut tx = self.write(Some(PATIENCE)).await?;
        let made = inside!(&mut tx, tx => sqlx::query(&sql)
            .bind(token.name.as_str())
            .bind(&token.role)
            .bind(&token.secret_sha256)
            .bind(At(token.created_at))
            .bind(token.expires_at.map(At))
            .execute(tx)
            .await?
            .rows_affected());
        tx.commit().await?;
        Ok(made == 1)
    }

    /// Revokes a token, and ends the sessions that began with it; returns whether there was one of that name. A token that was
    /// revoked before keeps its instant.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn revoke_token(&self, name: &Actor, at: DateTime<Utc>) -> Result<bool, StoreError> {
        let sql = "update tokens set revoked_at = coalesce(revoked_at, $2) where name = $1";
        let mut tx = self.write(Some(PATIENCE)).await?;
        let revoked = inside!(&mut tx, tx => {
            sqlx::query(sql).bind(name.as_str()).bind(At(at)).execute(tx).await?.rows_affected()
        });
        inside!(&mut tx, tx => {
            sqlx::query("delete from sessions where token = $1").bind(name.as_str()).execute(tx).await?;
        });
        tx.commit().await?;
        Ok(revoked == 1)
    }

    /// The token of a name.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn token(&self, name: &Actor) -> Result<Option<StoredToken>, StoreError> {
        let sql = format!("select {COLUMNS} from tokens where name = $1");
        let row: Option<Row> = reading!(self, pool => {
            sqlx::query_as(&sql).bind(name.as_str()).fetch_optional(pool).await?
        });
        row.map(token).transpose()
    }

    /// Every token, by name.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn tokens(&self) -> Result<Vec<StoredToken>, StoreError> {
        let sql = format!("select {COLUMNS} from tokens order by name");
        let rows: Vec<Row> = reading!(self, pool => sqlx::query_as(&sql).fetch_all(pool).await?);
        rows.into_iter().map(token).collect()
    }
}
