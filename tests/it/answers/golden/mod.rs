//! What do people really ask, and what are they answered?

mod asked;
mod first;
mod later;
