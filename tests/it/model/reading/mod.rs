//! Does a reader find in documents what they say, and nothing else?

mod documents;
mod laws;
mod meant;
mod notices;
mod regulation;
mod rules;
