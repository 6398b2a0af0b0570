//! Do alerts fire once, at the right time, and end with the right reason?

mod backtest;
mod deadlines;
mod looking;
