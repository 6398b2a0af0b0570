//! Which letters does a text show, once its markup is gone and its entities are read?
//!
//! Invariant: total: whatever is no tag and no entity is shown as it stands; entities are read once and no deeper.

/// A letter as it is shown, with the bytes that it was read from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Letter {
    /// The letter that the entity stands for.
    pub char: char,
    /// The first byte of the letter in the original.
    pub from: usize,
    /// The byte after the last.
    pub to: usize,
}

/// The longest tag that is taken for one, in bytes.
const LONGEST_TAG: usize = 2_000;
/// The longest entity, in bytes.
const LONGEST_ENTITY: usize = 12;
/// Tags that stand within a word or a sentence; every other one parts words.
const INLINE: &[&str] = &[
    "span", "inf", "sup", "sub", "su", "b", "i", "em", "strong", "e", "u", "a", "ph", "xref", "font", "q", "fr",
    "mark", "ac",
];

/// The letters of a text: tags and control characters out, entities read, a blank for each tag that parts words.
#[must_use]
pub fn letters(raw: &str) -> Vec<Letter> {
    let mut found = Vec::with_capacity(raw.len());
    let mut at = 0;
    while let Some(char) = raw.get(at..).and_then(|rest| rest.chars().next()) {
        let rest = raw.get(at..).unwrap_or_default();
        let (shown, length) = match char {
            '<' => tag(rest),
            '&' => entity(rest),
            _ => None,
        }
        .unwrap_or_else(|| (visible(char), char.len_utf8()));
        found.extend(shown.map(|char| Letter { char, from: at, to: at + length }));
        at += length;
    }
    found
}

/// A character as it counts: no control characters, nothing of no width.
fn visible(char: char) -> Option<char> {
    match char {
        '\t' | '\n' | '\r' => Some(' '),
        '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' | '\u{202a}'..='\u{202e}' => None,
        char if char.is_control() => None,
        char => Some(char),
    }
}

/// A tag at the beginning of a text: what it shows, and its length.
fn tag(text: &str) -> Option<(Option<char>, usize)> {
    if let Some(comment) = text.strip_prefix("<!--") {
        return Some((Some(' '), comment.find("-->")? + "<!---->".len()));
    }
    let inside = text.get(1..)?;
    let begins =
        inside.chars().next().is_some_and(|char| char.is_ascii_alphabetic() || matches!(char, '/' | '!' | '?'));
    let end = inside.bytes().take(LONGEST_TAG).position(|byte| byte == b'>')?;
    let body = inside.get(..end)?;
    if !begins || body.contains('<') {
        return None;
    }
    let shown = if INLINE.contains(&tag_name(body).as_str()) { None } else { Some(' ') };
    Some((shown, end + 2))
}

/// The name of a tag, in lower case, whether it opens or closes.
#[must_use]
pub fn tag_name(body: &str) -> String {
    body.trim_start_matches('/')
        .chars()
        .take_while(char::is_ascii_alphanumeric)
        .collect::<String>()
        .to_ascii_lowercase()
}

/// Whether elements of this name stand within a line of text.
#[must_use]
pub fn is_inline(name: &str) -> bool {
    INLINE.contains(&name)
}

/// An entity at the beginning of a text: what it shows, and its length.
fn entity(text: &str) -> Option<(Option<char>, usize)> {
    let end = text.bytes().take(LONGEST_ENTITY).position(|byte| byte == b';')?;
    let name = text.get(1..end)?;
    let shown = match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" | "rsquo" | "lsquo" => '\'',
        "nbsp" | "ensp" | "emsp" | "thinsp" => ' ',
        "ndash" | "mdash" | "minus" | "hyphen" | "dash" => '-',
        "shy" => return Some((None, end + 1)),
        "szlig" => 's',
        name => match name.strip_prefix('#') {
            Some(number) => numbered(number)?,
            None => accented(name)?,
        },
    };
    Some((visible(shown), end + 1))
}

/// The letter with a number, in decimal or after `x` in hexadecimal digits.
fn numbered(number: &str) -> Option<char> {
    let code = match number.strip_prefix(['x', 'X']) {
        Some(digits) => u32::from_str_radix(digits, 16).ok()?,
        None => number.parse().ok()?,
    };
    char::from_u32(code)
}

/// A letter with an accent, such as `uuml`, as the letter: accents are folded anyway.
fn accented(name: &str) -> Option<char> {
    const ACCENTS: &[&str] =
        &["uml", "acute", "grave", "circ", "tilde", "cedil", "ring", "caron", "slash", "macr", "ogon", "breve", "dot"];
    let letter = name.chars().next()?;
    let accent = name.get(letter.len_utf8()..)?;
    (letter.is_ascii_alphabetic() && ACCENTS.contains(&accent)).then_some(letter)
}
