//! The vocabularies of the domain as GraphQL enums.
//!
//! Invariant: one GraphQL value a domain word, converted by the compiler; a missing one does not compile.

use async_graphql::Enum;

use crate::domain::words;
use crate::projections::{diff, knowledge, status};

/// How far the latest round has come.
#[derive(Enum, Debug, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "words::Stage")]
pub enum Stage {
    /// No round was ever opened, or the last one was given up.
    NotStarted,
    /// Someone announced the intent, or talks were observed.
    Intent,
    /// A notice asks industry for comments.
    Consultation,
    /// Comments have closed.
    Review,
    /// The text is agreed.
    Agreed,
    /// The public interest determination is made.
    Determined,
    /// Signed, and not yet in force.
    Signed,
    /// In force, and not listed in the regulation.
    InForce,
    /// In force and listed in the regulation.
    Listed,
}

/// The legal state of an agreement.
#[derive(Enum, Debug, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "words::Standing")]
pub enum Standing {
    /// No agreement was ever concluded.
    NotConcluded,
    /// Signed, and not yet in force.
    Signed,
    /// The agreement is in force.
    InForce,
    /// The agreement is suspended.
    Suspended,
    /// Its term ended.
    Expired,
    /// A party ended it.
    Terminated,
}

/// The regulation's treatment of the partner's products.
#[derive(Enum, Debug, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "words::Listing")]
pub enum Listing {
    /// Not named in the regulation.
    Unlisted,
    /// Named; each purchase needs its own determination (DFARS 225.872-1(b)).
    CaseByCase,
    /// Named, with one blanket exception (DFARS 225.872-1(a)).
    Blanket,
}

/// One value that sums up a status.
#[derive(Enum, Debug, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "words::Headline")]
pub enum Headline {
    /// There is no agreement and no attempt at one.
    NoAgreement,
    /// An intent was announced, or talks were observed.
    IntentAnnounced,
    /// Industry is being consulted.
    InConsultation,
    /// Comments have closed; the talks go on.
    UnderReview,
    /// The text is agreed.
    TextAgreed,
    /// The public interest determination is made.
    DeterminationMade,
    /// Signed, and not yet in force.
    Signed,
    /// The agreement is in force.
    InForce,
    /// The agreement is suspended.
    Suspended,
    /// The term of the agreement ended.
    Expired,
    /// A party ended the agreement.
    Terminated,
}

/// How good the evidence for a date is.
#[derive(Enum, Debug, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "words::Evidence")]
pub enum Evidence {
    /// A source says so.
    Stated,
    /// Concluded from sources; it counts, and answers name it as inferred.
    Inferred,
    /// Only roughly so; shown, and never decides.
    Approximate,
    /// Probably wrong; shown, and never decides.
    Suspect,
}

/// Whether a source is the official record or reports on it.
#[derive(Enum, Debug, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "words::Reliability")]
pub enum Reliability {
    /// An official record.
    Primary,
    /// A report about an official record.
    Secondary,
}

/// What a notice asked industry about.
#[derive(Enum, Debug, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "words::NoticePurpose")]
pub enum NoticePurpose {
    /// A first or a new agreement is being negotiated.
    Negotiation,
    /// Whether an agreement is feasible at all.
    Feasibility,
    /// An existing agreement is to be renewed, extended or followed on.
    Renewal,
}

/// What happened to an agreement.
#[derive(Enum, Debug, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "words::MilestoneKind")]
pub enum MilestoneKind {
    /// A statement that an agreement is wanted.
    IntentAnnounced,
    /// A Federal Register notice asks industry for comments.
    NoticePublished,
    /// The comment window closed.
    CommentsClosed,
    /// The parties settled the text.
    TextAgreed,
    /// The partner's cabinet, parliament or head of state approved.
    DomesticApproval,
    /// The determination and findings under FAR 25.103(a).
    DeterminationMade,
    /// Signed by both sides, dated by the last signature.
    Signed,
    /// Entered into force.
    EnteredIntoForce,
    /// Added to the regulation's list.
    Listed,
    /// Moved between the paragraphs of the list.
    ListingChanged,
    /// Removed from the list.
    Delisted,
    /// Renewed or extended.
    Renewed,
    /// The agreement was amended.
    Amended,
    /// The agreement is suspended.
    Suspended,
    /// Resumed after a suspension.
    Resumed,
    /// Its term ended.
    Expired,
    /// A party ended it.
    Terminated,
    /// The attempt was given up.
    Withdrawn,
    /// Evidence that something was so on a day, not that it happened then.
    Observed,
    /// Context that changes nothing.
    Noted,
}

