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

/// The day and the knowledge of one side of a comparison.
#[derive(InputObject, Debug, Clone)]
pub struct DiffSideInput {
    /// The day; today, UTC, when left out.
    as_of: Option<Date>,
    /// The instant by which it was known, inclusive.
    known_at: Option<Instant>,
    /// Whose knowledge; RECORDED when left out.
    basis: Option<KnowledgeBasis>,
    /// The position that pins the side exactly.
    at_position: Option<Position>,
}

impl DiffSideInput {
    async fn pin(self, ctx: &Context<'_>) -> Result<Pin> {
        pin(ctx, self.as_of, self.known_at, self.basis, self.at_position).await
    }
}

/// Which agreements are compared.
#[derive(InputObject, Debug, Clone, Default)]
pub struct DiffFilter {
    /// The instrument's code, such as `rdp`.
    instrument: Option<String>,
    /// Only these countries.
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
    /// The agreement that it belongs to.
    agreement: Agreement,
    /// The partner country of the agreement.
    country: Country,
    /// The status on the one side.
    from: Status,
    /// The status on the other side.
    to: Status,
    /// What made the difference, in plain English.
    sentence: String,
    /// What made the difference, in the order in which it came; never empty.
    causes: Vec<Cause>,
}

/// What made the two statuses differ: a milestone, or what a rule concludes from it.
///
/// To find it, each milestone is changed in turn, in the order in which they came, from the first side's version to the second's.
/// It is a cause if the status then changes and no later milestone undoes that.
pub struct Cause {
    agreement: AgreementId,
    sides: [Pin; 2],
    cause: diff::Cause,
}

/// What made the two statuses differ: a milestone, or what a rule concludes from it.
///
/// To find it, each milestone is changed in turn, in the order in which they came, from the first side's version to the second's.
/// It is a cause if the status then changes and no later milestone undoes that.
#[Object]
impl Cause {
    /// What came between the two sides.
    async fn change(&self) -> ChangeKind {
        self.cause.change.into()
    }

    /// Whether the milestone, or what a rule draws from it, came between the two days; a learnt one may also have.
    async fn happened(&self) -> bool {
        self.cause.happened
    }

    /// The milestone as `to` knows it, retracted ones too; as `from` knows it where `to` knows nothing of it.
    async fn milestone(&self, ctx: &Context<'_>) -> Result<Option<Milestone>> {
        let [from, to] = &self.sides;
        match Milestone::load(ctx, &self.agreement, to, self.cause.milestone).await? {
            Some(milestone) => Ok(Some(milestone)),
            None => Milestone::load(ctx, &self.agreement, from, self.cause.milestone).await,
        }
    }

    /// The milestone's kind, without loading it.
    async fn kind(&self) -> MilestoneKind {
        self.cause.kind.into()
    }

    /// The rule by which it made the difference, where the milestone itself did not: by the mere passing of days, say.
    async fn rule(&self) -> Option<Rule> {
        self.cause.rule.map(Into::into)
    }

    /// When it came, or what the rule draws from it.
    async fn came(&self) -> DateBounds {
        self.cause.came.into()
    }

    /// The last event about it that one side alone counts; null when both know the same of it.
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
