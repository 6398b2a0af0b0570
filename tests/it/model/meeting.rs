//! Does a document meet the record as it should: known, narrower, another source, in contradiction, ahead or new?

use chrono::NaiveDate;
use depositary::domain::agreement::Agreement;
use depositary::domain::command::Intent;
use depositary::domain::ids::{AgreementId, MilestoneId};
use depositary::domain::meeting::{Meeting, Named, Record, corrected, meet, offer};
use depositary::domain::milestone::Detail;
use depositary::domain::reading::{Proposal, Published, Reading, read_published};
use depositary::domain::source::Source;
use depositary::domain::words::{Listing, NoticePurpose, Possible, Reliability};
use serde_json::{Value, json};
use testkit::facts::{milestone, open, record};
use testkit::statuses::{bundled as facts, day, recorded};

/// The record of an agreement as the bundled facts leave it.
fn bundled(id: &str) -> Agreement {
    let id: AgreementId = id.parse().unwrap();
    Agreement::of(&facts()[&id])
}

/// A record in which a notice is told without a number, as it was before anyone had read the Federal Register.
fn told_by_the_press(id: &str, occurred: &str, closes: Option<&str>) -> Agreement {
    let detail = Detail::NoticePublished {
        purpose: NoticePurpose::Negotiation,
        document_number: None,
        citation: None,
        comments_close_on: closes.map(day),
    };
    let commands = [open(id), record("press", id, milestone(occurred, "A notice.", detail))];
    Agreement::of(recorded(commands).values().next().unwrap())
}

fn document(number: &str, published: &str, title: &str) -> Value {
    let kind = if title.contains("Qualifying") || title.contains("Exception") { "Rule" } else { "Notice" };
    json!({ "document_number": number, "publication_date": published, "type": kind, "title": title })
}

fn notice(number: &str, published: &str, partner: &str) -> Value {
    document(number, published, &format!("Negotiation of a Reciprocal Defense Procurement Agreement With {partner}"))
}

/// The first proposal of a document, how it meets a record, and what it says of it.
fn met(document: &Value, agreement: &Agreement, before: Option<Possible<Listing>>) -> (Proposal, Meeting, Detail) {
    let published = Published::of(document);
    let Reading::Proposals(proposals) = read_published(&published, None) else { panic!("{document} proposes nothing") };
    let named = Named { number: published.number.as_deref().unwrap(), citation: published.citation.as_deref() };
    let record = Record { agreement, listed_before: before };
    let (meeting, detail) = meet(&proposals[0], &named, &record, day("2026-11-30"));
    (proposals[0].clone(), meeting, detail)
}

fn meeting(document: &Value, agreement: &str) -> Meeting {
    met(document, &bundled(agreement), None).1
}

fn source(title: &str) -> Source {
    Source {
        title: title.to_owned(),
        url: Some("https://example.org/".to_owned()),
        publisher: None,
        citation: None,
        document_number: Some("2024-03705".to_owned()),
        published_on: NaiveDate::from_ymd_opt(2024, 2, 23),
        reliability: Reliability::Primary,
        tells: None,
        accessed_on: None,
        archived_url: None,
        capture: None,
    }
}

#[test]
fn what_the_record_has_from_the_document_is_known() {
    for (number, published, partner, agreement) in [
        ("2010-901", "2010-01-19", "the Czech Republic", "rdp/CZ"),
        ("2010-00901", "2010-01-19", "the Czech Republic", "rdp/CZ"),
        ("2021-06591", "2021-03-31", "Japan", "rdp/JP"),
        ("2017-22714", "2017-10-20", "the Republic of Finland", "rdp/FI"),
        ("E8-13458", "2008-06-16", "Poland", "rdp/PL"),
    ] {
        assert!(matches!(meeting(&notice(number, published, partner), agreement), Meeting::Known(_)), "{number}");
    }
    let rule = document("2010-13526", "2010-06-08", "Finland-Public Interest Exception to the Buy American Act");
    assert!(
        matches!(meeting(&rule, "rdp/FI"), Meeting::Known(_)),
        "a change of the listing is told by a rule that lists"
    );
}

#[test]
fn a_day_within_known_bounds_refines_them_and_keeps_every_source() {
    let agreement = told_by_the_press("rdp/KR", "[2024-02-20..2024-02-23]", Some("2024-03-25"));
    let (proposal, meeting, detail) =
        met(&notice("2024-03705", "2024-02-23", "the Republic of Korea"), &agreement, None);
    let Meeting::Refines { milestone, told } = meeting else { panic!("{meeting:?}") };
    assert_eq!(told.to_string(), "[2024-02-20..2024-02-23]");
    let offered = offer(&proposal, &detail, &meeting, &source("The notice"), &agreement, "A notice.");
    let [Intent::CorrectMilestone(corrected)] = offered.as_slice() else { panic!("{offered:?}") };
    assert_eq!((corrected.milestone, corrected.content.occurred.to_string()), (milestone, "2024-02-23".to_owned()));
    let Detail::NoticePublished { document_number, comments_close_on, .. } = &corrected.content.detail else {
        panic!()
    };
    assert_eq!(document_number.as_deref(), Some("2024-03705"));
    assert_eq!(comments_close_on.map(|day| day.to_string()).as_deref(), Some("2024-03-25"), "what was known stays");
    assert_eq!(corrected.sources.len(), agreement.milestones[&milestone].sources.len() + 1);
}

