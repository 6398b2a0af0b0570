//! How does a client write a milestone and its sources?
//!
//! Invariant: one input field a kind of the domain; what comes through is what `decide` is asked, field for field.

use async_graphql::{InputObject, OneofObject};
use chrono::SubsecRound;

use crate::answers::view::Term;
use crate::domain::milestone::{self, Detail, Seen};
use crate::domain::refusal::Refusal;
use crate::domain::source;
use crate::domain::words::Word;
use crate::faces::graphql::scalars::{Date, Instant, UncertainDate, Url};
use crate::faces::graphql::words::{Evidence, Listing, NoticePurpose, Reliability, Standing};

/// What every kind of milestone has.
#[derive(InputObject, Debug, Clone)]
pub struct Facts {
    /// The date on which the milestone happened, in EDTF. It may be uncertain, and must not lie wholly in the future.
    occurred: UncertainDate,
    /// The date on which the milestone took effect; omit it when that is the date on which it happened.
    effective: Option<UncertainDate>,
    /// How good the evidence for the date in `occurred` is.
    evidence: Evidence,
    /// What happened, in one sentence for readers.
    summary: String,
}

macro_rules! inputs {
    ($($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident: $type:ty,)* })+) => { $(
        $(#[$doc])*
        #[derive(InputObject, Debug, Clone)]
        pub struct $name {
            #[graphql(flatten)]
            facts: Facts,
            $($(#[$field_doc])* $field: $type,)*
        }
    )+ };
}

inputs! {
    /// A statement by a party that it wants an agreement.
    IntentAnnouncedInput {}
    /// A Federal Register notice that asks industry for comments.
    NoticePublishedInput {
        /// What the notice asked about.
        purpose: NoticePurpose,
        /// The Federal Register document number; omit it when it is not known.
        document_number: Option<String>,
        /// The citation in the Federal Register, such as 82 FR 61484; omit it when it is not known.
        citation: Option<String>,
        /// The last day for comments, which may lie in the future; omit it when the notice gives none.
        comments_close_on: Option<Date>,
    }
    /// The end of the time for comments on a notice.
    CommentsClosedInput {}
    /// The settlement of the text by the parties.
    TextAgreedInput {}
    /// An approval of the agreement by the partner's cabinet, parliament or head of state.
    DomesticApprovalInput {
        /// The body that approved, such as a parliament; omit it when no source names one.
        body: Option<String>,
    }
    /// A determination and findings under FAR 25.103(a).
    DeterminationMadeInput {
        /// Whether the determination covers every purchase (`BLANKET`) or a single one (`CASE_BY_CASE`); omit it when
        /// no source says.
        scope: Option<Listing>,
    }
    /// A signature by both sides.
    SignedInput {
        /// The signings, at least one. The last one gives the milestone its date.
        signings: Vec<SigningInput>,
    }
    /// An entry into force.
    EnteredIntoForceInput {
        /// The last day of the agreement's term; omit it when no source gives one.
        until: Option<UncertainDate>,
    }
    /// An addition of the partner to the regulation's list (DFARS 225.872-1).
    ListedInput {
        /// The listing that the partner got; `BLANKET` when the source only says "added to the list".
        listing: Listing,
    }
    /// A move of the partner from one paragraph of the regulation's list to the other.
    ListingChangedInput {
        /// The listing that the partner has from then on.
        listing: Listing,
    }
    /// A removal of the partner from the regulation's list (DFARS 225.872-1).
    DelistedInput {}
    /// A renewal or extension.
    RenewedInput {
        /// The last day of the new term; omit it when no source gives one.
        until: Option<UncertainDate>,
    }
    /// An amendment of the agreement.
    AmendedInput {}
    /// A suspension of the agreement.
    SuspendedInput {}
    /// A resumption after a suspension.
    ResumedInput {}
    /// The end of the agreement's term.
    ExpiredInput {}
    /// The termination of the agreement by a party.
    TerminatedInput {}
    /// The end of an attempt at an agreement, which the parties gave up.
    WithdrawnInput {}
    /// An observation: a source shows the listing or the standing on a day, or that talks were under way, but not when
    /// that began.
    ObservedInput {
        /// What the source shows: a listing, a standing, or that talks were under way.
        seen: SeenInput,
    }
    /// A note for readers, which never changes the status.
    NotedInput {}
}

/// One signing of a text.
#[derive(InputObject, Debug, Clone)]
pub struct SigningInput {
    /// The day on which the text was signed.
    on: UncertainDate,
    /// The place where the text was signed; omit it when it is not known.
    place: Option<String>,
    /// The people or offices that signed, as sources name them.
    #[graphql(default)]
    signatories: Vec<String>,
}

/// What a source shows. Give exactly one field. Several values in it mean that one of them applied on the day, and the
/// source does not say which.
#[derive(OneofObject, Debug, Clone)]
pub enum SeenInput {
    /// The listings that the source allows, one of which applied; give both `CASE_BY_CASE` and `BLANKET` when the
    /// source only says "qualifying".
    Listing(Vec<Listing>),
    /// The standings that the source allows, one of which applied.
    Standing(Vec<Standing>),
    /// True when talks were under way; the server refuses false.
    Talks(bool),
}

/// A milestone: exactly one field, which is named after the milestone's kind.
#[derive(OneofObject, Debug, Clone)]
pub enum MilestoneInput {
    /// A statement by a party that it wants an agreement.
    IntentAnnounced(IntentAnnouncedInput),
    /// A Federal Register notice asks industry for comments.
    NoticePublished(NoticePublishedInput),
    /// Comments on a notice closed.
    CommentsClosed(CommentsClosedInput),
    /// The parties settled the text.
    TextAgreed(TextAgreedInput),
    /// The partner's cabinet, parliament or head of state approved the agreement.
    DomesticApproval(DomesticApprovalInput),
    /// The determination and findings under FAR 25.103(a) were made.
    DeterminationMade(DeterminationMadeInput),
    /// Both sides signed the agreement.
    Signed(SignedInput),
    /// The agreement entered into force.
    EnteredIntoForce(EnteredIntoForceInput),
    /// The partner was added to the regulation's list.
    Listed(ListedInput),
    /// The partner was moved from one paragraph of the regulation's list to the other.
    ListingChanged(ListingChangedInput),
    /// The partner was removed from the regulation's list.
    Delisted(DelistedInput),
    /// The parties renewed or extended the agreement.
    Renewed(RenewedInput),
    /// The parties amended the agreement.
    Amended(AmendedInput),
    /// The agreement was suspended.
    Suspended(SuspendedInput),
    /// The agreement was resumed after a suspension.
    Resumed(ResumedInput),
    /// The agreement's term ended.
    Expired(ExpiredInput),
    /// A party ended the agreement.
    Terminated(TerminatedInput),
    /// The parties gave up the attempt at an agreement.
    Withdrawn(WithdrawnInput),
    /// A source shows the listing or the standing on a day, or that talks were under way, but not when that began.
    Observed(ObservedInput),
    /// A note for readers, which never changes the status.
    Noted(NotedInput),
}

/// A source: a document that says that a milestone happened, or when.
#[derive(InputObject, Debug, Clone)]
pub struct SourceInput {
    /// The title of the document.
    title: String,
    /// The URL at which the source can be read. A source that is printed, written or spoken has a citation or a publisher
    /// instead.
    url: Option<Url>,
    /// Who published the source; omit it when that is not known.
    publisher: Option<String>,
    /// How the source is cited, such as "82 FR 61483".
    citation: Option<String>,
    /// The publisher's number of the document, such as "2017-27780".
    document_number: Option<String>,
    /// The day on which the source was published. A source without one never counts under `PUBLISHED`.
    published_on: Option<Date>,
    /// The day on which the source was read at its URL; omit it when it is not known.
    accessed_on: Option<Date>,
    /// The URL of a copy, in case the source's own URL no longer answers; omit it when there is none.
    archived_url: Option<Url>,
    /// Whether the source is an official record, or a report about one.
    reliability: Reliability,
    /// What the source says of the milestone's date; omit it when that is the date of the milestone.
    tells: Option<TellingInput>,
    /// The SHA-256 of the source as your program downloaded it from `url`, and the time of the download; omit it when no program
    /// downloaded the source.
    capture: Option<CaptureInput>,
}

/// The bytes that a program received from a source's URL, identified by their SHA-256.
#[derive(InputObject, Debug, Clone)]
pub struct CaptureInput {
    /// The SHA-256 of the bytes that the program received, in 64 lower-case hexadecimal digits.
    sha256: String,
    /// The instant at which the program received the bytes.
    fetched_at: Instant,
}

/// What one source says of a milestone's date.
#[derive(InputObject, Debug, Clone)]
pub struct TellingInput {
    /// The date that the source gives, in EDTF.
    date: UncertainDate,
    /// How good the evidence for this date is.
    evidence: Evidence,
}

fn words<W: Word>(words: Vec<Term<W>>) -> Vec<W> {
    words.into_iter().map(|word| word.0).collect()
}

impl SeenInput {
    fn read(self) -> Result<Seen, Refusal> {
        match self {
            Self::Listing(listings) => Ok(Seen::Listing(words(listings))),
            Self::Standing(standings) => Ok(Seen::Standing(words(standings))),
            Self::Talks(true) => Ok(Seen::Talks {}),
            Self::Talks(false) => Err(Refusal::field(
                "milestone.observed.seen",
                "says that no talks were seen; nothing follows from that",
            )),
        }
    }
}

impl From<SigningInput> for milestone::Signing {
    fn from(input: SigningInput) -> Self {
        Self { on: input.on.0, place: input.place, signatories: input.signatories }
    }
}

impl MilestoneInput {
    /// The milestone that is meant.
    ///
    /// # Errors
    /// A refusal where a field says nothing.
    pub fn read(self) -> Result<milestone::Milestone, Refusal> {
        let until = |until: Option<UncertainDate>| until.map(|date| date.0);
        let (facts, detail) = match self {
            Self::IntentAnnounced(input) => (input.facts, Detail::IntentAnnounced {}),
            Self::NoticePublished(input) => {
                let detail = Detail::NoticePublished {
                    purpose: input.purpose.0,
                    document_number: input.document_number.as_deref().map(source::document_number),
                    citation: input.citation,
                    comments_close_on: input.comments_close_on.map(|day| day.0),
                };
                (input.facts, detail)
            }
            Self::CommentsClosed(input) => (input.facts, Detail::CommentsClosed {}),
            Self::TextAgreed(input) => (input.facts, Detail::TextAgreed {}),
            Self::DomesticApproval(input) => (input.facts, Detail::DomesticApproval { body: input.body }),
            Self::DeterminationMade(input) => {
                (input.facts, Detail::DeterminationMade { scope: input.scope.map(|scope| scope.0) })
            }
            Self::Signed(input) => {
                (input.facts, Detail::Signed { signings: input.signings.into_iter().map(Into::into).collect() })
            }
            Self::EnteredIntoForce(input) => (input.facts, Detail::EnteredIntoForce { until: until(input.until) }),
            Self::Listed(input) => (input.facts, Detail::Listed { listing: input.listing.0 }),
            Self::ListingChanged(input) => (input.facts, Detail::ListingChanged { listing: input.listing.0 }),
            Self::Delisted(input) => (input.facts, Detail::Delisted {}),
            Self::Renewed(input) => (input.facts, Detail::Renewed { until: until(input.until) }),
            Self::Amended(input) => (input.facts, Detail::Amended {}),
            Self::Suspended(input) => (input.facts, Detail::Suspended {}),
            Self::Resumed(input) => (input.facts, Detail::Resumed {}),
            Self::Expired(input) => (input.facts, Detail::Expired {}),
            Self::Terminated(input) => (input.facts, Detail::Terminated {}),
            Self::Withdrawn(input) => (input.facts, Detail::Withdrawn {}),
            Self::Observed(input) => (input.facts, Detail::Observed { seen: input.seen.read()? }),
            Self::Noted(input) => (input.facts, Detail::Noted {}),
        };
        Ok(milestone::Milestone {
            occurred: facts.occurred.0,
            effective: facts.effective.map(|date| date.0),
            evidence: facts.evidence.0,
            summary: facts.summary,
            detail,
        })
    }
}

impl From<SourceInput> for source::Source {
    fn from(input: SourceInput) -> Self {
        Self {
            title: input.title,
            url: input.url.map(|url| url.0),
            publisher: input.publisher,
            citation: input.citation,
            document_number: input.document_number.as_deref().map(source::document_number),
            published_on: input.published_on.map(|day| day.0),
            accessed_on: input.accessed_on.map(|day| day.0),
            archived_url: input.archived_url.map(|url| url.0),
            reliability: input.reliability.0,
            tells: input.tells.map(|telling| source::Telling { date: telling.date.0, evidence: telling.evidence.0 }),
            capture: input.capture.map(|capture| source::Capture {
                sha256: capture.sha256,
                fetched_at: capture.fetched_at.0.trunc_subsecs(6),
            }),
        }
    }
}