/// Whose knowledge an answer rests on.
#[derive(Enum, Debug, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "knowledge::Basis")]
pub enum KnowledgeBasis {
    /// What this log had recorded.
    Recorded,
    /// What published sources had told; a source without a day of publication never counts.
    Published,
}

/// A rule that stood in for a milestone, or qualified one.
#[derive(Enum, Debug, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "status::Rule")]
pub enum Rule {
    /// Review begins the day after the closing date that the notice itself gives.
    NoticeClosingDate,
    /// No closing date is told; comments closed within the instrument's usual window.
    UsualWindow,
    /// No entry into force is told; the instrument says in force from the last signature, or from the day of its effect.
    InForceBySignature,
    /// No other evidence of standing; the listing presupposes a concluded agreement.
    InForceByListing,
    /// Seen in force; when that began is not told.
    SeenInForce,
    /// A later milestone proves what it renewed, ended, moved or resumed; when that began is not told.
    ProvedByLater,
    /// An entry into force for which no signature is told: it stands for the signature as well.
    SignatureNotTold,
    /// A closing of comments for which no notice is told: it stands for the notice as well.
    NoticeNotTold,
    /// The last term told is over, and nothing tells what came after.
    TermPassed,
    /// Seen on a day; it holds until other evidence changes it.
    SeenValueHolds,
    /// Set aside, because nothing simpler fits everything that the sources say.
    SetAside,
    /// An unrecorded change takes it back in every possible history: the dates contradict each other.
    DatesContradict,
    /// Nothing changed it; the value that everything begins with.
    InitialValue,
}

/// What came between two sides of a comparison.
#[derive(Enum, Debug, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "diff::ChangeKind")]
pub enum ChangeKind {
    /// Both sides know the same of it; it, or what a rule draws from it, came between the two days.
    Happened,
    /// One side alone knows it, or a source of it: it was recorded, or under `PUBLISHED` published, in between.
    Learnt,
    /// One side knows its date more narrowly.
    Refined,
    /// One side knows it as it was before a correction or a retraction.
    Corrected,
}

/// Which part of a status a reason is about.
#[derive(Enum, Debug, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "status::Facet")]
pub enum Facet {
    /// The legal state.
    Standing,
    /// The regulation's treatment.
    Listing,
    /// How far the latest round has come.
    Stage,
}

/// Which part of the rule made one date of several tellings: the first of these that left a single date.
#[derive(Enum, Debug, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "crate::domain::source::Preference")]
pub enum Preference {
    /// Nothing was to be preferred: the tellings overlap, and the date is their intersection.
    Overlap,
    /// Those that may decide overlap; the others are approximate or suspect, and never decide.
    Deciding,
    /// Primary before secondary.
    Primary,
    /// Stated before inferred.
    Stated,
    /// Narrower before wider.
    Narrower,
    /// Later published before earlier.
    LaterPublished,
    /// Later recorded before earlier.
    LaterRecorded,
    /// The best are equal in all of this and disagree: the union of their bounds.
    Union,
}

/// Whether a milestone still says what was first recorded.
#[derive(Enum, Debug, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "crate::domain::agreement::EntryState")]
pub enum MilestoneState {
    /// As first recorded.
    Recorded,
    /// Its date became more precise.
    Refined,
    /// Its content was corrected.
    Corrected,
    /// Taken back; it decides nothing.
    Retracted,
}

/// How sure a filter must be when more than one value is possible.
#[derive(Enum, Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Certainty {
    /// Every possible value is among those asked for.
    #[default]
    Certain,
    /// At least one possible value is among those asked for.
    Possible,
}

