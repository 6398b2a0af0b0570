//! Is a document small enough to be parsed?
//!
//! Invariant: one pass over the bytes, without recursion; what passes cannot exhaust the parser's stack.

use super::codes::Code;

/// The most tokens of a document.
pub const TOKENS: usize = 4_000;
/// The deepest nesting of brackets; a parser that recurses deeper could run out of stack.
pub const NESTING: usize = 64;

/// Why a document is not parsed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TooLarge {
    /// The document has too many tokens.
    #[error("the document has more than {TOKENS} tokens; ask for less at once, or use variables")]
    Tokens,
    /// The document nests too deep.
    #[error("the document nests deeper than {NESTING} brackets")]
    Nesting,
    /// Not told how large: what follows the quote may be text or not, and parsers do not agree.
    #[error("a string is not closed: expected a quote before the end of its line, or three for a block string")]
    Unclosed,
}

impl TooLarge {
    /// The code that a client hears.
    pub const fn code(self) -> Code {
        match self {
            Self::Tokens | Self::Nesting => Code::QueryTooComplex,
            Self::Unclosed => Code::GraphqlParseFailed,
        }
    }
}

/// Counts tokens and brackets up to the limits, as the GraphQL specification (section 2.1) tells them apart. What is no
/// token counts as one: the parser finds it. Gives the number of tokens.
///
/// # Errors
/// [`TooLarge`].
pub fn admit(document: &str) -> Result<usize, TooLarge> {
    let mut rest = document.as_bytes();
    let (mut tokens, mut depth) = (0_usize, 0_usize);
    while let Some((&first, after)) = rest.split_first() {
        let length = match first {
            b' ' | b'\t' | b'\n' | b'\r' | b',' => {
                rest = after;
                continue;
            }
            b'#' => {
                rest = rest
                    .iter()
                    .position(|byte| matches!(byte, b'\n' | b'\r'))
                    .and_then(|end| rest.get(end..))
                    .unwrap_or_default();
                continue;
            }
            b'"' => string(rest).ok_or(TooLarge::Unclosed)?,
            b'{' | b'[' | b'(' => {
                depth += 1;
                1
            }
            b'}' | b']' | b')' => {
                depth = depth.saturating_sub(1);
                1
            }
            _ if word(first) => rest.iter().position(|byte| !word(*byte)).unwrap_or(rest.len()),
            _ => 1,
        };
        tokens += 1;
        if tokens > TOKENS {
            return Err(TooLarge::Tokens);
        }
        if depth > NESTING {
            return Err(TooLarge::Nesting);
        }
        rest = rest.get(length..).unwrap_or_default();
    }
    Ok(tokens)
}

/// Names and numbers, and the beginning of `...`, which may well count as one.
const fn word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-' | b'+') || byte >= 0x80
}

/// The length of a string or block string at the beginning, when it is closed.
fn string(rest: &[u8]) -> Option<usize> {
    let block = rest.starts_with(b"\"\"\"");
    let mut at = if block { 3 } else { 1 };
    loop {
        let from = rest.get(at..)?;
        match from.first()? {
            b'\\' if block => at += if from.starts_with(b"\\\"\"\"") { 4 } else { 1 },
            b'\\' if !matches!(from.get(1), Some(b'\n' | b'\r')) => at += 2,
            b'"' if block && from.starts_with(b"\"\"\"") => return Some(at + 3),
            b'"' if !block => return Some(at + 1),
            b'\\' | b'\n' | b'\r' if !block => return None,
            _ => at += 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{NESTING, TOKENS, TooLarge, admit};

    #[test]
    fn brackets_in_strings_and_comments_do_not_count() {
        let quoted = format!("{{ a(b: \"{}\") }} # {}", "[".repeat(1_000), "{".repeat(1_000));
        assert_eq!(admit(&quoted), Ok(8));
        let block = format!("{{ a(b: \"\"\"{} \\\"\"\" {}\"\"\") }}", "[".repeat(1_000), "[".repeat(1_000));
        assert_eq!(admit(&block), Ok(8));
        let escaped = format!("{{ a(b: \"\\\"{}\") }}", "[".repeat(1_000));
        assert_eq!(admit(&escaped), Ok(8));
    }

    #[test]
    fn the_limits_are_exact() {
        assert_eq!(admit(&format!("{}{}", "{".repeat(NESTING), "}".repeat(NESTING))), Ok(2 * NESTING));
        assert_eq!(admit(&"{".repeat(NESTING + 1)), Err(TooLarge::Nesting));
        assert_eq!(admit(&"a ".repeat(TOKENS)), Ok(TOKENS));
        assert_eq!(admit(&"a ".repeat(TOKENS + 1)), Err(TooLarge::Tokens));
    }

    #[test]
    fn an_unclosed_string_hides_nothing() {
        let lists = "[".repeat(600);
        for open in ["\"open\n", "\"open\\\n", "\"\"\"", "\"\"\"\"", "\"\"\" \\\"\"\"", "\"\"\"\"\"\" \""] {
            assert_eq!(admit(&format!("{{ log {{ position }} agreement(id: [{open} {lists}")), Err(TooLarge::Unclosed));
        }
        assert_eq!(admit(&format!("# \" it's\n{lists}")), Err(TooLarge::Nesting));
        assert_eq!(admit(&format!("\"\"\" \" \"\"\" {lists}")), Err(TooLarge::Nesting));
    }
}
