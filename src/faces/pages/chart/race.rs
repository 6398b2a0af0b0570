//! How long did each comparable round stay in a stage, one bar beside another?
//!
//! Invariant: every round that the limit compares is drawn, on one scale, the shortest first; what dates leave open is hatched.

use chrono::Datelike;

use super::n;
use crate::answers::view::{Country, Limit};
use crate::domain::ids::AgreementId;
use crate::faces::pages::dates;
use crate::faces::pages::markup::Markup;
use crate::projections::limits::Outcome;

/// The rounds that a limit compares.
#[derive(Debug, Clone, PartialEq)]
pub struct Race {
    /// The rounds, the shortest first.
    pub runners: Vec<Runner>,
    /// The limit of the stage, in days.
    pub limit: Option<u32>,
    /// The days at the right edge.
    top: f64,
}

/// A round in its stage.
#[derive(Debug, Clone, PartialEq)]
pub struct Runner {
    /// The agreement that the round belongs to.
    pub agreement: AgreementId,
    /// The country of that agreement.
    pub country: Country,
    /// The year in which it came to the stage, where the country has more than one round here.
    pub year: Option<i32>,
    /// The fewest days that the round can have waited.
    pub shortest: u32,
    /// The most days that the round can have waited.
    pub longest: u32,
    /// Whether the round still waits.
    pub waiting: bool,
    /// Whether nobody told how it ended.
    pub unknown: bool,
    /// Whether it is the round that the page is about.
    pub me: bool,
    /// The days of the round in words.
    pub text: String,
}

impl Race {
    /// The rounds that a limit compares: which of them the page is about, and of which nobody told the end.
    pub fn of(limit: &Limit, me: Option<(&AgreementId, u16)>, unknown: impl Fn(&AgreementId, u16) -> bool) -> Self {
        let compared = &limit.estimate.compared;
        let more = |id: &AgreementId| compared.iter().filter(|round| round.agreement.id == *id).count() > 1;
        let runners = compared.iter().map(|round| {
            let id = &round.agreement.id;
            let waiting = round.outcome.0 == Outcome::Waiting;
            let unknown = waiting && unknown(id, round.round);
            let days = dates::days(round.shortest_days.into(), Some(round.longest_days.into()));
            Runner {
                agreement: id.clone(),
                country: id.country.into(),
                year: more(id).then(|| round.entered.latest().year()),
                shortest: round.shortest_days,
                longest: round.longest_days,
                waiting,
                unknown,
                me: me == Some((id, round.round)),
                text: match (unknown, waiting) {
                    (true, _) => "outcome not known".to_owned(),
                    (_, true) => format!("{days} so far"),
                    _ => days,
                },
            }
        });
        let mut runners: Vec<Runner> = runners.collect();
        runners.sort_by_key(|runner| (runner.shortest + runner.longest, runner.country.name));
        let longest = runners.iter().map(|runner| f64::from(runner.longest)).fold(1.0, f64::max);
        let top = (longest * 1.04).max(f64::from(limit.days.unwrap_or_default()) * 1.1);
        Self { runners, limit: limit.days, top }
    }

    /// Where a number of days lies.
    pub fn x(&self, days: f64) -> f64 {
        (days.min(self.top) / self.top * 10_000.0).round() / 100.0
    }

    /// What is written along the axis: every so many days.
    fn ticks(&self) -> impl Iterator<Item = u32> {
        const STEPS: [u32; 11] = [10, 25, 50, 100, 200, 250, 500, 1_000, 2_000, 5_000, 20_000];
        let top = self.top;
        let step = STEPS.into_iter().find(|step| top / f64::from(*step) <= 7.0).unwrap_or(50_000);
        (0..8).map(move |place| place * step).filter(move |days| f64::from(*days) <= top)
    }
}

/// The days along the axis, with the limit above.
pub fn race_axis(race: &Race) -> Markup {
    let mut svg = String::new();
    for days in race.ticks() {
        let (x, first) = (n(race.x(days.into())), if days == 0 { " class=\"start\"" } else { "" });
        let unit = if days == 0 { " days" } else { "" };
        svg.push_str(&format!("<text x=\"{x}%\" y=\"34\"{first}>{}{unit}</text>", dates::number(days.into())));
    }
    if let Some(limit) = race.limit {
        svg.push_str(&format!("<text class=\"lim\" x=\"{}%\" y=\"12\">limit {limit}</text>", n(race.x(limit.into()))));
    }
    Markup(svg)
}

/// The bar of a round, in a row of 22 pixels.
pub fn runner(race: &Race, of: &Runner) -> Markup {
    let (shortest, longest) = (race.x(of.shortest.into()), race.x(of.longest.into()));
    let limit = race.limit.map(|limit| race.x(limit.into()));
    let open = |class: &str, fill: &str, y: u32, height: u32| {
        let width = longest - shortest;
        if width <= 0.0 {
            return String::new();
        }
        let (x, width) = (n(shortest), n(width));
        format!(
            "<rect class=\"{class}\" fill=\"url(#{fill})\" x=\"{x}%\" y=\"{y}\" width=\"{width}%\" height=\"{height}\"/>"
        )
    };
    let mut svg = String::new();
    if let Some(x) = limit.map(n) {
        svg.push_str(&format!("<line class=\"lim\" x1=\"{x}%\" x2=\"{x}%\" y1=\"0\" y2=\"22\"/>"));
    }
    if of.unknown {
        let width = n(shortest);
        svg.push_str(&format!(
            "<rect class=\"talk maybe\" fill=\"url(#h-talks)\" x=\"0\" y=\"6\" width=\"{width}%\" height=\"10\"/>"
        ));
    } else if of.waiting {
        let inside = n(shortest.min(limit.unwrap_or(100.0)));
        svg.push_str(&format!("<rect class=\"talk review\" x=\"0\" y=\"6\" width=\"{inside}%\" height=\"10\"/>"));
        if let Some(limit) = limit.filter(|limit| shortest > *limit) {
            let (x, width) = (n(limit), n(shortest - limit));
            svg.push_str(&format!("<rect class=\"talk late\" x=\"{x}%\" y=\"6\" width=\"{width}%\" height=\"10\"/>"));
        }
        svg.push_str(&open("talk maybe", "h-talks", 6, 10));
        svg.push_str(&format!("<use href=\"#i-on\" x=\"{}%\" y=\"11\"/>", n(longest)));
    } else {
        svg.push_str(&format!("<rect class=\"spent\" x=\"0\" y=\"8\" width=\"{}%\" height=\"6\"/>", n(shortest)));
        svg.push_str(&open("spent maybe", "h-ink", 8, 6));
        let x = n(longest);
        svg.push_str(&format!("<line class=\"stop\" x1=\"{x}%\" x2=\"{x}%\" y1=\"4\" y2=\"18\"/>"));
    }
    Markup(svg)
}