#[test]
fn the_same_day_from_other_sources_adds_a_source() {
    let agreement = told_by_the_press("rdp/IN", "2023-10-10", None);
    let (proposal, meeting, detail) =
        met(&notice("2023-22429", "2023-10-10", "the Republic of India"), &agreement, None);
    assert!(matches!(meeting, Meeting::AddsSource(_)), "{meeting:?}");
    let offered = offer(&proposal, &detail, &meeting, &source("The notice"), &agreement, "A notice.");
    assert!(matches!(offered.as_slice(), [Intent::AddSource(_)]), "{offered:?}");
}

#[test]
fn another_day_nearby_contradicts_and_is_offered_as_a_telling_of_its_own() {
    let agreement = bundled("rdp/IN");
    let (proposal, meeting, detail) =
        met(&notice("2023-99999", "2023-10-20", "the Republic of India"), &agreement, None);
    assert!(matches!(meeting, Meeting::Contradicts { told, .. } if told.to_string() == "2023-10-10"), "{meeting:?}");
    let offered = offer(&proposal, &detail, &meeting, &source("The notice"), &agreement, "A notice.");
    let [Intent::AddSource(added)] = offered.as_slice() else { panic!("{offered:?}") };
    assert_eq!(added.source.tells.unwrap().date.to_string(), "2023-10-20");
    let later = met(&notice("2023-99999", "2023-12-20", "the Republic of India"), &agreement, None).1;
    assert_eq!(later, Meeting::New { opens: false }, "far apart they are two");
}

#[test]
fn a_partner_without_a_record_is_opened_first() {
    let empty = Agreement::default();
    let (proposal, meeting, detail) = met(&notice("05-17348", "2005-08-31", "Argentina"), &empty, None);
    assert_eq!(meeting, Meeting::New { opens: true });
    let offered = offer(&proposal, &detail, &meeting, &source("The notice"), &empty, "A notice.");
    assert!(matches!(offered.as_slice(), [Intent::OpenAgreement, Intent::RecordMilestone(_)]), "{offered:?}");
}

#[test]
fn what_lies_ahead_waits_for_its_day_and_offers_nothing() {
    let mut rule = document("2026-20000", "2026-11-30", "New Qualifying Country-India");
    rule["effective_on"] = json!("2026-12-15");
    let agreement = bundled("rdp/IN");
    let (proposal, meeting, detail) = met(&rule, &agreement, None);
    assert_eq!(meeting, Meeting::Waits { until: day("2026-12-15") });
    assert!(offer(&proposal, &detail, &meeting, &source("The rule"), &agreement, "A rule.").is_empty());
}

#[test]
fn a_listing_of_whom_was_listed_otherwise_the_day_before_is_a_change() {
    let rule = document("2026-20001", "2026-11-20", "New Qualifying Country-Austria");
    let agreement = bundled("rdp/AT");
    let listed = |before: Option<Listing>| met(&rule, &agreement, before.map(Possible::only)).2;
    assert_eq!(listed(Some(Listing::CaseByCase)), Detail::ListingChanged { listing: Listing::Blanket });
    assert_eq!(listed(Some(Listing::Unlisted)), Detail::Listed { listing: Listing::Blanket });
    assert_eq!(listed(None), Detail::Listed { listing: Listing::Blanket });
}

#[test]
fn a_correction_leads_to_the_milestone_of_the_document_that_it_is_about() {
    let agreement = bundled("rdp/JP");
    let known = meeting(&notice("2021-06591", "2021-03-31", "Japan"), "rdp/JP");
    let Meeting::Known(milestone) = known else { panic!("{known:?}") };
    assert_eq!(corrected("2021-06591", &agreement), Some(Meeting::Corrects(milestone)));
    assert_eq!(corrected("2021-00001", &agreement), None);
}

#[test]
fn a_retracted_milestone_is_not_known() {
    use depositary::domain::agreement::EntryState;
    let mut agreement = bundled("rdp/JP");
    let ids: Vec<MilestoneId> = agreement.milestones.keys().copied().collect();
    for id in ids {
        agreement.milestones.get_mut(&id).unwrap().state = EntryState::Retracted;
    }
    let again = met(&notice("2021-06591", "2021-03-31", "Japan"), &agreement, None).1;
    assert_eq!(again, Meeting::New { opens: false });
}
