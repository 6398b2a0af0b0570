//! How does a browser show that it is the one that signed in, and that a form is one that it was given?
//!
//! Invariant: a ticket leaves this file as the value of a cookie that no script reads, and nobody gets from the proof in a form
//! to the ticket. Who is not signed in has a cookie of another name for the form: a link from elsewhere comes without cookies,
//! and its answer must not put out whoever is signed in.

use std::fmt;

use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// The name of the cookie of a person who is signed in.
pub const SESSION: &str = "depositary_session";
/// The name of the cookie of a person who was shown the form to sign in.
pub const VISIT: &str = "depositary_visit";
/// The bytes of a ticket: 256 bits.
const BYTES: usize = 32;
/// What is hashed before a ticket to make the proof of a form, so that the proof is not what the store keeps.
const FORM: &[u8] = b"depositary form\0";

/// What a browser holds: the ticket of a person who is signed in, or of one who was shown a form.
#[derive(Clone, PartialEq, Eq)]
pub struct Ticket([u8; BYTES]);

impl Ticket {
    /// A new ticket of the system's randomness; `None` when the system has none to give.
    #[must_use]
    pub fn random() -> Option<Self> {
        let mut bytes = [0; BYTES];
        getrandom::fill(&mut bytes).ok()?;
        Some(Self(bytes))
    }

    /// The ticket of a name among the cookies of a request, each header of them as it came; `None` where there is none, or more
    /// than one.
    #[must_use]
    pub fn of<'a>(name: &str, cookies: impl IntoIterator<Item = &'a str>) -> Option<Self> {
        let pairs = cookies.into_iter().flat_map(|header| header.split(';')).filter_map(|pair| pair.split_once('='));
        let mut own = pairs.filter(|(given, _)| given.trim() == name).map(|(_, value)| value.trim());
        let (Some(value), None) = (own.next(), own.next()) else { return None };
        let mut bytes = [0; BYTES];
        hex::decode_to_slice(value, &mut bytes).ok()?;
        Some(Self(bytes))
    }

    /// The value of the cookie.
    #[must_use]
    pub fn reveal(&self) -> String {
        hex::encode(self.0)
    }

    /// What is kept of it.
    #[must_use]
    pub fn sha256(&self) -> Vec<u8> {
        Sha256::digest(self.0).to_vec()
    }

    /// What a form holds so that only a page of this server can have made it.
    #[must_use]
    pub fn proof(&self) -> String {
        hex::encode(Sha256::new().chain_update(FORM).chain_update(self.0).finalize())
    }

    /// Whether a form was made for this ticket, compared in constant time.
    #[must_use]
    pub fn proves(&self, proof: &str) -> bool {
        self.proof().as_bytes().ct_eq(proof.as_bytes()).into()
    }
}

/// Prints that there is a ticket, never the ticket itself.
impl fmt::Debug for Ticket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Ticket")
    }
}

#[cfg(test)]
mod tests {
    use super::{SESSION, Ticket};

    #[test]
    fn a_ticket_is_found_among_other_cookies_and_never_guessed_between_two() {
        let ticket = Ticket([7; 32]);
        let own = format!("{SESSION}={}", ticket.reveal());
        assert_eq!(Ticket::of(SESSION, [format!("a=b; {own}; c").as_str()]), Some(ticket.clone()));
        assert_eq!(Ticket::of(SESSION, ["a=b", &own]), Some(ticket));
        assert_eq!(Ticket::of(SESSION, [format!("{own}; {own}").as_str()]), None);
        for wrong in
            ["", "a=b", "depositary_session=", "depositary_session=zz", &format!("x{own}"), &own[..own.len() - 2]]
        {
            assert_eq!(Ticket::of(SESSION, [wrong]), None, "{wrong}");
        }
    }

    #[test]
    fn a_form_is_proved_by_its_own_ticket_alone() {
        let (one, other) = (Ticket([1; 32]), Ticket([2; 32]));
        assert!(one.proves(&one.proof()) && !one.proves(&other.proof()) && !one.proves(""));
        assert_ne!(one.proof(), hex::encode(one.sha256()), "what the store keeps makes no form");
    }
}
