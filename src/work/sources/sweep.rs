//! Which documents has a source published since it was last asked?
//!
//! Invariant: a sweep is good only when each of its pages came, was understood and is stored; the next one begins before the
//! end of the last good one. A document whose bytes do not come stays open and is asked for again.

use std::collections::BTreeSet;

use chrono::{DateTime, Datelike, Months, NaiveDate, TimeDelta, Utc};
use serde_json::Value;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::ecfr;
use super::fetch::{FetchError, Fetcher};
use super::register::{COUNT_STOPS_AT, Page, SOURCE, Search, Window, content, detail, key, page, search};
use crate::clock::Clock;
use crate::domain::reading::{ECFR, Published, Reading, Type, read_published};
use crate::store::{BACKFILL, DocumentKey, KeptCapture, KeptDocument, KeptSweep, MAIN, Store, StoreError};

/// How many days a sweep looks back before the last good one: late documents and corrections come so.
const OVERLAP: i64 = 14;
/// How far the first sweep looks back.
const FIRST: i64 = 400;
/// The most pages of a search; beyond them the API gives the first page again.
const PAGES: usize = 50;

/// What a poll came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Poll {
    /// `good`, or what went wrong, as a word.
    pub outcome: &'static str,
    /// What went wrong, for people.
    pub problem: Option<String>,
    /// How many documents it found.
    pub documents: u64,
    /// How many of them may be about an agreement and were not known before.
    pub items_new: u64,
    /// Up to which day everything was seen; `None` before the first good sweep.
    pub cursor: Option<NaiveDate>,
}

/// Why a poll could not be made.
#[derive(Debug, thiserror::Error)]
pub enum PollError {
    /// What was found cannot be kept, since the database fails.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The days do not lie in the past.
    #[error("the first day {0} lies ahead")]
    Ahead(NaiveDate),
}

/// Polls the source of a fetcher. The Federal Register is asked from before the last good sweep, or from a day on, by quarters; the
/// eCFR for the text as it stands, whatever the day.
///
/// # Errors
/// [`PollError`] when the database fails. What the source does wrong is the outcome.
pub async fn poll(
    store: &Store,
    fetcher: &Fetcher,
    clock: &Clock,
    since: Option<NaiveDate>,
) -> Result<Poll, PollError> {
    if fetcher.source() == ECFR {
        return ecfr::poll(store, fetcher, clock).await;
    }
    let today = clock.today();
    let (kind, from) = match since {
        Some(since) if since > today => return Err(PollError::Ahead(since)),
        Some(since) => (BACKFILL, since),
        None => {
            let cursor = cursor(store).await?;
            let from = cursor.map_or(today - TimeDelta::days(FIRST), |cursor| cursor - TimeDelta::days(OVERLAP));
            (MAIN, from.min(today))
        }
    };
    let known: BTreeSet<DocumentKey> =
        store.documents_that_may_be_ours(SOURCE).await?.into_iter().map(|document| document.key).collect();
    let mut sweep = Sweep { store, fetcher, clock, known, documents: 0, items_new: 0 };
    let mut fault = sweep.through(Search::Department, kind, windows(from, today)).await?;
    if fault.is_none() && kind == MAIN {
        fault = sweep.weekly(today).await?;
    }
    sweep.ask_again().await?;
    Ok(Poll {
        outcome: fault.as_ref().map_or("good", FetchError::as_str),
        problem: fault.map(|fault| fault.to_string()),
        documents: sweep.documents,
        items_new: sweep.items_new,
        cursor: cursor(store).await?,
    })
}

/// Up to which day everything was seen: the last day of the good sweeps.
async fn cursor(store: &Store) -> Result<Option<NaiveDate>, StoreError> {
    Ok(store.swept(SOURCE).await?.cursor)
}

