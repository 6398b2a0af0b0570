//! Which words do the pages use for the program's own?
//!
//! Invariant: plain English for people, one word for one of the program's; no word of the model that a reader has not met.

use crate::domain::words::{Evidence, Listing, MilestoneKind, Possible, Stage, Standing};
use crate::projections::status::{Facet, Status};

/// The stages of talks.
pub const TALKS: [Stage; 5] = [Stage::Intent, Stage::Consultation, Stage::Review, Stage::Agreed, Stage::Determined];

/// What happened, at the beginning of a line.
pub const fn kind(kind: MilestoneKind) -> &'static str {
    match kind {
        MilestoneKind::IntentAnnounced => "Intent announced",
        MilestoneKind::NoticePublished => "Notice published",
        MilestoneKind::CommentsClosed => "Comments closed",
        MilestoneKind::TextAgreed => "Text agreed",
        MilestoneKind::DomesticApproval => "Approved by the partner",
        MilestoneKind::DeterminationMade => "Determination made",
        MilestoneKind::Signed => "Signed",
        MilestoneKind::EnteredIntoForce => "Entered into force",
        MilestoneKind::Listed => "Added to the list",
        MilestoneKind::ListingChanged => "Moved on the list",
        MilestoneKind::Delisted => "Taken off the list",
        MilestoneKind::Renewed => "Renewed",
        MilestoneKind::Amended => "Amended",
        MilestoneKind::Suspended => "Suspended",
        MilestoneKind::Resumed => "Resumed",
        MilestoneKind::Expired => "Expired",
        MilestoneKind::Terminated => "Terminated",
        MilestoneKind::Withdrawn => "Given up",
        MilestoneKind::Observed => "Seen",
        MilestoneKind::Noted => "Note",
    }
}

/// The marker of a kind; markers differ by shape.
pub const fn icon(kind: MilestoneKind) -> &'static str {
    match kind {
        MilestoneKind::IntentAnnounced => "intent",
        MilestoneKind::NoticePublished => "notice",
        MilestoneKind::CommentsClosed => "closed",
        MilestoneKind::TextAgreed => "agreed",
        MilestoneKind::DomesticApproval => "approval",
        MilestoneKind::DeterminationMade => "determined",
        MilestoneKind::Signed => "signed",
        MilestoneKind::EnteredIntoForce | MilestoneKind::Resumed => "force",
        MilestoneKind::Listed | MilestoneKind::ListingChanged => "listed",
        MilestoneKind::Renewed => "renewed",
        MilestoneKind::Amended => "amended",
        MilestoneKind::Observed => "seen",
        MilestoneKind::Noted => "note",
        MilestoneKind::Delisted
        | MilestoneKind::Suspended
        | MilestoneKind::Expired
        | MilestoneKind::Terminated
        | MilestoneKind::Withdrawn => "expired",
    }
}

/// What a reader must know of a date's evidence; nothing where a source states it.
pub const fn evidence(evidence: Evidence) -> Option<&'static str> {
    match evidence {
        Evidence::Stated => None,
        Evidence::Inferred => Some("worked out from sources"),
        Evidence::Approximate => Some("rough; shown, but decides nothing"),
        Evidence::Suspect => Some("doubtful; shown, but decides nothing"),
    }
}

/// How far talks have come.
pub const fn stage(stage: Stage) -> &'static str {
    match stage {
        Stage::NotStarted => "no talks on record",
        Stage::Intent => "announced",
        Stage::Consultation => "comments open",
        Stage::Review => "under review",
        Stage::Agreed => "text agreed",
        Stage::Determined => "determination made",
        Stage::Signed => "signed, not in force",
        Stage::InForce => "in force, not listed",
        Stage::Listed => "listed",
    }
}

/// What a round waits for in a stage, as the heading of its comparison.
pub const fn waits_in(stage: Stage) -> &'static str {
    match stage {
        Stage::NotStarted => "Before talks",
        Stage::Intent => "Announced, before a notice",
        Stage::Consultation => "Comments open",
        Stage::Review => "Under review",
        Stage::Agreed => "Text agreed, before the next step",
        Stage::Determined => "Determination made, before the signature",
        Stage::Signed => "Signed, before entry into force",
        Stage::InForce => "In force, before the list",
        Stage::Listed => "Listed",
    }
}

/// The legal state of an agreement.
pub const fn standing(standing: Standing) -> &'static str {
    match standing {
        Standing::NotConcluded => "none",
        Standing::Signed => "signed, not in force",
        Standing::InForce => "in force",
        Standing::Suspended => "suspended",
        Standing::Expired => "expired",
        Standing::Terminated => "terminated",
    }
}

