//! How does a line of a fact file become a command?
//!
//! Invariant: the same line is the same command on every machine and every day: its id follows from its key.

use serde::{Deserialize, Serialize};

use crate::domain::command::{Command, Intent};
use crate::domain::event::{MilestoneCorrected, MilestoneRecorded};
use crate::domain::figure::decide::FigureCommand;
use crate::domain::figure::{Figure, FigureCorrected, FigureEvent, FigureId, FigureRecorded};
use crate::domain::ids::{Actor, AgreementId, CommandId, IdError, MilestoneId, Version};
use crate::domain::milestone::{Detail, Milestone};
use crate::domain::source::{Source, document_number};

/// The facts that come with the program, a name and a text of JSON Lines each.
pub const BUNDLED: [(&str, &str); 2] =
    [("rdp.jsonl", include_str!("../../data/rdp.jsonl")), ("sosa.jsonl", include_str!("../../data/sosa.jsonl"))];

/// One line of a fact file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Line {
    /// The key of the line, which no other line ever has: `rdp/LV/signed-1`.
    pub key: String,
    /// The agreement of the milestone: `rdp/LV`.
    pub agreement: String,
    /// The milestone that the line has.
    pub milestone: Milestone,
    /// The sources that say that the milestone happened.
    pub sources: Vec<Source>,
}

/// Why a line is not a fact.
#[derive(Debug, thiserror::Error)]
pub enum LineError {
    /// Not the JSON of a line.
    #[error("{0}")]
    Json(#[from] serde_json::Error),
    /// The agreement's id is wrong.
    #[error(transparent)]
    Agreement(#[from] IdError),
    /// The key is empty or too long.
    #[error("the key is empty or longer than 200 characters")]
    Key,
}

impl Line {
    /// Reads a line.
    ///
    /// # Errors
    /// [`LineError`], naming the column or the rule.
    pub fn parse(text: &str) -> Result<(Self, AgreementId), LineError> {
        let mut line: Self = serde_json::from_str(text)?;
        if let Detail::NoticePublished { document_number: Some(number), .. } = &mut line.milestone.detail {
            *number = document_number(number);
        }
        for number in line.sources.iter_mut().filter_map(|source| source.document_number.as_mut()) {
            *number = document_number(number);
        }
        if line.key.trim().is_empty() || line.key.len() > 200 {
            return Err(LineError::Key);
        }
        let agreement = line.agreement.parse()?;
        Ok((line, agreement))
    }

    /// The id of the command that records a key's milestone.
    #[must_use]
    pub fn command_id(key: &str) -> CommandId {
        CommandId::named(&format!("fact:{key}"))
    }

    /// The milestones that can be a key's, in the order in which they are looked for: the second where somebody else's event
    /// has the first one's id.
    pub fn milestones(key: &str) -> impl Iterator<Item = MilestoneId> {
        let first = Self::command_id(key);
        std::iter::once(first).chain(first.others()).map(MilestoneId::from)
    }

    /// The command that records this line.
    #[must_use]
    pub fn record(self, agreement: AgreementId, actor: Actor) -> Command {
        let id = Self::command_id(&self.key);
        let intent = Intent::RecordMilestone(MilestoneRecorded { milestone: self.milestone, sources: self.sources });
        Command { id, agreement, expected_version: None, actor, intent }
    }

    /// The command that makes a milestone, the key's, say what this line says.
    ///
    /// Its id follows from the content and from the version it corrects, so that the same correction twice is one,
    /// and a correction back to an earlier content is another.
    #[must_use]
    pub fn correct(self, agreement: AgreementId, actor: Actor, milestone: MilestoneId, standing: &str) -> Command {
        let content = serde_json::to_string(&self).unwrap_or_default();
        let id = CommandId::named(&format!("correct:{standing}:{content}"));
        let why = format!("corrected by a later fact file under key {}", self.key);
        let intent = Intent::CorrectMilestone(MilestoneCorrected {
            milestone,
            content: self.milestone,
            sources: self.sources,
            why,
        });
        Command { id, agreement, expected_version: None, actor, intent }
    }
}

/// The command that opens an agreement's record, the same for every actor.
#[must_use]
pub fn open(agreement: AgreementId, actor: Actor) -> Command {
    let id = CommandId::named(&format!("open:{agreement}"));
    Command { id, agreement, expected_version: None, actor, intent: Intent::OpenAgreement }
}

/// The commands that record a whole text of lines into an empty log, each agreement opened before its first fact.
///
/// # Errors
/// The number of the first line, from 1, that is no fact, and why.
pub fn commands(text: &str, actor: &Actor) -> Result<Vec<Command>, (usize, LineError)> {
    let mut commands = Vec::new();
    let mut opened = std::collections::BTreeSet::new();
    for (number, line) in (1..).zip(text.lines()) {
        let (line, agreement) = Line::parse(line).map_err(|error| (number, error))?;
        if opened.insert(agreement.clone()) {
            commands.push(open(agreement.clone(), actor.clone()));
        }
        commands.push(line.record(agreement, actor.clone()));
    }
    Ok(commands)
}

/// The figures that come with the program, a name and a text of JSON Lines.
pub const BUNDLED_FIGURES: (&str, &str) = ("figures.jsonl", include_str!("../../data/figures.jsonl"));

/// One line of a file of figures.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FigureLine {
    /// The name of this line, which no other line ever has: `rdp/listed-partners-1`.
    pub key: String,
    /// The figure that the line gives.
    pub figure: Figure,
    /// The sources that give it.
    pub sources: Vec<Source>,
}

impl FigureLine {
    /// Whether a text is a file of figures, by its first line.
    #[must_use]
    pub fn begins(text: &str) -> bool {
        let first = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
        serde_json::from_str::<serde_json::Value>(first).is_ok_and(|line| line.get("figure").is_some())
    }

