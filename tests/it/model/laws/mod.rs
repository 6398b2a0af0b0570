//! Which laws hold whatever is recorded, in whatever order, with whatever dates?

mod answers;
mod asked;
mod cases;
mod compare;
mod differences;
mod explained;
mod knowledge;
mod made;
mod oracle;
mod possible;
mod said;
