//! Whether a verdict hangs on the seed.

use eventstudy::report::{Align, Table};

use crate::claim::Claim;

/// The seeds under which the claims are tested once more, unless the command line names others.
const OTHERS: [u64; 1] = [1];

/// The seeds to test besides the first one: those asked for, or one; never the first again.
pub(crate) fn others(first: u64, asked: &[u64]) -> Vec<u64> {
    let others = if asked.is_empty() { &OTHERS[..] } else { asked };
    others.iter().copied().filter(|seed| *seed != first).collect()
}

/// The claims under each seed, in the same order; those of the first are reported.
pub(crate) struct Seeds(pub(crate) Vec<(u64, Vec<Claim>)>);

impl Seeds {
    pub(crate) fn first(&self) -> &[Claim] {
        self.0.first().map_or(&[], |(_, claims)| claims)
    }

    pub(crate) fn all(&self) -> Vec<u64> {
        self.0.iter().map(|(seed, _)| *seed).collect()
    }

    /// One row per claim and seed: verdict and reason.
    pub(crate) fn table(&self) -> Table {
        let mut table = Table::new([
            ("verdict on", Align::Left),
            ("seed", Align::Right),
            ("verdict", Align::Left),
            ("because", Align::Left),
        ]);
        for (k, claim) in self.first().iter().enumerate() {
            for (seed, claims) in &self.0 {
                let found = claims.get(k).map(|c| &c.judgement);
                table.row([
                    claim.id.to_owned(),
                    seed.to_string(),
                    found.map_or_else(String::new, |j| j.verdict.to_string()),
                    found.map_or_else(String::new, |j| j.because.clone()),
                ]);
            }
        }
        table
    }

    pub(crate) fn in_words(&self) -> String {
        let seeds: Vec<String> = self.0.iter().map(|(seed, _)| seed.to_string()).collect();
        let [before @ .., last] = &seeds[..] else { return String::new() };
        let listed = if before.is_empty() {
            return format!("The verdicts were found with the seed {last} alone.");
        } else {
            format!("{} and {last}", before.join(", "))
        };
        match self.changes().len() {
            0 => format!("With the seeds {listed} the verdicts are the same."),
            _ => format!("With the seeds {listed} verdicts differ: {}.", self.changes().join("; ")),
        }
    }

    /// The claims whose verdict is not that of the first seed.
    pub(crate) fn changes(&self) -> Vec<String> {
        let Some(((first, claims), others)) = self.0.split_first() else { return Vec::new() };
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
}
