//! Is a text of 48 CFR 225.872-1 read whole or not at all?

use depositary::domain::reading::{RegulationError, read_regulation};
use testkit::regulation::NAMES;

/// A text whose paragraphs are elements of this name, around these lists.
fn section(element: &str, blanket: &str, case_by_case: &str) -> String {
    let p = |text: &str| format!("<{element} class=\"x\">{text}</{element}>\n");
    let head = "<title>225.872-1 General.</title>";
    let a = p("(a) Products from the following qualifying countries are excepted:");
    let b = p(
        "(b) Products from the following qualifying country, see <xref href=\"4\">225.872-4</xref> ), need a determination:",
    );
    let c = p("(c) The determination in paragraph (a) does not limit anybody in Japan.");
    format!("<?xml version=\"1.0\"?>\n<section>{head}{a}{blanket}{b}{case_by_case}{c}</section>")
}

fn each(element: &str, names: &[&str]) -> String {
    names.iter().map(|name| format!("<{element}>{name}</{element}>\n")).collect::<Vec<_>>().concat()
}

fn codes(text: &str) -> (usize, Vec<String>) {
    let listed = read_regulation(text).unwrap();
    (listed.blanket.len(), listed.case_by_case.iter().map(|country| country.code().to_owned()).collect())
}

#[test]
fn both_paragraphs_are_read_whatever_elements_hold_them() {
    let austria = "<table><tbody><tr><td><p>Austria</p></td></tr></tbody></table>";
    for element in ["p", "P", "FP", "li"] {
        assert_eq!(codes(&section(element, &each(element, NAMES), austria)), (27, vec!["AT".to_owned()]), "{element}");
    }
}

#[test]
fn nested_elements_blanks_punctuation_and_entities_change_no_name() {
    let list = each("p", NAMES)
        .replace("Lithuania", "\n   <ph id=\"z\">Lithuania</ph>\n")
        .replace("Northern Ireland", "<i>Northern</i> Ireland.")
        .replace("Sweden", "Sweden; or")
        .replace("Turkey", "T&#xFC;rkiye");
    assert_eq!(codes(&section("p", &list, &each("p", &["Austria"]))).0, 27);
    let marked =
        section("p", &each("p", NAMES), &each("p", &["Austria"])).replace("(a) Products", "(<I>a</I>) Products");
    assert_eq!(codes(&marked).0, 27);
}

#[test]
fn a_text_that_is_not_understood_lists_nobody() {
    let (whole, austria) = (each("p", NAMES), each("p", &["Austria"]));
    let fails = |text: &str| read_regulation(text).unwrap_err();
    assert_eq!(fails(""), RegulationError::Paragraphs);
    assert_eq!(fails("<html><body>404 Not found</body></html>"), RegulationError::Paragraphs);
    assert_eq!(fails(&section("p", &whole, &austria).replace("(b)", "")), RegulationError::Paragraphs);
    assert_eq!(fails(&section("p", &whole.replace("Japan", "Freedonia"), &austria)), RegulationError::Unknown);
    assert_eq!(fails(&section("p", &whole, "")), RegulationError::Count);
    assert_eq!(fails(&section("p", &each("p", &NAMES[..5]), &austria)), RegulationError::Count);
    assert_eq!(fails(&section("p", &whole, &each("p", &["Japan"]))), RegulationError::Twice);
    let joined = format!("<p>{}</p>", NAMES[..3].concat());
    assert_eq!(
        fails(&section("p", &format!("{joined}{}", each("p", &NAMES[3..])), &austria)),
        RegulationError::Unknown
    );
}
