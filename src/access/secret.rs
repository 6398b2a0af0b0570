//! What does a token look like, and how is one told from another?
//!
//! Invariant: a secret leaves this file once, as the text that its holder is given.

use std::fmt;

use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::domain::ids::Actor;

/// What a token's text begins with, so that a person who finds one in a file knows what it is.
const PREFIX: &str = "depositary_";
/// The bytes of a secret: 256 bits.
const BYTES: usize = 32;

/// A token's public name with its secret.
pub struct Secret {
    name: Actor,
    bytes: [u8; BYTES],
}

impl Secret {
    /// A new secret of the system's randomness; `None` when the system has none to give.
    #[must_use]
    pub fn random(name: Actor) -> Option<Self> {
        let mut bytes = [0; BYTES];
        getrandom::fill(&mut bytes).ok()?;
        Some(Self { name, bytes })
    }

    /// Reads a secret from its text; `None` when the text is no secret.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (name, secret) = text.strip_prefix(PREFIX)?.rsplit_once('_')?;
        let mut bytes = [0; BYTES];
        hex::decode_to_slice(secret, &mut bytes).ok()?;
        Some(Self { name: Actor::parse(name).ok()?, bytes })
    }

    /// The public name of the token.
    #[must_use]
    pub const fn name(&self) -> &Actor {
        &self.name
    }

    /// The text that the holder is given.
    #[must_use]
    pub fn reveal(&self) -> String {
        format!("{PREFIX}{}_{}", self.name.as_str(), hex::encode(self.bytes))
    }

    /// What is kept of it.
    #[must_use]
    pub fn sha256(&self) -> Vec<u8> {
        Sha256::digest(self.bytes).to_vec()
    }

    /// Whether this is what was kept, compared in constant time.
    #[must_use]
    pub fn fits(&self, sha256: &[u8]) -> bool {
        self.sha256().ct_eq(sha256).into()
    }
}

/// Prints the name of the token, never the secret.
impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Secret({})", self.name.as_str())
    }
}
