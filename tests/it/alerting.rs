//! Do alerts fire once, at the right time, and end with the right reason?

mod backtest;
mod deadlines;
mod faces;
mod facts;
mod looking;
mod rules;
pub mod watcher;
