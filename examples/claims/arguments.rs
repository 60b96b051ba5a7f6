//! The command line.

/// What was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Arguments {
    /// Seed of every draw, where it was given.
    pub(crate) seed: Option<u64>,
    /// Seeds under which the verdicts must be the same.
    pub(crate) other_seeds: Vec<u64>,
}

impl Arguments {
    pub(crate) fn parse(mut words: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut found = Self { seed: None, other_seeds: Vec::new() };
        while let Some(word) = words.next() {
            let mut value = || words.next().ok_or_else(|| format!("{word} needs a value"));
            match word.as_str() {
                "--seed" => found.seed = Some(seed(&value()?)?),
                "--other-seeds" => {
                    found.other_seeds = value()?.split(',').map(seed).collect::<Result<_, _>>()?;
                }
                _ => {
                    return Err(format!(
                        "unknown argument {word}; expected --seed N or --other-seeds N,N"
                    ));
                }
            }
        }
        Ok(found)
    }
}

fn seed(text: &str) -> Result<u64, String> {
    text.parse().map_err(|_| format!("{text}: expected a whole number from 0 on as seed"))
}
