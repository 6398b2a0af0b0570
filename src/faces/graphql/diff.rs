//! What changed between two reports, and why?
//!
//! Invariant: each side is pinned like any other answer, and every difference names what made it.

use std::sync::Arc;

use async_graphql::{Context, InputObject, Object, Result, SimpleObject};

use super::agreement::Agreement;
use super::connection::Connection;
use super::context::{Asked, answers, pin};
use super::country::Country;
use super::error::outward;
use super::milestone::Milestone;
use super::scalars::{CountryCode, Date, Instant, Position};
use super::status::Status;
use super::words::{ChangeKind, KnowledgeBasis, MilestoneKind, Rule};
use crate::answers::view::DateBounds;
use crate::answers::{self, DiffRow, Page, Pin};
use crate::domain::ids::AgreementId;
use crate::projections::diff;

/// One side of a comparison: a day, and which knowledge counts.
#[derive(InputObject, Debug, Clone)]
pub struct DiffSideInput {
    /// The day that is asked about; when omitted, today in UTC.
    as_of: Option<Date>,
    /// Only what was recorded (under `PUBLISHED`: published) up to and including this instant counts; when omitted, no
    /// instant limits the answer. Under `RECORDED`, give either this or `atPosition`.
    known_at: Option<Instant>,
    /// Whose knowledge counts: what this log had recorded (`RECORDED`), or what sources had published (`PUBLISHED`);
    /// when omitted, `RECORDED`.
    basis: Option<KnowledgeBasis>,
    /// On this side, only the events up to and including this log position count; when omitted, all events count.
    at_position: Option<Position>,
}

impl DiffSideInput {
    async fn pin(self, ctx: &Context<'_>) -> Result<Pin> {
        pin(ctx, self.as_of, self.known_at, self.basis, self.at_position).await
    }
}

/// Conditions that an agreement must fulfil to be compared; an omitted or empty field sets no condition.
#[derive(InputObject, Debug, Clone, Default)]
pub struct DiffFilter {
    /// Only agreements under the instrument with this code, such as `rdp`; when omitted, all instruments.
    instrument: Option<String>,
    /// Only agreements with these countries; when omitted or empty, all countries.
    countries: Option<Vec<CountryCode>>,
}

impl From<DiffFilter> for answers::DiffFilter {
    fn from(filter: DiffFilter) -> Self {
        let countries = filter.countries.unwrap_or_default().into_iter().map(|code| code.0).collect();
        Self { instrument: filter.instrument, countries }
    }
}

/// An agreement whose status differs between the two sides.
#[derive(SimpleObject)]
pub struct Difference {
    /// The agreement whose status differs.
    agreement: Agreement,
    /// The partner country of the agreement.
    country: Country,
    /// The status on the side `from`.
    from: Status,
    /// The status on the side `to`.
    to: Status,
    /// The causes of the difference in plain English.
    sentence: String,
    /// What made the difference, in the order in which the causes came; never empty.
    causes: Vec<Cause>,
}

/// A cause of the difference between two statuses: a milestone, or what a rule concludes from a milestone.
///
/// To find causes, the server replaces each milestone as known on the side `from` by the milestone as known on the side
/// `to`, one after another. A milestone is a cause if the status then changes, and no later milestone undoes the
/// change.
pub struct Cause {
    agreement: AgreementId,
    sides: [Pin; 2],
    cause: diff::Cause,
}

/// A cause of the difference between two statuses: a milestone, or what a rule concludes from a milestone.
///
/// To find causes, the server replaces each milestone as known on the side `from` by the milestone as known on the side
/// `to`, one after another. A milestone is a cause if the status then changes, and no later milestone undoes the
/// change.
#[Object]
impl Cause {
    /// How the two sides differ about the milestone.
    async fn change(&self) -> ChangeKind {
        self.cause.change.into()
    }

    /// Whether the milestone, or what a rule concludes from it, lies between the two days; this can also be true when
    /// `change` is `LEARNT`.
    async fn happened(&self) -> bool {
        self.cause.happened
    }

    /// The milestone as known on the side `to`, even if it is retracted, or else as known on the side `from`; null when
    /// it is known on neither side.
    async fn milestone(&self, ctx: &Context<'_>) -> Result<Option<Milestone>> {
        let [from, to] = &self.sides;
        match Milestone::load(ctx, &self.agreement, to, self.cause.milestone).await? {
            Some(milestone) => Ok(Some(milestone)),
            None => Milestone::load(ctx, &self.agreement, from, self.cause.milestone).await,
        }
    }

    /// The kind of the milestone, also given when `milestone` is null.
    async fn kind(&self) -> MilestoneKind {
        self.cause.kind.into()
    }

    /// The rule that made the difference, for example because time passed; null when the milestone alone made it.
    async fn rule(&self) -> Option<Rule> {
        self.cause.rule.map(Into::into)
    }

    /// The date of the milestone, or of what the rule concludes from the milestone.
    async fn came(&self) -> DateBounds {
        self.cause.came.into()
    }

    /// The position of the newest of the events about the milestone that are known to only one side; null when both
    /// sides know the same events.
    async fn position(&self) -> Option<Position> {
        self.cause.position.map(Position)
    }

    /// The cause in plain English.
    async fn sentence(&self) -> String {
        self.cause.sentence()
    }
}

impl Difference {
    fn of(row: DiffRow, sides: [Pin; 2]) -> Self {
        let DiffRow { agreement: id, difference } = row;
        let [from, to] = sides;
        let sentence = difference.sentence();
        let cause = |cause| Cause { agreement: id.clone(), sides, cause };
        Self {
            country: Country(id.country),
            sentence,
            causes: difference.causes.into_iter().map(cause).collect(),
            from: Status { agreement: id.clone(), pin: from, status: difference.from },
            to: Status { agreement: id.clone(), pin: to, status: difference.to },
            agreement: Agreement { id, pin: Some(to) },
        }
    }
}

/// The agreements whose status differs between two sides.
pub async fn differences(
    ctx: &Context<'_>,
    sides: [DiffSideInput; 2],
    filter: Option<DiffFilter>,
    page: &Page<String>,
) -> Result<Connection<Difference>> {
    let [from, to] = sides;
    let sides = [from.pin(ctx).await?, to.pin(ctx).await?];
    let [from, to] = &sides;
    let filter = filter.unwrap_or_default().into();
    let slice = answers(ctx)?.diff(from, to, &filter, page).await.map_err(|error| outward(&error))?;
    ctx.data::<Arc<Asked>>()?.found(slice.items.iter().map(|row| row.agreement.clone()));
    Ok(Connection::of(slice, |row| (row.agreement.to_string(), Difference::of(row, sides))))
}
