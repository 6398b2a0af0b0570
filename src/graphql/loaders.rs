//! How is text loaded for many agreements at once?
//!
//! Invariant: a request loads each agreement's events once, many agreements in one round trip.

use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::dataloader::Loader;
use async_graphql::{Context, Result};

use super::context::{Asked, answers};
use super::error::outward;
use crate::answers::{Answers, AskError};
use crate::domain::event::Recorded;
use crate::domain::ids::AgreementId;

/// Loads the events of agreements.
pub struct Records(pub Answers);

impl Loader<AgreementId> for Records {
    type Value = Arc<Vec<Recorded>>;
    type Error = Arc<AskError>;

    async fn load(&self, keys: &[AgreementId]) -> Result<HashMap<AgreementId, Self::Value>, Self::Error> {
        let streams = self.0.streams(keys).await.map_err(Arc::new)?;
        Ok(streams.into_iter().collect())
    }
}

/// The events of an agreement; none where no record is open.
pub async fn record(ctx: &Context<'_>, agreement: &AgreementId) -> Result<Arc<Vec<Recorded>>> {
    let loader = ctx.data::<Arc<Asked>>()?.loader(answers(ctx)?);
    let loaded = loader.load_one(agreement.clone()).await.map_err(|error| outward(&error))?;
    Ok(loaded.unwrap_or_default())
}
