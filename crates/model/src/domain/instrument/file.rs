//! How is the file of an instrument read, and which files are refused?
//!
//! Invariant: an instrument that was read has its stages in order, each milestone reaches one of them, a round can be complete,
//! and every listing has an evaluation factor or none has.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;

use super::{Instrument, Limit, Names, NextStep, StageRules};
use crate::domain::effect::{Effect, EffectKind};
use crate::domain::ids::InstrumentCode;
use crate::domain::words::{Listing, MilestoneKind, Stage, Word};

/// Where in the text something is wrong, and what.
type Wrong = (usize, String);

/// The longest window for comments that a file may give, in days.
const LONGEST_WINDOW: u32 = 3_660;

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

impl FileStage {
    fn rules(self) -> StageRules {
        let Self { stage, label, reached_by, limit, next } = self;
        StageRules { stage, label, reached_by, limit, next }
    }
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

/// What a listing does on all days: the short form for an instrument whose effects never changed.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileListing {
    evaluation_factor_percent: u8,
    duty: String,
    citation: String,
}

/// The instrument that a text describes.
///
/// # Errors
/// The place of what is wrong, in bytes from the beginning, and what is wrong with it.
pub(super) fn read(text: &str) -> Result<Instrument, Wrong> {
    let read: File = toml::from_str(text)
        .map_err(|error| (error.span().map_or(0, |span| span.start), error.message().to_owned()))?;
    let code = InstrumentCode::parse(read.code.get_ref()).map_err(|error| wrong(&read.code, error.to_string()))?;
    if read.name.get_ref().trim().is_empty() {
        return Err(wrong(&read.name, "the name is empty"));
    }
    let comment_window = window(read.comment_window_days.as_ref())?;
    in_order(read.stages.get_ref())?;
    reached_as_everywhere(read.stages.get_ref())?;
    let effects = effects(read.listings, read.effects)?;
    let has_listing = effects.iter().any(|effect| effect.kind == EffectKind::EvaluationFactor);
    for complete in [&read.first_round_complete, &read.renewal_round_complete] {
        can_be_complete(complete, read.stages.get_ref(), has_listing)?;
    }
    if let Some(presupposes) = read.listing_presupposes_agreement.as_ref().filter(|_| !has_listing) {
        let none = "this file says of no listing what it does, so that none presupposes anything";
        return Err(wrong(presupposes, none));
    }
    Ok(Instrument {
        code,
        name: read.name.into_inner(),
        short_name: read.short_name,
        authority: read.authority,
        in_force_by_signature: read.in_force_by_signature,
        listing_presupposes_agreement: read.listing_presupposes_agreement.is_some_and(Spanned::into_inner),
        comment_window,
        first_round_complete: read.first_round_complete.into_inner(),
        renewal_round_complete: read.renewal_round_complete.into_inner(),
        stages: read.stages.into_inner().into_iter().map(|stage| stage.into_inner().rules()).collect(),
        effects,
        names: read.names,
        dormant_after_days: read.dormant_after_days,
    })
}

/// What is wrong with a part of the file.
fn wrong<T>(part: &Spanned<T>, problem: impl Into<String>) -> Wrong {
    (part.span().start, problem.into())
}

fn window(given: Option<&Spanned<(u32, u32)>>) -> Result<Option<(u32, u32)>, Wrong> {
    let Some(window) = given else { return Ok(None) };
    let (fewest, most) = *window.get_ref();
    if fewest > most || most > LONGEST_WINDOW {
        return Err(wrong(window, format!("a comment window is [fewest, most] days, at most {LONGEST_WINDOW}")));
    }
    Ok(Some((fewest, most)))
}

/// That stages come in their order, each once, and that no milestone reaches two of them.
fn in_order(stages: &[Spanned<FileStage>]) -> Result<(), Wrong> {
    let mut seen: BTreeMap<MilestoneKind, Stage> = BTreeMap::new();
    let mut last: Option<Stage> = None;
    for spanned in stages {
        let FileStage { stage, reached_by, .. } = spanned.get_ref();
        if last.is_some_and(|last| last >= *stage) {
            let order = Stage::ALL.iter().map(|stage| stage.as_str()).collect::<Vec<_>>().join(", ");
            return Err(wrong(
                spanned,
                format!("stage `{stage}` is out of order or given twice; the order is {order}"),
            ));
        }
        last = Some(*stage);
        for kind in reached_by {
            if let Some(other) = seen.insert(*kind, *stage) {
                let both = format!("`{kind}` reaches both `{other}` and `{stage}`; a milestone reaches one stage");
                return Err(wrong(spanned, both));
            }
        }
    }
    Ok(())
}

/// That a milestone reaches the stage that it reaches in every instrument (rule 3).
fn reached_as_everywhere(stages: &[Spanned<FileStage>]) -> Result<(), Wrong> {
    for spanned in stages {
        let FileStage { stage, reached_by, .. } = spanned.get_ref();
        let elsewhere =
            |kind: &MilestoneKind| kind.own_stage().filter(|own| *own != Some(*stage)).map(|own| (*kind, own));
        if let Some((kind, own)) = reached_by.iter().find_map(elsewhere) {
            let own = own.map_or("no stage".to_owned(), |own| format!("`{own}`"));
            return Err(wrong(spanned, format!("`{kind}` reaches {own}, in every instrument")));
        }
    }
    Ok(())
}

/// That a round can come to the stage at which it is complete.
fn can_be_complete(complete: &Spanned<Stage>, stages: &[Spanned<FileStage>], has_listing: bool) -> Result<(), Wrong> {
    let stage = *complete.get_ref();
    if !stages.iter().any(|known| known.get_ref().stage == stage) {
        return Err(wrong(complete, format!("`{stage}` is not among the stages of this file")));
    }
    if stage == Stage::Listed && !has_listing {
        let never = "no round is ever complete at `listed`: this file says of no listing what it does";
        return Err(wrong(complete, never));
    }
    Ok(())
}

/// The effects of a file, or the place of a wrong one and what is wrong with it.
fn effects(listings: Option<Spanned<FileListings>>, effects: Vec<Spanned<Effect>>) -> Result<Vec<Effect>, Wrong> {
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
