//! How is a figure recorded, corrected and retracted?
//!
//! Invariant: an expected no is data and names the input's field; a payload has the figure as it is after the command.

use std::sync::Arc;

use async_graphql::{Context, ID, InputObject, Result, SimpleObject};

use super::milestone::SourceInput;
use super::refused::dotted;
use super::{Refusal, actor, unwritable};
use crate::answers::view::{Figure, Term};
use crate::domain::figure::decide::FigureCommand;
use crate::domain::figure::{self, FigureCorrected, FigureEvent, FigureId, FigureRecorded, FigureRetracted};
use crate::domain::ids::{CommandId, IdError, Version};
use crate::domain::refusal;
use crate::domain::source::Source;
use crate::faces::graphql::context::{Asked, answers, pin};
use crate::faces::graphql::error::outward;
use crate::faces::graphql::scalars::{Position, Uuid};
use crate::faces::graphql::words::{Evidence, FigureAccuracy};
use crate::record::tracker::{ExecuteError, Tracker};

/// A figure: a number that a source gives about an instrument or an agreement.
#[derive(InputObject, Debug, Clone)]
pub struct FigureInput {
    /// What the figure is about: an instrument's code, such as `rdp`, or an agreement's id, such as `rdp/KR`.
    of: String,
    /// What the figure measures: `listed_partners`, `partners`, `purchases`, `import_share`, or another name of 2 to 60
    /// lower case letters, digits and underscores that begins with a letter.
    measure: String,
    /// The number as decimal text, such as `5.2`.
    value: String,
    /// How exactly the source states the number.
    accuracy: FigureAccuracy,
    /// The unit of the number: `countries` for both counts of partners, `USD a year` for `purchases`, `percent` for
    /// `import_share`, and any unit for another measure.
    unit: String,
    /// The day or the stretch of time to which the figure belongs, in EDTF: `2010-01-19` or `2019/2023`.
    span: String,
    /// How good the evidence for the number and its span is.
    evidence: Evidence,
    /// What the figure says, in one sentence for readers.
    summary: String,
}

/// A figure to record, with its sources.
#[derive(InputObject, Debug, Clone)]
pub struct RecordFigureInput {
    /// A UUID that you make. A command that you repeat under the same UUID is recorded only once.
    command_id: Uuid,
    /// The content of the figure.
    figure: FigureInput,
    /// The sources that give the figure; at least one.
    sources: Vec<SourceInput>,
}

/// A correction: what a figure should have said.
#[derive(InputObject, Debug, Clone)]
pub struct CorrectFigureInput {
    /// The `plainId` of the figure, a UUID.
    figure_id: ID,
    /// A UUID that you make. A command that you repeat under the same UUID is recorded only once.
    command_id: Uuid,
    /// The figure's `version` as you read it. The server refuses the command if the figure has another version now;
    /// when omitted, the version is not compared.
    expected_version: Option<u32>,
    /// The full new content of the figure.
    figure: FigureInput,
    /// All sources of the figure, at least one. They replace the earlier ones.
    sources: Vec<SourceInput>,
    /// The reason, in your own words.
    why: String,
}

/// A retraction of a figure that should never have been recorded.
#[derive(InputObject, Debug, Clone)]
pub struct RetractFigureInput {
    /// The `plainId` of the figure, a UUID.
    figure_id: ID,
    /// A UUID that you make. A command that you repeat under the same UUID is recorded only once.
    command_id: Uuid,
    /// The figure's `version` as you read it. The server refuses the command if the figure has another version now;
    /// when omitted, the version is not compared.
    expected_version: Option<u32>,
    /// The reason, in your own words.
    why: String,
}

