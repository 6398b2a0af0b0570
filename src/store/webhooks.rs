//! Which endpoints get messages about new events, and how far has each come?
//!
//! Invariant: a cursor that a person sets begins a new generation, so that what was under way before does not move it.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::at::At;
use super::held::PATIENCE;
use super::log::{corrupt, unsigned};
use super::{Store, StoreError, Tx, inside, reading, signed};
use crate::domain::ids::Position;
use crate::domain::words::{DisabledBy, Word};

/// An endpoint as it is stored.
#[derive(Clone)]
pub struct StoredWebhook {
    /// The id of the endpoint.
    pub id: Uuid,
    /// The URL to which messages go.
    pub url: String,
    /// The topics and filters, in the spelling of the code that stored it.
    pub wants: String,
    /// The instant at which the endpoint was added.
    pub created_at: DateTime<Utc>,
    /// When it was disabled, and what disabled it.
    pub disabled: Option<(DateTime<Utc>, DisabledBy)>,
    /// Which change of the endpoint this is.
    pub revision: u64,
    /// What its messages are signed by, the newest first.
    pub secrets: Vec<StoredSecret>,
    /// How far it has come.
    pub cursor: StoredCursor,
    /// What has failed and will be tried again, in the order of the log.
    pub waiting: Vec<StoredWaiting>,
}

/// What messages are signed by.
#[derive(Clone)]
pub struct StoredSecret {
    /// The id of the endpoint.
    pub id: Uuid,
    /// The secret's text, which signs the messages.
    pub secret: String,
    /// The instant at which the secret was made.
    pub created_at: DateTime<Utc>,
    /// When it ends; `None` never.
    pub expires_at: Option<DateTime<Utc>>,
}

/// How far an endpoint has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StoredCursor {
    /// How often it was set back.
    pub generation: u64,
    /// Everything up to it is delivered, waits for another attempt, was tried in vain, or was not wanted.
    pub position: Position,
    /// Since when every attempt has failed.
    pub failing_since: Option<DateTime<Utc>>,
    /// Until when the receiver asked to be left alone.
    pub rests_until: Option<DateTime<Utc>>,
}

/// A delivery that will be tried again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredWaiting {
    /// The position of the event that the message is about.
    pub position: Position,
    /// The topic of the message, in the spelling of the code that stored it.
    pub topic: String,
    /// How often it has failed.
    pub failed: u32,
    /// When it is tried again.
    pub due_at: DateTime<Utc>,
}

/// An endpoint's columns, with those of its cursor.
#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    url: String,
    wants: String,
    created_at: At,
    disabled_at: Option<At>,
    disabled_by: Option<String>,
    revision: i64,
    generation: i64,
    position: i64,
    failing_since: Option<At>,
    rests_until: Option<At>,
}

fn disabled_by(id: Uuid, text: &str) -> Result<DisabledBy, StoreError> {
    DisabledBy::parse(text).map_err(|error| corrupt("webhooks", "disabled_by", id.to_string(), error))
}

fn webhook(row: Row) -> Result<StoredWebhook, StoreError> {
    let id = row.id;
    let number = |number, column| unsigned(number, "webhooks", column, &id.to_string());
    let disabled = match (row.disabled_at, row.disabled_by) {
        (Some(at), Some(by)) => Some((at.0, disabled_by(id, &by)?)),
        _ => None,
    };
    Ok(StoredWebhook {
        id,
        url: row.url,
        wants: row.wants,
        created_at: row.created_at.0,
        disabled,
        revision: number(row.revision, "revision")?,
        secrets: Vec::new(),
        cursor: StoredCursor {
            generation: number(row.generation, "generation")?,
            position: Position(number(row.position, "position")?),
            failing_since: row.failing_since.map(|at| at.0),
            rests_until: row.rests_until.map(|at| at.0),
        },
        waiting: Vec::new(),
    })
}

/// Which state of all endpoints it is. Where one is removed and another added at once, the sum alone could stay the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WebhooksRevision {
    count: i64,
    sum: i64,
    newest: Option<DateTime<Utc>>,
}

