//! How is text loaded for many agreements at once?
//!
//! Invariant: what a request asks for at the same time is loaded in one round trip; the reader keeps it for the next.

use std::collections::HashMap;
use std::sync::Arc;

use crate::answers::{Answers, AskError};
use crate::domain::event::Recorded;
use crate::domain::ids::AgreementId;
use async_graphql::dataloader::Loader;

/// Loads the events of agreements.
pub struct Records(pub Answers);

impl Loader<AgreementId> for Records {
    type Value = Arc<Vec<Recorded>>;
    type Error = Arc<AskError>;

    async fn load(&self, keys: &[AgreementId]) -> Result<HashMap<AgreementId, Self::Value>, Self::Error> {
        // What a record amounts to is asked of its folded history, one record after another: they are read at once too.
        self.0.warm(keys).await.map_err(Arc::new)?;
        let streams = self.0.streams(keys).await.map_err(Arc::new)?;
        Ok(streams.into_iter().collect())
    }
}
