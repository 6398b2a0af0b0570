//! How does an answer convince a person who does not trust this machine?
//!
//! Invariant: whoever has the bundle and a key or checkpoint of their own can check every claim in it without this log. The
//! command line and the pages give the same bundle.

use chrono::{DateTime, NaiveDate, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::answers::view::{Cited, Milestone, Pinned, StatusWithEffects};
use crate::answers::{Answers, Ask, AskError, Dossier, Pin};
use crate::domain::event::Recorded;
use crate::domain::ids::{AgreementId, Position};
use crate::domain::instrument::Instrument;
use crate::domain::words::Word;
use crate::projections::knowledge::{Basis, Knowledge};
use crate::projections::status::status_at;
use crate::proof::audit::ExportLine;
use crate::store::StoreError;

/// The name of the form that a bundle has.
pub const FORMAT: &str = "depositary-evidence-1";

/// What a bundle proves once `verify` has accepted it, and what it does not.
const PROVES: [&str; 4] = [
    "Each event in `stream` stands at its position in the log that `checkpoint` commits to, exactly as it is here.",
    "No event of this agreement is missing between the first and the last of `stream`.",
    "`answer` follows from `stream` by the rules of the release that verifies.",
    "Where the signature was checked by a key that you got another way: whoever holds the key committed to this log.",
];
const DOES_NOT_PROVE: [&str; 4] = [
    "That what the sources tell is true, or that every source was found.",
    "That the agreement has no event after the last of `stream`: of the other events only their hashes are here.",
    "That the log holds the same for others: compare its checkpoints with those that others kept.",
    "When the events were recorded: the times are the log's own word, except that a checkpoint you kept proves what was recorded before.",
];

/// Why there is no bundle.
#[derive(Debug, thiserror::Error)]
pub enum EvidenceError {
    /// The question was wrong, or the log could not be read.
    #[error(transparent)]
    Ask(#[from] AskError),
    /// The log could not be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The log is not whole.
    #[error("event {0} of the log is missing; run `depositary verify`")]
    Missing(u64),
    /// The log is longer than a server reads for one bundle.
    #[error(
        "the log has {entries} entries, and the server makes a bundle for {most} at most; run `depositary evidence`"
    )]
    LongLog {
        /// How many there are.
        entries: u64,
        /// The largest number that is allowed.
        most: u64,
    },
    /// A bundle cannot be written as JSON.
    #[error("the bundle cannot be written as JSON")]
    Json(#[from] serde_json::Error),
}

/// An answer and what proves it.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Bundle {
    /// The name of the bundle's form. `depositary verify` refuses another form.
    pub format: String,
    /// The release of the program that made the bundle.
    pub release: String,
    /// What the bundle proves once `depositary verify` has accepted it.
    proves: Vec<String>,
    /// What the bundle does not prove.
    does_not_prove: Vec<String>,
    /// The question that the bundle answers.
    pub question: Question,
    /// The status with its effects, as `/v1/status` gives it, but without `held`. A stall is judged by the instrument's own
    /// limits, since the bundle has no other rounds.
    #[schemars(with = "Pinned<StatusWithEffects>")]
    pub answer: Value,
    /// Every event of the agreement, as an export has them.
    pub stream: Vec<ExportLine>,
    /// The leaf hash of every event of the log, in order, in hexadecimal digits.
    pub leaf_hashes: Vec<String>,
    /// The checkpoint of the log: a C2SP signed note.
    pub checkpoint: String,
    /// The key that checks the signature, as this log gives it; null when the checkpoint has no signature.
    pub key: Option<String>,
}

/// Why something is no bundle of evidence.
#[derive(Debug, thiserror::Error)]
pub enum NoBundle {
    /// A member is missing, unknown or of another kind: it may be of another release, and proves nothing.
    #[error("{0}")]
    Form(serde_json::Error),
    /// It has the members of a bundle, and says something in them that no release writes.
    #[error("the bundle does not have the content that `evidence` writes")]
    Said,
}

impl Bundle {
    /// The text of a bundle, in its one spelling: keys in order, so that none comes twice.
    ///
    /// # Errors
    /// When it cannot be written as JSON.
    pub fn text(&self) -> Result<String, serde_json::Error> {
        let value = serde_json::to_value(self)?;
        Ok(format!("{}\n", serde_json::to_string_pretty(&value)?))
    }

    /// Reads a bundle, however it is spelled; what it says beyond a bundle, or twice, is refused.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn read(value: &Value) -> Result<Self, NoBundle> {
        let bundle = Self::deserialize(value).map_err(NoBundle::Form)?;
        match serde_json::to_value(&bundle) {
            Ok(written) if written == *value => Ok(bundle),
            _ => Err(NoBundle::Said),
        }
    }

    /// Whether it claims to prove what a bundle proves, and nothing else.
    #[must_use]
    pub fn is_honest(&self) -> bool {
        self.proves == PROVES && self.does_not_prove == DOES_NOT_PROVE
    }
}

