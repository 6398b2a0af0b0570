//! At which date and by whose knowledge does a field answer?
//!
//! Invariant: one request has one position; every field in it reads the log as of that position.

use async_graphql::{Context, Result};

use super::error::outward;
use super::scalars::{Date, Instant, Position};
use super::words::KnowledgeBasis;
use crate::answers::{Answers, Ask, Pin};
use crate::domain::ids;

/// The position that this request noted once, at its beginning.
#[derive(Debug, Clone, Copy)]
pub struct Noted(pub ids::Position);

/// The answers that resolvers ask.
pub fn answers<'a>(ctx: &Context<'a>) -> Result<&'a Answers> {
    ctx.data::<Answers>()
}

/// The date and knowledge that some arguments mean in this request.
pub fn pin(
    ctx: &Context<'_>,
    as_of: Option<Date>,
    known_at: Option<Instant>,
    basis: KnowledgeBasis,
    at_position: Option<Position>,
) -> Result<Pin> {
    let noted = ctx.data::<Noted>()?;
    let ask = Ask {
        as_of: as_of.map(|date| date.0),
        known_at: known_at.map(|instant| instant.0),
        basis: basis.into(),
        at_position: at_position.map(|position| position.0),
    };
    answers(ctx)?.pin(&ask, noted.0).map_err(|error| outward(&error))
}
