//! What became of deliveries?
//!
//! Invariant: a cursor only moves on, within its generation, and in the transaction that keeps what it leaves behind, so that
//! nothing is passed by unnoticed. What is kept twice is the same as once: a commit that was said to fail may have landed.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use sqlx::QueryBuilder;
use uuid::Uuid;

use super::at::At;
use super::held::PATIENCE;
use super::log::unsigned;
use super::webhooks::{StoredCursor, StoredWaiting};
use super::{CHUNK, Store, StoreError, Tx, inside, reading, signed};
use crate::domain::ids::Position;
use crate::domain::words::DisabledBy;

/// The attempts that are kept of an endpoint.
pub const KEPT_ATTEMPTS: usize = 100;

/// What was tried, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredAttempt {
    /// Which; in the order of time, to the millisecond.
    pub id: Uuid,
    /// The position of the event that the message is about.
    pub position: Position,
    /// The topic of the message.
    pub topic: String,
    /// The number of this attempt at the delivery, counted from 1.
    pub number: u32,
    /// The instant at which the attempt began.
    pub at: DateTime<Utc>,
    /// How long it took, in milliseconds.
    pub took_ms: u64,
    /// What became of it, in the spelling of the code that stored it.
    pub outcome: String,
    /// The status that was answered, where one was.
    pub status: Option<u16>,
}

/// What became of an endpoint's deliveries since it was last kept.
#[derive(Debug, Clone)]
pub struct Progress {
    /// The endpoint that it goes to.
    pub webhook: Uuid,
    /// How far it has come.
    pub cursor: StoredCursor,
    /// What has failed and will be tried again.
    pub waiting: Vec<StoredWaiting>,
    /// The deliveries that no longer wait.
    pub done: Vec<(Position, String)>,
    /// What was tried; the last [`KEPT_ATTEMPTS`] are enough.
    pub attempts: Vec<StoredAttempt>,
    /// Whether older attempts are to be removed.
    pub prune: bool,
    /// When it was disabled, and what disabled it, where it is to be.
    pub disable: Option<(DateTime<Utc>, DisabledBy)>,
}

impl Store {
    /// The attempts of an endpoint, the newest first, at most so many.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn webhook_attempts(&self, webhook: Uuid, limit: usize) -> Result<Vec<StoredAttempt>, StoreError> {
        type Row = (Uuid, i64, String, i64, At, i64, String, Option<i64>);
        let sql = "select id, position, topic, number, at, took_ms, outcome, status
             from webhook_attempts
             where webhook = $1
             order by id desc
             limit $2";
        let rows: Vec<Row> = reading!(self, pool => {
            sqlx::query_as(sql).bind(webhook).bind(signed(limit as u64)).fetch_all(pool).await?
        });
        let read = |(id, position, topic, number, at, took, outcome, status): Row| {
            let key = id.to_string();
            let unsigned = |number, column| unsigned(number, "webhook_attempts", column, &key);
            Ok(StoredAttempt {
                id,
                position: Position(unsigned(position, "position")?),
                topic,
                number: u32::try_from(unsigned(number, "number")?).unwrap_or(u32::MAX),
                at: at.0,
                took_ms: unsigned(took, "took_ms")?,
                outcome,
                status: status.and_then(|status| u16::try_from(status).ok()),
            })
        };
        rows.into_iter().map(read).collect()
    }

    /// Keeps an attempt that belongs to no delivery, such as a test.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn keep_webhook_attempt(&self, webhook: Uuid, attempt: &StoredAttempt) -> Result<(), StoreError> {
        let mut tx = self.write(Some(PATIENCE)).await?;
        tx.insert_webhook_attempts(&[(webhook, attempt)]).await?;
        tx.prune_webhook_attempts(webhook).await?;
        tx.commit().await
    }

    /// Keeps what became of deliveries: of all these endpoints, or of none. Of an endpoint whose cursor was set meanwhile, and
    /// of one that is no more, only the attempts of the former.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn keep_deliveries(&self, progress: &[Progress]) -> Result<(), StoreError> {
        let mut tx = self.write(Some(PATIENCE)).await?;
        // The rows of endpoints before those of cursors, as whoever sets a cursor does, so that nobody waits for each other.
        for one in progress.iter().filter(|one| one.disable.is_some()) {
            tx.revise_webhook(one.webhook).await?;
        }
        let (mut progress, mut moved) = (progress.iter().collect::<Vec<_>>(), BTreeSet::new());
        let ids: Vec<Uuid> = progress.iter().map(|one| one.webhook).collect();
        let mut there = BTreeSet::new();
        for some in ids.chunks(CHUNK) {
            there.extend(tx.webhooks_of(some).await?);
        }
        progress.retain(|one| there.contains(&one.webhook));
        for some in progress.chunks(CHUNK) {
            moved.extend(tx.move_webhook_cursors(some).await?);
        }
        let going_on = || progress.iter().copied().filter(|one| moved.contains(&one.webhook));
        let waiting: Vec<(Uuid, &StoredWaiting)> =
            going_on().flat_map(|one| one.waiting.iter().map(|waiting| (one.webhook, waiting))).collect();
        for some in waiting.chunks(CHUNK) {
            tx.insert_webhook_waiting(some).await?;
        }
        let done: Vec<(Uuid, &(Position, String))> =
            going_on().flat_map(|one| one.done.iter().map(|done| (one.webhook, done))).collect();
        for some in done.chunks(CHUNK) {
            tx.delete_webhook_waiting(some).await?;
        }
        let attempts: Vec<(Uuid, &StoredAttempt)> =
            progress.iter().flat_map(|one| one.attempts.iter().map(|attempt| (one.webhook, attempt))).collect();
        for some in attempts.chunks(CHUNK) {
            tx.insert_webhook_attempts(some).await?;
        }
        for one in progress.iter().filter(|one| one.prune) {
            tx.prune_webhook_attempts(one.webhook).await?;
        }
        for one in going_on() {
            if let Some((at, by)) = one.disable {
                tx.disable_webhook(one.webhook, at, by).await?;
            }
        }
        tx.commit().await
    }
}

