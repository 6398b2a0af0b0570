//! How does a chart look by itself, on a slide?
//!
//! Invariant: nothing outside the file is needed; it says what it shows, as of when, from where and under which licence, and draws
//! with the same functions as the pages.

use chrono::NaiveDate;

use super::lane::HEIGHT;
use super::{Axis, Band, Lagged, Race, Track, grid, lane, milestone_track, race_axis, runner, track, veil, years};
use crate::answers::Course;
use crate::faces::pages::assets::{CHART, SPRITE};
use crate::faces::pages::dates;
use crate::faces::pages::markup::escaped;

const WIDE: u32 = 1_200;
const MARGIN: u32 = 20;

/// The colours of the light pages: a program for slides knows no variables.
const COLOURS: [(&str, &str); 10] = [
    ("var(--paper)", "#fff"),
    ("var(--wash)", "#f3f5f7"),
    ("var(--rule)", "#cdd5dd"),
    ("var(--ink)", "#16202b"),
    ("var(--soft)", "#4c5967"),
    ("var(--listed)", "#1f5c99"),
    ("var(--maybe)", "#5d8fc2"),
    ("var(--talks)", "#9a5a00"),
    ("var(--tint)", "#f7dcb4"),
    ("var(--late)", "#b3261e"),
];

/// The rules of text that a picture has beside those of the charts.
const TEXT: &str = "svg .name{fill:#16202b;font-size:13px;text-anchor:start}svg .t{fill:#16202b;font-size:24px;font-weight:700;\
                    text-anchor:start}svg .s{font-size:13px;text-anchor:start}svg .b{font-weight:600}.grid line{stroke:#cdd5dd}";

/// What a picture says of itself.
pub struct Caption {
    /// The title: what the picture shows.
    pub title: String,
    /// How it is read, as of when, and by which entry of the log.
    pub note: String,
    /// Where the same is found with its sources.
    pub address: String,
}

impl Caption {
    fn around(&self, height: u32, body: &str) -> String {
        let mut chart = CHART.replace("var(--font)", "\"Segoe UI\",Roboto,\"Helvetica Neue\",Arial,sans-serif");
        for (name, colour) in COLOURS {
            chart = chart.replace(name, colour);
        }
        let chart = chart.replace(".75rem", "12px").replace(".6875rem", "11px");
        let (title, note, address) = (escaped(&self.title), escaped(&self.note), escaped(&self.address));
        let foot = height - 22;
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDE} {height}\" width=\"{WIDE}\" height=\"{height}\" \
             role=\"img\" aria-labelledby=\"t d\"><title id=\"t\">{title}</title><desc id=\"d\">{note}</desc><style>{chart}{TEXT}\
             </style>{SPRITE}<rect width=\"{WIDE}\" height=\"{height}\" fill=\"#fff\"/><text class=\"t\" x=\"{MARGIN}\" y=\"38\">{title}\
             </text><text class=\"s\" x=\"{MARGIN}\" y=\"62\">{note}</text>{body}<text class=\"s\" x=\"{MARGIN}\" y=\"{foot}\">Source: \
             Depositary, {address}, with the source of each fact. Licence: Apache-2.0. Not legal advice.</text></svg>"
        )
    }
}

/// A drawing whose shares are of its own width, at a place of the picture.
fn placed(x: u32, y: u32, width: u32, height: u32, class: &str, drawing: &str) -> String {
    format!("<svg class=\"{class}\" x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\">{drawing}</svg>")
}

fn said(class: &str, x: u32, y: u32, text: &str) -> String {
    format!("<text class=\"{class}\" x=\"{x}\" y=\"{y}\">{}</text>", escaped(text))
}

