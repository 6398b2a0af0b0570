//! What is a valid figure, and how is it recorded, corrected, retracted and asked for?
//!
//! Invariant: every figure here is valid by itself; a command has the id that its name gives.

use depositary::domain::figure::decide::FigureCommand;
use depositary::domain::figure::parts::Accuracy;
use depositary::domain::figure::{Figure, FigureCorrected, FigureEvent, FigureId, FigureRecorded, FigureRetracted};
use depositary::domain::ids::CommandId;
use depositary::domain::source::Source;
use depositary::domain::words::Evidence;
use serde_json::{Value, json};

use crate::facts::{actor, source};
use crate::serving::Served;

/// A figure as it is stated: of what, which measure, how much, in what, when.
pub fn figure([of, measure, value, unit, span]: [&str; 5]) -> Figure {
    Figure {
        of: of.parse().unwrap(),
        measure: measure.parse().unwrap(),
        value: value.parse().unwrap(),
        accuracy: Accuracy::Exact,
        unit: unit.to_owned(),
        span: span.parse().unwrap(),
        evidence: Evidence::Stated,
        summary: format!("{value} {unit}."),
    }
}

/// How many partners are listed on a day, as somebody counts them.
pub fn listed(count: u32, day: &str) -> Figure {
    figure(["rdp", "listed_partners", &count.to_string(), "countries", day])
}

/// A source that was published on a day.
pub fn published(title: &str, day: &str) -> Source {
    Source { published_on: Some(day.parse().unwrap()), ..source(title) }
}

fn command(name: &str, figure: FigureId, event: FigureEvent) -> FigureCommand {
    FigureCommand { id: CommandId::named(name), figure, expected_version: None, actor: actor(), event }
}

/// The figure that the command of this name recorded.
pub fn figure_of(name: &str) -> FigureId {
    CommandId::named(name).into()
}

/// Records a figure.
pub fn record(name: &str, figure: Figure, sources: Vec<Source>) -> FigureCommand {
    command(name, figure_of(name), FigureEvent::Recorded(FigureRecorded { figure, sources }))
}

/// Corrects the figure that another command recorded.
pub fn correct(name: &str, of: &str, content: Figure, sources: Vec<Source>) -> FigureCommand {
    let corrected = FigureCorrected { content, sources, why: "miscounted".to_owned() };
    command(name, figure_of(of), FigureEvent::Corrected(corrected))
}

/// Takes back the figure that another command recorded.
pub fn retract(name: &str, of: &str) -> FigureCommand {
    command(name, figure_of(of), FigureEvent::Retracted(FigureRetracted { why: "never told".to_owned() }))
}

/// Has commands recorded, all or nothing.
pub async fn tell(server: &Served, unit: Vec<FigureCommand>) {
    let _ = server.behind.tracker.execute_figures(unit, false).await.unwrap();
}

/// The values of the figures that a question of GraphQL finds, in order.
pub async fn values(server: &Served, arguments: &str) -> Vec<Value> {
    let mut answer = server.ask(&format!("{{ figures({arguments}) {{ nodes {{ value }} }} }}")).await;
    let nodes = answer["figures"]["nodes"].take();
    nodes.as_array().unwrap().iter().map(|node| node["value"].clone()).collect()
}

/// What a writer sends of a figure.
pub fn input(value: &str) -> Value {
    json!({ "of": "rdp", "measure": "listed_partners", "value": value, "accuracy": "EXACT", "unit": "countries",
        "span": "2021-03-31", "evidence": "STATED", "summary": "A count." })
}
