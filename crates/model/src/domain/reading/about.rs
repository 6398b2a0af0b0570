//! Is a document about another document, and what is a document about that names no agreement?
//!
//! Invariant: a correction, an extension or a withdrawal is never read as a notice or a rule of its own.

use super::partners::partners;
use super::published::{Published, Type, Words, plain_number};
use super::tokens::{Token, find};

/// That a document is about another one, and which, where it says so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct About {
    /// The number of the other one.
    pub of: Option<String>,
}

/// Phrases of titles and actions that speak of another document.
const PHRASES: &[&[&str]] = &[
    &["correction|corrections|correcting|corrects|corrected"],
    &["withdraw*"],
    &["rescind*"],
    &["rescission"],
    &["reopen*"],
    &["re", "opening"],
    &["extension|extend|extends|extending|extended", "of", "comment*"],
    &["extension|extend|extends|extending|extended", "of", "the|public", "comment*"],
    &["extension|extend|extends|extending|extended", "of", "the", "public", "comment*"],
    &["extension|extend|extends|extending|extended", "of", "time"],
    &["extending", "comment*"],
    &["comment", "period", "extension|extended|reopened|reopening"],
    &["delay|delayed|postponement|deferral", "of", "effective|the"],
    &["delayed", "effective"],
    &["supplemental|supplementary", "notice"],
    &["republication"],
    &["cancel*"],
];
/// Beginnings of abstracts that say the same.
const OPENINGS: &[&str] =
    &["this", "the", "document", "notice", "rule", "dod", "is", "has", "department", "of", "defense", "we", "are"];
const DEEDS: &[&str] = &[
    "corrects",
    "correcting",
    "corrected",
    "withdraws",
    "withdrawing",
    "withdrawn",
    "reopens",
    "reopening",
    "reopened",
    "rescinds",
    "rescinding",
];
const EXTENDING: &[&str] = &["extends", "extending", "extended"];

/// Whether a document says to be about another one.
#[must_use]
pub fn about_another(document: &Published) -> Option<About> {
    let by_number = corrected_by_number(document.number.as_deref().unwrap_or_default());
    let words = || document.title.iter().chain([&document.action]);
    let said = words().any(|words| PHRASES.iter().any(|phrase| find(&words.tokens, phrase, 0).is_some()));
    let is_about = by_number.is_some()
        || document.correction_of.is_some()
        || document.kind == Type::Correction
        || said
        || opens_so(&document.summary.tokens);
    is_about.then(|| About { of: document.correction_of.clone().or(by_number).or_else(|| named_number(document)) })
}

/// A correction that does not say what it corrects: its title is "Correction", and it has no abstract.
#[must_use]
pub fn bare_correction(document: &Published) -> Option<About> {
    let about = about_another(document)?;
    let title = document.title.as_ref()?;
    let plain = title.tokens.iter().filter(|token| !token.mark).all(|token| {
        token.any(&[
            "correction",
            "corrections",
            "notice",
            "rule",
            "final",
            "of",
            "the",
            "to",
            "a",
            "document",
            "correcting",
        ])
    });
    (plain && document.summary.tokens.is_empty()).then_some(about)
}

/// The number in one such as `C1-2099-00001` or `R1-2099-00001`.
fn corrected_by_number(number: &str) -> Option<String> {
    let (mark, of) = number.split_once('-')?;
    let digits = mark.strip_prefix(['C', 'R'])?;
    let fits = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) && !of.is_empty();
    fits.then(|| of.to_owned())
}

fn opens_so(summary: &[Token]) -> bool {
    let Some(deed) = summary.iter().position(|token| !token.any(OPENINGS)) else { return false };
    let follows = summary.get(deed..).unwrap_or_default();
    let comments = || follows.iter().take(8).any(|token| token.text.starts_with("comment"));
    follows.first().is_some_and(|token| token.any(DEEDS) || (token.any(EXTENDING) && comments()))
}

/// The number after "FR Doc." in the abstract, the dates or the title.
fn named_number(document: &Published) -> Option<String> {
    let within = |words: &Words| {
        let place = find(&words.tokens, &["fr", "doc*|document"], 0)?;
        let first = (place.end..).take(3).find(|at| {
            words.tokens.get(*at).is_some_and(|token| token.text.bytes().any(|byte| byte.is_ascii_digit()))
        })?;
        let dashed = words.tokens.get(first + 1).is_some_and(|token| token.is("-"));
        let last = if dashed { first + 3 } else { first + 1 };
        words.marked(&(first..last)).map(|marked| plain_number(&marked.words))
    };
    document.title.iter().chain([&document.summary, &document.dates]).find_map(within)
}

/// What a document without a signal is about; for people, nothing depends on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Elsewhere {
    /// The word for the reason, in answers.
    pub reason: &'static str,
    /// The agreement of another instrument that it may concern.
    pub hint: Option<String>,
}

/// The words by which each reason is known, the first that fits.
const REASONS: &[(&str, &[&[&str]])] = &[
    ("designated_country", &[&["designated", "coun*"]]),
    (
        "other_instrument",
        &[&["security", "of", "supply"], &["cooperation", "agreement"], &["acquisition", "and", "cross", "servicing"]],
    ),
    (
        "trade_agreement",
        &[
            &["trade", "agreement*"],
            &["free", "trade"],
            &["procurement", "threshold*"],
            &["government", "procurement", "agreement"],
        ],
    ),
    ("other_waiver", &[&["waiv*"], &["non", "allied"], &["restriction*", "on", "acquisition*"]]),
    ("information_collection", &[&["information", "collection*"], &["submission", "for", "omb"]]),
    ("definition", &[&["definition*"]]),
    ("buy_american", &[&["buy", "american"], &["american", "made"], &["domestic", "preference*"]]),
];

/// Why a document without a signal is about no agreement.
#[must_use]
pub fn elsewhere(document: &Published) -> Elsewhere {
    let words = || document.title.iter().chain([&document.summary]);
    let speaks = |phrases: &[&[&str]]| {
        phrases.iter().any(|phrase| words().any(|words| find(&words.tokens, phrase, 0).is_some()))
    };
    let reason = REASONS.iter().find(|(_, phrases)| speaks(phrases)).map_or("unrelated", |(reason, _)| reason);
    let supply =
        || words().find_map(|words| find(&words.tokens, &["security", "of", "supply"], 0).map(|place| (words, place)));
    let hint = if reason == "other_instrument" { supply() } else { None }.and_then(|(words, place)| {
        let with = find(&words.tokens, &["with"], place.end)?;
        let found = partners(&words.tokens, with.end);
        found.named.first().map(|(country, _)| format!("sosa/{country}"))
    });
    Elsewhere { reason, hint }
}