impl Store {
    /// Something that is another after every change of any endpoint.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn webhooks_revision(&self) -> Result<WebhooksRevision, StoreError> {
        let sql = "select count(*), cast(coalesce(sum(revision), 0) as bigint), max(created_at) from webhooks";
        let (count, sum, newest): (i64, i64, Option<At>) =
            reading!(self, pool => sqlx::query_as(sql).fetch_one(pool).await?);
        Ok(WebhooksRevision { count, sum, newest: newest.map(|at| at.0) })
    }

    /// Every endpoint, in the order in which they were added; or the one of an id.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn webhooks(&self, only: Option<Uuid>) -> Result<Vec<StoredWebhook>, StoreError> {
        // What belongs together is read from one state.
        let mut tx = self.snapshot().await?;
        let (all, one) = match only {
            Some(id) => ("where", id),
            None => ("where true or", Uuid::nil()),
        };
        let sql = format!(
            "select w.id, w.url, w.wants, w.created_at, w.disabled_at, w.disabled_by, w.revision,
                    c.generation, c.position, c.failing_since, c.rests_until
             from webhooks w
             join webhook_cursors c on c.webhook = w.id
             {all} w.id = $1
             order by w.created_at, w.id"
        );
        let rows: Vec<Row> = inside!(&mut tx, tx => sqlx::query_as(&sql).bind(one).fetch_all(tx).await?);
        let mut found: Vec<StoredWebhook> = rows.into_iter().map(webhook).collect::<Result<_, _>>()?;
        let mut secrets = tx.webhook_secrets(all, one).await?;
        let mut waiting = tx.webhook_waiting(all, one).await?;
        tx.commit().await?;
        for webhook in &mut found {
            webhook.secrets = secrets.remove(&webhook.id).unwrap_or_default();
            webhook.waiting = waiting.remove(&webhook.id).unwrap_or_default();
        }
        Ok(found)
    }

    /// The endpoints that are disabled though nobody disabled them: since when and why in words, in the order in which they
    /// were.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn failed_webhooks(&self) -> Result<Vec<(Uuid, DateTime<Utc>, String)>, StoreError> {
        let sql = "select id, disabled_at, disabled_by
             from webhooks
             where disabled_at is not null and disabled_by <> $1
             order by disabled_at, id";
        let rows: Vec<(Uuid, At, String)> =
            reading!(self, pool => sqlx::query_as(sql).bind(DisabledBy::Hand.as_str()).fetch_all(pool).await?);
        rows.into_iter().map(|(id, at, by)| Ok((id, at.0, disabled_by(id, &by)?.why().to_owned()))).collect()
    }

    /// Keeps a new endpoint, with its secrets and its cursor.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn create_webhook(&self, webhook: &StoredWebhook) -> Result<(), StoreError> {
        let mut tx = self.write(Some(PATIENCE)).await?;
        inside!(&mut tx, tx => {
            let sql = "insert into webhooks (id, url, wants, created_at, revision) values ($1, $2, $3, $4, 1)";
            sqlx::query(sql)
                .bind(webhook.id)
                .bind(&webhook.url)
                .bind(&webhook.wants)
                .bind(At(webhook.created_at))
                .execute(tx)
                .await?;
        });
        inside!(&mut tx, tx => {
            let sql = "insert into webhook_cursors (webhook, generation, position) values ($1, 0, $2)";
            sqlx::query(sql).bind(webhook.id).bind(signed(webhook.cursor.position.0)).execute(tx).await?;
        });
        for secret in &webhook.secrets {
            tx.insert_webhook_secret(webhook.id, secret).await?;
        }
        tx.commit().await
    }

    /// Gives an endpoint another secret; those that it has end at an instant, and those that have ended are forgotten. Tells
    /// whether there is such an endpoint.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn rotate_webhook(
        &self,
        id: Uuid,
        secret: &StoredSecret,
        others_end: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let mut tx = self.write(Some(PATIENCE)).await?;
        if !tx.revise_webhook(id).await? {
            return tx.commit().await.map(|()| false);
        }
        inside!(&mut tx, tx => {
            let sql = "delete from webhook_secrets where webhook = $1 and expires_at <= $2";
            sqlx::query(sql).bind(id).bind(At(secret.created_at)).execute(tx).await?;
        });
        inside!(&mut tx, tx => {
            let sql = "update webhook_secrets
                 set expires_at = $2
                 where webhook = $1 and (expires_at is null or expires_at > $2)";
            sqlx::query(sql).bind(id).bind(At(others_end)).execute(tx).await?;
        });
        tx.insert_webhook_secret(id, secret).await?;
        tx.commit().await.map(|()| true)
    }

    /// Removes an endpoint with everything that is stored about it; returns whether there was one.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn remove_webhook(&self, id: Uuid) -> Result<bool, StoreError> {
        let mut tx = self.write(Some(PATIENCE)).await?;
        let there = tx.revise_webhook(id).await?;
        for sql in [
            "delete from webhook_cursors where webhook = $1",
            "delete from webhook_waiting where webhook = $1",
            "delete from webhook_attempts where webhook = $1",
            "delete from webhook_secrets where webhook = $1",
            "delete from webhooks where id = $1",
        ] {
            inside!(&mut tx, tx => {
                sqlx::query(sql).bind(id).execute(tx).await?;
            });
        }
        tx.commit().await.map(|()| there)
    }

    /// Disables an endpoint; returns whether there is one. One that is disabled keeps its instant and its reason, unless it had
    /// failed and a person disables it now.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn disable_webhook(&self, id: Uuid, at: DateTime<Utc>, by: DisabledBy) -> Result<bool, StoreError> {
        let mut tx = self.write(Some(PATIENCE)).await?;
        let there = tx.revise_webhook(id).await?;
        tx.disable_webhook(id, at, by).await?;
        tx.commit().await.map(|()| there)
    }

    /// Sets an endpoint's cursor, forward or back, and enables it; what waits after the position comes by the cursor. Tells
    /// whether there is such an endpoint.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn replay_webhook(&self, id: Uuid, after: Position) -> Result<bool, StoreError> {
        let mut tx = self.write(Some(PATIENCE)).await?;
        let there = tx.revise_webhook(id).await?;
        inside!(&mut tx, tx => {
            let sql = "update webhooks set disabled_at = null, disabled_by = null where id = $1";
            sqlx::query(sql).bind(id).execute(tx).await?;
        });
        for sql in [
            "update webhook_cursors
             set generation = generation + 1, position = $2, failing_since = null, rests_until = null
             where webhook = $1",
            "delete from webhook_waiting where webhook = $1 and position > $2",
        ] {
            inside!(&mut tx, tx => {
                sqlx::query(sql).bind(id).bind(signed(after.0)).execute(tx).await?;
            });
        }
        tx.commit().await.map(|()| there)
    }
}

