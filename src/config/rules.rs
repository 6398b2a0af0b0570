//! Which conditions raise an alert, and on what does a limit rest?
//!
//! Invariant: every rule was checked when it was loaded; a wrong file stops the process with file and line.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::Deserialize;
use toml::Spanned;

use crate::config::instruments::Instruments;
use crate::domain::alert::rule::{AlertRule, Check, RuleName};
use crate::domain::ids::InstrumentCode;
use crate::domain::refusal::Refusal;
use crate::domain::words::Deadline;
use crate::projections::limits::LimitPolicy;

/// The rules that this process watches by; cheap to clone. By default no alert fires, and limits rest on the usual policy.
#[derive(Debug, Clone, Default)]
pub struct Rules {
    /// On what an estimate has to rest to set a limit.
    pub limit: LimitPolicy,
    /// The rules, in the order of their file.
    pub alerts: Arc<[AlertRule]>,
}

/// Why the rules cannot be loaded.
#[derive(Debug, thiserror::Error)]
pub enum RulesError {
    /// Something in the file is wrong.
    #[error("{file}, line {line}: {problem}")]
    Wrong {
        /// The file that has the rule.
        file: String,
        /// The number of the line that is wrong, from 1.
        line: usize,
        /// What is wrong, and what to do.
        problem: String,
    },
    /// A rule watches an instrument that is not there.
    #[error("rule `{rule}`: {refusal}")]
    Instrument {
        /// The name of the rule that is wrong.
        rule: RuleName,
        /// The refusal, which lists the instruments that are known.
        refusal: Refusal,
    },
    /// The file cannot be read.
    #[error("cannot read {path}")]
    Unreadable {
        /// The file that cannot be read.
        path: PathBuf,
        /// Why the system could not read it.
        #[source]
        source: std::io::Error,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    limit: FileLimit,
    #[serde(default, rename = "rule")]
    rules: Vec<FileRule>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct FileLimit {
    quantile: Option<Spanned<f64>>,
    least_transitions: Option<Spanned<usize>>,
    most_spread: Option<Spanned<u32>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileRule {
    name: Spanned<String>,
    watches: Spanned<Watches>,
    #[serde(default)]
    instruments: Vec<Spanned<String>>,
    deadline: Option<Spanned<Deadline>>,
    days: Option<Spanned<u32>>,
}

/// What a rule watches for, as its file spells it.
#[derive(Deserialize, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
enum Watches {
    Stalled,
    Deadline,
    Contradiction,
    WebhookDisabled,
}

/// The most rules of a file: each is tried on every agreement.
const MOST_RULES: usize = 100;
/// The most days of a rule: a hundred years.
const MOST_DAYS: u32 = 36_525;

impl Rules {
    /// The rules that come with the program.
    ///
    /// # Errors
    /// [`RulesError::Wrong`] when the bundled file is wrong, which a test rules out.
    pub fn bundled() -> Result<Self, RulesError> {
        Self::parse("data/rules.toml", include_str!("../../data/rules.toml"))
    }

    /// The rules of a file, in place of the bundled ones.
    ///
    /// # Errors
    /// [`RulesError`], naming the line.
    pub fn load(path: &Path) -> Result<Self, RulesError> {
        let text =
            std::fs::read_to_string(path).map_err(|source| RulesError::Unreadable { path: path.to_owned(), source })?;
        Self::parse(&path.display().to_string(), &text)
    }

    /// The same rules, if every instrument that they name is known.
    ///
    /// # Errors
    /// [`RulesError::Instrument`].
    pub fn checked(self, instruments: &Instruments) -> Result<Self, RulesError> {
        for rule in self.alerts.iter() {
            for code in &rule.instruments {
                let load = instruments.load(code.as_str());
                load.map_err(|refusal| RulesError::Instrument { rule: rule.name.clone(), refusal })?;
            }
        }
        Ok(self)
    }

    /// Reads rules from a text.
    ///
    /// # Errors
    /// [`RulesError::Wrong`] with the line and what is wrong.
    pub fn parse(file: &str, text: &str) -> Result<Self, RulesError> {
        let refuse = |span: std::ops::Range<usize>, problem: String| RulesError::Wrong {
            file: file.to_owned(),
            line: 1 + text.get(..span.start).map_or(0, |before| before.matches('\n').count()),
            problem,
        };
        let read: File = toml::from_str(text)
            .map_err(|error| refuse(error.span().unwrap_or_default(), error.message().to_owned()))?;
        let limit = policy(&read.limit).map_err(|(span, problem)| refuse(span, problem))?;
        let mut alerts: Vec<AlertRule> = Vec::new();
        if let Some(rule) = read.rules.get(MOST_RULES) {
            return Err(refuse(rule.name.span(), format!("a file has at most {MOST_RULES} rules")));
        }
        for rule in &read.rules {
            let checked = checked(rule).map_err(|(span, problem)| refuse(span, problem))?;
            if alerts.iter().any(|other| other.name == checked.name) {
                let problem = format!("rule `{}` is given twice; the name is the identity of its alerts", checked.name);
                return Err(refuse(rule.name.span(), problem));
            }
            alerts.push(checked);
        }
        Ok(Self { limit, alerts: alerts.into() })
    }
}

type Wrong = (std::ops::Range<usize>, String);

fn policy(file: &FileLimit) -> Result<LimitPolicy, Wrong> {
    let usual = LimitPolicy::default();
    let policy = LimitPolicy {
        quantile: file.quantile.as_ref().map_or(usual.quantile, |given| *given.get_ref()),
        least_transitions: file.least_transitions.as_ref().map_or(usual.least_transitions, |given| *given.get_ref()),
        most_spread: file.most_spread.as_ref().map_or(usual.most_spread, |given| *given.get_ref()),
    };
    if let Some(given) = file.quantile.as_ref().filter(|_| !(policy.quantile > 0.0 && policy.quantile < 1.0)) {
        return Err((given.span(), "a quantile lies between 0 and 1, such as 0.85".to_owned()));
    }
    if let Some(given) = file.least_transitions.as_ref().filter(|_| policy.least_transitions == 0) {
        return Err((given.span(), "an estimate rests on at least 1 transition".to_owned()));
    }
    if let Some(given) = file.most_spread.as_ref().filter(|_| policy.most_spread == 0) {
        return Err((given.span(), "the later run is at least 1 times the sooner".to_owned()));
    }
    Ok(policy)
}

fn checked(rule: &FileRule) -> Result<AlertRule, Wrong> {
    let name = RuleName::parse(rule.name.get_ref()).map_err(|error| (rule.name.span(), error.to_string()))?;
    let mut instruments = Vec::new();
    for code in &rule.instruments {
        instruments.push(InstrumentCode::parse(code.get_ref()).map_err(|error| (code.span(), error.to_string()))?);
    }
    if let Some(days) = rule.days.as_ref().filter(|days| !(1..=MOST_DAYS).contains(days.get_ref())) {
        return Err((days.span(), format!("days are 1 to {MOST_DAYS}")));
    }
    let watches = *rule.watches.get_ref();
    if let Some(deadline) = rule.deadline.as_ref().filter(|_| watches != Watches::Deadline) {
        return Err((deadline.span(), "only a rule that watches a deadline has one".to_owned()));
    }
    let days = rule.days.as_ref().map(|days| *days.get_ref());
    let check = match (watches, &rule.deadline, days) {
        (Watches::Stalled, _, days) => Check::Stalled { days },
        (Watches::Deadline, Some(deadline), Some(days)) => Check::Deadline { deadline: *deadline.get_ref(), days },
        (Watches::Deadline, ..) => {
            let problem = "a rule that watches a deadline says which, and how many days before".to_owned();
            return Err((rule.watches.span(), problem));
        }
        (Watches::Contradiction, _, None) => Check::Contradiction,
        (Watches::WebhookDisabled, _, None) if instruments.is_empty() => Check::WebhookDisabled,
        (Watches::Contradiction, ..) => {
            let span = rule.days.as_ref().map(Spanned::span).unwrap_or_default();
            return Err((span, "a contradiction has no days".to_owned()));
        }
        (Watches::WebhookDisabled, ..) => {
            let problem = "a rule that watches webhooks has no instruments and no days".to_owned();
            return Err((rule.watches.span(), problem));
        }
    };
    Ok(AlertRule { name, instruments, check })
}
