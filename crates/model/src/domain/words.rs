//! Which words may be used, and how are they spelt?
//!
//! Invariant: a word has one spelling (`snake_case`) in storage, in imports and on the command line;
//! renaming a Rust variant never renames it.

pub use super::possible::Possible;

/// A word outside its vocabulary, with the words that would have been right.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{given}` is not a {vocabulary}; use one of {allowed}")]
pub struct UnknownWord {
    /// The text that was given.
    pub given: String,
    /// The name of the vocabulary.
    pub vocabulary: &'static str,
    /// The words of the vocabulary, comma separated.
    pub allowed: String,
}

/// A closed vocabulary whose words have an order and a frozen spelling.
pub trait Word: Copy + Eq + Send + Sync + 'static {
    /// What the vocabulary is called in messages.
    const VOCABULARY: &'static str;
    /// What its enum is called in the schema.
    const TYPE: &'static str;
    /// What the vocabulary says, as its documentation has it.
    const ABOUT: &'static str;
    /// Every word, in order.
    const ALL: &'static [Self];
    /// The frozen spelling of the word.
    fn as_str(self) -> &'static str;
    /// What the word means, as its documentation has it.
    fn about(self) -> &'static str;
    /// The place in [`Word::ALL`], which is also its bit in a [`Possible`].
    fn index(self) -> u32;
    /// The word with this spelling, in any case.
    ///
    /// # Errors
    /// [`UnknownWord`], naming the words that exist.
    fn parse(text: &str) -> Result<Self, UnknownWord> {
        Self::ALL.iter().copied().find(|word| word.as_str().eq_ignore_ascii_case(text)).ok_or_else(|| UnknownWord {
            given: text.chars().take(60).collect(),
            vocabulary: Self::VOCABULARY,
            allowed: Self::ALL.iter().map(|word| word.as_str()).collect::<Vec<_>>().join(", "),
        })
    }
}

