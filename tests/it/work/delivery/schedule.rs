//! When is it tried again, and when no more?

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use depositary::work::delivery::schedule::{LONGEST_REST, Schedule, retry_after};

fn now() -> DateTime<Utc> {
    "2026-11-24T12:00:00Z".parse().unwrap()
}

#[test]
fn a_delivery_is_tried_ten_times_over_three_days_each_time_a_little_later_than_its_delay() {
    let delays = [0, 5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400];
    let schedule = Schedule::default();
    assert_eq!(schedule.attempts(), 10);
    for (failed, delay) in (0..).zip(delays) {
        let waits = |message: &str| (schedule.next(message, failed, now()).unwrap() - now()).as_seconds_f64();
        let all: Vec<f64> = (0..200).map(|number| waits(&format!("msg_{number}"))).collect();
        let delay = f64::from(delay);
        assert!(all.iter().all(|wait| (delay..=delay * 1.2).contains(wait)), "{failed}: {all:?}");
        if delay > 0.0 {
            let spread = all.iter().copied().fold(0.0, f64::max) - all.iter().copied().fold(f64::MAX, f64::min);
            assert!(spread > delay * 0.15, "what fails together comes back together: {spread}");
        }
        assert_eq!(waits("msg_1").to_bits(), waits("msg_1").to_bits());
    }
    assert_eq!(schedule.next("msg_1", 10, now()), None);
    assert_eq!(schedule.next("msg_1", u32::MAX, now()), None);
    assert_eq!(Schedule::of(vec![Duration::ZERO]).next("msg_1", 1, now()), None);
}

#[test]
fn a_receiver_is_left_alone_as_long_as_it_asks_for_and_at_most_a_day() {
    let until = |value: &str| retry_after(value, now()).map(|until| (until - now()).num_seconds());
    assert_eq!(until("120"), Some(120));
    assert_eq!(until(" 7 "), Some(7));
    assert_eq!(until("Tue, 24 Nov 2026 12:30:00 GMT"), Some(1_800));
    let most = Some(LONGEST_REST.num_seconds());
    assert_eq!(
        (until("999999"), until("99999999999999999999999"), until("Wed, 01 Jan 2098 00:00:00 GMT")),
        (most, most, most)
    );
    for nothing in ["0", "", "-5", "soon", "1.5", "Tue, 24 Nov 2026 11:00:00 GMT", "\u{0663}"] {
        assert_eq!(until(nothing), None, "{nothing}");
    }
}

#[test]
fn an_endpoint_may_fail_for_less_than_five_days_and_a_delivery_less_than_five_times() {
    let (since, schedule) = (now() - TimeDelta::days(5), Schedule::default());
    assert!(schedule.is_hopeless(since, 5, now()));
    assert!(!schedule.is_hopeless(since + TimeDelta::seconds(1), 5, now()));
    assert!(!schedule.is_hopeless(since, 4, now()), "months may lie between the last failure and this one");
    let short = Schedule::of(vec![Duration::ZERO; 2]);
    assert!(short.is_hopeless(since, 2, now()) && !short.is_hopeless(since, 1, now()));
}