/// What tellings are grouped by.
#[derive(Enum, Debug, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "crate::answers::GroupBy")]
pub enum LatenessGrouping {
    /// By who published them; those whose publisher is not told are a group of their own.
    Source,
    /// By the partner.
    Country,
}

/// Which rounds count.
#[derive(Enum, Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Rounds {
    /// The first round of each agreement.
    First,
    /// Every round after the first: renewals, new agreements, replacements.
    Later,
    /// Every round, first and later ones.
    #[default]
    All,
}

impl From<Rounds> for crate::answers::RoundsAsked {
    fn from(rounds: Rounds) -> Self {
        match rounds {
            Rounds::First => Self::First,
            Rounds::Later => Self::Later,
            Rounds::All => Self::All,
        }
    }
}

/// How an alert stands.
#[derive(Enum, Debug, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "words::AlertState")]
pub enum AlertState {
    /// Its condition holds, and nobody has said anything.
    Firing,
    /// Someone has seen it.
    Acknowledged,
    /// Someone wants to hear nothing of it for a while.
    Silenced,
    /// It is over.
    Resolved,
}

/// What ended an alert.
#[derive(Enum, Debug, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "words::ResolvedBy")]
pub enum AlertEnd {
    /// A milestone was recorded that moved the agreement on.
    MilestoneRecorded,
    /// The record was corrected, refined or taken back, or got another source.
    Corrected,
    /// The round was given up.
    Withdrawn,
    /// Comparable rounds, the instrument or the rule give another limit now.
    LimitChanged,
    /// Days have passed, and nothing else: the day of a deadline, or those on which the round waited there for sure.
    DatePassed,
    /// Somebody has enabled the webhook again, disabled it for good or removed it.
    WebhookManaged,
    /// There is no such rule any more.
    RuleRemoved,
    /// A person closed it.
    Hand,
}

/// What ends on a day that is known before.
#[derive(Enum, Debug, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "words::Deadline")]
pub enum DeadlineKind {
    /// The last day for comments on a notice.
    CommentsClose,
    /// The last day of an agreement's term.
    TermEnds,
}

/// Who set a limit.
#[derive(Enum, Debug, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "crate::domain::words::LimitFrom")]
pub enum LimitSource {
    /// The days by which comparable rounds had moved on.
    Estimate,
    /// The instrument's own limit.
    Fallback,
    /// The days that the alert's own rule gives.
    Rule,
}

/// Why an estimate does not set a limit.
#[derive(Enum, Debug, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "crate::projections::limits::NoEstimate")]
pub enum NoEstimateReason {
    /// Fewer rounds have moved on for sure than are asked for.
    FewTransitions,
    /// The curve does not reach the quantile in both runs.
    NotReached,
    /// Uncertain dates leave the two runs too far apart.
    TooUncertain,
}

/// Why a chance cannot be estimated.
#[derive(Enum, Debug, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "crate::projections::survival::NotEstimable")]
pub enum NotEstimableReason {
    /// Fewer than three rounds were watched for as many days.
    FewAtRisk,
    /// No round was watched until then.
    BeyondLast,
}

/// What had become of a round that is compared.
#[derive(Enum, Debug, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "crate::projections::limits::Outcome")]
pub enum RoundOutcome {
    /// It has moved on, for sure.
    MovedOn,
    /// It may have moved on, or be there still.
    MayHaveMovedOn,
    /// It was given up, followed by another round, or ended with its agreement.
    GivenUp,
    /// It is there still.
    Waiting,
}

/// Why a round in the same stage is not compared.
#[derive(Enum, Debug, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "crate::projections::limits::LeftOut")]
pub enum LeftOutReason {
    /// One is a first round and the other a renewal.
    OtherKind,
    /// Only one of them began with a notice that asked whether an agreement is feasible.
    OtherPurpose,
    /// Nobody knows since when it was in the stage.
    OpenBeginning,
    /// On that day it may or may not have reached the stage.
    MayNotHaveBegun,
}
