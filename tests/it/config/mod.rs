//! Are the files that tell a process what it knows read as they are meant, and refused where they are wrong?

mod instruments;
mod rules;
