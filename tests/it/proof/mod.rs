//! Is whatever is altered found, by whoever trusts nobody?

mod auditing;
mod tampering;
mod tree;
