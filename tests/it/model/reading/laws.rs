//! What holds of every reading, whatever the document?

use depositary::domain::country::Country;
use depositary::domain::reading::{Reading, read, read_regulation, whole_name};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::documents::{notice, partners, rule, told};

/// Texts that look like those of documents, and texts that do not.
fn text() -> impl Strategy<Value = String> {
    let words = prop::sample::select(vec![
        "Reciprocal",
        "Defense",
        "Procurement",
        "With",
        "with",
        "the",
        "New",
        "Qualifying",
        "Country",
        "Countries",
        "-",
        "--",
        "Korea",
        "Japan",
        "and",
        ",",
        ";",
        "(",
        ")",
        "<p>",
        "</p>",
        "<",
        "&",
        "&uuml;",
        "&#x0;",
        "Correction",
        "remove",
        "add",
        "as",
        "a",
        "qualifying country",
        "signed",
        "On May 5, 2098,",
        "Secretary of Defense",
        "agreement",
        ".",
        "(a)",
        "(b)",
        "225.872-1",
        "\u{0}",
        "ü",
        "e\u{301}",
        "[[Page 1]]",
        "U.S.",
        "move",
        "to",
        "public interest exception to the Buy American Act",
    ]);
    prop_oneof![prop::collection::vec(words, 0..40).prop_map(|words| words.join(" ")), any::<String>()]
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        text().prop_map(Value::from),
        prop::sample::select(vec!["Rule", "Notice", "2099-01-06", "C1-2099-00001", "Proposed Rule"])
            .prop_map(Value::from),
    ];
    let keys = prop::sample::select(vec![
        "document_number",
        "type",
        "title",
        "abstract",
        "action",
        "dates",
        "publication_date",
        "effective_on",
        "comments_close_on",
        "citation",
        "volume",
        "start_page",
        "agencies",
        "correction_of",
    ]);
    leaf.prop_recursive(2, 24, 12, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((keys.clone(), inner), 0..14).prop_map(|pairs| Value::Object(
                pairs.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
            )),
        ]
    })
}

fn law_json_is_read_in_one_way(document: &Value, text: Option<&str>) -> Result<(), TestCaseError> {
    let first = read(document, text);
    prop_assert_eq!(&first, &read(document, text));
    let Reading::Proposals(proposals) = first else { return Ok(()) };
    prop_assert!(!proposals.is_empty());
    for proposal in proposals {
        let country = proposal.span.first().and_then(|mark| whole_name(&mark.words));
        prop_assert_eq!(country, Some(proposal.partner), "a country comes from the words that are marked");
    }
    Ok(())
}

fn law_spelling_changes_nothing(dash: &str, blank: &str, upper: bool) -> Result<(), TestCaseError> {
    let title = "New Qualifying Countries-Republic of Korea and Guinea-Bissau (DFARS Case 2099-D001)";
    let shown = if upper { title.to_uppercase() } else { title.to_owned() };
    let changed = rule(&shown.replace('-', dash).replace(' ', blank));
    prop_assert_eq!(partners(&changed), ["KR", "GW"]);
    let turned: Map<String, Value> = changed.as_object().unwrap().clone().into_iter().rev().collect();
    prop_assert_eq!(told(&Value::Object(turned), None), told(&changed, None));
    Ok(())
}

proptest! {
    #[test]
    fn any_json_is_read_and_always_in_the_same_way(document in value(), text in proptest::option::of(text())) {
        law_json_is_read_in_one_way(&document, text.as_deref())?;
    }

    #[test]
    fn any_text_of_the_regulation_is_read_or_refused(text in text()) {
        let _ = read_regulation(&text);
    }

    #[test]
    fn dashes_blanks_markup_case_and_the_order_of_fields_change_nothing(
        dash in prop::sample::select(vec!["-", "--", "\u{2010}", "\u{2013}", "\u{2014}", "&mdash;", "&#8212;", "\u{2212}"]),
        blank in prop::sample::select(vec![" ", "  ", "\n", "\u{a0}", "&nbsp;", "\u{2003}", "\t"]),
        upper in any::<bool>(),
    ) {
        law_spelling_changes_nothing(dash, blank, upper)?;
    }
}

#[test]
fn every_country_can_be_read_by_its_name_wherever_it_stands() {
    let own = |country: &Country| !matches!(country.code(), "US" | "HM" | "SH" | "BQ" | "GS" | "CC");
    for country in Country::all().into_iter().filter(own) {
        let name = country.name().split([',', '(']).next().unwrap().trim();
        let name = match country.code() {
            // ISO writes these by a name that is two countries' without what stands in parentheses.
            "KP" => "Democratic People's Republic of Korea",
            "CD" => "Democratic Republic of the Congo",
            "VG" => "British Virgin Islands",
            _ => name,
        };
        let of =
            format!("Negotiation of a Reciprocal Defense Procurement Agreement With the Ministry of Defense of {name}");
        assert_eq!(partners(&notice(&of)), [country.code()], "{name}");
        assert_eq!(partners(&rule(&format!("New Qualifying Country-{name}"))), [country.code()], "{name}");
    }
}

#[test]
fn views_of_a_page_are_no_part_of_a_reading() {
    let mut document = notice("Negotiation of a Reciprocal Defense Procurement Agreement With Norway");
    let before = told(&document, None);
    document["page_views"] = json!({ "count": 8, "last_updated": "2099-01-07 20:15:04 -0400" });
    assert_eq!(told(&document, None), before);
}
