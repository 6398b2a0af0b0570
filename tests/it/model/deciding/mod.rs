//! What may be recorded? Given some history, when a command comes, then an event, a warning or a refusal.

mod fields;
mod given;
mod record;
mod unusual;
