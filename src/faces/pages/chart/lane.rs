//! How is the whole history of a country drawn in one row?
//!
//! Invariant: three tracks, always in this order: the list, the agreement, the talks; grid and as-of line are one overlay of all
//! rows.

use chrono::NaiveDate;

use super::{Axis, Band, KINDS_OF_A_LANE, Mark, Track, bands, marks, n};
use crate::answers::Course;
use crate::faces::pages::markup::Markup;

/// The height of a lane, in pixels.
pub const HEIGHT: u32 = 30;

/// The shapes of a course in a row of 30 pixels.
pub fn lane(course: &Course, axis: &Axis, until: NaiveDate) -> Markup {
    let mut svg = String::new();
    for band in bands(course, axis, Track::Listing, until) {
        svg.push_str(&listing(&band, 3.0, 10.0));
    }
    for band in bands(course, axis, Track::Standing, until) {
        svg.push_str(&standing(&band, 17.0));
    }
    for band in bands(course, axis, Track::Talks, until) {
        svg.push_str(&talks(&band, 21.5, 6.0));
    }
    for mark in marks(course, axis, &KINDS_OF_A_LANE, until) {
        svg.push_str(&marker(&mark));
    }
    Markup(svg)
}

/// A band of the list: its height says how much.
pub fn listing(band: &Band, y: f64, height: f64) -> String {
    let high = if band.look.class == "full" { height } else { height / 2.0 };
    let class = if band.look.certain { "class=\"listed\"" } else { "class=\"maybe\" fill=\"url(#h-listed)\"" };
    let (x, width, y) = (n(band.x), n(band.width), n(y + height - high));
    format!("<rect {class} x=\"{x}%\" y=\"{y}\" width=\"{width}%\" height=\"{}\"/>", n(high))
}

/// A band of the agreement: a line.
pub fn standing(band: &Band, y: f64) -> String {
    let class = match (band.look.class, band.look.certain) {
        ("gone", _) => "gone",
        ("signed", _) => "force hollow",
        (_, true) => "force",
        (_, false) => "force perhaps",
    };
    let (from, to, y) = (n(band.x), n(band.x + band.width), n(y));
    format!("<line class=\"{class}\" x1=\"{from}%\" x2=\"{to}%\" y1=\"{y}\" y2=\"{y}\"/>")
}

/// A band of the talks.
pub fn talks(band: &Band, y: f64, height: f64) -> String {
    let (class, fill) = (band.look.class, if band.look.certain { "" } else { " fill=\"url(#h-talks)\"" });
    let maybe = if band.look.certain { "" } else { " maybe" };
    let (x, width) = (n(band.x), n(band.width));
    format!(
        "<rect class=\"talk {class}{maybe}\"{fill} x=\"{x}%\" y=\"{}\" width=\"{width}%\" height=\"{}\"/>",
        n(y),
        n(height)
    )
}

fn marker(mark: &Mark) -> String {
    let y = if matches!(mark.icon, "notice" | "intent") { "24.5" } else { "17" };
    format!("<use href=\"#i-{}\" x=\"{}%\" y=\"{y}\"/>", mark.icon, n(mark.x))
}

/// The lines behind all rows: the years, and what is drawn at a narrower scale.
pub fn grid(axis: &Axis) -> Markup {
    let mut svg = String::new();
    if let Some((day, x)) = axis.fold {
        let (edge, text) = (n(x), n(x - 1.0));
        svg.push_str(&format!(
            "<rect class=\"fold\" width=\"{edge}%\" height=\"100%\"/><line class=\"foldline\" x1=\"{edge}%\" x2=\"{edge}%\" \
             y1=\"0\" y2=\"100%\"/><text class=\"end wide\" x=\"{text}%\" y=\"30\">narrower scale</text><text class=\"end wide\" \
             x=\"{text}%\" y=\"45\">before {}</text>",
            day.format("%Y")
        ));
    }
    for tick in &axis.ticks {
        let (x, wide) = (n(tick.x), if tick.optional { " class=\"wide\"" } else { "" });
        svg.push_str(&format!("<line{wide} x1=\"{x}%\" x2=\"{x}%\" y1=\"0\" y2=\"100%\"/>"));
    }
    Markup(svg)
}

/// The years along an axis that is a fifth of a page wide: those that do not touch.
pub fn few_years(axis: &Axis) -> Markup {
    let mut last = f64::NEG_INFINITY;
    let apart = axis.ticks.iter().filter(|tick| {
        let apart = tick.x - last > 24.0 && tick.x < 90.0;
        last = if apart { tick.x } else { last };
        apart
    });
    let texts = apart.map(|tick| format!("<text x=\"{}%\" y=\"12\">{}</text>", n(tick.x), tick.label));
    Markup(texts.collect::<Vec<_>>().concat())
}

/// The years along the axis.
pub fn years(axis: &Axis) -> Markup {
    let text = |tick: &super::Tick| {
        let side = match tick.x {
            x if x > 96.0 => "end",
            x if x < 2.0 => "start",
            _ => "",
        };
        let wide = if tick.optional { " wide" } else { "" };
        format!("<text x=\"{}%\" y=\"17\" class=\"{side}{wide}\">{}</text>", n(tick.x), tick.label)
    };
    Markup(axis.ticks.iter().map(text).collect())
}

/// What lies before all rows: the line of the day that is asked about, and a veil over what comes after.
pub fn veil(axis: &Axis, day: NaiveDate) -> Markup {
    let x = axis.x(day);
    let (at, rest) = (n(x), n(100.0 - x));
    Markup(format!(
        "<rect class=\"after\" x=\"{at}%\" width=\"{rest}%\" height=\"100%\"/><line class=\"asof\" x1=\"{at}%\" x2=\"{at}%\" \
         y1=\"0\" y2=\"100%\"/>"
    ))
}