impl Tx {
    async fn webhook_secrets(&mut self, all: &str, one: Uuid) -> Result<BTreeMap<Uuid, Vec<StoredSecret>>, StoreError> {
        type Row = (Uuid, Uuid, String, At, Option<At>);
        let sql = format!(
            "select webhook, id, secret, created_at, expires_at
             from webhook_secrets
             {all} webhook = $1
             order by created_at desc, id"
        );
        let rows: Vec<Row> = inside!(self, tx => sqlx::query_as(&sql).bind(one).fetch_all(tx).await?);
        let mut found: BTreeMap<Uuid, Vec<StoredSecret>> = BTreeMap::new();
        for (webhook, id, secret, created_at, expires_at) in rows {
            let secret = StoredSecret { id, secret, created_at: created_at.0, expires_at: expires_at.map(|at| at.0) };
            found.entry(webhook).or_default().push(secret);
        }
        Ok(found)
    }

    async fn webhook_waiting(
        &mut self,
        all: &str,
        one: Uuid,
    ) -> Result<BTreeMap<Uuid, Vec<StoredWaiting>>, StoreError> {
        type Row = (Uuid, i64, String, i64, At);
        let sql = format!(
            "select webhook, position, topic, failed, due_at
             from webhook_waiting
             {all} webhook = $1
             order by position, topic"
        );
        let rows: Vec<Row> = inside!(self, tx => sqlx::query_as(&sql).bind(one).fetch_all(tx).await?);
        let mut found: BTreeMap<Uuid, Vec<StoredWaiting>> = BTreeMap::new();
        for (webhook, position, topic, failed, due_at) in rows {
            let number = |number, column| unsigned(number, "webhook_waiting", column, &webhook.to_string());
            found.entry(webhook).or_default().push(StoredWaiting {
                position: Position(number(position, "position")?),
                topic,
                failed: u32::try_from(number(failed, "failed")?).unwrap_or(u32::MAX),
                due_at: due_at.0,
            });
        }
        Ok(found)
    }

    async fn insert_webhook_secret(&mut self, webhook: Uuid, secret: &StoredSecret) -> Result<(), StoreError> {
        let sql =
            "insert into webhook_secrets (id, webhook, secret, created_at, expires_at) values ($1, $2, $3, $4, $5)";
        inside!(self, tx => {
            sqlx::query(sql)
                .bind(secret.id)
                .bind(webhook)
                .bind(&secret.secret)
                .bind(At(secret.created_at))
                .bind(secret.expires_at.map(At))
                .execute(tx)
                .await?;
        });
        Ok(())
    }

    /// Counts an endpoint's revision up, and so locks its row; returns whether there is one.
    pub(super) async fn revise_webhook(&mut self, id: Uuid) -> Result<bool, StoreError> {
        let sql = "update webhooks set revision = revision + 1 where id = $1";
        Ok(inside!(self, tx => sqlx::query(sql).bind(id).execute(tx).await?.rows_affected()) == 1)
    }

    pub(super) async fn disable_webhook(
        &mut self,
        id: Uuid,
        at: DateTime<Utc>,
        by: DisabledBy,
    ) -> Result<(), StoreError> {
        let sql = "update webhooks
             set disabled_at = $2, disabled_by = $3
             where id = $1 and (disabled_at is null or $3 = $4 and disabled_by <> $4)";
        let hand = DisabledBy::Hand.as_str();
        inside!(self, tx => {
            sqlx::query(sql).bind(id).bind(At(at)).bind(by.as_str()).bind(hand).execute(tx).await?;
        });
        Ok(())
    }
}
