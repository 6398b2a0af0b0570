//! What kind of agreement is it, and by which rules does its lifecycle run?
//!
//! Invariant: an [`Instrument`] is complete and consistent; a file that is not never becomes one.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::Deserialize;
use toml::Spanned;

use super::effect::{Effect, EffectKind};
use super::ids::InstrumentCode;
use super::wording::Wording;
use super::words::{Listing, MilestoneKind, Stage, Word};

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
    /// The stage's name for people.
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
    /// Why the limit has so many days.
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

/// What a listing does on all days: the short form for an instrument whose effects never changed.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileListing {
    evaluation_factor_percent: u8,
    duty: String,
    citation: String,
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

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    code: Spanned<String>,
    name: Spanned<String>,
    short_name: String,
    authority: String,
    in_force_by_signature: bool,
    #[serde(default)]
    listing_presupposes_agreement: Option<Spanned<bool>>,
    #[serde(default)]
    comment_window_days: Option<Spanned<(u32, u32)>>,
    first_round_complete: Spanned<Stage>,
    renewal_round_complete: Spanned<Stage>,
    #[serde(default)]
    names: Names,
    #[serde(default)]
    dormant_after_days: Option<u32>,
    stages: Spanned<Vec<Spanned<FileStage>>>,
    #[serde(default)]
    listings: Option<Spanned<FileListings>>,
    #[serde(default)]
    effects: Vec<Spanned<Effect>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileStage {
    stage: Stage,
    label: String,
    #[serde(default)]
    reached_by: Vec<MilestoneKind>,
    #[serde(default)]
    limit: Option<Limit>,
    #[serde(default)]
    next: Vec<NextStep>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileListings {
    unlisted: FileListing,
    case_by_case: FileListing,
    blanket: FileListing,
}

impl FileListing {
    /// The two effects of a listing, by the short form.
    fn effects(self, listing: Listing) -> [Effect; 2] {
        let Self { evaluation_factor_percent: percent, duty, citation } = self;
        let of = |kind, percent, text: String| Effect {
            kind,
            listings: vec![listing],
            from: None,
            until: None,
            percent,
            text,
            condition: None,
            citation: citation.clone(),
            sources: Vec::new(),
        };
        let factor = format!("Offers carry an evaluation factor of {percent} percent.");
        [of(EffectKind::EvaluationFactor, Some(percent), factor), of(EffectKind::Duty, None, duty)]
    }
}

impl Instrument {
    /// Reads an instrument from the text of its file.
    ///
    /// # Errors
    /// [`InstrumentError`] with the line and what is wrong.
    pub fn parse(file: &str, text: &str) -> Result<Self, InstrumentError> {
        let refuse = |offset: usize, problem: String| InstrumentError {
            file: file.to_owned(),
            line: 1 + text.get(..offset).map_or(0, |before| before.matches('\n').count()),
            problem,
        };
        let read: File = toml::from_str(text)
            .map_err(|error| refuse(error.span().map_or(0, |span| span.start), error.message().to_owned()))?;
        let at = |span: std::ops::Range<usize>| span.start;

        let code = InstrumentCode::parse(read.code.get_ref())
            .map_err(|error| refuse(at(read.code.span()), error.to_string()))?;
        if read.name.get_ref().trim().is_empty() {
            return Err(refuse(at(read.name.span()), "the name is empty".to_owned()));
        }
        let comment_window = match &read.comment_window_days {
            Some(window) if window.get_ref().0 > window.get_ref().1 || window.get_ref().1 > 3660 => {
                return Err(refuse(
                    at(window.span()),
                    "a comment window is [fewest, most] days, at most 3660".to_owned(),
                ));
            }
            window => window.as_ref().map(|window| *window.get_ref()),
        };
        let mut seen: BTreeMap<MilestoneKind, Stage> = BTreeMap::new();
        let mut last: Option<Stage> = None;
        for spanned in read.stages.get_ref() {
            let stage = spanned.get_ref();
            if last.is_some_and(|last| last >= stage.stage) {
                let order = Stage::ALL.iter().map(|stage| stage.as_str()).collect::<Vec<_>>().join(", ");
                return Err(refuse(
                    at(spanned.span()),
                    format!("stage `{}` is out of order or given twice; the order is {order}", stage.stage),
                ));
            }
            last = Some(stage.stage);
            for kind in &stage.reached_by {
                if let Some(other) = seen.insert(*kind, stage.stage) {
                    return Err(refuse(
                        at(spanned.span()),
                        format!("`{kind}` reaches both `{other}` and `{}`; a milestone reaches one stage", stage.stage),
                    ));
                }
            }
        }
        for spanned in read.stages.get_ref() {
            let stage = spanned.get_ref().stage;
            let elsewhere =
                |kind: &MilestoneKind| kind.own_stage().filter(|own| *own != Some(stage)).map(|own| (*kind, own));
            if let Some((kind, own)) = spanned.get_ref().reached_by.iter().find_map(elsewhere) {
                let own = own.map_or("no stage".to_owned(), |own| format!("`{own}`"));
                return Err(refuse(at(spanned.span()), format!("`{kind}` reaches {own}, in every instrument")));
            }
        }
        let effects = effects(read.listings, read.effects).map_err(|(offset, problem)| refuse(offset, problem))?;
        let has_listing = effects.iter().any(|effect| effect.kind == EffectKind::EvaluationFactor);
        for complete in [&read.first_round_complete, &read.renewal_round_complete] {
            if !read.stages.get_ref().iter().any(|stage| stage.get_ref().stage == *complete.get_ref()) {
                return Err(refuse(
                    at(complete.span()),
                    format!("`{}` is not among the stages of this file", complete.get_ref()),
                ));
            }
            if *complete.get_ref() == Stage::Listed && !has_listing {
                return Err(refuse(
                    at(complete.span()),
                    "no round is ever complete at `listed`: this file says of no listing what it does".to_owned(),
                ));
            }
        }
        if let Some(presupposes) = read.listing_presupposes_agreement.as_ref().filter(|_| !has_listing) {
            return Err(refuse(
                at(presupposes.span()),
                "this file says of no listing what it does, so that none presupposes anything".to_owned(),
            ));
        }
        let stages = read.stages.into_inner().into_iter().map(Spanned::into_inner).map(|stage| StageRules {
            stage: stage.stage,
            label: stage.label,
            reached_by: stage.reached_by,
            limit: stage.limit,
            next: stage.next,
        });
        Ok(Self {
            code,
            name: read.name.into_inner(),
            short_name: read.short_name,
            authority: read.authority,
            in_force_by_signature: read.in_force_by_signature,
            listing_presupposes_agreement: read.listing_presupposes_agreement.is_some_and(Spanned::into_inner),
            comment_window,
            first_round_complete: read.first_round_complete.into_inner(),
            renewal_round_complete: read.renewal_round_complete.into_inner(),
            stages: stages.collect(),
            effects,
            names: read.names,
            dormant_after_days: read.dormant_after_days,
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

/// The effects of a file, or the place of a wrong one and what is wrong with it.
fn effects(
    listings: Option<Spanned<FileListings>>,
    effects: Vec<Spanned<Effect>>,
) -> Result<Vec<Effect>, (usize, String)> {
    let mut all: Vec<Effect> = Vec::new();
    if let Some(listings) = listings.map(Spanned::into_inner) {
        let FileListings { unlisted, case_by_case, blanket } = listings;
        all.extend(unlisted.effects(Listing::Unlisted));
        all.extend(case_by_case.effects(Listing::CaseByCase));
        all.extend(blanket.effects(Listing::Blanket));
    }
    let mut last = 0;
    for spanned in effects {
        let at = spanned.span().start;
        let effect = spanned.into_inner();
        if let Some(problem) = effect.problem() {
            return Err((at, problem));
        }
        if all.iter().any(|other| effect.clashes_with(other)) {
            return Err((at, "two evaluation factors of one listing have days in common".to_owned()));
        }
        last = at;
        all.push(effect);
    }
    let factors = || all.iter().filter(|effect| effect.kind == EffectKind::EvaluationFactor);
    let without = Listing::ALL.iter().find(|listing| !factors().any(|effect| effect.concerns(**listing)));
    match without.filter(|_| factors().next().is_some()) {
        Some(listing) => Err((last, format!("no evaluation factor is given for the listing `{listing}`"))),
        None => Ok(all),
    }
}
