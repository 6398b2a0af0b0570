//! Can everything that is read be asked by both axes of time?

mod every;
mod pinned;
