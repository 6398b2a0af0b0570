//! Is an answer by a plain URL the answer that GraphQL gives?

mod alerts;
mod answers;
mod asked;
mod calendar;
mod checker;
mod coverage;
mod deadlines;
mod description;
mod feeds;
mod feeds_of_alerts;
mod held;
mod refusals;
mod sheets;
