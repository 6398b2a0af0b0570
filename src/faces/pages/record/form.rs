//! How do the three questions stand on the page: what happened, when and how exactly, where is it told?
//!
//! Invariant: what was typed stands in the form again, whatever became of it; the fields of a kind are those that its
//! milestone has.

use super::wrong::Wrong;
use crate::answers::Answers;
use crate::domain::milestone::Detail;
use crate::domain::words::{Evidence, Listing, MilestoneKind, NoticePurpose, Reliability, Word};
use crate::faces::pages::controls::{Control, Group, row};
use crate::faces::pages::markup::Markup;
use crate::faces::pages::sent::Fields;
use crate::faces::pages::words;

/// The most sources that a form shows.
pub const MOST_SOURCES: usize = 50;

/// The kinds of milestone in the order in which a person looks for one.
const KINDS: [(&str, &[MilestoneKind]); 4] = [
    (
        "Talks",
        &[
            MilestoneKind::IntentAnnounced,
            MilestoneKind::NoticePublished,
            MilestoneKind::CommentsClosed,
            MilestoneKind::TextAgreed,
            MilestoneKind::Withdrawn,
        ],
    ),
    (
        "Agreement",
        &[
            MilestoneKind::DeterminationMade,
            MilestoneKind::DomesticApproval,
            MilestoneKind::Signed,
            MilestoneKind::EnteredIntoForce,
            MilestoneKind::Renewed,
            MilestoneKind::Amended,
            MilestoneKind::Suspended,
            MilestoneKind::Resumed,
            MilestoneKind::Expired,
            MilestoneKind::Terminated,
        ],
    ),
    ("List", &[MilestoneKind::Listed, MilestoneKind::ListingChanged, MilestoneKind::Delisted]),
    ("Other", &[MilestoneKind::Observed, MilestoneKind::Noted]),
];

/// How exactly a date is known.
const PRECISIONS: [(&str, &str); 5] = [
    ("day", "to the day"),
    ("month", "the month only: give any day of it"),
    ("year", "the year only: give any day of it"),
    ("between", "between two days"),
    ("by", "on that day or before"),
];

/// What can be seen to be so.
pub const SEEN: [(&str, &str); 10] = [
    ("listing/unlisted", "not on the list"),
    ("listing/case_by_case", "on the list, purchase by purchase"),
    ("listing/blanket", "on the list, for any purchase"),
    ("standing/not_concluded", "no agreement concluded"),
    ("standing/signed", "an agreement signed, not in force"),
    ("standing/in_force", "an agreement in force"),
    ("standing/suspended", "an agreement suspended"),
    ("standing/expired", "an agreement expired"),
    ("standing/terminated", "an agreement terminated"),
    ("talks", "talks under way"),
];

/// The fields that some kinds have.
pub const OF_KINDS: [&str; 11] = [
    "listing",
    "until",
    "purpose",
    "notice_number",
    "notice_citation",
    "closes",
    "body",
    "seen",
    "signed_on",
    "signed_at",
    "signed_by",
];

/// The form with what stands in it.
pub struct Form<'a> {
    pub fields: &'a Fields,
    pub wrongs: &'a [Wrong],
}

