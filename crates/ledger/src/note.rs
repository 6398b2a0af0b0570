//! Who says so?
//!
//! Invariant: a note is C2SP signed-note text, its signature Ed25519; a note is believed only by a key that its reader
//! brought along.

use std::fmt;
use std::str::FromStr;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use sha2::{Digest, Sha256};

use super::tree::Hash;

/// What the specification calls the signature type of Ed25519.
const ED25519: u8 = 1;
/// How a stored signing key begins.
const PRIVATE: &str = "PRIVATE+KEY+";
/// The most bytes of a note that are looked at.
const MOST_BYTES: usize = 1_000_000;

/// Why a note or a key is not believed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoteError {
    /// No name of a key.
    #[error("`{0}` cannot name a log: a name is not empty and has neither spaces nor `+`")]
    Name(String),
    /// The text is no key.
    #[error(
        "this is not the key of a signed note; a verifier's key reads NAME+HASH+KEY, as `depositary checkpoint --key` prints it"
    )]
    Key,
    /// The text is no signed note.
    #[error(
        "this is not a signed note, which has a text, an empty line, and lines of signatures that begin with an em dash"
    )]
    Form,
    /// No signature by the key.
    #[error("it is not signed by {0}")]
    NotSigned(String),
    /// A signature that does not fit.
    #[error("the signature by {0} does not fit the text: one of the two was altered")]
    Signature(String),
}

/// A key that signs, with the name of the log that it signs for.
#[derive(Clone)]
pub struct Signer {
    name: String,
    key: SigningKey,
}

impl fmt::Debug for Signer {
    /// Prints the name of the key, never the key itself.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Signer").field("verifier", &self.verifier().to_string()).finish_non_exhaustive()
    }
}

impl Signer {
    /// A key from 32 random bytes.
    ///
    /// # Errors
    /// [`NoteError::Name`].
    pub fn new(name: &str, seed: [u8; 32]) -> Result<Self, NoteError> {
        Ok(Self { name: checked_name(name)?, key: SigningKey::from_bytes(&seed) })
    }

    /// The name of the log that the key signs for.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The key as text for a file that nobody else reads: `PRIVATE+KEY+NAME+HASH+KEY`.
    #[must_use]
    pub fn secret_text(&self) -> String {
        let id = hex::encode(self.verifier().id());
        let key = [&[ED25519], self.key.as_bytes().as_slice()].concat();
        format!("{PRIVATE}{}+{id}+{}", self.name, STANDARD.encode(key))
    }

    /// Reads what [`Signer::secret_text`] gave.
    ///
    /// # Errors
    /// [`NoteError::Key`].
    pub fn parse(text: &str) -> Result<Self, NoteError> {
        let rest = text.trim().strip_prefix(PRIVATE).ok_or(NoteError::Key)?;
        let (name, id, seed) = parts(rest)?;
        let signer = Self::new(name, seed)?;
        if signer.verifier().id() == id { Ok(signer) } else { Err(NoteError::Key) }
    }

    /// The key that others check by.
    #[must_use]
    pub fn verifier(&self) -> Verifier {
        Verifier { name: self.name.clone(), key: self.key.verifying_key() }
    }

    /// The text as a signed note. The text ends with a newline and holds no empty line at its end.
    #[must_use]
    pub fn sign(&self, text: &str) -> String {
        let signature = self.key.sign(text.as_bytes());
        let bytes = [self.verifier().id().as_slice(), signature.to_bytes().as_slice()].concat();
        format!("{text}\n\u{2014} {} {}\n", self.name, STANDARD.encode(bytes))
    }
}

/// A key that checks signatures. An auditor gets it once, by another way than the notes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verifier {
    name: String,
    key: VerifyingKey,
}

impl fmt::Display for Verifier {
    /// The key as auditors' tools take it: `NAME+HASH+KEY`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let key = [&[ED25519], self.key.as_bytes().as_slice()].concat();
        write!(f, "{}+{}+{}", self.name, hex::encode(self.id()), STANDARD.encode(key))
    }
}

