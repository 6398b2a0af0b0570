//! How does the waiting of a round compare with others'?
//!
//! Invariant: the figures are those of the limits and of their estimate, as every other face gives them.

use super::chart::{Race, race_axis, runner};
use super::dates;
use super::markup::Markup;
use super::words;
use crate::answers::Course;
use crate::answers::view::{Comparison, Span, StageLimit};
use crate::domain::ids::AgreementId;
use crate::domain::words::{LimitFrom, Stage};
use crate::projections::limits::NoEstimate;

/// The rounds of a stage, drawn.
pub struct Compared {
    /// The title: which rounds are compared.
    pub title: String,
    /// The name of its place on the page.
    pub name: String,
    /// How many are compared, and how many have moved on.
    pub counts: String,
    /// The days along the axis.
    pub axis: Markup,
    /// The rounds that are compared, one bar each.
    pub bars: Vec<Bar>,
    /// The limit of the stage, in days.
    pub limit: Option<u32>,
    /// Why it is so many.
    pub reason: String,
    /// The share that waits, as a curve; nothing where no curve is asked for.
    pub curve: Markup,
}

/// A round with its bar.
pub struct Bar {
    /// The agreement to whose page it leads.
    pub agreement: AgreementId,
    /// The name of the country.
    pub name: String,
    /// Whether it is the round that the page is about.
    pub me: bool,
    /// The bar as a drawing.
    pub bar: Markup,
    /// The days of the round in words.
    pub text: String,
}

impl Compared {
    /// The rounds that a limit compares, with those that the page is about and of unknown outcome among the courses.
    pub fn of(node: &StageLimit, courses: &[Course], me: Option<(&AgreementId, u16)>) -> Self {
        let race = race(node, courses, me);
        let estimate = &node.limit.estimate;
        let bars = race.runners.iter().map(|of| {
            let year = of.year.map(|year| format!(" {year}")).unwrap_or_default();
            Bar {
                agreement: of.agreement.clone(),
                name: format!("{}{year}", of.country.name),
                me: of.me,
                bar: runner(&race, of),
                text: of.text.clone(),
            }
        });
        let count = race.runners.len();
        let moved = estimate.moved_on_count;
        let have = if moved == 1 { "has" } else { "have" };
        Self {
            title: title(node),
            name: format!(
                "{}{}{}",
                node.stage.0,
                part(node.renewal, "-renewal"),
                part(node.feasibility, "-feasibility")
            ),
            counts: format!(
                "{} of {} {have} moved on for sure.",
                dates::large(&dates::count(moved)),
                dates::count(count)
            ),
            axis: race_axis(&race),
            bars: bars.collect(),
            limit: node.limit.days,
            reason: node.limit.reason.clone(),
            curve: estimate.curves.as_ref().map(|curves| super::chart::curve(curves, &race)).unwrap_or_default(),
        }
    }
}

/// The race of a limit.
pub fn race(node: &StageLimit, courses: &[Course], me: Option<(&AgreementId, u16)>) -> Race {
    let unknown = |id: &AgreementId, round: u16| {
        let course = courses.iter().find(|course| course.agreement == *id);
        let waiting = course.and_then(|course| course.status.waiting);
        waiting.is_some_and(|waiting| waiting.outcome_unknown && waiting.round == round)
    };
    Race::of(&node.limit, me, unknown)
}

/// What a limit is about: the stage and the kind of round.
pub fn title(node: &StageLimit) -> String {
    let kind = kind(node.renewal, node.feasibility);
    format!("{}: {kind}", words::waits_in(node.stage.0))
}

/// What rounds have in common.
pub const fn kind(renewal: bool, feasibility: bool) -> &'static str {
    match (renewal, feasibility) {
        (true, _) => "renewals",
        (_, true) => "notices that asked about feasibility only",
        _ => "first agreements",
    }
}

fn part(there: bool, text: &str) -> &str {
    if there { text } else { "" }
}

/// Who set a limit, and why not the other.
pub fn set_by(node: &StageLimit) -> String {
    let estimate = &node.limit.estimate;
    match (node.limit.from.0, estimate.no_limit_because.map(|why| why.0)) {
        (LimitFrom::Estimate, _) => {
            format!("what comparable rounds took: {:.0} of 100 had moved on by then", estimate.quantile * 100.0)
        }
        (_, Some(NoEstimate::FewTransitions)) => {
            let (moved, least) = (estimate.moved_on_count, estimate.least_transitions);
            format!("set by hand: only {moved} of the {least} that are asked for have moved on")
        }
        (_, Some(NoEstimate::NotReached)) => "set by hand: too few have moved on for an estimate".to_owned(),
        (_, Some(NoEstimate::TooUncertain)) => "set by hand: the dates are too uncertain for an estimate".to_owned(),
        (_, None) => "set by hand".to_owned(),
    }
}

/// How many of 100 comparable rounds had moved on by then.
pub fn percentile(comparison: &Comparison) -> String {
    of_hundred(comparison.percentile)
}

/// A range of figures of 100, without digits.
pub fn of_hundred(Span { least, most }: Span<f64>) -> String {
    let (least, most) = (format!("{least:.0}"), format!("{most:.0}"));
    if least == most { least } else { format!("{least} to {most}") }
}

/// The words for what began the wait in a stage.
pub const fn began(stage: Stage) -> &'static str {
    match stage {
        Stage::Intent => "the intent was announced",
        Stage::Consultation => "the notice was published",
        Stage::Review => "comments closed",
        Stage::Agreed => "the text was agreed",
        Stage::Determined => "the determination was made",
        Stage::Signed => "the signature",
        Stage::InForce => "the entry into force",
        Stage::NotStarted | Stage::Listed => "it came there",
    }
}
