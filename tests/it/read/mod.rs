//! Is the log followed without a gap?

mod following;
