//! How is what was found at an outside source written, and how much of it is there?
//!
//! Invariant: each insert is part of a transaction of its caller, who says what belongs together; rows are inserted and never
//! changed, so that a count tells whether something came.

use super::at::At;
use super::{KeptCapture, KeptDocument, KeptSweep, Store, StoreError, Tx, inside, reading, signed};

/// How many rows the inbox follows from: documents that may be about an agreement, parts that were received, decisions.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct InboxRows {
    documents: i64,
    captures: i64,
    decisions: i64,
}

impl Tx {
    /// A document; one that is kept already stays as it is.
    pub(super) async fn insert_document(&mut self, document: &KeptDocument) -> Result<(), StoreError> {
        let sql = "insert into documents (source, number, published_on, content_hash, body, reading, first_seen)
            values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing";
        let KeptDocument { key, content_hash, body, reading, first_seen } = document;
        inside!(self, tx => {
            let query = sqlx::query(sql).bind(&key.source).bind(&key.number).bind(key.published_on.to_string());
            query.bind(content_hash).bind(body).bind(reading).bind(At(*first_seen)).execute(tx).await?;
        });
        Ok(())
    }

    /// Bytes of a document; those that are kept already stay as they are.
    pub(super) async fn insert_capture(&mut self, capture: &KeptCapture) -> Result<(), StoreError> {
        let bytes = "insert into captures (sha256, media_type, bytes) values ($1, $2, $3) on conflict do nothing";
        let of = "insert into document_captures (source, number, published_on, part, sha256, fetched_at)
            values ($1, $2, $3, $4, $5, $6) on conflict do nothing";
        let KeptCapture { key, part, sha256, media_type, fetched_at, bytes: content } = capture;
        inside!(self, tx => {
            sqlx::query(bytes).bind(sha256).bind(media_type).bind(content).execute(tx).await?;
        });
        inside!(self, tx => {
            let query = sqlx::query(of).bind(&key.source).bind(&key.number).bind(key.published_on.to_string());
            query.bind(part).bind(sha256).bind(At(*fetched_at)).execute(tx).await?;
        });
        Ok(())
    }

    /// That a sweep has ended.
    pub(super) async fn insert_sweep(&mut self, sweep: &KeptSweep) -> Result<(), StoreError> {
        let sql = "insert into sweeps (id, source, kind, from_day, to_day, began, ended, outcome, problem, documents)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
        let KeptSweep { id, source, kind, from, to, began, ended, outcome, problem, documents } = sweep;
        inside!(self, tx => {
            let query = sqlx::query(sql).bind(*id).bind(source).bind(kind).bind(from.to_string()).bind(to.to_string());
            let query = query.bind(At(*began)).bind(At(*ended)).bind(outcome).bind(problem);
            query.bind(signed(*documents)).execute(tx).await?;
        });
        Ok(())
    }
}

impl Store {
    /// How many rows the inbox follows from just now.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn inbox_rows(&self) -> Result<InboxRows, StoreError> {
        let sql = "select (select count(*) from documents where reading <> 'irrelevant'),
            (select count(*) from document_captures), (select count(*) from decisions)";
        let (documents, captures, decisions): (i64, i64, i64) =
            reading!(self, pool => sqlx::query_as(sql).fetch_one(pool).await?);
        Ok(InboxRows { documents, captures, decisions })
    }
}
