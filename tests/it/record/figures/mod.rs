//! Are figures recorded, corrected, retracted and asked like any other fact?

mod bundled;
mod writing;
