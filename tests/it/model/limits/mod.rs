//! After how many days is a wait longer than usual, and how does it compare?

mod peers;
mod survival;
