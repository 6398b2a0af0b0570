//! What happened, or was seen to be so?
//!
//! Invariant: the JSON of a milestone is frozen; it is what the log stores and what an import line holds.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::time::UncertainDate;
use super::words::{Evidence, Listing, MilestoneKind, NoticePurpose, Standing};

/// Something that happened to an agreement, on a date that may be uncertain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Milestone {
    /// The date on which the milestone happened.
    pub occurred: UncertainDate,
    /// The date on which it took effect, where that is another one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub effective: Option<UncertainDate>,
    /// How good the evidence for the date in `occurred` is.
    pub evidence: Evidence,
    /// What happened, in one sentence, for readers of the record.
    pub summary: String,
    /// What kind it is, with what belongs to that kind.
    pub detail: Detail,
}

/// What belongs to a kind of milestone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Detail {
    /// What belongs to a [`MilestoneKind::IntentAnnounced`].
    IntentAnnounced {},
    /// What belongs to a [`MilestoneKind::NoticePublished`].
    NoticePublished {
        /// What the notice asked about.
        purpose: NoticePurpose,
        /// The Federal Register document number.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        document_number: Option<String>,
        /// The citation in the Federal Register, such as 82 FR 61484.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        citation: Option<String>,
        /// The last day for comments; may lie in the future.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        comments_close_on: Option<NaiveDate>,
    },
    /// What belongs to a [`MilestoneKind::CommentsClosed`].
    CommentsClosed {},
    /// What belongs to a [`MilestoneKind::TextAgreed`].
    TextAgreed {},
    /// What belongs to a [`MilestoneKind::DomesticApproval`].
    DomesticApproval {
        /// The body that approved, such as a parliament.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        body: Option<String>,
    },
    /// What belongs to a [`MilestoneKind::DeterminationMade`].
    DeterminationMade {
        /// For every purchase, or for each by itself; not always told.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        scope: Option<Listing>,
    },
    /// What belongs to a [`MilestoneKind::Signed`].
    Signed {
        /// Each signature; the last one dates the milestone.
        signings: Vec<Signing>,
    },
    /// What belongs to a [`MilestoneKind::EnteredIntoForce`].
    EnteredIntoForce {
        /// The last day of its term, where it has one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        until: Option<UncertainDate>,
    },
    /// What belongs to a [`MilestoneKind::Listed`].
    Listed {
        /// How; "added to the list" without more means blanket (rule 12).
        listing: Listing,
    },
    /// What belongs to a [`MilestoneKind::ListingChanged`].
    ListingChanged {
        /// The listing that it was moved to.
        listing: Listing,
    },
    /// What belongs to a [`MilestoneKind::Delisted`].
    Delisted {},
    /// What belongs to a [`MilestoneKind::Renewed`].
    Renewed {
        /// The last day of the new term, where it has one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        until: Option<UncertainDate>,
    },
    /// What belongs to a [`MilestoneKind::Amended`].
    Amended {},
    /// What belongs to a [`MilestoneKind::Suspended`].
    Suspended {},
    /// What belongs to a [`MilestoneKind::Resumed`].
    Resumed {},
    /// What belongs to a [`MilestoneKind::Expired`].
    Expired {},
    /// What belongs to a [`MilestoneKind::Terminated`].
    Terminated {},
    /// What belongs to a [`MilestoneKind::Withdrawn`].
    Withdrawn {},
    /// What belongs to a [`MilestoneKind::Observed`].
    Observed {
        /// What the source shows: a listing, a standing, or that talks were under way.
        seen: Seen,
    },
    /// What belongs to a [`MilestoneKind::Noted`].
    Noted {},
}

/// One signature of a text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Signing {
    /// The day on which it was signed.
    pub on: UncertainDate,
    /// The place where it was signed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    /// The names of those who signed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub signatories: Vec<String>,
}

/// A facet and the values of which one held on the day of an observation (rule 6).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Seen {
    /// The regulation's treatment; "qualifying" is case by case or blanket.
    Listing(Vec<Listing>),
    /// The standings of which one held on the day.
    Standing(Vec<Standing>),
    /// Talks were under way; reaches the stage of an intent.
    Talks {},
}

impl Detail {
    /// Which kind this belongs to.
    #[must_use]
    pub const fn kind(&self) -> MilestoneKind {
        match self {
            Self::IntentAnnounced {} => MilestoneKind::IntentAnnounced,
            Self::NoticePublished { .. } => MilestoneKind::NoticePublished,
            Self::CommentsClosed {} => MilestoneKind::CommentsClosed,
            Self::TextAgreed {} => MilestoneKind::TextAgreed,
            Self::DomesticApproval { .. } => MilestoneKind::DomesticApproval,
            Self::DeterminationMade { .. } => MilestoneKind::DeterminationMade,
            Self::Signed { .. } => MilestoneKind::Signed,
            Self::EnteredIntoForce { .. } => MilestoneKind::EnteredIntoForce,
            Self::Listed { .. } => MilestoneKind::Listed,
            Self::ListingChanged { .. } => MilestoneKind::ListingChanged,
            Self::Delisted {} => MilestoneKind::Delisted,
            Self::Renewed { .. } => MilestoneKind::Renewed,
            Self::Amended {} => MilestoneKind::Amended,
            Self::Suspended {} => MilestoneKind::Suspended,
            Self::Resumed {} => MilestoneKind::Resumed,
            Self::Expired {} => MilestoneKind::Expired,
            Self::Terminated {} => MilestoneKind::Terminated,
            Self::Withdrawn {} => MilestoneKind::Withdrawn,
            Self::Observed { .. } => MilestoneKind::Observed,
            Self::Noted {} => MilestoneKind::Noted,
        }
    }
}

impl Milestone {
    /// The kind of the milestone.
    #[must_use]
    pub const fn kind(&self) -> MilestoneKind {
        self.detail.kind()
    }
}
