//! What is a figure made of?
//!
//! Invariant: each part has one spelling, which is what the log stores: a number is text and never floating point.

use std::fmt;
use std::str::FromStr;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::domain::country::Country;
use crate::domain::ids::{AgreementId, IdError, InstrumentCode};
use crate::domain::time::{DateError, UncertainDate};
use crate::domain::words::{Word, words};

words! {
    /// What is measured, where the program knows the measure: its unit is given, and the counts are compared with the record.
    Measure as "measure" {
        /// How many partners the regulation lists, by either paragraph: qualifying countries.
        ListedPartners = "listed_partners",
        /// How many partners the instrument has: those that it lists, and those with an agreement signed or in force.
        Partners = "partners",
        /// The value of partners' products that are bought in a year.
        Purchases = "purchases",
        /// The share of all defence imports that comes from partners.
        ImportShare = "import_share",
    }
}

impl Measure {
    /// The unit in which it is counted.
    #[must_use]
    pub const fn unit(self) -> &'static str {
        match self {
            Self::ListedPartners | Self::Partners => "countries",
            Self::Purchases => "USD a year",
            Self::ImportShare => "percent",
        }
    }

    /// Whether it counts countries, which the record can count too.
    #[must_use]
    pub const fn counts(self) -> bool {
        matches!(self, Self::ListedPartners | Self::Partners)
    }
}

words! {
    /// How exactly a source states a number.
    Accuracy as "accuracy" called "FigureAccuracy" {
        /// The source states exactly this number.
        Exact = "exact",
        /// The source states the number approximately.
        About = "about",
        /// The source states that it is this number or more.
        AtLeast = "at_least",
        /// The source states that it is this number or less.
        AtMost = "at_most",
    }
}

/// Text with one spelling, checked when it is read.
macro_rules! spelt {
    ($name:ident, $error:ty) => {
        impl TryFrom<String> for $name {
            type Error = $error;

            fn try_from(text: String) -> Result<Self, $error> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(of: $name) -> Self {
                of.to_string()
            }
        }
    };
}

/// What a figure is about: `rdp`, or `rdp/KR`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Whose {
    /// An instrument as a whole.
    Instrument(InstrumentCode),
    /// One agreement of an instrument.
    Agreement(AgreementId),
}

impl Whose {
    /// The instrument, or the instrument of the agreement.
    #[must_use]
    pub const fn instrument(&self) -> &InstrumentCode {
        match self {
            Self::Instrument(code) => code,
            Self::Agreement(id) => &id.instrument,
        }
    }

    /// The partner, when the figure is about one agreement.
    #[must_use]
    pub const fn country(&self) -> Option<Country> {
        match self {
            Self::Instrument(_) => None,
            Self::Agreement(id) => Some(id.country),
        }
    }
}

impl fmt::Display for Whose {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Instrument(code) => code.fmt(f),
            Self::Agreement(id) => id.fmt(f),
        }
    }
}

impl FromStr for Whose {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        if text.contains('/') {
            text.parse().map(Self::Agreement)
        } else {
            InstrumentCode::parse(text).map(Self::Instrument)
        }
    }
}

spelt!(Whose, IdError);

/// What a figure measures: a word of [`Measure`], or a name that the person who records it chose.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct MeasureName(String);

impl MeasureName {
    /// The measure, when the program knows it.
    #[must_use]
    pub fn known(&self) -> Option<Measure> {
        Measure::ALL.iter().copied().find(|known| known.as_str() == self.0)
    }

    /// The name's text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for MeasureName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl FromStr for MeasureName {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        let fits = (2..=60).contains(&text.len())
            && text.starts_with(|first: char| first.is_ascii_lowercase())
            && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
        if fits { Ok(Self(text.to_owned())) } else { Err(IdError::Measure(text.chars().take(60).collect())) }
    }
}

spelt!(MeasureName, IdError);

/// A decimal number as it is written, in its one spelling: `-3`, `21`, `5.2`, and never `05`, `5.20` or `5e9`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Amount(String);

/// The most digits of a number on either side of its point.
const DIGITS: usize = 18;

impl Amount {
    /// The number of things that it counts, when it is one.
    #[must_use]
    pub fn whole(&self) -> Option<u64> {
        self.0.parse().ok()
    }
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl FromStr for Amount {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        let digits = |part: &str| (1..=DIGITS).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
        let unsigned = text.strip_prefix('-').unwrap_or(text);
        let (whole, part) = unsigned.split_once('.').map_or((unsigned, None), |(whole, part)| (whole, Some(part)));
        let fits = digits(whole)
            && (whole == "0" || !whole.starts_with('0'))
            && part.is_none_or(|part| digits(part) && !part.ends_with('0'))
            && text != "-0";
        if fits { Ok(Self(text.to_owned())) } else { Err(IdError::Amount(text.chars().take(60).collect())) }
    }
}

spelt!(Amount, IdError);

/// A day, or the stretch from one day to another. Either day may be uncertain. It is written as EDTF: `2010-01-19`,
/// `2019/2023`.
///
/// `2019/2023` begins on some day of 2019 and ends on some day of 2023; `2023` is one day of that year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Span {
    first: UncertainDate,
    last: UncertainDate,
}

impl Span {
    /// The first day.
    #[must_use]
    pub const fn first(self) -> UncertainDate {
        self.first
    }

    /// The last day.
    #[must_use]
    pub const fn last(self) -> UncertainDate {
        self.last
    }

    /// The day, when it is one and known exactly.
    #[must_use]
    pub fn day(self) -> Option<NaiveDate> {
        self.first.exact().filter(|_| self.first == self.last)
    }

    /// Whether it can reach over a day.
    #[must_use]
    pub fn can_reach(self, day: NaiveDate) -> bool {
        self.first.earliest().is_none_or(|earliest| earliest <= day) && day <= self.last.latest()
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.first == self.last { self.first.fmt(f) } else { f.pad(&format!("{}/{}", self.first, self.last)) }
    }
}

impl FromStr for Span {
    type Err = DateError;

    fn from_str(text: &str) -> Result<Self, DateError> {
        let (first, last) = text.split_once('/').unwrap_or((text, text));
        let (first, last): (UncertainDate, UncertainDate) = (first.parse()?, last.parse()?);
        if first.earliest().is_some_and(|earliest| earliest > last.latest()) {
            return Err(DateError::Order(text.chars().take(60).collect()));
        }
        Ok(Self { first, last })
    }
}

spelt!(Span, DateError);
