//! Whom does the regulation list?
//!
//! Invariant: the spelling is the regulation's own, which differs from the program's.

/// The countries with a blanket exception in the autumn of 2026, as the regulation writes them.
pub const NAMES: &[&str] = &[
    "Australia",
    "Belgium",
    "Canada",
    "Czech Republic",
    "Denmark",
    "Egypt",
    "Estonia",
    "Federal Republic of Germany",
    "Finland",
    "France",
    "Greece",
    "Israel",
    "Italy",
    "Japan",
    "Latvia",
    "Lithuania",
    "Luxembourg",
    "Netherlands",
    "Norway",
    "Poland",
    "Portugal",
    "Slovenia",
    "Spain",
    "Sweden",
    "Switzerland",
    "Turkey",
    "United Kingdom of Great Britain and Northern Ireland",
];
