//! What may a recorder add to the record on the pages, and what would that change?
//!
//! Invariant: for recorders alone; a preview records nothing and decides as recording does; what was typed is never lost,
//! whatever is refused; the same form sent twice is recorded once.

mod filled;
mod form;
mod read;
mod wrong;

use askama::Template;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use uuid::Uuid;

use self::form::{Form, OF_KINDS};
use self::wrong::Wrong;
use super::asked::{self, Asked, address};
use super::error::PageError;
use super::foreseen::{Before, alerts, compared, late};
use super::frame::{Frame, html};
use super::look_up::elsewhere;
use super::markup::Markup;
use super::sent::{Fields, Sent};
use super::{Pages, dates, words};
use crate::access::Role;
use crate::answers::{Item, Page};
use crate::domain::command::Command;
use crate::domain::country::Country;
use crate::domain::ids::{Actor, AgreementId, MilestoneId};
use crate::domain::words::{MilestoneKind, Word};
use crate::record::import::open;
use crate::record::tracker::{ExecuteError, Outcome};
use crate::work::desk::{edited, record_unit};

/// The path of the page on which milestones are recorded.
pub const PATH: &str = "/record";

/// The page with the form.
#[derive(Template)]
#[template(path = "record.html", config = "src/faces/pages/askama.toml")]
struct Record {
    frame: Frame,
    /// What was recorded before this form.
    done: Option<Done>,
    wrongs: Vec<Wrong>,
    /// The first word of what is refused.
    refused: &'static str,
    /// The agreement whose milestone is corrected, and its page.
    corrected: Option<(String, String)>,
    /// The fields that nobody sees.
    hidden: Vec<(String, String)>,
    what: Vec<Markup>,
    what_bad: bool,
    when: Vec<Markup>,
    when_bad: bool,
    sources: Vec<(Vec<Markup>, Vec<Markup>)>,
    sources_bad: bool,
    why: Option<Markup>,
    preview: Option<Preview>,
    allowed: Vec<&'static str>,
    countries: Vec<Country>,
    desk: String,
}

/// The page that says what was recorded.
struct Done {
    position: u64,
    what: String,
    href: String,
    log: String,
}

/// The preview: what would change if the milestone were recorded.
struct Preview {
    /// Whether a milestone would be retracted.
    retracts: bool,
    days: Vec<Before>,
    warnings: Vec<String>,
    notes: Vec<String>,
}

/// What became of a form.
#[derive(Default)]
struct Shown {
    status: StatusCode,
    wrongs: Vec<Wrong>,
    preview: Option<Preview>,
    done: Option<Done>,
    /// Whether the sent command cannot be sent again.
    used: bool,
}

