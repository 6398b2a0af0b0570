//! What does an endpoint want to hear of?
//!
//! Invariant: a filter that is empty in a part filters nothing by it; what is stored can be read by later releases, which add
//! words and never rename one.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::domain::alert::rule::RuleName;
use crate::domain::alert::subject::Subject;
use crate::domain::country::Country;
use crate::domain::ids::{AgreementId, InstrumentCode};
use crate::domain::words::MilestoneKind;

/// The topics of messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
#[value(rename_all = "snake_case")]
pub enum Topic {
    /// An alert fired, was acknowledged or silenced, or is resolved.
    Alerts,
    /// An event of an agreement was recorded.
    Milestones,
    /// An event changed an agreement's status on some day.
    Statuses,
    /// That an endpoint is tried. Nobody asks for it.
    #[serde(skip)]
    #[value(skip)]
    Test,
}

impl Topic {
    /// Its frozen spelling, which is a part of each message's id.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Alerts => "alerts",
            Self::Milestones => "milestones",
            Self::Statuses => "statuses",
            Self::Test => "test",
        }
    }

    /// The topic of this spelling.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Alerts, Self::Milestones, Self::Statuses, Self::Test].into_iter().find(|topic| topic.as_str() == text)
    }
}

impl fmt::Display for Topic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// What an endpoint wants to hear of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wants {
    /// About what; at least one.
    pub topics: Vec<Topic>,
    /// Only what is about agreements under these instruments; empty for all.
    #[serde(default, serialize_with = "texts", deserialize_with = "instruments")]
    pub instruments: Vec<InstrumentCode>,
    /// Only what is about agreements with these countries; empty for all.
    #[serde(default, serialize_with = "texts", deserialize_with = "countries")]
    pub countries: Vec<Country>,
    /// Only events and changes of status that are about milestones of these kinds; it filters no alerts.
    #[serde(default)]
    pub kinds: Vec<MilestoneKind>,
    /// Only alerts of these rules.
    #[serde(default)]
    pub rules: Vec<RuleName>,
}

impl Wants {
    /// All messages of some topics, without a filter.
    #[must_use]
    pub const fn all_of(topics: Vec<Topic>) -> Self {
        Self { topics, instruments: Vec::new(), countries: Vec::new(), kinds: Vec::new(), rules: Vec::new() }
    }

    /// Whether it may want an alert of a subject: one that asks for instruments or countries wants agreements alone.
    #[must_use]
    pub fn admits_subject(&self, subject: &Subject) -> bool {
        match subject {
            Subject::Agreement(agreement) => self.admits(agreement),
            Subject::Webhook(_) => self.instruments.is_empty() && self.countries.is_empty(),
        }
    }

    /// Whether it may want something of an agreement.
    #[must_use]
    pub fn admits(&self, agreement: &AgreementId) -> bool {
        self.admits_country(agreement.country)
            && (self.instruments.is_empty() || self.instruments.contains(&agreement.instrument))
    }

    fn admits_country(&self, country: Country) -> bool {
        self.countries.is_empty() || self.countries.contains(&country)
    }

    /// Whether it may want anything of agreements with these countries.
    #[must_use]
    pub fn admits_any(&self, countries: &BTreeSet<Country>) -> bool {
        countries.iter().any(|country| self.admits_country(*country))
    }

    /// Whether it wants what is about a milestone of a kind; none is that of the opening of a record.
    #[must_use]
    pub fn admits_kind(&self, kind: Option<MilestoneKind>) -> bool {
        self.kinds.is_empty() || kind.is_some_and(|kind| self.kinds.contains(&kind))
    }

    /// Whether it wants alerts of a rule.
    #[must_use]
    pub fn admits_rule(&self, rule: &RuleName) -> bool {
        self.rules.is_empty() || self.rules.contains(rule)
    }
}

fn texts<T: fmt::Display, S: Serializer>(values: &[T], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(values.iter().map(ToString::to_string))
}

fn read<'de, T, E: fmt::Display, D: Deserializer<'de>>(
    deserializer: D,
    parse: impl Fn(&str) -> Result<T, E>,
) -> Result<Vec<T>, D::Error> {
    let texts = Vec::<String>::deserialize(deserializer)?;
    texts.iter().map(|text| parse(text).map_err(serde::de::Error::custom)).collect()
}

fn instruments<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<InstrumentCode>, D::Error> {
    read(deserializer, InstrumentCode::parse)
}

fn countries<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Country>, D::Error> {
    read(deserializer, Country::from_code)
}

/// The spelling in the store.
impl fmt::Display for Wants {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&serde_json::to_string(self).map_err(|_| fmt::Error)?)
    }
}

impl FromStr for Wants {
    type Err = serde_json::Error;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        serde_json::from_str(text)
    }
}
