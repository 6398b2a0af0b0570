//! At which date and by whose knowledge does a field answer?
//!
//! Invariant: one request has one position; every field in it reads the log as of that position.

use std::sync::OnceLock;

use async_graphql::dataloader::DataLoader;
use async_graphql::{Context, Result};

use super::error::outward;
use super::loaders::Records;
use super::scalars::{Date, Instant, Position};
use super::words::KnowledgeBasis;
use crate::answers::{Answers, Ask, Pin};
use crate::domain::ids;

/// What one request notes and gathers.
pub struct Asked {
    /// The position that it noted once, at its beginning.
    pub position: ids::Position,
    /// What loads text for it, made when the first field wants some.
    loader: OnceLock<DataLoader<Records>>,
}

impl Asked {
    /// A request at a position.
    pub const fn at(position: ids::Position) -> Self {
        Self { position, loader: OnceLock::new() }
    }

    /// The loader of this request.
    pub fn loader(&self, answers: &Answers) -> &DataLoader<Records> {
        self.loader.get_or_init(|| DataLoader::new(Records(answers.clone()), tokio::spawn))
    }
}

/// The answers that resolvers ask.
pub fn answers<'a>(ctx: &Context<'a>) -> Result<&'a Answers> {
    ctx.data::<Answers>()
}

/// The date and knowledge that some arguments mean in this request.
pub fn pin(
    ctx: &Context<'_>,
    as_of: Option<Date>,
    known_at: Option<Instant>,
    basis: Option<KnowledgeBasis>,
    at_position: Option<Position>,
) -> Result<Pin> {
    let asked = ctx.data::<Asked>()?;
    let ask = Ask {
        as_of: as_of.map(|date| date.0),
        known_at: known_at.map(|instant| instant.0),
        basis: basis.unwrap_or(KnowledgeBasis::Recorded).into(),
        at_position: at_position.map(|position| position.0),
    };
    answers(ctx)?.pin(&ask, asked.position).map_err(|error| outward(&error))
}
