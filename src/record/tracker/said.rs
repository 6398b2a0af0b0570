//! What is whoever recorded something warned of, and why was a command not recorded?
//!
//! Invariant: a warning never refuses anything, and a fault of the caller is never said to be one of the database.

use super::Outcome;
use crate::domain::codes::WarningCode;
use crate::domain::refusal::{Refusal, Warning};
use crate::projections::rows::Rows;
use crate::store::StoreError;

/// Adds to the last command about an agreement the warning that its history takes an unrecorded change more than before (rule 4).
pub(super) fn warn_of_unrecorded(outcomes: &mut [Outcome], rows: &[(Option<Rows>, Rows)]) {
    for (before, after) in rows {
        let needed = before.as_ref().map_or(0, |before| before.unrecorded);
        if after.unrecorded <= needed {
            continue;
        }
        let id = &after.agreement.agreement;
        let message = format!(
            "what is recorded of {id} needs {} change{} that no source gives, {needed} before",
            after.unrecorded,
            if after.unrecorded == 1 { "" } else { "s" }
        );
        let last = outcomes.iter_mut().rev().find(|outcome| outcome.event.agreement == *id && !outcome.repeated);
        if let Some(last) = last {
            last.warnings.push(Warning { code: WarningCode::UnrecordedChange, message });
        }
    }
}

/// Why a command is not recorded.
pub(super) enum No {
    Refusal(Refusal),
    Store(StoreError),
}

impl From<StoreError> for No {
    fn from(error: StoreError) -> Self {
        match error {
            // What is too large is the caller's, and nothing is broken.
            StoreError::TooLarge { bytes, most } => Self::Refusal(Refusal::field(
                "milestone",
                format!("with its sources takes {bytes} bytes, and an event takes at most {most}"),
            )),
            error => Self::Store(error),
        }
    }
}

impl From<Refusal> for No {
    fn from(refusal: Refusal) -> Self {
        Self::Refusal(refusal)
    }
}