impl Form<'_> {
    fn control<'c>(&'c self, id: &'c str, label: &'c str, hint: &'c str) -> Control<'c> {
        let wrong = self.wrongs.iter().find(|wrong| wrong.at == id).map(|wrong| wrong.said.as_str());
        Control { id, label, hint, value: self.fields.text(id), wrong }
    }

    /// Whether something is wrong with one of these fields.
    pub fn bad(&self, ids: &[&str]) -> bool {
        let named = |wrong: &Wrong, id: &str| {
            wrong.at == id || wrong.at.strip_prefix(id).is_some_and(|rest| rest.starts_with('-'))
        };
        self.wrongs.iter().any(|wrong| ids.iter().any(|id| named(wrong, id)))
    }

    /// The fields for the agreement, and for what happened.
    pub fn what(&self, answers: &Answers, whose: Option<&str>) -> Vec<Markup> {
        let mut controls = Vec::new();
        if whose.is_none() {
            let instruments: Vec<(&str, &str)> =
                answers.instruments().iter().map(|of| (of.code.as_str(), of.name.as_str())).collect();
            controls.push(row([
                self.control("country", "Country", "Its name, or its two letters").suggested("countries"),
                self.control("instrument", "Type of agreement", "").select(&[("", instruments)]),
            ]));
        }
        let spelled = |kinds: &&[MilestoneKind]| kinds.iter().map(|kind| (kind.as_str(), words::kind(*kind))).collect();
        let mut groups: Vec<Group<'_>> = vec![("", vec![("", "choose what happened")])];
        groups.extend(KINDS.iter().map(|(heading, kinds)| (*heading, spelled(kinds))));
        controls.push(
            self.control("kind", "What", "Some kinds have fields of their own: press “Show its fields”")
                .select(&groups),
        );
        controls.extend(
            MilestoneKind::parse(self.fields.text("kind")).ok().map(|kind| self.of_kind(kind)).unwrap_or_default(),
        );
        controls
    }

    /// What was typed for another kind: it is kept unseen, in case that one is chosen again.
    pub fn of_other_kinds(&self, shown: &[Markup]) -> Vec<(String, String)> {
        let typed = self.fields.all().filter(|(name, value)| {
            let root = name.split('-').next().unwrap_or_default();
            let seen = || shown.iter().any(|control| control.0.contains(&format!(" name=\"{name}\"")));
            OF_KINDS.contains(&root) && name.len() < 20 && !value.is_empty() && !seen()
        });
        typed.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
    }

    /// What belongs to a kind.
    fn of_kind(&self, kind: MilestoneKind) -> Vec<Markup> {
        let listings = [(Listing::Blanket, "for any purchase"), (Listing::CaseByCase, "purchase by purchase")];
        let listing = |label, first: &'static str, hint| {
            let choices = [("", first)].into_iter().chain(listings.map(|(listing, label)| (listing.as_str(), label)));
            self.control("listing", label, hint).select(&[("", choices.collect())])
        };
        let until = || {
            self.control(
                "until",
                "Last day of its term",
                "2027-12-31, 2027-12 or 2027; empty where no source gives one",
            )
            .text()
        };
        match kind {
            MilestoneKind::Listed => {
                vec![listing("How it is listed", "choose how", "“Added to the list”, without more, means any purchase")]
            }
            MilestoneKind::ListingChanged => vec![listing("How it is listed since", "choose how", "")],
            MilestoneKind::DeterminationMade => vec![listing("For what", "not told", "")],
            MilestoneKind::EnteredIntoForce | MilestoneKind::Renewed => vec![until()],
            MilestoneKind::DomesticApproval => {
                vec![
                    self.control("body", "Who approved", "Such as a parliament; empty where no source names it").text(),
                ]
            }
            MilestoneKind::NoticePublished => self.notice(),
            MilestoneKind::Signed => (0..self.signings()).map(|number| self.signing(number)).collect(),
            MilestoneKind::Observed => {
                let chosen = |value: &str| self.fields.texts("seen").any(|given| given == value);
                vec![
                    self.control("seen", "What was seen", "Several of one kind mean that one of them held")
                        .choices(&SEEN, true, chosen),
                ]
            }
            _ => Vec::new(),
        }
    }

    fn notice(&self) -> Vec<Markup> {
        let purposes = [
            (NoticePurpose::Negotiation.as_str(), "negotiating a first agreement"),
            (NoticePurpose::Renewal.as_str(), "renewing one"),
            (NoticePurpose::Feasibility.as_str(), "whether one is feasible"),
        ];
        vec![
            self.control("purpose", "What it asked about", "").select(&[("", purposes.to_vec())]),
            row([
                self.control("notice_number", "Its document number", "Such as 2024-03705").text(),
                self.control("notice_citation", "Its citation", "Such as 89 FR 13702").text(),
                self.control("closes", "Comments close on", "It may lie ahead").day(),
            ]),
        ]
    }

    fn signing(&self, number: usize) -> Markup {
        let at = |name: &str| format!("{name}-{number}");
        let when = if number == 0 { "Signed on" } else { "Signed again on" };
        row([
            self.control(&at("signed_on"), when, "Empty: on the day below").text(),
            self.control(&at("signed_at"), "Where", "").text(),
            self.control(&at("signed_by"), "By whom", "Names, with “;” between them").text(),
        ])
    }

    /// How many signings stand in the form: one more than are filled in, two at least.
    fn signings(&self) -> usize {
        let filled = |number: &usize| {
            ["signed_on", "signed_at", "signed_by"]
                .iter()
                .any(|name| !self.fields.text(&format!("{name}-{number}")).is_empty())
        };
        (0..20).filter(filled).max().map_or(2, |last| (last + 2).max(2))
    }

    /// The fields for the date and for how certain it is.
    pub fn when(&self) -> Vec<Markup> {
        let precision = self.fields.text("precision");
        let evidence = |evidence: Evidence| match evidence {
            Evidence::Stated => "a source says so",
            Evidence::Inferred => "worked out from sources",
            Evidence::Approximate => "rough: shown, and decides nothing",
            Evidence::Suspect => "doubtful: shown, and decides nothing",
        };
        let evidences = [Evidence::Stated, Evidence::Inferred, Evidence::Approximate, Evidence::Suspect];
        vec![
            self.control("precision", "How exactly it is known", "")
                .choices(&PRECISIONS, false, |value| value == if precision.is_empty() { "day" } else { precision }),
            row([
                self.control("first", "First day", "Only between two days").day(),
                self.control("day", "Day", "Between two days, the last one").day(),
            ]),
            self.control("evidence", "How the date is known", "")
                .select(&[("", evidences.map(|one| (one.as_str(), evidence(one))).to_vec())]),
            self.control("effective", "Took effect on", "Only where that is another day, such as 2017-12-28").text(),
            self.control("summary", "One sentence for readers", "").lines(),
        ]
    }

    /// A source: what everybody fills in, and what few do.
    pub fn source(&self, number: usize) -> (Vec<Markup>, Vec<Markup>) {
        let at = |name: &str| format!("{name}-{number}");
        let reliable = at("reliability");
        let reliabilities =
            [(Reliability::Primary.as_str(), "an official record"), (Reliability::Secondary.as_str(), "a report")];
        let usual = vec![
            self.control(&at("title"), "Title", "").text(),
            self.control(&at("url"), "Address", "Or else its publisher or its citation").text(),
            row([
                self.control(&at("publisher"), "Publisher", "").text(),
                self.control(&at("citation"), "Citation", "Such as 82 FR 61483").text(),
                self.control(&at("number"), "Document number", "Such as 2017-27780").text(),
                self.control(&at("published"), "Published on", "").day(),
            ]),
            self.control(&reliable, "What it is", "").select(&[("", reliabilities.to_vec())]),
        ];
        let evidences = [
            ("", "as above"),
            (Evidence::Stated.as_str(), "it says so"),
            (Evidence::Inferred.as_str(), "worked out from it"),
            (Evidence::Approximate.as_str(), "rough"),
            (Evidence::Suspect.as_str(), "doubtful"),
        ];
        let rare = vec![
            row([
                self.control(&at("tells"), "The date that it tells", "Only where that is another, such as 2017-04")
                    .text(),
                self.control(&at("telling"), "How it tells it", "").select(&[("", evidences.to_vec())]),
            ]),
            row([
                self.control(&at("accessed"), "Read on", "").day(),
                self.control(&at("archived"), "Address of a copy", "").text(),
            ]),
            row([
                self.control(&at("sha256"), "SHA-256 of what was received", "").text(),
                self.control(&at("fetched"), "Received at", "Such as 2026-11-24T12:00:00Z").text(),
            ]),
        ];
        (usual, rare)
    }

    /// How many sources stand in the form.
    pub fn sources(&self) -> usize {
        let (asked, filled) = (self.fields.text("sources").parse().unwrap_or(1), filled(self.fields));
        filled.max(asked).clamp(1, MOST_SOURCES)
    }

    /// The field for the reason of a correction or a retraction.
    pub fn why(&self) -> Markup {
        let hint = "What was said before stays in the log, and this beside it";
        self.control("why", "Why it is corrected, or retracted", hint).lines()
    }
}