impl FromStr for Verifier {
    type Err = NoteError;
    fn from_str(text: &str) -> Result<Self, NoteError> {
        let (name, id, key) = parts(text.trim())?;
        let key = VerifyingKey::from_bytes(&key).map_err(|_| NoteError::Key)?;
        let verifier = Self { name: checked_name(name)?, key };
        if verifier.id() == id { Ok(verifier) } else { Err(NoteError::Key) }
    }
}

impl Verifier {
    /// The name of the log that the key verifies.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The first four bytes of a hash over name and key: the lines of a note differ by them.
    fn id(&self) -> [u8; 4] {
        let digest = Sha256::new().chain_update(&self.name).chain_update([b'\n', ED25519]).chain_update(self.key);
        let [a, b, c, d, ..]: Hash = digest.finalize().into();
        [a, b, c, d]
    }

    /// Checks that a note carries this key's signature, and that every signature by it fits; gives the text.
    ///
    /// # Errors
    /// [`NoteError`].
    pub fn open<'n>(&self, note: &'n str) -> Result<&'n str, NoteError> {
        let (text, lines) = split(note)?;
        let mut signed = false;
        for (name, bytes) in lines {
            let Some((id, signature)) = bytes.split_first_chunk::<4>() else { continue };
            if name != self.name || *id != self.id() {
                continue;
            }
            let fits = Signature::from_slice(signature)
                .is_ok_and(|signature| self.key.verify_strict(text.as_bytes(), &signature).is_ok());
            if !fits {
                return Err(NoteError::Signature(self.name.clone()));
            }
            signed = true;
        }
        if signed { Ok(text) } else { Err(NoteError::NotSigned(self.name.clone())) }
    }
}

/// Who signed, and the bytes of it.
pub type Line<'n> = (&'n str, Vec<u8>);

/// The text of a note, and its signatures by name; a note without signatures is accepted too, for callers that check no key.
///
/// # Errors
/// [`NoteError::Form`].
pub fn split(note: &str) -> Result<(&str, Vec<Line<'_>>), NoteError> {
    let allowed = |character: char| character == '\n' || !character.is_control();
    if note.len() > MOST_BYTES || !note.ends_with('\n') || !note.chars().all(allowed) {
        return Err(NoteError::Form);
    }
    let Some(end) = note.rfind("\n\n") else { return Ok((note, Vec::new())) };
    let (text, rest) = note.split_at(end + 1);
    let signatures = rest.trim_start_matches('\n').lines().map(|line| signature(line).ok_or(NoteError::Form));
    Ok((text, signatures.collect::<Result<_, _>>()?))
}

/// The name and the bytes of a line that signs.
fn signature(line: &str) -> Option<Line<'_>> {
    let (name, encoded) = line.strip_prefix("\u{2014} ")?.split_once(' ')?;
    Some((checked(name).ok()?, STANDARD.decode(encoded).ok()?))
}

/// Name, hash and key of `NAME+HASH+KEY`; the key itself may hold a `+`.
fn parts(text: &str) -> Result<(&str, [u8; 4], [u8; 32]), NoteError> {
    let mut parts = text.splitn(3, '+');
    let (Some(name), Some(id), Some(key)) = (parts.next(), parts.next(), parts.next()) else {
        return Err(NoteError::Key);
    };
    let id: Vec<u8> = hex::decode(id).map_err(|_| NoteError::Key)?;
    let id = id.try_into().map_err(|_| NoteError::Key)?;
    let key = STANDARD.decode(key).map_err(|_| NoteError::Key)?;
    match key.split_first() {
        Some((&ED25519, key)) => Ok((name, id, key.try_into().map_err(|_| NoteError::Key)?)),
        _ => Err(NoteError::Key),
    }
}

fn checked(name: &str) -> Result<&str, NoteError> {
    let wrong = |character: char| character == '+' || character.is_whitespace() || character.is_control();
    let wrong = name.is_empty() || name.chars().any(wrong);
    if wrong { Err(NoteError::Name(name.chars().take(100).collect())) } else { Ok(name) }
}

fn checked_name(name: &str) -> Result<String, NoteError> {
    checked(name).map(str::to_owned)
}
