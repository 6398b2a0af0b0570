//! What does a filled-in form ask to record?
//!
//! Invariant: everything that is wrong is found at once, each at its field; what comes through is asked of the record, which has
//! the last word.

use chrono::{DateTime, NaiveDate, SubsecRound, Utc};
use uuid::Uuid;

use super::form::{filled, has_source};
use super::wrong::Wrong;
use crate::answers::Answers;
use crate::domain::command::{Command, Intent};
use crate::domain::country::Country;
use crate::domain::event::{MilestoneCorrected, MilestoneRecorded, MilestoneRetracted};
use crate::domain::ids::{Actor, AgreementId, CommandId, MilestoneId, Version};
use crate::domain::milestone::{Detail, Milestone, Seen, Signing};
use crate::domain::source::{self, Capture, Source, Telling};
use crate::domain::time::UncertainDate;
use crate::domain::words::{Evidence, Listing, MilestoneKind, NoticePurpose, Reliability, Standing, Word};
use crate::faces::pages::sent::Fields;
use crate::faces::pages::{asked, dates};

/// What was read of a form, and what is wrong with it.
struct Reader<'a> {
    fields: &'a Fields,
    wrongs: Vec<Wrong>,
}

/// The agreement that a form is about.
///
/// # Errors
/// What is wrong with it.
pub fn agreement(fields: &Fields, answers: &Answers) -> Result<AgreementId, Wrong> {
    let given = fields.text("country");
    if given.is_empty() {
        return Err(Wrong::at("country", "No country is given."));
    }
    let country = Country::find(given).map_err(|_| Wrong::at("country", format!("There is no country “{given}”.")))?;
    let instrument = Some(fields.text("instrument")).filter(|code| !code.is_empty()).unwrap_or("rdp");
    answers
        .agreement_id(instrument, country)
        .map_err(|error| Wrong::at("country", format!("{}.", dates::large(&error.to_string()))))
}

/// The milestone that a form corrects.
pub fn corrects(fields: &Fields) -> Option<MilestoneId> {
    fields.text("corrects").parse::<Uuid>().ok().map(MilestoneId)
}

/// Whether a form wants the milestone retracted that it would else correct.
pub fn retracts(fields: &Fields) -> bool {
    corrects(fields).is_some() && matches!(fields.text("do"), "preview-retraction" | "retract")
}

/// The command that a form is.
///
/// # Errors
/// Everything that is wrong with it.
pub fn command(fields: &Fields, agreement: AgreementId, actor: &Actor) -> Result<Command, Vec<Wrong>> {
    let mut reader = Reader { fields, wrongs: Vec::new() };
    let intent = match corrects(fields).filter(|_| retracts(fields)) {
        Some(milestone) => {
            let why = reader.because("Say why it is retracted.");
            Intent::RetractMilestone(MilestoneRetracted { milestone, why })
        }
        None => reader.told().ok_or_else(|| std::mem::take(&mut reader.wrongs))?,
    };
    if !reader.wrongs.is_empty() {
        return Err(reader.wrongs);
    }
    let id = fields
        .text("command")
        .parse()
        .map_err(|_| Vec::new())
        .and_then(|id: Uuid| CommandId::of_caller(id, 0).map_err(|refusal| vec![Wrong::of(&refusal)]))?;
    // The version is that of the agreement that was shown, and says nothing of another.
    let seen =
        (fields.text("version_of") == agreement.to_string()).then(|| fields.text("version").parse().ok()).flatten();
    Ok(Command { id, agreement, expected_version: seen.map(Version), actor: actor.clone(), intent })
}

