//! What belongs to each kind of milestone?
//!
//! Invariant: it has the fields of the kind, and nothing else.

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::Serialize;

use super::{DateBounds, Term};
use crate::domain::milestone::{self as domain, Seen};
use crate::domain::words::{Listing, NoticePurpose, Standing};

/// The details that belong to a milestone's kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(untagged, rename_all_fields = "camelCase")]
pub enum Detail {
    /// A notice that asks industry for comments.
    NoticePublished {
        /// What the notice asked about.
        purpose: Term<NoticePurpose>,
        /// The Federal Register document number; null when it is not known.
        document_number: Option<String>,
        /// The citation in the Federal Register, such as `89 FR 13714`; null when it is not known.
        citation: Option<String>,
        /// The last day for comments; null when the notice gives none.
        comments_close_on: Option<NaiveDate>,
    },
    /// An approval of the agreement by the partner's cabinet, parliament or head of state.
    DomesticApproval {
        /// The body that approved, such as a parliament; null when no source names one.
        body: Option<String>,
    },
    /// A determination and findings under FAR 25.103(a).
    DeterminationMade {
        /// Whether the determination covers every purchase (`BLANKET`) or a single one (`CASE_BY_CASE`); null when no
        /// source says.
        scope: Option<Term<Listing>>,
    },
    /// A signature by both sides.
    Signed {
        /// The signings. The last one gives the milestone its date.
        signings: Vec<Signing>,
    },
    /// An entry into force, or a renewal.
    Term {
        /// The last day of the agreement's term; null when no source gives one.
        until: Option<DateBounds>,
    },
    /// An addition to the regulation's list, or a move between its paragraphs.
    Listing {
        /// The listing that the partner has from then on.
        listing: Term<Listing>,
    },
    /// An observation: a source shows the listing or the standing on a day, or that talks were under way, but not when
    /// that began.
    Observed {
        /// The possible listings, one of which applied on the day; empty when the source shows a standing or talks.
        listings: Vec<Term<Listing>>,
        /// The possible standings, one of which applied on the day; empty when the source shows a listing or talks.
        standings: Vec<Term<Standing>>,
        /// Whether the source shows that talks were under way.
        talks: bool,
    },
    /// A kind of milestone that has no details.
    Plain {},
}

/// One signing of a text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Signing {
    /// The day on which the text was signed.
    pub on: DateBounds,
    /// The place where the text was signed; null when it is not known.
    pub place: Option<String>,
    /// The people or offices that signed, as sources name them.
    pub signatories: Vec<String>,
}

impl From<domain::Detail> for Detail {
    fn from(detail: domain::Detail) -> Self {
        use domain::Detail as Of;
        match detail {
            Of::NoticePublished { purpose, document_number, citation, comments_close_on } => {
                Self::NoticePublished { purpose: Term(purpose), document_number, citation, comments_close_on }
            }
            Of::DomesticApproval { body } => Self::DomesticApproval { body },
            Of::DeterminationMade { scope } => Self::DeterminationMade { scope: scope.map(Term) },
            Of::Signed { signings } => Self::Signed { signings: signings.into_iter().map(Into::into).collect() },
            Of::EnteredIntoForce { until } | Of::Renewed { until } => Self::Term { until: until.map(Into::into) },
            Of::Listed { listing } | Of::ListingChanged { listing } => Self::Listing { listing: Term(listing) },
            Of::Observed { seen } => seen.into(),
            Of::IntentAnnounced {}
            | Of::CommentsClosed {}
            | Of::TextAgreed {}
            | Of::Delisted {}
            | Of::Amended {}
            | Of::Suspended {}
            | Of::Resumed {}
            | Of::Expired {}
            | Of::Terminated {}
            | Of::Withdrawn {}
            | Of::Noted {} => Self::Plain {},
        }
    }
}

impl From<Seen> for Detail {
    fn from(seen: Seen) -> Self {
        let (listings, standings, talks) = match seen {
            Seen::Listing(listings) => (listings, Vec::new(), false),
            Seen::Standing(standings) => (Vec::new(), standings, false),
            Seen::Talks {} => (Vec::new(), Vec::new(), true),
        };
        let listings = listings.into_iter().map(Term).collect();
        Self::Observed { listings, standings: standings.into_iter().map(Term).collect(), talks }
    }
}

impl From<domain::Signing> for Signing {
    fn from(signing: domain::Signing) -> Self {
        let domain::Signing { on, place, signatories } = signing;
        Self { on: on.into(), place, signatories }
    }
}
