//! Is the product-limit estimate that of the literature, and does it keep its laws?

use depositary::projections::survival::{Curve, Length, NotEstimable};
use proptest::prelude::*;

/// After so many, the share and its band.
type Printed = (u32, f64, Option<(f64, f64)>);

/// A worked example: who was watched for how long, and what its source prints.
struct Worked {
    source: &'static str,
    /// To these it came.
    came: &'static [u32],
    /// These were watched no longer.
    censored: &'static [u32],
    /// After so many: the share, and the band where the source prints one.
    printed: &'static [Printed],
    /// To how many decimals.
    decimals: i32,
}

/// The shares are in the books; the bands are the log-log ones that every statistics package prints for them.
const WORKED: &[Worked] = &[
    Worked {
        source: "weeks of remission under 6-mercaptopurine, Freireich et al. 1963 (Blood 21:699), as in Kalbfleisch & Prentice",
        came: &[6, 6, 6, 7, 10, 13, 16, 22, 23],
        censored: &[6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35],
        printed: &[
            (5, 1.0, None),
            (6, 0.857, Some((0.620, 0.952))),
            (7, 0.807, Some((0.563, 0.923))),
            (9, 0.807, Some((0.563, 0.923))),
            (10, 0.753, Some((0.503, 0.889))),
            (13, 0.690, Some((0.432, 0.849))),
            (16, 0.627, Some((0.368, 0.805))),
            (22, 0.538, Some((0.268, 0.747))),
            (23, 0.448, Some((0.188, 0.680))),
            (35, 0.448, Some((0.188, 0.680))),
        ],
        decimals: 3,
    },
    Worked {
        source: "weeks of remission under placebo, the other arm of the same trial, where nobody is censored",
        came: &[1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23],
        censored: &[],
        printed: &[
            (1, 0.905, None),
            (2, 0.810, None),
            (3, 0.762, None),
            (4, 0.667, None),
            (5, 0.571, None),
            (8, 0.381, None),
            (11, 0.286, None),
            (12, 0.190, None),
            (15, 0.143, None),
            (17, 0.095, None),
            (22, 0.048, None),
            (23, 0.0, None),
        ],
        decimals: 3,
    },
    Worked {
        source: "the example of Kaplan & Meier 1958 (J. Am. Stat. Assoc. 53:457), in tenths of a month",
        came: &[8, 31, 54, 92],
        censored: &[10, 27, 70, 121],
        printed: &[(8, 0.875, None), (31, 0.7, None), (54, 0.525, None), (92, 0.2625, None), (121, 0.2625, None)],
        decimals: 4,
    },
];

fn lengths(came: &[u32], censored: &[u32]) -> Vec<Length> {
    let came = came.iter().map(|days| Length { days: *days, came: true });
    came.chain(censored.iter().map(|days| Length { days: *days, came: false })).collect()
}

fn close(one: f64, other: f64, decimals: i32) -> bool {
    (one - other).abs() <= 0.5 * 10_f64.powi(-decimals) + 1e-9
}

#[test]
fn worked_examples_of_the_literature_come_out_as_printed() {
    for worked in WORKED {
        let curve = Curve::of(lengths(worked.came, worked.censored));
        for (days, share, band) in worked.printed {
            let found = curve.share(*days);
            assert!(close(found, *share, worked.decimals), "{}: S({days}) is {found}, not {share}", worked.source);
            if let Some((low, high)) = band {
                let (found_low, found_high) = curve.band(*days).unwrap();
                let fits = close(found_low, *low, worked.decimals) && close(found_high, *high, worked.decimals);
                assert!(fits, "{}: the band of S({days}) is {found_low} to {found_high}", worked.source);
            }
        }
    }
}

