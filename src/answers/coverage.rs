//! How much does the record know of each agreement's days?
//!
//! Invariant: it is folded from what was known at the pin; an agreement without any known day is in the answer too.

use super::{Answers, AskError, Pin};
use crate::domain::ids::AgreementId;
use crate::projections::coverage::Coverage;

impl Answers {
    /// The coverage of every agreement of an instrument, or of all of them, in the order of their ids.
    ///
    /// # Errors
    /// [`AskError`] when the instrument is not known or the log cannot be read.
    pub async fn coverage(
        &self,
        instrument: Option<&str>,
        pin: &Pin,
    ) -> Result<Vec<(AgreementId, Coverage)>, AskError> {
        let instrument = self.code(instrument)?;
        let mut all = Vec::new();
        self.fold_all(
            instrument.as_ref(),
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
