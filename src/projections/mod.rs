//! The answers: pure folds of a history, a file per question.
pub mod rows;
