//! Whether a verdict hangs on the seed.

use eventstudy::report::{Align, Table};

use crate::claim::Claim;

/// The claims under each seed, in the same order.
pub(crate) type OfSeeds = [(u64, Vec<Claim>)];

/// One row per claim and seed: verdict and reason.
pub(crate) fn table(of_seeds: &OfSeeds) -> Table {
    let mut table = Table::new([
        ("claim", Align::Left),
        ("seed", Align::Right),
        ("verdict", Align::Left),
        ("because", Align::Left),
    ]);
    let n_claims = of_seeds.first().map_or(0, |(_, claims)| claims.len());
    for k in 0..n_claims {
        for (seed, claims) in of_seeds {
            table.row([
                claims[k].id.to_owned(),
                seed.to_string(),
                claims[k].judgement.verdict.to_string(),
                claims[k].judgement.because.clone(),
            ]);
        }
    }
    table
}

/// The claims whose verdict is not that of the first seed.
pub(crate) fn changes(of_seeds: &OfSeeds) -> Vec<String> {
    let Some(((first, claims), others)) = of_seeds.split_first() else { return Vec::new() };
    let of_seed = |(seed, others): &(u64, Vec<Claim>)| {
        let pairs = claims.iter().zip(others);
        let changed = pairs.filter(|(a, b)| a.judgement.verdict != b.judgement.verdict);
        let in_words = |(a, b): (&Claim, &Claim)| {
            format!(
                "{} is {} with seed {first} and {} with seed {seed}",
                a.id, a.judgement.verdict, b.judgement.verdict
            )
        };
        changed.map(in_words).collect::<Vec<_>>()
    };
    others.iter().flat_map(of_seed).collect()
}
