//! Do alerts fire once, at the right time, and end with the right reason?

mod apart;
mod backtest;
mod deadlines;
mod looking;
mod same;
