//! How many, on a day?
//!
//! Invariant: each figure counts what is certain, names the countries where they are few, and says apart what is only possible.

use chrono::NaiveDate;

use crate::answers::Course;
use crate::domain::words::{Listing, Standing};
use crate::faces::pages::frame::Frame;
use crate::faces::pages::markup::{Markup, escaped};
use crate::faces::pages::words;

/// What the script counts in place of the last figure on another day.
const UNKNOWN: &str = "M|countries of which it is not certain whether they were on the list";
/// The most countries that a figure names.
const NAMED: usize = 6;

/// A number with what it counts.
pub struct Figure {
    /// The number that is shown.
    pub number: usize,
    /// What it counts, with the countries where they are few.
    pub text: Markup,
    /// The same sentence without the names of countries.
    plain: &'static str,
    /// What the script counts on another day, and how it says so; empty where it does not.
    pub alt: &'static str,
}

impl Figure {
    /// The number with what it counts, without names.
    pub fn said(&self) -> String {
        format!("{} {}", self.number, self.plain)
    }
}

/// The figures of a day.
pub fn figures(courses: &[Course], frame: &Frame, today: NaiveDate, day: NaiveDate, listing: bool) -> Vec<Figure> {
    let past = day < today;
    let of = |fits: &dyn Fn(&Course) -> bool| courses.iter().filter(|course| fits(course)).collect::<Vec<&Course>>();
    let listed =
        |course: &Course| matches!(course.status.listings.certain(), Some(Listing::Blanket | Listing::CaseByCase));
    let ended =
        |course: &Course| matches!(course.status.standings.certain(), Some(Standing::Expired | Standing::Terminated));
    let over = of(&|course| words::now(&course.status).2);
    let without = of(&|course| {
        course.status.standings.certain() == Some(Standing::NotConcluded) && words::in_talks(&course.status)
    });
    let figure = |countries: &[&Course], plain: &'static str, alt: &'static str| Figure {
        number: countries.len(),
        text: Markup(format!("{plain}{}", names(countries, frame, ": "))),
        plain,
        alt,
    };
    if !listing {
        let in_force = of(&|course| course.status.standings.certain() == Some(Standing::InForce));
        let possible =
            of(&|course| course.status.standings.has(Standing::InForce) && course.status.standings.certain().is_none());
        return vec![
            figure(&in_force, "in force", ""),
            figure(&possible, "perhaps in force", ""),
            figure(&over, "talks that this record counts as stalled", ""),
            figure(&without, "in talks about a first agreement", ""),
        ];
    }
    let full = of(&|course| course.status.listings.certain() == Some(Listing::Blanket));
    let half = of(&|course| course.status.listings.certain() == Some(Listing::CaseByCase));
    let qualifying = format!(
        "qualifying countries: {} for any purchase, {} purchase by purchase{}",
        full.len(),
        half.len(),
        names(&half, frame, ": ")
    );
    let expired = of(&|course| listed(course) && ended(course));
    let unsure = of(&|course| course.status.listings.certain().is_none());
    let has = if past {
        "on the list although the agreement had ended"
    } else {
        "on the list although the agreement has ended"
    };
    let mut figures = vec![
        Figure {
            number: full.len() + half.len(),
            text: Markup(qualifying),
            plain: "qualifying countries",
            alt: "LC|qualifying countries: {L} for any purchase, {C} purchase by purchase",
        },
        figure(&expired, has, "X|on the list although the agreement had ended"),
        figure(&over, "talks that this record counts as stalled", "W|talks that this record counts as stalled"),
    ];
    let unknown = "countries of which it is not certain whether they were on the list";
    figures.push(if past {
        figure(&unsure, unknown, UNKNOWN)
    } else {
        figure(&without, "in talks, without an agreement", UNKNOWN)
    });
    figures
}

/// The countries as links, where they are few.
fn names(countries: &[&Course], frame: &Frame, before: &str) -> String {
    if countries.is_empty() || countries.len() > NAMED {
        return String::new();
    }
    let link = |course: &&Course| {
        let (href, name) = (escaped(&frame.agreement(&course.agreement)), escaped(course.agreement.country.name()));
        format!("<a href=\"{href}\">{name}</a>")
    };
    format!("{before}{}", countries.iter().map(link).collect::<Vec<_>>().join(", "))
}
