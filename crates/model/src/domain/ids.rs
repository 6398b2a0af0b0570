//! What is this one, among all of its kind?
//!
//! Invariant: an id that exists is well formed; text from outside enters through `parse`.

use std::borrow::Borrow;
use std::fmt;
use std::str::FromStr;

use uuid::Uuid;

use super::country::{Country, CountryError};
use super::refusal::Refusal;

/// An instrument's code: `rdp`, `sosa`; 2 to 16 lower case letters, digits or dashes, starting with a letter.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct InstrumentCode(std::sync::Arc<str>);

/// Why a text is not an id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IdError {
    /// The text is not an instrument's code.
    #[error("`{0}` is not an instrument code: 2 to 16 lower case letters, digits or dashes, starting with a letter")]
    Instrument(String),
    /// A code that means something else.
    #[error("`{0}` cannot be an instrument code: in the log it names alerts, figures or webhooks")]
    Reserved(String),
    /// The text is not an agreement's id.
    #[error("`{0}` is not an agreement id; write instrument/country, such as rdp/LV")]
    Agreement(String),
    /// The country half is wrong.
    #[error(transparent)]
    Country(#[from] CountryError),
    /// The text is not the name of an actor.
    #[error("`{0}` is not an actor's name: 1 to 64 letters, digits, dots, dashes or underscores")]
    Actor(String),
    /// The text is not an alert's fingerprint.
    #[error("`{0}` is not an alert's fingerprint: 32 lower case hexadecimal digits")]
    Fingerprint(String),
    /// The text is not a webhook's id.
    #[error("`{0}` is not a webhook's id; write webhook/ and its UUID")]
    Webhook(String),
    /// The text is not the id of a figure.
    #[error("`{0}` is not a figure's id; write its UUID")]
    Figure(String),
    /// The text is not the name of a measure.
    #[error("`{0}` is not a measure's name: 2 to 60 lower case letters, digits or underscores, starting with a letter")]
    Measure(String),
    /// The text is not a number.
    #[error("`{0}` is not a decimal number in its one spelling, such as 21, 5.2 or -3; write 5200000000 and not 5.2e9")]
    Amount(String),
    /// The text is not the name of an alert rule.
    #[error("`{0}` is not a rule's name: 1 to 40 lower case letters, digits or dashes, starting with a letter")]
    Rule(String),
}

impl InstrumentCode {
    /// The code with this spelling.
    ///
    /// # Errors
    /// [`IdError::Instrument`] when it is not well formed.
    pub fn parse(text: &str) -> Result<Self, IdError> {
        let fits = (2..=16).contains(&text.len())
            && text.starts_with(|first: char| first.is_ascii_lowercase())
            && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
        match text {
            super::alert::STREAMS | super::alert::subject::WEBHOOKS | super::figure::STREAMS => {
                Err(IdError::Reserved(text.to_owned()))
            }
            text if fits => Ok(Self(text.into())),
            text => Err(IdError::Instrument(text.chars().take(60).collect())),
        }
    }

    /// The code as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A code is looked up by its text, which orders and hashes as the code does.
impl Borrow<str> for InstrumentCode {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for InstrumentCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// One instrument between the United States and one partner: `rdp/KR`, the same on every machine.
///
/// It is also the name of the agreement's event stream.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct AgreementId {
    /// The code of the instrument.
    pub instrument: InstrumentCode,
    /// The partner country of the agreement.
    pub country: Country,
}

impl fmt::Display for AgreementId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("{}/{}", self.instrument, self.country.code()))
    }
}

impl FromStr for AgreementId {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        let (instrument, country) =
            text.split_once('/').ok_or_else(|| IdError::Agreement(text.chars().take(60).collect()))?;
        Ok(Self { instrument: InstrumentCode::parse(instrument)?, country: Country::from_code(country)? })
    }
}

impl TryFrom<String> for AgreementId {
    type Error = IdError;

    fn try_from(text: String) -> Result<Self, IdError> {
        text.parse()
    }
}

impl From<AgreementId> for String {
    fn from(id: AgreementId) -> Self {
        id.to_string()
    }
}

/// An event's place in the whole log: 1, 2, 3, ... without gaps; 0 is before the first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct Position(pub u64);

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for Position {
    type Err = std::num::ParseIntError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().map(Self)
    }
}

/// How many events a stream has; the version of an agreement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct Version(pub u32);

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// What makes a command the same command: the caller's id, and its place among several sent under that id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CommandId {
    /// The caller's UUID, or one made at the door.
    pub id: Uuid,
    /// The place among the commands of one atomic unit that share the id.
    pub index: u16,
}

impl CommandId {
    /// The first, usually the only command under this id.
    #[must_use]
    pub const fn new(id: Uuid) -> Self {
        Self { id, index: 0 }
    }

    /// A command id that a name always gives again, so that importing the same line twice is the same command.
    #[must_use]
    pub fn named(name: &str) -> Self {
        Self::new(Uuid::new_v5(&NAMESPACE, name.as_bytes()))
    }

    /// The ids that the program uses in place of this one of its own, one after the other, where another event has it:
    /// early releases let callers bring any id.
    pub fn others(self) -> impl Iterator<Item = Self> {
        (1..=MOST_TAKEN).map(move |time| Self::named(&format!("in place of {} {time}", self.id)))
    }

    /// The id that a caller brings; one that the program could make itself is refused, since who knows its name could take it
    /// first.
    ///
    /// # Errors
    /// [`Refusal::CommandReserved`].
    pub fn of_caller(id: Uuid, index: u16) -> Result<Self, Refusal> {
        if id.get_version_num() == 5 { Err(Refusal::CommandReserved(id)) } else { Ok(Self { id, index }) }
    }
}

/// The most ids in place of one.
const MOST_TAKEN: u32 = 16;

/// The namespace of names that Depositary turns into UUIDs itself.
const NAMESPACE: Uuid = Uuid::from_u128(0x5f0f_2a86_0d6c_4b7e_9a63_6465_706f_7369);

/// A milestone: the `UUIDv5` of the command id and index that recorded it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct MilestoneId(pub Uuid);

impl From<CommandId> for MilestoneId {
    fn from(command: CommandId) -> Self {
        Self(Uuid::new_v5(&command.id, &command.index.to_be_bytes()))
    }
}

impl fmt::Display for MilestoneId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Who recorded an event: a token's public name, or `import`, `bundled` and `alerts`; public for ever.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Actor(String);

impl Actor {
    /// Who recorded the facts that came with the program.
    #[must_use]
    pub fn bundled() -> Self {
        Self("bundled".to_owned())
    }

    /// Who records that a rule's condition holds, and that it holds no longer.
    #[must_use]
    pub fn alerts() -> Self {
        Self("alerts".to_owned())
    }

    /// Whether the name is one that the program records under by itself, which nobody else may, nor one that is read alike.
    #[must_use]
    pub fn is_reserved(&self) -> bool {
        ["bundled", "import", "alerts", "depositary"].iter().any(|name| self.0.eq_ignore_ascii_case(name))
    }

    /// The actor with this name.
    ///
    /// # Errors
    /// [`IdError::Actor`] when it is not well formed.
    pub fn parse(text: &str) -> Result<Self, IdError> {
        let fits = (1..=64).contains(&text.len())
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_'));
        if fits { Ok(Self(text.to_owned())) } else { Err(IdError::Actor(text.chars().take(60).collect())) }
    }

    /// The name as it was given.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
