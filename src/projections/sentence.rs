//! How does one say a status to a person?
//!
//! Invariant: the sentence says what the facets say, names what is inferred or by rule, and hides no uncertainty.

use chrono::NaiveDate;

use super::status::{Facet, Reason, Rule, Status};
use crate::domain::country::Country;
use crate::domain::instrument::Instrument;
use crate::domain::source::Preference;
use crate::domain::text::counted;
use crate::domain::time::UncertainDate;
use crate::domain::words::{Evidence, Headline, LimitFrom, Listing, Possible, Stage, Word};

/// The status of a country under an instrument, in plain English.
#[must_use]
pub fn sentence(status: &Status, country: Country, instrument: &Instrument, today: NaiveDate) -> String {
    let mut parts = vec![opening(status, country, instrument)];
    if instrument.has_listing() {
        parts.push(listed(status, instrument));
    }
    parts.extend(waits(status, instrument));
    parts.extend(rests_on(status));
    if status.undated_sources > 0 {
        parts.push(format!(
            "{} without a day of publication {} left out.",
            counted(status.undated_sources, "source"),
            if status.undated_sources == 1 { "was" } else { "were" }
        ));
    }
    if status.day > today {
        parts.push(format!(
            "{} lies in the future: this is what follows from what is known, not a forecast.",
            status.day
        ));
    }
    parts.join(" ")
}

fn opening(status: &Status, country: Country, instrument: &Instrument) -> String {
    let name = country.name();
    let since = status.since.map(|since| format!(" since {}", span_of(since))).unwrap_or_default();
    let what = match status.headlines.certain() {
        Some(Headline::NoAgreement) => format!("has no {}", instrument.name),
        Some(headline) => format!("has its {} {}{since}", instrument.name, headline_text(headline)),
        None => format!("has its {} either {}", instrument.name, either(status.headlines, headline_text)),
    };
    let round = match (status.headlines.certain(), status.stages.certain()) {
        (Some(Headline::InForce | Headline::Expired | Headline::Terminated | Headline::Suspended), Some(stage))
            if stage < Stage::Signed =>
        {
            format!("; its round {} is in {}", status.round.unwrap_or_default(), stage_text(instrument, stage))
        }
        _ => String::new(),
    };
    let when = status.on().map(|day| format!("On {day}, ")).unwrap_or_default();
    format!("{when}{name} {what}{round}.")
}

fn listed(status: &Status, instrument: &Instrument) -> String {
    let factor = match status.evaluation_factor_percent(instrument) {
        Some(0) => "no evaluation factor is added to its offers".to_owned(),
        Some(percent) => format!("its offers carry the {percent} percent evaluation factor"),
        None => "whether its offers carry the evaluation factor cannot be told".to_owned(),
    };
    match status.listings.certain() {
        Some(listing) => format!("It is {}: {factor}.", listing_text(listing)),
        None => format!("It is either {}: {factor}.", either(status.listings, listing_text)),
    }
}

fn waits(status: &Status, instrument: &Instrument) -> Option<String> {
    let waiting = status.waiting?;
    let limit = waiting.limit_days?;
    let stage = stage_text(instrument, waiting.stage);
    let days = match waiting.days_at_most {
        Some(most) if most == waiting.days => counted(most, "day"),
        Some(most) => format!("{} to {}", waiting.days, counted(most, "day")),
        None => format!("at least {}", counted(waiting.days, "day")),
    };
    let since = match waiting.stage {
        Stage::Review => format!("since {}, the day after comments closed", span_of(waiting.since)),
        _ => format!("since {}", span_of(waiting.since)),
    };
    if waiting.outcome_unknown {
        return Some(format!("The outcome of its renewal, in {stage} {since}, is unknown."));
    }
    let by = match waiting.limit_from {
        LimitFrom::Fallback | LimitFrom::Rule => "",
        LimitFrom::Estimate => ", by which comparable rounds had moved on",
    };
    waiting
        .stalled
        .then(|| format!("The round is stalled: it has waited {days} in {stage}, {since}; the limit is {limit}{by}."))
}

/// Which rules and which inferred evidence it rests on, and since when it was not confirmed.
fn rests_on(status: &Status) -> Option<String> {
    let mut notes: Vec<String> = Vec::new();
    for reason in &status.because {
        if let Some(note) = rule_note(reason).filter(|note| !notes.contains(note)) {
            notes.push(note);
        }
    }
    notes.extend(listing_seen(status));
    if status.because.iter().any(|reason| reason.evidence == Some(Evidence::Inferred)) {
        notes.push("part of the evidence is inferred".to_owned());
    }
    if let Some(last) = status.last_evidence {
        notes.push(format!("the last evidence is from {}", span_of(last)));
    }
    let mut text = notes.join("; ");
    if let Some(first) = text.get(..1).map(str::to_uppercase) {
        text.replace_range(..1, &first);
    }
    (!text.is_empty()).then(|| format!("{text}."))
}