/// One list a vocabulary: it makes the enum, the frozen spelling of each word, and everything that follows from them, its GraphQL
/// enum and its descriptions included. That enum has the same name, or the one that it is `called`.
#[macro_export]
macro_rules! words {
    (
        $(#[doc = $about:literal])+
        $name:ident as $vocabulary:literal $(called $called:literal)? $(default $default:ident)?
        { $($(#[doc = $doc:literal])+ $variant:ident = $text:literal),+ $(,)? }
    ) => {
        $(#[doc = $about])+
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        pub enum $name { $($(#[doc = $doc])+ #[serde(rename = $text)] $variant),+ }
        impl $crate::domain::words::Word for $name {
            const VOCABULARY: &'static str = $vocabulary;
            const TYPE: &'static str = [$($called,)? stringify!($name)][0];
            const ABOUT: &'static str = concat!($($about),+).trim_ascii();
            const ALL: &'static [Self] = &[$(Self::$variant),+];
            fn as_str(self) -> &'static str { match self { $(Self::$variant => $text),+ } }
            fn about(self) -> &'static str { match self { $(Self::$variant => concat!($($doc),+).trim_ascii()),+ } }
            fn index(self) -> u32 { self as u32 }
        }
        $(impl Default for $name { fn default() -> Self { Self::$default } })?
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad($crate::domain::words::Word::as_str(*self))
            }
        }
        impl std::str::FromStr for $name {
            type Err = $crate::domain::words::UnknownWord;
            fn from_str(text: &str) -> Result<Self, Self::Err> { $crate::domain::words::Word::parse(text) }
        }
    };
}
pub use words;

words! {
    /// How far the latest round has come.
    Stage as "stage" {
        /// No round was ever opened, or the last round was given up.
        NotStarted = "not_started",
        /// A party announced that it wants an agreement, or talks were observed.
        Intent = "intent",
        /// A notice asks industry for comments.
        Consultation = "consultation",
        /// Comments have closed, and no later step is on record.
        Review = "review",
        /// The parties have agreed on the text.
        Agreed = "agreed",
        /// The public interest determination is made (FAR 25.103(a)).
        Determined = "determined",
        /// The agreement is signed, and not yet in force.
        Signed = "signed",
        /// The agreement is in force, and the regulation does not list the partner.
        InForce = "in_force",
        /// The agreement is in force, and the regulation lists the partner (DFARS 225.872-1).
        Listed = "listed",
    }
}

words! {
    /// The legal state of an agreement.
    Standing as "standing" {
        /// No agreement was ever concluded.
        NotConcluded = "not_concluded",
        /// The agreement is signed, and not yet in force.
        Signed = "signed",
        /// The agreement is in force.
        InForce = "in_force",
        /// The agreement is suspended.
        Suspended = "suspended",
        /// The agreement's term ended.
        Expired = "expired",
        /// A party ended the agreement.
        Terminated = "terminated",
    }
}

words! {
    /// How the regulation treats the partner's products.
    Listing as "listing" {
        /// The regulation does not name the partner.
        Unlisted = "unlisted",
        /// The regulation names the partner, and each purchase needs its own determination (DFARS 225.872-1(b)).
        CaseByCase = "case_by_case",
        /// The regulation names the partner, with one blanket exception in place of a determination for each purchase
        /// (DFARS 225.872-1(a)).
        Blanket = "blanket",
    }
}

words! {
    /// One value that sums up a status.
    Headline as "headline" {
        /// There is no agreement and no attempt at one.
        NoAgreement = "no_agreement",
        /// A party announced that it wants an agreement, or talks were observed.
        IntentAnnounced = "intent_announced",
        /// A notice asks industry for comments.
        InConsultation = "in_consultation",
        /// Comments have closed, and no later step is on record.
        UnderReview = "under_review",
        /// The parties have agreed on the text.
        TextAgreed = "text_agreed",
        /// The public interest determination is made.
        DeterminationMade = "determination_made",
        /// The agreement is signed, and not yet in force.
        Signed = "signed",
        /// The agreement is in force.
        InForce = "in_force",
        /// The agreement is suspended.
        Suspended = "suspended",
        /// The term of the agreement ended.
        Expired = "expired",
        /// A party ended the agreement.
        Terminated = "terminated",
    }
}

words! {
    /// How good the evidence for a date is.
    Evidence as "evidence" {
        /// A source states the date.
        Stated = "stated",
        /// The date is concluded from what sources say. It counts for the status, and answers mark it as inferred.
        Inferred = "inferred",
        /// A source gives the date only roughly. Answers show it, but it never counts for the status.
        Approximate = "approximate",
        /// The date is probably wrong. Answers show it, but it never counts for the status.
        Suspect = "suspect",
    }
}

impl Evidence {
    /// Whether evidence of this quality may decide a status (rule 15).
    #[must_use]
    pub const fn decides(self) -> bool {
        matches!(self, Self::Stated | Self::Inferred)
    }
}

words! {
    /// Whether a source is the official record or reports on it.
    Reliability as "reliability" {
        /// An official record.
        Primary = "primary",
        /// A report about an official record.
        Secondary = "secondary",
    }
}

words! {
    /// What a notice asked industry about.
    NoticePurpose as "notice purpose" {
        /// A first or a new agreement is being negotiated.
        Negotiation = "negotiation",
        /// Whether an agreement is feasible at all (Poland, 73 FR 33992).
        Feasibility = "feasibility",
        /// An existing agreement is to be renewed, extended or replaced by a follow-on agreement.
        Renewal = "renewal",
    }
}

words! {
    /// The kind of a milestone: what happened to an agreement.
    MilestoneKind as "milestone kind" {
        /// A statement by a party that it wants an agreement.
        IntentAnnounced = "intent_announced",
        /// A Federal Register notice asks industry for comments.
        NoticePublished = "notice_published",
        /// Comments on a notice closed.
        CommentsClosed = "comments_closed",
        /// The parties settled the text.
        TextAgreed = "text_agreed",
        /// The partner's cabinet, parliament or head of state approved the agreement.
        DomesticApproval = "domestic_approval",
        /// The determination and findings under FAR 25.103(a) were made.
        DeterminationMade = "determination_made",
        /// Both sides signed the agreement; the last signature dates the milestone.
        Signed = "signed",
        /// The agreement entered into force.
        EnteredIntoForce = "entered_into_force",
        /// The partner was added to the regulation's list.
        Listed = "listed",
        /// The partner was moved from one paragraph of the regulation's list to the other.
        ListingChanged = "listing_changed",
        /// The partner was removed from the regulation's list.
        Delisted = "delisted",
        /// The parties renewed or extended the agreement.
        Renewed = "renewed",
        /// The parties amended the agreement.
        Amended = "amended",
        /// The agreement was suspended.
        Suspended = "suspended",
        /// The agreement was resumed after a suspension.
        Resumed = "resumed",
        /// The agreement's term ended.
        Expired = "expired",
        /// A party ended the agreement.
        Terminated = "terminated",
        /// The parties gave up the attempt at an agreement.
        Withdrawn = "withdrawn",
        /// A source shows the listing or the standing on a day, or that talks were under way, but not when that began.
        Observed = "observed",
        /// A note for readers, which never changes the status.
        Noted = "noted",
    }
}

words! {
    /// What set the limit after which a round counts as stalled.
    LimitFrom as "origin of a limit" called "LimitSource" {
        /// The estimate from comparable rounds set the limit.
        Estimate = "estimate",
        /// The instrument's own limit for the stage applies, because comparable rounds are too few or too uncertain for
        /// an estimate.
        Fallback = "fallback",
        /// The alert rule itself set the limit.
        Rule = "rule",
    }
}

words! {
    /// What ends on the day of a deadline.
    Deadline as "deadline" called "DeadlineKind" {
        /// The last day for comments on a notice.
        CommentsClose = "comments_close",
        /// The last day of an agreement's term.
        TermEnds = "term_ends",
    }
}

words! {
    /// The state of an alert on a day.
    AlertState as "alert state" {
        /// The condition holds, and nobody has acknowledged or silenced the alert.
        Firing = "firing",
        /// The condition holds, and a person has acknowledged the alert.
        Acknowledged = "acknowledged",
        /// The condition holds, and a person has silenced the alert until a day that has not passed.
        Silenced = "silenced",
        /// The alert has ended: its condition no longer holds, or a person resolved it.
        Resolved = "resolved",
    }
}

words! {
    /// The reason for which an alert ended.
    ResolvedBy as "end of an alert" called "AlertEnd" {
        /// A milestone was recorded, after which the condition no longer holds.
        MilestoneRecorded = "milestone_recorded",
        /// A milestone was corrected, refined or retracted, or got another source, after which the condition no longer
        /// holds.
        Corrected = "corrected",
        /// The parties gave up the round.
        Withdrawn = "withdrawn",
        /// The limit changed, because comparable rounds, the instrument or the alert rule now give another one.
        LimitChanged = "limit_changed",
        /// The alert ended because time passed, without a new event: the deadline is over, or it is no longer certain
        /// that the round still waits in that stage.
        DatePassed = "date_passed",
        /// An administrator enabled the webhook again, disabled it or removed it.
        WebhookManaged = "webhook_managed",
        /// The operator has removed the alert rule.
        RuleRemoved = "rule_removed",
        /// A person resolved the alert.
        Hand = "hand",
    }
}

words! {
    /// The reason for which a webhook was disabled. The server sends nothing more to a disabled webhook.
    DisabledBy as "reason to disable" {
        /// An administrator disabled the webhook. It has not failed, so it raises no alert.
        Hand = "hand",
        /// The receiver answered 410, which says that it wants no more messages.
        Gone = "gone",
        /// Every attempt to deliver a message has failed for five days.
        Failures = "failures",
    }
}

impl DisabledBy {
    /// The same as people read it, within a sentence.
    #[must_use]
    pub const fn why(self) -> &'static str {
        match self {
            Self::Hand => "by hand",
            Self::Gone => "the receiver answered 410: it wants no more",
            Self::Failures => "every attempt has failed for five days",
        }
    }
}

impl MilestoneKind {
    /// The stage that this reaches, or none, whatever the instrument; `None` where the instrument's file says so.
    #[must_use]
    pub const fn own_stage(self) -> Option<Option<Stage>> {
        match self {
            Self::Signed => Some(Some(Stage::Signed)),
            Self::EnteredIntoForce | Self::Renewed => Some(Some(Stage::InForce)),
            Self::Listed | Self::ListingChanged => Some(Some(Stage::Listed)),
            Self::Delisted
            | Self::Suspended
            | Self::Resumed
            | Self::Expired
            | Self::Terminated
            | Self::Withdrawn
            | Self::Observed
            | Self::Noted => Some(None),
            _ => None,
        }
    }

    /// The place among milestones of the same dates in lists, which no answer rests on; the order within a day that worlds
    /// keep is rule 2's, in `projections::worlds`.
    ///
    /// The order of a lifecycle, with three exceptions: an expiry comes before a signature or renewal
    /// of the same day, because what follows an old agreement does not end with it; an observation
    /// comes after every milestone of its day; a note comes last.
    #[must_use]
    pub const fn rank(self) -> u8 {
        match self {
            Self::Expired | Self::Terminated => 0,
            Self::Suspended => 1,
            Self::Resumed => 2,
            Self::Withdrawn => 3,
            Self::IntentAnnounced => 4,
            Self::NoticePublished => 5,
            Self::CommentsClosed => 6,
            Self::TextAgreed => 7,
            Self::DomesticApproval => 8,
            Self::DeterminationMade => 9,
            Self::Signed => 10,
            Self::EnteredIntoForce => 11,
            Self::Renewed => 12,
            Self::Amended => 13,
            Self::Delisted => 14,
            Self::Listed => 15,
            Self::ListingChanged => 16,
            Self::Observed => 18,
            Self::Noted => 19,
        }
    }
}
