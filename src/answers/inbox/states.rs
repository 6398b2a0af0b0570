//! What can become of a document in the inbox, by which words?
//!
//! Invariant: one list a word; what is kept, shown and asked for is spelt from it.

use chrono::NaiveDate;

use crate::domain::words::{Word, words};

words! {
    /// What has become of a document in the inbox.
    InboxState as "state of a document" {
        /// A person has to decide.
        Waiting = "waiting",
        /// A person put the document aside; it comes back by itself on a day.
        Snoozed = "snoozed",
        /// The log holds what the document proposes, or what a person made of it.
        Accepted = "accepted",
        /// A person decided that the document does not belong in the record.
        Dismissed = "dismissed",
        /// The record had it before.
        Known = "known",
    }
}

words! {
    /// What a person decided on a document.
    InboxVerdict as "verdict" {
        /// What the document proposes was recorded, all or some of it.
        Accept = "accept",
        /// The document does not belong in the record.
        Dismiss = "dismiss",
        /// The document was put aside until a day.
        Snooze = "snooze",
        /// A decision was taken back, so that the document waits again.
        Reopen = "reopen",
    }
}

words! {
    /// Why a person dismissed a document.
    DismissalReason as "reason to dismiss" {
        /// It says nothing about an agreement.
        NotAboutRdp = "not_about_rdp",
        /// The record has it already.
        AlreadyKnown = "already_known",
        /// It was misread: it means somebody else.
        WrongPartner = "wrong_partner",
        /// It is not true yet.
        NotYetTrue = "not_yet_true",
        /// Another reason than these.
        Other = "other",
    }
}

/// What has become of an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ItemState {
    /// Somebody has to decide.
    Waiting,
    /// It comes back by itself on a day.
    Snoozed(NaiveDate),
    /// The log holds what it proposes, by its own commands.
    Accepted,
    /// Somebody decided that it does not belong in the record.
    Dismissed,
    /// The record has it already.
    Known,
}

impl ItemState {
    /// The state without the day on which the document comes back.
    #[must_use]
    pub const fn word(self) -> InboxState {
        match self {
            Self::Waiting => InboxState::Waiting,
            Self::Snoozed(_) => InboxState::Snoozed,
            Self::Accepted => InboxState::Accepted,
            Self::Dismissed => InboxState::Dismissed,
            Self::Known => InboxState::Known,
        }
    }

    /// The frozen word.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.word().as_str()
    }
}
