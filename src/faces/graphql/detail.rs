//! What belongs to each kind of milestone, as a union of one object a kind.
//!
//! Invariant: one object a kind of the domain, converted by the compiler; a missing one does not compile.

use async_graphql::{SimpleObject, Union};

use super::scalars::Date;
use super::words::{Listing, NoticePurpose, Standing};
use crate::answers::view::DateBounds;
use crate::domain::milestone::{Detail, Seen};

/// The details that belong to a milestone's kind.
#[derive(Union)]
pub enum MilestoneDetail {
    /// Someone announced the intent.
    IntentAnnounced(IntentAnnounced),
    /// A notice asked for comments.
    NoticePublished(NoticePublished),
    /// The close of comments.
    CommentsClosed(CommentsClosed),
    /// An agreed text.
    TextAgreed(TextAgreed),
    /// The partner's authorities approved.
    DomesticApproval(DomesticApproval),
    /// The public interest determination was made.
    DeterminationMade(DeterminationMade),
    /// Both sides signed the agreement.
    Signed(Signed),
    /// An entry into force.
    EnteredIntoForce(EnteredIntoForce),
    /// The partner was put on the list.
    Listed(Listed),
    /// A move between paragraphs.
    ListingChanged(ListingChanged),
    /// A removal from the list.
    Delisted(Delisted),
    /// The agreement was renewed or extended.
    Renewed(Renewed),
    /// The parties amended the agreement.
    Amended(Amended),
    /// The agreement was suspended.
    Suspended(Suspended),
    /// A suspended agreement was resumed.
    Resumed(Resumed),
    /// The term of the agreement ended.
    Expired(Expired),
    /// A party ended the agreement.
    Terminated(Terminated),
    /// An attempt given up.
    Withdrawn(Withdrawn),
    /// Something was seen to be so.
    Observed(Observed),
    /// A note for readers, which never changes the status.
    Noted(Noted),
}

/// A notice that asks industry for comments.
#[derive(SimpleObject)]
pub struct NoticePublished {
    /// What the notice asked about.
    purpose: NoticePurpose,
    /// The Federal Register document number; null when it is not known.
    document_number: Option<String>,
    /// The citation in the Federal Register, such as 82 FR 61484; null when it is not known.
    citation: Option<String>,
    /// The last day for comments; null when the notice gives none.
    comments_close_on: Option<Date>,
}

/// An approval of the agreement by the partner's cabinet, parliament or head of state.
#[derive(SimpleObject)]
pub struct DomesticApproval {
    /// The body that approved, such as a parliament; null when no source names one.
    body: Option<String>,
}

/// A determination and findings under FAR 25.103(a).
#[derive(SimpleObject)]
pub struct DeterminationMade {
    /// Whether the determination covers every purchase (`BLANKET`) or a single one (`CASE_BY_CASE`); null when no
    /// source says.
    scope: Option<Listing>,
}

/// A signature by both sides.
#[derive(SimpleObject)]
pub struct Signed {
    /// The signings. The last one gives the milestone its date.
    signings: Vec<Signing>,
}

/// One signing of a text.
#[derive(SimpleObject)]
pub struct Signing {
    /// The day on which the text was signed.
    on: DateBounds,
    /// The place where the text was signed; null when it is not known.
    place: Option<String>,
    /// The people or offices that signed, as sources name them.
    signatories: Vec<String>,
}

/// An entry into force.
#[derive(SimpleObject)]
pub struct EnteredIntoForce {
    /// The last day of the agreement's term; null when no source gives one.
    until: Option<DateBounds>,
}

/// An addition of the partner to the regulation's list (DFARS 225.872-1).
#[derive(SimpleObject)]
pub struct Listed {
    /// The listing that the partner got.
    listing: Listing,
}

/// A move of the partner from one paragraph of the regulation's list to the other.
#[derive(SimpleObject)]
pub struct ListingChanged {
    /// The listing that the partner has from then on.
    listing: Listing,
}

/// A renewal or extension.
#[derive(SimpleObject)]
pub struct Renewed {
    /// The last day of the new term; null when no source gives one.
    until: Option<DateBounds>,
}

