//! How is an expected no told to a client?
//!
//! Invariant: `field` is the path in the mutation's input, in its own spelling, so that a form can point at it.

use async_graphql::SimpleObject;

use crate::answers::view::Term;
use crate::domain::codes::RefusalCode;
use crate::domain::command::Intent;
use crate::domain::milestone::Detail;
use crate::domain::refusal;
use crate::domain::words::Word;
use crate::work::delivery::WebhookError;

/// A refusal: why a command recorded or changed nothing.
#[derive(SimpleObject)]
pub struct Refusal {
    /// The code of the refusal, for programs to read; it stays the same in every release.
    pub(super) code: Term<RefusalCode>,
    /// What was asked, what stands in the way, and what would be allowed.
    pub(super) message: String,
    /// The path of the input field that is at fault, such as `milestone.signed.occurred`; null when none is.
    pub(super) field: Option<String>,
}

impl Refusal {
    /// A refusal of a mutation, or of one command of a unit.
    pub fn of(index: Option<usize>, intent: Option<&Intent>, refusal: &refusal::Refusal) -> Self {
        let place = refusal.place().map(|place| path(place, intent));
        let place = place.or_else(|| implied(refusal, intent));
        // A unit's id is the unit's, not its milestone's.
        let index = index.filter(|_| place.as_deref() != Some("commandId"));
        let field = match (index, place) {
            (Some(index), Some(place)) => Some(format!("milestones.{index}.{place}")),
            (Some(index), None) => Some(format!("milestones.{index}")),
            (None, place) => place,
        };
        Self { code: Term(refusal.code()), message: refusal.to_string(), field }
    }

    /// A refusal to manage a webhook.
    pub fn of_webhook(code: RefusalCode, error: &WebhookError) -> Self {
        let field = match error {
            WebhookError::NotAnId(_) | WebhookError::NoSuchEndpoint(_) | WebhookError::Disabled(_) => Some("webhookId"),
            WebhookError::Target(_) => Some("url"),
            WebhookError::NoTopic => Some("topics"),
            WebhookError::NoSuchInstrument(_) => Some("instruments"),
            WebhookError::Rules => Some("rules"),
            WebhookError::Overlap => Some("overlapHours"),
            WebhookError::Ahead { argument, .. } => Some(*argument),
            WebhookError::TooMany | WebhookError::Randomness | WebhookError::Json(_) | WebhookError::Store(_) => None,
        };
        Self { code: Term(code), message: error.to_string(), field: field.map(str::to_owned) }
    }
}

/// The domain's name of a place with dots, in the spelling of inputs.
pub(super) fn dotted(place: &str) -> String {
    camel(&place.replace('[', ".").replace(']', ""))
}

/// The domain's name of a place as a path in the input: `sources[0].published_on` is `sources.0.publishedOn`.
fn path(place: &str, intent: Option<&Intent>) -> String {
    let dotted = dotted(place);
    let root = dotted.split('.').next().unwrap_or_default();
    if matches!(intent, Some(Intent::AddSource(_))) && root == "sources" {
        return dotted.replacen("sources.0", "source", 1);
    }
    let outside =
        ["sources", "why", "milestone", "milestones", "agreementId", "milestoneId", "commandId", "expectedVersion"];
    match intent.and_then(detail) {
        Some(detail) if !outside.contains(&root) => format!("milestone.{}.{dotted}", camel(detail.kind().as_str())),
        _ => dotted,
    }
}

/// The field behind a refusal that names none itself.
fn implied(refusal: &refusal::Refusal, intent: Option<&Intent>) -> Option<String> {
    match refusal {
        refusal::Refusal::UnknownInstrument { .. }
        | refusal::Refusal::AlreadyOpen(_)
        | refusal::Refusal::NotOpen(_) => Some("agreementId".to_owned()),
        refusal::Refusal::NoSuchMilestone(_) | refusal::Refusal::MilestoneRetracted(_) => {
            Some("milestoneId".to_owned())
        }
        refusal::Refusal::Impossible { .. } => {
            intent.and_then(detail).map(|detail| format!("milestone.{}", camel(detail.kind().as_str())))
        }
        _ => None,
    }
}

const fn detail(intent: &Intent) -> Option<&Detail> {
    match intent {
        Intent::RecordMilestone(recorded) => Some(&recorded.milestone.detail),
        Intent::CorrectMilestone(corrected) => Some(&corrected.content.detail),
        _ => None,
    }
}

fn camel(snake: &str) -> String {
    let mut words = snake.split('_');
    let mut text = words.next().unwrap_or_default().to_owned();
    for word in words {
        let mut chars = word.chars();
        text.extend(chars.next().map(|first| first.to_ascii_uppercase()));
        text.push_str(chars.as_str());
    }
    text
}
