//! Is the committed schema the one that is served?

use std::collections::BTreeSet;

use depositary::domain::codes::{ErrorCode, RefusalCode, WarningCode, document};
use depositary::domain::words::Word;

#[test]
fn the_committed_schema_is_the_one_that_is_served() {
    let committed = include_str!("../../../../schema.graphql");
    assert!(
        depositary::faces::graphql::sdl() == committed,
        "schema.graphql is out of date; write it anew: cargo xtask schema"
    );
}

#[test]
fn the_document_of_the_codes_is_the_list_of_the_codes() {
    let committed = include_str!("../../../../docs/codes.md");
    assert!(document() == committed, "docs/codes.md is out of date; it should be:\n{}", document());
}

#[test]
fn no_code_is_in_two_lists_with_another_meaning_and_each_is_spelt_in_capitals() {
    fn all<W: Word>() -> Vec<(&'static str, &'static str)> {
        W::ALL.iter().map(|code| (code.as_str(), code.about())).collect()
    }
    let lists = [all::<ErrorCode>(), all::<RefusalCode>(), all::<WarningCode>()].concat();
    let names: BTreeSet<&str> = lists.iter().map(|(code, _)| *code).collect();
    assert_eq!(names.len(), lists.len());
    for (code, about) in lists {
        assert!(code.chars().all(|char| char.is_ascii_uppercase() || char == '_'), "{code}");
        assert!(about.split(' ').count() > 4 && about.ends_with('.'), "{code}: {about}");
    }
}

#[test]
fn the_size_of_a_page_when_nobody_says_one_is_the_same_in_every_description() {
    let usual = depositary::answers::USUAL_PAGE;
    let said = format!("1 to 100; {usual} without this or `last`.");
    let schema = depositary::faces::graphql::sdl();
    assert_eq!(schema.matches("first: Int").count(), schema.matches(&said).count());
    let openapi: serde_json::Value = serde_json::from_str(depositary::faces::rest::OPENAPI).unwrap();
    let sizes =
        openapi["paths"].as_object().unwrap().values().flat_map(|path| path["get"]["parameters"].as_array().unwrap());
    let sizes: Vec<_> = sizes.filter(|parameter| parameter["name"] == "first").collect();
    assert!(sizes.len() > 5 && sizes.iter().all(|size| size["schema"]["default"] == usual), "{sizes:?}");
}