/// Answers `GET /record`: the form, empty or with what is to be corrected.
pub async fn shown(pages: Pages, mut asked: Asked) -> Result<Response, PageError> {
    let desk = pages.visitor.may(Role::Recorder)?.clone();
    let agreement = asked.value("agreement")?.map(str::to_owned);
    let corrects = asked.value("corrects")?.map(str::to_owned);
    let kind = asked.word::<MilestoneKind>("kind")?;
    let recorded = asked.position("recorded")?;
    let document = asked.value("document")?.map(str::to_owned);
    let (day, claim) = (asked.day("day")?, asked.number("claim")?);
    asked.done()?;
    let agreement = match agreement {
        Some(given) => Some(pages.known(&given)?),
        None => None,
    };
    let mut fields = filled::new(agreement.as_ref());
    if let Some(kind) = kind {
        fields.set("kind", kind.as_str());
    }
    if let Some(given) = corrects {
        let rule = "the id of a milestone of the agreement that is given beside it";
        let wrong = || PageError::value("corrects", &given, rule);
        let (agreement, id) = agreement.as_ref().zip(given.parse::<Uuid>().ok()).ok_or_else(wrong)?;
        let record = pages.answers.record(agreement).await?;
        fields = filled::correcting(agreement, &record, MilestoneId(id)).ok_or_else(wrong)?;
    }
    if let Some(number) = document {
        let item = pages.item(&number, day).await?;
        let met = claim.and_then(|number| item.proposals.get(number - 1));
        let wrong = || {
            PageError::value("claim", &claim.unwrap_or_default().to_string(), "the number of a claim of the document")
        };
        let met = met.ok_or_else(wrong)?;
        fields = filled::claimed(&met.agreement, &met.offer).ok_or_else(wrong)?;
        fields.set("document", &item.key.number);
        fields.set("published_on", &item.key.published_on.to_string());
        fields.set("claim", &claim.unwrap_or_default().to_string());
    }
    let mut shown = Shown::default();
    if let Some(position) = recorded {
        let part = Page { after: Some(position.0.saturating_add(1)), ..Page::first(1) };
        let events = pages.answers.log_entries(pages.end(), &part).await?.items;
        shown.done = events
            .first()
            .filter(|event| event.position == position && event.actor == desk.as_str())
            .and_then(|event| {
                let id: AgreementId = event.stream.parse().ok()?;
                let other = if event.kind == "milestone_retracted" { "Milestone retracted" } else { "What you sent" };
                let what = event.milestone.map_or(other, |(kind, _)| words::kind(kind));
                Some(Done {
                    position: position.0,
                    what: format!("{what}, {}", id.country.name()),
                    href: format!("{}/{id}", pages.base),
                    log: format!("{}/log?before={}#e{position}", pages.base, position.0.saturating_add(1)),
                })
            });
    }
    pages.form(fields, shown, &desk).await
}

/// Answers `POST /record`: shows the form again, previews it, or records it.
pub async fn sent(pages: Pages, sent: Sent) -> Result<Response, PageError> {
    let (desk, mut fields) = sent.by(&pages.visitor, Role::Recorder)?;
    match fields.text("do") {
        "source" => {
            let more = form::filled(&fields).max(1) + 1;
            fields.set("sources", &more.min(form::MOST_SOURCES).to_string());
            return pages.form(fields, Shown::default(), &desk).await;
        }
        "kind" => return pages.form(fields, Shown::default(), &desk).await,
        _ => {}
    }
    let refused = |wrongs| Shown { status: StatusCode::UNPROCESSABLE_ENTITY, wrongs, ..Shown::default() };
    let agreement = match read::agreement(&fields, &pages.answers) {
        Ok(agreement) => agreement,
        Err(wrong) => {
            let mut wrongs = vec![wrong];
            // What else is wrong is told at once; the agreement is any, since nothing is recorded.
            if let Some(any) = "rdp/LV".parse().ok().and_then(|id| read::command(&fields, id, &desk).err()) {
                wrongs.extend(any);
            }
            return pages.form(fields, refused(wrongs), &desk).await;
        }
    };
    let command = match read::command(&fields, agreement.clone(), &desk) {
        Ok(command) => command,
        Err(wrongs) => return pages.form(fields, refused(wrongs), &desk).await,
    };
    let claim = pages.claim(&fields, &command).await?;
    let command = claim.as_ref().map_or(command.clone(), |(_, edited)| edited.clone());
    let unit = pages.unit(command).await?;
    let outcomes = match pages.tracker.execute_dry(unit.clone()).await {
        Ok(outcomes) => outcomes,
        Err(error) => return pages.refused(fields, error, &desk).await,
    };
    let warned = fields.text("warned") == "yes" || outcomes.iter().all(|outcome| outcome.warnings.is_empty());
    if !matches!(fields.text("do"), "record" | "retract") || !warned {
        let preview = Preview { retracts: read::retracts(&fields), ..pages.preview(&agreement, &outcomes).await? };
        return pages.form(fields, Shown { preview: Some(preview), ..Shown::default() }, &desk).await;
    }
    let recorded = match &claim {
        Some((item, _)) => record_unit(item, unit, &desk, &pages.tracker, &pages.answers).await,
        None => pages.tracker.execute(unit).await,
    };
    match recorded {
        Ok(outcomes) => {
            let position = outcomes.last().map(|outcome| outcome.event.position).unwrap_or_default();
            let pairs = [("agreement", agreement.to_string()), ("recorded", position.to_string())];
            let place = address(&format!("{}{PATH}", pages.base), pairs);
            Ok(elsewhere(StatusCode::SEE_OTHER, &place))
        }
        Err(error) => pages.refused(fields, error, &desk).await,
    }
}

