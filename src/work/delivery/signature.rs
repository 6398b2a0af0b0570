//! How does a receiver know who sent a message, and that nobody changed it?
//!
//! Invariant: signed is what is sent, with its id and the time of the attempt; a secret leaves this file as the text that its
//! holder is given once, and as what the store keeps.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// What a secret's text begins with (Standard Webhooks).
const PREFIX: &str = "whsec_";
/// The bytes of a new secret.
const BYTES: usize = 32;
/// The bytes that a secret may have.
const FEWEST: usize = 24;
const MOST: usize = 64;

/// The secret that sender and receiver share.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Vec<u8>);

impl Secret {
    /// A new secret of the system's randomness; `None` when the system has none to give.
    #[must_use]
    pub fn random() -> Option<Self> {
        let mut bytes = vec![0; BYTES];
        getrandom::fill(&mut bytes).ok()?;
        Some(Self(bytes))
    }

    /// The secret that a text is: `whsec_` and the base64 of 24 to 64 bytes. `None` when it is none.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = STANDARD.decode(text.strip_prefix(PREFIX)?).ok()?;
        (FEWEST..=MOST).contains(&bytes.len()).then_some(Self(bytes))
    }

    /// The secret as the text that its holder gets.
    #[must_use]
    pub fn reveal(&self) -> String {
        format!("{PREFIX}{}", STANDARD.encode(&self.0))
    }

    /// The signature of a message (version 1: HMAC-SHA256).
    fn sign(&self, id: &str, timestamp: i64, body: &[u8]) -> Option<String> {
        // A key of any length is good for an HMAC.
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).ok()?;
        mac.update(format!("{id}.{timestamp}.").as_bytes());
        mac.update(body);
        Some(format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes())))
    }
}

/// Prints that there is a secret, never the secret itself.
impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

/// The headers of an attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signed {
    /// `webhook-id`: the same on every attempt.
    pub id: String,
    /// `webhook-timestamp`: of the attempt, in seconds since 1970.
    pub timestamp: i64,
    /// `webhook-signature`: one for each secret that is valid, with a space between them.
    pub signature: String,
}

/// Signs a message for an attempt, by every secret that is valid: while one is replaced, the receiver may still have the old.
#[must_use]
pub fn sign(secrets: &[Secret], id: &str, at: DateTime<Utc>, body: &[u8]) -> Signed {
    let timestamp = at.timestamp();
    let signatures: Vec<String> = secrets.iter().filter_map(|secret| secret.sign(id, timestamp, body)).collect();
    Signed { id: id.to_owned(), timestamp, signature: signatures.join(" ") }
}
