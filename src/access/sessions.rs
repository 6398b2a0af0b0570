//! Who is signed in on the pages?
//!
//! Invariant: a session may what its token may, and no longer: every request looks at both.

use chrono::TimeDelta;

use super::{Access, AccessError, Caller, Role, Ticket};
use crate::store::StoredSession;

/// How long a session lasts.
pub const LASTS: TimeDelta = TimeDelta::hours(12);

impl Access {
    /// Signs in the holder of a token; the ticket is to be the browser's cookie.
    ///
    /// # Errors
    /// [`AccessError::Token`] when the text is no valid token.
    pub async fn sign_in(&self, token: &str) -> Result<Ticket, AccessError> {
        let caller = self.bearer(token).await?;
        let Caller::Holder { name, until, .. } = caller else { return Err(AccessError::Token) };
        // Never a ticket that the browser had before: whoever put that there would be signed in as well.
        let ticket = Ticket::random().ok_or(AccessError::Randomness)?;
        let now = self.clock.now();
        let ends = now.checked_add_signed(LASTS).unwrap_or(now);
        let session = StoredSession {
            secret_sha256: ticket.sha256(),
            token: name,
            created_at: now,
            expires_at: until.map_or(ends, |until| until.min(ends)),
        };
        self.store.create_session(&session).await?;
        Ok(ticket)
    }

    /// Ends the session of a ticket.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn sign_out(&self, ticket: &Ticket) -> Result<(), AccessError> {
        self.store.end_session(&ticket.sha256()).await?;
        self.signed_in.remove(&(ticket.sha256(), self.second()));
        Ok(())
    }

    /// Who holds a ticket. A ticket that is none, or no longer, is anyone's: browsers send it by themselves, and whoever
    /// was signed in has to be shown where to do so again.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn holder(&self, ticket: Option<&Ticket>) -> Result<Caller, AccessError> {
        let Some(ticket) = ticket else { return Ok(Caller::Anyone) };
        let key = ticket.sha256();
        let read = self.store.session(&key);
        let session = self.signed_in.get_or_insert_async(&(key.clone(), self.second()), read).await?;
        let Some(session) = session.filter(|session| self.clock.now() < session.expires_at) else {
            return Ok(Caller::Anyone);
        };
        let Some(token) = self.token(&session.token).await?.filter(|token| self.holds(token)) else {
            return Ok(Caller::Anyone);
        };
        let Some(role) = Role::parse(&token.role) else { return Ok(Caller::Anyone) };
        Ok(Caller::Holder { name: token.name, role, until: Some(session.expires_at) })
    }
}
