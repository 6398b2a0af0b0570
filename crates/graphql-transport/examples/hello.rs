//! A whole server by this crate: a greeting, a list, and a subscription that counts.
//!
//! ```sh
//! cargo run -p depositary-graphql-transport --example hello
//! curl -s 127.0.0.1:8000/graphql -H 'content-type: application/json' -d '{"query":"{ hello }"}'
//! curl -sN 127.0.0.1:8000/graphql -H 'accept: text/event-stream' -G --data-urlencode 'query=subscription { count(to: 3) }'
//! ```

use async_graphql::{EmptyMutation, Object, Schema, Subscription, ValidationMode};
use axum::Router;
use axum::http::request::Parts;
use depositary_graphql_transport::{Begun, Costs, Failure, Host, Metered, Settings, Wanted, router};
use futures_util::{Stream, stream};

/// The questions.
struct Query;

#[Object]
impl Query {
    /// A greeting, to the world where nobody is named.
    async fn hello(&self, name: Option<String>) -> String {
        format!("Hello, {}!", name.as_deref().unwrap_or("world"))
    }

    /// The whole numbers from 1, as many as `first` says, or ten.
    async fn numbers(&self, first: Option<i32>) -> Vec<i32> {
        (1..=first.unwrap_or(10)).collect()
    }
}

/// What can be listened to.
struct Count;

#[Subscription]
impl Count {
    /// Counts from 1.
    async fn count(&self, to: i32) -> impl Stream<Item = i32> {
        stream::iter(1..=to)
    }
}

/// The program: anybody may ask it, and nothing is counted.
struct Hello {
    schema: Schema<Query, EmptyMutation, Count>,
}

impl Host for Hello {
    type Schema = Schema<Query, EmptyMutation, Count>;
    type Caller = ();
    type Notes = ();
    type Place = ();

    fn schema(&self) -> &Self::Schema {
        &self.schema
    }

    async fn caller(&self, _: &Parts, _: Option<&str>) -> Result<(), Failure> {
        Ok(())
    }

    async fn begin(&self, (): &(), _: Wanted) -> Result<Begun<()>, Failure> {
        Ok(Begun::default())
    }

    async fn place(&self, (): &()) -> Result<(), Failure> {
        Ok(())
    }
}

/// The routes of the program. A list without `first` costs as many entries as `usual_page` says.
pub fn hello() -> Router {
    let schema = Schema::build(Query, EmptyMutation, Count).extension(Metered::<Hello>::default());
    let schema = schema.validation_mode(ValidationMode::Fast).finish();
    let costs = Costs { usual_page: 10, ..Costs::default() };
    let settings = Settings { sdl: schema.sdl(), costs, ..Settings::default() };
    router(Hello { schema }, settings)
}

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:8000").await?;
    println!("ask http://127.0.0.1:8000/graphql, or ws://127.0.0.1:8000/graphql/ws");
    axum::serve(listener, hello()).await
}
