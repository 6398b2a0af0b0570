//! Is every question answered as of any day, by any knowledge, by every face alike?

mod axes;
mod before;
mod differences;
mod figures;
mod golden;
mod inbox;
mod late;
mod limits;
mod sentences;
mod syncing;
mod uncertain;
