//! What does every agreement's record say, one after the other?
//!
//! Invariant: the records of some agreements at a time are held, however many there are.

use super::{Answers, AskError, Dossier, Pin};
use crate::domain::event::Recorded;
use crate::domain::ids::AgreementId;

/// How many records are held at once.
const HELD: usize = 64;

impl Answers {
    /// Takes every agreement that is known at the pin with its text, in the order of their ids; one of an instrument that
    /// this process does not know is not answered for.
    ///
    /// # Errors
    /// When an instrument is not known, the log cannot be read, or the first that `take` gives.
    pub async fn each_dossier<E: From<AskError>>(
        &self,
        pin: &Pin,
        instrument: Option<&str>,
        mut take: impl FnMut(&AgreementId, &[Recorded], &Dossier) -> Result<(), E>,
    ) -> Result<(), E> {
        let code = self.code(instrument)?;
        let mut after = None;
        loop {
            let store = self.reader().store();
            let ids = store.agreement_ids(code.as_ref(), after.as_ref(), HELD).await.map_err(AskError::Store)?;
            for (id, events) in self.streams(&ids).await? {
                let Some(instrument) = self.instruments().find(&id.instrument) else { continue };
                // Folded here and not kept: a walk over everybody would take everybody else's place in memory.
                let dossier = Dossier::of(&events, instrument, &pin.knowledge);
                if dossier.worlds.known.opened {
                    take(&id, &events, &dossier)?;
                }
            }
            if ids.len() < HELD {
                return Ok(());
            }
            after = ids.into_iter().next_back();
        }
    }
}