/// The fields of a source, for the mark beside their heading.
const OF_SOURCES: [&str; 13] = [
    "title",
    "url",
    "publisher",
    "citation",
    "number",
    "published",
    "reliability",
    "tells",
    "telling",
    "accessed",
    "archived",
    "sha256",
    "fetched",
];

impl Pages {
    /// An agreement by its id.
    fn known(&self, given: &str) -> Result<AgreementId, PageError> {
        let id = given.parse::<AgreementId>().ok();
        let id = id.and_then(|id| self.answers.agreement_id(id.instrument.as_str(), id.country).ok());
        id.ok_or_else(|| PageError::value("agreement", given, "an agreement such as rdp/LV"))
    }

    /// The document and the command, where a form edits what a document claims; `None` where it does not, or is about another
    /// agreement by now.
    async fn claim(&self, fields: &Fields, command: &Command) -> Result<Option<(Item, Command)>, PageError> {
        let (number, day) = (fields.text("document"), asked::day(fields.text("published_on")));
        let Some(claim) = fields.text("claim").parse().ok().filter(|_| !number.is_empty()) else { return Ok(None) };
        let item = self.item(number, day).await?;
        let edited = edited(&item, claim, command.clone()).ok();
        Ok(edited.map(|edited| (item, edited)))
    }

    /// The command with what opens the record of its agreement, where none is open.
    async fn unit(&self, command: Command) -> Result<Vec<Command>, PageError> {
        let open = (!self.answers.record(&command.agreement).await?.opened)
            .then(|| open(command.agreement.clone(), command.actor.clone()));
        // A version of a record that is not open is that of none.
        let command = if open.is_some() { Command { expected_version: None, ..command } } else { command };
        Ok(open.into_iter().chain([command]).collect())
    }

    async fn preview(&self, agreement: &AgreementId, outcomes: &[Outcome]) -> Result<Preview, PageError> {
        let events: Vec<_> = outcomes.iter().map(|outcome| outcome.event.clone()).collect();
        let instrument = self.answers.instrument(agreement)?;
        let foreseen = self.answers.foreseen_of(&events).await?;
        let warnings = outcomes.iter().flat_map(|outcome| &outcome.warnings);
        let mut notes = Vec::new();
        if outcomes.len() > 1 {
            notes.push(format!("The record of {} is opened with it.", agreement.country.in_a_sentence()));
        }
        if outcomes.iter().any(|outcome| outcome.repeated) {
            notes.push("This was recorded before, by this form; nothing would be recorded again.".to_owned());
        }
        notes.extend(foreseen.iter().flat_map(alerts));
        notes.extend(events.iter().filter_map(late));
        Ok(Preview {
            retracts: false,
            days: foreseen.iter().flat_map(|one| compared(&one.days, instrument)).collect(),
            warnings: warnings.map(|warning| format!("{}.", dates::large(&warning.message))).collect(),
            notes,
        })
    }

    /// The form with what the record refused. One that could not be written is kept as well.
    async fn refused(&self, fields: Fields, error: ExecuteError, desk: &Actor) -> Result<Response, PageError> {
        let shown = match error {
            ExecuteError::Refused { refusal, .. } => Shown {
                status: wrong::status(&refusal),
                used: matches!(refusal, crate::domain::refusal::Refusal::CommandReused(_)),
                wrongs: vec![Wrong::of(&refusal)],
                ..Shown::default()
            },
            ExecuteError::Store(error) => {
                tracing::error!(error = %crate::telemetry::chain(error.as_ref()), "pages.recording.failed");
                let said = format!(
                    "{}. Send the form again in a moment: what was recorded is not recorded twice.",
                    dates::large(error.advice())
                );
                Shown {
                    status: StatusCode::SERVICE_UNAVAILABLE,
                    wrongs: vec![Wrong::at("kind", said)],
                    ..Shown::default()
                }
            }
        };
        self.form(fields, shown, desk).await
    }

