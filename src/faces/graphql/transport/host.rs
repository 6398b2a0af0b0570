//! Who asks, what may they spend, and by which position of the log are they answered?
//!
//! Invariant: every answer to the transport is that of a room above: `access` says who may and how much, `answers` how far
//! the log is seen.

use std::sync::Arc;

use async_graphql::Data;
use axum::http::request::Parts;
use axum::http::{Extensions, StatusCode};
use depositary_graphql_transport::{Begun, Failure, Host, Met, Notes, Wanted};

use crate::access::{self, AccessError, Caller, Client, Exceeded, Left, Payer, Role, Room};
use crate::answers::Lasting;
use crate::config::limits::{Limit, Struck};
use crate::domain::codes::ErrorCode;
use crate::domain::ids::Position;
use crate::domain::words::Word;
use crate::faces::behind::Behind;
use crate::faces::graphql::Schema;
use crate::faces::graphql::context::Asked;
use crate::telemetry;

/// Depositary, as the transport sees it.
pub struct Depositary {
    schema: Schema,
    behind: Behind,
    room: Room,
    struck: Struck,
}

impl Depositary {
    /// The program that answers by a schema and what is behind it; large answers find their place in a room.
    pub fn new(schema: Schema, behind: Behind, room: Room, struck: Struck) -> Self {
        Self { schema, behind, room, struck }
    }
}

/// Who asks, and the client whose quota pays for it.
#[derive(Clone)]
pub struct Asker {
    caller: Caller,
    client: Client,
}

impl Host for Depositary {
    type Schema = Schema;
    type Caller = Asker;
    type Notes = Asked;
    type Place = access::Place;

    fn schema(&self) -> &Schema {
        &self.schema
    }

    async fn caller(&self, head: &Parts, introduced: Option<&str>) -> Result<Asker, Failure> {
        let (caller, client) = (head.extensions.get::<Caller>(), head.extensions.get::<Client>());
        let (Some(caller), Some(client)) = (caller, client) else { return Err(unguarded()) };
        let caller = match introduced {
            Some(token) => self.behind.access.caller(Some(token)).await.map_err(|error| denied(&error))?,
            None => caller.clone(),
        };
        let client = match &caller {
            Caller::Holder { name, .. } if *client != Client::Here => Client::Token(name.clone()),
            _ => client.clone(),
        };
        Ok(Asker { caller, client })
    }

    async fn begin(&self, asker: &Asker, wanted: Wanted) -> Result<Begun<Asked>, Failure> {
        let answers = &self.behind.answers;
        if let Some(position) = wanted.at_least {
            answers.reach(Position(position)).await.map_err(|error| {
                let fault = error.is_fault();
                let status = if fault { StatusCode::SERVICE_UNAVAILABLE } else { StatusCode::BAD_REQUEST };
                Failure::new(status, error.code().as_str(), &error.to_string())
            })?;
        }
        let notes = Arc::new(Asked::at(answers.position()).resuming(wanted.last_heard.map(Position)));
        let mut data = Data::default();
        data.insert(notes.clone());
        data.insert(asker.caller.clone());
        data.insert(Payer { rates: self.behind.rates.clone(), client: asker.client.clone() });
        Ok(Begun { data, notes })
    }

    async fn place(&self, asker: &Asker) -> Result<access::Place, Failure> {
        let place = self.room.for_making(&asker.client).await;
        place.map_err(|crowded| {
            Failure::new(StatusCode::SERVICE_UNAVAILABLE, ErrorCode::Overloaded.as_str(), &crowded.to_string())
        })
    }

    fn charge(&self, asker: &Asker, cost: usize) -> Result<Extensions, Failure> {
        let mut charged = Extensions::new();
        if let Some(left) = self.behind.rates.charge(&asker.client, cost).map_err(exceeded)? {
            charged.insert(left);
        }
        Ok(charged)
    }

    fn may_ask(&self, asker: &Asker) -> Result<(), Failure> {
        self.behind.access.may(&asker.caller, Role::Reader).map_err(|error| denied(&error))
    }

    async fn still(&self, asker: &Asker) -> Result<(), Failure> {
        self.behind.access.still(&asker.caller).await.map_err(|error| denied(&error))
    }

    async fn unwelcome(&self, asker: &Asker) -> Failure {
        denied(&self.behind.access.unwelcome(&asker.caller).await)
    }

    fn met(&self, limit: Met) {
        self.struck.count(match limit {
            Met::AnswerBytes => Limit::AnswerBytes,
            Met::BodyTime => Limit::BodyTime,
            Met::Pings => Limit::Pings,
            Met::StreamTime => Limit::StreamTime,
        });
    }

    fn request_id(&self) -> Option<String> {
        Some(telemetry::request().to_string())
    }
}

impl Notes for Asked {
    fn position(&self) -> Option<u64> {
        Some(self.position().0)
    }

    fn tell(&self, sound: bool, extensions: &mut Extensions) {
        extensions.insert(Lasting(sound && self.is_lasting()));
    }
}

impl depositary_graphql_transport::Place for access::Place {
    fn made(&mut self, bytes: usize) {
        self.made(bytes);
    }
}

/// Why somebody may not ask.
fn denied(error: &AccessError) -> Failure {
    let code = error.code().as_str();
    if error.is_fault() {
        return Failure::new(StatusCode::SERVICE_UNAVAILABLE, code, "tokens cannot be read at the moment");
    }
    Failure::new(StatusCode::UNAUTHORIZED, code, &error.to_string())
}

/// A request that costs more than its client has left.
fn exceeded(exceeded: Exceeded) -> Failure {
    let Exceeded { quota, retry_after, .. } = exceeded;
    let code = ErrorCode::RateLimited.as_str();
    Failure::new(StatusCode::TOO_MANY_REQUESTS, code, &exceeded.to_string()).retry_after(retry_after).telling(Left {
        quota,
        remaining: 0,
        reset: retry_after,
    })
}

/// A request that did not pass the gate (`server/gate.rs`), which the order of the layers rules out.
fn unguarded() -> Failure {
    let code = ErrorCode::InternalServerError.as_str();
    Failure::new(StatusCode::INTERNAL_SERVER_ERROR, code, "nobody has said who asks")
}

#[cfg(test)]
mod tests {
    use depositary_graphql_transport::Code;

    use super::{ErrorCode, Word};

    #[test]
    fn every_code_of_the_transport_is_one_of_ours() {
        for code in Code::ALL {
            assert!(ErrorCode::ALL.iter().any(|known| known.as_str() == code.as_str()), "{code:?}");
        }
    }
}
