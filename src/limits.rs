//! How much may anybody ask, send and hold, and how often has somebody met such a limit?
//!
//! Invariant: every limit of the server is here, with its default, and is a setting; nothing that a client does makes the server
//! hold more than they say.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use humantime::Duration as Time;

/// Makes one struct of all limits from a line for each: its name, its type, its default, its option, its variable and its unit.
macro_rules! limits {
    ($($(#[doc = $doc:literal])+ $name:ident: $kind:ty = $default:expr, $option:literal, $variable:literal, $unit:literal;)+) => {
        /// Every limit of the server. What is counted in a document counts fragments wherever they are spread.
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
    /// Fields of a document, those of the introspection apart.
    nodes: usize = 1_000, "limit-nodes", "DEPOSITARY_LIMIT_NODES", "COUNT";
    /// Fields of an operation under another name.
    aliases: usize = 30, "limit-aliases", "DEPOSITARY_LIMIT_ALIASES", "COUNT";
    /// Fields of an operation at its root.
    root_fields: usize = 20, "limit-root-fields", "DEPOSITARY_LIMIT_ROOT_FIELDS", "COUNT";
    /// Directives of an operation.
    directives: usize = 50, "limit-directives", "DEPOSITARY_LIMIT_DIRECTIVES", "COUNT";
    /// How deep the fields of an operation nest, those of the introspection apart.
    depth: usize = 10, "limit-depth", "DEPOSITARY_LIMIT_DEPTH", "COUNT";
    /// Fields in `__schema` and `__type`; what explorers and code generators ask for has about 200. 0 switches introspection
    /// off, and the suggestions in messages with it.
    introspection_nodes: usize = 500, "limit-introspection-nodes", "DEPOSITARY_LIMIT_INTROSPECTION_NODES", "COUNT";
    /// How deep they nest; the same tools ask for up to 15.
    introspection_depth: usize = 25, "limit-introspection-depth", "DEPOSITARY_LIMIT_INTROSPECTION_DEPTH", "COUNT";
    /// What an operation may cost: each field 1, a list its entries times what an entry costs, and some fields more.
    complexity: usize = 5_000, "limit-complexity", "DEPOSITARY_LIMIT_COMPLEXITY", "COUNT";
    /// Bytes of an answer; what would have more is refused.
    answer_bytes: usize = 4_000_000, "limit-answer-bytes", "DEPOSITARY_LIMIT_ANSWER_BYTES", "BYTES";
    /// Bytes of all large answers together that are being made, or are made and not yet taken by their clients.
    unread_bytes: usize = 64_000_000, "limit-unread-bytes", "DEPOSITARY_LIMIT_UNREAD_BYTES", "BYTES";
    /// The same of one client, told apart as for the quota.
    client_unread_bytes: usize = 16_000_000, "limit-client-unread-bytes", "DEPOSITARY_LIMIT_CLIENT_UNREAD_BYTES", "BYTES";
    /// Connections at once. Beyond them `/livez`, `/readyz` and `/metrics` are answered still, and everything else is told to
    /// come back. Never more than the file descriptors of the process allow.
    connections: usize = 10_000, "limit-connections", "DEPOSITARY_LIMIT_CONNECTIONS", "COUNT";
    /// Connections at once from one address, of version 6 from a network of 64 bits, and four times as many from one of 56.
    /// Proxies that are trusted are not counted. Never more than half of all.
    address_connections: usize = 1_024, "limit-address-connections", "DEPOSITARY_LIMIT_ADDRESS_CONNECTIONS", "COUNT";
    /// From the opening of a connection, or from the first byte of a later request, until the head of the request is complete.
    header_time: Time = seconds(10), "limit-header-time", "DEPOSITARY_LIMIT_HEADER_TIME", "TIME";
    /// From the head of a request until its body is complete.
    body_time: Time = seconds(30), "limit-body-time", "DEPOSITARY_LIMIT_BODY_TIME", "TIME";
    /// How long a connection that was answered may stay open without another request.
    idle_time: Time = seconds(60), "limit-idle-time", "DEPOSITARY_LIMIT_IDLE_TIME", "TIME";
    /// How long a client may take to take the next 64 KiB of what waits for it, or all of it.
    write_time: Time = seconds(30), "limit-write-time", "DEPOSITARY_LIMIT_WRITE_TIME", "TIME";
    /// How long a stream of server-sent events lasts. Its client comes back with the id of the last event, as browsers do by
    /// themselves: nobody can see whether it still reads.
    stream_time: Time = seconds(75), "limit-stream-time", "DEPOSITARY_LIMIT_STREAM_TIME", "TIME";
    /// How long a socket may say nothing, also not answer a ping, which goes out every 20 s.
    silence_time: Time = seconds(60), "limit-silence-time", "DEPOSITARY_LIMIT_SILENCE_TIME", "TIME";
    /// Pings, pongs and messages that ask nothing, on one socket in 20 s.
    pings: usize = 500, "limit-pings", "DEPOSITARY_LIMIT_PINGS", "COUNT";
    /// Facts that the holder of one token may record in a day (UTC).
    daily_facts: usize = 50_000, "limit-daily-facts", "DEPOSITARY_LIMIT_DAILY_FACTS", "COUNT";
}

fn seconds(number: u64) -> Time {
    std::time::Duration::from_secs(number).into()
}

impl Limits {
    /// Whether the schema is told to whoever asks for it.
    #[must_use]
    pub const fn tell_the_schema(&self) -> bool {
        self.introspection_nodes > 0
    }
}

/// A limit that a client has met, for the counts of `/metrics`. What a document asks too much is told to its client alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limit {
    /// The connections in all.
    Connections,
    /// The connections of one address.
    AddressConnections,
    /// The time for the head of a request.
    HeaderTime,
    /// The time for the body of a request.
    BodyTime,
    /// The time without another request.
    IdleTime,
    /// The time for taking what waits.
    WriteTime,
    /// The time that a stream of events lasts.
    StreamTime,
    /// The time that a socket said nothing.
    SilenceTime,
    /// The pings of a socket.
    Pings,
    /// The bytes of an answer.
    AnswerBytes,
    /// The bytes of answers that are not taken.
    UnreadBytes,
    /// The facts that a token has recorded today.
    DailyFacts,
    /// The hosts that are answered.
    Hosts,
}

impl Limit {
    /// Every one of them.
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
    /// Counts that somebody met a limit.
    pub fn count(&self, limit: Limit) {
        if let Some(counted) = self.0.get(limit as usize) {
            counted.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// How often somebody met it.
    #[must_use]
    pub fn of(&self, limit: Limit) -> u64 {
        self.0.get(limit as usize).map_or(0, |counted| counted.load(Ordering::Relaxed))
    }
}
