//! Has each part of a figure one spelling, and when does a stated count fit what the record counts?

use depositary::domain::figure::parts::{Accuracy, Amount, MeasureName, Span, Whose};
use depositary::projections::figures::{Counted, Fit};

fn amount(text: &str) -> bool {
    text.parse::<Amount>().is_ok_and(|amount| amount.to_string() == text)
}

#[test]
fn a_number_is_decimal_text_in_one_spelling() {
    for right in ["0", "21", "-3", "5.2", "-0.25", "5200000000", "999999999999999999.999999999999999999"] {
        assert!(amount(right), "{right}");
    }
    for wrong in ["", "-", "05", "5.20", "5.", ".5", "-0", "0.0", "+5", "5e9", "5,2", "٣", " 5", "1000000000000000000"]
    {
        assert!(!amount(wrong), "{wrong}");
    }
}

#[test]
fn a_span_is_a_day_or_reaches_from_one_date_to_another() {
    let span = |text: &str| text.parse::<Span>();
    assert_eq!(span("2010-01-19/2010-01-19").unwrap().to_string(), "2010-01-19");
    assert_eq!(span("2010-01-19").unwrap().day(), Some("2010-01-19".parse().unwrap()));
    for no_day in ["2010", "2019/2023", "[..2010-01-19]"] {
        assert_eq!((span(no_day).unwrap().day(), span(no_day).unwrap().to_string()), (None, no_day.to_owned()));
    }
    let reaches = |text: &str, day: &str| span(text).unwrap().can_reach(day.parse().unwrap());
    assert!(reaches("2019/2023", "2019-01-01") && reaches("2019/2023", "2023-12-31"));
    assert!(!reaches("2019/2023", "2018-12-31") && !reaches("2019/2023", "2024-01-01"));
    assert!(reaches("[..1990-01-01]", "1900-01-01"), "its beginning is open");
    for wrong in ["", "/", "2023/2019", "2019/", "2019/2020/2021", "2019--2020"] {
        assert!(span(wrong).is_err(), "{wrong}");
    }
}

#[test]
fn a_figure_is_of_an_instrument_or_an_agreement_and_no_instrument_is_called_figure() {
    assert_eq!("rdp".parse::<Whose>().unwrap().country(), None);
    assert_eq!("rdp/KR".parse::<Whose>().unwrap().country().unwrap().code(), "KR");
    for wrong in ["", "RDP", "rdp/", "rdp/XX", "figure", "figure/KR", "rdp/KR/1"] {
        assert!(wrong.parse::<Whose>().is_err(), "{wrong}");
    }
    for wrong in ["", "a", "Listed", "1st", "a-b", "a b"] {
        assert!(wrong.parse::<MeasureName>().is_err(), "{wrong}");
    }
}

#[test]
fn a_count_differs_only_where_no_reading_of_the_record_has_it() {
    use Accuracy::{About, AtLeast, AtMost, Exact};
    for (at_least, at_most, value, accuracy, fit) in [
        (21, 21, 21, Exact, Fit::Agrees),
        (21, 21, 20, Exact, Fit::Differs),
        (20, 22, 21, Exact, Fit::Possible),
        (20, 22, 23, Exact, Fit::Differs),
        (20, 22, 20, AtLeast, Fit::Agrees),
        (20, 22, 21, AtLeast, Fit::Possible),
        (20, 22, 23, AtLeast, Fit::Differs),
        (20, 22, 22, AtMost, Fit::Agrees),
        (20, 22, 21, AtMost, Fit::Possible),
        (20, 22, 19, AtMost, Fit::Differs),
        (19, 21, 20, About, Fit::Agrees),
        (22, 22, 20, About, Fit::Differs),
        (0, 0, 0, Exact, Fit::Agrees),
    ] {
        let counted = Counted { at_least, at_most };
        assert_eq!(counted.fit(value, accuracy), fit, "{value} {accuracy} of {at_least} to {at_most}");
    }
}
