//! Which countries does the regulation list today, by the text of 48 CFR 225.872-1 that the eCFR gives?
//!
//! Invariant: a text is kept as it was received, once for each version and each list; one that is not there delists
//! nobody. A text, its document and the sweep that found them are kept together or not at all. What goes wrong here affects this source alone.

use chrono::{DateTime, NaiveDate, Utc};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::fetch::{FetchError, Fetched, Fetcher};
use super::sweep::{Poll, PollError};
use crate::clock::Clock;
use crate::domain::reading::{ECFR, ReadingKind, read_regulation};
use crate::domain::words::Word;
use crate::store::{DocumentKey, KeptCapture, KeptDocument, KeptSweep, MAIN, Store, StoreError};

/// The title of the Code of Federal Regulations.
const TITLE: u64 = 48;
/// The section that lists qualifying countries.
const SECTION: &str = "225.872-1";

/// What a person does about a section that is not found.
const LOOK: &str = "look at https://www.ecfr.gov/current/title-48/section-225.872-1 whether the list has moved, and record by \
                    hand what became of it; the program takes no country off the list by itself, and asks again";

/// A version of the section that changed what it says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Version {
    /// The day from which it holds.
    date: NaiveDate,
    /// The day on which it was published.
    issued: NaiveDate,
    /// Whether the section is not there any more.
    removed: bool,
}

/// What the source gave.
struct Given {
    version: Version,
    up_to: NaiveDate,
    /// The text; `None` of a section that was removed.
    text: Option<Fetched>,
}

/// Polls the eCFR for the text of the section as it stands.
///
/// # Errors
/// [`PollError`] when the database fails. What the source does wrong is the outcome.
pub(super) async fn poll(store: &Store, fetcher: &Fetcher, clock: &Clock) -> Result<Poll, PollError> {
    let (began, today) = (clock.now(), clock.today());
    let (given, fault) = match given(fetcher).await {
        Ok(given) => (Some(given), None),
        Err(fault) => (None, Some(fault)),
    };
    let found = match &given {
        Some(given) => new(store, given, clock.now()).await?,
        None => None,
    };
    let moved = given.as_ref().filter(|given| given.version.removed);
    let fault = fault.or_else(|| moved.map(|_| FetchError::Shape(format!("48 CFR {SECTION} was removed; {LOOK}"))));
    let (from, to) = given.as_ref().map_or((today, today), |given| (given.version.date.min(given.up_to), given.up_to));
    let outcome = fault.as_ref().map_or("good", FetchError::as_str);
    let documents = u64::from(given.is_some());
    let problem = fault.map(|fault| fault.to_string());
    let sweep = KeptSweep {
        id: Uuid::now_v7(),
        source: ECFR.to_owned(),
        kind: MAIN.to_owned(),
        from,
        to,
        began,
        ended: clock.now(),
        outcome: outcome.to_owned(),
        problem: problem.clone(),
        documents,
    };
    store.keep_found(found.as_ref().map(|(document, capture)| (document, capture.as_ref())), &sweep).await?;
    let items_new = u64::from(found.is_some());
    Ok(Poll { outcome, problem, documents, items_new, cursor: store.swept(ECFR).await?.cursor })
}

/// Asks how far the title is up to date, for the versions of the section, and for its text.
async fn given(fetcher: &Fetcher) -> Result<Given, FetchError> {
    let titles = "/api/versioner/v1/titles.json";
    let titles = there(json_of(fetcher, titles).await, || {
        format!("the eCFR has nothing at {titles} (404): its API may have changed, and a newer release may know it")
    })?;
    let up_to = up_to_date(&titles)?;
    let path = format!("/api/versioner/v1/versions/title-{TITLE}.json?part=225&section={SECTION}");
    let versions =
        there(json_of(fetcher, &path).await, || format!("the eCFR has no versions of 48 CFR {SECTION} (404); {LOOK}"))?;
    let version = latest(&versions, up_to)?;
    if version.removed {
        return Ok(Given { version, up_to, text: None });
    }
    let path = format!("/api/versioner/v1/full/{up_to}/title-{TITLE}.xml?part=225&section={SECTION}");
    let text = fetcher.get(&fetcher.below(&path)?, &["application/xml", "text/xml"]).await;
    let text = there(text, || format!("the eCFR has no text of 48 CFR {SECTION} as of {up_to} (404); {LOOK}"))?;
    Ok(Given { version, up_to, text: Some(text) })
}

/// What came; where the source has no such page, what that means and what to do.
fn there<T>(came: Result<T, FetchError>, missing: impl FnOnce() -> String) -> Result<T, FetchError> {
    came.map_err(|fault| if fault == FetchError::Refused(404) { FetchError::NotThere(missing()) } else { fault })
}

