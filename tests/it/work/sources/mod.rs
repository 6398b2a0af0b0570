//! Does what others publish come into the inbox, whole and once?

mod desk;
mod edited;
mod noted;
mod polls;
mod regulation;
mod serving;
mod troubled;
mod trying;
mod watched;
mod weekly;
