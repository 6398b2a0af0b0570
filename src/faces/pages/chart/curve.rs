//! Which share of comparable rounds still waits after so many days?
//!
//! Invariant: drawn twice, with every length the shortest and the longest that the dates allow, and the area between tinted: the
//! truth lies about between.

use super::{Race, n};
use crate::answers::view::{CurvePoint, Curves};
use crate::faces::pages::markup::{Markup, escaped};

/// The height of the curve's plot, in pixels.
const HIGH: f64 = 170.0;

/// A stretch of days with the share that waits.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Step {
    from: f64,
    to: f64,
    share: f64,
}

/// The curves over the same days as a race, in a drawing of 182 pixels.
pub fn curve(curves: &Curves, race: &Race) -> Markup {
    let last = race.runners.iter().map(|runner| f64::from(runner.longest)).fold(0.0, f64::max);
    let (short, long) = (steps(&curves.shortest, last), steps(&curves.longest, last));
    let mut svg = String::new();
    for quarter in 0..=4_u32 {
        let share = 1.0 - f64::from(quarter) / 4.0;
        let (at, of) = (y(share), if quarter == 0 { " of 100" } else { "" });
        svg.push_str(&format!(
            "<line class=\"gridline\" x1=\"0\" x2=\"100%\" y1=\"{}\" y2=\"{}\"/><text class=\"end wide\" x=\"-0.8%\" y=\"{}\">{}{of}</text>",
            n(at),
            n(at),
            n(at + 4.0),
            100 - 25 * quarter
        ));
    }
    if let Some(x) = race.limit.map(|limit| n(race.x(limit.into()))) {
        svg.push_str(&format!("<line class=\"lim\" x1=\"{x}%\" x2=\"{x}%\" y1=\"0\" y2=\"182\"/>"));
    }
    svg.push_str(&between(&short, &long, race));
    for (steps, class) in [(&short, "thin"), (&long, "thick")] {
        svg.push_str(&lines(steps, class, race));
    }
    svg.push_str(&waiting(&long, race));
    Markup(svg)
}

fn y(share: f64) -> f64 {
    6.0 + HIGH * (1.0 - share)
}

/// The steps of a curve, from all at day 0 to the last day that is drawn.
fn steps(points: &[CurvePoint], last: f64) -> Vec<Step> {
    let (mut steps, mut from, mut share) = (Vec::new(), 0.0, 1.0);
    for point in points {
        let to = f64::from(point.days);
        steps.push(Step { from, to, share });
        (from, share) = (to, point.share);
    }
    let to = if share > 0.0 { last.max(from) } else { from };
    steps.push(Step { from, to, share });
    steps
}

fn share_at(steps: &[Step], day: f64) -> f64 {
    let step = steps.iter().find(|step| step.from <= day && day < step.to).or(steps.last());
    step.map_or(0.0, |step| step.share)
}

fn between(short: &[Step], long: &[Step], race: &Race) -> String {
    let mut cuts: Vec<f64> = short.iter().chain(long).flat_map(|step| [step.from, step.to]).collect();
    cuts.sort_by(f64::total_cmp);
    cuts.dedup();
    let pairs = cuts.iter().zip(cuts.iter().skip(1));
    let areas = pairs.filter_map(|(from, to)| {
        let (one, other) = (share_at(short, *from), share_at(long, *from));
        let (x, width) = (race.x(*from), race.x(*to) - race.x(*from));
        let differ = (one - other).abs() > 1e-9;
        let (top, height) = (y(one.max(other)), HIGH * (one - other).abs());
        let rect = format!(
            "<rect class=\"conf\" x=\"{}%\" width=\"{}%\" y=\"{}\" height=\"{}\"/>",
            n(x),
            n(width),
            n(top),
            n(height)
        );
        differ.then_some(rect)
    });
    areas.collect()
}

fn lines(steps: &[Step], class: &str, race: &Race) -> String {
    let mut svg = String::new();
    for (place, step) in steps.iter().enumerate() {
        let (from, to, at) = (n(race.x(step.from)), n(race.x(step.to)), n(y(step.share)));
        svg.push_str(&format!("<line class=\"{class}\" x1=\"{from}%\" x2=\"{to}%\" y1=\"{at}\" y2=\"{at}\"/>"));
        if let Some(next) = steps.get(place + 1) {
            let low = n(y(next.share));
            svg.push_str(&format!("<line class=\"{class}\" x1=\"{to}%\" x2=\"{to}%\" y1=\"{at}\" y2=\"{low}\"/>"));
        }
    }
    svg
}

/// A dot for each round that waits still, with its name.
fn waiting(long: &[Step], race: &Race) -> String {
    let mut svg = String::new();
    let waiting = race.runners.iter().filter(|runner| runner.waiting).enumerate();
    for (place, runner) in waiting {
        let days = f64::from(runner.shortest);
        let (x, at) = (race.x(days), y(share_at(long, (days - 0.5).max(0.0))));
        let class = if runner.unknown { "pub" } else { "dot" };
        let (side, text) = if x > 70.0 { ("end", x) } else { ("start", x + 1.0) };
        // Names that would cover one another stand at four heights.
        let beside = at + [-10.0, 18.0, -23.0, 31.0].get(place % 4).copied().unwrap_or_default();
        svg.push_str(&format!(
            "<circle class=\"{class}\" cx=\"{}%\" cy=\"{}\" r=\"5\"/><text class=\"halo {side}\" x=\"{}%\" y=\"{}\">{}, {}</text>",
            n(x),
            n(at),
            n(text),
            n(beside),
            escaped(runner.country.name),
            crate::faces::pages::dates::number(runner.shortest.into())
        ));
    }
    svg
}
