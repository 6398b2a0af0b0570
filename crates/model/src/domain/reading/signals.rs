//! Does a document speak of a reciprocal agreement or of the list of qualifying countries?
//!
//! Invariant: a signal stands in the title or the abstract, never in the text: a text that is cut by page holds the
//! neighbours of its document too.

use std::ops::Range;

use super::names::named;
use super::partners::{Partners, partners};
use super::published::{Published, Words};
use super::tokens::{Token, at_place, find, sentences};
use crate::domain::words::Listing;

/// "Reciprocal defense procurement", slips and the British spelling included.
pub const PHRASE: &[&str] = &["~reciprocal", "defense|defence", "~procurement"];
const NEW_QUALIFYING: &[&str] = &["new|newly", "~qualifying", "coun*"];
const QUALIFYING: &[&str] = &["~qualifying", "coun*"];
const EXCEPTION: &[&str] = &["public", "interest", "exception*", "to", "the", "buy", "american"];
const AGAINST_INTEREST: &[&str] = &["inconsistent", "with", "the", "public", "interest"];
const MADE_IN: &[&str] = &["produced|made", "or|and", "manufactured|made|produced", "in"];
const ADDING: &[&str] = &[
    "add",
    "adds",
    "adding",
    "added",
    "include",
    "includes",
    "including",
    "designate",
    "designates",
    "designating",
    "recognize",
    "recognizes",
    "recognizing",
    "lists",
    "listing",
    "establish",
    "establishes",
    "establishing",
];
const PASSIVE: &[&str] = &["added", "moved", "included", "designated", "recognized", "listed"];
const MOVING: &[&str] = &[
    "move",
    "moves",
    "moving",
    "moved",
    "transfer",
    "transfers",
    "transferring",
    "relocate",
    "relocates",
    "relocating",
    "reclassify",
    "reclassifies",
    "reclassifying",
];

/// What was found of each kind.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Signals {
    /// The phrase stands in the title.
    pub phrase_in_title: Option<Range<usize>>,
    /// The phrase stands in the abstract.
    pub phrase_in_abstract: Option<Range<usize>>,
    /// The countries that the title says to list, and where; empty when it says so of nobody.
    pub title_lists: Option<Partners>,
    /// The countries that the abstract says to list.
    pub abstract_lists: Option<Partners>,
    /// The listing of the countries; `None` when the document does not say.
    pub listing: Option<Listing>,
}

impl Signals {
    /// Whether there is one of a listing.
    #[must_use]
    pub const fn lists(&self) -> bool {
        self.title_lists.is_some() || self.abstract_lists.is_some()
    }

    /// Whether the document has any signal.
    #[must_use]
    pub const fn any(&self) -> bool {
        self.phrase_in_title.is_some() || self.phrase_in_abstract.is_some() || self.lists()
    }
}

/// The signals of a document.
#[must_use]
pub fn signals(document: &Published) -> Signals {
    let none = Vec::new();
    let title = document.title.as_ref().map_or(&none, |title| &title.tokens);
    let summary = &document.summary.tokens;
    Signals {
        phrase_in_title: find(title, PHRASE, 0),
        phrase_in_abstract: find(summary, PHRASE, 0),
        title_lists: new_qualifying(title).or_else(|| exception(title)),
        abstract_lists: added(summary).or_else(|| against_interest(summary)),
        listing: moved(summary).or_else(|| moved(title)),
    }
}

/// "New Qualifying Country-Latvia", and "Qualifying Country-Latvia" where a country follows at once.
fn new_qualifying(title: &[Token]) -> Option<Partners> {
    if let Some(place) = find(title, NEW_QUALIFYING, 0) {
        return Some(partners(title, after_dash(title, place.end)));
    }
    let place = find(title, QUALIFYING, 0)?;
    let begins = after_dash(title, place.end);
    let found = partners(title, begins);
    (begins > place.end && found.are_known()).then_some(found)
}

/// The place after a dash, a colon or a comma that stands between a heading and its list.
fn after_dash(tokens: &[Token], at: usize) -> usize {
    let dash = |at: usize| tokens.get(at).is_some_and(|token| token.any(&["-", ":", ","]));
    if dash(at) { at + 1 } else { at }
}

/// "Finland-Public Interest Exception to the Buy American Act", the country before the phrase or after it.
fn exception(title: &[Token]) -> Option<Partners> {
    let place = find(title, EXCEPTION, 0)?;
    let before = title.get(..place.start)?;
    let begin = before.iter().rposition(|token| token.any(&[";", ":"])).map_or(0, |mark| mark + 1);
    let found = partners(before, begin);
    if !found.named.is_empty() {
        return Some(found);
    }
    let follows =
        (place.end..title.len()).find(|at| title.get(*at).is_some_and(|token| token.any(&["for", "in", "-"])));
    Some(follows.map_or_else(Partners::default, |at| partners(title, at + 1)))
}

/// "To add the Czech Republic as a qualifying country", or "to the list of qualifying countries".
fn added(summary: &[Token]) -> Option<Partners> {
    sentences(summary).into_iter().find_map(|sentence| {
        let words = summary.get(..sentence.end)?;
        let mut from = sentence.start;
        while let Some(place) = find(words, QUALIFYING, from) {
            let list = before_qualifying(words, sentence.start, place.start);
            let tells = |list: &Partners| !list.named.is_empty() || list.unknown.is_some();
            if let Some(list) = list.filter(tells) {
                return Some(list);
            }
            from = place.end;
        }
        None
    })
}

