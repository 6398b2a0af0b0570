//! Does what others publish come into the inbox, whole and once?

mod code;
mod desk;
mod polls;
mod regulation;
mod serving;
mod weekly;
