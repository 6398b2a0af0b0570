//! Which of the days that matter are not known, or not to the day?
//!
//! Invariant: a partner stands in a gap of a day, or the day is told of it by a source; an attempt at an agreement has no days,
//! and no gaps.

use std::collections::BTreeMap;

use super::coverage::{Coverage, Covered, Precision};
use super::sentence::dated;
use crate::domain::country::Country;
use crate::domain::time::UncertainDate;
use crate::domain::words::Evidence;

/// The gaps of one day that matters, such as the first signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gap {
    /// The day that is missing, in words.
    pub day: &'static str,
    /// How well it is known of some partners, in words.
    pub known: &'static str,
    /// What is known of the day, in words, and of which partners; nothing is known of a day that was not found.
    pub of: Vec<(Option<String>, Vec<Country>)>,
}

/// One of the days that matter.
struct Day {
    name: &'static str,
    of: fn(&Coverage) -> Option<Covered>,
    /// Whether a partner without it lacks something: most agreements were never renewed.
    always: bool,
}

const DAYS: [Day; 4] = [
    Day { name: "First signature", of: |coverage| coverage.signed, always: true },
    Day { name: "First entry into force", of: |coverage| coverage.entered, always: true },
    Day { name: "First listing", of: |coverage| coverage.listed, always: true },
    Day { name: "Latest renewal", of: |coverage| coverage.renewed, always: false },
];

/// How well a day can be known, the least first, in words.
const WAYS: [(&str, Precision); 5] = [
    ("not found", Precision::NotFound),
    ("bounds alone", Precision::Bound),
    ("within a year", Precision::Year),
    ("within a month", Precision::Month),
    ("to the day, and put together from several sources", Precision::Day),
];

/// The gaps of the agreements of one instrument, day by day, the least known first. A day that no partner has is none of the
/// instrument's.
#[must_use]
pub fn gaps(all: &[(Country, Coverage)]) -> Vec<Gap> {
    let partners: Vec<&(Country, Coverage)> = all.iter().filter(|(_, coverage)| coverage.concluded).collect();
    let is_told = |day: &&Day| partners.iter().any(|(_, coverage)| (day.of)(coverage).is_some());
    let of_day = |day: &'static Day| WAYS.iter().map(move |(known, precision)| (day, *known, *precision));
    let each = DAYS.iter().filter(is_told).flat_map(of_day);
    let gap = |(day, known, precision): (&Day, &'static str, Precision)| Gap {
        day: day.name,
        known,
        of: known_so(&partners, day, precision),
    };
    each.map(gap).filter(|gap| !gap.of.is_empty()).collect()
}

/// The partners of which a day is known so precisely, and no better; of days those that are inferred.
fn known_so(partners: &[&(Country, Coverage)], day: &Day, precision: Precision) -> Vec<(Option<String>, Vec<Country>)> {
    let mut of: BTreeMap<Option<UncertainDate>, Vec<Country>> = BTreeMap::new();
    for (country, coverage) in partners {
        let told = (day.of)(coverage);
        let is_so = match told {
            None => precision == Precision::NotFound && day.always,
            Some(told) => {
                Precision::of(told.occurred) == precision
                    && (precision != Precision::Day || told.evidence == Evidence::Inferred)
            }
        };
        if is_so {
            of.entry(told.map(|told| told.occurred)).or_default().push(*country);
        }
    }
    let named = |(date, mut countries): (Option<UncertainDate>, Vec<Country>)| {
        countries.sort_unstable_by_key(Country::name);
        (date.map(dated), countries)
    };
    of.into_iter().map(named).collect()
}

impl Gap {
    /// The gap in a line of text.
    #[must_use]
    pub fn sentence(&self) -> String {
        let names = |countries: &[Country]| countries.iter().map(Country::name).collect::<Vec<_>>().join(", ");
        let of = self.of.iter().map(|(date, countries)| match date {
            Some(date) => format!("{} ({date})", names(countries)),
            None => names(countries),
        });
        format!("{}, {}: {}.", self.day, self.known, of.collect::<Vec<_>>().join("; "))
    }
}