/// Every country, in groups, each with its history and its status in a few words.
pub fn overview_picture(
    caption: &Caption,
    axis: &Axis,
    day: NaiveDate,
    groups: &[(&str, Vec<(&Course, String)>)],
) -> String {
    const LEFT: u32 = 160;
    const PLOT: u32 = 710;
    let rows: usize = groups.iter().map(|(_, rows)| rows.len()).sum();
    let rows = u32::try_from(rows + groups.len()).unwrap_or(u32::MAX / 64);
    let (top, high) = (112, rows * HEIGHT);
    let mut body = placed(LEFT, top, PLOT, high, "grid", &grid(axis).0);
    body.push_str(&placed(LEFT, top - 26, PLOT, 26, "axis", &years(axis).0));
    body.push_str(&said("name b", LEFT + PLOT + 16, top - 8, &format!("On {}", dates::day(day))));
    let mut y = top;
    for (name, courses) in groups {
        body.push_str(&said("s b", MARGIN, y + 19, name));
        y += HEIGHT;
        for (course, now) in courses {
            body.push_str(&said("name", MARGIN, y + 19, course.agreement.country.name()));
            body.push_str(&placed(LEFT, y, PLOT, HEIGHT, "lane", &lane(course, axis, axis.last).0));
            body.push_str(&said("name", LEFT + PLOT + 16, y + 19, now));
            y += HEIGHT;
        }
    }
    body.push_str(&placed(LEFT, top, PLOT, high, "veil", &veil(axis, day).0));
    caption.around(top + high + 60, &body)
}

/// One agreement: its three tracks, and its milestones as they happened and were published.
pub fn timeline_picture(
    caption: &Caption,
    axis: &Axis,
    day: NaiveDate,
    tracks: [&[Band]; 3],
    marks: &[Lagged],
) -> String {
    const LEFT: u32 = 130;
    const PLOT: u32 = 1_040;
    let (milestones, deep) = milestone_track(marks);
    let deep = u32::try_from(deep).unwrap_or(200);
    // A row's name is no address outside of the page.
    let milestones = milestones.0.replace("href=\"#m", &format!("href=\"{}#m", escaped(&caption.address)));
    let (top, high) = (112, 3 * 40 + deep);
    let mut body = placed(LEFT, top, PLOT, high, "grid", &grid(axis).0);
    body.push_str(&placed(LEFT, top - 26, PLOT, 26, "axis", &years(axis).0));
    let named = [
        ("On the list", Track::Listing, "never, as far as is on record"),
        ("Agreement", Track::Standing, "none"),
        ("Talks", Track::Talks, "none on record"),
    ];
    let mut y = top + 6;
    for ((name, which, none), bands) in named.into_iter().zip(tracks) {
        body.push_str(&said("name", MARGIN, y + 18, name));
        body.push_str(&placed(LEFT, y, PLOT, 26, "trk", &track(bands, which, none).0));
        y += 40;
    }
    body.push_str(&said("name", MARGIN, y + deep - 47, "Happened"));
    body.push_str(&said("name", MARGIN, y + deep - 9, "Published"));
    body.push_str(&placed(LEFT, y, PLOT, deep, "trk", &milestones));
    body.push_str(&placed(LEFT, top, PLOT, high, "veil", &veil(axis, day).0));
    caption.around(top + high + 60, &body)
}

/// The rounds of each stage, compared.
pub fn waiting_picture(caption: &Caption, groups: &[(String, Race)]) -> String {
    const LEFT: u32 = 190;
    const PLOT: u32 = 780;
    const ROW: u32 = 26;
    let mut body = String::new();
    let mut y = 96;
    for (title, race) in groups {
        body.push_str(&said("name b", MARGIN, y + 14, title));
        body.push_str(&placed(LEFT, y + 10, PLOT, 40, "axis", &race_axis(race).0));
        y += 54;
        for of in &race.runners {
            let year = of.year.map(|year| format!(" {year}")).unwrap_or_default();
            body.push_str(&said("name", MARGIN, y + 16, &format!("{}{year}", of.country.name)));
            body.push_str(&placed(LEFT, y, PLOT, 22, "race", &runner(race, of).0));
            body.push_str(&said("name", LEFT + PLOT + 16, y + 16, &of.text));
            y += ROW;
        }
        y += 24;
    }
    caption.around(y + 50, &body)
}