/// The quarters of some days, the last one first.
fn windows(from: NaiveDate, to: NaiveDate) -> Vec<Window> {
    let mut windows = Vec::new();
    let mut first = from;
    while first <= to {
        let quarter = NaiveDate::from_ymd_opt(first.year(), first.month0() / 3 * 3 + 1, 1).unwrap_or(first);
        let end = quarter.checked_add_months(Months::new(3)).and_then(|next| next.pred_opt()).unwrap_or(to).min(to);
        windows.push(Window { from: first, to: end });
        let Some(next) = end.succ_opt() else { break };
        first = next;
    }
    windows.reverse();
    windows
}

/// Why a window was not swept to its end.
enum Stopped {
    /// There are more documents than the API counts.
    TooMany,
    /// The source gave no answer.
    Fault(FetchError),
}

pub(super) struct Sweep<'a> {
    pub(super) store: &'a Store,
    pub(super) fetcher: &'a Fetcher,
    pub(super) clock: &'a Clock,
    known: BTreeSet<DocumentKey>,
    documents: u64,
    items_new: u64,
}

impl Sweep<'_> {
    /// Sweeps windows, the last one first in the list, until one is not seen to its end; `None` when each was.
    pub(super) async fn through(
        &mut self,
        search: Search,
        kind: &str,
        mut windows: Vec<Window>,
    ) -> Result<Option<FetchError>, StoreError> {
        while let Some(window) = windows.pop() {
            let began = self.clock.now();
            let before = self.documents;
            let swept = self.window(search, window).await?;
            if let Err(Stopped::TooMany) = swept
                && let Some([first, second]) = window.halves()
            {
                windows.extend([second, first]);
                continue;
            }
            let fault = match swept {
                Ok(()) => None,
                Err(Stopped::TooMany) => {
                    Some(FetchError::Shape("more documents in one day than can be counted".to_owned()))
                }
                Err(Stopped::Fault(fault)) => Some(fault),
            };
            self.keep_sweep(kind, window, began, fault.as_ref(), self.documents - before).await?;
            if fault.is_some() {
                return Ok(fault);
            }
        }
        Ok(None)
    }

    /// Writes down how a sweep ended.
    pub(super) async fn keep_sweep(
        &self,
        kind: &str,
        window: Window,
        began: DateTime<Utc>,
        fault: Option<&FetchError>,
        documents: u64,
    ) -> Result<(), StoreError> {
        let kept = KeptSweep {
            id: Uuid::now_v7(),
            source: SOURCE.to_owned(),
            kind: kind.to_owned(),
            from: window.from,
            to: window.to,
            began,
            ended: self.clock.now(),
            outcome: fault.map_or("good", FetchError::as_str).to_owned(),
            problem: fault.map(ToString::to_string),
            documents,
        };
        self.store.keep_sweep(&kept).await
    }

    async fn window(&mut self, of: Search, window: Window) -> Result<Result<(), Stopped>, StoreError> {
        let mut seen: BTreeSet<(String, String)> = BTreeSet::new();
        let mut next = search(self.fetcher, of, window);
        let mut counted = None;
        for _ in 0..PAGES {
            let url = match next {
                Ok(url) => url,
                Err(fault) => return Ok(Err(Stopped::Fault(fault))),
            };
            let fetched = self.fetcher.get(&url, &["application/json"]).await;
            let found = match fetched.and_then(|fetched| page(&fetched.bytes)) {
                Ok(found) => found,
                Err(fault) => return Ok(Err(Stopped::Fault(fault))),
            };
            let count = *counted.get_or_insert(found.count);
            if count >= COUNT_STOPS_AT {
                return Ok(Err(Stopped::TooMany));
            }
            let again = found.documents.first().is_some_and(|first| seen.contains(&named(first)));
            if again {
                break;
            }
            seen.extend(found.documents.iter().map(named));
            let Page { documents, next: link, .. } = found;
            self.keep(&documents).await?;
            match link {
                Some(link) => next = self.fetcher.linked(&link),
                None => break,
            }
        }
        let distinct = u64::try_from(seen.len()).unwrap_or(u64::MAX);
        self.documents += distinct;
        if counted.is_some_and(|count| count != distinct) {
            let what = format!("{distinct} documents came of {} that were counted", counted.unwrap_or_default());
            return Ok(Err(Stopped::Fault(FetchError::Shape(what))));
        }
        Ok(Ok(()))
    }

    /// Keeps the documents of a page, and asks for the bytes of those that may be about an agreement.
    async fn keep(&mut self, documents: &[Value]) -> Result<(), StoreError> {
        let mut kept = Vec::with_capacity(documents.len());
        let mut ours = Vec::new();
        for document in documents {
            let published = Published::of(document);
            let reading = read_published(&published, None);
            let key = key(&published).unwrap_or_else(|| unnamed(document));
            let (body, content_hash) = content(document);
            if !matches!(reading, Reading::Irrelevant(_)) {
                ours.push((key.clone(), body.clone()));
            }
            let reading = reading.as_str().to_owned();
            kept.push(KeptDocument { key, content_hash, body, reading, first_seen: self.clock.now() });
        }
        self.store.keep_documents(&kept).await?;
        for (key, body) in ours {
            if self.known.insert(key.clone()) {
                self.items_new += 1;
                self.bytes_of(&key, &body).await?;
            }
        }
        Ok(())
    }

    /// Asks again for the bytes that did not come.
    async fn ask_again(&self) -> Result<(), StoreError> {
        let received = self.store.captured(SOURCE, "detail").await?;
        for document in self.store.documents_that_may_be_ours(SOURCE).await? {
            if !received.contains(&document.key) {
                self.bytes_of(&document.key, &document.body).await?;
            }
        }
        Ok(())
    }

    /// Keeps a document as it is given by itself, and the whole text of a rule, which may name signatures.
    async fn bytes_of(&self, key: &DocumentKey, body: &str) -> Result<(), StoreError> {
        let body: Value = serde_json::from_str(body).unwrap_or_default();
        let Ok(url) = detail(self.fetcher, key) else { return Ok(()) };
        let Ok(fetched) = self.fetcher.get(&url, &["application/json"]).await else { return Ok(()) };
        let whole: Value = serde_json::from_slice(&fetched.bytes).unwrap_or_default();
        if Published::of(&whole).number.as_deref() != Some(key.number.as_str()) {
            return Ok(());
        }
        self.store.keep_capture(&self.capture(key, "detail", fetched)).await?;
        let link = [&whole, &body].into_iter().find_map(|of| of.get("raw_text_url")?.as_str());
        if Published::of(&whole).kind != Type::Rule {
            return Ok(());
        }
        let Some(Ok(url)) = link.map(|link| self.fetcher.linked(link)) else { return Ok(()) };
        if let Ok(text) = self.fetcher.get(&url, &["text/plain", "text/xml"]).await {
            self.store.keep_capture(&self.capture(key, "text", text)).await?;
        }
        Ok(())
    }

    fn capture(&self, key: &DocumentKey, part: &str, fetched: super::fetch::Fetched) -> KeptCapture {
        KeptCapture {
            key: key.clone(),
            part: part.to_owned(),
            sha256: hex::encode(Sha256::digest(&fetched.bytes)),
            media_type: fetched.media_type,
            fetched_at: self.clock.now(),
            bytes: fetched.bytes,
        }
    }
}

/// The key of a document among others on a page.
fn named(document: &Value) -> (String, String) {
    let text = |field: &str| document.get(field).map(Value::to_string).unwrap_or_default();
    (text("document_number"), text("publication_date"))
}

/// The name of a document that has none: what it says, on the first day there is.
fn unnamed(document: &Value) -> DocumentKey {
    let (_, hash) = content(document);
    let number = document.get("document_number").and_then(Value::as_str).unwrap_or(&hash).chars().take(80).collect();
    DocumentKey { source: SOURCE.to_owned(), number, published_on: NaiveDate::default() }
}