#[test]
fn who_is_watched_to_a_day_is_at_risk_on_that_day() {
    let curve = Curve::of(lengths(&[6, 6, 6, 7, 10, 13, 16, 22, 23], &[6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]));
    for (days, at_risk) in [(0, 21), (6, 21), (7, 17), (10, 15), (13, 12), (22, 7), (23, 6), (35, 1), (36, 0)] {
        assert_eq!(curve.at_risk(days), at_risk, "after {days}");
    }
    assert_eq!((curve.quantile(0.5), curve.quantile(0.25), curve.quantile(0.85)), (Some(23), Some(13), None));
    let chance = curve.chance(10, 6).unwrap();
    assert!(close(chance, 1.0 - 0.6275 / 0.7529, 3), "{chance}");
    assert_eq!(curve.chance(10, 26), Err(NotEstimable::BeyondLast));
    assert_eq!(curve.chance(33, 1), Err(NotEstimable::FewAtRisk));
    assert_eq!(Curve::default().chance(0, 1), Err(NotEstimable::FewAtRisk));
}

fn some_lengths() -> impl Strategy<Value = Vec<Length>> {
    proptest::collection::vec((0..60_u32, any::<bool>()).prop_map(|(days, came)| Length { days, came }), 0..40)
}

fn law_share_falls_within_its_band(lengths: Vec<Length>) -> Result<(), TestCaseError> {
    let curve = Curve::of(lengths);
    let mut last = 1.0;
    for days in 0..70 {
        let share = curve.share(days);
        prop_assert!((0.0..=1.0).contains(&share) && share <= last, "{share} after {last}");
        last = share;
        if let Some((low, high)) = curve.band(days) {
            prop_assert!(0.0 <= low && low <= share && share <= high && high <= 1.0, "{low} {share} {high}");
        }
        for within in [0, 5, 90] {
            if let Ok(chance) = curve.chance(days, within) {
                prop_assert!((0.0..=1.0).contains(&chance), "{chance}");
            }
        }
    }
    Ok(())
}

fn law_share_is_of_those_that_lasted_longer(days: &[u32], at: u32) -> Result<(), TestCaseError> {
    let curve = Curve::of(days.iter().map(|days| Length { days: *days, came: true }));
    let longer = days.iter().filter(|days| **days > at).count();
    let share = f64::from(u32::try_from(longer).unwrap()) / f64::from(u32::try_from(days.len()).unwrap());
    prop_assert!(close(curve.share(at), share, 9));
    let mut sorted = days.to_vec();
    sorted.sort_unstable();
    prop_assert_eq!(curve.quantile(1.0), sorted.last().copied());
    Ok(())
}

fn law_quantile_is_the_first_day(lengths: Vec<Length>, share: f64) -> Result<(), TestCaseError> {
    let curve = Curve::of(lengths);
    match curve.quantile(share) {
        None => prop_assert!((0..60).all(|days| 1.0 - curve.share(days) < share)),
        Some(days) => {
            prop_assert!(1.0 - curve.share(days) >= share - 1e-9);
            prop_assert!(days == 0 || 1.0 - curve.share(days - 1) < share);
        }
    }
    Ok(())
}

proptest! {
    #[test]
    fn a_share_begins_at_one_never_rises_and_lies_in_its_band(lengths in some_lengths()) {
        law_share_falls_within_its_band(lengths)?;
    }

    #[test]
    fn without_censoring_it_is_the_share_that_lasted_longer(
        days in proptest::collection::vec(0..60_u32, 1..40), at in 0..60_u32,
    ) {
        law_share_is_of_those_that_lasted_longer(&days, at)?;
    }

    #[test]
    fn the_order_of_the_lengths_says_nothing(lengths in some_lengths()) {
        let mirrored: Vec<Length> = lengths.iter().rev().copied().collect();
        prop_assert_eq!(Curve::of(lengths), Curve::of(mirrored));
    }

    #[test]
    fn a_quantile_is_the_first_day_that_reaches_it(lengths in some_lengths(), share in 0.05..0.95_f64) {
        law_quantile_is_the_first_day(lengths, share)?;
    }
}
