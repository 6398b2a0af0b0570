//! How is a course, a comparison or a curve drawn?
//!
//! Invariant: pure functions from answers to SVG; every x is a share of the width in percent and every y a pixel, so one drawing
//! fits every width; shapes have a class and no colour of their own, and hatching says what is only possible.

mod axis;
mod bands;
mod curve;
mod lane;
mod marks;
mod picture;
mod race;
mod tracks;

pub use self::axis::{Axis, Tick};
pub use self::bands::{Band, Track, bands};
pub use self::curve::curve;
pub use self::lane::{few_years, grid, lane, veil, years};
pub use self::marks::{KINDS_OF_A_LANE, Mark, marks};
pub use self::picture::{Caption, overview_picture, timeline_picture, waiting_picture};
pub use self::race::{Race, race_axis, runner};
pub use self::tracks::{Lagged, milestone_track, track};

/// A share or a length with two digits at most.
pub fn n(value: f64) -> String {
    let text = format!("{value:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}
