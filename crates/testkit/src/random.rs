//! Which of many things does a test try?
//!
//! Invariant: the same ones in every run, so that what failed once fails again.

/// Numbers that look random and are the same each time.
pub struct Random(pub u64);

impl Random {
    /// The next of the numbers, each below 2^53.
    pub fn roll(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 11
    }

    /// The next number below an end, which is not zero.
    pub fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.roll() % end as u64).unwrap()
    }
}
