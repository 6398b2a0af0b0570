//! Which characters make text read, or act, otherwise than it is?
//!
//! Invariant: what is recorded has none of them, and what is shown to people has none of them even if they got in; line feeds
//! are text.

use std::borrow::Cow;
use std::fmt::Display;

/// The first character of a text that is harmful where it stands: a control character, one that turns the direction of what
/// follows, or one that nobody sees.
#[must_use]
pub fn harmful(text: &str) -> Option<char> {
    harmful_at(text).next().map(|(_, char)| char)
}

/// The text with each harmful character written out as `<U+202E>`.
#[must_use]
pub fn harmless(text: &str) -> Cow<'_, str> {
    let mut shown = String::new();
    let mut from = 0;
    for (at, char) in harmful_at(text) {
        shown.push_str(text.get(from..at).unwrap_or_default());
        shown.push_str(&format!("<{}>", code(char)));
        from = at + char.len_utf8();
    }
    if from == 0 {
        return Cow::Borrowed(text);
    }
    shown.push_str(text.get(from..).unwrap_or_default());
    Cow::Owned(shown)
}

/// JSON with each harmful character of its strings written as JSON escapes it: the same value, that no terminal acts upon.
#[must_use]
pub fn escaped(json: &str) -> Cow<'_, str> {
    if harmful(json).is_none() {
        return Cow::Borrowed(json);
    }
    let mut shown = String::with_capacity(json.len());
    for char in json.chars() {
        if is_harmful(char) {
            for unit in char.encode_utf16(&mut [0; 2]) {
                shown.push_str(&format!("\\u{unit:04x}"));
            }
        } else {
            shown.push(char);
        }
    }
    Cow::Owned(shown)
}

/// A number with the word for what is counted, whose plural takes an `s`: `1 token`, `2 tokens`.
#[must_use]
pub fn counted<N: Copy + Display + PartialEq + From<u8>>(number: N, what: &str) -> String {
    let plural = if number == N::from(1) { "" } else { "s" };
    format!("{number} {what}{plural}")
}

/// The language of a text, as BCP 47 has it, where its script leaves no other: screens read it aloud by that. `None` for a script that
/// several languages share.
#[must_use]
pub fn language(text: &str) -> Option<&'static str> {
    let mut han = false;
    for char in text.chars() {
        match char {
            '\u{ac00}'..='\u{d7a3}' | '\u{1100}'..='\u{11ff}' | '\u{3131}'..='\u{318e}' => return Some("ko"),
            '\u{3041}'..='\u{30ff}' => return Some("ja"),
            '\u{10a0}'..='\u{10ff}' => return Some("ka"),
            '\u{0531}'..='\u{058f}' => return Some("hy"),
            '\u{0e01}'..='\u{0e5b}' => return Some("th"),
            '\u{0370}'..='\u{03ff}' => return Some("el"),
            '\u{4e00}'..='\u{9fff}' => han = true,
            _ => {}
        }
    }
    han.then_some("zh")
}

/// How a character is called that cannot be shown.
#[must_use]
pub fn code(char: char) -> String {
    format!("U+{:04X}", u32::from(char))
}

fn harmful_at(text: &str) -> impl Iterator<Item = (usize, char)> {
    let mut before = None;
    text.char_indices().filter(move |(at, char)| {
        let previous = before.replace(*char);
        let next = || text.get(at + char.len_utf8()..).and_then(|rest| rest.chars().next());
        is_harmful(*char) && !is_needed(*char, previous, next)
    })
}

/// Whether the spelling of words needs it here: the joiners inside words of scripts that have them, and the choice between
/// two pictures of a sign.
fn is_needed(char: char, before: Option<char>, next: impl Fn() -> Option<char>) -> bool {
    let letter = |char: Option<char>| char.is_some_and(|char| char.is_alphabetic() && !char.is_ascii());
    match char {
        // A mark of Devanagari, such as the virama, is no letter by itself, and joiners follow it.
        '\u{200c}' | '\u{200d}' => before.is_some_and(|char| !char.is_ascii() && !is_harmful(char)) && letter(next()),
        '\u{fe0e}' | '\u{fe0f}' => {
            before.is_some_and(|char| !char.is_ascii() && !char.is_alphanumeric() && !is_harmful(char))
        }
        _ => false,
    }
}

fn is_harmful(char: char) -> bool {
    (char.is_control() && char != '\n')
        || matches!(char,
            // Soft hyphen, joiners, fillers, and other signs without width.
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}' | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}'
            // What separates lines, and what turns directions.
            | '\u{2028}'..='\u{202e}'
            // What is no character, and what no two programs show alike.
            | '\u{fdd0}'..='\u{fdef}' | '\u{fffe}' | '\u{ffff}' | '\u{e000}'..='\u{f8ff}'
            // Musical marks, tags, further choices of pictures, and private use.
            | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}' | '\u{f0000}'..='\u{10ffff}')
}