/// The list between a verb of adding or moving and "as a qualifying country"; of a passive verb, the list before it.
fn before_qualifying(words: &[Token], begin: usize, qualifying: usize) -> Option<Partners> {
    let before = words.get(..qualifying)?;
    let is = |at: usize, verbs: &[&str]| before.get(at).is_some_and(|token| token.any(verbs));
    let verb = (begin..qualifying).rev().find(|at| is(*at, ADDING) || is(*at, MOVING))?;
    let end = (verb + 1..qualifying).find(|at| ends_list(before, *at, is(verb, MOVING)))?;
    let list = partners(before.get(..end)?, verb + 1);
    let passive = end == verb + 1 && is(verb, PASSIVE);
    Some(if passive { partners_before(before.get(..verb)?, begin) } else { list })
}

/// The words of "as a new qualifying country" and of "to the list of qualifying countries" before the last two.
const TO_LIST: &[&str] = &[
    "as",
    "a",
    "an",
    "new",
    "newly",
    "additional",
    "to",
    "the",
    "list",
    "lists",
    "of",
    "in",
    "paragraph",
    "paragraphs",
    "among",
    "definition",
    "other",
];

/// Whether the list of names ends here: nothing but the way to "qualifying country" follows, or where from it is moved.
fn ends_list(before: &[Token], at: usize, moves: bool) -> bool {
    let rest = before.get(at..).unwrap_or_default();
    let leads = rest.first().is_some_and(|token| token.any(&["as", "to", "in", "among"]));
    let only = rest.iter().all(|token| token.any(TO_LIST));
    leads && only || moves && rest.first().is_some_and(|token| token.any(&["from", "to", "between", "within"]))
}

/// Everybody named before a passive verb in its sentence: "Lithuania is added to the list".
fn partners_before(words: &[Token], begin: usize) -> Partners {
    (begin..words.len()).map(|at| partners(words, at)).find(|list| !list.named.is_empty()).unwrap_or_default()
}

/// "Inconsistent with the public interest ... Buy American Act ... produced or manufactured in Finland".
fn against_interest(summary: &[Token]) -> Option<Partners> {
    let against = find(summary, AGAINST_INTEREST, 0)?;
    let act = find(summary, &["buy", "american"], against.end)?;
    let made = find(summary, MADE_IN, act.end)?;
    Some(partners(summary, made.end))
}

/// How a move between the paragraphs ends: in (a) or in (b).
fn moved(tokens: &[Token]) -> Option<Listing> {
    find(tokens, QUALIFYING, 0).or_else(|| find(tokens, &["225", "872"], 0))?;
    let verb = tokens.iter().position(|token| token.any(MOVING))?;
    let mut to = None;
    for at in verb..tokens.len() {
        let letter = |begin: usize| {
            let paragraph = tokens.get(begin..begin + 12)?;
            let end = paragraph.iter().position(|token| token.any(&["from", "to", "into"])).unwrap_or(paragraph.len());
            let open = paragraph.get(..end)?.windows(3).find(|three| {
                three.first().is_some_and(|token| token.is("(")) && three.last().is_some_and(|token| token.is(")"))
            })?;
            open.get(1).map(|token| token.text.clone())
        };
        if tokens.get(at).is_some_and(|token| token.any(&["to", "into"])) {
            to = letter(at + 1).or(to);
        }
    }
    match to.as_deref() {
        Some("a") => Some(Listing::Blanket),
        Some("b") => Some(Listing::CaseByCase),
        _ => None,
    }
}

/// Whether a document may remove a partner from the list: a verb of removing near "qualifying country" in one sentence.
#[must_use]
pub fn removal(document: &Published) -> Option<(&Words, Range<usize>)> {
    document.title.iter().chain([&document.summary]).find_map(|words| {
        let place = sentences(&words.tokens).into_iter().find_map(|sentence| removing(&words.tokens, &sentence))?;
        Some((words, place))
    })
}

/// How many words may lie between the verb and the list.
const NEAR: usize = 25;

fn removing(tokens: &[Token], sentence: &Range<usize>) -> Option<Range<usize>> {
    let words = tokens.get(..sentence.end)?;
    let mut from = sentence.start;
    while let Some(place) = find(words, QUALIFYING, from) {
        let begin = place.start.saturating_sub(NEAR).max(sentence.start);
        let end = (place.end + NEAR).min(sentence.end);
        let verb = (begin..end).find(|at| words.get(*at).is_some_and(removes) || no_longer(words, *at));
        if let Some(verb) = verb {
            return Some(verb.min(place.start)..(verb + 1).max(place.end));
        }
        from = place.end;
    }
    None
}

fn removes(token: &Token) -> bool {
    ["remov", "delet", "withdraw", "rescind", "rescission", "revok", "delist"]
        .iter()
        .any(|begins| token.text.starts_with(begins))
}

fn no_longer(words: &[Token], at: usize) -> bool {
    at_place(words, &["no", "longer"], at).is_some() || at_place(words, &["cease|ceases|ceased", "to"], at).is_some()
}

/// Whether a rule that adds a partner also removes one: "remove Egypt from the list".
#[must_use]
pub fn also_removes(document: &Published) -> bool {
    document.title.iter().chain([&document.summary]).any(|words| {
        sentences(&words.tokens).iter().any(|sentence| {
            let near = |at: usize| words.tokens.get(at + 1..(at + 6).min(sentence.end)).unwrap_or_default();
            find(words.tokens.get(..sentence.end).unwrap_or_default(), QUALIFYING, sentence.start).is_some()
                && sentence.clone().any(|at| words.tokens.get(at).is_some_and(removes) && !named(near(at)).is_empty())
        })
    })
}
