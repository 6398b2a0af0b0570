//! Which document does a hash stand for?
//!
//! Invariant: a hash stands for the text that it is the SHA-256 of; all texts together take bounded memory.

use axum::http::StatusCode;
use quick_cache::Weighter;
use quick_cache::sync::Cache;
use serde_json::Value as Json;
use sha2::{Digest, Sha256};

use super::codes::Code;
use super::failure::Failure;

/// The bytes that all texts together may take.
const KEPT: u64 = 4 * 1024 * 1024;
/// About how many there are.
const TEXTS: usize = 1_000;

/// The documents that clients have told once: automatic persisted queries, as Apollo's clients send them.
pub struct Persisted(Cache<String, String, ByLength>);

#[derive(Clone)]
struct ByLength;

impl Weighter<String, String> for ByLength {
    fn weight(&self, hash: &String, text: &String) -> u64 {
        (hash.len() + text.len()) as u64
    }
}

impl Persisted {
    /// A store that holds no document yet.
    pub fn new() -> Self {
        Self(Cache::with_weighter(TEXTS, KEPT, ByLength))
    }

    /// The hash in the `extensions` of a request.
    ///
    /// # Errors
    /// [`Failure`] when they speak of a persisted query and are not of its form.
    pub fn hash(extensions: Option<&Json>) -> Result<Option<String>, Failure> {
        let Some(told) = extensions.and_then(|extensions| extensions.get("persistedQuery")) else { return Ok(None) };
        let hash =
            told.get("sha256Hash").and_then(Json::as_str).filter(|_| told.get("version") == Some(&Json::from(1)));
        let hash = hash.filter(|hash| hash.len() == 64 && hash.bytes().all(|byte| byte.is_ascii_hexdigit()));
        let wrong = || Failure::malformed("persistedQuery has version 1 and a sha256Hash of 64 hexadecimal digits");
        hash.map(|hash| Some(hash.to_ascii_lowercase())).ok_or_else(wrong)
    }

    /// The text that a hash stands for.
    ///
    /// # Errors
    /// [`Failure`] with `PERSISTED_QUERY_NOT_FOUND`, on which a client sends the text with the hash.
    pub fn find(&self, hash: &str) -> Result<String, Failure> {
        let unknown = || Failure::new(StatusCode::BAD_REQUEST, Code::PersistedQueryNotFound, "PersistedQueryNotFound");
        self.0.get(hash).ok_or_else(unknown)
    }

    /// Checks that a hash is the text's.
    ///
    /// # Errors
    /// [`Failure`] when it is not.
    pub fn check(hash: &str, text: &str) -> Result<(), Failure> {
        let wrong = || Failure::malformed("the sha256Hash is not that of the query");
        if hex::encode(Sha256::digest(text)) == hash { Ok(()) } else { Err(wrong()) }
    }

    /// Keeps a text that was let in.
    pub fn keep(&self, hash: String, text: &str) {
        self.0.insert(hash, text.to_owned());
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::Persisted;

    /// The SHA-256 of `{__typename}`, as Apollo's clients send it.
    const HASH: &str = "ecf4edb46db40b5132295c0291d62fb65d6759a9eedfa4d5d612dd5ec54a6b38";

    #[test]
    fn a_text_is_found_by_its_hash_once_it_was_kept_and_no_hash_stands_for_another_text() {
        let kept = Persisted::new();
        assert!(kept.find(HASH).is_err());
        assert!(Persisted::check(HASH, "{__typename}").is_ok());
        assert!(Persisted::check(HASH, "{ other }").is_err());
        kept.keep(HASH.to_owned(), "{__typename}");
        assert_eq!(kept.find(HASH).ok().as_deref(), Some("{__typename}"));
    }

    #[test]
    fn an_extension_that_is_not_of_the_form_is_refused_and_none_is_none() {
        let hash = |version, hash: &str| {
            let extensions = json!({ "persistedQuery": { "version": version, "sha256Hash": hash } });
            Persisted::hash(Some(&extensions)).ok()
        };
        assert_eq!(hash(1, &HASH.to_ascii_uppercase()), Some(Some(HASH.to_owned())));
        assert_eq!((hash(2, HASH), hash(1, "abc")), (None, None));
        assert_eq!(Persisted::hash(Some(&json!({}))).ok(), Some(None));
    }
}