    /// Reads a line.
    ///
    /// # Errors
    /// [`LineError`], naming the column or the rule.
    pub fn parse(text: &str) -> Result<Self, LineError> {
        let mut line: Self = serde_json::from_str(text)?;
        for number in line.sources.iter_mut().filter_map(|source| source.document_number.as_mut()) {
            *number = document_number(number);
        }
        if line.key.trim().is_empty() || line.key.len() > 200 { Err(LineError::Key) } else { Ok(line) }
    }

    /// The figure of a key.
    #[must_use]
    pub fn figure_id(key: &str) -> FigureId {
        Line::command_id(key).into()
    }

    /// The command that records this line.
    #[must_use]
    pub fn record(self, actor: Actor) -> FigureCommand {
        let (id, figure) = (Line::command_id(&self.key), Self::figure_id(&self.key));
        let event = FigureEvent::Recorded(FigureRecorded { figure: self.figure, sources: self.sources });
        FigureCommand { id, figure, expected_version: None, actor, event }
    }

    /// The command that makes the key's figure say what this line says, as [`Line::correct`] does.
    #[must_use]
    pub fn correct(self, actor: Actor, standing: Version) -> FigureCommand {
        let content = serde_json::to_string(&self).unwrap_or_default();
        let id = CommandId::named(&format!("correct:{standing}:{content}"));
        let why = format!("corrected by a later fact file under key {}", self.key);
        let figure = Self::figure_id(&self.key);
        let corrected = FigureCorrected { content: self.figure, sources: self.sources, why };
        FigureCommand { id, figure, expected_version: None, actor, event: FigureEvent::Corrected(corrected) }
    }
}

/// The commands that record a whole text of figures into an empty log.
///
/// # Errors
/// The number of the first line, from 1, that is no figure, and why.
pub fn figures(text: &str, actor: &Actor) -> Result<Vec<FigureCommand>, (usize, LineError)> {
    let line = |(number, text)| match FigureLine::parse(text) {
        Ok(line) => Ok(line.record(actor.clone())),
        Err(error) => Err((number, error)),
    };
    (1..).zip(text.lines()).map(line).collect()
}
