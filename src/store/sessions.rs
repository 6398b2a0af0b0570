//! Who is signed in?
//!
//! Invariant: of what a browser holds only the SHA-256 is here; a session that was ended leaves no row.

use chrono::{DateTime, Utc};

use super::at::At;
use super::held::PATIENCE;
use super::log::corrupt;
use super::{Store, StoreError, inside, reading};
use crate::domain::ids::Actor;

/// A session as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredSession {
    /// The SHA-256 of what the browser holds.
    pub secret_sha256: Vec<u8>,
    /// The name of the token with which the person signed in.
    pub token: Actor,
    /// The instant at which the person signed in.
    pub created_at: DateTime<Utc>,
    /// When it ends by itself.
    pub expires_at: DateTime<Utc>,
}

impl Store {
    /// Keeps a new session, and removes those that were over when it began.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn create_session(&self, session: &StoredSession) -> Result<(), StoreError> {
        let sql = "insert into sessions (secret_sha256, token, created_at, expires_at) values ($1, $2, $3, $4)";
        let StoredSession { secret_sha256, token, created_at, expires_at } = session;
        let mut tx = self.write(Some(PATIENCE)).await?;
        inside!(&mut tx, tx => {
            sqlx::query("delete from sessions where expires_at <= $1").bind(At(*created_at)).execute(tx).await?;
        });
        inside!(&mut tx, tx => {
            let query = sqlx::query(sql).bind(secret_sha256).bind(token.as_str());
            query.bind(At(*created_at)).bind(At(*expires_at)).execute(tx).await?;
        });
        tx.commit().await
    }

    /// The session whose secret has this SHA-256, whether it is over or not.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn session(&self, secret_sha256: &[u8]) -> Result<Option<StoredSession>, StoreError> {
        let sql = "select token, created_at, expires_at from sessions where secret_sha256 = $1";
        let row: Option<(String, At, At)> = reading!(self, pool => {
            sqlx::query_as(sql).bind(secret_sha256).fetch_optional(pool).await?
        });
        let Some((token, At(created_at), At(expires_at))) = row else { return Ok(None) };
        let token = Actor::parse(&token).map_err(|error| corrupt("sessions", "token", token.clone(), error))?;
        Ok(Some(StoredSession { secret_sha256: secret_sha256.to_vec(), token, created_at, expires_at }))
    }

    /// Ends a session; one that there is not is ended already.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn end_session(&self, secret_sha256: &[u8]) -> Result<(), StoreError> {
        let mut tx = self.write(Some(PATIENCE)).await?;
        inside!(&mut tx, tx => {
            sqlx::query("delete from sessions where secret_sha256 = $1").bind(secret_sha256).execute(tx).await?;
        });
        tx.commit().await
    }
}