impl Reader<'_> {
    /// The content: a milestone, or what one should have said.
    fn told(&mut self) -> Option<Intent> {
        let milestone = self.milestone();
        let sources = self.sources();
        let of = corrects(self.fields);
        let why = of.map(|_| self.because("Say why it is corrected.")).unwrap_or_default();
        let content = milestone.filter(|_| self.wrongs.is_empty())?;
        Some(match of {
            Some(milestone) => Intent::CorrectMilestone(MilestoneCorrected { milestone, content, sources, why }),
            None => Intent::RecordMilestone(MilestoneRecorded { milestone: content, sources }),
        })
    }

    fn wrong(&mut self, at: &str, said: impl Into<String>) {
        self.wrongs.push(Wrong::at(at, said));
    }

    /// A line of text, whose breaks count as blanks.
    fn line(&self, name: &str) -> Option<String> {
        let text = self.fields.text(name).replace("\r\n", " ").replace(['\r', '\n', '\t'], " ");
        (!text.is_empty()).then_some(text)
    }

    fn word<W: Word>(&mut self, name: &str, said: &str) -> Option<W> {
        let word = W::parse(self.fields.text(name)).ok();
        if word.is_none() {
            self.wrong(name, said);
        }
        word
    }

    fn day(&mut self, name: &str, what: &str) -> Option<NaiveDate> {
        let text = self.fields.text(name);
        let day = asked::day(text);
        if day.is_none() && !text.is_empty() {
            self.wrong(name, format!("{what} is “{text}”, and there is no such day."));
        }
        day
    }

    fn date(&mut self, name: &str, what: &str) -> Option<UncertainDate> {
        let text = self.fields.text(name);
        if text.is_empty() {
            return None;
        }
        let date = text.parse().ok();
        if date.is_none() {
            self.wrong(name, format!("{what} is “{text}”, which is no date."));
        }
        date
    }

    fn milestone(&mut self) -> Option<Milestone> {
        let detail = self.word::<MilestoneKind>("kind", "Choose what happened.").and_then(|kind| self.detail(kind));
        let occurred = self.occurred();
        let evidence = self.word::<Evidence>("evidence", "Choose how the date is known.");
        let effective = self.date("effective", "The day of taking effect");
        let summary = self.line("summary");
        if summary.is_none() {
            self.wrong("summary", "The sentence for readers is empty.");
        }
        let mut detail = detail?;
        let occurred = occurred?;
        if let Detail::Signed { signings } = &mut detail
            && signings.is_empty()
        {
            signings.push(Signing { on: occurred, place: None, signatories: Vec::new() });
        }
        Some(Milestone { occurred, effective, evidence: evidence?, summary: summary?, detail })
    }

    /// When it happened, as exactly as it is known.
    fn occurred(&mut self) -> Option<UncertainDate> {
        let day = self.day("day", "The day");
        if day.is_none() {
            if self.fields.text("day").is_empty() {
                self.wrong("day", "No day is given.");
            }
            return None;
        }
        let day = day?;
        let part = |length: usize| self.fields.text("day").get(..length).and_then(|text| text.parse().ok());
        match self.fields.text("precision") {
            "month" => part(7),
            "year" => part(4),
            "by" => UncertainDate::between(None, day),
            "between" => {
                let first = self.day("first", "The first day");
                if first.is_none() && self.fields.text("first").is_empty() {
                    self.wrong("first", "No first day is given.");
                }
                let between = UncertainDate::between(Some(first?), day);
                if between.is_none() {
                    self.wrong("first", "The first day lies after the last one.");
                }
                between
            }
            _ => Some(UncertainDate::day(day)),
        }
    }

    fn detail(&mut self, kind: MilestoneKind) -> Option<Detail> {
        let choose = "Choose how it is listed.";
        Some(match kind {
            MilestoneKind::IntentAnnounced => Detail::IntentAnnounced {},
            MilestoneKind::NoticePublished => Detail::NoticePublished {
                purpose: self.word::<NoticePurpose>("purpose", "Choose what the notice asked about.")?,
                document_number: self.line("notice_number").as_deref().map(source::document_number),
                citation: self.line("notice_citation"),
                comments_close_on: self.day("closes", "The closing day"),
            },
            MilestoneKind::CommentsClosed => Detail::CommentsClosed {},
            MilestoneKind::TextAgreed => Detail::TextAgreed {},
            MilestoneKind::DomesticApproval => Detail::DomesticApproval { body: self.line("body") },
            MilestoneKind::DeterminationMade => {
                let told = !self.fields.text("listing").is_empty();
                let scope = if told { Some(self.word::<Listing>("listing", choose)?) } else { None };
                Detail::DeterminationMade { scope }
            }
            MilestoneKind::Signed => Detail::Signed { signings: self.signings() },
            MilestoneKind::EnteredIntoForce => {
                Detail::EnteredIntoForce { until: self.date("until", "The end of the term") }
            }
            MilestoneKind::Listed => Detail::Listed { listing: self.word("listing", choose)? },
            MilestoneKind::ListingChanged => Detail::ListingChanged { listing: self.word("listing", choose)? },
            MilestoneKind::Delisted => Detail::Delisted {},
            MilestoneKind::Renewed => Detail::Renewed { until: self.date("until", "The end of the term") },
            MilestoneKind::Amended => Detail::Amended {},
            MilestoneKind::Suspended => Detail::Suspended {},
            MilestoneKind::Resumed => Detail::Resumed {},
            MilestoneKind::Expired => Detail::Expired {},
            MilestoneKind::Terminated => Detail::Terminated {},
            MilestoneKind::Withdrawn => Detail::Withdrawn {},
            MilestoneKind::Observed => Detail::Observed { seen: self.seen()? },
            MilestoneKind::Noted => Detail::Noted {},
        })
    }

    /// What was seen: values of one facet.
    fn seen(&mut self) -> Option<Seen> {
        let given: Vec<&str> = self.fields.texts("seen").filter(|value| !value.is_empty()).collect();
        let of = |facet: &str| given.iter().filter_map(|value| value.strip_prefix(facet)).collect::<Vec<_>>();
        let (listings, standings) = (of("listing/"), of("standing/"));
        let seen = if given.is_empty() {
            None
        } else if listings.len() == given.len() {
            listings.iter().map(|word| Listing::parse(word).ok()).collect::<Option<_>>().map(Seen::Listing)
        } else if standings.len() == given.len() {
            standings.iter().map(|word| Standing::parse(word).ok()).collect::<Option<_>>().map(Seen::Standing)
        } else {
            (given == ["talks"]).then_some(Seen::Talks {})
        };
        if seen.is_none() {
            let said =
                if given.is_empty() { "Choose what was seen." } else { "What was seen is of more than one kind." };
            self.wrong("seen", said);
        }
        seen
    }

    /// Each signature that is filled in; one of which only the names are told was on the day itself.
    fn signings(&mut self) -> Vec<Signing> {
        let mut signings = Vec::new();
        let whole = if self.fields.text("precision").is_empty() || self.fields.text("precision") == "day" {
            asked::day(self.fields.text("day")).map(UncertainDate::day)
        } else {
            None
        };
        for number in 0..20 {
            let at = |name: &str| format!("{name}-{number}");
            let (place, names) = (self.line(&at("signed_at")), self.line(&at("signed_by")));
            let on = self.date(&at("signed_on"), "The day of the signing");
            if on.is_none() && place.is_none() && names.is_none() {
                continue;
            }
            let signatories = names.iter().flat_map(|names| names.split(';')).map(|name| name.trim().to_owned());
            match on.or(whole) {
                Some(on) => signings.push(Signing {
                    on,
                    place,
                    signatories: signatories.filter(|name| !name.is_empty()).collect(),
                }),
                None => self.wrong(&at("signed_on"), "No day of the signing is given."),
            }
        }
        signings
    }

    fn sources(&mut self) -> Vec<Source> {
        let mut sources = Vec::new();
        for number in (0..filled(self.fields)).filter(|number| has_source(self.fields, *number)) {
            sources.extend(self.source(number));
        }
        if sources.is_empty() && self.wrongs.iter().all(|wrong| !wrong.at.contains('-')) {
            self.wrong("title-0", "No source is given; every fact needs at least one.");
        }
        sources
    }

    fn source(&mut self, number: usize) -> Option<Source> {
        let at = |name: &str| format!("{name}-{number}");
        let title = self.line(&at("title"));
        if title.is_none() {
            self.wrong(&at("title"), format!("The title of source {} is empty.", number + 1));
        }
        let reliability = self.word::<Reliability>(&at("reliability"), "Choose what the source is.");
        let told = self.date(&at("tells"), "The date that the source gives");
        let telling = self.fields.text(&at("telling"));
        let own = if telling.is_empty() { self.fields.text("evidence") } else { telling };
        let tells = told.zip(Evidence::parse(own).ok()).map(|(date, evidence)| Telling { date, evidence });
        let capture = self.line(&at("sha256")).zip(self.instant(&at("fetched")));
        Some(Source {
            url: self.line(&at("url")),
            publisher: self.line(&at("publisher")),
            citation: self.line(&at("citation")),
            document_number: self.line(&at("number")).as_deref().map(source::document_number),
            published_on: self.day(&at("published"), "The day of publication"),
            accessed_on: self.day(&at("accessed"), "The day of reading"),
            archived_url: self.line(&at("archived")),
            tells,
            capture: capture.map(|(sha256, fetched_at)| Capture { sha256, fetched_at }),
            title: title?,
            reliability: reliability?,
        })
    }

    fn instant(&mut self, name: &str) -> Option<DateTime<Utc>> {
        let text = self.fields.text(name);
        let instant = DateTime::parse_from_rfc3339(text).ok().map(|instant| instant.to_utc().trunc_subsecs(6));
        if instant.is_none() && !text.is_empty() {
            self.wrong(name, format!("The time of receiving is “{text}”, and is written as 2026-11-24T12:00:00Z."));
        }
        instant
    }

    /// The reason, without which nothing that was recorded is changed.
    fn because(&mut self, missing: &str) -> String {
        let why = self.line("why").unwrap_or_default();
        if why.is_empty() {
            self.wrong("why", missing);
        }
        why
    }
}
