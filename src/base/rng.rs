//! Seeded integer randomness in named streams.
//!
//! Must not know who draws. Invariant: a draw from one stream never moves another, so a
//! new use of randomness in one place leaves every other place's results alone.

/// The seed of a run.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct Seed(pub u64);

/// A generator for one purpose: SplitMix64, equal on every machine.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Rng(u64);

const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;

const fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

impl Seed {
    /// The stream for a purpose (a fixed word) and a salt (which one of many).
    pub fn stream(self, purpose: &str, salt: u64) -> Rng {
        let mut state = mix(self.0 ^ GOLDEN);
        for byte in purpose.bytes() {
            state = mix(state ^ u64::from(byte)).wrapping_add(GOLDEN);
        }
        Rng(mix(state ^ mix(salt.wrapping_add(GOLDEN))))
    }
}

impl Rng {
    /// The next 64 bits.
    pub fn next_u64(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(GOLDEN);
        mix(self.0)
    }

    /// A number in `0..bound`, without bias. `bound` must be positive.
    pub fn below(&mut self, bound: u64) -> u64 {
        assert!(bound > 0, "an empty range has no number to draw");
        let limit = u64::MAX - u64::MAX % bound;
        loop {
            let drawn = self.next_u64();
            if drawn < limit {
                return drawn % bound;
            }
        }
    }

    /// A number in `low..=high`.
    pub fn between(&mut self, low: u64, high: u64) -> u64 {
        assert!(low <= high, "a range must not be turned round");
        low + self.below(high - low + 1)
    }

    /// Five characters as Kubernetes draws them for generated names.
    ///
    /// Models staging/src/k8s.io/apimachinery/pkg/util/rand/rand.go String
    pub fn suffix(&mut self) -> String {
        const ALPHABET: &[u8] = b"bcdfghjklmnpqrstvwxz2456789";
        (0..5)
            .map(|_| {
                let index = usize::try_from(self.below(27)).expect("below 27");
                char::from(ALPHABET[index])
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_are_equal_for_equal_purposes_and_apart_otherwise() {
        let seed = Seed(7);
        assert_eq!(seed.stream("name", 1).next_u64(), seed.stream("name", 1).next_u64());
        assert_ne!(seed.stream("name", 1).next_u64(), seed.stream("name", 2).next_u64());
        assert_ne!(seed.stream("name", 1).next_u64(), seed.stream("uid", 1).next_u64());
    }

    #[test]
    fn suffixes_use_only_the_alphabet_of_kubernetes() {
        let mut rng = Seed(1).stream("suffix", 0);
        for _ in 0..200 {
            let suffix = rng.suffix();
            assert_eq!(suffix.len(), 5);
            assert!(suffix.chars().all(|c| "bcdfghjklmnpqrstvwxz2456789".contains(c)));
        }
    }

    #[test]
    fn numbers_stay_within_their_range() {
        let mut rng = Seed(3).stream("range", 0);
        for _ in 0..1_000 {
            assert!((5..=9).contains(&rng.between(5, 9)));
        }
    }
}