async fn json_of(fetcher: &Fetcher, path: &str) -> Result<Value, FetchError> {
    let fetched = fetcher.get(&fetcher.below(path)?, &["application/json"]).await?;
    serde_json::from_slice(&fetched.bytes).map_err(|_| shape("it is no JSON"))
}

fn shape(what: &str) -> FetchError {
    FetchError::Shape(what.to_owned())
}

fn day(value: &Value, field: &str) -> Option<NaiveDate> {
    value.get(field)?.as_str()?.parse().ok()
}

/// The day up to which the title is up to date.
fn up_to_date(titles: &Value) -> Result<NaiveDate, FetchError> {
    if titles.pointer("/meta/import_in_progress") == Some(&Value::Bool(true)) {
        return Err(FetchError::Importing);
    }
    let titles = titles.get("titles").and_then(Value::as_array).ok_or_else(|| shape("it has no `titles`"))?;
    let title = titles.iter().find(|title| title.get("number").and_then(Value::as_u64) == Some(TITLE));
    title.and_then(|title| day(title, "up_to_date_as_of")).ok_or_else(|| shape("it does not tell of title 48"))
}

/// The newest version that changed what the section says. A day may come twice, once for an edit that changes nothing,
/// with a much later day of issue: the earliest counts.
fn latest(versions: &Value, up_to: NaiveDate) -> Result<Version, FetchError> {
    let rows = versions.get("content_versions").and_then(Value::as_array);
    let rows = rows.ok_or_else(|| shape("it has no `content_versions`"))?;
    let version = |row: &Value| {
        let substantive = row.get("substantive").and_then(Value::as_bool)?;
        let ours = row.get("identifier").and_then(Value::as_str) == Some(SECTION);
        let removed = row.get("removed").and_then(Value::as_bool).unwrap_or(false);
        let (date, issued) = (day(row, "date")?, day(row, "issue_date")?);
        (substantive && ours && date <= up_to).then_some(Version { date, issued, removed })
    };
    let all: Vec<Version> = rows.iter().filter_map(version).collect();
    let newest = all.iter().map(|version| version.date).max();
    let of_newest = all.into_iter().filter(|version| Some(version.date) == newest);
    of_newest.min_by_key(|version| version.issued).ok_or_else(|| shape("it has no version of the section"))
}

/// A document with its text; the section that was removed has none.
type Found = (KeptDocument, Option<KeptCapture>);

/// The document of a text that was not seen before; `None` of one that was.
async fn new(store: &Store, given: &Given, now: DateTime<Utc>) -> Result<Option<Found>, StoreError> {
    let Version { date, issued, removed } = given.version;
    let key = DocumentKey { source: ECFR.to_owned(), number: SECTION.to_owned(), published_on: issued };
    let what = if removed { "removed" } else { "amended" };
    let body = json!({
        "document_number": SECTION, "publication_date": issued, "effective_on": date,
        "title": format!("48 CFR {SECTION} as {what} on {date}"),
        "html_url": format!("https://www.ecfr.gov/on/{}/title-{TITLE}/section-{SECTION}", given.up_to.max(issued)),
    });
    let text = given.text.as_ref().map(|text| String::from_utf8_lossy(&text.bytes));
    let listed = text.as_deref().map(read_regulation);
    // What is watched is the list: a comma that moves is no news.
    let watched = match (&listed, &given.text) {
        (Some(Ok(listed)), _) => format!("{date} {listed:?}"),
        (_, Some(text)) => format!("{date} {}", hex::encode(Sha256::digest(&text.bytes))),
        (_, None) => format!("{date} {what}"),
    };
    let content_hash = hex::encode(Sha256::digest(watched.as_bytes()));
    let kept = store.documents_that_may_be_ours(ECFR).await?;
    if kept.iter().any(|document| document.key == key && document.content_hash == content_hash) {
        return Ok(None);
    }
    let reading = if matches!(listed, Some(Ok(_))) { ReadingKind::Proposals } else { ReadingKind::Unclear };
    let capture = given.text.as_ref().map(|text| KeptCapture {
        key: key.clone(),
        part: "text".to_owned(),
        sha256: hex::encode(Sha256::digest(&text.bytes)),
        media_type: text.media_type.clone(),
        fetched_at: now,
        bytes: text.bytes.clone(),
    });
    let document = KeptDocument {
        key,
        content_hash,
        body: body.to_string(),
        reading: reading.as_str().to_owned(),
        first_seen: now,
    };
    Ok(Some((document, capture)))
}
