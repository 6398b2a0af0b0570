//! Who may do what?
//!
//! Invariant: whoever holds no valid token writes nothing; what was revoked is refused within [`FRESH`], and what is open
//! with it has ended within twice that.

mod rates;
mod room;
mod secret;
mod sessions;
mod ticket;

use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use quick_cache::sync::Cache;

pub use self::rates::{AROUND, Client, Exceeded, Left, Payer, Rates};
pub use self::room::{Crowded, FREE, Place, Room};
pub use self::secret::Secret;
pub use self::sessions::LASTS;
pub use self::ticket::{SESSION, Ticket, VISIT};
use crate::clock::Clock;
use crate::domain::codes::ErrorCode;
use crate::domain::ids::Actor;
use crate::store::{Store, StoreError, StoredSession, StoredToken};

/// How long a process relies on what it has read of a token. It checks open sockets again as often.
pub const FRESH: Duration = Duration::from_secs(1);
/// The most tokens that a process remembers between requests.
const REMEMBERED: usize = 1_000;

/// What a token's holder may do; each role may do what those before it may.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, clap::ValueEnum)]
pub enum Role {
    /// Read, where reading is not public.
    Reader,
    /// Record facts, and read what a reader may.
    Recorder,
    /// Manage what is not a fact.
    Administrator,
}

impl Role {
    /// Its spelling on the command line and in the store.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Reader => "reader",
            Self::Recorder => "recorder",
            Self::Administrator => "administrator",
        }
    }

    fn parse(text: &str) -> Option<Self> {
        [Self::Reader, Self::Recorder, Self::Administrator].into_iter().find(|role| role.as_str() == text)
    }
}

/// Who asks: the holder of a known token, or someone without a token. A wrong token was refused before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Caller {
    /// Someone without a token.
    Anyone,
    /// The holder of a token.
    Holder {
        /// The token's public name, which becomes the actor of what it records.
        name: Actor,
        /// The role of the token: what its holder may do.
        role: Role,
        /// When the token ends by itself.
        until: Option<DateTime<Utc>>,
    },
}

impl Caller {
    /// The name of whoever holds a token of a role.
    ///
    /// # Errors
    /// [`AccessError::Missing`] or [`AccessError::Role`], also where anyone may read: what stands at a desk is not for everybody.
    pub fn holding(&self, needed: Role) -> Result<&Actor, AccessError> {
        match self {
            Self::Anyone => Err(AccessError::Missing(needed)),
            Self::Holder { name, role, .. } if *role >= needed => Ok(name),
            Self::Holder { name, role, .. } => {
                Err(AccessError::Role { name: name.as_str().to_owned(), role: *role, needed })
            }
        }
    }
}

/// Why someone may not do something.
#[derive(Debug, thiserror::Error)]
pub enum AccessError {
    /// The token is not known, was revoked, or has ended.
    #[error(
        "the bearer token is not valid: it is unknown, has expired or was revoked; ask an administrator for another"
    )]
    Token,
    /// A header that shows no token.
    #[error(
        "the Authorization header is not understood; send `Authorization: Bearer TOKEN`, or, to read a plain URL, the token as the password of Basic"
    )]
    Scheme,
    /// No token where one is needed.
    #[error("this needs a token with the role `{}`; send it as `Authorization: Bearer TOKEN`", .0.as_str())]
    Missing(Role),
    /// A token that may not.
    #[error("token `{name}` has the role `{}`, and this needs the role `{}`", .role.as_str(), .needed.as_str())]
    Role {
        /// The public name of the token's holder, which the log and messages show.
        name: String,
        /// The role that the token has.
        role: Role,
        /// What it would have to be allowed.
        needed: Role,
    },
    /// A name that a token cannot have.
    #[error(
        "a token named `{0}` exists or existed, or the name is reserved; events carry a name for ever, so choose another"
    )]
    NameTaken(String),
    /// There is no such token.
    #[error("there is no token named `{0}`; `depositary token list` shows them")]
    NoSuchToken(String),
    /// The system gives no random bytes.
    #[error("the system gives no random bytes, so no secret can be made")]
    Randomness,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl AccessError {
    /// The stable code for programs.
    #[must_use]
    pub const fn code(&self) -> ErrorCode {
        match self {
            Self::Token | Self::Scheme | Self::Missing(_) => ErrorCode::Unauthenticated,
            Self::Role { .. } => ErrorCode::Forbidden,
            Self::NameTaken(_) | Self::NoSuchToken(_) => ErrorCode::BadUserInput,
            Self::Randomness => ErrorCode::InternalServerError,
            Self::Store(_) => ErrorCode::StorageUnavailable,
        }
    }

    /// Whether this side is at fault.
    #[must_use]
    pub const fn is_fault(&self) -> bool {
        matches!(self, Self::Randomness | Self::Store(_))
    }
}

/// What was read in some second by a key, also that there is nothing.
type Remembered<K, V> = Arc<Cache<(K, u64), Option<V>>>;

/// Knows the tokens; cheap to clone.
#[derive(Clone)]
pub struct Access {
    store: Store,
    clock: Clock,
    private: bool,
    started: Instant,
    /// What was read of a name in some second, also that there is nothing; many who ask at once wait for one read.
    remembered: Remembered<Actor, StoredToken>,
    /// The same of sessions, by what is kept of their tickets.
    signed_in: Remembered<Vec<u8>, StoredSession>,
}

