//! Is what is about another document, about a removal or about something else told apart?

use serde_json::{Value, json};

use super::documents::{document, notice, reason, rule, told};

const KOREA: &str = "Negotiation of a Reciprocal Defense Procurement Agreement With the Republic of Korea";

#[test]
fn a_correction_an_extension_or_a_withdrawal_is_about_another_document() {
    for title in [
        "Correction",
        "Extension of Comment Period",
        "Extension of the Public Comment Period",
        "Reopening of Comment Period",
        "Withdrawal",
    ] {
        assert_eq!(reason(&notice(&format!("{KOREA}; {title}"))), "unclear about_another", "{title}");
    }
    let mut by_action = rule("New Qualifying Country-India");
    by_action["action"] = json!("Final rule; correcting amendment.");
    assert_eq!(reason(&by_action), "unclear about_another");
    let mut by_abstract = notice(KOREA);
    by_abstract["abstract"] = json!("DoD is correcting a notice of January 5, 2099 (FR Doc. 2098-00007).");
    assert_eq!(told(&by_abstract, None)["of"], "2098-00007");
}

#[test]
fn a_correction_by_number_says_which_document_it_is_about() {
    let correction = |number: &str, title: &str, of: Value| {
        told(
            &document(&json!({ "document_number": number, "type": "Rule", "title": title, "correction_of": of })),
            None,
        )
    };
    let address = json!("https://www.federalregister.gov/api/v1/documents/2099-00001?publication_date=2099-01-05");
    for told in [
        correction("C1-2099-00001", KOREA, Value::Null),
        correction("R1-2099-00001", "Correction", Value::Null),
        correction("2099-00009", "Correction", address),
    ] {
        assert_eq!((&told["reason"], &told["of"]), (&json!("about_another"), &json!("2099-00001")));
    }
    let other = correction("C1-2099-00002", "Trade Agreements Thresholds", Value::Null);
    assert_eq!(other["reading"], "irrelevant", "it says itself that it is about something else");
}

#[test]
fn whoever_may_leave_the_list_is_shown_and_never_proposed() {
    let with = |abstract_: &str| {
        let mut rule = rule("Technical Amendments");
        rule["abstract"] = json!(abstract_);
        rule
    };
    assert_eq!(reason(&rule("Removal of Qualifying Country-Egypt")), "unclear removal");
    for abstract_ in [
        "This rule removes Egypt from the list of qualifying countries.",
        "This rule deletes one qualifying country.",
        "Egypt is no longer a qualifying country.",
        "This rule adds Brazil as a qualifying country and removes Egypt from the list of qualifying countries.",
    ] {
        assert_eq!(reason(&with(abstract_)), "unclear removal", "{abstract_}");
    }
    assert_eq!(
        reason(&notice("Termination of the Reciprocal Defense Procurement Agreement With Egypt")),
        "unclear removal"
    );
}

#[test]
fn documents_of_the_same_form_about_other_things_are_irrelevant() {
    for (title, expected) in [
        ("New Designated Country-Ukraine", "designated_country"),
        ("New Designated Countries-Montenegro and New Zealand", "designated_country"),
        ("New Free Trade Agreement-Panama", "trade_agreement"),
        ("Trade Agreements Thresholds", "trade_agreement"),
        ("Waiver of a Limitation for Items Produced in the United Kingdom", "other_waiver"),
        ("Definition of \"Qualifying Country End Product\"", "definition"),
        ("Buy American Act Requirements", "buy_american"),
        ("Small Business Data Rights; Correction", "unrelated"),
        ("Technical Amendments", "unrelated"),
    ] {
        assert_eq!(reason(&rule(title)), format!("irrelevant {expected}"), "{title}");
    }
    let supply = notice("Notice of a Security of Supply Arrangement With the Republic of Singapore");
    let told = told(&supply, None);
    assert_eq!((&told["reason"], &told["hint"]), (&json!("other_instrument"), &json!("sosa/SG")));
}

#[test]
fn another_instrument_that_mentions_the_phrase_and_a_mention_in_passing_propose_nothing() {
    let mut supply = notice("Notice of a Security of Supply Arrangement With Sweden");
    supply["abstract"] = json!("It goes with the reciprocal defense procurement memorandum with Sweden.");
    assert_eq!(reason(&supply), "irrelevant other_instrument");
    let mut meeting = notice("Meeting of a Board");
    meeting["abstract"] = json!("The board hears about reciprocal defense procurement in general.");
    assert_eq!(reason(&meeting), "unclear in_passing");
}

#[test]
fn a_text_cut_by_page_gives_no_signal() {
    let neighbour = "DoD is amending the supplement to add Lithuania as a qualifying country.";
    assert_eq!(told(&rule("Technical Amendments"), Some(neighbour))["reading"], "irrelevant");
}

#[test]
fn what_has_not_the_shape_of_a_document_is_unclear() {
    let number_for_title = document(&json!({ "title": 5 }));
    let no_day = document(&json!({ "title": KOREA, "publication_date": "soon" }));
    for value in [json!({}), json!([]), json!(null), json!("text"), number_for_title, no_day] {
        assert_eq!(reason(&value), "unclear shape", "{value}");
    }
}
