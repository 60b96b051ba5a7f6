//! One stream of random numbers for each (seed, replicate).

use rand::{Rng, SeedableRng};
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

/// Uniform numbers below `n`, several from each word of a stream; calls `group` with those of a word
/// until there are `n_drawn`.
///
/// A word times `n`, of which the upper 64 bits are a number and the lower ones the next word, and so
/// on. Where what is left of the word in the end is below 2⁶⁴ mod nᵏ, k the numbers of a word, the word is
/// dropped, so that all k-tuples are equally likely (Brackett-Rozinsky and Lemire 2024, *Batched ranged
/// random integer generation*, <https://arxiv.org/abs/2408.06213>). Fewer than one word in 256 is
/// dropped, but for an `n` of more than 56 bits.
#[inline]
pub(crate) fn uniform_below(
    stream: &mut Stream,
    n: usize,
    n_drawn: usize,
    group: impl FnMut(&[usize]),
) {
    match n {
        0 => {}
        1..=0x4000 => groups::<4>(stream, n as u64, n_drawn, group),
        0x4001..=0x1000_0000 => groups::<2>(stream, n as u64, n_drawn, group),
        _ => groups::<1>(stream, n as u64, n_drawn, group),
    }
}

#[inline]
fn groups<const K: usize>(
    stream: &mut Stream,
    n: u64,
    n_drawn: usize,
    mut group: impl FnMut(&[usize]),
) {
    // n to the power of K, at most 2^56 or n itself.
    let n_tuples = (1..K).fold(n, |product, _| product * n);
    let n_dropped = n_tuples.wrapping_neg() % n_tuples;
    for _ in 0..n_drawn / K {
        group(&tuple::<K>(stream, n, n_dropped));
    }
    let rest = n_drawn % K;
    if rest > 0 {
        group(&tuple::<K>(stream, n, n_dropped)[..rest]);
    }
}

#[inline]
#[allow(clippy::cast_possible_truncation)] // the two halves of the product
fn tuple<const K: usize>(stream: &mut Stream, n: u64, n_dropped: u64) -> [usize; K] {
    loop {
        let mut word = stream.next_u64();
        let numbers = std::array::from_fn(|_| {
            let product = u128::from(word) * u128::from(n);
            word = product as u64;
            (product >> 64) as usize
        });
        if word >= n_dropped {
            return numbers;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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

    fn drawn(stream: &mut Stream, n: usize, n_drawn: usize) -> Vec<usize> {
        let mut numbers = Vec::new();
        uniform_below(stream, n, n_drawn, |group| numbers.extend_from_slice(group));
        numbers
    }

    #[test]
    fn numbers_are_the_digits_of_a_word() {
        // n^k divides 2^64, so that nothing is dropped and the numbers are groups of bits.
        let (mut words, mut stream) = (stream(3, 0), stream(3, 0));
        for _ in 0..100 {
            let word = words.next_u64();
            let digits = |bits: u32, k: u32| {
                let digit = move |i| usize::try_from((word << (bits * i)) >> (64 - bits)).unwrap();
                (0..k).map(digit)
            };
            let mut again = stream.clone();
            assert!(drawn(&mut stream, 1 << 14, 4).into_iter().eq(digits(14, 4)));
            assert!(drawn(&mut again.clone(), 1 << 28, 2).into_iter().eq(digits(28, 2)));
            assert!(drawn(&mut again, 1 << 40, 1).into_iter().eq(digits(40, 1)));
        }
        assert_eq!(drawn(&mut stream, 1, 6), [0; 6]);
        assert_eq!(drawn(&mut stream, 0, 6).len(), 0);
        assert_eq!(drawn(&mut stream, 9, 7).len(), 7);
    }

    #[test]
    fn all_numbers_are_equally_likely_where_words_are_dropped() {
        // With n = 3 * 2^62 a quarter of the words is dropped; kept, they would give every third
        // number twice as often.
        let (n, mut stream) = (3_usize << 62, stream(5, 0));
        let mut counts = [0.0_f64; 3];
        let numbers = drawn(&mut stream, n, 60_000);
        for i in &numbers {
            counts[i % 3] += 1.0;
        }
        assert!(numbers.iter().all(|i| *i < n));
        let chi_squared: f64 = counts.iter().map(|c| (c - 20_000.0).powi(2) / 20_000.0).sum();
        assert!(chi_squared < 13.8, "{counts:?}"); // 0.1 % point of two degrees of freedom
    }

    #[test]
    fn numbers_of_one_word_do_not_depend_on_each_other() {
        let mut counts = [[0.0_f64; 49]; 6];
        let mut stream = stream(6, 0);
        uniform_below(&mut stream, 7, 4 * 49_000, |group| {
            let pairs = [(0, 1), (0, 2), (0, 3), (1, 2), (1, 3), (2, 3)];
            for (counts, (a, b)) in counts.iter_mut().zip(pairs) {
                counts[7 * group[a] + group[b]] += 1.0;
            }
        });
        for counts in counts {
            let chi_squared: f64 = counts.iter().map(|c| (c - 1e3).powi(2) / 1e3).sum();
            assert!(chi_squared < 84.0, "{chi_squared}"); // 0.1 % point of 48 degrees of freedom
        }
    }

    #[test]
    fn streams_differ_by_seed_and_by_replicate() {
        let first = |seed, k| stream(seed, k).next_u64();
        assert_ne!(first(1, 0), first(1, 1));
        assert_ne!(first(1, 0), first(2, 0));
        assert_eq!(first(7, 3), first(7, 3));
    }
}
