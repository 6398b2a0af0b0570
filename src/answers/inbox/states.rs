//! What can become of a document in the inbox, by which words?
//!
//! Invariant: one list a word; what is kept, shown and asked for is spelt from it.

use chrono::NaiveDate;

use crate::domain::words::{Word, words};

words! {
    /// The state of a document in the inbox.
    InboxState as "state of a document" {
        /// The document waits for a person to decide.
        Waiting = "waiting",
        /// A person put the document aside until a day, on which it waits again.
        Snoozed = "snoozed",
        /// The log holds what the document proposes, or what a person made of it.
        Accepted = "accepted",
        /// A person decided that the document does not belong in the record.
        Dismissed = "dismissed",
        /// Before anyone decided on the document, the record already had what it says.
        Known = "known",
    }
}

words! {
    /// What a person decided about a document.
    InboxVerdict as "verdict" {
        /// A person accepted the document, and all or some of its proposals were recorded.
        Accept = "accept",
        /// A person decided that the document does not belong in the record.
        Dismiss = "dismiss",
        /// A person put the document aside until a day.
        Snooze = "snooze",
        /// A person took a decision back, so that the document waits again.
        Reopen = "reopen",
    }
}

words! {
    /// Why a person dismissed a document.
    DismissalReason as "reason to dismiss" {
        /// The document says nothing about an agreement.
        NotAboutRdp = "not_about_rdp",
        /// The record already has what the document says.
        AlreadyKnown = "already_known",
        /// The program misread the document, which is about another country.
        WrongPartner = "wrong_partner",
        /// What the document says is not true yet.
        NotYetTrue = "not_yet_true",
        /// A reason that is not in this list.
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
    /// The record already has what the document says.
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
