//! Random numbers that a seed repeats.

/// `SplitMix64`: small, and good enough to spread faults.
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number less than `bound`.
    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }

    /// Lets up to so many microseconds go by: a fault comes at any moment.
    pub(crate) fn pause(&mut self, microseconds: u64) {
        std::thread::sleep(std::time::Duration::from_micros(self.below(microseconds)));
    }
}
