//! How much may a client ask, send and hold, and how often did a client meet such a limit?
//!
//! Invariant: every limit of the server is here, with its default, and is a setting; nothing that a client does makes the server
//! hold more than the limits say.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use humantime::Duration as Time;

/// Makes one struct of all limits from a line for each: its name, its type, its default, its option, its variable and its unit.
macro_rules! limits {
    ($($(#[doc = $doc:literal])+ $name:ident: $kind:ty = $default:expr, $option:literal, $variable:literal, $unit:literal;)+) => {
        /// Every limit of the server. A fragment counts in every place where a document spreads it.
        #[derive(Debug, Clone, Copy, clap::Args)]
        pub struct Limits {
            $(
                $(#[doc = $doc])+
                #[arg(long = $option, env = $variable, default_value_t = $default, value_name = $unit, hide_short_help = true)]
                pub $name: $kind,
            )+
        }

        impl Default for Limits {
            fn default() -> Self {
                Self { $($name: $default,)+ }
            }
        }
    };
}

limits! {
    /// The most fields in a document, without those of introspection.
    nodes: usize = 1_000, "limit-nodes", "DEPOSITARY_LIMIT_NODES", "COUNT";
    /// The most fields in an operation that have an alias.
    aliases: usize = 30, "limit-aliases", "DEPOSITARY_LIMIT_ALIASES", "COUNT";
    /// The most fields at the root of an operation.
    root_fields: usize = 20, "limit-root-fields", "DEPOSITARY_LIMIT_ROOT_FIELDS", "COUNT";
    /// The most directives in an operation.
    directives: usize = 50, "limit-directives", "DEPOSITARY_LIMIT_DIRECTIVES", "COUNT";
    /// The most levels of fields in an operation, without those of introspection.
    depth: usize = 10, "limit-depth", "DEPOSITARY_LIMIT_DEPTH", "COUNT";
    /// The most fields in `__schema` and `__type`; explorers and code generators ask for about 200. 0 switches off
    /// introspection, and the suggestions in messages.
    introspection_nodes: usize = 500, "limit-introspection-nodes", "DEPOSITARY_LIMIT_INTROSPECTION_NODES", "COUNT";
    /// The most levels of fields in `__schema` and `__type`; explorers and code generators ask for up to 15.
    introspection_depth: usize = 25, "limit-introspection-depth", "DEPOSITARY_LIMIT_INTROSPECTION_DEPTH", "COUNT";
    /// The most that an operation may cost: 1 for each field, the number of entries times the cost of one entry for a list, and
    /// more for some fields.
    complexity: usize = 5_000, "limit-complexity", "DEPOSITARY_LIMIT_COMPLEXITY", "COUNT";
    /// The most bytes of an answer; the server refuses to give a longer one.
    answer_bytes: usize = 4_000_000, "limit-answer-bytes", "DEPOSITARY_LIMIT_ANSWER_BYTES", "BYTES";
    /// The most bytes of all large answers together that the server is making, or that their clients have not yet read.
    unread_bytes: usize = 64_000_000, "limit-unread-bytes", "DEPOSITARY_LIMIT_UNREAD_BYTES", "BYTES";
    /// The most bytes of the large answers to one client; clients are told apart as for `--rate-limit`.
    client_unread_bytes: usize = 16_000_000, "limit-client-unread-bytes", "DEPOSITARY_LIMIT_CLIENT_UNREAD_BYTES", "BYTES";
    /// The most connections at once, and never more than the file descriptors of the process allow. On further connections, the
    /// server answers only `/livez`, `/readyz` and `/metrics`, and asks everyone else to come back later.
    connections: usize = 10_000, "limit-connections", "DEPOSITARY_LIMIT_CONNECTIONS", "COUNT";
    /// The most connections at once from one address, and never more than half of all. Of version 6, a network of 64 bits
    /// counts as one address, and a network of 56 bits may have four times as many. Trusted proxies are not counted.
    address_connections: usize = 1_024, "limit-address-connections", "DEPOSITARY_LIMIT_ADDRESS_CONNECTIONS", "COUNT";
    /// The longest time from the opening of a connection, or from the first byte of a later request, until the head of the
    /// request is complete.
    header_time: Time = seconds(10), "limit-header-time", "DEPOSITARY_LIMIT_HEADER_TIME", "TIME";
    /// The longest time from the head of a request until its body is complete.
    body_time: Time = seconds(30), "limit-body-time", "DEPOSITARY_LIMIT_BODY_TIME", "TIME";
    /// How long a connection may stay open after an answer without another request.
    idle_time: Time = seconds(60), "limit-idle-time", "DEPOSITARY_LIMIT_IDLE_TIME", "TIME";
    /// How long a client may take to read the next 64 KiB of what waits for it, or all of it.
    write_time: Time = seconds(30), "limit-write-time", "DEPOSITARY_LIMIT_WRITE_TIME", "TIME";
    /// How long a stream of server-sent events lasts. Its client then reconnects with the id of the last event, as browsers do
    /// by themselves. The server ends streams because it cannot see whether a client still reads.
    stream_time: Time = seconds(75), "limit-stream-time", "DEPOSITARY_LIMIT_STREAM_TIME", "TIME";
    /// How long the client of a socket may send nothing, not even an answer to the ping that the server sends every 20 s.
    silence_time: Time = seconds(60), "limit-silence-time", "DEPOSITARY_LIMIT_SILENCE_TIME", "TIME";
    /// The most pings, pongs and messages without a question that a client may send on one socket in 20 s.
    pings: usize = 500, "limit-pings", "DEPOSITARY_LIMIT_PINGS", "COUNT";
    /// The most facts that one token may record in a day, in UTC.
    daily_facts: usize = 50_000, "limit-daily-facts", "DEPOSITARY_LIMIT_DAILY_FACTS", "COUNT";
}

fn seconds(number: u64) -> Time {
    std::time::Duration::from_secs(number).into()
}

impl Limits {
    /// Whether the server answers introspection.
    #[must_use]
    pub const fn tell_the_schema(&self) -> bool {
        self.introspection_nodes > 0
    }
}

/// A limit that a client has met, for the counts of `/metrics`. The limits on documents are not counted; only the client is
/// told of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limit {
    /// The connections of all clients together.
    Connections,
    /// The connections of one address.
    AddressConnections,
    /// The time for the head of a request.
    HeaderTime,
    /// The time for the body of a request.
    BodyTime,
    /// The time that a connection was open without another request.
    IdleTime,
    /// The time for reading what waits for the client.
    WriteTime,
    /// The time that a stream of events lasts.
    StreamTime,
    /// The time in which the client of a socket sent nothing.
    SilenceTime,
    /// The pings that a client sent on one socket.
    Pings,
    /// The bytes of an answer.
    AnswerBytes,
    /// The bytes of answers that clients have not yet read.
    UnreadBytes,
    /// The facts that a token has recorded today.
    DailyFacts,
    /// The host names under which the server answers.
    Hosts,
}

impl Limit {
    /// Every limit that is counted.
    pub const ALL: [Self; 13] = [
        Self::Connections,
        Self::AddressConnections,
        Self::HeaderTime,
        Self::BodyTime,
        Self::IdleTime,
        Self::WriteTime,
        Self::StreamTime,
        Self::SilenceTime,
        Self::Pings,
        Self::AnswerBytes,
        Self::UnreadBytes,
        Self::DailyFacts,
        Self::Hosts,
    ];

    /// Its name: that of the option without `--limit-`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Connections => "connections",
            Self::AddressConnections => "address-connections",
            Self::HeaderTime => "header-time",
            Self::BodyTime => "body-time",
            Self::IdleTime => "idle-time",
            Self::WriteTime => "write-time",
            Self::StreamTime => "stream-time",
            Self::SilenceTime => "silence-time",
            Self::Pings => "pings",
            Self::AnswerBytes => "answer-bytes",
            Self::UnreadBytes => "unread-bytes",
            Self::DailyFacts => "daily-facts",
            Self::Hosts => "hosts",
        }
    }
}

/// How often each limit was met since the start; cheap to clone, and every clone counts for all.
#[derive(Debug, Clone, Default)]
pub struct Struck(Arc<[AtomicU64; Limit::ALL.len()]>);

impl Struck {
    /// Counts that a client met a limit.
    pub fn count(&self, limit: Limit) {
        if let Some(counted) = self.0.get(limit as usize) {
            counted.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// How often clients met it.
    #[must_use]
    pub fn of(&self, limit: Limit) -> u64 {
        self.0.get(limit as usize).map_or(0, |counted| counted.load(Ordering::Relaxed))
    }
}
