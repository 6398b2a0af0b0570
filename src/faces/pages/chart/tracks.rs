//! How is one agreement drawn at full width: three tracks, and when each milestone happened and was published?
//!
//! Invariant: happened and published are two rows joined by a line: upright where it was published at once, slanted where later.

use super::lane::{listing, standing, talks};
use super::{Band, Track, n};
use crate::faces::pages::markup::{Markup, escaped};

/// The width that a letter of a label takes, as a share of a timeline as wide as a page.
const LETTER: f64 = 0.87;

/// A milestone on the timeline.
#[derive(Debug, Clone, PartialEq)]
pub struct Lagged {
    /// Its number in the table.
    pub number: usize,
    /// Where in the log it was first recorded, which is also its row's name.
    pub position: u64,
    /// The place at which the mark stands.
    pub x: f64,
    /// Where its tail begins, where the day is not exact.
    pub from: Option<f64>,
    /// Where the day of its first source stands.
    pub published: Option<f64>,
    /// Whether it was published late.
    pub late: bool,
    /// The shape of the marker, by the name of its icon.
    pub icon: &'static str,
    /// The text that the mark shows.
    pub title: String,
}

/// A track with its labels, in a row of 26 pixels.
pub fn track(bands: &[Band], track: Track, none: &str) -> Markup {
    let mut svg = String::new();
    if bands.is_empty() {
        svg.push_str(&format!("<text class=\"start\" x=\"0.7%\" y=\"16\">{none}</text>"));
    }
    for band in bands {
        svg.push_str(&match track {
            Track::Listing => listing(band, 4.0, 17.0),
            Track::Standing => standing(band, 17.0),
            Track::Talks => talks(band, 5.0, 15.0),
        });
    }
    for band in bands.iter().filter(|band| fits(band)) {
        let y = match track {
            Track::Listing if band.look.class == "half" => "10",
            Track::Standing => "11",
            _ => "16.5",
        };
        let tone = match (track, band.look.class) {
            (Track::Listing, "full") | (Track::Talks, "late" | "comments" | "agreed") if band.look.certain => "on",
            (Track::Talks, _) if band.look.certain => "dark",
            _ => "halo",
        };
        let x = n(band.x + 0.7);
        svg.push_str(&format!("<text class=\"wide start {tone}\" x=\"{x}%\" y=\"{y}\">{}</text>", band.look.words));
    }
    Markup(svg)
}

#[expect(clippy::cast_precision_loss, reason = "a label has a few letters")]
fn fits(band: &Band) -> bool {
    band.width > band.look.words.len() as f64 * LETTER + 1.4
}

/// The milestones, each a link to its row, and how high the drawing is.
pub fn milestone_track(marks: &[Lagged]) -> (Markup, usize) {
    let levels = levels(marks);
    let deepest = levels.iter().copied().max().unwrap_or_default();
    let (top, height) = (26 + 13 * deepest, 78 + 13 * deepest);
    let low = top + 38;
    let mut svg = String::new();
    for mark in marks {
        if let Some(published) = mark.published {
            let late = if mark.late { " latelag" } else { "" };
            let (x, at) = (n(mark.x), n(published));
            svg.push_str(&format!("<line class=\"lag{late}\" x1=\"{x}%\" x2=\"{at}%\" y1=\"{top}\" y2=\"{low}\"/>"));
        }
    }
    for mark in marks {
        if let Some(from) = mark.from {
            let (from, x) = (n(from), n(mark.x));
            svg.push_str(&format!("<line class=\"span\" x1=\"{from}%\" x2=\"{x}%\" y1=\"{top}\" y2=\"{top}\"/>"));
        }
        if let Some(published) = mark.published {
            svg.push_str(&format!("<circle class=\"pub\" cx=\"{}%\" cy=\"{low}\" r=\"3\"/>", n(published)));
        }
    }
    for (mark, level) in marks.iter().zip(&levels) {
        let (x, stem) = (n(mark.x), top - 10 - 13 * (*level).min(deepest));
        let (number, text) = (mark.number, stem.saturating_sub(1));
        svg.push_str(&format!(
            "<a href=\"#m{}\"><title>{number}: {}</title><circle class=\"hit\" cx=\"{x}%\" cy=\"{top}\" r=\"12\"/><line class=\"stem \
             wide\" x1=\"{x}%\" x2=\"{x}%\" y1=\"{stem}\" y2=\"{top}\"/><use href=\"#i-{}\" x=\"{x}%\" y=\"{top}\"/><text class=\"no \
             wide\" aria-hidden=\"true\" x=\"{x}%\" y=\"{text}\">{number}</text></a>",
            mark.position,
            escaped(&mark.title),
            mark.icon
        ));
    }
    (Markup(svg), height)
}

/// How high above the row each number stands, so that none covers another.
fn levels(marks: &[Lagged]) -> Vec<usize> {
    let mut taken: Vec<(f64, usize)> = Vec::new();
    for mark in marks {
        let free = |level: &usize| !taken.iter().any(|(x, of)| of == level && (mark.x - x).abs() < 2.3);
        let level = (0..7).find(free).unwrap_or(7);
        taken.push((mark.x, level));
    }
    taken.into_iter().map(|(_, level)| level).collect()
}
