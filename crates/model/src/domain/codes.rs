//! By which codes does a program know why it was refused, not answered, or warned?
//!
//! Invariant: one list a kind of code makes the Rust word, what goes over the wire, the GraphQL enum, its descriptions, and
//! the table in `docs/codes.md`, so that none of them can know a code that the others do not.

use super::words::{Word, words};

words! {
    /// Why a mutation recorded or changed nothing: a refusal that a client must expect, which comes as data and not as an error.
    RefusalCode as "code of a refusal" {
        /// The server does not know the instrument; the message lists those that it knows.
        UnknownInstrument = "UNKNOWN_INSTRUMENT",
        /// The agreement's record is open already, so record milestones in it.
        AlreadyOpen = "ALREADY_OPEN",
        /// The agreement's record is not open yet, so open it first.
        NotOpen = "NOT_OPEN",
        /// Somebody has changed the agreement, figure or alert since you read its `version`, so read it again and
        /// decide anew.
        VersionConflict = "VERSION_CONFLICT",
        /// The command id was used for another command, so make a new id.
        CommandIdReused = "COMMAND_ID_REUSED",
        /// The command id is a UUID of version 5, which the program makes for commands of its own.
        CommandIdReserved = "COMMAND_ID_RESERVED",
        /// The agreement's record has no milestone with this id.
        NoSuchMilestone = "NO_SUCH_MILESTONE",
        /// The milestone was retracted and can no longer be changed, so record it anew.
        MilestoneRetracted = "MILESTONE_RETRACTED",
        /// The date lies after today, and only what has already happened can be recorded.
        InTheFuture = "IN_THE_FUTURE",
        /// The new date does not lie within the recorded one, so it is a correction.
        NotARefinement = "NOT_A_REFINEMENT",
        /// The record has as many events or sources as a record may have.
        RecordFull = "RECORD_FULL",
        /// The token has recorded as many facts today as a token may record in one day.
        TooManyToday = "TOO_MANY_TODAY",
        /// The agreement's history leaves no room for the milestone; the message says what stands in the way.
        Impossible = "IMPOSSIBLE",
        /// No figure with this id was ever recorded.
        NoSuchFigure = "NO_SUCH_FIGURE",
        /// The figure was retracted and can no longer be changed, so record it anew.
        FigureRetracted = "FIGURE_RETRACTED",
        /// No alert with this fingerprint has ever fired.
        NoSuchAlert = "NO_SUCH_ALERT",
        /// The alert is firing, and fires again only after it was resolved.
        AlertFiring = "ALERT_FIRING",
        /// The alert is resolved, so there is nothing to acknowledge, silence or resolve.
        AlertResolved = "ALERT_RESOLVED",
        /// A field breaks a rule; `field` names it, and the message says which rule.
        InvalidField = "INVALID_FIELD",
        /// There is no webhook with this id.
        WebhookUnknown = "WEBHOOK_UNKNOWN",
        /// The server may not send messages to the webhook's URL.
        WebhookUrl = "WEBHOOK_URL",
        /// The webhook names no topic, so the server would never send it a message.
        WebhookTopics = "WEBHOOK_TOPICS",
        /// The webhook's list of alert rules has a name that no alert rule can have, or too many names.
        WebhookRules = "WEBHOOK_RULES",
        /// The server has as many webhooks as it may have; disabled ones count.
        WebhookTooMany = "WEBHOOK_TOO_MANY",
        /// The time for which the old secret stays valid is longer than 30 days.
        WebhookOverlap = "WEBHOOK_OVERLAP",
        /// The webhook is disabled; `replayWebhook` enables it.
        WebhookDisabled = "WEBHOOK_DISABLED",
        /// The position is greater than that of the last event in the log.
        PositionAhead = "POSITION_AHEAD",
        /// No document in the inbox has this number.
        NoSuchInboxItem = "NO_SUCH_INBOX_ITEM",
        /// The document has changed since you read it, so read it again and decide anew.
        InboxItemChanged = "INBOX_ITEM_CHANGED",
        /// The document proposes nothing that can be recorded, so record by hand what it says, or dismiss it.
        NothingOffered = "NOTHING_OFFERED",
        /// The document was accepted, and its milestones are on record; correct or retract them there.
        AlreadyAccepted = "ALREADY_ACCEPTED",
    }
}

