//! Does the text say so?
//!
//! Invariant: the text stands beside the claims, each passage with the number of its claim; what accepting would change is
//! what the record decides now, and nothing is recorded by looking. A decision is about the content that was looked at.

use askama::Template;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use chrono::NaiveDate;

use super::{PATH, doubt, meeting, place, said, shown as texts, state};
use crate::access::Role;
use crate::answers::{DismissalReason, Item, ItemState, captured_at};
use crate::domain::command::Intent;
use crate::domain::decide::shown_link;
use crate::domain::ids::Actor;
use crate::domain::reading::ECFR;
use crate::domain::refusal::Refusal;
use crate::domain::words::Word;
use crate::faces::pages::asked::{Asked, address};
use crate::faces::pages::error::PageError;
use crate::faces::pages::foreseen::{Before, alerts, compared, late};
use crate::faces::pages::frame::{Frame, html};
use crate::faces::pages::look_up::elsewhere;
use crate::faces::pages::sent::{Fields, Sent};
use crate::faces::pages::{Pages, asked, dates, record, words};
use crate::record::tracker::ExecuteError;
use crate::work::desk::{Accepted, DeskError, Verdict, accept, decide, foresee, offered};

/// The page of a document.
#[derive(Template)]
#[template(path = "document.html", config = "src/faces/pages/askama.toml")]
struct Document {
    frame: Frame,
    title: String,
    about: String,
    number: String,
    published: String,
    link: Option<String>,
    /// Where it can be read, in words.
    kept_at: &'static str,
    state: String,
    /// What can be done with it: `decide` where it waits, `reopen` where a decision can be undone, else nothing, since what the
    /// log holds stays there.
    open_to: &'static str,
    readable: bool,
    /// Why nothing is proposed.
    unclear: Option<String>,
    parts: Vec<texts::Part>,
    claims: Vec<Claim>,
    /// Whether anything can be accepted.
    acceptable: bool,
    mentions: Vec<String>,
    /// What was received of it: what it is, its digest, and where the bytes are.
    captures: Vec<(String, String, String)>,
    /// What accepting all of it would change, by agreement.
    would: Vec<(String, Vec<Before>)>,
    notes: Vec<String>,
    /// What stands in the way of accepting.
    stands: Option<String>,
    /// The hidden fields of the form; none for a visitor who may only look.
    hidden: Vec<(&'static str, String)>,
    wrong: Option<(&'static str, String)>,
    wrong_at: &'static str,
    /// What the person who decided added.
    note: Option<String>,
    until: String,
    /// The notes that were typed, of a dismissal and of putting aside.
    notes_typed: [String; 2],
    /// Why it can be dismissed, and whether that was chosen.
    reasons: Vec<(&'static str, &'static str, bool)>,
    desk: String,
}

/// A claim of a document.
struct Claim {
    number: usize,
    what: String,
    when: String,
    met: String,
    doubts: Vec<String>,
    /// Whether it can be accepted.
    offered: bool,
    recorded: bool,
    chosen: bool,
    /// Where it is edited before it is recorded, where it is a milestone of its own.
    edit: Option<String>,
}

/// Answers `GET /inbox/{document}`: the text beside the claims.
pub async fn shown(pages: Pages, mut asked: Asked) -> Result<Response, PageError> {
    pages.visitor.may(Role::Reader)?;
    let number = asked.segment(1).to_owned();
    let day = asked.day("day")?;
    asked.done()?;
    let item = pages.item(&number, day).await?;
    pages.document(&item, StatusCode::OK, None, &Fields::default()).await
}

/// Answers `POST /inbox/{document}`: accepts, dismisses, puts aside or takes up again.
pub async fn sent(pages: Pages, mut asked: Asked, sent: Sent) -> Result<Response, PageError> {
    let (desk, fields) = sent.by(&pages.visitor, Role::Recorder)?;
    let number = asked.segment(1).to_owned();
    let day = asked.day("day")?;
    asked.done()?;
    let item = pages.item(&number, day).await?;
    match pages.decided(&item, &fields, &desk).await {
        Ok(()) => Ok(elsewhere(StatusCode::SEE_OTHER, &format!("{}{}", pages.base, place(&item)))),
        Err((status, at, said)) => pages.document(&item, status, Some((at, said)), &fields).await,
    }
}

impl Pages {
    /// The document of a number.
    pub(in crate::faces::pages) async fn item(&self, number: &str, day: Option<NaiveDate>) -> Result<Item, PageError> {
        let mut found = self.answers.items_of(number, day).await?.into_iter();
        match (found.next(), found.next()) {
            (Some(item), None) => Ok(item),
            (Some(_), Some(_)) => {
                Err(PageError::value("day", "", "the day of publication: this number was used on several"))
            }
            (None, _) => Err(PageError::Path(format!("{PATH}/{number}"))),
        }
    }

    /// Does what a form wants; else the status, the field and what is wrong.
    async fn decided(
        &self,
        item: &Item,
        fields: &Fields,
        desk: &Actor,
    ) -> Result<(), (StatusCode, &'static str, String)> {
        let unprocessable = |at, said: &str| (StatusCode::UNPROCESSABLE_ENTITY, at, said.to_owned());
        if fields.text("content") != item.content_hash {
            let said = "The document has changed since you looked at it. This is what it says now.";
            return Err((StatusCode::CONFLICT, "h-text", said.to_owned()));
        }
        let done = match fields.text("do") {
            "accept" => {
                let chosen: Vec<usize> = fields.texts("claim").filter_map(|number| number.parse().ok()).collect();
                if chosen.is_empty() {
                    return Err(unprocessable("claims", "Choose at least one claim to accept."));
                }
                accept(item, &chosen, desk, &self.tracker, &self.answers).await.map(drop)
            }
            "dismiss" => {
                let Ok(reason) = DismissalReason::parse(fields.text("reason")) else {
                    return Err(unprocessable("reason", "Choose why the document is dismissed."));
                };
                decide(item, &Verdict::Dismiss { reason, note: note(fields) }, desk, &self.answers).await
            }
            "snooze" => {
                let Some(until) = asked::day(fields.text("until")) else {
                    return Err(unprocessable("until", "Give the day on which it comes back."));
                };
                decide(item, &Verdict::Snooze { until, note: note(fields) }, desk, &self.answers).await
            }
            "reopen" => decide(item, &Verdict::Reopen, desk, &self.answers).await,
            _ => return Err(unprocessable("claims", "Choose what to do with the document.")),
        };
        done.map_err(|error| match error {
            DeskError::NotAhead { day, today } => {
                let (day, today) = (dates::day(day), dates::day(today));
                unprocessable("until", &format!("{day} does not lie ahead; today is {today}."))
            }
            DeskError::Note(refusal) => {
                let at = if fields.text("do") == "snooze" { "aside-note" } else { "note" };
                unprocessable(at, &format!("{}.", dates::large(&refusal.to_string())))
            }
            DeskError::Execute(ExecuteError::Refused { refusal, .. }) => {
                let conflict = matches!(refusal, Refusal::VersionConflict { .. } | Refusal::CommandReused(_));
                let status = if conflict { StatusCode::CONFLICT } else { StatusCode::UNPROCESSABLE_ENTITY };
                (status, "claims", format!("{}.", dates::large(&refusal.to_string())))
            }
            error @ (DeskError::NoSuchProposal { .. }
            | DeskError::OfAnother { .. }
            | DeskError::NothingOffered
            | DeskError::Accepted) => unprocessable("claims", &format!("{}.", dates::large(&error.to_string()))),
            error @ (DeskError::Execute(_) | DeskError::Store(_)) => {
                tracing::error!(error = %crate::telemetry::chain(&error), "pages.deciding.failed");
                let said =
                    "The log cannot be written at the moment. Send it again: what was recorded is not recorded twice.";
                (StatusCode::SERVICE_UNAVAILABLE, "claims", said.to_owned())
            }
        })
    }

    async fn document(
        &self,
        item: &Item,
        status: StatusCode,
        wrong: Option<(&'static str, String)>,
        fields: &Fields,
    ) -> Result<Response, PageError> {
        let holder = self.visitor.holder().map(|(name, role)| (name.clone(), role >= Role::Recorder));
        let (desk, records) = holder.unwrap_or_else(|| (Actor::bundled(), false));
        let title = said::title(item);
        let heading = if wrong.is_some() { format!("Error: {title}") } else { title.clone() };
        let mut frame = self.frame_now(heading, place(item));
        frame.place = PATH;
        frame.class = "desk";
        frame.describe(format!("{}: {}.", title, said::proposes(item)));
        let foreseen = self.would(item, &desk).await?;
        let link = item.url.as_deref().map(shown_link).filter(|link| link.starts_with("https://"));
        let again = fields.texts("claim").next().is_some();
        let hidden = vec![("proof", self.visitor.proof()), ("content", item.content_hash.clone())];
        let again = |number: usize| !again || fields.texts("claim").any(|chosen| chosen == number.to_string());
        let claims = claims(item, again, self);
        let page = Document {
            acceptable: claims.iter().any(|claim| claim.offered),
            claims,
            about: said::about(item),
            number: item.key.number.clone(),
            published: dates::day(item.key.published_on),
            link: link.map(str::to_owned),
            kept_at: if item.key.source == ECFR { "the eCFR" } else { "the Federal Register" },
            state: dates::large(&state(item)),
            open_to: open_to(item.state),
            readable: item.readable,
            unclear: item.proposals.is_empty().then(|| dates::large(&said::proposes(item))),
            parts: texts::parts(item),
            mentions: mentions(item),
            captures: item
                .captures
                .iter()
                .map(|of| (of.part.clone(), of.sha256.clone(), format!("{}{}", self.base, captured_at(&of.sha256))))
                .collect(),
            would: foreseen.days,
            notes: foreseen.notes,
            stands: foreseen.stands,
            hidden: if records { hidden } else { Vec::new() },
            wrong_at: wrong.as_ref().map_or("", |(at, _)| at),
            wrong,
            note: super::note_of(item),
            until: fields.text("until").to_owned(),
            notes_typed: ["dismiss", "snooze"]
                .map(|done| if fields.text("do") == done { fields.text("note").to_owned() } else { String::new() }),
            reasons: reasons(fields),
            desk: desk.as_str().to_owned(),
            title,
            frame,
        };
        let mut response = html(status, &page)?;
        response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        Ok(response)
    }

    /// What accepting everything that is offered would change.
    async fn would(&self, item: &Item, desk: &Actor) -> Result<Would, PageError> {
        let unit = offered(item, &[], desk).unwrap_or_default();
        let mut would = Would::default();
        if unit.is_empty() {
            return Ok(would);
        }
        let outcomes = match foresee(item, unit, &self.tracker).await {
            Ok(Accepted::Recorded(outcomes)) => outcomes,
            Err(DeskError::Execute(ExecuteError::Refused { refusal, .. })) => {
                would.stands = Some(format!("{}.", dates::large(&refusal.to_string())));
                return Ok(would);
            }
            // What would change is told by whoever can write; the text and its claims are there without it.
            Ok(Accepted::Already) | Err(_) => return Ok(would),
        };
        let events: Vec<_> = outcomes.iter().map(|outcome| outcome.event.clone()).collect();
        for foreseen in self.answers.foreseen_of(&events).await? {
            let before = compared(&foreseen.days, self.answers.instrument(&foreseen.agreement)?);
            would.days.push((foreseen.agreement.country.name().to_owned(), before));
            would.notes.extend(alerts(&foreseen));
        }
        would.notes.extend(
            outcomes
                .iter()
                .flat_map(|outcome| &outcome.warnings)
                .map(|warning| format!("Unusual: {}.", warning.message)),
        );
        would.notes.extend(events.iter().filter_map(late));
        would.notes.dedup();
        Ok(would)
    }
}

/// What would change if a person accepted the document.
#[derive(Default)]
struct Would {
    days: Vec<(String, Vec<Before>)>,
    notes: Vec<String>,
    stands: Option<String>,
}

/// What a person may still do with a document in a state.
const fn open_to(state: ItemState) -> &'static str {
    match state {
        ItemState::Waiting => "decide",
        ItemState::Snoozed(_) | ItemState::Dismissed => "reopen",
        ItemState::Accepted | ItemState::Known => "",
    }
}

/// The reasons for a dismissal: each as a form sends it, in words, and whether it was chosen.
fn reasons(fields: &Fields) -> Vec<(&'static str, &'static str, bool)> {
    let chosen = fields.text("reason");
    DismissalReason::ALL.iter().map(|word| (word.as_str(), said::because(*word), word.as_str() == chosen)).collect()
}

/// The note of a form; none where nothing was typed.
fn note(fields: &Fields) -> Option<String> {
    Some(fields.text("note").trim()).filter(|note| !note.is_empty()).map(str::to_owned)
}

fn claims(item: &Item, chosen: impl Fn(usize) -> bool, pages: &Pages) -> Vec<Claim> {
    let claim = |(number, met): (usize, &crate::answers::Met)| {
        let kind = met.proposal.detail.kind();
        let edit = [
            ("document", item.key.number.clone()),
            ("day", item.key.published_on.to_string()),
            ("claim", number.to_string()),
        ];
        Claim {
            number,
            what: format!("{}, {}", words::kind(kind), met.agreement.country.name()),
            when: met.proposal.occurred.to_string(),
            met: meeting(&met.meeting),
            doubts: met.proposal.doubts.iter().map(doubt).collect(),
            offered: !met.recorded && !met.offer.is_empty(),
            edit: met
                .offer
                .iter()
                .any(|intent| !matches!(intent, Intent::OpenAgreement | Intent::AddSource(_) | Intent::RefineDate(_)))
                .then(|| address(&format!("{}{}", pages.base, record::PATH), edit)),
            recorded: met.recorded,
            chosen: chosen(number),
        }
    };
    (1..).zip(&item.proposals).map(claim).collect()
}

/// Older signatures that the document tells in passing.
fn mentions(item: &Item) -> Vec<String> {
    let mentions = item.reading.mentions(&item.published);
    mentions.iter().map(|one| format!("{} signed on {}", one.partner.name(), dates::day(one.on))).collect()
}
