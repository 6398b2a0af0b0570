//! The vocabularies of the domain as GraphQL enums.
//!
//! Invariant: each is the domain's own list under the name that the schema has it by; only a choice that the domain does not know
//! has a list here.

use async_graphql::Enum;

use crate::answers::view::Term;
use crate::answers::{self, GroupBy, RoundsAsked};
use crate::domain::{agreement, words};
use crate::projections::{coverage, diff, knowledge, limits, status};

/// How far the latest round has come.
pub type Stage = Term<words::Stage>;
/// The legal state of an agreement.
pub type Standing = Term<words::Standing>;
/// The regulation's treatment of the partner's products.
pub type Listing = Term<words::Listing>;
/// One value that sums up a status.
pub type Headline = Term<words::Headline>;
/// How good the evidence for a date is.
pub type Evidence = Term<words::Evidence>;
/// Whether a source is the official record or reports on it.
pub type Reliability = Term<words::Reliability>;
/// What a notice asked industry about.
pub type NoticePurpose = Term<words::NoticePurpose>;
/// What happened to an agreement.
pub type MilestoneKind = Term<words::MilestoneKind>;
/// Whether a milestone still says what was first recorded.
pub type MilestoneState = Term<agreement::EntryState>;
/// Whose knowledge an answer rests on.
pub type KnowledgeBasis = Term<knowledge::Basis>;
/// A rule that stood in for a milestone, or qualified one.
pub type Rule = Term<status::Rule>;
/// How precisely a day is known.
pub type DatePrecision = Term<coverage::Precision>;
/// What came between two sides of a comparison.
pub type ChangeKind = Term<diff::ChangeKind>;
/// Which part of a status a reason is about.
pub type Facet = Term<status::Facet>;
/// What tellings are grouped by.
pub type LatenessGrouping = Term<GroupBy>;
/// Which rounds of an agreement count.
pub type Rounds = Term<RoundsAsked>;
/// How an alert stands.
pub type AlertState = Term<words::AlertState>;
/// What ended an alert.
pub type AlertEnd = Term<words::ResolvedBy>;
/// What ends on a day that is known before.
pub type DeadlineKind = Term<words::Deadline>;
/// Who set the limit after which a round counts as stalled.
pub type LimitSource = Term<words::LimitFrom>;
/// Why an estimate does not set a limit.
pub type NoEstimateReason = Term<limits::NoEstimate>;
/// What had become of a round that is compared.
pub type RoundOutcome = Term<limits::Outcome>;
/// Why a round in the same stage is not compared.
pub type LeftOutReason = Term<limits::LeftOut>;
/// What disabled a webhook, so that nothing is sent to it any more.
pub type DisabledBy = Term<words::DisabledBy>;

/// In which order agreements are listed.
pub type AgreementsOrder = Term<answers::AgreementOrder>;
/// In which order milestones of all agreements are listed.
pub type MilestonesOrder = Term<answers::MilestoneListOrder>;
/// In which order stalled rounds are listed.
pub type StalledOrder = Term<answers::StalledOrder>;

/// How sure a filter must be when more than one value is possible.
#[derive(Enum, Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Certainty {
    /// Every possible value is among those asked for.
    #[default]
    Certain,
    /// At least one possible value is among those asked for.
    Possible,
}
