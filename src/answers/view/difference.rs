//! How is a difference between two reports told, and what made it?
//!
//! Invariant: each side says on which day and by whose knowledge it holds.

use schemars::JsonSchema;
use serde::Serialize;

use super::agreement::cited;
use super::{Agreement, DateBounds, List, NamedMilestone, PinnedAt, Status, Term};
use crate::answers::{Answers, AskError, DiffRow, Pin, Slice};
use crate::domain::ids::Position;
use crate::domain::words::MilestoneKind;
use crate::projections::diff::{self, ChangeKind};
use crate::projections::status::{self, Rule};

/// The two sides of a comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Sides {
    /// The first side: a day, and what was known.
    pub from: PinnedAt,
    /// The second side: a day, and what was known.
    pub to: PinnedAt,
}

/// An agreement whose status differs between the two sides.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Difference {
    /// The agreement whose status differs.
    #[serde(flatten)]
    pub agreement: Agreement,
    /// The status on the side `from`.
    pub from: Status,
    /// The status on the side `to`.
    pub to: Status,
    /// The causes of the difference in plain English.
    pub sentence: String,
    /// What made the difference, in the order in which the causes came; never empty.
    #[schemars(length(min = 1))]
    pub causes: Vec<Cause>,
}

/// A cause of the difference between two statuses: a milestone, or what a rule concludes from a milestone.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Cause {
    /// How the two sides differ about the milestone.
    pub change: Term<ChangeKind>,
    /// Whether the milestone, or what a rule concludes from it, lies between the two days.
    pub happened: bool,
    /// The milestone, by its id.
    pub milestone: NamedMilestone,
    /// The kind of the milestone.
    pub kind: Term<MilestoneKind>,
    /// The rule that made the difference, for example because time passed; null when the milestone alone made it.
    pub rule: Option<Term<Rule>>,
    /// The date of the milestone, or of what the rule concludes from the milestone.
    pub came: DateBounds,
    /// The position of the newest of the events about the milestone that are known to only one side; null when both
    /// sides know the same events.
    pub position: Option<Position>,
    /// The cause in plain English.
    pub sentence: String,
}

impl From<&diff::Cause> for Cause {
    fn from(cause: &diff::Cause) -> Self {
        Self {
            change: Term(cause.change),
            happened: cause.happened,
            milestone: NamedMilestone { id: cause.milestone },
            kind: Term(cause.kind),
            rule: cause.rule.map(Term),
            came: cause.came.into(),
            position: cause.position,
            sentence: cause.sentence(),
        }
    }
}

impl Answers {
    /// Some differences between two pins, as a part of a list.
    ///
    /// # Errors
    /// When an instrument is not known.
    pub fn view_differences(
        &self,
        slice: &Slice<DiffRow>,
        from: &Pin,
        to: &Pin,
    ) -> Result<List<Sides, Difference>, AskError> {
        let difference = |DiffRow { agreement: id, difference }: &DiffRow| {
            let instrument = self.instrument(id)?;
            let status = |status: &status::Status, pin| Status::of(status, id.country, instrument, pin, cited);
            Ok(Difference {
                agreement: id.into(),
                from: status(&difference.from, from),
                to: status(&difference.to, to),
                sentence: difference.sentence(),
                causes: difference.causes.iter().map(Into::into).collect(),
            })
        };
        let nodes = slice.items.iter().map(difference).collect::<Result<_, AskError>>()?;
        let sides = Sides { from: from.into(), to: to.into() };
        Ok(List::of(sides, slice, nodes, |row| row.agreement.to_string()))
    }
}
