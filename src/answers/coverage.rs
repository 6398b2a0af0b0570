//! How much does the record know of each agreement's days?
//!
//! Invariant: it is folded from what was known at the pin; an agreement without any known day is in the answer too.

use super::{Answers, AskError, Pin};
use crate::domain::ids::{AgreementId, InstrumentCode};
use crate::projections::coverage::Coverage;

impl Answers {
    /// The coverage of every agreement of an instrument, or of all of them, in the order of their ids.
    ///
    /// # Errors
    /// [`AskError`] when the log cannot be read.
    pub async fn coverage(
        &self,
        instrument: Option<&InstrumentCode>,
        pin: &Pin,
    ) -> Result<Vec<(AgreementId, Coverage)>, AskError> {
        let mut all = Vec::new();
        self.fold_all(
            instrument,
            |id, worlds, _| {
                if worlds.known.opened {
                    all.push((id.clone(), Coverage::of(&worlds.known)));
                }
            },
            &pin.knowledge,
        )
        .await?;
        Ok(all)
    }
}
