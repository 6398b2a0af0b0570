//! What does a figure say after its events?
//!
//! Invariant: [`FigureRecord::evolve`] is total: any event that was ever recorded can be applied, in order.

use chrono::{DateTime, Utc};

use super::{Figure, FigureEvent, FigureId, FigureLogged};
use crate::domain::agreement::EntryState;
use crate::domain::ids::{Actor, Position, Version};
use crate::domain::source::Source;

/// One figure, after some of its events.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FigureRecord {
    /// The figure's id, which never changes.
    pub id: FigureId,
    /// How many events were applied.
    pub version: Version,
    /// What it says after the last correction.
    pub figure: Figure,
    /// The sources that give it.
    pub sources: Vec<Source>,
    /// Whether and how it was changed since; a figure is never refined.
    pub state: EntryState,
    /// Why it was corrected or retracted last.
    pub why: Option<String>,
    /// Who recorded it first.
    pub recorded_by: Actor,
    /// Where it was first recorded.
    pub position: Position,
    /// When it was first recorded.
    pub recorded_at: DateTime<Utc>,
    /// Where in the log the last event about it is.
    pub changed: Position,
    /// When that was recorded.
    pub changed_at: DateTime<Utc>,
}

impl FigureRecord {
    /// The figure after its events, in order; `None` before it was recorded.
    pub fn of<'a>(events: impl IntoIterator<Item = &'a FigureLogged>) -> Option<Self> {
        events.into_iter().fold(None, |figure, logged| match (figure, &logged.event) {
            (Some(mut figure), _) => {
                Self::evolve(&mut figure, logged);
                Some(figure)
            }
            (None, FigureEvent::Recorded(recorded)) => Some(Self {
                id: logged.figure,
                version: logged.version,
                figure: recorded.figure.clone(),
                sources: recorded.sources.clone(),
                state: EntryState::Recorded,
                why: None,
                recorded_by: logged.actor.clone(),
                position: logged.position,
                recorded_at: logged.recorded_at,
                changed: logged.position,
                changed_at: logged.recorded_at,
            }),
            (None, _) => None,
        })
    }

    /// Applies the next event.
    pub fn evolve(&mut self, logged: &FigureLogged) {
        self.version = logged.version;
        self.changed = logged.position;
        self.changed_at = logged.recorded_at;
        match &logged.event {
            // The door lets in no second one.
            FigureEvent::Recorded(_) => {}
            FigureEvent::Corrected(corrected) => {
                self.figure = corrected.content.clone();
                self.sources.clone_from(&corrected.sources);
                self.state = EntryState::Corrected;
                self.why = Some(corrected.why.clone());
            }
            FigureEvent::Retracted(retracted) => {
                self.state = EntryState::Retracted;
                self.why = Some(retracted.why.clone());
            }
        }
    }

    /// Whether it says just this, so that recording it again would change nothing.
    #[must_use]
    pub fn says(&self, figure: &Figure, sources: &[Source]) -> bool {
        self.figure == *figure && self.sources == sources
    }
}
