//! Does every fact come in by one door, whole and once?

mod bundled;
mod figures;
mod ids;
mod writing;
