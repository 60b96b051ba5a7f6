//! One stream of random numbers for each (seed, replicate).

use rand::SeedableRng;
use rand_xoshiro::Xoshiro256PlusPlus;

/// The generator of every draw in this crate: xoshiro256++ (Blackman and Vigna 2021,
/// <https://doi.org/10.1145/3460772>).
pub(crate) type Stream = Xoshiro256PlusPlus;

/// The stream of replicate `k` under `seed`.
///
/// The state is expanded from a 64-bit key that is a bijection of `k` for a given seed, so no two
/// replicates of a run share a stream.
pub(crate) fn stream(seed: u64, k: u64) -> Stream {
    Stream::seed_from_u64(split_mix(split_mix(seed).wrapping_add(k)))
}

/// The output function of `SplitMix64`, a bijection of 64-bit words (Steele, Lea and Flood 2014,
/// <https://doi.org/10.1145/2660193.2660195>).
fn split_mix(x: u64) -> u64 {
    let mut z = x.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::Rng;

    #[test]
    fn split_mix_agrees_with_the_published_sequence() {
        // First three outputs of SplitMix64 from state 1234567.
        let gamma = 0x9e37_79b9_7f4a_7c15_u64;
        let outputs: Vec<u64> =
            (0..3).map(|i| split_mix(1_234_567_u64.wrapping_add(gamma.wrapping_mul(i)))).collect();
        assert_eq!(
            outputs,
            [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423]
        );
    }

    #[test]
    fn streams_differ_by_seed_and_by_replicate() {
        let first = |seed, k| stream(seed, k).next_u64();
        assert_ne!(first(1, 0), first(1, 1));
        assert_ne!(first(1, 0), first(2, 0));
        assert_eq!(first(7, 3), first(7, 3));
    }
}
