//! Is a rule that lists a country read as a listing, with its signature where the text tells it?

use serde_json::json;

use super::documents::{document, partners, proposed, reason, rule, told};

#[test]
fn a_listing_rule_lists_each_country_of_its_title() {
    let cases: &[(&str, &[&str])] = &[
        ("New Qualifying Country-Latvia (DFARS Case 2099-D001)", &["LV"]),
        ("New Qualifying County-Lithuania (DFARS Case 2099-D001)", &["LT"]),
        ("New\u{a0}Qualifying Country\u{2014}Republic\u{a0}of\u{a0}Korea (DFARS Case 2099-D001)", &["KR"]),
        ("New Qualifying Countries-Brazil, India, and Republic of Korea (DFARS Case 2099-D001)", &["BR", "IN", "KR"]),
        ("New Qualifying Countries, Japan and Slovenia", &["JP", "SI"]),
        ("New Qualifying Counties--Brazil and Côte d\u{2019}Ivoire", &["BR", "CI"]),
        ("New Qualifying Country-Georgia", &["GE"]),
        ("New <span class=\"match\">Qualifying</span> Country&#8212;Ireland", &["IE"]),
        ("Finland-Public Interest Exception to the Buy American Act", &["FI"]),
        ("Qualifying Country-Austria", &["AT"]),
    ];
    for (title, expected) in cases {
        assert_eq!(partners(&rule(title)), *expected, "{title}");
    }
}

#[test]
fn a_listing_that_only_the_abstract_tells_is_found_there() {
    let with = |abstract_: &str| {
        let mut rule = rule("Foreign Acquisition");
        rule["abstract"] = json!(abstract_);
        rule
    };
    for (abstract_, expected) in [
        ("This rule amends the supplement to add the Czech Republic as a qualifying country.", vec!["CZ"]),
        ("DoD adds North Macedonia and Romania as new qualifying countries.", vec!["MK", "RO"]),
        ("This rule adds Croatia to the list of qualifying countries.", vec!["HR"]),
        ("Lithuania is added to the list of qualifying countries.", vec!["LT"]),
        (
            "It is inconsistent with the public interest to apply the Buy American Act to supplies produced or manufactured in Finland.",
            vec!["FI"],
        ),
    ] {
        assert_eq!(partners(&with(abstract_)), expected, "{abstract_}");
    }
    assert_eq!(
        reason(&with("It adds Moldova as a designated country; Moldova is no qualifying country.")),
        "irrelevant designated_country"
    );
    assert_eq!(reason(&with("It implements a reciprocal defense procurement agreement with India.")), "unclear type");
}

#[test]
fn a_rule_that_moves_a_country_tells_the_paragraph_that_it_comes_to() {
    let listing = |abstract_: &str| {
        let mut rule = rule("Qualifying Country-Austria");
        rule["abstract"] = json!(abstract_);
        told(&rule, None)["proposals"][0]["detail"]["listing"].as_str().unwrap().to_owned()
    };
    let (a, b) = ("the list of qualifying countries in 225.872-1(a)", "the list in 225.872-1(b)");
    assert_eq!(listing(&format!("This rule moves Austria from {b} to {a}.")), "blanket");
    assert_eq!(listing(&format!("This rule moves Austria from {a} to {b}.")), "case_by_case");
}

#[test]
fn a_listing_holds_from_the_day_that_the_document_tells_and_otherwise_from_its_publication() {
    let day = |effective_on: Option<&str>, dates: &str| {
        let mut rule = rule("New Qualifying Country-India");
        rule["effective_on"] = json!(effective_on);
        rule["dates"] = json!(dates);
        let told = told(&rule, None);
        (told["proposals"][0]["occurred"].as_str().unwrap().to_owned(), told["doubts"].clone())
    };
    assert_eq!(day(Some("2099-12-01"), ""), ("2099-12-01".to_owned(), json!([])));
    assert_eq!(day(None, "Effective Date: February 1, 2099."), ("2099-02-01".to_owned(), json!([])));
    let interim = "Effective February 1, 2099. Comments should be submitted on or before March 7, 2099.";
    assert_eq!(day(None, interim), ("2099-02-01".to_owned(), json!([])));
    assert_eq!(day(None, ""), ("2099-01-06".to_owned(), json!(["effective_day_assumed"])));
    let both = day(Some("2099-02-02"), "Effective February 1, 2099.");
    assert_eq!(both, ("2099-02-02".to_owned(), json!(["effective_days_differ"])));
}

#[test]
fn the_text_of_a_rule_about_one_partner_tells_its_signature_and_determination() {
    let rule = rule("New Qualifying Country-Latvia");
    let text = "On April 10, 2017, the Secretary of Defense and the Latvian minister signed a reciprocal defense procurement \
        agreement. The Secretary of Defense also signed, on that day, a determination about supplies made in Latvia.";
    let all = ["rdp/LV listed 2099-01-06", "rdp/LV signed 2017-04-10", "rdp/LV determination_made 2017-04-10"];
    assert_eq!(proposed(&rule, Some(text)), all);
    assert_eq!(proposed(&rule, None), all[..1]);
    let printed = "<pre>On April\n10, 2017, the Secretary [[Page 61484]] of Defense signed\na reciprocal agreement with Latvia.</pre>";
    assert_eq!(proposed(&rule, Some(printed)), all[..2]);
}

#[test]
fn a_signature_of_a_neighbour_of_two_days_or_of_two_partners_is_not_drawn() {
    let brazil = rule("New Qualifying Country-Brazil");
    let neighbour = "On July 1, 2098, the Secretary of Defense signed a reciprocal agreement with Malta.";
    assert_eq!(proposed(&brazil, Some(neighbour)).len(), 1);
    let two_days = "On May 5, 2098, the Secretary of Defense signed an agreement with Brazil. \
        On May 9, 2098, the Secretary of Defense signed the agreement with Brazil.";
    assert_eq!(proposed(&brazil, Some(two_days)).len(), 1);
    let both = rule("New Qualifying Countries-Brazil and India");
    let shared = "On May 5, 2098, the Secretary of Defense signed an agreement with Brazil.";
    assert_eq!(proposed(&both, Some(shared)).len(), 2);
}

#[test]
fn a_rule_that_is_only_proposed_lists_nobody() {
    let mut proposed = rule("New Qualifying Country-India");
    proposed["type"] = json!("Proposed Rule");
    assert_eq!(reason(&proposed), "unclear proposed");
    proposed["type"] = json!("Rule");
    proposed["action"] = json!("Proposed rule.");
    assert_eq!(reason(&proposed), "unclear proposed");
    for kind in ["Presidential Document", "Notice", ""] {
        proposed["type"] = json!(kind);
        assert_eq!(reason(&proposed), "unclear type");
    }
}

#[test]
fn an_unknown_name_in_a_list_makes_the_rule_unclear() {
    assert_eq!(reason(&rule("New Qualifying Countries-Japan and Freedonia")), "unclear no_country");
    assert_eq!(reason(&rule("New Qualifying Country-Freedonia")), "unclear no_country");
}

#[test]
fn a_slip_in_the_title_does_not_hide_what_the_abstract_adds() {
    let document = document(&json!({
        "type": "Rule", "title": "New Qualifying Country-Japan", "abstract": "To add Japan and Slovenia as qualifying countries.",
        "effective_on": "2099-01-06",
    }));
    assert_eq!(partners(&document), ["JP", "SI"]);
    assert_eq!(told(&document, None)["doubts"], json!(["countries_differ"]));
}
