//! How much does the record know of each agreement's days?
//!
//! Invariant: it is folded from what was known at the pin; an agreement without any known day is in the answer too.

use super::{Answers, AskError, Pin};
use crate::domain::country::Country;
use crate::domain::ids::AgreementId;
use crate::projections::coverage::Coverage;

/// An agreement with what is known of its days.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CoverageRow {
    /// The agreement that this is about.
    pub agreement: AgreementId,
    /// What is known of its days.
    pub coverage: Coverage,
}

impl Answers {
    /// The coverage of the agreements of an instrument, or of all of them, in the order of their ids; an empty list of
    /// countries leaves none out.
    ///
    /// # Errors
    /// [`AskError`] when the instrument is not known or the log cannot be read.
    pub async fn coverage(
        &self,
        instrument: Option<&str>,
        countries: &[Country],
        pin: &Pin,
    ) -> Result<Vec<CoverageRow>, AskError> {
        let instrument = self.code(instrument)?;
        let mut all = Vec::new();
        self.fold_all(
            instrument.as_ref(),
            |id, worlds, _| {
                if worlds.known.opened && (countries.is_empty() || countries.contains(&id.country)) {
                    all.push(CoverageRow { agreement: id.clone(), coverage: Coverage::of(&worlds.known) });
                }
            },
            &pin.knowledge,
        )
        .await?;
        Ok(all)
    }
}