macro_rules! payloads {
    ($($(#[$doc:meta])* $name:ident)+) => { $(
        $(#[$doc])*
        #[derive(SimpleObject)]
        pub struct $name {
            /// The figure as it is after the command; null when the command was refused.
            figure: Option<Figure>,
            /// The position of the event that this command recorded, now or when it was first sent; null when the
            /// command was refused.
            position: Option<Position>,
            /// Whether the same command had recorded this event before.
            repeated: bool,
            /// Why the command recorded nothing; null when it was not refused.
            refusal: Option<Refusal>,
        }

        impl From<Told> for $name {
            fn from(Told { figure, position, repeated, refusal }: Told) -> Self {
                Self { figure, position, repeated, refusal }
            }
        }
    )+ };
}

payloads! {
    /// The result of recording a figure: the figure, or the refusal.
    RecordFigurePayload
    /// The result of correcting a figure: the figure, or the refusal.
    CorrectFigurePayload
}

/// The result of retracting a figure: the position of the event, or the refusal.
#[derive(SimpleObject)]
pub struct RetractFigurePayload {
    /// The position of the event that this command recorded, now or when it was first sent; null when the command was
    /// refused.
    position: Option<Position>,
    /// Whether the same command had recorded this event before.
    repeated: bool,
    /// Why the command recorded nothing; null when it was not refused.
    refusal: Option<Refusal>,
}

impl From<Told> for RetractFigurePayload {
    fn from(Told { position, repeated, refusal, .. }: Told) -> Self {
        Self { position, repeated, refusal }
    }
}

/// What became of a command.
pub struct Told {
    figure: Option<Figure>,
    position: Option<Position>,
    repeated: bool,
    refusal: Option<Refusal>,
}

/// A command about a figure, but for who sends it: its id, the figure unless it is new, the version, and the event.
pub struct Telling(CommandId, Option<FigureId>, Option<Version>, FigureEvent);

impl FigureInput {
    fn read(self) -> Result<figure::Figure, refusal::Refusal> {
        fn part<T: std::str::FromStr<Err: std::fmt::Display>>(name: &str, text: &str) -> Result<T, refusal::Refusal> {
            text.parse().map_err(|error: T::Err| refusal::Refusal::field(name, format!("is wrong: {error}")))
        }
        Ok(figure::Figure {
            of: part("of", &self.of)?,
            measure: part("measure", &self.measure)?,
            value: part("value", &self.value)?,
            accuracy: self.accuracy.0,
            unit: self.unit,
            span: part("span", &self.span)?,
            evidence: self.evidence.0,
            summary: self.summary,
        })
    }
}

fn sources(inputs: Vec<SourceInput>) -> Vec<Source> {
    inputs.into_iter().map(Into::into).collect()
}

fn id(id: &ID) -> Result<FigureId, refusal::Refusal> {
    id.parse().map_err(|error: IdError| refusal::Refusal::field("figureId", format!("is wrong: {error}")))
}

impl TryFrom<RecordFigureInput> for Telling {
    type Error = refusal::Refusal;

    fn try_from(input: RecordFigureInput) -> Result<Self, refusal::Refusal> {
        let recorded = FigureRecorded { figure: input.figure.read()?, sources: sources(input.sources) };
        let command = CommandId::of_caller(input.command_id.0, 0)?;
        Ok(Self(command, None, None, FigureEvent::Recorded(recorded)))
    }
}

impl TryFrom<CorrectFigureInput> for Telling {
    type Error = refusal::Refusal;

    fn try_from(input: CorrectFigureInput) -> Result<Self, refusal::Refusal> {
        let (content, sources) = (input.figure.read()?, sources(input.sources));
        let corrected = FigureCorrected { content, sources, why: input.why };
        let command = CommandId::of_caller(input.command_id.0, 0)?;
        let version = input.expected_version.map(Version);
        Ok(Self(command, Some(id(&input.figure_id)?), version, FigureEvent::Corrected(corrected)))
    }
}

impl TryFrom<RetractFigureInput> for Telling {
    type Error = refusal::Refusal;

    fn try_from(input: RetractFigureInput) -> Result<Self, refusal::Refusal> {
        let command = CommandId::of_caller(input.command_id.0, 0)?;
        let version = input.expected_version.map(Version);
        let retracted = FigureEvent::Retracted(FigureRetracted { why: input.why });
        Ok(Self(command, Some(id(&input.figure_id)?), version, retracted))
    }
}

/// Where in the input a refusal is at fault.
fn place(refusal: &refusal::Refusal) -> Option<String> {
    let of_input = |place: &str| {
        let root = place.split(['.', '[']).next().unwrap_or_default();
        let outside = ["sources", "why", "figure", "figureId", "commandId", "expectedVersion"];
        if outside.contains(&root) { dotted(place) } else { format!("figure.{}", dotted(place)) }
    };
    match refusal {
        refusal::Refusal::NoSuchFigure(_) | refusal::Refusal::FigureRetracted(_) => Some("figureId".to_owned()),
        refusal::Refusal::UnknownInstrument { .. } => Some("figure.of".to_owned()),
        refusal => refusal.place().map(of_input),
    }
}

/// Records, corrects or retracts a figure.
pub async fn tell<P: From<Told>>(
    ctx: &Context<'_>,
    telling: impl TryInto<Telling, Error = refusal::Refusal>,
) -> Result<P> {
    let refused = |refusal: &refusal::Refusal| {
        let refusal = Refusal { code: Term(refusal.code()), message: refusal.to_string(), field: place(refusal) };
        Told { figure: None, position: None, repeated: false, refusal: Some(refusal) }
    };
    let Telling(id, figure, expected_version, event) = match telling.try_into() {
        Ok(telling) => telling,
        Err(refusal) => return Ok(refused(&refusal).into()),
    };
    let figure = figure.unwrap_or_else(|| id.into());
    let command = FigureCommand { id, figure, expected_version, actor: actor(ctx)?.clone(), event };
    let outcome = match ctx.data::<Tracker>()?.execute_figures(vec![command], false).await {
        Ok(mut outcomes) => outcomes.pop(),
        Err(ExecuteError::Refused { refusal, .. }) => return Ok(refused(&refusal).into()),
        Err(ExecuteError::Store(error)) => return Err(unwritable(error.as_ref(), error.advice())),
    };
    let Some(outcome) = outcome else { return Ok(refused(&refusal::Refusal::NoSuchFigure(figure)).into()) };
    let position = outcome.event.position;
    answers(ctx)?.reach(position).await.map_err(|error| outward(&error))?;
    ctx.data::<Arc<Asked>>()?.move_to(answers(ctx)?.position());
    let pin = pin(ctx, None, None, None, None).await?;
    let row = answers(ctx)?.figure(figure, &pin).await.map_err(|error| outward(&error))?;
    let figure = row.as_ref().map(Into::into);
    Ok(Told { figure, position: Some(Position(position)), repeated: outcome.repeated, refusal: None }.into())
}
