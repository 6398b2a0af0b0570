//! Does a status say truly since when it holds, and why?

mod small;
mod status;
mod told;
