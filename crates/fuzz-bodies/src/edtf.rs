//! Does every text that is an uncertain date keep its bounds, its order and one spelling?
//!
//! Invariant: the bounds are in order; what is read is written in one spelling, and read again as the same.

use depositary::domain::time::UncertainDate;

/// Tries a text as an uncertain date.
pub fn run(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let Ok(date) = text.parse::<UncertainDate>() else { return };
    assert!(date.earliest().is_none_or(|earliest| earliest <= date.latest()), "{text}: the bounds are in order");
    assert_eq!(date.exact().is_some(), date.width() == 0, "{text}: a known day has no width");

    let written = date.to_string();
    let again: UncertainDate = written.parse().unwrap_or_else(|error| panic!("{text} is written {written}: {error}"));
    assert_eq!(again, date, "{text} is written {written}");
    assert_eq!(again.to_string(), written, "one spelling");
    let stored = serde_json::to_string(&date).and_then(|json| serde_json::from_str::<UncertainDate>(&json));
    assert!(stored.is_ok_and(|stored| stored == date), "{text}: it is read back from a log");

    assert!(date.within(date) && date.union(date) == date, "{text}: within itself");
    assert!(date.can_be(date.latest()) && date.earliest().is_none_or(|day| date.can_be(day)), "{text}: its own bounds");
    for (from, to) in [(0, 0), (15, 60), (60, 15), (4_000_000, u32::MAX)] {
        let later = date.later(from, to);
        assert!(later.earliest().is_none_or(|earliest| earliest <= later.latest()), "{text}: later, still in order");
        assert!(later.latest() >= date.latest(), "{text}: later is not earlier");
        assert_eq!(later.to_string().parse(), Ok(later), "{text}: later can be written too");
    }
}
