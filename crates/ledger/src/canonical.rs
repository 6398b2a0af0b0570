//! Which bytes of a JSON value are hashed?
//!
//! Invariant: the canonical text of a value is the same on every machine (RFC 8785).

use serde_json::Value;

/// RFC 8785 text of a JSON value.
///
/// # Errors
/// When the JSON cannot be written.
pub fn canonical(value: &Value) -> Result<String, serde_json::Error> {
    serde_json_canonicalizer::to_string(value)
}
