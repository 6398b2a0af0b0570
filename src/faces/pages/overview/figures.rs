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
    let shown = Shown { courses, frame };
    if listing { shown.of_a_list(day < today) } else { shown.of_agreements_alone() }
}

/// The agreements that are counted, and where their links lead.
struct Shown<'a> {
    courses: &'a [Course],
    frame: &'a Frame,
}

impl<'a> Shown<'a> {
    fn of(&self, fits: impl Fn(&Course) -> bool) -> Vec<&'a Course> {
        self.courses.iter().filter(|course| fits(course)).collect()
    }

    fn figure(&self, countries: &[&Course], plain: &'static str, alt: &'static str) -> Figure {
        let text = Markup(format!("{plain}{}", names(countries, self.frame, ": ")));
        Figure { number: countries.len(), text, plain, alt }
    }

    fn stalled(&self) -> Vec<&'a Course> {
        self.of(|course| words::now(&course.status).2)
    }

    fn in_first_talks(&self) -> Vec<&'a Course> {
        self.of(|course| {
            course.status.standings.certain() == Some(Standing::NotConcluded) && words::in_talks(&course.status)
        })
    }

    /// Of an instrument without a list in a regulation.
    fn of_agreements_alone(&self) -> Vec<Figure> {
        let standing = |course: &Course| course.status.standings;
        let in_force = self.of(|course| standing(course).certain() == Some(Standing::InForce));
        let possible =
            self.of(|course| standing(course).has(Standing::InForce) && standing(course).certain().is_none());
        vec![
            self.figure(&in_force, "in force", ""),
            self.figure(&possible, "perhaps in force", ""),
            self.figure(&self.stalled(), "talks that this record counts as stalled", ""),
            self.figure(&self.in_first_talks(), "in talks about a first agreement", ""),
        ]
    }

    /// Of an instrument whose partners a regulation lists.
    fn of_a_list(&self, past: bool) -> Vec<Figure> {
        let listing = |course: &Course| course.status.listings.certain();
        let listed = |course: &Course| matches!(listing(course), Some(Listing::Blanket | Listing::CaseByCase));
        let standing = |course: &Course| course.status.standings.certain();
        let ended = |course: &Course| matches!(standing(course), Some(Standing::Expired | Standing::Terminated));
        let expired = self.of(|course| listed(course) && ended(course));
        let unsure = self.of(|course| listing(course).is_none());
        let has = if past {
            "on the list although the agreement had ended"
        } else {
            "on the list although the agreement has ended"
        };
        let stalled = "talks that this record counts as stalled";
        let unknown = "countries of which it is not certain whether they were on the list";
        vec![
            self.qualifying(),
            self.figure(&expired, has, "X|on the list although the agreement had ended"),
            self.figure(&self.stalled(), stalled, "W|talks that this record counts as stalled"),
            if past {
                self.figure(&unsure, unknown, UNKNOWN)
            } else {
                self.figure(&self.in_first_talks(), "in talks, without an agreement", UNKNOWN)
            },
        ]
    }

    fn qualifying(&self) -> Figure {
        let full = self.of(|course| course.status.listings.certain() == Some(Listing::Blanket)).len();
        let half = self.of(|course| course.status.listings.certain() == Some(Listing::CaseByCase));
        let by_purchase = names(&half, self.frame, ": ");
        let text =
            format!("qualifying countries: {full} for any purchase, {} purchase by purchase{by_purchase}", half.len());
        Figure {
            number: full + half.len(),
            text: Markup(text),
            plain: "qualifying countries",
            alt: "LC|qualifying countries: {L} for any purchase, {C} purchase by purchase",
        }
    }
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
