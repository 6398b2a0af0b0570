//! What does a document of the Federal Register say that may belong in the record?
//!
//! Invariant: pure and total. [`read`] understands any JSON and never fails; what it does not understand is unclear, and
//! nothing that looks like ours is passed over. It proposes, and a person makes facts of it.

mod about;
mod days;
mod entities;
mod names;
mod notice;
mod partners;
mod passing;
mod published;
mod regulation;
mod rule;
mod signals;
mod tokens;
mod written;

use chrono::NaiveDate;
use serde_json::Value;

use super::country::Country;
use super::milestone::Detail;
pub use about::Elsewhere;
pub use names::{name_at, whole_name};
pub use published::{Field, Marked, Published, Type, Words, plain_number};
pub use regulation::{Listed, RegulationError, read_regulation};
pub use tokens::{find, tokens};
pub use written::{DoubtKind, ReadingKind, UnclearReason};

/// The name under which the Federal Register is stored as a source.
pub const FEDERAL_REGISTER: &str = "federal-register";

/// By which name the eCFR is kept as a source.
pub const ECFR: &str = "ecfr";

/// The version of the reader. A higher one reads every kept document again.
pub const READER: u32 = 1;

/// What the program reads in a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reading {
    /// These milestones; at least one.
    Proposals(Vec<Proposal>),
    /// The document may be about an agreement, and a person has to look.
    Unclear(Unclear),
    /// The document is about something else.
    Irrelevant(Elsewhere),
}

/// A milestone that a document proposes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// The partner whose agreement the proposal is about.
    pub partner: Country,
    /// The day of the milestone, which may lie ahead.
    pub occurred: NaiveDate,
    /// What kind it is, with what belongs to it.
    pub detail: Detail,
    /// The words that it was read from.
    pub span: Vec<Marked>,
    /// What may be wrong with it.
    pub doubts: Vec<Doubt>,
}

/// Why a person has to look at a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unclear {
    /// It corrects, extends or withdraws another document.
    AboutAnother {
        /// The number of the other document, where this one gives it.
        of: Option<String>,
    },
    /// It may take a country off the list, or end an agreement.
    Removal,
    /// The document names no country, or a name that no country has.
    NoCountry,
    /// It only proposes a rule, which lists nobody.
    Proposed,
    /// It speaks of an agreement or of the list, and its type says nothing of the kind.
    Type,
    /// It speaks of an agreement in passing.
    InPassing,
    /// It does not have the shape of a document.
    Shape,
}

/// What may be wrong with a proposal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Doubt {
    /// Nobody told from when the rule holds; the day of publication was taken.
    EffectiveDayAssumed,
    /// The field and the dates give two days from which the rule holds; the day of the field was taken.
    EffectiveDaysDiffer([NaiveDate; 2]),
    /// The field and the dates give two closing days; the day of the field was taken.
    ClosingDaysDiffer([NaiveDate; 2]),
    /// The closing day lies before the publication, so the program left it out.
    ClosesBeforePublication(NaiveDate),
    /// Title and abstract list different countries; all of them were taken.
    CountriesDiffer,
    /// The text gives several days for the signature, so that none was taken.
    SigningDaysDiffer,
}

/// An older signature that a document names in passing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mention {
    /// The partner whose agreement was signed.
    pub partner: Country,
    /// The day of the signature.
    pub on: NaiveDate,
    /// The words that were found, with their place.
    pub mark: Marked,
}

/// What a document says, with its whole text where that is at hand.
#[must_use]
pub fn read(document: &Value, text: Option<&str>) -> Reading {
    read_published(&Published::of(document), text)
}

/// The same of a document whose fields were read before.
#[must_use]
pub fn read_published(document: &Published, text: Option<&str>) -> Reading {
    let (Some(title), Some(_), Some(published_on)) = (&document.title, &document.number, document.published_on) else {
        return Reading::Unclear(Unclear::Shape);
    };
    let signals = signals::signals(document);
    if !signals.any() {
        return without_signal(document);
    }
    if let Some(about) = about::about_another(document) {
        return Reading::Unclear(Unclear::AboutAnother { of: about.of });
    }
    match document.kind {
        Type::Notice => notice::read(document, title, &signals, published_on),
        Type::Rule => rule::read(document, title, text, &signals, published_on),
        Type::ProposedRule => Reading::Unclear(Unclear::Proposed),
        Type::Correction | Type::Other => Reading::Unclear(Unclear::Type),
    }
}

/// A document that does not say that it is about an agreement: a correction that does not say of what, a removal, or another
/// matter.
fn without_signal(document: &Published) -> Reading {
    if let Some(about) = about::bare_correction(document) {
        return Reading::Unclear(Unclear::AboutAnother { of: about.of });
    }
    if signals::removal(document).is_some() {
        return Reading::Unclear(Unclear::Removal);
    }
    Reading::Irrelevant(about::elsewhere(document))
}

/// That a document is about another instrument by its title.
fn other_instrument(document: &Published) -> Option<Elsewhere> {
    let elsewhere = about::elsewhere(document);
    let title = document.title.as_ref()?;
    find(&title.tokens, &["security", "of", "supply"], 0)
        .and(Some(elsewhere))
        .filter(|found| found.reason == "other_instrument")
}

impl Reading {
    /// The signatures that the document names in passing.
    #[must_use]
    pub fn mentions(&self, document: &Published) -> Vec<Mention> {
        let Self::Proposals(proposals) = self else { return Vec::new() };
        let mut partners: Vec<Country> = proposals.iter().map(|proposal| proposal.partner).collect();
        partners.sort_unstable();
        partners.dedup();
        passing::mentions(document, &partners)
    }
}
