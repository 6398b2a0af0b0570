//! May this be recorded about a figure?
//!
//! Invariant: only [`decide`] makes a [`FigureDecision`]; what was retracted is never changed again.

use chrono::NaiveDate;

use super::state::FigureRecord;
use super::{Figure, FigureEvent, FigureId};
use crate::domain::agreement::EntryState;
use crate::domain::decide::{happened, sources, text};
use crate::domain::ids::{Actor, CommandId, Version};
use crate::domain::refusal::Refusal;
use crate::domain::source::Source;

/// A wish to record something about a figure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FigureCommand {
    /// What makes it the same command when it is sent again.
    pub id: CommandId,
    /// The figure that is meant; of a new one, what follows from the command's id.
    pub figure: FigureId,
    /// The version that the caller saw; refused when there is a newer one. `None` does not ask.
    pub expected_version: Option<Version>,
    /// Who sends it.
    pub actor: Actor,
    /// What it is to say.
    pub event: FigureEvent,
}

/// A command that was let through.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FigureDecision {
    command: FigureCommand,
}

impl FigureDecision {
    /// The command that was let through, with the event to append.
    #[must_use]
    pub const fn command(&self) -> &FigureCommand {
        &self.command
    }
}

/// Lets a command through or refuses it, by the figure's own events; `None` when it was never recorded.
///
/// # Errors
/// The [`Refusal`] that says why, and what would be allowed.
pub fn decide(
    figure: Option<&FigureRecord>,
    command: &FigureCommand,
    today: NaiveDate,
) -> Result<FigureDecision, Refusal> {
    let id = command.figure;
    let actual = figure.map(|figure| figure.version).unwrap_or_default();
    if let Some(expected) = command.expected_version.filter(|expected| *expected != actual) {
        return Err(Refusal::FigureChanged { figure: id, expected, actual });
    }
    match (&command.event, figure) {
        // The id of a new figure follows from its command, so another command has been here.
        (FigureEvent::Recorded(_), Some(_)) => return Err(Refusal::CommandReused(command.id.id)),
        (FigureEvent::Recorded(_), None) => {}
        (_, None) => return Err(Refusal::NoSuchFigure(id)),
        (_, Some(figure)) if figure.state == EntryState::Retracted => return Err(Refusal::FigureRetracted(id)),
        (_, Some(_)) => {}
    }
    well_formed(&command.event, today)?;
    Ok(FigureDecision { command: command.clone() })
}

/// That an event of a figure is well formed, whatever came before it, for the day by which it was recorded.
///
/// # Errors
/// The [`Refusal`] that says why not.
pub fn well_formed(event: &FigureEvent, today: NaiveDate) -> Result<(), Refusal> {
    match event {
        FigureEvent::Recorded(recorded) => content(&recorded.figure, &recorded.sources, today),
        FigureEvent::Corrected(corrected) => {
            text("why", &corrected.why, 2_000)?;
            content(&corrected.content, &corrected.sources, today)
        }
        FigureEvent::Retracted(retracted) => text("why", &retracted.why, 2_000),
    }
}

/// The full content of a figure.
fn content(figure: &Figure, told: &[Source], today: NaiveDate) -> Result<(), Refusal> {
    text("unit", &figure.unit, 60)?;
    text("summary", &figure.summary, 2_000)?;
    happened("span", figure.span.first(), today)?;
    if figure.of.country().is_some_and(|country| country.is_home()) {
        let problem =
            "names the United States, which concludes these agreements and is never a partner; give the instrument";
        return Err(Refusal::field("of", problem));
    }
    if let Some(measure) = figure.measure.known() {
        if figure.unit != measure.unit() {
            let problem = format!("is `{}`, but the unit of {measure} is `{}`", figure.unit, measure.unit());
            return Err(Refusal::field("unit", problem));
        }
        if measure.counts() && figure.value.whole().is_none() {
            let problem = format!("is {}, but a count of countries is a whole number, 0 or more", figure.value);
            return Err(Refusal::field("value", problem));
        }
        if measure.counts() && figure.of.country().is_some() {
            let problem = format!("names one agreement, but {measure} counts the partners of an instrument");
            return Err(Refusal::field("of", problem));
        }
    }
    sources(told, today)?;
    match told.iter().position(|source| source.tells.is_some()) {
        Some(index) => {
            let problem = "is the date of a milestone; leave it out, since a figure has a span";
            Err(Refusal::field(format!("sources[{index}].tells"), problem))
        }
        None => Ok(()),
    }
}
