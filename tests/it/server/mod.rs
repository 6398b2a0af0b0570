//! Does the process as a whole stay up, tell how it is, and end well?

mod attacks;
mod faults;
mod fuzzing;
mod keeping;
mod metrics;
mod repeating;