words! {
    /// Why a request was not answered: `extensions.code` of a GraphQL error, and `error.code` of a plain URL's.
    ErrorCode as "code of an error" {
        /// An argument, a variable or a parameter has a value that it does not take; the message says what it takes.
        BadUserInput = "BAD_USER_INPUT",
        /// The request is not one of GraphQL: its body, a header or its method is wrong.
        BadRequest = "BAD_REQUEST",
        /// The document cannot be read as GraphQL.
        GraphqlParseFailed = "GRAPHQL_PARSE_FAILED",
        /// The document is GraphQL, but does not fit the schema.
        GraphqlValidationFailed = "GRAPHQL_VALIDATION_FAILED",
        /// The document has several operations and `operationName` names none of them.
        OperationResolutionFailure = "OPERATION_RESOLUTION_FAILURE",
        /// The server does not remember the document of this hash, so send its text with the hash once.
        PersistedQueryNotFound = "PERSISTED_QUERY_NOT_FOUND",
        /// The operation asks for more at once than is allowed; the message names the limit and what would fit.
        QueryTooComplex = "QUERY_TOO_COMPLEX",
        /// The log had recorded nothing by `knownAt`, so the server cannot answer by that knowledge.
        KnowledgeBeforeLog = "KNOWLEDGE_BEFORE_LOG",
        /// The log did not reach `minPosition` within 5 s, so ask again.
        PositionNotReached = "POSITION_NOT_REACHED",
        /// There is nothing at this path, or no such country.
        NotFound = "NOT_FOUND",
        /// The path answers other methods; a plain URL answers GET and HEAD.
        MethodNotAllowed = "METHOD_NOT_ALLOWED",
        /// The header `Accept` allows none of the forms that the answer has.
        NotAcceptable = "NOT_ACCEPTABLE",
        /// The request needs a token and has none, or one that the server does not know.
        Unauthenticated = "UNAUTHENTICATED",
        /// The token is known, but its role does not allow this.
        Forbidden = "FORBIDDEN",
        /// The client has used up its quota; `Retry-After` says when to ask again.
        RateLimited = "RATE_LIMITED",
        /// The answer would have more bytes than an answer may have, so ask for less at once.
        AnswerTooLarge = "ANSWER_TOO_LARGE",
        /// The server holds as many unread answers as it may, so ask again in a second.
        Overloaded = "OVERLOADED",
        /// The server, or your address, has as many connections open as it may have.
        TooManyConnections = "TOO_MANY_CONNECTIONS",
        /// The request names a host under which this server does not answer.
        UnknownHost = "UNKNOWN_HOST",
        /// The server did not compute the answer within the time that it gives a request.
        Timeout = "TIMEOUT",
        /// The database cannot be read or written at the moment, so try again later.
        StorageUnavailable = "STORAGE_UNAVAILABLE",
        /// The program has a fault; the operator finds it in the server's log by `requestId`.
        InternalServerError = "INTERNAL_SERVER_ERROR",
    }
}

words! {
    /// What is unusual about a fact that was recorded all the same, since real history is irregular.
    WarningCode as "code of a warning" {
        /// Nothing else shows what the milestone ends, so the milestone counts as proof of that.
        ProvesWhatItEnded = "PROVES_WHAT_IT_ENDED",
        /// No source says how the agreement began.
        BeginningNotTold = "BEGINNING_NOT_TOLD",
        /// No notice is recorded before the signature.
        NoNotice = "NO_NOTICE",
        /// No signature or entry into force is recorded before the listing.
        ListedBeforeConcluded = "LISTED_BEFORE_CONCLUDED",
        /// A milestone that is already recorded says the same for the same date; perhaps you meant to add a source to
        /// it.
        LooksRecorded = "LOOKS_RECORDED",
        /// The milestone gives one date and its sources another; the date of the sources counts.
        SourcesTellAnotherDate = "SOURCES_TELL_ANOTHER_DATE",
        /// The agreement's history now needs a change that no source gives.
        UnrecordedChange = "UNRECORDED_CHANGE",
    }
}

/// Every list of codes as Markdown, as it is kept in `docs/codes.md`.
#[must_use]
pub fn document() -> String {
    fn table<W: Word>(title: &str) -> String {
        let row = |code: &W| format!("| `{}` | {} |\n", code.as_str(), code.about());
        let rows = W::ALL.iter().map(row).collect::<Vec<_>>().concat();
        format!("\n## {title}\n\n{}\n\n| code | what it means |\n|---|---|\n{rows}", W::ABOUT)
    }
    let (errors, refusals) = (table::<ErrorCode>("Errors"), table::<RefusalCode>("Refusals"));
    let warnings = table::<WarningCode>("Warnings");
    format!(
        "# Codes\n\nA code stays as it is once a release has it; its message is for people and may change.\n{errors}{refusals}{warnings}"
    )
}
