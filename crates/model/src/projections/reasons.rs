//! Why is a limit what it is, how long do rounds take, and what does a rule say, in words that an official would accept?
//!
//! Invariant: it says who set the limit, on how many rounds it rests, and why the other did not set it; a rule is worded here once,
//! for every face.

use super::limits::{GroupLimit, LimitPolicy, Limits, NoEstimate, Outcome};
use super::sentence::dates;
use super::spells::Group;
use super::status::{Facet, Reason, Rule};
use crate::domain::instrument::Instrument;
use crate::domain::text::counted;
use crate::domain::words::{LimitFrom, Stage};

/// Why the limit of a stage is what it is.
#[must_use]
pub fn limit_reason(limit: &GroupLimit, policy: LimitPolicy, stage: Stage, instrument: &Instrument) -> String {
    let LimitPolicy { quantile, least_transitions, most_spread } = policy;
    let share = 100.0 * quantile;
    let moved_on = limit.transitions;
    let fallback = instrument.rules(stage).and_then(|rules| rules.limit.as_ref());
    let Some(fallback) = fallback else { return "The instrument gives this stage no limit.".to_owned() };
    let why_not = match (limit.from, limit.why_not) {
        (LimitFrom::Estimate, _) | (_, None) => {
            return format!(
                "{share} of 100 comparable rounds had moved on from this stage within this limit, by the \
                 estimate over all that are known; {moved_on} of them {} moved on for sure. The instrument's fallback \
                 would be {}: {}",
                if moved_on == 1 { "has" } else { "have" },
                counted(fallback.days, "day"),
                fallback.reason
            );
        }
        (_, Some(NoEstimate::FewTransitions)) => {
            let (rounds, have) = if moved_on == 1 { ("round", "has") } else { ("rounds", "have") };
            format!(
                "only {moved_on} comparable {rounds} {have} moved on for sure, and {least_transitions} are asked for"
            )
        }
        (_, Some(NoEstimate::NotReached)) => {
            format!("it does not reach {share} of 100 rounds in every case that the dates allow")
        }
        (_, Some(NoEstimate::TooUncertain)) => {
            format!("uncertain dates leave more than {most_spread} times as many days in one reading as in another")
        }
    };
    format!("{} The estimate sets no limit: {why_not}.", fallback.reason)
}

/// How long comparable rounds take in a stage, and from how many that is known; `None` where none is compared.
#[must_use]
pub fn usual(limits: &Limits, group: Group) -> Option<String> {
    let compared = limits.compared(group).count();
    if compared == 0 {
        return None;
    }
    let moved_on = limits.count(group, Outcome::MovedOn);
    let (shortest, longest) = limits.curves(group);
    let half = shortest.quantile(HALF).zip(longest.quantile(HALF));
    let took = match half.map(|(one, other)| (one.min(other), one.max(other))) {
        Some((least, most)) if least == most => format!("half had after {}", dates::days(most.into())),
        Some((least, most)) => {
            format!("half had after {} to {}", dates::thousands(least.into()), dates::days(most.into()))
        }
        None => "fewer than half have so far".to_owned(),
    };
    let (rounds, have) = (counted(compared, "comparable round"), if moved_on == 1 { "has" } else { "have" });
    Some(format!("Of {rounds}, {moved_on} {have} moved on for sure; by the estimate over all of them, {took}."))
}

/// The share of rounds after whose days "half had" is said.
const HALF: f64 = 0.5;

/// Why a reason decided, where more than its milestone did: the rule in plain English, and between which days a change lies that no
/// source records.
#[must_use]
pub fn explanation(reason: &Reason) -> Option<String> {
    let rule = reason.rule.map(|rule| rule_text(rule, Some(reason.facet)).to_owned());
    let unrecorded =
        reason.unrecorded.map(|when| format!("The change itself came {}; no source records it.", dates::when(when)));
    let said: Vec<String> = rule.into_iter().chain(unrecorded).collect();
    (!said.is_empty()).then(|| said.join(" "))
}

/// A rule in plain English, as it decided a part of a status; without a part, as it made a difference.
#[must_use]
pub const fn rule_text(rule: Rule, facet: Option<Facet>) -> &'static str {
    match (rule, facet) {
        (Rule::NoticeClosingDate, _) => "Review counts from the day after the closing date that the notice gives.",
        (Rule::UsualWindow, _) => {
            "No source says when comments closed, so they count as closed within the usual window after the notice."
        }
        (Rule::InForceBySignature, _) => {
            "No source says when it entered into force, so it counts as in force from its last signature."
        }
        (Rule::InForceByListing, _) => {
            "No other sign of an agreement is on record. The list names only countries that have one, so there was one by then."
        }
        (Rule::SeenInForce, _) => "Seen in force on that day; no source says since when.",
        (Rule::ProvedByLater, _) => "A later milestone proves that there was an agreement; no source says since when.",
        (Rule::SignatureNotTold, _) => "No source gives a signature before it, so it stands for the signature as well.",
        (Rule::NoticeNotTold, _) => "No source gives a notice before it, so it stands for the notice as well.",
        (Rule::TermPassed, _) => "The last term that a source gives is over, and no source says what came after.",
        (Rule::SeenValueHolds, _) => "What was seen on a day holds until other evidence changes it.",
        (Rule::SetAside, _) => "This fits nothing else that is on record, so it was set aside.",
        (Rule::DatesContradict, _) => "This contradicts other dates on record.",
        (Rule::InitialValue, Some(Facet::Listing)) => {
            "No source on record says that it had been put on the list by that day."
        }
        (Rule::InitialValue, Some(Facet::Standing)) => {
            "No source on record says that an agreement had been concluded by that day."
        }
        (Rule::InitialValue, Some(Facet::Stage)) => "No source on record says that talks had begun by that day.",
        (Rule::InitialValue, None) => "No source on record says that anything changed it.",
    }
}
