//! After how many days is a wait longer than usual, and how does it compare? What is known of rounds, and what follows.

mod known;
mod peers;
mod survival;
