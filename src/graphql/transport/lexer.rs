//! Is a document small enough to be parsed?
//!
//! Invariant: one pass over the bytes, without recursion; what passes cannot exhaust the parser's stack.

/// The most tokens of a document.
pub const TOKENS: usize = 4_000;
/// The deepest nesting of brackets; a parser that recurses deeper could run out of stack.
pub const NESTING: usize = 64;

/// Why a document is not parsed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TooLarge {
    /// Too long.
    #[error("the document has more than {TOKENS} tokens; ask less at once, or by variables")]
    Tokens,
    /// Too deep.
    #[error("the document nests deeper than {NESTING} brackets")]
    Nesting,
}

/// Counts tokens and brackets up to the limits, as the GraphQL specification (section 2.1) tells them apart. What is no
/// token counts as one: the parser finds it.
///
/// # Errors
/// [`TooLarge`].
pub fn admit(document: &str) -> Result<(), TooLarge> {
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
            b'"' => string(rest),
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
    Ok(())
}

/// Names and numbers, and the beginning of `...`, which may well count as one.
const fn word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-' | b'+') || byte >= 0x80
}

/// The length of a string or block string at the beginning; an unclosed one ends with the document, or its line.
fn string(rest: &[u8]) -> usize {
    let block = rest.starts_with(b"\"\"\"");
    let mut at = if block { 3 } else { 1 };
    while let Some(&byte) = rest.get(at) {
        let from = rest.get(at..).unwrap_or_default();
        match byte {
            b'\\' if block => at += if from.starts_with(b"\\\"\"\"") { 4 } else { 1 },
            b'\\' => at += 2,
            b'"' if block && from.starts_with(b"\"\"\"") => return at + 3,
            b'"' if !block => return at + 1,
            b'\n' | b'\r' if !block => return at,
            _ => at += 1,
        }
    }
    rest.len()
}

#[cfg(test)]
mod tests {
    use super::{NESTING, TOKENS, TooLarge, admit};

    #[test]
    fn brackets_in_strings_and_comments_do_not_count() {
        let quoted = format!("{{ a(b: \"{}\") }} # {}", "[".repeat(1_000), "{".repeat(1_000));
        assert_eq!(admit(&quoted), Ok(()));
        let block = format!("{{ a(b: \"\"\"{} \\\"\"\" {}\"\"\") }}", "[".repeat(1_000), "[".repeat(1_000));
        assert_eq!(admit(&block), Ok(()));
        let escaped = format!("{{ a(b: \"\\\"{}\") }}", "[".repeat(1_000));
        assert_eq!(admit(&escaped), Ok(()));
    }

    #[test]
    fn the_limits_are_exact() {
        assert_eq!(admit(&format!("{}{}", "{".repeat(NESTING), "}".repeat(NESTING))), Ok(()));
        assert_eq!(admit(&"{".repeat(NESTING + 1)), Err(TooLarge::Nesting));
        assert_eq!(admit(&"a ".repeat(TOKENS)), Ok(()));
        assert_eq!(admit(&"a ".repeat(TOKENS + 1)), Err(TooLarge::Tokens));
    }

    #[test]
    fn an_unclosed_string_hides_only_its_own_line() {
        assert_eq!(admit(&format!("\"open\n{}", "[".repeat(NESTING + 1))), Err(TooLarge::Nesting));
    }
}
