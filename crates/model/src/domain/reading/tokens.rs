//! Which words does a text hold, whatever its markup, dashes, blanks and accents?
//!
//! Invariant: two texts that differ only in markup, entities, kinds of dash, kinds of blank, accents or case have the same
//! tokens; each token remembers the bytes of the original that it was read from.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::entities::{Letter, letters};

/// A word or a mark of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// The word in lower case and without accents, or the mark.
    pub text: String,
    /// The first byte in the original.
    pub from: usize,
    /// The byte after the last in the original.
    pub to: usize,
    /// Whether the word begins with a capital.
    pub capital: bool,
    /// Whether the token is punctuation.
    pub mark: bool,
}

impl Token {
    /// Whether this is just that word or mark.
    #[must_use]
    pub fn is(&self, text: &str) -> bool {
        self.text == text
    }

    /// Whether this is one of these words.
    #[must_use]
    pub fn any(&self, words: &[&str]) -> bool {
        words.contains(&self.text.as_str())
    }
}

/// The marks that mean something to a reader; all others only part words.
const MARKS: &[char] = &['-', ',', '.', ';', ':', '(', ')', '[', ']', '/'];

/// The tokens of a text.
#[must_use]
pub fn tokens(raw: &str) -> Vec<Token> {
    let mut found: Vec<Token> = Vec::new();
    let mut word: Option<Token> = None;
    for letter in letters(raw) {
        let folded: String = fold(letter.char);
        let is_word = letter.char.is_alphanumeric() || is_combining_mark(letter.char);
        if is_word {
            let capital = letter.char.is_uppercase();
            let word = word.get_or_insert_with(|| Token { from: letter.from, capital, ..nothing() });
            word.text.push_str(&folded);
            word.to = letter.to;
            continue;
        }
        found.extend(word.take().filter(|word| !word.text.is_empty()));
        found.extend(mark(letter, found.last()));
    }
    found.extend(word.filter(|word| !word.text.is_empty()));
    without_page_numbers(&abbreviated(&found))
}

const fn nothing() -> Token {
    Token { text: String::new(), from: 0, to: 0, capital: false, mark: false }
}

/// A letter without its accents, in lower case.
fn fold(char: char) -> String {
    let plain: String = std::iter::once(char).nfkd().filter(|char| !is_combining_mark(*char)).collect();
    plain.to_lowercase().replace('ø', "o").replace('ł', "l").replace('đ', "d").replace('ı', "i")
}

/// The mark that a sign is; an ampersand is a word, and of several dashes in a row one counts.
fn mark(letter: Letter, before: Option<&Token>) -> Option<Token> {
    let char = if is_dash(letter.char) { '-' } else { letter.char };
    let token = |text: &str, mark| Token { text: text.to_owned(), from: letter.from, to: letter.to, mark, ..nothing() };
    match char {
        '&' => Some(token("and", false)),
        '-' if before.is_some_and(|before| before.is("-")) => None,
        char if MARKS.contains(&char) => Some(token(char.encode_utf8(&mut [0; 4]), true)),
        _ => None,
    }
}

const fn is_dash(char: char) -> bool {
    matches!(
        char,
        '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{fe58}' | '\u{fe63}' | '\u{ff0d}' | '\u{2e3a}' | '\u{2e3b}'
    )
}

/// Single letters with a full stop after each become one word: `U.S.` is `us`.
fn abbreviated(tokens: &[Token]) -> Vec<Token> {
    let letter = |token: Option<&Token>| token.is_some_and(|token| !token.mark && token.text.chars().count() == 1);
    let mut out: Vec<Token> = Vec::with_capacity(tokens.len());
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        let mut joined = token.clone();
        let mut end = at + 1;
        let stop = |at: usize, after: usize| {
            tokens.get(at).filter(|stop| stop.is(".") && stop.from == after).map(|stop| stop.to)
        };
        if letter(Some(token)) {
            while let Some(after) = stop(end, joined.to) {
                let Some(next) = tokens.get(end + 1).filter(|next| letter(Some(next)) && next.from == after) else {
                    break;
                };
                joined.text.push_str(&next.text);
                joined.to = next.to;
                end += 2;
            }
            if end > at + 1
                && let Some(after) = stop(end, joined.to)
            {
                joined.to = after;
                end += 1;
            }
        }
        out.push(joined);
        at = end;
    }
    out
}

/// Leaves out what a print puts between the words of a sentence: `[[Page 58833]]`, `Start Printed Page 12781`.
fn without_page_numbers(tokens: &[Token]) -> Vec<Token> {
    let is = |at: usize, text: &str| tokens.get(at).is_some_and(|token: &Token| token.is(text));
    let mut out = Vec::with_capacity(tokens.len());
    let mut at = 0;
    while at < tokens.len() {
        if is(at, "[") && is(at + 1, "[") && is(at + 2, "page") && is(at + 4, "]") && is(at + 5, "]") {
            at += 6;
        } else if is(at, "start") && is(at + 1, "printed") && is(at + 2, "page") {
            at += 4;
        } else {
            out.extend(tokens.get(at).cloned());
            at += 1;
        }
    }
    out
}

/// The places of the sentences: a full stop ends one where a capital follows, and no short title such as `Mr.` stands before.
#[must_use]
pub fn sentences(tokens: &[Token]) -> Vec<std::ops::Range<usize>> {
    const TITLES: &[&str] = &["mr", "ms", "mrs", "dr", "gen", "lt", "col", "st", "no", "doc", "sec", "us", "vol"];
    let mut found = Vec::new();
    let mut begun = 0;
    for (at, token) in tokens.iter().enumerate() {
        let title = at.checked_sub(1).and_then(|before| tokens.get(before)).is_none_or(|word| word.any(TITLES));
        let next_begins = tokens.get(at + 1).is_none_or(|next| next.capital || next.mark);
        if token.is(".") && !title && next_begins {
            found.push(begun..at + 1);
            begun = at + 1;
        }
    }
    if begun < tokens.len() {
        found.push(begun..tokens.len());
    }
    found
}

/// The first place of a phrase at or after a token, dashes between its words aside.
///
/// A pattern is a list of words: `a|b` is either, `coun*` begins so, `~procurement` is that word or a slip of it.
#[must_use]
pub fn find(tokens: &[Token], pattern: &[&str], from: usize) -> Option<std::ops::Range<usize>> {
    (from..tokens.len()).find_map(|at| at_place(tokens, pattern, at).map(|end| at..end))
}

/// The end of the phrase that begins just here.
#[must_use]
pub fn at_place(tokens: &[Token], pattern: &[&str], begin: usize) -> Option<usize> {
    let mut at = begin;
    for (index, wanted) in pattern.iter().enumerate() {
        while index > 0 && tokens.get(at)?.is("-") {
            at += 1;
        }
        let token = tokens.get(at)?;
        if token.mark || !wanted.split('|').any(|wanted| fits(&token.text, wanted)) {
            return None;
        }
        at += 1;
    }
    Some(at)
}

fn fits(word: &str, wanted: &str) -> bool {
    if let Some(begins) = wanted.strip_suffix('*') {
        return word.starts_with(begins);
    }
    if let Some(right) = wanted.strip_prefix('~') {
        return word.len().abs_diff(right.len()) <= 2 && strsim::levenshtein(word, right) <= 2;
    }
    word == wanted
}
