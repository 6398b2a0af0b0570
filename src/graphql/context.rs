//! At which date and by whose knowledge does a field answer?
//!
//! Invariant: one answer has one position; every field in it reads the log as of that position.

use std::sync::Arc;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

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
    /// The position that it noted at its beginning.
    position: AtomicU64,
    /// What loads text for it, made when the first field wants some.
    loader: OnceLock<DataLoader<Records>>,
}

impl Asked {
    /// A request at a position.
    pub const fn at(position: ids::Position) -> Self {
        Self { position: AtomicU64::new(position.0), loader: OnceLock::new() }
    }

    /// The position that its fields answer by.
    pub fn position(&self) -> ids::Position {
        ids::Position(self.position.load(Ordering::SeqCst))
    }

    /// Moves on to a position: a mutation to what it wrote, a subscription to its next event. Both do so before the
    /// fields below them are asked, and never beside another.
    pub fn move_to(&self, position: ids::Position) {
        self.position.store(position.0, Ordering::SeqCst);
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
    let asked = ctx.data::<Arc<Asked>>()?;
    let ask = Ask {
        as_of: as_of.map(|date| date.0),
        known_at: known_at.map(|instant| instant.0),
        basis: basis.unwrap_or(KnowledgeBasis::Recorded).into(),
        at_position: at_position.map(|position| position.0),
    };
    answers(ctx)?.pin(&ask, asked.position()).map_err(|error| outward(&error))
}