/// On which days the listing was seen, where it was seen and not told as a milestone.
fn listing_seen(status: &Status) -> Option<String> {
    let seen = |reason: &&Reason| reason.facet == Facet::Listing && reason.rule == Some(Rule::SeenValueHolds);
    let mut days: Vec<UncertainDate> =
        status.because.iter().filter(seen).filter_map(|reason| reason.occurred).collect();
    days.sort_by_key(|day| day.latest());
    Some(match (days.first()?, days.last()?) {
        (first, last) if first == last => format!("the listing was seen {}", on(*first)),
        (first, last) => format!("the listing was first seen {} and last {}", on(*first), on(*last)),
    })
}

/// A date in words after a verb.
fn on(date: UncertainDate) -> String {
    match (date.exact(), date.earliest()) {
        (Some(day), _) => format!("on {day}"),
        (None, Some(earliest)) if date.to_string().starts_with('[') => {
            format!("between {earliest} and {}", date.latest())
        }
        (None, Some(_)) => format!("in {date}"),
        (None, None) => format!("by {}", date.latest()),
    }
}

/// What a rule adds, where it decided in every simplest history: a rule that is one of several possibilities is no fact.
fn rule_note(reason: &Reason) -> Option<String> {
    let occurred = reason.occurred.map(dated).unwrap_or_default();
    let between = reason.unrecorded.map(|when| format!(", {}", lies(when))).unwrap_or_default();
    let rule = reason.rule?;
    Some(match rule {
        Rule::UsualWindow => "when comments closed is not told and taken to be within the usual window".to_owned(),
        Rule::TermPassed => "the last term told is over, and what came after is not told".to_owned(),
        Rule::SetAside => format!("what was seen or signed ({occurred}) is set aside, since nothing simpler fits"),
        Rule::DatesContradict => format!("the dates contradict each other ({occurred})"),
        _ if !reason.certain => return None,
        Rule::InForceBySignature => {
            "in force by rule from its last signature, since no entry into force is told".to_owned()
        }
        Rule::InForceByListing => format!("in force by rule, because the regulation lists it ({occurred}){between}"),
        Rule::SeenInForce => format!("seen in force ({occurred}); when that began is not told{between}"),
        Rule::ProvedByLater => {
            format!("that there was an agreement is proved ({occurred}); when it began is not told{between}")
        }
        Rule::SeenValueHolds | Rule::NoticeClosingDate | Rule::InitialValue => return None,
    })
}

/// Where an unrecorded change lies.
fn lies(when: UncertainDate) -> String {
    match (when.exact(), when.earliest()) {
        (Some(day), _) => format!("and lies on {day}"),
        (None, Some(earliest)) => format!("and lies between {earliest} and {}", when.latest()),
        (None, None) => format!("and lies on {} or before", when.latest()),
    }
}

/// A date in words after "since" or "from", which a range of days follows badly.
pub(super) fn span_of(date: UncertainDate) -> String {
    let text = dated(date);
    if text.starts_with("between") { format!("a day {text}") } else { text }
}

/// A date in words: a day, or what its bounds allow.
#[must_use]
pub fn dated(date: UncertainDate) -> String {
    match (date.exact(), date.earliest()) {
        (Some(day), _) => day.to_string(),
        (None, None) => format!("{} or before", date.latest()),
        (None, Some(earliest)) => {
            let text = date.to_string();
            if text.starts_with('[') { format!("between {earliest} and {}", date.latest()) } else { text }
        }
    }
}

fn either<W: Word>(possible: Possible<W>, text: impl Fn(W) -> String) -> String {
    possible.iter().map(text).collect::<Vec<_>>().join(" or ")
}

fn headline_text(headline: Headline) -> String {
    match headline {
        Headline::NoAgreement => "not begun",
        Headline::IntentAnnounced => "announced as an intent",
        Headline::InConsultation => "in consultation",
        Headline::UnderReview => "under review and not concluded",
        Headline::TextAgreed => "agreed as a text and not signed",
        Headline::DeterminationMade => "determined upon and not signed",
        Headline::Signed => "signed and not in force",
        Headline::InForce => "in force",
        Headline::Suspended => "suspended",
        Headline::Expired => "expired",
        Headline::Terminated => "terminated",
    }
    .to_owned()
}

fn listing_text(listing: Listing) -> String {
    match listing {
        Listing::Unlisted => "unlisted",
        Listing::CaseByCase => "listed case by case",
        Listing::Blanket => "listed with a blanket exception",
    }
    .to_owned()
}

pub(super) fn stage_text(instrument: &Instrument, stage: Stage) -> String {
    instrument.rules(stage).map_or_else(|| stage.to_string(), |rules| rules.label.to_lowercase())
}

/// Why one telling was preferred to another that contradicts it, as words that follow "because" (rule 15).
#[must_use]
pub const fn preferred(by: Preference) -> &'static str {
    match by {
        Preference::Overlap => "all tellings overlap, and the date is their intersection",
        Preference::Deciding => "the others are approximate or suspect, which never decides",
        Preference::Primary => "an official record comes before a report",
        Preference::Stated => "what a source states comes before what was inferred",
        Preference::Narrower => "equally good sources disagree, and it is the narrower",
        Preference::LaterPublished => "equally good and equally narrow tellings disagree, and it was published later",
        Preference::LaterRecorded => "tellings equal in all else disagree, and it was recorded later",
        Preference::Union => "the best are equal in everything and disagree, so the date spans them all",
    }
}