/// How the regulation treats a country.
pub const fn listing(listing: Listing) -> &'static str {
    match listing {
        Listing::Unlisted => "no",
        Listing::CaseByCase => "purchase by purchase",
        Listing::Blanket => "any purchase",
    }
}

/// Every possible listing; all that is possible stands there.
pub fn listings(possible: Possible<Listing>) -> String {
    joined(possible.iter().map(listing))
}

/// Every possible standing.
pub fn standings(possible: Possible<Standing>) -> String {
    joined(possible.iter().map(standing))
}

fn joined<'a>(words: impl Iterator<Item = &'a str>) -> String {
    words.collect::<Vec<_>>().join(" or ")
}

/// The price factor of a status: a number where one is certain.
pub fn factor(percent: Option<u8>) -> String {
    match percent {
        None => "not certain".to_owned(),
        Some(0) => "none".to_owned(),
        Some(percent) => format!("{percent} percent"),
    }
}

/// Which part of an answer a reason is about.
pub const fn facet(facet: Facet) -> &'static str {
    match facet {
        Facet::Standing => "Agreement",
        Facet::Listing => "On the list",
        Facet::Stage => "Talks",
    }
}

/// A status in a few words, behind the box that says how it is listed.
pub fn brief(status: &Status) -> (&'static str, String) {
    let glyph = glyph(status.listings);
    let (standings, stages) = (status.standings, status.stages);
    let may_have_ended = standings.has(Standing::Expired) && standings.certain().is_none();
    let text = match glyph {
        "full" | "half" => {
            let listed = if glyph == "full" { "Listed" } else { "Listed, purchase by purchase" };
            let more = match standings.certain() {
                Some(Standing::Expired) => "; agreement expired",
                Some(Standing::Terminated) => "; agreement terminated",
                Some(Standing::Suspended) => "; agreement suspended",
                _ if may_have_ended => "; may have expired",
                _ if status.facets().outcome_unknown => "; renewal unclear",
                _ => "",
            };
            format!("{listed}{more}")
        }
        "maybe" if standings.certain() == Some(Standing::InForce) => "In force; list not known".to_owned(),
        "maybe" => "Perhaps listed".to_owned(),
        _ => match standings.certain() {
            Some(Standing::InForce) if status.listings.is_empty() => "In force".to_owned(),
            Some(Standing::InForce) => "In force, not yet listed".to_owned(),
            Some(Standing::NotConcluded) if stages.certain() == Some(Stage::NotStarted) => "No agreement".to_owned(),
            Some(Standing::NotConcluded) => {
                let begun = stages.iter().filter(|of| *of != Stage::NotStarted).map(stage);
                let perhaps = if stages.has(Stage::NotStarted) { ", perhaps" } else { "" };
                format!("{}{perhaps}", super::dates::large(&joined(begun)))
            }
            Some(of) => super::dates::large(standing(of)),
            None => super::dates::large(&self::standings(standings)),
        },
    };
    (glyph, text)
}

/// What a row says: the box, the status in a few words, and whether its talks count as stalled.
pub fn now(status: &Status) -> (&'static str, String, bool) {
    let (glyph, text) = brief(status);
    let waiting = status.waiting.filter(|waiting| !waiting.outcome_unknown && TALKS.contains(&waiting.stage));
    let Some(waiting) = waiting else { return (glyph, text, false) };
    if matches!(glyph, "full" | "half") || status.standings.has(Standing::InForce) {
        let talks = if waiting.stalled { "; talks" } else { "" };
        return (glyph, format!("{text}{talks}"), waiting.stalled);
    }
    (glyph, format!("{text}, {}", super::dates::days(waiting.days, Some(waiting.days))), waiting.stalled)
}

/// The box of the possible listings.
pub fn glyph(listings: Possible<Listing>) -> &'static str {
    match listings.certain() {
        Some(Listing::Blanket) => "full",
        Some(Listing::CaseByCase) => "half",
        Some(Listing::Unlisted) => "none",
        None if listings.is_empty() => "none",
        None => "maybe",
    }
}

/// Whether talks are certainly going on, about a first agreement or a renewal.
pub fn in_talks(status: &Status) -> bool {
    !status.stages.is_empty() && status.stages.within(Possible::of(&TALKS))
}

/// The plural of an instrument's name.
pub fn plural(name: &str) -> String {
    if name.ends_with("Agreement") || name.ends_with("Arrangement") { format!("{name}s") } else { name.to_owned() }
}