    /// The page with a form.
    async fn form(&self, fields: Fields, shown: Shown, desk: &Actor) -> Result<Response, PageError> {
        let agreement = read::agreement(&fields, &self.answers).ok();
        let version = match &agreement {
            Some(agreement) => self.answers.record(agreement).await?.version.0,
            None => 0,
        };
        let corrects = read::corrects(&fields);
        let whose = agreement.as_ref().filter(|_| corrects.is_some());
        let form = Form { fields: &fields, wrongs: &shown.wrongs };
        let what = form.what(&self.answers, whose.map(|_| ""));
        let hidden = self.hidden(&fields, &shown, agreement.as_ref(), version);
        let hidden = hidden.into_iter().map(|(name, value)| (name.to_owned(), value)).chain(form.of_other_kinds(&what));
        let title = if corrects.is_some() { "Correct or retract a milestone" } else { "Record a milestone" };
        let conflict = shown.status == StatusCode::CONFLICT;
        let page = Record {
            frame: self.framed(title, !shown.wrongs.is_empty()),
            refused: if conflict { "Nothing was recorded yet" } else { "Nothing was recorded" },
            corrected: whose.map(|id| (id.country.in_a_sentence(), format!("{}/{id}", self.base))),
            hidden: hidden.collect(),
            what,
            what_bad: form.bad(&["country", "kind"]) || form.bad(&OF_KINDS),
            when: form.when(),
            when_bad: form.bad(&["precision", "first", "day", "evidence", "effective", "summary"]),
            sources: (0..form.sources()).map(|number| form.source(number)).collect(),
            sources_bad: form.bad(&OF_SOURCES),
            why: corrects.map(|_| form.why()),
            allowed: allowed(&shown.wrongs),
            countries: super::failed::by_name(),
            desk: desk.as_str().to_owned(),
            wrongs: shown.wrongs.clone(),
            done: shown.done,
            preview: shown.preview,
        };
        let mut response = html(shown.status, &page)?;
        response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        Ok(response)
    }

    /// What surrounds the form.
    fn framed(&self, title: &str, refused: bool) -> Frame {
        let mut frame = self.frame_now(if refused { format!("Error: {title}") } else { title.to_owned() }, PATH);
        frame.place = PATH;
        frame.class = "desk";
        frame.describe(format!("{title}."));
        frame
    }

    /// What the form sends without showing it: the proof of the session, the command's id, the version that was looked at, and the
    /// document that the fields came from.
    fn hidden(
        &self,
        fields: &Fields,
        shown: &Shown,
        agreement: Option<&AgreementId>,
        version: u32,
    ) -> Vec<(&'static str, String)> {
        let sent = fields.text("command").parse::<Uuid>().ok().filter(|_| !shown.used);
        let mut hidden = vec![
            ("proof", self.visitor.proof()),
            ("command", sent.unwrap_or_else(Uuid::now_v7).to_string()),
            ("version", version.to_string()),
            ("version_of", agreement.map(ToString::to_string).unwrap_or_default()),
            ("sources", fields.text("sources").to_owned()),
        ];
        let claimed = ["document", "published_on", "claim"].map(|name| (name, fields.text(name).to_owned()));
        hidden.extend(claimed.into_iter().filter(|(_, value)| !value.is_empty()));
        if shown.preview.as_ref().is_some_and(|preview| !preview.warnings.is_empty()) {
            hidden.push(("warned", "yes".to_owned()));
        }
        if let Some((id, milestone)) = agreement.zip(read::corrects(fields)) {
            hidden.push(("corrects", milestone.0.to_string()));
            hidden.push(("instrument", id.instrument.to_string()));
            hidden.push(("country", id.country.name().to_owned()));
        }
        hidden
    }
}

/// What the refused fields may hold, each rule once.
fn allowed(wrongs: &[Wrong]) -> Vec<&'static str> {
    let mut allowed: Vec<&'static str> = Vec::new();
    for text in wrongs.iter().map(Wrong::allowed) {
        if !allowed.contains(&text) {
            allowed.push(text);
        }
    }
    allowed
}
