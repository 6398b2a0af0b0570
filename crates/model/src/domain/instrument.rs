//! What kind of agreement is it, and by which rules does its lifecycle run?
//!
//! Invariant: an [`Instrument`] is complete and consistent; a file that is not never becomes one.

mod file;

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::Deserialize;

use super::effect::{Effect, EffectKind};
use super::ids::InstrumentCode;
use super::wording::Wording;
use super::words::{Listing, MilestoneKind, Stage};

/// A type of agreement with its lifecycle, read from a TOML file.
#[derive(Debug, Clone)]
pub struct Instrument {
    /// The instrument's code, such as rdp.
    pub code: InstrumentCode,
    /// The instrument's full name.
    pub name: String,
    /// What a partner with a blanket listing is called, such as "qualifying country"; for sentences.
    pub short_name: String,
    /// The statutes and regulations that it rests on.
    pub authority: String,
    /// Whether a signed round without a recorded entry into force counts as in force (rule 9).
    pub in_force_by_signature: bool,
    /// Whether a listing proves a concluded agreement (rule 12).
    pub listing_presupposes_agreement: bool,
    /// The fewest and most days that a comment window usually has, where notices are part of it (rule 8).
    pub comment_window: Option<(u32, u32)>,
    /// The stage at which a first round is complete.
    pub first_round_complete: Stage,
    /// The stage at which a renewal round is complete.
    pub renewal_round_complete: Stage,
    /// The stages of the instrument's lifecycle, in order.
    pub stages: Vec<StageRules>,
    /// What it does to offers, each with its days; those about an evaluation factor for every listing, or for none.
    pub effects: Vec<Effect>,
    /// The words that sentences use for this instrument.
    pub names: Names,
    /// After how many days without any news an open round counts as dormant; `None` where none ever does.
    pub dormant_after_days: Option<u32>,
}

/// What an instrument says about one stage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StageRules {
    /// The stage that these rules are about.
    pub stage: Stage,
    /// The stage's name in plain English.
    pub label: String,
    /// The milestones that reach it.
    pub reached_by: Vec<MilestoneKind>,
    /// After how many days of waiting in it a round counts as stalled; `None` where it cannot stall.
    pub limit: Option<Limit>,
    /// The milestones that are expected next.
    pub next: Vec<NextStep>,
}

/// A fallback stall limit, with its reason.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limit {
    /// The number of days of the limit.
    pub days: u32,
    /// Why the limit has this number of days.
    pub reason: String,
}

/// A milestone that is expected next, and who brings it about.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NextStep {
    /// The kind of milestone that is expected.
    pub kind: MilestoneKind,
    /// The step in a few words, for people.
    pub label: String,
    /// Who takes this step, or which law or text it follows from.
    pub authority: String,
}

/// What sentences call the things of an instrument.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Names {
    /// The agreement, as a noun.
    pub agreement: String,
    /// The notice that asks industry for comments, as a noun.
    pub notice: String,
    /// What is asked of a partner before it is certain, after "a": "qualifying country (DFARS 225.872-1)".
    #[serde(default)]
    pub partner: Option<String>,
    /// The list that the regulation keeps of partners, as a noun: "list of qualifying countries".
    #[serde(default)]
    pub list: Option<String>,
    /// The day of the oldest copy of the list on record. Of an earlier day a sentence does not say that a partner "was not on
    /// the list", since nobody has seen that list.
    #[serde(default)]
    pub oldest_list: Option<NaiveDate>,
    /// What each listing is called, where the plain words do not do.
    #[serde(default)]
    pub listings: BTreeMap<Listing, ListingNames>,
}

/// What sentences say of a listing.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListingNames {
    /// What a partner so listed is, after "is" or "was", for the first sentence of an answer.
    pub answer: Wording,
    /// Which factor an offer carries, on what condition and by which paragraph, as a sentence.
    pub factor: Wording,
    /// The same for days of which no list is on record, on which the rule was another paragraph's.
    #[serde(default)]
    pub factor_early: Option<Wording>,
}

impl Default for Names {
    fn default() -> Self {
        Self {
            agreement: "agreement".to_owned(),
            notice: "notice".to_owned(),
            partner: None,
            list: None,
            oldest_list: None,
            listings: BTreeMap::new(),
        }
    }
}

/// Why an instrument's file is refused: file, line and what is wrong.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}, line {line}: {problem}")]
pub struct InstrumentError {
    /// The name of the file that is refused.
    pub file: String,
    /// The number of the line, from 1.
    pub line: usize,
    /// What is wrong, and what to do.
    pub problem: String,
}

impl Instrument {
    /// Reads an instrument from the text of its file.
    ///
    /// # Errors
    /// [`InstrumentError`] with the line and what is wrong.
    pub fn parse(file: &str, text: &str) -> Result<Self, InstrumentError> {
        file::read(text).map_err(|(offset, problem)| InstrumentError {
            file: file.to_owned(),
            line: 1 + text.get(..offset).map_or(0, |before| before.matches('\n').count()),
            problem,
        })
    }

    /// Whether the regulation lists partners of this instrument.
    #[must_use]
    pub fn has_listing(&self) -> bool {
        self.effects.iter().any(|effect| effect.kind == EffectKind::EvaluationFactor)
    }

    /// The price evaluation factor that offers from a partner with this listing carry on a day, in percent; `None` when no
    /// source tells it of that day (rule 14).
    #[must_use]
    pub fn evaluation_factor(&self, listing: Listing, day: NaiveDate) -> Option<u8> {
        self.factor_effect(listing, day)?.percent
    }

    /// The effect that says so.
    #[must_use]
    pub fn factor_effect(&self, listing: Listing, day: NaiveDate) -> Option<&Effect> {
        self.factors(listing).find(|effect| effect.applies_on(day))
    }

    /// The first day for which a source gives the factor of this listing; `None` when it has no beginning.
    #[must_use]
    pub fn factor_known_from(&self, listing: Listing) -> Option<NaiveDate> {
        self.factors(listing).map(|effect| effect.from).min().flatten()
    }

    /// The days on which some effect begins or has ended, in order.
    #[must_use]
    pub fn effect_days(&self) -> Vec<NaiveDate> {
        let after = |until: NaiveDate| until.succ_opt();
        let edges = |effect: &Effect| [effect.from, effect.until.and_then(after)];
        let mut days: Vec<NaiveDate> = self.effects.iter().flat_map(edges).flatten().collect();
        days.sort_unstable();
        days.dedup();
        days
    }

    fn factors(&self, listing: Listing) -> impl Iterator<Item = &Effect> {
        let of = move |effect: &&Effect| effect.kind == EffectKind::EvaluationFactor && effect.concerns(listing);
        self.effects.iter().filter(of)
    }

    /// What this instrument says about a stage.
    #[must_use]
    pub fn rules(&self, stage: Stage) -> Option<&StageRules> {
        self.stages.iter().find(|rules| rules.stage == stage)
    }

    /// The stage that a milestone of this kind reaches.
    #[must_use]
    pub fn stage_reached_by(&self, kind: MilestoneKind) -> Option<Stage> {
        self.stages.iter().find(|rules| rules.reached_by.contains(&kind)).map(|rules| rules.stage)
    }

    /// The stage at which the round with this number, from 1, is complete.
    #[must_use]
    pub const fn complete_at(&self, round: u16) -> Stage {
        if round <= 1 { self.first_round_complete } else { self.renewal_round_complete }
    }
}
