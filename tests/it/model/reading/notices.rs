//! Is a notice that asks industry read as one for each partner?

use serde_json::json;

use super::documents::{document, notice, partners, proposed, reason, told};

const OF: &str = "Negotiation of a Reciprocal Defense Procurement Agreement";

#[test]
fn a_notice_tells_its_partner_day_number_citation_and_closing_day() {
    let document = document(&json!({
        "document_number": "2021-06591", "publication_date": "2021-03-31", "citation": "86 FR 16705",
        "title": "Negotiation of a Renewal of the Reciprocal Defense Procurement Memorandum of Understanding with the Ministry of Defense of Japan",
        "dates": "Comments must be received by April 30, 2021.",
    }));
    let told = told(&document, None);
    let proposal = &told["proposals"][0];
    assert_eq!(proposal["agreement"], "rdp/JP");
    assert_eq!(proposal["occurred"], "2021-03-31");
    assert_eq!(proposal["evidence"], "stated");
    assert_eq!(
        proposal["detail"],
        json!({ "purpose": "renewal", "document_number": "2021-06591", "citation": "86 FR 16705", "comments_close_on": "2021-04-30" })
    );
    assert_eq!(proposal["span"][0]["words"], "Japan");
    assert_eq!(told["doubts"], json!([]));
}

#[test]
fn partners_are_found_by_every_way_in_which_documents_call_them() {
    let cases: &[(&str, &[&str])] = &[
        ("With Poland", &["PL"]),
        ("WITH THE REPUBLIC OF KOREA", &["KR"]),
        ("With the Ministry of National Defense of Korea", &["KR"]),
        ("With the Democratic People's Republic of Korea", &["KP"]),
        ("With the Federative Republic of Brazil", &["BR"]),
        ("With the Government of the Italian Republic", &["IT"]),
        ("With the Hellenic Ministry of National Defence", &["GR"]),
        ("With the U.K. Ministry of Defence", &["GB"]),
        ("With the Swiss Federal Department of Defence, Civil Protection and Sport", &["CH"]),
        ("With the Republic of Türkiye", &["TR"]),
        ("With the Republic of Tu\u{308}rkiye", &["TR"]),
        ("With the Republic of T&uuml;rkiye", &["TR"]),
        ("With Turkiye", &["TR"]),
        ("With Turkey", &["TR"]),
        ("With Antigua &amp; Barbuda", &["AG"]),
        ("With Bosnia and Herzegovina and Trinidad and Tobago", &["BA", "TT"]),
        ("With Romania, the Republic of Croatia, and the Slovak Republic, Respectively", &["RO", "HR", "SK"]),
        (
            "With the Ministry of Defence of the United Kingdom of Great Britain and Northern Ireland and With the Republic of Finland",
            &["GB", "FI"],
        ),
        ("Between the United States and Ireland", &["IE"]),
    ];
    for (with, expected) in cases {
        assert_eq!(partners(&notice(&format!("{OF} {with}"))), *expected, "{with}");
    }
}

#[test]
fn a_partner_that_nobody_knows_is_unclear_and_never_dropped() {
    for with in [
        "With a Partner Nation",
        "With the Kingdom of Freedonia",
        "With Freedonia and Finland",
        "With Finland and Freedonia",
    ] {
        assert_eq!(reason(&notice(&format!("{OF} {with}"))), "unclear no_country", "{with}");
    }
}

#[test]
fn a_partner_that_only_the_abstract_names_is_found_there_and_those_told_in_passing_are_not() {
    let asked = |abstract_: &str| document(&json!({ "title": OF, "abstract": abstract_ }));
    let passing = "DoD has concluded reciprocal defense procurement agreements with Australia, Austria and others. \
        It is contemplating a reciprocal defense procurement agreement with Romania.";
    assert_eq!(partners(&asked(passing)), ["RO"]);
    let marked = "DoD contemplates a <span class=\"match\">Reciprocal</span> <span class=\"match\">Defense</span> Procurement \
        Agreement with the Republic of India.";
    assert_eq!(partners(&document(&json!({ "title": "Request for Comments", "abstract": marked }))), ["IN"]);
}

