//! Can every fact be recorded through GraphQL, by those who may, exactly once?

mod dry;
mod facts;
mod once;
