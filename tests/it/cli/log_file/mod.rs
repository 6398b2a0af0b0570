//! Does the program look after the file that its log is, from its beginning to its end? The real program on real files.

mod asked;
mod beginning;
mod read_only;
mod replaced;
mod whole;
