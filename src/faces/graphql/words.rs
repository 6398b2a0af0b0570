//! The vocabularies of the domain as GraphQL enums.
//!
//! Invariant: each is the domain's own list under the name that the schema has it by; only a choice that the domain does not know
//! has a list here.

use async_graphql::Enum;

use crate::answers::view::Term;
use crate::answers::{self, GroupBy, RoundsAsked};
use crate::domain::figure::parts;
use crate::domain::{agreement, reading, words};
use crate::projections::{coverage, diff, figures, knowledge, limits, status};

/// How far the latest round has come.
pub type Stage = Term<words::Stage>;
/// The legal state of an agreement.
pub type Standing = Term<words::Standing>;
/// How the regulation treats the partner's products.
pub type Listing = Term<words::Listing>;
/// One value that sums up a status.
pub type Headline = Term<words::Headline>;
/// How good the evidence for a date is.
pub type Evidence = Term<words::Evidence>;
/// Whether a source is the official record or reports on it.
pub type Reliability = Term<words::Reliability>;
/// What a notice asked industry about.
pub type NoticePurpose = Term<words::NoticePurpose>;
/// The kind of a milestone: what happened to an agreement.
pub type MilestoneKind = Term<words::MilestoneKind>;
/// Whether a milestone still says what was first recorded.
pub type MilestoneState = Term<agreement::EntryState>;
/// Whose knowledge counts for an answer.
pub type KnowledgeBasis = Term<knowledge::Basis>;
/// A rule that took the place of a milestone, or that limited what a milestone shows.
pub type Rule = Term<status::Rule>;
/// How precisely a day is known.
pub type DatePrecision = Term<coverage::Precision>;
/// How the two sides of a comparison differ about a milestone.
pub type ChangeKind = Term<diff::ChangeKind>;
/// A part of a status: stage, standing or listing.
pub type Facet = Term<status::Facet>;
/// How tellings are grouped: by publisher or by country.
pub type LatenessGrouping = Term<GroupBy>;
/// The rounds of an agreement that count.
pub type Rounds = Term<RoundsAsked>;
/// The state of an alert on a day.
pub type AlertState = Term<words::AlertState>;
/// The reason for which an alert ended.
pub type AlertEnd = Term<words::ResolvedBy>;
/// How exactly a source states a number.
pub type FigureAccuracy = Term<parts::Accuracy>;
/// Whether a stated count of partners fits what the record counts on that day. A number that the source states
/// approximately still fits when the two differ by at most a twentieth of that number.
pub type FigureFit = Term<figures::Fit>;
/// What ends on the day of a deadline.
pub type DeadlineKind = Term<words::Deadline>;
/// What set the limit after which a round counts as stalled.
pub type LimitSource = Term<words::LimitFrom>;
/// Why an estimate does not set a limit.
pub type NoEstimateReason = Term<limits::NoEstimate>;
/// What had become of a compared round by the day that is asked about.
pub type RoundOutcome = Term<limits::Outcome>;
/// Why the estimate does not compare a round that was in the same stage.
pub type LeftOutReason = Term<limits::LeftOut>;
/// The reason for which a webhook was disabled. The server sends nothing more to a disabled webhook.
pub type DisabledBy = Term<words::DisabledBy>;

/// The state of a document in the inbox.
pub type InboxState = Term<answers::InboxState>;
/// Why a person dismissed a document.
pub type DismissalReason = Term<answers::DismissalReason>;
/// What the program concludes from reading a document.
pub type DocumentReading = Term<reading::ReadingKind>;

/// The order of a list of agreements.
pub type AgreementsOrder = Term<answers::AgreementOrder>;
/// The order of a list of milestones of all agreements.
pub type MilestonesOrder = Term<answers::MilestoneListOrder>;
/// The order of a list of stalled rounds.
pub type StalledOrder = Term<answers::StalledOrder>;

/// How a filter treats an agreement whose status has several possible values.
#[derive(Enum, Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Certainty {
    /// The agreement passes when every possible value is among those asked for.
    #[default]
    Certain,
    /// The agreement passes when at least one possible value is among those asked for.
    Possible,
}
