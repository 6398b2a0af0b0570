//! Does a listener hear everything once, from any position, and slow nobody down?

mod crowd;
mod slow;
mod socket;
