//! Which plain URLs are about what is kept: the log itself, documents, and this description?
//!
//! Invariant: as of the table beside it.

use axum::routing::get;

use super::super::asked::{
    AFTER_ENTRY, AS_OF, AT_POSITION, BASIS, COUNTRIES_OF_LISTS, COUNTRY, ENTRY, FIRST, FORMAT, INSTRUMENT, KNOWN_AT,
    MIN_POSITION,
};
use super::super::others::{AFTER_OF_DOCUMENTS, NUMBER, PUBLISHED_ON, READING, SHA256, STATE_OF_DOCUMENTS};
use super::super::{Gives, Route, shape};
use crate::answers::view::{InboxItem, InboxList, List, LogAt, LogEntry, Proof, Sources};
use crate::faces::rest::{inbox, openapi, proving};
use crate::proof::evidence::Bundle;

/// The log itself, documents, and this description.
pub(super) const KEPT: &[Route] = &[
    Route {
        path: "/log",
        id: "log",
        summary: "The entries of the log, the newest first: what was recorded, when, by whom, with the hash of each.",
        description: "A header `Link` with `rel=\"next\"` leads to the next part of the list.",
        parameters: &[MIN_POSITION, AT_POSITION, FIRST, AFTER_ENTRY, FORMAT],
        gives: Gives::Rows {
            name: "LogAnswer",
            shape: shape::<List<LogAt, LogEntry>>,
            about: "A part of the log.",
            sheet: &proving::LOG,
        },
        answer: || get(proving::log),
    },
    Route {
        path: "/proof/{position}",
        id: "proof",
        summary: "The proof that an entry is in the log (RFC 6962), with the checkpoint that it leads to.",
        description: "`atPosition` is the size of the log that the proof is for; left out, the size of the log now.",
        parameters: &[MIN_POSITION, ENTRY, AT_POSITION],
        gives: Gives::Json { name: "ProofAnswer", shape: shape::<Proof>, about: "The proof." },
        answer: || get(proving::proof),
    },
    Route {
        path: "/evidence/{country}",
        id: "evidence",
        summary: "A country's status on a day and what proves it, in a bundle that `depositary verify` checks.",
        description: "The bundle has the events of the agreement and the hash of every other entry. For a log of more than 20,000 entries, run `depositary evidence`.",
        parameters: &[MIN_POSITION, COUNTRY, INSTRUMENT, AS_OF, KNOWN_AT, BASIS, AT_POSITION],
        gives: Gives::Json { name: "EvidenceAnswer", shape: shape::<Bundle>, about: "The bundle." },
        answer: || get(proving::evidence),
    },
    Route {
        path: "/inbox",
        id: "inbox",
        summary: "The documents of outside sources that may belong in the record, with the milestones that each proposes and what the record has of them.",
        description: "The oldest publication comes first. The request needs a token. A person decides by GraphQL, on the pages or on the command line. A header `Link` with `rel=\"next\"` leads to the next part of the list.",
        parameters: &[MIN_POSITION, STATE_OF_DOCUMENTS, READING, COUNTRIES_OF_LISTS, FIRST, AFTER_OF_DOCUMENTS],
        gives: Gives::Json { name: "InboxAnswer", shape: shape::<InboxList>, about: "A part of the list." },
        answer: || get(inbox::inbox),
    },
    Route {
        path: "/inbox/{number}",
        id: "inboxItem",
        summary: "One document of the inbox by its number.",
        description: "The request needs a token.",
        parameters: &[MIN_POSITION, NUMBER, PUBLISHED_ON],
        gives: Gives::Json { name: "InboxItemAnswer", shape: shape::<InboxItem>, about: "The document." },
        answer: || get(inbox::document),
    },
    Route {
        path: "/sources",
        id: "sources",
        summary: "How far the program has searched each outside source, and what last went wrong.",
        description: "",
        parameters: &[MIN_POSITION],
        gives: Gives::Json { name: "SourcesAnswer", shape: shape::<Sources>, about: "Every source." },
        answer: || get(inbox::sources),
    },
    Route {
        path: "/captures/{sha256}",
        id: "captured",
        summary: "The bytes that the program received of a document, by their SHA-256.",
        description: "The bytes are as the source sent them. The source of a milestone that was recorded from the inbox gives the SHA-256, so that anyone can compare the document with the log.",
        parameters: &[MIN_POSITION, SHA256],
        gives: Gives::Bytes,
        answer: || get(inbox::captured),
    },
    Route {
        path: "/openapi.json",
        id: "openapi",
        summary: "This description of all plain URLs.",
        description: "",
        parameters: &[MIN_POSITION],
        gives: Gives::Description,
        answer: || get(openapi),
    },
];
