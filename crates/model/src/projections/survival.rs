//! How long does it take until something comes, when for some it had not come yet?
//!
//! Invariant: total on any lengths, and no figure is ever NaN; shares lie between 0 and 1 and never rise with the days.
//!
//! The product-limit estimate of Kaplan and Meier (1958, doi:10.2307/2281868), with Greenwood's variance and the band that
//! Kalbfleisch and Prentice take on the scale of log(-log S) (The Statistical Analysis of Failure Time Data, section 1.4).

use crate::domain::words::words;

/// The days for which one was watched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Length {
    /// The number of days that a round was watched.
    pub days: u32,
    /// Whether it came at their end; otherwise nothing is known beyond them.
    pub came: bool,
}

/// A day count at which somebody's watch ended, and what is estimated from there on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    /// The number of days of this point.
    pub days: u32,
    /// How many were watched for so long: those to whom it may come on that day.
    pub at_risk: usize,
    /// To how many of them it came then.
    pub came: usize,
    /// How many of them were not watched for longer, and it had not come.
    pub censored: usize,
    /// The estimated share to whom it has not come by then, from 1 to 0.
    pub share: f64,
    /// Greenwood's sum up to here: the variance of the logarithm of the share; that of nobody left is not added.
    greenwood: f64,
}

/// The estimate over some lengths.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Curve {
    points: Vec<Point>,
}

words! {
    /// Why a chance cannot be estimated.
    NotEstimable as "reason for no chance" called "NotEstimableReason" {
        /// Fewer than three comparable rounds were watched for as many days as the round has waited.
        FewAtRisk = "few_at_risk",
        /// No comparable round was watched for as many days as the round would have waited at the end of the 90 or 365
        /// days.
        BeyondLast = "beyond_last",
    }
}

/// The fewest rounds at risk from which a chance is estimated.
pub const FEWEST: usize = 3;

/// The quantile of the normal distribution between which and its negative 95 of 100 lie.
const Z95: f64 = 1.959_963_984_540_054;

/// What arithmetic may leave of a share that should be reached exactly.
const ROUNDING: f64 = 1e-9;

impl Curve {
    /// The curve over no lengths.
    #[must_use]
    pub const fn empty() -> Self {
        Self { points: Vec::new() }
    }

    /// The estimate over some lengths, in any order. Where one was watched to the day on which it came to another, it is
    /// at risk on that day: what comes is before what ends.
    #[must_use]
    pub fn of(lengths: impl IntoIterator<Item = Length>) -> Self {
        let mut lengths: Vec<Length> = lengths.into_iter().collect();
        lengths.sort_unstable();
        let mut at_risk = lengths.len();
        let (mut share, mut greenwood) = (1.0, 0.0);
        let mut points = Vec::new();
        for same in lengths.chunk_by(|one, other| one.days == other.days) {
            let came = same.iter().filter(|length| length.came).count();
            if came == at_risk {
                share = 0.0;
            } else if came > 0 {
                let (died, at_risk) = (whole(came), whole(at_risk));
                share *= (at_risk - died) / at_risk;
                greenwood += died / (at_risk * (at_risk - died));
            }
            let days = same.first().map_or(0, |first| first.days);
            points.push(Point { days, at_risk, came, censored: same.len() - came, share, greenwood });
            at_risk -= same.len();
        }
        Self { points }
    }

    /// Every day count at which somebody's watch ended, in order.
    #[must_use]
    pub fn points(&self) -> &[Point] {
        &self.points
    }

    /// The last point up to so many days.
    fn by(&self, days: u32) -> Option<&Point> {
        self.points.partition_point(|point| point.days <= days).checked_sub(1).and_then(|last| self.points.get(last))
    }

    /// The share to whom it has not come within so many days.
    #[must_use]
    pub fn share(&self, days: u32) -> f64 {
        self.by(days).map_or(1.0, |point| point.share)
    }

    /// The shares between which the share lies with a confidence of 95 percent; `None` where it is 1 or 0, of which the
    /// formula says nothing.
    #[must_use]
    pub fn band(&self, days: u32) -> Option<(f64, f64)> {
        let point = self.by(days).filter(|point| 0.0 < point.share && point.share < 1.0)?;
        let wide = (Z95 * point.greenwood.sqrt() / point.share.ln()).abs().exp();
        Some((point.share.powf(wide), point.share.powf(wide.recip())))
    }

    /// How many were watched for so many days.
    #[must_use]
    pub fn at_risk(&self, days: u32) -> usize {
        let from = self.points.partition_point(|point| point.days < days);
        self.points.get(from).map_or(0, |point| point.at_risk)
    }

    /// The days by which it has come to this share; `None` where the curve does not reach it.
    #[must_use]
    pub fn quantile(&self, share: f64) -> Option<u32> {
        self.points.iter().find(|point| 1.0 - point.share >= share - ROUNDING).map(|point| point.days)
    }

    /// The chance that it comes within so many days to one who has waited for `after` days.
    ///
    /// # Errors
    /// [`NotEstimable`].
    pub fn chance(&self, after: u32, within: u32) -> Result<f64, NotEstimable> {
        let until = after.saturating_add(within);
        let (share, left) = (self.share(after), self.share(until));
        if self.at_risk(after) < FEWEST || share <= 0.0 {
            return Err(NotEstimable::FewAtRisk);
        }
        if self.points.last().is_none_or(|last| last.days < until) {
            return Err(NotEstimable::BeyondLast);
        }
        Ok(1.0 - left / share)
    }

    /// The chances between which that chance lies with a confidence of 95 percent; `None` where there is no chance to tell. Where
    /// it came to nobody, or to all, the band is that of Clopper and Pearson (1934), since a chance of 0 from few is not certain.
    #[must_use]
    pub fn chance_band(&self, after: u32, within: u32) -> Option<(f64, f64)> {
        let chance = self.chance(after, within).ok()?;
        let (at_risk, until) = (whole(self.at_risk(after)), after.saturating_add(within));
        let exact = 0.025_f64.powf(at_risk.recip());
        if chance <= 0.0 {
            return Some((0.0, 1.0 - exact));
        }
        if chance >= 1.0 {
            return Some((exact, 1.0));
        }
        let greenwood = |days: u32| self.by(days).map_or(0.0, |point| point.greenwood);
        let (left, spread) = (1.0 - chance, greenwood(until) - greenwood(after));
        let wide = (Z95 * spread.max(0.0).sqrt() / left.ln()).abs().exp();
        Some((1.0 - left.powf(wide.recip()), 1.0 - left.powf(wide)))
    }
}

/// A count as a number to divide by; counts that a machine can hold in memory lose nothing.
#[expect(clippy::cast_precision_loss, reason = "exact up to 2^53, which no list reaches")]
fn whole(count: usize) -> f64 {
    count as f64
}
