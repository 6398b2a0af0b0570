//! Who may do what, and for how long?

mod tokens;
