//! A list of numbers that is mostly one number long.

use std::ops::Deref;

/// Numbers of a fit, one for each regressor. A single one is kept in place: the market model is fitted
/// for every asset on every placebo date.
#[derive(Debug, Clone)]
pub(crate) enum Few {
    One(f64),
    Many(Vec<f64>),
}

impl Few {
    /// No numbers.
    pub(crate) fn none() -> Self {
        Self::Many(Vec::new())
    }
}

impl From<Vec<f64>> for Few {
    fn from(numbers: Vec<f64>) -> Self {
        match numbers[..] {
            [one] => Self::One(one),
            _ => Self::Many(numbers),
        }
    }
}

impl From<Few> for Vec<f64> {
    fn from(numbers: Few) -> Self {
        match numbers {
            Few::One(one) => vec![one],
            Few::Many(numbers) => numbers,
        }
    }
}

impl<'a> IntoIterator for &'a Few {
    type Item = &'a f64;
    type IntoIter = std::slice::Iter<'a, f64>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl Deref for Few {
    type Target = [f64];

    fn deref(&self) -> &[f64] {
        match self {
            Self::One(one) => std::slice::from_ref(one),
            Self::Many(numbers) => numbers,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn holds_what_a_list_holds() {
        for n in 0..4 {
            let numbers: Vec<f64> = (0..n).map(f64::from).collect();
            let few = Few::from(numbers.clone());
            assert_eq!(few[..], numbers[..]);
            assert_eq!((&few).into_iter().count(), few.len());
            assert_eq!(matches!(few, Few::One(_)), n == 1);
            assert_eq!(Vec::from(few), numbers);
        }
        assert!(Few::none().is_empty());
    }
}
