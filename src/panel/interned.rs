//! Values that recur from row to row, numbered as they first appear.

use std::borrow::Borrow;
use std::collections::HashMap;
use std::hash::Hash;

/// Numbers of values, from 0 in the order of their first appearance.
///
/// Tables come sorted one way or another: the value of a row is mostly that of the row before, or the
/// one that followed it the last time. Both are tried before the value is hashed.
#[derive(Debug)]
pub(super) struct Interned<K> {
    numbers: HashMap<K, usize>,
    values: Vec<K>,
    /// For each value, the one that followed it the last time.
    next: Vec<usize>,
    last: usize,
}

impl<K> Default for Interned<K> {
    fn default() -> Self {
        Self { numbers: HashMap::new(), values: Vec::new(), next: Vec::new(), last: 0 }
    }
}

impl<K: Clone + Eq + Hash> Interned<K> {
    /// The number of `value`, a new one where it has not been there yet.
    pub(super) fn number<Q>(&mut self, value: &Q) -> usize
    where
        K: Borrow<Q>,
        Q: Eq + Hash + ToOwned<Owned = K> + ?Sized,
    {
        let is =
            |number: usize| self.values.get(number).is_some_and(|known| known.borrow() == value);
        if is(self.last) {
            return self.last;
        }
        if let Some(&next) = self.next.get(self.last)
            && is(next)
        {
            self.last = next;
            return next;
        }
        let number = self.find(value).unwrap_or_else(|| {
            let number = self.values.len();
            self.numbers.insert(value.to_owned(), number);
            self.values.push(value.to_owned());
            self.next.push(0);
            number
        });
        self.next[self.last] = number;
        self.last = number;
        number
    }

    /// The number of `value` where it has been there.
    pub(super) fn find<Q>(&self, value: &Q) -> Option<usize>
    where
        K: Borrow<Q>,
        Q: Eq + Hash + ?Sized,
    {
        self.numbers.get(value).copied()
    }

    /// All values by their numbers.
    pub(super) fn values(&self) -> &[K] {
        &self.values
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn numbers_are_given_in_the_order_of_appearance() {
        let mut names = Interned::<String>::default();
        let numbers: Vec<usize> =
            ["b", "a", "c", "b", "a", "c", "c", "b", "d", "b"].map(|n| names.number(n)).into();
        assert_eq!(numbers, [0, 1, 2, 0, 1, 2, 2, 0, 3, 0]);
        assert_eq!(names.values(), ["b", "a", "c", "d"]);
        assert_eq!((names.find("c"), names.find("e")), (Some(2), None));
    }

    proptest! {
        #[test]
        fn a_number_is_that_of_its_value_in_any_order(values in prop::collection::vec(0_u8..6, 0..60)) {
            let mut interned = Interned::<u8>::default();
            let mut seen: Vec<u8> = Vec::new();
            for value in values {
                let expected = seen.iter().position(|v| *v == value).unwrap_or(seen.len());
                if expected == seen.len() {
                    seen.push(value);
                }
                prop_assert_eq!(interned.number(&value), expected);
                prop_assert_eq!(interned.values(), &seen[..]);
            }
        }
    }
}