impl Tx {
    /// Which of some endpoints there are.
    async fn webhooks_of(&mut self, ids: &[Uuid]) -> Result<Vec<Uuid>, StoreError> {
        let found = inside!(self, tx => {
            let mut query = QueryBuilder::new("select id from webhooks where id in (");
            let mut list = query.separated(", ");
            for id in ids {
                list.push_bind(*id);
            }
            query.push(")");
            query.build_query_scalar().fetch_all(tx).await?
        });
        Ok(found)
    }

    /// Moves cursors on, each within its generation, and returns those that were in it. Another process may have come further.
    async fn move_webhook_cursors(&mut self, progress: &[&Progress]) -> Result<Vec<Uuid>, StoreError> {
        let moved = inside!(self, tx => {
            let into = "insert into webhook_cursors (webhook, generation, position, failing_since, rests_until) ";
            let mut query = QueryBuilder::new(into);
            query.push_values(progress, |mut row, one| {
                row.push_bind(one.webhook)
                    .push_bind(signed(one.cursor.generation))
                    .push_bind(signed(one.cursor.position.0))
                    .push_bind(one.cursor.failing_since.map(At))
                    .push_bind(one.cursor.rests_until.map(At));
            });
            query.push(
                " on conflict (webhook) do update
                 set position = case
                         when excluded.position > webhook_cursors.position then excluded.position
                         else webhook_cursors.position
                     end,
                     failing_since = excluded.failing_since,
                     rests_until = excluded.rests_until
                 where webhook_cursors.generation = excluded.generation
                 returning webhook",
            );
            query.build_query_scalar().fetch_all(tx).await?
        });
        Ok(moved)
    }

    async fn insert_webhook_waiting(&mut self, waiting: &[(Uuid, &StoredWaiting)]) -> Result<(), StoreError> {
        inside!(self, tx => {
            let mut query =
                QueryBuilder::new("insert into webhook_waiting (webhook, position, topic, failed, due_at) ");
            query.push_values(waiting, |mut row, (webhook, waiting)| {
                row.push_bind(*webhook)
                    .push_bind(signed(waiting.position.0))
                    .push_bind(&waiting.topic)
                    .push_bind(i64::from(waiting.failed))
                    .push_bind(At(waiting.due_at));
            });
            query.push(
                " on conflict (webhook, position, topic) do update
                 set failed = excluded.failed, due_at = excluded.due_at
                 where excluded.failed > webhook_waiting.failed",
            );
            query.build().execute(tx).await?;
        });
        Ok(())
    }

    async fn delete_webhook_waiting(&mut self, done: &[(Uuid, &(Position, String))]) -> Result<(), StoreError> {
        inside!(self, tx => {
            let mut query =
                QueryBuilder::new("delete from webhook_waiting where (webhook, position, topic) in (");
            query.push_values(done, |mut row, (webhook, (position, topic))| {
                row.push_bind(*webhook).push_bind(signed(position.0)).push_bind(topic);
            });
            query.push(")");
            query.build().execute(tx).await?;
        });
        Ok(())
    }

    async fn insert_webhook_attempts(&mut self, attempts: &[(Uuid, &StoredAttempt)]) -> Result<(), StoreError> {
        inside!(self, tx => {
            let mut query = QueryBuilder::new(
                "insert into webhook_attempts
                     (id, webhook, position, topic, number, at, took_ms, outcome, status) ",
            );
            query.push_values(attempts, |mut row, (webhook, attempt)| {
                row.push_bind(attempt.id)
                    .push_bind(*webhook)
                    .push_bind(signed(attempt.position.0))
                    .push_bind(&attempt.topic)
                    .push_bind(i64::from(attempt.number))
                    .push_bind(At(attempt.at))
                    .push_bind(signed(attempt.took_ms))
                    .push_bind(&attempt.outcome)
                    .push_bind(attempt.status.map(i64::from));
            });
            query.push(" on conflict (id) do nothing");
            query.build().execute(tx).await?;
        });
        Ok(())
    }

    async fn prune_webhook_attempts(&mut self, webhook: Uuid) -> Result<(), StoreError> {
        let sql = "delete from webhook_attempts
             where webhook = $1
               and id <= (
                   select id from webhook_attempts where webhook = $1 order by id desc limit 1 offset $2
               )";
        inside!(self, tx => {
            sqlx::query(sql).bind(webhook).bind(signed(KEPT_ATTEMPTS as u64)).execute(tx).await?;
        });
        Ok(())
    }
}
