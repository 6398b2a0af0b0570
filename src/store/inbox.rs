//! What was read at outside sources, and what did people decide on it?
//!
//! Invariant: rows are inserted and never changed, so that the content of every decision is kept as it was.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use super::at::At;
use super::held::PATIENCE;
use super::log::corrupt;
use super::{Store, StoreError, inside, reading};

/// What names a document: numbers were used again before 2016, so the day belongs to it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct DocumentKey {
    /// The source that it was found at.
    pub source: String,
    /// The document number that the source gave.
    pub number: String,
    /// The day of its publication.
    pub published_on: NaiveDate,
}

/// A document as a search found it.
#[derive(Debug, Clone)]
pub struct KeptDocument {
    /// The document by its source, its number and its day.
    pub key: DocumentKey,
    /// The SHA-256 of the fields that are watched, so that a changed count of views is no change.
    pub content_hash: String,
    /// The fields of the document as JSON.
    pub body: String,
    /// How it was read, as a word.
    pub reading: String,
    /// When a search first found it so.
    pub first_seen: DateTime<Utc>,
}

/// Bytes as they were received.
#[derive(Debug, Clone)]
pub struct KeptCapture {
    /// The document that was read.
    pub key: DocumentKey,
    /// Which part of the document it is: `detail` or `text`.
    pub part: String,
    /// The SHA-256 of the bytes, in small hexadecimal digits.
    pub sha256: String,
    /// The media type that came with them.
    pub media_type: String,
    /// The instant at which the bytes were received.
    pub fetched_at: DateTime<Utc>,
    /// The bytes as they were received.
    pub bytes: Vec<u8>,
}

/// Bytes without the document that they are of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptBytes {
    /// The media type that came with them.
    pub media_type: String,
    /// The bytes as they were received.
    pub bytes: Vec<u8>,
}

/// The decision of a person about a document.
#[derive(Debug, Clone)]
pub struct KeptDecision {
    /// Which decision; ids are in the order of time.
    pub id: Uuid,
    /// The document that the decision is about.
    pub key: DocumentKey,
    /// The hash of the content that the decision is about.
    pub content_hash: String,
    /// What was decided, as a word.
    pub verdict: String,
    /// The reason, as a word.
    pub reason: Option<String>,
    /// What the person added in their own words.
    pub note: Option<String>,
    /// The day on which it comes back, where it was only put aside.
    pub until: Option<NaiveDate>,
    /// The public name of whoever decided.
    pub actor: String,
    /// When it was decided, by this machine's clock.
    pub decided_at: DateTime<Utc>,
}

/// A sweep over the days of a source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptSweep {
    /// Which sweep; ids are in the order of time.
    pub id: Uuid,
    /// The code of the source that was searched.
    pub source: String,
    /// What kind of sweep: `main`, `backfill`, or a check of each week: `net-words`, `net-part`, `canary`.
    pub kind: String,
    /// The first day that was asked for.
    pub from: NaiveDate,
    /// The last day that was asked for.
    pub to: NaiveDate,
    /// The instant at which the search began.
    pub began: DateTime<Utc>,
    /// The instant at which the search ended.
    pub ended: DateTime<Utc>,
    /// `good`, or what went wrong, as a word.
    pub outcome: String,
    /// What went wrong and what to do, as a sentence for people; `None` where it was good.
    pub problem: Option<String>,
    /// How many documents it found.
    pub documents: u64,
}

type DocumentRow = (String, String, String, String, String, String, At);
type CaptureRow = (String, String, String, String, String, String, At, Vec<u8>);
type DecisionRow =
    (Uuid, String, String, String, String, String, Option<String>, Option<String>, Option<String>, String, At);
type SweepRow = (Uuid, String, String, String, String, At, At, String, Option<String>, i64);

fn day(text: &str, table: &'static str, column: &'static str) -> Result<NaiveDate, StoreError> {
    text.parse().map_err(|error: chrono::ParseError| corrupt(table, column, text.to_owned(), error))
}

fn key(source: String, number: String, published_on: &str, table: &'static str) -> Result<DocumentKey, StoreError> {
    Ok(DocumentKey { source, number, published_on: day(published_on, table, "published_on")? })
}

