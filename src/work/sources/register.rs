//! What is asked of the Federal Register, and what does an answer hold?
//!
//! Invariant: total: any bytes give a page or a named fault. A field that is not watched changes nothing.

use chrono::NaiveDate;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};
use url::Url;

use super::fetch::{FetchError, Fetcher};
use crate::domain::reading::Published;
use crate::store::DocumentKey;

pub use crate::domain::reading::FEDERAL_REGISTER as SOURCE;

/// How many documents a page has; more than 2,000 would quietly be 20.
const PER_PAGE: usize = 1_000;

/// Where the API stops to count.
pub(super) const COUNT_STOPS_AT: u64 = 10_000;

/// The fields that are watched: a document in which one of them changes is another content.
const WATCHED: [&str; 19] = [
    "abstract",
    "action",
    "agencies",
    "cfr_references",
    "citation",
    "comments_close_on",
    "correction_of",
    "corrections",
    "dates",
    "docket_ids",
    "document_number",
    "effective_on",
    "end_page",
    "publication_date",
    "regulation_id_numbers",
    "start_page",
    "title",
    "type",
    "volume",
];

/// The addresses that are kept beside them.
const ADDRESSES: [&str; 4] = ["html_url", "json_url", "pdf_url", "raw_text_url"];

/// Days that are swept at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Window {
    pub from: NaiveDate,
    pub to: NaiveDate,
}

impl Window {
    /// Its two halves; `None` of a single day.
    pub fn halves(self) -> Option<[Self; 2]> {
        let middle = self.from + (self.to - self.from) / 2;
        let next = middle.succ_opt()?;
        (next <= self.to).then_some([Self { from: self.from, to: middle }, Self { from: next, to: self.to }])
    }
}

/// What is searched for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Search {
    /// Everything of the department, which is the search that sets the cursor.
    Department,
    /// The words of the instrument, whichever agency published them: for documents that name another agency or none.
    Words,
    /// Rules about the part of the regulation that lists countries: for titles with a slip.
    Part,
}

impl Search {
    /// The conditions beside the days.
    const fn conditions(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::Department => &[("conditions[agencies][]", "defense-department")],
            Self::Words => &[("conditions[term]", "\"reciprocal defense procurement\"")],
            Self::Part => {
                &[("conditions[cfr][title]", "48"), ("conditions[cfr][part]", "225"), ("conditions[type][]", "RULE")]
            }
        }
    }
}

/// The first page of a search over some days.
pub(super) fn search(fetcher: &Fetcher, search: Search, window: Window) -> Result<Url, FetchError> {
    let mut url = fetcher.below("/api/v1/documents.json")?;
    {
        let mut query = url.query_pairs_mut();
        for (name, value) in search.conditions() {
            query.append_pair(name, value);
        }
        query.append_pair("conditions[publication_date][gte]", &window.from.to_string());
        query.append_pair("conditions[publication_date][lte]", &window.to.to_string());
        query.append_pair("order", "oldest").append_pair("per_page", &PER_PAGE.to_string());
        for field in WATCHED.iter().chain(&ADDRESSES) {
            query.append_pair("fields[]", field);
        }
    }
    Ok(url)
}

/// The address of one document; the day decides between documents with the same number.
pub(super) fn detail(fetcher: &Fetcher, key: &DocumentKey) -> Result<Url, FetchError> {
    let mut url = fetcher.below("/api/v1/documents/")?;
    if let Ok(mut path) = url.path_segments_mut() {
        path.pop_if_empty().push(&format!("{}.json", key.number));
    }
    url.query_pairs_mut().append_pair("publication_date", &key.published_on.to_string());
    Ok(url)
}

/// A page of a search.
pub(super) struct Page {
    pub count: u64,
    pub documents: Vec<Value>,
    pub next: Option<String>,
}

/// The page that an answer holds. Without hits there are no results in it.
pub(super) fn page(bytes: &[u8]) -> Result<Page, FetchError> {
    let shape = |what: &str| FetchError::Shape(what.to_owned());
    let answer: Value = serde_json::from_slice(bytes).map_err(|_| shape("it is no JSON"))?;
    if answer.get("errors").is_some() || answer.get("error").is_some() {
        return Err(shape("it tells of errors"));
    }
    let count = answer.get("count").and_then(Value::as_u64).ok_or_else(|| shape("it has no `count`"))?;
    let documents = match answer.get("results") {
        None | Some(Value::Null) if count == 0 => Vec::new(),
        Some(Value::Array(results)) => results.clone(),
        _ => return Err(shape("it has no `results`")),
    };
    let next = answer.get("next_page_url").and_then(Value::as_str).map(ToOwned::to_owned);
    Ok(Page { count, documents, next })
}

/// The key of a document; `None` where the document has no number or no day.
pub(super) fn key(document: &Published) -> Option<DocumentKey> {
    let number = document.number.clone()?;
    Some(DocumentKey { source: SOURCE.to_owned(), number, published_on: document.published_on? })
}

/// The watched fields and the addresses of a document, and the hash of the watched ones.
pub(super) fn content(document: &Value) -> (String, String) {
    let of = |fields: &mut dyn Iterator<Item = &&str>| {
        let told = fields.filter_map(|field| Some(((*field).to_owned(), document.get(*field)?.clone())));
        Value::Object(told.filter(|(_, value)| !value.is_null()).collect::<Map<_, _>>())
    };
    let canonical = |value: &Value| crate::ledger::canonical(value).unwrap_or_else(|_| value.to_string());
    let watched = canonical(&of(&mut WATCHED.iter()));
    let body = canonical(&of(&mut WATCHED.iter().chain(&ADDRESSES)));
    (body, hex::encode(Sha256::digest(watched.as_bytes())))
}