/// An observation: a source shows the listing or the standing on a day, or that talks were under way, but not when that
/// began.
#[derive(SimpleObject)]
pub struct Observed {
    /// The possible listings, one of which applied on the day; empty when the source shows a standing or talks.
    listings: Vec<Listing>,
    /// The possible standings, one of which applied on the day; empty when the source shows a listing or talks.
    standings: Vec<Standing>,
    /// Whether the source shows that talks were under way.
    talks: bool,
}

macro_rules! plain {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => { $(
        $(#[$doc])*
        #[derive(SimpleObject)]
        pub struct $name {
            /// Always true: this kind of milestone has no details, and a type needs a field.
            plain: bool,
        }
    )+ };
}

plain! {
    /// A statement by a party that it wants an agreement.
    IntentAnnounced,
    /// The end of the time for comments on a notice.
    CommentsClosed,
    /// The settlement of the text by the parties.
    TextAgreed,
    /// A removal of the partner from the regulation's list (DFARS 225.872-1).
    Delisted,
    /// An amendment of the agreement.
    Amended,
    /// A suspension of the agreement.
    Suspended,
    /// A resumption after a suspension.
    Resumed,
    /// The end of the agreement's term.
    Expired,
    /// The termination of the agreement by a party.
    Terminated,
    /// The end of an attempt at an agreement, which the parties gave up.
    Withdrawn,
    /// A note for readers, which never changes the status.
    Noted,
}

impl MilestoneDetail {
    /// The object for a kind's own fields.
    pub fn of(detail: &Detail) -> Self {
        let plain = true;
        match detail.clone() {
            Detail::IntentAnnounced {} => Self::IntentAnnounced(IntentAnnounced { plain }),
            Detail::NoticePublished { purpose, document_number, citation, comments_close_on } => {
                let comments_close_on = comments_close_on.map(Date);
                Self::NoticePublished(NoticePublished {
                    purpose: purpose.into(),
                    document_number,
                    citation,
                    comments_close_on,
                })
            }
            Detail::CommentsClosed {} => Self::CommentsClosed(CommentsClosed { plain }),
            Detail::TextAgreed {} => Self::TextAgreed(TextAgreed { plain }),
            Detail::DomesticApproval { body } => Self::DomesticApproval(DomesticApproval { body }),
            Detail::DeterminationMade { scope } => {
                Self::DeterminationMade(DeterminationMade { scope: scope.map(Into::into) })
            }
            Detail::Signed { signings } => {
                let signing = |signing: crate::domain::milestone::Signing| Signing {
                    on: signing.on.into(),
                    place: signing.place,
                    signatories: signing.signatories,
                };
                Self::Signed(Signed { signings: signings.into_iter().map(signing).collect() })
            }
            Detail::EnteredIntoForce { until } => {
                Self::EnteredIntoForce(EnteredIntoForce { until: until.map(Into::into) })
            }
            Detail::Listed { listing } => Self::Listed(Listed { listing: listing.into() }),
            Detail::ListingChanged { listing } => Self::ListingChanged(ListingChanged { listing: listing.into() }),
            Detail::Delisted {} => Self::Delisted(Delisted { plain }),
            Detail::Renewed { until } => Self::Renewed(Renewed { until: until.map(Into::into) }),
            Detail::Amended {} => Self::Amended(Amended { plain }),
            Detail::Suspended {} => Self::Suspended(Suspended { plain }),
            Detail::Resumed {} => Self::Resumed(Resumed { plain }),
            Detail::Expired {} => Self::Expired(Expired { plain }),
            Detail::Terminated {} => Self::Terminated(Terminated { plain }),
            Detail::Withdrawn {} => Self::Withdrawn(Withdrawn { plain }),
            Detail::Observed { seen } => {
                let (mut listings, mut standings) = (Vec::new(), Vec::new());
                let talks = match seen {
                    Seen::Listing(values) => {
                        listings = values.into_iter().map(Into::into).collect();
                        false
                    }
                    Seen::Standing(values) => {
                        standings = values.into_iter().map(Into::into).collect();
                        false
                    }
                    Seen::Talks {} => true,
                };
                Self::Observed(Observed { listings, standings, talks })
            }
            Detail::Noted {} => Self::Noted(Noted { plain }),
        }
    }
}