impl Store {
    /// Keeps the documents of one page in one transaction; those that are kept already stay as they are.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn keep_documents(&self, documents: &[KeptDocument]) -> Result<(), StoreError> {
        let mut tx = self.write(Some(PATIENCE)).await?;
        for document in documents {
            tx.insert_document(document).await?;
        }
        tx.commit().await
    }

    /// Keeps bytes of a document as they were received.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn keep_capture(&self, capture: &KeptCapture) -> Result<(), StoreError> {
        let mut tx = self.write(Some(PATIENCE)).await?;
        tx.insert_capture(capture).await?;
        tx.commit().await
    }

    /// Keeps a document with its bytes and the sweep that found it, all or nothing: whoever is killed meanwhile leaves no bytes
    /// that another content of the document would be read from, and no document that no sweep tells of.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn keep_found(
        &self,
        found: Option<(&KeptDocument, Option<&KeptCapture>)>,
        sweep: &KeptSweep,
    ) -> Result<(), StoreError> {
        let mut tx = self.write(Some(PATIENCE)).await?;
        if let Some((document, capture)) = found {
            tx.insert_document(document).await?;
            if let Some(capture) = capture {
                tx.insert_capture(capture).await?;
            }
        }
        tx.insert_sweep(sweep).await?;
        tx.commit().await
    }

    /// The documents of a source that may be about an agreement, every content of each in the order in which it was first seen.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn documents_that_may_be_ours(&self, source: &str) -> Result<Vec<KeptDocument>, StoreError> {
        let sql = "select source, number, published_on, content_hash, body, reading, first_seen from documents
            where source = $1 and reading <> 'irrelevant' order by published_on, number, first_seen";
        let rows: Vec<DocumentRow> = reading!(self, pool => sqlx::query_as(sql).bind(source).fetch_all(pool).await?);
        let read = |(source, number, published_on, content_hash, body, reading, At(first_seen)): DocumentRow| {
            let key = key(source, number, &published_on, "documents")?;
            Ok(KeptDocument { key, content_hash, body, reading, first_seen })
        };
        rows.into_iter().map(read).collect()
    }

    /// What was received of the documents of a source, the oldest first.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn captures(&self, source: &str) -> Result<Vec<KeptCapture>, StoreError> {
        let sql = "select d.source, d.number, d.published_on, d.part, d.sha256, c.media_type, d.fetched_at, c.bytes
            from document_captures d join captures c on c.sha256 = d.sha256
            where d.source = $1 order by d.fetched_at, d.sha256";
        let rows: Vec<CaptureRow> = reading!(self, pool => sqlx::query_as(sql).bind(source).fetch_all(pool).await?);
        let read = |row: CaptureRow| {
            let (source, number, published_on, part, sha256, media_type, At(fetched_at), bytes) = row;
            let key = key(source, number, &published_on, "document_captures")?;
            Ok(KeptCapture { key, part, sha256, media_type, fetched_at, bytes })
        };
        rows.into_iter().map(read).collect()
    }

    /// The bytes of a digest, as they were received.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn bytes_of(&self, sha256: &str) -> Result<Option<KeptBytes>, StoreError> {
        let sql = "select media_type, bytes from captures where sha256 = $1";
        let row: Option<(String, Vec<u8>)> =
            reading!(self, pool => sqlx::query_as(sql).bind(sha256).fetch_optional(pool).await?);
        Ok(row.map(|(media_type, bytes)| KeptBytes { media_type, bytes }))
    }

    /// The parts that were received of a source's documents, without their bytes, which are many.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn captured(&self, source: &str, part: &str) -> Result<BTreeSet<DocumentKey>, StoreError> {
        let sql = "select distinct source, number, published_on from document_captures where source = $1 and part = $2";
        let rows: Vec<(String, String, String)> =
            reading!(self, pool => sqlx::query_as(sql).bind(source).bind(part).fetch_all(pool).await?);
        let read = |(source, number, published_on): (String, String, String)| {
            key(source, number, &published_on, "document_captures")
        };
        rows.into_iter().map(read).collect()
    }

    /// Stores a decision.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn keep_decision(&self, decision: &KeptDecision) -> Result<(), StoreError> {
        let sql = "insert into decisions
            (id, source, number, published_on, content_hash, verdict, reason, note, until, actor, decided_at)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
        let KeptDecision { id, key, content_hash, verdict, reason, note, until, actor, decided_at } = decision;
        let mut tx = self.write(Some(PATIENCE)).await?;
        inside!(&mut tx, tx => {
            let query = sqlx::query(sql).bind(*id).bind(&key.source).bind(&key.number).bind(key.published_on.to_string());
            let query = query.bind(content_hash).bind(verdict).bind(reason).bind(note);
            let query = query.bind(until.map(|day| day.to_string()));
            query.bind(actor).bind(At(*decided_at)).execute(tx).await?;
        });
        tx.commit().await
    }

    /// What was decided on the documents of a source, in the order of time.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn decisions(&self, source: &str) -> Result<Vec<KeptDecision>, StoreError> {
        let sql =
            "select id, source, number, published_on, content_hash, verdict, reason, note, until, actor, decided_at
            from decisions where source = $1 order by decided_at, id";
        let rows: Vec<DecisionRow> = reading!(self, pool => sqlx::query_as(sql).bind(source).fetch_all(pool).await?);
        let read = |row: DecisionRow| {
            let (id, source, number, published_on, content_hash, verdict, reason, note, until, actor, at) = row;
            let At(decided_at) = at;
            let key = key(source, number, &published_on, "decisions")?;
            let until = until.map(|until| day(&until, "decisions", "until")).transpose()?;
            Ok(KeptDecision { id, key, content_hash, verdict, reason, note, until, actor, decided_at })
        };
        rows.into_iter().map(read).collect()
    }

    /// Writes down that a sweep has ended.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn keep_sweep(&self, sweep: &KeptSweep) -> Result<(), StoreError> {
        self.keep_found(None, sweep).await
    }

    /// The sweeps of a source, the oldest first.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn sweeps(&self, source: &str) -> Result<Vec<KeptSweep>, StoreError> {
        let sql = "select id, source, kind, from_day, to_day, began, ended, outcome, problem, documents from sweeps
            where source = $1 order by ended, id";
        let rows: Vec<SweepRow> = reading!(self, pool => sqlx::query_as(sql).bind(source).fetch_all(pool).await?);
        let read = |(id, source, kind, from, to, At(began), At(ended), outcome, problem, documents): SweepRow| {
            let (from, to) = (day(&from, "sweeps", "from_day")?, day(&to, "sweeps", "to_day")?);
            let documents = u64::try_from(documents).unwrap_or_default();
            Ok(KeptSweep { id, source, kind, from, to, began, ended, outcome, problem, documents })
        };
        rows.into_iter().map(read).collect()
    }
}