#[test]
fn the_purpose_is_feasibility_renewal_or_negotiation() {
    let purpose = |title: &str, abstract_: &str| {
        let document = document(&json!({ "title": title, "abstract": abstract_ }));
        told(&document, None)["proposals"][0]["detail"]["purpose"].as_str().unwrap().to_owned()
    };
    assert_eq!(purpose(&format!("{OF} With Poland"), "A new one is considered."), "negotiation");
    assert_eq!(purpose(&format!("{OF} With Italy"), "The talks are about an updated memorandum."), "renewal");
    assert_eq!(purpose("Negotiation of a Follow-on Reciprocal Defense Procurement MOU With Norway", ""), "renewal");
    let concluded = "Conclusion of the Renewal of a Reciprocal Defense Procurement Agreement With the Italian Republic";
    assert_eq!(purpose(concluded, ""), "renewal");
    assert_eq!(purpose("Feasibility of a Reciprocal Defense Procurement MOU With Poland", ""), "feasibility");
}

#[test]
fn the_closing_day_is_the_apis_or_the_only_day_that_speaks_of_comments() {
    let closing = |api: Option<&str>, dates: &str| {
        let title = format!("{OF} With Romania");
        let told = told(&document(&json!({ "title": title, "comments_close_on": api, "dates": dates })), None);
        (told["proposals"][0]["detail"]["comments_close_on"].as_str().map(str::to_owned), told["doubts"].clone())
    };
    let day = |text: &str| Some(text.to_owned());
    for slip in [
        "Submit written comments to the address shown below on or February 8, 2099.",
        "Comments must be received Feb. 8, 2099.",
        "Written comments are due by 8 Febuary 2099.",
        "Comments close on 2099-02-08.",
        "A meeting is held on January 20, 2099. Comments must be received by February 8, 2099.",
    ] {
        assert_eq!(closing(None, slip), (day("2099-02-08"), json!([])), "{slip}");
    }
    assert_eq!(closing(None, "The meeting is on February 8, 2099.").0, None);
    assert_eq!(closing(None, "Comments by February 8, 2099, or by March 8, 2099.").0, None);
    let both = closing(Some("2099-02-05"), "Comments must be received by February 8, 2099.");
    assert_eq!(both, (day("2099-02-05"), json!(["closing_days_differ"])));
    let early = closing(None, "Comments must be received by February 8, 2098.");
    assert_eq!(early, (None, json!(["closes_before_publication"])));
}

#[test]
fn older_signatures_are_mentioned_and_not_proposed() {
    let document = document(&json!({
        "title": "Renewal of a Reciprocal Defense Procurement Agreement With Italy",
        "abstract": "It follows an agreement signed on October 20, 2008.",
    }));
    assert_eq!(proposed(&document, None), ["rdp/IT notice_published 2099-01-06"]);
    let mention = &told(&document, None)["mentions"][0];
    assert_eq!((&mention["agreement"], &mention["on"]), (&json!("rdp/IT"), &json!("2008-10-20")));
    assert_eq!(mention["words"], "signed on October 20, 2008");
}

#[test]
fn missing_agencies_and_nulls_change_nothing() {
    let mut asked = notice(&format!("{OF} With the Republic of India"));
    for value in [json!([]), json!(null), json!("x"), json!([{ "raw_name": 5 }])] {
        asked["agencies"] = value.clone();
        asked["docket_ids"] = value.clone();
        asked["corrections"] = value;
        assert_eq!(partners(&asked), ["IN"]);
    }
}

#[test]
fn numbers_have_plain_dashes_and_the_citation_may_come_from_volume_and_page() {
    let mut asked = notice(&format!("{OF} With Norway"));
    asked["document_number"] = json!("2099\u{2013}00001");
    asked["volume"] = json!(164);
    asked["start_page"] = json!(1_200);
    let detail = told(&asked, None)["proposals"][0]["detail"].clone();
    assert_eq!((&detail["document_number"], &detail["citation"]), (&json!("2099-00001"), &json!("164 FR 1200")));
}