impl Access {
    /// The tokens of a store; `private` when reading needs one too.
    #[must_use]
    pub fn new(store: Store, clock: Clock, private: bool) -> Self {
        let (remembered, signed_in) = (Arc::new(Cache::new(REMEMBERED)), Arc::new(Cache::new(REMEMBERED)));
        Self { store, clock, private, started: Instant::now(), remembered, signed_in }
    }

    /// Whether reading needs a token.
    #[must_use]
    pub const fn is_private(&self) -> bool {
        self.private
    }

    /// Makes a token; its secret is to be shown once.
    ///
    /// # Errors
    /// [`AccessError::NameTaken`], also when that token was revoked.
    pub async fn create(
        &self,
        name: Actor,
        role: Role,
        expires_at: Option<DateTime<Utc>>,
    ) -> Result<Secret, AccessError> {
        let taken = || AccessError::NameTaken(name.as_str().to_owned());
        if name.is_reserved() {
            return Err(taken());
        }
        let secret = Secret::random(name.clone()).ok_or(AccessError::Randomness)?;
        let token = StoredToken {
            name: name.clone(),
            role: role.as_str().to_owned(),
            secret_sha256: secret.sha256(),
            created_at: self.clock.now(),
            expires_at,
            revoked_at: None,
        };
        if self.store.create_token(&token).await? { Ok(secret) } else { Err(taken()) }
    }

    /// Takes a token back.
    ///
    /// # Errors
    /// [`AccessError::NoSuchToken`].
    pub async fn revoke(&self, name: &Actor) -> Result<(), AccessError> {
        let revoked = self.store.revoke_token(name, self.clock.now()).await?;
        self.remembered.remove(&(name.clone(), self.second()));
        if revoked { Ok(()) } else { Err(AccessError::NoSuchToken(name.as_str().to_owned())) }
    }

    /// Who sends this `Authorization` header, or none.
    ///
    /// # Errors
    /// [`AccessError::Token`]: a token that is not valid is refused, also where no token is needed.
    pub async fn caller(&self, authorization: Option<&str>) -> Result<Caller, AccessError> {
        let Some(authorization) = authorization else { return Ok(Caller::Anyone) };
        let (scheme, text) = authorization.trim().split_once(' ').unwrap_or_default();
        if !scheme.eq_ignore_ascii_case("bearer") {
            return Err(AccessError::Scheme);
        }
        self.bearer(text).await
    }

    /// Who holds a token of this text.
    ///
    /// # Errors
    /// [`AccessError::Token`].
    async fn bearer(&self, text: &str) -> Result<Caller, AccessError> {
        let secret = Secret::parse(text.trim()).ok_or(AccessError::Token)?;
        let token = self.token(secret.name()).await?.ok_or(AccessError::Token)?;
        let role = Role::parse(&token.role).filter(|_| self.holds(&token)).ok_or(AccessError::Token)?;
        if secret.fits(&token.secret_sha256) {
            Ok(Caller::Holder { name: token.name, role, until: token.expires_at })
        } else {
            Err(AccessError::Token)
        }
    }

    /// Checks that a caller may do what needs a role.
    ///
    /// # Errors
    /// [`AccessError::Missing`] or [`AccessError::Role`].
    pub fn may(&self, caller: &Caller, needed: Role) -> Result<(), AccessError> {
        match caller {
            Caller::Anyone if needed == Role::Reader && !self.private => Ok(()),
            caller => caller.holding(needed).map(drop),
        }
    }

    /// Checks that a caller who was let in is still welcome.
    ///
    /// # Errors
    /// [`AccessError::Token`] when the token has ended since.
    pub async fn still(&self, caller: &Caller) -> Result<(), AccessError> {
        let Caller::Holder { name, until, .. } = caller else { return Ok(()) };
        if until.is_some_and(|end| end <= self.clock.now()) {
            return Err(AccessError::Token);
        }
        let token = self.token(name).await?;
        if token.is_some_and(|token| self.holds(&token)) { Ok(()) } else { Err(AccessError::Token) }
    }

    /// Waits until a caller who was let in is no longer welcome, and says why; it waits for ever for a caller that needs no
    /// token.
    pub async fn unwelcome(&self, caller: &Caller) -> AccessError {
        if *caller == Caller::Anyone {
            return std::future::pending().await;
        }
        loop {
            tokio::time::sleep(FRESH).await;
            match self.still(caller).await {
                // A database that is away has taken back nothing.
                Ok(()) | Err(AccessError::Store(_)) => {}
                Err(error) => return error,
            }
        }
    }

    fn holds(&self, token: &StoredToken) -> bool {
        token.revoked_at.is_none() && token.expires_at.is_none_or(|end| self.clock.now() < end)
    }

    /// The time since the start in units of [`FRESH`]: what was read in one of them is not gone by in the next.
    fn second(&self) -> u64 {
        self.started.elapsed().as_secs() / FRESH.as_secs()
    }

    /// The token of a name, from memory when it was read in this second.
    async fn token(&self, name: &Actor) -> Result<Option<StoredToken>, StoreError> {
        let read = self.store.token(name);
        self.remembered.get_or_insert_async(&(name.clone(), self.second()), read).await
    }
}