/// A question, with its day and with what was known.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "EvidenceQuestion")]
pub struct Question {
    /// The id of the agreement that the answer is about.
    pub agreement: String,
    /// A digest of the instrument's rules. Other rules have another digest.
    pub instrument_digest: String,
    /// The day that was asked about.
    as_of: NaiveDate,
    /// The day on which the question was asked.
    asked_on: NaiveDate,
    /// Only what was known by this instant counts; null when the question named no instant.
    known_at: Option<DateTime<Utc>>,
    /// Whose knowledge the answer rests on.
    basis: String,
    /// The position of the log that the answer rests on.
    position: u64,
}

impl Question {
    /// What it means; `None` when it means nothing.
    #[must_use]
    pub fn pin(&self) -> Option<Pin> {
        let basis = Basis::parse(&self.basis).ok()?;
        let knowledge = Knowledge { position: Position(self.position), basis, known_at: self.known_at };
        let at_position = Some(knowledge.position);
        let ask = Ask { as_of: Some(self.as_of), known_at: self.known_at, basis, at_position };
        Some(Pin { day: self.as_of, today: self.asked_on, knowledge, ask, lasting: false })
    }
}

/// The answer that follows from a stream: that of `/v1/status`, with a stall judged by the instrument's own limits, since
/// the bundle holds no other rounds.
///
/// # Errors
/// When it cannot be written as JSON.
pub fn answer(
    id: &AgreementId,
    stream: &[Recorded],
    instrument: &Instrument,
    pin: &Pin,
) -> Result<Value, serde_json::Error> {
    let dossier = Dossier::of(stream, instrument, &pin.knowledge);
    let status = status_at(&dossier.worlds, instrument, pin.day);
    let whole = |reason| Some(Cited::Whole(Box::new(Milestone::of(id, &dossier.shown(reason)?))));
    serde_json::to_value(Pinned::of(pin, StatusWithEffects::of(id, &status, instrument, pin, whole)))
}

/// The longest log for which a server makes a bundle: the bundle has the hash of each entry, and each is read.
const MOST_ENTRIES: u64 = 20_000;

/// The bundle that anybody may ask a server for: of a log that is not too long.
///
/// # Errors
/// [`EvidenceError`].
pub async fn bundle_to_serve(answers: &Answers, id: &AgreementId, pin: &Pin) -> Result<Bundle, EvidenceError> {
    let entries = answers.position().0;
    if entries > MOST_ENTRIES {
        return Err(EvidenceError::LongLog { entries, most: MOST_ENTRIES });
    }
    bundle(answers, id, pin).await
}

/// The bundle of an answer, with every event of its agreement up to the end of the log.
///
/// # Errors
/// [`EvidenceError`].
pub async fn bundle(answers: &Answers, id: &AgreementId, pin: &Pin) -> Result<Bundle, EvidenceError> {
    let size = answers.position();
    let commitment = answers.commitment(size).await?;
    let (mut stream, mut recorded, mut leaf_hashes) = (Vec::new(), Vec::new(), Vec::new());
    let name = id.to_string();
    while (leaf_hashes.len() as u64) < size.0 {
        let after = Position(leaf_hashes.len() as u64);
        let events = answers.reader().store().stored_between(after, size, 1_000).await?;
        if events.is_empty() {
            return Err(EvidenceError::Missing(after.0 + 1));
        }
        for event in events {
            leaf_hashes.push(hex::encode(&event.leaf_hash));
            if event.stream == name {
                recorded.extend(event.read()?.of_agreement());
                stream.push(ExportLine::of(event)?);
            }
        }
    }
    let instrument = answers.instrument(id)?;
    Ok(Bundle {
        format: FORMAT.to_owned(),
        release: env!("CARGO_PKG_VERSION").to_owned(),
        proves: PROVES.map(str::to_owned).into(),
        does_not_prove: DOES_NOT_PROVE.map(str::to_owned).into(),
        question: Question {
            instrument_digest: answers.instruments().digest_of(id.instrument.as_str()).unwrap_or_default(),
            as_of: pin.day,
            asked_on: pin.today,
            known_at: pin.knowledge.known_at,
            basis: pin.knowledge.basis.as_str().to_owned(),
            position: pin.knowledge.position.0,
            agreement: name,
        },
        answer: answer(id, &recorded, instrument, pin)?,
        stream,
        leaf_hashes,
        checkpoint: commitment.note,
        key: answers.signer().map(|signer| signer.verifier().to_string()),
    })
}