/// How many sources of a form have anything in them, counted to the last one.
pub fn filled(fields: &Fields) -> usize {
    (0..MOST_SOURCES).filter(|number| has_source(fields, *number)).max().map_or(0, |last| last + 1)
}

/// Whether a source has anything in it.
pub fn has_source(fields: &Fields, number: usize) -> bool {
    let names = ["title", "url", "publisher", "citation", "number", "published", "archived"];
    names.iter().any(|name| !fields.text(&format!("{name}-{number}")).is_empty())
}

/// How a standing is spelled among what was seen.
pub fn seen(facet: &str, value: &str) -> String {
    format!("{facet}/{value}")
}

/// The fields of what belongs to a kind.
pub fn fill(detail: &Detail, fields: &mut Fields) {
    use crate::domain::milestone::Seen;
    match detail {
        Detail::NoticePublished { purpose, document_number, citation, comments_close_on } => {
            fields.set("purpose", purpose.as_str());
            fields.set("notice_number", document_number.as_deref().unwrap_or_default());
            fields.set("notice_citation", citation.as_deref().unwrap_or_default());
            fields.set("closes", &comments_close_on.map(|day| day.to_string()).unwrap_or_default());
        }
        Detail::DomesticApproval { body } => fields.set("body", body.as_deref().unwrap_or_default()),
        Detail::DeterminationMade { scope } => fields.set("listing", scope.map_or("", |scope| scope.as_str())),
        Detail::Listed { listing } | Detail::ListingChanged { listing } => fields.set("listing", listing.as_str()),
        Detail::EnteredIntoForce { until } | Detail::Renewed { until } => {
            fields.set("until", &until.map(|date| date.to_string()).unwrap_or_default());
        }
        Detail::Signed { signings } => {
            for (number, signing) in signings.iter().enumerate() {
                fields.set(&format!("signed_on-{number}"), &signing.on.to_string());
                fields.set(&format!("signed_at-{number}"), signing.place.as_deref().unwrap_or_default());
                fields.set(&format!("signed_by-{number}"), &signing.signatories.join("; "));
            }
        }
        Detail::Observed { seen: Seen::Listing(values) } => {
            for value in values {
                fields.add("seen", &seen("listing", value.as_str()));
            }
        }
        Detail::Observed { seen: Seen::Standing(values) } => {
            for value in values {
                fields.add("seen", &seen("standing", value.as_str()));
            }
        }
        Detail::Observed { seen: Seen::Talks {} } => fields.add("seen", "talks"),
        _ => {}
    }
}
